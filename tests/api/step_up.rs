//! Step-up, the session's key and sign-out, with a certified OpenID provider.

use crate::browser::{Browser, location};
use crate::identity_provider::{Stage, is_signed_in, person, press};
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;

const PWD: &[&str] = &["pwd"];
const MFA: &[&str] = &["pwd", "mfa"];
const STEP_UP: &str = "step_up=1&return_to=/queue";

/// A browser in which the reviewer has signed in by password alone.
async fn by_password(stage: &Stage) -> Browser<'_> {
    let mut browser = Browser::new(&stage.app);
    let (_, page) = stage.sign_in(&mut browser, "return_to=/queue", &person("reviewer", PWD)).await;
    assert_eq!(page.status(), 403);
    assert!(page.text().await.unwrap().contains("step_up=1"), "the page offers the step-up");
    browser
}

#[actix_web::test]
async fn a_step_up_asks_for_mfa_now_and_gives_the_session_a_new_key() {
    let stage = Stage::set().await;
    let mut browser = by_password(&stage).await;
    let mut before = browser.clone();
    let asked = stage.asked(&mut browser, STEP_UP).await;
    let (page, said) = stage.page(&mut browser, &asked).await;
    assert_eq!((&said["params"]["acr_values"], &said["params"]["max_age"]), (&json!("mfa"), &json!("300")));
    assert_eq!((&said["prompt"], &said["reasons"]), (&json!("login"), &json!(["acr_wanted"])));
    let back = stage.answered(&mut browser, &page, &person("reviewer", MFA)).await;
    let (at, queue) = browser.follow(back).await;
    assert_eq!((at, queue.status().as_u16()), (format!("{}/queue", stage.app.base), 200));
    assert_ne!(browser.session(), before.session());
    assert!(!is_signed_in(&mut before).await, "the key from before the step-up names nobody any more");
}

#[actix_web::test]
async fn a_key_that_somebody_planted_before_the_sign_in_names_nobody_after_it() {
    let stage = Stage::set().await;
    let mut attacker = Browser::new(&stage.app);
    stage.asked(&mut attacker, "").await;
    let mut victim = attacker.clone();
    stage.sign_in(&mut victim, "", &person("reviewer", MFA)).await;
    assert!(is_signed_in(&mut victim).await);
    assert!(!is_signed_in(&mut attacker).await);
}

#[actix_web::test]
async fn a_step_up_counts_only_when_the_provider_says_mfa_in_amr() {
    let stage = Stage::set().await;
    for (claims, what) in [
        (json!({ "amr": null }), "no amr"),
        (json!({ "amr": ["pwd"], "acr": "mfa" }), "acr alone"),
        (json!({ "amr": "mfa" }), "a text"),
        (json!({ "amr": ["MFA"] }), "another spelling"),
        (json!({ "amr": ["pwd", "otp", 1, "mfa"] }), "not texts alone"),
    ] {
        stage.tell(&stage.staff, &json!({ "lie": null })).await;
        let mut browser = by_password(&stage).await;
        stage.tell(&stage.staff, &json!({ "lie": { "claims": claims } })).await;
        let (_, page) = stage.sign_in(&mut browser, STEP_UP, &person("reviewer", MFA)).await;
        assert_eq!(page.status(), 403, "{what}");
        assert!(page.text().await.unwrap().contains("step_up=1"), "{what}");
    }
    // It is amr that counts, whatever acr says.
    stage.tell(&stage.staff, &json!({ "lie": null })).await;
    let mut browser = by_password(&stage).await;
    stage.tell(&stage.staff, &json!({ "lie": { "claims": { "acr": null } } })).await;
    assert_eq!(stage.sign_in(&mut browser, STEP_UP, &person("reviewer", MFA)).await.1.status(), 200);
}

