//! The request that a reviewer should look at next.

use crate::db::Tx;
use crate::identity::Person;
use crate::locale::Lang;
use uuid::Uuid;

/// How many requests are looked through for one that the reviewer may decide.
const LOOKED_THROUGH: i64 = 200;

/// The earliest due request that nobody works on, in one of `languages`, that `reviewer` may decide.
///
/// # Errors
/// When the database is away.
pub async fn next(tx: &mut Tx, reviewer: &Person, languages: &[Lang]) -> Result<Option<Uuid>, sqlx::Error> {
    let tags: Vec<_> = languages.iter().map(|lang| lang.tag().to_owned()).collect();
    sqlx::query_scalar!(
        "SELECT q.request_id
         FROM (SELECT request_id, due_at FROM queue_entries
               WHERE status = 'in_review' AND NOT claimed AND language = ANY($1) AND tenant <> $2
               ORDER BY due_at, request_id LIMIT $4) AS q
         JOIN requests AS r ON r.id = q.request_id
         WHERE r.filed_by <> $3 AND r.status = 'in_review'
           AND NOT EXISTS (SELECT FROM decisions AS d WHERE d.request_id = q.request_id AND d.decided_by = $3
               AND (d.outcome = 'deny' OR d.request_version = r.version))
         ORDER BY q.due_at, q.request_id LIMIT 1 FOR UPDATE OF r SKIP LOCKED",
        &tags,
        reviewer.tenant.0,
        reviewer.object_id.0,
        LOOKED_THROUGH,
    )
    .fetch_optional(&mut **tx)
    .await
}
