//! Rows of the audit log as the chain sees them. The database itself makes the texts, so that what was put into it past the desk is
//! read as it stands there.

use super::canonical::Entry;
use super::chain::{Hash, Sealed};
use crate::db::Tx;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A row with everything as text.
struct Row {
    position: Option<i64>,
    hash: Option<Vec<u8>>,
    id: Uuid,
    at: String,
    actor_kind: String,
    actor_tenant: Option<String>,
    actor_object_id: Option<String>,
    actor_role: Option<String>,
    action: String,
    subject_kind: String,
    subject_id: String,
    tenant: Option<String>,
    details: String,
    personal_digest: Option<String>,
    personal: Option<String>,
    salt: Option<Vec<u8>>,
    previous: Option<Vec<u8>>,
}

impl Row {
    fn entry(self) -> Entry {
        Entry {
            action: self.action,
            actor_kind: self.actor_kind,
            actor_object_id: self.actor_object_id,
            actor_role: self.actor_role,
            actor_tenant: self.actor_tenant,
            at: self.at,
            details: self.details,
            id: self.id.to_string(),
            personal_digest: self.personal_digest,
            subject_id: self.subject_id,
            subject_kind: self.subject_kind,
            tenant: self.tenant,
        }
    }

    fn sealed(mut self) -> Sealed {
        Sealed {
            position: self.position.unwrap_or_default(),
            hash: self.hash.take().unwrap_or_default(),
            personal: self.personal.take(),
            salt: self.salt.take(),
            entry: self.entry(),
        }
    }
}

macro_rules! rows {
    ($besides:literal, $condition:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            r#"SELECT e.chain_position AS "position", e.chain_hash AS "hash", e.id,
                 coalesce(to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.at::text) AS "at!",
                 e.actor_kind, e.actor_tenant::text, e.actor_object_id::text, e.actor_role, e.action, e.subject_kind,
                 e.subject_id::text AS "subject_id!", e.tenant::text, e.details::text AS "details!",
                 encode(e.personal_digest, 'hex') AS "personal_digest", "# + $besides + " FROM audit_events e WHERE " + $condition
            $(, $argument)*
        )
    };
}

/// An event that waits for the chain.
pub(super) struct Waiting {
    pub id: Uuid,
    pub entry: Entry,
}

/// The first `limit` events that wait for the chain, the oldest first.
pub(super) async fn waiting(tx: &mut Tx, limit: i64) -> Result<Vec<Waiting>, sqlx::Error> {
    let rows = rows!(
        "NULL::text AS personal, NULL::bytea AS salt, NULL::bytea AS previous",
        "e.chain_position IS NULL ORDER BY e.at, e.id LIMIT $1",
        limit
    );
    let rows = rows.fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(|row| Waiting { id: row.id, entry: row.entry() }).collect())
}

/// How many events wait for the chain.
///
/// # Errors
/// When the database is away.
pub async fn count_waiting(tx: &mut Tx) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM audit_events WHERE chain_position IS NULL"#)
        .fetch_one(&mut **tx)
        .await
}

/// The last position and its hash; the root when there is none.
///
/// # Errors
/// When the database is away.
pub async fn top(tx: &mut Tx) -> Result<(i64, Hash), sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT chain_position AS "position!", chain_hash AS "hash!" FROM audit_events
         WHERE chain_position IS NOT NULL ORDER BY chain_position DESC LIMIT 1"#
    );
    match row.fetch_optional(&mut **tx).await? {
        Some(row) => Ok((row.position, hash(&row.hash)?)),
        None => Ok((0, Hash::ROOT)),
    }
}

/// The hash at `position`, if there is a row.
///
/// # Errors
/// When the database is away.
pub async fn hash_at(tx: &mut Tx, position: i64) -> Result<Option<Hash>, sqlx::Error> {
    let row = sqlx::query_scalar!(
        r#"SELECT chain_hash AS "hash!" FROM audit_events WHERE chain_position = $1 LIMIT 1"#,
        position
    );
    row.fetch_optional(&mut **tx).await?.map(|bytes| hash(&bytes)).transpose()
}

