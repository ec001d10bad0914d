//! The latest changes of the rules, as a desk keeps them in memory, and what several of them come to.

use mfa_enforcement::digest::RulesDigest;
use mfa_enforcement::wire::{Changes, Rule, Snapshot};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use uuid::Uuid;

/// Most rules and removals that are kept.
const MOST_ENTRIES: usize = 200_000;

/// What one version changed.
pub(super) struct Change {
    pub version: u64,
    pub upserts: Vec<Rule>,
    pub removals: Vec<Uuid>,
}

impl Change {
    /// The rules that it changed or took away.
    pub fn ids(&self) -> impl Iterator<Item = Uuid> {
        self.upserts.iter().map(|rule| rule.id).chain(self.removals.iter().copied())
    }
}

/// `rules`, in the order of their ids, and their digest after `changes`.
pub(super) fn applied<'c>(
    mut rules: &[Rule],
    mut digest: RulesDigest,
    changes: impl IntoIterator<Item = &'c Change>,
) -> (Vec<Rule>, RulesDigest) {
    let mut touched = BTreeMap::new();
    for change in changes {
        touched.extend(change.removals.iter().map(|id| (*id, None)));
        touched.extend(change.upserts.iter().map(|rule| (rule.id, Some(rule))));
    }
    let mut after = Vec::with_capacity(rules.len() + touched.len());
    for (id, now) in touched {
        let (untouched, rest) = rules.split_at(rules.partition_point(|rule| rule.id < id));
        after.extend_from_slice(untouched);
        rules = rest;
        if let Some((before, rest)) = rules.split_first().filter(|(rule, _)| rule.id == id) {
            digest.remove(before);
            rules = rest;
        }
        if let Some(rule) = now {
            digest.add(rule);
            after.push(rule.clone());
        }
    }
    after.extend_from_slice(rules);
    (after, digest)
}

/// The changes up to a version, one for each version, without a gap.
#[derive(Clone, Default)]
pub(super) struct History {
    changes: VecDeque<Arc<Change>>,
    entries: usize,
}

impl History {
    /// The same with `newer` changes up to `version`, the last `most` of them; nothing of before when they do not follow on it.
    /// Who is further behind fetches everything.
    pub fn followed_by(mut self, newer: Vec<Change>, version: u64, most: usize) -> Self {
        for change in newer {
            let follows = self.changes.back().is_none_or(|last| last.version + 1 == change.version);
            if !follows {
                self = Self::default();
            }
            self.entries += change.upserts.len() + change.removals.len();
            self.changes.push_back(Arc::new(change));
        }
        // INVARIANT: what is kept ends at the version that is served, or it is nothing.
        if self.changes.back().is_some_and(|last| last.version != version) {
            self = Self::default();
        }
        while self.changes.len() > most || self.entries > MOST_ENTRIES {
            let Some(oldest) = self.changes.pop_front() else { break };
            self.entries -= oldest.upserts.len() + oldest.removals.len();
        }
        self
    }

    /// Whether every change from the version `after` to `version`, whose history this is, is known.
    pub fn reaches(&self, after: u64, version: u64) -> bool {
        self.first_after(after, version).is_some()
    }

    /// Every change after the version `after` to `version`, whose history this is, in order; none when they are not all known.
    pub fn after(&self, after: u64, version: u64) -> Option<impl Iterator<Item = &Change>> {
        Some(self.changes.range(self.first_after(after, version)?..).map(|change| &**change))
    }

    /// The place of the first change after the version `after`.
    fn first_after(&self, after: u64, version: u64) -> Option<usize> {
        let steps = usize::try_from(version.checked_sub(after)?).ok()?;
        self.changes.len().checked_sub(steps)
    }

