//! `/review/{ref}`: the partner's words beside the criteria, and everything that a decision needs.

use super::after_check;
use super::ask::{self, AskForm};
use super::before;
use super::course;
use super::dossier::Dossier;
use super::earlier::Earlier;
use super::form::{DecideForm, prefilled};
use super::notes::{self, Notes};
use super::presence::{self, Presence};
use super::words;
use crate::app::Desk;
use crate::evidence::pages::Block;
use crate::identity::{Person, Role, StaffReader};
use crate::intake::Labels;
use crate::intake::clock::reckoned;
use crate::intake::pages::parts;
use crate::intake::pages::passages::within;
use crate::intake::pages::receipt::receipt;
use crate::intake::pages::said::Said;
use crate::intake::{Request, Status};
use crate::locale::Lang;
use crate::policy::{Edition, Outcome as PolicyOutcome};
use crate::problem::InputError;
use crate::review::approval::{Say, may_decide};
use crate::web::components::{Anchor, ClockReceipt, Markup, Notice, Outcome, Quote, SummaryList, Timeline, Tone};
use crate::web::headers::with_live_script;
use crate::web::table::Table;
use crate::web::{Failure, FormFields, Html, Message, Page, Reader};
use actix_web::{Responder, web};
use askama::Template;
use chrono_tz::Tz;

/// A request as a reviewer reads it.
#[derive(Template)]
#[template(path = "review/show.html")]
pub struct ReviewPage {
    page: Page,
    /// Who works on it; none on the answer to a form.
    presence: Option<Presence>,
    tags: Vec<Markup>,
    /// Partner and issue, in a line.
    about: String,
    notices: Vec<Notice>,
    /// A reason that was typed and has no form to stand in any more.
    kept: Option<Quote>,
    result: Option<Outcome>,
    title: Quote,
    description: Quote,
    answers: SummaryList,
    facts: SummaryList,
    policy: Notice,
    reasons: Vec<String>,
    /// What the text check read into the marked passages, by the number of the footnote.
    footnotes: Vec<String>,
    guards: Vec<String>,
    /// The request that was refused before, and what differs.
    earlier: Option<Earlier>,
    criteria: Table,
    evidence: Block,
    scope: SummaryList,
    clock: Option<ClockReceipt>,
    tenant: SummaryList,
    history: Table,
    open_grants: Table,
    /// What the first of two approved, and why.
    first: Option<SummaryList>,
    form: Option<DecideForm>,
    ask: Option<AskForm>,
    appeal: Option<SummaryList>,
    /// What staff told each other.
    notes: Notes,
    timeline: Timeline,
}

/// The page, for every member of staff; who may decide finds the form on it.
pub async fn show(
    staff: StaffReader,
    desk: web::Data<Desk>,
    reader: Reader,
    reference: web::Path<String>,
) -> Result<impl Responder, Failure> {
    let dossier = Dossier::read(&desk, &reference).await?;
    let (presence, typed) = presence::enter(&desk, &reader, &staff, &dossier.request).await?;
    let values = presence::resumed(prefilled(&dossier.scope()), &typed);
    let policy = with_live_script(&reader.site);
    let mut page = ReviewPage::new(&desk, reader, &staff, &dossier, &values, &[])?;
    page.presence = Some(presence);
    Ok(Html(page).customize().insert_header(policy))
}

