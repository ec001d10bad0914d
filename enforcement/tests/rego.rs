//! The policy for Open Policy Agent (`opa/*.rego`) meets the conformance cases and decides as the library does, by two
//! implementations of Rego of other people: regorus, and rego-cpp through Python (`EXCEPTION_DESK_PYTHON`).

mod generated;

use chrono::{DateTime, TimeDelta, Utc};
use generated::{some_feed, some_input};
use mfa_enforcement::conformance::suites;
use mfa_enforcement::{Feed, RuleIndex, Snapshot, Surfaces, decide, input, opa};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use regorus::Engine;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What stands under `data` with this feed document (null for none) and an organisation's own surfaces and routes (null
/// for none).
fn data(document: &Value, site: &Value) -> Value {
    let mut data = json!({});
    if !document.is_null() {
        let snapshot = Snapshot::read(document.to_string().as_bytes()).expect("a feed document").snapshot;
        let feed: Value = serde_json::from_slice(&opa::data(&snapshot).expect("data")).expect("JSON");
        data["exception_desk"] = json!({ "feed": feed });
    }
    if !site.is_null() {
        data["exception_desk_site"] = site.clone();
    }
    data
}

/// An engine with the policy alone.
fn policy() -> Engine {
    let mut engine = Engine::new();
    for (path, text) in opa::POLICY {
        engine.add_policy(path.to_owned(), text.to_owned()).expect("a module");
    }
    engine
}

fn engine(data: &Value) -> Engine {
    let mut engine = policy();
    engine.add_data_json(&data.to_string()).expect("data");
    engine
}

/// What a rule of the policy gives; nothing when it is undefined.
fn rule(engine: &mut Engine, name: &str) -> Option<Value> {
    let value = engine.eval_rule(format!("data.exception_desk.enforcement.{name}")).expect("no fault of the policy");
    let is_there = value != regorus::Value::Undefined;
    is_there.then(|| serde_json::from_str(&value.to_json_str().expect("JSON")).expect("JSON"))
}

/// The decision at the input's own instant, or its errors as a case writes them, in the order of their places.
fn answer(engine: &mut Engine, input: &Value) -> Value {
    engine.set_input_json(&input.to_string()).expect("an input");
    let decision = rule(engine, "decision_at");
    decision.unwrap_or_else(|| json!({"error": rule(engine, "errors_at").expect("a set")}))
}

/// Some feed, what is asked under it, and what the answers are.
struct Group {
    data: Value,
    inputs: Vec<Value>,
    expected: Vec<Value>,
}

/// The conformance cases by their feeds.
fn cases() -> Vec<Group> {
    let mut groups = Vec::new();
    for suite in suites() {
        let site = suite.routes.clone().unwrap_or_default();
        for (feed, document) in &suite.feeds {
            let cases = suite.cases.iter().filter(|case| case.feed == *feed);
            let (inputs, expected) = cases.map(|case| (case.input.clone(), case.expected.clone())).unzip();
            groups.push(Group { data: data(document, &site), inputs, expected });
        }
    }
    groups
}

/// How many inputs each generated feed is asked about.
const INPUTS: usize = 20;

/// Questions made up by chance, with the library's answers; those that it finds an error in are left out.
fn generated(runner: &mut TestRunner, feeds: usize) -> Vec<Group> {
    let some = (some_feed(), prop::collection::vec(some_input(), INPUTS));
    let feeds = (0..feeds).map(|_| some.new_tree(runner).expect("a case").current());
    feeds.map(|(feed, inputs)| library(&feed, inputs)).collect()
}

fn library(document: &Value, inputs: Vec<Value>) -> Group {
    let held = (!document.is_null()).then(|| {
        let snapshot = Snapshot::read(document.to_string().as_bytes()).expect("a feed document").snapshot;
        (RuleIndex::of(&snapshot.rules), snapshot.expires_at)
    });
    let feed = held.as_ref().map_or(Feed::Absent, |(rules, expires_at)| Feed::Held { rules, expires_at: *expires_at });
    let answered = inputs.into_iter().filter_map(|asked| {
        let read = input::read(asked.to_string().as_bytes(), &Surfaces::default(), None).ok()?;
        Some((asked, json!(decide(feed, &read))))
    });
    let (inputs, expected) = answered.unzip();
    Group { data: data(document, &Value::Null), inputs, expected }
}

/// So many generated feeds; all 20,000 decisions (1,000 feeds) in `cargo xtask soak`.
fn feeds(usual: usize) -> usize {
    if std::env::var_os("EXCEPTION_DESK_SOAK").is_some() { 1_050 } else { usual }
}

fn ask_regorus(groups: &[Group]) {
    let policy = policy();
    for Group { data, inputs, expected } in groups {
        let mut engine = policy.clone();
        engine.add_data_json(&data.to_string()).expect("data");
        for (input, expected) in inputs.iter().zip(expected) {
            assert_eq!(&answer(&mut engine, input), expected, "{input} with {data}");
        }
    }
}

