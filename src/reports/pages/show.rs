//! `/reports/{report}`: a report's plots and tables, and its file.

use super::draw::Drawn;
use super::form::{FilterForm, PresetLink, presets, typed};
use crate::app::Desk;
use crate::identity::ReportReader;
use crate::problem::{InputError, Kind};
use crate::reports::asked::{Asked, Typed};
use crate::reports::figure::Name;
use crate::reports::read::{Report, file, report};
use crate::reports::words::{self, Words};
use crate::web::time::zone_name;
use crate::web::{Failure, FormFields, Html, Message, Page, Reader, csrf};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;

#[derive(Template)]
#[template(path = "reports/show.html")]
struct ReportPage {
    page: Page,
    name: Name,
    tabs: Vec<Tab>,
    presets: Vec<PresetLink>,
    form: FilterForm,
    shown: Option<Shown>,
}

struct Tab {
    href: String,
    label: String,
    current: bool,
}

/// What there is when the question could be answered.
struct Shown {
    /// Which days, whose, as of when.
    about: Vec<String>,
    file: String,
    figures: Vec<Drawn>,
}

/// `/reports` leads to the first report.
pub(super) async fn first(_may: ReportReader) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, "/reports/answers")).finish()
}

/// The report.
pub(super) async fn show(
    _may: ReportReader,
    desk: Data<Desk>,
    reader: Reader,
    name: Path<String>,
    http: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let name = known(&name)?;
    let typed = typed(&FormFields::from_query(http.query_string()), reader.own_zone());
    Ok(match report(&desk, name, &typed).await? {
        Ok(report) => page(&desk, &reader, name, &typed, Some(&report), &[]).respond_to(&http).map_into_boxed_body(),
        Err(errors) => wrong(&desk, &reader, name, &typed, &errors, &http),
    })
}

/// The file; the page again when the question is none.
pub(super) async fn download(
    may: ReportReader,
    desk: Data<Desk>,
    reader: Reader,
    name: Path<String>,
    http: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let name = known(&name)?;
    csrf::caused_here(&http)?;
    let typed = typed(&FormFields::from_query(http.query_string()), reader.own_zone());
    match file(desk.clone(), may, name, typed.clone()).await? {
        Ok(file) => Ok(file),
        Err(errors) => Ok(wrong(&desk, &reader, name, &typed, &errors, &http)),
    }
}

fn known(name: &str) -> Result<Name, Failure> {
    Name::from_code(name).ok_or_else(|| Failure::new(Kind::NotFound))
}

fn wrong(
    desk: &Desk,
    reader: &Reader,
    name: Name,
    typed: &Typed,
    errors: &[InputError],
    http: &HttpRequest,
) -> HttpResponse {
    let mut response = page(desk, reader, name, typed, None, errors).respond_to(http);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    response
}

fn page(
    desk: &Desk,
    reader: &Reader,
    name: Name,
    typed: &Typed,
    report: Option<&Report>,
    errors: &[InputError],
) -> Html<ReportPage> {
    let called = |name: Name| reader.lang.text(&format!("reports-{}", name.code()));
    let page = reader.page_titled(Message::new("reports-title").with("report", called(name)).text(reader.lang)).wide();
    let asked = report.map(|report| &report.asked);
    let query = asked.map(|asked| format!("?{}", asked.query())).unwrap_or_default();
    let tab =
        |one: Name| Tab { href: format!("/reports/{}{query}", one.code()), label: called(one), current: one == name };
    let form = FilterForm::new(desk, &page, typed, asked, errors);
    let view = ReportPage {
        name,
        tabs: Name::ALL.into_iter().map(tab).collect(),
        presets: presets(&page, name, asked),
        shown: report.map(|report| Shown::new(desk, &page, report)),
        page: page.with_errors(form.errors.clone()),
        form,
    };
    Html(view)
}

impl Shown {
    fn new(desk: &Desk, page: &Page, report: &Report) -> Self {
        let edition = desk.policies.at(report.at).ok();
        let words = Words { edition: edition.as_deref(), lang: page.lang() };
        Self {
            about: about(page, words, report),
            file: format!("/reports/{}.csv?{}", report.name.code(), report.asked.query()),
            figures: report.figures.iter().map(|figure| Drawn::new(page, words, figure)).collect(),
        }
    }
}

fn about(page: &Page, words: Words<'_>, report: &Report) -> Vec<String> {
    let Asked { period, tenant, issue, .. } = &report.asked;
    let days = words::days(period.days, page.lang());
    let zone = zone_name(period.zone, page.lang());
    let at = page.when(report.at, period.zone).text();
    let tenant = tenant.as_ref().map(|(_, name)| page.t1("reports-of-tenant", "tenant", name));
    let issue = issue.as_ref().map(|issue| page.t1("reports-of-issue", "issue", words.issue(issue)));
    let days = page.t2("reports-about", "days", days, "zone", zone);
    [days, page.t1("reports-as-of", "at", at)].into_iter().chain(tenant).chain(issue).collect()
}
