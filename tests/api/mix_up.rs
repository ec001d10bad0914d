//! A second provider that tries to answer for the first, and ID tokens that are not what they say: certified providers, of whose
//! answers one thing at a time is falsified.

use crate::browser::Browser;
use crate::identity_provider::{Stage, person};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use exception_desk_demo::people;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

const MFA: &[&str] = &["pwd", "mfa"];

/// The same question, asked of another provider.
fn asked_of(base: &str, asked: &Url) -> Url {
    format!("{base}/auth?{}", asked.query().unwrap()).parse().unwrap()
}

#[actix_web::test]
async fn an_answer_of_another_provider_than_was_asked_is_refused_before_its_code_goes_anywhere() {
    let stage = Stage::set().await;
    let begun_at_the_partners = format!("issuer={}", stage.partners.base);
    for (query, answers) in [("", &stage.partners), (begun_at_the_partners.as_str(), &stage.staff)] {
        let mut browser = Browser::new(&stage.app);
        let asked = stage.asked(&mut browser, query).await;
        // The provider that was not asked makes a genuine answer to the question, state, nonce and challenge included.
        let (page, _) = stage.page(&mut browser, &asked_of(&answers.base, &asked)).await;
        let back = stage.answered(&mut browser, &page, &person("lead", MFA)).await;
        assert!(back.contains("&iss=") || back.contains("?iss="), "{back}");
        stage.assert_refused(&mut browser, &back, "another provider").await;
    }
    assert_eq!((stage.exchanges(&stage.staff).await, stage.exchanges(&stage.partners).await), (0, 0));
}

#[actix_web::test]
async fn an_answer_that_hides_or_lies_about_who_gives_it_is_refused() {
    let stage = Stage::set().await;
    for (iss, what) in [
        (None, "no iss though it was promised"),
        (Some(String::new()), "an empty iss"),
        (Some(stage.partners.base.clone()), "the other provider's"),
        (Some(format!("{}/", stage.staff.base)), "nearly its own"),
    ] {
        let mut browser = Browser::new(&stage.app);
        let back = stage.on_the_way_back(&mut browser, "", &person("lead", MFA)).await;
        let mut changed: Url = back.parse().unwrap();
        let others: Vec<_> = changed.query_pairs().into_owned().filter(|(name, _)| name != "iss").collect();
        changed.query_pairs_mut().clear().extend_pairs(others).extend_pairs(iss.map(|iss| ("iss", iss)));
        stage.assert_refused(&mut browser, changed.as_str(), what).await;
    }
    assert_eq!((stage.exchanges(&stage.staff).await, stage.exchanges(&stage.partners).await), (0, 0));
    // The other's answer under the asked one's name reaches the asked one, which knows no such code.
    let mut browser = Browser::new(&stage.app);
    let asked = stage.asked(&mut browser, "").await;
    let (page, _) = stage.page(&mut browser, &asked_of(&stage.partners.base, &asked)).await;
    let back = stage.answered(&mut browser, &page, &person("lead", MFA)).await;
    let disguised = back.replace("login.tailspin.localhost", "login.operations.localhost");
    let port = |base: &str| base.rsplit(':').next().unwrap().to_owned();
    let disguised = disguised.replace(&port(&stage.partners.base), &port(&stage.staff.base));
    stage.assert_refused(&mut browser, &disguised, "under another name").await;
    assert_eq!((stage.exchanges(&stage.staff).await, stage.exchanges(&stage.partners).await), (1, 0));
}

/// Signs in at the provider of `query` while it tells this lie; the lie must sign nobody in, and the same without it somebody.
async fn assert_no_lie_is_believed(stage: &Stage, at_partners: bool, lies: &[Value]) {
    let (query, provider) = if at_partners {
        (format!("issuer={}", stage.partners.base), &stage.partners)
    } else {
        (String::new(), &stage.staff)
    };
    let who = person(if at_partners { "tailspin-global-admin" } else { "reviewer" }, MFA);
    for lie in lies {
        stage.tell(provider, &json!({ "lie": lie })).await;
        let mut browser = Browser::new(&stage.app);
        let back = stage.on_the_way_back(&mut browser, &query, &who).await;
        stage.assert_refused(&mut browser, &back, &lie.to_string()).await;
    }
    stage.tell(provider, &json!({ "lie": {} })).await;
    let (_, page) = stage.sign_in(&mut Browser::new(&stage.app), &query, &who).await;
    assert_eq!(page.status(), 200);
}

