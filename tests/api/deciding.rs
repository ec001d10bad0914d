//! What stands on the page before a decision: ready-made sentences, what is new, and what came before.

use crate::actors::{other, text, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use serde_json::{Value, json};

/// A request for issue 7 that the policy leaves to a person.
fn unknown_integration() -> Value {
    let mut request = third_party();
    request["answers"]["integration"] = json!("other");
    request
}

async fn filed(app: &TestApp, body: &Value) -> Value {
    app.actor("tailspin-global-admin").file(body).await.expect(201).json()
}

#[actix_web::test]
async fn a_denial_says_ready_made_sentences_in_the_partners_language_before_the_reviewers_own() {
    let app = TestApp::start().await;
    let request = filed(&app, &unknown_integration()).await;
    let review = format!("/review/{}", text(&request["reference"]));
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    let (_, page) = reviewer.open(&review).await;
    assert!(page.contains("value=\"send_the_claim\"") && page.contains("lang=\"ja\">"), "{page}");
    assert!(!page.contains("value=\"plan_the_rollout\""), "another issue's");
    let form = [
        ("version", "1"),
        ("outcome", "deny"),
        ("sentences", "send_the_claim"),
        ("sentences", "plan_the_rollout"),
        ("reason", "設定例をお送りします。"),
    ];
    let (status, page) = reviewer.submit(&format!("{review}/decide"), &form).await;
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("multipleauthn") && page.contains("設定例をお送りします。"), "{page}");
    assert!(page.contains("Mail to the contact") && page.contains("申請は承認されませんでした"), "{page}");
    let (status, _) = reviewer.submit(&format!("{review}/decision"), &form).await;
    assert_eq!(status, 303);
    let decided = app.actor("tailspin-global-admin").read(&request).await;
    let reason = text(&decided["decision_reason"]);
    assert!(reason.contains("multipleauthn") && reason.ends_with("\n\n設定例をお送りします。"), "{reason}");
    assert!(!reason.contains("導入を計画"), "what is not offered is not said: {reason}");
}

#[actix_web::test]
async fn a_ready_made_sentence_is_reason_enough_for_a_denial_and_none_for_an_acceptance() {
    let app = TestApp::start().await;
    let request = filed(&app, &unknown_integration()).await;
    let path = format!("/review/{}/decide", text(&request["reference"]));
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    let deny = [("version", "1"), ("outcome", "deny"), ("sentences", "send_the_claim"), ("reason", "")];
    assert_eq!(reviewer.submit(&path, &deny).await.0, 200);
    let accept = [("version", "1"), ("outcome", "accept"), ("sentences", "send_the_claim"), ("reason", "")];
    let (status, page) = reviewer.submit(&path, &accept).await;
    assert!(status == 422 && page.contains("#reason"), "{page}");
}

#[actix_web::test]
async fn the_preview_names_what_is_covered_already_and_counts_what_is_new() {
    let app = TestApp::start().await;
    let granted = filed(&app, &third_party()).await;
    let mut body = other();
    body["scope"]["surfaces"] = json!(["delegated_admin_portal", "dashboard"]);
    body["scope"]["duration_days"] = json!(80);
    let request = filed(&app, &body).await;
    let user = text(&request["scope"]["subjects"]["object_ids"][0]);
    let path = format!("/review/{}/decide", text(&request["reference"]));
    let form = |days| {
        let surfaces = ["delegated_admin_portal", "dashboard"].map(|name| ("scope_surfaces", name));
        let mut form =
            vec![("version", "1"), ("outcome", "accept"), ("reason", "so it is"), ("scope_duration_days", days)];
        form.push(("scope_subjects_object_ids", user));
        form.extend(surfaces);
        form
    };
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    let (status, page) = reviewer.submit(&path, &form("80")).await;
    assert_eq!(status, 200, "{page}");
    assert!(
        page.contains(&format!("/exceptions/{}", text(&granted["reference"]))) && page.contains("1 user in common")
    );
    // The portal is covered for the first 60 of the 80 days, the dashboard not at all.
    assert!(
        page.contains("20 of 80 user-days are new") && page.contains("No other exception covers any of these days yet"),
        "{page}"
    );
    let (_, page) = reviewer.submit(&path, &form("30")).await;
    assert!(page.contains("No day of it is new"), "{page}");
}

#[actix_web::test]
async fn the_tenants_last_request_for_the_issue_is_shown_beside_what_differs() {
    let app = TestApp::start().await;
    let first = filed(&app, &other()).await;
    app.staff("reviewer").accept(&first).await.expect(200);
    let mut body = other();
    body["title"] = json!("Kiosk, once more");
    let second = filed(&app, &body).await;
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    let (_, page) = reviewer.open(&format!("/review/{}", text(&second["reference"]))).await;
    assert!(page.contains("The earlier request for this issue") && page.contains("Kiosk, once more"), "{page}");
    let (_, page) = reviewer.open(&format!("/review/{}", text(&first["reference"]))).await;
    assert!(!page.contains("The earlier request for this issue"), "the later one is no earlier one");
}
