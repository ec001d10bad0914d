//! Where MFA is asked for: surfaces are names, and each behaves in one of four ways.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How the decision treats a surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Behaviour {
    /// Pages in a browser.
    Dashboard,
    /// An API that answers 401 and never challenges.
    PartnerApi,
    /// Pages in a browser, protected only where they sign in to the customer's tenant.
    DelegatedAdminPortal,
    /// An API whose callers can be challenged.
    DelegatedAdminApi,
}

impl Behaviour {
    /// Every behaviour, in the order of the product's description.
    pub const ALL: [Self; 4] = [Self::Dashboard, Self::PartnerApi, Self::DelegatedAdminPortal, Self::DelegatedAdminApi];

    /// The name of the behaviour and of the surface that has it by default.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dashboard => "dashboard",
            Self::PartnerApi => "partner_api",
            Self::DelegatedAdminPortal => "delegated_admin_portal",
            Self::DelegatedAdminApi => "delegated_admin_api",
        }
    }

    /// Whether people meet it in a browser, which can be sent elsewhere.
    pub fn is_browser(self) -> bool {
        matches!(self, Self::Dashboard | Self::DelegatedAdminPortal)
    }
}

/// A surface that the configuration knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surface {
    /// The name that rules use.
    pub name: Arc<str>,
    /// How it is treated.
    pub behaviour: Behaviour,
}

/// The surfaces of an organisation by name. The default holds the four of the product, each behaving as its name says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surfaces(BTreeMap<Arc<str>, Behaviour>);

impl Default for Surfaces {
    fn default() -> Self {
        Self(Behaviour::ALL.into_iter().map(|behaviour| (behaviour.name().into(), behaviour)).collect())
    }
}

impl Surfaces {
    /// The four default surfaces and the organisation's own; one of the four may be given another behaviour.
    pub fn with(own: impl IntoIterator<Item = (String, Behaviour)>) -> Self {
        let mut surfaces = Self::default();
        surfaces.0.extend(own.into_iter().map(|(name, behaviour)| (name.into(), behaviour)));
        surfaces
    }

    /// The surface of exactly this name.
    pub fn get(&self, name: &str) -> Option<Surface> {
        self.0.get_key_value(name).map(|(name, &behaviour)| Surface { name: name.clone(), behaviour })
    }

    /// The names, ascending.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(AsRef::as_ref)
    }
}
