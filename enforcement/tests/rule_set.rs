//! Changes are applied to what their digest names, or not at all.

use chrono::{DateTime, TimeDelta, Utc};
use mfa_enforcement::rule_set::ChangeError;
use mfa_enforcement::wire::Changes;
use mfa_enforcement::{Rule, RuleSet, RulesDigest, Subjects};
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_341_600, 0).expect("an instant") + TimeDelta::minutes(minutes)
}

/// Rule `id` of a tenant, for all its users, none, or this many.
fn rule(id: u128, users: Option<u128>) -> Rule {
    Rule {
        id: Uuid::from_u128(id),
        tenant: Uuid::from_u128(id % 7),
        subjects: users.map_or(Subjects::All, |users| Subjects::Users((0..users).map(Uuid::from_u128).collect())),
        surfaces: vec!["dashboard".into()],
        not_before: at(0),
        expires_at: at(10),
        issue: format!("issue_{}", id % 3),
    }
}

fn changes(upserts: Vec<Rule>, removals: Vec<Uuid>, digest: &RulesDigest) -> Changes {
    Changes {
        issuer: String::new(),
        epoch: Uuid::nil(),
        from: 1,
        version: 2,
        rules_digest: digest.to_string(),
        issued_at: at(0),
        expires_at: at(10),
        upserts,
        removals,
    }
}

fn sorted(rules: impl IntoIterator<Item = Rule>) -> Vec<String> {
    let mut texts: Vec<_> = rules.into_iter().map(|rule| serde_json::to_string(&rule).expect("JSON")).collect();
    texts.sort();
    texts
}

/// Ids, and what becomes of each: gone, or a rule for some users.
type Edits = BTreeMap<u128, Option<Option<u128>>>;

fn some_edits(most: usize) -> impl Strategy<Value = Edits> {
    let users =
        prop_oneof![30 => Just(Some(1)), 8 => (0..5_u128).prop_map(Some), 1 => Just(Some(300)), 4 => Just(None)];
    prop::collection::btree_map(0..80_u128, prop::option::weighted(0.7, users), 0..most)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_any_changes_the_rules_are_those_that_the_digest_names(
        start in some_edits(60), steps in prop::collection::vec(prop_oneof![4 => some_edits(8), 1 => some_edits(60)], 0..8),
    ) {
        let mut rules: BTreeMap<u128, Rule> =
            start.into_iter().filter_map(|(id, users)| Some((id, rule(id, users?)))).collect();
        let mut set = RuleSet::of(&rules.values().cloned().collect::<Vec<_>>()).expect("different ids");
        for edits in steps {
            let (mut upserts, mut removals) = (Vec::new(), Vec::new());
            for (id, users) in edits {
                match users {
                    Some(users) => {
                        rules.insert(id, rule(id, users));
                        upserts.push(rule(id, users));
                    }
                    None => {
                        rules.remove(&id);
                        removals.push(Uuid::from_u128(id));
                    }
                }
            }
            let digest = RulesDigest::of(rules.values());
            let other = RulesDigest::of(&[rule(1000, None)]);
            let before = sorted(set.rules().rules());
            let wrong = set.plan(changes(upserts.clone(), removals.clone(), &other)).err();
            prop_assert_eq!(wrong, Some(ChangeError::WrongDigest));
            prop_assert_eq!(sorted(set.rules().rules()), before, "nothing was touched");
            let plan = set.plan(changes(upserts, removals, &digest)).expect("changes that fit");
            drop(set.carry_out(plan));
            prop_assert_eq!(set.digest(), digest);
            prop_assert_eq!(sorted(set.rules().rules()), sorted(rules.values().cloned()));
            for (id, rule) in &rules {
                prop_assert_eq!(sorted(set.rules().get(Uuid::from_u128(*id))), sorted([rule.clone()]));
            }
        }
    }
}

#[test]
fn an_id_that_is_there_twice_is_refused_in_a_set_and_in_changes() {
    let twice = ChangeError::Twice(Uuid::from_u128(1));
    assert_eq!(RuleSet::of(&[rule(1, None), rule(2, None), rule(1, Some(1))]).err(), Some(twice));
    let set = RuleSet::of(&[]).expect("no rules");
    let both = RulesDigest::of(&[rule(1, None), rule(1, None)]);
    assert_eq!(set.plan(changes(vec![rule(1, None), rule(1, None)], vec![], &both)).err(), Some(twice));
    let one = RulesDigest::of(&[rule(1, None)]);
    assert_eq!(set.plan(changes(vec![rule(1, None)], vec![Uuid::from_u128(1)], &one)).err(), Some(twice));
}

