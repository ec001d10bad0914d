//! `…/evidence/{id}/remove` of a request and of a draft: what follows from taking a file back, and the button that does it.

use super::{Place, place_of_draft, place_of_request};
use crate::app::Desk;
use crate::evidence::record::find;
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

type Ids = Path<(String, String)>;

pub(super) async fn ask(
    filer: Filer,
    desk: Data<Desk>,
    reader: Reader,
    ids: Ids,
) -> Result<Html<ConfirmPage>, Failure> {
    let place = place_of_request(&desk, &filer, &ids.0).await?;
    confirmation(&filer, &desk, &reader, place, &ids.1).await
}

pub(super) async fn submit(filer: Filer, desk: Data<Desk>, ids: Ids) -> Result<HttpResponse, Failure> {
    let place = place_of_request(&desk, &filer, &ids.0).await?;
    done(filer, desk, place, &ids.1).await
}

pub(super) async fn ask_of_draft(
    filer: Filer,
    desk: Data<Desk>,
    reader: Reader,
    ids: Ids,
) -> Result<Html<ConfirmPage>, Failure> {
    confirmation(&filer, &desk, &reader, place_of_draft(&ids.0)?, &ids.1).await
}

pub(super) async fn submit_of_draft(filer: Filer, desk: Data<Desk>, ids: Ids) -> Result<HttpResponse, Failure> {
    done(filer, desk, place_of_draft(&ids.0)?, &ids.1).await
}

/// Asks before it is done.
async fn confirmation(
    filer: &Filer,
    desk: &Desk,
    reader: &Reader,
    place: Place,
    id: &str,
) -> Result<Html<ConfirmPage>, Failure> {
    let evidence = find(&mut filer.begin(&desk.db).await?, place.holder, known_id(id)?).await?;
    let evidence = evidence.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let page = reader.page("evidence-remove-title");
    Ok(Html(ConfirmPage {
        facts: SummaryList::new()
            .row(page.t("evidence-name"), evidence.name.as_str())
            .row(page.t("evidence-type"), page.t(evidence.media_type.label_key())),
        consequence: Notice::new(Tone::Warn, page.t(place.consequence)),
        fields: Vec::new(),
        hidden: Vec::new(),
        action: format!("{}/{}/remove", place.href, evidence.id),
        button: page.t("evidence-remove"),
        danger: true,
        cancel: Link { href: place.href, label: page.t("evidence-keep") },
        page,
    }))
}

/// Does it.
async fn done(filer: Filer, desk: Data<Desk>, place: Place, id: &str) -> Result<HttpResponse, Failure> {
    remove(desk, filer, place.holder, known_id(id)?).await?;
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, place.href)).finish())
}
