//! Roles, and which of them count: a partner's from its own tenant, staff and machine roles from operator tenants alone.

use crate::identity::TenantId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What somebody may be on the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Files for its own tenant: somebody with one of the roles that the policy's edition in force lets file.
    Filer,
    /// Works the queue.
    Reviewer,
    /// Reviews, approves second, revokes, suspends.
    LeadReviewer,
    /// Keeps policies and calendars.
    PolicyAdmin,
    /// Reads everything, changes nothing.
    Auditor,
    /// An enforcement service: pulls the feed.
    FeedRead,
}

impl Role {
    /// The roles of operator tenants, with their names in tokens, unless the configuration names others.
    const OPERATORS: [(&'static str, Self); 5] = [
        ("Reviewer", Self::Reviewer),
        ("LeadReviewer", Self::LeadReviewer),
        ("PolicyAdmin", Self::PolicyAdmin),
        ("Auditor", Self::Auditor),
        ("Feed.Read", Self::FeedRead),
    ];

    /// The machine name, as the audit log keeps it; the name for people is the message `role-CODE`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Filer => "filer",
            Self::Reviewer => "reviewer",
            Self::LeadReviewer => "lead",
            Self::PolicyAdmin => "policy_admin",
            Self::Auditor => "auditor",
            Self::FeedRead => "feed_read",
        }
    }
}

/// Which names in a token mean which role, and whose staff roles count.
#[derive(Clone, Debug)]
pub struct RoleRules {
    by_name: BTreeMap<String, Role>,
    /// The names that the policy gives partners' roles, by the directory's, where they differ.
    renamed: BTreeMap<String, String>,
    operators: BTreeSet<TenantId>,
}

impl RoleRules {
    /// Rules from the configuration's operator tenants and renamed roles: the name that is meant, and the directory's. What is
    /// no role of operators is one of partners, as the policy names it.
    ///
    /// # Errors
    /// When `names` gives two roles one name; the text says which.
    pub fn new(operators: &[TenantId], names: &BTreeMap<String, String>) -> Result<Self, String> {
        let mut by_name = BTreeMap::new();
        for (usual, role) in Role::OPERATORS {
            let name = names.get(usual).cloned().unwrap_or_else(|| usual.to_owned());
            if by_name.insert(name.clone(), role).is_some() {
                return Err(format!("two roles are named `{name}`"));
            }
        }
        let mut renamed = BTreeMap::new();
        for (meant, name) in names.iter().filter(|(meant, _)| !Role::OPERATORS.iter().any(|(usual, _)| usual == meant))
        {
            if renamed.insert(name.clone(), meant.clone()).is_some() {
                return Err(format!("two roles are named `{name}`"));
            }
        }
        Ok(Self { by_name, renamed, operators: operators.iter().copied().collect() })
    }

    /// The partners' roles that are renamed, as the policy has to know them.
    pub fn renamed(&self) -> impl Iterator<Item = &str> {
        self.renamed.values().map(String::as_str)
    }

    /// Whether `tenant` is one of the desk's operators.
    pub fn is_operator(&self, tenant: TenantId) -> bool {
        self.operators.contains(&tenant)
    }

    /// The staff and machine roles that `claimed` gives somebody of `tenant`.
    ///
    /// INVARIANT: a staff or machine role comes out only for an operator tenant.
    pub fn roles(&self, tenant: TenantId, claimed: &[String]) -> BTreeSet<Role> {
        if !self.is_operator(tenant) {
            return BTreeSet::new();
        }
        claimed.iter().filter_map(|name| self.by_name.get(name).copied()).collect()
    }

    /// The partners' roles, as the policy names them, that `claimed` gives somebody of `tenant`; those alone that are `known`.
    ///
    /// INVARIANT: an operator's people have none.
    pub fn partner_roles(
        &self,
        tenant: TenantId,
        claimed: &[String],
        known: impl Fn(&str) -> bool,
    ) -> BTreeSet<String> {
        if self.is_operator(tenant) {
            return BTreeSet::new();
        }
        let meant = |name: &String| match self.renamed.get(name) {
            Some(meant) => Some(meant.clone()),
            // A role that goes by another name does not go by its usual one too.
            None if self.renamed.values().any(|meant| meant == name) => None,
            None => Some(name.clone()),
        };
        claimed.iter().filter_map(meant).filter(|name| known(name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const OPERATOR: TenantId = TenantId(Uuid::from_u128(1));
    const PARTNER: TenantId = TenantId(Uuid::from_u128(2));

    fn claimed(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_partner_that_gives_itself_a_staff_role_gets_nothing() {
        let rules = RoleRules::new(&[OPERATOR], &BTreeMap::new()).unwrap();
        assert_eq!(rules.roles(PARTNER, &claimed(&["Reviewer", "LeadReviewer", "Feed.Read"])), BTreeSet::new());
        assert_eq!(rules.roles(OPERATOR, &claimed(&["Reviewer"])), BTreeSet::from([Role::Reviewer]));
    }

    #[test]
    fn an_operators_person_is_no_partner() {
        let rules = RoleRules::new(&[OPERATOR], &BTreeMap::new()).unwrap();
        assert_eq!(rules.partner_roles(OPERATOR, &claimed(&["Keeper"]), |_| true), BTreeSet::new());
        assert_eq!(rules.partner_roles(PARTNER, &claimed(&["Keeper", "Other"]), |name| name == "Keeper").len(), 1);
    }

    #[test]
    fn roles_can_be_renamed_but_not_confused() {
        let names = [("Reviewer", "desk.reviewer"), ("Keeper", "62e90394")];
        let renamed = names.map(|(meant, name)| (meant.to_owned(), name.to_owned())).into();
        let rules = RoleRules::new(&[OPERATOR], &renamed).unwrap();
        assert_eq!(rules.roles(OPERATOR, &claimed(&["desk.reviewer", "Reviewer"])), BTreeSet::from([Role::Reviewer]));
        assert_eq!(rules.roles(OPERATOR, &claimed(&["Reviewer"])), BTreeSet::new());
        assert_eq!(rules.partner_roles(PARTNER, &claimed(&["62e90394"]), |_| true), ["Keeper".to_owned()].into());
        assert_eq!(rules.partner_roles(PARTNER, &claimed(&["Keeper"]), |_| true), BTreeSet::new());
        let confused = BTreeMap::from([("Reviewer".to_owned(), "Auditor".to_owned())]);
        assert!(RoleRules::new(&[OPERATOR], &confused).is_err());
    }
}
