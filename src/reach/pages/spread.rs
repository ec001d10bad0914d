//! `/enforcement/reach/{version}`: since when a change is in force at each point, and who lags.

use super::{draw, words};
use crate::app::Desk;
use crate::identity::StaffReader;
use crate::intake::pages::parts::one_line;
use crate::problem::Kind;
use crate::reach::spread::{self, ChangeReach};
use crate::web::components::{Anchor, Empty, Markup, Notice, SummaryList, Tone};
use crate::web::plot::{self, Chart, Series};
use crate::web::table::{Column, Table};
use crate::web::{Failure, Html, Message, Page, Reader};
use actix_web::web;
use askama::Template;
use chrono::TimeDelta;

/// Laggards that are named in the sentence on top; all are in the table.
const NAMED: usize = 5;
/// Most points of time in the plot.
const MOST_PLACES: i64 = 24;
/// Seconds between two of them.
const STEPS: [i64; 12] = [1, 2, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400, 604_800];

#[derive(Template)]
#[template(path = "reach/spread.html")]
pub(super) struct SpreadPage {
    page: Page,
    lead: String,
    notice: Option<Notice>,
    facts: SummaryList,
    plot: Option<Markup>,
    table: Table,
}

pub(super) async fn show(
    _staff: StaffReader,
    desk: web::Data<Desk>,
    reader: Reader,
    version: web::Path<String>,
) -> Result<Html<SpreadPage>, Failure> {
    let version = version.parse().map_err(|_| Failure::new(Kind::NotFound))?;
    let mut tx = desk.db.staff().await?;
    let change = spread::find(&mut tx, &desk, version).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let concerned = spread::concerned(&mut tx, &change.change).await?;
    drop(tx);
    let title = Message::new("reach-of-version").with("version", version.to_string()).text(reader.lang);
    let page = reader.page_titled(title).wide().back_to("/enforcement", "reach-title");
    Ok(Html(SpreadPage {
        lead: lead(&page, &change),
        notice: laggards(&page, &change),
        facts: facts(&page, &change, &concerned),
        plot: drawn(&page, &change),
        table: table(&page, &change),
        page,
    }))
}

/// "1 rule withdrawn at 10:02:11. In force at 41 of 42 points …".
fn lead(page: &Page, change: &ChangeReach) -> String {
    let change = &change.change;
    let lead = Message::new("reach-of-lead")
        .with("what", words::kind(page, change))
        .with("time", words::clock(page, change.committed_at))
        .with("reach", words::reach(page, change));
    page.say(&lead)
}

fn laggards(page: &Page, change: &ChangeReach) -> Option<Notice> {
    let behind: Vec<_> = change.reach.iter().filter(|point| point.in_force_at.is_none()).collect();
    if behind.is_empty() {
        return None;
    }
    let names: Vec<_> = behind.iter().take(NAMED).map(|point| one_line(&point.gate)).collect();
    let names = names.join(&page.t("list-separator"));
    let text = match behind.len().saturating_sub(NAMED) {
        0 => page.t1("reach-waits-for", "names", names),
        more => page.t2("reach-waits-for-more", "names", names, "more", more),
    };
    Some(Notice::new(Tone::Bad, text))
}

fn facts(page: &Page, change: &ChangeReach, concerned: &[(String, bool)]) -> SummaryList {
    let links = concerned.iter().map(|(reference, removed)| {
        let key = if *removed { "reach-rule-withdrawn" } else { "reach-rule-brought" };
        Markup::joined([Anchor::new(format!("/exceptions/{reference}"), reference).into(), page.t(key).into()])
    });
    let facts = SummaryList::new().row(page.t("reach-when"), page.own_when(change.change.committed_at));
    if concerned.is_empty() { facts } else { facts.row(page.t("reach-exceptions"), Markup::lines(links)) }
}

/// How many points had it in force as time went by.
fn drawn(page: &Page, change: &ChangeReach) -> Option<Markup> {
    let reached = change.reach.iter().filter_map(|point| point.in_force_at);
    let spans: Vec<_> = reached.map(|at| (at - change.change.committed_at).num_milliseconds()).collect();
    let longest = spans.iter().max()? / 1000 + 1;
    let step = STEPS.into_iter().find(|step| longest / step < MOST_PLACES).unwrap_or(longest / MOST_PLACES + 1);
    let places: Vec<_> = (0..=longest.div_euclid(step) + 1).map(|place| place * step).collect();
    let labels: Vec<_> = places.iter().map(|place| words::span(TimeDelta::seconds(*place), page.lang())).collect();
    let reached = |place: &i64| {
        let count = spans.iter().filter(|span| **span <= place * 1000).count();
        Some(draw::number(i64::try_from(count).unwrap_or(i64::MAX)))
    };
    let series = [
        Series { name: page.t("reach-in-force"), values: places.iter().map(reached).collect() },
        Series { name: page.t("reach-in-use"), values: vec![Some(draw::number(change.change.points)); places.len()] },
    ];
    let (title, text, unit) = (page.t("reach-plot"), page.t("reach-plot-text"), page.t("reach-unit-points"));
    Some(Markup::of(&Chart::new("reach-plot", plot::Kind::Lines, title, text, unit, &labels, &series)))
}

fn table(page: &Page, change: &ChangeReach) -> Table {
    let columns = ["reach-point", "reach-in-force-at", "reach-after", "reach-last-report"];
    let columns = columns.map(|key| Column::new(page.t(key))).into();
    let empty = Empty::new(page.t("reach-of-none"), page.t("reach-of-none-text"));
    let table = Table::new(page.t("reach-points"), columns, empty).caption_is_title();
    change.reach.iter().fold(table, |table, point| {
        let (at, after) = match point.in_force_at {
            Some(at) => (words::clock(page, at), words::span(at - change.change.committed_at, page.lang())),
            None if point.lapsed => (page.t("reach-state-lapsed"), "–".to_owned()),
            None => (page.t("reach-not-yet"), "–".to_owned()),
        };
        let name = Anchor::new(format!("/enforcement/{}", point.id), one_line(&point.gate));
        table.row([name.into(), at.into(), after.into(), page.own_when(point.last_seen_at).into()])
    })
}
