//! Naming a second contact, confirming it by the link that was mailed to it, and removing it. Each is recorded without the address, and
//! told to the tenant's security contact, in the transaction of the change.

use super::store::{self, Pending, SecondContact};
use super::{masked, pace};
use crate::app::Desk;
use crate::audit::{self, Actor, Event};
use crate::clock;
use crate::db::{self, Tx};
use crate::identity::partners::{self, Partner};
use crate::identity::{FilerWithMfa, TenantId, people};
use crate::locale::Lang;
use crate::notify::confirmation::{Links, parsed, too_soon};
use crate::notify::{Kind, Recipient};
use crate::problem::InputError;
use crate::web::{Failure, IfMatch};
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

/// Who reads the address need not be anybody whom the desk knows: the link alone counts, and no new one can be had with it.
const LINKS: Links = Links {
    purpose: "second-contact",
    page: "/settings/second-contact/confirm",
    unknown: "second-contact-link-unknown",
    over: "second-contact-link-over",
    used: "second-contact-link-used",
    again: None,
};

/// The link's page for the data of a row of [`Kind::SecondContactToConfirm`]; none when it is not one.
pub fn link(desk: &Desk, data: &Value) -> Option<String> {
    let id = |name: &str| data[name].as_str()?.parse::<Uuid>().ok();
    LINKS.href(desk, &(id("partner")?, id("pending_id")?))
}

/// Has a link mailed to `typed`, which becomes the second contact of the filer's tenant when its reader says so. Until then copies go where
/// they went before.
///
/// # Errors
/// 403 when the tenant is not registered; 412; 422 when it is no address; 429 when too many links were mailed; 503.
pub(super) async fn name(
    desk: Data<Desk>,
    filer: FilerWithMfa,
    seen: IfMatch,
    typed: &str,
    language: Lang,
) -> Result<SecondContact, Failure> {
    let address = parsed(typed).ok_or_else(|| InputError::new("/address", "email_invalid"))?;
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = filer.begin(&desk.db).await?;
        let (partner, before) = store::locked(&mut tx, filer.tenant).await?;
        seen.holds_for(before.version)?;
        if let Some(seconds) = pace::wait(&before.links, now) {
            return Err(too_soon(seconds));
        }
        let by = people::kept_name(&filer);
        let pending = Pending { id: clock::fresh_id(now), address, at: now, by, language: language.tag().to_owned() };
        ask(&mut tx, filer.tenant, &pending, &pace::with_one_more(&before.links, now)).await?;
        let change =
            Change { step: Step::Named, actor: filer.actor(), partner: &partner, by: &pending.by, language, now };
        change.mail_link(&mut tx, &pending).await?;
        change.tell(&mut tx, &masked(&pending.address), None).await?;
        let after = store::find(&mut tx, filer.tenant).await?;
        tx.commit().await?;
        Ok(after)
    })
    .await
}

async fn ask(tx: &mut Tx, tenant: TenantId, pending: &Pending, links: &[DateTime<Utc>]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE second_contacts SET pending = $2, pending_id = $3, pending_at = $4, pending_by = $5, language = $6, links = $7,
             version = version + 1
         WHERE tenant = $1",
        tenant.0,
        pending.address,
        pending.id,
        pending.at,
        pending.by,
        pending.language,
        links,
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// The partner's name, and the address that the link `sealed` confirms.
///
/// # Errors
/// 404 when it is no link of this desk's, its time is over, it was used, or another counts by now; 503.
pub(super) async fn behind(desk: &Desk, sealed: &str) -> Result<(String, String), Failure> {
    let (tenant, id) = LINKS.opened(desk, sealed)?;
    let mut tx = desk.db.partner(tenant).await?;
    let partner = partners::find(&mut tx, tenant).await?.ok_or_else(|| LINKS.refused(LINKS.unknown))?;
    Ok((partner.name, counting(desk, store::find(&mut tx, tenant).await?, id)?.address))
}

/// Makes the address behind the link `sealed` the second contact.
///
/// # Errors
/// As [`behind`].
pub(super) async fn confirm(desk: Data<Desk>, sealed: String) -> Result<(), Failure> {
    db::to_the_end(async move {
        let (tenant, id) = LINKS.opened(&desk, &sealed)?;
        let now = desk.clock.now();
        let mut tx = desk.db.partner(tenant).await?;
        let (partner, known) = store::locked(&mut tx, tenant).await?;
        let before = known.address.as_deref().map(masked);
        let pending = counting(&desk, known, id)?;
        sqlx::query!(
            "UPDATE second_contacts SET address = pending, confirmed_at = $3, pending = NULL, pending_id = NULL, pending_at = NULL,
                 pending_by = NULL, version = version + 1
             WHERE tenant = $1 AND pending_id = $2",
            partner.tenant.0,
            pending.id,
            now,
        )
        .execute(&mut *tx)
        .await?;
        let language = Lang::from_tag(&pending.language).unwrap_or_default();
        let (partner, by) = (&partner, pending.by.as_str());
        let change = Change { step: Step::Confirmed, actor: Actor::System, partner, by, language, now };
        change.tell(&mut tx, &masked(&pending.address), before.as_deref()).await?;
        Ok(tx.commit().await?)
    })
    .await
}

/// Forgets the second contact of the filer's tenant, also one that waits to be confirmed.
///
/// # Errors
/// 403 when the tenant is not registered; 412; 503.
pub(super) async fn remove(
    desk: Data<Desk>,
    filer: FilerWithMfa,
    seen: IfMatch,
    language: Lang,
) -> Result<(), Failure> {
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = filer.begin(&desk.db).await?;
        let (partner, before) = store::locked(&mut tx, filer.tenant).await?;
        seen.holds_for(before.version)?;
        let known = before.address.into_iter().chain(before.pending.map(|pending| pending.address));
        let known: Vec<_> = known.map(|address| masked(&address)).collect();
        if known.is_empty() {
            return Ok(());
        }
        sqlx::query!(
            "UPDATE second_contacts SET address = NULL, confirmed_at = NULL, pending = NULL, pending_id = NULL, pending_at = NULL,
                 pending_by = NULL, version = version + 1
             WHERE tenant = $1",
            filer.tenant.0,
        )
        .execute(&mut *tx)
        .await?;
        let by = people::kept_name(&filer);
        let change = Change { step: Step::Removed, actor: filer.actor(), partner: &partner, by: &by, language, now };
        change.tell(&mut tx, &known.join(", "), None).await?;
        Ok(tx.commit().await?)
    })
    .await
}

