use super::*;
use proptest::prelude::*;
use serde_json::json;

const TENANT: &str = "7b9ae9d5-79be-4d36-9d0a-6ba1a5f1f6a1";
const OTHER: &str = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";

fn now() -> DateTime<Utc> {
    "2026-11-24T01:00:00Z".parse().unwrap()
}

fn tenant_of(issuer: &str) -> Option<Uuid> {
    let id = issuer.strip_prefix("https://login.example/")?.strip_suffix("/v2.0")?;
    Uuid::try_parse(id).ok()
}

fn good() -> Value {
    json!({
        "iss": format!("https://login.example/{TENANT}/v2.0"), "tid": TENANT, "aud": "api://partner", "scp": "user",
        "oid": OTHER, "amr": ["pwd", "mfa"], "ver": "2.0", "iat": now().timestamp() - 60, "nbf": now().timestamp() - 60,
        "exp": now().timestamp() + 3600,
    })
}

fn seen_by(claims: &Value, audiences: &[String]) -> Diagnosis {
    let expected = Expected { now: now(), audiences, tenant_of: &tenant_of };
    diagnose(claims.as_object().unwrap(), &expected)
}

/// The verdict and the codes of a good token with these claims changed; null takes a claim away.
fn diagnosed(changes: Value) -> (Verdict, Vec<&'static str>) {
    let mut claims = good();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(name),
            value => claims.as_object_mut().unwrap().insert(name.clone(), value.clone()),
        };
    }
    let diagnosis = seen_by(&claims, &["api://partner".to_owned()]);
    (diagnosis.verdict, diagnosis.findings.iter().map(|finding| finding.code.name()).collect())
}

#[test]
fn a_good_token_of_a_user_has_nothing_against_it() {
    let (verdict, codes) = diagnosed(json!({}));
    assert_eq!(verdict, Verdict::MfaVerified);
    assert_eq!(codes, ["user_token", "mfa_verified", "audience_expected", "valid_until", "version_two"]);
}

#[test]
fn only_the_exact_member_of_a_list_proves_mfa() {
    for (amr, code) in [
        (json!(null), "amr_missing"),
        (json!([]), "amr_without_mfa"),
        (json!(["pwd", "rsa"]), "amr_without_mfa"),
        (json!("mfa"), "amr_not_a_list"),
        (json!(["mfa", 1]), "amr_not_a_list"),
        (json!({"mfa": true}), "amr_not_a_list"),
        (json!(["pwd", "MFA"]), "amr_other_spelling"),
        (json!([" mfa"]), "amr_other_spelling"),
        (json!(["pwd", "otp"]), "amr_method_only"),
    ] {
        let (verdict, codes) = diagnosed(json!({ "amr": amr }));
        assert_eq!(verdict, Verdict::MfaMissing, "{amr}");
        assert!(codes.contains(&code), "{amr}: {codes:?}");
    }
}

#[test]
fn an_application_is_not_asked_for_mfa_on_positive_proof_only() {
    let app = json!({ "idtyp": "app", "scp": null, "amr": null, "roles": ["Feed.Read"] });
    let (verdict, codes) = diagnosed(app);
    assert_eq!((verdict, codes[0]), (Verdict::AppOnly, "app_only"));
    assert!(!codes.iter().any(|code| code.starts_with("amr")), "{codes:?}");
    for unproven in [json!({ "idtyp": "app", "amr": null }), json!({ "scp": null, "amr": null, "roles": ["x"] })] {
        let (verdict, codes) = diagnosed(unproven.clone());
        assert_eq!((verdict, codes[0]), (Verdict::MfaMissing, "app_only_unproven"), "{unproven}");
    }
    assert_eq!(diagnosed(json!({ "scp": null, "nonce": "n" })).1[0], "id_token");
}

