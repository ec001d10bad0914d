//! `/api/v1/mails`

use super::{Mail, State, resend, store};
use crate::app::Desk;
use crate::identity::{Lead, parse_guid};
use crate::openapi::{Authenticated, JsonIn};
use crate::problem::{Kind, Problem};
use crate::web::{Failure, NoBody, Paging, QueryOf};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `/api/v1/mails…`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/mails").get(list_mails))
        .service(web::resource("/api/v1/mails/{id}/resend").post(resend_mail));
}

/// A part of the list of mails.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailList {
    /// Newest first.
    pub items: Vec<Mail>,
}

/// Which mails are asked for.
#[derive(Debug, Deserialize)]
pub struct Filter {
    /// Those in this state.
    pub state: Option<State>,
}

/// The mails of the last 30 days, newest first.
#[utoipa::path(
    get, path = "/api/v1/mails", tag = "mails",
    params(
        ("state" = Option<State>, Query, description = "Those in this state"),
        ("limit" = Option<u16>, Query, description = "1 to 200, else 25"),
        ("after" = Option<String>, Query, description = "Cursor of the page before"),
    ),
    responses(
        (status = 200, description = "Newest first; `Link: rel=\"next\"` when there are more", body = MailList),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Bad `state`, `limit` or `after`", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn list_mails(
    _lead: Lead,
    desk: web::Data<Desk>,
    QueryOf(filter): QueryOf<Filter>,
    paging: Paging,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let mut tx = desk.db.staff().await?;
    let rows = store::list(&mut tx, filter.state, paging.after()?, paging.fetch()).await?;
    Ok(paging.cut(rows, |mail| mail.id).answer(&request))
}

/// Has a mail that was sent or is dead sent again, with the same `Message-ID`.
#[utoipa::path(
    post, path = "/api/v1/mails/{id}/resend", tag = "mails",
    params(("id" = Uuid, Path, description = "The mail's id")),
    responses(
        (status = 200, description = "It waits to be sent", body = Mail),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It waits already", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A body with fields; there are none", body = Problem, content_type = "application/problem+json"),
        JsonIn,
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn resend_mail(
    lead: Lead,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    _body: NoBody,
) -> Result<HttpResponse, Failure> {
    let id = parse_guid(&id).ok_or_else(|| Failure::new(Kind::NotFound))?;
    Ok(HttpResponse::Ok().json(resend(desk, lead, id).await?))
}
