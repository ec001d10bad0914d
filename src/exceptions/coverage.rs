//! "Am I covered?": what the gates do for one person now, and which exceptions are behind it.
//!
//! The database is asked as the person: row-level security gives it the exceptions that cover it, without the ids of anybody else.
//! Whether they hold is decided by the published feed, with the function that the gates run.

use super::verdict::without_mfa;
use crate::app::Desk;
use crate::db::Tx;
use crate::identity::{Person, TenantId};
use crate::policy::Edition;
use crate::web::Failure;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use mfa_enforcement::{Feed, RuleIndex, Verdict};
use std::sync::Arc;
use uuid::Uuid;

/// The answer, at one instant.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// The instant.
    pub at: DateTime<Utc>,
    /// Whether the desk has a feed that gates would follow; without one nobody is covered.
    pub feed_is_fresh: bool,
    /// Every surface of the policy.
    pub places: Vec<PlaceCovered>,
    /// What covers the person now or will, the next to end first.
    pub covers: Vec<Cover>,
    /// The zone of the tenant's calendar.
    pub zone: Tz,
    /// The policy's edition that names surfaces and issues.
    pub edition: Arc<Edition>,
}

/// A surface, and the exception by which MFA is not demanded there.
#[derive(Clone, Debug)]
pub struct PlaceCovered {
    /// The surface's name.
    pub surface: String,
    /// The exception, as the gate names it.
    pub exception: Option<Uuid>,
    /// Until when it holds there.
    pub until: Option<DateTime<Utc>>,
}

/// An exception that covers the person.
#[derive(Clone, Debug)]
pub struct Cover {
    /// Its id.
    pub id: Uuid,
    /// Its reference.
    pub reference: String,
    /// The issue it was granted for.
    pub issue: String,
    /// Where.
    pub surfaces: Vec<String>,
    /// First instant in force.
    pub not_before: DateTime<Utc>,
    /// First instant no longer in force.
    pub expires_at: DateTime<Utc>,
    /// In force by its time, yet not in the feed: suspended.
    pub suspended: bool,
    /// Kept out of the feed until a lead confirms it.
    pub held: bool,
}

impl Coverage {
    /// Whether anything covers the person now.
    pub fn is_covered(&self) -> bool {
        self.places.iter().any(|place| place.exception.is_some())
    }

    /// Whether something would cover the person, and waits for a lead.
    pub fn is_held(&self) -> bool {
        self.covers.iter().any(|cover| cover.held)
    }

    /// Whether a suspension alone keeps something from covering the person.
    pub fn is_suspended(&self) -> bool {
        self.covers.iter().any(|cover| cover.suspended)
    }
}

/// What covers `person` now.
///
/// # Errors
/// When the database is away, or no edition of the policy applies.
pub async fn coverage_of(desk: &Desk, person: &Person) -> Result<Coverage, Failure> {
    let at = desk.clock.now();
    let mut tx = desk.db.subject(person.tenant, person.object_id).await?;
    let mut covers = covers(&mut tx, at).await?;
    let zone = zone(desk, &mut tx, person.tenant).await?;
    drop(tx);
    let edition = desk.policies.at(at).map_err(|error| Failure::internal(anyhow::anyhow!("{error}")))?;
    let published = desk.feed.current();
    let mine = |rule: &&mfa_enforcement::Rule| covers.iter().any(|cover| cover.id == rule.id);
    let rules: Vec<_> = published.iter().flat_map(|it| it.snapshot.rules.iter().filter(mine).cloned()).collect();
    let index = RuleIndex::of(&rules);
    let feed = match &published {
        Some(published) => Feed::Held { rules: &index, expires_at: published.snapshot.expires_at },
        None => Feed::Absent,
    };
    for cover in &mut covers {
        cover.suspended = !cover.held && published.is_some() && !rules.iter().any(|rule| rule.id == cover.id);
    }
    let places = edition.surfaces().iter().map(|surface| {
        let decision = without_mfa(surface, feed, person.tenant.0, person.object_id.0, at);
        let exception = decision.exception.filter(|_| decision.decision == Verdict::Allow);
        let until = covers.iter().find(|cover| Some(cover.id) == exception).map(|cover| cover.expires_at);
        PlaceCovered { surface: surface.name.clone(), exception, until }
    });
    let places = places.collect();
    Ok(Coverage { at, feed_is_fresh: published.is_some(), places, covers, zone, edition })
}

/// As the person itself: the role sees no other row.
async fn covers(tx: &mut Tx, at: DateTime<Utc>) -> Result<Vec<Cover>, sqlx::Error> {
    sqlx::query_as!(
        Cover,
        r#"SELECT id, reference, issue, surfaces, not_before, expires_at, false AS "suspended!", held_at IS NOT NULL AS "held!" FROM exceptions
         WHERE revoked_at IS NULL AND expires_at > $1 ORDER BY expires_at, id"#,
        at,
    )
    .fetch_all(&mut **tx)
    .await
}

async fn zone(desk: &Desk, tx: &mut Tx, tenant: TenantId) -> Result<Tz, sqlx::Error> {
    let row = sqlx::query!("SELECT country, calendar FROM partners WHERE tenant = $1", tenant.0)
        .fetch_optional(&mut **tx)
        .await?;
    let calendars = &desk.calendars;
    let calendar = row.map(|row| calendars.get(&row.calendar).unwrap_or_else(|| calendars.for_country(&row.country)));
    Ok(calendar.map_or(Tz::UTC, crate::sla::Calendar::zone))
}
