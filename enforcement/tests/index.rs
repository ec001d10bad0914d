//! The index and the digest follow changes one by one and never lose or invent a rule.

use chrono::{DateTime, TimeDelta, Utc};
use mfa_enforcement::{Rule, RuleIndex, RulesDigest, Subjects, SurfaceName};
use proptest::prelude::*;
use uuid::Uuid;

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_341_600, 0).expect("an instant") + TimeDelta::minutes(minutes)
}

fn rule(id: u128) -> Rule {
    Rule {
        id: Uuid::from_u128(id),
        tenant: Uuid::from_u128(1),
        subjects: Subjects::Users(vec![Uuid::from_u128(7)]),
        surfaces: vec!["dashboard".into()],
        not_before: at(0),
        expires_at: at(10),
        issue: "exchange_online_powershell".into(),
    }
}

fn some_rule() -> impl Strategy<Value = Rule> {
    let user = || (0..4_u128).prop_map(Uuid::from_u128);
    let subjects = prop_oneof![
        3 => user().prop_map(|user| Subjects::Users(vec![user])),
        2 => prop::collection::vec(user(), 0..6).prop_map(Subjects::Users),
        1 => Just(Subjects::All),
    ];
    let surfaces = prop::sample::subsequence(vec!["dashboard".to_owned(), "partner_api".into(), "other".into()], 0..=3);
    // What a desk publishes has whole microseconds; other documents may be finer.
    let finer = || prop::sample::select(vec![0, 0, 1, 1_000]).prop_map(TimeDelta::nanoseconds);
    (0..12_u128, 0..3_u128, subjects, surfaces, (0..6_i64, finer()), (2..9_i64, finer())).prop_map(
        |(id, tenant, subjects, surfaces, (start, start_finer), (end, end_finer))| Rule {
            tenant: Uuid::from_u128(tenant),
            subjects,
            surfaces,
            not_before: at(start) + start_finer,
            expires_at: at(end) + end_finer,
            ..rule(id)
        },
    )
}

/// The answer by looking at every rule.
fn scan(rules: &[Rule], tenant: Uuid, user: Uuid, surface: &str, at: DateTime<Utc>) -> Option<Uuid> {
    let covers = |rule: &&Rule| {
        rule.tenant == tenant
            && match &rule.subjects {
                Subjects::All => true,
                Subjects::Users(users) => users.contains(&user),
            }
            && rule.surfaces.iter().any(|name| name == surface)
            && rule.not_before <= at
            && at < rule.expires_at
    };
    rules.iter().filter(covers).min_by_key(|rule| (std::cmp::Reverse(rule.expires_at), rule.id)).map(|rule| rule.id)
}

/// Rules as they can be compared: users ascending, in the order of their JSON.
fn sorted(rules: impl IntoIterator<Item = Rule>) -> Vec<String> {
    let mut texts: Vec<_> = rules.into_iter().map(|rule| serde_json::to_string(&rule).expect("JSON")).collect();
    texts.sort();
    texts
}

#[derive(Clone, Debug)]
enum Change {
    Insert(Rule),
    Remove(u128),
}