/// How often the set that `rules` come to one by one was copied, and after how many rules for the last time.
fn copies(rules: impl Iterator<Item = Rule>) -> (usize, usize) {
    let mut set = RuleSet::of(&[]).expect("no rules");
    let mut digest = RulesDigest::default();
    let (mut copies, mut last) = (0, 0);
    for (number, rule) in rules.enumerate() {
        digest.add(&rule);
        let plan = set.plan(changes(vec![rule], vec![], &digest)).expect("changes that fit");
        assert_eq!(set.rules().len(), number);
        if set.carry_out(plan).is_some() {
            (copies, last) = (copies + 1, number);
        }
    }
    (copies, last)
}

#[test]
fn rules_that_come_one_by_one_find_room_without_a_long_wait() {
    let ids = || 0..14_000_u128;
    let own_tenant = |id: u128, users| Rule { tenant: Uuid::from_u128(id), ..rule(id, users) };
    // Every hundredth is for three users, every thousandth for all.
    let users =
        |id: u128| if id.is_multiple_of(1000) { None } else { Some(if id.is_multiple_of(100) { 3 } else { 1 }) };
    let feeds: [(&str, Vec<Rule>); 4] = [
        ("as feeds are", ids().map(|id| own_tenant(id, users(id))).collect()),
        ("for several users", ids().take(6_000).map(|id| own_tenant(id, Some(3))).collect()),
        (
            "each of its own kind",
            ids().take(6_000).map(|id| Rule { issue: id.to_string(), ..rule(id, Some(1)) }).collect(),
        ),
        ("of one user", ids().take(6_000).map(|id| Rule { tenant: Uuid::nil(), ..rule(id, Some(1)) }).collect()),
    ];
    for (what, rules) in feeds {
        let (copies, last) = copies(rules.into_iter());
        assert!(
            (1..60).contains(&copies),
            "{what}: {copies} copies, the last at {last} rules: each makes room for many"
        );
    }
}

#[test]
fn after_a_long_change_short_ones_are_carried_out_in_place_again() {
    let of_many_kinds: fn(u128) -> Rule = |id| Rule { issue: format!("issue_{}", id % 5_000), ..rule(id, Some(1)) };
    // As many as need a copy, and no more than the tables have room for.
    for (rule, long) in [(of_many_kinds, 100), (|id| rule(id, Some(3)), 40)] {
        let mut rules: Vec<Rule> = (0..5_500).map(rule).collect();
        let mut set = RuleSet::of(&rules).expect("different ids");
        let mut copies = Vec::new();
        for many in [long, 1, 1, 1] {
            rules[..many].iter_mut().for_each(|rule| rule.expires_at += TimeDelta::minutes(1));
            let plan = set.plan(changes(rules[..many].to_vec(), vec![], &RulesDigest::of(&rules)));
            copies.push(set.carry_out(plan.expect("changes that fit")).is_some());
        }
        assert_eq!(copies, [true, false, false, false], "rules as {:?}", rules[0]);
    }
}

#[test]
fn kinds_grow_beside_the_decisions_also_where_rules_have_room() {
    let rule = |id: u128, kind: u128| Rule { issue: format!("issue_{kind}"), ..rule(id, Some(1)) };
    let mut rules: Vec<Rule> = (0..8_000).map(|id| rule(id, id % 5_000)).collect();
    let mut set = RuleSet::of(&rules).expect("different ids");
    let mut digest = set.digest();
    let mut copies = 0;
    // Ever other kinds of as many rules: what they share has to grow, and nothing else.
    for kind in 5_000..8_500 {
        let id = kind - 5_000;
        digest.remove(&rules[id]);
        rules[id] = rule(id as u128, kind as u128);
        digest.add(&rules[id]);
        let plan = set.plan(changes(vec![rules[id].clone()], vec![], &digest)).expect("changes that fit");
        copies += usize::from(set.carry_out(plan).is_some());
    }
    assert!((1..10).contains(&copies), "{copies} copies");
}

#[test]
fn kinds_of_rules_that_are_gone_do_not_pile_up() {
    let mut set = RuleSet::of(&[]).expect("no rules");
    let (mut most, half) = ([0; 2], 20_000);
    for id in 0..2 * half {
        let rule = Rule { issue: id.to_string(), ..rule(id, Some(1)) };
        let gone = id.checked_sub(1).map(Uuid::from_u128).into_iter().collect();
        let plan = set.plan(changes(vec![rule.clone()], gone, &RulesDigest::of([&rule]))).expect("changes that fit");
        drop(set.carry_out(plan));
        let most = &mut most[usize::from(id >= half)];
        *most = set.rules().heap_bytes().max(*most);
    }
    assert!(most[1] < most[0] + most[0] / 10, "{most:?} bytes");
}
