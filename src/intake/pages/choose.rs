//! `/support/requests/new`: which issue is it?

use super::{edition_at, partner_of};
use crate::app::Desk;
use crate::identity::Filer;
use crate::policy::Issue;
use crate::web::{Failure, Html, Page, Reader};
use actix_web::web;
use askama::Template;

#[derive(Template)]
#[template(path = "intake/choose.html")]
pub(super) struct ChoosePage {
    page: Page,
    topic: String,
    problem_type: String,
    issues: Vec<Choice>,
}

struct Choice {
    slug: String,
    title: String,
    summary: String,
}

/// The issues of the edition in force; each leads to its form, or to the check before it.
pub(super) async fn show(filer: Filer, desk: web::Data<Desk>, reader: Reader) -> Result<Html<ChoosePage>, Failure> {
    let mut tx = desk.db.partner(filer.tenant).await?;
    partner_of(&mut tx, &filer).await?;
    let edition = edition_at(&desk, desk.clock.now())?;
    let lang = reader.lang;
    let choice = |issue: &Issue| Choice {
        slug: issue.slug().to_owned(),
        title: issue.title().get(lang).to_owned(),
        summary: issue.summary().get(lang).to_owned(),
    };
    Ok(Html(ChoosePage {
        page: reader.page("new-request-title").back_to("/support/requests", "requests-title"),
        topic: edition.topic().label.get(lang).to_owned(),
        problem_type: edition.problem_type().label.get(lang).to_owned(),
        issues: edition.issues().iter().map(choice).collect(),
    }))
}
