//! The address that somebody was mailed at until now is told that it is so no more: whoever got hold of an account cannot have its
//! mails sent elsewhere without its owner hearing of it.

use super::{Personal, store};
use crate::app::Desk;
use crate::clock;
use crate::db::Tx;
use crate::identity::Person;
use crate::locale::Lang;
use crate::notify::{Kind, Recipient};
use serde_json::json;
use uuid::Uuid;

/// An address that was left, and how its reader is told.
pub(super) struct Former {
    event: Uuid,
    language: Lang,
    zone: String,
    removed: bool,
}

impl Former {
    /// Keeps that `person` was mailed at `before` and is now at `after`; none when nothing was mailed there, or still is. For a transaction of
    /// the identity role.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn left(
        desk: &Desk,
        tx: &mut Tx,
        person: &Person,
        before: Option<String>,
        after: Option<&str>,
    ) -> Result<Option<Self>, sqlx::Error> {
        let Some(before) = before.filter(|before| Some(before.as_str()) != after) else { return Ok(None) };
        let now = desk.clock.now();
        let event = clock::fresh_id(now);
        sqlx::query!(
            "INSERT INTO staff_former_addresses (event, tenant, object_id, address, left_at) VALUES ($1, $2, $3, $4, $5)",
            event,
            person.tenant.0,
            person.object_id.0,
            before,
            now,
        )
        .execute(&mut **tx)
        .await?;
        let settings = store::settings(desk, tx, person).await?;
        let (language, zone) = (settings.language, settings.time_zone);
        Ok(Some(Self { event, language, zone, removed: after.is_none() }))
    }

    /// Tells it there. For a transaction of the staff role.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn tell(self, desk: &Desk, tx: &mut Tx, person: &Person) -> Result<(), sqlx::Error> {
        let now = desk.clock.now();
        let mail = Personal {
            kind: Kind::AddressChanged,
            recipient: Recipient::Person,
            person: (person.tenant, person.object_id.0),
            language: self.language,
            event: self.event,
            data: json!({ "at": now, "removed": self.removed, "zone": self.zone }),
        };
        mail.put(tx, now).await
    }
}
