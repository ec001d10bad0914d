//! Who looks at a request, so that two people see each other, and what each has begun to write on it: a half-written reason
//! outlives the claim, and a colleague who was faster.

use crate::db::{Db, Tx};
use crate::identity::Person;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Somebody else who looks at a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// Their name, to read.
    pub name: String,
    /// When their browser last said so.
    pub seen_at: DateTime<Utc>,
}

/// What somebody has begun to write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The reason of a decision.
    pub reason: Option<String>,
    /// A question to the partner.
    pub question: Option<String>,
}

/// Notes that `person` looks at `request`, and gives what they have begun to write there.
///
/// # Errors
/// When the database is away.
pub async fn visit(tx: &mut Tx, person: &Person, request: Uuid) -> Result<Typed, sqlx::Error> {
    sqlx::query_as!(
        Typed,
        "INSERT INTO review_visits (request_id, visitor_tenant, visitor, visitor_name, seen_at) VALUES ($1, $2, $3, $4, now())
         ON CONFLICT (request_id, visitor, visitor_tenant) DO UPDATE SET visitor_name = excluded.visitor_name, seen_at = now()
         RETURNING reason, question",
        request,
        person.tenant.0,
        person.object_id.0,
        person.name,
    )
    .fetch_one(&mut **tx)
    .await
}

/// The others who have looked at `request` in the last minutes, by name.
///
/// # Errors
/// When the database is away.
pub async fn others(tx: &mut Tx, person: &Person, request: Uuid) -> Result<Vec<Visitor>, sqlx::Error> {
    sqlx::query_as!(
        Visitor,
        "SELECT visitor_name AS name, seen_at FROM review_visits
         WHERE request_id = $1 AND seen_at > now() - interval '5 minutes' AND (visitor, visitor_tenant) <> ($2, $3)
         ORDER BY visitor_name, visitor LIMIT 20",
        request,
        person.object_id.0,
        person.tenant.0,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Keeps what `person` has begun to write on `request`; what is not `typed` stays as it was, and what is blank is forgotten.
///
/// # Errors
/// When the database is away.
pub async fn keep(tx: &mut Tx, person: &Person, request: Uuid, typed: &Typed) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE review_visits AS v SET reason = now.reason, question = now.question,
             written_at = CASE WHEN now.reason IS NOT NULL OR now.question IS NOT NULL THEN now() END
         FROM (SELECT CASE WHEN $4::text IS NULL THEN reason ELSE nullif($4, '') END AS reason,
                 CASE WHEN $5::text IS NULL THEN question ELSE nullif($5, '') END AS question
               FROM review_visits WHERE request_id = $1 AND visitor = $2 AND visitor_tenant = $3) AS now
         WHERE v.request_id = $1 AND v.visitor = $2 AND v.visitor_tenant = $3",
        request,
        person.object_id.0,
        person.tenant.0,
        typed.reason.as_ref().map(|text| text.trim()),
        typed.question.as_ref().map(|text| text.trim()),
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// Forgets visits, with what was begun there, thirty days after the last.
///
/// # Errors
/// When the database is away.
pub async fn sweep(db: &Db) -> Result<(), sqlx::Error> {
    let mut tx = db.staff().await?;
    sqlx::query!("DELETE FROM review_visits WHERE seen_at < now() - interval '30 days'").execute(&mut *tx).await?;
    tx.commit().await
}
