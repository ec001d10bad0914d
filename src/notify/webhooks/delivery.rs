//! The background work that sends events to endpoints. Several desks share it, on the database's time.
//!
//! What a desk sends it has leased together with the endpoint: one call at a time for each endpoint, so that a slow one keeps nobody but
//! itself waiting. A delivery is marked after it was answered; a desk that dies in between sends it again, with the same `webhook-id`.

use super::client::{Client, Message};
use super::event::Event;
use super::sealed;
use super::sign::{Secret, signatures};
use crate::app::Desk;
use crate::audit::{self, Actor};
use crate::db::{self, Db, Tx};
use crate::notify::delivery::{LONGEST_WAIT, MARK_TRIES, PATIENT, POLL, SLACK, pause};
use crate::notify::{Kind, staff};
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::sleep;
use uuid::Uuid;

/// How many endpoints are called at once.
const LANES: usize = 8;
/// How many of them may be endpoints that failed when they were called last: dead ones leave the other lanes to those that answer.
const FAILING_LANES: usize = 4;
/// Most events of one round for which deliveries are made.
const MOST: i64 = 200;
/// The status by which a receiver says that it wants no more.
const GONE: u16 = 410;
/// So long after the first of nothing but failures, an endpoint is disabled.
const FAILING_FOR: Duration = LONGEST_WAIT;

/// Delivers for as long as the desk runs.
pub async fn work(desk: Data<Desk>) {
    if desk.webhooks.rules().dangerously_allow_loopback {
        tracing::warn!(
            "`webhooks.dangerously_allow_loopback` is on: whoever adds a webhook reaches every service of this machine"
        );
    }
    let mut under_way = JoinSet::new();
    let failing = Arc::new(Semaphore::new(FAILING_LANES));
    loop {
        let pause = match begin(&desk, &mut under_way, &failing).await {
            Ok(()) => POLL,
            Err(error) if db::is_away(&error) => {
                tracing::debug!(%error, "what is to be sent to webhooks cannot be read");
                POLL
            }
            Err(error) => {
                tracing::warn!(%error, "what is to be sent to webhooks cannot be read; is the login a member of exception_desk_mailer?");
                PATIENT
            }
        };
        tokio::select! {
            () = sleep(pause) => {}
            Some(_) = under_way.join_next() => {}
        }
    }
}

/// Begins what is due, in every lane that is free.
async fn begin(desk: &Data<Desk>, under_way: &mut JoinSet<()>, failing: &Arc<Semaphore>) -> Result<(), sqlx::Error> {
    spread(&desk.db).await?;
    while under_way.len() < LANES {
        let place = failing.clone().try_acquire_owned().ok();
        let Some(job) = claim(&desk.db, desk.webhooks.patience() + SLACK, place.is_some()).await? else { break };
        let place = place.filter(|_| job.failing);
        let desk = desk.clone();
        under_way.spawn(async move {
            attempt(desk, job).await;
            drop(place);
        });
    }
    Ok(())
}

