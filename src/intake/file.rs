//! Filing a request: judge it, look at what the tenant has had, keep it, grant it at once or promise an answer. Four round
//! trips to the database and what a grant needs besides: begin alone with the tenant, read ([`facts`]), write, commit.

use super::clock::{BUSINESS_DAYS, due};
use super::course::{ClockSet, Course};
use super::drafts::Source;
use super::facts::{self, Number, Standing};
use super::guards::{self, Guard, TenantFacts, Wanted};
use super::request::{self, Request, Status};
use super::view::RequestView;
use super::{NewRequest, RequestBody};
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::clock;
use crate::db::{self, Tx};
use crate::evidence::{self, Evidence};
use crate::exceptions::{self, Exception, Grant, GrantedBy};
use crate::identity::{Filer, TenantId};
use crate::notify;
use crate::policy::{Classification, Outcome};
use crate::problem::Kind;
use crate::web::idempotency::{First, Key};
use crate::web::{Failure, Limited, Message};
use actix_web::web::Data;
use chrono::{DateTime, Datelike, Utc};
use mfa_enforcement::wire::Subjects;
use serde_json::{Value, json};
use sqlx::types::Json;
use uuid::Uuid;

/// Where programs file; a key means the same on pages.
const PATH: &str = "/api/v1/requests";

/// What filing came to.
#[derive(Debug)]
pub struct Filed {
    /// The request as it is kept.
    pub request: Request,
    /// What was granted at once.
    pub exception: Option<Exception>,
    /// With a key: the answer to the first call and to every repeat, as JSON.
    pub answer: Option<String>,
    /// The files that it brought from its draft, or has by now.
    pub files: Vec<Evidence>,
}

/// A request that is understood, and what the policy says to it.
struct Judged {
    new: NewRequest,
    classification: Classification,
}

/// Understands `body` by the edition of the policy that applies now.
///
/// # Errors
/// Everything that is wrong with it; 503 when that edition is not known for certain.
pub fn understand(desk: &Desk, body: RequestBody, now: DateTime<Utc>) -> Result<NewRequest, Failure> {
    let edition = desk.fresh_policies()?.at(now).map_err(|error| Failure::internal(anyhow::anyhow!("{error}")))?;
    NewRequest::try_from(body, &edition, now).map_err(Failure::invalid)
}

/// Files `body` for the filer's tenant. Goes to its end even when the caller goes away.
///
/// # Errors
/// 403 when the tenant is not registered; 409 when a request for the same issue is open (the way out leads to it) or the
/// key's first call is still running; 422 for bad input or a key that was used for another body; 429 when the user or the
/// tenant files too often; 503.
pub async fn file(
    desk: Data<Desk>,
    filer: Filer,
    body: RequestBody,
    key: Option<String>,
    source: Source,
) -> Result<Filed, Failure> {
    desk.limits.check(Limited::Filing, &filer)?;
    let key = key.map(|name| Key::new(&filer, name, PATH, &body)).transpose()?;
    db::to_the_end(async move {
        let now = desk.clock.now();
        let judged = judge(&desk, &body, now);
        // With a key, what is wrong is told later: a repeat gets the first answer even when the same body is refused by now.
        let judged = if key.is_none() { Ok(judged?) } else { judged };
        let mut tx = desk.db.alone(filer.tenant, filer.object_id, key.as_ref().map(Key::lock)).await?;
        let filing = Filing { desk: &desk, filer: &filer, key, source, now };
        let filed = filing.file(&mut tx, body, judged).await;
        let filed = db::finish(tx, filed).await?;
        if filed.exception.is_some() {
            desk.feed.catch_up().await;
        }
        tracing::info!(request = %filed.request.id, status = filed.request.status.code(), "request filed");
        Ok(filed)
    })
    .await
}

/// All that needs no database, before a connection is taken.
fn judge(desk: &Desk, body: &RequestBody, now: DateTime<Utc>) -> Result<Judged, Failure> {
    let new = understand(desk, body.clone(), now)?;
    let classification = new.classify();
    Ok(Judged { new, classification })
}

/// What turns an accept into a review.
pub(super) fn guards_of(
    desk: &Desk,
    filer: &Filer,
    new: &NewRequest,
    classification: &Classification,
    facts: &TenantFacts,
) -> Vec<Guard> {
    if classification.outcome != Outcome::Accept {
        return Vec::new();
    }
    let wanted = Wanted {
        subjects: &new.scope.subjects,
        surfaces: &new.scope.surfaces,
        from: new.scope.start(new.submitted_at),
        until: end(new, new.submitted_at),
    };
    guards::strike(&wanted, filer, facts, new.edition(), desk.config.intake.auto_grant)
}

