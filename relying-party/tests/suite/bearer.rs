//! Access tokens: what is believed, and every reason why not.

use crate::idp::{AUDIENCE, Idp, Key, OTHER_TENANT, TENANT, USER, now, seconds};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use relying_party::{IssuerConfig, Limits, RelyingParty, TokenError};
use serde_json::{Value, json};

/// What becomes of a good token after `changes` to its claims.
async fn outcome(changes: Value) -> Result<(), TokenError> {
    let idp = Idp::start().await;
    idp.relying_party().verify_bearer(&idp.access_token(changes), now()).await.map(|_| ())
}

#[tokio::test]
async fn a_good_token_is_read() {
    let idp = Idp::start().await;
    let token = idp.access_token(json!({"roles": ["Feed.Read"], "preferred_username": "a@example.com"}));
    let claims = idp.relying_party().verify_bearer(&token, now()).await.unwrap();
    assert_eq!((claims.tenant, claims.object_id), (TENANT, Some(USER)));
    assert!(claims.has_mfa() && !claims.app_only);
    assert_eq!(claims.roles, ["Feed.Read"]);
    assert_eq!(claims.client_id.as_deref(), Some("some-app"));
    assert_eq!(claims.expires_at, now() + seconds(600));
}

#[tokio::test]
async fn rsa_signatures_of_both_paddings_are_believed_only_under_their_own_name() {
    let idp = Idp::start().await;
    let (rs, ps) = (Key::rsa("rs", Algorithm::RS256), Key::rsa("ps", Algorithm::PS256));
    idp.publish(vec![rs.public(), ps.public()]);
    let (party, claims) = (idp.relying_party(), idp.access_claims(json!({})));
    party.verify_bearer(&rs.sign(&claims), now()).await.unwrap();
    party.verify_bearer(&ps.sign(&claims), now()).await.unwrap();
    let mut header = Header::new(Algorithm::PS256);
    header.kid = Some("rs".to_owned());
    let crossed = ps.sign_with_header(&header, &claims);
    assert!(matches!(party.verify_bearer(&crossed, now()).await, Err(TokenError::UnknownKey(_))));
}

