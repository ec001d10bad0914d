//! The audit chain: sealed whatever commits when, verified row by row, signed so that the database's owner cannot rewrite it.

use crate::actors::{more_time, other, third_party};
use crate::app::TestApp;
use clap::Parser;
use exception_desk::audit::cli::AuditCommand;
use exception_desk::audit::{self, Actor, Event};
use exception_desk::identity::TenantId;
use exception_desk_demo::people;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgConnection};
use std::io::Write;
use std::process::{Command, Stdio};
use uuid::Uuid;

#[derive(Parser)]
struct Words {
    #[command(subcommand)]
    command: AuditCommand,
}

/// `exception-desk audit …`: exit status and what it printed.
async fn run(app: &TestApp, words: &[&str]) -> (u8, String) {
    let words = Words::try_parse_from(["audit"].iter().chain(words)).unwrap();
    let mut out = Vec::new();
    let desk = &app.desk;
    let status = audit::cli::run(words.command, &desk.config, &desk.db, desk.clock.now(), &mut out).await.unwrap();
    (status, String::from_utf8(out).unwrap())
}

async fn verify(app: &TestApp, words: &[&str]) -> (u8, Value) {
    let (status, out) = run(app, &[&["verify"], words].concat()).await;
    (status, serde_json::from_str(&out).unwrap())
}

/// Waits until everything is sealed.
async fn sealed(app: &TestApp) {
    while audit::seal(&app.desk.db).await.unwrap() > 0 {
        tokio::task::yield_now().await;
    }
}

/// A desk with some events: requests, a decision with a reason, a grant. All sealed, and the head signed.
async fn lively() -> TestApp {
    let app = TestApp::start().await;
    let tailspin = app.actor("tailspin-global-admin");
    tailspin.file(&third_party()).await.expect(201);
    tailspin.file(&more_time()).await.expect(201);
    let request = app.actor("wingtip-admin-agent").file(&other()).await.expect(201).json();
    app.staff("reviewer").deny(&request).await.expect(200);
    sealed(&app).await;
    anchored(&app).await;
    app
}

/// The head, signed once nothing waits.
async fn anchored(app: &TestApp) -> String {
    loop {
        let (status, jws) = run(app, &["anchor"]).await;
        if status == 0 && payload(&jws)["position"] == verify(app, &[]).await.1["position"] {
            return jws;
        }
    }
}

