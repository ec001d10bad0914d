//! The sign-in doctor: what it says of claims, and that no token gets in or comes back.

use crate::app::TestApp;
use crate::browser::Browser;
use reqwest::Method;
use serde_json::{Value, json};

const TENANT: &str = "7b9ae9d5-79be-4d36-9d0a-6ba1a5f1f6a1";

fn claims() -> Value {
    json!({ "tid": TENANT, "oid": "3ceaaf30-8142-48ea-91d9-3080f9b439fc", "aud": "api://partner", "scp": "user",
            "amr": ["pwd"], "exp": 1_795_482_000 })
}

#[actix_web::test]
async fn claims_are_read_without_signing_in_and_lead_to_an_issue() {
    let app = TestApp::start().await;
    let mut claims = claims();
    claims["iss"] = json!(format!("{}/{TENANT}/v2.0", app.idp_base));
    let body = json!({ "claims": claims, "audience": "api://partner" });
    let answer = app.anonymous().post("/api/v1/token-checks", &body).await.expect(200).json();
    assert_eq!(answer["verdict"], "mfa_missing");
    let codes: Vec<_> = answer["findings"].as_array().unwrap().iter().map(|one| one["code"].clone()).collect();
    assert_eq!(codes, ["user_token", "amr_without_mfa", "audience_expected", "expired"]);
    assert_eq!(answer["issues"][0]["issue"], "third_party_mfa_not_recognized");
    let own = format!("{}/self-check/third_party_mfa_not_recognized", app.base);
    assert_eq!(answer["issues"][0]["self_check"], own);
}

#[actix_web::test]
async fn a_real_token_of_a_user_with_mfa_and_of_a_program_is_understood() {
    let app = TestApp::start().await;
    for (actor, verdict) in [
        (app.actor_with_mfa("contoso-admin-agent", true), "mfa_verified"),
        (app.actor_with_mfa("contoso-admin-agent", false), "mfa_missing"),
        (app.actor("feed"), "app_only"),
    ] {
        use base64::Engine;
        let token = actor.token.clone().unwrap();
        let payload = token.split('.').nth(1).unwrap();
        let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap();
        let claims: Value = serde_json::from_slice(&payload).unwrap();
        let answer = app.anonymous().post("/api/v1/token-checks", &json!({ "claims": claims })).await.expect(200);
        assert_eq!(answer.json()["verdict"], verdict, "{claims}");
    }
}

#[actix_web::test]
async fn a_token_is_refused_wherever_it_comes_in_and_comes_back_nowhere() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();
    let token = app.actor("contoso-admin-agent").token.unwrap();
    let escaped = format!(r#"{{"claims": {{"x": "\u0065{}"}}}}"#, &token[1..]);
    for body in [
        json!({ "claims": { "id_token": token } }).to_string(),
        json!({ "claims": { "list": [["deep", { "down": format!("Bearer {token}") }]] } }).to_string(),
        json!({ "claims": { &token: true } }).to_string(),
        json!({ "claims": {}, "audience": token }).to_string(),
        json!({ "claims": {}, "unknown": token }).to_string(),
        json!({ "claims": token }).to_string(),
        escaped,
        token.clone(),
        format!("\"{token}\""),
        format!("{{\"claims\": {{ broken {token}"),
    ] {
        let call = nobody.call(Method::POST, "/api/v1/token-checks").header("content-type", "application/json");
        let answer = nobody.send(call.body(body.clone())).await.expect(422);
        assert_eq!(answer.problem(), "invalid-input");
        assert!(answer.errors()[0].ends_with("looks_like_token"), "{body}: {}", answer.text);
        assert!(!holds_part(&answer.text, &token), "{body}: {}", answer.text);
    }
    let path = format!("/api/v1/token-checks?token={token}");
    nobody.post(&path, &json!({ "claims": {} })).await.expect(422);
}

