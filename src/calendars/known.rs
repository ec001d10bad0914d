//! The closed days that a running desk knows: looked up again and again, so that every desk counts alike.

use super::store;
use crate::app::Desk;
use crate::sla::ClosedDay;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// How often the database is looked at. What a desk promised in between is put right when it looks at the clocks.
const EVERY: Duration = Duration::from_secs(5);

/// The closed days of each calendar, the first announced first.
#[derive(Debug, Default)]
pub struct KnownDays(RwLock<Arc<BTreeMap<String, Vec<ClosedDay>>>>);

impl KnownDays {
    /// Those of every calendar, as they are now.
    pub fn now(&self) -> Arc<BTreeMap<String, Vec<ClosedDay>>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace(&self, days: BTreeMap<String, Vec<ClosedDay>>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(days);
    }
}

/// Looks for closed days for as long as the desk runs.
pub async fn watch(desk: actix_web::web::Data<Desk>) {
    loop {
        if let Err(error) = refresh(&desk).await {
            tracing::warn!(%error, "the closed days could not be looked up");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Looks for them once.
///
/// # Errors
/// When the database is away; what was known stays.
pub async fn refresh(desk: &Desk) -> Result<(), sqlx::Error> {
    let mut tx = desk.db.staff().await?;
    let stored = store::all(&mut tx).await?;
    tx.commit().await?;
    desk.closed_days.replace(store::by_calendar(&stored));
    Ok(())
}
