//! What several of the pages say alike.

use crate::intake::pages::parts::one_line;
use crate::locale::Lang;
use crate::reach::points::{Point, PointState};
use crate::reach::spread::RuleChange;
use crate::web::components::{Anchor, Markup, Tag, Tone};
use crate::web::table::{Column, Table};
use crate::web::time::zone_name;
use crate::web::{Message, Page};
use chrono::{DateTime, TimeDelta, Utc};

/// How a point stands.
pub(super) fn state(page: &Page, state: PointState) -> Tag {
    let tone = match state {
        PointState::Current => Tone::Ok,
        PointState::Behind => Tone::Warn,
        PointState::OtherEpoch | PointState::Lapsed => Tone::Bad,
        PointState::Retired => Tone::Quiet,
    };
    Tag::new(tone, page.t(&format!("reach-state-{}", state.code().replace('_', "-"))))
}

/// A clock's reading with seconds: what a reach is measured in.
pub(super) fn clock(page: &Page, at: DateTime<Utc>) -> String {
    let zone = page.reader.own_zone();
    let time = at.with_timezone(&zone).format("%H:%M:%S").to_string();
    page.t2("reach-clock", "time", time, "zone", zone_name(zone, page.lang()))
}

/// A span as short as it can be said: "3 s", "12 min", "5 h", "2 d".
pub(super) fn span(span: TimeDelta, lang: Lang) -> String {
    let (key, number) = match span.num_seconds().max(0) {
        seconds @ 0..120 => ("reach-span-seconds", seconds),
        seconds @ 120..7200 => ("reach-span-minutes", seconds / 60),
        seconds @ 7200..172_800 => ("reach-span-hours", seconds / 3600),
        seconds => ("reach-span-days", seconds / 86_400),
    };
    Message::new(key).with("number", number).text(lang)
}

/// How far a point is behind: versions, and since when one of them is due there.
pub(super) fn lag(page: &Page, point: &Point, now: DateTime<Utc>) -> Markup {
    match (point.versions_behind, point.behind_since) {
        (Some(0), _) => "–".into(),
        (Some(versions), Some(since)) => {
            page.t2("reach-lag-since", "versions", versions, "span", span(now - since, page.lang())).into()
        }
        (Some(versions), None) => page.t1("reach-lag", "versions", versions).into(),
        (None, _) => page.t("reach-lag-unknown").into(),
    }
}

/// A table of points.
pub(super) fn points<'a>(
    page: &Page,
    table: Table,
    points: impl Iterator<Item = &'a Point>,
    now: DateTime<Utc>,
) -> Table {
    points.fold(table, |table, point| {
        table.row([
            Anchor::new(format!("/enforcement/{}", point.id), one_line(&point.gate)).into(),
            state(page, point.state).into(),
            point.applied_version.to_string().into(),
            lag(page, point, now),
            page.own_when(point.last_seen_at).relative(now).into(),
            one_line(&point.client).into(),
        ])
    })
}

/// The columns of [`points`].
pub(super) fn point_columns(page: &Page) -> Vec<Column> {
    let text = |key| Column::new(page.t(key));
    vec![
        text("reach-point"),
        text("reach-state"),
        text("reach-version").number(),
        text("reach-lag-column"),
        text("reach-last-report"),
        text("reach-client"),
    ]
}

/// What a change did: rules taken away, rules brought.
pub(super) fn kind(page: &Page, change: &RuleChange) -> String {
    match (change.removals, change.upserts) {
        (removals, 0) => page.t1("reach-withdrew", "rules", removals),
        (0, upserts) => page.t1("reach-brought", "rules", upserts),
        (removals, upserts) => page.t2("reach-withdrew-and-brought", "removals", removals, "upserts", upserts),
    }
}

/// "In force at 41 of 42, by 10:02:14".
pub(super) fn reach(page: &Page, change: &RuleChange) -> String {
    match change.reached_at {
        _ if change.points == 0 => page.t("reach-of-none"),
        None => page.t1("reach-of-all", "points", change.points),
        Some(at) => {
            let message = Message::new("reach-of")
                .with("reached", change.reached)
                .with("points", change.points)
                .with("span", span(at - change.committed_at, page.lang()))
                .with("time", clock(page, at));
            page.say(&message)
        }
    }
}
