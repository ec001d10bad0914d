//! `/api/v1/partners`: for operators.

use super::{NewPartner, Partner, PartnerType, find, import, list};
use crate::app::Desk;
use crate::db::{self, Tx};
use crate::identity::{Lead, StaffReader, TenantId};
use crate::openapi::{Authenticated, JsonIn, Repeatable};
use crate::problem::{InputError, Kind, Problem};
use crate::web::idempotency::{self, Created, Key};
use crate::web::{Failure, JsonBody, Paging};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// `/api/v1/partners`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/partners").get(list_partners).post(register_partner));
}

/// A partner to register.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartnerBody {
    /// Its tenant; no operator's.
    pub tenant: TenantId,
    /// 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// What kind of partner it is.
    pub r#type: PartnerType,
    /// ISO 3166-1 alpha-2.
    #[schema(pattern = "^[A-Za-z]{2}$")]
    pub country: String,
    /// An e-mail address.
    #[schema(min_length = 1, max_length = 254, format = Email)]
    pub security_contact: String,
    /// The calendar of its business days; the country's when absent.
    #[serde(default)]
    pub calendar: Option<String>,
}

/// A part of a list of partners.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PartnerList {
    /// By name.
    pub items: Vec<Partner>,
}

/// The registered partners, by name.
#[utoipa::path(
    get, path = "/api/v1/partners", tag = "partners",
    params(("limit" = Option<u16>, Query, description = "1 to 200, else 25"), ("after" = Option<String>, Query, description = "Cursor of the page before")),
    responses(
        (status = 200, description = "By name; `Link: rel=\"next\"` when there are more", body = PartnerList),
        (status = 403, description = "Not staff, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Bad `limit` or `after`", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn list_partners(
    _staff: StaffReader,
    desk: web::Data<Desk>,
    paging: Paging,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let after: Option<(String, TenantId)> = paging.after()?;
    let after = after.as_ref().map(|(name, tenant)| (name.as_str(), *tenant));
    let mut tx = desk.db.staff().await?;
    let rows = list(&mut tx, after, paging.fetch()).await?;
    Ok(paging.cut(rows, |partner| (partner.name.clone(), partner.tenant)).answer(&request))
}

/// Registers a partner.
#[utoipa::path(
    post, path = "/api/v1/partners", tag = "partners",
    request_body = PartnerBody,
    responses(
        (status = 201, description = "Registered", body = Partner),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Registered already, or the key's first call is still running", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Bad input, each place named; or the key was used for another body", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        Repeatable,
        JsonIn,
    ),
    security(("bearer" = []))
)]
pub async fn register_partner(
    lead: Lead,
    desk: web::Data<Desk>,
    http: HttpRequest,
    JsonBody(body): JsonBody<PartnerBody>,
) -> Result<HttpResponse, Failure> {
    let key = Key::of(&http, &lead, &body)?;
    let new = checked(&desk, body)?;
    let partner: Created<Partner> = db::to_the_end(async move {
        let mut tx = desk.db.staff().await?;
        let now = desk.clock.now();
        let registered = idempotency::once(&mut tx, key, now, async |tx, key| {
            let partner = register(tx, &lead, &new, now).await?;
            key.remember(tx, partner.tenant.0, &partner).await?;
            Ok(partner)
        });
        let registered = registered.await;
        db::finish(tx, registered).await
    })
    .await?;
    partner.answer(|partner| partner.tenant.0, |tenant| format!("/api/v1/partners/{tenant}"))
}

async fn register(tx: &mut Tx, lead: &Lead, new: &NewPartner, now: DateTime<Utc>) -> Result<Partner, Failure> {
    if find(tx, new.tenant).await?.is_some() {
        return Err(Failure::new(Kind::WrongState));
    }
    let summary = import(tx, lead.actor(), std::slice::from_ref(new), now).await?;
    if summary.added != 1 {
        // Somebody registered it in the same instant.
        return Err(Failure::new(Kind::WrongState));
    }
    find(tx, new.tenant).await?.ok_or_else(|| Failure::new(Kind::Internal))
}

fn checked(desk: &Desk, body: PartnerBody) -> Result<NewPartner, Failure> {
    let mut errors = Vec::new();
    let name = body.name.trim().to_owned();
    match name.chars().count() {
        0 => errors.push(InputError::new("/name", "empty")),
        1..=200 if !name.chars().any(char::is_control) => {}
        1..=200 => errors.push(InputError::new("/name", "control_characters")),
        _ => errors.push(InputError::new("/name", "too_long").with("max", 200)),
    }
    if desk.roles.is_operator(body.tenant) {
        errors.push(InputError::new("/tenant", "tenant_is_operator"));
    }
    let country = body.country.to_ascii_uppercase();
    if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        errors.push(InputError::new("/country", "country_invalid"));
    }
    let calendar = match &body.calendar {
        None => Some(desk.calendars.for_country(&country)),
        Some(id) => desk.calendars.get(id),
    };
    if calendar.is_none() {
        errors.push(InputError::new("/calendar", "calendar_unknown"));
    }
    let contact = body.security_contact.parse();
    if contact.is_err() {
        errors.push(InputError::new("/security_contact", "email_invalid"));
    }
    match (calendar, contact) {
        (Some(calendar), Ok(security_contact)) if errors.is_empty() => Ok(NewPartner {
            tenant: body.tenant,
            name,
            r#type: body.r#type,
            country,
            calendar: calendar.id().to_owned(),
            security_contact,
        }),
        _ => Err(Failure::invalid(errors)),
    }
}
