//! `/support/requests/{reference}`: the answer, why, what now, and how it came about.

use super::parts::{self, SubjectsList};
use super::receipt::receipt;
use super::said::Said;
use super::step::Step as StepOf;
use crate::app::Desk;
use crate::audit::{timeline, words};
use crate::db::Tx;
use crate::evidence::{self, Evidence};
use crate::exceptions::{self, Exception};
use crate::identity::{Filer, parse_guid};
use crate::intake::clock::reckoned;
use crate::intake::course::{Appeal, AppealOutcome};
use crate::intake::request::{self, Request, Status};
use crate::intake::view::shows_subjects;
use crate::intake::{Labels, SubjectsBody};
use crate::policy::Edition;
use crate::sla::Reckoned;
use crate::web::components::{ClockReceipt, Markup, Notice, Outcome, Quote, SummaryList, Tag, Timeline, Tone};
use crate::web::page::{Link, step_up_href};
use crate::web::table::Table;
use crate::web::time::date;
use crate::web::{Failure, Html, Message, Page, Reader};
use actix_web::web;
use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use mfa_enforcement::wire::Subjects;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "intake/show.html")]
pub(super) struct ShowPage {
    page: Page,
    erased: Option<Notice>,
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
    /// The question that waits for a reply.
    question: Option<Quote>,
    appeal: Option<AppealShown>,
    steps: Vec<Link>,
}

/// An appeal, with the denial that it is against.
struct AppealShown {
    state: String,
    reason: Quote,
    first: String,
    first_reason: Option<Quote>,
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
    let request = request.ok_or_else(super::no_request)?;
    let exception = exceptions::of_request(&mut tx, request.id).await?;
    let things: Vec<_> = [request.id].into_iter().chain(exception.as_ref().map(|exception| exception.id)).collect();
    let steps = timeline::of(&mut tx, &things).await?;
    let names = known_names(&mut tx, &request, exception.as_ref()).await?;
    let page = reader
        .page_titled(reader.lang.text_with("request-title", &[("reference", reference.as_str().to_owned().into())]));
    let telling = Telling {
        edition: desk.edition_of(&request.classification)?,
        zone: parts::zone_of(&desk, &request),
        clock: reckoned(&desk, &request)?,
        now: desk.clock.now(),
        shows_subjects: shows_subjects(&request, &filer),
        page: page.back_to("/support/requests", "requests-title"),
        files: evidence::of_requests(&mut tx, &[request.id]).await?,
        mfa: filer.mfa,
        names,
        exception,
        request,
    };
    let quote = |step: &timeline::Step| parts::said_at(&telling.request, step, telling.zone, reader.lang);
    let history = words::timeline(&steps, words::Audience::Partner, telling.zone, reader.lang, quote);
    Ok(Html(telling.into_page(history)))
}

/// One request, for one reader.
pub(super) struct Telling {
    pub(super) page: Page,
    pub(super) request: Request,
    pub(super) exception: Option<Exception>,
    pub(super) edition: Arc<Edition>,
    pub(super) zone: Tz,
    pub(super) clock: Option<Reckoned>,
    pub(super) now: DateTime<Utc>,
    shows_subjects: bool,
    files: Vec<Evidence>,
    mfa: bool,
    /// Of the users, as far as they are known.
    names: Labels,
}

/// The names of everybody whom `request` and its exception name: those that the partner gave, else those of people who have signed in.
async fn known_names(tx: &mut Tx, request: &Request, exception: Option<&Exception>) -> Result<Labels, sqlx::Error> {
    let asked: Vec<_> = match &request.asked.scope.subjects {
        SubjectsBody::All => Vec::new(),
        SubjectsBody::Users { object_ids } => object_ids.iter().filter_map(|id| parse_guid(id)).collect(),
    };
    let granted = match exception.map(|exception| &exception.subjects) {
        Some(Subjects::Users(ids)) => ids.to_vec(),
        _ => Vec::new(),
    };
    let ids: Vec<_> = asked.into_iter().chain(granted).collect();
    Ok(Labels::of_people(tx, request.tenant, &ids).await?.and(request.subject_labels.clone()))
}

