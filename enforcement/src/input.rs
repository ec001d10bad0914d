//! Decision inputs as JSON. `at`, `surface`, `flow` and `signs_in_to_customer_tenant` come from the operator and are
//! strict; `tenant`, `user`, `amr` and `account` come from tokens and are lenient: what is malformed there counts as not
//! there, which can only lead to more MFA. Unknown fields are ignored.

use crate::decision::{Account, DecisionInput, Flow, Identity, Place};
use crate::guid;
use crate::routes::{NormalPath, Routes};
use crate::surface::{Surface, Surfaces};
use crate::wire::parse_instant;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

/// What is wrong with an input: a place (JSON Pointer) and a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputError {
    /// JSON Pointer; empty for the whole line.
    pub pointer: &'static str,
    /// What is wrong there.
    pub code: InputCode,
}

/// What can be wrong with an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputCode {
    /// Not a JSON object, or one that names a field twice.
    Unreadable,
    /// More bytes than a line may have.
    TooLong,
    /// Not there, and needed.
    Required,
    /// Neither `true` nor `false`.
    NotABoolean,
    /// No RFC 3339 date and time.
    NotAnInstant,
    /// A surface that is not known.
    UnknownSurface,
    /// None of the three flows.
    UnknownFlow,
    /// Not text.
    NotText,
    /// A path that programs could read differently.
    OddPath,
    /// Routes that say different things fit equally well.
    AmbiguousRoute,
}

/// The fields as they come. A field named twice is an error of the whole line: two readers might see two inputs.
#[derive(Deserialize)]
struct Fields {
    at: Option<Value>,
    surface: Option<Value>,
    host: Option<Value>,
    method: Option<Value>,
    path: Option<Value>,
    signs_in_to_customer_tenant: Option<Value>,
    flow: Option<Value>,
    tenant: Option<Value>,
    user: Option<Value>,
    amr: Option<Value>,
    account: Option<Value>,
}

/// Reads one decision input. Without `routes` its `path` (and `host`, `method`) is not looked at; with them the surface
/// and `signs_in_to_customer_tenant` of the route count, and what no route matches is protected on the input's own surface.
///
/// # Errors
/// Every strict field that is missing or malformed.
pub fn read(json: &[u8], surfaces: &Surfaces, routes: Option<&Routes>) -> Result<DecisionInput, Vec<InputError>> {
    // An array would be taken for the fields in their order.
    let is_object = json.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let fields = is_object.then(|| serde_json::from_slice::<Fields>(json).ok()).flatten();
    let Some(fields) = fields else {
        return Err(vec![InputError { pointer: "", code: InputCode::Unreadable }]);
    };
    let mut errors = Vec::new();
    let at = kept(&mut errors, fields.at());
    let flow = kept(&mut errors, fields.flow());
    let place = fields.place(surfaces, routes, &mut errors);
    match (at, flow, place) {
        (Some(at), Some(flow), Some(place)) if errors.is_empty() => Ok(DecisionInput {
            at,
            place,
            flow,
            tenant: lenient_guid(fields.tenant.as_ref()),
            user: lenient_guid(fields.user.as_ref()),
            mfa: proves_mfa(fields.amr.as_ref()),
            account: lenient_account(fields.account.as_ref()),
        }),
        _ => Err(errors),
    }
}

/// Whether an `amr` claim proves MFA: a list with the exact member `mfa`. A bare string, another case or another name
/// does not.
pub fn proves_mfa(amr: Option<&Value>) -> bool {
    amr.and_then(Value::as_array).is_some_and(|methods| methods.iter().any(|method| method == "mfa"))
}

/// The GUID in a claim, `None` when missing or malformed.
pub fn lenient_guid(claim: Option<&Value>) -> Option<Uuid> {
    guid::parse(claim?.as_str()?)
}

/// What a JSON object says of an account; every field on its own may be missing or malformed.
pub fn lenient_account(account: Option<&Value>) -> Account {
    let field = |name: &str| account.and_then(|account| account.get(name));
    Account {
        identity: field("identity").and_then(|identity| Identity::deserialize(identity).ok()),
        federated_idp_supports_mfa: field("federated_idp_supports_mfa").and_then(Value::as_bool),
        mfa_registered: field("mfa_registered").and_then(Value::as_bool),
    }
}

impl Fields {
    fn at(&self) -> Result<DateTime<Utc>, InputError> {
        let value = self.at.as_ref().ok_or_else(|| fault("/at", InputCode::Required))?;
        value.as_str().and_then(parse_instant).ok_or_else(|| fault("/at", InputCode::NotAnInstant))
    }

    fn flow(&self) -> Result<Flow, InputError> {
        let value = self.flow.as_ref().ok_or_else(|| fault("/flow", InputCode::Required))?;
        let named = |flow: &Flow| value == flow.name();
        Flow::ALL.into_iter().find(named).ok_or_else(|| fault("/flow", InputCode::UnknownFlow))
    }

    /// The surface that the input itself names, if it names one.
    fn surface(&self, surfaces: &Surfaces) -> Result<Option<Surface>, InputError> {
        let Some(value) = &self.surface else { return Ok(None) };
        let known = value.as_str().and_then(|name| surfaces.get(name));
        known.map(Some).ok_or_else(|| fault("/surface", InputCode::UnknownSurface))
    }

    fn signs_in(&self) -> Result<bool, InputError> {
        let Some(value) = &self.signs_in_to_customer_tenant else { return Ok(true) };
        value.as_bool().ok_or_else(|| fault("/signs_in_to_customer_tenant", InputCode::NotABoolean))
    }

    fn place(&self, surfaces: &Surfaces, routes: Option<&Routes>, errors: &mut Vec<InputError>) -> Option<Place> {
        let own = kept(errors, self.surface(surfaces))?;
        let signs_in = kept(errors, self.signs_in())?;
        let signs_in_to_customer_tenant = match routes {
            None => signs_in,
            Some(routes) => match kept(errors, self.routed(routes))? {
                Some(place) => return Some(place),
                // Only a route may say that a portal does not sign in, and here is none.
                None => true,
            },
        };
        let surface = kept(errors, own.ok_or_else(|| fault("/surface", InputCode::Required)))?;
        Some(Place::Protected { surface, signs_in_to_customer_tenant })
    }

    /// The place of the route that matches; without a path none does.
    fn routed(&self, routes: &Routes) -> Result<Option<Place>, InputError> {
        let Some(path) = text("/path", self.path.as_ref())? else { return Ok(None) };
        let path = NormalPath::parse(path).map_err(|_| fault("/path", InputCode::OddPath))?;
        let (host, method) = (text("/host", self.host.as_ref())?, text("/method", self.method.as_ref())?);
        let found = routes.find(host, method, &path).map_err(|_| fault("/path", InputCode::AmbiguousRoute))?;
        Ok(found.map(|target| target.place.clone()))
    }
}

fn text<'a>(pointer: &'static str, value: Option<&'a Value>) -> Result<Option<&'a str>, InputError> {
    value.map(|value| value.as_str().ok_or_else(|| fault(pointer, InputCode::NotText))).transpose()
}

fn fault(pointer: &'static str, code: InputCode) -> InputError {
    InputError { pointer, code }
}

/// The value, or nothing with its error noted, so that one reading finds every error.
fn kept<T>(errors: &mut Vec<InputError>, result: Result<T, InputError>) -> Option<T> {
    result.map_err(|error| errors.push(error)).ok()
}
