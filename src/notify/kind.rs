//! What can happen that somebody is told, and who that is.

use crate::locale::Lang;
use Recipient::{Assignee, Contact, Leads, SecurityContact};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A person will answer, by the due instant.
    RequestReceived,
    /// It was accepted; with the exception that it came to.
    RequestAccepted,
    /// It was not accepted.
    RequestDenied,
    /// A reviewer asks something; the request waits for the reply.
    QuestionAsked,
    /// Without a reply it will be withdrawn by itself.
    ReplyDue,
    /// No reply came, and it was withdrawn by itself.
    RequestLapsed,
    /// The partner replied, and the clock runs again.
    RequestAnswered,
    /// Half of the clock is used up.
    ClockHalfUsed,
    /// Four fifths of the clock are used up.
    ClockMostlyUsed,
    /// The due instant has passed without an answer.
    ClockBreached,
    /// Nobody is left who may decide.
    NobodyEligible,
    /// An exception was granted, whoever granted it.
    ExceptionGranted,
    /// An exception that was granted for later is in force now.
    ExceptionStarted,
    /// An exception ends in 14 days, or in 3.
    ExceptionEndsSoon,
    /// The time of an exception is over, or its partner ended it.
    ExceptionEnded,
    /// Staff ended an exception early.
    ExceptionRevoked,
    /// Its partner says that it never asked for an exception.
    ExceptionDisputed,
    /// A suspension covers an exception: MFA is required again while it lasts.
    SuppressionSuspended,
    /// An edition of the policy says when exceptions of an issue end.
    SunsetAnnounced,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 19] = [
        Self::RequestReceived,
        Self::RequestAccepted,
        Self::RequestDenied,
        Self::QuestionAsked,
        Self::ReplyDue,
        Self::RequestLapsed,
        Self::RequestAnswered,
        Self::ClockHalfUsed,
        Self::ClockMostlyUsed,
        Self::ClockBreached,
        Self::NobodyEligible,
        Self::ExceptionGranted,
        Self::ExceptionStarted,
        Self::ExceptionEndsSoon,
        Self::ExceptionEnded,
        Self::ExceptionRevoked,
        Self::ExceptionDisputed,
        Self::SuppressionSuspended,
        Self::SunsetAnnounced,
    ];

    /// The name in the outbox, also of the mail.
    pub fn code(self) -> &'static str {
        match self {
            Self::RequestReceived => "request_received",
            Self::RequestAccepted => "request_accepted",
            Self::RequestDenied => "request_denied",
            Self::QuestionAsked => "question_asked",
            Self::ReplyDue => "reply_due",
            Self::RequestLapsed => "request_lapsed",
            Self::RequestAnswered => "request_answered",
            Self::ClockHalfUsed => "clock_half_used",
            Self::ClockMostlyUsed => "clock_mostly_used",
            Self::ClockBreached => "clock_breached",
            Self::NobodyEligible => "nobody_eligible",
            Self::ExceptionGranted => "exception_granted",
            Self::ExceptionStarted => "exception_started",
            Self::ExceptionEndsSoon => "exception_ends_soon",
            Self::ExceptionEnded => "exception_ended",
            Self::ExceptionRevoked => "exception_revoked",
            Self::ExceptionDisputed => "exception_disputed",
            Self::SuppressionSuspended => "suppression_suspended",
            Self::SunsetAnnounced => "sunset_announced",
        }
    }

    /// The kind whose [`code`](Self::code) this is.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What it is called in `lang`, in a few words.
    pub fn name(self, lang: Lang) -> String {
        lang.text(&format!("mails-kind-{}", self.code().replace('_', "-")))
    }

    /// Whether it is about the request; the others are about its exception.
    pub fn is_about_request(self) -> bool {
        match self {
            Self::RequestReceived
            | Self::RequestAccepted
            | Self::RequestDenied
            | Self::QuestionAsked
            | Self::ReplyDue
            | Self::RequestLapsed
            | Self::RequestAnswered
            | Self::ClockHalfUsed
            | Self::ClockMostlyUsed
            | Self::ClockBreached
            | Self::NobodyEligible => true,
            Self::ExceptionGranted
            | Self::ExceptionStarted
            | Self::ExceptionEndsSoon
            | Self::ExceptionEnded
            | Self::ExceptionRevoked
            | Self::ExceptionDisputed
            | Self::SuppressionSuspended
            | Self::SunsetAnnounced => false,
        }
    }

    /// Who is told. Grants and revocations are told to the tenant's security contact too, whoever asked for them; the contact
    /// learns of a grant by the answer to the request.
    pub fn recipients(self) -> &'static [Recipient] {
        match self {
            Self::RequestReceived
            | Self::RequestAccepted
            | Self::RequestDenied
            | Self::QuestionAsked
            | Self::ReplyDue
            | Self::RequestLapsed
            | Self::ExceptionStarted
            | Self::ExceptionEndsSoon
            | Self::ExceptionEnded
            | Self::SuppressionSuspended
            | Self::SunsetAnnounced => &[Contact],
            Self::ExceptionGranted => &[SecurityContact],
            Self::ExceptionRevoked => &[Contact, SecurityContact],
            Self::RequestAnswered => &[Assignee],
            Self::ClockHalfUsed | Self::ClockMostlyUsed | Self::ClockBreached => &[Assignee, Leads],
            Self::NobodyEligible | Self::ExceptionDisputed => &[Leads],
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
    /// The reviewer who works on the request.
    Assignee,
    /// The lead reviewers.
    Leads,
}

impl Recipient {
    /// Everybody who can be told.
    pub const ALL: [Self; 4] = [Contact, SecurityContact, Assignee, Leads];

    /// The name in the outbox.
    pub fn code(self) -> &'static str {
        match self {
            Contact => "contact",
            SecurityContact => "security_contact",
            Assignee => "assignee",
            Leads => "leads",
        }
    }

    /// The recipient whose [`code`](Self::code) this is.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|recipient| recipient.code() == code)
    }

    /// Whether they work on requests, not ask.
    pub fn is_staff(self) -> bool {
        matches!(self, Assignee | Leads)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_names_its_kind_and_recipient_again() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
            assert!(!kind.recipients().is_empty(), "{kind:?}");
        }
        for recipient in Recipient::ALL {
            assert_eq!(Recipient::from_code(recipient.code()), Some(recipient));
        }
        assert_eq!((Kind::from_code("request"), Recipient::from_code("")), (None, None));
    }
}