#[tokio::test]
async fn an_unsigned_token_is_refused() {
    let idp = Idp::start().await;
    for algorithm in ["none", "None", ""] {
        let header = BASE64_URL_SAFE_NO_PAD.encode(json!({"alg": algorithm, "kid": "first"}).to_string());
        let payload = BASE64_URL_SAFE_NO_PAD.encode(idp.access_claims(json!({})).to_string());
        let outcome = idp.relying_party().verify_bearer(&format!("{header}.{payload}."), now()).await;
        assert!(matches!(outcome, Err(TokenError::Algorithm(_))), "{algorithm:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn the_public_key_is_no_secret_for_hs256() {
    let idp = Idp::start().await;
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some("first".to_owned());
    let secret = EncodingKey::from_secret(idp.key.public().to_string().as_bytes());
    let token = jsonwebtoken::encode(&header, &idp.access_claims(json!({})), &secret).unwrap();
    assert!(matches!(idp.relying_party().verify_bearer(&token, now()).await, Err(TokenError::Algorithm(_))));
}

#[tokio::test]
async fn a_changed_payload_is_refused() {
    let idp = Idp::start().await;
    let token = idp.access_token(json!({"amr": ["pwd"]}));
    let mut parts: Vec<&str> = token.split('.').collect();
    let forged = BASE64_URL_SAFE_NO_PAD.encode(idp.access_claims(json!({"amr": ["mfa"]})).to_string());
    parts[1] = &forged;
    let outcome = idp.relying_party().verify_bearer(&parts.join("."), now()).await;
    assert!(matches!(outcome, Err(TokenError::Signature)), "{outcome:?}");
}

#[tokio::test]
async fn what_is_no_token_is_refused_without_a_panic() {
    let idp = Idp::start().await;
    let party = idp.relying_party();
    let token = idp.access_token(json!({}));
    for text in ["", ".", "..", "a.b.c", "é.é.é", &token[..token.len() / 2], &format!("{token}.more")] {
        assert!(party.verify_bearer(text, now()).await.is_err(), "{text:?}");
    }
    assert!(matches!(party.verify_bearer(&"x".repeat(20_000), now()).await, Err(TokenError::TooLong)));
}

#[tokio::test]
async fn a_token_of_a_strange_issuer_is_refused_and_nothing_is_fetched_for_it() {
    let idp = Idp::start().await;
    let party = idp.relying_party();
    for iss in ["https://evil.example/", "", &format!("{}/{{tid}}/v2.0", idp.server.uri())] {
        let outcome = party.verify_bearer(&idp.access_token(json!({"iss": iss})), now()).await;
        assert!(matches!(outcome, Err(TokenError::UnknownIssuer(_))), "{iss}: {outcome:?}");
    }
    let longer = format!("{}/x/{TENANT}/v2.0", idp.server.uri());
    assert!(matches!(outcome(json!({"iss": longer})).await, Err(TokenError::UnknownIssuer(_))));
    assert_eq!(idp.server.received_requests().await.unwrap().len(), 0);
}

#[tokio::test]
async fn issuer_and_tenant_must_agree() {
    assert!(matches!(outcome(json!({"tid": OTHER_TENANT})).await, Err(TokenError::Tenant)));
    assert!(matches!(outcome(json!({"tid": "not a guid"})).await, Err(TokenError::Tenant)));
    assert!(matches!(outcome(json!({"tid": [TENANT]})).await, Err(TokenError::Tenant)));
    assert!(matches!(outcome(json!({"tid": null})).await, Err(TokenError::Claim("tid"))));
    assert!(outcome(json!({"tid": TENANT.to_string().to_uppercase()})).await.is_ok());
}

#[tokio::test]
async fn an_issuer_of_one_tenant_speaks_for_no_other() {
    let idp = Idp::start().await;
    idp.set_metadata("issuer", json!(idp.server.uri()));
    let config = IssuerConfig { issuer: idp.server.uri(), tenant: Some(TENANT), ..idp.config() };
    let party = RelyingParty::new(vec![config], Limits::default()).unwrap();
    let own = json!({"iss": idp.server.uri(), "tid": null});
    assert_eq!(party.verify_bearer(&idp.access_token(own), now()).await.unwrap().tenant, TENANT);
    let foreign = json!({"iss": idp.server.uri(), "tid": OTHER_TENANT});
    let outcome = party.verify_bearer(&idp.access_token(foreign), now()).await;
    assert!(matches!(outcome, Err(TokenError::Tenant)), "{outcome:?}");
}

#[tokio::test]
async fn only_our_audience_is_accepted() {
    assert!(matches!(outcome(json!({"aud": "api://other"})).await, Err(TokenError::Audience)));
    assert!(matches!(outcome(json!({"aud": ["api://other"]})).await, Err(TokenError::Audience)));
    assert!(matches!(outcome(json!({"aud": [AUDIENCE, 1]})).await, Err(TokenError::Claim("aud"))));
    assert!(matches!(outcome(json!({"aud": null})).await, Err(TokenError::Claim("aud"))));
    assert!(outcome(json!({"aud": ["api://other", AUDIENCE]})).await.is_ok());
}

#[tokio::test]
async fn an_id_token_is_no_access_token_even_with_our_audience() {
    assert!(matches!(outcome(json!({"nonce": "n"})).await, Err(TokenError::Kind(_))));
    assert!(matches!(outcome(json!({"at_hash": "h"})).await, Err(TokenError::Kind(_))));
}

#[tokio::test]
async fn tokens_of_another_type_or_with_critical_headers_are_refused() {
    let idp = Idp::start().await;
    let party = idp.relying_party();
    let mut header = Header::new(Algorithm::ES256);
    header.kid = Some("first".to_owned());
    header.typ = Some("logout+jwt".to_owned());
    let token = idp.key.sign_with_header(&header, &idp.access_claims(json!({})));
    assert!(matches!(party.verify_bearer(&token, now()).await, Err(TokenError::Kind(_))));
    header.typ = Some("at+jwt".to_owned());
    let token = idp.key.sign_with_header(&header, &idp.access_claims(json!({})));
    assert!(party.verify_bearer(&token, now()).await.is_ok());
    header.crit = Some(vec!["exp".to_owned()]);
    let token = idp.key.sign_with_header(&header, &idp.access_claims(json!({})));
    assert!(matches!(party.verify_bearer(&token, now()).await, Err(TokenError::Kind(_))));
}

#[tokio::test]
async fn expiry_is_strict_and_also_for_a_token_that_was_seen_before() {
    let idp = Idp::start().await;
    let party = idp.relying_party();
    let token = idp.access_token(json!({"exp": now().timestamp() + 10}));
    assert!(party.verify_bearer(&token, now() + seconds(9)).await.is_ok());
    assert!(matches!(party.verify_bearer(&token, now() + seconds(10)).await, Err(TokenError::Expired)));
    assert!(matches!(outcome(json!({"exp": null})).await, Err(TokenError::Claim("exp"))));
    assert!(matches!(outcome(json!({"exp": "tomorrow"})).await, Err(TokenError::Claim("exp"))));
    assert!(matches!(outcome(json!({"exp": 1e300})).await, Err(TokenError::Claim("exp"))));
}

#[tokio::test]
async fn a_token_of_the_future_is_refused_beyond_thirty_seconds() {
    let at = |n: i64| now().timestamp() + n;
    assert!(matches!(outcome(json!({"nbf": at(31)})).await, Err(TokenError::NotYetValid)));
    assert!(outcome(json!({"nbf": at(30)})).await.is_ok());
    assert!(matches!(outcome(json!({"iat": at(31)})).await, Err(TokenError::IssuedInFuture)));
    assert!(matches!(outcome(json!({"nbf": "soon"})).await, Err(TokenError::Claim("nbf"))));
}

#[tokio::test]
async fn mfa_is_the_exact_member_of_an_array_of_texts() {
    let idp = Idp::start().await;
    let party = idp.relying_party();
    let odd = [json!("mfa"), json!(["MFA"]), json!(["otp"]), json!(["mfa", 1]), json!({"mfa": true}), json!([["mfa"]])];
    for amr in odd {
        let claims = party.verify_bearer(&idp.access_token(json!({"amr": amr})), now()).await.unwrap();
        assert!(!claims.has_mfa(), "{amr}");
    }
    let claims = party.verify_bearer(&idp.access_token(json!({"amr": null})), now()).await.unwrap();
    assert!(!claims.has_mfa());
}

#[tokio::test]
async fn app_only_needs_positive_proof() {
    let idp = Idp::start().await;
    let party = idp.relying_party();
    let cases = [
        (json!({"idtyp": "app", "scp": null}), true),
        (json!({"idtyp": "app"}), false),
        (json!({"idtyp": "app", "scp": ""}), false),
        (json!({"idtyp": "App", "scp": null}), false),
        (json!({"idtyp": ["app"], "scp": null}), false),
        (json!({"scp": null}), false),
    ];
    for (changes, app_only) in cases {
        let claims = party.verify_bearer(&idp.access_token(changes.clone()), now()).await.unwrap();
        assert_eq!(claims.app_only, app_only, "{changes}");
    }
}

#[tokio::test]
async fn a_malformed_user_id_counts_as_absent() {
    let idp = Idp::start().await;
    let token = idp.access_token(json!({"oid": "admin@example.com"}));
    assert_eq!(idp.relying_party().verify_bearer(&token, now()).await.unwrap().object_id, None);
}

#[tokio::test]
async fn a_token_that_names_no_key_is_refused() {
    let idp = Idp::start().await;
    let token = idp.key.sign_with_header(&Header::new(Algorithm::ES256), &idp.access_claims(json!({})));
    assert!(matches!(idp.relying_party().verify_bearer(&token, now()).await, Err(TokenError::NoKeyId)));
}

#[tokio::test]
async fn a_flood_of_unknown_key_ids_fetches_the_keys_once_in_ten_seconds() {
    let idp = Idp::start().await;
    let party = idp.relying_party();
    party.verify_bearer(&idp.access_token(json!({})), now()).await.unwrap();
    for n in 0..50 {
        let token = Key::p256(&format!("unknown-{n}"), 9).sign(&idp.access_claims(json!({})));
        let outcome = party.verify_bearer(&token, now() + seconds(20)).await;
        assert!(matches!(outcome, Err(TokenError::UnknownKey(_))), "{outcome:?}");
    }
    assert_eq!(idp.fetches_of("/keys").await, 2);
}

#[tokio::test]
async fn a_new_key_is_found_by_looking_again() {
    let idp = Idp::start().await;
    let party = idp.relying_party();
    party.verify_bearer(&idp.access_token(json!({})), now()).await.unwrap();
    let second = Key::p256("second", 8);
    idp.publish(vec![idp.key.public(), second.public()]);
    let token = second.sign(&idp.access_claims(json!({})));
    assert!(party.verify_bearer(&token, now() + seconds(20)).await.is_ok());
}

#[tokio::test]
async fn a_withdrawn_key_stops_verifying_after_the_refresh_also_for_tokens_seen_before() {
    let idp = Idp::start().await;
    let party = idp.relying_party();
    let token = idp.access_token(json!({"exp": now().timestamp() + 3600}));
    party.verify_bearer(&token, now()).await.unwrap();
    idp.publish(vec![Key::p256("second", 8).public()]);
    assert!(party.verify_bearer(&token, now() + seconds(299)).await.is_ok());
    let outcome = party.verify_bearer(&token, now() + seconds(300)).await;
    assert!(matches!(outcome, Err(TokenError::UnknownKey(_))), "{outcome:?}");
}

#[tokio::test]
async fn a_key_id_that_passes_to_another_key_takes_its_tokens_along() {
    let idp = Idp::start().await;
    let party = idp.relying_party();
    let token = idp.access_token(json!({"exp": now().timestamp() + 3600}));
    party.verify_bearer(&token, now()).await.unwrap();
    idp.publish(vec![Key::p256("first", 99).public()]);
    let outcome = party.verify_bearer(&token, now() + seconds(300)).await;
    assert!(matches!(outcome, Err(TokenError::Signature)), "{outcome:?}");
}

#[tokio::test]
async fn keys_for_encryption_short_rsa_keys_and_odd_entries_are_left_out() {
    let idp = Idp::start().await;
    let mut encryption = Key::p256("enc", 9).public();
    encryption["use"] = json!("enc");
    let short = json!({"kty": "RSA", "kid": "short", "n": "AQAB", "e": "AQAB"});
    idp.publish(vec![json!(7), json!({"kty": "AKP"}), short, encryption, idp.key.public()]);
    let party = idp.relying_party();
    party.verify_bearer(&idp.access_token(json!({})), now()).await.unwrap();
    let token = Key::p256("enc", 9).sign(&idp.access_claims(json!({})));
    assert!(matches!(party.verify_bearer(&token, now()).await, Err(TokenError::UnknownKey(_))));
}

#[tokio::test]
async fn an_unreachable_provider_is_an_outage_and_old_keys_are_believed_for_an_hour() {
    let idp = Idp::start().await;
    let party = idp.relying_party();
    let token = idp.access_token(json!({"exp": now().timestamp() + 9000}));
    party.verify_bearer(&token, now()).await.unwrap();
    idp.server.reset().await;
    assert!(party.verify_bearer(&token, now() + seconds(3599)).await.is_ok());
    let outcome = party.verify_bearer(&token, now() + seconds(3620)).await;
    assert!(matches!(outcome, Err(TokenError::Unavailable(_))), "{outcome:?}");
}

#[tokio::test]
async fn a_discovery_document_of_another_issuer_or_without_https_is_not_believed() {
    for (name, value) in [("issuer", "https://other.example/"), ("jwks_uri", "http://keys.example/")] {
        let idp = Idp::start().await;
        idp.set_metadata(name, json!(value));
        let outcome = idp.relying_party().verify_bearer(&idp.access_token(json!({})), now()).await;
        assert!(matches!(outcome, Err(TokenError::Unavailable(_))), "{name}: {outcome:?}");
    }
}
