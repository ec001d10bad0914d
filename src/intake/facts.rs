//! What filing has to know, read in one statement under the tenant's lock.

use super::file::{not_registered, open_already};
use super::guards::{self, AutoGrantHad, TenantFacts};
use super::new_request::NewRequest;
use crate::db::Tx;
use crate::identity::TenantId;
use crate::policy::case::Subjects;
use crate::problem::Kind;
use crate::sla::{Calendar, Calendars};
use crate::web::Failure;
use crate::web::idempotency::{self, First, Key};
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use uuid::Uuid;

/// What is there as the request comes in.
#[derive(Debug)]
pub struct Facts {
    /// The answer that the key got before.
    pub first: Option<First>,
    /// Where the tenant stands; an error when it may file nothing, or not this.
    pub tenant: Result<Standing, Failure>,
}

/// Whether the request will be written, which takes a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// It will.
    Taken,
    /// Somebody only wants to know what would come of it: its number is 0.
    Left,
}

/// A tenant that may file the request.
#[derive(Debug)]
pub struct Standing {
    /// The tenant's name.
    pub name: String,
    country: String,
    calendar: String,
    /// The number of the request to be written.
    pub number: i64,
    /// What the guards look at.
    pub guards: TenantFacts,
}

impl Standing {
    /// The calendar of its business days; its country's, should the one that it was registered with be gone.
    pub fn calendar_in<'a>(&self, calendars: &'a Calendars) -> &'a Calendar {
        calendars.get(&self.calendar).unwrap_or_else(|| calendars.for_country(&self.country))
    }
}

/// Reads them for `new`, as far as it is understood, in a transaction of [`Db::alone`](crate::db::Db::alone).
///
/// # Errors
/// 409 while the key's first call runs; 422 when the key was used for something else; 503.
pub async fn read(
    tx: &mut Tx,
    tenant: TenantId,
    key: Option<&Key>,
    new: Option<&NewRequest>,
    now: DateTime<Utc>,
    number: Number,
) -> Result<Facts, Failure> {
    let issue = new.map(|new| new.issue.as_str()).unwrap_or_default();
    let users: Vec<Uuid> = match new.map(|new| &new.scope.subjects) {
        Some(Subjects::Users(users)) => users.iter().copied().collect(),
        Some(Subjects::All) | None => Vec::new(),
    };
    let surfaces: Vec<String> = new.map(|new| new.scope.surfaces.iter().cloned().collect()).unwrap_or_default();
    let row = sqlx::query_file!(
        "src/intake/facts.sql",
        tenant.0,
        key.map(Key::name),
        idempotency::oldest(now),
        issue,
        &users,
        &surfaces,
        now,
        now - guards::RECENT,
        now - guards::WINDOW,
        number == Number::Taken,
    )
    .fetch_one(&mut **tx)
    .await?;
    if !row.key_is_free {
        return Err(idempotency::still_running());
    }
    let first = match (key, row.first_digest, row.first_created) {
        (Some(key), Some(digest), Some(created)) => {
            Some(key.repeats(&digest, First { created, answer: row.first_answer })?)
        }
        _ => None,
    };
    let guards = TenantFacts {
        users_together: row.users_together,
        every_user_exempt: row.every_user_exempt,
        auto_grants: row.auto_grants.0,
        refused_before: row.refused_before,
        on_hold: row.on_hold,
    };
    let registered = row.partner_name.zip(row.partner_country).zip(row.partner_calendar);
    let tenant = match (registered, row.open, row.number) {
        (None, ..) => Err(not_registered(tenant)),
        (_, Some(reference), _) => Err(open_already(&reference)),
        (Some(((name, country), calendar)), None, Some(number)) => {
            Ok(Standing { name, country, calendar, number, guards })
        }
        // The key's first call took the number.
        (Some(_), None, None) => Err(Failure::new(Kind::Internal)),
    };
    Ok(Facts { first, tenant })
}
