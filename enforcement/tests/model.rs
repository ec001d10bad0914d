//! A second evaluator, written straight from the product's prose on plain JSON, without a thought for speed. It and the
//! library must agree on whatever comes.

mod generated;

use chrono::{DateTime, FixedOffset};
use generated::{USERS, one_of, some_feed, some_input, some_instant};
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

/// What the library decides for each input, or `None` where it is an error.
fn library(feed: &Value, inputs: &[Value]) -> Vec<Option<Value>> {
    let held = (!feed.is_null()).then(|| {
        let snapshot = Snapshot::read(feed.to_string().as_bytes()).expect("a feed document").snapshot;
        (RuleIndex::of(&snapshot.rules), snapshot.expires_at)
    });
    let feed = held.as_ref().map_or(Feed::Absent, |(rules, expires_at)| Feed::Held { rules, expires_at: *expires_at });
    let read = |input: &Value| input::read(input.to_string().as_bytes(), &Surfaces::default(), None).ok();
    inputs.iter().map(|input| read(input).map(|input| json!(decide(feed, &input)))).collect()
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

/// How many feeds and inputs are made up together; each input is judged by each feed.
const FEEDS: usize = 5;
const INPUTS: usize = 40;

/// 100,000 decisions; 10,000,000 in `cargo xtask soak`.
fn rounds() -> u32 {
    if std::env::var_os("EXCEPTION_DESK_SOAK").is_some() { 50_000 } else { 500 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: rounds(), failure_persistence: None, ..ProptestConfig::default() })]

    /// The very answers, so an input that one of the two lets through and the other does not would be found.
    #[test]
    fn the_library_and_the_model_agree(
        feeds in prop::collection::vec(some_feed(), FEEDS),
        inputs in prop::collection::vec(some_input(), INPUTS),
    ) {
        for feed in &feeds {
            for (input, answer) in inputs.iter().zip(library(feed, &inputs)) {
                prop_assert_eq!(answer, model(feed, input), "{} by {}", input, feed);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_json_makes_a_decision_panic(feed in some_feed(), field in select(&["at", "surface", "flow", "tenant", "user", "amr",
        "account", "signs_in_to_customer_tenant", "path"][..]), input in some_input(), value in any_json()) {
        library(&feed, std::slice::from_ref(&value));
        let mut input = input;
        input[field] = value;
        let answer = library(&feed, std::slice::from_ref(&input)).remove(0);
        prop_assert_eq!(answer, model(&feed, &input));
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
