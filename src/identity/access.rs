//! Proofs of permission. A handler that takes one of these cannot run without it; what it does with it, the type says.
//!
//! Partners are not asked for MFA in order to ask: whoever is locked out by MFA must still be able to. What asking does not need may take it.
//! Staff always are.

use crate::app::Desk;
use crate::audit::Actor;
use crate::db::{Db, Tx};
use crate::identity::{Caller, Client, Person, Role, caller};
use crate::locale::Bilingual;
use crate::problem::Kind;
use crate::web::error::role_alternatives;
use crate::web::{Failure, Message, Names, Refusal, RoleName};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use std::ops::Deref;

const FILERS: &[Role] = &[Role::Filer];
const REVIEWERS: &[Role] = &[Role::LeadReviewer, Role::Reviewer];
const LEADS: &[Role] = &[Role::LeadReviewer];
const AUDITORS: &[Role] = &[Role::Auditor];
const REPORT_READERS: &[Role] = &[Role::LeadReviewer, Role::Auditor];
const POLICY_ADMINS: &[Role] = &[Role::PolicyAdmin];
const POLICY_CONFIRMERS: &[Role] = &[Role::PolicyAdmin, Role::LeadReviewer];
const STAFF: &[Role] = &[Role::LeadReviewer, Role::Reviewer, Role::PolicyAdmin, Role::Auditor];

/// Whoever calls, and the desk, whose policy names the roles of partners.
struct Applicant<'a> {
    desk: &'a Desk,
    person: Person,
}

impl<'a> Applicant<'a> {
    async fn of(request: &'a HttpRequest) -> Result<Self, Failure> {
        let desk = desk(request)?;
        match caller(desk, request).await? {
            Caller::Person(person) => Ok(Self { desk, person }),
            Caller::Client(_) => Err(Failure::new(Kind::NotAllowed)),
        }
    }

    fn with_role(self, allowed: &[Role]) -> Result<(Person, Role), Failure> {
        match allowed.iter().find(|role| self.person.roles.contains(role)) {
            Some(role) => Ok((self.person, *role)),
            None => Err(self.refused(allowed)),
        }
    }

    /// The refusal names the roles one has, the roles that may, and what one can do instead.
    fn refused(&self, allowed: &[Role]) -> Failure {
        let Self { desk, person } = self;
        let have = desk.policies.at(desk.clock.now()).ok().into_iter().flat_map(|edition| {
            let own = edition.roles().iter().filter(|role| person.partner_roles.contains(&role.name));
            own.map(|role| RoleName::Partner(role.label.clone())).collect::<Vec<_>>()
        });
        let staff = person.roles.iter().filter(|role| **role != Role::Filer).map(|role| RoleName::Own(role.code()));
        let may = if allowed == FILERS { desk.filing_roles() } else { own(allowed) };
        // Staff have nobody to ask: partners' requests are not theirs to file.
        let is_staff = STAFF.iter().any(|role| person.roles.contains(role));
        let instead = (allowed == FILERS && !is_staff).then(|| {
            Message::new("not-allowed-ask-your-administrator")
                .with_both("roles", Bilingual::of(|lang| role_alternatives(&may, lang)))
                .with_both("product", desk.config.branding.product.clone())
        });
        Failure::refused(Refusal { have: staff.chain(have).collect(), may, instead })
    }
}

fn desk(request: &HttpRequest) -> Result<&Desk, Failure> {
    request.app_data().map(web::Data::get_ref).ok_or_else(|| Failure::new(Kind::Internal))
}

fn own(roles: &[Role]) -> Vec<RoleName> {
    roles.iter().map(|role| RoleName::Own(role.code())).collect()
}

/// Who acts only after MFA; otherwise the way out is a step-up.
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
                    let check: fn(Applicant<'_>) -> Result<(Person, Role), Failure> = $check;
                    let (person, role) = check(Applicant::of(&request).await?)?;
                    Ok(Self { person, role })
                })
            }
        }
    };
}

proof! {
    /// Somebody whose role files: asks, follows and withdraws for their own tenant.
    Filer, |person| person.with_role(FILERS)
}

impl Filer {
    /// A transaction that sees what the filer's tenant may see, and the filer's own drafts.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin(&self, db: &Db) -> Result<Tx, sqlx::Error> {
        db.person(self.tenant, self.object_id).await
    }
}

proof! {
    /// Somebody whose role files, with MFA: says who else is mailed.
    FilerWithMfa, |person| with_mfa(person.with_role(FILERS)?)
}

impl FilerWithMfa {
    /// As [`Filer::begin`].
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin(&self, db: &Db) -> Result<Tx, sqlx::Error> {
        db.person(self.tenant, self.object_id).await
    }
}

proof! {
    /// A reviewer or lead, with MFA: decides requests of other tenants.
    Reviewer, |person| with_mfa(person.with_role(REVIEWERS)?)
}

proof! {
    /// A lead reviewer, with MFA: revokes, suspends, registers partners.
    Lead, |person| with_mfa(person.with_role(LEADS)?)
}

proof! {
    /// A policy admin, with MFA: brings in editions of the policy.
    PolicyAdmin, |person| with_mfa(person.with_role(POLICY_ADMINS)?)
}

proof! {
    /// A policy admin or a lead, with MFA: the second person for an edition that loosens the policy.
    PolicyConfirmer, |person| with_mfa(person.with_role(POLICY_CONFIRMERS)?)
}

proof! {
    /// An auditor, with MFA: reads everything.
    Auditor, |person| with_mfa(person.with_role(AUDITORS)?)
}

proof! {
    /// A lead or an auditor, with MFA: reads what the desk's figures come to.
    ReportReader, |person| with_mfa(person.with_role(REPORT_READERS)?)
}

proof! {
    /// Any member of staff, with MFA: reads requests and exceptions.
    StaffReader, |person| with_mfa(person.with_role(STAFF)?)
}

impl From<Reviewer> for StaffReader {
    fn from(reviewer: Reviewer) -> Self {
        Self { person: reviewer.person, role: reviewer.role }
    }
}

/// Anybody signed in.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Person);

impl FromRequest for SignedIn {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(Applicant::of(&request).await?.person)) })
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
            let applicant = Applicant::of(&request).await?;
            if applicant.person.operator {
                return Err(applicant.refused(FILERS));
            }
            Ok(Self(applicant.person))
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
            match caller(desk, &request).await? {
                Caller::Client(client) if client.roles.contains(&Role::FeedRead) => Ok(Self(client)),
                Caller::Client(client) => {
                    let have = own(&client.roles.into_iter().collect::<Vec<_>>());
                    Err(Failure::refused(Refusal { have, may: own(&[Role::FeedRead]), instead: None }))
                }
                Caller::Person(person) => Err(Applicant { desk, person }.refused(&[Role::FeedRead])),
            }
        })
    }
}

/// Whoever may read requests and exceptions: a partner's filer its own tenant's, staff everybody's.
#[derive(Clone, Debug)]
pub enum CaseReader {
    /// Somebody whose role files.
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
            Self::Filer(filer) => filer.begin(db).await,
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
            let applicant = Applicant::of(&request).await?;
            if applicant.person.operator {
                let (person, role) = with_mfa(applicant.with_role(STAFF)?)?;
                Ok(Self::Staff(StaffReader { person, role }))
            } else {
                let (person, role) = applicant.with_role(FILERS)?;
                Ok(Self::Filer(Filer { person, role }))
            }
        })
    }
}
