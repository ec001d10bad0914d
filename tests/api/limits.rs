//! Limits on how often one may call.

use crate::actors::{more_time, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use crate::walk::{ISSUE, QUESTIONS};
use exception_desk::config::Limits;
use std::num::NonZeroU32;

fn calls(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

#[actix_web::test]
async fn who_files_too_often_waits_and_nobody_else() {
    let limits = Limits { filings_per_user: calls(2), filings_per_tenant: calls(3), ..Limits::default() };
    let app = TestApp::start_with(|config| config.limits = limits).await;
    let (admin, colleague) = (app.actor("tailspin-global-admin"), app.actor("tailspin-admin-agent"));
    admin.file(&more_time()).await.expect(201);
    admin.file(&more_time()).await.expect(201);
    let refused = admin.file(&more_time()).await.expect(429);
    assert_eq!(refused.problem(), "too-many-requests");
    assert!((1..=31).contains(&refused.header("retry-after").parse::<u32>().unwrap()), "{:?}", refused.headers);
    colleague.file(&more_time()).await.expect(201);
    colleague.file(&more_time()).await.expect(429);
    app.actor("contoso-admin-agent").file(&more_time()).await.expect(201);
    admin.get("/api/v1/requests").await.expect(200);
}

#[actix_web::test]
async fn people_are_told_to_wait_on_a_page() {
    let limits = Limits { filings_per_user: calls(1), ..Limits::default() };
    let app = TestApp::start_with(|config| config.limits = limits).await;
    app.actor("tailspin-global-admin").file(&more_time()).await.expect(201);
    let mut browser = Browser::new(&app);
    browser.sign_in("tailspin-global-admin", "/help").await;
    let draft = browser.fill(ISSUE, QUESTIONS).await;
    let (status, page) = browser.submit_draft(&draft).await;
    assert_eq!(status, 429, "{page}");
    assert!(page.contains("Too many requests came in a short time"), "{page}");
}

#[actix_web::test]
async fn classifications_have_a_limit_of_their_own() {
    let limits = Limits { classifications_per_user: calls(2), ..Limits::default() };
    let app = TestApp::start_with(|config| config.limits = limits).await;
    let admin = app.actor("tailspin-global-admin");
    let judged = async || admin.post("/api/v1/classifications", &third_party()).await.status.as_u16();
    assert_eq!([judged().await, judged().await, judged().await], [200, 200, 429]);
    admin.file(&third_party()).await.expect(201);
}

#[actix_web::test]
async fn sign_ins_that_begin_are_limited_by_the_address_that_the_own_proxy_tells() {
    let limits = Limits { sign_ins_per_address: calls(2), ..Limits::default() };
    let app = TestApp::start_with(|config| {
        config.limits = limits;
        config.server.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    let begin = async |addresses: &'static str| {
        let request = app.anonymous().call(reqwest::Method::GET, "/sign-in").header("X-Forwarded-For", addresses);
        app.anonymous().send(request).await
    };
    begin("203.0.113.1, 198.51.100.1").await.expect(303);
    begin("203.0.113.2, 198.51.100.1").await.expect(303);
    let refused = begin("203.0.113.3, 198.51.100.1").await.expect(429);
    assert!(refused.header("retry-after").parse::<u32>().is_ok(), "{:?}", refused.headers);
    begin("203.0.113.1, 198.51.100.2").await.expect(303);
}

#[actix_web::test]
async fn classifications_are_limited_for_a_whole_tenant_too() {
    let limits =
        Limits { classifications_per_user: calls(2), classifications_per_tenant: calls(3), ..Limits::default() };
    let app = TestApp::start_with(|config| config.limits = limits).await;
    let judged = async |persona: &str| {
        let answer = app.actor(persona).post("/api/v1/classifications", &third_party()).await;
        (answer.status.as_u16(), answer.header("retry-after").parse::<u32>().is_ok())
    };
    let mut statuses = Vec::new();
    for persona in ["tailspin-global-admin", "tailspin-global-admin", "tailspin-admin-agent", "tailspin-admin-agent"] {
        statuses.push(judged(persona).await);
    }
    assert_eq!(statuses, [(200, false), (200, false), (200, false), (429, true)]);
    assert_eq!(judged("contoso-admin-agent").await.0, 200, "another tenant has its own");
}
