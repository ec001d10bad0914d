//! What is to be told to whom: rows of the outbox, written in the transaction of what happened, so that nothing is told that
//! did not happen and nothing that happened is forgotten.
//!
//! A row names a kind of recipient; the address is looked up when the mail is written. Its data are codes and values: nothing
//! that a person wrote, and no secret.

mod outbox;
mod words;

pub use outbox::{rows, sweep, tell};
pub use words::{of_exception, of_request, reply_due};

use crate::identity::TenantId;
use crate::locale::Lang;
use serde_json::Value;
use uuid::Uuid;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A person will answer, by the due instant.
    RequestReceived,
    /// It was accepted.
    RequestAccepted,
    /// It was not accepted.
    RequestDenied,
    /// A reviewer asks something; the request waits for the reply.
    QuestionAsked,
    /// Without a reply it will be withdrawn by itself.
    ReplyDue,
    /// No reply came, and it was withdrawn by itself.
    RequestLapsed,
    /// An exception was granted, whoever granted it.
    ExceptionGranted,
}

impl Kind {
    /// The name in the outbox, also of the mail.
    pub fn code(self) -> &'static str {
        match self {
            Self::RequestReceived => "request_received",
            Self::RequestAccepted => "request_accepted",
            Self::RequestDenied => "request_denied",
            Self::QuestionAsked => "question_asked",
            Self::ReplyDue => "reply_due",
            Self::RequestLapsed => "request_lapsed",
            Self::ExceptionGranted => "exception_granted",
        }
    }

    /// Who is told. Grants are told to the tenant's security contact too, whoever asked for them.
    pub fn recipients(self) -> &'static [Recipient] {
        match self {
            Self::RequestReceived
            | Self::RequestAccepted
            | Self::RequestDenied
            | Self::QuestionAsked
            | Self::ReplyDue
            | Self::RequestLapsed => &[Recipient::Contact],
            Self::ExceptionGranted => &[Recipient::Contact, Recipient::SecurityContact],
        }
    }
}

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// The contact that the request names.
    Contact,
    /// The tenant's security contact in the register.
    SecurityContact,
}

impl Recipient {
    /// The name in the outbox.
    pub fn code(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::SecurityContact => "security_contact",
        }
    }
}

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