#[actix_web::test]
async fn the_page_refuses_a_token_in_every_field_and_in_the_address() {
    let app = TestApp::start().await;
    let token = app.actor("contoso-admin-agent").token.unwrap();
    let mut browser = Browser::new(&app);
    let quoted = format!("{{\"x\": \"Bearer {token}\"}}");
    for form in [
        vec![("claims", token.as_str())],
        vec![("claims", quoted.as_str())],
        vec![("claims", "{}"), ("audience", token.as_str())],
        vec![("claims", "{}"), ("zone", token.as_str())],
        vec![("claims", "{}"), (token.as_str(), "")],
    ] {
        let (status, page) = browser.submit("/token-check", &form).await;
        assert_eq!(status, 422, "{form:?}");
        assert!(page.contains("looks like a token"), "{page}");
        assert!(!holds_part(&page, &token), "{page}");
    }
    for path in [format!("/token-check?access_token={token}"), format!("/token-check?{token}")] {
        let (status, page) = browser.open(&path).await;
        assert_eq!(status, 422);
        assert!(!holds_part(&page, &token), "{page}");
        assert_eq!(browser.submit(&path, &[("claims", "{}")]).await.0, 422);
    }
}

/// Two short parts, of which the first opens a JSON object: as bytes it looks like nothing.
#[actix_web::test]
async fn a_token_that_hides_behind_an_escape_is_refused_too() {
    let app = TestApp::start().await;
    let (nobody, mut browser) = (app.anonymous(), Browser::new(&app));
    for claims in [r#"{"x": "\u0065yJzdWIiOiJ4In0.c2ln"}"#, r#"{"a": [{"\u0065yJzdWIiOiJ4In0.c2ln": 1}]}"#] {
        let call = nobody.call(Method::POST, "/api/v1/token-checks").header("content-type", "application/json");
        let answer = nobody.send(call.body(format!(r#"{{"claims": {claims}}}"#))).await.expect(422);
        assert_eq!(answer.errors(), ["/claims looks_like_token"], "{claims}");
        let (status, page) = browser.submit("/token-check", &[("claims", claims)]).await;
        assert!(status == 422 && page.contains("looks like a token"), "{claims}: {page}");
        assert!(!answer.text.contains("yJzdWIi") && !page.contains("yJzdWIi"), "{page}");
    }
}

#[actix_web::test]
async fn the_page_says_what_to_do_and_keeps_what_was_typed() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    let typed = claims().to_string();
    let form = [("claims", typed.as_str()), ("audience", "api://other"), ("zone", "Asia/Tokyo")];
    let (status, page) = browser.submit("/token-check", &form).await;
    assert_eq!(status, 200);
    for shown in ["The token does not prove MFA", "api://other", "Tue 24 Nov 2026, 10:00 (Japan time)", "amr&#34;"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(page.contains("href=\"/self-check/third_party_mfa_not_recognized\""), "{page}");
    for (typed, words) in
        [("", "cannot be empty"), ("{", "not JSON"), ("[]", "no claims"), ("{\"a\":1,\"a\":2}", "twice")]
    {
        let (status, page) = browser.submit("/token-check", &[("claims", typed)]).await;
        assert_eq!(status, 422);
        assert!(page.contains(words), "{typed}: {page}");
    }
}

#[actix_web::test]
async fn answers_that_follow_from_claims_are_filled_in_and_nothing_is_complained_of() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    let path = "/self-check/third_party_mfa_not_recognized?answers_claim_can_be_sent=yes&from=claims";
    let (status, page) = browser.open(path).await;
    assert_eq!(status, 200);
    assert!(page.contains(r#"name="answers_claim_can_be_sent" value="yes" checked"#), "{page}");
    assert!(!page.contains("error-summary"), "{page}");
}

/// Whether a part of the token that opens anything, or could be put together again, is in `text`.
fn holds_part(text: &str, token: &str) -> bool {
    token.split('.').any(|part| text.contains(part) || text.contains(&part[1..]))
}
