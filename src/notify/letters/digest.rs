//! The digest: what waits for one member of staff today.

use super::Told;
use super::personal::plain;
use crate::notify::Kind;
use crate::notify::letter::Letter;
use crate::web::message::Argument;
use crate::web::time::date;
use chrono::NaiveDate;
use serde_json::Value;

/// The parts of a digest, the most urgent first: the name in the row, and where the reader goes from there.
const PARTS: [(&str, Option<(&str, &str)>); 5] = [
    ("breached", None),
    ("due_today", None),
    ("second_approvals", Some(("mail-digest-open-approvals", "/approvals"))),
    ("after_checks", Some(("mail-digest-open-after-checks", "/queue?tab=after_checks"))),
    ("mine", Some(("mail-digest-open-mine", "/queue?tab=mine"))),
];

/// What waits for somebody today.
pub(super) fn digest(told: &Told) -> Letter {
    let day = told.text("day").parse::<NaiveDate>().map(|day| date(day, told.lang)).unwrap_or_default();
    let title = told.t1("mail-digest", "day", &*day);
    let mut letter = plain(told, title, vec![told.t("mail-digest-text")]);
    letter.links.push(told.link("mail-digest-open-queue", "/queue"));
    for (name, link) in PARTS {
        let part = &told.data[name];
        let all = part["all"].as_i64().unwrap_or_default();
        if all > 0 {
            let heading = told.t1(&format!("mail-digest-{}", name.replace('_', "-")), "count", all);
            letter.lists.push((heading, lines(told, part, all)));
            letter.links.extend(link.map(|(label, path)| told.link(label, path)));
        }
    }
    let news: Vec<_> = told.data["news"].as_array().into_iter().flatten().map(|item| news(told, item)).collect();
    if !news.is_empty() {
        letter.lists.push((told.t("mail-digest-news"), news));
    }
    letter.links.push(told.settings_link());
    letter
}

/// A line for each request, and how many more there are.
fn lines(told: &Told, part: &Value, all: i64) -> Vec<String> {
    let line = |line: &Value| {
        let text = |name: &str| line[name].as_str().unwrap_or_default().argument();
        let named = [("reference", text("reference")), ("partner", text("partner"))];
        match told.when(&line["due_at"]) {
            Some(due) => {
                let [reference, partner] = named;
                told.lang.text_with("mail-digest-line", &[reference, partner, ("due", due.argument())])
            }
            None => told.lang.text_with("mail-digest-line-paused", &named),
        }
    };
    let mut lines: Vec<_> = part["lines"].as_array().into_iter().flatten().map(line).collect();
    let more = all - i64::try_from(lines.len()).unwrap_or_default();
    lines.extend((more > 0).then(|| told.t1("mail-digest-more", "count", more)));
    lines
}

/// What happened since the digest before.
fn news(told: &Told, item: &Value) -> String {
    let text = |name: &str| item[name].as_str().unwrap_or_default();
    let what = Kind::from_code(text("kind")).map(|kind| kind.name(told.lang)).unwrap_or_default();
    told.lang.text_with(
        "mail-digest-item",
        &[
            ("what", what.argument()),
            ("reference", text("reference").argument()),
            ("partner", text("partner").argument()),
            ("at", told.when(&item["at"]).unwrap_or_default().argument()),
        ],
    )
}
