//! `/support/requests/{reference}/evidence/{id}/remove`: what follows from taking a file back, and the button that does it.

use super::request_of;
use crate::app::Desk;
use crate::evidence::record::{Holder, find};
use crate::evidence::remove::remove;
use crate::identity::Filer;
use crate::intake::api::known_id;
use crate::problem::Kind;
use crate::web::components::{Notice, SummaryList, Tone};
use crate::web::page::Link;
use crate::web::pages::confirm::ConfirmPage;
use crate::web::{Failure, Html, Reader};
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};

/// Asks before it is done.
pub(super) async fn ask(
    filer: Filer,
    desk: Data<Desk>,
    reader: Reader,
    path: Path<(String, String)>,
) -> Result<Html<ConfirmPage>, Failure> {
    let mut tx = desk.db.person(filer.tenant, filer.object_id).await?;
    let request = request_of(&mut tx, &path.0).await?;
    let evidence = find(&mut tx, Holder::Request(request.id), known_id(&path.1)?).await?;
    let evidence = evidence.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let page = reader.page("evidence-remove-title");
    let back = super::href(&path.0);
    Ok(Html(ConfirmPage {
        facts: SummaryList::new()
            .row(page.t("evidence-name"), evidence.name.as_str())
            .row(page.t("evidence-type"), page.t(evidence.media_type.label_key())),
        consequence: Notice::new(Tone::Warn, page.t("evidence-remove-consequence")),
        fields: Vec::new(),
        hidden: Vec::new(),
        action: format!("{back}/{}/remove", evidence.id),
        button: page.t("evidence-remove"),
        danger: true,
        cancel: Link { href: back, label: page.t("evidence-keep") },
        page,
    }))
}

/// Does it.
pub(super) async fn submit(
    filer: Filer,
    desk: Data<Desk>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let request = request_of(&mut desk.db.partner(filer.tenant).await?, &path.0).await?;
    remove(desk, filer, Holder::Request(request.id), known_id(&path.1)?).await?;
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, super::href(&path.0))).finish())
}
