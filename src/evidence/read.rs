//! Downloading a file: recorded before its first byte, and never opened where it was clicked.

use super::add::details;
use super::name::disposition;
use super::record::{Evidence, Holder, Scan, find};
use super::store::Access;
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::db::Tx;
use crate::identity::CaseReader;
use crate::problem::Kind;
use crate::web::{Failure, Message};
use actix_web::HttpResponse;
use actix_web::body::SizedStream;
use actix_web::http::header;
use uuid::Uuid;

/// The file `id` of `holder`, for whoever may read it.
///
/// # Errors
/// 403 for a session without MFA; 404; 409 while it is being checked, and for what was infected; 503.
pub async fn read(desk: &Desk, reader: &CaseReader, holder: Holder, id: Uuid) -> Result<HttpResponse, Failure> {
    if !reader.person().mfa {
        return Err(Failure::new(Kind::StepUpRequired).detail(Message::new("evidence-needs-mfa")));
    }
    let (mut tx, access) = begin(desk, reader).await?;
    let evidence = find(&mut tx, holder, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let key = readable(&evidence)?;
    let event = Event {
        actor: reader.actor(),
        action: "evidence.read",
        subject_kind: "evidence",
        subject_id: evidence.id,
        tenant: Some(evidence.tenant),
        details: {
            let mut details = details(&evidence);
            details[holder.kind()] = holder.id().to_string().into();
            details
        },
        personal: None,
    };
    audit::record(&mut tx, desk.clock.now(), event).await?;
    tx.commit().await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, evidence.media_type.as_str()))
        .insert_header((header::CONTENT_DISPOSITION, disposition(&evidence.name, evidence.media_type)))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(SizedStream::new(evidence.size, desk.evidence.store.get(key, access))))
}

async fn begin(desk: &Desk, reader: &CaseReader) -> Result<(Tx, Access), sqlx::Error> {
    Ok(match reader {
        CaseReader::Filer(filer) => {
            (desk.db.person(filer.tenant, filer.object_id).await?, Access::Partner(filer.tenant, filer.object_id))
        }
        CaseReader::Staff(_) => (desk.db.staff().await?, Access::Staff),
    })
}

/// Where its bytes are, when people may have them.
fn readable(evidence: &Evidence) -> Result<Uuid, Failure> {
    let wrong = |why| Failure::new(Kind::WrongState).detail(Message::new(why));
    match (evidence.scan, evidence.content) {
        (Scan::NotScanned | Scan::Clean, Some(key)) => Ok(key),
        (Scan::Pending, _) => Err(wrong("evidence-being-checked")),
        _ => Err(wrong("evidence-was-infected")),
    }
}
