//! From a token's claims to the input of a decision, against a second reading of the claims, made of plain JSON by the
//! contract's words. What is decided from there has a slow model of its own (`tests/model.rs`).

use super::{ClaimsConfig, account, bearer_flow};
use crate::decision::{DecisionInput, Place};
use crate::gate::config::ClaimValue;
use crate::{Flow, Surfaces, input};
use chrono::DateTime;
use proptest::prelude::*;
use proptest::sample::select;
use relying_party::Claims;
use serde_json::{Map, Value, json};
use uuid::Uuid;

const TENANT: &str = "6f1c2f4e-5f0e-4c38-9d0a-0b5a3a3f8f10";
const AT: &str = "2026-11-22T10:05:00Z";

fn config() -> ClaimsConfig {
    let named = |name: &str| Some(name.to_owned());
    ClaimsConfig {
        identity: named("x_identity"),
        federated_idp_supports_mfa: named("x_idp"),
        mfa_registered: named("x_registered"),
        non_interactive: Some(ClaimValue { claim: "x_grant".to_owned(), value: "password".to_owned() }),
    }
}

/// `Null` stands for a claim that is not there.
fn claim(values: Vec<Value>) -> impl Strategy<Value = Value> {
    select(values)
}

/// The claims of some token, but for those that every token has.
fn some_claims() -> impl Strategy<Value = Map<String, Value>> {
    let user = "0b1d2f3a-4c5e-4f60-8a7b-9c0d1e2f3a4b";
    let none = Value::Null;
    let fields = (
        claim(vec![
            json!(user),
            json!(user.to_uppercase()),
            json!(user.replace('-', "")),
            json!("a@b.example"),
            json!(7),
            none.clone(),
        ]),
        claim(vec![
            json!(["pwd"]),
            json!(["pwd", "mfa"]),
            json!("mfa"),
            json!(["MFA"]),
            json!({"mfa": true}),
            json!([["mfa"]]),
            none.clone(),
        ]),
        claim(vec![json!("app"), json!("App"), json!("user"), json!(["app"]), json!(true), none.clone(), none.clone()]),
        claim(vec![json!("user_impersonation"), json!(""), json!([]), none.clone(), none.clone()]),
        claim(vec![json!("managed"), json!("federated"), json!("Managed"), json!(1), none.clone()]),
        claim(vec![json!(true), json!(false), json!("true"), none.clone()]),
        claim(vec![json!(true), json!(false), json!("false"), none.clone()]),
        claim(vec![
            json!("password"),
            json!(["x", "password"]),
            json!("Password"),
            json!({"password": 1}),
            json!("code"),
            none,
        ]),
    );
    fields.prop_map(|(oid, amr, idtyp, scp, identity, idp, registered, grant)| {
        let named = [
            ("oid", oid),
            ("amr", amr),
            ("idtyp", idtyp),
            ("scp", scp),
            ("x_identity", identity),
            ("x_idp", idp),
            ("x_registered", registered),
            ("x_grant", grant),
        ];
        let there = named.into_iter().filter(|(_, value)| !value.is_null());
        there.map(|(name, value)| (name.to_owned(), value)).collect()
    })
}

/// The same by the contract's words: the input as `mfa-gate decide` would take it.
fn by_the_contract(claims: &Map<String, Value>) -> DecisionInput {
    let is = |name: &str, wanted: &str| match &claims.get(name) {
        Some(Value::Array(values)) => values.contains(&json!(wanted)),
        value => *value == Some(&json!(wanted)),
    };
    let flow = if claims.get("idtyp") == Some(&json!("app")) && !claims.contains_key("scp") {
        "app_only"
    } else if is("x_grant", "password") {
        "non_interactive"
    } else {
        "interactive"
    };
    let line = json!({"at": AT, "surface": "partner_api", "flow": flow, "tenant": TENANT, "user": claims.get("oid"),
        "amr": claims.get("amr"), "account": {"identity": claims.get("x_identity"),
            "federated_idp_supports_mfa": claims.get("x_idp"), "mfa_registered": claims.get("x_registered")}});
    input::read(line.to_string().as_bytes(), &Surfaces::default(), None).expect("an input")
}

/// The same as the gate does it.
fn by_the_gate(mut all: Map<String, Value>) -> DecisionInput {
    all.extend([
        ("iss".to_owned(), json!("https://login.example")),
        ("sub".to_owned(), json!("s")),
        ("exp".to_owned(), json!(9_999_999_999_u64)),
    ]);
    let claims = Claims::read(all, TENANT.parse::<Uuid>().expect("a GUID")).expect("claims");
    let surface = Surfaces::default().get("partner_api").expect("a surface");
    DecisionInput {
        at: DateTime::parse_from_rfc3339(AT).expect("an instant").to_utc(),
        place: Place::Protected { surface, signs_in_to_customer_tenant: true },
        flow: bearer_flow(&claims, &config()),
        tenant: Some(claims.tenant),
        user: claims.object_id,
        mfa: input::proves_mfa(claims.all.get("amr")),
        account: account(&claims, &config()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn claims_become_the_input_that_the_contract_names(claims in some_claims()) {
        prop_assert_eq!(by_the_gate(claims.clone()), by_the_contract(&claims));
    }
}

#[test]
fn only_positive_proof_makes_an_application() {
    let flow = |claims: Value| by_the_gate(claims.as_object().cloned().unwrap_or_default()).flow;
    assert_eq!(flow(json!({"idtyp": "app"})), Flow::AppOnly);
    assert_eq!(flow(json!({"idtyp": "app", "scp": ""})), Flow::Interactive);
    assert_eq!(flow(json!({})), Flow::Interactive);
    assert_eq!(flow(json!({"idtyp": "app", "scp": "x", "x_grant": "password"})), Flow::NonInteractive);
}
