//! Requests that say the same: one issue, the same answers in the same words, filed by several tenants.

use super::difference::{Difference, differences};
use crate::db::Tx;
use crate::intake::Request;
use crate::intake::request;

/// Most open requests of an issue that are looked through.
const LOOKED_THROUGH: i64 = 200;

/// The other requests in review that say what `request` says, by due time. Whom they name, where and for how long may differ.
///
/// # Errors
/// When the database is away.
pub(super) async fn others(tx: &mut Tx, request: &Request) -> Result<Vec<Request>, sqlx::Error> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM requests WHERE status = 'in_review' AND issue = $1 AND id <> $2
         ORDER BY coalesce(due_at, 'infinity'), id LIMIT $3",
        request.asked.issue,
        request.id,
        LOOKED_THROUGH,
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut others = request::of_ids_by_due(tx, &ids).await?;
    others.retain(|other| says_the_same(other, request));
    Ok(others)
}

fn says_the_same(one: &Request, other: &Request) -> bool {
    let in_words = |difference: &Difference| {
        matches!(difference, Difference::Title | Difference::Description | Difference::Answer(_))
    };
    one.language == other.language && !differences(one, other).iter().any(in_words)
}
