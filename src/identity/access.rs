//! Proofs of permission. A handler that takes one of these cannot run without it; what it does with it, the type says.
//!
//! Partners are never asked for MFA here: whoever is locked out by MFA must still be able to ask. Staff always are.

use crate::app::Desk;
use crate::audit::Actor;
use crate::db::{Db, Tx};
use crate::identity::{Caller, Client, Person, Role, caller};
use crate::problem::Kind;
use crate::web::{Failure, Message, Refusal};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use std::collections::BTreeSet;
use std::ops::Deref;

const FILERS: &[Role] = &[Role::GlobalAdmin, Role::AdminAgent];
const REVIEWERS: &[Role] = &[Role::LeadReviewer, Role::Reviewer];
const LEADS: &[Role] = &[Role::LeadReviewer];
const AUDITORS: &[Role] = &[Role::Auditor];
const STAFF: &[Role] = &[Role::LeadReviewer, Role::Reviewer, Role::PolicyAdmin, Role::Auditor];

async fn person(request: &HttpRequest) -> Result<Person, Failure> {
    let desk = desk(request)?;
    match caller(&desk, request).await? {
        Caller::Person(person) => Ok(person),
        Caller::Client(_) => Err(Failure::new(Kind::NotAllowed)),
    }
}

fn desk(request: &HttpRequest) -> Result<web::Data<Desk>, Failure> {
    request.app_data::<web::Data<Desk>>().cloned().ok_or_else(|| Failure::new(Kind::Internal))
}

fn with_role(person: Person, allowed: &[Role]) -> Result<(Person, Role), Failure> {
    match allowed.iter().find(|role| person.roles.contains(role)) {
        Some(role) => Ok((person, *role)),
        None => Err(refused(&person.roles, allowed)),
    }
}

/// The refusal names the roles one has, the roles that may, and what one can do instead.
fn refused(have: &BTreeSet<Role>, may: &[Role]) -> Failure {
    // Staff have nobody to ask: partners' requests are not theirs to file.
    let is_staff = STAFF.iter().any(|role| have.contains(role));
    let instead = (may == FILERS && !is_staff).then(|| Message::new("not-allowed-ask-your-administrator"));
    let codes = |roles: &mut dyn Iterator<Item = &Role>| roles.map(|role| role.code()).collect();
    Failure::refused(Refusal { have: codes(&mut have.iter()), may: codes(&mut may.iter()), instead })
}

/// Staff act only after MFA; otherwise the way out is a step-up.
fn with_mfa((person, role): (Person, Role)) -> Result<(Person, Role), Failure> {
    if person.mfa { Ok((person, role)) } else { Err(Failure::new(Kind::StepUpRequired)) }
}

macro_rules! proof {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            person: Person,
            role: Role,
        }

        impl $name {
            /// As the audit log names them.
            pub fn actor(&self) -> Actor {
                Actor::Person { tenant: self.person.tenant, object_id: self.person.object_id, role: self.role }
            }
        }

        impl Deref for $name {
            type Target = Person;

            fn deref(&self) -> &Person {
                &self.person
            }
        }

        impl FromRequest for $name {
            type Error = Failure;
            type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let request = request.clone();
                Box::pin(async move {
                    let check: fn(Person) -> Result<(Person, Role), Failure> = $check;
                    let (person, role) = check(person(&request).await?)?;
                    Ok(Self { person, role })
                })
            }
        }
    };
}

proof! {
    /// A Global Admin or Admin Agent: files, follows and withdraws for their own tenant.
    Filer, |person| with_role(person, FILERS)
}

proof! {
    /// A reviewer or lead, with MFA: decides requests of other tenants.
    Reviewer, |person| with_mfa(with_role(person, REVIEWERS)?)
}

proof! {
    /// A lead reviewer, with MFA: revokes, suspends, registers partners.
    Lead, |person| with_mfa(with_role(person, LEADS)?)
}

proof! {
    /// An auditor, with MFA: reads everything.
    Auditor, |person| with_mfa(with_role(person, AUDITORS)?)
}

proof! {
    /// Any member of staff, with MFA: reads requests and exceptions.
    StaffReader, |person| with_mfa(with_role(person, STAFF)?)
}

/// Anybody signed in.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Person);

impl FromRequest for SignedIn {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(person(&request).await?)) })
    }
}

/// Anybody of a partner's tenant, whatever their role.
#[derive(Clone, Debug)]
pub struct PartnerUser(pub Person);

impl FromRequest for PartnerUser {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let person = person(&request).await?;
            if person.operator {
                return Err(refused(&person.roles, FILERS));
            }
            Ok(Self(person))
        })
    }
}

/// An application of an operator tenant with the role `Feed.Read`.
#[derive(Clone, Debug)]
pub struct FeedReader(pub Client);

impl FromRequest for FeedReader {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let desk = desk(&request)?;
            match caller(&desk, &request).await? {
                Caller::Client(client) if client.roles.contains(&Role::FeedRead) => Ok(Self(client)),
                Caller::Client(client) => Err(refused(&client.roles, &[Role::FeedRead])),
                Caller::Person(person) => Err(refused(&person.roles, &[Role::FeedRead])),
            }
        })
    }
}

/// Whoever may read requests and exceptions: a partner's filer its own tenant's, staff everybody's.
#[derive(Clone, Debug)]
pub enum CaseReader {
    /// A Global Admin or Admin Agent.
    Filer(Filer),
    /// Staff, with MFA.
    Staff(StaffReader),
}

impl CaseReader {
    /// Who.
    pub fn person(&self) -> &Person {
        match self {
            Self::Filer(filer) => filer,
            Self::Staff(staff) => staff,
        }
    }

    /// As the audit log names them.
    pub fn actor(&self) -> Actor {
        match self {
            Self::Filer(filer) => filer.actor(),
            Self::Staff(staff) => staff.actor(),
        }
    }

    /// A transaction that sees what this reader may see, and no more.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin(&self, db: &Db) -> Result<Tx, sqlx::Error> {
        match self {
            Self::Filer(filer) => db.partner(filer.tenant).await,
            Self::Staff(_) => db.staff().await,
        }
    }
}

impl FromRequest for CaseReader {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let person = person(&request).await?;
            if person.operator {
                let (person, role) = with_mfa(with_role(person, STAFF)?)?;
                Ok(Self::Staff(StaffReader { person, role }))
            } else {
                let (person, role) = with_role(person, FILERS)?;
                Ok(Self::Filer(Filer { person, role }))
            }
        })
    }
}
