//! After-checks that nobody has done in time: told once, whichever desk comes first.

use crate::app::Desk;
use crate::intake::request;
use crate::notify;
use crate::web::Failure;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Most after-checks of one round; the next round has the rest.
const MOST: i64 = 200;

/// Tells of the after-checks that are late at `now`.
///
/// # Errors
/// When the database is away. What cannot be told is logged and left for the next round.
pub async fn tell_late_at(desk: &Desk, now: DateTime<Utc>) -> Result<(), Failure> {
    let mut tx = desk.db.staff().await?;
    let late = sqlx::query_scalar!(
        "SELECT request_id FROM after_checks WHERE outcome IS NULL AND late_told_at IS NULL AND due_at < $1 ORDER BY due_at LIMIT $2",
        now,
        MOST,
    );
    let late = late.fetch_all(&mut *tx).await?;
    drop(tx);
    for request in late {
        if let Err(failure) = once(desk, request, now).await {
            tracing::warn!(%request, %failure, "a late after-check could not be told");
        }
    }
    Ok(())
}

/// The mark that it was told is the right to tell it.
async fn once(desk: &Desk, id: Uuid, now: DateTime<Utc>) -> Result<(), Failure> {
    let mut tx = desk.db.staff().await?;
    let due_at = sqlx::query_scalar!(
        "UPDATE after_checks SET late_told_at = $2 WHERE request_id = $1 AND outcome IS NULL AND late_told_at IS NULL RETURNING due_at",
        id,
        now,
    );
    let Some(due_at) = due_at.fetch_optional(&mut *tx).await? else { return Ok(()) };
    let Some(request) = request::find(&mut tx, id).await? else { return Ok(()) };
    let edition = desk.edition_of(&request.classification)?;
    notify::tell(&mut tx, &[notify::after_check_late(&request, due_at, &edition)], now).await?;
    Ok(tx.commit().await?)
}
