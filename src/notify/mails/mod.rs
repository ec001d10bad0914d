//! The mails as leads see them: which wait, which were sent, which are dead; and sending one again.

pub mod api;
mod pages;
mod store;

use crate::app::Desk;
use crate::audit::{self, Event};
use crate::db;
use crate::identity::{Lead, TenantId};
use crate::problem::Kind;
use crate::web::Failure;
use actix_web::web::{Data, ServiceConfig};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// `/admin/mail…`, `/api/v1/mails…`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.configure(api::routes).configure(pages::routes);
}

/// How far a mail has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MailState)]
pub enum State {
    /// It is sent as soon as the mail server takes it.
    Waiting,
    /// The mail server took it.
    Sent,
    /// It cannot be sent as it is.
    Dead,
}

impl State {
    /// The machine name, also of the message `mails-CODE`.
    fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Dead => "dead",
        }
    }
}

/// A mail. Addresses are not shown: they are looked up when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Mail {
    /// Its id, also the first part of its `Message-ID`.
    pub id: Uuid,
    /// What it tells, such as `request_received`.
    pub kind: String,
    /// Whom: `contact`, `second_contact`, `security_contact`, `assignee`, `leads`, `approvers`, `checkers` or `person`.
    pub recipient: String,
    /// The reference of the request or exception that it is about; empty of a mail about neither.
    pub reference: String,
    /// The tenant that it is about, or whose member of staff it is for.
    pub tenant: Uuid,
    /// How far it has come.
    pub state: State,
    /// How often it was tried since it began to wait.
    pub attempts: i32,
    /// Why the last attempt failed: a reply code such as `smtp_550`, or a code of the desk's own.
    pub last_error: Option<String>,
    /// When what it tells happened.
    pub created_at: DateTime<Utc>,
    /// When it is tried next, while it waits.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When the mail server took it, or when it was given up.
    pub done_at: Option<DateTime<Utc>>,
}

/// Has the mail `id`, which was sent or is dead, sent again with the same `Message-ID`.
///
/// # Errors
/// 404; 409 when it waits already; 503.
async fn resend(desk: Data<Desk>, lead: Lead, id: Uuid) -> Result<Mail, Failure> {
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = desk.db.staff().await?;
        let before = store::find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?.mail;
        if !store::send_again(&mut tx, id).await? {
            return Err(Failure::new(Kind::WrongState));
        }
        let event = Event {
            actor: lead.actor(),
            action: "mail.resent",
            subject_kind: "mail",
            subject_id: id,
            tenant: Some(TenantId(before.tenant)),
            details: json!({ "kind": before.kind, "reference": before.reference, "before": before.state }),
            personal: Some(json!({ "recipient": before.recipient, "last_error": before.last_error })),
        };
        audit::record(&mut tx, now, event).await?;
        let after = store::find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?.mail;
        tx.commit().await?;
        Ok(after)
    })
    .await
}
