//! What the answers alone are likely to come to, before a scope is known: which questions matter, and what the first ones decide.

use crate::locale::Lang;
use crate::policy::case::{Answer, Answers, Scope, Subjects};
use crate::policy::table::{self, Undecided, Verdict};
use crate::policy::{Classification, ClassificationView, Edition, Issue, Kind, Outcome, answers};
use crate::problem::InputError;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The view of an issue's answers.
pub struct Outlook {
    /// What they come to; while an answer that matters is missing or wrong, every such place.
    pub judged: Result<Verdict, Vec<InputError>>,
}

impl Outlook {
    /// By `given` answers alone, for a scope that stays within every limit.
    pub fn of(edition: &Edition, issue: &Issue, given: &Map<String, Value>, now: DateTime<Utc>) -> Self {
        let read = answers::read(issue, given.clone());
        let judge = |answers: &Answers| table::judge(edition, issue, answers, Some(&usual_scope(issue)), now);
        let missing = match judge(&read.answers) {
            Ok(verdict) if read.errors.is_empty() => return Self { judged: Ok(verdict) },
            Ok(_) => Vec::new(),
            Err(_) => missing(issue, read.answers, judge),
        };
        let missing = missing.into_iter().filter(|name| !read.unreadable.contains(name));
        let missing = missing.map(|name| InputError::new(answers::pointer(&name), "answer_missing"));
        Self { judged: Err(read.errors.into_iter().chain(missing).collect()) }
    }

    /// What is wrong or missing.
    pub fn errors(&self) -> &[InputError] {
        self.judged.as_ref().err().map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether `question` still matters: those behind an answer that decides do not.
    pub fn matters(&self, issue: &Issue, question: &str) -> bool {
        match &self.judged {
            Ok(verdict) if verdict.outcome != Outcome::Accept => {
                !issue.reads(question) || verdict.steps.iter().any(|step| *step.criterion == *question)
            }
            _ => true,
        }
    }

    /// The answer that the partner should hear at once, when it is not the one hoped for: a code that names it.
    pub fn bad_news(&self) -> Option<(String, &Verdict)> {
        let verdict = self.judged.as_ref().ok().filter(|verdict| verdict.outcome != Outcome::Accept)?;
        let reason = verdict.reasons.first()?;
        Some((format!("{:?} {} {}", verdict.outcome, reason.code, reason.criterion), verdict))
    }
}

/// `verdict` in words.
pub fn words(
    edition: &Edition,
    issue: &Issue,
    verdict: &Verdict,
    now: DateTime<Utc>,
    lang: Lang,
) -> ClassificationView {
    let verdict = verdict.clone();
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
    classification.view(edition, lang)
}

fn usual_scope(issue: &Issue) -> Scope {
    let surfaces: BTreeSet<_> = issue.auto_surfaces().iter().cloned().collect();
    Scope { subjects: Subjects::Users([Uuid::nil()].into()), surfaces, starts_at: None, duration_days: 1 }
}

/// The questions that lack an answer on the way to an accept, in order: each answer that lacks is supposed to be the one
/// that decides least.
fn missing(
    issue: &Issue,
    mut supposed: Answers,
    judge: impl Fn(&Answers) -> Result<Verdict, Undecided>,
) -> Vec<String> {
    let mut missing = Vec::new();
    while let Err(Undecided::Missing(names)) = judge(&supposed) {
        for name in names {
            let candidates = issue.question(&name).map(|question| candidates(&question.kind)).unwrap_or_default();
            let goes_on = |answer: &&Answer| {
                let mut tried = supposed.clone();
                tried.insert(name.clone(), (*answer).clone());
                judge(&tried).map_or(true, |verdict| verdict.outcome == Outcome::Accept)
            };
            let Some(answer) = candidates.iter().find(goes_on).or(candidates.first()).cloned() else { return missing };
            supposed.insert(name.clone(), answer);
            missing.push(name);
        }
    }
    missing
}

fn candidates(kind: &Kind) -> Vec<Answer> {
    match kind {
        Kind::YesNoUnsure => vec![Answer::Yes, Answer::No],
        Kind::Choice(choices) => choices.iter().map(|choice| Answer::Choice(choice.name.clone())).collect(),
        Kind::Text => vec![Answer::Text("…".to_owned())],
        Kind::TextList => vec![Answer::Texts(vec!["…".to_owned()])],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policies;

    fn outlook(slug: &str, given: &[(&str, &str)]) -> Outlook {
        let edition = Policies::shipped().unwrap().at(now()).unwrap().clone();
        let issue = edition.issue(slug).unwrap();
        let value = |text: &str| if text.contains('\n') { text.lines().collect() } else { Value::from(text) };
        let given = given.iter().map(|(name, text)| ((*name).to_owned(), value(text))).collect();
        Outlook::of(&edition, issue, &given, now())
    }

    fn outcome(slug: &str, given: &[(&str, &str)]) -> Option<Outcome> {
        outlook(slug, given).judged.ok().map(|verdict| verdict.outcome)
    }

    fn now() -> DateTime<Utc> {
        "2026-11-22T10:00:00Z".parse().unwrap()
    }

    #[test]
    fn reasons_that_are_never_valid_say_so_without_a_question() {
        for slug in ["more_time_for_agents", "authenticator_app_not_possible", "legacy_authentication"] {
            assert_eq!(outcome(slug, &[]), Some(Outcome::Deny), "{slug}");
        }
    }

    #[test]
    fn good_answers_are_likely_accepted_and_the_first_bad_one_decides() {
        let good = [
            ("needs_existing_module", "yes"),
            ("other_services_prompt", "yes"),
            ("can_complete_mfa_when_prompted", "no"),
            ("affected_services", "Portal\n"),
        ];
        assert_eq!(outcome("exchange_online_powershell", &good), Some(Outcome::Accept));
        let no = outlook("exchange_online_powershell", &[("needs_existing_module", "no")]);
        assert_eq!(no.judged.as_ref().map(|verdict| verdict.outcome), Ok(Outcome::Deny));
        let edition = Policies::shipped().unwrap().at(now()).unwrap().clone();
        let issue = edition.issue("exchange_online_powershell").unwrap();
        assert!(no.matters(issue, "needs_existing_module") && !no.matters(issue, "other_services_prompt"));
        assert_eq!(
            outcome("exchange_online_powershell", &[("needs_existing_module", "unsure")]),
            Some(Outcome::Review)
        );
    }

    #[test]
    fn every_question_that_lacks_an_answer_is_told_at_once() {
        let places = |slug, given: &[(&str, &str)]| {
            let errors = outlook(slug, given).errors().to_vec();
            errors.into_iter().map(|error| error.pointer).collect::<Vec<_>>()
        };
        let third_party = [
            "mfa_enforced_for_users",
            "vendor_asked",
            "claim_can_be_sent",
            "integration",
            "solution",
            "vendor",
            "vendor_reference",
        ];
        assert_eq!(places("third_party_mfa_not_recognized", &[]), third_party.map(|name| format!("/answers/{name}")));
        assert_eq!(
            places(
                "exchange_online_powershell",
                &[("needs_existing_module", "yes"), ("affected_services", "Portal\n")]
            ),
            ["/answers/other_services_prompt", "/answers/can_complete_mfa_when_prompted"]
        );
    }
}
