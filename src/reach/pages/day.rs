//! `/enforcement/days`: who was let through on a day, and why.

use crate::app::Desk;
use crate::identity::{StaffReader, partners};
use crate::intake::pages::parts::{self, one_line};
use crate::problem::InputError;
use crate::reach::hits::{self, DayOfHits};
use crate::reach::need_api::{Hours, hours_of};
use crate::web::components::{Anchor, Empty, Markup};
use crate::web::field::Field;
use crate::web::page::Link;
use crate::web::table::{Column, Table};
use crate::web::{Failure, Form, FormFields, Html, Page, Reader, time};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "reach/day.html")]
struct DayPage {
    page: Page,
    field: Field,
    before: Option<Link>,
    after: Option<Link>,
    heading: String,
    table: Table,
}

pub(super) async fn show(
    _staff: StaffReader,
    desk: Data<Desk>,
    reader: Reader,
    http: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let fields = FormFields::from_query(http.query_string());
    let now = desk.clock.now();
    let asked = asked(&fields, now);
    let wrong: Vec<_> = asked.is_none().then(|| InputError::new("/day", "day_not_kept")).into_iter().collect();
    let (day, (from, until)) = asked.unwrap_or((now.date_naive(), (now, now)));
    let mut tx = desk.db.staff().await?;
    let rows = hits::of_day(&mut tx, from, until).await?;
    let tenants: Vec<_> = rows.iter().map(|row| row.tenant).collect();
    let partners = partners::of_tenants(&mut tx, &tenants).await?;
    drop(tx);
    let names: BTreeMap<_, _> = partners.into_iter().map(|partner| (partner.tenant, one_line(&partner.name))).collect();
    let typed = if wrong.is_empty() { typed(day) } else { fields };
    let page = reader.page("reach-day-title").wide().back_to("/enforcement", "reach-title");
    let mut form = Form::new(page.lang(), &typed, &wrong);
    let field = form.date("/day", page.t("reach-day"));
    let page = page.with_errors(form.summary());
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let link = |day: Option<NaiveDate>| {
        let day = day.filter(|day| hours_of(*day, now).is_some())?;
        Some(Link { href: format!("/enforcement/days?day={day}"), label: time::date(day, page.lang()) })
    };
    let day_page = DayPage {
        before: link(day.checked_sub_days(Days::new(1))),
        after: link(day.checked_add_days(Days::new(1))),
        heading: page.t1("reach-day-heading", "day", time::date(day, page.lang())),
        table: table(&desk, &page, &rows, |row| {
            names.get(&row.tenant).cloned().unwrap_or_else(|| row.tenant.to_string())
        })?,
        field,
        page,
    };
    let mut response = Html(day_page).respond_to(&http).map_into_boxed_body();
    *response.status_mut() = status;
    Ok(response)
}

/// The day that is asked for, today without one, with its hours; nothing when no hits are kept of it.
fn asked(fields: &FormFields, now: DateTime<Utc>) -> Option<(NaiveDate, Hours)> {
    let parts = ["day_year", "day_month", "day_day"].map(|name| fields.get(name).trim());
    let day = match parts {
        ["", "", ""] if fields.get("day").is_empty() => now.date_naive(),
        ["", "", ""] => fields.get("day").parse().ok()?,
        [year, month, day] => NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?,
    };
    Some((day, hours_of(day, now)?))
}

fn typed(day: NaiveDate) -> FormFields {
    FormFields::default()
        .with("day_year", day.year().to_string())
        .with("day_month", day.month().to_string())
        .with("day_day", day.day().to_string())
}

fn table(
    desk: &Desk,
    page: &Page,
    rows: &[DayOfHits],
    partner: impl Fn(&DayOfHits) -> String,
) -> Result<Table, Failure> {
    let edition = desk.policies.at(desk.clock.now()).map_err(|error| Failure::internal(anyhow::anyhow!("{error}")))?;
    let text = |key| Column::new(page.t(key));
    let columns = vec![
        text("reach-exception"),
        text("reach-partner"),
        text("reach-suppressed").number(),
        text("reach-passed").number(),
        text("reach-why"),
        text("reach-request"),
    ];
    let empty = Empty::new(page.t("reach-day-empty"), page.t("reach-day-empty-text"));
    let table = Table::new(page.t("reach-day-title"), columns, empty).caption_is_title();
    let table = rows.iter().fold(table, |table, row| {
        let cells: [Markup; 6] = [
            Anchor::new(format!("/exceptions/{}", row.reference), &row.reference).into(),
            partner(row).into(),
            row.suppressed.to_string().into(),
            row.would_have_passed.to_string().into(),
            parts::issue_title(&row.issue, &edition, page.lang()).into(),
            Anchor::new(format!("/review/{}", row.reference), page.t("reach-request-open")).into(),
        ];
        table.row(cells)
    });
    Ok(table)
}
