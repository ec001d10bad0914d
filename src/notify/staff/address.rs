//! Where mail to a member of staff goes: an address whose reader has shown to be that person, by a link that was mailed to it and
//! opened by the person signed in; or one that the identity provider says it has verified.
//!
//! An `email` or user name that the provider has not verified is a suggestion to begin with: whoever may change it there would get
//! the mails (docs/decisions/0007-an-address-is-shown-to-be-ones-own.md).

use super::former::Former;
use super::store;
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::clock;
use crate::db::{self, Tx};
use crate::identity::{Person, Reviewer, Role};
use crate::notify::confirmation::{LIFETIME, Links, PAUSE, parsed, too_soon};
use crate::notify::{Kind, Recipient};
use crate::problem::InputError;
use crate::web::Failure;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use relying_party::Claims;
use serde_json::{Value, json};
use uuid::Uuid;

/// Where people see and change it.
pub(super) const PAGE: &str = "/settings/mail";

const LINKS: Links = Links {
    purpose: "staff-address",
    page: "/settings/mail/confirm",
    unknown: "address-link-unknown",
    over: "address-link-over",
    used: "address-link-used",
    again: Some((PAGE, "staff-mail-title")),
};

/// The link's page for the data of a row of [`Kind::AddressToConfirm`]; none when it is not one.
pub fn link(desk: &Desk, data: &Value) -> Option<String> {
    let id = |name: &str| data[name].as_str()?.parse::<Uuid>().ok();
    let until: DateTime<Utc> = data["until"].as_str()?.parse().ok()?;
    LINKS.href(desk, &(id("person_tenant")?, id("person")?, id("pending_id")?, until))
}

/// Has a link mailed to `typed`, which becomes the reviewer's address when they open it and say so.
///
/// # Errors
/// 422 when it is no address; 429 within a minute of the link before; 503.
pub async fn ask(desk: Data<Desk>, reviewer: Reviewer, typed: &str) -> Result<(), Failure> {
    let address = parsed(typed).ok_or_else(|| InputError::new("/address", "email_invalid"))?;
    db::to_the_end(async move {
        let mut tx = store::known(&desk, &reviewer).await?;
        let now = desk.clock.now();
        let id = clock::fresh_id(now);
        let kept = sqlx::query!(
            "UPDATE staff_mail SET pending = $3, pending_id = $4, pending_at = now(), asked_at = now()
             WHERE tenant = $1 AND object_id = $2 AND coalesce(asked_at <= now() - make_interval(secs => $5), true)",
            reviewer.tenant.0,
            reviewer.object_id.0,
            address,
            id,
            f64::from(PAUSE),
        );
        if kept.execute(&mut *tx).await?.rows_affected() == 0 {
            return Err(too_soon(PAUSE));
        }
        let settings = store::settings(&desk, &mut tx, &reviewer).await?;
        db::become_staff(&mut tx).await?;
        let data = json!({
            "person_tenant": reviewer.tenant, "person": reviewer.object_id, "pending_id": id, "until": now + LIFETIME,
            "zone": settings.time_zone,
        });
        let mail = super::Personal {
            kind: Kind::AddressToConfirm,
            recipient: Recipient::Person,
            person: (reviewer.tenant, reviewer.object_id.0),
            language: settings.language,
            event: id,
            data,
        };
        mail.put(&mut tx, now).await?;
        Ok(tx.commit().await?)
    })
    .await
}

/// The address that the link `sealed` confirms for `reviewer`.
///
/// # Errors
/// 404 when it is no link of this desk's for this person, its time is over, or another link counts by now; 503.
pub async fn behind(desk: &Desk, reviewer: &Person, sealed: &str) -> Result<String, Failure> {
    let id = opened(desk, reviewer, sealed)?;
    let mut tx = desk.db.identity().await?;
    let pending = sqlx::query_scalar!(
        "SELECT pending FROM staff_mail WHERE tenant = $1 AND object_id = $2 AND pending_id = $3",
        reviewer.tenant.0,
        reviewer.object_id.0,
        id,
    );
    pending.fetch_optional(&mut *tx).await?.flatten().ok_or_else(|| LINKS.refused(LINKS.used))
}

/// Makes the address behind the link `sealed` the reviewer's.
///
/// # Errors
/// As [`behind`].
pub async fn confirm(desk: Data<Desk>, reviewer: Reviewer, sealed: &str) -> Result<(), Failure> {
    let id = opened(&desk, &reviewer, sealed)?;
    db::to_the_end(async move {
        let mut tx = desk.db.identity().await?;
        let before = store::address(&mut tx, &reviewer).await?;
        let kept = sqlx::query_scalar!(
            "UPDATE staff_mail SET address = pending, address_source = 'link', confirmed_at = now(), changed_at = now(),
                 pending = NULL, pending_id = NULL, pending_at = NULL
             WHERE tenant = $1 AND object_id = $2 AND pending_id = $3 RETURNING address",
            reviewer.tenant.0,
            reviewer.object_id.0,
            id,
        );
        let Some(after) = kept.fetch_optional(&mut *tx).await? else {
            return Err(LINKS.refused(LINKS.used));
        };
        tell_former(&desk, &mut tx, &reviewer, before, after.as_deref()).await?;
        record(&desk, &mut tx, &reviewer, "staff.address_confirmed", reviewer.actor(), "link").await?;
        Ok(tx.commit().await?)
    })
    .await
}

