//! `/support/requests/{reference}`: the answer, why, what now, and how it came about.

use super::parts::{self, SubjectsList};
use crate::app::Desk;
use crate::audit::{timeline, words};
use crate::evidence::{self, Evidence};
use crate::exceptions::{self, Exception};
use crate::identity::Filer;
use crate::intake::request::{self, Request, Status};
use crate::intake::view::{clock_of, shows_subjects};
use crate::policy::{ClassificationView, Edition, Outcome as Judged};
use crate::problem::Kind;
use crate::web::components::{Anchor, ClockReceipt, Markup, Notice, Outcome, Quote, SummaryList, Tag, Timeline, Tone};
use crate::web::page::step_up_href;
use crate::web::table::Table;
use crate::web::{Failure, Html, Message, Page, Reader};
use actix_web::web;
use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "intake/show.html")]
pub(super) struct ShowPage {
    page: Page,
    status: Tag,
    title: String,
    title_tag: &'static str,
    outcome: Outcome,
    receipt: Option<ClockReceipt>,
    reviewers_reason: Option<Quote>,
    exception: Option<SummaryList>,
    guards: Vec<String>,
    criteria: Table,
    guidance: Vec<String>,
    scope: SummaryList,
    hidden: Option<Notice>,
    description: Quote,
    answers: Option<SummaryList>,
    evidence: Option<evidence::pages::Block>,
    facts: SummaryList,
    history: Timeline,
    withdraw: Option<String>,
}

/// The request of this reference; another tenant's is not found.
pub(super) async fn show(
    filer: Filer,
    desk: web::Data<Desk>,
    reader: Reader,
    reference: web::Path<String>,
) -> Result<Html<ShowPage>, Failure> {
    let mut tx = desk.db.partner(filer.tenant).await?;
    let request = request::find_by_reference(&mut tx, &reference).await?;
    let request = request.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let exception = exceptions::of_request(&mut tx, request.id).await?;
    let things: Vec<_> = [request.id].into_iter().chain(exception.as_ref().map(|exception| exception.id)).collect();
    let steps = timeline::of(&mut tx, &things).await?;
    let page = reader
        .page_titled(reader.lang.text_with("request-title", &[("reference", reference.as_str().to_owned().into())]));
    let telling = Telling {
        edition: desk.edition_of(&request.classification)?,
        zone: desk.calendars.get(&request.calendar).map_or(Tz::UTC, |calendar| calendar.zone()),
        now: desk.clock.now(),
        shows_subjects: shows_subjects(&request, &filer),
        page: page.back_to("/support/requests", "requests-title"),
        files: evidence::of_requests(&mut tx, &[request.id]).await?,
        mfa: filer.mfa,
        exception,
        request,
    };
    let receipt = clock_of(&desk, &telling.request)?
        .and_then(|due| parts::receipt(&due, &telling.request, telling.now, reader.lang));
    let history = words::timeline(&steps, words::Audience::Partner, telling.zone, reader.lang);
    Ok(Html(telling.into_page(receipt, history)))
}

/// One request, for one reader.
struct Telling {
    page: Page,
    request: Request,
    exception: Option<Exception>,
    edition: Arc<Edition>,
    zone: Tz,
    now: DateTime<Utc>,
    shows_subjects: bool,
    files: Vec<Evidence>,
    mfa: bool,
}

impl Telling {
    fn into_page(self, receipt: Option<ClockReceipt>, history: Timeline) -> ShowPage {
        let lang = self.page.lang();
        let request = &self.request;
        let view = request.classification.view(&self.edition, lang);
        let issue = self.edition.issue(&request.asked.issue);
        let exception = self.exception.as_ref().map(|exception| self.granted(exception));
        let guidance = match request.status {
            // The panel on top has it.
            Status::Denied if request.decision_reason.is_none() => Vec::new(),
            _ => view.guidance.iter().map(|guidance| guidance.text.clone()).collect(),
        };
        ShowPage {
            status: parts::status_tag(request.status, lang),
            title: parts::one_line(&request.asked.title),
            title_tag: request.language.tag(),
            outcome: self.outcome(&view),
            receipt,
            reviewers_reason: request.decision_reason.as_ref().map(|reason| Quote::new(reason, None)),
            exception,
            guards: request.guards.iter().map(|guard| guard_words(guard, lang)).collect(),
            criteria: parts::criteria(request.classification.criteria(&self.edition, lang), lang),
            guidance,
            scope: parts::asked_scope(
                &request.asked.scope,
                self.shows_subjects.then_some(&request.subject_labels),
                &self.edition,
                self.zone,
                lang,
            ),
            hidden: (!self.shows_subjects).then(|| self.how_to_see_subjects()),
            description: Quote::new(&request.asked.description, Some(request.language)),
            answers: issue.map(|issue| parts::answers(request, issue, lang)),
            evidence: self.evidence(),
            facts: self.facts(),
            history,
            withdraw: request.status.is_open().then(|| format!("/support/requests/{}/withdraw", request.reference)),
            page: self.page,
        }
    }

    /// Word, reason, what now, reference.
    fn outcome(&self, view: &ClassificationView) -> Outcome {
        let (tone, word) = match self.request.status {
            Status::Accepted => (Tone::Ok, "outcome-accepted"),
            Status::Denied => (Tone::Bad, "outcome-denied"),
            Status::InReview => (Tone::Info, "outcome-in-review"),
            Status::WaitingForPartner => (Tone::Warn, "outcome-waiting"),
            Status::Withdrawn => (Tone::Quiet, "outcome-withdrawn"),
        };
        Outcome {
            tone,
            word: self.page.t(word),
            why: self.why(view),
            now_heading: self.page.t(match self.request.status {
                Status::Denied => "outcome-instead",
                _ => "outcome-now",
            }),
            now: self.now_what(view),
            reference: Some((self.page.t("outcome-reference"), self.request.reference.clone())),
        }
    }

