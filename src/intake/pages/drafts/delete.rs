//! `/support/drafts/{id}/delete`: asks before a draft goes.

use super::Step;
use super::filling::Filling;
use super::page::see_other;
use crate::app::Desk;
use crate::identity::Filer;
use crate::intake::api::known_id;
use crate::intake::drafts::api::remove;
use crate::intake::pages::parts;
use crate::problem::Kind;
use crate::web::components::{Notice, SummaryList, Tone};
use crate::web::page::Link;
use crate::web::pages::confirm::ConfirmPage;
use crate::web::{Failure, FormFields, Html, IfMatch, Reader};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{Either, HttpResponse, Responder};

/// Asks before it is done.
pub async fn ask(
    filer: Filer,
    desk: Data<Desk>,
    reader: Reader,
    id: Path<String>,
) -> Result<Html<ConfirmPage>, Failure> {
    Ok(Html(confirmation(&Filling::load(filer, desk, reader, &id).await?, None)))
}

/// Deletes the draft as it was when the page was shown; when it changed meanwhile, asks again.
pub async fn submit(
    filer: Filer,
    desk: Data<Desk>,
    reader: Reader,
    id: Path<String>,
    sent: FormFields,
) -> Result<Either<HttpResponse, impl Responder>, Failure> {
    let seen = IfMatch::Versions(sent.get("version").parse().into_iter().collect());
    match remove(desk.clone(), filer.clone(), known_id(&id)?, seen).await {
        Ok(()) => Ok(Either::Left(see_other("/support/requests"))),
        Err(failure) if failure.kind() == Kind::VersionMismatch => {
            let page = confirmation(&Filling::load(filer, desk, reader, &id).await?, Some("drafts-delete-changed"));
            Ok(Either::Right(Html(page).customize().with_status(StatusCode::PRECONDITION_FAILED)))
        }
        Err(failure) => Err(failure),
    }
}

fn confirmation(filling: &Filling, changed: Option<&str>) -> ConfirmPage {
    let page = filling.reader.page("drafts-delete-title").back_to("/support/requests", "requests-title");
    let lang = page.lang();
    let issue = filling.draft.issue.as_deref().unwrap_or_default();
    let title = parts::one_line(filling.draft.fields.get("title"));
    let notice = Notice::new(Tone::Warn, page.t("drafts-delete-consequence"));
    ConfirmPage {
        facts: SummaryList::new()
            .row(Step::Issue.title(lang), parts::issue_title(issue, &filling.edition, lang))
            .row(page.t("form-title"), if title.is_empty() { page.t("answer-empty") } else { title })
            .row(page.t("drafts-changed"), page.when(filling.draft.updated_at, filling.zone())),
        consequence: match changed {
            Some(key) => notice.title(page.t(key)),
            None => notice,
        },
        fields: Vec::new(),
        hidden: vec![("version", filling.draft.version.to_string())],
        action: filling.delete_href(),
        button: page.t("drafts-delete-do"),
        danger: true,
        cancel: Link { href: filling.next_href(), label: page.t("drafts-delete-cancel") },
        page,
    }
}
