//! `/dev/components`, in the demonstration only: every component in both languages and both themes, for eyes and for axe.

use crate::locale::Lang;
use crate::problem::InputError;
use crate::web::components::{
    Anchor, ClockReceipt, Empty, Event, Markup, Notice, Outcome, Quote, ReceiptDay, SummaryList, Tag, Timeline, Tone,
};
use crate::web::field::{Choice, Field};
use crate::web::table::{Column, Table};
use crate::web::time::When;
use crate::web::{Form, FormFields, Html, Page, Reader, Theme};
use actix_web::web::{ServiceConfig, get, resource};
use askama::Template;
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// `/dev/components`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/dev/components").route(get().to(show)));
}

#[derive(Template)]
#[template(path = "web/dev.html")]
struct DevPage {
    page: Page,
    samples: Vec<Sample>,
}

/// Everything once, in one language and one theme.
#[derive(Template)]
#[template(path = "web/dev_sample.html")]
struct Sample {
    lang: Lang,
    theme: Theme,
    tags: Vec<Tag>,
    notices: Vec<Notice>,
    outcomes: Vec<Outcome>,
    fields: Vec<Field>,
    list: SummaryList,
    timeline: Timeline,
    quote: Quote,
    clock: ClockReceipt,
    table: Table,
    empty: Empty,
}

impl askama::filters::HtmlSafe for Sample {}

async fn show(reader: Reader) -> Html<DevPage> {
    let looks = Lang::ALL.into_iter().flat_map(|lang| [Theme::Light, Theme::Dark].map(|theme| (lang, theme)));
    Html(DevPage {
        page: reader.page("dev-title").wide(),
        samples: looks.map(|(lang, theme)| Sample::new(lang, theme)).collect(),
    })
}

const STATUSES: [&str; 15] = [
    "draft",
    "in_review",
    "waiting_for_partner",
    "accepted",
    "denied",
    "withdrawn",
    "scheduled",
    "active",
    "expired",
    "revoked",
    "running",
    "paused",
    "met",
    "breached",
    "pending_second_approval",
];

impl Sample {
    fn new(lang: Lang, theme: Theme) -> Self {
        let t = |key: &str| lang.text(key);
        Self {
            lang,
            theme,
            tags: STATUSES.map(|status| Tag::of_status(status, lang)).to_vec(),
            notices: vec![
                Notice::new(Tone::Info, t("dev-notice-info")),
                Notice::new(Tone::Ok, t("dev-notice-ok")).link("#", t("dev-reference")),
                Notice::new(Tone::Warn, t("dev-notice-warn")).title(t("dev-list-users")),
                Notice::new(Tone::Bad, t("dev-notice-bad")),
            ],
            outcomes: vec![
                outcome(lang, Tone::Ok, t("dev-outcome-accepted"), t("dev-outcome-accepted-why")),
                outcome(lang, Tone::Bad, t("dev-outcome-denied"), t("dev-outcome-denied-why")),
                outcome(lang, Tone::Info, t("dev-outcome-review"), t("dev-outcome-review-why")),
            ],
            fields: fields(lang, theme),
            list: SummaryList::new()
                .row(t("dev-field-title"), "Exchange Online PowerShell")
                .change("#", t("change"))
                .row(t("dev-table-status"), Tag::of_status("in_review", lang))
                .row(t("dev-list-users"), t("dev-list-users-value"))
                .change("#", t("change")),
            timeline: timeline(lang),
            quote: quote(lang),
            clock: clock(lang),
            table: table(lang),
            empty: Empty::new(t("dev-empty"), t("dev-empty-text")).action("#", t("go-new-request")),
        }
    }

    fn t(&self, key: &str) -> String {
        self.lang.text(key)
    }
}

fn outcome(lang: Lang, tone: Tone, word: String, why: String) -> Outcome {
    let now = ["dev-outcome-step-1", "dev-outcome-step-2"].map(|key| Markup::from(lang.text(key))).to_vec();
    let reference = Some((lang.text("dev-reference"), "TE-2026-000123".to_owned()));
    Outcome { tone, word, why, now_heading: lang.text("dev-outcome-now"), now, reference }
}

