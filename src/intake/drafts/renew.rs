//! Renewing an exception: the request that it answered as a draft, with what was granted, to begin when the exception ends.

use super::api::{accepted, view};
use super::body::{DraftBody, DraftContact, DraftScope, DraftView};
use super::store;
use crate::app::Desk;
use crate::clock;
use crate::db;
use crate::exceptions::{self, Exception, Status};
use crate::identity::Filer;
use crate::intake::request::{self, Request};
use crate::intake::view::shows_subjects;
use crate::intake::SubjectsBody;
use crate::problem::Kind;
use crate::web::Failure;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use mfa_enforcement::wire::Subjects;
use uuid::Uuid;

/// Begins a draft of a request that renews the exception `id` of the filer's tenant. With `key`, a repeat gives the first draft.
/// A session without MFA gets no users that others had named.
///
/// # Errors
/// 404 unknown or another tenant's; 409 when it has not begun or was ended early, or the filer has too many drafts; 422 when the
/// key made another draft; 503.
pub async fn renew(
    desk: Data<Desk>,
    filer: Filer,
    id: Uuid,
    key: Option<(String, Vec<u8>)>,
) -> Result<DraftView, Failure> {
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = filer.begin(&desk.db).await?;
        let exception = exceptions::find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        may_renew(&exception, now)?;
        let request = request::find(&mut tx, exception.request_id).await?;
        let request = request.ok_or_else(|| Failure::new(Kind::NotFound))?;
        let body = again(request, &exception, &filer, now);
        let mut new = body.into_new(crate::locale::Lang::default()).map_err(Failure::invalid)?;
        new.key = key;
        let draft = accepted(store::create(&mut tx, &filer, clock::fresh_id(now), new, now).await?)?;
        let view = view(&desk, &mut tx, &filer, draft).await?;
        tx.commit().await?;
        Ok(view)
    })
    .await
}

/// Whether `exception` can be renewed at `now`: it is in force, or its time has passed.
///
/// # Errors
/// 409.
pub fn may_renew(exception: &Exception, now: DateTime<Utc>) -> Result<(), Failure> {
    match exception.status(now) {
        Status::Active | Status::Expired => Ok(()),
        Status::Scheduled | Status::Revoked => Err(Failure::new(Kind::WrongState)),
    }
}

/// What was asked, for whom and where it was granted.
fn again(request: Request, exception: &Exception, filer: &Filer, now: DateTime<Utc>) -> DraftBody {
    let subjects = shows_subjects(&request, filer).then(|| match &exception.subjects {
        Subjects::All => SubjectsBody::All,
        Subjects::Users(ids) => SubjectsBody::Users { object_ids: ids.iter().map(Uuid::to_string).collect() },
    });
    let asked = request.asked;
    DraftBody {
        topic: Some(asked.topic),
        problem_type: Some(asked.problem_type),
        issue: Some(asked.issue),
        language: Some(asked.language),
        title: Some(asked.title),
        description: Some(asked.description),
        contact: DraftContact {
            name: Some(asked.contact.name),
            email: Some(asked.contact.email),
            phone: asked.contact.phone,
        },
        scope: DraftScope {
            subjects,
            surfaces: exception.surfaces.clone(),
            starts_at: Some(exception.expires_at).filter(|end| *end > now),
            duration_days: Some(asked.scope.duration_days),
        },
        answers: asked.answers,
    }
}
