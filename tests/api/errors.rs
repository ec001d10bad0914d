//! Problems have one form everywhere, and the API document says what is there.

use crate::app::TestApp;
use reqwest::Method;

#[actix_web::test]
async fn what_is_not_there_and_what_is_not_so_are_problems() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();
    assert_eq!(nobody.get("/api/v1/nonsense").await.expect(404).problem(), "not-found");
    let wrong = nobody.send(nobody.call(Method::DELETE, "/api/v1/requests")).await.expect(405);
    assert_eq!(wrong.problem(), "method-not-allowed");
    let answer = nobody.get("/api/v1/requests").await.expect(401);
    assert_eq!(answer.problem(), "sign-in-required");
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    assert_eq!(answer.headers.get_all("www-authenticate").iter().count(), 1);
    assert!(!answer.header("x-request-id").is_empty());
}

#[actix_web::test]
async fn every_problem_type_has_its_page() {
    let app = TestApp::start().await;
    for kind in exception_desk::problem::Kind::ALL {
        app.anonymous().get(&format!("/problems/{}", kind.code())).await.expect(200);
    }
}

#[actix_web::test]
async fn the_api_document_names_every_operation_once() {
    let app = TestApp::start().await;
    let document = app.anonymous().get("/api/openapi.json").await.expect(200).json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    for path in
        ["/api/v1/requests", "/api/v1/queue", "/api/v1/exceptions/{id}/revoke", "/feed/v1/rules", "/api/v1/suspensions"]
    {
        assert!(document["paths"][path].is_object(), "{path}");
    }
    // A response without a description is invalid.
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            for (status, response) in operation["responses"].as_object().unwrap() {
                assert!(response["description"].is_string(), "{method} {path} {status}");
            }
        }
    }
}

#[actix_web::test]
async fn health_says_what_holds() {
    let app = TestApp::start().await;
    for path in ["/health/live", "/health/ready", "/health/feed"] {
        assert_eq!(app.anonymous().get(path).await.expect(200).json()["ok"], true);
    }
    assert!(app.anonymous().get("/metrics").await.expect(200).text.contains("desk_http_requests_total"));
}

#[actix_web::test]
async fn head_is_get_without_the_body() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();
    for path in ["/", "/health/live", "/api/openapi.json", "/.well-known/jwks.json"] {
        let head = nobody.send(nobody.call(Method::HEAD, path)).await.expect(200);
        assert_eq!(head.text, "", "{path}");
    }
}

#[actix_web::test]
async fn another_site_cannot_make_a_browser_act() {
    let app = TestApp::start().await;
    let nobody = app.anonymous();
    let forged = nobody.call(Method::POST, "/sign-out").header("sec-fetch-site", "cross-site");
    nobody.send(forged).await.expect(403);
    let own = nobody.call(Method::POST, "/sign-out").header("sec-fetch-site", "same-origin");
    nobody.send(own).await.expect(303);
}
