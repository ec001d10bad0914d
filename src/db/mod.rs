//! The database at run time: one pool, and transactions that each take exactly one role.
//!
//! There is no query outside a transaction of this module: the login itself may do nothing but take a role, and row-level
//! security then decides what the role sees (`migrations/`).

mod embedded;
pub mod migrate;

pub use embedded::{Embedded, EmbeddedError};

use crate::identity::{ObjectId, TenantId};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgPool, Postgres};
use std::str::FromStr;
use std::time::Duration;

/// A running transaction; rolled back when dropped.
pub type Tx = sqlx::Transaction<'static, Postgres>;

/// What the desk keeps to reach its database. Clones share the pool.
#[derive(Clone)]
pub struct Db {
    pool: PgPool,
}

/// The roles of `src/db/roles.sql`.
#[derive(Clone, Copy)]
enum Role {
    Identity,
    Partner,
    Subject,
    Staff,
    Publisher,
    Mailer,
    Sealer,
    Reporter,
    Eraser,
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Self::Identity => "exception_desk_identity",
            Self::Partner => "exception_desk_partner",
            Self::Subject => "exception_desk_subject",
            Self::Staff => "exception_desk_staff",
            Self::Publisher => "exception_desk_publisher",
            Self::Mailer => "exception_desk_mailer",
            Self::Sealer => "exception_desk_sealer",
            Self::Reporter => "exception_desk_reporter",
            Self::Eraser => "exception_desk_eraser",
        }
    }
}

impl Db {
    /// A pool that connects when first needed: the desk starts, and says that it is not ready, while the database is away.
    ///
    /// # Errors
    /// When `url` cannot be read.
    pub fn lazy(url: &str, max_connections: u32) -> Result<Self, sqlx::Error> {
        let options = PgConnectOptions::from_str(url)?
            .application_name("exception-desk")
            // Every transaction opens with a ROLLBACK (see `begin`); that there was nothing to roll back is no news.
            // No statement here runs so long that compiling it would pay; where the planner thinks so it takes ten times as long.
            .options([("client_min_messages", "error"), ("statement_timeout", "15s"), ("jit", "off")]);
        let pool = PgPoolOptions::new()
            .max_connections(max_connections)
            .acquire_timeout(Duration::from_secs(3))
            .connect_lazy_with(options);
        Ok(Self { pool })
    }

    /// A transaction that sees sign-in data alone: sessions, and who is a partner.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn identity(&self) -> Result<Tx, sqlx::Error> {
        self.begin(Role::Identity, "").await
    }

    /// A transaction that sees the rows of `tenant` alone.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn partner(&self, tenant: TenantId) -> Result<Tx, sqlx::Error> {
        self.begin(Role::Partner, &format!("SET LOCAL desk.tenant = '{tenant}'")).await
    }

    /// A transaction that sees which exceptions cover `user` of `tenant`, and nothing of anybody else.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn subject(&self, tenant: TenantId, user: ObjectId) -> Result<Tx, sqlx::Error> {
        let setting = format!("SET LOCAL desk.tenant = '{tenant}'; SET LOCAL desk.person = '{user}'");
        self.begin(Role::Subject, &setting).await
    }

    /// A transaction that sees the rows of `tenant`, and of its people's own things those of `object_id` alone.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn person(&self, tenant: TenantId, object_id: ObjectId) -> Result<Tx, sqlx::Error> {
        let setting = format!("SET LOCAL desk.tenant = '{tenant}'; SET LOCAL desk.person = '{object_id}'");
        self.begin(Role::Partner, &setting).await
    }

    /// Like [`person`](Self::person), and alone: no other such transaction of the tenant runs at the same time, here or in
    /// another process, until this one ends. What its statements read still holds when they write.
    ///
    /// With `key`, the lock of an idempotency key, that lock is taken first and never waited for: when somebody holds it,
    /// `desk.key_is_free` says so to the transaction's statements and the tenant's lock is not waited for either.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn alone(&self, tenant: TenantId, object_id: ObjectId, key: Option<i64>) -> Result<Tx, sqlx::Error> {
        let key = key.map_or_else(|| "true".to_owned(), |key| format!("pg_try_advisory_xact_lock({key})"));
        let locks = format!(
            "SELECT set_config('desk.key_is_free', ({key})::text, true); {} WHERE current_setting('desk.key_is_free')::boolean",
            lock_of(tenant)
        );
        let setting = format!("SET LOCAL desk.tenant = '{tenant}'; SET LOCAL desk.person = '{object_id}'");
        self.begin_at("READ COMMITTED", Role::Partner, &setting, &locks).await
    }

    /// A transaction for reviewers and operators: every tenant's rows.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn staff(&self) -> Result<Tx, sqlx::Error> {
        self.begin(Role::Staff, "").await
    }

    /// A transaction that grants and publishes.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn publisher(&self) -> Result<Tx, sqlx::Error> {
        self.begin(Role::Publisher, "").await
    }

    /// A transaction that sees what is to be told and where to, and may say how that went.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn mailer(&self) -> Result<Tx, sqlx::Error> {
        self.begin(Role::Mailer, "").await
    }

    /// A transaction that seals the audit log, and erases personal text of it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn sealer(&self) -> Result<Tx, sqlx::Error> {
        self.begin(Role::Sealer, "").await
    }

    /// A transaction that erases what people wrote with requests that are over, and reads none of it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn eraser(&self) -> Result<Tx, sqlx::Error> {
        self.begin(Role::Eraser, "").await
    }

    /// A transaction that sees the enforcement points of the client `client_id` of `tenant`, and takes their reports.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn reporter(&self, tenant: TenantId, client_id: &str) -> Result<Tx, sqlx::Error> {
        let mut tx = self.begin(Role::Reporter, &format!("SET LOCAL desk.tenant = '{tenant}'")).await?;
        sqlx::query_scalar!("SELECT set_config('desk.client', $1, true)", client_id).fetch_one(&mut *tx).await?;
        Ok(tx)
    }

    /// A publisher's transaction that sees one instant of the database in all its statements.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn publisher_snapshot(&self) -> Result<Tx, sqlx::Error> {
        self.begin_at("REPEATABLE READ, READ ONLY", Role::Publisher, "", "").await
    }

    /// A reading transaction of staff that sees one instant of the database in all its statements.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn staff_snapshot(&self) -> Result<Tx, sqlx::Error> {
        self.begin_at("REPEATABLE READ, READ ONLY", Role::Staff, "", "").await
    }

    /// Closes every connection, after their transactions.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// The isolation level is said, whatever the server's default: the feed's lock counts on seeing what committed before it.
    async fn begin(&self, role: Role, setting: &str) -> Result<Tx, sqlx::Error> {
        self.begin_at("READ COMMITTED", role, setting, "").await
    }

    /// One message, one round trip. It starts with a ROLLBACK: a future dropped between `BEGIN` and its answer gives its
    /// connection back inside an open transaction, and whoever got it next would lose what it believed committed.
    async fn begin_at(&self, isolation: &str, role: Role, setting: &str, locks: &str) -> Result<Tx, sqlx::Error> {
        let role = role.name();
        let statement =
            format!("ROLLBACK; BEGIN ISOLATION LEVEL {isolation}; {setting}; SET LOCAL ROLE {role}; {locks}");
        // Nothing in it comes from outside but a tenant and a person, which are parsed UUIDs.
        self.pool.begin_with(AssertSqlSafe(statement)).await
    }
}

