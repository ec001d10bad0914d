//! Roles, and which of them count: a partner's from its own tenant, staff and machine roles from operator tenants alone.

use crate::identity::TenantId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// An app role, as the directory hands it out in `roles`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A partner's Global Admin: files for its tenant.
    GlobalAdmin,
    /// A partner's Admin Agent: files for its tenant.
    AdminAgent,
    /// A partner's Sales Agent: a subject of exceptions, may not file.
    SalesAgent,
    /// A partner's Helpdesk Agent: a subject of exceptions, may not file.
    HelpdeskAgent,
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
    const ALL: [Self; 9] = [
        Self::GlobalAdmin,
        Self::AdminAgent,
        Self::SalesAgent,
        Self::HelpdeskAgent,
        Self::Reviewer,
        Self::LeadReviewer,
        Self::PolicyAdmin,
        Self::Auditor,
        Self::FeedRead,
    ];

    /// The role's name in tokens, unless the configuration names another.
    pub fn default_name(self) -> &'static str {
        match self {
            Self::GlobalAdmin => "GlobalAdmin",
            Self::AdminAgent => "AdminAgent",
            Self::SalesAgent => "SalesAgent",
            Self::HelpdeskAgent => "HelpdeskAgent",
            Self::Reviewer => "Reviewer",
            Self::LeadReviewer => "LeadReviewer",
            Self::PolicyAdmin => "PolicyAdmin",
            Self::Auditor => "Auditor",
            Self::FeedRead => "Feed.Read",
        }
    }

    /// The machine name, as the audit log keeps it; the name for people is the message `role-CODE`.
    pub fn code(self) -> &'static str {
        match self {
            Self::GlobalAdmin => "global_admin",
            Self::AdminAgent => "admin_agent",
            Self::SalesAgent => "sales_agent",
            Self::HelpdeskAgent => "helpdesk_agent",
            Self::Reviewer => "reviewer",
            Self::LeadReviewer => "lead",
            Self::PolicyAdmin => "policy_admin",
            Self::Auditor => "auditor",
            Self::FeedRead => "feed_read",
        }
    }

    fn belongs_to_partners(self) -> bool {
        matches!(self, Self::GlobalAdmin | Self::AdminAgent | Self::SalesAgent | Self::HelpdeskAgent)
    }
}

/// Which names in a token mean which role, and whose staff roles count.
#[derive(Clone, Debug)]
pub struct RoleRules {
    by_name: BTreeMap<String, Role>,
    operators: BTreeSet<TenantId>,
}

impl RoleRules {
    /// Rules from the configuration's operator tenants and renamed roles.
    ///
    /// # Errors
    /// When `names` renames a role that there is not, or gives two roles one name; the text says which.
    pub fn new(operators: &[TenantId], names: &BTreeMap<String, String>) -> Result<Self, String> {
        if let Some(unknown) = names.keys().find(|name| !Role::ALL.iter().any(|role| role.default_name() == *name)) {
            return Err(format!("there is no role `{unknown}`"));
        }
        let mut by_name = BTreeMap::new();
        for role in Role::ALL {
            let name = names.get(role.default_name()).cloned().unwrap_or_else(|| role.default_name().to_owned());
            if by_name.insert(name.clone(), role).is_some() {
                return Err(format!("two roles are named `{name}`"));
            }
        }
        Ok(Self { by_name, operators: operators.iter().copied().collect() })
    }

    /// Whether `tenant` is one of the desk's operators.
    pub fn is_operator(&self, tenant: TenantId) -> bool {
        self.operators.contains(&tenant)
    }

    /// The roles that `claimed` gives somebody of `tenant`.
    ///
    /// INVARIANT: a staff or machine role comes out only for an operator tenant, a partner role only for another.
    pub fn roles(&self, tenant: TenantId, claimed: &[String]) -> BTreeSet<Role> {
        let operator = self.is_operator(tenant);
        claimed
            .iter()
            .filter_map(|name| self.by_name.get(name).copied())
            .filter(|role| role.belongs_to_partners() != operator)
            .collect()
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
        assert_eq!(rules.roles(OPERATOR, &claimed(&["GlobalAdmin"])), BTreeSet::new());
    }

    #[test]
    fn roles_can_be_renamed_but_not_confused() {
        let renamed = BTreeMap::from([("Reviewer".to_owned(), "desk.reviewer".to_owned())]);
        let rules = RoleRules::new(&[OPERATOR], &renamed).unwrap();
        assert_eq!(rules.roles(OPERATOR, &claimed(&["desk.reviewer", "Reviewer"])), BTreeSet::from([Role::Reviewer]));
        let confused = BTreeMap::from([("Reviewer".to_owned(), "Auditor".to_owned())]);
        assert!(RoleRules::new(&[OPERATOR], &confused).is_err());
        assert!(RoleRules::new(&[], &BTreeMap::from([("Boss".to_owned(), "x".to_owned())])).is_err());
    }
}
