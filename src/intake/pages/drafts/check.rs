//! `/support/drafts/{id}/check`: every answer, what will happen on submit, and the button that does it.

use super::Step;
use super::answers::answers;
use super::filling::Filling;
use super::page::{sections, see_other};
use crate::app::Desk;
use crate::identity::Filer;
use crate::intake::NewRequest;
use crate::intake::api::known_id;
use crate::intake::clock::BUSINESS_DAYS;
use crate::intake::drafts::submit as submit_draft;
use crate::intake::file::understand;
use crate::intake::foresee::foresee;
use crate::intake::pages::parts;
use crate::intake::pages::show::guard_words;
use crate::intake::typed::Typed;
use crate::policy::{ClassificationView, Outcome as Judged};
use crate::problem::Kind;
use crate::web::components::{Anchor, Markup, Notice, Outcome, SummaryEntry, SummaryList, Tone};
use crate::web::page::{Link, sign_in_href};
use crate::web::time::{When, date};
use crate::web::{Failure, Form, FormFields, Html, IfMatch, Message, Page, Reader};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{Either, HttpResponse, Responder};
use askama::Template;

#[derive(Template)]
#[template(path = "intake/check.html")]
pub struct CheckPage {
    page: Page,
    notices: Vec<Notice>,
    /// What submitting will come to.
    outlook: Outcome,
    /// Whether nothing keeps it from being submitted.
    complete: bool,
    sections: Vec<Answers>,
    version: i64,
    action: String,
    delete: Link,
}

/// The answers of a step.
struct Answers {
    heading: String,
    list: SummaryList,
}

/// Goes on with a draft where it was left.
pub async fn go_on(filer: Filer, desk: Data<Desk>, reader: Reader, id: Path<String>) -> Result<HttpResponse, Failure> {
    let filling = Filling::load(filer, desk, reader, &id).await?;
    let pending = filling.draft.pending.as_ref().and_then(|pending| Step::from_slug(&pending.step));
    Ok(see_other(&pending.map_or_else(|| filling.next_href(), |step| step.href(filling.draft.id))))
}

/// Every answer, with a way to change it.
pub async fn show(
    filer: Filer,
    desk: Data<Desk>,
    reader: Reader,
    id: Path<String>,
) -> Result<Html<CheckPage>, Failure> {
    let filling = Filling::load(filer, desk, reader, &id).await?;
    Ok(Html(page(&filling, Vec::new(), false).await?))
}

/// Files the draft as it was shown and leads to the answer. Pressed twice, it leads to the same one.
pub async fn submit(
    filer: Result<Filer, Failure>,
    desk: Data<Desk>,
    reader: Reader,
    id: Path<String>,
    sent: FormFields,
) -> Result<Either<HttpResponse, impl Responder>, Failure> {
    let draft = known_id(&id)?;
    let back = sign_in_href(&format!("/support/drafts/{draft}/check"));
    let filer = filer.map_err(|refused| match refused.kind() {
        Kind::SignInRequired => refused.detail(Message::new("check-kept")).way_out(back, Message::new("sign-in-again")),
        _ => refused,
    })?;
    let seen = IfMatch::Versions(sent.get("version").parse().into_iter().collect());
    let failure = match submit_draft(desk.clone(), filer.clone(), draft, seen, None).await {
        Ok(filed) => {
            return Ok(Either::Left(see_other(&format!("/support/requests/{}", filed.request.reference))));
        }
        Err(failure) => failure,
    };
    let filling = Filling::load(filer, desk, reader, &id).await?;
    let lang = filling.reader.lang;
    let (notice, status) = match failure.kind() {
        Kind::InvalidInput => (None, StatusCode::UNPROCESSABLE_ENTITY),
        Kind::VersionMismatch => {
            let notice = Notice::new(Tone::Warn, lang.text("check-changed-text")).title(lang.text("check-changed"));
            (Some(notice), StatusCode::PRECONDITION_FAILED)
        }
        _ => return Err(failure),
    };
    let page = page(&filling, notice.into_iter().collect(), failure.kind() == Kind::InvalidInput).await?;
    Ok(Either::Right(Html(page).customize().with_status(status)))
}

async fn page(filling: &Filling, mut notices: Vec<Notice>, was_sent: bool) -> Result<CheckPage, Failure> {
    let lang = filling.reader.lang;
    let wrong = wrong(filling);
    notices.extend(filling.open_notice());
    if let Some(step) = filling.draft.pending.as_ref().and_then(|pending| Step::from_slug(&pending.step)) {
        let notice = Notice::new(Tone::Warn, lang.text("resume-waits"));
        notices.push(notice.link(step.href(filling.draft.id), step.title(lang)));
    }
    let new = understood(filling).filter(|_| wrong.is_empty());
    let complete = new.is_some();
    let outlook = match new {
        Some(new) => foreseen(filling, &new).await?,
        None => incomplete(filling, &wrong),
    };
    let page = filling.reader.page("check-title").back_to(Step::Contact.href(filling.draft.id), "step-back");
    Ok(CheckPage {
        page: page.with_errors(if was_sent { wrong } else { Vec::new() }),
        notices,
        outlook,
        complete,
        sections: Step::ORDER.map(|step| Answers { heading: step.title(lang), list: answers(filling, step) }).into(),
        version: filling.draft.version,
        action: filling.check_href(),
        delete: Link { href: filling.delete_href(), label: lang.text("drafts-delete-do") },
    })
}

