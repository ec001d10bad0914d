//! What exceptions did and whether anybody needs them, for programs.

use super::api::known_id;
use super::hits::{self, DayOfHits, HourOfHits};
use super::need;
use crate::app::Desk;
use crate::exceptions::{self, api::RevokeBody, api::checked_reason, view::ExceptionView};
use crate::identity::{Reviewer, StaffReader};
use crate::openapi::{Authenticated, JsonIn, Versioned};
use crate::problem::{InputError, Kind, Problem};
use crate::web::if_match::etag;
use crate::web::{Failure, IfMatch, JsonBody, Paging, QueryOf};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// The most that is given at once.
const LONGEST: TimeDelta = TimeDelta::days(31);

/// `/api/v1/exceptions/{id}/hits`, `…/close`, `/api/v1/enforcement/days/{day}`, `…/unneeded`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/exceptions/{id}/hits").get(get_hits))
        .service(web::resource("/api/v1/exceptions/{id}/close").post(close_exception))
        .service(web::resource("/api/v1/enforcement/days/{day}").get(get_day))
        .service(web::resource("/api/v1/enforcement/unneeded").get(list_unneeded));
}

/// Which hours are asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HitsQuery {
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
}

/// What an exception did.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct HitList {
    /// The hours in which something was reported, the oldest first.
    pub items: Vec<HourOfHits>,
}

/// Who was let through on a day.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DayList {
    /// The exceptions that let somebody through, the most used first; 500 at most.
    pub items: Vec<DayOfHits>,
}

/// An exception that nobody needed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct UnneededView {
    /// The exception.
    pub exception: ExceptionView,
    /// How often it covered somebody in the last 14 days who had passed MFA anyway.
    pub would_have_passed: i64,
    /// The hour in which it last let somebody through, as far as is still known.
    pub last_needed_at: Option<DateTime<Utc>>,
}

/// A part of a list of exceptions that nobody needed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct UnneededList {
    /// The newest exception first.
    pub items: Vec<UnneededView>,
}

/// What an exception did by the hour, at all enforcement points together.
#[utoipa::path(
    get, path = "/api/v1/exceptions/{id}/hits", tag = "enforcement",
    params(
        ("id" = Uuid, Path, description = "The exception's id"),
        ("from" = Option<DateTime<Utc>>, Query, description = "The first hour; 14 days before `until` when absent"),
        ("until" = Option<DateTime<Utc>>, Query, description = "Hours before that instant, at most 31 days after `from`; an hour from now when absent"),
    ),
    responses(
        (status = 200, description = "The hours with reports", body = HitList),
        (status = 403, description = "Not staff, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Hours that cannot be", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn get_hits(
    _staff: StaffReader,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    QueryOf(query): QueryOf<HitsQuery>,
) -> Result<HttpResponse, Failure> {
    let id = known_id(&id)?;
    let now = desk.clock.now();
    let until = query.until.unwrap_or(now + TimeDelta::hours(1));
    if until > now + TimeDelta::days(1) {
        return Err(InputError::new("/until", "instant_in_future").into());
    }
    // Nothing older is kept, and so no subtraction below can leave the calendar.
    let oldest = now - super::HITS_KEPT - LONGEST;
    if until < oldest || query.from.is_some_and(|from| from < oldest) {
        return Err(InputError::new(if until < oldest { "/until" } else { "/from" }, "instant_too_old").into());
    }
    let from = query.from.unwrap_or(until - TimeDelta::days(14));
    if until < from || until - from > LONGEST {
        return Err(InputError::new("/from", "hours_out_of_range").into());
    }
    let mut tx = desk.db.staff().await?;
    exceptions::find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    Ok(HttpResponse::Ok().json(HitList { items: hits::of_exception(&mut tx, id, from, until).await? }))
}

/// Who was let through on a day (UTC), and by which exception.
#[utoipa::path(
    get, path = "/api/v1/enforcement/days/{day}", tag = "enforcement",
    params(("day" = NaiveDate, Path, description = "The day, as 2026-11-26", example = "2026-11-26")),
    responses(
        (status = 200, description = "The exceptions that let somebody through", body = DayList),
        (status = 403, description = "Not staff, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No day that hits are kept of", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn get_day(
    _staff: StaffReader,
    desk: web::Data<Desk>,
    day: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let span = day.parse().ok().and_then(|day| hours_of(day, desk.clock.now()));
    let (from, until) = span.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let mut tx = desk.db.staff().await?;
    Ok(HttpResponse::Ok().json(DayList { items: hits::of_day(&mut tx, from, until).await? }))
}

/// A first instant, and the first one after the last.
pub(super) type Hours = (DateTime<Utc>, DateTime<Utc>);

/// The first instant of `day` and of the day after it, where hits of it are kept at `now`.
pub(super) fn hours_of(day: NaiveDate, now: DateTime<Utc>) -> Option<Hours> {
    let first = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let (from, until) = (first(day), first(day.checked_add_days(Days::new(1))?));
    (from <= now && from >= now - super::HITS_KEPT).then_some((from, until))
}

/// The exceptions in force that have let nobody through for 14 days.
///
/// None unless an enforcement point has reported all that time.
#[utoipa::path(
    get, path = "/api/v1/enforcement/unneeded", tag = "enforcement",
    params(("limit" = Option<u16>, Query, description = "1 to 200, else 25"), ("after" = Option<String>, Query, description = "Cursor of the page before")),
    responses(
        (status = 200, description = "Newest first; `Link: rel=\"next\"` when there are more", body = UnneededList),
        (status = 403, description = "Not staff, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Bad `limit` or `after`", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn list_unneeded(
    _staff: StaffReader,
    desk: web::Data<Desk>,
    paging: Paging,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let now = desk.clock.now();
    let mut tx = desk.db.staff().await?;
    let rows = need::list(&mut tx, &desk, None, paging.after()?, paging.fetch()).await?;
    let slice = paging.cut(rows, |unneeded| unneeded.exception.id).map(|unneeded| UnneededView {
        exception: ExceptionView::new(&unneeded.exception, now, true),
        would_have_passed: unneeded.would_have_passed,
        last_needed_at: unneeded.last_needed_at,
    });
    Ok(slice.answer(&request))
}

/// Ends an exception that nobody needed for 14 days. Its partner is told the reason; no hold is placed on the tenant.
#[utoipa::path(
    post, path = "/api/v1/exceptions/{id}/close", tag = "enforcement",
    params(("id" = Uuid, Path, description = "The exception's id"), ("If-Match" = String, Header, description = "Its `ETag`")),
    request_body = RevokeBody,
    responses(
        (status = 200, description = "Ended; the feed's next version says so", body = ExceptionView),
        (status = 403, description = "Not a reviewer or lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It has ended already, or somebody needed it", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No reason, or too long a one", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn close_exception(
    reviewer: Reviewer,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    if_match: IfMatch,
    JsonBody(body): JsonBody<RevokeBody>,
) -> Result<HttpResponse, Failure> {
    let id = known_id(&id)?;
    let reason = checked_reason(&body.reason)?;
    let view = need::close(desk, reviewer, id, if_match, reason).await?;
    Ok(HttpResponse::Ok().insert_header(etag(view.version)).json(view))
}
