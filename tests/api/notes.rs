//! Internal notes: staff alone read them.

use crate::actors::{other, text};
use crate::app::TestApp;
use crate::browser::Browser;
use crate::walk::hidden;
use exception_desk::identity::TenantId;
use exception_desk_demo::people;
use serde_json::json;

#[actix_web::test]
async fn staff_read_what_a_reviewer_noted_and_partners_find_no_trace_of_it() {
    let app = TestApp::start().await;
    let partner = app.actor("tailspin-global-admin");
    let request = partner.file(&other()).await.expect(201).json();
    let notes = format!("/api/v1/requests/{}/notes", text(&request["id"]));
    let note = json!({ "text": " The vendor never answered. " });
    let written = app.staff("reviewer").post(&notes, &note).await.expect(201).json();
    assert_eq!(written["text"], "The vendor never answered.");
    let read = app.staff("auditor").get(&notes).await.expect(200).json();
    assert_eq!(read["items"], json!([written]));
    app.staff("auditor").post(&notes, &note).await.expect(403);
    assert_eq!(app.staff("reviewer").post(&notes, &json!({ "text": " " })).await.expect(422).errors(), ["/text empty"]);
    let unknown = "/api/v1/requests/00000000-0000-7000-8000-000000000000/notes";
    app.staff("reviewer").post(unknown, &note).await.expect(404);
    // The request is as it was, and nothing of the partner's says otherwise.
    partner.get(&notes).await.expect(403);
    assert_eq!(partner.read(&request).await, request);
    let mut browser = Browser::of(&app, "tailspin-global-admin").await;
    let (_, page) = browser.open(&format!("/support/requests/{}", text(&request["reference"]))).await;
    assert!(!page.contains("never answered") && !page.contains("Internal note"), "{page}");
    let mut tx = app.desk.db.partner(TenantId(people::TAILSPIN.id)).await.unwrap();
    let course: Vec<String> = sqlx::query_scalar("SELECT action FROM audit_events WHERE subject_kind = 'request'")
        .fetch_all(&mut *tx)
        .await
        .unwrap();
    assert_eq!(course, ["request.filed"]);
    assert!(sqlx::query("SELECT id FROM internal_notes").fetch_all(&mut *tx).await.is_err());
    let told: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox WHERE data::text LIKE '%never answered%'")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(told, 0);
}

#[actix_web::test]
async fn a_note_is_written_on_the_review_page_once_however_often_the_button_is_pressed() {
    let app = TestApp::start().await;
    let request = app.actor("tailspin-global-admin").file(&other()).await.expect(201).json();
    let review = format!("/review/{}", text(&request["reference"]));
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    let (_, page) = reviewer.open(&review).await;
    let key = hidden(&page, "idempotency_key");
    let form = [("idempotency_key", key.as_str()), ("text", "Called <them> twice.")];
    for _ in 0..2 {
        let (status, at) = reviewer.submit(&format!("{review}/notes"), &form).await;
        assert_eq!((status, at), (303, format!("{review}#notes")));
    }
    let (_, page) = reviewer.open(&review).await;
    assert_eq!(page.matches("Called &#60;them&#62; twice.").count(), 1, "{page}");
    let (status, page) = reviewer.submit(&format!("{review}/notes"), &[("text", " ")]).await;
    assert!(status == 422 && page.contains("href=\"#text\""), "{page}");
    let mut auditor = Browser::of_staff(&app, "auditor").await;
    let (_, page) = auditor.open(&review).await;
    assert!(page.contains("Called &#60;them&#62; twice.") && !page.contains("name=\"text\""), "{page}");
}
