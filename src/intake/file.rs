//! Filing a request: judge it, keep it, grant it at once or promise an answer, all in one transaction.

use super::clock::BUSINESS_DAYS;
use super::course::{ClockSet, Course};
use super::request::{self, Request, Status};
use super::{NewRequest, RequestBody};
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::clock;
use crate::config::AutoGrant;
use crate::db::{self, Db, Tx};
use crate::exceptions::{self, Exception, Grant, GrantedBy};
use crate::identity::{Filer, TenantId, partners};
use crate::policy::{Classification, Outcome};
use crate::problem::{InputError, Kind};
use crate::web::{Failure, Message};
use actix_web::web::Data;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use mfa_enforcement::wire::Subjects;
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::types::Json;

/// How long a repeated `Idempotency-Key` gives the first answer.
const KEY_LIFETIME: TimeDelta = TimeDelta::hours(24);

/// What filing came to.
#[derive(Debug)]
pub struct Filed {
    /// The request as it is kept.
    pub request: Request,
    /// What was granted at once.
    pub exception: Option<Exception>,
    /// Whether this repeats an earlier call's answer.
    pub repeated: bool,
}

/// Understands `body` by the edition of the policy that applies now.
///
/// # Errors
/// Everything that is wrong with it.
pub fn understand(desk: &Desk, body: RequestBody, now: DateTime<Utc>) -> Result<NewRequest, Failure> {
    let edition = desk.policies.at(now).map_err(|error| Failure::internal(anyhow::anyhow!("{error}")))?;
    NewRequest::try_from(body, edition, now).map_err(Failure::invalid)
}

/// Files `body` for the filer's tenant. Goes to its end even when the caller goes away.
///
/// # Errors
/// 403 when the tenant is not registered; 409 when a request for the same issue is open (the way out leads to it) or the
/// key's first call is still running; 422 for bad input or a key that was used for another body; 503.
pub async fn file(desk: Data<Desk>, filer: Filer, body: RequestBody, key: Option<String>) -> Result<Filed, Failure> {
    let key = key.map(|key| Key::new(key, &body)).transpose()?;
    db::to_the_end(async move {
        let mut tx = desk.db.partner(filer.tenant).await?;
        if let Some(key) = &key
            && let Some(first) = key.first_answer(&mut tx, &filer, desk.clock.now()).await?
        {
            return Ok(first);
        }
        // Only now: a repeat gets the first answer even when the same body would be judged otherwise by now.
        let new = understand(&desk, body.clone(), desk.clock.now())?;
        let filed = keep(&desk, &mut tx, &filer, body, &new, key).await?;
        tx.commit().await?;
        if filed.exception.is_some() {
            desk.feed.catch_up().await;
        }
        tracing::info!(request = %filed.request.id, status = filed.request.status.code(), "request filed");
        Ok(filed)
    })
    .await
}

async fn keep(
    desk: &Desk,
    tx: &mut Tx,
    filer: &Filer,
    body: RequestBody,
    new: &NewRequest,
    key: Option<Key>,
) -> Result<Filed, Failure> {
    let now = new.submitted_at;
    let partner = partners::find(tx, filer.tenant).await?.ok_or_else(|| not_registered(filer.tenant))?;
    lock_filings(tx, filer.tenant).await?;
    if let Some(open) = request::find_open(tx, filer.tenant, &new.issue).await? {
        return Err(open_already(&open.reference));
    }
    let classification = new.classify(desk.text_check.as_deref());
    let guards = guards(desk, &classification);
    let status = match classification.outcome {
        Outcome::Accept if guards.is_empty() => Status::Accepted,
        Outcome::Accept | Outcome::Review => Status::InReview,
        Outcome::Deny => Status::Denied,
    };
    let calendar = partner.calendar_in(&desk.calendars);
    let due_at = match status {
        Status::InReview => {
            let due = calendar.due(now, BUSINESS_DAYS, &[]);
            due.map_err(|error| Failure::internal(anyhow::anyhow!("{error}")))?.at()
        }
        _ => None,
    };
    let number = sqlx::query_scalar!(r#"SELECT nextval('request_numbers') AS "number!""#).fetch_one(&mut **tx).await?;
    let request = Request {
        id: clock::fresh_id(now),
        reference: format!("{}-{}-{number:06}", desk.config.intake.reference_prefix, now.year()),
        tenant: filer.tenant,
        tenant_name: partner.name,
        status,
        version: 1,
        language: new.language,
        asked: body,
        classification,
        guards,
        filed_at: now,
        filed_by: filer.object_id,
        filed_by_name: filer.name.clone(),
        calendar: calendar.id().to_owned(),
        due_at,
        decided_at: (!status.is_open()).then_some(now),
        decision_reason: None,
        course: Course {
            clock: due_at.map(|_| ClockSet { from: now, business_days: BUSINESS_DAYS }),
            ..Course::default()
        },
    };
    insert(tx, &request, filer).await?;
    if let Some(key) = key {
        key.remember(tx, &request).await?;
    }
    let exception = match status {
        Status::Accepted => Some(grant_at_once(tx, new, &request, now).await?),
        _ => None,
    };
    Ok(Filed { request, exception, repeated: false })
}

/// One filing of a tenant at a time: what is looked at from here on still holds when it is written.
pub(super) async fn lock_filings(tx: &mut Tx, tenant: TenantId) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", tenant.to_string())
        .fetch_one(&mut **tx)
        .await
        .map(drop)
}

/// What turns an accept into a review, by code.
fn guards(desk: &Desk, classification: &Classification) -> Vec<String> {
    let off = classification.outcome == Outcome::Accept && desk.config.intake.auto_grant == AutoGrant::Off;
    off.then(|| "auto_grant_off".to_owned()).into_iter().collect()
}

