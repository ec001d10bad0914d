//! A request as the API shows it.

use super::body::{ContactBody, ScopeBody, SubjectsBody};
use super::clock::clock_of;
use super::course::{Appeal, Message};
use super::request::{Request, Status};
use crate::app::Desk;
use crate::evidence::view::EvidenceView;
use crate::evidence::{Evidence, Holder};
use crate::exceptions::Exception;
use crate::exceptions::view::ExceptionView;
use crate::identity::{Person, TenantId};
use crate::locale::Lang;
use crate::policy::ClassificationView;
use crate::review::after_check::AfterCheckView;
use crate::review::claim::Claim;
use crate::sla::{Due, SlaState};
use crate::web::Failure;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

/// A request (contract: `GET /api/v1/requests/{id}`).
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct RequestView {
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub reference: String,
    /// Where it stands.
    pub status: Status,
    /// The tenant that asks.
    pub tenant: TenantId,
    /// The support topic.
    pub topic: String,
    /// The problem type.
    pub problem_type: String,
    /// Slug of the issue.
    pub issue: String,
    /// The language that the partner wants.
    pub language: Lang,
    /// When what people wrote, their names and files were erased; texts are empty then, and `evidence` is.
    pub erased_at: Option<DateTime<Utc>>,
    /// In a line, what it is about.
    pub title: String,
    /// The partner's own words.
    pub description: String,
    /// Whom to answer.
    pub contact: ContactBody,
    /// What is asked for.
    pub scope: ScopeView,
    /// Answers by question.
    #[schema(value_type = Object)]
    pub answers: Map<String, Value>,
    /// What the policy said, in the request's language.
    pub classification: ClassificationView,
    /// Codes of the guards that turned an accept into a review.
    pub guards: Vec<String>,
    /// The clock; null when the desk answered at once.
    pub sla: Option<SlaView>,
    /// What was granted.
    pub exception: Option<ExceptionView>,
    /// Files with it, the first uploaded first.
    pub evidence: Vec<EvidenceView>,
    /// The reviewer's reason; null while it is open, also again.
    pub decision_reason: Option<String>,
    /// Questions and replies, the oldest first.
    pub messages: Vec<Message>,
    /// While it waits for the partner: without a reply by then it is withdrawn by itself.
    pub waiting_until: Option<DateTime<Utc>>,
    /// Until then, inclusive, the partner can reopen it: it was withdrawn by itself.
    pub reopen_until: Option<DateTime<Utc>>,
    /// Until then, inclusive, the denial can be appealed against; null when there is none, or was an appeal.
    pub appeal_until: Option<DateTime<Utc>>,
    /// The appeal against its denial.
    pub appeal: Option<Appeal>,
    /// When it was filed.
    pub filed_at: DateTime<Utc>,
    /// When it was decided or withdrawn.
    pub decided_at: Option<DateTime<Utc>>,
    /// Whether one person has accepted and a second must.
    pub pending_second_approval: bool,
    /// A person's look at what the policy granted at once; staff alone see it.
    pub after_check: Option<AfterCheckView>,
    /// Who works on it, and until when; null when nobody does. Only staff are told.
    pub claim: Option<Claim>,
    /// Its `ETag`.
    pub version: i64,
}

/// What is asked for, as far as the reader may see it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ScopeView {
    /// Who; null when hidden: a session without MFA sees the users of its own filings alone.
    pub subjects: Option<SubjectsBody>,
    /// Where.
    pub surfaces: Vec<String>,
    /// From when; at once when null.
    pub starts_at: Option<DateTime<Utc>>,
    /// For how many days.
    pub duration_days: i64,
}

/// The clock of a request.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SlaView {
    /// The calendar it runs by.
    pub calendar: String,
    /// The promised instant of the answer; null while the clock stands still.
    pub due_at: Option<DateTime<Utc>>,
    /// Where it stands.
    pub state: SlaState,
    /// Working time left, in seconds; 0 once decided or past the due instant.
    pub remaining_seconds: i64,
}

impl RequestView {
    /// `request` at the desk's now with those of `evidence` that are its own, for `reader`.
    ///
    /// # Errors
    /// When the edition or the calendar it was judged by is no longer there.
    pub fn new(
        desk: &Desk,
        request: &Request,
        exception: Option<&Exception>,
        pending_second_approval: bool,
        evidence: &[Evidence],
        reader: &Person,
    ) -> Result<Self, Failure> {
        let now = desk.clock.now();
        let shows = shows_subjects(request, reader);
        let asked = request.asked.clone();
        Ok(Self {
            id: request.id,
            reference: request.reference.clone(),
            status: request.status,
            tenant: request.tenant,
            topic: asked.topic,
            problem_type: asked.problem_type,
            issue: asked.issue,
            language: request.language,
            erased_at: request.erased_at,
            title: asked.title,
            description: asked.description,
            contact: asked.contact,
            scope: ScopeView::new(asked.scope, shows),
            answers: asked.answers,
            classification: request.classification.view(&*desk.edition_of(&request.classification)?, request.language),
            guards: request.guards.clone(),
            sla: clock_of(desk, request)?.map(|due| SlaView::new(&due, request, now)),
            exception: exception.map(|exception| ExceptionView::new(exception, now, shows)),
            evidence: evidence
                .iter()
                .filter(|file| file.holder == Holder::Request(request.id))
                .map(Into::into)
                .collect(),
            decision_reason: request.decision_reason.clone(),
            messages: request.course.messages.clone(),
            waiting_until: request.course.waiting_until,
            reopen_until: request.course.reopen_until,
            appeal_until: request.appeal_until(),
            appeal: request.course.appeal.clone(),
            filed_at: request.filed_at,
            decided_at: request.decided_at,
            pending_second_approval,
            after_check: None,
            claim: None,
            version: request.version,
        })
    }
}

/// Whether `reader` may see who is meant by `request`.
pub fn shows_subjects(request: &Request, reader: &Person) -> bool {
    crate::exceptions::api::shows_subjects(
        reader,
        request.filed_by == reader.object_id && request.tenant == reader.tenant,
    )
}

impl ScopeView {
    fn new(scope: ScopeBody, shows_subjects: bool) -> Self {
        Self {
            subjects: shows_subjects.then_some(scope.subjects),
            surfaces: scope.surfaces,
            starts_at: scope.starts_at,
            duration_days: scope.duration_days,
        }
    }
}

impl SlaView {
    /// The clock of `request` at `now`, which comes to `due`.
    pub fn new(due: &Due, request: &Request, now: DateTime<Utc>) -> Self {
        let running = request.decided_at.is_none();
        Self {
            calendar: due.calendar.clone(),
            due_at: due.at(),
            state: due.state(now, request.decided_at),
            remaining_seconds: if running { due.remaining(now).num_seconds() } else { 0 },
        }
    }
}
