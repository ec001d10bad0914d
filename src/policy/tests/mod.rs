//! Tests of the policy through the ways in that the rest of the program uses.

mod check;
mod command;
mod input;
mod labelled;
mod looser;
mod rules;
mod texts;
mod words;

use super::{Edition, Policies};
use crate::intake::{BodyError, NewRequest, RequestBody};
use crate::problem::InputError;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};

const SHIPPED: &str = include_str!("../../../policies/partner-center/2020-03-01.toml");

static EDITION: LazyLock<Arc<Edition>> =
    LazyLock::new(|| Arc::clone(Policies::shipped().expect("the shipped edition is good").editions().last().unwrap()));

fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().unwrap()
}

fn noon() -> DateTime<Utc> {
    at("2026-11-22T12:00:00Z")
}

fn users(count: u128) -> Vec<String> {
    (1..=count).map(|n| uuid::Uuid::from_u128(n).to_string()).collect()
}

/// A request that the shipped policy accepts, for the issue of the PowerShell module.
fn powershell() -> Value {
    json!({
        "topic": "mfa_and_secure_application_model", "problem_type": "technical_exception",
        "issue": "exchange_online_powershell", "language": "en", "title": "A title", "description": "A description.",
        "contact": {"name": "Identity team", "email": "identity@tailspin.example", "phone": null},
        "scope": {
            "subjects": {"kind": "users", "object_ids": users(3)},
            "surfaces": ["delegated_admin_portal", "delegated_admin_api"], "starts_at": null, "duration_days": 60
        },
        "answers": {
            "needs_existing_module": "yes", "other_services_prompt": "yes", "can_complete_mfa_when_prompted": "no",
            "affected_services": ["Teams"]
        }
    })
}

/// A request that the shipped policy accepts, for the issue of the third party's MFA.
fn third_party() -> Value {
    let mut request = powershell();
    request["issue"] = json!("third_party_mfa_not_recognized");
    request["scope"]["surfaces"] = json!(["dashboard", "partner_api", "delegated_admin_portal", "delegated_admin_api"]);
    request["answers"] = json!({
        "mfa_enforced_for_users": "yes", "vendor_asked": "yes", "claim_can_be_sent": "no",
        "integration": "identity_federation", "solution": "Verify", "vendor": "Proseware", "vendor_reference": "PW-1"
    });
    request
}

/// `request` with the value at `pointer` set.
fn with(mut request: Value, pointer: &str, value: Value) -> Value {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    request.pointer_mut(parent).unwrap()[key] = value;
    request
}

/// `request` for `issue`, answered so.
fn about(issue: &str, answers: Value) -> Value {
    with(with(powershell(), "/issue", json!(issue)), "/answers", answers)
}

fn understand(request: &Value, edition: &Arc<Edition>, at: DateTime<Utc>) -> Result<NewRequest, Vec<InputError>> {
    match RequestBody::from_json(request.to_string().as_bytes()) {
        Ok(body) => NewRequest::try_from(body, edition, at),
        Err(BodyError::Invalid(error)) => Err(vec![error]),
        Err(BodyError::Unreadable) => panic!("a JSON value is readable"),
    }
}

/// Outcome, then each reason as `code criterion`, by `edition` at `at`.
fn outcome_by(edition: &Arc<Edition>, at: DateTime<Utc>, request: &Value) -> Vec<String> {
    let classification = understand(request, edition, at).expect("the request is good").classify();
    let reasons = classification.reasons().map(|reason| format!("{} {}", reason.code, reason.criterion));
    std::iter::once(format!("{:?}", classification.outcome).to_lowercase()).chain(reasons).collect()
}

/// The same by the shipped edition at noon.
fn outcome(request: &Value) -> Vec<String> {
    outcome_by(&EDITION, noon(), request)
}

/// Each error as `code pointer`.
fn errors(request: &Value) -> Vec<String> {
    let errors = understand(request, &EDITION, noon()).expect_err("the request is bad");
    errors.iter().map(|error| format!("{} {}", error.code, error.pointer)).collect()
}

/// Names are the editions' own: an issue, a surface or a role that code knew could not be changed by a file.
#[test]
fn no_code_knows_a_name_of_a_policy() {
    let university = Edition::parse(include_str!("../../../policies/university/2026-09-01.toml")).unwrap();
    let mut names = std::collections::BTreeSet::new();
    for edition in [&*EDITION, &Arc::new(university)] {
        names.extend(edition.issues().iter().map(|issue| issue.slug().to_owned()));
        names.extend(edition.surfaces().iter().map(|surface| format!("\"{}\"", surface.name)));
        names.extend(edition.roles().iter().map(|role| format!("\"{}\"", role.name)));
        names.extend([edition.topic(), edition.problem_type()].map(|named| format!("\"{}\"", named.name)));
    }
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut looked_at = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            // What texts can speak of has names of its own, which editions refer to.
            if path.is_dir() && !["demo", "tests", "policy/text"].iter().any(|folder| path.ends_with(folder)) {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
                let known: Vec<_> = names.iter().filter(|name| code.contains(name.as_str())).collect();
                assert!(known.is_empty(), "{}: {known:?}", path.display());
                looked_at += 1;
            }
        }
    }
    assert!(looked_at > 100, "{looked_at} files");
}
