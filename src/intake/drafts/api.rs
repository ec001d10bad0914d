//! `/api/v1/drafts`.

use super::body::{DraftBody, DraftView};
use super::store::{self, Draft};
use super::submit::submit;
use crate::app::Desk;
use crate::clock;
use crate::db;
use crate::identity::{Filer, partners};
use crate::intake::api::{created, known_id, unreadable};
use crate::intake::body::read;
use crate::intake::file::not_registered;
use crate::intake::view::RequestView;
use crate::openapi::{Authenticated, JsonIn, Versioned};
use crate::problem::{Kind, Problem};
use crate::web::idempotency::{self, Key};
use crate::web::if_match::etag;
use crate::web::{Failure, IfMatch, JsonBytes, Message, NoBody, Paging, Reader};
use actix_web::web::{Data, Path, ServiceConfig, resource};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use uuid::Uuid;

/// `/api/v1/drafts…`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/api/v1/drafts").get(list_drafts).post(create_draft))
        .service(resource("/api/v1/drafts/{id}").get(get_draft).put(put_draft).delete(delete_draft))
        .service(resource("/api/v1/drafts/{id}/submit").post(submit_draft));
}

/// A part of a list of drafts.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DraftList {
    /// The drafts.
    pub items: Vec<DraftView>,
}

/// Drafts as their owner sees them, by the edition in force and the zone of the owner's tenant.
///
/// # Errors
/// 403 when the tenant is not registered; 503.
pub async fn views(desk: &Desk, tx: &mut db::Tx, filer: &Filer, drafts: &[Draft]) -> Result<Vec<DraftView>, Failure> {
    let partner = partners::find(tx, filer.tenant).await?.ok_or_else(|| not_registered(filer.tenant))?;
    let edition = desk.policies.at(desk.clock.now()).map_err(|error| Failure::internal(anyhow::anyhow!("{error}")))?;
    let zone = partner.calendar_in(&desk.calendars).zone();
    Ok(drafts.iter().map(|draft| DraftView::new(draft, &edition, zone)).collect())
}

/// One draft as its owner sees it.
pub(super) async fn view(desk: &Desk, tx: &mut db::Tx, filer: &Filer, draft: Draft) -> Result<DraftView, Failure> {
    let mut views = views(desk, tx, filer, std::slice::from_ref(&draft)).await?;
    views.pop().ok_or_else(|| Failure::new(Kind::NotFound))
}

/// Begins a draft: a request that may still lack everything.
#[utoipa::path(
    post, path = "/api/v1/drafts", tag = "drafts",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 200 printable ASCII characters; a repeat within 24 hours gives the draft that the first call began")),
    request_body = DraftBody,
    responses(
        (status = 201, description = "Begun", body = DraftView),
        (status = 403, description = "Not a Global Admin or Admin Agent of a registered partner", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The caller has 20 drafts already", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Not the shape of a draft; or the key was used for another body, or by a colleague", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
    ),
    security(("bearer" = []))
)]
pub async fn create_draft(
    filer: Filer,
    desk: Data<Desk>,
    reader: Reader,
    request: HttpRequest,
    JsonBytes(json): JsonBytes,
) -> Result<HttpResponse, Failure> {
    let body: DraftBody = read(&json).map_err(unreadable)?;
    let key = Key::of(&request, &filer, &body)?.map(|key| key.own(&filer));
    let new = body.into_new(reader.lang).map_err(Failure::invalid)?;
    let begun = db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = filer.begin(&desk.db).await?;
        let begun = idempotency::once(&mut tx, key, now, async |tx, memory| {
            let draft = store::create(tx, &filer, clock::fresh_id(now), new, now).await?.ok_or_else(too_many)?;
            let view = view(&desk, tx, &filer, draft).await?;
            memory.remember(tx, view.id, &view).await?;
            Ok(view)
        });
        let begun = begun.await;
        db::finish(tx, begun).await
    });
    begun.await?.answer(|view| view.id, |id| format!("/api/v1/drafts/{id}"))
}

/// Nobody has more than [`MAX_DRAFTS`](store::MAX_DRAFTS).
pub fn too_many() -> Failure {
    Failure::new(Kind::WrongState)
        .detail(Message::new("drafts-too-many").with("max", store::MAX_DRAFTS))
        .way_out("/support/requests", Message::new("drafts-see"))
}

