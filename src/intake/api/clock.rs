//! `/api/v1/requests/{id}/clock`: the due time with its whole arithmetic.

use super::known_id;
use crate::app::Desk;
use crate::identity::CaseReader;
use crate::intake::clock::reckoned;
use crate::intake::pages::receipt::within;
use crate::intake::request::{Request, find};
use crate::intake::view::SlaView;
use crate::locale::Lang;
use crate::openapi::Authenticated;
use crate::problem::{Kind, Problem};
use crate::sla::{ClosedDay, Move, Pause, ReceiptDay, Reckoned};
use crate::web::Failure;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// `/api/v1/requests/{id}/clock`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/requests/{id}/clock").get(get_clock));
}

/// The clock of a request with its whole arithmetic.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockView {
    /// What the request's `sla` says.
    #[serde(flatten)]
    pub sla: SlaView,
    /// The time zone of dates and times of day, by its name in the IANA database.
    #[schema(example = "Asia/Tokyo")]
    pub zone: String,
    /// When the clock was set.
    pub from: DateTime<Utc>,
    /// For how many business days.
    pub business_days: u32,
    /// The working time they stand for.
    pub needed_seconds: i64,
    /// Every day from then to the end, with what it counted.
    pub days: Vec<ClockDay>,
    /// The times within the clock in which it stood still.
    pub pauses: Vec<PauseView>,
    /// Announcements of closed days that moved it while it ran, the first first.
    pub changes: Vec<ClockChange>,
}

/// One day of the arithmetic.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockDay {
    /// The local date.
    pub date: NaiveDate,
    /// The calendar's hours; none on a day off.
    pub hours: Vec<ClockStretch>,
    /// The name of the holiday, in the request's language.
    pub holiday: Option<String>,
    /// What counted.
    pub counted: Vec<ClockStretch>,
    /// How much that is.
    pub counted_seconds: i64,
    /// Working time that stood still.
    pub paused_seconds: i64,
}

/// A stretch of a day, in local time.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockStretch {
    /// When it begins: hours, minutes, seconds.
    #[schema(example = "09:00:00")]
    pub from: String,
    /// When it ends; `24:00:00` is the midnight that ends the day.
    #[schema(example = "18:00:00")]
    pub to: String,
}

/// A time in which the clock stood still.
#[derive(Debug, Serialize, ToSchema)]
pub struct PauseView {
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when; null while it lasts.
    pub to: Option<DateTime<Utc>>,
}

/// What an announcement of closed days moved.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockChange {
    /// When it was announced.
    pub announced_at: DateTime<Utc>,
    /// The days.
    pub days: Vec<ClosedDayView>,
    /// The due instant before; null while the clock stood still.
    pub due_before: Option<DateTime<Utc>>,
    /// The due instant since.
    pub due_after: Option<DateTime<Utc>>,
}

/// A day that was announced to be closed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClosedDayView {
    /// The local date.
    pub date: NaiveDate,
    /// Its name, in the request's language.
    pub name: String,
}

/// The clock of a request: hours counted, holidays met, pauses, and closed days announced since.
#[utoipa::path(
    get, path = "/api/v1/requests/{id}/clock", tag = "requests",
    params(("id" = uuid::Uuid, Path, description = "The request's id")),
    responses(
        (status = 200, description = "The clock with its arithmetic", body = ClockView),
        (status = 403, description = "Not allowed", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown, another tenant's, or answered at once: it has no clock", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn get_clock(
    caller: CaseReader,
    desk: web::Data<Desk>,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let mut tx = caller.begin(&desk.db).await?;
    let not_found = || Failure::new(Kind::NotFound);
    let request = find(&mut tx, known_id(&id)?).await?.ok_or_else(not_found)?;
    let clock = reckoned(&desk, &request)?.ok_or_else(not_found)?;
    Ok(HttpResponse::Ok().json(ClockView::new(&clock, &request, desk.clock.now())))
}

impl ClockView {
    fn new(clock: &Reckoned, request: &Request, now: DateTime<Utc>) -> Self {
        let (due, lang) = (&clock.due, request.language);
        let pauses = request.course.pauses.iter().filter(|pause| within(pause, due));
        Self {
            sla: SlaView::new(due, request, now),
            zone: due.zone.name().to_owned(),
            from: due.from,
            business_days: due.business_days,
            needed_seconds: due.needed.num_seconds(),
            days: due.receipt.iter().map(|day| ClockDay::new(day, lang)).collect(),
            pauses: pauses.map(|Pause { from, to }| PauseView { from: *from, to: *to }).collect(),
            changes: clock.moves.iter().map(|moved| ClockChange::new(moved, lang)).collect(),
        }
    }
}

impl ClockDay {
    fn new(day: &ReceiptDay, lang: Lang) -> Self {
        let midnight = day.date.and_time(NaiveTime::MIN);
        let stretch = |from: NaiveDateTime, to: NaiveDateTime| {
            let clock = |at: NaiveDateTime| match at.date() > day.date {
                true => "24:00:00".to_owned(),
                false => at.format("%H:%M:%S%.f").to_string(),
            };
            ClockStretch { from: clock(from), to: clock(to) }
        };
        Self {
            date: day.date,
            hours: day.hours.iter().map(|span| stretch(midnight + span.opens, midnight + span.closes)).collect(),
            holiday: day.holiday.as_ref().map(|name| name.get(lang).to_owned()),
            counted: day.counted.iter().map(|counted| stretch(counted.start, counted.end)).collect(),
            counted_seconds: day.length().num_seconds(),
            paused_seconds: day.paused.num_seconds(),
        }
    }
}

impl ClockChange {
    fn new(moved: &Move, lang: Lang) -> Self {
        let day = |day: &ClosedDay| ClosedDayView { date: day.day, name: day.name.get(lang).to_owned() };
        Self {
            announced_at: moved.announced_at,
            days: moved.days.iter().map(day).collect(),
            due_before: moved.before.at(),
            due_after: moved.after.at(),
        }
    }
}
