//! What an enforcement point would decide, asked of the very function that it runs.

use crate::policy;
use chrono::{DateTime, Utc};
use mfa_enforcement::decision::{Account, Place};
use mfa_enforcement::{Behaviour, Decision, DecisionInput, Feed, Flow, Surface, decide};
use uuid::Uuid;

/// What happens at `at` on `surface` to `user` of `tenant`, a person who signs in without MFA and of whose account nothing is known.
pub fn without_mfa(surface: &policy::Surface, feed: Feed<'_>, tenant: Uuid, user: Uuid, at: DateTime<Utc>) -> Decision {
    let behaviour = match surface.behaviour {
        policy::Behaviour::Dashboard => Behaviour::Dashboard,
        policy::Behaviour::PartnerApi => Behaviour::PartnerApi,
        policy::Behaviour::DelegatedAdminPortal => Behaviour::DelegatedAdminPortal,
        policy::Behaviour::DelegatedAdminApi => Behaviour::DelegatedAdminApi,
    };
    let surface = Surface { name: surface.name.as_str().into(), behaviour };
    let input = DecisionInput {
        at,
        place: Place::Protected { surface, signs_in_to_customer_tenant: true },
        flow: Flow::Interactive,
        tenant: Some(tenant),
        user: Some(user),
        mfa: false,
        account: Account::default(),
    };
    decide(feed, &input)
}