#[test]
fn the_providers_own_claim_is_recognized_by_each_of_its_names() {
    let long = "http://schemas.microsoft.com/claims/authnmethodsreferences";
    for (name, value, code) in [
        ("authenticationmethodsreferences", json!("multipleauthn"), "federated_mfa_claim"),
        (long, json!(["http://schemas.microsoft.com/claims/multipleauthn"]), "federated_mfa_claim"),
        (long, json!(["urn:oasis:names:tc:SAML:2.0:ac:classes:Password"]), "federated_claim_without_mfa"),
        ("AuthenticationMethodsReferences", json!(7), "federated_claim_without_mfa"),
    ] {
        let mut claims = json!({ "amr": ["pwd"] });
        claims[name] = value;
        assert!(diagnosed(claims.clone()).1.contains(&code), "{claims}");
        claims["amr"] = json!(["pwd", "mfa"]);
        assert!(!diagnosed(claims.clone()).1.contains(&code), "what arrived needs no search: {claims}");
    }
    assert!(diagnosed(json!({ "amr": ["pwd"], "acr": "possessionorinherence" })).1.contains(&"acr_not_read"));
    assert!(!diagnosed(json!({ "amr": ["pwd"], "acr": "1" })).1.contains(&"acr_not_read"));
}

#[test]
fn what_is_not_about_mfa_is_told_too() {
    for (changes, code) in [
        (json!({ "aud": "api://other" }), "audience_other"),
        (json!({ "aud": null }), "audience_missing"),
        (json!({ "iss": null }), "issuer_missing"),
        (json!({ "tid": null }), "tenant_missing"),
        (json!({ "tid": "contoso" }), "tenant_not_a_guid"),
        (json!({ "tid": OTHER }), "issuer_tenant_mismatch"),
        (json!({ "iss": format!("https://sts.example/{OTHER}/") }), "issuer_tenant_mismatch"),
        (json!({ "oid": null }), "user_missing"),
        (json!({ "oid": "anna" }), "user_not_a_guid"),
        (json!({ "exp": null }), "expiry_missing"),
        (json!({ "exp": "tomorrow" }), "time_unreadable"),
        (json!({ "exp": now().timestamp() }), "expired"),
        (json!({ "nbf": now().timestamp() + 1 }), "not_yet_valid"),
    ] {
        let (verdict, codes) = diagnosed(changes.clone());
        assert_eq!(verdict, Verdict::OtherFault, "{changes}");
        assert!(codes.contains(&code), "{changes}: {codes:?}");
    }
    assert!(diagnosed(json!({ "iss": "https://adfs.partner.example/" })).1.contains(&"issuer_unknown"));
    assert!(diagnosed(json!({ "ver": "1.0", "appid": "x" })).1.contains(&"version_one"));
}

#[test]
fn an_audience_is_judged_only_where_somebody_said_what_is_expected() {
    let codes = |audiences: &[String]| -> Vec<_> {
        seen_by(&good(), audiences).findings.iter().map(|finding| finding.code).collect()
    };
    assert!(codes(&[]).contains(&Code::AudienceSeen));
    assert!(codes(&["api://else".to_owned(), "api://partner".to_owned()]).contains(&Code::AudienceExpected));
}

#[test]
fn a_sentence_repeats_no_more_of_a_claim_than_it_needs() {
    let mut claims = good();
    claims["aud"] = json!("x".repeat(5_000));
    let diagnosis = seen_by(&claims, &[]);
    let fact = diagnosis.findings.iter().find(|finding| finding.code == Code::AudienceSeen).unwrap().facts[0].clone();
    assert!(matches!(fact, (_, super::super::Fact::Text(text)) if text.chars().count() == 121));
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop_oneof![Just("mfa"), Just("app"), Just("1.0"), Just(TENANT), Just("multipleauthn")].prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,8}", inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_claims_break_the_doctor_and_its_verdict_is_the_gates(
        values in prop::collection::vec((0..16_usize, json_value()), 0..16),
    ) {
        const NAMES: [&str; 16] = ["iss", "tid", "aud", "scp", "idtyp", "oid", "amr", "acr", "ver", "iat", "nbf", "exp",
            "nonce", "authenticationmethodsreferences", "appid", "https://x/y#authnmethodsreferences"];
        let mut claims = good();
        for (name, value) in values {
            claims[NAMES[name]] = value;
        }
        let diagnosis = seen_by(&claims, &[]);
        let app = claims["idtyp"] == "app" && claims.get("scp").is_none();
        if diagnosis.verdict == Verdict::MfaVerified {
            prop_assert!(!app && mfa_enforcement::input::proves_mfa(claims.get("amr")), "{}", claims);
        }
        prop_assert_eq!(diagnosis.findings[0].code == Code::AppOnly, app);
        prop_assert!(diagnosis.findings.is_sorted_by_key(|finding| finding.code));
    }
}