/// What an earlier call with the same key came to.
async fn repeat(tx: &mut Tx, first: First) -> Result<Filed, Failure> {
    let request = request::find(tx, first.created).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let exception = exceptions::of_request(tx, request.id).await?;
    let files = evidence::of_requests(tx, &[request.id]).await?;
    Ok(Filed { request, exception, answer: first.answer, files })
}

/// What one statement writes.
struct Written<'a> {
    request: &'a Request,
    /// The request that was refused before, where a guard points to it.
    earlier: Option<Uuid>,
    /// The exception that a person is to look at afterwards, and until when.
    check: Option<(Uuid, DateTime<Utc>)>,
    /// What is told, as rows of the outbox and as events of webhooks.
    news: Value,
    events: Value,
    answer: Option<String>,
}

/// One filing: who files, when, from what, under which key.
struct Filing<'a> {
    desk: &'a Desk,
    filer: &'a Filer,
    key: Option<Key>,
    source: Source,
    now: DateTime<Utc>,
}

impl Filing<'_> {
    async fn file(&self, tx: &mut Tx, body: RequestBody, judged: Result<Judged, Failure>) -> Result<Filed, Failure> {
        let new = judged.as_ref().ok().map(|judged| &judged.new);
        let facts = facts::read(tx, self.filer.tenant, self.key.as_ref(), new, self.now, Number::Taken).await?;
        match facts.first {
            Some(first) => repeat(tx, first).await,
            None => {
                let files = self.source.hold(tx, self.filer).await?;
                self.keep(tx, body, judged?, facts.tenant?, files).await
            }
        }
    }

    async fn keep(
        &self,
        tx: &mut Tx,
        body: RequestBody,
        judged: Judged,
        tenant: Standing,
        files: Vec<Evidence>,
    ) -> Result<Filed, Failure> {
        let guards = guards_of(self.desk, self.filer, &judged.new, &judged.classification, &tenant.guards);
        let earlier = tenant.guards.refused_before.filter(|_| guards.contains(&Guard::RecentRequestChanged));
        let Judged { new, classification } = judged;
        let request = self.request(body, &new, classification, &guards, tenant)?;
        let grant = (request.status == Status::Accepted).then(|| grant_at_once(&new, &request, self.now));
        let exception = grant.map(|grant| grant.exception(self.now));
        let files: Vec<_> = files.into_iter().map(|file| file.handed_to(request.id)).collect();
        let answer = self.key.as_ref().map(|_| self.answer(&request, exception.as_ref(), &files)).transpose()?;
        let news = notify::of_answer(&request, exception.as_ref(), new.edition());
        let check = exception.as_ref().map(|exception| self.to_check(&request, exception)).transpose()?;
        let written = Written {
            request: &request,
            earlier,
            check,
            answer,
            news: notify::rows(&news, self.now),
            events: notify::webhooks::rows(&news, self.now),
        };
        self.write(tx, &written).await?;
        evidence::hand_on(tx, &files, request.id).await?;
        if let Some(exception) = &exception {
            exceptions::put(tx, exception, GrantedBy::Policy, self.now).await?;
        }
        let answer = written.answer;
        Ok(Filed { request, exception, answer, files })
    }

    /// What a person is to look at afterwards, and until when.
    fn to_check(&self, request: &Request, exception: &Exception) -> Result<(Uuid, DateTime<Utc>), Failure> {
        let clock = ClockSet { from: self.now, business_days: BUSINESS_DAYS };
        let due = due(self.desk, &request.calendar, clock, &[])?.at();
        let due = due.ok_or_else(|| Failure::internal(anyhow::anyhow!("a clock without a pause has no end")))?;
        Ok((exception.id, due))
    }

    /// The request as it will be kept.
    fn request(
        &self,
        body: RequestBody,
        new: &NewRequest,
        classification: Classification,
        guards: &[Guard],
        tenant: Standing,
    ) -> Result<Request, Failure> {
        let (now, number) = (self.now, tenant.number);
        let status = match classification.outcome {
            Outcome::Accept if guards.is_empty() => Status::Accepted,
            Outcome::Accept | Outcome::Review => Status::InReview,
            Outcome::Deny => Status::Denied,
        };
        let calendar = tenant.calendar_in(&self.desk.calendars);
        let due_at = match status {
            Status::InReview => {
                let clock = ClockSet { from: now, business_days: BUSINESS_DAYS };
                due(self.desk, calendar.id(), clock, &[])?.at()
            }
            _ => None,
        };
        Ok(Request {
            id: clock::fresh_id(now),
            reference: format!("{}-{}-{number:06}", self.desk.config.branding.reference_prefix, now.year()),
            tenant: self.filer.tenant,
            status,
            version: 1,
            language: new.language,
            asked: body,
            classification,
            guards: guards.iter().map(|guard| guard.code().to_owned()).collect(),
            filed_at: now,
            filed_by: self.filer.object_id,
            filed_by_name: self.filer.name.clone(),
            calendar: calendar.id().to_owned(),
            due_at,
            decided_at: (!status.is_open()).then_some(now),
            decision_reason: None,
            course: Course {
                clock: due_at.map(|_| ClockSet { from: now, business_days: BUSINESS_DAYS }),
                ..Course::default()
            },
            tenant_name: tenant.name,
            subject_labels: self.source.labels.clone(),
            draft: self.source.draft.map(|(id, _)| id),
            erased_at: None,
        })
    }

    fn answer(&self, request: &Request, exception: Option<&Exception>, files: &[Evidence]) -> Result<String, Failure> {
        let view = RequestView::new(self.desk, request, exception, false, files, self.filer)?;
        serde_json::to_string(&view).map_err(Failure::internal)
    }

    async fn write(&self, tx: &mut Tx, written: &Written<'_>) -> Result<(), sqlx::Error> {
        let request = written.request;
        let audited = audit::Row::new(self.now, self.filed(request, written.earlier));
        sqlx::query_file!(
            "src/intake/write.sql",
            request.id,
            request.reference,
            request.tenant.0,
            request.status.code(),
            request.asked.issue,
            request.language.tag(),
            Json(&request.asked) as _,
            Json(&request.classification) as _,
            &request.guards,
            request.filed_at,
            request.filed_by.0,
            request.filed_by_name,
            self.filer.mfa,
            request.calendar,
            request.due_at,
            request.decided_at,
            audited.id,
            audited.actor_kind,
            audited.actor_tenant,
            audited.actor_object_id,
            audited.actor_role,
            audited.event.action,
            audited.event.subject_kind,
            audited.event.details,
            written.news,
            self.key.as_ref().map(Key::name),
            self.key.as_ref().map(Key::digest),
            written.answer.as_deref(),
            Json(&request.subject_labels) as _,
            request.draft,
            request.course.clock.map(|clock| clock.from),
            written.check.map(|(exception, _)| exception),
            written.check.map(|(_, due)| due),
            written.events,
        )
        .execute(&mut **tx)
        .await
        .map(drop)
    }

    /// The filing in the audit log; the request that was refused before, where a guard points to it.
    fn filed(&self, request: &Request, earlier: Option<Uuid>) -> Event {
        let classification = &request.classification;
        let mut details = json!({
            "reference": request.reference,
            "issue": request.asked.issue,
            "outcome": classification.outcome,
            "policy_version": classification.policy_version,
            "guards": request.guards,
            "status": request.status,
            "due_at": request.due_at,
        });
        if let Some(earlier) = earlier {
            details["earlier_request"] = json!(earlier);
        }
        Event {
            actor: self.filer.actor(),
            action: "request.filed",
            subject_kind: "request",
            subject_id: request.id,
            tenant: Some(request.tenant),
            details,
            personal: None,
        }
    }
}

