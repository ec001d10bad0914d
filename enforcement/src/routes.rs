//! Which surface a request belongs to, by host, method and path.
//!
//! As a file (TOML):
//! ```toml
//! [surfaces]                         # only where an organisation has surfaces of its own
//! billing_portal = "dashboard"       # name = one of the four behaviours
//!
//! [[routes]]
//! host = "portal.example"            # without a port; left out: every host
//! methods = ["GET", "POST"]          # left out: every method
//! path = "/commerce"                 # this and everything below it, in whole segments
//! surface = "dashboard"
//! signs_in_to_customer_tenant = true # the default; `false` matters on a `delegated_admin_portal` only
//! credential = "session"             # or "bearer"; left out: bearer on API surfaces, session on pages
//!
//! [[routes]]
//! host = "portal.example"
//! path = "/assets"
//! protected = false                  # the one way to leave something unprotected
//! ```
//! The route with the most segments wins; of equally long ones the one that names the host, then the one that names the
//! method. **What no route matches is protected**, and so is a method that a protecting route leaves out below a route that
//! opens. Routes that protect match without regard to case, routes that open
//! only as written, so an upstream that ignores case opens nothing by it.

mod path;

pub use path::{NormalPath, OddPath};

use crate::decision::Place;
use crate::surface::{Behaviour, Surface, Surfaces};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A routes file, or the same tables within another configuration.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteFile {
    /// Surfaces of the organisation's own, by name.
    #[serde(default)]
    pub surfaces: BTreeMap<String, Behaviour>,
    /// The routes, in any order.
    #[serde(default)]
    pub routes: Vec<RouteEntry>,
}

/// One `[[routes]]` table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteEntry {
    /// Host name without a port; `None` is every host.
    pub host: Option<String>,
    /// Method names; empty is every method.
    #[serde(default)]
    pub methods: Vec<String>,
    /// Path prefix, beginning with `/`.
    pub path: String,
    /// Name of the surface; needed unless `protected` is `false`.
    pub surface: Option<String>,
    /// Whether it is protected; `None` is yes.
    pub protected: Option<bool>,
    /// Whether it signs in to the customer's tenant; `None` is yes.
    pub signs_in_to_customer_tenant: Option<bool>,
    /// The one kind of credential believed here; `None` is the usual one of the surface's behaviour.
    pub credential: Option<Credential>,
}

/// How a caller proves who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credential {
    /// A bearer token in `Authorization`.
    Bearer,
    /// The gate's own session cookie.
    Session,
}

/// Routes that were checked.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    surfaces: Surfaces,
    routes: Vec<Route>,
}

/// One route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    host: Option<String>,
    methods: Vec<String>,
    path: NormalPath,
    /// What a request that it matches is.
    pub target: Target,
}

/// What a route leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The place, as the decision takes it.
    pub place: Place,
    /// The credential believed there; `None` where nothing is protected.
    pub credential: Option<Credential>,
}

/// Why routes cannot be used; `route` counts from 1 in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("route {route} (`{path}`): {fault}")]
pub struct RouteError {
    /// Which route.
    pub route: usize,
    /// Its path.
    pub path: String,
    /// What is wrong with it.
    pub fault: RouteFault,
}

/// What is wrong with a route.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouteFault {
    /// The path is not written as a normal path.
    #[error("{0}")]
    Path(#[from] OddPath),
    /// The host is not a plain host name.
    #[error("`host` must be a host name without scheme, port or path, not `{0}`")]
    Host(String),
    /// A method is not written as HTTP writes it.
    #[error("`methods` must be names in capitals such as `GET`, not `{0}`")]
    Method(String),
    /// The surface is not known.
    #[error("surface `{0}` is not known: use one of the four default names or declare it under `[surfaces]`")]
    UnknownSurface(String),
    /// Neither a surface nor `protected = false`.
    #[error("name a `surface`, or say `protected = false`")]
    NoSurface,
    /// `protected = false` together with what only a protected route has.
    #[error("`protected = false` takes no `surface`, `signs_in_to_customer_tenant` or `credential`")]
    OpenAndProtected,
    /// Two routes for the same requests.
    #[error("route {0} already stands for the same host, method and path (upper and lower case count as the same)")]
    Duplicate(usize),
}

/// A request named too little for one route to be chosen: several that say different things fit equally well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("several routes fit: name `host` and `method`")]
pub struct Ambiguous;

impl Routes {
    /// Checks the routes of a file.
    ///
    /// # Errors
    /// Every route that cannot be used, with the reason.
    pub fn check(file: &RouteFile) -> Result<Self, Vec<RouteError>> {
        let surfaces = Surfaces::with(file.surfaces.iter().map(|(name, behaviour)| (name.clone(), *behaviour)));
        let mut routes: Vec<Route> = Vec::with_capacity(file.routes.len());
        let mut errors = Vec::new();
        for (position, entry) in file.routes.iter().enumerate() {
            let checked = Route::check(entry, &surfaces).and_then(|route| {
                match routes.iter().position(|other| other.collides_with(&route)) {
                    Some(other) => Err(RouteFault::Duplicate(other + 1)),
                    None => Ok(route),
                }
            });
            match checked {
                Ok(route) => routes.push(route),
                Err(fault) => errors.push(RouteError { route: position + 1, path: entry.path.clone(), fault }),
            }
        }
        if errors.is_empty() { Ok(Self { surfaces, routes }) } else { Err(errors) }
    }

