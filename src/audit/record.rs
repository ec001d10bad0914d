//! One row for each change.

use super::chain::personal_digest;
use crate::clock;
use crate::db::Tx;
use crate::identity::{ObjectId, Role, TenantId};
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

/// Who acted.
#[derive(Clone, Copy, Debug)]
pub enum Actor {
    /// Somebody signed in, acting in `role`.
    Person {
        /// Their tenant.
        tenant: TenantId,
        /// Their object id.
        object_id: ObjectId,
        /// The role that allowed it.
        role: Role,
    },
    /// The desk itself: expiry, automatic grants, the command line.
    System,
}

/// What happened, to what, and what a reader must know to understand it later.
#[derive(Debug)]
pub struct Event {
    /// Who.
    pub actor: Actor,
    /// What, as `noun.verb`: `request.filed`.
    pub action: &'static str,
    /// The kind of thing: `request`, `exception`, `suspension`, `partner`.
    pub subject_kind: &'static str,
    /// The thing.
    pub subject_id: Uuid,
    /// Whose data it is about, if a tenant's.
    pub tenant: Option<TenantId>,
    /// Codes, instants, before and after. INVARIANT: nothing that a person wrote, and no number with a fraction.
    pub details: Value,
    /// What a person wrote, such as a reason. Can be erased later without breaking the chain.
    pub personal: Option<Value>,
}

/// An event as a row of `audit_events`, for the one statement that writes it together with what happened.
#[derive(Debug)]
pub struct Row {
    /// The row's id.
    pub id: Uuid,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// `person` or `system`.
    pub actor_kind: &'static str,
    /// The person's tenant.
    pub actor_tenant: Option<Uuid>,
    /// The person's object id.
    pub actor_object_id: Option<Uuid>,
    /// The role that allowed it.
    pub actor_role: Option<&'static str>,
    /// What happened, to what and about whom.
    pub event: Event,
    salt: Option<Vec<u8>>,
    digest: Option<Vec<u8>>,
}

impl Row {
    /// The row of `event`, which happened `at`.
    pub fn new(at: DateTime<Utc>, event: Event) -> Self {
        let (actor_kind, actor_tenant, actor_object_id, actor_role) = match event.actor {
            Actor::Person { tenant, object_id, role } => {
                ("person", Some(tenant.0), Some(object_id.0), Some(role.code()))
            }
            Actor::System => ("system", None, None, None),
        };
        let sealed = event.personal.as_ref().map(|personal| {
            let salt = clock::secret_bytes::<16>();
            let digest = personal_digest(&salt, &personal.to_string());
            (salt.to_vec(), digest.bytes().to_vec())
        });
        let (salt, digest) = sealed.unzip();
        Self { id: clock::fresh_id(at), at, actor_kind, actor_tenant, actor_object_id, actor_role, event, salt, digest }
    }
}

/// Appends `event`.
///
/// # Errors
/// When the database is away or the transaction's role may not write about `event.tenant`.
pub async fn record(tx: &mut Tx, at: DateTime<Utc>, event: Event) -> Result<(), sqlx::Error> {
    let row = Row::new(at, event);
    sqlx::query!(
        "INSERT INTO audit_events (id, at, actor_kind, actor_tenant, actor_object_id, actor_role, action, subject_kind,
             subject_id, tenant, details, personal, personal_salt, personal_digest)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        row.id,
        at,
        row.actor_kind,
        row.actor_tenant,
        row.actor_object_id,
        row.actor_role,
        row.event.action,
        row.event.subject_kind,
        row.event.subject_id,
        row.event.tenant.map(|tenant| tenant.0),
        row.event.details,
        row.event.personal,
        row.salt,
        row.digest,
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// Appends `events`, which happened together, in one statement.
///
/// # Errors
/// As [`record`].
pub async fn record_all(tx: &mut Tx, at: DateTime<Utc>, events: Vec<Event>) -> Result<(), sqlx::Error> {
    let rows: Vec<_> = events.into_iter().map(|event| Row::new(at, event)).collect();
    sqlx::query!(
        "INSERT INTO audit_events (id, at, actor_kind, actor_tenant, actor_object_id, actor_role, action, subject_kind,
             subject_id, tenant, details, personal, personal_salt, personal_digest)
         SELECT id, $1, actor_kind, actor_tenant, actor_object_id, actor_role, action, subject_kind, subject_id, tenant,
             details, personal, salt, digest
         FROM unnest($2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::uuid[],
             $10::uuid[], $11::jsonb[], $12::jsonb[], $13::bytea[], $14::bytea[])
             AS new (id, actor_kind, actor_tenant, actor_object_id, actor_role, action, subject_kind, subject_id, tenant,
                 details, personal, salt, digest)",
        at,
        &each(&rows, |row| row.id),
        each(&rows, |row| row.actor_kind) as _,
        each(&rows, |row| row.actor_tenant) as _,
        each(&rows, |row| row.actor_object_id) as _,
        each(&rows, |row| row.actor_role) as _,
        each(&rows, |row| row.event.action) as _,
        each(&rows, |row| row.event.subject_kind) as _,
        &each(&rows, |row| row.event.subject_id),
        each(&rows, |row| row.event.tenant.map(|tenant| tenant.0)) as _,
        &each(&rows, |row| row.event.details.clone()),
        each(&rows, |row| row.event.personal.clone()) as _,
        each(&rows, |row| row.salt.clone()) as _,
        each(&rows, |row| row.digest.clone()) as _,
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

fn each<'a, T>(rows: &'a [Row], column: impl Fn(&'a Row) -> T) -> Vec<T> {
    rows.iter().map(column).collect()
}
