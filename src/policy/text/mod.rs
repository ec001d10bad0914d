//! The place of the text check: the last stage, which can only turn an accept or a deny into a review.
//!
//! What a check may find is a type of its own for each outcome, so no check can turn anything into an accept.

mod vocabulary;

pub use vocabulary::{Fact, Topic};

use super::case::Case;
use super::classification::{Arg, Reason, criterion, reason};

/// Reads what the partner wrote, for what the request is really about. Pure: the same case gives the same finding.
pub trait TextCheck: Send + Sync {
    /// What speaks against accepting.
    fn against_accept(&self, case: &Case<'_>) -> Option<AgainstAccept>;

    /// What speaks against denying.
    fn against_deny(&self, case: &Case<'_>) -> Option<AgainstDeny>;
}

/// What a text can say against an accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgainstAccept {
    /// It gives the reason of this issue (slug).
    OtherReason { issue: String },
    /// It says the opposite of the answer to this question (name).
    OppositeOfAnswer { question: String },
    /// The description is in neither English nor Japanese.
    LanguageUnknown,
}

impl AgainstAccept {
    pub(super) fn into_reason(self) -> Reason {
        match self {
            Self::OtherReason { issue } => {
                Reason::new(reason::TEXT_CONTRADICTS_ANSWERS, criterion::ISSUE, None).with("issue", Arg::Issue(issue))
            }
            Self::OppositeOfAnswer { question } => {
                Reason::new(reason::TEXT_CONTRADICTS_ANSWERS, &question, None).with("question", Arg::Question(question))
            }
            Self::LanguageUnknown => Reason::new(reason::TEXT_LANGUAGE_UNKNOWN, criterion::DESCRIPTION, None),
        }
    }
}

/// What a text can say against a deny.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgainstDeny {
    /// It clearly describes this issue (slug), which is not the chosen one.
    OtherIssue { issue: String },
}

impl AgainstDeny {
    pub(super) fn into_reason(self) -> Reason {
        let Self::OtherIssue { issue } = self;
        Reason::new(reason::TEXT_SUGGESTS_OTHER_ISSUE, criterion::ISSUE, None).with("issue", Arg::Issue(issue))
    }
}
