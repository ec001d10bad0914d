//! Its own partner ends an exception: early, since nobody needs it any more, or at once, since it was never asked for.

use super::{EndedBy, Exception, Revocation, Status, find, holds, revoke};
use crate::app::Desk;
use crate::audit::{self, Actor, Event};
use crate::db::{self, Tx};
use crate::identity::{Filer, ObjectId};
use crate::notify;
use crate::problem::Kind;
use crate::web::{Failure, IfMatch};
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

/// Ends the exception `id` of the filer's tenant now. It is no revocation by staff: nothing is held against the tenant.
///
/// # Errors
/// 404 unknown or another tenant's; 409 when it has ended; 412; 503.
pub async fn end_early(desk: Data<Desk>, filer: Filer, id: Uuid, if_match: IfMatch) -> Result<Exception, Failure> {
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = desk.db.partner(filer.tenant).await?;
        let exception = seen(&mut tx, id, &if_match).await?;
        let exception = revoke(&mut tx, by_partner(filer.object_id, filer.actor(), &exception), now).await?;
        tell_ended(&desk, &mut tx, &exception, now).await?;
        tx.commit().await?;
        desk.feed.catch_up().await;
        Ok(exception)
    })
    .await
}

/// "This was not us": ends the exception `id` of the filer's tenant, if it has not ended, and marks it for the leads; until one of
/// them lifts the hold, nothing more is granted to the tenant without a person. Needs no MFA:
/// whoever sees a stranger's work must be able to stop it.
///
/// # Errors
/// 404 unknown or another tenant's; 409 when that was said before; 412; 503.
pub async fn dispute(desk: Data<Desk>, filer: Filer, id: Uuid, if_match: IfMatch) -> Result<Exception, Failure> {
    // Row-level security says whose it is; the hold, which partners cannot place, is staff's.
    let exception = seen(&mut desk.db.partner(filer.tenant).await?, id, &if_match).await?;
    let by = By { object_id: filer.object_id, actor: filer.actor(), through: "sign_in" };
    dispute_by(desk, by, exception).await
}

/// Who says "This was not us".
pub(super) struct By {
    pub object_id: ObjectId,
    pub actor: Actor,
    /// How they came, for the audit log.
    pub through: &'static str,
}

/// Ends `exception`, as it was seen, and marks it.
///
/// # Errors
/// 409 when that was said before; 412; 503.
pub(super) async fn dispute_by(desk: Data<Desk>, by: By, exception: Exception) -> Result<Exception, Failure> {
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = desk.db.staff().await?;
        if exception.disputed_at.is_some() {
            return Err(Failure::new(Kind::WrongState));
        }
        holds::place(&mut tx, &exception, by.object_id, by.actor, now).await?;
        let before = exception.status(now);
        let exception = if before.is_open() {
            let exception = revoke(&mut tx, by_partner(by.object_id, by.actor, &exception), now).await?;
            tell_ended(&desk, &mut tx, &exception, now).await?;
            exception
        } else {
            exception
        };
        let exception = mark(&mut tx, &by, exception, before, now).await?;
        let news = std::slice::from_ref(&exception);
        notify::tell_of(&desk, &mut tx, notify::Kind::ExceptionDisputed, news, &json!({}), now).await?;
        tx.commit().await?;
        desk.feed.catch_up().await;
        tracing::warn!(exception = %exception.id, tenant = %exception.tenant, "a partner says that it did not ask for its exception");
        Ok(exception)
    })
    .await
}

async fn seen(tx: &mut Tx, id: Uuid, if_match: &IfMatch) -> Result<Exception, Failure> {
    let exception = find(tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    if_match.holds_for(exception.version)?;
    Ok(exception)
}

fn by_partner(by: ObjectId, actor: Actor, exception: &Exception) -> Revocation<'static> {
    let (id, version) = (exception.id, exception.version);
    Revocation { id, version, reason: None, by, ended_by: EndedBy::Partner, actor }
}

async fn tell_ended(desk: &Desk, tx: &mut Tx, exception: &Exception, now: DateTime<Utc>) -> Result<(), Failure> {
    let more = json!({ "ended_by": "partner", "ended_at": now });
    notify::tell_of(desk, tx, notify::Kind::ExceptionEnded, std::slice::from_ref(exception), &more, now).await
}

/// The mark that leads see, at the version that was seen or made.
async fn mark(
    tx: &mut Tx,
    by: &By,
    exception: Exception,
    before: Status,
    now: DateTime<Utc>,
) -> Result<Exception, Failure> {
    db::become_publisher(tx).await?;
    let changed = sqlx::query!(
        "UPDATE exceptions SET disputed_at = $3, disputed_by = $4, version = version + 1
         WHERE id = $1 AND version = $2 AND disputed_at IS NULL",
        exception.id,
        exception.version,
        now,
        by.object_id.0,
    )
    .execute(&mut **tx)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(Failure::new(Kind::VersionMismatch));
    }
    let event = Event {
        actor: by.actor,
        action: "exception.disputed",
        subject_kind: "exception",
        subject_id: exception.id,
        tenant: Some(exception.tenant),
        details: json!({ "request": exception.request_id, "before": before, "through": by.through }),
        personal: None,
    };
    audit::record(tx, now, event).await?;
    Ok(Exception { disputed_at: Some(now), version: exception.version + 1, ..exception })
}
