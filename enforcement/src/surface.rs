//! Where MFA is asked for: surfaces are names, and each behaves in one of four ways.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ops::Deref;
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

/// The name of a surface: a text (it derefs to one), and what decisions compare instead, so that none need read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurfaceName(Arc<Named>);

#[derive(Debug, PartialEq, Eq)]
struct Named {
    key: SurfaceKey,
    text: Box<str>,
}

impl From<&str> for SurfaceName {
    fn from(text: &str) -> Self {
        Self(Arc::new(Named { key: SurfaceKey::of(text), text: text.into() }))
    }
}

impl Deref for SurfaceName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0.text
    }
}

impl SurfaceName {
    #[inline]
    pub(crate) fn key(&self) -> SurfaceKey {
        self.0.key
    }
}

/// The first 128 bits of the SHA-256 of a name: two names that share them are not to be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SurfaceKey([u64; 2]);

impl SurfaceKey {
    pub(crate) fn of(name: &str) -> Self {
        let digest = Sha256::digest(name);
        let (words, _) = digest.as_chunks::<8>();
        Self([words[0], words[1]].map(u64::from_ne_bytes))
    }

    /// Whether both are of one name, in fewer steps than by `==`.
    #[inline]
    pub(crate) fn is(self, other: Self) -> bool {
        (self.0[0] ^ other.0[0]) | (self.0[1] ^ other.0[1]) == 0
    }
}

/// A surface that the configuration knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surface {
    /// The name that rules use.
    pub name: SurfaceName,
    /// How it is treated.
    pub behaviour: Behaviour,
}

/// The surfaces of an organisation by name. The default holds the four of the product, each behaving as its name says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surfaces(BTreeMap<String, Surface>);

impl Default for Surfaces {
    fn default() -> Self {
        Self(Behaviour::ALL.into_iter().map(|behaviour| named(behaviour.name(), behaviour)).collect())
    }
}

fn named(name: &str, behaviour: Behaviour) -> (String, Surface) {
    (name.to_owned(), Surface { name: name.into(), behaviour })
}

impl Surfaces {
    /// The four default surfaces and the organisation's own; one of the four may be given another behaviour.
    pub fn with(own: impl IntoIterator<Item = (String, Behaviour)>) -> Self {
        let mut surfaces = Self::default();
        surfaces.0.extend(own.into_iter().map(|(name, behaviour)| named(&name, behaviour)));
        surfaces
    }

    /// The surface of exactly this name.
    pub fn get(&self, name: &str) -> Option<Surface> {
        self.0.get(name).cloned()
    }

    /// The names, ascending.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(AsRef::as_ref)
    }
}
