//! A request as it is kept: what was asked, what the policy said, where it stands.

use super::course::{Appeal, ClockSet, Course, Message};
use super::{Labels, RequestBody};
use crate::db::Tx;
use crate::identity::{ObjectId, TenantId};
use crate::locale::Lang;
use crate::policy::Classification;
use crate::sla::Pause;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RequestStatus)]
pub enum Status {
    /// A person decides, by the due instant.
    InReview,
    /// The clock stands still until the partner replies.
    WaitingForPartner,
    /// Granted.
    Accepted,
    /// Not granted.
    Denied,
    /// Taken back by the partner.
    Withdrawn,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 5] = [Self::InReview, Self::WaitingForPartner, Self::Accepted, Self::Denied, Self::Withdrawn];

    /// The machine name, also of the message `status-CODE`.
    pub fn code(self) -> &'static str {
        match self {
            Self::InReview => "in_review",
            Self::WaitingForPartner => "waiting_for_partner",
            Self::Accepted => "accepted",
            Self::Denied => "denied",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether an answer is still to come.
    pub fn is_open(self) -> bool {
        matches!(self, Self::InReview | Self::WaitingForPartner)
    }
}

impl TryFrom<String> for Status {
    type Error = String;

    fn try_from(code: String) -> Result<Self, String> {
        Self::ALL.into_iter().find(|status| status.code() == code).ok_or_else(|| format!("`{code}` is no status"))
    }
}

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its id.
    pub id: Uuid,
    /// What people call it: `TE-2026-000123`.
    pub reference: String,
    /// The tenant that asks.
    pub tenant: TenantId,
    /// The tenant's name.
    pub tenant_name: String,
    /// Where it stands.
    pub status: Status,
    /// Rises with every change; the `ETag`.
    pub version: i64,
    /// The language the partner wants.
    pub language: Lang,
    /// What was asked, as typed.
    pub asked: RequestBody,
    /// What the policy said when it was filed.
    pub classification: Classification,
    /// What turned an accept into a review.
    pub guards: Vec<String>,
    /// When it was filed.
    pub filed_at: DateTime<Utc>,
    /// By whom.
    pub filed_by: ObjectId,
    /// Their name, to read.
    pub filed_by_name: String,
    /// The calendar of its clock.
    pub calendar: String,
    /// The promised instant of the answer; none when the desk answered at once, and while the clock stands still.
    pub due_at: Option<DateTime<Utc>>,
    /// When it was decided or withdrawn.
    pub decided_at: Option<DateTime<Utc>>,
    /// The reviewer's reason, for the partner to read; none while it is open again.
    pub decision_reason: Option<String>,
    /// Names of the users meant, as the partner gave them.
    pub subject_labels: Labels,
    /// The draft that it was.
    pub draft: Option<Uuid>,
    /// When its texts and names were erased; they are empty then.
    pub erased_at: Option<DateTime<Utc>>,
    /// What happened to it since.
    pub course: Course,
}

pub(crate) struct Row {
    pub id: Uuid,
    pub reference: String,
    pub tenant: Uuid,
    pub tenant_name: String,
    pub status: String,
    pub version: i64,
    pub language: String,
    pub asked: Json<RequestBody>,
    pub classification: Json<Classification>,
    pub guards: Vec<String>,
    pub filed_at: DateTime<Utc>,
    pub filed_by: Uuid,
    pub filed_by_name: String,
    pub calendar: String,
    pub due_at: Option<DateTime<Utc>>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decision_reason: Option<String>,
    pub subject_labels: Json<Labels>,
    pub draft: Option<Uuid>,
    pub erased_at: Option<DateTime<Utc>>,
    pub clock_from: Option<DateTime<Utc>>,
    pub clock_days: i32,
    pub waiting_until: Option<DateTime<Utc>>,
    pub reopen_until: Option<DateTime<Utc>>,
    pub pauses: Json<Vec<Pause>>,
    pub messages: Json<Vec<Message>>,
    pub appeal: Option<Json<Appeal>>,
}

