//! `/api/v1/calendars/{id}/closed-days…`: closed days are previewed, announced and taken back, as on the pages.

use super::announce::{
    Announced, Announcement, MAX_NAME, NewDay, announce, good_name, known_calendar, preview, withdraw,
};
use super::plan::{Moved, Span};
use super::store::{self, Closure, Stored};
use crate::app::Desk;
use crate::identity::{PolicyAdmin, StaffReader, TenantId, parse_guid};
use crate::locale::Lang;
use crate::openapi::{Authenticated, JsonIn, Repeatable};
use crate::problem::{InputError, Kind, Problem};
use crate::sla::ClosedDay;
use crate::web::idempotency::{Created, Key, answer};
use crate::web::{Failure, JsonBody, NoBody};
use actix_web::web::{Data, Path, ServiceConfig, resource};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Most deadlines that are listed one by one; all of them are counted.
pub const LISTED: usize = 100;

/// `/api/v1/calendars/{id}/closed-days…`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/api/v1/calendars/{id}/closed-days").post(announce_days))
        .service(resource("/api/v1/calendars/{id}/closed-days/preview").post(preview_days))
        .service(resource("/api/v1/calendars/{id}/closed-days/{announcement}").get(get_announcement))
        .service(resource("/api/v1/calendars/{id}/closed-days/{announcement}/withdraw").post(withdraw_days));
}

/// Days on which a calendar is closed.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "kind": "office_closure", "days": [{ "day": "2026-12-30", "name": { "en": "Office closed", "ja": "休業日" } }] }))]
pub struct ClosedDaysBody {
    /// Why.
    pub kind: Closure,
    /// 1 to 400 days within the calendar's years; each name has 1 to 100 characters. Days that are closed already are left out.
    #[schema(min_items = 1, max_items = 400)]
    pub days: Vec<NewDay>,
}

/// What announcing days comes to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ClosedDaysPreview {
    /// The days that close.
    pub days: Vec<NewDay>,
    /// How many were left out, being closed already.
    pub closed_already: usize,
    /// How many requests have a deadline that moves.
    pub deadlines_moved: usize,
    /// The first hundred of them, by reference.
    pub deadlines: Vec<MovedDeadlines>,
}

/// A request whose deadlines move.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MovedDeadlines {
    /// Its id.
    pub request: Uuid,
    /// What people call it.
    pub reference: String,
    /// Whose it is.
    pub tenant: TenantId,
    /// When the answer is due; null where that stays.
    pub due_at: Option<Span>,
    /// When it is withdrawn without a reply; null where that stays.
    pub waiting_until: Option<Span>,
    /// Until when it can be reopened; null where that stays.
    pub reopen_until: Option<Span>,
    /// When what the policy granted to it at once is to be checked; null where that stays.
    pub after_check_due_at: Option<Span>,
}

/// Days that were announced together.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AnnouncedDays {
    /// The announcement's id.
    pub id: Uuid,
    /// The calendar's id.
    pub calendar: String,
    /// Why they are closed.
    pub kind: Closure,
    /// The days.
    pub days: Vec<NewDay>,
    /// When they were announced.
    pub announced_at: DateTime<Utc>,
    /// When they were taken back; null while they are closed.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// An announcement that was made.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AnnouncementMade {
    /// The announcement's id.
    pub id: Uuid,
    /// The calendar's id.
    pub calendar: String,
    /// Why the days are closed.
    pub kind: Closure,
    /// When they were announced.
    pub announced_at: DateTime<Utc>,
    /// What it came to.
    pub came_to: ClosedDaysPreview,
}

impl ClosedDaysPreview {
    fn new(announced: &Announced) -> Self {
        let moved = |moved: &Moved| MovedDeadlines {
            request: moved.id,
            reference: moved.reference.clone(),
            tenant: TenantId(moved.tenant),
            due_at: moved.due,
            waiting_until: moved.waiting,
            reopen_until: moved.reopening,
            after_check_due_at: moved.check.map(|check| check.due),
        };
        Self {
            days: announced.days.iter().map(day).collect(),
            closed_already: announced.closed_already,
            deadlines_moved: announced.moved.len(),
            deadlines: announced.moved.iter().take(LISTED).map(moved).collect(),
        }
    }
}

impl AnnouncementMade {
    /// As the call is answered, and every repeat of it.
    pub fn new(calendar: &str, made: &Announcement) -> Self {
        let came_to = ClosedDaysPreview::new(&made.announced);
        let (id, kind, announced_at) = (made.id, made.kind, made.announced_at);
        Self { id, calendar: calendar.to_owned(), kind, announced_at, came_to }
    }
}

fn day(closed: &ClosedDay) -> NewDay {
    NewDay { day: closed.day, name: closed.name.clone() }
}

/// Says what announcing days would come to. Nothing is kept.
#[utoipa::path(
    post, path = "/api/v1/calendars/{id}/closed-days/preview", tag = "calendars",
    params(("id" = String, Path, description = "The calendar's id", example = "jp")),
    request_body = ClosedDaysBody,
    responses(
        (status = 200, description = "The deadlines that would move, before and after", body = ClosedDaysPreview),
        (status = 403, description = "Not a policy admin with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown calendar", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No days, too many, outside the calendar's years, all of them closed already, or a name that cannot be", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
    ),
    security(("bearer" = []))
)]
pub async fn preview_days(
    _admin: PolicyAdmin,
    desk: Data<Desk>,
    id: Path<String>,
    JsonBody(body): JsonBody<ClosedDaysBody>,
) -> Result<HttpResponse, Failure> {
    known_calendar(&desk, &id)?;
    let body = checked(body)?;
    let announced = preview(&desk, &id, &body.days).await.map_err(at_days)?;
    Ok(HttpResponse::Ok().json(ClosedDaysPreview::new(&announced)))
}

