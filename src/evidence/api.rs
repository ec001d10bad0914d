//! `/api/v1/requests/{id}/evidence…`, `/api/v1/drafts/{id}/evidence…`

use super::add::POINTER;
use super::kind::Refusal;
use super::read::read;
use super::receive::{self, Bounds, receive};
use super::record::{self, Evidence, Holder};
use super::remove::remove;
use super::view::{EvidenceList, EvidenceView};
use crate::app::Desk;
use crate::db::{self, Tx};
use crate::identity::{CaseReader, Filer};
use crate::intake::api::known_id;
use crate::intake::{drafts, request};
use crate::openapi::Authenticated;
use crate::problem::{InputError, Kind, Problem};
use crate::web::Failure;
use crate::web::idempotency::{self, Created};
use actix_multipart::Multipart;
use actix_web::web::{self, Data, Path};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use uuid::Uuid;

/// `…/evidence` and `…/evidence/{evidence_id}` of a request and of a draft
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/requests/{id}/evidence").get(list_evidence).post(add_evidence))
        .service(
            web::resource("/api/v1/requests/{id}/evidence/{evidence_id}")
                .get(download_evidence)
                .delete(remove_evidence),
        )
        .service(web::resource("/api/v1/drafts/{id}/evidence").get(list_draft_evidence).post(add_draft_evidence))
        .service(
            web::resource("/api/v1/drafts/{id}/evidence/{evidence_id}")
                .get(download_draft_evidence)
                .delete(remove_draft_evidence),
        );
}

