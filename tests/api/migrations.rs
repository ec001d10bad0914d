//! Every migration runs on data of the schema before it.

use exception_desk::clock::secret_bytes;
use exception_desk::db::migrate::{self, MIGRATOR};
use sqlx::migrate::Migrate;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::path::Path;

/// After each migration its sample data is added (`tests/data/migrations/VERSION.sql`), so that the next one meets rows.
#[actix_web::test]
async fn every_migration_runs_on_sample_data() {
    let server = std::env::var("EXCEPTION_DESK_TEST_DATABASE_URL").expect("run `cargo xtask test`");
    let name = format!("desk_migrations_{:x}", u64::from_le_bytes(secret_bytes()));
    migrate::create_database(&server, &name).await.unwrap();
    let mut url = url::Url::parse(&server).unwrap();
    url.set_path(&name);
    let mut connection = PgConnection::connect(url.as_str()).await.unwrap();
    let roles = include_str!("../../src/db/roles.sql");
    sqlx::raw_sql(roles).execute(&mut connection).await.unwrap();
    connection.ensure_migrations_table("_sqlx_migrations").await.unwrap();
    for migration in MIGRATOR.iter() {
        sqlx::raw_sql(AssertSqlSafe(migration.sql.as_str().to_owned())).execute(&mut connection).await.unwrap_or_else(
            |error| {
                panic!("migration {} fails on the data before it: {error}", migration.version);
            },
        );
        let sample =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/migrations/{}.sql", migration.version));
        let sample = std::fs::read_to_string(&sample)
            .unwrap_or_else(|error| panic!("migration {} has no sample data: {error}", migration.version));
        sqlx::raw_sql(AssertSqlSafe(sample)).execute(&mut connection).await.unwrap();
    }
    let empty: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> '_sqlx_migrations'
           AND (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM %I', relname), false, true, '')))[1]::text = '0'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert_eq!(empty, Vec::<String>::new(), "tables without sample data");
}
