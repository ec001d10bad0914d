//! The labelled requests: what the decision table alone makes of them.

use super::{EDITION, noon, understand};
use crate::policy::Outcome;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

const LABELLED: &str = include_str!("../../../tests/data/requests.jsonl");

#[derive(Deserialize)]
struct Labelled {
    id: String,
    request: Value,
    expect: Expect,
}

#[derive(Deserialize)]
struct Expect {
    outcome: Outcome,
    reasons_any: Vec<String>,
}

#[test]
fn every_labelled_request_of_the_decision_table_comes_out_as_labelled() {
    let mut agreed = BTreeMap::<String, (u32, u32)>::new();
    let mut differing = Vec::new();
    for line in LABELLED.lines() {
        let Labelled { id, request, expect } = serde_json::from_str(line).unwrap();
        let classification = understand(&request, &EDITION, noon()).expect("no labelled line is bad").classify();
        let reasons: Vec<_> = classification.reasons().map(|reason| reason.code.clone()).collect();
        let agrees = classification.outcome == expect.outcome
            && expect.reasons_any.iter().any(|expected| reasons.contains(expected));
        let group = id.trim_start_matches("dev-").trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
        let (good, all) = agreed.entry(group.to_owned()).or_default();
        *good += u32::from(agrees);
        *all += 1;
        if group == "table" && !agrees {
            differing.push(format!("{id}: {:?} {reasons:?}", classification.outcome));
        }
    }
    // The other groups wait for the text check, which is no part of the table.
    for (group, (good, all)) in &agreed {
        println!("{group}: {good} of {all}");
    }
    assert_eq!(differing, Vec::<String>::new());
    assert_eq!(agreed["table"], (36, 36));
    assert_eq!(agreed["honest"].0, agreed["honest"].1, "an honest accept needs no text check");
}
