//! What else than `amr` with `mfa` proves MFA, where the operator says so for an issuer.

use crate::world::{API, World};
use mfa_enforcement::gate::Config;
use serde_json::{Value, json};

const REFEDS: &str = "https://refeds.org/profile/mfa";

/// A gate that takes more from its issuer: the REFEDS profile, and two methods.
async fn taking_more() -> World {
    World::with(|text| {
        let issuer = text.split("[[issuers]]\nissuer = ").nth(1).unwrap().lines().next().unwrap().to_owned();
        format!("{text}\n[[mfa_claims]]\nissuer = {issuer}\nacr = [\"{REFEDS}\"]\namr = [\"otp\", \"hwk\"]\n")
    })
    .await
}

async fn passes(world: &World, claims: Value) -> bool {
    let request =
        world.question("GET", API, "/v1/customers").bearer(&world.token(claims)).header("ValidateMfa", "true");
    let answer = world.ask_as_client(&request).await;
    let passes = answer.status == 204;
    assert_eq!(answer.header("isMfaCompliant"), Some(if passes { "true" } else { "false" }));
    passes
}

#[tokio::test]
async fn without_a_word_of_the_operator_only_mfa_in_amr_counts() {
    let world = World::start().await;
    assert!(passes(&world, json!({"amr": ["mfa"]})).await);
    for claims in
        [json!({"acr": REFEDS}), json!({"amr": ["pwd", "otp"]}), json!({"amr": ["hwk"]}), json!({"acr": "mfa"})]
    {
        assert!(!passes(&world, claims.clone()).await, "{claims}");
    }
}

#[tokio::test]
async fn what_is_listed_for_an_issuer_counts_to_the_letter() {
    let world = taking_more().await;
    for claims in
        [json!({"acr": REFEDS}), json!({"amr": ["pwd", "otp"]}), json!({"amr": ["hwk"]}), json!({"amr": ["mfa"]})]
    {
        assert!(passes(&world, claims.clone()).await, "{claims}");
    }
    for claims in [
        json!({"acr": "https://refeds.org/profile/MFA"}),
        json!({"acr": format!("{REFEDS}/")}),
        json!({"acr": [REFEDS]}),
        json!({"acr": "otp"}),
        json!({"amr": "otp"}),
        json!({"amr": ["OTP"]}),
        json!({"amr": ["otp", 7]}),
        json!({"amr": [REFEDS]}),
        json!({"amr": ["sms"]}),
    ] {
        assert!(!passes(&world, claims.clone()).await, "{claims}");
    }
}

#[tokio::test]
async fn what_cannot_prove_mfa_is_refused_when_the_configuration_is_read() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let world = World::start().await;
    let text = world.config_text();
    let issuer = text.split("[[issuers]]\nissuer = ").nth(1).unwrap().lines().next().unwrap().to_owned();
    for (entry, said) in [
        (format!("issuer = {issuer}\namr = [\"pwd\"]"), "`pwd` is one factor alone"),
        (format!("issuer = {issuer}"), "neither `acr` nor `amr`"),
        (format!("issuer = {issuer}\nacr = [\"\"]"), "an empty value"),
        ("issuer = \"https://other.example\"\nacr = [\"x\"]".to_owned(), "none of the `issuers`"),
        (format!("issuer = {issuer}\nacr = [\"x\"]\n[[mfa_claims]]\nissuer = {issuer}\nacr = [\"y\"]"), "two entries"),
    ] {
        let config = Config::parse(&format!("{text}\n[[mfa_claims]]\n{entry}\n")).unwrap();
        let errors = config.check().unwrap_err().to_string();
        assert!(errors.contains(said), "{entry}: {errors}");
    }
}
