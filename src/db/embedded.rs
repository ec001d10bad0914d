//! The desk's own PostgreSQL, for when no `DATABASE_URL` is given: started, migrated, and reached by a login that owns nothing.

use super::migrate;
use crate::clock;
use embedded_postgres::{Options, Server, ServerDied, StartError};
use std::fmt::Write;
use std::time::Duration;

/// The database in the desk's own server.
const DATABASE: &str = "exception_desk";
/// The login at run time.
const LOGIN: &str = "exception_desk_runtime";

/// A running server with a migrated database. Dropping it stops the server.
pub struct Embedded {
    server: Server,
    url: String,
}

/// Why the desk's own PostgreSQL is not there.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// The server did not start; the text names the way out.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The server runs, but the database could not be prepared.
    #[error("the database in the desk's own PostgreSQL could not be prepared: {0}")]
    Prepare(#[from] sqlx::Error),
}

impl Embedded {
    /// Starts the server, makes the database when it is new, and migrates it.
    ///
    /// # Errors
    /// See [`EmbeddedError`].
    pub async fn start(options: Options) -> Result<Self, EmbeddedError> {
        let server = match tokio::task::spawn_blocking(move || Server::start(options)).await {
            Ok(started) => started?,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        };
        let owner_url = server.superuser_url(DATABASE);
        migrate::create_database(&server.superuser_url("postgres"), DATABASE).await?;
        migrate::migrate(&owner_url).await?;
        // Known to this process alone, and another one at the next start.
        let mut password = String::with_capacity(64);
        clock::secret_bytes::<32>().iter().try_for_each(|byte| write!(password, "{byte:02x}")).unwrap_or_default();
        migrate::allow_login(&owner_url, LOGIN, &password).await?;
        let url = server.url(LOGIN, &password, DATABASE);
        Ok(Self { server, url })
    }

    /// The run-time login's URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits until the server ends without being asked to, if it ever does; says why.
    pub async fn died(&mut self) -> ServerDied {
        loop {
            if let Err(died) = self.server.check() {
                return died;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// The owner's URL.
    pub fn owner_url(&self) -> String {
        self.server.superuser_url(DATABASE)
    }
}