/// The address of `known` that waits to be confirmed by the link `id`, when that counts.
fn counting(desk: &Desk, known: SecondContact, id: Uuid) -> Result<Pending, Failure> {
    let pending = known.pending.filter(|pending| pending.id == id).ok_or_else(|| LINKS.refused(LINKS.used))?;
    LINKS.counts(desk, pending.until())?;
    Ok(pending)
}

/// What was done.
#[derive(Clone, Copy)]
enum Step {
    Named,
    Confirmed,
    Removed,
}

impl Step {
    /// The name in the mail's row, also of the messages `mail-second-contact-CODE`.
    fn code(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::Confirmed => "confirmed",
            Self::Removed => "removed",
        }
    }

    fn action(self) -> &'static str {
        match self {
            Self::Named => "partner.second_contact_named",
            Self::Confirmed => "partner.second_contact_confirmed",
            Self::Removed => "partner.second_contact_removed",
        }
    }
}

/// A step, and who took it.
struct Change<'a> {
    step: Step,
    actor: Actor,
    partner: &'a Partner,
    /// The name of who named or removed it.
    by: &'a str,
    language: Lang,
    now: DateTime<Utc>,
}

impl Change<'_> {
    /// The mail with the link: the address is looked up when it is sent.
    async fn mail_link(&self, tx: &mut Tx, pending: &Pending) -> Result<(), sqlx::Error> {
        let data = json!({
            "partner": self.partner.tenant, "pending_id": pending.id, "until": pending.until(),
            "tenant_name": self.partner.name, "calendar": self.partner.calendar,
        });
        self.put(tx, Kind::SecondContactToConfirm, Recipient::SecondContact, data).await
    }

    /// The security contact hears of it, from whom and when, and may recognise the `address` and the one `before` it, which are
    /// masked; the log keeps it too.
    async fn tell(&self, tx: &mut Tx, address: &str, before: Option<&str>) -> Result<(), sqlx::Error> {
        let data = json!({
            "step": self.step.code(), "by": self.by, "address": address, "before": before, "at": self.now,
            "tenant_name": self.partner.name, "calendar": self.partner.calendar,
        });
        self.put(tx, Kind::SecondContactChanged, Recipient::SecurityContact, data).await?;
        self.record(tx, address, before).await
    }

    async fn put(&self, tx: &mut Tx, kind: Kind, to: Recipient, data: Value) -> Result<(), sqlx::Error> {
        let id = clock::fresh_id(self.now);
        sqlx::query!(
            "INSERT INTO outbox (id, kind, recipient, language, tenant, data, created_at, event)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $1)",
            id,
            kind.code(),
            to.code(),
            self.language.tag(),
            self.partner.tenant.0,
            data,
            self.now,
        )
        .execute(&mut **tx)
        .await
        .map(drop)
    }

    /// The log keeps that it happened; of the address what can be erased, and never the whole.
    async fn record(&self, tx: &mut Tx, address: &str, before: Option<&str>) -> Result<(), sqlx::Error> {
        let personal = match before {
            Some(before) => json!({ "address": address, "before": before }),
            None => json!({ "address": address }),
        };
        let event = Event {
            actor: self.actor,
            action: self.step.action(),
            subject_kind: "partner",
            subject_id: self.partner.tenant.0,
            tenant: Some(self.partner.tenant),
            details: json!({}),
            personal: Some(personal),
        };
        audit::record(tx, self.now, event).await
    }
}
