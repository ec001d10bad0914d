//! `Idempotency-Key`: a POST that creates may be repeated. The first answer is kept for 24 hours in the transaction that
//! creates; a repeat gets it byte for byte, another body or address under the same key is refused, and so is a repeat while
//! the first call still runs.

use super::error::Failure;
use super::form::FormFields;
use super::if_match::etag;
use crate::clock;
use crate::db::{Db, Tx};
use crate::identity::{Client, Person, TenantId};
use crate::problem::{InputError, Kind};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How long a repeat gives the first answer.
const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// The hidden field of a form that carries its key.
pub const FIELD: &str = "idempotency_key";

/// A key's name for a form that is about to be shown.
pub fn fresh_name() -> String {
    URL_SAFE_NO_PAD.encode(clock::secret_bytes::<16>())
}

/// A caller's key, with what was sent under it. Keys of different tenants have nothing to do with each other.
#[derive(Clone, Debug)]
pub struct Key {
    tenant: TenantId,
    by_operator: bool,
    name: String,
    digest: Vec<u8>,
}

/// The answer that a key got before.
#[derive(Clone, Debug)]
pub struct First {
    /// What was created.
    pub created: Uuid,
    /// The body of the answer; none for what was created on a page, or by a desk that kept no answers yet.
    pub answer: Option<String>,
}

/// What a POST that creates came to.
#[derive(Debug)]
pub enum Created<T> {
    /// It was created.
    Now(T),
    /// It was created by an earlier call, which got this answer.
    Before(First),
}

impl Key {
    /// The key called `name` that `person` sent with `body` to `path`.
    ///
    /// # Errors
    /// 422 when `name` is not 1 to 200 printable ASCII characters.
    pub fn new(person: &Person, name: String, path: &str, body: &impl Serialize) -> Result<Self, Failure> {
        let name = good(name)?;
        Ok(Self { tenant: person.tenant, by_operator: person.operator, name, digest: digest(path, body)? })
    }

    /// The key of a report that `client`, an operator's application, sent as the call `http`; the keys of two applications
    /// have nothing to do with each other.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn of_report(http: &HttpRequest, client: &Client, body: &impl Serialize) -> Result<Option<Self>, Failure> {
        let Some(name) = name_in(http)? else { return Ok(None) };
        let name = format!("report/{}/{name}", client.client_id);
        Ok(Some(Self { tenant: client.tenant, by_operator: true, name, digest: digest(http.path(), body)? }))
    }

    /// The key of the call `http`, if it brought one.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn of(http: &HttpRequest, person: &Person, body: &impl Serialize) -> Result<Option<Self>, Failure> {
        name_in(http)?.map(|name| Self::new(person, name, http.path(), body)).transpose()
    }

    /// The key that a form carries in its field [`FIELD`], so that a button pressed twice does one thing.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn in_form(
        fields: &FormFields,
        person: &Person,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Option<Self>, Failure> {
        let name = Some(fields.get(FIELD)).filter(|name| !name.is_empty());
        name.map(|name| Self::new(person, name.to_owned(), path, body)).transpose()
    }

    /// The same for what is `person`'s alone: to a colleague, the key was used for something else.
    #[must_use]
    pub fn own(self, person: &Person) -> Self {
        let digest = Sha256::new().chain_update(&self.digest).chain_update(person.object_id.0).finalize().to_vec();
        Self { digest, ..self }
    }

    /// What the caller calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What was sent under it, as SHA-256 of address and body.
    pub fn digest(&self) -> &[u8] {
        &self.digest
    }

    /// The advisory lock that the call holds while it runs.
    pub fn lock(&self) -> i64 {
        let digest =
            Sha256::new().chain_update("key\n").chain_update(self.tenant.0).chain_update(&self.name).finalize();
        digest.iter().take(8).fold(0, |lock, byte| lock << 8 | i64::from(*byte))
    }

    /// `first`, when it answers what was sent now.
    ///
    /// # Errors
    /// 422 when the key was used for something else.
    pub fn repeats(&self, digest: &[u8], first: First) -> Result<First, Failure> {
        if digest == self.digest { Ok(first) } else { Err(Failure::new(Kind::IdempotencyKeyReused)) }
    }

    /// The answer that it got before. Its lock is held until `tx` ends, so that a second call finds either the first's
    /// answer or the first still running.
    ///
    /// # Errors
    /// 409 while the first call runs; 422 when the key was used for something else; 503.
    pub async fn first(&self, tx: &mut Tx, now: DateTime<Utc>) -> Result<Option<First>, Failure> {
        let free = sqlx::query_scalar!(r#"SELECT pg_try_advisory_xact_lock($1) AS "free!""#, self.lock());
        if !free.fetch_one(&mut **tx).await? {
            return Err(still_running());
        }
        let row = sqlx::query!(
            "SELECT request_digest, created_id, answer FROM idempotency_keys WHERE tenant = $1 AND key = $2 AND created_at > $3",
            self.tenant.0,
            self.name,
            oldest(now),
        )
        .fetch_optional(&mut **tx)
        .await?;
        let Some(row) = row else { return Ok(None) };
        self.repeats(&row.request_digest, First { created: row.created_id, answer: row.answer }).map(Some)
    }

    /// Keeps `answer` for repeats.
    async fn remember(
        &self,
        tx: &mut Tx,
        created: Uuid,
        answer: &impl Serialize,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let answer = serde_json::to_string(answer).map_err(Failure::internal)?;
        sqlx::query!(
            "INSERT INTO idempotency_keys (tenant, key, request_digest, created_id, created_at, answer, by_operator)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (tenant, key) DO UPDATE SET request_digest = excluded.request_digest, created_id = excluded.created_id,
                 created_at = excluded.created_at, answer = excluded.answer",
            self.tenant.0,
            self.name,
            self.digest,
            created,
            now,
            answer,
            self.by_operator,
        )
        .execute(&mut **tx)
        .await?;
        Ok(())
    }
}

