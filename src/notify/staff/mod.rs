//! Mail to staff as persons: their addresses, what each wants to be mailed and when, and the daily digest.
//!
//! What happened is told to a kind of recipient, in the transaction of the change itself. Before such a row is sent it is dealt out
//! ([`deal`]): to a row for each person, held through their quiet hours, to a line of their digest, or to the leads' address where
//! nobody can be told as a person.

mod address;
pub mod api;
mod deal;
mod digest;
mod form;
mod former;
mod leads;
mod pages;
mod quiet;
mod settings;
mod store;
mod topic;

pub use address::{link, seen};
pub use deal::{deal_out, deal_out_at};
pub use digest::{make_digests_at, watch};
pub use leads::tell_leads;
pub use settings::{MailSettings, QuietHours};
pub use topic::{Pace, Topic, Topics};

use super::{Kind, Recipient};
use crate::clock;
use crate::db::Tx;
use crate::identity::TenantId;
use crate::locale::Lang;
use actix_web::web::ServiceConfig;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use uuid::Uuid;

/// Who has not signed in for so long is not mailed: they may have left, and nobody has said so.
const ABSENT: TimeDelta = TimeDelta::days(30);

/// `/settings/mail…`, `/api/v1/me/mail…`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.configure(api::routes).configure(pages::routes);
}

/// A mail to one person that is about no request.
struct Personal {
    kind: Kind,
    recipient: Recipient,
    person: (TenantId, Uuid),
    language: Lang,
    event: Uuid,
    data: Value,
}

impl Personal {
    /// Puts it into the outbox, once for its event. For a transaction of the staff role.
    async fn put(self, tx: &mut Tx, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
        let (tenant, object_id) = self.person;
        sqlx::query!(
            "INSERT INTO outbox (id, kind, recipient, language, tenant, data, created_at, event, person_tenant, person)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $5, $9) ON CONFLICT DO NOTHING",
            clock::fresh_id(now),
            self.kind.code(),
            self.recipient.code(),
            self.language.tag(),
            tenant.0,
            self.data,
            now,
            self.event,
            object_id,
        )
        .execute(&mut **tx)
        .await
        .map(drop)
    }
}
