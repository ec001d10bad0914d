//! Submission guards: what turns an accept of the policy into a review. The policy judges a request alone; the guards look at
//! who files and at what the tenant has had. Pure: the facts come from [`facts`](super::facts), read under the tenant's lock.
//!
//! Their figures are ceilings compiled in. An edition of the policy may name fewer users, no file may name more of anything.

use crate::config::AutoGrant;
use crate::identity::Person;
use crate::policy::case::Subjects;
use crate::policy::{Edition, Limits};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use std::collections::BTreeSet;
use uuid::Uuid;

/// How many days a user may be exempt on a surface by automatic grants, within any [`WINDOW`].
pub const AUTO_DAYS: TimeDelta = TimeDelta::days(90);
/// The time within which automatic grants add up.
pub const WINDOW: TimeDelta = TimeDelta::days(365);
/// How long a request that was denied or withdrawn is recent.
pub const RECENT: TimeDelta = TimeDelta::days(90);

/// Why a person looks at a request that the policy accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guard {
    /// More distinct users would be exempt at once than may be without a person.
    TenantTotalOverLimit,
    /// A user would be exempt on a surface by automatic grants for more than [`AUTO_DAYS`] within a [`WINDOW`].
    AutoDaysUsedUp,
    /// A request of the tenant for the same issue was denied or withdrawn recently.
    RecentRequestChanged,
    /// Staff revoked an exception of the tenant, and no lead has lifted the hold.
    TenantOnHold,
    /// Whoever files has not passed MFA and would be exempt.
    FilerWithoutMfaNamesItself,
    /// The operator has switched automatic grants off.
    AutoGrantOff,
}

impl Guard {
    /// Every guard, in the order in which they are told.
    pub const ALL: [Self; 6] = [
        Self::TenantTotalOverLimit,
        Self::AutoDaysUsedUp,
        Self::RecentRequestChanged,
        Self::TenantOnHold,
        Self::FilerWithoutMfaNamesItself,
        Self::AutoGrantOff,
    ];

    /// The code in the API; partners read the message `guard-CODE`, reviewers `review-guard-CODE`, underscores as hyphens.
    pub fn code(self) -> &'static str {
        match self {
            Self::TenantTotalOverLimit => "tenant_total_over_limit",
            Self::AutoDaysUsedUp => "auto_days_used_up",
            Self::RecentRequestChanged => "recent_request_changed",
            Self::TenantOnHold => "tenant_on_hold",
            Self::FilerWithoutMfaNamesItself => "filer_without_mfa_names_itself",
            Self::AutoGrantOff => "auto_grant_off",
        }
    }
}

/// What an accepted request would grant.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Whom.
    pub subjects: &'a Subjects,
    /// Where.
    pub surfaces: &'a BTreeSet<String>,
    /// First instant in force.
    pub from: DateTime<Utc>,
    /// First instant no longer in force.
    pub until: DateTime<Utc>,
}

/// An automatic grant that the tenant has had, for as long as it held or will hold.
#[derive(Clone, Debug, Deserialize)]
pub struct AutoGrantHad {
    /// Whether it covers every user.
    pub every_user: bool,
    /// Whom it covers otherwise.
    pub object_ids: Vec<Uuid>,
    /// Where.
    pub surfaces: Vec<String>,
    /// First instant in force.
    pub from: DateTime<Utc>,
    /// First instant no longer in force: its end, or its revocation.
    pub until: DateTime<Utc>,
}

/// What the guards look at besides the request.
#[derive(Clone, Debug, Default)]
pub struct TenantFacts {
    /// Distinct users of the exceptions in force or scheduled and of this request together.
    pub users_together: i64,
    /// Whether an exception in force or scheduled covers every user.
    pub every_user_exempt: bool,
    /// Automatic grants that end after `now` minus [`WINDOW`] and share a user and a surface with this request.
    pub auto_grants: Vec<AutoGrantHad>,
    /// The tenant's latest request for the same issue that was denied or withdrawn after `now` minus [`RECENT`].
    pub refused_before: Option<Uuid>,
    /// Whether a hold is in force.
    pub on_hold: bool,
}