/// Where what is being created leaves the answer for repeats.
#[derive(Clone, Copy, Debug)]
pub struct Memory<'a> {
    key: Option<&'a Key>,
    now: DateTime<Utc>,
}

impl Memory<'_> {
    /// Keeps `answer`, about `created`; keeps nothing for a call without a key. In the role of whoever creates, so before
    /// the transaction becomes the publisher's.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn remember(self, tx: &mut Tx, created: Uuid, answer: &impl Serialize) -> Result<(), Failure> {
        match self.key {
            Some(key) => key.remember(tx, created, answer, self.now).await,
            None => Ok(()),
        }
    }
}

/// Creates with `create`, which keeps its answer in the [`Memory`], or finds that an earlier call with `key` has.
///
/// # Errors
/// Those of `create`; 409 while the first call runs; 422 when the key was used for something else; 503.
pub async fn once<T>(
    tx: &mut Tx,
    key: Option<Key>,
    now: DateTime<Utc>,
    create: impl AsyncFnOnce(&mut Tx, Memory<'_>) -> Result<T, Failure>,
) -> Result<Created<T>, Failure> {
    if let Some(key) = &key
        && let Some(first) = key.first(tx, now).await?
    {
        return Ok(Created::Before(first));
    }
    create(tx, Memory { key: key.as_ref(), now }).await.map(Created::Now)
}

impl<T: Serialize> Created<T> {
    /// 201 with the thing as it was at its creation, the same to every repeat; `location` gives its address by its id.
    ///
    /// # Errors
    /// When the thing cannot be written as JSON.
    pub fn answer(self, id: impl Fn(&T) -> Uuid, location: impl Fn(Uuid) -> String) -> Result<HttpResponse, Failure> {
        let (id, body) = match self {
            Self::Now(thing) => (id(&thing), serde_json::to_string(&thing).map_err(Failure::internal)?),
            Self::Before(first) => {
                (first.created, first.answer.ok_or_else(|| Failure::new(Kind::IdempotencyKeyReused))?)
            }
        };
        Ok(answer(&location(id), body))
    }
}

/// 201 with what was created, at its first version and at `location`.
pub fn answer(location: &str, body: String) -> HttpResponse {
    HttpResponse::Created()
        .insert_header((header::LOCATION, location))
        .insert_header(etag(1))
        .content_type("application/json")
        .body(body)
}

/// The key that the call `http` brought, if any.
///
/// # Errors
/// 422 when it is not 1 to 200 printable ASCII characters.
pub fn name_in(http: &HttpRequest) -> Result<Option<String>, Failure> {
    let name = http.headers().get("Idempotency-Key").map(|value| value.to_str().unwrap_or_default().to_owned());
    name.map(good).transpose()
}

/// What was sent to where.
fn digest(path: &str, body: &impl Serialize) -> Result<Vec<u8>, Failure> {
    let body = serde_json::to_vec(body).map_err(Failure::internal)?;
    // No path holds a line break, so that no two pairs of path and body look the same.
    Ok(Sha256::new().chain_update(path).chain_update("\n").chain_update(body).finalize().to_vec())
}

/// `name` where a key can be called so.
fn good(name: String) -> Result<String, Failure> {
    match name.len() {
        1..=200 if name.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') => Ok(name),
        _ => Err(InputError::new("/Idempotency-Key", "idempotency_key_invalid").into()),
    }
}

/// Keys that were used at this instant or before are over.
pub fn oldest(now: DateTime<Utc>) -> DateTime<Utc> {
    now - LIFETIME
}

/// The first call with this key has not ended.
pub fn still_running() -> Failure {
    Failure::new(Kind::IdempotencyKeyInUse).retry_after(1)
}

/// Deletes the keys, of every tenant, whose time is over.
///
/// # Errors
/// When the database is away.
pub async fn sweep(db: &Db, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut tx = db.identity().await?;
    sqlx::query!("DELETE FROM idempotency_keys WHERE created_at <= $1", oldest(now)).execute(&mut *tx).await?;
    tx.commit().await
}
