//! The background work that mails what is in the outbox. Several desks share it: each row is leased, on the database's time, and what
//! a desk that died had leased comes back within a minute.
//!
//! A row is marked as sent after the server took it. A desk that dies in between sends it again, with the same `Message-ID`: told
//! twice is better than never.

use super::message::{self, Row};
use super::smtp::{Connection, Fault, Server};
use super::staff;
use crate::app::Desk;
use crate::db::{self, Db};
use actix_web::web::Data;
use serde_json::Value;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;
use tokio::time::sleep;
use uuid::Uuid;

/// How often is looked for what is to be sent.
pub(super) const POLL: Duration = Duration::from_secs(2);
/// How long nothing is tried after the database refused the statement itself.
pub(super) const PATIENT: Duration = Duration::from_secs(60);
/// How many mails are under way at once, so that one that hangs does not keep the others.
const LANES: usize = 4;
/// A mail is given the server's patience twice: to be let in, and to be taken.
const STAGES: u32 = 2;
/// How much longer a lease is than one mail may take.
pub(super) const SLACK: Duration = Duration::from_secs(15);
/// Longest pause, in seconds, while the server is away, and while it does not take a mail.
const PAUSE_AWAY: f64 = 60.0;
const PAUSE_LATER: f64 = 3600.0;
/// So long after it was written, a mail or event that is still not taken is dead.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(5 * 24 * 60 * 60);
/// How often a mark is tried while the database is away: a mail that was sent should not be sent again.
pub(super) const MARK_TRIES: u32 = 5;

/// Delivers for as long as the desk runs. Without a mail server everything waits, and the log says so.
pub async fn work(desk: Data<Desk>) {
    let Some(server) = &desk.mail else {
        tracing::warn!("no mail server is configured: mails wait in the outbox ([mail] in docs/OPERATIONS.md)");
        return;
    };
    let lanes = futures_util::future::join_all((0..LANES).map(|_| lane(&desk, server)));
    futures_util::future::join(lanes, staff::watch(desk.clone())).await;
}

async fn lane(desk: &Desk, server: &Server) {
    let mut connection = None;
    loop {
        match claim(&desk.db, server.patience() * STAGES + SLACK).await {
            Ok(Some(row)) if row.is_to_be_dealt_out() => {
                if let Err(error) = staff::deal_out(desk, row.id).await {
                    tracing::warn!(mail = %row.id, kind = row.kind, %error, "a mail could not be dealt out to staff");
                }
                continue;
            }
            Ok(Some(row)) => {
                let sent = deliver(desk, server, &mut connection, &row).await;
                let away = matches!(sent, Err(Fault::Away(_)));
                conclude(&desk.db, &row, sent).await;
                if away {
                    sleep(POLL).await;
                }
                continue;
            }
            Ok(None) => {}
            Err(error) if db::is_away(&error) => tracing::debug!(%error, "what is to be mailed cannot be read"),
            Err(error) => {
                tracing::warn!(%error, "what is to be mailed cannot be read; is the login a member of exception_desk_mailer?");
                sleep(PATIENT).await;
            }
        }
        hang_up(server, connection.take()).await;
        sleep(POLL).await;
    }
}

/// Nobody waits long for a goodbye.
async fn hang_up(server: &Server, connection: Option<Connection>) {
    if let Some(mut connection) = connection {
        let _ = tokio::time::timeout(server.patience(), connection.quit()).await;
    }
}

