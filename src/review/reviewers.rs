//! The desk's reviewers as far as they have come by: to whom a lead can give a request, and what each wants to be shown.

use crate::db::Tx;
use crate::identity::{ObjectId, Person, Role, TenantId};
use crate::locale::Lang;
use crate::web::{Failure, Refusal, RoleName};

/// Most reviewers that are offered to choose from.
const MOST: i64 = 200;

/// A reviewer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// Their tenant.
    pub tenant: TenantId,
    /// Their object id.
    pub object_id: ObjectId,
    /// Their name, to read.
    pub name: String,
}

/// What a reviewer wants to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wishes {
    /// The languages that they read.
    pub languages: Vec<Lang>,
    /// Whether pages listen to single keys.
    pub shortcuts: bool,
}

impl Default for Wishes {
    fn default() -> Self {
        Self { languages: Lang::ALL.to_vec(), shortcuts: true }
    }
}

/// Remembers `person`, who reviews, by name; at most once in ten minutes.
///
/// # Errors
/// When the database is away.
pub async fn remember(tx: &mut Tx, person: &Person) -> Result<(), sqlx::Error> {
    let name = person.name.trim();
    if name.is_empty() || !person.has_any(&[Role::Reviewer, Role::LeadReviewer]) {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO reviewers AS r (tenant, object_id, name, lead, seen_at) VALUES ($1, $2, $3, $4, now())
         ON CONFLICT (tenant, object_id) DO UPDATE SET name = excluded.name, lead = excluded.lead, seen_at = excluded.seen_at
         WHERE r.seen_at < now() - interval '10 minutes' OR (r.name, r.lead) IS DISTINCT FROM (excluded.name, excluded.lead)",
        person.tenant.0,
        person.object_id.0,
        name,
        person.has_any(&[Role::LeadReviewer]),
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// The reviewer `object_id`, if they have come by.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, object_id: ObjectId) -> Result<Option<Colleague>, sqlx::Error> {
    sqlx::query_as!(
        Colleague,
        r#"SELECT tenant AS "tenant: TenantId", object_id AS "object_id: ObjectId", name FROM reviewers
         WHERE object_id = $1 ORDER BY seen_at DESC LIMIT 1"#,
        object_id.0,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// The reviewers who came last, by name.
///
/// # Errors
/// When the database is away.
pub async fn all(tx: &mut Tx) -> Result<Vec<Colleague>, sqlx::Error> {
    let mut found = sqlx::query_as!(
        Colleague,
        r#"SELECT tenant AS "tenant: TenantId", object_id AS "object_id: ObjectId", name FROM reviewers
         ORDER BY seen_at DESC LIMIT $1"#,
        MOST,
    )
    .fetch_all(&mut **tx)
    .await?;
    found.sort_by(|one, other| (&one.name, one.object_id).cmp(&(&other.name, other.object_id)));
    Ok(found)
}

/// What `person` wants to be shown; none of somebody who is not known.
///
/// # Errors
/// When the database is away.
pub async fn wishes(tx: &mut Tx, person: &Person) -> Result<Option<Wishes>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT languages, shortcuts FROM reviewers WHERE tenant = $1 AND object_id = $2",
        person.tenant.0,
        person.object_id.0
    );
    let Some(row) = row.fetch_optional(&mut **tx).await? else { return Ok(None) };
    let languages = row.languages.unwrap_or_default();
    let languages: Vec<_> = languages.iter().filter_map(|tag| Lang::from_tag(tag)).collect();
    let languages = if languages.is_empty() { Wishes::default().languages } else { languages };
    Ok(Some(Wishes { languages, shortcuts: row.shortcuts }))
}

/// Keeps what `person` wants to be shown.
///
/// # Errors
/// When the database is away.
pub async fn wish(tx: &mut Tx, person: &Person, wishes: &Wishes) -> Result<(), sqlx::Error> {
    let languages: Vec<_> = wishes.languages.iter().map(|lang| lang.tag().to_owned()).collect();
    sqlx::query!(
        "UPDATE reviewers SET languages = $3, shortcuts = $4 WHERE tenant = $1 AND object_id = $2",
        person.tenant.0,
        person.object_id.0,
        &languages,
        wishes.shortcuts,
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// A step that is a lead's.
pub(super) fn only_leads(person: &Person) -> Failure {
    let have = person.roles.iter().map(|role| RoleName::Own(role.code())).collect();
    Failure::refused(Refusal { have, may: vec![RoleName::Own(Role::LeadReviewer.code())], instead: None })
}
