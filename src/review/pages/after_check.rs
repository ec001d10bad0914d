//! `/review/{ref}/after-check`: a person looks at what the policy granted at once.

use super::dossier::Dossier;
use super::form;
use crate::app::Desk;
use crate::identity::{Person, Reviewer, Role};
use crate::intake::pages::parts;
use crate::problem::{InputError, Kind};
use crate::review::after_check::{AfterCheckBody, AfterCheckOutcome, check};
use crate::review::approval::may_decide;
use crate::web::components::{Markup, Notice, SummaryList, Tag, Tone};
use crate::web::field::Choice;
use crate::web::page::Link;
use crate::web::pages::confirm::ConfirmPage;
use crate::web::{Failure, Form, FormFields, Html, IfMatch, Message, Page, Reader};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, Responder};
use chrono_tz::Tz;

/// What was granted, and whether a person would have granted it too.
pub async fn ask(
    reviewer: Reviewer,
    desk: Data<Desk>,
    reader: Reader,
    reference: Path<String>,
) -> Result<Html<ConfirmPage>, Failure> {
    let dossier = Dossier::read(&desk, &reference).await?;
    may_decide(&reviewer, &dossier.request, &[])?;
    page(&desk, reader, &dossier, &FormFields::default(), &[]).map(Html)
}

/// Keeps what the reviewer says, of the request as it was when the page was shown.
pub async fn act(
    reviewer: Reviewer,
    desk: Data<Desk>,
    reference: Path<String>,
    http: HttpRequest,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let dossier = Dossier::read(&desk, &reference).await?;
    let href = format!("/review/{}", dossier.request.reference);
    let done = match said(&fields) {
        Ok(body) => {
            let seen = IfMatch::Versions(vec![form::version(&fields)]);
            check(desk.clone(), reviewer, dossier.request.id, seen, body).await
        }
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(()) => Ok(HttpResponse::SeeOther().insert_header((LOCATION, href)).finish()),
        Err(failure) if failure.kind() == Kind::InvalidInput => {
            let page = page(&desk, Reader::of(&http), &dossier, &fields, failure.errors())?;
            let mut response = Html(page).respond_to(&http);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(failure) => Err(failure.way_out(href, Message::new("after-check-open"))),
    }
}

fn said(fields: &FormFields) -> Result<AfterCheckBody, InputError> {
    let outcome = match fields.get("outcome") {
        "confirmed" => AfterCheckOutcome::Confirmed,
        "overturned" => AfterCheckOutcome::Overturned,
        _ => return Err(InputError::new("/outcome", "after_check_missing")),
    };
    Ok(AfterCheckBody { outcome, reason: Some(fields.get("reason").to_owned()) })
}

fn page(
    desk: &Desk,
    reader: Reader,
    dossier: &Dossier,
    values: &FormFields,
    errors: &[InputError],
) -> Result<ConfirmPage, Failure> {
    let (request, lang) = (&dossier.request, reader.lang);
    let review = format!("/review/{}", request.reference);
    let open = dossier.after_check.as_ref().filter(|check| check.outcome.is_none());
    let (Some(check), Some(exception)) = (open, &dossier.exception) else {
        let failure = Failure::new(Kind::WrongState).detail(Message::new("wrong-state-no-after-check"));
        return Err(failure.way_out(review, Message::new("after-check-open")));
    };
    let edition = desk.edition_of(&request.classification)?;
    let zone = parts::zone_of(desk, request);
    let title = Message::new("after-check-title").with("reference", request.reference.as_str()).text(lang);
    let page = reader.page_titled(title).wide();
    let mut form = Form::new(lang, values, errors);
    let choice = |value: &str, key: &str, hint: &str| Choice::new(value, page.t(key)).hint(page.t(hint));
    let choices = vec![
        choice("confirmed", "after-check-confirm", "after-check-confirm-hint"),
        choice("overturned", "after-check-overturn", "after-check-overturn-hint"),
    ];
    let fields = vec![
        form.radios("/outcome", page.t("after-check-question"), choices),
        form.area("/reason", page.t("review-reason"))
            .hint(page.t("after-check-reason-hint"))
            .max_length(2000)
            .answered(),
    ];
    let page = page.with_errors(form.summary());
    let users = parts::SubjectsList::granted(&exception.subjects, lang).named(&request.subject_labels);
    let facts = SummaryList::new()
        .row(page.t("queue-partner"), parts::one_line(&request.tenant_name))
        .row(page.t("queue-issue"), parts::issue_title(&exception.issue, &edition, lang))
        .row(page.t("review-who"), Markup::of(&users))
        .row(page.t("review-where"), parts::surface_labels(&exception.surfaces, &edition, lang))
        .row(page.t("review-until"), page.when(exception.expires_at, zone))
        .row(page.t("queue-status"), Tag::of_status(exception.status(desk.clock.now()).code(), lang))
        .row(page.t("after-check-due"), page.when(check.due_at, zone));
    Ok(ConfirmPage {
        facts,
        consequence: Notice::new(Tone::Info, page.t("after-check-consequence")),
        fields,
        hidden: vec![("version", request.version.to_string())],
        action: format!("{review}/after-check"),
        button: page.t("after-check-button"),
        danger: false,
        cancel: Link { href: review, label: page.t("after-check-cancel") },
        page,
    })
}

/// On the review page: that it is to be done, with the way there for who may; or what it came to.
pub fn notice(desk: &Desk, page: &Page, dossier: &Dossier, viewer: &Person, zone: Tz) -> Option<Notice> {
    let check = dossier.after_check.as_ref()?;
    let at = |at| page.when(at, zone).text();
    let Some((outcome, checked_at)) = check.outcome.zip(check.checked_at) else {
        let late = check.due_at < desk.clock.now();
        let key = if late { "after-check-late" } else { "after-check-waits" };
        let notice = Notice::new(if late { Tone::Bad } else { Tone::Warn }, page.t1(key, "due", at(check.due_at)));
        let notice = notice.title(page.t("after-check"));
        let may = viewer.has_any(&[Role::Reviewer, Role::LeadReviewer]);
        let may = may && may_decide(viewer, &dossier.request, &[]).is_ok();
        let href = format!("/review/{}/after-check", dossier.request.reference);
        return Some(if may { notice.link(href, page.t("after-check-go")) } else { notice });
    };
    let (tone, key) = match outcome {
        AfterCheckOutcome::Confirmed => (Tone::Ok, "after-check-confirmed"),
        AfterCheckOutcome::Overturned => (Tone::Bad, "after-check-overturned"),
    };
    let who = check.checked_by_name.as_deref().map(parts::one_line).unwrap_or_default();
    let text = page.say(&Message::new(key).with("who", who).with("at", at(checked_at)));
    let gap = page.t("sentence-gap");
    let reason = check
        .reason
        .as_ref()
        .filter(|reason| !reason.is_empty())
        .map(|reason| format!("{gap}{}", page.t1("after-check-because", "reason", reason)));
    Some(Notice::new(tone, text + &reason.unwrap_or_default()).title(page.t("after-check")))
}
