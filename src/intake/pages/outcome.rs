//! The panel on top of a request's page: the word, why in a sentence, what now with its dates.

use super::parts;
use super::show::Telling;
use super::step::Step;
use crate::exceptions::{self, Exception};
use crate::intake::course::AppealOutcome;
use crate::intake::request::Status;
use crate::policy::{ClassificationView, Outcome as Judged};
use crate::web::Message;
use crate::web::components::{Anchor, Markup, Outcome, Tone};
use crate::web::time::span;
use chrono::{DateTime, Utc};

impl Telling {
    /// Word, reason, what now, reference.
    pub(super) fn outcome(&self, view: &ClassificationView) -> Outcome {
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
        let appealed = request.course.appeal.as_ref().and_then(|appeal| appeal.outcome);
        let key = match (request.status, appealed) {
            (Status::Withdrawn, _) if request.course.reopen_until.is_some() => "outcome-why-lapsed",
            (Status::Withdrawn, _) => "outcome-why-withdrawn",
            (Status::Accepted, Some(AppealOutcome::Overturned)) => "outcome-why-overturned",
            (Status::Denied, Some(AppealOutcome::Upheld)) => "outcome-why-upheld",
            (Status::Accepted, _) if by_person => "outcome-why-accepted-by-person",
            (Status::Denied, _) if by_person => "outcome-why-denied-by-person",
            (Status::WaitingForPartner, _) => "outcome-why-waiting",
            (Status::InReview, _) if request.open_appeal().is_some() => "outcome-why-appealed",
            (Status::InReview, _) if view.outcome == Judged::Accept => {
                let guard = request.guards.first();
                let words = guard.map(|guard| super::show::guard_words(guard, self.page.lang()));
                return words.unwrap_or_else(|| self.page.t("guard-other"));
            }
            _ => return view.reasons.first().map(|reason| reason.detail.clone()).unwrap_or_default(),
        };
        self.page.t(key)
    }

    fn now_what(&self, view: &ClassificationView) -> Vec<Markup> {
        let page = &self.page;
        match (self.request.status, &self.exception) {
            (Status::Accepted, Some(exception)) => self.what_holds(exception),
            (Status::Accepted, None) => Vec::new(),
            (Status::Denied, _) => self.after_denial(view),
            (Status::InReview, _) => {
                let by = self.request.due_at.map(|due| self.dated("outcome-now-by", "due", due));
                by.into_iter().chain([page.t("outcome-now-wait").into()]).chain(self.until_then()).collect()
            }
            (Status::WaitingForPartner, _) => {
                let by = self.request.course.waiting_until.map(|until| self.dated("outcome-reply-by", "until", until));
                let reply = self.way(Step::Reply);
                by.into_iter().chain(reply).chain([self.clock_stands()]).chain(self.until_then()).collect()
            }
            (Status::Withdrawn, _) => {
                let by = self.request.course.reopen_until.filter(|until| self.now <= *until);
                let by = by.map(|until| self.dated("outcome-reopen-by", "until", until));
                let again = Anchor::new("/support/requests/new", page.t("outcome-now-new")).into();
                by.into_iter().chain(self.way(Step::Reopen)).chain([again]).collect()
            }
        }
    }

    /// What helps instead, and until when one can appeal.
    fn after_denial(&self, view: &ClassificationView) -> Vec<Markup> {
        let page = &self.page;
        let mut now: Vec<Markup> = match &self.request.decision_reason {
            None => view.guidance.iter().map(|guidance| guidance.text.as_str().into()).collect(),
            Some(_) => vec![page.t("outcome-now-read-reason").into()],
        };
        match self.request.appeal_until() {
            Some(until) if self.now <= until => {
                now.push(self.dated("outcome-appeal-by", "until", until));
                now.extend(self.way(Step::Appeal));
            }
            Some(_) => {}
            None => now.push(page.t("outcome-no-appeal").into()),
        }
        now
    }

    /// The link to a step's page, when the step can be taken.
    fn way(&self, step: Step) -> Option<Markup> {
        let link = self.step(step)?;
        Some(Anchor::new(link.href, link.label).into())
    }

    fn dated(&self, key: &str, name: &'static str, at: DateTime<Utc>) -> Markup {
        self.page.t1(key, name, self.page.when(at, self.zone).text()).into()
    }

    /// How much working time is left once the clock runs on.
    fn clock_stands(&self) -> Markup {
        let left = self.clock.as_ref().map(|clock| span(clock.due.remaining(self.now), self.page.lang()));
        self.page.say(&Message::new("outcome-clock-stands").with("left", left.unwrap_or_default())).into()
    }

    /// MFA is demanded while one waits; what the policy says that helps until then.
    fn until_then(&self) -> Vec<Markup> {
        let texts = parts::until_then(&self.request.asked.issue, &self.edition, self.page.lang());
        [self.page.t("outcome-until-then")].into_iter().chain(texts).map(Markup::from).collect()
    }

    fn what_holds(&self, exception: &Exception) -> Vec<Markup> {
        let page = &self.page;
        let at = |at| page.when(at, self.zone).text();
        let holds = match exception.status(self.now) {
            exceptions::Status::Scheduled => {
                page.t2("outcome-holds-from", "from", at(exception.not_before), "until", at(exception.expires_at))
            }
            exceptions::Status::Active => page.t1("outcome-holds-until", "until", at(exception.expires_at)),
            exceptions::Status::Held => page.t("outcome-exception-held"),
            exceptions::Status::Expired => page.t1("outcome-held-until", "until", at(exception.expires_at)),
            exceptions::Status::Revoked => page.t("outcome-revoked"),
        };
        let link = Anchor::new(format!("/exceptions/{}", exception.reference), page.t("outcome-see-exception"));
        vec![holds.into(), link.into()]
    }
}