/// The next row that is due, leased: nobody else takes it before the lease is over.
async fn claim(db: &Db, lease: Duration) -> Result<Option<Row>, sqlx::Error> {
    let mut tx = db.mailer().await?;
    let row = sqlx::query_as!(
        Row,
        r#"UPDATE outbox SET attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $1)
           WHERE id = (SELECT id FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL AND next_attempt_at <= now()
                       ORDER BY next_attempt_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
           RETURNING id, kind, recipient, language, request_id, data AS "data: Value", created_at, attempts,
             (SELECT contact_email FROM requests AS r WHERE r.id = outbox.request_id) AS contact,
             (SELECT security_contact FROM partners AS p WHERE p.tenant = outbox.tenant) AS security_contact,
             (SELECT CASE WHEN outbox.kind = 'second_contact_to_confirm'
                     THEN CASE WHEN s.pending_id::text = outbox.data ->> 'pending_id' THEN s.pending END
                     WHEN s.confirmed_at <= outbox.created_at THEN s.address END
                 FROM second_contacts AS s WHERE s.tenant = outbox.tenant) AS second_contact,
             person IS NOT NULL AS "personal!", routed,
             (SELECT r.status NOT IN ('in_review', 'waiting_for_partner') FROM requests AS r WHERE r.id = outbox.request_id) AS closed,
             CASE kind WHEN 'address_changed' THEN (SELECT f.address FROM staff_former_addresses AS f WHERE f.event = outbox.event)
                 ELSE (SELECT CASE WHEN outbox.kind = 'address_to_confirm'
                           THEN CASE WHEN m.pending_id::text = outbox.data ->> 'pending_id' THEN m.pending END ELSE m.address END
                       FROM staff_mail AS m WHERE m.tenant = outbox.person_tenant AND m.object_id = outbox.person) END AS address"#,
        lease.as_secs_f64(),
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(row)
}

/// Whether the row was told; false when it turned out to be for nobody.
async fn deliver(desk: &Desk, server: &Server, connection: &mut Option<Connection>, row: &Row) -> Result<bool, Fault> {
    let fault = |code: &str| match code {
        // A later version of the desk wrote it, and sends it when it comes by.
        message::KIND_UNKNOWN => Fault::Later(code.to_owned()),
        _ => Fault::Never(code.to_owned()),
    };
    let Some(mail) = message::write(desk, row).map_err(fault)? else { return Ok(false) };
    server.send(connection, mail.envelope(), &mail.formatted()).await.map(|()| true)
}

async fn conclude(db: &Db, row: &Row, sent: Result<bool, Fault>) {
    if let Err(fault) = &sent {
        tracing::warn!(mail = %row.id, kind = row.kind, code = fault.code(), attempt = row.attempts, "a mail was not delivered");
    }
    let mut pause = Duration::from_millis(200);
    for _ in 0..MARK_TRIES {
        match mark(db, row, &sent).await {
            Ok(result) => return metrics::counter!("desk_mails_total", "result" => result).increment(1),
            Err(error) => tracing::warn!(mail = %row.id, %error, "what became of a mail could not be kept"),
        }
        sleep(pause).await;
        pause *= 2;
    }
}

/// A mail that was taken was taken, whoever has the lease by now; what failed is only told by who has it. Gives what became of
/// it, as figures name it.
async fn mark(db: &Db, row: &Row, sent: &Result<bool, Fault>) -> Result<&'static str, sqlx::Error> {
    let mut tx = db.mailer().await?;
    let unheard = matches!(sent, Err(Fault::Never(_))) || matches!(sent, Ok(false)) && row.address.is_none();
    let result = match sent {
        _ if unheard && row.is_alarm_for_one() => {
            sqlx::query!(
                "UPDATE outbox SET person = NULL, person_tenant = NULL, routed = true, attempts = 0, next_attempt_at = now()
                 WHERE id = $1 AND sent_at IS NULL",
                row.id
            )
            .execute(&mut *tx)
            .await?;
            "dealt_out"
        }
        Ok(true) => {
            sqlx::query!("UPDATE outbox SET sent_at = now(), dead_at = NULL, last_error = NULL WHERE id = $1", row.id)
                .execute(&mut *tx)
                .await?;
            "sent"
        }
        Ok(false) => {
            sqlx::query!("DELETE FROM outbox WHERE id = $1", row.id).execute(&mut *tx).await?;
            "nobody"
        }
        Err(fault) => {
            // In seconds; an outage of the server alone kills no mail.
            let longest_wait = match fault {
                Fault::Never(_) => Some(0.0),
                Fault::Later(_) => Some(LONGEST_WAIT.as_secs_f64()),
                Fault::Away(_) => None,
            };
            let pause = pause(row.attempts, matches!(fault, Fault::Away(_)), row.id);
            let is_dead = sqlx::query_scalar!(
                "UPDATE outbox SET dead_at = CASE WHEN $4::float8 = 0 OR created_at + make_interval(secs => $4::float8) <= now() THEN now() END,
                     last_error = $5,
                     next_attempt_at = now() + make_interval(secs => $3)
                 WHERE id = $1 AND attempts = $2 AND sent_at IS NULL
                 RETURNING dead_at IS NOT NULL AS \"is_dead!\"",
                row.id,
                row.attempts,
                pause,
                longest_wait,
                fault.code(),
            )
            .fetch_optional(&mut *tx)
            .await?;
            if is_dead == Some(true) { "dead" } else { "failed" }
        }
    };
    tx.commit().await?;
    Ok(result)
}

/// Seconds until the next attempt: 2, 4, 8 … up to the longest, up to a quarter more or less, so that mails that failed together do
/// not come back together.
pub(super) fn pause(attempts: i32, away: bool, id: Uuid) -> f64 {
    let longest = if away { PAUSE_AWAY } else { PAUSE_LATER };
    let base = 2_f64.powi(attempts.clamp(1, 20)).min(longest);
    base * (0.75 + 0.5 * share(id, attempts))
}

/// From 0 to 1, another one for each mail and attempt.
fn share(id: Uuid, attempts: i32) -> f64 {
    let mut hasher = DefaultHasher::new();
    (id, attempts).hash(&mut hasher);
    let [a, b, ..] = hasher.finish().to_be_bytes();
    f64::from(u16::from_be_bytes([a, b])) / f64::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_their_longest_and_differ_from_mail_to_mail() {
        let id = Uuid::from_u128(7);
        for (attempts, away, base) in [(1, false, 2.0), (5, false, 32.0), (60, false, 3600.0), (60, true, 60.0)] {
            let pause = pause(attempts, away, id);
            assert!((base * 0.75..=base * 1.25).contains(&pause), "{attempts}: {pause}");
        }
        assert!(pause(3, false, id) != pause(3, false, Uuid::from_u128(8)));
    }
}
