//! A diagnosis in words, and the issues of the edition that it points to.

use super::{Code, Diagnosis, Fact, Finding, Severity, Verdict};
use crate::locale::Lang;
use crate::policy::{Edition, Issue};
use crate::web::message::Argument;
use crate::web::time::When;
use chrono_tz::Tz;
use serde::Serialize;
use std::collections::BTreeMap;

/// What the claims come to (contract of `POST /api/v1/token-checks`).
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct TokenCheckView {
    /// What it comes to.
    pub verdict: Verdict,
    /// What was seen.
    pub findings: Vec<FindingView>,
    /// The policy's issues that this points to, the likeliest first.
    pub issues: Vec<IssueView>,
}

/// One thing seen.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct FindingView {
    /// Stable code.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// The claim it is about.
    pub claim: &'static str,
    /// In a few words.
    pub title: String,
    /// What was seen.
    pub detail: String,
    /// What to do, where there is something to do.
    pub advice: Option<String>,
}

/// An issue that the findings point to.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = PointedIssue)]
pub struct IssueView {
    /// Its slug.
    pub issue: String,
    /// What it is, in a line.
    pub title: String,
    /// Whom it concerns.
    pub summary: String,
    /// Answers that follow from the claims.
    pub answers: BTreeMap<String, String>,
    /// Where it is checked, with these answers filled in.
    pub self_check: String,
}

impl TokenCheckView {
    /// `diagnosis` for a reader of `lang` in `zone`; `base` stands before the links.
    pub fn new(diagnosis: &Diagnosis, edition: &Edition, lang: Lang, zone: Tz, base: &str) -> Self {
        Self {
            verdict: diagnosis.verdict,
            findings: diagnosis.findings.iter().map(|finding| FindingView::new(finding, lang, zone)).collect(),
            issues: issues(diagnosis, edition, lang, base),
        }
    }
}

impl FindingView {
    fn new(finding: &Finding, lang: Lang, zone: Tz) -> Self {
        let key = format!("doctor-{}", finding.code.name().replace('_', "-"));
        let facts: Vec<_> = finding
            .facts
            .iter()
            .map(|(name, fact)| {
                let text = match fact {
                    Fact::Text(text) => text.argument(),
                    Fact::At(at) => When::new(*at, zone, lang).text().argument(),
                };
                (*name, text)
            })
            .collect();
        Self {
            code: finding.code,
            severity: finding.code.severity(),
            claim: finding.code.claim(),
            title: lang.text(&key),
            detail: lang.text_with(&format!("{key}-detail"), &facts),
            advice: lang.try_text(&format!("{key}-do")),
        }
    }
}

/// The issues with a hint that holds, those with most of them first.
fn issues(diagnosis: &Diagnosis, edition: &Edition, lang: Lang, base: &str) -> Vec<IssueView> {
    let seen = |code: Code| diagnosis.findings.iter().any(|finding| finding.code == code);
    let hints = |issue: &Issue| issue.claim_hints().iter().filter(|hint| seen(hint.finding)).count();
    let mut pointed: Vec<_> = edition.issues().iter().filter(|issue| hints(issue) > 0).collect();
    pointed.sort_by_key(|issue| (std::cmp::Reverse(hints(issue)), std::cmp::Reverse(issue.claim_hints().len())));
    let view = |issue: &Issue| {
        let held = issue.claim_hints().iter().filter(|hint| seen(hint.finding));
        let answers: BTreeMap<_, _> = held.flat_map(|hint| hint.answers.clone()).collect();
        IssueView {
            issue: issue.slug().to_owned(),
            title: issue.title().get(lang).to_owned(),
            summary: issue.summary().get(lang).to_owned(),
            self_check: self_check(base, issue.slug(), &answers),
            answers,
        }
    };
    pointed.into_iter().map(view).collect()
}

/// The check of the issue. `from` keeps it from complaining of questions that nobody has seen yet.
fn self_check(base: &str, slug: &str, answers: &BTreeMap<String, String>) -> String {
    let query = answers.iter().map(|(name, value)| (format!("answers_{name}"), value.as_str()));
    let query = query.chain((!answers.is_empty()).then_some(("from".to_owned(), "claims")));
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let path = format!("{base}/self-check/{slug}");
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::super::{Expected, diagnose};
    use super::*;
    use crate::policy::Policies;
    use serde_json::json;

    fn view(claims: &serde_json::Value) -> TokenCheckView {
        let now = "2026-11-24T01:00:00Z".parse().unwrap();
        let expected = Expected { now, audiences: &[], tenant_of: &|_| None };
        let diagnosis = diagnose(claims.as_object().unwrap(), &expected);
        let edition = Policies::shipped().unwrap().at(now).unwrap().clone();
        TokenCheckView::new(&diagnosis, &edition, Lang::En, Tz::Asia__Tokyo, "")
    }

    #[test]
    fn every_code_has_its_words_and_every_fault_its_way_out() {
        for (code, lang) in Code::ALL.iter().flat_map(|code| Lang::ALL.map(|lang| (code, lang))) {
            let key = format!("doctor-{}", code.name().replace('_', "-"));
            assert!(lang.try_text(&key).is_some(), "{key} {lang:?}");
            let facts = ["given", "expected", "issuer", "tenant", "claim", "at"].map(|name| (name, "x".argument()));
            let detail = lang.text_with(&format!("{key}-detail"), &facts);
            assert!(!detail.contains("{ $") && !detail.contains("Unknown"), "{detail}");
            let has_fault = matches!(code.severity(), Severity::Error | Severity::Warning);
            assert_eq!(lang.try_text(&format!("{key}-do")).is_some(), has_fault, "{key}-do {lang:?}");
        }
    }

    #[test]
    fn times_are_told_in_the_readers_zone() {
        let view = view(&json!({ "exp": 1_795_482_000 }));
        let expired = view.findings.iter().find(|finding| finding.code == Code::Expired).unwrap();
        assert_eq!(expired.detail, "It ended on Tue 24 Nov 2026, 10:00 (Japan time).");
    }

    #[test]
    fn the_issue_with_the_most_hints_is_named_first_with_the_answers_that_follow() {
        let claims = json!({ "amr": ["pwd"], "authenticationmethodsreferences": "multipleauthn" });
        let first = &view(&claims).issues[0];
        assert_eq!(first.issue, "third_party_mfa_not_recognized");
        assert_eq!(
            first.self_check,
            "/self-check/third_party_mfa_not_recognized?answers_claim_can_be_sent=yes&from=claims"
        );
        assert!(view(&json!({ "idtyp": "app", "exp": 4_000_000_000_u64 })).issues.is_empty());
    }
}
