//! What filing a request would come to, without filing it.

use super::NewRequest;
use super::facts::{self, Number};
use super::file::guards_of;
use super::guards::Guard;
use crate::app::Desk;
use crate::identity::Filer;
use crate::policy::{Classification, Outcome};
use crate::web::Failure;

/// What the policy says to `new` now, and what would turn an accept into a review. Nothing is kept, no number is taken.
///
/// # Errors
/// When the database is away.
pub async fn foresee(desk: &Desk, filer: &Filer, new: &NewRequest) -> Result<(Classification, Vec<Guard>), Failure> {
    let classification = new.classify();
    if classification.outcome != Outcome::Accept {
        return Ok((classification, Vec::new()));
    }
    let mut tx = desk.db.alone(filer.tenant, filer.object_id, None).await?;
    let facts = facts::read(&mut tx, filer.tenant, None, Some(new), new.submitted_at, Number::Left).await?;
    tx.rollback().await?;
    // A tenant that may not file this is told so by other means.
    let guards = facts.tenant.map(|tenant| guards_of(desk, filer, new, &classification, &tenant.guards));
    Ok((classification, guards.unwrap_or_default()))
}