/// When what `new` asks for would end, granted now.
fn end(new: &NewRequest, now: DateTime<Utc>) -> DateTime<Utc> {
    let end = new.scope.end(now);
    new.edition().issue(&new.issue).map_or(end, |issue| issue.cut_at_sunset(end))
}

fn grant_at_once<'a>(new: &'a NewRequest, request: &'a Request, now: DateTime<Utc>) -> Grant<'a> {
    Grant {
        request_id: request.id,
        reference: &request.reference,
        tenant: request.tenant,
        issue: &new.issue,
        subjects: subjects(&new.scope.subjects),
        surfaces: new.scope.surfaces.iter().cloned().collect(),
        not_before: new.scope.start(now),
        expires_at: end(new, now),
        by: GrantedBy::Policy,
    }
}

/// The policy's subjects as enforcement points know them.
pub fn subjects(subjects: &crate::policy::case::Subjects) -> Subjects {
    match subjects {
        crate::policy::case::Subjects::All => Subjects::All,
        crate::policy::case::Subjects::Users(ids) => Subjects::Users(ids.iter().copied().collect()),
    }
}

/// A tenant that is not in the register can ask for nothing; the operator has to add it.
pub fn not_registered(tenant: TenantId) -> Failure {
    let detail = Message::new("not-allowed-tenant-not-registered").with("tenant", tenant.to_string());
    Failure::new(Kind::NotAllowed).detail(detail)
}

/// A request for the same issue is open; the way out leads to it.
pub(super) fn open_already(reference: &str) -> Failure {
    let detail = Message::new("open-request-exists-as").with("reference", reference.to_owned());
    Failure::new(Kind::OpenRequestExists)
        .detail(detail)
        .way_out(format!("/support/requests/{reference}"), Message::new("open-request-show"))
}