/// Without the questions that have a NUL: it ends a text on the way from Python to rego-cpp.
fn ask_rego_cpp(groups: &[Group]) {
    let groups: Vec<_> = groups
        .iter()
        .map(|Group { data, inputs, expected }| {
            let asked = inputs.iter().zip(expected).filter(|(input, _)| !input.to_string().contains("\\u0000"));
            let (inputs, expected): (Vec<_>, Vec<_>) = asked.unzip();
            json!({"data": data, "inputs": inputs, "expected": expected})
        })
        .collect();
    let modules: serde_json::Map<_, _> =
        opa::POLICY.map(|(path, text)| (path.to_owned(), json!(text))).into_iter().collect();
    let asked = json!({ "modules": modules, "groups": groups }).to_string();
    let python = std::env::var_os("EXCEPTION_DESK_PYTHON")
        .expect("`EXCEPTION_DESK_PYTHON` is not set: run `cargo xtask test`, which prepares the Python packages");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rego.py");
    let mut run = Command::new(python);
    let mut child =
        run.arg("-B").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("Python runs");
    child.stdin.take().expect("a pipe").write_all(asked.as_bytes()).expect("Python reads");
    let output = child.wait_with_output().expect("Python ends");
    let count: usize = groups.iter().map(|group| group["inputs"].as_array().map_or(0, Vec::len)).sum();
    let words = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(words.trim(), format!("{count} questions, 0 answered otherwise"));
}

#[test]
fn the_policy_meets_every_case_in_regorus() {
    ask_regorus(&cases());
}

#[test]
fn the_policy_meets_every_case_in_rego_cpp() {
    ask_rego_cpp(&cases());
}

#[test]
fn the_policy_decides_as_the_library_does_in_regorus() {
    ask_regorus(&generated(&mut TestRunner::default(), feeds(25)));
}

#[test]
fn the_policy_decides_as_the_library_does_in_rego_cpp() {
    ask_rego_cpp(&generated(&mut TestRunner::default(), feeds(10)));
}

/// A document with a rule for everybody, issued at `issued` for 15 minutes.
fn document(issued: DateTime<Utc>) -> Value {
    json!({"issuer": "https://desk.example", "epoch": "3f0e9c52-8d1b-4b7e-9a54-2f6d7c8b9a01", "version": 1, "rules_digest": "sha-256:00",
        "issued_at": issued, "expires_at": issued + TimeDelta::minutes(15), "rules": [{
            "id": "0193a000-0000-7000-8000-000000000001", "tenant": "6f1c2f4e-5f0e-4c38-9d0a-0b5a3a3f8f10", "subjects": "all",
            "surfaces": ["dashboard"], "not_before": "2020-01-01T00:00:00Z", "expires_at": "2120-01-01T00:00:00Z"}]})
}

#[test]
fn the_clock_of_opa_decides_and_one_that_is_behind_suppresses_nothing() {
    #[expect(clippy::disallowed_methods, reason = "the policy reads the clock of this machine itself")]
    let now = Utc::now();
    let at = |issued| {
        let mut engine = engine(&data(&document(issued), &Value::Null));
        let asked = json!({"at": "2021-01-01T00:00:00Z", "surface": "dashboard", "flow": "interactive",
            "tenant": "6f1c2f4e-5f0e-4c38-9d0a-0b5a3a3f8f10", "user": "0b1d2f3a-4c5e-4f60-8a7b-9c0d1e2f3a4b"});
        engine.set_input_json(&asked.to_string()).expect("an input");
        let decision = rule(&mut engine, "decision").expect("a decision");
        let feed = decision["feed"].as_str().expect("a word").to_owned();
        (decision["reason"] == "mfa_suppressed", feed, rule(&mut engine, "allow").expect("yes or no") == json!(true))
    };
    assert_eq!(at(now), (true, "fresh".to_owned(), true));
    assert_eq!(at(now + TimeDelta::seconds(50)), (true, "fresh".to_owned(), true));
    assert_eq!(at(now + TimeDelta::seconds(75)), (false, "expired".to_owned(), false));
    assert_eq!(at(now - TimeDelta::minutes(16)), (false, "expired".to_owned(), false));
}

#[test]
fn an_input_with_errors_is_not_allowed() {
    let mut engine = engine(&data(&Value::Null, &Value::Null));
    for (asked, allowed) in [
        (json!({"surface": "partner_api", "flow": "app_only"}), true),
        (json!({"surface": "hologram", "flow": "app_only"}), false),
        (json!({"surface": "partner_api"}), false),
        (json!(["allow"]), false),
        (json!({}), false),
    ] {
        engine.set_input_json(&asked.to_string()).expect("an input");
        assert_eq!(rule(&mut engine, "allow"), Some(json!(allowed)), "{asked}");
        assert_eq!(rule(&mut engine, "decision").is_some(), allowed, "{asked}");
    }
}

/// Surfaces and routes that nobody could judge by make every input an error, instead of opening something.
#[test]
fn an_organisations_own_data_that_cannot_be_used_opens_nothing() {
    for site in [
        json!({"surfaces": {"partner_api": "unprotected"}, "routes": [{"path": "/a", "surface": "nowhere"}]}),
        json!({"routes": [{"path": "/a"}]}),
        json!({"routes": [{"path": "//", "protected": false}]}),
        json!({"routes": [{"path": "/%E3%81%82", "surface": "dashboard"}, {"path": "/", "protected": false}]}),
        json!({"routes": [{"path": "/a", "protected": false, "surface": "dashboard"}]}),
    ] {
        let mut engine = engine(&data(&Value::Null, &site));
        let asked = json!({"surface": "partner_api", "flow": "app_only", "path": "/a"});
        engine.set_input_json(&asked.to_string()).expect("an input");
        assert_eq!(rule(&mut engine, "allow"), Some(json!(false)), "{site}");
    }
    let site = json!({"surfaces": {"kiosk": "unprotected"}});
    let mut engine = engine(&data(&Value::Null, &site));
    engine.set_input_json(&json!({"surface": "kiosk", "flow": "app_only"}).to_string()).expect("an input");
    assert_eq!(rule(&mut engine, "allow"), Some(json!(false)), "a behaviour that there is not");
}
