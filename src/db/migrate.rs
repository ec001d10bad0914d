//! The schema: run-time roles, then migrations, as the owner.

use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// Every migration, compiled in.
pub static MIGRATOR: Migrator = sqlx::migrate!("./migrations");

/// Makes the run-time roles and applies what is missing. Safe to repeat.
///
/// # Errors
/// When `owner_url` cannot be reached, may not create roles, or a migration fails.
pub async fn migrate(owner_url: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(owner_url).await?;
    sqlx::raw_sql(include_str!("roles.sql")).execute(&mut connection).await?;
    MIGRATOR.run(&mut connection).await?;
    // Whether migrations are applied is asked by the run-time login too.
    sqlx::raw_sql("GRANT SELECT ON _sqlx_migrations TO exception_desk_identity").execute(&mut connection).await?;
    connection.close().await
}

/// Makes the database `name` when it is not there.
///
/// # Errors
/// When `maintenance_url` cannot be reached or may not create databases.
pub async fn create_database(maintenance_url: &str, name: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(maintenance_url).await?;
    let there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(name)
        .fetch_one(&mut connection)
        .await?;
    if !there {
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await?;
    }
    connection.close().await
}

/// Lets the login `name` take the run-time roles, and gives it `password`. It inherits nothing: outside a role it may do nothing.
///
/// # Errors
/// When `owner_url` cannot be reached or may not create roles.
pub async fn allow_login(owner_url: &str, name: &str, password: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(owner_url).await?;
    let statement = format!(
        "DO $$ BEGIN CREATE ROLE {name} LOGIN NOINHERIT; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
         ALTER ROLE {name} PASSWORD '{password}';
         GRANT exception_desk_identity, exception_desk_partner, exception_desk_staff, exception_desk_publisher,
             exception_desk_subject, exception_desk_mailer, exception_desk_sealer, exception_desk_reporter,
             exception_desk_eraser TO {name}"
    );
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
    connection.close().await
}

impl super::Db {
    /// Whether every migration compiled in is applied, and none failed.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn is_migrated(&self) -> Result<bool, sqlx::Error> {
        let mut tx = self.identity().await?;
        let applied: Vec<i64> =
            match sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success ORDER BY version")
                .fetch_all(&mut *tx)
                .await
            {
                Ok(applied) => applied,
                // Undefined table, or not yet readable: nothing is migrated.
                Err(sqlx::Error::Database(error)) if matches!(error.code().as_deref(), Some("42P01" | "42501")) => {
                    return Ok(false);
                }
                Err(error) => return Err(error),
            };
        Ok(MIGRATOR.iter().all(|migration| applied.contains(&migration.version)))
    }

    /// Whether a demonstration made this database; its data must never be served as real.
    ///
    /// # Errors
    /// When the database is away or has no schema yet.
    pub async fn is_demo(&self) -> Result<bool, sqlx::Error> {
        let mut tx = self.identity().await?;
        sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM demo_mark) AS "demo!""#).fetch_one(&mut *tx).await
    }
}

/// Marks the database as a demonstration's.
///
/// # Errors
/// When `owner_url` cannot be reached.
pub async fn mark_as_demo(owner_url: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(owner_url).await?;
    sqlx::query!("INSERT INTO demo_mark DEFAULT VALUES ON CONFLICT DO NOTHING").execute(&mut connection).await?;
    connection.close().await
}
