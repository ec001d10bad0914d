//! Taking one file: looked at while it is written, its row last. Until then its bytes belong to nobody and are swept if left behind.

use super::kind::Refusal;
use super::look::{Look, Seen};
use super::record::{Evidence, Holder, Scan, find_same};
use super::store::Content;
use super::view::EvidenceView;
use super::{MAX_FILES, name};
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::clock;
use crate::db::Tx;
use crate::identity::Filer;
use crate::problem::Kind;
use crate::web::Failure;
use crate::web::idempotency::{self, Created, Key, Memory};
use chrono::{DateTime, NaiveDate, Utc};
use futures_util::StreamExt;
use serde_json::json;
use uuid::Uuid;

/// Where an error about a file is.
pub const POINTER: &str = "/file";

/// A file to take.
pub struct Sent<'a> {
    /// What the filer calls it.
    pub name: &'a str,
    /// The caller's `Idempotency-Key`, and the address that it was sent to.
    pub key: Option<(&'a str, &'a str)>,
    /// Its bytes.
    pub content: Content<'a>,
}

/// Takes a file for `holder`, which the filer may add to. A file that is there already is that one.
///
/// # Errors
/// 422 at [`POINTER`] when the content is not taken, and for a key that was used for something else; 409 when the holder has closed
/// meanwhile, or the key's first call is still running; the content's own; 503.
pub async fn add(desk: &Desk, filer: &Filer, holder: Holder, sent: Sent<'_>) -> Result<Created<EvidenceView>, Failure> {
    let content_key = Uuid::from_u128(u128::from_le_bytes(clock::secret_bytes()));
    let upload = Upload { desk, filer, holder, content_key, name: name::cleaned(sent.name) };
    upload.begin().await?;
    let mut look = Look::new();
    let content = sent.content.map(|bytes| {
        let bytes = bytes?;
        look.at(&bytes).map_err(|refusal| upload.refused(refusal))?;
        Ok(bytes)
    });
    let written = desk.evidence.store.put(content_key, filer.tenant, content.boxed_local()).await;
    let received = look.size;
    let kept = async {
        written?;
        let seen = look.finish().map_err(|refusal| upload.refused(refusal))?;
        let key = sent.key.map(|(key, path)| {
            let sha256: String = seen.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
            Key::new(filer, key.to_owned(), path, &json!({ "name": upload.name, "sha256": sha256 }))
        });
        upload.keep(key.transpose()?, seen).await
    };
    let kept = kept.await;
    // The row's transaction has counted what was kept.
    if !matches!(kept, Ok(Created::Now(Kept { new: true, .. }))) {
        upload.abandon(received).await;
    }
    Ok(match kept? {
        Created::Now(kept) => Created::Now(kept.view),
        Created::Before(first) => Created::Before(first),
    })
}

/// A file that has its row.
struct Kept {
    view: EvidenceView,
    /// Whether it was not there before.
    new: bool,
}

/// An upload under way.
struct Upload<'a> {
    desk: &'a Desk,
    filer: &'a Filer,
    holder: Holder,
    /// Where the store keeps its bytes.
    content_key: Uuid,
    name: String,
}

