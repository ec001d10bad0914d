//! Feeds and decision inputs made up by chance: few values, so that they meet, and now and then something odd.

use chrono::{DateTime, FixedOffset};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const TENANTS: [&str; 3] = [
    "6f1c2f4e-5f0e-4c38-9d0a-0b5a3a3f8f10",
    "7a2d3e5f-6a1b-4d49-8e1b-1c6b4b4a9a21",
    "6F1C2F4E-5F0E-4C38-9D0A-0B5A3A3F8F10",
];
pub const USERS: [&str; 3] = [
    "0b1d2f3a-4c5e-4f60-8a7b-9c0d1e2f3a4b",
    "1c2e3f4b-5d6f-4071-9b8c-ad1e2f3a4b5c",
    "0B1D2F3A-4C5E-4F60-8A7B-9C0D1E2F3A4B",
];
const SURFACES: [&str; 5] = ["dashboard", "partner_api", "delegated_admin_portal", "delegated_admin_api", "hologram"];

fn odd() -> impl Strategy<Value = Value> {
    select(vec![
        Value::Null,
        json!(true),
        json!(0),
        json!(""),
        json!("all"),
        json!("ALL"),
        json!([]),
        json!({}),
        json!("mfa"),
        json!([["mfa"]]),
        json!("0b1d2f3a4c5e4f608a7b9c0d1e2f3a4b"),
        json!("{0b1d2f3a-4c5e-4f60-8a7b-9c0d1e2f3a4b}"),
        json!("2026-11-22"),
        json!("2026-11-22 10:00"),
    ])
}

/// Mostly one of these, now and then something odd.
fn mostly(usual: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Value> {
    prop_oneof![24 => usual, 1 => odd()].boxed()
}

/// One of these texts.
pub fn one_of(texts: &'static [&'static str]) -> BoxedStrategy<Value> {
    select(texts).prop_map(|text| json!(text)).boxed()
}

/// Instants a few minutes apart, in several spellings, with and without a nanosecond more.
pub fn some_instant() -> BoxedStrategy<Value> {
    instant_in(0..8)
}

fn instant_in(minutes: std::ops::Range<i64>) -> BoxedStrategy<Value> {
    (minutes, select(vec![0, 9 * 3600, -5 * 3600, 5 * 3600 + 1800]), select(vec![0, 0, 1, 500_000_000]))
        .prop_map(|(minute, offset, nanoseconds)| {
            let at = DateTime::from_timestamp(1_795_341_600 + minute * 60, nanoseconds).expect("an instant");
            json!(at.with_timezone(&FixedOffset::east_opt(offset).expect("an offset")).to_rfc3339())
        })
        .boxed()
}

fn some_rule() -> impl Strategy<Value = Value> {
    let subjects = prop_oneof![
        2 => prop::collection::vec(mostly(one_of(&USERS)), 1..=1).prop_map(Value::from),
        1 => prop::collection::vec(one_of(&USERS), 0..4).prop_map(Value::from),
        1 => Just(json!("all")),
    ];
    let surfaces = prop::collection::vec(one_of(&SURFACES), 0..6).prop_map(Value::from);
    (0..6_u8, mostly(one_of(&TENANTS)), mostly(subjects), mostly(surfaces), mostly(instant_in(0..5)), mostly(instant_in(3..9)), 0..200_u8)
        .prop_map(|(id, tenant, subjects, surfaces, not_before, expires_at, chance)| match chance {
            0 => json!("all"),
            1 => json!({"id": "TE-2026-000001", "tenant": tenant, "subjects": subjects, "surfaces": surfaces,
                "not_before": not_before, "expires_at": expires_at}),
            _ => json!({"id": format!("0193a000-0000-7000-8000-00000000000{id}"), "tenant": tenant, "subjects": subjects,
                "surfaces": surfaces, "not_before": not_before, "expires_at": expires_at, "issue": "any", "more": chance}),
        })
}

/// A feed document, or null for none.
pub fn some_feed() -> impl Strategy<Value = Value> {
    let document = (prop::collection::vec(some_rule(), 0..9), instant_in(4..9)).prop_map(|(rules, expires_at)| {
        json!({"issuer": "https://desk.example", "epoch": TENANTS[0], "version": 1, "rules_digest": "sha-256:00",
            "issued_at": "2026-11-22T10:00:00Z", "expires_at": expires_at, "rules": rules})
    });
    prop_oneof![20 => document, 1 => Just(Value::Null)]
}

fn some_account() -> impl Strategy<Value = Value> {
    let flag = || mostly(any::<bool>().prop_map(Value::from));
    let identity = mostly(one_of(&["managed", "federated", "Managed"]));
    (identity, flag(), flag()).prop_map(|(identity, idp, registered)| {
        json!({"identity": identity, "federated_idp_supports_mfa": idp, "mfa_registered": registered})
    })
}

/// A decision input.
pub fn some_input() -> impl Strategy<Value = Value> {
    let amr = prop::collection::vec(one_of(&["pwd", "pwd", "rsa", "MFA", "mfa"]), 0..3).prop_map(Value::from);
    let surface = prop_oneof![30 => one_of(&SURFACES[..4]), 1 => one_of(&SURFACES)];
    let flow = one_of(&["interactive", "interactive", "interactive", "non_interactive", "app_only"]);
    let signs_in = prop_oneof![4 => Just(json!(true)), 1 => Just(json!(false)), 1 => Just(Value::Null)];
    let who = (mostly(one_of(&TENANTS)), mostly(one_of(&USERS)), mostly(amr), mostly(some_account()));
    ((mostly(some_instant()), mostly(surface), mostly(signs_in), mostly(flow)), who).prop_map(
        |((at, surface, signs_in, flow), (tenant, user, amr, account))| {
            json!({"at": at, "surface": surface, "signs_in_to_customer_tenant": signs_in, "flow": flow, "tenant": tenant,
                "user": user, "amr": amr, "account": account})
        },
    )
}
