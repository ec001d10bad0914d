//! Files with a draft: the owner's alone, until the draft is a request.

use crate::actors::{Actor, text, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use crate::evidence::{PDF, SVG, form};
use crate::walk::{ISSUE, OTHER_QUESTIONS};
use reqwest::Method;
use serde_json::{Value, json};

fn files_of(draft: &Value) -> String {
    format!("/api/v1/drafts/{}/evidence", text(&draft["id"]))
}

#[actix_web::test]
async fn files_of_a_draft_are_its_owners_alone_and_go_with_the_request_that_it_becomes() {
    let app = TestApp::start().await;
    let owner = app.actor_with_mfa("tailspin-global-admin", true);
    let draft = owner.post("/api/v1/drafts", &third_party()).await.expect(201).json();
    let (path, (media_type, body)) = (files_of(&draft), form(&[("回答.pdf", PDF)]));
    let add = |actor: &Actor<'_>| {
        actor.call(Method::POST, &path).header("content-type", media_type.as_str()).body(body.clone())
    };
    let file = owner.send(add(&owner)).await.expect(201).json();
    let one = format!("{path}/{}", text(&file["id"]));

    let colleague = app.actor_with_mfa("tailspin-admin-agent", true);
    colleague.send(add(&colleague)).await.expect(404);
    colleague.get(&path).await.expect(404);
    colleague.get(&one).await.expect(404);
    colleague.send(colleague.call(Method::DELETE, &one)).await.expect(404);
    app.staff("reviewer").get(&one).await.expect(403);
    // The same below the program.
    let tailspin = exception_desk_demo::people::TAILSPIN.id;
    let someone = exception_desk_demo::people::persona("tailspin-admin-agent").unwrap().object_id;
    for mut tx in [
        app.desk.db.staff().await.unwrap(),
        app.desk.db.partner(tailspin.into()).await.unwrap(),
        app.desk.db.person(tailspin.into(), someone.into()).await.unwrap(),
    ] {
        let seen: i64 = sqlx::query_scalar("SELECT count(id) FROM evidence").fetch_one(&mut *tx).await.unwrap();
        assert_eq!(seen, 0);
    }
    assert_eq!(owner.get(&path).await.expect(200).json()["items"][0], file);

    let submit = format!("/api/v1/drafts/{}/submit", text(&draft["id"]));
    let request = owner.change(&submit, &draft, &json!({})).await.expect(201).json();
    assert_eq!(request["evidence"], json!([file]));
    assert_eq!(colleague.files(&request).await, std::slice::from_ref(&file));
    app.staff("reviewer").download(&request, &file).await.expect(200);
    owner.get(&one).await.expect(404);
}

#[actix_web::test]
async fn what_a_deleted_draft_leaves_is_swept_and_what_is_in_use_is_not() {
    let app = TestApp::start().await;
    let owner = app.actor("tailspin-global-admin");
    let request = crate::evidence::open_request(&app).await;
    owner.attach(&request, "kept.txt", b"kept").await.expect(201);
    let draft = owner.post("/api/v1/drafts", &third_party()).await.expect(201).json();
    let (media_type, body) = form(&[("gone.txt", b"gone")]);
    let add = owner.call(Method::POST, &files_of(&draft)).header("content-type", media_type).body(body);
    owner.send(add).await.expect(201);
    let delete = owner.call(Method::DELETE, &format!("/api/v1/drafts/{}", text(&draft["id"])));
    owner.send(delete.header("If-Match", "*")).await.expect(204);

    exception_desk::evidence::sweep(&app.desk).await.unwrap();
    assert_eq!((app.rows("evidence").await, app.rows("evidence_content").await), (1, 2));
    // An upload may be under way for as long as an hour.
    let later = "UPDATE evidence_loose SET since = now() - interval '2 hours'";
    sqlx::query(later).execute(&mut app.owner().await).await.unwrap();
    exception_desk::evidence::sweep(&app.desk).await.unwrap();
    assert_eq!((app.rows("evidence_content").await, app.rows("evidence_loose").await), (1, 0));
    assert_eq!(owner.files(&request).await.len(), 1);
}

#[actix_web::test]
async fn a_key_gives_the_first_answer_and_belongs_to_one_file() {
    let app = TestApp::start().await;
    let owner = app.actor("tailspin-global-admin");
    let request = crate::evidence::open_request(&app).await;
    let path = format!("/api/v1/requests/{}/evidence", text(&request["id"]));
    let send = async |name: &str, bytes: &[u8]| {
        let (media_type, body) = form(&[(name, bytes)]);
        let call = owner.call(Method::POST, &path).header("Idempotency-Key", "once").header("content-type", media_type);
        owner.send(call.body(body)).await
    };
    let first = send("a.txt", b"first").await.expect(201);
    let again = send("a.txt", b"first").await.expect(201);
    assert_eq!((&again.text, again.headers.get("location")), (&first.text, first.headers.get("location")));
    assert_eq!(send("a.txt", b"second").await.expect(422).problem(), "idempotency-key-reused");
    assert_eq!((app.rows("evidence").await, app.rows("evidence_content").await), (1, 1));
}

/// A form with files and the button that was pressed.
fn pressed(files: &[(&str, &[u8])], button: &str) -> (String, Vec<u8>) {
    let (media_type, mut body) = form(files);
    let boundary = media_type.split('=').nth(1).unwrap().to_owned();
    body.truncate(body.len() - "--\r\n".len());
    let part = format!("\r\nContent-Disposition: form-data; name=\"action\"\r\n\r\n{button}\r\n--{boundary}--\r\n");
    body.extend(part.as_bytes());
    (media_type, body)
}

#[actix_web::test]
async fn the_step_of_the_form_takes_files_and_goes_on() {
    let app = TestApp::start().await;
    let mut owner = Browser::new(&app);
    owner.sign_in("tailspin-global-admin", "/help").await;
    let draft = owner.begin(ISSUE).await;
    let step = format!("{draft}/evidence");
    let (status, page) = owner.open(&step).await;
    assert!(status == 200 && page.contains("Step 5 of 6") && page.contains("You can add 5 more files"), "{page}");

    let (media_type, body) = pressed(&[("logo.png", SVG), ("回答.pdf", PDF)], "continue");
    let (status, page) = owner.attach(&step, &media_type, body).await;
    assert!(status == 422 && page.contains("“logo.png” is an SVG image") && page.contains("回答.pdf"), "{page}");
    let (media_type, body) = pressed(&[("log.txt", b"ok")], "upload");
    assert_eq!(owner.attach(&step, &media_type, body).await, (303, step.clone()));
    let (media_type, body) = pressed(&[("", b"")], "continue");
    assert_eq!(owner.attach(&step, &media_type, body).await, (303, format!("{draft}/contact")));

    let (_, check) = owner.open(&format!("{draft}/check")).await;
    assert!(check.contains("回答.pdf, log.txt") && check.contains("/evidence?from=check"), "{check}");
    let (_, page) = owner.open(&step).await;
    let remove = page.split('"').find(|part| part.ends_with("/remove")).unwrap().to_owned();
    assert_eq!(owner.submit(&remove, &[]).await, (303, step));

    let draft = owner.fill("other_technical_issue", OTHER_QUESTIONS).await;
    let step = format!("{draft}/evidence");
    let (media_type, body) = pressed(&[("回答.pdf", PDF)], "upload");
    owner.attach(&step, &media_type, body).await;
    let (status, request) = owner.submit_draft(&draft).await;
    assert_eq!(status, 303);
    assert!(owner.open(&request).await.1.contains("回答.pdf"));
}
