//! `/self-check`: can this reason lead to an exception? For everybody, signed in or not; nothing is stored.

use super::{edition_at, fields, typed};
use crate::app::Desk;
use crate::policy::case::{Scope, Subjects};
use crate::policy::table::{self, Undecided, Verdict};
use crate::policy::{Classification, Edition, Issue, Outcome as Judged, answers};
use crate::problem::{InputError, Kind};
use crate::web::components::{Markup, Outcome, Tone};
use crate::web::field::Field;
use crate::web::{Failure, Form, FormFields, Html, Page, Reader};
use actix_web::{HttpRequest, web};
use askama::Template;
use chrono::{DateTime, Utc};
use uuid::Uuid;

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
}

impl IssueView {
    fn of(issue: &Issue, page: &Page) -> Self {
        let lang = page.lang();
        Self {
            slug: issue.slug().to_owned(),
            title: issue.title().get(lang).to_owned(),
            summary: issue.summary().get(lang).to_owned(),
            explanation: issue.explanation().get(lang).to_owned(),
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
    likely: Option<Outcome>,
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
    let judged = judge(&edition, issue, &values, now);
    // Before anything is answered, nothing is wrong.
    let is_answered = !request.query_string().is_empty();
    let errors = judged.as_ref().err().filter(|_| is_answered).cloned().unwrap_or_default();
    let mut form = Form::new(reader.lang, &values, &errors);
    let asked = issue.questions().iter().filter(|question| issue.reads(&question.name));
    // Which of them must be answered depends on the answers before: none is marked.
    let fields = asked.map(|question| fields::question(&mut form, question, issue, reader.lang).answered()).collect();
    let page = reader.page_titled(issue.title().get(reader.lang)).back_to("/self-check", "self-check-title");
    let page = page.with_errors(form.summary());
    Ok(Html(IssuePage {
        issue: IssueView::of(issue, &page),
        fields,
        action: format!("/self-check/{}", issue.slug()),
        likely: judged.ok().map(|verdict| likely(&edition, issue, verdict, &page, now)),
        request_href: request_href(issue, &values),
        page,
    }))
}

/// What the table alone comes to, for a scope that stays within every limit.
fn judge(
    edition: &Edition,
    issue: &Issue,
    values: &FormFields,
    now: DateTime<Utc>,
) -> Result<Verdict, Vec<InputError>> {
    let read = answers::read(issue, &typed::answers(values, issue));
    let surfaces = issue.auto_surfaces().iter().cloned();
    let scope = Scope {
        subjects: Subjects::Users([Uuid::nil()].into()),
        surfaces: surfaces.collect(),
        starts_at: None,
        duration_days: 1,
    };
    let missing = match table::judge(edition, issue, &read.answers, Some(&scope), now) {
        Ok(verdict) if read.errors.is_empty() => return Ok(verdict),
        Err(Undecided::Missing(names)) => names,
        Ok(_) | Err(Undecided::ScopeUnknown) => Vec::new(),
    };
    let missing = missing.into_iter().filter(|name| !read.unreadable.contains(name));
    let missing = missing.map(|name| InputError::new(answers::pointer(&name), "answer_missing"));
    Err(read.errors.into_iter().chain(missing).collect())
}

fn likely(edition: &Edition, issue: &Issue, verdict: Verdict, page: &Page, now: DateTime<Utc>) -> Outcome {
    let classification = Classification {
        policy_version: edition.version().to_owned(),
        judged_at: now,
        issue: issue.slug().to_owned(),
        outcome: verdict.outcome,
        text: None,
        passages: Vec::new(),
        table: verdict.reasons,
        guidance: verdict.guidance,
        steps: verdict.steps,
    };
    let view = classification.view(edition, page.lang());
    let (tone, word, now) = match view.outcome {
        Judged::Accept => (Tone::Ok, "self-check-accept", "self-check-accept-now"),
        Judged::Deny => (Tone::Warn, "self-check-deny", "self-check-deny-now"),
        Judged::Review => (Tone::Info, "self-check-review", "self-check-review-now"),
    };
    let guidance = view.guidance.into_iter().map(|guidance| Markup::from(guidance.text));
    Outcome {
        tone,
        word: page.t(word),
        why: view.reasons.first().map(|reason| reason.detail.clone()).unwrap_or_default(),
        now_heading: page.t("self-check-now"),
        now: guidance.chain([page.t(now).into()]).collect(),
        reference: None,
    }
}

/// The way to the form with the answers that were given here.
fn request_href(issue: &Issue, values: &FormFields) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for question in issue.questions() {
        let name = format!("answers_{}", question.name);
        let value = values.get(&name);
        if !value.is_empty() {
            query.append_pair(&name, value);
        }
    }
    let query = query.finish();
    let href = format!("/support/requests/new/{}", issue.slug());
    if query.is_empty() { href } else { format!("{href}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policies;

    fn outcome(slug: &str, answers: &[(&str, &str)]) -> Result<Judged, Vec<InputError>> {
        let edition = Policies::shipped().unwrap().at(now()).unwrap().clone();
        let values = answers
            .iter()
            .fold(FormFields::default(), |fields, (name, value)| fields.with(format!("answers_{name}"), *value));
        judge(&edition, edition.issue(slug).unwrap(), &values, now()).map(|verdict| verdict.outcome)
    }

    fn now() -> DateTime<Utc> {
        "2026-11-22T10:00:00Z".parse().unwrap()
    }

    #[test]
    fn reasons_that_are_never_valid_say_so_without_a_question() {
        for slug in ["more_time_for_agents", "authenticator_app_not_possible", "legacy_authentication"] {
            assert_eq!(outcome(slug, &[]), Ok(Judged::Deny), "{slug}");
        }
    }

    #[test]
    fn good_answers_are_likely_accepted_and_the_first_bad_one_decides() {
        let good = [
            ("needs_existing_module", "yes"),
            ("other_services_prompt", "yes"),
            ("can_complete_mfa_when_prompted", "no"),
            ("affected_services", "Portal"),
        ];
        assert_eq!(outcome("exchange_online_powershell", &good), Ok(Judged::Accept));
        assert_eq!(outcome("exchange_online_powershell", &[("needs_existing_module", "no")]), Ok(Judged::Deny));
        assert_eq!(outcome("exchange_online_powershell", &[("needs_existing_module", "unsure")]), Ok(Judged::Review));
    }

    #[test]
    fn the_next_question_that_matters_is_asked_for() {
        let errors = outcome("exchange_online_powershell", &[("needs_existing_module", "yes")]).unwrap_err();
        assert_eq!(errors[0].pointer, "/answers/other_services_prompt");
    }

    #[test]
    fn the_answers_go_along_to_the_form_and_nothing_else_does() {
        let edition = Policies::shipped().unwrap().at(now()).unwrap().clone();
        let issue = edition.issue("service_accounts").unwrap();
        let values = FormFields::default().with("answers_uses_delegated_admin", "yes & more").with("title", "x");
        let href = request_href(issue, &values);
        assert_eq!(href, "/support/requests/new/service_accounts?answers_uses_delegated_admin=yes+%26+more");
    }
}
