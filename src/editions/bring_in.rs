//! Bringing in an edition: a policy admin proposes it; what loosens the policy waits for a second person.

use super::known::{refresh, together};
use super::store::{self, Stored};
use crate::app::Desk;
use crate::audit::{self, Actor, Event};
use crate::clock;
use crate::db::{self, Tx};
use crate::identity::{PolicyAdmin, PolicyConfirmer};
use crate::policy::{Edition, Fault, FileFault, Loosening, Policies, PoliciesError, looser};
use crate::problem::{InputError, Kind};
use crate::web::{Failure, IfMatch, Message};
use actix_web::web::Data;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use uuid::Uuid;

/// Most bytes of an edition file.
pub const MAX_BYTES: usize = 128 * 1024;
/// How long before it applies an edition is brought in at the latest: twice as long as one look of a desk counts.
const AHEAD: TimeDelta = TimeDelta::seconds(120);
/// Most faults that are told at once.
const MOST_FAULTS: usize = 100;
/// Where the edition file lies in what was sent.
const PLACE: &str = "/text";

/// The edition that `text` is, and `known` with it.
///
/// # Errors
/// 422 with every fault and its line.
pub fn checked(text: &str, known: &Policies) -> Result<(Arc<Edition>, Policies), Failure> {
    if text.trim().is_empty() {
        return Err(InputError::new(PLACE, "edition_missing").into());
    }
    if text.len() > MAX_BYTES {
        return Err(InputError::new(PLACE, "edition_too_large").with("max", MAX_BYTES / 1024).into());
    }
    let edition = Arc::new(Edition::parse(text).map_err(|faults| faulty(&faults))?);
    let all = known.with(edition.version(), Arc::clone(&edition)).map_err(|error| match error {
        PoliciesError::Faulty(faults) => {
            faulty(&faults.into_iter().map(|FileFault { fault, .. }| fault).collect::<Vec<_>>())
        }
        other => Failure::internal(other),
    })?;
    Ok((edition, all))
}

fn faulty(faults: &[Fault]) -> Failure {
    let told = faults.iter().take(MOST_FAULTS).map(|fault| {
        InputError::new(PLACE, "edition_fault")
            .with("line", fault.line.to_string())
            .with("fault", fault.message.clone())
            .with("kind", fault.kind.code())
    });
    Failure::invalid(told.collect())
}

/// In which ways `edition` is looser than what applied before it, among `all`.
pub fn loosenings(edition: &Edition, all: &Policies) -> Vec<Loosening> {
    all.before(edition).map(|before| looser(before, edition)).unwrap_or_default()
}

/// Keeps the edition file `text`: brought in at once when it loosens nothing, else waiting for a second person.
///
/// # Errors
/// 409 when there is an edition of this version; 422 with every fault, or when it would apply too soon; 503.
pub async fn propose(desk: Data<Desk>, admin: PolicyAdmin, text: String) -> Result<Stored, Failure> {
    db::to_the_end(async move {
        let mut tx = desk.db.staff().await?;
        let known = alone(&mut tx, &desk).await?;
        let (edition, all) = checked(&text, &known)?;
        let now = desk.clock.now();
        if edition.effective_at() <= now + AHEAD {
            return Err(InputError::new(PLACE, "edition_too_soon").with("minutes", AHEAD.num_minutes()).into());
        }
        if store::find(&mut tx, edition.version()).await?.is_some() {
            return Err(Failure::new(Kind::WrongState).detail(Message::new("wrong-state-edition-proposed")));
        }
        let found = loosenings(&edition, &all);
        let id = insert(&mut tx, &edition, &text, &admin, !found.is_empty(), now).await?;
        record(&mut tx, admin.actor(), "policy.proposed", (id, &edition), &found, now).await?;
        if found.is_empty() {
            record(&mut tx, admin.actor(), "policy.brought_in", (id, &edition), &found, now).await?;
        }
        done(tx, &desk, edition.version()).await
    })
    .await
}

