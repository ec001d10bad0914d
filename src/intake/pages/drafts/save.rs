//! Keeping a step as it was typed.

use super::{Step, who};
use crate::app::Desk;
use crate::db;
use crate::identity::Filer;
use crate::intake::Labels;
use crate::intake::drafts::{self, Draft};
use crate::intake::users_file::LeftOut;
use crate::problem::{InputError, Kind};
use crate::web::{Failure, FormFields, FormWithFile};
use actix_web::web::Data;
use uuid::Uuid;

/// What came of it.
pub enum Saved {
    /// It is kept.
    Kept(What),
    /// It is not: since the page was shown, this step was changed elsewhere.
    Conflict,
}

/// What was sent, with what a file or a tick brought in.
#[derive(Default)]
pub struct What {
    /// The fields as they are kept.
    pub fields: FormFields,
    /// Names for people to read.
    pub labels: Labels,
    /// How many users were added to those typed.
    pub added: usize,
    /// Whether a file came with it.
    pub with_file: bool,
    /// Rows of a file that name nobody, or somebody again.
    pub left_out: Vec<LeftOut>,
    /// What is wrong with the file as such.
    pub file_error: Option<InputError>,
}

/// Keeps what was `sent` on `step`.
///
/// # Errors
/// 404 for none of the filer's drafts; 503.
pub async fn save(desk: Data<Desk>, filer: Filer, id: Uuid, step: Step, sent: FormWithFile) -> Result<Saved, Failure> {
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = filer.begin(&desk.db).await?;
        let draft = drafts::lock(&mut tx, &filer, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        let what = match step {
            Step::Who => who::gather(&mut tx, filer.tenant, (filer.object_id, &filer.name), &sent).await?,
            _ => What { fields: sent.fields.clone(), ..What::default() },
        };
        let edition = crate::intake::pages::edition_at(&desk, now)?;
        let issue = draft.issue.as_deref().and_then(|slug| edition.issue(slug));
        let mut changed = draft.clone();
        step.put(&mut changed, &what.fields);
        let seen = step.digest(&draft, issue);
        if sent.fields.get("seen") != seen && step.digest(&changed, issue) != seen {
            return Ok(Saved::Conflict);
        }
        let pending = changed.pending.take_if(|pending| pending.step == step.slug());
        let labels = pending.map(|pending| pending.labels).unwrap_or_default();
        changed.labels = changed.labels.and(labels).and(what.labels.clone());
        let draft: Draft = drafts::save(&mut tx, &filer, &changed, now).await?;
        tx.commit().await?;
        tracing::debug!(draft = %draft.id, step = step.slug(), "step kept");
        Ok(Saved::Kept(what))
    })
    .await
}
