//! Who of the staff is told of what happened: a row of the outbox becomes one for each person, at the person's own time, in their
//! language; a line of their digest; or it goes to the leads' address, when it concerns nobody who has an address here.

use super::settings::MailSettings;
use super::store::{self, Reachable};
use super::topic::{Pace, Topic};
use super::{ABSENT, Kind};
use crate::app::Desk;
use crate::clock;
use crate::db::Tx;
use crate::identity::TenantId;
use crate::notify::Recipient;
use crate::notify::message::parse;
use crate::review::staffing::{self, Member};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

/// For whom a row is.
#[derive(Debug, PartialEq, Eq)]
enum Dealt<'a> {
    /// For each of these.
    To(Vec<&'a Member>),
    /// For the leads' address.
    LeadsAddress,
    /// For nobody: others are told besides, or did it themselves.
    Nobody,
}

/// For whom a row of `kind` to `recipient` is, where `members` have an address: never for somebody who may not decide what they are
/// asked to. An alarm goes to every lead of another tenant, since it may be that none of them may decide.
fn deal(kind: Kind, recipient: Recipient, members: &[Member]) -> Dealt<'_> {
    let those = |wanted: &dyn Fn(&Member) -> bool| members.iter().filter(|member| wanted(member)).collect::<Vec<_>>();
    let leads = || those(&|member| member.lead && (member.may_decide || is_alarm(kind) && member.outsider));
    let chosen = match recipient {
        Recipient::Assignee => {
            let assignee = those(&|member| member.assignee && member.may_decide);
            let told_besides = kind == Kind::RequestAssigned || kind.recipients().contains(&Recipient::Leads);
            match assignee.is_empty() {
                false => assignee,
                true if told_besides => return Dealt::Nobody,
                true => leads(),
            }
        }
        Recipient::Leads => leads(),
        Recipient::Approvers => those(&|member| member.may_decide && member.completes),
        Recipient::Checkers => those(&|member| member.may_decide),
        Recipient::Contact | Recipient::SecondContact | Recipient::SecurityContact | Recipient::Person => {
            return Dealt::Nobody;
        }
    };
    if chosen.is_empty() { Dealt::LeadsAddress } else { Dealt::To(chosen) }
}

/// Whether it is told at once, whatever somebody wants.
fn is_alarm(kind: Kind) -> bool {
    Topic::of(kind).is_none()
}

/// How soon `member` is told, who wants `settings`, and whether quiet hours hold it: an alarm and, for leads, a breach are told at
/// once at any time.
fn pace(kind: Kind, lead: bool, settings: &MailSettings) -> (Pace, bool) {
    match Topic::of(kind) {
        None => (Pace::AtOnce, false),
        Some(Topic::ClockBreached) if lead => (Pace::AtOnce, false),
        Some(topic) => (settings.topics.pace(topic), true),
    }
}

/// A row that is not dealt out yet.
struct Row {
    id: Uuid,
    kind: String,
    recipient: String,
    language: String,
    tenant: TenantId,
    request_id: Option<Uuid>,
    exception_id: Option<Uuid>,
    data: Value,
    created_at: DateTime<Utc>,
    event: Uuid,
}