/// A form with a file, for the API's description.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the form; its parts are read off the wire")]
pub struct EvidenceForm {
    /// The file with its name. PDF, PNG, JPEG, plain text (UTF-8, UTF-16 with a byte order mark, Shift_JIS) or a mail; told by its content.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Adds a file to an open request. The same content again is the same file.
#[utoipa::path(
    post, path = "/api/v1/requests/{id}/evidence", tag = "evidence",
    params(("id" = Uuid, Path, description = "The request's id"), ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 printable ASCII characters; a repeat within 24 hours gives the first answer")),
    request_body(content = EvidenceForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "There; `pending` while it is being checked", body = EvidenceView),
        (status = 400, description = "No form, cut off, or silent for 20 seconds", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Not a Global Admin or Admin Agent", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown, or another tenant's", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The request is closed", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Not `multipart/form-data`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "At `/file`: empty, over 10 MiB, of another type, damaged, a sixth one, or too much for one day", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn add_evidence(
    filer: Filer,
    desk: Data<Desk>,
    id: Path<String>,
    http: HttpRequest,
    form: Multipart,
) -> Result<HttpResponse, Failure> {
    let holder = open_request(&desk, &filer, known_id(&id)?).await?;
    let evidence = add_one(desk, filer, holder, &http, form).await?;
    created(evidence, &format!("/api/v1/requests/{}", holder.id()))
}

fn created(evidence: Created<EvidenceView>, holder: &str) -> Result<HttpResponse, Failure> {
    evidence.answer(|view| view.id, |id| format!("{holder}/evidence/{id}"))
}

fn listed(items: &[Evidence]) -> HttpResponse {
    HttpResponse::Ok().json(EvidenceList { items: items.iter().map(EvidenceView::from).collect() })
}

/// The open request `id` of the filer's tenant.
async fn open_request(desk: &Desk, filer: &Filer, id: Uuid) -> Result<Holder, Failure> {
    let mut tx = desk.db.partner(filer.tenant).await?;
    let request = request::find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    if request.status.is_open() { Ok(Holder::Request(id)) } else { Err(Failure::new(Kind::WrongState)) }
}

/// The one file of the form. It is read to its end even when the caller goes away, so that nothing is left half written.
async fn add_one(
    desk: Data<Desk>,
    filer: Filer,
    holder: Holder,
    http: &HttpRequest,
    form: Multipart,
) -> Result<Created<EvidenceView>, Failure> {
    if http.content_type() != "multipart/form-data" {
        return Err(Failure::new(Kind::UnsupportedMediaType));
    }
    // Nothing but the file makes the form this long: told at the file, before it is read.
    if receive::is_beyond(http, receive::ONE) {
        return Err(Refusal::TooLarge.at(POINTER, "file").into());
    }
    let (key, path) = (idempotency::name_in(http)?, http.path().to_owned());
    let received = db::to_the_end(async move {
        let key = key.as_deref().map(|key| (key, path.as_str()));
        receive(&desk, &filer, holder, form, Bounds { bytes: receive::ONE, files: 1, key }).await
    });
    let received = received.await?;
    let received = received.files.into_iter().next();
    received.ok_or_else(|| Failure::from(InputError::new(POINTER, "missing")))?
}

/// The request's files.
#[utoipa::path(
    get, path = "/api/v1/requests/{id}/evidence", tag = "evidence",
    params(("id" = Uuid, Path, description = "The request's id")),
    responses(
        (status = 200, description = "The first uploaded first", body = EvidenceList),
        (status = 403, description = "Not allowed", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown, or another tenant's", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn list_evidence(caller: CaseReader, desk: Data<Desk>, id: Path<String>) -> Result<HttpResponse, Failure> {
    let mut tx = caller.begin(&desk.db).await?;
    let request = request::find(&mut tx, known_id(&id)?).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    Ok(listed(&record::of(&mut tx, Holder::Request(request.id)).await?))
}

/// Downloads a file. The reading is recorded first.
#[utoipa::path(
    get, path = "/api/v1/requests/{id}/evidence/{evidence_id}", tag = "evidence",
    params(("id" = Uuid, Path, description = "The request's id"), ("evidence_id" = Uuid, Path, description = "The file's id")),
    responses(
        (status = 200, description = "Its bytes, as an attachment of its own media type", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 403, description = "Not allowed, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown, or another tenant's", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Being checked, or infected and deleted", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn download_evidence(
    caller: CaseReader,
    desk: Data<Desk>,
    ids: Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    read(&desk, &caller, Holder::Request(known_id(&ids.0)?), known_id(&ids.1)?).await
}

/// Removes a file that the caller uploaded, while the request is open.
#[utoipa::path(
    delete, path = "/api/v1/requests/{id}/evidence/{evidence_id}", tag = "evidence",
    params(("id" = Uuid, Path, description = "The request's id"), ("evidence_id" = Uuid, Path, description = "The file's id")),
    responses(
        (status = 204, description = "Removed"),
        (status = 403, description = "Not allowed, or somebody else's upload", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown, or another tenant's", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The request is closed, or the file stays on record as infected", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn remove_evidence(
    filer: Filer,
    desk: Data<Desk>,
    ids: Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    remove(desk, filer, Holder::Request(known_id(&ids.0)?), known_id(&ids.1)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The draft `id` of the filer.
async fn own_draft(tx: &mut Tx, filer: &Filer, id: Uuid) -> Result<Holder, Failure> {
    let draft = drafts::find(tx, filer, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    Ok(Holder::Draft(draft.id))
}

/// Adds a file to the caller's draft. The same content again is the same file.
#[utoipa::path(
    post, path = "/api/v1/drafts/{id}/evidence", tag = "evidence",
    params(("id" = Uuid, Path, description = "The draft's id"), ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 printable ASCII characters; a repeat within 24 hours gives the first answer")),
    request_body(content = EvidenceForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "There; `pending` while it is being checked", body = EvidenceView),
        (status = 400, description = "No form, cut off, or silent for 20 seconds", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Not in a role that files", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "None of the caller's drafts", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Not `multipart/form-data`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "At `/file`, as for a request", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn add_draft_evidence(
    filer: Filer,
    desk: Data<Desk>,
    id: Path<String>,
    http: HttpRequest,
    form: Multipart,
) -> Result<HttpResponse, Failure> {
    let holder = own_draft(&mut filer.begin(&desk.db).await?, &filer, known_id(&id)?).await?;
    let evidence = add_one(desk, filer, holder, &http, form).await?;
    created(evidence, &format!("/api/v1/drafts/{}", holder.id()))
}

/// The draft's files.
#[utoipa::path(
    get, path = "/api/v1/drafts/{id}/evidence", tag = "evidence",
    params(("id" = Uuid, Path, description = "The draft's id")),
    responses(
        (status = 200, description = "The first uploaded first", body = EvidenceList),
        (status = 403, description = "Not allowed", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "None of the caller's drafts", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn list_draft_evidence(filer: Filer, desk: Data<Desk>, id: Path<String>) -> Result<HttpResponse, Failure> {
    let mut tx = filer.begin(&desk.db).await?;
    let holder = own_draft(&mut tx, &filer, known_id(&id)?).await?;
    Ok(listed(&record::of(&mut tx, holder).await?))
}

/// Downloads a file of the caller's draft. The reading is recorded first.
#[utoipa::path(
    get, path = "/api/v1/drafts/{id}/evidence/{evidence_id}", tag = "evidence",
    params(("id" = Uuid, Path, description = "The draft's id"), ("evidence_id" = Uuid, Path, description = "The file's id")),
    responses(
        (status = 200, description = "Its bytes, as an attachment of its own media type", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 403, description = "Not allowed, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "None of the caller's", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Being checked, or infected and deleted", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn download_draft_evidence(
    filer: Filer,
    desk: Data<Desk>,
    ids: Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    read(&desk, &CaseReader::Filer(filer), Holder::Draft(known_id(&ids.0)?), known_id(&ids.1)?).await
}

/// Removes a file of the caller's draft.
#[utoipa::path(
    delete, path = "/api/v1/drafts/{id}/evidence/{evidence_id}", tag = "evidence",
    params(("id" = Uuid, Path, description = "The draft's id"), ("evidence_id" = Uuid, Path, description = "The file's id")),
    responses(
        (status = 204, description = "Removed"),
        (status = 403, description = "Not allowed", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "None of the caller's", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It stays on record as infected", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn remove_draft_evidence(
    filer: Filer,
    desk: Data<Desk>,
    ids: Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    remove(desk, filer, Holder::Draft(known_id(&ids.0)?), known_id(&ids.1)?).await?;
    Ok(HttpResponse::NoContent().finish())
}
