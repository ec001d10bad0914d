//! Signed webhooks (Standard Webhooks): what is mailed to people, for systems. Leads add endpoints; events are kept in the transaction
//! of what happened and sent afterwards, by the same rules as mails.

mod address;
pub mod api;
pub mod api_deliveries;
mod body;
mod change;
mod client;
mod delivery;
mod event;
mod manage;
mod pages;
mod sealed;
mod sign;
mod store;
mod target;

pub use body::{NewWebhook, WebhookBody};
pub use client::Client;
pub use delivery::work;
pub use event::{TEST, announce, rows};
pub use manage::{WebhookWithSecret, add};

use crate::db::Db;
use actix_web::web::ServiceConfig;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What happened so long ago is not sent any more.
const LIFETIME: TimeDelta = TimeDelta::days(30);

/// `/admin/webhooks…`, `/api/v1/webhooks…`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.configure(api::routes).configure(pages::routes);
}

/// Whether events are sent to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookState {
    /// They are.
    Enabled,
    /// They are not, until a lead enables it.
    Disabled,
}

/// An endpoint. Its secret is never shown again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Webhook {
    /// Its id.
    pub id: Uuid,
    /// Its version, also its `ETag`.
    pub version: i64,
    /// Where events are sent.
    pub url: String,
    /// What it is for.
    pub description: String,
    /// The types of event that it gets, such as `request_received`; null for all.
    pub types: Option<Vec<String>>,
    /// The tenant whose events alone it gets; null for everybody's.
    pub tenant: Option<Uuid>,
    /// Whether events are sent to it.
    pub state: WebhookState,
    /// Why it is disabled: `person`, `gone` (it answered 410) or `failing` (for five days).
    pub disabled_because: Option<String>,
    /// Since when it is disabled.
    pub disabled_at: Option<DateTime<Utc>>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it last took an event.
    pub last_success_at: Option<DateTime<Utc>>,
    /// When it last failed to.
    pub last_failure_at: Option<DateTime<Utc>>,
    /// How: `http_` and the status of its answer, or a code of the desk's own such as `timeout`.
    pub last_failure: Option<String>,
    /// Until when the secret before the last rotation signs besides the new one.
    pub old_secret_until: Option<DateTime<Utc>>,
    /// How many events wait to be sent.
    pub waiting: i64,
    /// How many were given up.
    pub dead: i64,
}

/// How far a delivery has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It is tried until the endpoint takes it.
    Waiting,
    /// The endpoint took it.
    Delivered,
    /// It was given up.
    Dead,
}

impl DeliveryState {
    /// The machine name, also of the message `webhooks-delivery-CODE`.
    fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }
}

/// An event on its way to one endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct WebhookDelivery {
    /// The event's id, its `webhook-id`.
    pub id: Uuid,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// The reference of the request or exception that it is about; null for a test.
    pub reference: Option<String>,
    /// How far it has come.
    pub state: DeliveryState,
    /// How often it was tried since it began to wait.
    pub attempts: i32,
    /// When it was last tried.
    pub last_attempt_at: Option<DateTime<Utc>>,
    /// What came of that: `http_` and the status, or a code of the desk's own.
    pub last_result: Option<String>,
    /// When it is tried next, while it waits.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When the endpoint took it, or when it was given up.
    pub done_at: Option<DateTime<Utc>>,
    /// When what it tells happened.
    pub occurred_at: DateTime<Utc>,
}

/// Deletes events that are too old to be sent, with their deliveries, and secrets whose time is over.
///
/// # Errors
/// When the database is away.
pub async fn sweep(db: &Db, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut tx = db.identity().await?;
    sqlx::query!("DELETE FROM webhook_events WHERE occurred_at <= $1", now - LIFETIME).execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM webhook_secrets WHERE until <= now()").execute(&mut *tx).await?;
    tx.commit().await
}
