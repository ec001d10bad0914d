//! What requests are called, for lists of other things about them.

use crate::db::Tx;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The references of those of `ids` that are requests the transaction's role may see.
///
/// # Errors
/// When the database is away.
pub async fn references(tx: &mut Tx, ids: &[Uuid]) -> Result<BTreeMap<Uuid, String>, sqlx::Error> {
    let rows = sqlx::query!("SELECT id, reference FROM requests WHERE id = ANY($1)", ids).fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.reference)).collect())
}
