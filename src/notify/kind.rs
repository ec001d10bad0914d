//! What can happen that somebody is told, and who that is.

use crate::locale::Lang;
use Recipient::{Approvers, Assignee, Checkers, Contact, Leads, Person, SecondContact, SecurityContact};

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
    /// A lead gave it to a reviewer.
    RequestAssigned,
    /// A first approval waits for a second.
    SecondApprovalWaits,
    /// Half of the clock is used up.
    ClockHalfUsed,
    /// Four fifths of the clock are used up.
    ClockMostlyUsed,
    /// The due instant has passed without an answer.
    ClockBreached,
    /// Nobody is left who may decide.
    NobodyEligible,
    /// Nobody has looked in time at what the policy granted.
    AfterCheckLate,
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
    /// What waits for a member of staff today.
    StaffDigest,
    /// A member of staff shows that an address is theirs.
    AddressToConfirm,
    /// A member of staff is not mailed at an address any more.
    AddressChanged,
    /// A webhook that failed for too long, or whose receiver wants no more, was disabled.
    WebhookDisabled,
    /// Whoever reads the address that a partner named as its second contact says that they want its mail.
    SecondContactToConfirm,
    /// A partner's second contact was named, confirmed or removed.
    SecondContactChanged,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 28] = [
        Self::RequestReceived,
        Self::RequestAccepted,
        Self::RequestDenied,
        Self::QuestionAsked,
        Self::ReplyDue,
        Self::RequestLapsed,
        Self::RequestAnswered,
        Self::RequestAssigned,
        Self::SecondApprovalWaits,
        Self::ClockHalfUsed,
        Self::ClockMostlyUsed,
        Self::ClockBreached,
        Self::NobodyEligible,
        Self::AfterCheckLate,
        Self::ExceptionGranted,
        Self::ExceptionStarted,
        Self::ExceptionEndsSoon,
        Self::ExceptionEnded,
        Self::ExceptionRevoked,
        Self::ExceptionDisputed,
        Self::SuppressionSuspended,
        Self::SunsetAnnounced,
        Self::StaffDigest,
        Self::AddressToConfirm,
        Self::AddressChanged,
        Self::WebhookDisabled,
        Self::SecondContactToConfirm,
        Self::SecondContactChanged,
    ];

    /// Those that systems are told of: what happens to a request or an exception.
    pub fn events() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|kind| !kind.is_about_neither())
    }

    /// Whether it is about neither a request nor an exception.
    pub fn is_about_neither(self) -> bool {
        matches!(
            self,
            Self::StaffDigest
                | Self::AddressToConfirm
                | Self::AddressChanged
                | Self::WebhookDisabled
                | Self::SecondContactToConfirm
                | Self::SecondContactChanged
        )
    }

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
            Self::RequestAssigned => "request_assigned",
            Self::SecondApprovalWaits => "second_approval_waits",
            Self::ClockHalfUsed => "clock_half_used",
            Self::ClockMostlyUsed => "clock_mostly_used",
            Self::ClockBreached => "clock_breached",
            Self::NobodyEligible => "nobody_eligible",
            Self::AfterCheckLate => "after_check_late",
            Self::ExceptionGranted => "exception_granted",
            Self::ExceptionStarted => "exception_started",
            Self::ExceptionEndsSoon => "exception_ends_soon",
            Self::ExceptionEnded => "exception_ended",
            Self::ExceptionRevoked => "exception_revoked",
            Self::ExceptionDisputed => "exception_disputed",
            Self::SuppressionSuspended => "suppression_suspended",
            Self::SunsetAnnounced => "sunset_announced",
            Self::StaffDigest => "staff_digest",
            Self::AddressToConfirm => "address_to_confirm",
            Self::AddressChanged => "address_changed",
            Self::WebhookDisabled => "webhook_disabled",
            Self::SecondContactToConfirm => "second_contact_to_confirm",
            Self::SecondContactChanged => "second_contact_changed",
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

    /// Whether it is about the request; the others are about its exception, or about neither.
    pub fn is_about_request(self) -> bool {
        let of_its_course = matches!(
            self,
            Self::RequestReceived
                | Self::RequestAccepted
                | Self::RequestDenied
                | Self::QuestionAsked
                | Self::ReplyDue
                | Self::RequestLapsed
        );
        of_its_course || self.asks_to_decide()
    }

    /// Whether it asks staff to do something for a request that is open: nobody needs to know it when that is closed.
    pub fn asks_to_decide(self) -> bool {
        matches!(
            self,
            Self::RequestAnswered
                | Self::RequestAssigned
                | Self::SecondApprovalWaits
                | Self::ClockHalfUsed
                | Self::ClockMostlyUsed
                | Self::ClockBreached
                | Self::NobodyEligible
        )
    }

    /// Who is told. Grants and revocations are told to the tenant's security contact too, whoever asked for them; the contact
    /// learns of a grant by the answer to the request. The tenant's second contact, where it has one, gets what the contact gets.
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
            | Self::SunsetAnnounced => &[Contact, SecondContact],
            Self::ExceptionGranted | Self::SecondContactChanged => &[SecurityContact],
            Self::ExceptionRevoked => &[Contact, SecondContact, SecurityContact],
            Self::SecondContactToConfirm => &[SecondContact],
            Self::RequestAnswered | Self::RequestAssigned => &[Assignee],
            Self::SecondApprovalWaits => &[Approvers],
            Self::AfterCheckLate => &[Checkers],
            Self::StaffDigest | Self::AddressToConfirm | Self::AddressChanged => &[Person],
            Self::ClockHalfUsed | Self::ClockMostlyUsed | Self::ClockBreached => &[Assignee, Leads],
            Self::NobodyEligible | Self::ExceptionDisputed | Self::WebhookDisabled => &[Leads],
        }
    }
}

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// The contact that the request names.
    Contact,
    /// The tenant's second contact: a copy of what the contact gets.
    SecondContact,
    /// The tenant's security contact in the register.
    SecurityContact,
    /// The reviewer who works on the request.
    Assignee,
    /// The lead reviewers.
    Leads,
    /// Whoever may complete the first approval.
    Approvers,
    /// Whoever may look at what the policy granted.
    Checkers,
    /// One member of staff, as the row says.
    Person,
}

impl Recipient {
    /// Everybody who can be told.
    pub const ALL: [Self; 8] = [Contact, SecondContact, SecurityContact, Assignee, Leads, Approvers, Checkers, Person];

    /// The name in the outbox.
    pub fn code(self) -> &'static str {
        match self {
            Contact => "contact",
            SecondContact => "second_contact",
            SecurityContact => "security_contact",
            Assignee => "assignee",
            Leads => "leads",
            Approvers => "approvers",
            Checkers => "checkers",
            Person => "person",
        }
    }

    /// The recipient whose [`code`](Self::code) this is.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|recipient| recipient.code() == code)
    }

    /// Whether they work on requests, not ask.
    pub fn is_staff(self) -> bool {
        matches!(self, Assignee | Leads | Approvers | Checkers | Person)
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