/// Makes a delivery of each new event for every endpoint that wants it. What nobody wants is forgotten.
async fn spread(db: &Db) -> Result<(), sqlx::Error> {
    let mut tx = db.mailer().await?;
    sqlx::query!(
        "WITH due AS (
             SELECT id, kind, tenant FROM webhook_events WHERE spread_at IS NULL ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
         ), wanted AS (
             SELECT w.id AS endpoint_id, due.id AS event_id FROM due JOIN webhook_endpoints AS w ON w.disabled_at IS NULL
               AND (w.tenant IS NULL OR w.tenant = due.tenant) AND (w.kinds IS NULL OR due.kind = ANY(w.kinds))
         ), made AS (
             INSERT INTO webhook_deliveries (endpoint_id, event_id) SELECT endpoint_id, event_id FROM wanted
         ), forgotten AS (
             DELETE FROM webhook_events WHERE id IN (SELECT id FROM due EXCEPT SELECT event_id FROM wanted)
         )
         UPDATE webhook_events SET spread_at = now() WHERE id IN (SELECT event_id FROM wanted)",
        MOST,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// A delivery that is leased, and where it goes.
struct Job {
    endpoint_id: Uuid,
    event_id: Uuid,
    attempts: i32,
    /// When it was leased.
    at: DateTime<Utc>,
    url: String,
    /// Whether the endpoint failed when it was called last.
    failing: bool,
    /// Sealed, the newest first.
    secrets: Vec<String>,
    kind: String,
    data: Value,
    occurred_at: DateTime<Utc>,
}

/// The next delivery that is due, at an endpoint that no desk is calling, leased together with it; at one that fails only where `failing`
/// says so.
async fn claim(db: &Db, lease: Duration, failing: bool) -> Result<Option<Job>, sqlx::Error> {
    let mut tx = db.mailer().await?;
    let job = sqlx::query_as!(
        Job,
        r#"WITH next AS (
               SELECT w.id, w.url, w.failing_since IS NOT NULL AS failing, due.event_id FROM webhook_endpoints AS w CROSS JOIN LATERAL (
                   SELECT d.event_id, d.next_attempt_at FROM webhook_deliveries AS d
                   WHERE d.endpoint_id = w.id AND d.delivered_at IS NULL AND d.dead_at IS NULL AND d.next_attempt_at <= now()
                   ORDER BY d.next_attempt_at, d.event_id LIMIT 1) AS due
               WHERE w.disabled_at IS NULL AND w.busy_until <= now() AND ($2 OR w.failing_since IS NULL)
               ORDER BY due.next_attempt_at LIMIT 1 FOR UPDATE OF w SKIP LOCKED
           ), taken AS (
               UPDATE webhook_endpoints SET busy_until = now() + make_interval(secs => $1) WHERE id IN (SELECT id FROM next)
           )
           UPDATE webhook_deliveries AS d SET attempts = attempts + 1, last_attempt_at = now(),
             next_attempt_at = now() + make_interval(secs => $1)
           FROM next JOIN webhook_events AS e ON e.id = next.event_id
           WHERE d.endpoint_id = next.id AND d.event_id = next.event_id AND d.delivered_at IS NULL AND d.dead_at IS NULL
           RETURNING d.endpoint_id, d.event_id, d.attempts, now() AS "at!", next.url, next.failing AS "failing!", e.kind, e.data AS "data: Value", e.occurred_at,
             ARRAY(SELECT s.sealed FROM webhook_secrets AS s WHERE s.endpoint_id = next.id AND (s.until IS NULL OR s.until > now())
                   ORDER BY s.until DESC NULLS FIRST) AS "secrets!""#,
        lease.as_secs_f64(),
        failing,
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(job)
}

async fn attempt(desk: Data<Desk>, job: Job) {
    let answer = match message(&desk, &job) {
        // The client keeps its time itself; this is for what it does before and after.
        Some(message) => within(&desk.webhooks, &job.url, &message).await,
        None => Err("secret_unreadable"),
    };
    let result = Outcome::of(answer);
    let label = if result.delivered { "delivered" } else { "failed" };
    metrics::counter!("desk_webhooks_total", "result" => label).increment(1);
    if !result.delivered {
        tracing::warn!(webhook = %job.endpoint_id, event = %job.event_id, code = result.code, attempt = job.attempts, "an event was not delivered");
    }
    conclude(&desk, &job, &result).await;
}

async fn within(client: &Client, url: &str, message: &Message) -> Result<u16, &'static str> {
    tokio::time::timeout(client.patience(), client.send(url, message)).await.unwrap_or(Err("timeout"))
}

/// The message of `job`, signed with every secret that its endpoint has and this desk's key opens; none without one.
fn message(desk: &Desk, job: &Job) -> Option<Message> {
    let secrets: Vec<Secret> =
        job.secrets.iter().filter_map(|sealed| sealed::open(&desk.seal, job.endpoint_id, sealed)).collect();
    let event =
        Event { id: job.event_id, kind: job.kind.clone(), data: job.data.clone(), occurred_at: job.occurred_at };
    let (id, body, timestamp) = (event.id.to_string(), event.body(&desk.config.public_base()), job.at.timestamp());
    let signature = signatures(&secrets, &id, timestamp, &body)?;
    Some(Message { id, timestamp, signature, body })
}

/// What came of an attempt.
struct Outcome {
    code: String,
    delivered: bool,
    gone: bool,
}

