//! Sessions of people in browsers, kept in PostgreSQL so that they can be ended; the cookie holds a random key alone.

use super::person::SESSION_PERSON;
use crate::clock::{self, Clock};
use crate::db::Db;
use crate::secret_file;
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::Key;
use actix_web::cookie::time::Duration;
use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use sqlx::types::Json;
use std::collections::HashMap;
use std::path::Path;

type State = HashMap<String, String>;

/// How long a session is kept in which nobody has signed in yet.
const TIME_TO_SIGN_IN: TimeDelta = TimeDelta::minutes(15);

/// The sessions of one desk.
#[derive(Clone)]
pub struct PgSessions {
    db: Db,
    clock: Clock,
}

impl PgSessions {
    /// Sessions in `db`, whose end is told by `clock`.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock }
    }

    /// When a session in this state ends. Anybody can begin a sign-in, so one that nobody has finished is soon forgotten.
    fn end(&self, state: &State, ttl: &Duration) -> DateTime<Utc> {
        let signed_in = state.contains_key(SESSION_PERSON);
        self.clock.now() + if signed_in { TimeDelta::seconds(ttl.whole_seconds()) } else { TIME_TO_SIGN_IN }
    }

    async fn insert(&self, key: &SessionKey, state: &State, ttl: &Duration) -> Result<(), sqlx::Error> {
        let mut tx = self.db.identity().await?;
        sqlx::query!(
            "INSERT INTO sessions (key_digest, state, expires_at) VALUES ($1, $2, $3)",
            digest(key),
            Json(state) as _,
            self.end(state, ttl),
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }

    /// False when the session has been ended meanwhile: it is not brought back to life.
    async fn replace(&self, key: &SessionKey, state: &State, ttl: &Duration) -> Result<bool, sqlx::Error> {
        let mut tx = self.db.identity().await?;
        let replaced = sqlx::query!(
            "UPDATE sessions SET state = $2, expires_at = $3 WHERE key_digest = $1",
            digest(key),
            Json(state) as _,
            self.end(state, ttl),
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(replaced.rows_affected() == 1)
    }

    /// Deletes what has ended; returns how many.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn sweep(&self) -> Result<u64, sqlx::Error> {
        let mut tx = self.db.identity().await?;
        let swept =
            sqlx::query!("DELETE FROM sessions WHERE expires_at <= $1", self.clock.now()).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(swept.rows_affected())
    }
}

impl SessionStore for PgSessions {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let read = async {
            let mut tx = self.db.identity().await?;
            sqlx::query_scalar!(
                r#"SELECT state AS "state: Json<State>" FROM sessions WHERE key_digest = $1 AND expires_at > $2"#,
                digest(key),
                self.clock.now(),
            )
            .fetch_optional(&mut *tx)
            .await
        };
        let state: Option<Json<State>> = read.await.map_err(|error: sqlx::Error| LoadError::Other(error.into()))?;
        Ok(state.map(|Json(state)| state))
    }

    async fn save(&self, state: State, ttl: &Duration) -> Result<SessionKey, SaveError> {
        let key = new_key().map_err(SaveError::Other)?;
        self.insert(&key, &state, ttl).await.map_err(|error| SaveError::Other(error.into()))?;
        Ok(key)
    }

    async fn update(&self, key: SessionKey, state: State, ttl: &Duration) -> Result<SessionKey, UpdateError> {
        match self.replace(&key, &state, ttl).await {
            Ok(true) => Ok(key),
            // Ended meanwhile: the browser keeps a key that opens nothing.
            Ok(false) => Ok(key),
            Err(error) => Err(UpdateError::Other(error.into())),
        }
    }

    /// Never called: a session's end is that of its sign-in, and using it moves nothing.
    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let mut tx = self.db.identity().await?;
        sqlx::query!("DELETE FROM sessions WHERE key_digest = $1", digest(key)).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }
}

fn digest(key: &SessionKey) -> Vec<u8> {
    Sha256::digest(key.as_ref()).to_vec()
}

/// 256 random bits, as hexadecimal text.
fn new_key() -> Result<SessionKey, anyhow::Error> {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(64);
    for byte in clock::secret_bytes::<32>() {
        write!(text, "{byte:02x}")?;
    }
    SessionKey::try_from(text).map_err(|error| anyhow::anyhow!("session key refused: {error:?}"))
}

/// The key that signs session cookies, from `path`; made there with mode 0600 when there is none.
///
/// # Errors
/// When the file cannot be read or made, or holds no key; the text says what to do.
pub fn cookie_key(path: &Path) -> anyhow::Result<Key> {
    let shown = path.display();
    let make = || Ok(clock::secret_bytes::<64>().to_vec());
    let bytes = secret_file::read_or_make(path, make).with_context(|| format!("session key `{shown}`"))?;
    anyhow::ensure!(bytes.len() == 64, "session key `{shown}` has not 64 bytes; delete it, everybody signs in again");
    anyhow::ensure!(
        !secret_file::is_exposed(path)?,
        "session key `{shown}` can be read by others; delete it, everybody signs in again"
    );
    Ok(Key::from(&bytes))
}