impl ReviewPage {
    /// The page of `dossier` for `viewer`, its form holding `values`, found wrong at `errors`.
    ///
    /// # Errors
    /// When the edition or the calendar of the request is gone.
    pub fn new(
        desk: &Desk,
        reader: Reader,
        viewer: &Person,
        dossier: &Dossier,
        values: &FormFields,
        errors: &[InputError],
    ) -> Result<Self, Failure> {
        let (request, now) = (&dossier.request, desk.clock.now());
        let (lang, zone) = (reader.lang, parts::zone_of(desk, request));
        let edition = desk.edition_of(&request.classification)?;
        let title = Message::new("review-title").with("reference", request.reference.as_str()).text(lang);
        let page = reader.page_titled(title).wide().back_to("/queue", "queue-title");
        let may_answer = may_answer(viewer, dossier);
        let ask = may_answer.then(|| AskForm::new(&page, dossier, values, errors));
        let decision: Vec<_> =
            errors.iter().filter(|error| !ask::is_own(error) && !notes::is_own(error)).cloned().collect();
        let form = may_answer.then(|| DecideForm::new(desk, &page, request, values, &decision)).transpose()?;
        let notes = Notes::new(&page, dossier, viewer, zone, values, errors);
        let wrong =
            [ask.as_ref().map(|form| &form.errors), form.as_ref().map(|form| &form.errors), Some(&notes.errors)];
        let page = page.with_errors(wrong.into_iter().flatten().flatten().cloned().collect());
        let waiting = dossier.waiting();
        let judged = request.classification.view(&edition, lang);
        let passages = &request.classification.passages;
        let said = Said::with(request, zone, lang);
        let quote = |text: &str, field| said.marked(text, &within(text, field, passages));
        let issue = edition.issue(&request.asked.issue);
        Ok(Self {
            presence: None,
            tags: words::status_tags(request, waiting.is_some(), lang),
            about: Message::new("review-about")
                .with("partner", parts::one_line(&request.tenant_name))
                .with("issue", parts::issue_title(&request.asked.issue, &edition, lang))
                .text(lang),
            notices: said
                .notice(&page)
                .into_iter()
                .chain(course::notices(&page, dossier, viewer, zone))
                .chain(after_check::notice(desk, &page, dossier, viewer, zone))
                .chain(waiting.iter().map(|say| first_approval(say, viewer, request, lang)))
                .collect(),
            kept: None,
            result: result(&page, dossier, zone),
            title: quote(&request.asked.title, "/title"),
            description: quote(&request.asked.description, "/description"),
            answers: issue.map(|issue| parts::answers(&said, issue, passages)).unwrap_or_default(),
            facts: facts(&page, request, zone),
            policy: policy_said(judged.outcome, lang),
            reasons: judged.reasons.into_iter().map(|reason| reason.detail).collect(),
            footnotes: words::footnotes(passages, issue, &edition, lang),
            guards: request.guards.iter().map(|code| words::guard(code, lang)).collect(),
            earlier: dossier.earlier.as_ref().map(|it| Earlier::new(desk, &page, it, request, zone)).transpose()?,
            criteria: parts::criteria(request.classification.criteria(&edition, lang), lang),
            evidence: Block::for_staff(&page, &request.reference, &dossier.files, zone),
            scope: parts::asked_scope(
                &request.asked.scope,
                Some(&request.subject_labels),
                &edition,
                page.reader.zones(zone),
                lang,
            ),
            clock: reckoned(desk, request)?.map(|clock| receipt(&clock, request, now, &page)),
            tenant: before::tenant(desk, &page, dossier),
            history: before::history(desk, &page, dossier, zone)?,
            open_grants: before::open_grants(desk, &page, dossier, &edition, zone),
            first: waiting.as_ref().map(|say| approved(say, &request.subject_labels, &page, &edition, zone)),
            form,
            ask,
            appeal: course::appeal(&page, dossier, zone),
            notes,
            timeline: course::timeline(&page, dossier, zone),
            page,
        })
    }

    /// The same with a notice on top; without a form, the typed `reason` is shown so that it is not lost.
    #[must_use]
    pub fn noticed(mut self, notice: Notice, reason: &str) -> Self {
        self.notices.insert(0, notice);
        self.kept = (!self.has_form() && !reason.is_empty()).then(|| Quote::new(reason, None));
        self
    }

    /// Whether the viewer finds the form on it.
    pub fn has_form(&self) -> bool {
        self.form.is_some()
    }
}

/// Whether the form is offered. Whoever sends it without is refused all the same.
fn may_answer(viewer: &Person, dossier: &Dossier) -> bool {
    dossier.request.status == Status::InReview
        && viewer.has_any(&[Role::Reviewer, Role::LeadReviewer])
        && may_decide(viewer, &dossier.request, &dossier.says).is_ok()
}

