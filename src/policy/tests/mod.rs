//! Tests of the policy through the ways in that the rest of the program uses.

mod check;
mod command;
mod input;
mod labelled;
mod rules;
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