fn some_change() -> impl Strategy<Value = Change> {
    prop_oneof![3 => some_rule().prop_map(Change::Insert), 2 => (0..12_u128).prop_map(Change::Remove)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_any_changes_the_index_answers_like_a_scan_of_the_rules(
        start in prop::collection::vec(some_rule(), 0..10), changes in prop::collection::vec(some_change(), 0..40),
    ) {
        let mut index = RuleIndex::of(&start);
        let mut digest = RulesDigest::of(&start);
        let mut rules = start;
        for change in changes {
            match change {
                Change::Insert(rule) => {
                    index.insert(&rule);
                    digest.add(&rule);
                    rules.push(rule);
                }
                Change::Remove(id) => {
                    let id = Uuid::from_u128(id);
                    let removed = index.remove(id);
                    removed.iter().for_each(|rule| digest.remove(rule));
                    let gone = rules.extract_if(.., |rule| rule.id == id).collect::<Vec<_>>();
                    prop_assert_eq!(sorted(removed), sorted(gone));
                }
            }
        }
        prop_assert_eq!(index.len(), rules.len());
        prop_assert_eq!(digest, RulesDigest::of(&rules));
        prop_assert_eq!(sorted(index.rules()), sorted(rules.clone()));
        for tenant in (0..3).map(Uuid::from_u128) {
            for user in (0..5).map(Uuid::from_u128) {
                for surface in ["dashboard", "partner_api", "unknown"] {
                    for minute in [0, 3, 6, 9] {
                        for nanoseconds in [0, 1, 999] {
                            let at = at(minute) + TimeDelta::nanoseconds(nanoseconds);
                            let expected = scan(&rules, tenant, user, surface, at);
                            prop_assert_eq!(index.covering(tenant, user, &surface.into(), at), expected);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn unusual_instants_come_back_as_they_were_and_bound_the_rule() {
    let leap = "2016-12-31T23:59:60.5Z".parse::<DateTime<Utc>>().expect("a leap second");
    let next = "2017-01-01T00:00:00Z".parse::<DateTime<Utc>>().expect("an instant");
    let last = "2111-12-31T23:59:59.999999Z".parse::<DateTime<Utc>>().expect("an instant");
    let tick = TimeDelta::nanoseconds(1);
    let windows = [
        (next - TimeDelta::seconds(1), leap, leap),
        (leap, next, leap),
        (next, next + TimeDelta::microseconds(1), next + tick * 999),
        (next - TimeDelta::microseconds(1), next, leap),
        (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC, next),
        (DateTime::<Utc>::UNIX_EPOCH, DateTime::<Utc>::UNIX_EPOCH + TimeDelta::microseconds(1), next),
        (DateTime::<Utc>::UNIX_EPOCH - tick * 1_000, DateTime::<Utc>::UNIX_EPOCH, next),
        (last, last + tick * 1_000, last + tick),
        (last - tick * 1_000, last, last - tick),
        (next, last + tick * 2_000, last + tick * 1_000),
        (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::UNIX_EPOCH - TimeDelta::days(800_000), DateTime::<Utc>::MIN_UTC),
    ];
    for (not_before, expires_at, now) in windows {
        let rule = Rule { not_before, expires_at, ..rule(1) };
        let index = RuleIndex::of(std::slice::from_ref(&rule));
        assert!(index.rules().eq([rule.clone()]), "{not_before} to {expires_at}");
        for now in [now, not_before, expires_at, leap, next] {
            let expected = scan(std::slice::from_ref(&rule), rule.tenant, Uuid::from_u128(7), "dashboard", now);
            let found = index.covering(rule.tenant, Uuid::from_u128(7), &"dashboard".into(), now);
            assert_eq!(found, expected, "{not_before} to {expires_at} at {now}");
        }
    }
}

#[test]
fn every_one_of_many_rules_is_found_whatever_room_there_was_at_first() {
    let rule = |id: u128| Rule {
        tenant: Uuid::from_u128(id % 100),
        subjects: Subjects::Users(vec![Uuid::from_u128(id)]),
        ..rule(id)
    };
    for room in [0, 1, 5_000, 20_000, 30_000] {
        let mut index = RuleIndex::with_capacity(room);
        (0..20_000).for_each(|id| index.insert(&rule(id)));
        for id in (0..20_000).step_by(2) {
            assert_eq!(index.remove(Uuid::from_u128(id)), [rule(id)]);
        }
        assert_eq!(index.len(), 10_000);
        for id in 0..20_000 {
            let found = index.covering(Uuid::from_u128(id % 100), Uuid::from_u128(id), &"dashboard".into(), at(1));
            assert_eq!(found, (id % 2 == 1).then(|| Uuid::from_u128(id)), "room for {room}");
        }
    }
}

#[test]
fn a_rule_covers_nobody_else_whose_place_it_shares() {
    let (dashboard, id) = (SurfaceName::from("dashboard"), Uuid::from_u128);
    // Where a hundred thousand others are looked for, hundreds of rules look like theirs until they are read.
    let of_one_tenant: Vec<Rule> =
        (0..20_000).map(|user| Rule { subjects: Subjects::Users(vec![id(user)]), ..rule(user) }).collect();
    let of_one_user: Vec<Rule> = (0..20_000).map(|tenant| Rule { tenant: id(tenant), ..rule(tenant) }).collect();
    let (users, tenants) = (RuleIndex::of(&of_one_tenant), RuleIndex::of(&of_one_user));
    for other in 20_000..120_000 {
        assert_eq!(users.covering(id(1), id(other), &dashboard, at(1)), None);
        assert_eq!(tenants.covering(id(other), id(7), &dashboard, at(1)), None);
    }
}

#[test]
fn hundreds_of_rules_of_one_user_are_weighed_like_few_and_leave_the_others_alone() {
    let user = |id: u128| Uuid::from_u128(if id.is_multiple_of(2) { 7 } else { id });
    let rule = |id: u128| Rule {
        subjects: Subjects::Users(vec![user(id)]),
        expires_at: at(10 + (id * 7 % 400) as i64),
        ..rule(id)
    };
    let all: Vec<Rule> = (0..1_000).map(rule).collect();
    let (tenant, surface) = (all[0].tenant, SurfaceName::from("dashboard"));
    // The first to come are the first to go, or in an order of no meaning: whichever found no place must be found.
    let orders: [fn(usize) -> usize; 2] = [|_| 0, |left| left * 5 / 7];
    for next in orders {
        let mut rules = all.clone();
        let mut index = RuleIndex::of(&rules);
        while !rules.is_empty() {
            for user in [7, 9, 501].map(Uuid::from_u128) {
                for minute in [1, 100, 300, 409] {
                    let expected = scan(&rules, tenant, user, &surface, at(minute));
                    assert_eq!(index.covering(tenant, user, &surface, at(minute)), expected, "{} rules", rules.len());
                }
            }
            for _ in 0..20 {
                let gone = rules.remove(next(rules.len()));
                assert_eq!(index.remove(gone.id), [gone]);
            }
            assert_eq!(sorted(index.rules()), sorted(rules.clone()));
        }
        assert!(index.is_empty());
    }
}

#[test]
fn rules_of_more_kinds_than_a_place_can_tell_apart_come_back_as_they_were() {
    let rule = |id: u128| Rule {
        subjects: Subjects::Users(vec![Uuid::from_u128(id)]),
        surfaces: vec![format!("surface {}", id % 3)],
        issue: format!("issue {id}"),
        ..rule(id)
    };
    let rules: Vec<Rule> = (0..5_000).map(rule).collect();
    let index = RuleIndex::of(&rules);
    assert_eq!(sorted(index.rules()), sorted(rules.clone()));
    for rule in rules.iter().step_by(7) {
        for surface in ["surface 0", "surface 1", "surface 2"] {
            let user = Uuid::from_u128(rule.id.as_u128());
            let expected = (*surface == rule.surfaces[0]).then_some(rule.id);
            assert_eq!(index.covering(rule.tenant, user, &surface.into(), at(1)), expected, "{surface} of {}", rule.id);
        }
    }
}

#[test]
fn rules_of_more_surfaces_than_have_a_bit_are_told_apart_like_those_of_few() {
    let surface = |number: u128| format!("surface {}", number % 200);
    let rule = |id: u128| Rule {
        subjects: if id.is_multiple_of(50) { Subjects::All } else { Subjects::Users(vec![Uuid::from_u128(id % 40)]) },
        surfaces: vec![surface(id), surface(id * 7 + 1), surface(id + 60)],
        expires_at: at(10 + (id % 9) as i64),
        ..rule(id)
    };
    let rules: Vec<Rule> = (0..300).map(rule).collect();
    let mut index = RuleIndex::of(&rules);
    for left in [300, 120, 0] {
        (left..300).for_each(|id| drop(index.remove(Uuid::from_u128(id as u128))));
        for user in (0..41).map(Uuid::from_u128) {
            for surface in (0..200).map(surface).chain(["unknown".to_owned()]) {
                let expected = scan(&rules[..left], Uuid::from_u128(1), user, &surface, at(12));
                let found = index.covering(Uuid::from_u128(1), user, &surface.as_str().into(), at(12));
                assert_eq!(found, expected, "{user} on {surface}");
            }
        }
    }
}

#[test]
fn a_million_rules_of_one_user_each_take_at_most_70_bytes_a_rule() {
    let mut index = RuleIndex::with_capacity(1_000_000);
    let empty = index.heap_bytes();
    for id in 0..2_000 {
        let subjects = Subjects::Users(vec![Uuid::from_u128(id)]);
        index.insert(&Rule { tenant: Uuid::from_u128(id % 100), subjects, ..rule(id) });
    }
    let used = index.heap_bytes();
    assert!(used - empty < 20_000, "what rules share is kept once: {}", used - empty);
    assert!(used / 1_000_000 <= 70, "{} bytes a rule", used / 1_000_000);
}

#[test]
fn the_digest_of_known_rules_is_the_one_computed_by_other_means() {
    let tenant = "6f1c2f4e-5f0e-4c38-9d0a-0b5a3a3f8f10";
    let rules: Vec<Rule> = serde_json::from_value(serde_json::json!([
        {"id": "0193A000-0000-7000-8000-000000000001", "tenant": tenant, "unknown": 1,
         "subjects": ["1c2e3f4b-5d6f-4071-9b8c-ad1e2f3a4b5c", "0b1d2f3a-4c5e-4f60-8a7b-9c0d1e2f3a4b",
                      "1c2e3f4b-5d6f-4071-9b8c-ad1e2f3a4b5c"],
         "surfaces": ["partner_api", "dashboard"], "not_before": "2026-11-01T09:00:00+09:00",
         "expires_at": "2026-12-01T00:00:00.5Z", "issue": "exchange_online_powershell"},
        {"id": "0193a000-0000-7000-8000-000000000002", "tenant": tenant, "subjects": "all",
         "surfaces": ["delegated_admin_portal"], "not_before": "2026-11-01T00:00:00.000001Z",
         "expires_at": "2026-12-01T00:00:00Z", "issue": "三者"}
    ]))
    .expect("rules");
    let none = "sha-256:2ce94340a7717f96e641cbbf07bd0559631dc08d4833f2d8183cd43ee8583409";
    let both = "sha-256:f952c9db6be344c9b7bb4ea2968f9fcf310016f6e6b96a4ba2e877443ce33b5a";
    assert_eq!(RulesDigest::default().to_string(), none);
    assert_eq!(RulesDigest::of(&rules).to_string(), both);
    assert_eq!(RulesDigest::of(rules.iter().rev()).to_string(), both, "the order is immaterial");
}

#[test]
fn every_field_of_a_rule_changes_the_digest() {
    let plain = rule(1);
    let other = [
        Rule { id: Uuid::from_u128(2), ..plain.clone() },
        Rule { tenant: Uuid::from_u128(2), ..plain.clone() },
        Rule { subjects: Subjects::All, ..plain.clone() },
        Rule { surfaces: vec!["partner_api".into()], ..plain.clone() },
        Rule { not_before: at(1), ..plain.clone() },
        Rule { expires_at: at(11), ..plain.clone() },
        Rule { issue: String::new(), ..plain.clone() },
    ];
    for other in other {
        assert_ne!(RulesDigest::of([&plain]), RulesDigest::of([&other]), "{other:?}");
    }
    assert_ne!(RulesDigest::of([&plain, &plain]), RulesDigest::of([&plain]));
    assert_ne!(RulesDigest::of([&plain, &plain]).to_string(), RulesDigest::default().to_string());
}