/// Every guard that strikes, in the order of [`Guard::ALL`]. Only what the policy accepts needs to be asked about.
pub fn strike(
    wanted: &Wanted<'_>,
    filer: &Person,
    facts: &TenantFacts,
    edition: &Edition,
    switch: AutoGrant,
) -> Vec<Guard> {
    let strikes = |guard: &Guard| match guard {
        Guard::TenantTotalOverLimit => over_total(wanted, facts, edition.limits()),
        Guard::AutoDaysUsedUp => auto_days_used_up(wanted, &facts.auto_grants),
        Guard::RecentRequestChanged => facts.refused_before.is_some(),
        Guard::TenantOnHold => facts.on_hold,
        Guard::FilerWithoutMfaNamesItself => !filer.mfa && covers(wanted.subjects, filer.object_id.0),
        Guard::AutoGrantOff => switch == AutoGrant::Off,
    };
    Guard::ALL.into_iter().filter(strikes).collect()
}

fn covers(subjects: &Subjects, user: Uuid) -> bool {
    match subjects {
        Subjects::All => true,
        Subjects::Users(users) => users.contains(&user),
    }
}

fn over_total(wanted: &Wanted<'_>, facts: &TenantFacts, limits: Limits) -> bool {
    let limit = limits.max_users.min(Limits::CEILING.max_users);
    facts.every_user_exempt || matches!(wanted.subjects, Subjects::All) || facts.users_together > limit.into()
}

/// Whether a user and a surface of `wanted` would pass [`AUTO_DAYS`]. Time that two grants cover counts once: what is bounded
/// is how long somebody goes without MFA on the policy's word alone.
fn auto_days_used_up(wanted: &Wanted<'_>, had: &[AutoGrantHad]) -> bool {
    let users: Vec<Option<Uuid>> = match wanted.subjects {
        // Grants to single users count against "every user", and the other way round.
        Subjects::All => vec![None],
        Subjects::Users(users) => users.iter().copied().map(Some).collect(),
    };
    let pairs = users.iter().flat_map(|user| wanted.surfaces.iter().map(move |surface| (user, surface)));
    pairs.into_iter().any(|(user, surface)| {
        let touches = |grant: &&AutoGrantHad| {
            let user = user.is_none_or(|user| grant.every_user || grant.object_ids.contains(&user));
            user && grant.surfaces.contains(surface)
        };
        let had = had.iter().filter(touches).map(|grant| (grant.from, grant.until));
        most_in_a_window(had, (wanted.from, wanted.until)) > AUTO_DAYS
    })
}

type Span = (DateTime<Utc>, DateTime<Utc>);

/// The most time that `had` and `new` together cover within a [`WINDOW`] that `new` touches.
///
/// As a window slides, what it covers can only begin to shrink where its start leaves the start of a span or its end the end
/// of one; so the fullest window begins or ends there.
fn most_in_a_window(had: impl Iterator<Item = Span>, new: Span) -> TimeDelta {
    let spans = merged(had.chain([new]).filter(|(from, until)| from < until).collect());
    let starts = spans.iter().flat_map(|(from, until)| [*from, *until - WINDOW]);
    let touching = starts.filter(|start| *start < new.1 && *start + WINDOW > new.0);
    let covered = |start: DateTime<Utc>| -> TimeDelta {
        let within = |(from, until): &Span| (*until).min(start + WINDOW) - (*from).max(start);
        spans.iter().map(within).filter(|time| *time > TimeDelta::zero()).sum()
    };
    touching.map(covered).max().unwrap_or_default()
}

/// The same time as spans in order that do not touch each other.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for (from, until) in spans {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(until),
            _ => merged.push((from, until)),
        }
    }
    merged
}

#[cfg(test)]
mod tests;
