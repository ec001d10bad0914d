//! What is to be told to whom: rows of the outbox, written in the transaction of what happened, so that nothing is told that
//! did not happen and nothing that happened is forgotten.
//!
//! A row names a kind of recipient; the address is looked up when the mail is written, and a row for staff is dealt out to persons
//! before ([`staff`]). Its data are codes and values: nothing
//! that a person wrote, and no secret; of a second contact's address what [`second_contact`] leaves of it, with the name of who changed it.

mod confirmation;
mod course;
mod delivery;
mod kind;
mod letter;
mod letters;
pub mod mails;
mod message;
mod outbox;
pub mod second_contact;
mod smtp;
pub mod staff;
pub mod webhooks;
mod words;

pub use course::{tell_of, tend_courses, tend_courses_at};
pub use delivery::work;
pub use kind::{Kind, Recipient};
pub use letter::Letter;
pub use letters::write;
pub use outbox::{Told, lately, rows, sweep, tell};
pub use smtp::Server;
pub use words::{after_check_late, answered, assigned, of_answer, of_request, reply_due, second_approval};

use crate::identity::TenantId;
use crate::locale::Lang;
use serde_json::Value;
use uuid::Uuid;

/// One thing that happened, to be told to everybody whom it concerns.
#[derive(Clone, Debug)]
pub struct News {
    /// What.
    pub kind: Kind,
    /// Whose.
    pub tenant: TenantId,
    /// The request that it is about.
    pub request: Uuid,
    /// The exception that it is about.
    pub exception: Option<Uuid>,
    /// In which language to tell it.
    pub language: Lang,
    /// Codes and values that the mail is written from.
    pub data: Value,
}
