//! The mails that a decision would send, written by whatever writes those that are sent.

use crate::app::Desk;
use crate::exceptions::{Grant, GrantedBy};
use crate::identity::Reviewer;
use crate::intake::course::AppealOutcome;
use crate::intake::{Request, Status, subjects};
use crate::notify::{self, Letter, Recipient};
use crate::review::approval::Plan;
use crate::review::{DecisionBody, DecisionOutcome};
use crate::web::components::{Quote, SummaryList};
use crate::web::{Failure, Message, Page};

/// What goes to whom when `reviewer` decides `body` now. A first approval sends nothing; a second contact's copy says what the
/// contact's mail says.
///
/// # Errors
/// When the edition that judged the request is gone.
pub fn of_decision(
    desk: &Desk,
    reviewer: &Reviewer,
    request: &Request,
    body: &DecisionBody,
    plan: Option<&Plan>,
) -> Result<Vec<(Recipient, Letter)>, Failure> {
    if plan.is_some_and(|plan| plan.needs_second) {
        return Ok(Vec::new());
    }
    let (now, edition) = (desk.clock.now(), desk.edition_of(&request.classification)?);
    let decided = decided(desk, request, body);
    let exception = plan.map(|plan| {
        let grant = Grant {
            request_id: request.id,
            reference: &request.reference,
            tenant: request.tenant,
            issue: &request.asked.issue,
            subjects: subjects(&plan.granted.subjects),
            surfaces: plan.granted.surfaces.iter().cloned().collect(),
            not_before: plan.not_before,
            expires_at: plan.expires_at,
            by: GrantedBy::Person { object_id: reviewer.object_id, tenant: reviewer.tenant, actor: reviewer.actor() },
        };
        grant.exception(now)
    });
    let news = notify::of_answer(&decided, exception.as_ref(), &edition);
    let letters = news.iter().flat_map(|news| {
        let write = |to: &Recipient| (*to, notify::write(desk, news.kind, *to, news.language, &news.data));
        news.kind.recipients().iter().filter(|to| **to != Recipient::SecondContact).map(write)
    });
    Ok(letters.collect())
}

/// `request` as the decision would leave it.
fn decided(desk: &Desk, request: &Request, body: &DecisionBody) -> Request {
    let accepted = body.outcome == DecisionOutcome::Accept;
    let mut decided = request.clone();
    decided.status = if accepted { Status::Accepted } else { Status::Denied };
    decided.decided_at = Some(desk.clock.now());
    decided.decision_reason = Some(body.reason.clone());
    if let Some(appeal) = &mut decided.course.appeal {
        appeal.outcome = Some(if accepted { AppealOutcome::Overturned } else { AppealOutcome::Upheld });
        appeal.closed_at = decided.decided_at;
    }
    decided
}

/// `facts` with a row for each mail, or one that says that none goes out.
pub fn rows(facts: SummaryList, page: &Page, mails: &[(Recipient, Letter)]) -> SummaryList {
    if mails.is_empty() {
        return facts.row(page.t("letters"), page.t("letters-none"));
    }
    mails.iter().fold(facts, |facts, (to, letter)| {
        let key = match to {
            Recipient::SecurityContact => "letters-security-contact",
            _ => "letters-contact",
        };
        let label = Message::new(key).with("subject", letter.subject.as_str());
        facts.row(page.say(&label), Quote::new(letter.text().trim(), Some(letter.lang)))
    })
}
