//! `/admin/calendars`: every calendar, and until when its holidays are known.

use crate::app::Desk;
use crate::calendars::coverage::{WARNED_DAYS, ends};
use crate::identity::StaffReader;
use crate::sla::{Calendar, words};
use crate::web::components::{Anchor, Empty, Markup, Tag, Tone};
use crate::web::table::{Column, Table};
use crate::web::time::{date, zone_name};
use crate::web::{Failure, Html, Page, Reader};
use actix_web::web::Data;
use askama::Template;

#[derive(Template)]
#[template(path = "calendars/list.html")]
pub(super) struct ListPage {
    page: Page,
    table: Table,
}

/// Every calendar, by id.
pub(super) async fn show(_staff: StaffReader, desk: Data<Desk>, reader: Reader) -> Result<Html<ListPage>, Failure> {
    let page = reader.page("calendars-title").wide();
    let columns = ["name", "zone", "business-day", "covered", "announced"];
    let columns = columns.map(|column| Column::new(page.t(&format!("calendars-{column}"))));
    let empty = Empty::new(page.t("calendars-title"), page.t("calendars-lead"));
    let known = desk.closed_days.now();
    let table = desk.calendars.iter().fold(
        Table::new(page.t("calendars-title"), columns.into(), empty).caption_is_title(),
        |table, calendar| {
            let announced = known.get(calendar.id()).into_iter().flatten().filter(|day| day.withdrawn_at.is_none());
            table.row([
                Anchor::new(format!("/admin/calendars/{}", calendar.id()), calendar.name(page.lang())).into(),
                zone_name(calendar.zone(), page.lang()).into(),
                words::duration(calendar.business_day(), page.lang()).into(),
                covered(&desk, &page, calendar),
                page.t1("calendars-days", "count", announced.count()).into(),
            ])
        },
    );
    Ok(Html(ListPage { page, table }))
}

/// The last day whose holidays are known; with a warning before it runs out.
pub(super) fn covered(desk: &Desk, page: &Page, calendar: &Calendar) -> Markup {
    let (last, left) = ends(calendar, desk.clock.now());
    let tag = match left {
        ..0 => Some(Tag::new(Tone::Bad, page.t("calendars-over"))),
        0..WARNED_DAYS => Some(Tag::new(Tone::Warn, page.t1("calendars-runs-out", "days", left))),
        _ => None,
    };
    Markup::joined([Markup::from(date(last, page.lang()))].into_iter().chain(tag.map(Markup::from)))
}
