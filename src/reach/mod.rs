//! What enforcement points report: which version of the rules each applies, and how often each exception let somebody through.
//!
//! A point comes to be by its first report, lapses by silence, and is retired by a lead.

pub mod api;
pub mod clients;
pub mod hits;
pub mod need;
pub mod need_api;
pub mod pages;
pub mod points;
pub mod report;
pub mod spread;
mod write;

use crate::app::Desk;
use crate::db::Db;
use chrono::{DateTime, TimeDelta, Utc};

/// For how long it is kept when a point began to apply a version.
const REACH_KEPT: TimeDelta = TimeDelta::days(90);
/// For how long hits are kept.
const HITS_KEPT: TimeDelta = TimeDelta::days(400);

/// Every address of this room, but for the reports of the feed's clients ([`report::client_routes`]).
pub fn routes(cfg: &mut actix_web::web::ServiceConfig) {
    cfg.configure(api::routes).configure(need_api::routes).configure(pages::routes);
}

/// The instant before which a point must have reported last to count as lapsed.
fn lapsed_before(desk: &Desk) -> DateTime<Utc> {
    desk.clock.now() - desk.config.feed.lapsed_after()
}

/// Deletes what is older than anybody asks for.
///
/// # Errors
/// When the database is away.
pub async fn sweep(db: &Db, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut tx = db.identity().await?;
    sqlx::query!("DELETE FROM enforcement_applied WHERE reported_at < $1", now - REACH_KEPT).execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM enforcement_hits WHERE hour < $1", now - HITS_KEPT).execute(&mut *tx).await?;
    tx.commit().await
}
