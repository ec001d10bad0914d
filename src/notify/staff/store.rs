//! The rows of staff's own mail: settings and address. An address is read by its owner and by the role that delivers, nobody else.

use super::settings::MailSettings;
use crate::app::Desk;
use crate::db::{self, Db, Tx};
use crate::identity::{Person, TenantId, staff};
use crate::web::Failure;
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What is kept of a person's mail.
#[derive(Clone, Debug, Default)]
pub(super) struct Mailbox {
    /// What they want; none as long as nothing was said.
    pub settings: Option<Json<MailSettings>>,
    /// Where mail goes.
    pub address: Option<String>,
    /// Whether the identity provider said so.
    pub by_sign_in: bool,
    /// What the sign-in called their address.
    pub suggested: Option<String>,
    /// The address that a link was mailed to.
    pub pending: Option<String>,
}

/// The mail of `person`.
///
/// # Errors
/// When the database is away.
pub(super) async fn mailbox(db: &Db, person: &Person) -> Result<Mailbox, sqlx::Error> {
    let mut tx = db.identity().await?;
    let found = sqlx::query_as!(
        Mailbox,
        r#"SELECT settings AS "settings: Json<MailSettings>", address, coalesce(address_source = 'sign_in', false) AS "by_sign_in!",
             suggested, pending
           FROM staff_mail WHERE tenant = $1 AND object_id = $2"#,
        person.tenant.0,
        person.object_id.0,
    )
    .fetch_optional(&mut *tx)
    .await?;
    Ok(found.unwrap_or_default())
}

/// Makes sure that `person`, who calls, is known: what is kept of their mail goes with them.
pub(super) async fn known(desk: &Desk, person: &Person) -> Result<Tx, Failure> {
    staff::remember(&desk.db, person, desk.clock.now()).await?;
    let mut tx = desk.db.identity().await?;
    sqlx::query!(
        "INSERT INTO staff_mail (tenant, object_id, changed_at) VALUES ($1, $2, now()) ON CONFLICT DO NOTHING",
        person.tenant.0,
        person.object_id.0,
    )
    .execute(&mut *tx)
    .await?;
    Ok(tx)
}

/// Where `person` is mailed; nobody changes it until `tx`, of the identity role, ends.
///
/// # Errors
/// When the database is away.
pub(super) async fn address(tx: &mut Tx, person: &Person) -> Result<Option<String>, sqlx::Error> {
    let address = sqlx::query_scalar!(
        "SELECT address FROM staff_mail WHERE tenant = $1 AND object_id = $2 FOR UPDATE",
        person.tenant.0,
        person.object_id.0,
    );
    Ok(address.fetch_optional(&mut **tx).await?.flatten())
}

/// Keeps what `person` wants.
///
/// # Errors
/// 503 when the database is away.
pub(super) async fn save(
    desk: actix_web::web::Data<Desk>,
    person: &Person,
    settings: MailSettings,
) -> Result<(), Failure> {
    let person = person.clone();
    db::to_the_end(async move {
        let mut tx = known(&desk, &person).await?;
        sqlx::query!(
            "UPDATE staff_mail SET settings = $3, changed_at = now() WHERE tenant = $1 AND object_id = $2",
            person.tenant.0,
            person.object_id.0,
            Json(settings) as _,
        )
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    })
    .await
}

/// Somebody of the staff who has an address.
#[derive(Clone, Debug)]
pub(super) struct Reachable {
    /// What they want.
    pub settings: MailSettings,
    /// Since when that holds.
    pub since: DateTime<Utc>,
}

/// Everybody who can be mailed, with what they want, by tenant and object id. For a transaction of the staff role.
///
/// # Errors
/// When the database is away.
pub(super) async fn reachable(desk: &Desk, tx: &mut Tx) -> Result<BTreeMap<(TenantId, Uuid), Reachable>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT tenant AS "tenant: TenantId", object_id, settings, changed_at
           FROM staff_mail WHERE reachable"#,
    )
    .fetch_all(&mut **tx)
    .await?;
    let known = rows.into_iter().map(|row| {
        let settings = read(desk, row.settings);
        ((row.tenant, row.object_id), Reachable { settings, since: row.changed_at })
    });
    Ok(known.collect())
}

/// What `person` wants, for a transaction of the identity role.
///
/// # Errors
/// When the database is away.
pub(super) async fn settings(desk: &Desk, tx: &mut Tx, person: &Person) -> Result<MailSettings, sqlx::Error> {
    let said = sqlx::query_scalar!(
        "SELECT settings FROM staff_mail WHERE tenant = $1 AND object_id = $2",
        person.tenant.0,
        person.object_id.0,
    );
    let said = said.fetch_optional(&mut **tx).await?.flatten();
    Ok(read(desk, said))
}

/// What was `said`; the usual, when nothing was or another version of the desk wrote what this one cannot read.
fn read(desk: &Desk, said: Option<Value>) -> MailSettings {
    let read =
        |said| serde_json::from_value(said).inspect_err(|error| tracing::warn!(%error, "mail settings of staff"));
    said.and_then(|said| read(said).ok()).unwrap_or_else(|| MailSettings::usual(desk))
}
