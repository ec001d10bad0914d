//! A partner's calendar, changed by a lead: `/api/v1/partners/{tenant}/calendar`, `/partners/{tenant}/calendar`.
//!
//! Requests that are under way keep the calendar that they were filed under: what was promised by it stays promised.

use super::one::{PartnerWithHold, answer, known, read};
use super::{Partner, find};
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::db;
use crate::exceptions::api::checked_reason;
use crate::identity::{Lead, TenantId};
use crate::intake::pages::parts::one_line;
use crate::openapi::{Authenticated, JsonIn, Versioned};
use crate::problem::{InputError, Kind, Problem};
use crate::web::components::{Notice, SummaryList, Tone};
use crate::web::field::Choice;
use crate::web::page::Link;
use crate::web::pages::confirm::ConfirmPage;
use crate::web::{Failure, Form, FormFields, Html, IfMatch, JsonBody, Message, Reader};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, Responder, web};
use serde::Deserialize;
use serde_json::json;

/// `/api/v1/partners/{tenant}/calendar`
pub fn api_routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/partners/{tenant}/calendar").put(change_calendar));
}

/// `/partners/{tenant}/calendar`
pub fn page_routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/partners/{tenant}/calendar").get(ask).post(act));
}

/// Another calendar for a partner.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarBody {
    /// The calendar's id.
    #[schema(example = "jp")]
    pub calendar: String,
    /// 1 to 2000 characters, for the audit log.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

/// Changes the calendar of a partner's business days, for requests that it files from now on.
#[utoipa::path(
    put, path = "/api/v1/partners/{tenant}/calendar", tag = "partners",
    params(("tenant" = uuid::Uuid, Path, description = "The partner's tenant"), ("If-Match" = String, Header, description = "The partner's `ETag`")),
    request_body = CalendarBody,
    responses(
        (status = 200, description = "Changed; requests that are open keep the calendar that they were filed under", body = PartnerWithHold),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Not registered", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No such calendar; no reason, or too long a one", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn change_calendar(
    lead: Lead,
    desk: web::Data<Desk>,
    tenant: web::Path<String>,
    if_match: IfMatch,
    JsonBody(body): JsonBody<CalendarBody>,
) -> Result<HttpResponse, Failure> {
    change(desk, lead, known(&tenant)?, if_match, body).await.map(answer)
}

/// Changes the calendar of `tenant`; the same one changes nothing.
///
/// # Errors
/// 404, 412, 422 for an unknown calendar or the reason, 503.
async fn change(
    desk: web::Data<Desk>,
    lead: Lead,
    tenant: TenantId,
    if_match: IfMatch,
    body: CalendarBody,
) -> Result<PartnerWithHold, Failure> {
    let reason = checked_reason(&body.reason);
    let unknown = desk.calendars.get(&body.calendar).is_none();
    let unknown = unknown.then(|| InputError::new("/calendar", "calendar_unknown"));
    let wrong: Vec<_> =
        unknown.into_iter().chain(reason.as_ref().err().into_iter().flat_map(|f| f.errors().to_vec())).collect();
    let reason = if wrong.is_empty() { reason? } else { return Err(Failure::invalid(wrong)) };
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = desk.db.staff().await?;
        let partner = find(&mut tx, tenant).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        let seen = if_match.holds_for(partner.version)?;
        if partner.calendar != body.calendar {
            let changed = sqlx::query!(
                "UPDATE partners SET calendar = $3, version = version + 1 WHERE tenant = $1 AND version = $2",
                tenant.0,
                seen,
                body.calendar,
            );
            if changed.execute(&mut *tx).await?.rows_affected() == 0 {
                return Err(Failure::new(Kind::VersionMismatch));
            }
            let event = Event {
                actor: lead.actor(),
                action: "partner.calendar_changed",
                subject_kind: "partner",
                subject_id: tenant.0,
                tenant: Some(tenant),
                details: json!({ "before": partner.calendar, "after": body.calendar, "version": partner.version + 1 }),
                personal: Some(json!({ "reason": reason })),
            };
            audit::record(&mut tx, now, event).await?;
        }
        let partner = read(&mut tx, tenant).await?;
        tx.commit().await?;
        Ok(partner)
    })
    .await
}

async fn ask(
    _lead: Lead,
    desk: web::Data<Desk>,
    reader: Reader,
    tenant: web::Path<String>,
) -> Result<Html<ConfirmPage>, Failure> {
    let (partner, open) = found(&desk, &tenant).await?;
    let values = FormFields::default().with("calendar", partner.calendar.clone());
    Ok(Html(confirmation(&desk, &reader, &partner, open, &values, &[])))
}

async fn act(
    lead: Lead,
    desk: web::Data<Desk>,
    tenant: web::Path<String>,
    http: HttpRequest,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let (partner, open) = found(&desk, &tenant).await?;
    let seen = IfMatch::Versions(vec![fields.get("version").parse().unwrap_or(0)]);
    let body = CalendarBody { calendar: fields.get("calendar").to_owned(), reason: fields.get("reason").to_owned() };
    let href = format!("/partners/{}", partner.tenant);
    match change(desk.clone(), lead, partner.tenant, seen, body).await {
        Ok(_) => Ok(HttpResponse::SeeOther().insert_header((LOCATION, href)).finish()),
        Err(failure) if failure.kind() == Kind::InvalidInput => {
            let page = confirmation(&desk, &Reader::of(&http), &partner, open, &fields, failure.errors());
            let mut response = Html(page).respond_to(&http);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(failure) => Err(failure.way_out(href, Message::new("partner-open"))),
    }
}

/// The partner, and how many of its requests are open.
async fn found(desk: &Desk, tenant: &str) -> Result<(Partner, i64), Failure> {
    let mut tx = desk.db.staff().await?;
    let partner = find(&mut tx, known(tenant)?).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let open = crate::intake::request::count_open_of(&mut tx, partner.tenant).await?;
    Ok((partner, open))
}

fn confirmation(
    desk: &Desk,
    reader: &Reader,
    partner: &Partner,
    open: i64,
    values: &FormFields,
    errors: &[InputError],
) -> ConfirmPage {
    let page = reader.page("partner-calendar-title").wide();
    let lang = page.lang();
    let mut form = Form::new(lang, values, errors);
    let choices = desk.calendars.iter().map(|calendar| Choice::new(calendar.id(), calendar.name(lang)));
    let calendar = form.radios("/calendar", page.t("partners-calendar"), choices.collect()).answered();
    let reason =
        form.area("/reason", page.t("hold-reason")).hint(page.t("partner-calendar-reason-hint")).max_length(2000);
    let page = page.with_errors(form.summary());
    let href = format!("/partners/{}", partner.tenant);
    ConfirmPage {
        facts: SummaryList::new()
            .row(page.t("partners-name"), one_line(&partner.name))
            .row(page.t("partners-country"), partner.country_name(lang))
            .row(page.t("partner-calendar-now"), partner.calendar_in(&desk.calendars).name(lang)),
        consequence: Notice::new(Tone::Info, page.t1("partner-calendar-consequence", "open", open)),
        fields: vec![calendar, reason],
        hidden: vec![("version", partner.version.to_string())],
        action: format!("{href}/calendar"),
        button: page.t("partner-calendar-button"),
        danger: false,
        cancel: Link { href, label: page.t("partner-calendar-cancel") },
        page,
    }
}