fn hash(bytes: &[u8]) -> Result<Hash, sqlx::Error> {
    Hash::from_bytes(bytes).ok_or_else(|| sqlx::Error::Decode("`chain_hash` is no SHA-256".into()))
}

/// A place in the chain: position and row, since somebody may have put two rows at one position.
pub(super) type Place = (i64, Uuid);

/// Before the first row.
pub(super) const START: Place = (i64::MIN, Uuid::nil());

/// The next `limit` rows of the chain after `place`, with personal text, and the place of the last.
pub(super) async fn sealed_after(
    tx: &mut Tx,
    place: Place,
    limit: i64,
) -> Result<(Vec<Sealed>, Option<Place>), sqlx::Error> {
    let rows = rows!(
        "e.personal::text, e.personal_salt AS salt, NULL::bytea AS previous",
        "(e.chain_position, e.id) > ($1, $2) ORDER BY e.chain_position, e.id LIMIT $3",
        place.0,
        place.1,
        limit
    );
    let rows = rows.fetch_all(&mut **tx).await?;
    let last = rows.last().map(|row| (row.position.unwrap_or_default(), row.id));
    Ok((rows.into_iter().map(Row::sealed).collect(), last))
}

/// A part of the log by the time at which things happened: from, inclusive, and until, exclusive.
#[derive(Clone, Copy, Debug, Default)]
pub struct Period {
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
}

/// The first and the last position of the sealed events of `period`.
pub(super) async fn bounds(tx: &mut Tx, period: Period) -> Result<Option<(i64, i64)>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT min(chain_position), max(chain_position) FROM audit_events
         WHERE chain_position IS NOT NULL AND ($1::timestamptz IS NULL OR at >= $1) AND ($2::timestamptz IS NULL OR at < $2)",
        period.from,
        period.until,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(row.min.zip(row.max))
}

/// The next `limit` rows of `period` after position `after` and up to `last`, each with the hash before it.
pub(super) async fn exported_after(
    tx: &mut Tx,
    period: Period,
    (after, last): (i64, i64),
    limit: i64,
) -> Result<Vec<(Hash, Sealed)>, sqlx::Error> {
    let rows = rows!(
        "e.personal::text, e.personal_salt AS salt,
         (SELECT before.chain_hash FROM audit_events before WHERE before.chain_position = e.chain_position - 1) AS previous",
        "e.chain_position > $1 AND e.chain_position <= $2 AND ($3::timestamptz IS NULL OR e.at >= $3)
           AND ($4::timestamptz IS NULL OR e.at < $4) ORDER BY e.chain_position LIMIT $5",
        after,
        last,
        period.from,
        period.until,
        limit
    );
    let rows = rows.fetch_all(&mut **tx).await?;
    let with_previous = |mut row: Row| {
        let previous = row.previous.take().and_then(|bytes| Hash::from_bytes(&bytes));
        (previous.unwrap_or(Hash::ROOT), row.sealed())
    };
    Ok(rows.into_iter().map(with_previous).collect())
}

/// A signed head as the database keeps it.
#[derive(Clone, Debug)]
pub struct Anchor {
    /// The last position then.
    pub position: i64,
    /// Its hash.
    pub hash: Vec<u8>,
    /// When it was signed.
    pub signed_at: DateTime<Utc>,
    /// The compact JWS.
    pub jws: String,
}

/// At most `limit` signed heads after `position`, by position.
pub(super) async fn anchors_after(tx: &mut Tx, position: i64, limit: i64) -> Result<Vec<Anchor>, sqlx::Error> {
    sqlx::query_as!(
        Anchor,
        "SELECT position, hash, signed_at, jws FROM audit_anchors WHERE position > $1 ORDER BY position LIMIT $2",
        position,
        limit,
    )
    .fetch_all(&mut **tx)
    .await
}

/// The last signed head.
///
/// # Errors
/// When the database is away.
pub async fn last_anchor(tx: &mut Tx) -> Result<Option<Anchor>, sqlx::Error> {
    sqlx::query_as!(Anchor, "SELECT position, hash, signed_at, jws FROM audit_anchors ORDER BY position DESC LIMIT 1")
        .fetch_optional(&mut **tx)
        .await
}
