//! `/self-check`: can this reason lead to an exception? For everybody, signed in or not; nothing is stored.

use super::drafts::{answer_name, question};
use super::edition_at;
use super::help::prospect;
use crate::app::Desk;
use crate::intake::outlook::{Outlook, words};
use crate::intake::typed;
use crate::policy::table::Verdict;
use crate::policy::{Edition, Issue, Outcome};
use crate::problem::Kind;
use crate::web::components::{Markup, Outcome as Panel, Tag, Tone};
use crate::web::field::Field;
use crate::web::{Failure, Form, FormFields, Html, Page, Reader};
use actix_web::{HttpRequest, web};
use askama::Template;
use chrono::{DateTime, Utc};

#[derive(Template)]
#[template(path = "intake/self_check.html")]
pub(super) struct IndexPage {
    page: Page,
    issues: Vec<IssueView>,
}

struct IssueView {
    slug: String,
    title: String,
    summary: String,
    explanation: String,
    prospect: Tag,
}

impl IssueView {
    fn of(issue: &Issue, page: &Page) -> Self {
        let lang = page.lang();
        Self {
            slug: issue.slug().to_owned(),
            title: issue.title().get(lang).to_owned(),
            summary: issue.summary().get(lang).to_owned(),
            explanation: issue.explanation().get(lang).to_owned(),
            prospect: prospect(issue, page),
        }
    }
}

/// The issues of the edition in force, in plain words.
pub(super) async fn index(desk: web::Data<Desk>, reader: Reader) -> Result<Html<IndexPage>, Failure> {
    let edition = edition_at(&desk, desk.clock.now())?;
    let page = reader.page("self-check-title");
    let issues = edition.issues().iter().map(|issue| IssueView::of(issue, &page)).collect();
    Ok(Html(IndexPage { page, issues }))
}

#[derive(Template)]
#[template(path = "intake/self_check_issue.html")]
pub(super) struct IssuePage {
    page: Page,
    issue: IssueView,
    fields: Vec<Field>,
    action: String,
    /// The likely answer, once every question that matters has one.
    likely: Option<Panel>,
    /// The form, with these answers filled in.
    request_href: String,
}

/// One issue: its questions, and the likely answer to what the query holds of answers.
pub(super) async fn issue(
    desk: web::Data<Desk>,
    reader: Reader,
    slug: web::Path<String>,
    request: HttpRequest,
) -> Result<Html<IssuePage>, Failure> {
    let now = desk.clock.now();
    let edition = edition_at(&desk, now)?;
    let issue = edition.issue(&slug).ok_or_else(|| Failure::new(Kind::NotFound))?;
    let values = FormFields::from_query(request.query_string());
    let outlook = Outlook::of(&edition, issue, &typed::answers(&values, issue), now);
    // Before anything is answered here, nothing is wrong; the doctor fills in what claims say.
    let is_answered = !request.query_string().is_empty() && values.get("from") != "claims";
    let errors = if is_answered { outlook.errors().to_vec() } else { Vec::new() };
    let mut form = Form::new(reader.lang, &values, &errors);
    let asked = issue.questions().iter().filter(|question| issue.reads(&question.name));
    // Which of them must be answered depends on the answers before: none is marked.
    let fields = asked.map(|asked| question(&mut form, asked, issue, reader.lang).answered()).collect();
    let page = reader.page_titled(issue.title().get(reader.lang)).back_to("/self-check", "self-check-title");
    let page = page.with_errors(form.summary());
    Ok(Html(IssuePage {
        issue: IssueView::of(issue, &page),
        fields,
        action: format!("/self-check/{}", issue.slug()),
        likely: outlook.judged.ok().map(|verdict| likely(&edition, issue, &verdict, &page, now)),
        request_href: request_href(issue, &values),
        page,
    }))
}

fn likely(edition: &Edition, issue: &Issue, verdict: &Verdict, page: &Page, now: DateTime<Utc>) -> Panel {
    let view = words(edition, issue, verdict, now, page.lang());
    let (tone, word, now) = match view.outcome {
        Outcome::Accept => (Tone::Ok, "self-check-accept", "self-check-accept-now"),
        Outcome::Deny => (Tone::Warn, "self-check-deny", "self-check-deny-now"),
        Outcome::Review => (Tone::Info, "self-check-review", "self-check-review-now"),
    };
    let guidance = view.guidance.into_iter().map(|guidance| Markup::from(guidance.text));
    Panel {
        tone,
        word: page.t(word),
        why: view.reasons.first().map(|reason| reason.detail.clone()).unwrap_or_default(),
        now_heading: page.t("self-check-now"),
        now: guidance.chain([page.t(now).into()]).collect(),
        reference: None,
    }
}

/// The way to a draft with the answers that were given here.
fn request_href(issue: &Issue, values: &FormFields) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("issue", issue.slug());
    for question in issue.questions() {
        let name = answer_name(&question.name);
        let value = values.get(&name);
        if !value.is_empty() {
            query.append_pair(&name, value);
        }
    }
    format!("/support/requests/new?{}", query.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policies;

    #[test]
    fn the_answers_go_along_to_the_draft_and_nothing_else_does() {
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        let edition = Policies::shipped().unwrap().at(now).unwrap().clone();
        let issue = edition.issue("service_accounts").unwrap();
        let values = FormFields::default().with("answers_uses_delegated_admin", "yes & more").with("title", "x");
        let href = request_href(issue, &values);
        let expected = "/support/requests/new?issue=service_accounts&answers_uses_delegated_admin=yes+%26+more";
        assert_eq!(href, expected);
    }
}
