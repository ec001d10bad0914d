//! What needs a second person: an edition that is looser than the one before it, and only such.

use super::*;
use crate::policy::{Loosening, looser};

const SMALL: &str = include_str!("small.toml");

/// In which ways the edition is looser once every `(old, new)` was replaced, as JSON.
fn found_in(text: &str, changes: &[(&str, &str)]) -> Vec<Value> {
    let changed = changes.iter().fold(text.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "`{old}` stands in the edition");
        text.replacen(old, new, 1)
    });
    let edition = |text: &str| Edition::parse(text).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let found = looser(&edition(text), &edition(&changed));
    found.iter().map(|found| serde_json::to_value(found).unwrap()).collect()
}

/// The kinds alone.
fn kinds(changes: &[(&str, &str)]) -> Vec<String> {
    found_in(SMALL, changes).iter().map(|found| found["kind"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn other_words_and_stricter_rules_loosen_nothing() {
    assert_eq!(kinds(&[]), [""; 0]);
    for change in [
        ("en = \"It works.\"", "en = \"It works well.\""),
        ("max_days = 10", "max_days = 9"),
        ("effective_at = 2026-01-01", "effective_at = 2029-01-01"),
        ("max_users = 5", "max_users = 0"),
        ("sunset = 2030", "sunset = 2029"),
        ("never_surfaces = []", "never_surfaces = [\"calls\"]"),
        ("auto_surfaces = [\"pages\"]", "auto_surfaces = []"),
        (
            "is = \"other\" }\noutcome = \"review\"\nreason = \"maker_unknown\"",
            "is = \"other\" }\noutcome = \"deny\"\nguidance = [\"use_it\"]\nreason = \"maker_unknown\"",
        ),
        ("until_then = [\"use_it\"]", "until_then = []"),
    ] {
        assert_eq!(kinds(&[change]), [""; 0], "{change:?}");
    }
}

#[test]
fn what_can_be_granted_more_easily_is_found() {
    for (change, kind) in [
        (("max_days = 10", "max_days = 11"), "limit_raised"),
        (("max_users = 5", "max_users = 6"), "limit_raised"),
        (("max_start_days = 3", "max_start_days = 4"), "limit_raised"),
        (("filing_roles = [\"Keeper\"]", "filing_roles = [\"Keeper\", \"Guest\"]"), "role_files"),
        (("behaviour = \"partner_api\"", "behaviour = \"dashboard\""), "surface_changed"),
        (("name = \"calls\"", "name = \"cries\""), "surface_changed"),
        (("auto_surfaces = [\"pages\"]", "auto_surfaces = [\"pages\", \"calls\"]"), "auto_surface_added"),
        (("sunset = 2030", "sunset = 2031"), "sunset_later"),
        (("sunset = 2030-01-01T00:00:00+09:00", ""), "sunset_later"),
        (("kind = \"yes_no_unsure\"", "kind = \"yes_no_unsure\"\ntext_fact = \"vendor_asked\""), "text_check_changed"),
        (("slug = \"broken_token\"", "slug = \"broken_card\""), "kinder_outcome"),
    ] {
        assert!(kinds(&[change]).contains(&kind.to_owned()), "{change:?}: {:?}", kinds(&[change]));
    }
    let never = ("never_surfaces = []", "never_surfaces = [\"calls\"]");
    let before = SMALL.replace(never.0, never.1);
    assert_eq!(found_in(&before, &[(never.1, never.0)])[0]["kind"], "never_surface_lifted");
}

#[test]
fn a_kinder_outcome_is_told_with_the_answers_that_get_it() {
    let deny = "is = \"no\" }\noutcome = \"deny\"";
    let found = found_in(SMALL, &[(deny, "is = \"no\" }\noutcome = \"review\"")]);
    assert_eq!(
        found,
        [json!({ "kind": "kinder_outcome", "issue": "broken_token", "from": "deny", "to": "review",
                 "answers": { "is_broken": "no" } })]
    );
    // Without its rule, the answer does not matter any more: what was refused is accepted where the rest is in order.
    let rule = "[[issues.rules]]\nwhen = { answer = \"maker\", is = \"other\" }\noutcome = \"review\"\nreason = \"maker_unknown\"\notherwise = { en = \"The maker is known.\", ja = \"既知の製造元です。\" }\n";
    let question = SMALL.split("[[issues.questions]]").nth(2).unwrap();
    let reason =
        "maker_unknown = { detail = { en = \"“{question}” is open.\", ja = \"「{question}」が不明です。\" } }\n";
    let found = found_in(SMALL, &[(rule, ""), (&format!("[[issues.questions]]{question}"), ""), (reason, "")]);
    assert_eq!(
        found,
        [json!({ "kind": "kinder_outcome", "issue": "broken_token", "from": "review", "to": "accept",
                 "answers": { "is_broken": "yes", "maker": "other", "since": "(written)" } })]
    );
}

#[test]
fn a_new_issue_loosens_when_it_can_lead_anywhere() {
    let issue = |outcome: &str| {
        format!(
            "[[issues]]\nslug = \"lost_token\"\ntitle = {{ en = \"Lost\", ja = \"紛失\" }}\nsummary = {{ en = \"Lost.\", ja = \"紛失です。\" }}\n\
             explanation = {{ en = \"Lost.\", ja = \"紛失です。\" }}\n\n[[issues.rules]]\nwhen = {{ always = true }}\n{outcome}\n\n[reasons]\n"
        )
    };
    let (deny, review) =
        (issue("outcome = \"deny\"\nreason = \"not_broken\""), issue("outcome = \"review\"\nreason = \"good\""));
    assert_eq!(kinds(&[("[reasons]\n", &deny)]), [""; 0]);
    assert_eq!(found_in(SMALL, &[("[reasons]\n", &review)])[0]["from"], Value::Null);
}

#[test]
fn the_shipped_editions_compare_with_themselves_in_no_time() {
    for text in [SHIPPED, include_str!("../../../policies/university/2026-09-01.toml")] {
        let edition = Edition::parse(text).unwrap();
        let begun = std::time::Instant::now();
        assert_eq!(looser(&edition, &edition), []);
        assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
    }
}

/// A slow model: every combination of answers and a few scopes, judged by both editions.
#[test]
fn nothing_kinder_is_missed() {
    let answers = ["yes", "no", "unsure"].iter().flat_map(|broken| {
        ["one", "other"].iter().flat_map(move |maker| {
            ["", "May"].iter().map(move |since| json!({ "is_broken": broken, "maker": maker, "since": since }))
        })
    });
    let answers: Vec<_> = answers.collect();
    let rank = |outcome: &[String]| ["deny", "review", "accept"].iter().position(|name| *name == outcome[0]).unwrap();
    let swap = |from: &str, to: &str| SMALL.replacen(from, to, 1);
    let variants = [
        swap("is = \"no\" }\noutcome = \"deny\"", "is = \"yes\" }\noutcome = \"deny\""),
        swap(
            "any_empty = [\"since\"] }\noutcome = \"review\"",
            "any_empty = [\"since\"] }\nguidance = [\"use_it\"]\noutcome = \"deny\"",
        ),
        swap("is = \"other\" }\noutcome = \"review\"", "is = \"one\" }\noutcome = \"review\""),
        swap("max_days = 10", "max_days = 3"),
        swap("auto_surfaces = [\"pages\"]", "auto_surfaces = [\"calls\"]"),
    ];
    let editions: Vec<_> = std::iter::once(SMALL.to_owned())
        .chain(variants)
        .map(|text| Arc::new(Edition::parse(&text).unwrap()))
        .collect();
    for (old, new) in editions.iter().flat_map(|old| editions.iter().map(move |new| (old, new))) {
        let mut kinder = false;
        for (answers, surface, days) in answers.iter().flat_map(|answers| {
            [("pages", 2), ("calls", 5), ("pages", 10)].map(|(surface, days)| (answers, surface, days))
        }) {
            let mut request = with(about("broken_token", answers.clone()), "/topic", json!("mfa"));
            request["problem_type"] = json!("exception");
            request["scope"]["surfaces"] = json!([surface]);
            request["scope"]["duration_days"] = json!(days);
            kinder |= rank(&outcome_by(new, noon(), &request)) > rank(&outcome_by(old, noon(), &request));
        }
        let found = looser(old, new);
        assert!(!kinder || !found.is_empty(), "{:?} → {:?}", old.issues()[0], new.issues()[0]);
        let told = found.iter().any(|found| {
            matches!(
                found,
                Loosening::KinderOutcome { .. } | Loosening::LimitRaised { .. } | Loosening::AutoSurfaceAdded { .. }
            )
        });
        assert_eq!(kinder, told, "nor is anything made up: {found:?}");
    }
}
