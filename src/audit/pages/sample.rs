//! `/audit/sample`: decisions drawn by chance, the same ones for everybody who opens the same address.

use super::rows::{Named, table};
use crate::app::Desk;
use crate::audit::browse::{Deciders, sample};
use crate::audit::filter::period;
use crate::audit::store::Period;
use crate::clock::secret_bytes;
use crate::identity::Auditor;
use crate::problem::InputError;
use crate::web::components::Empty;
use crate::web::field::{Choice, Field};
use crate::web::table::Table;
use crate::web::{Failure, Form, FormFields, Html, Message, Page, Reader};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};

/// Most decisions of one sample.
const MOST: i64 = 200;
/// Most characters of a seed.
const SEED: usize = 100;

#[derive(Template)]
#[template(path = "audit/sample.html")]
struct SamplePage {
    page: Page,
    found: Option<Found>,
    fields: Vec<Field>,
}

/// What was drawn.
struct Found {
    about: String,
    warning: Option<String>,
    table: Table,
}

/// A sample as it was asked.
struct Wanted {
    seed: String,
    size: i64,
    period: Period,
    deciders: Deciders,
}

/// The form; with a seed in the address, the sample too.
pub(super) async fn show(
    _auditor: Auditor,
    desk: Data<Desk>,
    reader: Reader,
    http: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let asked = FormFields::from_query(http.query_string());
    let now = desk.clock.now();
    let page = reader.page("sample-title").wide().back_to("/audit", "audit-title");
    let (fields, found, errors) = match asked.has("seed") {
        false => (proposed(now), None, Vec::new()),
        true => match wanted(&asked) {
            Ok(wanted) => {
                let found = draw(&desk, &page, wanted, now).await?;
                (asked, Some(found), Vec::new())
            }
            Err(errors) => (asked, None, errors),
        },
    };
    let mut form = Form::new(page.lang(), &fields, &errors);
    let fields = form_fields(&mut form, &page);
    let summary = form.summary();
    let mut response = Html(SamplePage { page: page.with_errors(summary), found, fields }).respond_to(&http);
    if !errors.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response.map_into_boxed_body())
}

/// A form that can be sent as it is: a fresh seed, the last 30 whole days, 20 decisions.
fn proposed(now: DateTime<Utc>) -> FormFields {
    let today = now.date_naive();
    let back = |days| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    let seed = u64::from_le_bytes(secret_bytes()) % 1_000_000_000;
    let day = |fields: FormFields, name: &str, day: NaiveDate| {
        fields
            .with(format!("{name}_year"), day.year().to_string())
            .with(format!("{name}_month"), day.month().to_string())
            .with(format!("{name}_day"), day.day().to_string())
    };
    let fields = FormFields::default().with("seed", seed.to_string()).with("size", "20").with("deciders", "all");
    day(day(fields, "from", back(30)), "until", back(1))
}

fn wanted(fields: &FormFields) -> Result<Wanted, Vec<InputError>> {
    let mut errors = Vec::new();
    let seed = fields.get("seed").trim().to_owned();
    match seed.chars().count() {
        0 => errors.push(InputError::new("/seed", "empty")),
        1..=SEED if seed.chars().any(char::is_control) => errors.push(InputError::new("/seed", "control_characters")),
        1..=SEED => {}
        _ => errors.push(InputError::new("/seed", "too_long").with("max", SEED)),
    }
    let size = fields.get("size").trim().parse().ok().filter(|size| (1..=MOST).contains(size));
    if size.is_none() {
        errors
            .push(InputError::new("/size", "sample_size_out_of_range").with("max", usize::try_from(MOST).unwrap_or(0)));
    }
    let deciders = match fields.get("deciders") {
        "people" => Deciders::People,
        "policy" => Deciders::Policy,
        _ => Deciders::All,
    };
    let period = match period(fields) {
        Ok(period) => {
            for (end, pointer) in [(period.from, "/from"), (period.until, "/until")] {
                if end.is_none() {
                    errors.push(InputError::new(pointer, "empty"));
                }
            }
            period
        }
        Err(more) => {
            errors.extend(more);
            Period::default()
        }
    };
    match size {
        Some(size) if errors.is_empty() => Ok(Wanted { seed, size, period, deciders }),
        _ => Err(errors),
    }
}

async fn draw(desk: &Desk, page: &Page, wanted: Wanted, now: DateTime<Utc>) -> Result<Found, Failure> {
    let Wanted { seed, size, period, deciders } = wanted;
    let mut tx = desk.db.staff().await?;
    let (drawn, all) = sample(&mut tx, &seed, size, period, deciders).await?;
    let named = Named::of(&mut tx, &drawn).await?;
    let empty = Empty::new(page.t("sample-empty"), page.t("sample-empty-text"));
    let about = Message::new("sample-about").with("drawn", drawn.len()).with("all", all).with("seed", seed);
    let runs_on = period.until.is_some_and(|until| until > now);
    Ok(Found {
        about: page.say(&about),
        warning: runs_on.then(|| page.t("sample-runs-on")),
        table: table(page, page.t("sample-caption"), empty, &drawn, &named),
    })
}

fn form_fields(form: &mut Form<'_>, page: &Page) -> Vec<Field> {
    let choice = |value: &str, key: &str| Choice::new(value, page.t(key));
    let seed = form.input("/seed", page.t("sample-seed")).hint(page.t("sample-seed-hint")).medium();
    let size = form.input("/size", page.t("sample-size")).hint(page.t("sample-size-hint")).numeric().short();
    let from = form.date("/from", page.t("audit-from"));
    let until = form.date("/until", page.t("audit-until")).hint(page.t("audit-days-hint"));
    let choices =
        vec![choice("all", "sample-all"), choice("people", "sample-people"), choice("policy", "sample-policy")];
    let deciders = form.radios("/deciders", page.t("sample-deciders"), choices);
    vec![from, until, deciders, size, seed]
}
