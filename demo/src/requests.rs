//! Example requests, so that a new demonstration has something to show in every state.

use serde::Deserialize;
use serde_json::Value;

const FILE: &str = include_str!("../data/example-requests.json");

/// A request to file, and what will come of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleRequest {
    /// Who files it: a key of [`crate::people::PERSONAS`].
    pub persona: String,
    /// What it shows, in a line.
    pub how: InTwoLanguages,
    /// The status right after filing, with the shipped policy: `accepted`, `denied` or `in_review`.
    pub outcome: String,
    /// The body of `POST /api/v1/requests`.
    pub body: Value,
}

/// A line in both languages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InTwoLanguages {
    /// English.
    pub en: String,
    /// Japanese.
    pub ja: String,
}

/// The shipped examples, in the order in which to file them.
///
/// # Panics
/// Never: the file is part of the program, and a test reads it.
pub fn example_requests() -> Vec<ExampleRequest> {
    serde_json::from_str(FILE).expect("the shipped examples are JSON of this shape")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people;
    use std::collections::HashSet;
    use uuid::Uuid;

    #[test]
    fn every_example_is_filed_by_a_partner_who_may_and_once_for_each_issue() {
        let mut seen = HashSet::new();
        for example in example_requests() {
            let filer = people::persona(&example.persona).unwrap();
            assert!(filer.tenant.partner.is_some());
            assert!(filer.roles.iter().any(|role| ["GlobalAdmin", "AdminAgent"].contains(role)));
            let issue = example.body["issue"].as_str().unwrap().to_owned();
            assert!(seen.insert((filer.tenant.id, issue)), "an open request of an issue is not filed twice");
            assert!(example.body["contact"]["email"].as_str().unwrap().ends_with(".example"));
            assert!(["en", "ja"].contains(&example.body["language"].as_str().unwrap()));
        }
    }

    #[test]
    fn the_examples_show_every_outcome_and_both_languages() {
        let all = example_requests();
        for outcome in ["accepted", "denied", "in_review"] {
            assert!(all.iter().any(|example| example.outcome == outcome), "{outcome}");
        }
        assert!(all.iter().any(|e| e.body["language"] == "ja") && all.iter().any(|e| e.body["language"] == "en"));
        assert!(all.iter().all(|e| !e.how.en.is_empty() && !e.how.ja.is_empty()));
    }

    #[test]
    fn an_example_names_people_of_its_own_tenant_only() {
        for example in example_requests() {
            let filer = people::persona(&example.persona).unwrap();
            for id in example.body["scope"]["subjects"]["object_ids"].as_array().unwrap() {
                let id: Uuid = id.as_str().unwrap().parse().unwrap();
                let known = people::PERSONAS.iter().find(|person| person.object_id == id);
                assert!(known.is_none_or(|person| person.tenant.id == filer.tenant.id));
                // A session without MFA that names itself would wait for a person; the accepted ones must not.
                assert!(example.outcome != "accepted" || id != filer.object_id);
            }
        }
    }
}