async fn insert(tx: &mut Tx, request: &Request, filer: &Filer) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO requests (id, reference, tenant, status, issue, language, asked, classification, guards, filed_at,
             filed_by, filed_by_name, filed_with_mfa, calendar, due_at, decided_at, clock_from)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        request.id,
        request.reference,
        request.tenant.0,
        request.status.code(),
        request.asked.issue,
        request.language.tag(),
        Json(&request.asked) as _,
        Json(&request.classification) as _,
        &request.guards,
        request.filed_at,
        request.filed_by.0,
        request.filed_by_name,
        filer.mfa,
        request.calendar,
        request.due_at,
        request.decided_at,
        request.course.clock.map(|clock| clock.from),
    )
    .execute(&mut **tx)
    .await?;
    let classification = &request.classification;
    let event = Event {
        actor: filer.actor(),
        action: "request.filed",
        subject_kind: "request",
        subject_id: request.id,
        tenant: Some(request.tenant),
        details: json!({
            "reference": request.reference,
            "issue": request.asked.issue,
            "outcome": classification.outcome,
            "policy_version": classification.policy_version,
            "guards": request.guards,
            "status": request.status,
            "due_at": request.due_at,
        }),
        personal: None,
    };
    audit::record(tx, request.filed_at, event).await
}

async fn grant_at_once(
    tx: &mut Tx,
    new: &NewRequest,
    request: &Request,
    now: DateTime<Utc>,
) -> Result<Exception, Failure> {
    let end = new.scope.end(now);
    let issue = new.edition().issue(&new.issue);
    let grant = Grant {
        request_id: request.id,
        reference: &request.reference,
        tenant: request.tenant,
        issue: &new.issue,
        subjects: subjects(&new.scope.subjects),
        surfaces: new.scope.surfaces.iter().cloned().collect(),
        not_before: new.scope.start(now),
        expires_at: issue.map_or(end, |issue| issue.cut_at_sunset(end)),
        by: GrantedBy::Policy,
    };
    Ok(exceptions::grant(tx, grant, now).await?)
}

/// The policy's subjects as enforcement points know them.
pub fn subjects(subjects: &crate::policy::case::Subjects) -> Subjects {
    match subjects {
        crate::policy::case::Subjects::All => Subjects::All,
        crate::policy::case::Subjects::Users(ids) => Subjects::Users(ids.iter().copied().collect()),
    }
}

/// A tenant that is not in the register can ask for nothing; the operator has to add it.
pub(super) fn not_registered(tenant: TenantId) -> Failure {
    let detail = Message::new("not-allowed-tenant-not-registered").with("tenant", tenant.to_string());
    Failure::new(Kind::NotAllowed).detail(detail)
}

pub(super) fn open_already(reference: &str) -> Failure {
    let detail = Message::new("open-request-exists-as").with("reference", reference.to_owned());
    Failure::new(Kind::OpenRequestExists)
        .detail(detail)
        .way_out(format!("/support/requests/{reference}"), Message::new("open-request-show"))
}

/// Deletes the keys, of every tenant, whose time is over.
///
/// # Errors
/// When the database is away.
pub async fn sweep_keys(db: &Db, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut tx = db.identity().await?;
    sqlx::query!("DELETE FROM idempotency_keys WHERE created_at <= $1", now - KEY_LIFETIME).execute(&mut *tx).await?;
    tx.commit().await
}

/// An `Idempotency-Key` and the body that came with it.
struct Key {
    key: String,
    digest: Vec<u8>,
}

impl Key {
    fn new(key: String, body: &RequestBody) -> Result<Self, Failure> {
        if key.is_empty() || key.len() > 200 || !key.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
            return Err(InputError::new("/Idempotency-Key", "idempotency_key_invalid").into());
        }
        let body = serde_json::to_vec(body).map_err(Failure::internal)?;
        Ok(Self { key, digest: Sha256::digest(body).to_vec() })
    }

    /// The answer that this key got before. The lock is held until the transaction ends, so a key's second call finds
    /// either the first's answer or the first still running.
    async fn first_answer(&self, tx: &mut Tx, filer: &Filer, now: DateTime<Utc>) -> Result<Option<Filed>, Failure> {
        let name = format!("{} {}", filer.tenant, self.key);
        let alone =
            sqlx::query_scalar!(r#"SELECT pg_try_advisory_xact_lock(hashtextextended($1, 2)) AS "alone!""#, name)
                .fetch_one(&mut **tx)
                .await?;
        if !alone {
            return Err(Failure::new(Kind::IdempotencyKeyInUse).retry_after(1));
        }
        sqlx::query!("DELETE FROM idempotency_keys WHERE key = $1 AND created_at <= $2", self.key, now - KEY_LIFETIME)
            .execute(&mut **tx)
            .await?;
        let first = sqlx::query!("SELECT request_digest, request_id FROM idempotency_keys WHERE key = $1", self.key)
            .fetch_optional(&mut **tx)
            .await?;
        let Some(first) = first else { return Ok(None) };
        if first.request_digest != self.digest {
            return Err(Failure::new(Kind::IdempotencyKeyReused));
        }
        let request = request::find(tx, first.request_id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        let exception = exceptions::of_request(tx, request.id).await?;
        Ok(Some(Filed { request, exception, repeated: true }))
    }

    async fn remember(self, tx: &mut Tx, request: &Request) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "INSERT INTO idempotency_keys (tenant, key, request_digest, request_id, created_at) VALUES ($1, $2, $3, $4, $5)",
            request.tenant.0,
            self.key,
            self.digest,
            request.id,
            request.filed_at,
        )
        .execute(&mut **tx)
        .await
        .map(drop)
    }
}
