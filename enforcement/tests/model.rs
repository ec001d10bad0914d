//! A second evaluator, written straight from the product's prose on plain JSON, without a thought for speed. It and the
//! library must agree on whatever comes.

use chrono::{DateTime, FixedOffset};
use mfa_enforcement::{Feed, RuleIndex, Snapshot, Surfaces, decide, input};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

// ---- The model ----

fn instant(value: &Value) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(value.as_str()?).ok()
}

/// The GUID in lower case.
fn guid(value: &Value) -> Option<String> {
    let text = value.as_str()?.to_lowercase();
    let groups: Vec<_> = text.split('-').collect();
    let lengths: Vec<_> = groups.iter().map(|group| group.len()).collect();
    let is_hex = groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()));
    (lengths == [8, 4, 4, 4, 12] && is_hex).then_some(text)
}

/// The rule, if every part of it can be read: id, tenant, users (`None` is all), surfaces, and when it is in force.
struct ModelRule {
    id: String,
    tenant: String,
    users: Option<Vec<String>>,
    surfaces: Vec<String>,
    not_before: DateTime<FixedOffset>,
    expires_at: DateTime<FixedOffset>,
}

fn rule(value: &Value) -> Option<ModelRule> {
    let users = match &value["subjects"] {
        Value::String(all) if all == "all" => None,
        Value::Array(users) => Some(users.iter().map(guid).collect::<Option<Vec<_>>>()?),
        _ => return None,
    };
    let surfaces = value["surfaces"].as_array()?.iter().map(|name| name.as_str().map(str::to_owned));
    Some(ModelRule {
        id: guid(&value["id"])?,
        tenant: guid(&value["tenant"])?,
        users,
        surfaces: surfaces.collect::<Option<Vec<_>>>()?,
        not_before: instant(&value["not_before"])?,
        expires_at: instant(&value["expires_at"])?,
    })
}

/// The decision, or `None` where the input is an error.
fn model(feed: &Value, input: &Value) -> Option<Value> {
    let at = instant(&input["at"])?;
    let surface = input["surface"].as_str()?;
    let flow = input["flow"].as_str()?;
    if !["dashboard", "partner_api", "delegated_admin_portal", "delegated_admin_api"].contains(&surface)
        || !["interactive", "non_interactive", "app_only"].contains(&flow)
    {
        return None;
    }
    let signs_in = match &input["signs_in_to_customer_tenant"] {
        Value::Null => true,
        Value::Bool(signs_in) => *signs_in,
        _ => return None,
    };
    let freshness = match instant(&feed["expires_at"]) {
        None => "absent",
        Some(end) if at < end => "fresh",
        Some(_) => "expired",
    };
    let answer = |decision: &str, reason: &str, exception: Option<&str>, challenge: Option<&str>, status: u16| {
        Some(json!({"decision": decision, "reason": reason, "exception": exception, "challenge": challenge,
            "status": status, "feed": freshness}))
    };
    // 1. not a protected page
    if surface == "delegated_admin_portal" && !signs_in {
        return answer("allow", "not_protected", None, None, 204);
    }
    // 2. app-only
    let is_api = surface == "partner_api" || surface == "delegated_admin_api";
    if flow == "app_only" {
        return if is_api {
            answer("allow", "app_only", None, None, 204)
        } else {
            answer("deny", "mfa_required", None, None, 401)
        };
    }
    // 3. MFA was done
    if input["amr"].as_array().is_some_and(|methods| methods.contains(&json!("mfa"))) {
        return answer("allow", "mfa_verified", None, None, 204);
    }
    // 4. a rule in force covers tenant, user, surface and time
    let mut covering = Vec::new();
    if let (true, Some(tenant), Some(user)) = (freshness == "fresh", guid(&input["tenant"]), guid(&input["user"])) {
        covering = feed["rules"].as_array().into_iter().flatten().filter_map(rule).collect();
        covering.retain(|rule| rule.tenant == tenant);
        covering.retain(|rule| rule.users.as_ref().is_none_or(|users| users.contains(&user)));
        covering.retain(|rule| rule.surfaces.iter().any(|name| name == surface));
        covering.retain(|rule| rule.not_before <= at && at < rule.expires_at);
    }
    covering.sort_by(|one, other| other.expires_at.cmp(&one.expires_at).then(one.id.cmp(&other.id)));
    if let Some(first) = covering.first() {
        return answer("allow", "mfa_suppressed", Some(&first.id), None, 204);
    }
    // 5. otherwise MFA is required
    if surface == "partner_api" || flow == "non_interactive" {
        return answer("deny", "mfa_required", None, None, 401);
    }
    let account = &input["account"];
    let challenge =
        match (account["identity"].as_str(), &account["federated_idp_supports_mfa"], &account["mfa_registered"]) {
            (Some("federated"), Value::Bool(true), _) => "redirect_to_federated_idp",
            (Some("federated"), Value::Bool(false), Value::Bool(false)) => "register_then_verify",
            (Some("managed"), _, Value::Bool(false)) => "register_then_verify",
            _ => "verify",
        };
    answer("challenge", "mfa_required", None, Some(challenge), if is_api { 401 } else { 302 })
}

