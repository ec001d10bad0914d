//! Announcing closed days: the form, the preview of what moves, old and new, and doing it.

use crate::app::Desk;
use crate::calendars::announce::{
    Announced, MAX_NAME, MOST_DAYS, NewDay, announce, good_name, known_calendar, preview, withdraw,
};
use crate::calendars::api::LISTED;
use crate::calendars::plan::{Moved, Span};
use crate::calendars::store::Closure;
use crate::identity::{PolicyAdmin, parse_guid};
use crate::intake::pages::parts::one_line;
use crate::locale::{Bilingual, Lang};
use crate::problem::{InputError, Kind};
use crate::sla::{Calendar, file, ical};
use crate::web::components::{Anchor, Empty, Markup, Notice, SummaryList, Tone};
use crate::web::field::{Choice, Field};
use crate::web::idempotency::Created;
use crate::web::table::{Column, Table};
use crate::web::time::date;
use crate::web::upload::FormWithFile;
use crate::web::{Failure, Form, FormFields, Html, Page, Reader};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;
use chrono::NaiveDate;

#[derive(Template)]
#[template(path = "calendars/announce.html")]
pub(super) struct AnnouncePage {
    page: Page,
    action: String,
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "calendars/preview.html")]
struct PreviewPage {
    page: Page,
    action: String,
    back: String,
    facts: SummaryList,
    consequence: Notice,
    moved: Table,
    days: String,
    kind: &'static str,
}

/// The empty form.
pub(super) async fn ask(
    _admin: PolicyAdmin,
    desk: Data<Desk>,
    reader: Reader,
    id: Path<String>,
) -> Result<Html<AnnouncePage>, Failure> {
    Ok(Html(form(&reader, known_calendar(&desk, &id)?, &FormFields::default(), &[])))
}

/// What it would move; nothing is kept.
pub(super) async fn preview_page(
    _admin: PolicyAdmin,
    desk: Data<Desk>,
    id: Path<String>,
    http: HttpRequest,
    sent: FormWithFile,
) -> Result<HttpResponse, Failure> {
    let calendar = known_calendar(&desk, &id)?;
    let read = read(calendar, &sent, Reader::of(&http).lang);
    let announced = match &read {
        Ok((_, days)) => preview(&desk, calendar.id(), days).await,
        Err(errors) => Err(Failure::invalid(errors.clone())),
    };
    match (read, announced) {
        (Ok((kind, days)), Ok(announced)) => {
            Ok(Html(previewed(&Reader::of(&http), calendar, kind, &days, &announced)?).respond_to(&http))
        }
        (_, Err(failure)) => refused(&http, calendar, &sent.fields, failure),
        (Err(errors), Ok(_)) => refused(&http, calendar, &sent.fields, Failure::invalid(errors)),
    }
}

/// Announces what was previewed.
pub(super) async fn act(
    admin: PolicyAdmin,
    desk: Data<Desk>,
    id: Path<String>,
    http: HttpRequest,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let calendar = known_calendar(&desk, &id)?;
    let days: Vec<NewDay> = serde_json::from_str(fields.get("days")).map_err(|_| Failure::new(Kind::UnreadableBody))?;
    let named = |day: &NewDay| Lang::ALL.iter().all(|lang| good_name(day.name.get(*lang)));
    let kind = Closure::from_code(fields.get("kind")).filter(|_| days.iter().all(named));
    let kind = kind.ok_or_else(|| Failure::new(Kind::UnreadableBody))?;
    match announce(desk.clone(), admin, calendar.id(), (kind, days), None).await {
        Ok(Created::Now(made)) => Ok(see(calendar, &format!("?moved={}", made.announced.moved.len()))),
        Ok(Created::Before(_)) => Ok(see(calendar, "")),
        Err(failure) => refused(&http, calendar, &FormFields::default(), failure),
    }
}

/// Takes an announcement back.
pub(super) async fn take_back(
    admin: PolicyAdmin,
    desk: Data<Desk>,
    id: Path<String>,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let calendar = known_calendar(&desk, &id)?;
    let announcement = parse_guid(fields.get("announcement")).ok_or_else(|| Failure::new(Kind::NotFound))?;
    withdraw(desk.clone(), admin, announcement).await?;
    Ok(see(calendar, ""))
}

