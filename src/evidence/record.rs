//! A file as its row tells it.

use super::MediaType;
use crate::db::Tx;
use crate::identity::{ObjectId, TenantId};
use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

/// What evidence belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A draft of a request.
    Draft(Uuid),
    /// A request.
    Request(Uuid),
}

impl Holder {
    /// The draft's or the request's id.
    pub fn id(self) -> Uuid {
        match self {
            Self::Draft(id) | Self::Request(id) => id,
        }
    }

    /// As the audit log names its kind.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Draft(_) => "draft",
            Self::Request(_) => "request",
        }
    }

    /// For the columns `draft` and `request_id`: one of them.
    pub(super) fn columns(self) -> (Option<Uuid>, Option<Uuid>) {
        match self {
            Self::Draft(id) => (Some(id), None),
            Self::Request(id) => (None, Some(id)),
        }
    }
}

/// What is known about viruses in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scan {
    /// No scanner was there when it came.
    NotScanned,
    /// Not looked at yet; nobody can download it.
    Pending,
    /// Nothing was found.
    Clean,
    /// Something was found; its content is deleted.
    Infected,
}

impl Scan {
    const ALL: [Self; 4] = [Self::NotScanned, Self::Pending, Self::Clean, Self::Infected];

    /// The machine name.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotScanned => "not_scanned",
            Self::Pending => "pending",
            Self::Clean => "clean",
            Self::Infected => "infected",
        }
    }
}

impl TryFrom<String> for Scan {
    type Error = String;

    fn try_from(code: String) -> Result<Self, String> {
        Self::ALL.into_iter().find(|scan| scan.code() == code).ok_or_else(|| format!("`{code}` is no scan state"))
    }
}

/// A file.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub tenant: TenantId,
    /// What it belongs to.
    pub holder: Holder,
    /// What people call it.
    pub name: String,
    /// What it is.
    pub media_type: MediaType,
    /// Its bytes.
    pub size: u64,
    /// Their SHA-256.
    pub sha256: Vec<u8>,
    /// Where they are; none once deleted.
    pub content: Option<Uuid>,
    /// What is known about viruses in them.
    pub scan: Scan,
    /// When it came.
    pub uploaded_at: DateTime<Utc>,
    /// From whom.
    pub uploaded_by: ObjectId,
    /// Their name, to read.
    pub uploaded_by_name: String,
}

impl Evidence {
    /// The same, once its draft has become `request`.
    #[must_use]
    pub fn handed_to(self, request: Uuid) -> Self {
        Self { holder: Holder::Request(request), ..self }
    }

    /// The SHA-256 in hexadecimal.
    pub fn digest(&self) -> String {
        self.sha256.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

struct Row {
    id: Uuid,
    tenant: Uuid,
    draft: Option<Uuid>,
    request_id: Option<Uuid>,
    name: String,
    media_type: String,
    size: i64,
    sha256: Vec<u8>,
    content: Option<Uuid>,
    scan: String,
    uploaded_at: DateTime<Utc>,
    uploaded_by: Uuid,
    uploaded_by_name: String,
}

impl TryFrom<Row> for Evidence {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let decode = |error: String| sqlx::Error::Decode(error.into());
        let holder = row.draft.map(Holder::Draft).or_else(|| row.request_id.map(Holder::Request));
        Ok(Self {
            id: row.id,
            tenant: TenantId(row.tenant),
            holder: holder.ok_or_else(|| decode(format!("`{}` belongs to nothing", row.id)))?,
            name: row.name,
            media_type: row.media_type.try_into().map_err(decode)?,
            size: u64::try_from(row.size).unwrap_or(0),
            sha256: row.sha256,
            content: row.content,
            scan: row.scan.try_into().map_err(decode)?,
            uploaded_at: row.uploaded_at,
            uploaded_by: ObjectId(row.uploaded_by),
            uploaded_by_name: row.uploaded_by_name,
        })
    }
}

macro_rules! evidence {
    ($condition:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            "SELECT id, tenant, draft, request_id, name, media_type, size, sha256, content, scan, uploaded_at, uploaded_by, uploaded_by_name
             FROM evidence WHERE " + $condition
            $(, $argument)*
        )
    };
}

/// Every file of `holder` that the role may see, the first uploaded first.
///
/// # Errors
/// When the database is away.
pub async fn of(tx: &mut Tx, holder: Holder) -> Result<Vec<Evidence>, sqlx::Error> {
    let (draft, request) = holder.columns();
    let rows = evidence!("draft = $1 OR request_id = $2 ORDER BY uploaded_at, place, id", draft, request)
        .fetch_all(&mut **tx)
        .await?;
    rows.into_iter().map(Evidence::try_from).collect()
}

/// Every file of these requests that the role may see, the first uploaded first.
///
/// # Errors
/// When the database is away.
pub async fn of_requests(tx: &mut Tx, requests: &[Uuid]) -> Result<Vec<Evidence>, sqlx::Error> {
    let rows = evidence!("request_id = ANY($1) ORDER BY uploaded_at, place, id", requests).fetch_all(&mut **tx).await?;
    rows.into_iter().map(Evidence::try_from).collect()
}

/// The file `id` of `holder`.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, holder: Holder, id: Uuid) -> Result<Option<Evidence>, sqlx::Error> {
    let (draft, request) = holder.columns();
    let row = evidence!("id = $3 AND (draft = $1 OR request_id = $2)", draft, request, id);
    row.fetch_optional(&mut **tx).await?.map(Evidence::try_from).transpose()
}

/// The file of `holder` with this SHA-256: there is at most one.
///
/// # Errors
/// When the database is away.
pub(super) async fn find_same(tx: &mut Tx, holder: Holder, sha256: &[u8]) -> Result<Option<Evidence>, sqlx::Error> {
    let (draft, request) = holder.columns();
    let row = evidence!("sha256 = $3 AND (draft = $1 OR request_id = $2)", draft, request, sha256);
    row.fetch_optional(&mut **tx).await?.map(Evidence::try_from).transpose()
}

/// Gives `files`, which were a draft's, to the request that it has become. They belong to nothing when the draft is gone already.
///
/// # Errors
/// When the database is away.
pub async fn hand_on(tx: &mut Tx, files: &[Evidence], request: Uuid) -> Result<(), sqlx::Error> {
    if files.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = files.iter().map(|file| file.id).collect();
    sqlx::query!("UPDATE evidence SET draft = NULL, request_id = $2 WHERE id = ANY($1)", &ids, request)
        .execute(&mut **tx)
        .await
        .map(drop)
}
