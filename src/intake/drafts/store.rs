//! Drafts as they are kept. Every statement runs in a transaction of the owner ([`Db::person`]): nobody else's are there.

use crate::db::{Db, Tx};
use crate::identity::{ObjectId, Person, TenantId};
use crate::intake::Labels;
use crate::locale::Lang;
use crate::web::FormFields;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

/// Most drafts that a person has at a time.
pub const MAX_DRAFTS: i64 = 20;

/// How long a draft is kept after its last change.
const LIFETIME: TimeDelta = TimeDelta::days(90);

/// A request that is not submitted yet.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its id.
    pub id: Uuid,
    /// The tenant that will ask.
    pub tenant: TenantId,
    /// Who types.
    pub owner: ObjectId,
    /// Rises with every change; the `ETag`.
    pub version: i64,
    /// The language of the request.
    pub language: Lang,
    /// Slug of the issue, once one is chosen.
    pub issue: Option<String>,
    /// What was typed, as typed; answers to another issue's questions too.
    pub fields: FormFields,
    /// Names of users, for people to read.
    pub labels: Labels,
    /// What came after the owner's session had ended.
    pub pending: Option<Pending>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A step that was sent without a session by a page that had been shown to the owner.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pending {
    /// The step's name in its address.
    pub step: String,
    /// What was typed.
    pub fields: FormFields,
    /// Names of users that came with it.
    pub labels: Labels,
}

/// What a new draft starts with.
#[derive(Clone, Debug)]
pub struct New {
    /// The language of the request.
    pub language: Lang,
    /// Slug of the issue.
    pub issue: Option<String>,
    /// What is typed already.
    pub fields: FormFields,
}

struct Row {
    id: Uuid,
    tenant: Uuid,
    owner: Uuid,
    version: i64,
    language: String,
    issue: Option<String>,
    fields: Json<FormFields>,
    labels: Json<Labels>,
    pending: Option<Json<Pending>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Row> for Draft {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            tenant: TenantId(row.tenant),
            owner: ObjectId(row.owner),
            version: row.version,
            language: Lang::from_tag(&row.language).unwrap_or_default(),
            issue: row.issue,
            fields: row.fields.0,
            labels: row.labels.0,
            pending: row.pending.map(|pending| pending.0),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

macro_rules! drafts {
    ($condition:literal, $owner:expr $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            r#"SELECT id, tenant, owner, version, language, issue, fields AS "fields: Json<FormFields>",
                 labels AS "labels: Json<Labels>", pending AS "pending: Json<Pending>", created_at, updated_at
               FROM drafts WHERE owner = $1 AND "# + $condition,
            $owner.object_id.0
            $(, $argument)*
        )
    };
}

/// The owner's draft `id`.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, owner: &Person, id: Uuid) -> Result<Option<Draft>, sqlx::Error> {
    Ok(drafts!("id = $2", owner, id).fetch_optional(&mut **tx).await?.map(Draft::from))
}

/// The same, kept as it is until the transaction ends.
///
/// # Errors
/// When the database is away.
pub async fn lock(tx: &mut Tx, owner: &Person, id: Uuid) -> Result<Option<Draft>, sqlx::Error> {
    Ok(drafts!("id = $2 FOR UPDATE", owner, id).fetch_optional(&mut **tx).await?.map(Draft::from))
}

/// At most `limit` of the owner's drafts, newest first, older than the draft `before`.
///
/// # Errors
/// When the database is away.
pub async fn list(tx: &mut Tx, owner: &Person, before: Option<Uuid>, limit: i64) -> Result<Vec<Draft>, sqlx::Error> {
    let before = before.unwrap_or(Uuid::max());
    let rows = drafts!("id < $2 ORDER BY id DESC LIMIT $3", owner, before, limit).fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(Draft::from).collect())
}

/// Begins the draft `id`; nothing when the owner has [`MAX_DRAFTS`] already.
///
/// # Errors
/// When the database is away.
pub async fn create(
    tx: &mut Tx,
    owner: &Person,
    id: Uuid,
    new: New,
    now: DateTime<Utc>,
) -> Result<Option<Draft>, sqlx::Error> {
    sqlx::query!(
        "INSERT INTO drafts (id, tenant, owner, owner_name, language, issue, fields, created_at, updated_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $8 WHERE (SELECT count(*) FROM drafts WHERE owner = $3) < $9",
        id,
        owner.tenant.0,
        owner.object_id.0,
        owner.name,
        new.language.tag(),
        new.issue,
        Json(&new.fields) as _,
        now,
        MAX_DRAFTS,
    )
    .execute(&mut **tx)
    .await?;
    find(tx, owner, id).await
}

/// Keeps what `draft` holds now, as the version after the one that was read.
///
/// # Errors
/// `RowNotFound` when it changed meanwhile or is gone; when the database is away.
pub async fn save(tx: &mut Tx, owner: &Person, draft: &Draft, now: DateTime<Utc>) -> Result<Draft, sqlx::Error> {
    let version = sqlx::query_scalar!(
        "UPDATE drafts SET version = version + 1, owner_name = $4, language = $5, issue = $6, fields = $7, labels = $8, pending = $9, updated_at = $10
         WHERE id = $1 AND owner = $2 AND version = $3 RETURNING version",
        draft.id,
        owner.object_id.0,
        draft.version,
        owner.name,
        draft.language.tag(),
        draft.issue,
        Json(&draft.fields) as _,
        Json(&draft.labels) as _,
        draft.pending.as_ref().map(Json) as _,
        now,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(Draft { version, updated_at: now, ..draft.clone() })
}

/// Keeps what came without a session beside the draft, in place of what came so before. False when there is no such draft.
///
/// # Errors
/// When the database is away.
pub async fn keep_pending(tx: &mut Tx, id: Uuid, pending: &Pending) -> Result<bool, sqlx::Error> {
    let kept = sqlx::query!("UPDATE drafts SET pending = $2 WHERE id = $1", id, Json(pending) as _);
    Ok(kept.execute(&mut **tx).await?.rows_affected() == 1)
}

/// Deletes the owner's draft `id` as it was seen. False when it changed meanwhile or is gone.
///
/// # Errors
/// When the database is away.
pub async fn delete(tx: &mut Tx, owner: &Person, id: Uuid, version: i64) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query!(
        "DELETE FROM drafts WHERE id = $1 AND owner = $2 AND version = $3",
        id,
        owner.object_id.0,
        version
    );
    Ok(gone.execute(&mut **tx).await?.rows_affected() == 1)
}

/// Deletes the drafts, of every owner, that nobody has changed for long.
///
/// # Errors
/// When the database is away.
pub async fn sweep(db: &Db, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut tx = db.identity().await?;
    sqlx::query!("DELETE FROM drafts WHERE updated_at <= $1", now - LIFETIME).execute(&mut *tx).await?;
    tx.commit().await
}
