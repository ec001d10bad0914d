//! The receipt of a clock as plain text: what `sla due --explain` prints.

use super::calendar::Calendar;
use super::due::{Due, End, ReceiptDay};
use super::wall;
use super::words::{date, date_time, duration, time_on};
use crate::locale::Lang;
use chrono::TimeDelta;
use fluent_templates::fluent_bundle::FluentValue;

/// The whole arithmetic of `due`, a line for every day, in local time; `calendar` is the one it was counted with.
pub fn explain(due: &Due, calendar: &Calendar, lang: Lang) -> Vec<String> {
    let mut lines = vec![
        lang.text_with(
            "sla-explain-calendar",
            &[
                ("name", calendar.name(lang).to_owned().into()),
                ("id", calendar.id().to_owned().into()),
                ("zone", zone(calendar, lang).into()),
            ],
        ),
        lang.text_with(
            "sla-explain-needed",
            &[
                ("days", due.business_days.into()),
                ("business_day", duration(calendar.business_day(), lang).into()),
                ("needed", duration(due.needed, lang).into()),
            ],
        ),
        lang.text_with("sla-explain-from", &[("at", date_time(wall::time(due.zone, due.from), lang).into())]),
    ];
    let mut total = TimeDelta::zero();
    for day in &due.receipt {
        total += day.length();
        lines.push(line(day, total, due.needed, lang));
    }
    lines.push(match due.end {
        End::At(at) => lang
            .text_with("sla-explain-due", &[("at", date_time(at.with_timezone(&due.zone).naive_local(), lang).into())]),
        End::Paused { since, remaining } => lang.text_with(
            "sla-explain-paused",
            &[
                ("since", date_time(since.with_timezone(&due.zone).naive_local(), lang).into()),
                ("remaining", duration(remaining, lang).into()),
            ],
        ),
    });
    lines
}

/// `Japan time (Asia/Tokyo)`, or one name where both are the same.
fn zone(calendar: &Calendar, lang: Lang) -> String {
    match (calendar.zone_name(lang), calendar.zone().name()) {
        (spoken, written) if spoken == written => spoken.to_owned(),
        (spoken, written) if lang == Lang::En => format!("{spoken} ({written})"),
        (spoken, written) => format!("{spoken}（{written}）"),
    }
}

fn line(day: &ReceiptDay, total: TimeDelta, needed: TimeDelta, lang: Lang) -> String {
    let mut args: Vec<(&'static str, FluentValue<'static>)> = vec![("date", date(day.date, lang).into())];
    let key = if let Some(holiday) = &day.holiday {
        args.push(("name", holiday.get(lang).to_owned().into()));
        "sla-explain-holiday"
    } else if day.hours.is_empty() {
        "sla-explain-closed"
    } else if day.counted.is_empty() && day.paused.is_zero() {
        "sla-explain-nothing"
    } else if day.counted.is_empty() {
        "sla-explain-all-paused"
    } else {
        args.push(("hours", hours(day, lang).into()));
        "sla-explain-counted"
    };
    args.push(("counted", duration(day.length(), lang).into()));
    args.push(("total", duration(total, lang).into()));
    args.push(("needed", duration(needed, lang).into()));
    let mut text = lang.text_with(key, &args);
    if !day.paused.is_zero() {
        text += &lang.text_with("sla-explain-still", &[("paused", duration(day.paused, lang).into())]);
    }
    text
}

/// The stretches that counted: `09:00–12:00, 13:00–18:00`.
fn hours(day: &ReceiptDay, lang: Lang) -> String {
    let stretches = day.counted.iter().map(|stretch| {
        let (start, end) = (time_on(day.date, stretch.start), time_on(day.date, stretch.end));
        lang.text_with("sla-explain-stretch", &[("start", start.into()), ("end", end.into())])
    });
    stretches.collect::<Vec<_>>().join(if lang == Lang::En { ", " } else { "、" })
}
