//! What staff are mailed about, and how soon each wants to know.

use crate::locale::Lang;
use crate::notify::Kind;
use serde::{Deserialize, Serialize};

/// What a member of staff may choose to be mailed about. What is an alarm is no choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// A lead gave a request to the person.
    RequestAssigned,
    /// The partner replied to a question.
    RequestAnswered,
    /// Half of the time to answer is used up.
    ClockHalfUsed,
    /// Four fifths of the time to answer are used up.
    ClockMostlyUsed,
    /// An answer is overdue.
    ClockBreached,
    /// A first approval waits for the person's.
    SecondApproval,
    /// Nobody has looked in time at what the policy granted.
    AfterCheckLate,
}

impl Topic {
    /// Every topic, in the order in which it is shown.
    pub const ALL: [Self; 7] = [
        Self::RequestAssigned,
        Self::RequestAnswered,
        Self::ClockHalfUsed,
        Self::ClockMostlyUsed,
        Self::ClockBreached,
        Self::SecondApproval,
        Self::AfterCheckLate,
    ];

    /// The name in the API; with hyphens the message `staff-mail-topic-NAME`.
    pub fn code(self) -> &'static str {
        match self {
            Self::RequestAssigned => "request_assigned",
            Self::RequestAnswered => "request_answered",
            Self::ClockHalfUsed => "clock_half_used",
            Self::ClockMostlyUsed => "clock_mostly_used",
            Self::ClockBreached => "clock_breached",
            Self::SecondApproval => "second_approval",
            Self::AfterCheckLate => "after_check_late",
        }
    }

    /// The topic of `kind`; none for an alarm, which is told at once to whom it concerns.
    pub fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::RequestAssigned => Some(Self::RequestAssigned),
            Kind::RequestAnswered => Some(Self::RequestAnswered),
            Kind::ClockHalfUsed => Some(Self::ClockHalfUsed),
            Kind::ClockMostlyUsed => Some(Self::ClockMostlyUsed),
            Kind::ClockBreached => Some(Self::ClockBreached),
            Kind::SecondApprovalWaits => Some(Self::SecondApproval),
            Kind::AfterCheckLate => Some(Self::AfterCheckLate),
            _ => None,
        }
    }

    /// What it is called.
    pub fn name(self, lang: Lang) -> String {
        lang.text(&format!("staff-mail-topic-{}", self.code().replace('_', "-")))
    }
}

/// How soon a person wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// By a mail of its own.
    AtOnce,
    /// In the next digest.
    Digest,
    /// Not by mail.
    Never,
}

impl Pace {
    /// Every pace, in the order in which it is shown.
    pub const ALL: [Self; 3] = [Self::AtOnce, Self::Digest, Self::Never];

    /// The name in the API; with hyphens the message `staff-mail-pace-NAME`.
    pub fn code(self) -> &'static str {
        match self {
            Self::AtOnce => "at_once",
            Self::Digest => "digest",
            Self::Never => "never",
        }
    }

    /// The pace whose [`code`](Self::code) this is.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pace| pace.code() == code)
    }

    /// What it is called.
    pub fn name(self, lang: Lang) -> String {
        lang.text(&format!("staff-mail-pace-{}", self.code().replace('_', "-")))
    }
}

/// How soon for each topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MailTopics)]
pub struct Topics {
    /// A lead gave you a request.
    pub request_assigned: Pace,
    /// The partner replied to a question.
    pub request_answered: Pace,
    /// Half of the time to answer is used up.
    pub clock_half_used: Pace,
    /// 80 % of the time to answer are used up.
    pub clock_mostly_used: Pace,
    /// An answer is overdue; for leads always `at_once`.
    pub clock_breached: Pace,
    /// A second approval waits for you.
    pub second_approval: Pace,
    /// An after-check is late.
    pub after_check_late: Pace,
}

impl Default for Topics {
    fn default() -> Self {
        Self {
            request_assigned: Pace::AtOnce,
            request_answered: Pace::AtOnce,
            clock_half_used: Pace::Digest,
            clock_mostly_used: Pace::AtOnce,
            clock_breached: Pace::AtOnce,
            second_approval: Pace::AtOnce,
            after_check_late: Pace::Digest,
        }
    }
}

impl Topics {
    /// How soon for `topic`.
    pub fn pace(&self, topic: Topic) -> Pace {
        match topic {
            Topic::RequestAssigned => self.request_assigned,
            Topic::RequestAnswered => self.request_answered,
            Topic::ClockHalfUsed => self.clock_half_used,
            Topic::ClockMostlyUsed => self.clock_mostly_used,
            Topic::ClockBreached => self.clock_breached,
            Topic::SecondApproval => self.second_approval,
            Topic::AfterCheckLate => self.after_check_late,
        }
    }

    /// Those that `pace` gives for each topic.
    pub fn of(pace: impl Fn(Topic) -> Pace) -> Self {
        Self {
            request_assigned: pace(Topic::RequestAssigned),
            request_answered: pace(Topic::RequestAnswered),
            clock_half_used: pace(Topic::ClockHalfUsed),
            clock_mostly_used: pace(Topic::ClockMostlyUsed),
            clock_breached: pace(Topic::ClockBreached),
            second_approval: pace(Topic::SecondApproval),
            after_check_late: pace(Topic::AfterCheckLate),
        }
    }
}
