//! Who asks: the register of partners, sign-in, sessions, bearer tokens, roles, step-up.

mod access;
mod ids;
pub mod partners;
pub mod people;
mod person;
mod roles;
pub mod sessions;
pub mod sign_in;
pub mod staff;

pub use access::{
    Auditor, CaseReader, FeedReader, Filer, FilerWithMfa, Lead, PartnerUser, PolicyAdmin, PolicyConfirmer,
    ReportReader, Reviewer, SignedIn, StaffReader,
};
pub use ids::{ObjectId, TenantId, parse_guid};
pub use person::{Caller, Client, Person, caller, person_in_session, viewer};
pub use roles::{Role, RoleRules};