fn fields(lang: Lang, theme: Theme) -> Vec<Field> {
    let t = |key: &str| lang.text(key);
    // Each sample is its own form, so that no id comes twice on the page.
    let at = |name: &str| format!("/{}/{}/{name}", lang.tag(), theme.name());
    let days = |count: i64| lang.text_with("dev-field-days-choice", &[("count", count.into())]);
    let days = [30, 60, 90].map(|count| Choice::new(count.to_string(), days(count))).to_vec();
    let surfaces = ["dev-place-one", "dev-place-two"].map(|key| Choice::new(key, t(key))).to_vec();
    let values =
        FormFields::default().with(at("title").trim_start_matches('/').replace('/', "_"), "Exchange Online PowerShell");
    let errors = [InputError::new(at("text"), "missing"), InputError::new(at("covered"), "missing")];
    let mut form = Form::new(lang, &values, &errors);
    vec![
        form.input(&at("title"), t("dev-field-title")).hint(t("dev-field-title-hint")).max_length(200),
        form.area(&at("text"), t("dev-field-text")),
        form.yes_no_unsure(&at("covered"), t("dev-field-covered")),
        form.checkboxes(&at("surfaces"), t("dev-field-surfaces"), surfaces),
        form.select(&at("days"), t("dev-field-days"), days).medium(),
        form.date(&at("start"), t("dev-field-start")).optional(),
        form.input(&at("phone"), t("dev-field-phone")).of_type("tel").medium().optional(),
    ]
}

fn instant() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 24, 2, 40, 0).single().unwrap_or_default()
}

fn timeline(lang: Lang) -> Timeline {
    let when = |hours| When::new(instant() + TimeDelta::hours(hours), Tz::Asia__Tokyo, lang);
    let who = Some("Aiko Sato".to_owned());
    let quote = Some(Quote::new(&lang.text("dev-field-covered"), Some(lang)));
    Timeline {
        events: vec![
            Event { when: when(0), what: lang.text("dev-event-submitted"), who, quote: None },
            Event { when: when(3), what: lang.text("dev-event-asked"), who: Some(lang.text("role-reviewer")), quote },
        ],
    }
}

fn quote(lang: Lang) -> Quote {
    let text = format!("{}\u{200B} \u{202E}", lang.text("dev-quote-text"));
    let second_line =
        text.find('\n').map_or(0, |end| end + 1)..text.trim_end_matches(['\u{202E}', ' ', '\u{200B}']).len();
    Quote::with_passages(&text, Some(lang), &[(1, second_line)])
}

fn clock(lang: Lang) -> ClockReceipt {
    let due = When::new(instant() + TimeDelta::days(2), Tz::Asia__Tokyo, lang);
    let day = |offset: i64, what: String, minutes: i64| ReceiptDay {
        day: crate::web::time::date((instant() + TimeDelta::days(offset)).date_naive(), lang),
        what,
        counted: crate::web::time::span(TimeDelta::minutes(minutes), lang),
    };
    ClockReceipt {
        lang,
        answered: false,
        due: Some(due),
        relative: Some(due.relative(instant())),
        state: Tag::of_status("running", lang),
        used: lang.text("dev-clock-used"),
        days: vec![
            day(-1, lang.text("dev-clock-holiday"), 0),
            day(0, "09:00–18:00".to_owned(), 540),
            day(1, "09:00–18:00".to_owned(), 540),
        ],
        notes: Vec::new(),
    }
}

fn table(lang: Lang) -> Table {
    let t = |key: &str| lang.text(key);
    let columns = vec![
        Column::new(t("dev-table-reference")).sorted_at("#", "none"),
        Column::new(t("dev-table-status")),
        Column::new(t("dev-table-due")).sorted_at("#", "ascending"),
        Column::new(t("dev-table-users")).number(),
    ];
    let row = |reference: &str, status: &str, hours: i64, users: &str| -> [Markup; 4] {
        let due = When::new(instant() + TimeDelta::hours(hours), Tz::Asia__Tokyo, lang);
        [Anchor::new("#", reference).into(), Tag::of_status(status, lang).into(), due.into(), users.into()]
    };
    Table::new(t("dev-table"), columns, Empty::new(t("dev-empty"), t("dev-empty-text")))
        .row(row("TE-2026-000121", "breached", -5, "50"))
        .row(row("TE-2026-000122", "waiting_for_partner", 20, "3"))
        .row(row("TE-2026-000123", "in_review", 48, "12"))
        .more(Some("#".to_owned()), t("more-rows"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{App, test};
    use std::collections::BTreeSet;

    #[actix_web::test]
    async fn no_id_comes_twice() {
        let app = test::init_service(App::new().configure(routes)).await;
        let request = test::TestRequest::with_uri("/dev/components").to_request();
        let html = String::from_utf8(test::call_and_read_body(&app, request).await.to_vec()).unwrap();
        let ids: Vec<_> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(ids.len() > 40, "the page has its fields: {ids:?}");
        let mut seen = BTreeSet::new();
        let twice: Vec<_> = ids.into_iter().filter(|id| !seen.insert(*id)).collect();
        assert!(twice.is_empty(), "{twice:?}");
        assert!(!html.contains("Unknown localization"));
    }
}
