//! What a running desk knows of editions: looked up in the database again and again, so that every desk judges by the same.

use super::store::{self, Stored};
use crate::app::Desk;
use crate::policy::{Edition, Policies};
use anyhow::Context;
use std::sync::Arc;
use std::time::Duration;

/// How often the database is looked at.
const EVERY: Duration = Duration::from_secs(5);

/// Looks for editions that were brought in, for as long as the desk runs.
pub async fn watch(desk: actix_web::web::Data<Desk>) {
    loop {
        if let Err(error) = refresh(&desk).await {
            tracing::warn!(error = format!("{error:#}"), "the policy's editions could not be looked up");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Looks for them once.
///
/// # Errors
/// When the database is away, or keeps an edition that cannot be used: nothing is judged then, until that is mended.
pub async fn refresh(desk: &Desk) -> anyhow::Result<()> {
    let mut tx = desk.db.staff().await?;
    let stored = store::ids(&mut tx).await?;
    if desk.policies.still_are(&stored) {
        return Ok(());
    }
    let editions = store::brought_in(&mut tx).await?;
    tx.commit().await?;
    let known = together(desk.policies.from_files(), &editions)?;
    desk.policies.replace(known, editions.iter().map(|edition| edition.id).collect());
    Ok(())
}

/// The editions of the files and the `stored` ones as one policy.
///
/// # Errors
/// When one of them has faults, or they do not go together.
pub(super) fn together(files: &Policies, stored: &[Stored]) -> anyhow::Result<Policies> {
    stored.iter().try_fold(files.clone(), |known, stored| {
        let version = &stored.policy_version;
        // An operator may have put it among the files by now.
        if known.by_version(version).is_some_and(|edition| edition.source() == stored.text) {
            return Ok(known);
        }
        let edition = Edition::parse(&stored.text).map_err(|faults| {
            let first = faults.first().map(ToString::to_string).unwrap_or_default();
            anyhow::anyhow!("the stored edition `{version}` has faults: {first}")
        })?;
        known.with(version, Arc::new(edition)).with_context(|| format!("the stored edition `{version}`"))
    })
}
