//! `/help` and `/help/issues/{slug}`: where to start, and each issue of the edition as a page to read. An issue that the edition
//! gets appears by itself.

use super::edition_at;
use crate::app::Desk;
use crate::policy::{Edition, Issue, Kind, Outcome, RuleWords, rules_in_words, until_then};
use crate::problem;
use crate::web::components::{SummaryList, Tag, Tone};
use crate::web::{Failure, Html, Page, Reader};
use actix_web::web::{Data, Path, ServiceConfig, get, resource};
use askama::Template;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/help").route(get().to(index)))
        .service(resource("/help/issues/{slug}").route(get().to(issue)));
}

#[derive(Template)]
#[template(path = "web/help.html")]
struct HelpPage {
    page: Page,
    /// Slug, title and prospect of every issue.
    issues: Vec<(String, String, Tag)>,
}

async fn index(desk: Data<Desk>, reader: Reader) -> Result<Html<HelpPage>, Failure> {
    let edition = edition_at(&desk, desk.clock.now())?;
    let page = reader.page("help-title");
    let told =
        |issue: &Issue| (issue.slug().to_owned(), issue.title().get(page.lang()).to_owned(), prospect(issue, &page));
    Ok(Html(HelpPage { issues: edition.issues().iter().map(told).collect(), page }))
}

/// What an issue can come to, at a glance.
pub(super) fn prospect(issue: &Issue, page: &Page) -> Tag {
    if issue.may_come_to(Outcome::Accept) {
        Tag::new(Tone::Ok, page.t("prospect-accept"))
    } else if issue.may_come_to(Outcome::Deny) && issue.otherwise() != Outcome::Review {
        Tag::new(Tone::Quiet, page.t("prospect-deny"))
    } else {
        Tag::new(Tone::Info, page.t("prospect-review"))
    }
}

#[derive(Template)]
#[template(path = "intake/help_issue.html")]
struct IssuePage {
    page: Page,
    prospect: Tag,
    slug: String,
    summary: String,
    explanation: String,
    questions: Vec<Asked>,
    rules: Vec<(Tag, RuleWords)>,
    until_then: Vec<String>,
    limits: Option<SummaryList>,
}

/// A question, and what can be answered.
struct Asked {
    label: String,
    hint: Option<String>,
    choices: String,
}

async fn issue(desk: Data<Desk>, reader: Reader, slug: Path<String>) -> Result<Html<IssuePage>, Failure> {
    let edition = edition_at(&desk, desk.clock.now())?;
    let issue = edition.issue(&slug).ok_or_else(|| Failure::new(problem::Kind::NotFound))?;
    let lang = reader.lang;
    let page = reader.page_titled(issue.title().get(lang)).back_to("/help", "help-title");
    let rules = rules_in_words(&edition, issue, lang).into_iter().map(|rule| (outcome(rule.outcome, &page), rule));
    Ok(Html(IssuePage {
        prospect: prospect(issue, &page),
        slug: issue.slug().to_owned(),
        summary: issue.summary().get(lang).to_owned(),
        explanation: issue.explanation().get(lang).to_owned(),
        questions: asked(issue, &page),
        rules: rules.collect(),
        until_then: until_then(&edition, issue, lang),
        limits: limits(&edition, issue, &page),
        page,
    }))
}

fn asked(issue: &Issue, page: &Page) -> Vec<Asked> {
    let lang = page.lang();
    let choices = |kind: &Kind| match kind {
        Kind::YesNoUnsure => ["answer-yes", "answer-no", "answer-unsure"].map(|key| page.t(key)).to_vec(),
        Kind::Choice(choices) => choices.iter().map(|choice| choice.label.get(lang).to_owned()).collect(),
        Kind::Text => vec![page.t("help-issue-text")],
        Kind::TextList => vec![page.t("help-issue-list")],
    };
    let question = |question: &crate::policy::Question| Asked {
        label: question.label.get(lang).to_owned(),
        hint: question.hint.as_ref().map(|hint| hint.get(lang).to_owned()),
        choices: choices(&question.kind).join(&page.t("help-issue-or")),
    };
    issue.questions().iter().map(question).collect()
}

/// The word of an outcome, as elsewhere on the site.
fn outcome(outcome: Outcome, page: &Page) -> Tag {
    match outcome {
        Outcome::Accept => Tag::new(Tone::Ok, page.t("policy-outcome-accept")),
        Outcome::Deny => Tag::new(Tone::Bad, page.t("policy-outcome-deny")),
        Outcome::Review => Tag::new(Tone::Info, page.t("policy-outcome-review")),
    }
}

/// What can be granted without a reviewer, where anything can, and when the issue ends.
fn limits(edition: &Edition, issue: &Issue, page: &Page) -> Option<SummaryList> {
    let sunset = |list: SummaryList| match issue.sunset() {
        Some(at) => list.row(page.t("term-sunset"), page.own_when(at)),
        None => list,
    };
    if !issue.may_come_to(Outcome::Accept) {
        return issue.sunset().map(|_| sunset(SummaryList::new()));
    }
    let known = edition.surfaces().iter().filter(|surface| issue.auto_surfaces().contains(&surface.name));
    let labels: Vec<_> = known.map(|surface| surface.label.get(page.lang())).collect();
    let limits = edition.limits();
    let list = SummaryList::new()
        .row(page.t("scope-where"), labels.join(&page.t("list-separator")))
        .row(page.t("scope-who"), page.t1("limit-users", "count", limits.max_users))
        .row(page.t("scope-how-long"), page.t1("limit-days", "count", limits.max_days))
        .row(page.t("scope-start"), page.t1("limit-start", "count", limits.max_start_days));
    Some(sunset(list))
}
