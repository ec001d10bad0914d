//! What a client's feed may be limited to, and the part of the feed within that.

use super::changes::{Change, History, applied};
use super::document::Content;
use crate::config::LimitedClient;
use crate::policy::Policies;
use chrono::{DateTime, Utc};
use mfa_enforcement::digest::RulesDigest;
use mfa_enforcement::wire::{Rule, Snapshot};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

/// Tenants and surfaces that a client's feed is limited to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
pub struct Limits {
    /// The tenants; null for all.
    pub tenants: Option<BTreeSet<Uuid>>,
    /// The surfaces; null for all.
    pub surfaces: Option<BTreeSet<String>>,
}

/// Which clients are limited to what. Those with the same limits share them.
#[derive(Clone, Debug, Default)]
pub struct ClientLimits(BTreeMap<String, Arc<Limits>>);

impl ClientLimits {
    /// What the configuration says of clients.
    pub fn of(clients: &[LimitedClient]) -> Self {
        let mut known = BTreeSet::new();
        let limited = clients.iter().map(|limited| {
            let limits = Limits {
                tenants: limited.tenants.as_ref().map(|tenants| tenants.iter().map(|tenant| tenant.0).collect()),
                surfaces: limited.surfaces.clone(),
            };
            let limits = known.get(&limits).cloned().unwrap_or_else(|| Arc::new(limits));
            known.insert(limits.clone());
            (limited.client.to_ascii_lowercase(), limits)
        });
        Self(limited.collect())
    }

    /// What the client of this id is limited to; none when it gets everything.
    pub fn of_client(&self, client_id: &str) -> Option<&Arc<Limits>> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&client_id.to_ascii_lowercase())
    }

    /// Each limits once.
    pub fn distinct(&self) -> BTreeSet<&Arc<Limits>> {
        self.0.values().collect()
    }

    /// Finds surfaces that no edition of `policies` has.
    ///
    /// # Errors
    /// Names the client, the surface, and those that there are.
    pub fn check(&self, policies: &Policies) -> anyhow::Result<()> {
        let known = policies.surfaces();
        for (client, limits) in &self.0 {
            let mut named = limits.surfaces.iter().flatten();
            if let Some(unknown) = named.find(|surface| !known.contains(surface.as_str())) {
                let known = known.into_iter().collect::<Vec<_>>().join("`, `");
                anyhow::bail!("`feed.clients`: `{client}`: the policy has no surface `{unknown}`; it has `{known}`");
            }
        }
        Ok(())
    }
}

/// A part that was published before.
pub(super) struct Before<'p> {
    pub snapshot: &'p Snapshot,
    pub digest: RulesDigest,
    /// When the whole of it was last read from the database.
    pub read_at: DateTime<Utc>,
    pub history: &'p History,
}

impl Limits {
    /// A short name that other limits do not have.
    pub(super) fn name(&self) -> String {
        // Sets of ids and names: there is nothing here that can fail.
        let text = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// As much of `rule` as is within these limits; none when nothing is.
    fn cut(&self, rule: &Rule) -> Option<Rule> {
        if self.tenants.as_ref().is_some_and(|tenants| !tenants.contains(&rule.tenant)) {
            return None;
        }
        let within = |surface: &&String| self.surfaces.as_ref().is_none_or(|surfaces| surfaces.contains(*surface));
        let surfaces: Vec<String> = rule.surfaces.iter().filter(within).cloned().collect();
        (!surfaces.is_empty()).then(|| Rule { surfaces, ..rule.clone() })
    }

    /// The part of `whole` within these limits, at the same version. What led there is known to who has read the part
    /// `before`, as far as `whole` knows it: an entry of a change names a rule alone, so only who knew the rules before can say
    /// whether it concerns the part, and nothing else may be told.
    ///
    /// The part goes on from the one before as the whole does; where that was read whole, it is cut anew.
    pub(super) fn part_of(self: &Arc<Self>, whole: &Content, before: Option<Before<'_>>, most: usize) -> Content {
        let of = &whole.snapshot;
        let before = before.filter(|before| before.snapshot.epoch == of.epoch);
        let followed = before.and_then(|before| {
            let newer: Vec<_> = whole.history.after(before.snapshot.version, of.version)?.collect();
            let newer = self.changes(before.snapshot, &newer);
            let goes_on = before.read_at == whole.read_at;
            let rules = goes_on.then(|| applied(&before.snapshot.rules, before.digest, &newer));
            Some((rules, before.history.clone().followed_by(newer, of.version, most)))
        });
        let (rules, history) = followed.unwrap_or_default();
        let (rules, digest) = rules.unwrap_or_else(|| {
            let rules: Vec<Rule> = of.rules.iter().filter_map(|rule| self.cut(rule)).collect();
            let digest = RulesDigest::of(&rules);
            (rules, digest)
        });
        let snapshot = Snapshot {
            issuer: of.issuer.clone(),
            epoch: of.epoch,
            version: of.version,
            rules_digest: digest.to_string(),
            issued_at: of.issued_at,
            expires_at: of.expires_at,
            rules,
        };
        Content { snapshot, digest, read_at: whole.read_at, history, limits: Some(self.clone()) }
    }

    /// What the changes `newer` are to who has what `before` says: one for each, empty when nothing of it is within these limits.
    fn changes(&self, before: &Snapshot, newer: &[&Change]) -> Vec<Change> {
        let touched: HashSet<Uuid> = newer.iter().flat_map(|change| change.ids()).collect();
        let held = before.rules.iter().filter(|rule| touched.contains(&rule.id));
        let mut held: HashMap<Uuid, Rule> = held.map(|rule| (rule.id, rule.clone())).collect();
        let mut part_of = |change: &Change| {
            let mut part = Change { version: change.version, upserts: Vec::new(), removals: Vec::new() };
            // INVARIANT: no id is told that the part never had.
            part.removals.extend(change.removals.iter().filter(|id| held.remove(id).is_some()));
            for rule in &change.upserts {
                match self.cut(rule) {
                    Some(rule) if held.get(&rule.id) == Some(&rule) => {}
                    Some(rule) => {
                        held.insert(rule.id, rule.clone());
                        part.upserts.push(rule);
                    }
                    None => part.removals.extend(held.remove(&rule.id).map(|rule| rule.id)),
                }
            }
            part
        };
        newer.iter().map(|change| part_of(change)).collect()
    }
}

#[cfg(test)]
mod tests;
