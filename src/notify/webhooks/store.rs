//! Endpoints and deliveries as leads see them, and what they do to them.

use super::event::{Event, TEST};
use super::{DeliveryState, NewWebhook, Webhook, WebhookDelivery, WebhookState};
use crate::db::Tx;
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

struct Row {
    id: Uuid,
    version: i64,
    url: String,
    description: String,
    types: Option<Vec<String>>,
    tenant: Option<Uuid>,
    disabled_because: Option<String>,
    disabled_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    last_success_at: Option<DateTime<Utc>>,
    last_failure_at: Option<DateTime<Utc>>,
    last_failure: Option<String>,
    old_secret_until: Option<DateTime<Utc>>,
    waiting: i64,
    dead: i64,
}

impl From<Row> for Webhook {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            version: row.version,
            url: row.url,
            description: row.description,
            types: row.types,
            tenant: row.tenant,
            state: if row.disabled_at.is_some() { WebhookState::Disabled } else { WebhookState::Enabled },
            disabled_because: row.disabled_because,
            disabled_at: row.disabled_at,
            created_at: row.created_at,
            last_success_at: row.last_success_at,
            last_failure_at: row.last_failure_at,
            last_failure: row.last_failure,
            old_secret_until: row.old_secret_until,
            waiting: row.waiting,
            dead: row.dead,
        }
    }
}

/// Every endpoint, or the one of this id, the newest first.
pub(super) async fn list(tx: &mut Tx, id: Option<Uuid>) -> Result<Vec<Webhook>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT w.id, w.version, w.url, w.description, w.kinds AS types, w.tenant, w.disabled_because, w.disabled_at, w.created_at,
             w.last_success_at, w.last_failure_at, w.last_failure,
             (SELECT max(s.until) FROM webhook_secrets AS s WHERE s.endpoint_id = w.id AND s.until > now()) AS old_secret_until,
             count(d.event_id) FILTER (WHERE d.delivered_at IS NULL AND d.dead_at IS NULL) AS "waiting!",
             count(d.event_id) FILTER (WHERE d.dead_at IS NOT NULL) AS "dead!"
           FROM webhook_endpoints AS w LEFT JOIN webhook_deliveries AS d ON d.endpoint_id = w.id
           WHERE $1::uuid IS NULL OR w.id = $1 GROUP BY w.id ORDER BY w.id DESC"#,
        id,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(Webhook::from).collect())
}

/// The endpoint `id`.
pub(super) async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Webhook>, sqlx::Error> {
    Ok(list(tx, Some(id)).await?.pop())
}

/// How many endpoints there are. Until `tx` ends, nobody else adds one.
pub(super) async fn count(tx: &mut Tx) -> Result<i64, sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('webhook endpoints', 2))").fetch_one(&mut **tx).await?;
    sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM webhook_endpoints"#).fetch_one(&mut **tx).await
}

