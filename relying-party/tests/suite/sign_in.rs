//! Signing in: the whole way, and every answer that is not ours.

use crate::idp::{CLIENT, Idp, Key, OTHER_TENANT, TENANT, USER, now, seconds};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use relying_party::{
    CallbackQuery, IssuerConfig, Limits, PendingSignIn, Prompt, RelyingParty, SignInError, SignInOptions, SignedIn,
    TokenError,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use url::Url;
use wiremock::ResponseTemplate;

fn callback() -> Url {
    "https://desk.example/callback".parse().unwrap()
}

/// A sign-in that has begun: what the browser was sent away with.
struct Begun {
    idp: Idp,
    party: RelyingParty,
    pending: PendingSignIn,
    asked: HashMap<String, String>,
}

impl Begun {
    async fn with(options: SignInOptions) -> Self {
        let idp = Idp::start().await;
        let party = idp.relying_party();
        let start = party.start_sign_in(&idp.template(), &callback(), &options, now()).await.unwrap();
        let asked = start.authorize_url.query_pairs().into_owned().collect();
        Self { idp, party, pending: start.pending, asked }
    }

    async fn new() -> Self {
        Self::with(SignInOptions::default()).await
    }

    fn answer(&self) -> CallbackQuery {
        let state = Some(self.asked["state"].clone());
        CallbackQuery { code: Some("the-code".to_owned()), state, ..CallbackQuery::default() }
    }

    /// Finishes with an ID token that has `changes`.
    async fn finish(&self, changes: Value, query: CallbackQuery, at: DateTime<Utc>) -> Result<SignedIn, SignInError> {
        let id_token = self.idp.key.sign(&self.idp.id_claims(&self.asked["nonce"], changes));
        self.idp.answer_code_with(&id_token);
        self.party.finish_sign_in(self.pending.clone(), query, &callback(), at).await
    }
}

#[tokio::test]
async fn a_person_signs_in() {
    let begun = Begun::new().await;
    let signed_in = begun.finish(json!({"amr": ["pwd", "mfa"]}), begun.answer(), now()).await.unwrap();
    assert_eq!((signed_in.claims.tenant, signed_in.claims.object_id), (TENANT, Some(USER)));
    assert!(signed_in.claims.has_mfa());

    let requests = begun.idp.server.received_requests().await.unwrap();
    let exchange = requests.iter().find(|request| request.url.path() == "/token").unwrap();
    let form: HashMap<String, String> = url::form_urlencoded::parse(&exchange.body).into_owned().collect();
    assert_eq!(form["code"], "the-code");
    assert_eq!(form["redirect_uri"], callback().as_str());
    // PKCE: what was sent away is the hash of what is sent now.
    assert_eq!(begun.asked["code_challenge_method"], "S256");
    let hash = Sha256::digest(form["code_verifier"].as_bytes());
    assert_eq!(begun.asked["code_challenge"], BASE64_URL_SAFE_NO_PAD.encode(hash));
    assert!(exchange.headers["authorization"].to_str().unwrap().starts_with("Basic "));
}

#[tokio::test]
async fn what_is_asked_for_stands_in_the_address() {
    let begun = Begun::with(SignInOptions {
        acr_values: vec!["mfa".to_owned(), "strong".to_owned()],
        prompt: Some(Prompt::Login),
        max_age: Some(0),
        login_hint: Some("a@example.com".to_owned()),
        ui_locales: Some("ja".to_owned()),
    })
    .await;
    let asked = |name: &str| begun.asked[name].as_str();
    assert_eq!((asked("acr_values"), asked("prompt"), asked("max_age")), ("mfa strong", "login", "0"));
    assert_eq!((asked("login_hint"), asked("ui_locales"), asked("scope")), ("a@example.com", "ja", "openid"));
    assert_eq!((asked("client_id"), asked("response_type")), (CLIENT, "code"));
}

#[tokio::test]
async fn a_pending_sign_in_survives_storage_and_prints_no_secret() {
    let begun = Begun::new().await;
    let kept = serde_json::to_string(&begun.pending).unwrap();
    let back: PendingSignIn = serde_json::from_str(&kept).unwrap();
    assert_eq!(back.state(), begun.asked["state"]);
    let printed = format!("{back:?}");
    assert!(!printed.contains(&begun.asked["state"]) && !printed.contains(&begun.asked["nonce"]), "{printed}");
}

#[tokio::test]
async fn an_answer_of_another_browser_is_refused() {
    let begun = Begun::new().await;
    for state in [None, Some(String::new()), Some("other".to_owned())] {
        let query = CallbackQuery { state, ..begun.answer() };
        assert!(matches!(begun.finish(json!({}), query, now()).await, Err(SignInError::State)));
    }
}

#[tokio::test]
async fn a_sign_in_works_once() {
    let begun = Begun::new().await;
    begun.finish(json!({}), begun.answer(), now()).await.unwrap();
    assert!(matches!(begun.finish(json!({}), begun.answer(), now()).await, Err(SignInError::AlreadyUsed)));
}

#[tokio::test]
async fn a_sign_in_ends_after_ten_minutes() {
    let begun = Begun::new().await;
    let late = begun.finish(json!({}), begun.answer(), now() + seconds(600)).await;
    assert!(matches!(late, Err(SignInError::TimedOut)));
}

#[tokio::test]
async fn an_answer_at_another_address_is_refused() {
    let begun = Begun::new().await;
    let elsewhere = "https://other.example/callback".parse().unwrap();
    let outcome = begun.party.finish_sign_in(begun.pending.clone(), begun.answer(), &elsewhere, now()).await;
    assert!(matches!(outcome, Err(SignInError::RedirectUri)));
}

#[tokio::test]
async fn a_token_of_another_sign_in_is_refused() {
    for nonce in [json!("other"), json!(null), json!(["x"])] {
        let begun = Begun::new().await;
        let outcome = begun.finish(json!({"nonce": nonce}), begun.answer(), now()).await;
        assert!(matches!(outcome, Err(SignInError::Nonce)), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_token_for_another_client_is_refused() {
    for changes in [json!({"aud": "other"}), json!({"aud": [CLIENT, "other"]}), json!({"azp": "other"})] {
        let begun = Begun::new().await;
        let outcome = begun.finish(changes, begun.answer(), now()).await;
        assert!(matches!(outcome, Err(SignInError::Token(TokenError::Audience))), "{outcome:?}");
    }
}

#[tokio::test]
async fn an_id_token_must_say_when_it_was_issued_and_be_in_force() {
    let begun = Begun::new().await;
    let outcome = begun.finish(json!({"iat": null}), begun.answer(), now()).await;
    assert!(matches!(outcome, Err(SignInError::Token(TokenError::Claim("iat")))), "{outcome:?}");
    let begun = Begun::new().await;
    let outcome = begun.finish(json!({"exp": now().timestamp()}), begun.answer(), now()).await;
    assert!(matches!(outcome, Err(SignInError::Token(TokenError::Expired))), "{outcome:?}");
}

#[tokio::test]
async fn a_token_signed_by_a_strange_key_is_refused() {
    let begun = Begun::new().await;
    let forged = Key::p256("first", 9).sign(&begun.idp.id_claims(&begun.asked["nonce"], json!({})));
    begun.idp.answer_code_with(&forged);
    let outcome = begun.party.finish_sign_in(begun.pending.clone(), begun.answer(), &callback(), now()).await;
    assert!(matches!(outcome, Err(SignInError::Token(TokenError::Signature))), "{outcome:?}");
}

#[tokio::test]
async fn an_answer_in_the_name_of_another_provider_is_refused() {
    let begun = Begun::new().await;
    let query = CallbackQuery { iss: Some("https://evil.example".to_owned()), ..begun.answer() };
    assert!(matches!(begun.finish(json!({}), query, now()).await, Err(SignInError::Issuer)));
    // Another tenant of the same provider than the one whose token comes.
    let begun = Begun::new().await;
    let query = CallbackQuery { iss: Some(begun.idp.issuer(OTHER_TENANT)), ..begun.answer() };
    assert!(matches!(begun.finish(json!({}), query, now()).await, Err(SignInError::Issuer)));
    let begun = Begun::new().await;
    let query = CallbackQuery { iss: Some(begun.idp.issuer(TENANT)), ..begun.answer() };
    assert!(begun.finish(json!({}), query, now()).await.is_ok());
}

#[tokio::test]
async fn a_provider_that_promises_to_name_itself_must() {
    let idp = Idp::start().await;
    idp.set_metadata("authorization_response_iss_parameter_supported", json!(true));
    let party = idp.relying_party();
    let start = party.start_sign_in(&idp.template(), &callback(), &SignInOptions::default(), now()).await.unwrap();
    let state = Some(start.pending.state().to_owned());
    let query = CallbackQuery { code: Some("the-code".to_owned()), state, ..CallbackQuery::default() };
    let outcome = party.finish_sign_in(start.pending, query, &callback(), now()).await;
    assert!(matches!(outcome, Err(SignInError::Issuer)));
}

#[tokio::test]
async fn a_token_of_another_configured_provider_is_refused() {
    let (asked, other) = (Idp::start().await, Idp::start().await);
    let configs: Vec<IssuerConfig> = vec![asked.config(), other.config()];
    let party = RelyingParty::new(configs, Limits::default()).unwrap();
    let start = party.start_sign_in(&asked.template(), &callback(), &SignInOptions::default(), now()).await.unwrap();
    let nonce = start.authorize_url.query_pairs().find(|(name, _)| name == "nonce").unwrap().1.into_owned();
    asked.answer_code_with(&other.key.sign(&other.id_claims(&nonce, json!({}))));
    let state = Some(start.pending.state().to_owned());
    let query = CallbackQuery { code: Some("the-code".to_owned()), state, ..CallbackQuery::default() };
    let outcome = party.finish_sign_in(start.pending, query, &callback(), now()).await;
    assert!(matches!(outcome, Err(SignInError::Issuer)), "{outcome:?}");
}

#[tokio::test]
async fn a_refusal_is_passed_on_only_to_the_sign_in_it_belongs_to() {
    let begun = Begun::new().await;
    let refusal = CallbackQuery { code: None, error: Some("access_denied".to_owned()), ..begun.answer() };
    let stray = CallbackQuery { state: Some("other".to_owned()), ..refusal.clone() };
    assert!(matches!(begun.finish(json!({}), stray, now()).await, Err(SignInError::State)));
    let outcome = begun.finish(json!({}), refusal, now()).await;
    assert!(matches!(outcome, Err(SignInError::Refused { code, .. }) if code == "access_denied"));
}

#[tokio::test]
async fn a_code_that_is_not_exchanged_signs_nobody_in_and_tells_no_secrets() {
    let begun = Begun::new().await;
    let refusal = ResponseTemplate::new(400).set_body_json(json!({"error": "invalid_grant"}));
    *begun.idp.token_answer.lock().unwrap() = refusal;
    let outcome = begun.party.finish_sign_in(begun.pending.clone(), begun.answer(), &callback(), now()).await;
    assert!(matches!(&outcome, Err(SignInError::Exchange(why)) if why.contains("invalid_grant")), "{outcome:?}");

    let begun = Begun::new().await;
    let without = json!({"access_token": "very-secret", "token_type": "Bearer"});
    *begun.idp.token_answer.lock().unwrap() = ResponseTemplate::new(200).set_body_json(without);
    let outcome = begun.party.finish_sign_in(begun.pending.clone(), begun.answer(), &callback(), now()).await;
    assert!(!format!("{:?}", outcome.unwrap_err()).contains("very-secret"));
}

#[tokio::test]
async fn a_redirect_of_the_token_endpoint_is_not_followed() {
    let begun = Begun::new().await;
    let away = format!("{}/elsewhere", begun.idp.server.uri());
    *begun.idp.token_answer.lock().unwrap() = ResponseTemplate::new(307).insert_header("location", away.as_str());
    let outcome = begun.party.finish_sign_in(begun.pending.clone(), begun.answer(), &callback(), now()).await;
    assert!(matches!(outcome, Err(SignInError::Exchange(_))));
    assert_eq!(begun.idp.fetches_of("/elsewhere").await, 0);
}

#[tokio::test]
async fn an_authentication_older_than_asked_for_is_refused() {
    let options = || SignInOptions { max_age: Some(60), ..SignInOptions::default() };
    let at = |n: i64| json!({"auth_time": now().timestamp() + n});
    let begun = Begun::with(options()).await;
    assert!(matches!(begun.finish(at(-91), begun.answer(), now()).await, Err(SignInError::TooOld)));
    let begun = Begun::with(options()).await;
    assert!(matches!(begun.finish(json!({}), begun.answer(), now()).await, Err(SignInError::TooOld)));
    let begun = Begun::with(options()).await;
    assert!(begun.finish(at(-60), begun.answer(), now()).await.is_ok());
}

#[tokio::test]
async fn signing_out_leads_to_the_provider() {
    let begun = Begun::new().await;
    let home: Url = "https://desk.example/".parse().unwrap();
    let url = begun.party.end_session_url(&begun.idp.template(), None, &home, now()).await.unwrap().unwrap();
    assert_eq!(url.path(), "/logout");
    assert!(url.query_pairs().any(|(name, value)| name == "post_logout_redirect_uri" && value == home.as_str()));
}
