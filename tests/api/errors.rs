//! Problems have one form everywhere, and the API document says what is there.

use crate::actors::third_party;
use crate::app::TestApp;
use exception_desk::locale::Lang;
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

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

/// serde takes a list of values in the order of the fields for an object; two readers would see two requests.
#[actix_web::test]
async fn a_list_is_no_object_at_any_depth() {
    let app = TestApp::start().await;
    let filer = app.actor("tailspin-global-admin");
    let errors = |answer: crate::actors::Answer| answer.expect(422).errors();
    assert_eq!(errors(filer.post("/api/v1/drafts", &json!([null, null])).await), [" wrong_type"]);
    let mut request = third_party();
    request["contact"] = json!(["IT", "it@tailspin.example", null]);
    assert_eq!(errors(filer.file(&request).await), ["/contact wrong_type"]);
    let mut request = third_party();
    request["scope"]["subjects"] = json!(["users", [crate::actors::USER]]);
    assert_eq!(errors(filer.file(&request).await), ["/scope/subjects wrong_type"]);
    let lead = app.staff("lead");
    let suspension = json!({ "scope": [null, "third_party_mfa_not_recognized", null], "reason": "x" });
    assert_eq!(errors(lead.post("/api/v1/suspensions", &suspension).await), ["/scope wrong_type"]);
    assert_eq!(errors(lead.post("/api/v1/suspensions", &json!([{ "all": true }, "x"])).await), [" wrong_type"]);
    let request = filer.file(&crate::actors::other()).await.expect(201).json();
    let decision = json!({ "outcome": "accept", "reason": "x", "scope": [["users", []], ["dashboard"], null, 1] });
    assert_eq!(errors(app.staff("reviewer").decide(&request, &decision).await), ["/scope wrong_type"]);
}

#[actix_web::test]
async fn every_issue_of_the_policy_has_its_page_in_both_languages() {
    let app = TestApp::start().await;
    let edition = app.desk.policies.at(app.clock.now()).unwrap();
    for (issue, lang) in edition.issues().iter().flat_map(|issue| Lang::ALL.map(|lang| (issue, lang))) {
        let nobody = app.anonymous();
        let call = |path: String| nobody.call(Method::GET, &path).header("accept-language", lang.tag());
        let help = nobody.send(call("/help".to_owned())).await.expect(200).text;
        assert!(help.contains(&format!("/help/issues/{}", issue.slug())), "{}", issue.slug());
        let page = nobody.send(call(format!("/help/issues/{}", issue.slug()))).await.expect(200).text;
        for question in issue.questions() {
            assert!(page.contains(&escaped(question.label.get(lang))), "{}: {page}", question.name);
        }
        assert!(!page.contains("Unknown localization") && !page.contains("{question}"), "{page}");
    }
    app.anonymous().get("/help/issues/nothing").await.expect(404);
}

/// As templates write it.
fn escaped(text: &str) -> String {
    text.replace('&', "&#38;").replace('"', "&#34;").replace('\'', "&#39;")
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
async fn every_figure_that_the_alerts_name_exists() {
    let nobody_listens = "tcp://127.0.0.1:9".parse().unwrap();
    let app = TestApp::start_with(|config| config.evidence.scanner = Some(nobody_listens)).await;
    app.anonymous().get("/health/live").await.expect(200);
    let rules = include_str!("../../deploy/prometheus/desk.rules.yml");
    let words = rules.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let mut missing: BTreeSet<_> = words.filter(|word| word.starts_with("desk_")).collect();
    assert!(missing.len() > 5, "{missing:?}");
    // The audit log is sealed, and the scanner asked, every few seconds.
    for _ in 0..100 {
        let figures = app.anonymous().get("/metrics").await.expect(200).text;
        missing.retain(|name| !figures.contains(&format!("# TYPE {name} ")));
        if missing.is_empty() {
            // The first of something that was never counted is no increase, and would set off nothing.
            for label in ["mails_total{result=\"dead\"}", "webhooks_disabled_total{because=\"failing\"}"] {
                assert!(figures.contains(&format!("desk_{label} ")), "{label}: {figures}");
            }
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("{missing:?}");
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