impl Telling {
    fn into_page(self, history: Timeline) -> ShowPage {
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
        let said = Said::with(request, self.zone, lang);
        ShowPage {
            erased: said.notice(&self.page),
            status: parts::status_tag(request.status, lang),
            title: said.line(&request.asked.title),
            title_tag: said.title_tag(),
            outcome: self.outcome(&view),
            receipt: self.clock.as_ref().map(|clock| receipt(clock, request, self.now, &self.page)),
            reviewers_reason: request.decision_reason.as_ref().map(|reason| said.staffs(reason)),
            exception,
            guards: request.guards.iter().map(|guard| guard_words(guard, lang)).collect(),
            criteria: parts::criteria(request.classification.criteria(&self.edition, lang), lang),
            guidance,
            scope: parts::asked_scope(
                &request.asked.scope,
                self.shows_subjects.then_some(&self.names),
                &self.edition,
                self.zone,
                lang,
            ),
            hidden: (!self.shows_subjects).then(|| self.how_to_see_subjects()),
            description: said.partners(&request.asked.description),
            answers: issue.map(|issue| parts::answers(&said, issue, &[])),
            evidence: self.evidence(),
            facts: self.facts(),
            history,
            question: request.open_question().map(|question| Quote::new(&question.text, None)),
            appeal: request.course.appeal.as_ref().map(|appeal| self.appeal(appeal)),
            steps: StepOf::ALL.into_iter().filter_map(|step| self.step(step)).collect(),
            page: self.page,
        }
    }

    /// The way to a step's page, when the step can be taken now.
    pub(super) fn step(&self, step: StepOf) -> Option<Link> {
        step.allowed(&self.request, self.now).ok()?;
        let href = format!("/support/requests/{}/{}", self.request.reference, step.name());
        Some(Link { href, label: self.page.t(&format!("{}-go", step.name())) })
    }

    fn appeal(&self, appeal: &Appeal) -> AppealShown {
        let said = Said::with(&self.request, self.zone, self.page.lang());
        let at = |at| self.page.when(at, self.zone).text();
        let state = match (appeal.outcome, appeal.closed_at) {
            (Some(AppealOutcome::Overturned), Some(closed)) => {
                self.page.t1("appeal-state-overturned", "at", at(closed))
            }
            (Some(AppealOutcome::Upheld), Some(closed)) => self.page.t1("appeal-state-upheld", "at", at(closed)),
            _ if self.request.status == Status::Withdrawn => self.page.t("appeal-state-withdrawn"),
            _ => self.page.t("appeal-state-open"),
        };
        let first = match appeal.denial_reason {
            Some(_) => "request-first-denial-by-person",
            None => "request-first-denial-by-policy",
        };
        AppealShown {
            state,
            reason: said.partners(&appeal.reason),
            first: self.page.t1(first, "at", at(appeal.denied_at)),
            first_reason: appeal.denial_reason.as_ref().map(|reason| said.staffs(reason)),
        }
    }

    fn granted(&self, exception: &Exception) -> SummaryList {
        let (page, lang) = (&self.page, self.page.lang());
        let who: Markup = match self.shows_subjects {
            true => Markup::of(&SubjectsList::granted(&exception.subjects, lang).named(&self.names)),
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
        let phone = contact.phone.as_ref().map(|phone| Markup::unbroken(&parts::one_line(phone)));
        let name = parts::one_line(&contact.name).into();
        let contact = [name, Markup::mail(&parts::one_line(&contact.email))].into_iter().chain(phone);
        let lang = page.lang();
        let said = Said::with(request, self.zone, lang);
        let since = date(self.edition.effective_at().with_timezone(&self.zone).date_naive(), lang);
        SummaryList::new()
            .row(page.t("facts-issue"), parts::issue_title(&request.asked.issue, &self.edition, lang))
            .row(page.t("facts-filed-at"), page.when(request.filed_at, self.zone))
            .row(page.t("facts-filed-by"), said.line(&request.filed_by_name))
            .row(page.t("facts-contact"), said.erased().map_or_else(|| Markup::lines(contact), Markup::from))
            .row(page.t("facts-language"), request.language.text("language-name"))
            .row(page.t("facts-policy"), page.t1("facts-policy-since", "date", since))
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