/// Waits until nobody else is alone with `tenant` ([`Db::alone`]) and is then alone with it until `tx` ends. Taken
/// before the feed's lock, never after it.
///
/// # Errors
/// When the database is away.
pub async fn lock_tenant(tx: &mut Tx, tenant: TenantId) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(lock_of(tenant))).execute(&mut **tx).await.map(drop)
}

fn lock_of(tenant: TenantId) -> String {
    format!("SELECT pg_advisory_xact_lock(hashtextextended('{tenant}', 1))")
}

/// Commits what went well and rolls back what did not, before anybody is answered: a transaction that is only dropped ends, and
/// gives its locks back, some time later.
///
/// # Errors
/// That of `done`, or when the commit fails.
pub async fn finish<T, E: From<sqlx::Error>>(tx: Tx, done: Result<T, E>) -> Result<T, E> {
    match done {
        Ok(done) => {
            tx.commit().await?;
            Ok(done)
        }
        Err(error) => {
            if let Err(error) = tx.rollback().await {
                tracing::debug!(%error, "a transaction could not be rolled back; its connection is gone with it");
            }
            Err(error)
        }
    }
}

/// Turns the rest of a transaction into the publisher's: for the step that grants or publishes, after the steps that were
/// a partner's or a member of staff's.
///
/// # Errors
/// When the database is away.
pub async fn become_publisher(tx: &mut Tx) -> Result<(), sqlx::Error> {
    sqlx::raw_sql("SET LOCAL ROLE exception_desk_publisher").execute(&mut **tx).await.map(drop)
}

/// Turns the rest of a transaction into the staff's: for the step that tells and records, after the steps that were about a sign-in.
///
/// # Errors
/// When the database is away.
pub async fn become_staff(tx: &mut Tx) -> Result<(), sqlx::Error> {
    sqlx::raw_sql("SET LOCAL ROLE exception_desk_staff").execute(&mut **tx).await.map(drop)
}

/// Runs `work` to its end even when whoever asked goes away: a dropped request must not leave a change half answered.
///
/// # Panics
/// When `work` panics.
pub async fn to_the_end<T: 'static>(work: impl Future<Output = T> + 'static) -> T {
    match actix_web::rt::spawn(work).await {
        Ok(done) => done,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => unreachable!("nobody cancels this task"),
    }
}

/// True for failures that say "the database is away", not "the statement is wrong".
pub fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::Tls(_)
        | sqlx::Error::BeginFailed => true,
        // Class 57P: shut down by the administrator, crashed, starting up; 53300: too many connections; class 08: connection lost.
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| code.starts_with("57P") || code.starts_with("08") || code == "53300")
        }
        _ => false,
    }
}