impl TryFrom<Row> for Request {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let business_days = u32::try_from(row.clock_days).map_err(|error| sqlx::Error::Decode(error.into()))?;
        let course = Course {
            clock: row.clock_from.map(|from| ClockSet { from, business_days }),
            pauses: row.pauses.0,
            messages: row.messages.0,
            waiting_until: row.waiting_until,
            reopen_until: row.reopen_until,
            appeal: row.appeal.map(|appeal| appeal.0),
        };
        Ok(Self {
            id: row.id,
            reference: row.reference,
            tenant: TenantId(row.tenant),
            tenant_name: row.tenant_name,
            status: row.status.try_into().map_err(|error: String| sqlx::Error::Decode(error.into()))?,
            version: row.version,
            language: Lang::from_tag(&row.language).unwrap_or_default(),
            asked: row.asked.0,
            classification: row.classification.0,
            guards: row.guards,
            filed_at: row.filed_at,
            filed_by: ObjectId(row.filed_by),
            filed_by_name: row.filed_by_name,
            calendar: row.calendar,
            due_at: row.due_at,
            decided_at: row.decided_at,
            decision_reason: row.decision_reason,
            subject_labels: row.subject_labels.0,
            draft: row.draft,
            erased_at: row.erased_at,
            course,
        })
    }
}

macro_rules! requests {
    ($condition:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            r#"SELECT r.id, r.reference, r.tenant, p.name AS tenant_name, r.status, r.version, r.language,
                 r.asked AS "asked: Json<RequestBody>", r.classification AS "classification: Json<Classification>",
                 r.guards, r.filed_at, r.filed_by, r.filed_by_name, r.calendar, r.due_at, r.decided_at, r.decision_reason,
                 r.subject_labels AS "subject_labels: Json<Labels>", r.draft, r.erased_at,
                 r.clock_from, r.clock_days, r.waiting_until, r.reopen_until,
                 (SELECT coalesce(jsonb_agg(jsonb_build_object('from', s.paused_at, 'to', s.resumed_at) ORDER BY s.paused_at), '[]')
                  FROM pauses AS s WHERE s.request_id = r.id) AS "pauses!: Json<Vec<Pause>>",
                 (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', m.kind, 'text', m.text, 'written_at', m.written_at)
                      ORDER BY m.written_at, m.id), '[]')
                  FROM messages AS m WHERE m.request_id = r.id) AS "messages!: Json<Vec<Message>>",
                 (SELECT jsonb_build_object('reason', a.reason, 'appealed_at', a.appealed_at, 'denied_at', a.denied_at,
                      'denial_reason', a.denial_reason, 'outcome', a.outcome, 'closed_at', a.closed_at)
                  FROM appeals AS a WHERE a.request_id = r.id) AS "appeal: Json<Appeal>"
               FROM requests AS r JOIN partners AS p ON p.tenant = r.tenant WHERE "# + $condition
            $(, $argument)*
        )
    };
}

fn all(rows: Vec<Row>) -> Result<Vec<Request>, sqlx::Error> {
    rows.into_iter().map(Request::try_from).collect()
}

/// The request `id`, as far as the transaction's role may see it.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Request>, sqlx::Error> {
    requests!("r.id = $1", id).fetch_optional(&mut **tx).await?.map(Request::try_from).transpose()
}

/// The request called `reference`.
///
/// # Errors
/// When the database is away.
pub async fn find_by_reference(tx: &mut Tx, reference: &str) -> Result<Option<Request>, sqlx::Error> {
    requests!("r.reference = $1", reference).fetch_optional(&mut **tx).await?.map(Request::try_from).transpose()
}

/// Holds the request `id` until the transaction ends: of two changes at once, the second finds what the first made of it.
///
/// # Errors
/// When the database is away.
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT id FROM requests WHERE id = $1 FOR UPDATE", id).fetch_optional(&mut **tx).await.map(drop)
}

