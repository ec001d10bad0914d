//! Taking one file: looked at while it is written, its row last. Until then its bytes belong to nobody and are swept if left behind.

use super::kind::{Judge, Refusal};
use super::record::{Evidence, Holder, Scan, find_same};
use super::store::Content;
use super::{MAX_BYTES, MAX_FILES, MediaType, name};
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::clock;
use crate::db::Tx;
use crate::identity::Filer;
use crate::problem::Kind;
use crate::web::Failure;
use chrono::NaiveDate;
use futures_util::StreamExt;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Where an error about a file is.
pub const POINTER: &str = "/file";

/// Takes `content`, sent as `sent_name`, for `holder`, which the filer may add to. A file that is there already is that one.
///
/// # Errors
/// 422 at [`POINTER`] when the content is not taken; 409 when the holder has closed meanwhile; the content's own; 503.
pub async fn add(
    desk: &Desk,
    filer: &Filer,
    holder: Holder,
    sent_name: &str,
    content: Content<'_>,
) -> Result<Evidence, Failure> {
    let key = Uuid::from_u128(u128::from_le_bytes(clock::secret_bytes()));
    let upload = Upload { desk, filer, key, name: name::cleaned(sent_name) };
    upload.begin().await?;
    let mut look = Look::new();
    let content = content.map(|bytes| {
        let bytes = bytes?;
        look.at(&bytes).map_err(|refusal| upload.refused(refusal))?;
        Ok(bytes)
    });
    let written = desk.evidence.store.put(upload.key, filer.tenant, content.boxed_local()).await;
    let received = look.size;
    let kept = async {
        written?;
        let seen = look.finish().map_err(|refusal| upload.refused(refusal))?;
        upload.keep(holder, seen).await
    };
    let kept = kept.await;
    // The row's transaction has counted what was kept.
    if !matches!(kept, Ok(Kept::New(_))) {
        upload.abandon(received).await;
    }
    match kept? {
        Kept::New(evidence) | Kept::Same(evidence) => Ok(evidence),
    }
}

/// A file while it passes by.
struct Look {
    judge: Judge,
    digest: Sha256,
    size: u64,
}

/// What was seen of it.
struct Seen {
    media_type: MediaType,
    sha256: Vec<u8>,
    size: i64,
}

impl Look {
    fn new() -> Self {
        Self { judge: Judge::new(), digest: Sha256::new(), size: 0 }
    }

    fn at(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.size += bytes.len() as u64;
        if self.size > MAX_BYTES {
            return Err(Refusal::TooLarge);
        }
        self.digest.update(bytes);
        self.judge.read(bytes)
    }

    fn finish(self) -> Result<Seen, Refusal> {
        let size = i64::try_from(self.size).map_err(|_| Refusal::TooLarge)?;
        Ok(Seen { media_type: self.judge.finish()?, sha256: self.digest.finalize().to_vec(), size })
    }
}

enum Kept {
    New(Evidence),
    Same(Evidence),
}

/// An upload under way.
struct Upload<'a> {
    desk: &'a Desk,
    filer: &'a Filer,
    key: Uuid,
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
        let mut tx = self.desk.db.person(self.filer.tenant, self.filer.object_id).await?;
        let sent = sqlx::query_scalar!("SELECT bytes FROM evidence_received WHERE day = $1", self.today())
            .fetch_optional(&mut *tx)
            .await?;
        if sent.unwrap_or(0) >= self.desk.config.evidence.bytes_per_day() {
            return Err(self.refused(Refusal::DayUsedUp));
        }
        sqlx::query!("INSERT INTO evidence_loose (key, tenant) VALUES ($1, $2)", self.key, self.filer.tenant.0)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Gives the bytes their row.
    async fn keep(&self, holder: Holder, seen: Seen) -> Result<Kept, Failure> {
        let mut tx = self.desk.db.person(self.filer.tenant, self.filer.object_id).await?;
        lock(&mut tx, holder).await?;
        still_open(&mut tx, holder).await?;
        if let Some(same) = find_same(&mut tx, holder, &seen.sha256).await? {
            return Ok(Kept::Same(same));
        }
        let place = free_place(&mut tx, holder).await?.ok_or_else(|| self.refused(Refusal::TooMany))?;
        self.count(&mut tx, seen.size).await?;
        let loose = sqlx::query!("DELETE FROM evidence_loose WHERE key = $1", self.key).execute(&mut *tx).await?;
        if loose.rows_affected() == 0 {
            return Err(Failure::internal(anyhow::anyhow!("the upload took so long that its bytes were swept")));
        }
        let now = self.desk.clock.now();
        let evidence = Evidence {
            id: clock::fresh_id(now),
            tenant: self.filer.tenant,
            holder,
            name: self.name.clone(),
            media_type: seen.media_type,
            size: u64::try_from(seen.size).unwrap_or(0),
            sha256: seen.sha256,
            content: Some(self.key),
            scan: if self.desk.evidence.has_scanner() { Scan::Pending } else { Scan::NotScanned },
            uploaded_at: now,
            uploaded_by: self.filer.object_id,
            uploaded_by_name: self.filer.name.clone(),
        };
        self.insert(&mut tx, &evidence, place).await?;
        tx.commit().await?;
        self.desk.evidence.wake();
        Ok(Kept::New(evidence))
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
            self.desk.evidence.discard(&self.desk.db, self.key).await?;
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

/// A request that is decided or withdrawn while a file is on its way takes it no more; it cannot close before the row is there.
async fn still_open(tx: &mut Tx, holder: Holder) -> Result<(), Failure> {
    let Holder::Request(id) = holder else { return Ok(()) };
    // Row-level security lets a partner lock open requests alone.
    let open = sqlx::query_scalar!("SELECT id FROM requests WHERE id = $1 FOR SHARE", id).fetch_optional(&mut **tx);
    open.await?.map(drop).ok_or_else(|| Failure::new(Kind::WrongState))
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
