//! What a reviewer may grant: a scope within the one asked for.

use crate::intake::{ScopeBody, SubjectsBody};
use crate::policy::Issue;
use crate::policy::case::{Scope, Subjects};
use crate::problem::InputError;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeSet;

/// Nobody grants every user for longer than this.
const MAX_DAYS_FOR_EVERY_USER: u16 = 30;
/// Above this many users a grant is broad.
const BROAD_USERS: usize = 50;
/// Above this many days a grant is broad.
const BROAD_DAYS: u16 = 90;

/// What the policy lets nobody grant for an issue.
#[derive(Clone, Debug, Default)]
pub struct Bounds {
    /// Surfaces that are never granted.
    pub never: BTreeSet<String>,
    /// When every exception of the issue ends.
    pub sunset: Option<DateTime<Utc>>,
}

impl Bounds {
    /// What each of the editions' words on an issue forbids: a grant keeps to the edition that judged the request and to the
    /// one in force.
    pub fn of<'a>(issues: impl IntoIterator<Item = &'a Issue>) -> Self {
        issues.into_iter().fold(Self::default(), |bounds, issue| Self {
            never: bounds.never.union(issue.never_surfaces()).cloned().collect(),
            sunset: [bounds.sunset, issue.sunset()].into_iter().flatten().min(),
        })
    }
}

/// `wanted` as a scope, when it lies within `asked` and may be granted by a person.
///
/// # Errors
/// Every place that reaches beyond what was asked, or beyond what anybody may grant.
pub fn within(wanted: &ScopeBody, asked: &Scope, bounds: &Bounds) -> Result<Scope, Vec<InputError>> {
    let mut errors = Vec::new();
    let subjects = subjects(&wanted.subjects, &asked.subjects, &mut errors);
    for (index, surface) in wanted.surfaces.iter().enumerate() {
        let place = format!("/scope/surfaces/{index}");
        if !asked.surfaces.contains(surface) {
            errors.push(InputError::new(place, "beyond_what_was_asked").with("value", surface.clone()));
        } else if bounds.never.contains(surface) {
            errors.push(InputError::new(place, "surface_never_granted"));
        }
    }
    if wanted.surfaces.is_empty() {
        errors.push(InputError::new("/scope/surfaces", "surfaces_empty"));
    }
    let duration_days = match u16::try_from(wanted.duration_days) {
        Ok(days) if (1..=asked.duration_days).contains(&days) => days,
        _ => {
            let error = InputError::new("/scope/duration_days", "days_beyond_what_was_asked");
            errors.push(error.with("max", i64::from(asked.duration_days)));
            asked.duration_days
        }
    };
    match (wanted.starts_at, asked.starts_at) {
        (Some(start), Some(asked)) if start < asked => {
            errors.push(InputError::new("/scope/starts_at", "start_before_what_was_asked"));
        }
        // What ends after the time that was asked for lies outside it, however short it is. Asked for at once means at once.
        (Some(start), Some(first)) if start - first > TimeDelta::days((asked.duration_days - duration_days).into()) => {
            errors.push(InputError::new("/scope/starts_at", "start_after_what_was_asked"));
        }
        (Some(_), None) => errors.push(InputError::new("/scope/starts_at", "start_after_what_was_asked")),
        _ => {}
    }
    if subjects == Subjects::All && duration_days > MAX_DAYS_FOR_EVERY_USER {
        let error = InputError::new("/scope/duration_days", "too_long_for_every_user");
        errors.push(error.with("max", i64::from(MAX_DAYS_FOR_EVERY_USER)));
    }
    // A start that was asked for stays, when the reviewer names none: never earlier than asked.
    let starts_at = wanted.starts_at.or(asked.starts_at);
    let surfaces = wanted.surfaces.iter().cloned().collect();
    if errors.is_empty() { Ok(Scope { subjects, surfaces, starts_at, duration_days }) } else { Err(errors) }
}

fn subjects(wanted: &SubjectsBody, asked: &Subjects, errors: &mut Vec<InputError>) -> Subjects {
    const PLACE: &str = "/scope/subjects/object_ids";
    let ids = match wanted {
        SubjectsBody::All => {
            if *asked != Subjects::All {
                errors.push(InputError::new("/scope/subjects", "every_user_not_asked"));
            }
            return Subjects::All;
        }
        SubjectsBody::Users { object_ids } => object_ids,
    };
    let mut users = BTreeSet::new();
    for (index, id) in ids.iter().enumerate() {
        let place = format!("{PLACE}/{index}");
        match (crate::identity::parse_guid(id), asked) {
            (None, _) => errors.push(InputError::new(place, "user_id_invalid")),
            (Some(id), Subjects::Users(asked)) if !asked.contains(&id) => {
                errors.push(InputError::new(place, "beyond_what_was_asked").with("value", id.to_string()));
            }
            (Some(id), _) => {
                users.insert(id);
            }
        }
    }
    if ids.is_empty() {
        errors.push(InputError::new(PLACE, "subjects_empty"));
    }
    Subjects::Users(users)
}