/// Deals out the row `id` at the database's time, unless another desk does or has.
///
/// # Errors
/// When the database is away.
pub async fn deal_out(desk: &Desk, id: Uuid) -> Result<(), sqlx::Error> {
    let mut tx = desk.db.staff().await?;
    let now = sqlx::query_scalar!(r#"SELECT now() AS "now!""#).fetch_one(&mut *tx).await?;
    drop(tx);
    deal_out_at(desk, id, now).await
}

/// The same at `now`.
///
/// # Errors
/// When the database is away.
pub async fn deal_out_at(desk: &Desk, id: Uuid, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut tx = desk.db.staff().await?;
    let row = sqlx::query_as!(
        Row,
        r#"DELETE FROM outbox WHERE id = $1 AND person IS NULL AND NOT routed AND sent_at IS NULL
           RETURNING id, kind, recipient, language, tenant AS "tenant: TenantId", request_id, exception_id, data AS "data: Value",
             created_at, coalesce(event, id) AS "event!""#,
        id,
    );
    let Some(row) = row.fetch_optional(&mut *tx).await? else { return Ok(()) };
    let reachable = store::reachable(desk, &mut tx).await?;
    let mut members = staffing::members(&mut tx, row.tenant, row.request_id, desk.clock.now() - ABSENT).await?;
    members.retain(|member| reachable.contains_key(&(member.tenant, member.object_id)));
    let dealt = match parse(&row.kind, &row.recipient) {
        Some((kind, recipient)) => (kind, deal(kind, recipient, &members)),
        // Another version of the desk wrote it: its delivery says so.
        None => (Kind::StaffDigest, Dealt::LeadsAddress),
    };
    match dealt {
        (_, Dealt::LeadsAddress) => row.mail_leads(&mut tx).await?,
        (kind, dealt) => {
            let members = if let Dealt::To(members) = dealt { members } else { Vec::new() };
            for member in members {
                if let Some(known) = reachable.get(&(member.tenant, member.object_id)) {
                    row.give(desk, &mut tx, kind, member, known, now).await?;
                }
            }
        }
    }
    tx.commit().await
}

impl Row {
    /// Puts it back as what goes to the leads' address.
    async fn mail_leads(&self, tx: &mut Tx) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "INSERT INTO outbox (id, kind, recipient, language, tenant, request_id, exception_id, data, created_at, event, routed)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, true)",
            self.id,
            self.kind,
            self.recipient,
            self.language,
            self.tenant.0,
            self.request_id,
            self.exception_id,
            self.data,
            self.created_at,
            self.event,
        )
        .execute(&mut **tx)
        .await
        .map(drop)
    }

    /// Tells `member` as they want it.
    async fn give(
        &self,
        desk: &Desk,
        tx: &mut Tx,
        kind: Kind,
        member: &Member,
        known: &Reachable,
        now: DateTime<Utc>,
    ) -> Result<(), sqlx::Error> {
        let settings = &known.settings;
        match pace(kind, member.lead, settings) {
            (Pace::Never, _) => Ok(()),
            (Pace::Digest, _) => self.note(tx, member).await,
            (Pace::AtOnce, held) => {
                let welcome = settings.quiet().welcome_at(now, |day| settings.is_closed(desk, day));
                self.mail(tx, member, settings, if held { welcome } else { now }, now).await
            }
        }
    }

    async fn mail(
        &self,
        tx: &mut Tx,
        member: &Member,
        settings: &MailSettings,
        at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), sqlx::Error> {
        let mut data = self.data.clone();
        data["zone"] = json!(settings.time_zone);
        sqlx::query!(
            "INSERT INTO outbox (id, kind, recipient, language, tenant, request_id, exception_id, data, created_at, event, person_tenant,
                 person, next_attempt_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING",
            clock::fresh_id(now),
            self.kind,
            self.recipient,
            settings.language.tag(),
            self.tenant.0,
            self.request_id,
            self.exception_id,
            data,
            self.created_at,
            self.event,
            member.tenant.0,
            member.object_id,
            at,
        )
        .execute(&mut **tx)
        .await
        .map(drop)
    }

    /// A line of the next digest.
    async fn note(&self, tx: &mut Tx, member: &Member) -> Result<(), sqlx::Error> {
        let text = |name: &str| self.data[name].as_str().unwrap_or_default();
        sqlx::query!(
            "INSERT INTO staff_digest_items (tenant, object_id, event, kind, reference, partner, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            member.tenant.0,
            member.object_id,
            self.event,
            self.kind,
            text("reference"),
            text("tenant_name"),
            self.created_at,
        )
        .execute(&mut **tx)
        .await
        .map(drop)
    }
}

#[cfg(test)]
#[path = "deal_tests.rs"]
mod tests;