/// Forgets the reviewer's address, and one that waits to be confirmed: from then on nothing is mailed to them.
///
/// # Errors
/// 503.
pub async fn remove(desk: Data<Desk>, reviewer: Reviewer) -> Result<(), Failure> {
    db::to_the_end(async move {
        let mut tx = store::known(&desk, &reviewer).await?;
        let before = store::address(&mut tx, &reviewer).await?;
        sqlx::query!(
            "UPDATE staff_mail SET address = NULL, address_source = 'removed', confirmed_at = NULL, changed_at = now(),
                 pending = NULL, pending_id = NULL, pending_at = NULL
             WHERE tenant = $1 AND object_id = $2",
            reviewer.tenant.0,
            reviewer.object_id.0,
        )
        .execute(&mut *tx)
        .await?;
        tell_former(&desk, &mut tx, &reviewer, before, None).await?;
        record(&desk, &mut tx, &reviewer, "staff.address_removed", reviewer.actor(), "person").await?;
        Ok(tx.commit().await?)
    })
    .await
}

/// What the sign-in of `person` says of their address: verified, and signed in with MFA, it becomes theirs, unless they confirmed or
/// removed one themselves; otherwise it is a suggestion.
///
/// # Errors
/// When the database is away.
pub async fn seen(desk: &Desk, person: &Person, claims: &Claims) -> Result<(), Failure> {
    if !person.has_any(&[Role::Reviewer, Role::LeadReviewer]) {
        return Ok(());
    }
    let said = [&claims.email, &claims.preferred_username].into_iter().flatten().find_map(|text| parsed(text));
    let Some(said) = said else { return Ok(()) };
    let is_verified = claims.all.get("email_verified") == Some(&Value::Bool(true));
    let verified = claims.email.as_deref().and_then(parsed).filter(|_| is_verified && person.mfa);
    let mut tx = store::known(desk, person).await?;
    sqlx::query!(
        "UPDATE staff_mail SET suggested = $3 WHERE tenant = $1 AND object_id = $2 AND suggested IS DISTINCT FROM $3",
        person.tenant.0,
        person.object_id.0,
        said,
    )
    .execute(&mut *tx)
    .await?;
    let before = store::address(&mut tx, person).await?;
    let taken = sqlx::query!(
        "UPDATE staff_mail SET address = $3, address_source = 'sign_in', confirmed_at = now(), changed_at = now()
         WHERE tenant = $1 AND object_id = $2 AND coalesce(address_source, 'sign_in') = 'sign_in'
           AND $3::text IS NOT NULL AND address IS DISTINCT FROM $3",
        person.tenant.0,
        person.object_id.0,
        verified,
    );
    if taken.execute(&mut *tx).await?.rows_affected() == 1 {
        tell_former(desk, &mut tx, person, before, verified.as_deref()).await?;
        record(desk, &mut tx, person, "staff.address_confirmed", audit::Actor::System, "sign_in").await?;
    }
    Ok(tx.commit().await?)
}

/// Tells the address `before` that `person` is mailed at `after` from now on. Makes the transaction, which was of the identity role,
/// one of staff.
async fn tell_former(
    desk: &Desk,
    tx: &mut Tx,
    person: &Person,
    before: Option<String>,
    after: Option<&str>,
) -> Result<(), sqlx::Error> {
    let former = Former::left(desk, tx, person, before, after).await?;
    db::become_staff(tx).await?;
    match former {
        Some(former) => former.tell(desk, tx, person).await,
        None => Ok(()),
    }
}

async fn record(
    desk: &Desk,
    tx: &mut Tx,
    person: &Person,
    action: &'static str,
    actor: audit::Actor,
    by: &str,
) -> Result<(), sqlx::Error> {
    let event = Event {
        actor,
        action,
        subject_kind: "staff",
        subject_id: person.object_id.0,
        tenant: Some(person.tenant),
        details: json!({ "by": by }),
        personal: None,
    };
    audit::record(tx, desk.clock.now(), event).await
}

/// The id that the link `sealed` stands for, when it is for `reviewer` and counts.
fn opened(desk: &Desk, reviewer: &Person, sealed: &str) -> Result<Uuid, Failure> {
    let (tenant, object_id, id, until): (Uuid, Uuid, Uuid, DateTime<Utc>) = LINKS.opened(desk, sealed)?;
    if (tenant, object_id) != (reviewer.tenant.0, reviewer.object_id.0) {
        return Err(LINKS.refused("address-link-of-another"));
    }
    LINKS.counts(desk, until)?;
    Ok(id)
}
