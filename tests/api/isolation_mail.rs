//! Mails apart, by the database itself: who delivers them, whose news they are, and who may have them sent again.

use crate::actors::third_party;
use crate::app::TestApp;
use exception_desk::db::Tx;
use exception_desk::identity::TenantId;
use exception_desk_demo::people;
use sqlx::AssertSqlSafe;

/// A desk of which two tenants have news; the news go nowhere.
async fn with_news() -> TestApp {
    let app = TestApp::start().await;
    for admin in ["tailspin-global-admin", "contoso-admin-agent"] {
        app.actor(admin).file(&third_party()).await.expect(201);
    }
    app
}

/// Says what `statement` did, or why it was refused, and leaves no trace of it.
async fn attempt(tx: &mut Tx, statement: &str) -> Result<u64, String> {
    let run = format!("SAVEPOINT one; {statement}");
    let done = sqlx::raw_sql(AssertSqlSafe(run)).execute(&mut **tx).await;
    sqlx::raw_sql("ROLLBACK TO one").execute(&mut **tx).await.unwrap();
    done.map(|done| done.rows_affected()).map_err(|error| error.to_string())
}

async fn assert_refused(tx: &mut Tx, statements: &[&str]) {
    for statement in statements {
        let done = attempt(tx, statement).await;
        let why = done.as_ref().err().map_or("", String::as_str);
        assert!(why.contains("permission denied") || why.contains("row-level security"), "{statement}: {done:?}");
    }
}

#[actix_web::test]
async fn the_role_that_delivers_reads_where_mails_go_and_nothing_else_of_anybody() {
    let app = with_news().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm')
           AND relname NOT IN ('outbox', 'webhook_events', 'webhook_deliveries', 'demo_mark') ORDER BY relname",
    )
    .fetch_all(&mut app.owner().await)
    .await
    .unwrap();
    assert!(tables.len() > 20, "{tables:?}");
    let mut tx = app.desk.db.mailer().await.unwrap();
    for allowed in [
        "SELECT * FROM outbox",
        "SELECT id, contact_email FROM requests",
        "SELECT tenant, security_contact FROM partners",
        "UPDATE outbox SET attempts = attempts + 1, next_attempt_at = now(), last_error = '451'",
    ] {
        assert!(attempt(&mut tx, allowed).await.unwrap() > 1, "{allowed}");
    }
    for table in tables {
        assert_refused(&mut tx, &[format!("SELECT * FROM {table}").as_str(), &format!("DELETE FROM {table}")]).await;
    }
    assert_refused(
        &mut tx,
        &[
            "SELECT asked FROM requests",
            "SELECT filed_by FROM requests",
            "SELECT name FROM partners",
            "UPDATE requests SET asked = '{}'",
            "UPDATE partners SET security_contact = 'x@evil.example'",
            "UPDATE outbox SET recipient = 'leads'",
            "UPDATE outbox SET kind = 'request_accepted'",
            "UPDATE outbox SET language = 'en'",
            "UPDATE outbox SET data = '{}'",
            "UPDATE outbox SET tenant = gen_random_uuid()",
            "INSERT INTO outbox SELECT * FROM outbox",
        ],
    )
    .await;
}

#[actix_web::test]
async fn a_partner_reads_its_own_news_alone_and_not_how_they_fared() {
    let app = with_news().await;
    let (own, other) = (people::TAILSPIN.id, people::CONTOSO.id);
    // One of its rows is for the leads, as when it reports "this was not us".
    sqlx::query("UPDATE outbox SET recipient = 'leads' WHERE id = (SELECT id FROM outbox WHERE tenant = $1 LIMIT 1)")
        .bind(own)
        .execute(&mut app.owner().await)
        .await
        .unwrap();
    let mut tx = app.desk.db.partner(TenantId(own)).await.unwrap();
    let (all, foreign, for_staff): (i64, i64, i64) = sqlx::query_as(
        "SELECT count(*), count(*) FILTER (WHERE tenant <> $1), count(*) FILTER (WHERE recipient = 'leads') FROM outbox",
    )
    .bind(own)
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    assert!(all > 0);
    assert_eq!((foreign, for_staff), (0, 0));
    let in_anothers_name = format!(
        "INSERT INTO outbox (id, kind, recipient, language, tenant, data, created_at)
         VALUES (gen_random_uuid(), 'request_denied', 'contact', 'en', '{other}', '{{}}', now())"
    );
    assert_refused(
        &mut tx,
        &[
            &in_anothers_name,
            "SELECT attempts FROM outbox",
            "SELECT sent_at FROM outbox",
            "SELECT last_error FROM outbox",
            "UPDATE outbox SET data = '{}'",
            "UPDATE outbox SET sent_at = now()",
            "DELETE FROM outbox",
        ],
    )
    .await;
}

#[actix_web::test]
async fn staff_have_sent_again_what_was_sent_or_given_up_and_change_nothing_else() {
    let app = with_news().await;
    let mut tx = app.desk.db.staff().await.unwrap();
    let again = "UPDATE outbox SET sent_at = NULL, dead_at = NULL, attempts = 0, next_attempt_at = now()";
    assert_eq!(attempt(&mut tx, again).await, Ok(0), "what waits is left alone");
    assert_refused(
        &mut tx,
        &["UPDATE outbox SET recipient = 'leads'", "UPDATE outbox SET data = '{}'", "UPDATE outbox SET tenant = NULL"],
    )
    .await;
    assert_eq!(attempt(&mut tx, "DELETE FROM outbox").await, Ok(0), "what is for a partner stays");
    drop(tx);
    for over in ["sent_at = now()", "sent_at = NULL, dead_at = now(), last_error = '550'"] {
        let over = AssertSqlSafe(format!("UPDATE outbox SET {over}"));
        sqlx::raw_sql(over).execute(&mut app.owner().await).await.unwrap();
        let mut tx = app.desk.db.staff().await.unwrap();
        assert!(attempt(&mut tx, again).await.unwrap() > 1);
        assert_refused(&mut tx, &["UPDATE outbox SET attempts = 0"]).await;
    }
}
