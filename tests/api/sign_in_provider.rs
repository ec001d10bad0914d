//! Sign-in with a certified OpenID provider: from page to page as it should be, and with everything wrong that can be.

use crate::app::TestApp;
use crate::browser::Browser;
use crate::identity_provider::{Stage, is_signed_in, person};
use chrono::TimeDelta;
use serde_json::json;
use url::Url;

const MFA: &[&str] = &["pwd", "mfa"];

/// `url` with another value of one parameter, or without it.
fn with(url: &Url, name: &str, value: Option<&str>) -> Url {
    let others = url.query_pairs().filter(|(of, _)| of != name).map(|(of, is)| (of.into_owned(), is.into_owned()));
    let others: Vec<_> = others.chain(value.map(|value| (name.to_owned(), value.to_owned()))).collect();
    let mut changed = url.clone();
    changed.query_pairs_mut().clear().extend_pairs(others);
    changed
}

#[actix_web::test]
async fn staff_and_partners_sign_in_each_with_their_own_provider() {
    let stage = Stage::set().await;
    let mut reviewer = Browser::new(&stage.app);
    let (at, page) = stage.sign_in(&mut reviewer, "return_to=/queue", &person("reviewer", MFA)).await;
    assert_eq!((at, page.status().as_u16()), (format!("{}/queue", stage.app.base), 200));
    let mut partner = Browser::new(&stage.app);
    let query = format!("issuer={}&return_to=/support/requests", stage.partners.base);
    let (at, page) = stage.sign_in(&mut partner, &query, &person("tailspin-global-admin", &["pwd"])).await;
    assert_eq!((at, page.status().as_u16()), (format!("{}/support/requests", stage.app.base), 200));
    assert_eq!(partner.open("/queue").await.0, 403);
    assert_eq!(reviewer.open("/support/requests").await.0, 403);
}

#[actix_web::test]
async fn a_partners_provider_that_calls_its_people_reviewers_gets_nothing() {
    let stage = Stage::set().await;
    let mut pretender = person("tailspin-global-admin", MFA);
    pretender["roles"] = json!(["Reviewer", "LeadReviewer", "PolicyAdmin", "Auditor", "GlobalAdmin"]);
    let query = format!("issuer={}", stage.partners.base);
    let mut browser = Browser::new(&stage.app);
    stage.sign_in(&mut browser, &query, &pretender).await;
    assert!(is_signed_in(&mut browser).await);
    for page in ["/queue", "/partners", "/audit", "/policy"] {
        assert_eq!(browser.open(page).await.0, 403, "{page}");
    }
}

#[actix_web::test]
async fn an_answer_counts_once_and_in_the_browser_that_asked() {
    let stage = Stage::set().await;
    let who = person("reviewer", MFA);
    let mut browser = Browser::new(&stage.app);
    let back = stage.on_the_way_back(&mut browser, "", &who).await;
    // Somebody else's answer, in a browser that asked nothing, and in one that asked itself: nobody is signed in as its sender.
    stage.assert_refused(&mut Browser::new(&stage.app), &back, "asked nothing").await;
    let mut victim = Browser::new(&stage.app);
    stage.asked(&mut victim, "").await;
    stage.assert_refused(&mut victim, &back, "asked itself").await;
    assert_eq!(stage.exchanges(&stage.staff).await, 0, "no code is sent for an answer that was not asked for");
    assert_eq!(browser.get(&back).await.status(), 303);
    assert_eq!(browser.get(&back).await.status(), 400, "a second time");
    assert_eq!(stage.exchanges(&stage.staff).await, 1, "the desk itself refuses it, without asking the provider");
    // Whoever was signed in before such an answer came still is, and nobody else.
    let mut partner = Browser::new(&stage.app);
    let query = format!("issuer={}", stage.partners.base);
    stage.sign_in(&mut partner, &query, &person("tailspin-global-admin", &["pwd"])).await;
    let foreign = stage.on_the_way_back(&mut browser, "", &who).await;
    assert_eq!(partner.get(&foreign).await.status(), 400);
    assert_eq!((partner.open("/queue").await.0, partner.open("/support/requests").await.0), (403, 200));
    for (state, what) in [(None, "no state"), (Some(""), "an empty one"), (Some("of-mine"), "a wrong one")] {
        let mut browser = Browser::new(&stage.app);
        let back = stage.on_the_way_back(&mut browser, "", &who).await.parse().unwrap();
        stage.assert_refused(&mut browser, with(&back, "state", state).as_str(), what).await;
    }
}

#[actix_web::test]
async fn a_code_of_another_sign_in_or_an_old_one_opens_nothing() {
    let stage = Stage::set().await;
    let mut thief = Browser::new(&stage.app);
    let stolen = stage.on_the_way_back(&mut thief, "", &person("lead", MFA)).await.parse::<Url>().unwrap();
    let code = stolen.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let mut browser = Browser::new(&stage.app);
    let back = stage.on_the_way_back(&mut browser, "", &person("reviewer", MFA)).await.parse().unwrap();
    stage.assert_refused(&mut browser, with(&back, "code", Some(&code)).as_str(), "another's code").await;
    let mut slow = Browser::new(&stage.app);
    let back = stage.on_the_way_back(&mut slow, "", &person("reviewer", MFA)).await;
    stage.wait(TimeDelta::minutes(3)).await;
    stage.assert_refused(&mut slow, &back, "a code of three minutes ago").await;
    assert_eq!(stage.exchanges(&stage.staff).await, 2, "the provider was asked, and refused");
}

