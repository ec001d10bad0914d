//! Requests that say the same: one issue, the same answers in the same words, filed by several tenants.

use super::difference::{Difference, differences};
use crate::db::Tx;
use crate::intake::Request;
use crate::intake::request;

/// Most open requests of an issue that are looked through.
const LOOKED_THROUGH: i64 = 200;

/// The other requests in review that say what `request` says and ask for the same places and start, by due time; whom they name and
/// for how long may differ. Appeals, and what a guard held back, are looked at one by one.
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
    let mut others = request::of_ids(tx, &ids).await?;
    others.retain(|other| says_the_same(other, request));
    Ok(others)
}

fn says_the_same(one: &Request, other: &Request) -> bool {
    let counts = |difference: &Difference| {
        use Difference::{Answer, Description, Start, Surfaces, Title};
        matches!(difference, Title | Description | Answer(_) | Surfaces | Start)
    };
    let plain = |request: &Request| request.guards.is_empty() && request.course.appeal.is_none();
    one.language == other.language && plain(one) && plain(other) && !differences(one, other).iter().any(counts)
}
