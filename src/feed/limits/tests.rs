use super::*;
use chrono::{DateTime, TimeDelta, Utc};
use mfa_enforcement::wire::Subjects;
use proptest::prelude::*;

const MOST: usize = 4096;

type State = BTreeMap<Uuid, Rule>;

/// A rule of one of three tenants, for the surfaces that the bits of `surfaces` name.
fn rule(number: u128, surfaces: u8) -> Rule {
    let at = DateTime::<Utc>::from_timestamp(1_795_000_000, 0).unwrap();
    Rule {
        id: Uuid::from_u128(number),
        tenant: Uuid::from_u128(number % 3),
        subjects: Subjects::All,
        surfaces: named(surfaces).into_iter().collect(),
        not_before: at,
        expires_at: at + TimeDelta::days(1),
        issue: String::new(),
    }
}

fn named(bits: u8) -> BTreeSet<String> {
    ["api", "portal", "shell"]
        .iter()
        .enumerate()
        .filter(|(n, _)| bits >> n & 1 == 1)
        .map(|(_, s)| s.to_string())
        .collect()
}

fn whole(version: u64, rules: &State, history: History) -> Content {
    let at = DateTime::<Utc>::from_timestamp(1_795_000_000, 0).unwrap();
    let rules: Vec<Rule> = rules.values().cloned().collect();
    let digest = RulesDigest::of(&rules);
    let snapshot = Snapshot {
        issuer: "https://desk.example".to_owned(),
        epoch: Uuid::from_u128(1),
        version,
        rules_digest: digest.to_string(),
        issued_at: at,
        expires_at: at + TimeDelta::minutes(15),
        rules,
    };
    // Read whole now and then, followed in between.
    let read_at = at + TimeDelta::minutes((version / 7).cast_signed());
    Content { snapshot, digest, read_at, history, limits: None }
}

fn part(limits: &Limits, state: &State) -> State {
    state.values().filter_map(|rule| limits.cut(rule)).map(|rule| (rule.id, rule)).collect()
}

/// What each version changes, and the rules after it, those before the first one included.
fn told(versions: &[Vec<(u128, u8)>]) -> (Vec<Change>, Vec<State>) {
    let (mut changes, mut states) = (Vec::new(), vec![State::new()]);
    for (number, edits) in versions.iter().enumerate() {
        let before = &states[number];
        let mut state = before.clone();
        for (id, surfaces) in edits {
            let rule = rule(*id, *surfaces);
            if *surfaces == 0 { drop(state.remove(&rule.id)) } else { drop(state.insert(rule.id, rule)) }
        }
        let upserts = state.values().filter(|rule| before.get(&rule.id) != Some(rule)).cloned().collect();
        let removals = before.keys().filter(|id| !state.contains_key(id)).copied().collect();
        changes.push(Change { version: number as u64 + 1, upserts, removals });
        states.push(state);
    }
    (changes, states)
}

proptest! {
    #[test]
    fn a_part_and_its_later_changes_are_the_later_part_and_name_nothing_outside(
        versions in proptest::collection::vec(proptest::collection::vec((0..9_u128, 0..8_u8), 1..5), 1..30),
        cuts in proptest::collection::vec(1..6_usize, 1..20),
        tenants in proptest::option::of(proptest::collection::btree_set(0..3_u128, 1..3)),
        surfaces in proptest::option::of(1..8_u8),
    ) {
        let tenants = tenants.map(|tenants| tenants.into_iter().map(Uuid::from_u128).collect());
        let limits = Arc::new(Limits { tenants, surfaces: surfaces.map(named) });
        let (changes, states) = told(&versions);
        // Read in parts of any length, as polls find them; what was before the first reading is not known.
        let (mut history, mut rest, mut read) = (History::default(), changes.into_iter(), 0);
        let mut last: Option<Content> = None;
        let mut first = 0;
        for cut in cuts.into_iter().cycle() {
            let newer: Vec<_> = rest.by_ref().take(cut).collect();
            if newer.is_empty() {
                break;
            }
            read += newer.len();
            history = history.followed_by(newer, read as u64, MOST);
            let whole = whole(read as u64, &states[read], history.clone());
            let before = last.as_ref().map(|last| Before {
                snapshot: &last.snapshot,
                digest: last.digest,
                read_at: last.read_at,
                history: &last.history,
            });
            first = if before.is_none() { read } else { first };
            last = Some(limits.part_of(&whole, before, MOST));
        }
        let last = last.expect("there is a version");
        let now = part(&limits, &states[read]);
        prop_assert_eq!(&last.snapshot.rules, &now.values().cloned().collect::<Vec<_>>());
        prop_assert_eq!(&last.snapshot.rules_digest, &RulesDigest::of(now.values()).to_string());
        for after in 0..=read {
            let Some(changes) = last.history.since(after as u64, &last.snapshot) else {
                prop_assert!(after < first, "{} is not known", after);
                continue;
            };
            let mut rules = part(&limits, &states[after]);
            changes.removals.iter().for_each(|id| drop(rules.remove(id)));
            rules.extend(changes.upserts.iter().map(|rule| (rule.id, rule.clone())));
            prop_assert_eq!(&rules, &now);
            prop_assert_eq!(&changes.rules_digest, &last.snapshot.rules_digest);
            let seen: BTreeSet<Uuid> = states[after..=read].iter().flat_map(|state| part(&limits, state).into_keys()).collect();
            prop_assert!(changes.removals.iter().all(|id| seen.contains(id)), "an id from outside");
            prop_assert!(changes.upserts.iter().all(|rule| limits.cut(rule).as_ref() == Some(rule)), "more than the limits");
        }
    }
}

#[test]
fn clients_with_the_same_limits_share_them_and_are_known_in_any_case() {
    let limited = |client: &str, surface: &str| LimitedClient {
        client: client.to_owned(),
        tenants: None,
        surfaces: Some([surface.to_owned()].into()),
    };
    let limits = ClientLimits::of(&[limited("A", "x"), limited("b", "x"), limited("c", "y")]);
    assert_eq!(limits.distinct().len(), 2);
    let of = |client: &str| limits.of_client(client);
    assert!(of("a").zip(of("B")).is_some_and(|(a, b)| Arc::ptr_eq(a, b)));
    assert_ne!(of("b").map(|limits| limits.name()), of("c").map(|limits| limits.name()));
    assert!(of("d").is_none());
}

#[test]
fn a_surface_that_the_policy_does_not_have_is_refused_by_name() {
    let policies = Policies::load(None).unwrap();
    let limited = |surface: &str| {
        ClientLimits::of(&[LimitedClient {
            client: "gate".to_owned(),
            tenants: None,
            surfaces: Some([surface.to_owned()].into()),
        }])
    };
    let known = policies.surfaces().into_iter().next().unwrap();
    assert!(limited(known).check(&policies).is_ok());
    let error = limited("portal-2").check(&policies).unwrap_err().to_string();
    assert!(error.starts_with("`feed.clients`: `gate`: the policy has no surface `portal-2`; it has `"), "{error}");
    assert!(error.contains(&format!("`{known}`")), "{error}");
}
