//! What people wrote with requests is erased after the time of keeping, and not before nothing can come of them any more.

use crate::actors::{more_time, other, text, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use crate::evidence::PDF;
use chrono::TimeDelta;
use clap::Parser;
use exception_desk::audit::cli::AuditCommand;
use exception_desk::audit::{self, Erasure};
use exception_desk::intake::{erase, retain, tend_waiting_at};
use exception_desk::{evidence, intake};
use exception_desk_demo::people;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;

/// What was written with the request of [`lively`].
const WRITTEN: [&str; 9] = [
    "外部MFAが認識されない",
    "ADFSと連携している",
    "情報システム部",
    "it@tailspin.example",
    "Kiosk",
    "Which kiosk?",
    "The one in Osaka.",
    "The vendor never answered.",
    "the logs show it",
];

/// A request with everything that can be written with one; a reviewer accepted it, for sixty days.
async fn lively(app: &TestApp) -> Value {
    let partner = app.actor("tailspin-global-admin");
    let request = partner.file(&other()).await.expect(201).json();
    partner.attach(&request, "kiosk.pdf", PDF).await.expect(201);
    let notes = format!("/api/v1/requests/{}/notes", text(&request["id"]));
    app.staff("reviewer").post(&notes, &json!({ "text": "The vendor never answered." })).await.expect(201);
    let asked = app.staff("reviewer").ask(&request).await.expect(200).json();
    let replied = partner.reply(&asked).await.expect(200).json();
    app.staff("reviewer").accept(&replied).await.expect(200).json()
}

/// Every row of every table but the audit log, whose own time of keeping is another, and first answers, kept for a day.
async fn everything(app: &TestApp) -> String {
    let mut owner = app.owner().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
           AND relname NOT IN ('audit_events', 'idempotency_keys')",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    let mut all = String::new();
    for table in tables {
        let rows = format!("SELECT coalesce(string_agg(to_jsonb(t)::text, ' '), '') FROM {table} AS t");
        all += &sqlx::query_scalar::<_, String>(AssertSqlSafe(rows)).fetch_one(&mut owner).await.unwrap();
    }
    all
}

async fn execute(app: &TestApp, statement: &str) {
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut app.owner().await).await.unwrap();
}

#[derive(Parser)]
struct Words {
    #[command(subcommand)]
    command: AuditCommand,
}

/// Whether `audit verify` finds the chain whole.
async fn chain_holds(app: &TestApp) -> bool {
    while audit::seal(&app.desk.db).await.unwrap() > 0 {}
    let words = Words::try_parse_from(["audit", "verify"]).unwrap();
    let (desk, now) = (&app.desk, app.clock.now());
    audit::cli::run(words.command, &desk.config, &desk.db, now, &mut Vec::new()).await.unwrap() == 0
}

#[actix_web::test]
async fn what_was_written_is_gone_after_the_time_of_keeping_and_the_record_stays() {
    let app = TestApp::start_with(|config| config.intake.personal_retention_days = Some(30)).await;
    let request = lively(&app).await;
    let name: String =
        sqlx::query_scalar("SELECT filed_by_name FROM requests").fetch_one(&mut app.owner().await).await.unwrap();
    app.wait(TimeDelta::days(90));
    retain(&app.desk).await.unwrap();
    let before = everything(&app).await;
    for words in WRITTEN.iter().chain(&[name.as_str()]) {
        assert!(before.contains(words), "`{words}` is kept for thirty days after the exception's end");
    }

    app.wait(TimeDelta::seconds(1));
    retain(&app.desk).await.unwrap();
    let after = everything(&app).await;
    for words in WRITTEN {
        assert!(!after.contains(words), "`{words}` is gone");
    }
    let named: i64 = sqlx::query_scalar(AssertSqlSafe(format!(
        "SELECT count(*) FROM (SELECT to_jsonb(r)::text AS row FROM requests AS r UNION ALL SELECT to_jsonb(m)::text FROM messages AS m
         UNION ALL SELECT to_jsonb(e)::text FROM evidence AS e) AS all_rows WHERE row LIKE '%{name}%'"
    )))
    .fetch_one(&mut app.owner().await)
    .await
    .unwrap();
    assert_eq!(named, 0, "{name}");

    let read = app.actor("tailspin-global-admin").read(&request).await;
    assert_eq!((&read["title"], &read["contact"]["email"], &read["evidence"]), (&json!(""), &json!(""), &json!([])));
    assert_eq!(text(&read["erased_at"]).parse(), Ok(app.clock.now()));
    assert_eq!(read["answers"], json!({ "workaround_exists": "no", "affected_service": "" }));
    assert_eq!(read["messages"].as_array().unwrap().len(), 2);
    for kept in ["reference", "status", "issue", "scope", "classification", "decided_at", "version", "filed_at"] {
        assert_eq!(read[kept], request[kept], "{kept}");
    }
    assert_eq!(read["exception"]["id"], request["exception"]["id"]);

    // The files' bytes go where those of deleted drafts go.
    execute(&app, "UPDATE evidence_loose SET since = since - interval '2 hours'").await;
    evidence::sweep(&app.desk).await.unwrap();
    let left: i64 =
        sqlx::query_scalar("SELECT count(*) FROM evidence_content").fetch_one(&mut app.owner().await).await.unwrap();
    assert_eq!(left, 0);

    let (details, personal): (Value, Option<Value>) =
        sqlx::query_as("SELECT details, personal FROM audit_events WHERE action = 'request.erased'")
            .fetch_one(&mut app.owner().await)
            .await
            .unwrap();
    assert_eq!((&details["files"], personal), (&json!(1), None));
    assert!(chain_holds(&app).await);
    retain(&app.desk).await.unwrap();
    let told: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_events WHERE action = 'request.erased'")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(told, 1, "once");
}