fn see(calendar: &Calendar, query: &str) -> HttpResponse {
    let href = format!("/admin/calendars/{}{query}", calendar.id());
    HttpResponse::SeeOther().insert_header((LOCATION, href)).finish()
}

/// The form once more, with what is wrong.
fn refused(
    http: &HttpRequest,
    calendar: &Calendar,
    fields: &FormFields,
    failure: Failure,
) -> Result<HttpResponse, Failure> {
    if failure.kind() != Kind::InvalidInput {
        return Err(failure);
    }
    let mut response = Html(form(&Reader::of(http), calendar, fields, failure.errors())).respond_to(http);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

fn form(reader: &Reader, calendar: &Calendar, values: &FormFields, errors: &[InputError]) -> AnnouncePage {
    let href = format!("/admin/calendars/{}", calendar.id());
    let page = reader.page("calendars-announce").back_to(href.clone(), "calendars-title");
    let mut form = Form::new(page.lang(), values, errors);
    let kinds = Closure::ALL.map(|kind| Choice::new(kind.code(), kind.label(page.lang())));
    let fields = vec![
        form.radios("/kind", page.t("calendars-day-kind"), kinds.into()),
        form.date("/day", page.t("calendars-first-day")).hint(calendar.zone_name(page.lang())).answered(),
        form.date("/until", page.t("calendars-last-day")).hint(page.t("calendars-last-day-hint")).optional(),
        form.input("/name_en", page.t("calendars-name-en")).max_length(MAX_NAME).answered(),
        form.input("/name_ja", page.t("calendars-name-ja")).max_length(MAX_NAME).answered(),
        form.input("/file", page.t("calendars-file")).of_type("file").hint(page.t("calendars-file-hint")).optional(),
    ];
    AnnouncePage { page: page.with_errors(form.summary()), action: format!("{href}/announce"), fields }
}

/// The days of the file that came with the form, else those that it names.
fn read(calendar: &Calendar, sent: &FormWithFile, lang: Lang) -> Result<(Closure, Vec<NewDay>), Vec<InputError>> {
    let fields = &sent.fields;
    let mut errors = Vec::new();
    let kind = Closure::from_code(fields.get("kind"));
    if kind.is_none() {
        errors.push(InputError::new("/kind", "empty"));
    }
    if let Some(file) = &sent.file {
        let days = of_file(calendar, file, lang);
        return match (kind, days) {
            (Some(kind), Ok(days)) => Ok((kind, days)),
            (_, days) => Err(errors.into_iter().chain(days.err()).collect()),
        };
    }
    let first = day(fields, "day", &mut errors);
    if first.is_none() && errors.iter().all(|error| error.pointer != "/day") {
        errors.push(InputError::new("/day", "empty"));
    }
    let last = day(fields, "until", &mut errors).or(first);
    let name = |lang: Lang| fields.get(if lang == Lang::En { "name_en" } else { "name_ja" }).trim().to_owned();
    for (lang, pointer) in [(Lang::En, "/name_en"), (Lang::Ja, "/name_ja")] {
        if !good_name(&name(lang)) {
            let code = if name(lang).is_empty() { "empty" } else { "closed_day_name" };
            errors.push(InputError::new(pointer, code).with("max", MAX_NAME));
        }
    }
    let (Some(first), Some(last), Some(kind), true) = (first, last, kind, errors.is_empty()) else {
        return Err(errors);
    };
    if last < first {
        return Err(vec![InputError::new("/until", "closed_days_backwards")]);
    }
    let days = first.iter_days().take_while(|day| *day <= last).take(MOST_DAYS + 1);
    // A weekend between two closed days is closed anyhow.
    let days = days.filter(|day| first == last || !calendar.hours(*day).is_empty());
    Ok((kind, days.map(|day| NewDay { day, name: Bilingual::of(name) }).collect()))
}

/// The holidays of an iCalendar file, else of a calendar file, within the years of `calendar`.
fn of_file(calendar: &Calendar, file: &[u8], lang: Lang) -> Result<Vec<NewDay>, InputError> {
    let faulty = |fault: String| InputError::new("/file", "closed_days_file").with("fault", fault);
    let text = str::from_utf8(file).map_err(|error| faulty(error.to_string()))?;
    let days = match text
        .trim_start_matches('\u{feff}')
        .get(..15)
        .is_some_and(|head| head.eq_ignore_ascii_case("BEGIN:VCALENDAR"))
    {
        true => ical::days("ics", text, calendar.years()),
        false => file::holidays("toml", text, calendar.years()),
    };
    let days = days.map_err(|error| faulty(error.text(lang)))?;
    let days = days.into_iter().map(|(day, name)| NewDay { day, name: Bilingual::of(|lang| kept(name.get(lang))) });
    let days: Vec<_> = days.collect();
    if days.is_empty() { Err(InputError::new("/file", "closed_days_none")) } else { Ok(days) }
}

/// A name as long as is kept.
fn kept(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect()
}

/// The day of the fields `NAME_year`, `NAME_month`, `NAME_day`; none when all are empty.
fn day(fields: &FormFields, name: &str, errors: &mut Vec<InputError>) -> Option<NaiveDate> {
    let part = |part: &str| fields.get(&format!("{name}_{part}")).trim().to_owned();
    let (year, month, day) = (part("year"), part("month"), part("day"));
    if [&year, &month, &day].iter().all(|part| part.is_empty()) {
        return None;
    }
    let date = (|| NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))();
    if date.is_none() {
        errors.push(InputError::new(format!("/{name}"), "date_invalid"));
    }
    date
}