    fn why(&self, view: &ClassificationView) -> String {
        let request = &self.request;
        let by_person = request.decision_reason.is_some();
        match request.status {
            Status::Withdrawn => self.page.t("outcome-why-withdrawn"),
            Status::Accepted if by_person => self.page.t("outcome-why-accepted-by-person"),
            Status::Denied if by_person => self.page.t("outcome-why-denied-by-person"),
            Status::InReview if view.outcome == Judged::Accept => {
                let guard = request.guards.first();
                guard.map_or_else(|| self.page.t("guard-other"), |guard| guard_words(guard, self.page.lang()))
            }
            _ => view.reasons.first().map(|reason| reason.detail.clone()).unwrap_or_default(),
        }
    }

    fn now_what(&self, view: &ClassificationView) -> Vec<Markup> {
        let page = &self.page;
        let until_then = parts::until_then(&self.request.asked.issue, &self.edition, page.lang());
        match (self.request.status, &self.exception) {
            (Status::Accepted, Some(exception)) => self.what_holds(exception),
            (Status::Accepted, None) => Vec::new(),
            (Status::Denied, _) if self.request.decision_reason.is_none() => {
                view.guidance.iter().map(|guidance| guidance.text.as_str().into()).collect()
            }
            (Status::Denied, _) => vec![page.t("outcome-now-read-reason").into()],
            (Status::InReview, _) => {
                let by =
                    self.request.due_at.map(|due| page.t1("outcome-now-by", "due", page.when(due, self.zone).text()));
                let now = by.into_iter().chain([page.t("outcome-now-wait")]).chain(until_then);
                now.map(Markup::from).collect()
            }
            (Status::WaitingForPartner, _) => {
                [page.t("outcome-now-reply")].into_iter().chain(until_then).map(Markup::from).collect()
            }
            (Status::Withdrawn, _) => vec![Anchor::new("/support/requests/new", page.t("outcome-now-new")).into()],
        }
    }

    fn what_holds(&self, exception: &Exception) -> Vec<Markup> {
        let page = &self.page;
        let at = |at| page.when(at, self.zone).text();
        let holds = match exception.status(self.now) {
            exceptions::Status::Scheduled => {
                page.t2("outcome-holds-from", "from", at(exception.not_before), "until", at(exception.expires_at))
            }
            exceptions::Status::Active => page.t1("outcome-holds-until", "until", at(exception.expires_at)),
            exceptions::Status::Expired => page.t1("outcome-held-until", "until", at(exception.expires_at)),
            exceptions::Status::Revoked => page.t("outcome-revoked"),
        };
        let link = Anchor::new(format!("/exceptions/{}", exception.reference), page.t("outcome-see-exception"));
        vec![holds.into(), link.into()]
    }

    fn granted(&self, exception: &Exception) -> SummaryList {
        let (page, lang) = (&self.page, self.page.lang());
        let who: Markup = match self.shows_subjects {
            true => Markup::of(&SubjectsList::granted(&exception.subjects, lang).named(&self.request.subject_labels)),
            false => page.t("subjects-hidden").into(),
        };
        SummaryList::new()
            .row(page.t("scope-status"), Tag::of_status(exception.status(self.now).code(), lang))
            .row(page.t("scope-who"), who)
            .row(page.t("scope-where"), parts::surface_labels(&exception.surfaces, &self.edition, lang))
            .row(page.t("scope-from"), page.when(exception.not_before, self.zone))
            .row(page.t("scope-until"), page.when(exception.expires_at, self.zone))
    }

    fn facts(&self) -> SummaryList {
        let (page, request) = (&self.page, &self.request);
        let contact = &request.asked.contact;
        let contact: Vec<_> = [Some(&contact.name), Some(&contact.email), contact.phone.as_ref()]
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        let lang = page.lang();
        SummaryList::new()
            .row(page.t("facts-issue"), parts::issue_title(&request.asked.issue, &self.edition, lang))
            .row(page.t("facts-filed-at"), page.when(request.filed_at, self.zone))
            .row(page.t("facts-filed-by"), parts::one_line(&request.filed_by_name))
            .row(page.t("facts-contact"), parts::one_line(&contact.join(&page.t("list-separator"))))
            .row(page.t("facts-language"), request.language.text("language-name"))
            .row(page.t("facts-policy"), request.classification.policy_version.clone())
    }

    fn evidence(&self) -> Option<evidence::pages::Block> {
        let request = &self.request;
        let open = request.status.is_open();
        evidence::pages::Block::for_partner(&self.page, &request.reference, &self.files, self.mfa, open, self.zone)
    }

    fn how_to_see_subjects(&self) -> Notice {
        Notice::new(Tone::Info, self.page.t("subjects-hidden-text"))
            .link(step_up_href(&self.page.reader.path), self.page.t("step-up-go"))
    }
}

/// Why an accept became a review.
pub fn guard_words(guard: &str, lang: crate::locale::Lang) -> String {
    lang.try_text(&format!("guard-{}", guard.replace('_', "-")))
        .unwrap_or_else(|| Message::new("guard-other").text(lang))
}