#[actix_web::test]
async fn what_is_changed_on_the_way_to_the_provider_signs_nobody_in() {
    let stage = Stage::set().await;
    let who = person("reviewer", MFA);
    let mut other = Browser::new(&stage.app);
    let asked_by_other = stage.asked(&mut other, "").await;
    for name in ["nonce", "code_challenge"] {
        let of_other = asked_by_other.query_pairs().find(|(of, _)| of == name).unwrap().1.into_owned();
        let mut browser = Browser::new(&stage.app);
        let asked = with(&stage.asked(&mut browser, "").await, name, Some(&of_other));
        let (page, _) = stage.page(&mut browser, &asked).await;
        let back = stage.answered(&mut browser, &page, &who).await;
        stage.assert_refused(&mut browser, &back, &format!("another's {name}")).await;
    }
    for (names, what) in
        [(&["nonce"][..], "no nonce"), (&["code_challenge", "code_challenge_method"], "PKCE taken out of it")]
    {
        let mut browser = Browser::new(&stage.app);
        let asked = stage.asked(&mut browser, "").await;
        let asked = names.iter().fold(asked, |asked, name| with(&asked, name, None));
        let (page, _) = stage.page(&mut browser, &asked).await;
        let back = stage.answered(&mut browser, &page, &who).await;
        stage.assert_refused(&mut browser, &back, what).await;
    }
}

#[actix_web::test]
async fn the_way_back_leads_nowhere_but_to_the_desk() {
    let stage = Stage::set().await;
    let ways = [
        "//evil.example",
        "%2F%2Fevil.example",
        "/%5Cevil.example",
        "%5C%5Cevil.example",
        "https:evil.example",
        "https%3A%2F%2Fevil.example",
        "/%09/evil.example",
        "%0A//evil.example",
        "javascript:alert(1)",
        "evil.example",
    ];
    for way in ways {
        let mut browser = Browser::new(&stage.app);
        let query = format!("return_to={way}");
        let back = stage.on_the_way_back(&mut browser, &query, &person("reviewer", MFA)).await;
        let answer = browser.get(&back).await;
        assert_eq!(answer.headers()["location"], "/", "{way}");
    }
}

#[actix_web::test]
async fn a_new_key_of_the_provider_ends_no_session_and_signs_people_in() {
    let stage = Stage::set().await;
    let who = person("reviewer", MFA);
    let mut before = Browser::new(&stage.app);
    stage.sign_in(&mut before, "", &who).await;
    let old = stage.tell(&stage.staff, &json!({})).await["kid"].clone();
    assert_ne!(stage.tell(&stage.staff, &json!({ "rotate": true })).await["kid"], old);
    assert_eq!(before.open("/queue").await.0, 200);
    // The desk looks at a provider's keys at most once in ten seconds.
    stage.wait(TimeDelta::seconds(11)).await;
    let mut after = Browser::new(&stage.app);
    let (_, page) = stage.sign_in(&mut after, "return_to=/queue", &who).await;
    assert_eq!(page.status(), 200);
    // What names the withdrawn key is not believed once the keys were looked at again.
    stage.wait(TimeDelta::seconds(11)).await;
    stage.tell(&stage.staff, &json!({ "lie": { "kid": old } })).await;
    let mut browser = Browser::new(&stage.app);
    let back = stage.on_the_way_back(&mut browser, "", &who).await;
    stage.assert_refused(&mut browser, &back, "a withdrawn key").await;
}

#[actix_web::test]
async fn while_the_provider_is_away_the_page_says_so_and_offers_to_try_again() {
    let mut stage = Stage::set().await;
    let mut halfway = Browser::new(&stage.app);
    let back = stage.on_the_way_back(&mut halfway, "", &person("reviewer", MFA)).await;
    stage.staff.stop();
    stage.partners.stop();
    let query = format!("issuer={}", stage.partners.base);
    for (url, what) in [(back, "before the code"), (format!("{}/sign-in?{query}", stage.app.base), "from the start")] {
        let answer = halfway.get(&url).await;
        assert_eq!(answer.status(), 503, "{what}");
        assert!(answer.headers().contains_key("retry-after"), "{what}");
        let page = answer.text().await.unwrap();
        assert!(
            page.contains("href=\"/sign-in\"") && page.contains("sign-in service does not answer"),
            "{what}: {page}"
        );
        assert!(!is_signed_in(&mut halfway).await, "{what}");
    }
}

#[actix_web::test]
async fn the_sessions_cookie_is_bound_to_the_desk_and_out_of_reach_of_scripts() {
    let over_https = TestApp::start_with(|config| {
        config.server.public_url = "https://desk.example".parse().unwrap();
    })
    .await;
    for (app, name, attributes) in [
        (&over_https, "__Host-desk-session=", vec!["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]),
        (&TestApp::start().await, "desk-session=", vec!["HttpOnly", "Path=/", "SameSite=Lax"]),
    ] {
        let answer = app.http.get(format!("{}/sign-in", app.base)).send().await.unwrap();
        let cookies: Vec<_> = answer.headers().get_all("set-cookie").iter().map(|c| c.to_str().unwrap()).collect();
        let [cookie] = cookies[..] else { panic!("one cookie: {cookies:?}") };
        assert!(cookie.starts_with(name), "{cookie}");
        let mut said: Vec<_> = cookie.split("; ").skip(1).collect();
        said.sort_unstable();
        assert_eq!(said, attributes, "no Domain, no date, nothing else: {cookie}");
    }
}