impl Outcome {
    fn of(answer: Result<u16, &'static str>) -> Self {
        match answer {
            Ok(status) => {
                let (delivered, gone) = ((200..300).contains(&status), status == GONE);
                Self { code: format!("http_{status}"), delivered, gone }
            }
            Err(code) => Self { code: code.to_owned(), delivered: false, gone: false },
        }
    }
}

async fn conclude(desk: &Desk, job: &Job, outcome: &Outcome) {
    let mut pause = Duration::from_millis(200);
    for _ in 0..MARK_TRIES {
        match mark(desk, job, outcome).await {
            Ok(()) => return,
            Err(error) => {
                tracing::warn!(webhook = %job.endpoint_id, event = %job.event_id, %error, "what became of a delivery could not be kept");
            }
        }
        sleep(pause).await;
        pause *= 2;
    }
}

async fn mark(desk: &Desk, job: &Job, outcome: &Outcome) -> Result<(), sqlx::Error> {
    let mut tx = desk.db.mailer().await?;
    if outcome.delivered {
        mark_delivered(&mut tx, job, outcome).await?;
    } else if let Some(because) = mark_failed(&mut tx, job, outcome).await? {
        tracing::warn!(webhook = %job.endpoint_id, because, "a webhook was disabled");
        metrics::counter!("desk_webhooks_disabled_total", "because" => because).increment(1);
        let event = audit::Event {
            actor: Actor::System,
            action: "webhook.disabled",
            subject_kind: "webhook",
            subject_id: job.endpoint_id,
            tenant: None,
            details: json!({ "because": because }),
            personal: None,
        };
        let now = desk.clock.now();
        audit::record(&mut tx, now, event).await?;
        db::become_staff(&mut tx).await?;
        let data = json!({ "webhook": job.endpoint_id, "because": because, "at": now });
        staff::tell_leads(desk, &mut tx, Kind::WebhookDisabled, &data, now).await?;
    }
    tx.commit().await
}

/// What was taken was taken, whoever has the lease by now.
async fn mark_delivered(tx: &mut Tx, job: &Job, outcome: &Outcome) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "WITH delivered AS (
             UPDATE webhook_deliveries SET delivered_at = now(), dead_at = NULL, last_result = $3
             WHERE endpoint_id = $1 AND event_id = $2
         )
         UPDATE webhook_endpoints SET busy_until = now(), last_success_at = now(), failing_since = NULL WHERE id = $1",
        job.endpoint_id,
        job.event_id,
        outcome.code,
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// Why the endpoint is disabled from now on, if it is.
async fn mark_failed(tx: &mut Tx, job: &Job, outcome: &Outcome) -> Result<Option<&'static str>, sqlx::Error> {
    sqlx::query!(
        "UPDATE webhook_deliveries SET last_result = $4, next_attempt_at = now() + make_interval(secs => $5),
             dead_at = CASE WHEN $6 OR created_at + make_interval(secs => $7) <= now() THEN now() END
         WHERE endpoint_id = $1 AND event_id = $2 AND attempts = $3 AND delivered_at IS NULL",
        job.endpoint_id,
        job.event_id,
        job.attempts,
        outcome.code,
        pause(job.attempts, false, job.event_id),
        outcome.gone,
        LONGEST_WAIT.as_secs_f64(),
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "UPDATE webhook_endpoints SET busy_until = now(), last_failure_at = now(), last_failure = $2,
             failing_since = coalesce(failing_since, now()) WHERE id = $1",
        job.endpoint_id,
        outcome.code,
    )
    .execute(&mut **tx)
    .await?;
    let because = if outcome.gone { "gone" } else { "failing" };
    let disabled = sqlx::query!(
        "UPDATE webhook_endpoints SET disabled_at = now(), disabled_because = $2
         WHERE id = $1 AND disabled_at IS NULL AND ($3 OR failing_since + make_interval(secs => $4) <= now())",
        job.endpoint_id,
        because,
        outcome.gone,
        FAILING_FOR.as_secs_f64(),
    )
    .execute(&mut **tx)
    .await?;
    Ok((disabled.rows_affected() == 1).then_some(because))
}