fn payload(jws: &str) -> Value {
    use base64::Engine;
    let payload = jws.split('.').nth(1).unwrap();
    serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

async fn execute(connection: &mut PgConnection, statement: &str) {
    let done = sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(connection).await;
    done.unwrap_or_else(|error| panic!("{statement}: {error}"));
}

fn event(action: &'static str) -> Event {
    Event {
        actor: Actor::System,
        action,
        subject_kind: "request",
        subject_id: Uuid::nil(),
        tenant: None,
        details: json!({ "Ω": ["\u{1}", 7, null], "a": { "z": true, "b": "日本語\u{1F600}\u{FB33}" } }),
        personal: Some(json!({ "reason": "x", "also": "\"\\\n" })),
    }
}

#[actix_web::test]
async fn events_are_sealed_without_gaps_in_whatever_order_they_commit() {
    let app = lively().await;
    let before = verify(&app, &[]).await.1["position"].as_i64().unwrap();
    let (early, late) = (app.clock.now(), app.wait(chrono::TimeDelta::seconds(5)));
    let mut slow = app.desk.db.staff().await.unwrap();
    audit::record(&mut slow, early, event("test.slow")).await.unwrap();
    let mut quick = app.desk.db.staff().await.unwrap();
    audit::record(&mut quick, late, event("test.quick")).await.unwrap();
    quick.commit().await.unwrap();
    sealed(&app).await;
    slow.commit().await.unwrap();
    sealed(&app).await;
    let positions: Vec<(String, i64)> = sqlx::query_as(
        "SELECT action, chain_position FROM audit_events WHERE action LIKE 'test.%' ORDER BY chain_position",
    )
    .fetch_all(&mut app.owner().await)
    .await
    .unwrap();
    assert_eq!(positions, [("test.quick".to_owned(), before + 1), ("test.slow".to_owned(), before + 2)]);
    let (status, report) = verify(&app, &[]).await;
    assert_eq!((status, &report["holds"], &report["position"]), (0, &json!(true), &json!(before + 2)));
}

#[actix_web::test]
async fn several_desks_seal_one_chain() {
    let app = lively().await;
    let (_, another) = app.another_desk();
    for _ in 0..5 {
        let mut tx = app.desk.db.staff().await.unwrap();
        for _ in 0..40 {
            audit::record(&mut tx, app.clock.now(), event("test.many")).await.unwrap();
        }
        tx.commit().await.unwrap();
        let (one, other) = tokio::join!(audit::seal(&app.desk.db), audit::seal(&another.db));
        one.unwrap();
        other.unwrap();
    }
    sealed(&app).await;
    let (status, report) = verify(&app, &[]).await;
    assert_eq!((status, &report["waiting"]), (0, &json!(0)), "{report}");
    assert!(report["position"].as_i64().unwrap() >= 200);
}

/// What an owner of the database does to one row, as SQL with `{at}` for its position, and what is found.
const TAMPERINGS: [(&str, &str, i64); 10] = [
    ("UPDATE audit_events SET details = details || '{\"x\": 1}' WHERE chain_position = {at}", "link_broken", 0),
    ("UPDATE audit_events SET at = at + interval '1 microsecond' WHERE chain_position = {at}", "link_broken", 0),
    ("UPDATE audit_events SET actor_role = 'auditor' WHERE chain_position = {at}", "link_broken", 0),
    ("UPDATE audit_events SET at = 'infinity' WHERE chain_position = {at}", "link_broken", 0),
    ("UPDATE audit_events SET chain_hash = sha256('') WHERE chain_position = {at}", "link_broken", 0),
    ("DELETE FROM audit_events WHERE chain_position = {at}", "row_missing", 0),
    ("UPDATE audit_events SET chain_position = NULL, chain_hash = NULL WHERE chain_position = {at}", "row_missing", 0),
    (
        "UPDATE audit_events SET chain_position = -chain_position WHERE chain_position IN ({at}, {at} + 1);
         UPDATE audit_events SET chain_position = 2 * {at} + 1 + chain_position WHERE chain_position < 0",
        "link_broken",
        0,
    ),
    (
        "INSERT INTO audit_events (id, at, actor_kind, action, subject_kind, subject_id, details, chain_position, chain_hash)
         SELECT 'ffffffff-ffff-7fff-8fff-ffffffffffff', at, actor_kind, action, subject_kind, subject_id, details, {at}, chain_hash
         FROM audit_events WHERE chain_position = {at}",
        "position_taken",
        0,
    ),
    ("DELETE FROM audit_events WHERE chain_position >= {at}", "tail_missing", 0),
];

#[actix_web::test]
async fn whatever_an_owner_of_the_database_does_to_a_row_is_found_and_the_row_named() {
    let app = lively().await;
    let mut owner = app.owner().await;
    // An owner who knows what to switch off.
    execute(
        &mut owner,
        "SET session_replication_role = replica; CREATE TABLE kept AS TABLE audit_events; ALTER TABLE kept DROP COLUMN outcome, DROP COLUMN moved;
         ALTER TABLE audit_events DROP CONSTRAINT audit_events_chain_position_key, DROP CONSTRAINT audit_events_positions_start_at_one",
    )
    .await;
    let columns: String = sqlx::query_scalar(
        "SELECT string_agg(attname, ', ') FROM pg_attribute WHERE attrelid = 'kept'::regclass AND attnum > 0 AND NOT attisdropped",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    let ids: Vec<Uuid> =
        sqlx::query_scalar("SELECT id FROM kept ORDER BY chain_position").fetch_all(&mut owner).await.unwrap();
    assert!(ids.len() > 8);
    for (statement, fault, _) in TAMPERINGS {
        for at in [1, 5, ids.len() - 1] {
            execute(&mut owner, &statement.replace("{at}", &at.to_string())).await;
            let (status, report) = verify(&app, &[]).await;
            assert_eq!((status, &report["fault"], &report["position"]), (1, &json!(fault), &json!(at)), "{statement}");
            let named = match fault {
                "tail_missing" => Value::Null,
                "row_missing" => json!(ids[at]),
                "position_taken" => json!("ffffffff-ffff-7fff-8fff-ffffffffffff"),
                _ if statement.contains("2 * ") => json!(ids[at]),
                _ => json!(ids[at - 1]),
            };
            assert_eq!(report["event"], named, "{statement} at {at}");
            execute(
                &mut owner,
                &format!("TRUNCATE audit_events; INSERT INTO audit_events ({columns}) SELECT {columns} FROM kept"),
            )
            .await;
        }
    }
    assert_eq!(verify(&app, &[]).await.0, 0);
}

#[actix_web::test]
async fn a_chain_rewritten_with_its_heads_is_found_by_a_head_kept_elsewhere_and_never_signed_again() {
    let app = lively().await;
    let folder = app.desk.config.audit.anchor_directory.clone().unwrap();
    let aside = folder.with_extension("aside");
    let mut owner = app.owner().await;
    // The last two events never were; their heads are gone from the database, and from the folder of this machine.
    execute(
        &mut owner,
        "SET session_replication_role = replica; DELETE FROM audit_anchors;
         DELETE FROM audit_events WHERE chain_position > (SELECT max(chain_position) - 2 FROM audit_events)",
    )
    .await;
    let (status, report) = verify(&app, &[]).await;
    assert_eq!((status, &report["fault"]), (1, &json!("tail_missing")));
    let error = audit::sign(&app.desk.db, app.desk.heads.clone(), app.clock.now(), |_, _| true).await.unwrap_err();
    assert!(error.to_string().contains("rewritten or cut"), "{error}");
    std::fs::rename(&folder, &aside).unwrap();
    assert_eq!(verify(&app, &[]).await.0, 0, "without a head nobody can know");
    let head = std::fs::read_dir(&aside)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .max_by_key(|path| path.file_name().unwrap().to_string_lossy().ends_with(".jws").then(|| path.clone()));
    let (status, report) = verify(&app, &["--anchor", head.unwrap().to_str().unwrap()]).await;
    assert_eq!((status, &report["fault"]), (1, &json!("tail_missing")));
    // A head that the owner of the database makes up is not believed: neither in the database nor in a file.
    execute(&mut owner, "INSERT INTO audit_anchors SELECT chain_position, chain_hash, now(), 'e30.e30.e30' FROM audit_events WHERE chain_position = 3").await;
    let (status, report) = verify(&app, &[]).await;
    assert_eq!((status, &report["fault"], &report["position"]), (1, &json!("head_not_believed"), &json!(3)));
}

#[actix_web::test]
async fn no_role_of_run_time_changes_a_row_that_is_sealed() {
    let app = lively().await;
    for statement in [
        "UPDATE audit_events SET chain_position = 99, chain_hash = sha256('') WHERE chain_position = 1",
        "UPDATE audit_events SET chain_position = NULL, chain_hash = NULL",
        "UPDATE audit_events SET personal = '{}', personal_salt = 'x' WHERE personal_digest IS NOT NULL",
        "UPDATE audit_events SET erased_at = now()",
        "UPDATE audit_events SET action = 'x'",
        "DELETE FROM audit_events",
        "DELETE FROM audit_anchors",
        "UPDATE audit_anchors SET jws = 'x'",
        "SELECT personal FROM audit_events",
        "INSERT INTO audit_events (id, at, actor_kind, action, subject_kind, subject_id, details)
         VALUES (gen_random_uuid(), now(), 'system', 'request.denied', 'request', gen_random_uuid(), '{}')",
    ] {
        let mut tx = app.desk.db.sealer().await.unwrap();
        assert!(sqlx::raw_sql(statement).execute(&mut *tx).await.is_err(), "{statement}");
    }
    for statement in [
        "UPDATE audit_events SET chain_position = NULL",
        "UPDATE audit_anchors SET jws = 'x'",
        "DELETE FROM audit_anchors",
    ] {
        let mut tx = app.desk.db.staff().await.unwrap();
        assert!(sqlx::raw_sql(statement).execute(&mut *tx).await.is_err(), "{statement}");
    }
    // Nor the owner, unless it switches the guard off.
    let mut owner = app.owner().await;
    for statement in ["UPDATE audit_events SET action = 'x'", "DELETE FROM audit_events"] {
        assert!(sqlx::raw_sql(statement).execute(&mut owner).await.is_err(), "{statement}");
    }
}

#[actix_web::test]
async fn a_partners_role_reads_no_details_that_name_users() {
    let app = lively().await;
    let mut tx = app.desk.db.partner(TenantId(people::TAILSPIN.id)).await.unwrap();
    let outcomes: Vec<Option<String>> =
        sqlx::query_scalar("SELECT outcome FROM audit_events WHERE action = 'request.filed' ORDER BY outcome")
            .fetch_all(&mut *tx)
            .await
            .unwrap();
    assert_eq!(outcomes, [Some("accepted".to_owned()), Some("denied".to_owned())]);
    assert!(sqlx::query("SELECT details FROM audit_events").execute(&mut *tx).await.is_err());
}

#[actix_web::test]
async fn erased_text_is_gone_and_the_chain_holds_as_before() {
    let app = lively().await;
    let (_, with) = run(&app, &["export"]).await;
    assert!(with.contains("there is another way"));
    let wingtip = people::WINGTIP.id.to_string();
    assert_eq!(run(&app, &["erase", "--tenant", &wingtip, "--reason", "asked for"]).await.0, 0);
    sealed(&app).await;
    let (_, without) = run(&app, &["export"]).await;
    assert!(!without.contains("there is another way") && without.contains("asked for"));
    let (status, report) = verify(&app, &[]).await;
    assert_eq!((status, &report["holds"]), (0, &json!(true)));
    assert!(report["erased"].as_i64().unwrap() >= 1);
    assert_eq!(independent(&without).0, Some(0), "{without}");
    // What was erased unseen is found.
    let mut owner = app.owner().await;
    execute(
        &mut owner,
        "SET session_replication_role = replica;
         UPDATE audit_events SET personal = NULL, personal_salt = NULL, erased_at = now() WHERE personal IS NOT NULL",
    )
    .await;
    assert_eq!(verify(&app, &[]).await.1["fault"], "erasure_not_recorded");
}

/// Exit status and words of the verifier that somebody else could have written from docs/AUDIT.md.
fn independent(export: &str) -> (Option<i32>, String) {
    let python = std::env::var("EXCEPTION_DESK_PYTHON").expect("run `cargo xtask test`");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/audit.py");
    let mut child =
        Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("Python runs");
    child.stdin.take().unwrap().write_all(export.as_bytes()).unwrap_or_default();
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[actix_web::test]
async fn an_export_is_verified_by_what_the_documentation_says() {
    let app = lively().await;
    let mut tx = app.desk.db.staff().await.unwrap();
    audit::record(&mut tx, app.clock.now(), event("test.odd")).await.unwrap();
    tx.commit().await.unwrap();
    sealed(&app).await;
    let (_, export) = run(&app, &["export"]).await;
    let (status, words) = independent(&export);
    assert_eq!(status, Some(0), "{words}");
    let (_, report) = verify(&app, &[]).await;
    // The export's own event is sealed after it.
    let last: Value = serde_json::from_str(export.lines().last().unwrap()).unwrap();
    assert_eq!(last["event"]["action"], "test.odd");
    assert!(words.contains(last["hash"].as_str().unwrap()) && report["holds"] == true, "{words} {report}");
    let (status, words) = independent(&export.replacen("in_review", "in_revieW", 1));
    assert_eq!(status, Some(1), "{words}");
    // Without personal text, and a part alone.
    let (_, bare) = run(&app, &["export", "--without-personal"]).await;
    assert!(!bare.contains("personal_salt") && bare.lines().count() == export.lines().count() + 1);
    let (_, none) = run(&app, &["export", "--from", "2030-01-01"]).await;
    assert_eq!(none, "");
}