#[actix_web::test]
async fn what_the_provider_remembers_from_earlier_is_no_step_up() {
    let stage = Stage::set().await;
    let now = stage.app.clock.now().timestamp();
    for (auth_time, what) in [(json!(now - 600), "ten minutes old"), (json!(null), "no word"), (json!("now"), "a text")]
    {
        stage.tell(&stage.staff, &json!({ "lie": null })).await;
        let mut browser = by_password(&stage).await;
        stage.tell(&stage.staff, &json!({ "lie": { "claims": { "auth_time": auth_time } } })).await;
        let back = stage.on_the_way_back(&mut browser, STEP_UP, &person("reviewer", MFA)).await;
        assert_eq!(browser.get(&back).await.status(), 400, "{what}");
        assert_eq!(browser.open("/queue").await.0, 403, "{what}");
    }
    // A provider that keeps to the rules asks anew, though it knows the person with MFA.
    stage.tell(&stage.staff, &json!({ "lie": null })).await;
    let mut browser = Browser::new(&stage.app);
    stage.sign_in(&mut browser, "", &person("reviewer", MFA)).await;
    stage.wait(TimeDelta::minutes(6)).await;
    let asked = stage.asked(&mut browser, STEP_UP).await;
    assert_eq!(stage.page(&mut browser, &asked).await.1["reasons"], json!(["max_age"]));
}

#[actix_web::test]
async fn a_step_up_as_somebody_else_changes_nothing() {
    let stage = Stage::set().await;
    let mut browser = by_password(&stage).await;
    let back = stage.on_the_way_back(&mut browser, STEP_UP, &person("lead", MFA)).await;
    let answer = browser.get(&back).await;
    assert_eq!(answer.status(), 400);
    let page = answer.text().await.unwrap();
    assert!(page.contains("Someone other than the person signed in here"), "{page}");
    assert_eq!(browser.open("/queue").await.0, 403);
    // To be somebody else takes a sign-in.
    let (_, page) = stage.sign_in(&mut browser, "return_to=/queue", &person("lead", MFA)).await;
    assert_eq!(page.status(), 200);
}

#[actix_web::test]
async fn a_step_up_stays_with_the_provider_that_knows_the_person() {
    let stage = Stage::set().await;
    let mut partner = Browser::new(&stage.app);
    let query = format!("issuer={}", stage.partners.base);
    stage.sign_in(&mut partner, &query, &person("tailspin-global-admin", PWD)).await;
    let asked = stage.asked(&mut partner, "step_up=1").await;
    assert!(asked.as_str().starts_with(&stage.partners.base), "{asked}");
}

#[actix_web::test]
async fn signing_out_ends_the_session_here_and_at_the_provider() {
    let stage = Stage::set().await;
    let mut browser = Browser::new(&stage.app);
    stage.sign_in(&mut browser, "", &person("reviewer", MFA)).await;
    let mut thief = browser.clone();
    // The provider would still know the person.
    let asked = stage.asked(&mut browser, "step_up=1").await;
    let known = browser.get(asked.as_str()).await;
    assert!(location(&known, asked.as_str()).unwrap().starts_with(&stage.app.base), "signed in without a question");
    let out = browser.send(Method::POST, &format!("{}/sign-out", stage.app.base), Some(&[])).await;
    let end = location(&out, &stage.app.base).unwrap();
    assert!(end.starts_with(&stage.staff.base) && end.contains("id_token_hint="), "{end}");
    assert!(!is_signed_in(&mut thief).await, "the old key is dead before the provider has said anything");
    let page = browser.get(&end).await;
    assert_eq!(page.status(), 200, "the provider takes the hint");
    let (at, answer) = press(&mut browser, &end, page).await;
    let back = location(&answer, &at).unwrap();
    assert_eq!(back, format!("{}/signed-out", stage.app.base));
    assert_eq!(browser.get(&back).await.status(), 200);
    let asked = stage.asked(&mut browser, "step_up=1").await;
    let (_, said) = stage.page(&mut browser, &asked).await;
    assert!(said["reasons"].as_array().unwrap().contains(&json!("no_session")), "{said}");
}
