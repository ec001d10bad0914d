//! Exceptions that nobody needed: proposed for closing, and closed once a reviewer agrees.

use super::lapsed_before;
use crate::app::Desk;
use crate::db::{self, Tx};
use crate::exceptions::{self, EndedBy, Exception, Revocation, RevokeError, view::ExceptionView};
use crate::identity::Reviewer;
use crate::notify;
use crate::problem::Kind;
use crate::web::{Failure, IfMatch};
use actix_web::web;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

/// For so long an exception must not have let anybody through to be proposed for closing.
pub const UNNEEDED_AFTER: TimeDelta = TimeDelta::days(14);

/// An exception in force that let nobody through for [`UNNEEDED_AFTER`].
#[derive(Clone, Debug)]
pub struct Unneeded {
    /// The exception.
    pub exception: Exception,
    /// How often it covered somebody in that time who had passed MFA anyway.
    pub would_have_passed: i64,
    /// When it last let somebody through, as far as is still known.
    pub last_needed_at: Option<DateTime<Utc>>,
}

/// At most `limit` of them, those before the exception `before`, newest first; with `only`, that one if it is one.
///
/// There are none unless an enforcement point that gets the whole feed has reported all that time, and while one in use is
/// silent: without reports nobody knows.
///
/// # Errors
/// When the database is away.
pub async fn list(
    tx: &mut Tx,
    desk: &Desk,
    only: Option<Uuid>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Unneeded>, sqlx::Error> {
    let now = desk.clock.now();
    let limited: Vec<String> =
        desk.config.feed.clients.iter().map(|limited| limited.client.to_ascii_lowercase()).collect();
    let rows = sqlx::query!(
        r#"SELECT e.id, coalesce(h.passed, 0) AS "passed!", h.last_needed AS last_needed
         FROM exceptions AS e, LATERAL (
             SELECT (sum(would_have_passed) FILTER (WHERE hour >= $2))::bigint AS passed, max(hour) FILTER (WHERE suppressed > 0) AS last_needed
             FROM enforcement_hits WHERE exception_id = e.id
         ) AS h
         WHERE e.revoked_at IS NULL AND e.held_at IS NULL AND e.expires_at > $1 AND e.not_before <= $2 AND (h.last_needed IS NULL OR h.last_needed < $2)
           AND EXISTS (SELECT FROM enforcement_points WHERE retired_at IS NULL AND first_seen_at <= $2 AND lower(client_id) <> ALL ($7))
           AND NOT EXISTS (SELECT FROM enforcement_points WHERE retired_at IS NULL AND last_seen_at < $3)
           AND ($4::uuid IS NULL OR e.id = $4) AND ($5::uuid IS NULL OR e.id < $5)
         ORDER BY e.id DESC LIMIT $6"#,
        now,
        now - UNNEEDED_AFTER,
        lapsed_before(desk),
        only,
        before,
        limit,
        &limited[..],
    )
    .fetch_all(&mut **tx)
    .await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut exceptions = exceptions::of_ids(tx, &ids).await?;
    let unneeded = rows.into_iter().filter_map(|row| {
        let at = exceptions.iter().position(|exception| exception.id == row.id)?;
        let exception = exceptions.swap_remove(at);
        Some(Unneeded { exception, would_have_passed: row.passed, last_needed_at: row.last_needed })
    });
    Ok(unneeded.collect())
}

/// Ends an exception that nobody needed, with the reason for its partner. No hold is placed on the tenant: nothing was wrong.
///
/// # Errors
/// 404, 409 when it has ended or was needed, 412; 503.
pub async fn close(
    desk: web::Data<Desk>,
    reviewer: Reviewer,
    id: Uuid,
    if_match: IfMatch,
    reason: String,
) -> Result<ExceptionView, Failure> {
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = desk.db.staff().await?;
        let exception = exceptions::find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        let version = if_match.holds_for(exception.version)?;
        if list(&mut tx, &desk, Some(id), None, 1).await?.is_empty() {
            return Err(Failure::new(Kind::WrongState));
        }
        let (reason, ended_by) = (Some(reason.as_str()), EndedBy::Staff);
        let revocation = Revocation { id, version, reason, by: reviewer.object_id, ended_by, actor: reviewer.actor() };
        let exception =
            exceptions::revoke(&mut tx, revocation, now).await.map_err(|error: RevokeError| Failure::from(error))?;
        let (news, more) = (std::slice::from_ref(&exception), json!({ "ended_at": now }));
        notify::tell_of(&desk, &mut tx, notify::Kind::ExceptionRevoked, news, &more, now).await?;
        tx.commit().await?;
        desk.feed.catch_up().await;
        Ok(ExceptionView::new(&exception, now, true))
    })
    .await
}
