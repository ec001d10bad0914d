//! The guards that reckon, against slow models; the others are seen over HTTP.

use super::*;
use crate::locale::Lang;
use proptest::prelude::*;

fn day(day: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000 + day)
}

fn most(had: &[(i64, i64)], new: (i64, i64)) -> i64 {
    let had = had.iter().map(|(from, until)| (day(*from), day(*until)));
    most_in_a_window(had, (day(new.0), day(new.1))).num_days()
}

#[test]
fn a_year_is_any_year_and_time_that_two_grants_cover_counts_once() {
    assert_eq!(most(&[], (0, 90)), 90);
    assert_eq!(most(&[(0, 60)], (0, 60)), 60);
    assert_eq!(most(&[(0, 60)], (60, 91)), 91);
    assert_eq!(most(&[(0, 60)], (365, 425)), 60);
    assert_eq!(most(&[(0, 60)], (364, 424)), 61, "a day of the one and all of the other");
    assert_eq!(most(&[(0, 60), (400, 430)], (330, 360)), 90, "no window holds all three");
    assert_eq!(most(&[(5, 5)], (0, 10)), 10, "revoked before it began");
    assert_eq!(
        most(&[(0, 300)], (700, 710)),
        10,
        "a window that the new grant does not touch is nobody's business now"
    );
}

proptest! {
    #[test]
    fn the_fullest_window_is_found(had in prop::collection::vec((0_i64..800, 0_i64..120), 0..6), from in 0_i64..800, days in 1_i64..120) {
        let had: Vec<_> = had.into_iter().map(|(from, days)| (from, from + days)).collect();
        let new = (from, from + days);
        let covered = |day: i64| had.iter().chain([&new]).any(|(from, until)| (*from..*until).contains(&day));
        let count = |start: i64| (start..start + 365).filter(|day| covered(*day)).count() as i64;
        let slow = (new.0 - 364..new.1).map(count).max().unwrap();
        prop_assert_eq!(most(&had, new), slow);
    }
}

fn had(user: Uuid, surface: &str, from: i64, until: i64) -> AutoGrantHad {
    AutoGrantHad {
        every_user: false,
        object_ids: vec![user],
        surfaces: vec![surface.to_owned()],
        from: day(from),
        until: day(until),
    }
}

#[test]
fn days_are_used_up_by_user_and_surface() {
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let used_up = |had: &[AutoGrantHad], users: &[Uuid], surface: &str| {
        let subjects = Subjects::Users(users.iter().copied().collect());
        let surfaces = BTreeSet::from([surface.to_owned()]);
        let wanted = Wanted { subjects: &subjects, surfaces: &surfaces, from: day(80), until: day(100) };
        auto_days_used_up(&wanted, had)
    };
    let grants = [had(one, "here", 0, 80)];
    assert!(used_up(&grants, &[one, two], "here"));
    assert!(!used_up(&grants, &[two], "here"));
    assert!(!used_up(&grants, &[one], "there"));
    assert!(!used_up(&[had(one, "here", 0, 70)], &[one], "here"), "90 days are not more than 90");
    let everybody = AutoGrantHad { every_user: true, ..had(one, "here", 0, 80) };
    assert!(used_up(&[everybody], &[two], "here"));
}

#[test]
fn every_guard_has_words_for_partner_and_reviewer_in_both_languages() {
    for (guard, lang) in Guard::ALL.into_iter().flat_map(|guard| Lang::ALL.map(|lang| (guard, lang))) {
        let code = guard.code().replace('_', "-");
        for key in [format!("guard-{code}"), format!("review-guard-{code}")] {
            assert!(lang.try_text(&key).is_some(), "{key} in {lang:?}");
        }
    }
}
