//! Where the bytes of evidence lie. An object store can take the place of the database's table; permission is decided before, by the row.

use super::MAX_BYTES;
use crate::db::{Db, Tx};
use crate::identity::{ObjectId, TenantId};
use crate::web::Failure;
use actix_web::web::{Bytes, BytesMut};
use futures_util::future::LocalBoxFuture;
use futures_util::stream::{self, LocalBoxStream};
use futures_util::{StreamExt, TryStreamExt};
use uuid::Uuid;

/// Bytes as they come.
pub type Content<'a> = LocalBoxStream<'a, Result<Bytes, Failure>>;

/// For whom the store reads. Where the store can, it enforces that too.
#[derive(Clone, Copy, Debug)]
pub enum Access {
    /// Somebody of a partner's tenant.
    Partner(TenantId, ObjectId),
    /// A member of staff.
    Staff,
    /// The desk itself, for the scanner.
    Scanner,
}

/// Keeps bytes by key. What is written is never changed.
pub trait EvidenceStore: Send + Sync {
    /// Writes `content` of `tenant` under the fresh key `key`, as it comes. When it fails, some of it may have been written.
    ///
    /// # Errors
    /// The content's own, and 503 when the store is away.
    fn put<'a>(&'a self, key: Uuid, tenant: TenantId, content: Content<'a>) -> LocalBoxFuture<'a, Result<(), Failure>>;

    /// The bytes under `key`, in order; none when there are none for this reader.
    ///
    /// # Errors
    /// In the stream: 503 when the store is away.
    fn get(&self, key: Uuid, access: Access) -> Content<'static>;

    /// Deletes what is under `key`, if anything. Bytes that evidence still names stay.
    ///
    /// # Errors
    /// When the store is away.
    fn delete(&self, key: Uuid) -> LocalBoxFuture<'_, Result<(), Failure>>;
}

/// How many bytes a piece has; the last one fewer. The table's constraint says the same.
const PIECE: usize = 256 * 1024;

/// The table `evidence_content` as a store: each piece is written and read in a transaction of its own, so that neither a slow sender nor
/// a slow reader holds a connection.
pub struct PgStore {
    db: Db,
}

impl PgStore {
    /// A store in `db`.
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    async fn write(&self, key: Uuid, tenant: TenantId, part: i32, bytes: &[u8]) -> Result<(), Failure> {
        let mut tx = self.db.partner(tenant).await?;
        sqlx::query!(
            "INSERT INTO evidence_content (key, tenant, part, bytes) VALUES ($1, $2, $3, $4)",
            key,
            tenant.0,
            part,
            bytes,
        )
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }
}

impl EvidenceStore for PgStore {
    fn put<'a>(
        &'a self,
        key: Uuid,
        tenant: TenantId,
        mut content: Content<'a>,
    ) -> LocalBoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            let (mut waiting, mut part) = (BytesMut::with_capacity(PIECE), 0);
            while let Some(bytes) = content.try_next().await? {
                let mut bytes = bytes.as_ref();
                while !bytes.is_empty() {
                    let taken = (PIECE - waiting.len()).min(bytes.len());
                    waiting.extend_from_slice(&bytes[..taken]);
                    bytes = &bytes[taken..];
                    if waiting.len() == PIECE {
                        self.write(key, tenant, part, &waiting).await?;
                        waiting.clear();
                        part += 1;
                    }
                }
            }
            if !waiting.is_empty() {
                self.write(key, tenant, part, &waiting).await?;
            }
            Ok(())
        })
    }

    fn get(&self, key: Uuid, access: Access) -> Content<'static> {
        let db = self.db.clone();
        stream::try_unfold(0, move |part| {
            let db = db.clone();
            async move {
                let piece = piece(&mut begin(&db, access).await?, key, part).await?;
                Ok(piece.map(|bytes| (bytes, part + 1)))
            }
        })
        .boxed_local()
    }

    fn delete(&self, key: Uuid) -> LocalBoxFuture<'_, Result<(), Failure>> {
        Box::pin(async move {
            let mut tx = self.db.identity().await?;
            sqlx::query!("DELETE FROM evidence_content WHERE key = $1", key).execute(&mut *tx).await?;
            Ok(tx.commit().await?)
        })
    }
}

/// The transaction that sees what `access` may.
async fn begin(db: &Db, access: Access) -> Result<Tx, sqlx::Error> {
    match access {
        Access::Partner(tenant, object_id) => db.person(tenant, object_id).await,
        Access::Staff => db.staff().await,
        Access::Scanner => db.identity().await,
    }
}

async fn piece(tx: &mut Tx, key: Uuid, part: i32) -> Result<Option<Bytes>, sqlx::Error> {
    let found = sqlx::query_scalar!("SELECT bytes FROM evidence_content WHERE key = $1 AND part = $2", key, part)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(found.map(Bytes::from))
}

/// Every piece has a number that fits.
const _: () = assert!(MAX_BYTES / (PIECE as u64) < i32::MAX as u64);
