//! A form that is sent when its sender's session has ended.
//!
//! Each form of a step carries a sealed mark of whose draft it is. With it, what was typed can be kept beside that draft and
//! nowhere else, although nobody is signed in; the owner finds it in the form after signing in, and saves it or leaves it. Without
//! the mark nothing is kept, so nobody can fill our tables unasked.

use super::{Step, who};
use crate::app::Desk;
use crate::db;
use crate::identity::{ObjectId, TenantId};
use crate::intake::drafts::{self, Draft, Pending};
use crate::problem::Kind;
use crate::web::page::sign_in_href;
use crate::web::{Failure, FormWithFile, Message};
use actix_web::web::Data;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long after it was shown a form may be sent.
const LIFETIME: TimeDelta = TimeDelta::hours(24);
const PURPOSE: &str = "draft";

#[derive(Serialize, Deserialize)]
struct Mark {
    draft: Uuid,
    tenant: TenantId,
    owner: ObjectId,
    until: DateTime<Utc>,
}

/// The mark for a form of `draft`.
///
/// # Errors
/// When it cannot be written.
pub fn mark(desk: &Desk, draft: &Draft) -> Result<String, Failure> {
    let until = desk.clock.now() + LIFETIME;
    let mark = Mark { draft: draft.id, tenant: draft.tenant, owner: draft.owner, until };
    desk.seal.seal(PURPOSE, &mark).map_err(Failure::internal)
}

/// What to answer to a `step` that came without a session: it is kept when its mark holds, and sign-in leads back to it.
pub async fn keep(desk: Data<Desk>, refused: Failure, id: Uuid, step: Step, sent: FormWithFile) -> Failure {
    if refused.kind() != Kind::SignInRequired {
        return refused;
    }
    let mark: Option<Mark> = desk.seal.open(PURPOSE, sent.fields.get("resume"));
    let mark = mark.filter(|mark| mark.draft == id && desk.clock.now() < mark.until);
    let kept = match mark {
        Some(mark) => db::to_the_end(keep_beside(desk, mark, step, sent)).await,
        None => Ok(false),
    };
    let back = refused.way_out(sign_in_href(&step.href(id)), Message::new("sign-in-again"));
    match kept {
        Ok(true) => back.detail(Message::new("resume-kept")),
        Ok(false) => back,
        Err(failure) => failure,
    }
}

async fn keep_beside(desk: Data<Desk>, mark: Mark, step: Step, sent: FormWithFile) -> Result<bool, Failure> {
    let mut tx = desk.db.person(mark.tenant, mark.owner).await?;
    let (fields, labels) = match step {
        Step::Who => {
            let what = who::gather(&mut tx, mark.tenant, (mark.owner, ""), &sent).await?;
            (what.fields, what.labels)
        }
        _ => (sent.fields.clone(), Default::default()),
    };
    let fields = fields.only(|name| !matches!(name, "resume" | "seen" | "told" | "action" | "from"));
    let pending = Pending { step: step.slug().to_owned(), fields, labels };
    let kept = drafts::keep_pending(&mut tx, mark.draft, &pending).await?;
    tx.commit().await?;
    Ok(kept)
}
