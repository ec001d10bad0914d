//! Sign-in in the browser: code with PKCE against the development provider, sessions, step-up, sign-out.

use crate::app::TestApp;
use crate::browser::{Browser, location};
use reqwest::Method;

#[actix_web::test]
async fn a_person_signs_in_and_is_led_back_in_a_new_session() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    browser.get(&format!("{}/sign-in?return_to=/help", app.base)).await;
    let before = browser.session().cloned().expect("the sign-in under way is kept in a session");
    let page = browser.sign_in("contoso-admin-agent", "/help").await;
    assert_eq!(page.status(), 200);
    assert_eq!(page.url().path(), "/help");
    assert_ne!(browser.session(), Some(&before), "the key from before the sign-in names nothing any more");
    assert!(page.text().await.unwrap().contains("/sign-out"));
}

#[actix_web::test]
async fn the_way_back_never_leaves_the_desk() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    let page = browser.sign_in("contoso-admin-agent", "https://evil.example/").await;
    assert_eq!(page.url().as_str(), format!("{}/", app.base));
}

#[actix_web::test]
async fn a_reviewer_without_mfa_is_stepped_up() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    let page = browser.sign_in("reviewer", "/queue").await;
    assert_eq!(page.status(), 403);
    assert!(page.text().await.unwrap().contains("step_up=1"), "the page offers the step-up");
    let (page, _) = browser.follow(format!("{}/sign-in?step_up=1&return_to=/queue", app.base)).await;
    let code = app.idp.current_code("reviewer").unwrap();
    let verified = browser.send(Method::POST, &format!("{page}/code"), Some(&[("code", &code)])).await;
    let (at, queue) = browser.follow(location(&verified, &page).unwrap()).await;
    assert_eq!((at.as_str(), queue.status().as_u16()), (format!("{}/queue", app.base).as_str(), 200));
}

#[actix_web::test]
async fn signing_out_ends_the_session_for_good() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    browser.sign_in("contoso-admin-agent", "/help").await;
    let session = browser.session().cloned().unwrap();
    let out = browser.send(Method::POST, &format!("{}/sign-out", app.base), Some(&[])).await;
    assert_eq!(out.status(), 303);
    // The old cookie, kept by a thief, opens nothing.
    browser.jar.insert(("desk.localhost".to_owned(), "desk-session".to_owned()), session);
    let page = browser.get(&format!("{}/help", app.base)).await.text().await.unwrap();
    assert!(!page.contains("/sign-out"));
}

#[actix_web::test]
async fn an_answer_that_belongs_to_no_sign_in_signs_nobody_in() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    let answer = browser.get(&format!("{}/sign-in/callback?code=x&state=y", app.base)).await;
    // An answer that starts the sign-in again by itself could go on for ever.
    assert_eq!(answer.status(), 400);
    assert!(answer.text().await.unwrap().contains("href=\"/sign-in\""), "the page offers to start again");
    let stored = browser.session().is_some();
    let page = browser.get(&format!("{}/help", app.base)).await.text().await.unwrap();
    assert!(!page.contains("/sign-out"), "session stored: {stored}");
}
