//! Claims: one person at a time works on a request. A claim is a lease on the database's time, which lapses by itself.
//!
//! Deciding and asking need no claim; on a request that somebody else has claimed they are refused, until the lease lapses, it
//! is given back, or a lead takes it over.

use super::approval::{self, is_lead};
use super::reviewers;
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::db::{self, Db, Tx};
use crate::identity::{ObjectId, Person, Reviewer, TenantId};
use crate::intake::Request;
use crate::intake::request;
use crate::notify;
use crate::problem::{InputError, Kind};
use crate::web::{Failure, IfMatch, Message};
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// How long a claim holds after the holder's last step, in hours.
const LEASE_HOURS: i32 = 2;

/// How a request is claimed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "take_over": true }))]
pub struct ClaimBody {
    /// Also when somebody else has claimed it; a lead's to do.
    #[serde(default)]
    pub take_over: bool,
    /// The reviewer who gets it, by object id, instead of the caller; a lead's to do. Whoever has worked with the queue before can be named.
    #[serde(default)]
    pub reviewer: Option<ObjectId>,
}

/// A claim in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Claim {
    /// The request.
    #[serde(skip)]
    pub request: Uuid,
    /// Who works on it.
    pub by: ObjectId,
    /// Their tenant.
    #[serde(skip)]
    pub tenant: TenantId,
    /// Their name, to read.
    pub name: String,
    /// Since when.
    pub claimed_at: DateTime<Utc>,
    /// When it lapses, unless its holder goes on.
    pub lease_until: DateTime<Utc>,
}

impl Claim {
    /// Whether it is `person`'s.
    pub fn is_of(&self, person: &Person) -> bool {
        self.by == person.object_id && self.tenant == person.tenant
    }
}

/// Whoever is to work on a request.
struct Assignee {
    tenant: TenantId,
    object_id: ObjectId,
    name: String,
}

/// Who works on the request `id` now.
///
/// # Errors
/// When the database is away.
pub async fn assignee(tx: &mut Tx, id: Uuid) -> Result<Option<Claim>, sqlx::Error> {
    Ok(of_requests(tx, &[id]).await?.pop())
}