/// Whose approval waits, and what the viewer can do about it.
fn first_approval(say: &Say, viewer: &Person, request: &Request, lang: Lang) -> Notice {
    let title = Message::new("review-first-approval").with("who", words::who(say, lang)).text(lang);
    let notice = Notice::new(Tone::Info, lang.text(words::part_in(say, viewer))).title(title);
    let decides = viewer.has_any(&[Role::Reviewer, Role::LeadReviewer]) && say.by != viewer.object_id.0;
    let href = format!("/review/{}/return", request.reference);
    if decides { notice.link(href, lang.text("return-go")) } else { notice }
}

/// What the first of two approved, when and why.
fn approved(say: &Say, labels: &Labels, page: &Page, edition: &Edition, zone: Tz) -> SummaryList {
    let scope = say
        .scope
        .as_ref()
        .map(|scope| parts::asked_scope(&scope.0, Some(labels), edition, page.reader.zones(zone), page.lang()));
    scope
        .unwrap_or_default()
        .row(page.t("review-approved-at"), page.when(say.at, zone))
        .row(page.t("review-approved-because"), Quote::new(&say.reason, None))
}

/// What it came to, once it is decided.
fn result(page: &Page, dossier: &Dossier, zone: Tz) -> Option<Outcome> {
    let (request, lang) = (&dossier.request, page.lang());
    let (tone, word) = match request.status {
        Status::Accepted => (Tone::Ok, "review-result-accepted"),
        Status::Denied => (Tone::Bad, "review-result-denied"),
        Status::Withdrawn => (Tone::Quiet, "review-result-withdrawn"),
        Status::InReview | Status::WaitingForPartner => return None,
    };
    let at = page.when(request.decided_at?, zone).text();
    let why = match (dossier.deciding(), request.status) {
        (_, Status::Withdrawn) if request.course.reopen_until.is_some() => {
            Message::new("review-result-lapsed").with("at", at)
        }
        (_, Status::Withdrawn) => Message::new("review-result-by-partner").with("at", at),
        (Some(say), _) => by(say, dossier, lang).with("at", at),
        (None, _) => Message::new("review-result-by-policy").with("at", at),
    };
    let said = Said::with(request, zone, lang);
    let reason = request.decision_reason.as_ref().map(|reason| said.staffs(reason).into());
    let exception = dossier.exception.as_ref().map(|exception| {
        let label = Message::new("review-result-exception").with("reference", exception.reference.as_str());
        Anchor::new(format!("/exceptions/{}", exception.reference), label.text(lang)).into()
    });
    Some(Outcome {
        tone,
        word: page.t(word),
        why: why.text(lang),
        now_heading: page.t("review-result-reason"),
        now: reason.into_iter().chain(exception).collect(),
        reference: None,
    })
}

/// One person's decision, or that of two.
fn by(say: &Say, dossier: &Dossier, lang: Lang) -> Message {
    let first = say.confirms.and_then(|id| dossier.says.iter().find(|first| first.id == id));
    let message = match first {
        None => Message::new("review-result-by-person"),
        Some(first) => Message::new("review-result-by-two").with("first", words::who(first, lang)),
    };
    message.with("who", words::who(say, lang))
}

/// Who asked, when, in which language, and whom to answer.
fn facts(page: &Page, request: &Request, zone: Tz) -> SummaryList {
    let contact = &request.asked.contact;
    let contact = [Some(&contact.name), Some(&contact.email), contact.phone.as_ref()].into_iter().flatten();
    let contact: Vec<_> = contact.map(|text| parts::one_line(text)).collect();
    let said = Said::with(request, zone, page.lang());
    SummaryList::new()
        .row(page.t("review-filed"), page.when(request.filed_at, zone))
        .row(page.t("review-filed-by"), said.line(&request.filed_by_name))
        .row(page.t("review-contact"), said.erased().unwrap_or_else(|| contact.join(&page.t("list-separator"))))
        .row(page.t("queue-language"), words::language(request.language, page.lang()))
}

/// What the decision table came to, before the guards.
fn policy_said(outcome: PolicyOutcome, lang: Lang) -> Notice {
    let (tone, key) = match outcome {
        PolicyOutcome::Accept => (Tone::Ok, "review-policy-accept"),
        PolicyOutcome::Deny => (Tone::Bad, "review-policy-deny"),
        PolicyOutcome::Review => (Tone::Info, "review-policy-review"),
    };
    Notice::new(tone, lang.text(key))
}
