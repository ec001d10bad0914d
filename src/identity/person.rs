//! Who is calling: a person by session or bearer token, or an application by bearer token.

use crate::app::Desk;
use crate::identity::{ObjectId, Role, TenantId};
use crate::problem::Kind;
use crate::web::{Failure, StaffNav, Viewer};
use actix_session::SessionExt;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};
use chrono::{DateTime, Utc};
use relying_party::{Claims, TokenError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The key of the person in a session.
pub(super) const SESSION_PERSON: &str = "person";

/// Somebody signed in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Person {
    /// Their tenant.
    pub tenant: TenantId,
    /// Their object id in it.
    pub object_id: ObjectId,
    /// A name to read; it authorises nothing.
    pub name: String,
    /// The roles that count (see [`super::RoleRules`]).
    pub roles: BTreeSet<Role>,
    /// Their tenant's roles, as the policy names them.
    pub partner_roles: BTreeSet<String>,
    /// Whether they passed MFA to get here.
    pub mfa: bool,
    /// Whether their tenant is one of the desk's operators.
    pub operator: bool,
    /// After this instant the sign-in counts no more.
    pub until: DateTime<Utc>,
}

impl Person {
    /// Whether any of `roles` is theirs.
    pub fn has_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.roles.contains(role))
    }

    /// The same person, a filer if the edition in force now says so: what a session remembers is older than that.
    fn by_the_policy(mut self, desk: &Desk) -> Self {
        let edition = desk.policies.at(desk.clock.now());
        let files = edition.is_ok_and(|edition| self.partner_roles.iter().any(|role| edition.may_file(role)));
        if files {
            self.roles.insert(Role::Filer)
        } else {
            self.roles.remove(&Role::Filer)
        };
        self
    }

    fn as_viewer(&self) -> Viewer {
        let is = |role| self.roles.contains(&role);
        let staff = StaffNav {
            reviewer: is(Role::Reviewer),
            lead: is(Role::LeadReviewer),
            policy_admin: is(Role::PolicyAdmin),
            auditor: is(Role::Auditor),
        };
        Viewer {
            name: self.name.clone(),
            tenant_name: None,
            subject: !self.operator,
            partner: self.has_any(&[Role::Filer]),
            staff: (staff != StaffNav::default()).then_some(staff),
        }
    }
}

/// An application with an app-only token.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its tenant.
    pub tenant: TenantId,
    /// Its client id.
    pub client_id: String,
    /// The roles that count.
    pub roles: BTreeSet<Role>,
}

/// Whoever called with credentials that hold.
#[derive(Clone, Debug)]
pub enum Caller {
    /// Somebody.
    Person(Person),
    /// An application.
    Client(Client),
}

impl Caller {
    /// The caller that verified `claims` describe. `until` bounds a session made of them.
    ///
    /// A user's token without an object id names nobody.
    pub fn from_claims(desk: &Desk, claims: &Claims, until: DateTime<Utc>) -> Option<Self> {
        let tenant = TenantId(claims.tenant);
        let roles = desk.roles.roles(tenant, &claims.roles);
        if claims.app_only {
            return Some(Self::Client(Client { tenant, client_id: claims.client_id.clone()?, roles }));
        }
        let name =
            [&claims.name, &claims.preferred_username].into_iter().flatten().find(|name| !name.trim().is_empty());
        let policies = desk.policies.all();
        let partner_roles = desk.roles.partner_roles(tenant, &claims.roles, |name| policies.knows_role(name));
        let person = Person {
            tenant,
            object_id: ObjectId(claims.object_id?),
            name: name.cloned().unwrap_or_default(),
            roles,
            partner_roles,
            mfa: claims.has_mfa(),
            operator: desk.roles.is_operator(tenant),
            until,
        };
        Some(Self::Person(person.by_the_policy(desk)))
    }
}

/// The person of the browser's session, if somebody is signed in.
pub fn person_in_session(desk: &Desk, request: &HttpRequest) -> Option<Person> {
    let person: Person = request.get_session().get(SESSION_PERSON).ok().flatten()?;
    (desk.clock.now() < person.until).then(|| person.by_the_policy(desk))
}

/// Who calls. The API and the feed take bearer tokens alone (a browser's cookie could be ridden there), pages sessions alone.
///
/// # Errors
/// 401 without credentials, or with such as do not hold.
pub async fn caller(desk: &Desk, request: &HttpRequest) -> Result<Caller, Failure> {
    if !crate::web::is_for_programs(request.path()) {
        return person_in_session(desk, request).map(Caller::Person).ok_or_else(|| Failure::new(Kind::SignInRequired));
    }
    let unauthorized =
        || Failure::new(Kind::SignInRequired).header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let (Some(value), None) = (headers.next(), headers.next()) else { return Err(unauthorized()) };
    let token = std::str::from_utf8(value.as_bytes())
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(unauthorized)?;
    let now = desk.clock.now();
    let refused = |reason: &str| {
        tracing::info!(reason, route = request.match_pattern(), "bearer token refused");
        Failure::new(Kind::SignInRequired)
            .header(header::WWW_AUTHENTICATE, HeaderValue::from_static(r#"Bearer error="invalid_token""#))
    };
    let claims = desk.relying_party.verify_bearer(token, now).await.map_err(|error| match error {
        // Says nothing about the token: whoever sent it shall keep it and try again.
        TokenError::Unavailable(_) => Failure::new(Kind::ProviderAway).because(error),
        _ => refused(&error.to_string()),
    })?;
    Caller::from_claims(desk, &claims, claims.expires_at).ok_or_else(|| refused("names nobody"))
}

/// Middleware: tells the page frame who is signed in, for its navigation. What they may do is decided elsewhere.
///
/// # Errors
/// Those of the handler.
pub async fn viewer(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if let Some(desk) = request.app_data::<web::Data<Desk>>()
        && let Some(person) = person_in_session(desk, request.request())
    {
        request.extensions_mut().insert(person.as_viewer());
    }
    next.call(request).await
}