/// Announces days on which a calendar is closed: every open deadline that they lengthen moves at once, with a record of its own.
#[utoipa::path(
    post, path = "/api/v1/calendars/{id}/closed-days", tag = "calendars",
    params(
        ("id" = String, Path, description = "The calendar's id", example = "jp"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 printable ASCII characters; a repeat within 24 hours gets the first answer"),
    ),
    request_body = ClosedDaysBody,
    responses(
        (status = 201, description = "Announced, and the deadlines moved", body = AnnouncementMade),
        (status = 403, description = "Not a policy admin with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown calendar", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No days, too many, outside the calendar's years, all of them closed already, or a name that cannot be; or the key was used for another body", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        Repeatable,
        JsonIn,
    ),
    security(("bearer" = []))
)]
pub async fn announce_days(
    admin: PolicyAdmin,
    desk: Data<Desk>,
    id: Path<String>,
    http: HttpRequest,
    JsonBody(body): JsonBody<ClosedDaysBody>,
) -> Result<HttpResponse, Failure> {
    known_calendar(&desk, &id)?;
    let key = Key::of(&http, &admin, &body)?;
    let ClosedDaysBody { kind, days } = checked(body)?;
    let (made, body) = match announce(desk, admin, &id, (kind, days), key).await.map_err(at_days)? {
        Created::Now(made) => (made.id, serde_json::to_string(&AnnouncementMade::new(&id, &made))),
        Created::Before(first) => {
            (first.created, Ok(first.answer.ok_or_else(|| Failure::new(Kind::IdempotencyKeyReused))?))
        }
    };
    Ok(answer(&format!("/api/v1/calendars/{id}/closed-days/{made}"), body.map_err(Failure::internal)?))
}

/// Days that were announced together.
#[utoipa::path(
    get, path = "/api/v1/calendars/{id}/closed-days/{announcement}", tag = "calendars",
    params(("id" = String, Path, description = "The calendar's id", example = "jp"), ("announcement" = Uuid, Path, description = "The announcement's id")),
    responses(
        (status = 200, description = "The days, and whether they were taken back", body = AnnouncedDays),
        (status = 403, description = "Not staff, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn get_announcement(
    _staff: StaffReader,
    desk: Data<Desk>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(read(&desk, &path).await?))
}

/// Takes an announcement back: clocks that are set from now on count its days again; what was promised stays.
#[utoipa::path(
    post, path = "/api/v1/calendars/{id}/closed-days/{announcement}/withdraw", tag = "calendars",
    params(("id" = String, Path, description = "The calendar's id", example = "jp"), ("announcement" = Uuid, Path, description = "The announcement's id")),
    responses(
        (status = 200, description = "Taken back", body = AnnouncedDays),
        (status = 403, description = "Not a policy admin with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Taken back before", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A body with fields; there are none", body = Problem, content_type = "application/problem+json"),
        JsonIn,
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn withdraw_days(
    admin: PolicyAdmin,
    desk: Data<Desk>,
    path: Path<(String, String)>,
    _: NoBody,
) -> Result<HttpResponse, Failure> {
    let announced = read(&desk, &path).await?;
    withdraw(desk.clone(), admin, announced.id).await?;
    Ok(HttpResponse::Ok().json(read(&desk, &path).await?))
}

async fn read(desk: &Desk, (calendar, announcement): &(String, String)) -> Result<AnnouncedDays, Failure> {
    let unknown = || Failure::new(Kind::NotFound);
    let id = parse_guid(announcement).ok_or_else(unknown)?;
    let mut stored = store::all(&mut desk.db.staff().await?).await?;
    stored.retain(|stored| stored.announcement == id && stored.calendar == *calendar);
    let Stored { calendar, kind, closed, .. } = stored.first().cloned().ok_or_else(unknown)?;
    let days = stored.iter().map(|stored| day(&stored.closed)).collect();
    Ok(AnnouncedDays { id, calendar, kind, days, announced_at: closed.announced_at, withdrawn_at: closed.withdrawn_at })
}

/// The body with the names of its days trimmed.
fn checked(mut body: ClosedDaysBody) -> Result<ClosedDaysBody, Failure> {
    let mut errors = Vec::new();
    for (place, day) in body.days.iter_mut().enumerate() {
        for (lang, name) in [(Lang::En, &mut day.name.en), (Lang::Ja, &mut day.name.ja)] {
            *name = name.trim().to_owned();
            if !good_name(name) {
                let code = if name.is_empty() { "empty" } else { "closed_day_name" };
                let pointer = format!("/days/{place}/name/{}", lang.tag());
                errors.push(InputError::new(pointer, code).with("max", MAX_NAME));
            }
        }
    }
    if errors.is_empty() { Ok(body) } else { Err(Failure::invalid(errors)) }
}

/// What the page says of its field for the day is said of the list here.
fn at_days(failure: Failure) -> Failure {
    if failure.kind() != Kind::InvalidInput {
        return failure;
    }
    let errors = failure.errors().iter().cloned();
    let at = |error: InputError| match error.pointer == "/day" {
        true => InputError { pointer: "/days".to_owned(), ..error },
        false => error,
    };
    Failure::invalid(errors.map(at).collect())
}