// ---- What comes: few values, so that they meet ----

const TENANTS: [&str; 3] = [
    "6f1c2f4e-5f0e-4c38-9d0a-0b5a3a3f8f10",
    "7a2d3e5f-6a1b-4d49-8e1b-1c6b4b4a9a21",
    "6F1C2F4E-5F0E-4C38-9D0A-0B5A3A3F8F10",
];
const USERS: [&str; 3] = [
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

fn one_of(texts: &'static [&'static str]) -> BoxedStrategy<Value> {
    select(texts).prop_map(|text| json!(text)).boxed()
}

/// Instants a few minutes apart, in several spellings, with and without a nanosecond more.
fn some_instant() -> BoxedStrategy<Value> {
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

fn some_feed() -> impl Strategy<Value = Value> {
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

fn some_input() -> impl Strategy<Value = Value> {
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

fn library(feed: &Value, input: &Value) -> Option<Value> {
    let held = (!feed.is_null()).then(|| {
        let snapshot = Snapshot::read(feed.to_string().as_bytes()).expect("a feed document").snapshot;
        (RuleIndex::of(&snapshot.rules), snapshot.expires_at)
    });
    let feed = held.as_ref().map_or(Feed::Absent, |(rules, expires_at)| Feed::Held { rules, expires_at: *expires_at });
    let input = input::read(input.to_string().as_bytes(), &Surfaces::default(), None).ok()?;
    Some(json!(decide(feed, &input)))
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        some_instant(),
        one_of(&USERS)
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        let key =
            prop_oneof![any::<String>(), select(&["at", "surface", "flow", "amr", "account", "tenant", "user", "rules",
            "subjects", "expires_at"][..]).prop_map(str::to_owned)];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..6).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_library_and_the_model_agree(feed in some_feed(), input in some_input()) {
        prop_assert_eq!(library(&feed, &input), model(&feed, &input));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_json_makes_a_decision_panic(feed in some_feed(), field in select(&["at", "surface", "flow", "tenant", "user", "amr",
        "account", "signs_in_to_customer_tenant", "path"][..]), input in some_input(), value in any_json()) {
        library(&feed, &value);
        let mut input = input;
        input[field] = value;
        prop_assert_eq!(library(&feed, &input), model(&feed, &input));
    }

    #[test]
    fn no_json_makes_the_reading_of_a_feed_panic(field in select(&["issuer", "epoch", "version", "rules_digest", "issued_at",
        "expires_at", "rules"][..]), feed in some_feed(), value in any_json(), bytes in any::<Vec<u8>>()) {
        let _ = Snapshot::read(&bytes);
        let _ = Snapshot::read(value.to_string().as_bytes());
        if feed.is_object() {
            let mut feed = feed;
            feed[field] = value;
            let _ = Snapshot::read(feed.to_string().as_bytes());
        }
    }
}

#[test]
fn the_generated_cases_reach_every_reason() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    use std::collections::BTreeMap;
    let mut runner = TestRunner::deterministic();
    let mut reasons: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..3_000 {
        let (feed, input) = (some_feed(), some_input()).new_tree(&mut runner).expect("a case").current();
        let reason = model(&feed, &input).map_or("error".to_owned(), |answer| answer["reason"].to_string());
        *reasons.entry(reason).or_default() += 1;
    }
    assert_eq!(reasons.len(), 6, "{reasons:?}");
    assert!(reasons.values().all(|&count| count > 100), "{reasons:?}");
}