impl Upload<'_> {
    fn refused(&self, refusal: Refusal) -> Failure {
        refusal.at(POINTER, &self.name).into()
    }

    fn today(&self) -> NaiveDate {
        self.desk.clock.now().date_naive()
    }

    /// Says that bytes under the key belong to nobody yet; refuses a tenant that sent enough today.
    async fn begin(&self) -> Result<(), Failure> {
        let mut tx = self.filer.begin(&self.desk.db).await?;
        let sent = sqlx::query_scalar!("SELECT bytes FROM evidence_received WHERE day = $1", self.today())
            .fetch_optional(&mut *tx)
            .await?;
        if sent.unwrap_or(0) >= self.desk.config.evidence.bytes_per_day() {
            return Err(self.refused(Refusal::DayUsedUp));
        }
        sqlx::query!("INSERT INTO evidence_loose (key, tenant) VALUES ($1, $2)", self.content_key, self.filer.tenant.0)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Gives the bytes their row, once for a key.
    async fn keep(&self, key: Option<Key>, seen: Seen) -> Result<Created<Kept>, Failure> {
        let mut tx = self.filer.begin(&self.desk.db).await?;
        let now = self.desk.clock.now();
        let kept = idempotency::once(&mut tx, key, now, async |tx: &mut Tx, memory: Memory<'_>| {
            lock(tx, self.holder).await?;
            still_open(tx, self.holder).await?;
            let (file, new) = match find_same(tx, self.holder, &seen.sha256).await? {
                Some(same) => (same, false),
                None => (self.write(tx, seen, now).await?, true),
            };
            let view = EvidenceView::from(&file);
            memory.remember(tx, view.id, &view).await?;
            Ok(Kept { view, new })
        });
        let kept = kept.await?;
        tx.commit().await?;
        self.desk.evidence.wake();
        Ok(kept)
    }

    async fn write(&self, tx: &mut Tx, seen: Seen, now: DateTime<Utc>) -> Result<Evidence, Failure> {
        let place = free_place(tx, self.holder).await?.ok_or_else(|| self.refused(Refusal::TooMany))?;
        self.count(tx, seen.size).await?;
        let loose =
            sqlx::query!("DELETE FROM evidence_loose WHERE key = $1", self.content_key).execute(&mut **tx).await?;
        if loose.rows_affected() == 0 {
            return Err(Failure::internal(anyhow::anyhow!("the upload took so long that its bytes were swept")));
        }
        let evidence = Evidence {
            id: clock::fresh_id(now),
            tenant: self.filer.tenant,
            holder: self.holder,
            name: self.name.clone(),
            media_type: seen.media_type,
            size: u64::try_from(seen.size).unwrap_or(0),
            sha256: seen.sha256,
            content: Some(self.content_key),
            scan: if self.desk.evidence.has_scanner() { Scan::Pending } else { Scan::NotScanned },
            uploaded_at: now,
            uploaded_by: self.filer.object_id,
            uploaded_by_name: self.filer.name.clone(),
        };
        self.insert(tx, &evidence, place).await?;
        Ok(evidence)
    }

    async fn insert(&self, tx: &mut Tx, evidence: &Evidence, place: i16) -> Result<(), sqlx::Error> {
        let (draft, request) = evidence.holder.columns();
        sqlx::query!(
            "INSERT INTO evidence (id, tenant, draft, request_id, place, name, media_type, size, sha256, content, scan, uploaded_at,
                 uploaded_by, uploaded_by_name, uploaded_with_mfa)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            evidence.id,
            evidence.tenant.0,
            draft,
            request,
            place,
            evidence.name,
            evidence.media_type.as_str(),
            i64::try_from(evidence.size).unwrap_or(i64::MAX),
            evidence.sha256,
            evidence.content,
            evidence.scan.code(),
            evidence.uploaded_at,
            evidence.uploaded_by.0,
            evidence.uploaded_by_name,
            self.filer.mfa,
        )
        .execute(&mut **tx)
        .await?;
        let event = Event {
            actor: self.filer.actor(),
            action: "evidence.added",
            subject_kind: evidence.holder.kind(),
            subject_id: evidence.holder.id(),
            tenant: Some(evidence.tenant),
            details: details(evidence),
            personal: Some(json!({ "name": evidence.name })),
        };
        audit::record(tx, evidence.uploaded_at, event).await
    }

    /// Adds to what the tenant sent today, within what it may.
    async fn count(&self, tx: &mut Tx, bytes: i64) -> Result<(), Failure> {
        let counted = sqlx::query!(
            "INSERT INTO evidence_received AS r (tenant, day, bytes) VALUES ($1, $2, $3)
             ON CONFLICT (tenant, day) DO UPDATE SET bytes = r.bytes + $3 WHERE r.bytes + $3 <= $4",
            self.filer.tenant.0,
            self.today(),
            bytes,
            self.desk.config.evidence.bytes_per_day(),
        )
        .execute(&mut **tx)
        .await?;
        if counted.rows_affected() == 0 { Err(self.refused(Refusal::DayUsedUp)) } else { Ok(()) }
    }

    /// Deletes what was written, and counts it as sent all the same. What cannot be done now, the sweep does.
    async fn abandon(&self, received: u64) {
        let done = async {
            self.desk.evidence.discard(&self.desk.db, self.content_key).await?;
            let mut tx = self.desk.db.partner(self.filer.tenant).await?;
            let received = i64::try_from(received).unwrap_or(i64::MAX);
            sqlx::query!(
                "INSERT INTO evidence_received AS r (tenant, day, bytes) VALUES ($1, $2, $3)
                 ON CONFLICT (tenant, day) DO UPDATE SET bytes = r.bytes + $3",
                self.filer.tenant.0,
                self.today(),
                received,
            )
            .execute(&mut *tx)
            .await?;
            Ok::<_, Failure>(tx.commit().await?)
        };
        if let Err(error) = done.await {
            tracing::debug!(%error, "an upload that came to nothing is left to the sweep");
        }
    }
}

/// What the audit log keeps of a file.
pub(super) fn details(evidence: &Evidence) -> serde_json::Value {
    json!({
        "evidence": evidence.id,
        "media_type": evidence.media_type.as_str(),
        "size": evidence.size,
        "sha256": evidence.digest(),
        "scan": evidence.scan,
    })
}

/// One file of a holder at a time finds its place; so two with the same content find each other.
async fn lock(tx: &mut Tx, holder: Holder) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 3))", holder.id().to_string())
        .fetch_one(&mut **tx)
        .await
        .map(drop)
}

/// A request that is decided or withdrawn while a file is on its way takes it no more, nor does a draft that is gone; neither can
/// happen before the row is there.
async fn still_open(tx: &mut Tx, holder: Holder) -> Result<(), Failure> {
    let (open, otherwise) = match holder {
        Holder::Request(id) => (
            sqlx::query_scalar!(
                "SELECT id FROM requests WHERE id = $1 AND status IN ('in_review', 'waiting_for_partner') FOR SHARE",
                id
            )
            .fetch_optional(&mut **tx)
            .await?,
            Kind::WrongState,
        ),
        Holder::Draft(id) => (
            sqlx::query_scalar!("SELECT id FROM drafts WHERE id = $1 FOR SHARE", id).fetch_optional(&mut **tx).await?,
            Kind::NotFound,
        ),
    };
    open.map(drop).ok_or_else(|| Failure::new(otherwise))
}

async fn free_place(tx: &mut Tx, holder: Holder) -> Result<Option<i16>, sqlx::Error> {
    let (draft, request) = holder.columns();
    let most = i16::try_from(MAX_FILES).unwrap_or(i16::MAX);
    sqlx::query_scalar!(
        r#"SELECT min(p)::smallint FROM generate_series(1, $3::smallint) AS p
           WHERE NOT EXISTS (SELECT FROM evidence WHERE place = p AND (draft = $1 OR request_id = $2))"#,
        draft,
        request,
        most,
    )
    .fetch_one(&mut **tx)
    .await
}