/// Adds an endpoint; false when there is one of this id.
pub(super) async fn insert(
    tx: &mut Tx,
    id: Uuid,
    new: &NewWebhook,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "INSERT INTO webhook_endpoints (id, url, description, kinds, tenant, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING",
        id,
        new.url,
        new.description,
        new.types.as_deref(),
        new.tenant.map(|tenant| tenant.0),
        now,
        by,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Makes the endpoint `id` what `new` says; false when it is not at `version` any more.
pub(super) async fn update(tx: &mut Tx, id: Uuid, version: i64, new: &NewWebhook) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE webhook_endpoints SET url = $3, description = $4, kinds = $5, tenant = $6, version = version + 1
         WHERE id = $1 AND version = $2",
        id,
        version,
        new.url,
        new.description,
        new.types.as_deref(),
        new.tenant.map(|tenant| tenant.0),
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets the deliveries to the endpoint `id` that are not for what it is now: of another tenant, or of another type. None of
/// them is sent to where it is now.
pub(super) async fn forget_beyond(tx: &mut Tx, id: Uuid, new: &NewWebhook) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM webhook_deliveries AS d USING webhook_events AS e
         WHERE d.endpoint_id = $1 AND e.id = d.event_id AND e.tenant IS NOT NULL
           AND ($2::uuid <> e.tenant OR NOT e.kind = ANY($3::text[]))",
        id,
        new.tenant.map(|tenant| tenant.0),
        new.types.as_deref(),
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// Gives the endpoint `id` a secret to sign with from now on.
pub(super) async fn put_secret(
    tx: &mut Tx,
    id: Uuid,
    secret: Uuid,
    sealed: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO webhook_secrets (id, endpoint_id, sealed, made_at) VALUES ($1, $2, $3, $4)",
        secret,
        id,
        sealed,
        now,
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// Lets the secret in use sign for a day more; false while an older one still does, or when there is no such endpoint.
pub(super) async fn end_secret(tx: &mut Tx, id: Uuid) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE webhook_secrets AS s SET until = now() + interval '1 day' WHERE endpoint_id = $1 AND until IS NULL
           AND NOT EXISTS (SELECT FROM webhook_secrets AS old WHERE old.endpoint_id = $1 AND old.until > now())",
        id,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Enables or disables the endpoint `id`; false when it is so already.
pub(super) async fn switch(tx: &mut Tx, id: Uuid, enabled: bool) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE webhook_endpoints SET failing_since = NULL, disabled_at = CASE WHEN NOT $2 THEN now() END,
             disabled_because = CASE WHEN NOT $2 THEN 'person' END
         WHERE id = $1 AND (disabled_at IS NOT NULL) = $2",
        id,
        enabled,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets the endpoint `id` with its secrets and deliveries.
pub(super) async fn delete(tx: &mut Tx, id: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM webhook_endpoints WHERE id = $1", id).execute(&mut **tx).await.map(drop)
}

/// Puts the event `test`, for the endpoint `id` alone, on its way.
pub(super) async fn insert_test(
    tx: &mut Tx,
    id: Uuid,
    event: Uuid,
    data: &Value,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO webhook_events (id, kind, data, occurred_at, spread_at) VALUES ($1, $2, $3, $4, now())",
        event,
        TEST,
        data,
        now,
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!("INSERT INTO webhook_deliveries (endpoint_id, event_id) VALUES ($1, $2)", id, event)
        .execute(&mut **tx)
        .await
        .map(drop)
}

/// A delivery and the event that it brings.
pub(super) struct Kept {
    pub delivery: WebhookDelivery,
    pub event: Event,
}

struct DeliveryRow {
    id: Uuid,
    kind: String,
    data: Value,
    occurred_at: DateTime<Utc>,
    attempts: i32,
    next_attempt_at: DateTime<Utc>,
    last_attempt_at: Option<DateTime<Utc>>,
    last_result: Option<String>,
    delivered_at: Option<DateTime<Utc>>,
    dead_at: Option<DateTime<Utc>>,
}

impl From<DeliveryRow> for Kept {
    fn from(row: DeliveryRow) -> Self {
        let state = match (row.delivered_at, row.dead_at) {
            (Some(_), _) => DeliveryState::Delivered,
            (None, Some(_)) => DeliveryState::Dead,
            (None, None) => DeliveryState::Waiting,
        };
        let delivery = WebhookDelivery {
            id: row.id,
            kind: row.kind.clone(),
            reference: row.data["reference"].as_str().map(str::to_owned),
            state,
            attempts: row.attempts,
            last_attempt_at: row.last_attempt_at,
            last_result: row.last_result,
            next_attempt_at: (state == DeliveryState::Waiting).then_some(row.next_attempt_at),
            done_at: row.delivered_at.or(row.dead_at),
            occurred_at: row.occurred_at,
        };
        Self { delivery, event: Event { id: row.id, kind: row.kind, data: row.data, occurred_at: row.occurred_at } }
    }
}

macro_rules! deliveries {
    ($condition:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            DeliveryRow,
            r#"SELECT e.id, e.kind, e.data AS "data: Value", e.occurred_at, d.attempts, d.next_attempt_at, d.last_attempt_at,
                 d.last_result, d.delivered_at, d.dead_at
               FROM webhook_deliveries AS d JOIN webhook_events AS e ON e.id = d.event_id WHERE d.endpoint_id = $1 AND "# + $condition
            $(, $argument)*
        )
    };
}

/// At most `limit` deliveries to the endpoint `id`, in `state` if one is given, newest first, older than the event `before`.
pub(super) async fn deliveries(
    tx: &mut Tx,
    id: Uuid,
    state: Option<DeliveryState>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<WebhookDelivery>, sqlx::Error> {
    let rows = deliveries!(
        "d.event_id < $2 AND ($3::text IS NULL
           OR $3 = CASE WHEN d.delivered_at IS NOT NULL THEN 'delivered' WHEN d.dead_at IS NOT NULL THEN 'dead' ELSE 'waiting' END)
         ORDER BY d.event_id DESC LIMIT $4",
        id,
        before.unwrap_or(Uuid::max()),
        state.map(DeliveryState::code),
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| Kept::from(row).delivery).collect())
}

/// The delivery of `event` to the endpoint `id`.
pub(super) async fn delivery(tx: &mut Tx, id: Uuid, event: Uuid) -> Result<Option<Kept>, sqlx::Error> {
    Ok(deliveries!("d.event_id = $2", id, event).fetch_optional(&mut **tx).await?.map(Kept::from))
}

/// Lets the delivery wait again; false when it does already.
pub(super) async fn send_again(tx: &mut Tx, id: Uuid, event: Uuid) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE webhook_deliveries SET attempts = 0, next_attempt_at = now(), delivered_at = NULL, dead_at = NULL
         WHERE endpoint_id = $1 AND event_id = $2 AND (delivered_at IS NOT NULL OR dead_at IS NOT NULL)",
        id,
        event,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
