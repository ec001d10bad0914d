//! What happened to a request after it was filed: its clock, questions and replies, the wait for the partner, the appeal.

use super::request::{Request, Status};
use crate::db::Tx;
use crate::sla::Pause;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long after a denial it can be appealed against, to the instant.
const APPEAL_WINDOW: TimeDelta = TimeDelta::hours(30 * 24);

/// The course of a request.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// When its clock was set, and for how long; none when the desk answered at once.
    pub clock: Option<ClockSet>,
    /// The times in which it waited for the partner: its clock stood still.
    pub pauses: Vec<Pause>,
    /// Questions and replies, the oldest first.
    pub messages: Vec<Message>,
    /// Without a reply by then it is withdrawn by itself; only while it waits.
    pub waiting_until: Option<DateTime<Utc>>,
    /// Until then, inclusive, it can be reopened; only where it was withdrawn by itself.
    pub reopen_until: Option<DateTime<Utc>>,
    /// The appeal against its denial.
    pub appeal: Option<Appeal>,
}

/// A clock as it was set: at the filing, at the appeal, or when little was left at a reopening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockSet {
    /// When.
    pub from: DateTime<Utc>,
    /// For how many business days.
    pub business_days: u32,
}

/// A question of the desk, or a reply of the partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Message {
    /// Which of the two.
    pub kind: MessageKind,
    /// As it was typed.
    pub text: String,
    /// When.
    pub written_at: DateTime<Utc>,
}

/// Who speaks in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// The desk asks.
    Question,
    /// The partner replies.
    Reply,
}

/// An appeal. Without an outcome it is under review, or it ended with the request being withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Appeal {
    /// Why the denial should be looked at again, as it was typed.
    pub reason: String,
    /// When it came in; its clock was set then.
    pub appealed_at: DateTime<Utc>,
    /// When the request had been denied.
    pub denied_at: DateTime<Utc>,
    /// The first reviewer's reason; null when the policy had denied.
    pub denial_reason: Option<String>,
    /// What it came to.
    pub outcome: Option<AppealOutcome>,
    /// When it came to that.
    pub closed_at: Option<DateTime<Utc>>,
}

/// What an appeal came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AppealOutcome {
    /// The request was accepted after all.
    Overturned,
    /// The denial stands.
    Upheld,
}

impl AppealOutcome {
    /// The machine name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Overturned => "overturned",
            Self::Upheld => "upheld",
        }
    }
}

/// Who wrote something, for staff alone.
#[derive(Clone, Debug)]
pub struct Author {
    /// The action of the step in which it was written.
    pub action: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Their name, to read.
    pub name: String,
}

/// Who wrote the questions, the replies and the appeal of the request `id`. A partner's transaction may not ask.
///
/// # Errors
/// When the database is away.
pub async fn authors(tx: &mut Tx, id: Uuid) -> Result<Vec<Author>, sqlx::Error> {
    sqlx::query_as!(
        Author,
        r#"SELECT CASE kind WHEN 'question' THEN 'request.asked' ELSE 'request.replied' END AS "action!", written_at AS "at!",
             author_name AS "name!" FROM messages WHERE request_id = $1
         UNION ALL SELECT 'request.appealed', appealed_at, appealed_by_name FROM appeals WHERE request_id = $1"#,
        id,
    )
    .fetch_all(&mut **tx)
    .await
}

impl Request {
    /// The last instant at which its denial can be appealed against; none where there is no denial, or was an appeal.
    pub fn appeal_until(&self) -> Option<DateTime<Utc>> {
        let denied_at = self.decided_at.filter(|_| self.status == Status::Denied)?;
        self.course.appeal.is_none().then_some(denied_at + APPEAL_WINDOW)
    }

    /// The appeal that is being reviewed.
    pub fn open_appeal(&self) -> Option<&Appeal> {
        self.course.appeal.as_ref().filter(|appeal| appeal.outcome.is_none() && self.status.is_open())
    }

    /// The question that waits for a reply.
    pub fn open_question(&self) -> Option<&Message> {
        let last = self.course.messages.last().filter(|_| self.status == Status::WaitingForPartner);
        last.filter(|message| message.kind == MessageKind::Question)
    }
}