/// The request that the draft makes, when it makes one.
fn understood(filling: &Filling) -> Option<NewRequest> {
    let typed = Typed::read(&filling.draft, &filling.context());
    if typed.errors.is_empty() { understand(&filling.desk, typed.body, filling.now).ok() } else { None }
}

/// What is still wrong, each with a way to its field.
fn wrong(filling: &Filling) -> Vec<SummaryEntry> {
    let errors = filling.errors();
    let of_step = |step: Step| {
        let own: Vec<_> = errors.iter().filter(|error| step.owns(&error.pointer)).cloned().collect();
        let values = step.of(&filling.draft, None);
        let mut form = Form::new(filling.reader.lang, &values, &own);
        drop(sections(step, &mut form, filling, &values));
        let href = format!("{}?from=check", step.href(filling.draft.id));
        form.summary().into_iter().map(move |entry| SummaryEntry {
            href: Some(entry.href.map_or_else(|| href.clone(), |anchor| format!("{href}{anchor}"))),
            ..entry
        })
    };
    Step::ORDER.into_iter().flat_map(of_step).collect()
}

fn incomplete(filling: &Filling, wrong: &[SummaryEntry]) -> Outcome {
    let lang = filling.reader.lang;
    let places = wrong.iter().filter_map(|entry| {
        let href = entry.href.clone()?;
        Some(Anchor::new(href, &entry.text).into())
    });
    Outcome {
        tone: Tone::Warn,
        word: lang.text("check-incomplete"),
        why: lang.text("check-incomplete-why"),
        now_heading: lang.text("check-incomplete-now"),
        now: places.collect(),
        reference: None,
    }
}

/// What submitting it now would come to.
async fn foreseen(filling: &Filling, new: &NewRequest) -> Result<Outcome, Failure> {
    let lang = filling.reader.lang;
    let (classification, guards) = foresee(&filling.desk, &filling.filer, new).await?;
    let view = classification.view(new.edition(), lang);
    let why = view.reasons.first().map(|reason| reason.detail.clone()).unwrap_or_default();
    let now_heading = lang.text("outcome-now");
    let until_then = parts::until_then(&new.issue, &filling.edition, lang).into_iter().map(Markup::from);
    let day = |at: chrono::DateTime<chrono::Utc>| date(at.with_timezone(&filling.zone()).date_naive(), lang);
    Ok(match (view.outcome, guards.first()) {
        (Judged::Accept, None) => {
            let end = new.scope.end(filling.now);
            let end = filling.issue().map_or(end, |issue| issue.cut_at_sunset(end));
            let now = Message::new("check-accept-now").with("from", day(new.scope.start(filling.now)));
            let now = vec![now.with("until", day(end)).text(lang).into()];
            Outcome { tone: Tone::Ok, word: lang.text("check-accept"), why, now_heading, now, reference: None }
        }
        (Judged::Deny, _) => Outcome {
            tone: Tone::Bad,
            word: lang.text("check-deny"),
            why,
            now_heading: lang.text("outcome-instead"),
            now: guidance(&view).chain([lang.text("check-deny-now").into()]).collect(),
            reference: None,
        },
        (Judged::Accept | Judged::Review, guard) => Outcome {
            tone: Tone::Info,
            word: lang.text("outcome-in-review"),
            why: guard.map_or(why, |guard| guard_words(guard.code(), lang)),
            now_heading,
            now: by_when(filling)?.chain(guidance(&view)).chain(until_then).collect(),
            reference: None,
        },
    })
}

fn guidance(view: &ClassificationView) -> impl Iterator<Item = Markup> {
    view.guidance.iter().map(|guidance| Markup::from(guidance.text.as_str()))
}

/// The promise, as it would be given now.
fn by_when(filling: &Filling) -> Result<impl Iterator<Item = Markup>, Failure> {
    let due = filling.calendar().due(filling.now, BUSINESS_DAYS, &[]);
    let due = due.map_err(|error| Failure::internal(anyhow::anyhow!("{error}")))?.at();
    let lang = filling.reader.lang;
    let text = due.map(|due| {
        let due = When::new(due, filling.zone(), lang).text();
        Message::new("check-review-by").with("due", due).text(lang)
    });
    Ok(text.into_iter().map(Markup::from))
}