/// The request that the draft `draft` has become.
///
/// # Errors
/// When the database is away.
pub async fn find_by_draft(tx: &mut Tx, draft: Uuid) -> Result<Option<Request>, sqlx::Error> {
    requests!("r.draft = $1", draft).fetch_optional(&mut **tx).await?.map(Request::try_from).transpose()
}

/// The tenant's open request for `issue`: there is at most one.
///
/// # Errors
/// When the database is away.
pub async fn find_open(tx: &mut Tx, tenant: TenantId, issue: &str) -> Result<Option<Request>, sqlx::Error> {
    requests!("r.tenant = $1 AND r.issue = $2 AND r.status IN ('in_review', 'waiting_for_partner')", tenant.0, issue)
        .fetch_optional(&mut **tx)
        .await?
        .map(Request::try_from)
        .transpose()
}

/// At most `limit` requests that the role may see, newest first, older than the request `before`.
///
/// # Errors
/// When the database is away.
pub async fn list(tx: &mut Tx, before: Option<Uuid>, limit: i64) -> Result<Vec<Request>, sqlx::Error> {
    let before = before.unwrap_or(Uuid::max());
    all(requests!("r.id < $1 ORDER BY r.id DESC LIMIT $2", before, limit).fetch_all(&mut **tx).await?)
}

/// At most `limit` open requests that the role may see, by due time. Those whose clock stands still have none and come last.
///
/// # Errors
/// When the database is away.
pub async fn open(tx: &mut Tx, limit: i64) -> Result<Vec<Request>, sqlx::Error> {
    let rows = requests!(
        "r.status IN ('in_review', 'waiting_for_partner') ORDER BY coalesce(r.due_at, 'infinity'), r.id LIMIT $1",
        limit
    );
    all(rows.fetch_all(&mut **tx).await?)
}

/// The requests `ids`, in their order; what the role may not see is left out.
///
/// # Errors
/// When the database is away.
pub async fn of_ids(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Request>, sqlx::Error> {
    let mut found = all(requests!("r.id = ANY($1)", ids).fetch_all(&mut **tx).await?)?;
    found.sort_by_key(|request| ids.iter().position(|id| *id == request.id));
    Ok(found)
}

/// How many requests of `tenant` are open.
///
/// # Errors
/// When the database is away.
pub async fn count_open_of(tx: &mut Tx, tenant: TenantId) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "open!" FROM requests WHERE tenant = $1 AND status IN ('in_review', 'waiting_for_partner')"#,
        tenant.0,
    )
    .fetch_one(&mut **tx)
    .await
}

/// At most `limit` requests of `tenant`, newest first.
///
/// # Errors
/// When the database is away.
pub async fn of_tenant(tx: &mut Tx, tenant: TenantId, limit: i64) -> Result<Vec<Request>, sqlx::Error> {
    all(requests!("r.tenant = $1 ORDER BY r.id DESC LIMIT $2", tenant.0, limit).fetch_all(&mut **tx).await?)
}

/// The names that the partner gave to the users of the request `id`.
///
/// # Errors
/// When the database is away.
pub async fn labels(tx: &mut Tx, id: Uuid) -> Result<Labels, sqlx::Error> {
    let labels =
        sqlx::query_scalar!(r#"SELECT subject_labels AS "labels: Json<Labels>" FROM requests WHERE id = $1"#, id);
    Ok(labels.fetch_optional(&mut **tx).await?.map(|Json(labels)| labels).unwrap_or_default())
}

/// Which of `requests` the person `object_id` filed.
///
/// # Errors
/// When the database is away.
pub async fn filed_by(tx: &mut Tx, requests: &[Uuid], object_id: ObjectId) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!("SELECT id FROM requests WHERE id = ANY($1) AND filed_by = $2", requests, object_id.0)
        .fetch_all(&mut **tx)
        .await
}