/// The claims in force on `requests`.
///
/// # Errors
/// When the database is away.
pub async fn of_requests(tx: &mut Tx, requests: &[Uuid]) -> Result<Vec<Claim>, sqlx::Error> {
    sqlx::query_as!(
        Claim,
        r#"SELECT request_id AS request, claimed_by AS "by: ObjectId", claimed_by_tenant AS "tenant: TenantId",
             claimed_by_name AS name, claimed_at, lease_until
         FROM request_claims WHERE request_id = ANY($1) AND lease_until > now()"#,
        requests,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Claims the request `id` for the caller, or gives it to whom a lead names. The holder's claim is renewed by it.
///
/// # Errors
/// 403 for one's own tenant or filing, for whoever denied it before, and for a lead's step by somebody else; 404; 409 when it is
/// closed, somebody else has claimed it, or whoever is named may not decide it; 412; 422 when nobody is called so; 503.
pub async fn claim(
    desk: Data<Desk>,
    reviewer: Reviewer,
    id: Uuid,
    if_match: IfMatch,
    body: ClaimBody,
) -> Result<(Request, Claim), Failure> {
    db::to_the_end(async move {
        let mut tx = desk.db.staff().await?;
        reviewers::remember(&mut tx, &reviewer).await?;
        let request = locked(&mut tx, &reviewer, id, &if_match).await?;
        let claim = take(&desk, &mut tx, &reviewer, &request, body).await?;
        tx.commit().await?;
        Ok((request, claim))
    })
    .await
}

/// The same in a transaction that holds `request` already.
pub(super) async fn take(
    desk: &Desk,
    tx: &mut Tx,
    reviewer: &Reviewer,
    request: &Request,
    body: ClaimBody,
) -> Result<Claim, Failure> {
    let assignee = chosen(tx, reviewer, request, body.reviewer).await?;
    let before = self::assignee(tx, request.id).await?;
    let others = before.as_ref().is_some_and(|claim| !claim.is_of(reviewer) && claim.by != assignee.object_id);
    if body.take_over && !is_lead(reviewer) {
        return Err(reviewers::only_leads(reviewer));
    }
    if let Some(other) = before.as_ref().filter(|_| others && !body.take_over) {
        return Err(claimed_by(other));
    }
    let claim = write(tx, request.id, &assignee).await?;
    if before.is_none_or(|before| before.by != claim.by) {
        let details = json!({ "version": request.version, "assignee": claim.by, "taken_over": others });
        record(desk, tx, reviewer, request, "request.claimed", details).await?;
        if claim.by != reviewer.object_id {
            let edition = desk.edition_of(&request.classification)?;
            notify::tell(tx, &[notify::assigned(request, &edition)], desk.clock.now()).await?;
        }
    }
    Ok(claim)
}

/// Gives the request `id` back. A lead can do that for anybody.
///
/// # Errors
/// 403 for one's own tenant or filing, and for whoever denied it before; 404; 409 when it is closed, or not the caller's to give
/// back; 412; 503.
pub async fn release(desk: Data<Desk>, reviewer: Reviewer, id: Uuid, if_match: IfMatch) -> Result<Request, Failure> {
    db::to_the_end(async move {
        let mut tx = desk.db.staff().await?;
        let request = locked(&mut tx, &reviewer, id, &if_match).await?;
        let claim = assignee(&mut tx, id).await?.ok_or_else(|| wrong_state("wrong-state-not-claimed"))?;
        if !claim.is_of(&reviewer) && !is_lead(&reviewer) {
            return Err(claimed_by(&claim));
        }
        drop_claim(&mut tx, id).await?;
        let details = json!({ "version": request.version, "assignee": claim.by });
        record(&desk, &mut tx, &reviewer, &request, "request.released", details).await?;
        tx.commit().await?;
        Ok(request)
    })
    .await
}

/// Refuses a step on a request that somebody else works on; the caller's own claim is renewed by it.
///
/// # Errors
/// 409 with who has claimed it; 503.
pub(super) async fn refuse_others(tx: &mut Tx, reviewer: &Person, request: Uuid) -> Result<(), Failure> {
    match assignee(tx, request).await? {
        Some(claim) if !claim.is_of(reviewer) => Err(claimed_by(&claim)),
        Some(_) => Ok(renew(tx, reviewer, request).await?),
        None => Ok(()),
    }
}

/// Lengthens the claim of `person` on `request`, if there is one in force: they have done something.
pub(super) async fn renew(tx: &mut Tx, person: &Person, request: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE request_claims SET lease_until = now() + make_interval(hours => $4), acted_at = now()
         WHERE request_id = $1 AND claimed_by = $2 AND claimed_by_tenant = $3 AND lease_until > now()",
        request,
        person.object_id.0,
        person.tenant.0,
        LEASE_HOURS,
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// The same while a page is only open: until `hours` after the last thing that they did, and no longer.
pub(super) async fn keep_open(tx: &mut Tx, person: &Person, request: Uuid, hours: u16) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE request_claims SET lease_until = least(now() + make_interval(hours => $4), acted_at + make_interval(hours => $5))
         WHERE request_id = $1 AND claimed_by = $2 AND claimed_by_tenant = $3 AND lease_until > now()
           AND lease_until < least(now() + make_interval(hours => $4), acted_at + make_interval(hours => $5))",
        request,
        person.object_id.0,
        person.tenant.0,
        LEASE_HOURS,
        i32::from(hours),
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// Ends whatever claim there is on `request`. (When it is closed, the database does.)
pub(super) async fn drop_claim(tx: &mut Tx, request: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM request_claims WHERE request_id = $1", request).execute(&mut **tx).await.map(drop)
}

/// Deletes claims that have lapsed.
///
/// # Errors
/// When the database is away.
pub async fn sweep(db: &Db) -> Result<(), sqlx::Error> {
    let mut tx = db.staff().await?;
    sqlx::query!("DELETE FROM request_claims WHERE lease_until <= now()").execute(&mut *tx).await?;
    tx.commit().await
}

/// The request `id`, held until the transaction ends: open, at a version that was seen, and one that `reviewer` may decide.
async fn locked(tx: &mut Tx, reviewer: &Reviewer, id: Uuid, if_match: &IfMatch) -> Result<Request, Failure> {
    request::lock(tx, id).await?;
    let request = request::find(tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    approval::may_decide(reviewer, &request, &approval::says(tx, id).await?)?;
    if_match.holds_for(request.version)?;
    if !request.status.is_open() {
        return Err(Failure::new(Kind::WrongState));
    }
    Ok(request)
}

/// Who is to work on it: the caller, or whom a lead names.
async fn chosen(
    tx: &mut Tx,
    reviewer: &Reviewer,
    request: &Request,
    named: Option<ObjectId>,
) -> Result<Assignee, Failure> {
    let own = Assignee { tenant: reviewer.tenant, object_id: reviewer.object_id, name: reviewer.name.clone() };
    let Some(named) = named.filter(|named| *named != reviewer.object_id) else { return Ok(own) };
    if !is_lead(reviewer) {
        return Err(reviewers::only_leads(reviewer));
    }
    let found = reviewers::find(tx, named).await?;
    let found = found.ok_or_else(|| InputError::new("/reviewer", "reviewer_unknown"))?;
    // Judged as if they came themselves.
    let person = Person { tenant: found.tenant, object_id: named, ..Person::clone(reviewer) };
    if approval::may_decide(&person, request, &approval::says(tx, request.id).await?).is_err() {
        return Err(wrong_state("wrong-state-may-not-decide"));
    }
    Ok(Assignee { tenant: found.tenant, object_id: named, name: found.name })
}

async fn write(tx: &mut Tx, request: Uuid, assignee: &Assignee) -> Result<Claim, sqlx::Error> {
    sqlx::query_as!(
        Claim,
        r#"INSERT INTO request_claims AS c (request_id, claimed_by, claimed_by_tenant, claimed_by_name, claimed_at, lease_until)
         VALUES ($1, $2, $3, $4, now(), now() + make_interval(hours => $5))
         ON CONFLICT (request_id) DO UPDATE SET claimed_by = excluded.claimed_by,
             claimed_by_tenant = excluded.claimed_by_tenant, claimed_by_name = excluded.claimed_by_name,
             claimed_at = CASE WHEN c.claimed_by = excluded.claimed_by AND c.lease_until > now() THEN c.claimed_at ELSE now() END,
             lease_until = excluded.lease_until, acted_at = now()
         RETURNING request_id AS request, claimed_by AS "by: ObjectId", claimed_by_tenant AS "tenant: TenantId",
             claimed_by_name AS name, claimed_at, lease_until"#,
        request,
        assignee.object_id.0,
        assignee.tenant.0,
        assignee.name,
        LEASE_HOURS,
    )
    .fetch_one(&mut **tx)
    .await
}

async fn record(
    desk: &Desk,
    tx: &mut Tx,
    reviewer: &Reviewer,
    request: &Request,
    action: &'static str,
    details: serde_json::Value,
) -> Result<(), sqlx::Error> {
    let event = Event {
        actor: reviewer.actor(),
        action,
        subject_kind: "request",
        subject_id: request.id,
        tenant: Some(request.tenant),
        details,
        personal: None,
    };
    audit::record(tx, desk.clock.now(), event).await
}

fn wrong_state(key: &'static str) -> Failure {
    Failure::new(Kind::WrongState).detail(Message::new(key))
}

/// Somebody else works on it.
fn claimed_by(claim: &Claim) -> Failure {
    Failure::new(Kind::WrongState).detail(Message::new("wrong-state-claimed").with("name", claim.name.as_str()))
}
