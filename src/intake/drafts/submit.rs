//! Submitting: a draft becomes a request, and is gone in the same transaction.

use super::store::{self, Draft};
use crate::app::Desk;
use crate::db::Tx;
use crate::evidence::{self, Evidence, Holder};
use crate::identity::{Filer, partners};
use crate::intake::file::{Filed, file, not_registered, understand};
use crate::intake::typed::{Context, Typed};
use crate::intake::{Labels, SubjectsBody, request};
use crate::problem::{InputError, Kind};
use crate::web::{Failure, IfMatch};
use actix_web::web::Data;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What a request is filed from, besides its body.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The draft and its version; it goes when the request is kept.
    pub draft: Option<(Uuid, i64)>,
    /// Names of the users meant.
    pub labels: Labels,
}

impl Source {
    /// Holds the draft until the transaction ends, as it was read: what another window changed meanwhile is not filed unseen. The files
    /// with it.
    ///
    /// # Errors
    /// 412 when it changed since it was read, or is gone; 503.
    pub async fn hold(&self, tx: &mut Tx, filer: &Filer) -> Result<Vec<Evidence>, Failure> {
        let Some((id, version)) = self.draft else { return Ok(Vec::new()) };
        match store::lock(tx, filer, id).await? {
            Some(draft) if draft.version == version => Ok(evidence::of(tx, Holder::Draft(id)).await?),
            _ => Err(Failure::new(Kind::VersionMismatch)),
        }
    }
}

/// Files the filer's draft `id` as it was seen. A repeat gives the request that it has become.
///
/// # Errors
/// 404 for none of the filer's drafts; 412 when it changed since it was seen; 422 with every error, at the places of a
/// request's body; else as [`file`].
pub async fn submit(
    desk: Data<Desk>,
    filer: Filer,
    id: Uuid,
    seen: IfMatch,
    key: Option<String>,
) -> Result<Filed, Failure> {
    let mut tx = filer.begin(&desk.db).await?;
    let Some(draft) = store::find(&mut tx, &filer, id).await? else {
        return already_filed(&mut tx, &filer, id).await?.ok_or_else(|| Failure::new(Kind::NotFound));
    };
    seen.holds_for(draft.version)?;
    let typed = read(&desk, &mut tx, &filer, &draft).await?;
    drop(tx);
    if !typed.errors.is_empty() {
        return Err(Failure::invalid(errors(&desk, &typed)));
    }
    let labels = draft.labels.only(&ids(&typed.body.scope.subjects));
    let source = Source { draft: Some((draft.id, draft.version)), labels };
    match file(desk.clone(), filer.clone(), typed.body, key, source).await {
        Err(failure) => {
            // Another press of the same button may have been faster, whatever it left for this one to stumble over.
            let first = already_filed(&mut filer.begin(&desk.db).await?, &filer, id).await?;
            first.ok_or(failure)
        }
        filed => filed,
    }
}

/// Everything that is wrong with what was typed, what cannot be read first.
pub fn errors(desk: &Desk, typed: &Typed) -> Vec<InputError> {
    let others = understand(desk, typed.body.clone(), desk.clock.now()).err();
    let others = others.as_ref().map(Failure::errors).unwrap_or_default();
    typed.errors.iter().chain(others).cloned().collect()
}

async fn read(desk: &Desk, tx: &mut Tx, filer: &Filer, draft: &Draft) -> Result<Typed, Failure> {
    let partner = partners::find(tx, filer.tenant).await?.ok_or_else(|| not_registered(filer.tenant))?;
    let now = desk.clock.now();
    let edition = desk.policies.at(now).map_err(|error| Failure::internal(anyhow::anyhow!("{error}")))?;
    let context = Context {
        edition: &edition,
        issue: draft.issue.as_deref().and_then(|slug| edition.issue(slug)),
        zone: partner.calendar_in(&desk.calendars).zone(),
        now,
    };
    Ok(Typed::read(draft, &context))
}

/// The request that the filer's own draft has become.
async fn already_filed(tx: &mut Tx, filer: &Filer, draft: Uuid) -> Result<Option<Filed>, Failure> {
    let request = request::find_by_draft(tx, draft).await?.filter(|request| request.filed_by == filer.object_id);
    let Some(request) = request else { return Ok(None) };
    let exception = crate::exceptions::of_request(tx, request.id).await?;
    let files = evidence::of_requests(tx, &[request.id]).await?;
    Ok(Some(Filed { request, exception, answer: None, files }))
}

/// The users named, as far as they can be read.
fn ids(subjects: &SubjectsBody) -> BTreeSet<Uuid> {
    match subjects {
        SubjectsBody::All => BTreeSet::new(),
        SubjectsBody::Users { object_ids } => {
            object_ids.iter().filter_map(|id| crate::identity::parse_guid(id)).collect()
        }
    }
}