fn previewed(
    reader: &Reader,
    calendar: &Calendar,
    kind: Closure,
    days: &[NewDay],
    announced: &Announced,
) -> Result<PreviewPage, Failure> {
    let lang = reader.lang;
    let href = format!("/admin/calendars/{}", calendar.id());
    let page = reader.page("calendars-preview").wide().back_to(format!("{href}/announce"), "calendars-announce");
    let said = announced
        .days
        .iter()
        .map(|day| Markup::from(page.t2("calendars-named", "day", date(day.day, lang), "name", day.name.get(lang))));
    let facts = SummaryList::new()
        .row(page.t("calendars-name"), calendar.name(lang))
        .row(page.t("calendars-day-kind"), kind.label(lang))
        .row(page.t("calendars-day"), Markup::lines(said));
    let facts = match announced.closed_already {
        0 => facts,
        count => facts.row(page.t("calendars-left-out"), page.t1("calendars-days", "count", count)),
    };
    let count = announced.moved.len();
    let consequence = match count {
        0 => Notice::new(Tone::Info, page.t("calendars-moves-none")),
        _ => Notice::new(Tone::Warn, page.t1("calendars-moves", "count", count)),
    };
    Ok(PreviewPage {
        action: format!("{href}/days"),
        back: href,
        facts,
        consequence,
        moved: moved(&page, calendar, &announced.moved),
        days: serde_json::to_string(days).map_err(Failure::internal)?,
        kind: kind.code(),
        page,
    })
}

/// Old and new, a row for each deadline.
fn moved(page: &Page, calendar: &Calendar, moved: &[Moved]) -> Table {
    let columns =
        ["calendars-request", "calendars-tenant", "calendars-deadline", "calendars-before", "calendars-after"];
    let empty = Empty::new(page.t("calendars-moved-none"), page.t("calendars-moved-none-text"));
    let table = Table::new(page.t("calendars-moved"), columns.map(|key| Column::new(page.t(key))).into(), empty);
    let spans = |moved: &Moved| -> Vec<(&'static str, Span)> {
        let all = [
            ("calendars-deadline-due", moved.due),
            ("calendars-deadline-waiting", moved.waiting),
            ("calendars-deadline-reopening", moved.reopening),
            ("calendars-deadline-after-check", moved.check.map(|check| check.due)),
        ];
        all.into_iter().filter_map(|(key, span)| Some((key, span?))).collect()
    };
    let rows = moved.iter().flat_map(|moved| spans(moved).into_iter().map(move |(key, span)| (moved, key, span)));
    rows.take(LISTED).fold(table, |table, (moved, key, span)| {
        table.row([
            Anchor::new(format!("/review/{}", moved.reference), moved.reference.clone()).into(),
            one_line(&moved.tenant_name).into(),
            page.t(key).into(),
            page.when(span.before, calendar.zone()).into(),
            page.when(span.after, calendar.zone()).into(),
        ])
    })
}
