//! What every lead is told that is about no request: as persons, or at the leads' address when none of them has one.

use super::{ABSENT, Personal, store};
use crate::app::Desk;
use crate::clock;
use crate::db::Tx;
use crate::identity::{Role, TenantId};
use crate::notify::{Kind, Recipient};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

/// Tells the leads of `kind` by `data`. For a transaction of the staff role.
///
/// # Errors
/// When the database is away.
pub async fn tell_leads(
    desk: &Desk,
    tx: &mut Tx,
    kind: Kind,
    data: &Value,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let event = clock::fresh_id(now);
    let reachable = store::reachable(desk, tx).await?;
    let leads = sqlx::query!(
        r#"SELECT tenant AS "tenant: TenantId", object_id FROM staff WHERE last_seen_at > $1 AND $2 = ANY (roles)"#,
        now - ABSENT,
        Role::LeadReviewer.code(),
    );
    let leads = leads.fetch_all(&mut **tx).await?;
    let mut told = false;
    for lead in leads {
        let person = (lead.tenant, lead.object_id);
        let Some(known) = reachable.get(&person) else { continue };
        let mut data = data.clone();
        data["zone"] = json!(known.settings.time_zone);
        let language = known.settings.language;
        Personal { kind, recipient: Recipient::Leads, person, language, event, data }.put(tx, now).await?;
        told = true;
    }
    if told { Ok(()) } else { mail_leads_address(desk, tx, kind, data, event, now).await }
}

/// One row for the leads' address.
async fn mail_leads_address(
    desk: &Desk,
    tx: &mut Tx,
    kind: Kind,
    data: &Value,
    event: Uuid,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    // Whose people the leads are.
    let tenant = desk.config.identity.operator_tenants.first().map_or(Uuid::nil(), |tenant| tenant.0);
    let language = desk.config.mail.as_ref().map(|mail| mail.staff_language).unwrap_or_default();
    sqlx::query!(
        "INSERT INTO outbox (id, kind, recipient, language, tenant, data, created_at, event, routed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, true)",
        clock::fresh_id(now),
        kind.code(),
        Recipient::Leads.code(),
        language.tag(),
        tenant,
        data,
        now,
        event,
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}