/// Brings in what loosens the policy, as the second person.
///
/// # Errors
/// 404; 409 when it does not wait any more, applies too soon, or was proposed by the same person; 412; 503.
pub async fn confirm(desk: Data<Desk>, second: PolicyConfirmer, id: String, seen: IfMatch) -> Result<Stored, Failure> {
    db::to_the_end(async move {
        let mut tx = desk.db.staff().await?;
        let known = alone(&mut tx, &desk).await?;
        let waiting = waiting(&mut tx, &desk, &id, &seen).await?;
        if waiting.proposed_by == second.object_id.0 {
            return Err(Failure::new(Kind::WrongState).detail(Message::new("wrong-state-own-edition")));
        }
        let now = desk.clock.now();
        if waiting.effective_at <= now + AHEAD {
            return Err(Failure::new(Kind::WrongState).detail(Message::new("wrong-state-edition-too-late")));
        }
        // Others may have been brought in since it was proposed.
        let (edition, all) = checked(&waiting.text, &known)?;
        sqlx::query!(
            "UPDATE policy_editions SET confirmed_by = $2, confirmed_by_name = $3, brought_in_at = $4, version = version + 1
             WHERE id = $1",
            waiting.id,
            second.object_id.0,
            second.name,
            now,
        )
        .execute(&mut *tx)
        .await?;
        let found = loosenings(&edition, &all);
        record(&mut tx, second.actor(), "policy.brought_in", (waiting.id, &edition), &found, now).await?;
        done(tx, &desk, edition.version()).await
    })
    .await
}

/// Takes back what waits for a second person.
///
/// # Errors
/// 404; 409 when it does not wait any more; 412; 503.
pub async fn withdraw(desk: Data<Desk>, admin: PolicyAdmin, id: String, seen: IfMatch) -> Result<Stored, Failure> {
    db::to_the_end(async move {
        let mut tx = desk.db.staff().await?;
        alone(&mut tx, &desk).await?;
        let waiting = waiting(&mut tx, &desk, &id, &seen).await?;
        let now = desk.clock.now();
        sqlx::query!(
            "UPDATE policy_editions SET withdrawn_at = $2, version = version + 1 WHERE id = $1",
            waiting.id,
            now
        )
        .execute(&mut *tx)
        .await?;
        let event = Event {
            actor: admin.actor(),
            action: "policy.withdrawn",
            subject_kind: "policy_edition",
            subject_id: waiting.id,
            tenant: None,
            details: json!({ "policy_version": waiting.policy_version }),
            personal: None,
        };
        audit::record(&mut tx, now, event).await?;
        tx.commit().await?;
        Ok(Stored { withdrawn_at: Some(now), version: waiting.version + 1, ..waiting })
    })
    .await
}

/// Every edition, with nobody else bringing one in until `tx` ends: what is compared now still holds when it is written.
async fn alone(tx: &mut Tx, desk: &Desk) -> Result<Policies, Failure> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('policy editions', 4))").fetch_one(&mut **tx).await?;
    let stored = store::brought_in(tx).await?;
    Ok(together(desk.policies.from_files(), &stored)?)
}

/// The edition `id`, which waits for a second person, at the version that the caller saw.
async fn waiting(tx: &mut Tx, desk: &Desk, id: &str, seen: &IfMatch) -> Result<Stored, Failure> {
    let stored = store::find(tx, &desk.policies.version_of(id)).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    seen.holds_for(stored.version)?;
    if stored.brought_in_at.is_some() { Err(Failure::new(Kind::WrongState)) } else { Ok(stored) }
}

/// At the version after the last one that was taken back, so that who read that one has not seen this one.
async fn insert(
    tx: &mut Tx,
    edition: &Edition,
    text: &str,
    admin: &PolicyAdmin,
    looser: bool,
    now: DateTime<Utc>,
) -> Result<Uuid, sqlx::Error> {
    let id = clock::fresh_id(now);
    sqlx::query!(
        "INSERT INTO policy_editions (id, policy_version, text, digest, effective_at, looser, proposed_at, proposed_by,
             proposed_by_name, brought_in_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
             (SELECT coalesce(max(version), 0) + 1 FROM policy_editions WHERE policy_version = $2))",
        id,
        edition.version(),
        text,
        &Sha256::digest(text)[..],
        edition.effective_at(),
        looser,
        now,
        admin.object_id.0,
        admin.name,
        (!looser).then_some(now),
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

async fn record(
    tx: &mut Tx,
    actor: Actor,
    action: &'static str,
    (id, edition): (Uuid, &Edition),
    found: &[Loosening],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let digest: String = Sha256::digest(edition.source()).iter().map(|byte| format!("{byte:02x}")).collect();
    let event = Event {
        actor,
        action,
        subject_kind: "policy_edition",
        subject_id: id,
        tenant: None,
        details: json!({
            "policy_version": edition.version(),
            "effective_at": edition.effective_at(),
            "digest": format!("sha-256:{digest}"),
            "loosenings": found,
        }),
        personal: None,
    };
    audit::record(tx, now, event).await
}

/// Commits, and lets this desk know at once; the others look within seconds.
async fn done(mut tx: Tx, desk: &Desk, version: &str) -> Result<Stored, Failure> {
    let stored = store::find(&mut tx, version).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    tx.commit().await?;
    if let Err(error) = refresh(desk).await {
        tracing::warn!(error = format!("{error:#}"), "the policy's editions could not be looked up");
    }
    Ok(stored)
}