#[actix_web::test]
async fn a_token_with_anything_wrong_in_it_signs_nobody_in() {
    let stage = Stage::set().await;
    let now = stage.app.clock.now().timestamp();
    let lies = [
        json!({ "as": "none" }),
        json!({ "as": "secret" }),
        json!({ "as": "public" }),
        json!({ "as": "strange" }),
        json!({ "claims": { "aud": "another-client" } }),
        json!({ "claims": { "aud": ["desk", "another-client"] } }),
        json!({ "claims": { "aud": ["desk", "another-client"], "azp": "desk" } }),
        json!({ "claims": { "aud": null } }),
        json!({ "claims": { "azp": "another-client" } }),
        json!({ "claims": { "nonce": "of-another-sign-in" } }),
        json!({ "claims": { "nonce": null } }),
        json!({ "claims": { "iss": "https://evil.example" } }),
        json!({ "claims": { "iss": null } }),
        json!({ "claims": { "tid": people::TAILSPIN.id } }),
        json!({ "claims": { "exp": now } }),
        json!({ "claims": { "exp": null } }),
        json!({ "claims": { "iat": null } }),
        json!({ "claims": { "iat": now + 60 } }),
        json!({ "claims": { "sub": null } }),
        json!({ "claims": { "oid": null } }),
        json!({ "claims": { "oid": "reviewer" } }),
    ];
    assert_no_lie_is_believed(&stage, false, &lies).await;
}

#[actix_web::test]
async fn a_token_that_a_partners_provider_signs_in_the_name_of_the_staffs_is_not_believed() {
    let stage = Stage::set().await;
    let kid = stage.tell(&stage.staff, &json!({})).await["kid"].clone();
    let staff = person("lead", MFA);
    let in_their_name = json!({ "iss": stage.staff.base, "oid": staff["oid"], "roles": staff["roles"] });
    let of_their_tenant = json!({ "tid": people::OPERATIONS.id, "oid": staff["oid"], "roles": staff["roles"] });
    // The staff's keys are known to the desk, so that it has something to check against.
    stage.sign_in(&mut Browser::new(&stage.app), "", &staff).await;
    let lies = [
        json!({ "claims": in_their_name }),
        json!({ "claims": in_their_name, "kid": kid }),
        json!({ "claims": in_their_name, "kid": kid, "as": "strange" }),
        json!({ "claims": in_their_name, "kid": kid, "as": "none" }),
        json!({ "claims": of_their_tenant }),
        json!({ "claims": of_their_tenant, "kid": kid }),
    ];
    assert_no_lie_is_believed(&stage, true, &lies).await;
}

#[actix_web::test]
async fn a_genuine_token_of_one_provider_is_not_believed_in_the_answer_of_another() {
    let stage = Stage::set().await;
    let begun_at_the_partners = format!("issuer={}", stage.partners.base);
    let mut browser = Browser::new(&stage.app);
    let asked = stage.asked(&mut browser, &begun_at_the_partners).await;
    // Whoever runs the partners' provider got hold of the desk's secret at the staff's: it has them answer the very same question,
    // but for the challenge, and hands their token on as its own.
    let verifier = "of-whoever-runs-the-partners-provider-0123456789";
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let mut of_the_staff = asked_of(&stage.staff.base, &asked);
    let others: Vec<_> = of_the_staff.query_pairs().into_owned().filter(|(name, _)| name != "code_challenge").collect();
    of_the_staff.query_pairs_mut().clear().extend_pairs(others).append_pair("code_challenge", &challenge);
    let mut elsewhere = Browser::new(&stage.app);
    let (page, _) = stage.page(&mut elsewhere, &of_the_staff).await;
    let back = stage.answered(&mut elsewhere, &page, &person("lead", MFA)).await;
    let token = stage.exchanged(&stage.staff, &back, verifier).await;
    stage.tell(&stage.partners, &json!({ "lie": { "token": token } })).await;
    let (page, _) = stage.page(&mut browser, &asked).await;
    let back = stage.answered(&mut browser, &page, &person("tailspin-global-admin", MFA)).await;
    stage.assert_refused(&mut browser, &back, "another provider's token").await;
    assert_eq!(stage.exchanges(&stage.partners).await, 1, "the answer itself was in order");
}
