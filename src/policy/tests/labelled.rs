//! The labelled requests: what the decision table and the text check make of them.

use super::{EDITION, noon, powershell, understand, with};
use crate::policy::Outcome;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const LABELLED: &str = include_str!("../../../tests/data/requests.jsonl");
/// Texts that the text check was developed with; without scope and contact, which are within the limits.
const DEVELOPED_WITH: [&str; 4] = [
    include_str!("../../../tests/data/texts/dev-en.jsonl"),
    include_str!("../../../tests/data/texts/dev-ja.jsonl"),
    include_str!("../../../tests/data/texts/dev-a.jsonl"),
    include_str!("../../../tests/data/texts/dev-2.jsonl"),
];
/// Texts of a writer who had not seen the check; it is never taught with them.
const UNSEEN: &str = include_str!("../../../tests/data/texts/unseen.jsonl");
/// The part of a group that has to come out as labelled.
const GOOD_ENOUGH: f64 = 0.95;

#[derive(Deserialize)]
struct Expect {
    outcome: Outcome,
    reasons_any: Vec<String>,
}

/// How many of a group came out as labelled.
#[derive(Default)]
struct Tally {
    all: u32,
    good: u32,
    /// Accepted, though they should not be.
    false_accepts: u32,
}

impl Tally {
    fn part(&self) -> f64 {
        f64::from(self.good) / f64::from(self.all)
    }
}

/// Counts `requests` (group, request, expectation) by group, and prints each that differs.
fn tallied(requests: impl Iterator<Item = (String, String, Value, Value)>) -> BTreeMap<String, Tally> {
    let mut groups = BTreeMap::<String, Tally>::new();
    for (id, group, request, expect) in requests {
        let expect: Expect = serde_json::from_value(expect).unwrap();
        let classification = understand(&request, &EDITION, noon()).expect("no labelled line is bad").classify();
        let reasons: Vec<_> = classification.reasons().map(|reason| reason.code.clone()).collect();
        let good = classification.outcome == expect.outcome
            && expect.reasons_any.iter().any(|expected| reasons.contains(expected));
        let tally = groups.entry(group).or_default();
        tally.all += 1;
        tally.good += u32::from(good);
        tally.false_accepts +=
            u32::from(classification.outcome == Outcome::Accept && expect.outcome != Outcome::Accept);
        if !good {
            println!("{id}: {:?} {reasons:?}", classification.outcome);
        }
    }
    for (group, tally) in &groups {
        let Tally { all, good, false_accepts } = tally;
        println!("{group}: {good} of {all} ({:.3}), {false_accepts} false accepts", tally.part());
    }
    groups
}

fn shared() -> impl Iterator<Item = (String, String, Value, Value)> {
    LABELLED.lines().map(|line| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        let id = line["id"].as_str().unwrap().to_owned();
        let group = id.trim_start_matches("dev-").trim_end_matches(|c: char| c.is_ascii_digit() || c == '-').to_owned();
        (id, group, line["request"].take(), line["expect"].take())
    })
}

fn short(texts: &[&'static str]) -> impl Iterator<Item = (String, String, Value, Value)> {
    texts.iter().flat_map(|text| text.lines()).map(|line| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        let mut request = powershell();
        for key in ["issue", "language", "title", "description", "answers"] {
            request[key] = line[key].take();
        }
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&line["id"]), text(&line["group"]), request, line["expect"].take())
    })
}

#[test]
fn every_labelled_request_of_the_decision_table_comes_out_as_labelled() {
    let table = &tallied(shared())["table"];
    assert_eq!((table.good, table.all), (36, 36));
}

#[test]
fn every_group_of_labelled_requests_comes_out_as_labelled() {
    for (group, tally) in tallied(shared()) {
        assert_eq!(tally.false_accepts, 0, "{group}");
        assert!(tally.part() >= GOOD_ENOUGH, "{group}: {:.3}", tally.part());
    }
}

#[test]
fn the_text_check_knows_what_it_was_taught() {
    for (group, tally) in tallied(short(&DEVELOPED_WITH)) {
        assert!(tally.part() >= GOOD_ENOUGH, "{group}: {:.3}", tally.part());
    }
}

#[test]
fn texts_that_were_never_taught_come_out_as_labelled() {
    let groups = tallied(short(&[UNSEEN]));
    for (group, tally) in &groups {
        assert!(tally.part() >= GOOD_ENOUGH, "{group}: {:.3}", tally.part());
    }
    assert_eq!(groups.values().map(|tally| tally.false_accepts).sum::<u32>(), 0);
}

#[test]
fn a_passage_leads_to_what_was_said() {
    let late = "We are late with the rollout and need more time to enrol the rest.";
    let description = format!("The module cannot do MFA. {late} Thank you.");
    let request = understand(&with(powershell(), "/description", json!(description)), &EDITION, noon()).unwrap();
    let classification = request.classify();
    let passage = &classification.passages[0];
    assert_eq!((passage.field.as_str(), passage.start), ("/description", description.find("We are late").unwrap()));
    assert!(late.starts_with(&description[passage.start..passage.end]), "{passage:?}");
    let kept = serde_json::to_string(&classification).unwrap();
    assert!(!kept.contains("rollout and"), "no written text is kept: {kept}");
}
