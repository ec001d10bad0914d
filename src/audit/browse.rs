//! Reading the log: by what happened, who did it, to what, whose it is, and when; newest first.

use super::chain::Hash;
use super::store::{Anchor, Period, count_waiting, hash_at, last_anchor, top};
use super::timeline::Step;
use crate::db::Tx;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// Which events are looked for; those that meet every condition.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// What happened, as `noun.verb`.
    pub action: Option<String>,
    /// Who did it.
    pub actor: Option<Uuid>,
    /// To which things: any of these.
    pub subjects: Option<Vec<Uuid>>,
    /// Whose data.
    pub tenant: Option<Uuid>,
    /// When.
    pub period: Period,
}

/// An event of the log.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Recorded {
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// `person`, `client` or `system`.
    pub actor_kind: String,
    /// Of which tenant they are.
    pub actor_tenant: Option<Uuid>,
    /// Who.
    pub actor_object_id: Option<Uuid>,
    /// The role that allowed it.
    pub actor_role: Option<String>,
    /// What, as `noun.verb`.
    pub action: String,
    /// The kind of thing.
    pub subject_kind: String,
    /// The thing.
    pub subject_id: Uuid,
    /// Whose data it is about; null when it is about the desk itself.
    pub tenant: Option<Uuid>,
    /// Codes, instants, before and after.
    #[schema(value_type = Object)]
    pub details: Value,
    /// What a person wrote; null when nothing, or erased.
    #[schema(value_type = Option<Object>)]
    pub personal: Option<Value>,
    /// When the personal text was erased.
    pub erased_at: Option<DateTime<Utc>>,
    /// What came of it: a request's or an appeal's status.
    pub outcome: Option<String>,
    /// Its position in the chain; null while it waits.
    pub chain_position: Option<i64>,
    /// Its hash in the chain, in hex.
    pub chain_hash: Option<String>,
}

impl Recorded {
    /// As the words about it take it.
    pub fn step(&self) -> Step {
        Step {
            at: self.at,
            actor_kind: self.actor_kind.clone(),
            action: self.action.clone(),
            outcome: self.outcome.clone(),
            moved: None,
        }
    }
}

macro_rules! recorded {
    ($condition:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Recorded,
            "SELECT id, at, actor_kind, actor_tenant, actor_object_id, actor_role, action, subject_kind, subject_id, tenant, details,
               personal, erased_at, outcome, chain_position, encode(chain_hash, 'hex') AS chain_hash
             FROM audit_events WHERE " + $condition
            $(, $argument)*
        )
    };
}

/// At most `limit` events that `filter` lets through, newest first, older than the event `before`.
///
/// # Errors
/// When the database is away.
pub async fn list(
    tx: &mut Tx,
    filter: &Filter,
    before: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<Recorded>, sqlx::Error> {
    let (at, id) = before.unzip();
    recorded!(
        "($1::text IS NULL OR action = $1) AND ($2::uuid IS NULL OR actor_object_id = $2)
         AND ($3::uuid[] IS NULL OR subject_id = ANY($3)) AND ($4::uuid IS NULL OR tenant = $4)
         AND ($5::timestamptz IS NULL OR at >= $5) AND ($6::timestamptz IS NULL OR at < $6)
         AND ($7::timestamptz IS NULL OR (at, id) < ($7, $8)) ORDER BY at DESC, id DESC LIMIT $9",
        filter.action,
        filter.actor,
        filter.subjects.as_deref(),
        filter.tenant,
        filter.period.from,
        filter.period.until,
        at,
        id,
        limit
    )
    .fetch_all(&mut **tx)
    .await
}

/// The event `id`.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Recorded>, sqlx::Error> {
    recorded!("id = $1", id).fetch_optional(&mut **tx).await
}

/// Whose decisions are sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deciders {
    /// All.
    All,
    /// Those of people.
    People,
    /// Those of the policy, at submission.
    Policy,
}

/// `size` decisions of `period`, drawn by `seed`: those whose SHA-256 of `SEED:EVENT ID` comes first. The same for everybody who
/// draws again. With them, how many there were to draw from.
///
/// # Errors
/// When the database is away.
pub async fn sample(
    tx: &mut Tx,
    seed: &str,
    size: i64,
    period: Period,
    deciders: Deciders,
) -> Result<(Vec<Recorded>, i64), sqlx::Error> {
    let people = deciders != Deciders::Policy;
    let policy = deciders != Deciders::People;
    let drawn = recorded!(
        "at >= $1 AND at < $2 AND (($3 AND action IN ('request.accepted', 'request.denied'))
           OR ($4 AND action = 'request.filed' AND outcome IN ('accepted', 'denied')))
         ORDER BY sha256(convert_to($5 || ':' || id::text, 'UTF8')) LIMIT $6",
        period.from,
        period.until,
        people,
        policy,
        seed,
        size
    )
    .fetch_all(&mut **tx)
    .await?;
    let all = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM audit_events
           WHERE at >= $1 AND at < $2 AND (($3 AND action IN ('request.accepted', 'request.denied'))
             OR ($4 AND action = 'request.filed' AND outcome IN ('accepted', 'denied')))"#,
        period.from,
        period.until,
        people,
        policy,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok((drawn, all))
}

/// How the chain stands.
#[derive(Clone, Debug)]
pub struct ChainState {
    /// The last position: how many events are sealed.
    pub position: i64,
    /// Its hash.
    pub hash: Hash,
    /// How many events wait.
    pub waiting: i64,
    /// The last signed head.
    pub head: Option<Anchor>,
    /// Whether the chain has another hash where that head was signed, or none.
    pub contradicted: bool,
}

impl ChainState {
    /// How it stands now.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn read(tx: &mut Tx) -> Result<Self, sqlx::Error> {
        let (position, hash) = top(tx).await?;
        let head = last_anchor(tx).await?;
        let contradicted = match &head {
            Some(head) => hash_at(tx, head.position).await? != Hash::from_bytes(&head.hash),
            None => false,
        };
        Ok(Self { position, hash, waiting: count_waiting(tx).await?, head, contradicted })
    }
}
