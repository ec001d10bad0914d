//! The background work that has pending files scanned. Several desks share it: each file is leased, on the database's time.

use super::record::Holder;
use super::scanner::{ScanError, Scanner, Verdict};
use super::store::Access;
use crate::app::Desk;
use crate::audit::{self, Actor, Event};
use crate::db::{Db, Tx};
use crate::identity::TenantId;
use crate::web::Failure;
use actix_web::web::Data;
use serde_json::json;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

/// How often is looked for files that another desk left, and for a scanner that came back.
const POLL: Duration = Duration::from_secs(2);
/// How much longer a lease is than a scan may take.
const SLACK: Duration = Duration::from_secs(30);
/// Longest pause between two tries, in seconds.
const MAX_PAUSE: f64 = 60.0;
/// How long a page waits for the scanner before it says "being checked".
const ON_A_PAGE: Duration = Duration::from_secs(3);

/// A file that this desk has the lease of.
struct Claimed {
    id: Uuid,
    tenant: Uuid,
    holder: Holder,
    content: Uuid,
    media_type: String,
    size: i64,
    sha256: Vec<u8>,
}

/// Scans for as long as the desk runs; nothing without a scanner.
pub async fn work(desk: Data<Desk>) {
    let Some(scanner) = desk.evidence.scanner.clone() else { return };
    let mut asked: Option<Instant> = None;
    loop {
        match claim(&desk.db, scanner.patience() + SLACK).await {
            Ok(Some(claimed)) => {
                look(&desk, &scanner, claimed).await;
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::debug!(%error, "what is to be scanned cannot be read"),
        }
        if asked.is_none_or(|at| at.elapsed() >= 5 * POLL || desk.evidence.scanner_is_away()) {
            asked = Some(Instant::now());
            desk.evidence.note_scanner(scanner.ping().await.is_ok());
            count_pending(&desk.db).await;
        }
        // A poll is the truth, a wake-up a hint.
        let _ = timeout(POLL, desk.evidence.waiting.notified()).await;
    }
}

async fn claim(db: &Db, lease: Duration) -> Result<Option<Claimed>, sqlx::Error> {
    let mut tx = db.identity().await?;
    let row = sqlx::query!(
        r#"UPDATE evidence SET scan_after = now() + make_interval(secs => $1), scan_tries = scan_tries + 1
           WHERE id = (SELECT id FROM evidence WHERE scan = 'pending' AND scan_after <= now() ORDER BY scan_after LIMIT 1
                       FOR UPDATE SKIP LOCKED)
           RETURNING id, tenant, draft, request_id, content AS "content!", media_type, size, sha256"#,
        lease.as_secs_f64(),
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(row.and_then(|row| {
        let holder = row.draft.map(Holder::Draft).or_else(|| row.request_id.map(Holder::Request))?;
        let (id, tenant, content) = (row.id, row.tenant, row.content);
        Some(Claimed { id, tenant, holder, content, media_type: row.media_type, size: row.size, sha256: row.sha256 })
    }))
}

async fn look(desk: &Desk, scanner: &Scanner, claimed: Claimed) {
    let found = scanner.scan(desk.evidence.store.get(claimed.content, Access::Scanner)).await;
    let result = match &found {
        Ok(Verdict::Clean) => "clean",
        Ok(Verdict::Infected(_)) => "infected",
        Err(_) => "failed",
    };
    metrics::counter!("desk_evidence_scans_total", "result" => result).increment(1);
    let kept = match found {
        Ok(verdict) => {
            desk.evidence.note_scanner(true);
            conclude(desk, &claimed, verdict).await
        }
        Err(error) => {
            tracing::warn!(evidence = %claimed.id, %error, "a file could not be scanned; it stays blocked");
            desk.evidence.note_scanner(!matches!(error, ScanError::Away(_) | ScanError::Slow));
            try_later(&desk.db, claimed.id).await
        }
    };
    if let Err(error) = kept {
        tracing::warn!(evidence = %claimed.id, %error, "the result of a scan could not be kept; it is taken again");
    }
}

async fn conclude(desk: &Desk, claimed: &Claimed, verdict: Verdict) -> Result<(), Failure> {
    let mut tx = desk.db.identity().await?;
    match verdict {
        Verdict::Clean => {
            sqlx::query!("UPDATE evidence SET scan = 'clean' WHERE id = $1 AND scan = 'pending'", claimed.id)
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
        }
        Verdict::Infected(name) => {
            if infected(&mut tx, desk, claimed, &name).await? {
                tx.commit().await?;
                desk.evidence.discard(&desk.db, claimed.content).await?;
            }
        }
    }
    Ok(())
}

/// Keeps the record without its bytes. Whether there was still one: its uploader may have removed it meanwhile.
async fn infected(tx: &mut Tx, desk: &Desk, claimed: &Claimed, name: &str) -> Result<bool, Failure> {
    let changed = sqlx::query!(
        "UPDATE evidence SET scan = 'infected', content = NULL, place = NULL WHERE id = $1 AND scan = 'pending'",
        claimed.id,
    )
    .execute(&mut **tx)
    .await?;
    if changed.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!("INSERT INTO evidence_loose (key, tenant) VALUES ($1, $2)", claimed.content, claimed.tenant)
        .execute(&mut **tx)
        .await?;
    let sha256: String = claimed.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    let event = Event {
        actor: Actor::System,
        action: "evidence.infected",
        subject_kind: claimed.holder.kind(),
        subject_id: claimed.holder.id(),
        tenant: Some(TenantId(claimed.tenant)),
        details: json!({
            "evidence": claimed.id,
            "media_type": claimed.media_type,
            "size": claimed.size,
            "sha256": sha256,
            "found": name,
        }),
        personal: None,
    };
    audit::record(tx, desk.clock.now(), event).await?;
    Ok(true)
}

/// 2, 4, 8 … seconds later, a minute at most.
async fn try_later(db: &Db, id: Uuid) -> Result<(), Failure> {
    let mut tx = db.identity().await?;
    sqlx::query!(
        "UPDATE evidence SET scan_after = now() + make_interval(secs => least(power(2, least(scan_tries, 10)), $2))
         WHERE id = $1 AND scan = 'pending'",
        id,
        MAX_PAUSE,
    )
    .execute(&mut *tx)
    .await?;
    Ok(tx.commit().await?)
}

async fn count_pending(db: &Db) {
    let count = async {
        let mut tx = db.identity().await?;
        sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM evidence WHERE scan = 'pending'"#)
            .fetch_one(&mut *tx)
            .await
    };
    if let Ok(count) = count.await {
        metrics::gauge!("desk_evidence_pending").set(f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
    }
}

/// Waits until none of `files` is pending any more, though not for long: a page then says so.
pub(super) async fn settled(desk: &Desk, files: &[Uuid]) {
    if !desk.evidence.has_scanner() || files.is_empty() {
        return;
    }
    let until = Instant::now() + ON_A_PAGE;
    while Instant::now() < until && any_pending(&desk.db, files).await {
        sleep(Duration::from_millis(100)).await;
    }
}

async fn any_pending(db: &Db, files: &[Uuid]) -> bool {
    let pending = async {
        let mut tx = db.identity().await?;
        sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM evidence WHERE id = ANY($1) AND scan = 'pending') AS "any!""#,
            files,
        )
        .fetch_one(&mut *tx)
        .await
    };
    pending.await.unwrap_or(false)
}
