//! Second approvals: for whom they wait, what voids them, and how a second person disagrees.

use crate::actors::{Actor, other, text};
use crate::app::TestApp;
use crate::browser::Browser;
use serde_json::{Value, json};

fn broad() -> Value {
    let mut request = other();
    request["scope"]["subjects"] = json!({ "kind": "all" });
    request["scope"]["duration_days"] = json!(30);
    request
}

/// A broad request that `who` approved first.
async fn approved_first(app: &TestApp, who: &str) -> Value {
    let request = app.actor("tailspin-global-admin").file(&broad()).await.expect(201).json();
    app.staff(who).accept(&request).await.expect(202).json()
}

async fn give_back(actor: &Actor<'_>, request: &Value, reason: &str) -> crate::actors::Answer {
    actor.decide(request, &json!({ "outcome": "return", "reason": reason })).await
}

/// Whether `/approvals` names the request to whoever looks.
async fn waits(browser: &mut Browser<'_>, request: &Value) -> bool {
    let (status, page) = browser.open("/approvals").await;
    assert_eq!(status, 200, "{page}");
    page.contains(text(&request["reference"]))
}

#[actix_web::test]
async fn what_a_reviewer_approved_waits_for_leads_and_what_a_lead_approved_for_everybody_else() {
    let app = TestApp::start().await;
    let request = approved_first(&app, "reviewer").await;
    let (mut reviewer, mut lead) = (Browser::of_staff(&app, "reviewer").await, Browser::of_staff(&app, "lead").await);
    let (mut reviewer_2, mut lead_2) =
        (Browser::of_staff(&app, "reviewer-2").await, Browser::of_staff(&app, "lead-2").await);
    assert!(!waits(&mut reviewer, &request).await, "nobody is two people");
    assert!(!waits(&mut reviewer_2, &request).await, "one of the two is a lead");
    assert!(waits(&mut lead, &request).await);
    let (_, page) = lead.open("/approvals").await;
    assert!(page.contains("the logs show it") && page.contains("holds for version 2"), "{page}");
    app.staff("lead").deny(&request).await.expect(200);
    assert!(!waits(&mut lead_2, &request).await, "decided");

    let request = approved_first(&app, "lead").await;
    assert!(waits(&mut reviewer, &request).await && waits(&mut lead_2, &request).await);
    assert!(!waits(&mut lead, &request).await);
    assert_eq!(Browser::of_staff(&app, "auditor").await.open("/approvals").await.0, 403);
}

#[actix_web::test]
async fn who_disagrees_voids_the_first_approval_and_decides_nothing() {
    let app = TestApp::start().await;
    let request = approved_first(&app, "reviewer").await;
    let returned = give_back(&app.staff("reviewer-2"), &request, "two users would do").await.expect(200).json();
    let state = (&returned["status"], &returned["pending_second_approval"], &returned["version"]);
    assert_eq!(state, (&json!("in_review"), &json!(false), &json!(3)));
    assert_eq!(returned["sla"], request["sla"], "the clock goes on as before");
    assert!(!waits(&mut Browser::of_staff(&app, "lead").await, &request).await);
    // The next approval is a first one again, whoever gives it.
    app.staff("lead").accept(&request).await.expect(412);
    app.staff("lead").accept(&returned).await.expect(202);
    let (_, page) =
        Browser::of_staff(&app, "reviewer").await.open(&format!("/review/{}", text(&request["reference"]))).await;
    assert!(page.contains("two users would do"), "{page}");
    let partner = app.actor("tailspin-global-admin").read(&request).await;
    assert!(partner["decision_reason"].is_null() && !partner.to_string().contains("two users would do"));
    assert_eq!(app.actor("feed").feed_at(0).await["version"], 0);
}

#[actix_web::test]
async fn only_a_second_person_returns_and_only_a_first_approval() {
    let app = TestApp::start().await;
    let request = app.actor("tailspin-global-admin").file(&broad()).await.expect(201).json();
    assert_eq!(give_back(&app.staff("lead"), &request, "no").await.expect(409).problem(), "wrong-state");
    let approved = app.staff("lead").accept(&request).await.expect(202).json();
    assert_eq!(give_back(&app.staff("lead"), &approved, "no").await.expect(409).problem(), "wrong-state");
    assert_eq!(give_back(&app.staff("reviewer"), &approved, " ").await.expect(422).errors(), ["/reason required"]);
    give_back(&app.staff("auditor"), &approved, "no").await.expect(403);
    let scope = json!({ "outcome": "return", "reason": "no", "scope": request["scope"] });
    app.staff("reviewer").decide(&approved, &scope).await.expect(422);
    give_back(&app.staff("reviewer"), &request, "no").await.expect(412);
    // Without the program's check the database refuses it.
    let mut tx = app.desk.db.staff().await.unwrap();
    let own = sqlx::query(
        "INSERT INTO decisions (id, request_id, request_version, outcome, reason, decided_at, decided_by, decided_by_name,
             decided_as_lead, confirms, confirms_by)
         SELECT gen_random_uuid(), request_id, request_version + 1, 'return', reason, decided_at, decided_by, decided_by_name,
             decided_as_lead, id, decided_by FROM decisions",
    );
    let own = own.execute(&mut *tx).await.unwrap_err();
    assert!(own.to_string().contains("decisions_two_people"), "{own}");
}

#[actix_web::test]
async fn a_question_to_the_partner_voids_the_first_approval_too() {
    let app = TestApp::start().await;
    let request = approved_first(&app, "reviewer").await;
    let asked = app.staff("reviewer-2").ask(&request).await.expect(200).json();
    assert!(!waits(&mut Browser::of_staff(&app, "lead").await, &request).await);
    let replied = app.actor("tailspin-global-admin").reply(&asked).await.expect(200).json();
    app.staff("lead").accept(&replied).await.expect(202);
}

#[actix_web::test]
async fn returning_on_pages_asks_for_a_reason_first() {
    let app = TestApp::start().await;
    let request = approved_first(&app, "reviewer").await;
    let review = format!("/review/{}", text(&request["reference"]));
    let form = format!("{review}/return");
    let mut first = Browser::of_staff(&app, "reviewer").await;
    assert!(!first.open(&review).await.1.contains(&form));
    assert_eq!(first.open(&form).await.0, 409);
    let mut lead = Browser::of_staff(&app, "lead").await;
    assert!(lead.open(&review).await.1.contains(&form));
    assert_eq!(lead.open(&form).await.0, 200);
    let (status, page) = lead.submit(&form, &[("version", "2"), ("reason", " ")]).await;
    assert!(status == 422 && page.contains("#reason"), "{page}");
    let (status, at) = lead.submit(&form, &[("version", "2"), ("reason", "fewer users")]).await;
    assert_eq!((status, at.as_str()), (303, review.as_str()));
    assert_eq!(lead.open(&form).await.0, 409);
}
