//! Renewing an exception: the request that it answered as a draft, with what was granted, to begin when the exception ends.

use super::api::{too_many, view};
use super::body::{DraftBody, DraftContact, DraftScope, DraftView};
use super::store;
use crate::app::Desk;
use crate::clock;
use crate::db::{self, Tx};
use crate::exceptions::{self, Exception, Status};
use crate::identity::Filer;
use crate::intake::SubjectsBody;
use crate::intake::request;
use crate::intake::view::shows_subjects;
use crate::locale::Lang;
use crate::problem::Kind;
use crate::web::Failure;
use crate::web::idempotency::{self, Created, Key};
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use mfa_enforcement::wire::Subjects;
use uuid::Uuid;

/// Begins a draft of a request that renews the exception `id` of the filer's tenant; a repeat of `key` gives the first draft.
/// A session without MFA gets no users that others had named.
///
/// # Errors
/// 404 unknown or another tenant's; 409 when it has not begun or was ended early, or the filer has too many drafts; 422 when the
/// key was used for something else; 503.
pub async fn renew(desk: Data<Desk>, filer: Filer, id: Uuid, key: Option<Key>) -> Result<Created<DraftView>, Failure> {
    db::to_the_end(async move {
        let now = desk.clock.now();
        let key = key.map(|key| key.own(&filer));
        let mut tx = filer.begin(&desk.db).await?;
        let begun = idempotency::once(&mut tx, key, now, async |tx, memory| {
            let new = again(tx, &filer, id, now).await?.into_new(Lang::default()).map_err(Failure::invalid)?;
            let draft = store::create(tx, &filer, clock::fresh_id(now), new, now).await?.ok_or_else(too_many)?;
            let view = view(&desk, tx, &filer, draft).await?;
            memory.remember(tx, view.id, &view).await?;
            Ok(view)
        });
        let begun = begun.await;
        db::finish(tx, begun).await
    })
    .await
}

/// Whether `exception` can be renewed at `now`: it is in force, or its time has passed.
///
/// # Errors
/// 409.
pub fn may_renew(exception: &Exception, now: DateTime<Utc>) -> Result<(), Failure> {
    match exception.status(now) {
        Status::Active | Status::Held | Status::Expired => Ok(()),
        Status::Scheduled | Status::Revoked => Err(Failure::new(Kind::WrongState)),
    }
}

/// What was asked, for whom and where it was granted.
async fn again(tx: &mut Tx, filer: &Filer, id: Uuid, now: DateTime<Utc>) -> Result<DraftBody, Failure> {
    let missing = || Failure::new(Kind::NotFound);
    let exception = exceptions::find(tx, id).await?.ok_or_else(missing)?;
    may_renew(&exception, now)?;
    let request = request::find(tx, exception.request_id).await?.ok_or_else(missing)?;
    let subjects = shows_subjects(&request, filer).then(|| match &exception.subjects {
        Subjects::All => SubjectsBody::All,
        Subjects::Users(ids) => SubjectsBody::Users { object_ids: ids.iter().map(Uuid::to_string).collect() },
    });
    let asked = request.asked;
    Ok(DraftBody {
        topic: Some(asked.topic),
        problem_type: Some(asked.problem_type),
        issue: Some(asked.issue),
        language: Some(asked.language),
        title: kept(asked.title),
        description: kept(asked.description),
        contact: DraftContact {
            name: kept(asked.contact.name),
            email: kept(asked.contact.email),
            phone: asked.contact.phone,
        },
        scope: DraftScope {
            subjects,
            surfaces: exception.surfaces.clone(),
            starts_at: Some(exception.expires_at).filter(|end| *end > now),
            duration_days: Some(asked.scope.duration_days),
        },
        answers: asked.answers.into_iter().filter(|(_, answer)| *answer != "").collect(),
    })
}

/// What was not erased since.
fn kept(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
