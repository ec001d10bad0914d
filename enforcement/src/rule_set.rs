//! Rules and their digest together: what a snapshot gives, and what changes are applied to.
//!
//! A change is first **planned** beside the rules: the ones that it touches are looked up, the digest of the state after it
//! is computed and compared with the one that it names. Only then it is **carried out**. So changes that do not fit are
//! found before anything is touched, and decisions wait for the second part alone. A small change is carried out in place,
//! in microseconds. One that would take longer, because it has many entries or because a table has to grow, is planned on
//! a copy, which then only takes the place of the rules.

use crate::digest::RulesDigest;
use crate::index::RuleIndex;
use crate::wire::{Changes, Rule};
use std::collections::HashSet;
use std::panic::resume_unwind;
use std::thread;
use uuid::Uuid;

/// Most entries (rules, old and new, and the users that they name) that are changed in place, at about a microsecond each.
const IN_PLACE: usize = 256;

/// So many rules are added up and put in order at the same time.
const SIDE_BY_SIDE: usize = 10_000;

/// Rules with their digest.
#[derive(Clone, Default)]
pub struct RuleSet {
    rules: RuleIndex,
    digest: RulesDigest,
}

/// Why changes do not fit the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// An id that is there twice: which entry counts would be chance.
    #[error("two of its entries are about the rule `{0}`")]
    Twice(Uuid),
    /// The rules after them would not be those that their digest names.
    #[error("its `rules_digest` does not fit its rules")]
    WrongDigest,
}

/// Changes that fit, ready to be carried out on the rules that they were planned for.
pub struct Plan {
    digest: RulesDigest,
    way: Way,
}

enum Way {
    InPlace { gone: Vec<Uuid>, come: Vec<Rule> },
    Beside(Box<RuleIndex>),
}

impl RuleSet {
    /// The set of `rules`.
    ///
    /// # Errors
    /// When two of them have one id.
    pub fn of(rules: &[Rule]) -> Result<Self, ChangeError> {
        let mut ids: Vec<_> = rules.iter().map(|rule| rule.id).collect();
        ids.sort_unstable();
        if let Some(twice) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(ChangeError::Twice(twice[0]));
        }
        let index = || {
            let mut index = RuleIndex::of(rules);
            // Otherwise the first change would have to do it while decisions wait.
            index.know_ids();
            index
        };
        if rules.len() < SIDE_BY_SIDE {
            return Ok(Self { rules: index(), digest: RulesDigest::of(rules) });
        }
        let (rules, digest) = thread::scope(|scope| {
            let digest = scope.spawn(|| RulesDigest::of(rules));
            (index(), digest.join())
        });
        Ok(Self { rules, digest: digest.unwrap_or_else(|panic| resume_unwind(panic)) })
    }

    /// The rules.
    pub fn rules(&self) -> &RuleIndex {
        &self.rules
    }

    /// Their digest.
    pub fn digest(&self) -> RulesDigest {
        self.digest
    }

    /// Prepares `changes`; nothing is touched. The removal of a rule that is not there is no error: it may have come and
    /// gone between the two versions.
    ///
    /// # Errors
    /// When an id is there twice, or the digest says that other rules would come of it.
    pub fn plan(&self, changes: Changes) -> Result<Plan, ChangeError> {
        let mut digest = self.digest;
        let (mut gone, mut entries) = (Vec::new(), 0);
        let mut ids = HashSet::with_capacity(changes.upserts.len() + changes.removals.len());
        for id in changes.upserts.iter().map(|rule| rule.id).chain(changes.removals) {
            if !ids.insert(id) {
                return Err(ChangeError::Twice(id));
            }
            if let Some(old) = self.rules.get(id) {
                digest.remove(&old);
                entries += 1 + old.subjects.named();
                gone.push(id);
            }
        }
        let come = changes.upserts;
        for rule in &come {
            digest.add(rule);
            entries += 1 + rule.subjects.named();
        }
        if digest.to_string() != changes.rules_digest {
            return Err(ChangeError::WrongDigest);
        }
        let way = if entries <= IN_PLACE && self.rules.has_room(&come) {
            Way::InPlace { gone, come }
        } else {
            let mut copy = self.rules.roomy_copy(&come);
            replace(&mut copy, &gone, &come);
            Way::Beside(Box::new(copy))
        };
        Ok(Plan { digest, way })
    }

    /// Carries out what was planned for these very rules. Gives back what is to be dropped where nobody waits: taking
    /// apart a million rules takes a while.
    #[must_use]
    pub fn carry_out(&mut self, plan: Plan) -> Option<RuleIndex> {
        self.digest = plan.digest;
        match plan.way {
            Way::InPlace { gone, come } => {
                replace(&mut self.rules, &gone, &come);
                None
            }
            Way::Beside(rules) => Some(std::mem::replace(&mut self.rules, *rules)),
        }
    }
}

fn replace(rules: &mut RuleIndex, gone: &[Uuid], come: &[Rule]) {
    for &id in gone {
        rules.remove(id);
    }
    for rule in come {
        rules.insert(rule);
    }
}