#[actix_web::test]
async fn every_page_of_an_erased_request_says_so_in_both_languages() {
    let app = TestApp::start_with(|config| config.intake.personal_retention_days = Some(1)).await;
    let request = lively(&app).await;
    let denied = app.actor("contoso-admin-agent").file(&other()).await.expect(201).json();
    let denied = app.staff("reviewer").deny(&denied).await.expect(200).json();
    let denied = app.actor("contoso-admin-agent").appeal(&denied).await.expect(200).json();
    app.staff("reviewer-2").deny(&denied).await.expect(200);
    app.wait(TimeDelta::days(62));
    retain(&app.desk).await.unwrap();
    // One that is read beside an erased one.
    let again = app.actor("contoso-admin-agent").file(&other()).await.expect(201).json();

    let reference = text(&request["reference"]);
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let mut staff = Browser::of_staff(&app, "reviewer").await;
    for (lang, erased) in [("en", "Erased on "), ("ja", "保存期間の経過により、")] {
        for browser in [&mut partner, &mut staff] {
            browser.jar.insert(("desk.localhost".to_owned(), "lang".to_owned()), lang.to_owned());
        }
        for path in ["/support/requests".to_owned(), format!("/support/requests/{reference}")] {
            let (status, page) = partner.open(&path).await;
            assert!(status == 200 && page.contains(erased), "{path} {lang}: {page}");
        }
        let appealed = format!("/review/{}", text(&denied["reference"]));
        for path in [format!("/review/{reference}"), appealed, format!("/review/{}", text(&again["reference"]))] {
            let (status, page) = staff.open(&path).await;
            assert!(status == 200 && page.contains(erased), "{path} {lang}: {page}");
            assert!(!page.contains("{ $"), "{path} {lang}: {page}");
        }
        assert_eq!(partner.open(&format!("/exceptions/{reference}")).await.0, 200);
    }
    let (_, page) = staff.open(&format!("/review/{reference}")).await;
    assert!(!page.contains("name=\"text\""), "no note is asked for: {page}");

    let notes = format!("/api/v1/requests/{}/notes", text(&request["id"]));
    let read = app.staff("reviewer").get(&notes).await.expect(200).json();
    assert_eq!(read["items"][0]["text"], "");
    let note = json!({ "text": "one more" });
    assert_eq!(app.staff("reviewer").post(&notes, &note).await.expect(409).problem(), "wrong-state");
    // What it can be asked for again is what stayed.
    let renewal = format!("/api/v1/exceptions/{}/renewal", text(&request["exception"]["id"]));
    let draft = app.actor("tailspin-global-admin").post(&renewal, &json!({})).await.expect(201).json();
    assert_eq!(
        (&draft["title"], &draft["description"], &draft["contact"]["email"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!((&draft["issue"], &draft["answers"]), (&request["issue"], &json!({ "workaround_exists": "no" })));
}

/// Erases what is over, and says how many requests that were. What is not over, the database refuses to erase.
async fn erased(app: &TestApp) -> usize {
    let count = erase(&app.desk.db, &Erasure::default(), app.clock.now()).await.unwrap();
    let kept: Vec<(uuid::Uuid, String)> = sqlx::query_as("SELECT id, status FROM requests WHERE erased_at IS NULL")
        .fetch_all(&mut app.owner().await)
        .await
        .unwrap();
    for (id, status) in kept {
        let mut tx = app.desk.db.eraser().await.unwrap();
        let tried = sqlx::query("UPDATE requests SET erased_at = $2 WHERE id = $1").bind(id).bind(app.clock.now());
        let error = tried.execute(&mut *tx).await.unwrap_err();
        let constraint = error.as_database_error().and_then(|error| error.constraint());
        assert_eq!(constraint, Some("requests_erased_when_over"), "{status}: {error}");
    }
    count
}

#[actix_web::test]
async fn nothing_is_erased_while_anything_can_come_of_it() {
    let app = TestApp::start().await;
    let partner = app.actor("tailspin-global-admin");
    let open = partner.file(&other()).await.expect(201).json();
    partner.file(&more_time()).await.expect(201);
    let granted = partner.file(&third_party()).await.expect(201).json();
    let waiting = app.actor("wingtip-admin-agent").file(&other()).await.expect(201).json();
    let waiting = app.staff("reviewer").ask(&waiting).await.expect(200).json();
    assert_eq!(erased(&app).await, 0);

    // It lapses, and can be reopened.
    app.clock.set(text(&waiting["waiting_until"]).parse().unwrap());
    app.wait(TimeDelta::seconds(1));
    tend_waiting_at(&app.desk, app.clock.now()).await.unwrap();
    let lapsed = app.actor("wingtip-admin-agent").read(&waiting).await;
    assert_eq!((&lapsed["status"], erased(&app).await), (&json!("withdrawn"), 0));
    let reopen_until = text(&lapsed["reopen_until"]).parse().unwrap();
    let start: chrono::DateTime<chrono::Utc> = crate::app::NOW.parse().unwrap();
    let appeal_until = start + TimeDelta::days(30);
    let steps = [(reopen_until, "the last instant to reopen"), (appeal_until, "the last instant to appeal")];
    for (at, what) in steps {
        app.clock.set(at);
        assert_eq!(erased(&app).await, 0, "{what}");
        app.wait(TimeDelta::seconds(1));
        assert_eq!(erased(&app).await, 1, "{what}");
    }

    // The exception ends, and somebody still has to look at it.
    app.clock.set(start + TimeDelta::days(61));
    assert_eq!(erased(&app).await, 0);
    app.staff("lead").step("after-check", &granted, &json!({ "outcome": "confirmed" })).await.expect(200);
    assert_eq!(erased(&app).await, 1);

    // Its tenant is held: what it wrote may be needed.
    let partner = app.actor("tailspin-global-admin");
    partner.step("withdraw", &open, &json!({})).await.expect(200);
    app.wait(TimeDelta::seconds(1));
    execute(
        &app,
        "INSERT INTO tenant_holds (id, tenant, exception_id, placed_at, placed_by)
         SELECT gen_random_uuid(), tenant, id, now(), gen_random_uuid() FROM exceptions",
    )
    .await;
    assert_eq!(erased(&app).await, 0);
    execute(&app, "UPDATE tenant_holds SET lifted_at = placed_at, lifted_by = placed_by, lift_reason = 'x'").await;
    assert_eq!(erased(&app).await, 1);
    assert!(chain_holds(&app).await);
}

#[actix_web::test]
async fn an_operator_erases_by_tenant_or_day_and_says_why() {
    #[derive(Parser)]
    struct Words {
        #[command(subcommand)]
        command: intake::cli::RequestsCommand,
    }
    let app = TestApp::start().await;
    for persona in ["tailspin-global-admin", "wingtip-admin-agent"] {
        let actor = app.actor(persona);
        let request = actor.file(&other()).await.expect(201).json();
        actor.step("withdraw", &request, &json!({})).await.expect(200);
    }
    app.wait(TimeDelta::days(1));
    let wingtip = people::WINGTIP.id.to_string();
    for (words, left) in [
        (vec!["--before", "2026-11-24"], 2),
        (vec!["--tenant", wingtip.as_str(), "--reason", "asked for"], 1),
        (vec!["--before", "2030-01-01"], 0),
    ] {
        let words = Words::try_parse_from([vec!["requests", "erase"], words].concat()).unwrap();
        assert_eq!(intake::cli::run(words.command, &app.desk.db, app.clock.now()).await.unwrap(), 0);
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM requests WHERE erased_at IS NULL")
            .fetch_one(&mut app.owner().await)
            .await
            .unwrap();
        assert_eq!(count, left);
    }
    let reasons: Vec<Option<Value>> =
        sqlx::query_scalar("SELECT personal FROM audit_events WHERE action = 'request.erased'")
            .fetch_all(&mut app.owner().await)
            .await
            .unwrap();
    assert!(reasons.len() == 2 && reasons.contains(&Some(json!({ "reason": "asked for" }))), "{reasons:?}");
    assert!(Words::try_parse_from(["requests", "erase"]).is_err(), "not everything by mistake");
}

#[actix_web::test]
async fn the_eraser_erases_and_nothing_else_and_nobody_else_does() {
    let app = TestApp::start().await;
    lively(&app).await;
    for statement in [
        "SELECT asked FROM requests",
        "SELECT filed_by_name FROM requests",
        "SELECT text FROM messages",
        "SELECT text FROM internal_notes",
        "SELECT name FROM evidence",
        "SELECT bytes FROM evidence_content",
        "UPDATE requests SET asked = '{}'",
        "UPDATE requests SET status = 'withdrawn'",
        "UPDATE decisions SET outcome = 'deny'",
        "UPDATE after_checks SET outcome = 'confirmed'",
        "UPDATE exceptions SET expires_at = now()",
        "DELETE FROM messages",
        "INSERT INTO audit_events (id, at, actor_kind, action, subject_kind, subject_id, details)
         VALUES (gen_random_uuid(), now(), 'system', 'request.denied', 'request', gen_random_uuid(), '{}')",
    ] {
        let mut tx = app.desk.db.eraser().await.unwrap();
        assert!(sqlx::raw_sql(statement).execute(&mut *tx).await.is_err(), "{statement}");
    }
    // What is around a request goes with its own texts, or not at all.
    for statement in [
        "UPDATE messages SET text = ''",
        "UPDATE decisions SET reason = ''",
        "UPDATE internal_notes SET text = ''",
        "DELETE FROM evidence",
    ] {
        let mut tx = app.desk.db.eraser().await.unwrap();
        let done = sqlx::raw_sql(statement).execute(&mut *tx).await.unwrap();
        assert_eq!(done.rows_affected(), 0, "{statement}");
    }
    for statement in [
        "UPDATE requests SET erased_at = now()",
        "INSERT INTO internal_notes (id, request_id, text, written_at, author, author_name)
         SELECT gen_random_uuid(), id, '', now(), id, 'x' FROM requests",
        "INSERT INTO messages (id, request_id, tenant, kind, text, written_at, author, author_name)
         SELECT gen_random_uuid(), id, tenant, 'question', '', now(), id, 'x' FROM requests",
    ] {
        let mut tx = app.desk.db.staff().await.unwrap();
        assert!(sqlx::raw_sql(statement).execute(&mut *tx).await.is_err(), "{statement}");
    }
}

#[actix_web::test]
async fn the_reasons_of_after_checks_and_revocations_go_too_and_what_they_came_to_stays() {
    let app = TestApp::start().await;
    let granted = app.actor("tailspin-global-admin").file(&third_party()).await.expect(201).json();
    let overturned = json!({ "outcome": "overturned", "reason": "Ms Ito wrote otherwise." });
    app.staff("lead").step("after-check", &granted, &overturned).await.expect(200);
    execute(&app, "UPDATE tenant_holds SET lifted_at = placed_at, lifted_by = placed_by, lift_reason = 'x'").await;
    assert!(everything(&app).await.contains("Ms Ito"));
    app.wait(TimeDelta::seconds(1));
    assert_eq!(erased(&app).await, 1);
    assert!(!everything(&app).await.contains("Ms Ito"));
    let check = app.staff("auditor").read(&granted).await["after_check"].clone();
    assert_eq!((&check["outcome"], &check["reason"]), (&json!("overturned"), &json!("")));
    let reference = text(&granted["reference"]);
    let mut staff = Browser::of_staff(&app, "auditor").await;
    for path in [format!("/review/{reference}"), format!("/exceptions/{reference}")] {
        let (status, page) = staff.open(&path).await;
        assert!(status == 200 && !page.contains("<blockquote class=\"quoted\" dir=\"auto\"></blockquote>"), "{page}");
    }
    // What was checked stays checked, also for staff.
    let mut tx = app.desk.db.staff().await.unwrap();
    assert!(sqlx::raw_sql("UPDATE after_checks SET reason = 'x'").execute(&mut *tx).await.is_err());
}
