//! What the desk says while something it needs is away: 503 with the time to try again, never that the caller was wrong.

use crate::actors::{Answer, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use reqwest::Method;

fn assert_away(answer: &Answer, what: &str) {
    assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (503, what), "{}", answer.text);
    assert!(answer.header("retry-after").parse::<u32>().is_ok(), "{:?}", answer.headers);
}

#[actix_web::test]
async fn without_its_database_the_desk_says_so_and_still_serves_the_feed() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    browser.sign_in("tailspin-global-admin", "/help").await;
    app.desk.db.close().await;

    let admin = app.actor("tailspin-global-admin");
    assert_away(&admin.get("/api/v1/requests").await, "database-away");
    assert_away(&admin.file(&third_party()).await, "database-away");
    app.anonymous().get("/health/ready").await.expect(503);
    app.anonymous().get("/health/live").await.expect(200);
    // What is in memory is served until it expires, and not a moment longer.
    app.actor("feed").get("/feed/v1/rules").await.expect(200);
    app.anonymous().get("/health/feed").await.expect(200);
    app.wait(chrono::TimeDelta::minutes(15));
    assert_away(&app.actor("feed").get("/feed/v1/rules").await, "database-away");
    app.anonymous().get("/health/feed").await.expect(503);

    // A browser's session cannot be read, a new one cannot be kept: that is the database too.
    for path in ["/support/requests", "/", "/sign-in"] {
        let page = browser.get(&format!("{}{path}", app.base)).await;
        assert_eq!(page.status().as_u16(), 503, "{path}");
        assert!(page.headers().contains_key("retry-after"), "{path}");
    }
}

#[actix_web::test]
async fn a_token_is_not_called_bad_while_its_issuer_cannot_be_asked() {
    let app = TestApp::start_with(|config| {
        config.identity.issuers[0].metadata_url = Some("http://127.0.0.1:9/nobody".parse().unwrap());
    })
    .await;
    let answer = app.actor("tailspin-global-admin").get("/api/v1/requests").await;
    assert_away(&answer, "provider-away");
    assert_eq!(answer.header("www-authenticate"), "");
    let sign_in = app.anonymous().call(Method::GET, "/sign-in").send().await.unwrap();
    assert_eq!(sign_in.status().as_u16(), 503);
}

/// Polls `path` without a token until it answers `status`.
async fn until(app: &TestApp, path: &str, status: u16) {
    for _ in 0..200 {
        if app.anonymous().get(path).await.status == status {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("`{path}` never answers {status}");
}

#[actix_web::test]
async fn a_desk_whose_database_stops_and_starts_again_goes_on_by_itself() {
    let app = TestApp::start().await;
    app.actor("tailspin-global-admin").file(&third_party()).await.expect(201);
    let published = app.actor("feed").feed_at(1).await;
    app.stop_database().await;
    until(&app, "/health/ready", 503).await;
    let admin = app.actor("tailspin-global-admin");
    assert_away(&admin.get("/api/v1/requests").await, "database-away");
    assert_away(&app.actor("contoso-admin-agent").file(&third_party()).await, "database-away");
    // The document is long due to be issued again; without the database it is not, and ends when it says.
    app.wait(chrono::TimeDelta::minutes(14));
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    assert_eq!(app.actor("feed").get("/feed/v1/rules").await.expect(200).json(), published);
    app.wait(chrono::TimeDelta::minutes(1));
    assert_away(&app.actor("feed").get("/feed/v1/rules").await, "database-away");
    app.anonymous().get("/health/feed").await.expect(503);

    app.start_database().await;
    until(&app, "/health/ready", 200).await;
    until(&app, "/health/feed", 200).await;
    let again = app.actor("feed").feed_at(1).await;
    assert_eq!((&again["version"], &again["rules"]), (&published["version"], &published["rules"]));
    assert!(again["issued_at"].as_str() > published["issued_at"].as_str());
    app.actor("contoso-admin-agent").file(&third_party()).await.expect(201);
    assert_eq!(app.actor("feed").feed_at(2).await["rules"].as_array().map(Vec::len), Some(2));
}
