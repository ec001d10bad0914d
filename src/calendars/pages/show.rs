//! `/admin/calendars/{id}`: hours, holidays of the next year, and what was announced.

use super::list::covered;
use crate::app::Desk;
use crate::calendars::announce::known_calendar;
use crate::calendars::coverage::{WARNED_DAYS, ends};
use crate::calendars::store::{self, Stored};
use crate::identity::{Role, StaffReader};
use crate::locale::Lang;
use crate::sla::{Calendar, words};
use crate::web::components::{Empty, Markup, Notice, SummaryList, Tag, Tone};
use crate::web::table::{Column, Table};
use crate::web::time::{date, zone_name};
use crate::web::{Failure, FormFields, Html, Page, Reader};
use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::{Days, NaiveDate, TimeDelta, Weekday};

/// How far ahead holidays are listed, in days.
const AHEAD: u64 = 366;

#[derive(Template)]
#[template(path = "calendars/show.html")]
pub(super) struct ShowPage {
    page: Page,
    id: String,
    done: Option<Notice>,
    ends: Option<Notice>,
    facts: SummaryList,
    holidays: Table,
    announcements: Vec<AnnouncementView>,
    may_announce: bool,
}

/// Days that were announced together.
struct AnnouncementView {
    id: String,
    kind: String,
    days: Vec<String>,
    announced: String,
    /// When it was taken back.
    withdrawn: Option<String>,
}

pub(super) async fn show(
    staff: StaffReader,
    desk: Data<Desk>,
    reader: Reader,
    id: Path<String>,
    http: HttpRequest,
) -> Result<Html<ShowPage>, Failure> {
    let calendar = known_calendar(&desk, &id)?;
    let mut stored = store::all(&mut desk.db.staff().await?).await?;
    stored.retain(|stored| stored.calendar == calendar.id());
    let page = reader.page_titled(calendar.name(reader.lang)).wide().back_to("/admin/calendars", "calendars-title");
    let (last, left) = ends(calendar, desk.clock.now());
    let text = page.t1("calendars-ends-text", "last", date(last, page.lang()));
    let moved = FormFields::from_query(http.query_string());
    let moved: Option<u32> = moved.get("moved").parse().ok();
    let announced = moved.map(|moved| Notice::new(Tone::Ok, page.t1("calendars-done", "moved", moved)));
    Ok(Html(ShowPage {
        id: calendar.id().to_owned(),
        done: announced,
        ends: (left < WARNED_DAYS).then(|| Notice::new(Tone::Warn, text).title(page.t("calendars-ends"))),
        facts: facts(&desk, &page, calendar),
        holidays: holidays(&desk, &page, calendar, &stored),
        announcements: announcements(&page, calendar, &stored),
        may_announce: staff.has_any(&[Role::PolicyAdmin]),
        page,
    }))
}

fn facts(desk: &Desk, page: &Page, calendar: &Calendar) -> SummaryList {
    SummaryList::new()
        .row(page.t("calendars-id"), page.code(&format!("`{}`", calendar.id())))
        .row(page.t("calendars-zone"), zone_name(calendar.zone(), page.lang()))
        .row(page.t("calendars-business-day"), words::duration(calendar.business_day(), page.lang()))
        .row(page.t("calendars-hours"), hours(page, calendar))
        .row(page.t("calendars-covered"), covered(desk, page, calendar))
        .row(page.t("calendars-source"), Markup::in_language(&calendar.source().replace('\n', " "), Lang::En))
}

/// The weekly hours: weekdays with the same hours together.
fn hours(page: &Page, calendar: &Calendar) -> String {
    let lang = page.lang();
    let clock = |time: TimeDelta| format!("{:02}:{:02}", time.num_hours(), time.num_minutes() % 60);
    let mut week: Vec<(Vec<String>, String)> = Vec::new();
    for day in (0..7).filter_map(|day| Weekday::try_from(day).ok()) {
        let spans = calendar.weekly_hours(day).iter();
        let spans: Vec<_> = spans.map(|span| format!("{}–{}", clock(span.opens), clock(span.closes))).collect();
        let hours = if spans.is_empty() { page.t("calendars-closed") } else { spans.join(&page.t("list-separator")) };
        let name = lang.text(&format!("calendars-weekday-{}", day.num_days_from_monday()));
        match week.last_mut().filter(|(_, same)| *same == hours) {
            Some((days, _)) => days.push(name),
            None => week.push((vec![name], hours)),
        }
    }
    let said = week.into_iter().map(|(days, hours)| {
        let days = match days.as_slice() {
            [first, .., last] => page.t2("calendars-weekdays", "first", first.as_str(), "last", last.as_str()),
            days => days.join(""),
        };
        page.t2("calendars-hours-of", "days", days, "hours", hours)
    });
    said.collect::<Vec<_>>().join(&page.t("calendars-hours-gap"))
}

/// Holidays of the next year, those of the file and those announced.
fn holidays(desk: &Desk, page: &Page, calendar: &Calendar, stored: &[Stored]) -> Table {
    let lang = page.lang();
    let today = desk.clock.now().with_timezone(&calendar.zone()).date_naive();
    let until = today + Days::new(AHEAD);
    let ahead = |day: &NaiveDate| (today..=until).contains(day);
    let mut days: Vec<(NaiveDate, String, String)> = Vec::new();
    for (day, name) in calendar.holidays().iter().filter(|(day, _)| ahead(day)) {
        days.push((*day, name.get(lang).to_owned(), page.t("calendars-of-file")));
    }
    for stored in stored.iter().filter(|stored| ahead(&stored.closed.day) && stored.closed.withdrawn_at.is_none()) {
        days.push((stored.closed.day, stored.closed.name.get(lang).to_owned(), stored.kind.label(lang)));
    }
    days.sort();
    let columns = ["day", "day-name", "day-kind"].map(|key| Column::new(page.t(&format!("calendars-{key}"))));
    let empty = Empty::new(page.t("calendars-no-holidays"), page.t("calendars-no-holidays-text"));
    days.into_iter().fold(
        Table::new(page.t("calendars-next-year"), columns.into(), empty),
        |table, (day, name, kind)| {
            let kind =
                if kind == page.t("calendars-of-file") { kind.into() } else { Tag::new(Tone::Info, kind).into() };
            table.row([date(day, lang).into(), name.into(), kind])
        },
    )
}

/// What was announced, the newest first.
fn announcements(page: &Page, calendar: &Calendar, stored: &[Stored]) -> Vec<AnnouncementView> {
    let mut views: Vec<AnnouncementView> = stored
        .chunk_by(|one, next| one.announcement == next.announcement)
        .filter_map(|days| {
            let first = days.first()?;
            let said = |day: &Stored| {
                page.t2(
                    "calendars-named",
                    "day",
                    date(day.closed.day, page.lang()),
                    "name",
                    day.closed.name.get(page.lang()),
                )
            };
            let at = |at| page.when(at, calendar.zone()).text();
            Some(AnnouncementView {
                id: first.announcement.to_string(),
                kind: first.kind.label(page.lang()),
                days: days.iter().map(said).collect(),
                announced: page.t1("calendars-announced-at", "at", at(first.closed.announced_at)),
                withdrawn: first.closed.withdrawn_at.map(|gone| page.t1("calendars-withdrawn-at", "at", at(gone))),
            })
        })
        .collect();
    views.reverse();
    views
}
