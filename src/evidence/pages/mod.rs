//! Files on pages: those of a request, beside it and on a page of their own, and the ways to download and remove one.

mod block;
mod remove;
mod show;
mod upload;

pub use block::Block;
pub use upload::{take, upload_field};

use super::read::read;
use super::record::Holder;
use crate::app::Desk;
use crate::db::Tx;
use crate::identity::{CaseReader, Filer, StaffReader};
use crate::intake::api::known_id;
use crate::intake::request::{Request, find_by_reference};
use crate::problem::Kind;
use crate::web::Failure;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, ServiceConfig, resource};

/// `/support/requests/{ref}/evidence…`, `/support/drafts/{id}/evidence/{id}…`, `/review/{ref}/evidence/{id}`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/support/requests/{reference}/evidence").get(show::show).post(show::add))
        .service(resource("/support/requests/{reference}/evidence/{id}").get(download))
        .service(resource("/support/requests/{reference}/evidence/{id}/remove").get(remove::ask).post(remove::submit))
        .service(resource("/support/drafts/{draft}/evidence/{id}").get(download_of_draft))
        .service(
            resource("/support/drafts/{draft}/evidence/{id}/remove")
                .get(remove::ask_of_draft)
                .post(remove::submit_of_draft),
        )
        .service(resource("/review/{reference}/evidence/{id}").get(download_as_staff));
}

/// Where files are on pages.
struct Place {
    holder: Holder,
    /// The page about them; below it each has its own address.
    href: String,
    /// The message of what follows from removing one.
    consequence: &'static str,
}

async fn place_of_request(desk: &Desk, filer: &Filer, reference: &str) -> Result<Place, Failure> {
    let request = request_of(&mut desk.db.partner(filer.tenant).await?, reference).await?;
    let consequence = "evidence-remove-consequence";
    Ok(Place { holder: Holder::Request(request.id), href: href(reference), consequence })
}

/// Whose draft it is, the database knows.
fn place_of_draft(draft: &str) -> Result<Place, Failure> {
    let id = known_id(draft)?;
    let consequence = "evidence-remove-draft-consequence";
    Ok(Place { holder: Holder::Draft(id), href: format!("/support/drafts/{id}/evidence"), consequence })
}

/// Where the partner's page about the files of a request is.
fn href(reference: &str) -> String {
    format!("/support/requests/{reference}/evidence")
}

async fn request_of(tx: &mut Tx, reference: &str) -> Result<Request, Failure> {
    find_by_reference(tx, reference).await?.ok_or_else(|| Failure::new(Kind::NotFound))
}

async fn download(filer: Filer, desk: Data<Desk>, path: Path<(String, String)>) -> Result<HttpResponse, Failure> {
    let request = request_of(&mut desk.db.partner(filer.tenant).await?, &path.0).await?;
    read(&desk, &CaseReader::Filer(filer), Holder::Request(request.id), known_id(&path.1)?).await
}

async fn download_of_draft(
    filer: Filer,
    desk: Data<Desk>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    read(&desk, &CaseReader::Filer(filer), Holder::Draft(known_id(&path.0)?), known_id(&path.1)?).await
}

async fn download_as_staff(
    staff: StaffReader,
    desk: Data<Desk>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let request = request_of(&mut desk.db.staff().await?, &path.0).await?;
    read(&desk, &CaseReader::Staff(staff), Holder::Request(request.id), known_id(&path.1)?).await
}
