//! How a request came to where it is, as staff read it: every step with who took it, and what was said.

use super::dossier::Dossier;
use super::words;
use crate::audit::timeline::Step;
use crate::audit::words::told;
use crate::identity::{Person, Role};
use crate::intake::Status;
use crate::intake::course::AppealOutcome;
use crate::intake::pages::parts;
use crate::intake::pages::said::Said;
use crate::review::DecisionOutcome;
use crate::review::approval::Say;
use crate::web::components::{Event, Notice, SummaryList, Timeline, Tone};
use crate::web::{Message, Page};
use chrono_tz::Tz;

/// The course of it; staff read who decided and wrote, and why.
pub fn timeline(page: &Page, dossier: &Dossier, zone: Tz) -> Timeline {
    let lang = page.lang();
    let words = Said::with(&dossier.request, zone, lang);
    let event = |step: &Step| {
        let decides = match step.action.as_str() {
            "request.accepted" | "request.approved_first" => Some(DecisionOutcome::Accept),
            "request.denied" => Some(DecisionOutcome::Deny),
            "request.approval_returned" => Some(DecisionOutcome::Return),
            _ => None,
        };
        let said = |say: &&Say| decides == Some(say.outcome) && say.at == step.at;
        let say = dossier.says.iter().find(said);
        let author = dossier.authors.iter().find(|author| author.action == step.action && author.at == step.at);
        let who = match (say, author, step.actor_kind.as_str(), step.action.as_str()) {
            (Some(say), ..) => words::who(say, lang),
            (None, Some(author), ..) if !author.name.is_empty() => parts::one_line(&author.name),
            (None, None, _, "exception.after_checked") => {
                let check = dossier.after_check.as_ref().and_then(|check| check.checked_by_name.as_deref());
                check.map_or_else(|| page.t("role-reviewer"), parts::one_line)
            }
            (None, None, _, "request.noted") => {
                let note = dossier.notes.iter().find(|note| note.written_at == step.at);
                note.map_or_else(|| page.t("role-reviewer"), |note| parts::one_line(&note.author_name))
            }
            (None, _, _, "request.filed" | "request.replied" | "request.appealed") if words.erased().is_some() => {
                parts::one_line(&dossier.request.tenant_name)
            }
            (None, None, _, "request.filed") => parts::one_line(&dossier.request.filed_by_name),
            (
                None,
                None,
                "person",
                "request.withdrawn" | "request.reopened" | "evidence.added" | "evidence.removed" | "exception.ended"
                | "exception.disputed",
            ) => parts::one_line(&dossier.request.tenant_name),
            (None, None, "person", "request.deadline_moved" | "exception.after_check_moved") => {
                page.t("role-policy-admin")
            }
            (None, None, "person", _) => page.t("role-reviewer"),
            _ => page.t("event-by-desk"),
        };
        let quote =
            say.map(|say| words.staffs(&say.reason)).or_else(|| parts::said_at(&dossier.request, step, zone, lang));
        Some(Event {
            when: page.when(step.at, zone),
            what: told(step, page.reader.zones(zone), lang)?,
            who: Some(who),
            quote,
        })
    };
    Timeline { events: dossier.steps.iter().filter_map(event).collect() }
}

/// What a reviewer must know before anything else: that it is an appeal, and who cannot take part; that it waits.
pub fn notices(page: &Page, dossier: &Dossier, viewer: &Person, zone: Tz) -> Vec<Notice> {
    let request = &dossier.request;
    let at = |at| page.when(at, zone).text();
    let appeal = request.open_appeal().map(|appeal| {
        let yours = dossier.says.iter().any(|say| say.outcome == DecisionOutcome::Deny && say.by == viewer.object_id.0);
        let text = if yours {
            page.t("review-appeal-yours")
        } else {
            page.t1("review-appeal-notice-text", "at", at(appeal.denied_at))
        };
        Notice::new(Tone::Info, text).title(page.t("review-appeal-notice"))
    });
    let waits = request.course.waiting_until.map(|until| {
        Notice::new(Tone::Warn, page.t1("review-waits-until", "until", at(until))).title(page.t("review-waits"))
    });
    // The last word on it, when that was a return at the version it still has.
    let returned = dossier.says.last().filter(|say| {
        say.outcome == DecisionOutcome::Return && say.version == request.version && request.status == Status::InReview
    });
    let returned = returned.map(|say| {
        let title = page.t1("return-notice", "who", words::who(say, page.lang()));
        Notice::new(Tone::Warn, say.reason.clone()).title(title)
    });
    let decides = request.status == Status::InReview && viewer.has_any(&[Role::Reviewer, Role::LeadReviewer]);
    let same = (decides && dossier.same > 0).then(|| {
        let notice = Notice::new(Tone::Info, page.t1("same-notice", "count", dossier.same));
        notice.link(format!("/review/{}/same", request.reference), page.t("same-go"))
    });
    appeal.into_iter().chain(waits).chain(returned).chain(same).collect()
}

/// The appeal: why, against what, and what it came to.
pub fn appeal(page: &Page, dossier: &Dossier, zone: Tz) -> Option<SummaryList> {
    let (request, lang) = (&dossier.request, page.lang());
    let appeal = request.course.appeal.as_ref()?;
    let denial = dossier.says.iter().find(|say| say.outcome == DecisionOutcome::Deny && say.at == appeal.denied_at);
    let by = denial.map_or_else(|| page.t("review-appeal-by-policy"), |say| words::who(say, lang));
    let by = Message::new("review-appeal-denied").with("by", by).with("at", page.when(appeal.denied_at, zone).text());
    let said = Said::with(request, zone, lang);
    let list = SummaryList::new()
        .row(page.t("review-appeal-reason"), said.partners(&appeal.reason))
        .row(page.t("review-appeal-denial"), page.say(&by));
    let list = match &appeal.denial_reason {
        Some(reason) => list.row(page.t("appeal-first-reason"), said.staffs(reason)),
        None => list,
    };
    Some(match appeal.outcome {
        Some(AppealOutcome::Overturned) => list.row(page.t("queue-status"), page.t("review-appeal-overturned")),
        Some(AppealOutcome::Upheld) => list.row(page.t("queue-status"), page.t("review-appeal-upheld")),
        None => list,
    })
}
