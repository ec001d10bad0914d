//! What is left behind: files of deleted drafts, bytes of uploads that came to nothing, days that are over.

use crate::app::Desk;
use crate::web::Failure;
use chrono::TimeDelta;

/// Longer than any upload may take, in seconds.
const LEFT_BEHIND: f64 = 3600.0;
/// How many are deleted in one go; the rest the next time.
const AT_ONCE: i64 = 200;

/// Deletes what is left behind.
///
/// # Errors
/// When the database or the store is away.
pub async fn sweep(desk: &Desk) -> Result<(), Failure> {
    let mut tx = desk.db.identity().await?;
    sqlx::query!(
        "WITH gone AS (DELETE FROM evidence WHERE draft IS NULL AND request_id IS NULL RETURNING content, tenant)
         INSERT INTO evidence_loose (key, tenant) SELECT content, tenant FROM gone WHERE content IS NOT NULL",
    )
    .execute(&mut *tx)
    .await?;
    let yesterday = (desk.clock.now() - TimeDelta::days(1)).date_naive();
    sqlx::query!("DELETE FROM evidence_received WHERE day < $1", yesterday).execute(&mut *tx).await?;
    tx.commit().await?;

    let mut tx = desk.db.identity().await?;
    let left = sqlx::query_scalar!(
        "SELECT key FROM evidence_loose WHERE since < now() - make_interval(secs => $1) ORDER BY since LIMIT $2",
        LEFT_BEHIND,
        AT_ONCE,
    )
    .fetch_all(&mut *tx)
    .await?;
    drop(tx);
    for key in left {
        desk.evidence.discard(&desk.db, key).await?;
    }
    Ok(())
}
