//! The same decision for Open Policy Agent: the policy in Rego, and the rules as its data.
//!
//! | what | where in OPA |
//! | --- | --- |
//! | [`POLICY`] | `data.exception_desk.enforcement.decision`, with a decision input as `input` |
//! | [`data`] | `data.exception_desk.feed` |
//!
//! The policy meets the conformance cases that [`decide`](crate::decide()) meets, and goes by the clock of OPA.

use crate::wire::{Rule, Snapshot, Subjects};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The only root of a bundle with this policy and data: everything else under `data` stays the organisation's own.
pub const ROOT: &str = "exception_desk";

/// The modules of the policy (Rego v1): path within a bundle, and text.
pub const POLICY: [(&str, &str); 3] = [
    ("exception_desk/enforcement.rego", include_str!("../opa/enforcement.rego")),
    ("exception_desk/instants.rego", include_str!("../opa/instants.rego")),
    ("exception_desk/routes.rego", include_str!("../opa/routes.rego")),
];

/// The path within a bundle of what [`data`] gives; it stands at `data.exception_desk.feed` by it.
pub const DATA_PATH: &str = "exception_desk/feed/data.json";

// Fields and keys ascend everywhere: what is written is the very form that OPA hashes when it checks a signature.

#[derive(Serialize)]
struct Feed<'a> {
    epoch: Uuid,
    expires_at: DateTime<Utc>,
    issued_at: DateTime<Utc>,
    issuer: &'a str,
    rules_digest: &'a str,
    tenants: BTreeMap<Uuid, Tenant<'a>>,
    version: u64,
}

/// The rules of one tenant. The other lists hold places in `rules`, so that a rule of many users is there once.
#[derive(Default, Serialize)]
struct Tenant<'a> {
    every_user: Vec<usize>,
    rules: Vec<TenantRule<'a>>,
    users: BTreeMap<Uuid, Vec<usize>>,
}

#[derive(Serialize)]
struct TenantRule<'a> {
    expires_at: DateTime<Utc>,
    id: Uuid,
    not_before: DateTime<Utc>,
    surfaces: BTreeSet<&'a str>,
}

/// The data that the policy decides by, as JSON without needless spaces and with keys in ascending order: the rules by
/// tenant and user, and the document's own `epoch`, `version`, `issued_at` and `expires_at`. The same document always
/// gives the same bytes.
///
/// # Errors
/// None that is known: the document's types can all be written.
pub fn data(snapshot: &Snapshot) -> Result<Vec<u8>, serde_json::Error> {
    let mut rules: Vec<&Rule> = snapshot.rules.iter().collect();
    rules.sort_by_key(|rule| rule.id);
    let mut tenants: BTreeMap<Uuid, Tenant> = BTreeMap::new();
    for rule in rules {
        tenants.entry(rule.tenant).or_default().add(rule);
    }
    serde_json::to_vec(&Feed {
        epoch: snapshot.epoch,
        expires_at: snapshot.expires_at,
        issued_at: snapshot.issued_at,
        issuer: &snapshot.issuer,
        rules_digest: &snapshot.rules_digest,
        tenants,
        version: snapshot.version,
    })
}

impl<'a> Tenant<'a> {
    fn add(&mut self, rule: &'a Rule) {
        let place = self.rules.len();
        match &rule.subjects {
            Subjects::All => self.every_user.push(place),
            Subjects::Users(users) => {
                for user in users.iter().collect::<BTreeSet<_>>() {
                    self.users.entry(*user).or_default().push(place);
                }
            }
        }
        self.rules.push(TenantRule {
            expires_at: rule.expires_at,
            id: rule.id,
            not_before: rule.not_before,
            surfaces: rule.surfaces.iter().map(String::as_str).collect(),
        });
    }
}
