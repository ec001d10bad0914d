//! What a rule says, for readers of figures: without the values of any one request.

use super::edition::{Condition, Edition};
use super::template;
use crate::locale::Lang;

impl Edition {
    /// The sentence with which `issue` gives the reason `code` about `criterion`; a value of a request shows as "…". Nothing
    /// when this edition does not know the reason.
    pub fn rule_words(&self, issue: &str, code: &str, criterion: &str, lang: Lang) -> Option<String> {
        let reason = self.reasons.get(code);
        let reads = |when: &Condition| matches!(when, Condition::Is { question, .. } if question == criterion);
        let rules = || self.issue(issue).into_iter().flat_map(|issue| issue.table()).filter(|rule| rule.reason == code);
        let rule = rules().find(|rule| reads(&rule.when)).or_else(|| rules().next());
        let own = rule.and_then(|rule| rule.detail.as_ref());
        let text = own.or_else(|| reason?.details.get(criterion)).or_else(|| Some(&reason?.detail))?;
        Some(template::fill(text.get(lang), |_| Some("…".to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use crate::locale::Lang;
    use crate::policy::Policies;

    #[test]
    fn a_rule_says_its_own_sentence_before_the_reasons() {
        let policies = Policies::shipped().unwrap();
        let edition = policies.at("2026-11-24T00:00:00Z".parse().unwrap()).unwrap();
        let words = |criterion| edition.rule_words("exchange_online_powershell", "not_affected", criterion, Lang::En);
        assert_ne!(words("needs_existing_module"), words("other_services_prompt"));
        let sunset = edition.rule_words("service_accounts", "replacement_available", "sunset", Lang::Ja).unwrap();
        assert!(sunset.starts_with('…'), "{sunset}");
        assert_eq!(edition.rule_words("service_accounts", "nonsense", "issue", Lang::En), None);
    }
}