/// The caller's drafts, newest first.
#[utoipa::path(
    get, path = "/api/v1/drafts", tag = "drafts",
    params(("limit" = Option<u16>, Query, description = "1 to 200, else 25"), ("after" = Option<String>, Query, description = "Cursor of the page before")),
    responses(
        (status = 200, description = "The caller's own, newest first", body = DraftList),
        (status = 403, description = "Not allowed", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Bad `limit` or `after`", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn list_drafts(
    filer: Filer,
    desk: Data<Desk>,
    paging: Paging,
    http: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let mut tx = filer.begin(&desk.db).await?;
    let rows = store::list(&mut tx, &filer, paging.after()?, paging.fetch()).await?;
    let slice = paging.cut(rows, |draft| draft.id);
    let views = views(&desk, &mut tx, &filer, &slice.items).await?;
    Ok(crate::web::Slice { items: views, next: slice.next }.answer(&http))
}

/// One of the caller's drafts.
#[utoipa::path(
    get, path = "/api/v1/drafts/{id}", tag = "drafts",
    params(("id" = Uuid, Path, description = "The draft's id")),
    responses(
        (status = 200, description = "The draft; `ETag` is its version", body = DraftView),
        (status = 403, description = "Not allowed", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown, submitted, or somebody else's", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn get_draft(filer: Filer, desk: Data<Desk>, id: Path<String>) -> Result<HttpResponse, Failure> {
    let mut tx = filer.begin(&desk.db).await?;
    let draft = store::find(&mut tx, &filer, known_id(&id)?).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let view = view(&desk, &mut tx, &filer, draft).await?;
    Ok(HttpResponse::Ok().insert_header(etag(view.version)).json(view))
}

/// Puts other content in the place of a draft's.
#[utoipa::path(
    put, path = "/api/v1/drafts/{id}", tag = "drafts",
    params(("id" = Uuid, Path, description = "The draft's id"), ("If-Match" = String, Header, description = "Its `ETag`")),
    request_body = DraftBody,
    responses(
        (status = 200, description = "Kept", body = DraftView),
        (status = 403, description = "Not allowed", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown, submitted, or somebody else's", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Not the shape of a draft", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn put_draft(
    filer: Filer,
    desk: Data<Desk>,
    id: Path<String>,
    if_match: IfMatch,
    JsonBytes(json): JsonBytes,
) -> Result<HttpResponse, Failure> {
    let body: DraftBody = read(&json).map_err(unreadable)?;
    let id = known_id(&id)?;
    let view = db::to_the_end(async move {
        let mut tx = filer.begin(&desk.db).await?;
        let mut draft = store::lock(&mut tx, &filer, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        if_match.holds_for(draft.version)?;
        let new = body.into_new(draft.language).map_err(Failure::invalid)?;
        (draft.language, draft.issue, draft.fields) = (new.language, new.issue, new.fields);
        let draft = store::save(&mut tx, &filer, &draft, desk.clock.now()).await?;
        let view = view(&desk, &mut tx, &filer, draft).await?;
        tx.commit().await?;
        Ok::<_, Failure>(view)
    });
    let view = view.await?;
    Ok(HttpResponse::Ok().insert_header(etag(view.version)).json(view))
}

/// Deletes a draft.
#[utoipa::path(
    delete, path = "/api/v1/drafts/{id}", tag = "drafts",
    params(("id" = Uuid, Path, description = "The draft's id"), ("If-Match" = String, Header, description = "Its `ETag`")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 403, description = "Not allowed", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown, submitted, or somebody else's", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn delete_draft(
    filer: Filer,
    desk: Data<Desk>,
    id: Path<String>,
    if_match: IfMatch,
) -> Result<HttpResponse, Failure> {
    remove(desk, filer, known_id(&id)?, if_match).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Deletes the filer's draft `id` as it was seen.
///
/// # Errors
/// 404 for none of the filer's drafts; 412 when it changed since it was seen; 503.
pub async fn remove(desk: Data<Desk>, filer: Filer, id: Uuid, seen: IfMatch) -> Result<(), Failure> {
    db::to_the_end(async move {
        let mut tx = filer.begin(&desk.db).await?;
        let draft = store::lock(&mut tx, &filer, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        let version = seen.holds_for(draft.version)?;
        store::delete(&mut tx, &filer, id, version).await?;
        Ok(tx.commit().await?)
    })
    .await
}

/// Files a draft as a request; the draft is gone then.
#[utoipa::path(
    post, path = "/api/v1/drafts/{id}/submit", tag = "drafts",
    params(
        ("id" = Uuid, Path, description = "The draft's id"),
        ("If-Match" = String, Header, description = "Its `ETag`"),
        ("Idempotency-Key" = Option<String>, Header, description = "Not needed: a draft becomes one request, and a repeat gives that"),
    ),
    responses(
        (status = 201, description = "Filed", body = RequestView),
        (status = 403, description = "Not a Global Admin or Admin Agent of a registered partner", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown, or somebody else's", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "A request for the same issue is open (`Link` leads to it)", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Not a good request yet, each place named; or a body with fields, there are none", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn submit_draft(
    filer: Filer,
    desk: Data<Desk>,
    id: Path<String>,
    if_match: IfMatch,
    request: HttpRequest,
    _: NoBody,
) -> Result<HttpResponse, Failure> {
    let key = idempotency::name_in(&request)?;
    let filed = submit(desk.clone(), filer.clone(), known_id(&id)?, if_match, key).await?;
    created(&desk, filed, &filer)
}