    /// What leads from the version `after` to `snapshot`, whose history this is; none when it is not all known.
    pub fn since(&self, after: u64, snapshot: &Snapshot) -> Option<Changes> {
        let changes = self.after(after, snapshot.version)?;
        let (mut upserts, mut removals) = (BTreeMap::new(), BTreeSet::new());
        for change in changes {
            for id in &change.removals {
                upserts.remove(id);
                removals.insert(*id);
            }
            for rule in &change.upserts {
                removals.remove(&rule.id);
                upserts.insert(rule.id, rule);
            }
        }
        Some(Changes {
            issuer: snapshot.issuer.clone(),
            epoch: snapshot.epoch,
            from: after,
            version: snapshot.version,
            rules_digest: snapshot.rules_digest.clone(),
            issued_at: snapshot.issued_at,
            expires_at: snapshot.expires_at,
            upserts: upserts.into_values().cloned().collect(),
            removals: removals.into_iter().collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, TimeDelta, Utc};
    use mfa_enforcement::wire::Subjects;
    use proptest::prelude::*;

    const MOST: usize = 4096;

    fn rule(number: u128, surface: &str) -> Rule {
        let at = DateTime::<Utc>::from_timestamp(1_795_000_000, 0).unwrap();
        Rule {
            id: Uuid::from_u128(number),
            tenant: Uuid::from_u128(7),
            subjects: Subjects::All,
            surfaces: vec![surface.to_owned()],
            not_before: at,
            expires_at: at + TimeDelta::days(1),
            issue: String::new(),
        }
    }

    fn snapshot(version: u64, rules: Vec<Rule>) -> Snapshot {
        let at = DateTime::<Utc>::from_timestamp(1_795_000_000, 0).unwrap();
        Snapshot {
            issuer: "https://desk.example".to_owned(),
            epoch: Uuid::from_u128(1),
            version,
            rules_digest: RulesDigest::of(&rules).to_string(),
            issued_at: at,
            expires_at: at + TimeDelta::minutes(15),
            rules,
        }
    }

    /// The rules after `changes`, by a reader that does what the document says.
    fn followed(mut rules: BTreeMap<Uuid, Rule>, changes: &Changes) -> BTreeMap<Uuid, Rule> {
        changes.removals.iter().for_each(|id| drop(rules.remove(id)));
        rules.extend(changes.upserts.iter().map(|rule| (rule.id, rule.clone())));
        rules
    }

    proptest! {
        #[test]
        fn a_snapshot_and_all_later_changes_are_the_later_snapshot(
            versions in proptest::collection::vec(proptest::collection::vec((0..12_u128, 0..3_u8), 1..5), 1..40),
            cuts in proptest::collection::vec(1..6_usize, 1..20),
        ) {
            let mut states = vec![BTreeMap::new()];
            let mut all = Vec::new();
            for (number, edits) in versions.iter().enumerate() {
                let mut state: BTreeMap<Uuid, Rule> = states[number].clone();
                let (mut upserts, mut removals) = (BTreeMap::new(), BTreeSet::new());
                for (id, kind) in edits {
                    let rule = rule(*id, if *kind == 1 { "a" } else { "b" });
                    if *kind == 0 {
                        state.remove(&rule.id);
                        upserts.remove(&rule.id);
                        removals.insert(rule.id);
                    } else {
                        state.insert(rule.id, rule.clone());
                        removals.remove(&rule.id);
                        upserts.insert(rule.id, rule);
                    }
                }
                states.push(state);
                let (upserts, removals) = (upserts.into_values().collect(), removals.into_iter().collect());
                all.push(Change { version: number as u64 + 1, upserts, removals });
            }
            // Read in parts of any length, as polls find them.
            let (mut history, mut read, mut cuts) = (History::default(), 0, cuts.into_iter().cycle());
            let mut rest = all.into_iter();
            while read < versions.len() {
                let part: Vec<_> = rest.by_ref().take(cuts.next().unwrap_or(1)).collect();
                read += part.len();
                history = history.followed_by(part, read as u64, MOST);
            }
            let last = snapshot(read as u64, states[read].values().cloned().collect());
            for (after, state) in states.iter().enumerate() {
                let changes = history.since(after as u64, &last).expect("every version is kept");
                let rules = followed(state.clone(), &changes);
                prop_assert_eq!(&rules, &states[read]);
                let rules: Vec<Rule> = rules.into_values().collect();
                prop_assert_eq!(RulesDigest::of(&rules).to_string(), changes.rules_digest);
                // The desk itself goes on from the rules that it has.
                let before: Vec<Rule> = state.values().cloned().collect();
                let steps = history.after(after as u64, read as u64).expect("every version is kept");
                let (ours, digest) = applied(&before, RulesDigest::of(&before), steps);
                prop_assert_eq!(&ours, &rules);
                prop_assert_eq!(digest, RulesDigest::of(&rules));
            }
            prop_assert!(history.since(read as u64 + 1, &last).is_none());
        }
    }

    #[test]
    fn a_gap_forgets_what_was_before_it() {
        let change = |version| Change { version, upserts: vec![rule(version.into(), "a")], removals: Vec::new() };
        let history = History::default().followed_by(vec![change(1), change(2)], 2, MOST);
        let history = history.followed_by(vec![change(4), change(5)], 5, MOST);
        let last = snapshot(5, Vec::new());
        assert!(history.since(2, &last).is_none());
        assert_eq!(history.since(3, &last).map(|changes| changes.upserts.len()), Some(2));
        // Without the changes up to what is served, nothing is known.
        assert!(history.followed_by(Vec::new(), 6, MOST).since(5, &snapshot(6, Vec::new())).is_none());
    }

    #[test]
    fn no_more_is_kept_than_the_bound() {
        let change = |version| Change { version, upserts: Vec::new(), removals: vec![Uuid::from_u128(version.into())] };
        let count = MOST as u64 + 10;
        let history = History::default().followed_by((1..=count).map(change).collect(), count, MOST);
        let last = snapshot(count, Vec::new());
        assert!(history.since(9, &last).is_none());
        assert_eq!(history.since(10, &last).map(|changes| changes.removals.len()), Some(MOST));
    }
}