    /// The surfaces that the file knows: the default ones and its own.
    pub fn surfaces(&self) -> &Surfaces {
        &self.surfaces
    }

    /// The route of a request, `None` when it is protected for want of one. `host` (a port is ignored) and `method` may
    /// be unknown, as they are to a decision input.
    ///
    /// # Errors
    /// [`Ambiguous`] when what is unknown would have made a difference. Never with both known.
    pub fn find(
        &self,
        host: Option<&str>,
        method: Option<&str>,
        path: &NormalPath,
    ) -> Result<Option<&Target>, Ambiguous> {
        let host = host.map(plain_host);
        let fitting = self.routes.iter().filter(|route| route.fits(host.as_deref(), method, path));
        let rank = |route: &Route| {
            // What the request leaves open cannot make one route better than another.
            let names_host = host.is_some() && route.host.is_some();
            let names_method = method.is_some() && !route.methods.is_empty();
            (route.path.depth(), names_host, names_method)
        };
        let Some(best) = fitting.clone().max_by_key(|route| rank(route)) else {
            return Ok(None);
        };
        // A deeper route that protects this path for other methods: this method was forgotten there, not opened here.
        let forgotten = |route: &Route| route.protects() && route.path.depth() > best.path.depth();
        if !best.protects()
            && self.routes.iter().any(|route| forgotten(route) && route.fits(host.as_deref(), None, path))
        {
            return Ok(None);
        }
        let mut equals = fitting.filter(|route| rank(route) == rank(best));
        if equals.any(|route| route.target != best.target) { Err(Ambiguous) } else { Ok(Some(&best.target)) }
    }
}

impl Route {
    fn check(entry: &RouteEntry, surfaces: &Surfaces) -> Result<Self, RouteFault> {
        let host = entry.host.as_deref().map(checked_host).transpose()?;
        if let Some(odd) = entry.methods.iter().find(|name| !is_method(name)) {
            return Err(RouteFault::Method(odd.clone()));
        }
        let path = NormalPath::parse(&entry.path)?;
        Ok(Self { host, methods: entry.methods.clone(), path, target: Target::check(entry, surfaces)? })
    }

    fn fits(&self, host: Option<&str>, method: Option<&str>, path: &NormalPath) -> bool {
        let host_fits = match (&self.host, host) {
            (Some(own), Some(host)) => own == host,
            _ => true,
        };
        let method_fits = match method {
            Some(method) if !self.methods.is_empty() => self.methods.iter().any(|name| name == method),
            _ => true,
        };
        let path_fits =
            if self.protects() { path.is_below_ignoring_case(&self.path) } else { path.is_below(&self.path) };
        host_fits && method_fits && path_fits
    }

    fn protects(&self) -> bool {
        self.target.place.protected_surface().is_some()
    }

    fn collides_with(&self, other: &Self) -> bool {
        let same_path = self.path.is_below_ignoring_case(&other.path) && other.path.depth() == self.path.depth();
        let shared_method = match (self.methods.is_empty(), other.methods.is_empty()) {
            (true, true) => true,
            (false, false) => self.methods.iter().any(|name| other.methods.contains(name)),
            _ => false,
        };
        same_path && shared_method && self.host == other.host
    }
}

impl Target {
    fn check(entry: &RouteEntry, surfaces: &Surfaces) -> Result<Self, RouteFault> {
        if entry.protected == Some(false) {
            let says_more =
                entry.surface.is_some() || entry.signs_in_to_customer_tenant.is_some() || entry.credential.is_some();
            return if says_more {
                Err(RouteFault::OpenAndProtected)
            } else {
                Ok(Self { place: Place::Open, credential: None })
            };
        }
        let name = entry.surface.as_deref().ok_or(RouteFault::NoSurface)?;
        let surface = surfaces.get(name).ok_or_else(|| RouteFault::UnknownSurface(name.to_owned()))?;
        let credential = entry.credential.unwrap_or_else(|| usual_credential(&surface));
        let signs_in_to_customer_tenant = entry.signs_in_to_customer_tenant.unwrap_or(true);
        Ok(Self { place: Place::Protected { surface, signs_in_to_customer_tenant }, credential: Some(credential) })
    }
}

fn usual_credential(surface: &Surface) -> Credential {
    if surface.behaviour.is_browser() { Credential::Session } else { Credential::Bearer }
}

fn checked_host(host: &str) -> Result<String, RouteFault> {
    let plain = plain_host(host);
    let is_name = !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._[]:".contains(&b));
    if is_name && plain.len() == host.trim_end_matches('.').len() {
        Ok(plain)
    } else {
        Err(RouteFault::Host(host.to_owned()))
    }
}

/// A host as routes compare it: lower case, without the port and the root's dot.
fn plain_host(host: &str) -> String {
    let without_port = match host.rsplit_once(':') {
        // Within brackets the colons belong to an IPv6 address.
        Some((name, port)) if !port.ends_with(']') && !port.is_empty() => name,
        _ => host,
    };
    without_port.trim_end_matches('.').to_ascii_lowercase()
}

fn is_method(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'-')
}
