//! Files on pages: those of a request, beside it and on a page of their own, and the ways to download and remove one.

mod block;
mod remove;
mod show;

pub use block::Block;

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

/// `/support/requests/{ref}/evidence…`, `/review/{ref}/evidence/{id}`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/support/requests/{reference}/evidence").get(show::show).post(show::add))
        .service(resource("/support/requests/{reference}/evidence/{id}").get(download))
        .service(resource("/support/requests/{reference}/evidence/{id}/remove").get(remove::ask).post(remove::submit))
        .service(resource("/review/{reference}/evidence/{id}").get(download_as_staff));
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

async fn download_as_staff(
    staff: StaffReader,
    desk: Data<Desk>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let request = request_of(&mut desk.db.staff().await?, &path.0).await?;
    read(&desk, &CaseReader::Staff(staff), Holder::Request(request.id), known_id(&path.1)?).await
}