/// Whether granting `scope` takes two people, one of them a lead.
pub fn is_broad(scope: &Scope) -> bool {
    let many = match &scope.subjects {
        Subjects::All => true,
        Subjects::Users(users) => users.len() > BROAD_USERS,
    };
    many || scope.duration_days > BROAD_DAYS
}

/// When `scope` holds if it is granted at `now`; nothing when the issue's sunset leaves no time.
pub fn time(scope: &Scope, bounds: &Bounds, now: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let (start, end) = (scope.start(now), scope.end(now));
    let end = bounds.sunset.map_or(end, |sunset| end.min(sunset));
    (start < end).then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn asked() -> Scope {
        Scope {
            subjects: Subjects::Users((1..=3).map(Uuid::from_u128).collect()),
            surfaces: ["dashboard", "partner_api"].map(str::to_owned).into(),
            starts_at: None,
            duration_days: 60,
        }
    }

    fn wanted(ids: &[u128], surfaces: &[&str], days: i64) -> ScopeBody {
        ScopeBody {
            subjects: SubjectsBody::Users {
                object_ids: ids.iter().map(|id| Uuid::from_u128(*id).to_string()).collect(),
            },
            surfaces: surfaces.iter().map(|name| (*name).to_owned()).collect(),
            starts_at: None,
            duration_days: days,
        }
    }

    fn places(wanted: &ScopeBody, asked: &Scope) -> Vec<String> {
        within(wanted, asked, &Bounds::default()).unwrap_err().into_iter().map(|error| error.pointer).collect()
    }

    #[test]
    fn less_than_asked_may_be_granted() {
        assert!(within(&wanted(&[1], &["dashboard"], 30), &asked(), &Bounds::default()).is_ok());
        assert!(within(&wanted(&[1, 2, 3], &["dashboard", "partner_api"], 60), &asked(), &Bounds::default()).is_ok());
    }

    #[test]
    fn more_than_asked_is_refused_at_its_place() {
        assert_eq!(places(&wanted(&[1, 4], &["dashboard"], 30), &asked()), ["/scope/subjects/object_ids/1"]);
        assert_eq!(places(&wanted(&[1], &["dashboard", "x"], 30), &asked()), ["/scope/surfaces/1"]);
        assert_eq!(places(&wanted(&[1], &["dashboard"], 61), &asked()), ["/scope/duration_days"]);
        assert_eq!(places(&wanted(&[1], &["dashboard"], 0), &asked()), ["/scope/duration_days"]);
        let all = ScopeBody { subjects: SubjectsBody::All, ..wanted(&[], &["dashboard"], 30) };
        assert_eq!(places(&all, &asked()), ["/scope/subjects"]);
    }

    #[test]
    fn every_user_is_granted_for_thirty_days_at_most() {
        let everybody = Scope { subjects: Subjects::All, ..asked() };
        let all = |days| ScopeBody { subjects: SubjectsBody::All, ..wanted(&[], &["dashboard"], days) };
        assert!(within(&all(30), &everybody, &Bounds::default()).is_ok());
        assert_eq!(places(&all(31), &everybody), ["/scope/duration_days"]);
        assert!(within(&wanted(&[9], &["dashboard"], 60), &everybody, &Bounds::default()).is_ok());
    }

    #[test]
    fn what_is_never_granted_is_refused_at_its_place() {
        let bounds = Bounds { never: ["partner_api".to_owned()].into(), sunset: None };
        let errors = within(&wanted(&[1], &["dashboard", "partner_api"], 30), &asked(), &bounds).unwrap_err();
        assert_eq!((errors[0].pointer.as_str(), errors[0].code), ("/scope/surfaces/1", "surface_never_granted"));
        assert!(within(&wanted(&[1], &["dashboard"], 30), &asked(), &bounds).is_ok());
    }

    #[test]
    fn broad_is_everybody_or_many_or_long() {
        assert!(!is_broad(&asked()));
        assert!(is_broad(&Scope { subjects: Subjects::All, ..asked() }));
        assert!(is_broad(&Scope { duration_days: 91, ..asked() }));
        assert!(is_broad(&Scope { subjects: Subjects::Users((0..51).map(Uuid::from_u128).collect()), ..asked() }));
    }
}
