//! Tenants apart, by the database itself: what a query forgets, row-level security still holds.

use crate::actors::{other, third_party};
use crate::app::TestApp;
use exception_desk::identity::TenantId;
use exception_desk_demo::people;

const TABLES: [&str; 4] = ["partners", "requests", "exceptions", "audit_events"];

#[actix_web::test]
async fn a_partners_transaction_sees_its_own_rows_alone() {
    let app = TestApp::start().await;
    app.actor("tailspin-global-admin").file(&third_party()).await.expect(201);
    app.actor("contoso-admin-agent").file(&third_party()).await.expect(201);
    for tenant in [people::TAILSPIN.id, people::CONTOSO.id] {
        let mut tx = app.desk.db.partner(TenantId(tenant)).await.unwrap();
        for table in TABLES {
            let query =
                sqlx::AssertSqlSafe(format!("SELECT count(*), count(*) FILTER (WHERE tenant <> $1) FROM {table}"));
            let (all, foreign): (i64, i64) = sqlx::query_as(query).bind(tenant).fetch_one(&mut *tx).await.unwrap();
            assert!(all > 0, "{table}");
            assert_eq!(foreign, 0, "{table}");
        }
    }
}

#[actix_web::test]
async fn without_a_tenant_or_a_role_nothing_can_be_read() {
    let app = TestApp::start().await;
    app.actor("tailspin-global-admin").file(&third_party()).await.expect(201);
    for (role, setting) in [("exception_desk_partner", None), ("exception_desk_partner", Some(""))] {
        let mut tx = app.desk.db.identity().await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("SET LOCAL ROLE {role}"))).execute(&mut *tx).await.unwrap();
        if let Some(value) = setting {
            sqlx::query("SELECT set_config('desk.tenant', $1, true)").bind(value).execute(&mut *tx).await.unwrap();
        }
        for table in TABLES {
            let query = sqlx::AssertSqlSafe(format!("SAVEPOINT one; SELECT count(*) FROM {table}"));
            assert!(sqlx::raw_sql(query).execute(&mut *tx).await.is_err(), "{table}");
            sqlx::raw_sql("ROLLBACK TO one").execute(&mut *tx).await.unwrap();
        }
    }
    // The login itself, outside a role, may do nothing.
    let mut tx = app.desk.db.identity().await.unwrap();
    sqlx::raw_sql("RESET ROLE").execute(&mut *tx).await.unwrap();
    assert!(sqlx::query("SELECT count(*) FROM partners").execute(&mut *tx).await.is_err());
}

#[actix_web::test]
async fn a_partners_role_can_neither_decide_nor_grant_nor_publish_nor_rewrite_history() {
    let app = TestApp::start().await;
    app.actor("tailspin-global-admin").file(&other()).await.expect(201);
    for statement in [
        "UPDATE requests SET status = 'accepted', decided_at = now()",
        "UPDATE requests SET decided_by = gen_random_uuid()",
        "UPDATE requests SET asked = '{}'",
        "INSERT INTO exceptions SELECT * FROM exceptions",
        "UPDATE exceptions SET expires_at = now()",
        "UPDATE feed_head SET version = 99",
        "DELETE FROM feed_rules",
        "SELECT * FROM suspensions",
        "SELECT * FROM decisions",
        "SELECT * FROM sessions",
        "UPDATE audit_events SET action = 'x'",
        "DELETE FROM audit_events",
        "SELECT actor_object_id FROM audit_events",
        "UPDATE partners SET calendar = 'utc'",
    ] {
        let mut tx = app.desk.db.partner(TenantId(people::TAILSPIN.id)).await.unwrap();
        let done = sqlx::raw_sql(statement).execute(&mut *tx).await;
        assert!(done.as_ref().map_or(true, |done| done.rows_affected() == 0), "{statement}: {done:?}");
        assert!(done.is_err(), "{statement} was let through, if to no effect");
    }
}

#[actix_web::test]
async fn nobody_at_run_time_rewrites_history() {
    let app = TestApp::start().await;
    app.actor("tailspin-global-admin").file(&other()).await.expect(201);
    for begin in ["staff", "publisher", "identity"] {
        for statement in ["UPDATE audit_events SET action = 'x'", "DELETE FROM audit_events", "TRUNCATE audit_events"] {
            let mut tx = match begin {
                "staff" => app.desk.db.staff().await,
                "publisher" => app.desk.db.publisher().await,
                _ => app.desk.db.identity().await,
            }
            .unwrap();
            assert!(sqlx::raw_sql(statement).execute(&mut *tx).await.is_err(), "{begin}: {statement}");
        }
    }
}

#[actix_web::test]
async fn every_table_is_under_row_level_security_and_owned_by_no_role_of_run_time() {
    let app = TestApp::start().await;
    let mut owner = app.owner().await;
    let open: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
           AND NOT (relrowsecurity AND relforcerowsecurity) AND relname NOT IN ('_sqlx_migrations', 'demo_mark')
         ORDER BY relname",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    assert_eq!(open, Vec::<String>::new());
    let owned: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner WHERE rolname LIKE 'exception_desk_%'",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    assert_eq!(owned, 0);
}
