//! The digest: one mail a day for each person, at their own time on their office's working days, with what waits for them; no mail
//! where nothing does. The row that says whose digest was made for which day is the right to make it.

use super::quiet::{digest_day, end_of};
use super::store::{self, Reachable};
use super::{ABSENT, Personal};
use crate::app::Desk;
use crate::clock;
use crate::db::{self, Tx};
use crate::identity::{Role, TenantId};
use crate::notify::{Kind, Recipient};
use crate::review;
use actix_web::web::Data;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

/// How often is looked whether one is due.
const EVERY: Duration = Duration::from_secs(30);
/// How long it is remembered that one was made.
const REMEMBERED: TimeDelta = TimeDelta::days(30);

/// Makes digests for as long as the desk runs.
pub async fn watch(desk: Data<Desk>) {
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(error) = make_digests(&desk).await {
            match db::is_away(&error) {
                true => tracing::debug!(%error, "no digest could be made"),
                false => tracing::warn!(%error, "no digest could be made"),
            }
        }
    }
}

/// Makes those that are due at the database's own time, so that several desks agree.
async fn make_digests(desk: &Desk) -> Result<(), sqlx::Error> {
    let mut tx = desk.db.staff().await?;
    let now = sqlx::query_scalar!(r#"SELECT now() AS "now!""#).fetch_one(&mut *tx).await?;
    drop(tx);
    make_digests_at(desk, now).await
}

/// Makes those that are due at `now`.
///
/// # Errors
/// When the database is away.
pub async fn make_digests_at(desk: &Desk, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut tx = desk.db.staff().await?;
    let reachable = store::reachable(desk, &mut tx).await?;
    let people = sqlx::query!(
        r#"SELECT tenant AS "tenant: TenantId", object_id, $2 = ANY (roles) AS "lead!" FROM staff
           WHERE last_seen_at > $1 AND roles && $3"#,
        desk.clock.now() - ABSENT,
        Role::LeadReviewer.code(),
        &[Role::Reviewer, Role::LeadReviewer].map(|role| role.code().to_owned()),
    );
    let people = people.fetch_all(&mut *tx).await?;
    drop(tx);
    for person in people {
        let Some(known) = reachable.get(&(person.tenant, person.object_id)) else { continue };
        let Some(at) = known.settings.digest_time() else { continue };
        let closed = |day| known.settings.is_closed(desk, day);
        if let Some(day) = digest_day(known.settings.zone(), at, known.since, now, closed) {
            let reader = Reader { person: (person.tenant, person.object_id), lead: person.lead, known };
            if let Err(error) = reader.make(desk, day, now).await {
                tracing::warn!(%error, "a digest could not be made; the next round tries again");
            }
        }
    }
    Ok(())
}

/// Whose digest it is.
struct Reader<'a> {
    person: (TenantId, Uuid),
    lead: bool,
    known: &'a Reachable,
}

impl Reader<'_> {
    /// Makes the digest of `day`, unless it was made.
    async fn make(&self, desk: &Desk, day: NaiveDate, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
        let mut tx = desk.db.staff().await?;
        if !self.mark(&mut tx, day, now).await? {
            return Ok(());
        }
        let (tenant, object_id) = self.person;
        let settings = &self.known.settings;
        let until = end_of(day, settings.zone());
        let agenda = review::agenda(&mut tx, (tenant, object_id, self.lead), now, until).await?;
        let news = self.take_news(&mut tx).await?;
        if !agenda.is_empty() || !news.is_empty() {
            let mut data = json!(agenda);
            data["news"] = news.into();
            data["day"] = json!(day);
            data["zone"] = json!(settings.time_zone);
            let mail = Personal {
                kind: Kind::StaffDigest,
                recipient: Recipient::Person,
                person: self.person,
                language: settings.language,
                event: clock::fresh_id(now),
                data,
            };
            mail.put(&mut tx, now).await?;
        }
        tx.commit().await
    }

    /// Whether this desk is the one that makes it.
    async fn mark(&self, tx: &mut Tx, day: NaiveDate, now: DateTime<Utc>) -> Result<bool, sqlx::Error> {
        let (tenant, object_id) = self.person;
        let marked = sqlx::query!(
            "INSERT INTO staff_digests (tenant, object_id, day, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            tenant.0,
            object_id,
            day,
            now,
        );
        let marked = marked.execute(&mut **tx).await?.rows_affected() == 1;
        if marked {
            sqlx::query!(
                "DELETE FROM staff_digests WHERE tenant = $1 AND object_id = $2 AND made_at < $3",
                tenant.0,
                object_id,
                now - REMEMBERED,
            )
            .execute(&mut **tx)
            .await?;
        }
        Ok(marked)
    }

    /// What happened since the last one and was to be told in this one, the oldest first.
    async fn take_news(&self, tx: &mut Tx) -> Result<Vec<Value>, sqlx::Error> {
        let (tenant, object_id) = self.person;
        let mut rows = sqlx::query!(
            "DELETE FROM staff_digest_items WHERE tenant = $1 AND object_id = $2 RETURNING kind, reference, partner, created_at, event",
            tenant.0,
            object_id,
        )
        .fetch_all(&mut **tx)
        .await?;
        rows.sort_by_key(|row| (row.created_at, row.event));
        Ok(rows
            .into_iter()
            .map(|row| json!({ "kind": row.kind, "reference": row.reference, "partner": row.partner, "at": row.created_at }))
            .collect())
    }
}
