//! `/api/v1/reports/{report}`: a report as JSON or, with `Accept: text/csv`, as a file.

use super::asked::Typed;
use super::figure::{Figure, Key, Name, Row};
use super::period::Step;
use super::read::{Report, file, report};
use super::words::Words;
use crate::app::Desk;
use crate::identity::ReportReader;
use crate::openapi::Authenticated;
use crate::problem::{InputError, Kind, Problem};
use crate::web::{Failure, QueryOf, Reader};
use actix_web::http::header::{ACCEPT, CACHE_CONTROL, VARY};
use actix_web::web::{Data, Path, ServiceConfig, resource};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Number;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// `/api/v1/reports/{report}`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/api/v1/reports/{report}").get(get_report));
}

/// Which report is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReportQuery {
    period: String,
    from: Option<String>,
    until: Option<String>,
    zone: String,
    tenant: String,
    issue: String,
}

impl ReportQuery {
    /// As the form would have it typed; a program names a day or leaves it out.
    fn typed(self) -> Result<Typed, Failure> {
        let Self { period, from, until, zone, tenant, issue } = self;
        let blank = |day: &Option<String>| day.as_ref().is_some_and(|day| day.trim().is_empty());
        let days = [("/from", &from), ("/until", &until)].into_iter().filter(|(_, day)| blank(day));
        let errors: Vec<_> = days.map(|(pointer, _)| InputError::new(pointer, "date_invalid")).collect();
        if !errors.is_empty() {
            return Err(Failure::invalid(errors));
        }
        let (from, until) = (from.unwrap_or_default(), until.unwrap_or_default());
        Ok(Typed { period, from, until, zone, tenant, issue })
    }
}

/// A report: figures, each a list of rows of numbers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Report)]
pub struct ReportView {
    /// Which one.
    pub report: Name,
    /// When it was read; what is open is open at this instant.
    pub at: DateTime<Utc>,
    /// The first day.
    #[schema(example = "2026-11-01")]
    pub from: NaiveDate,
    /// The last day.
    #[schema(example = "2026-11-24")]
    pub until: NaiveDate,
    /// Whose midnight divides the days.
    #[schema(example = "Asia/Tokyo")]
    pub zone: String,
    /// How long the parts of the period are.
    pub step: Step,
    /// Of which partner alone.
    pub tenant: Option<uuid::Uuid>,
    /// Of which issue alone.
    #[schema(example = "old_client_without_mfa")]
    pub issue: Option<String>,
    /// What it says.
    pub figures: Vec<FigureView>,
}

/// One figure.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportFigure)]
pub struct FigureView {
    /// Its stable name.
    #[schema(example = "answers_in_time")]
    pub figure: &'static str,
    /// What it is called, in the reader's language.
    #[schema(example = "Answers by people, in time and late")]
    pub title: String,
    /// What exactly it counts, in the reader's language.
    #[schema(example = "Decisions that people made on the days shown, at or before the due time or after it.")]
    pub definition: String,
    /// Its rows.
    pub rows: Vec<RowView>,
}

/// One row: what it is about, and a number for each measure. A row that names no days is about all days of the report, or, for
/// what is open, about the instant at which it was read.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = ReportRow)]
pub struct RowView {
    /// Its first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-11-16")]
    pub from: Option<NaiveDate>,
    /// Its last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-11-22")]
    pub until: Option<NaiveDate>,
    /// The issue's slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "old_client_without_mfa")]
    pub issue: Option<String>,
    /// The reason that the policy's rule gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "claim_can_be_configured")]
    pub reason: Option<String>,
    /// What the rule judges.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "claim_can_be_sent")]
    pub criterion: Option<String>,
    /// One of the figure's groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "by_reviewer")]
    pub group: Option<&'static str>,
    /// The numbers by measure; null where there is nothing to say. Times are hours, shares per cent.
    #[schema(value_type = BTreeMap<String, Option<f64>>, example = json!({ "in_time": 41, "late": 1 }))]
    pub values: BTreeMap<&'static str, Option<Number>>,
}

impl ReportView {
    fn new(report: &Report, words: &Words<'_>) -> Self {
        let asked = &report.asked;
        Self {
            report: report.name,
            at: report.at,
            from: asked.period.days.from,
            until: asked.period.days.until,
            zone: asked.period.zone.name().to_owned(),
            step: asked.period.step(),
            tenant: asked.tenant.as_ref().map(|(tenant, _)| tenant.0),
            issue: asked.issue.clone(),
            figures: report.figures.iter().map(|figure| FigureView::new(figure, words)).collect(),
        }
    }
}

impl FigureView {
    fn new(figure: &Figure, words: &Words<'_>) -> Self {
        Self {
            figure: figure.code,
            title: words.title(figure),
            definition: words.definition(figure),
            rows: figure.rows.iter().map(|row| RowView::new(figure, row)).collect(),
        }
    }
}

impl RowView {
    fn new(figure: &Figure, row: &Row) -> Self {
        let numbers = row.values.iter().map(|value| value.map(super::figure::Number::machine));
        let view = Self { values: figure.measures.iter().copied().zip(numbers).collect(), ..Self::default() };
        match row.key.clone() {
            Key::Days(span) => Self { from: Some(span.from), until: Some(span.until), ..view },
            Key::Issue(issue) => Self { issue: Some(issue), ..view },
            Key::Group(group) => Self { group: Some(group), ..view },
            Key::Rule { issue, rule } => {
                let group = rule.is_none().then_some("by_reviewer");
                let (reason, criterion) = rule.unzip();
                Self { issue: Some(issue), reason, criterion, group, ..view }
            }
        }
    }
}

/// A report, for leads and auditors. With `Accept: text/csv` it is a file with a row for each number, in stable names; that is
/// recorded as an export.
#[utoipa::path(
    get, path = "/api/v1/reports/{report}", tag = "reports",
    params(
        ("report" = Name, Path, description = "Which report"),
        ("period" = Option<String>, Query, description = "Days up to today: `week` (7), `month` (30, the default), `quarter` (91), `year` (365), `three_years` (1096). Not with `from` or `until`"),
        ("from" = Option<NaiveDate>, Query, description = "The first day, such as `2026-11-01`; at most 1098 days are counted"),
        ("until" = Option<NaiveDate>, Query, description = "The last day; today when absent or later than today. Only with `from`"),
        ("zone" = Option<String>, Query, description = "The time zone in which days are counted, such as `Asia/Tokyo`; UTC when absent"),
        ("tenant" = Option<String>, Query, description = "Only this partner: its tenant's id, or its whole name"),
        ("issue" = Option<String>, Query, description = "Only this issue, by slug"),
    ),
    responses(
        (status = 200, description = "The report", content((ReportView = "application/json"), (String = "text/csv"))),
        (status = 403, description = "Neither a lead nor an auditor, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such report", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter that cannot be: `errors` names it and the way out", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn get_report(
    may: ReportReader,
    desk: Data<Desk>,
    reader: Reader,
    name: Path<String>,
    http: HttpRequest,
    query: QueryOf<ReportQuery>,
) -> Result<HttpResponse, Failure> {
    let name = Name::from_code(&name).ok_or_else(|| Failure::new(Kind::NotFound))?;
    let typed = query.0.typed()?;
    if wants_csv(&http) {
        return file(desk, may, name, typed).await?.map_err(Failure::invalid);
    }
    let report = report(&desk, name, &typed).await?.map_err(Failure::invalid)?;
    let edition = desk.policies.at(report.at).ok();
    let words = Words { edition: edition.as_deref(), lang: reader.lang };
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((VARY, "Accept, Accept-Language, Authorization"))
        .json(ReportView::new(&report, &words)))
}

/// Whether a file is asked for, and JSON is not.
fn wants_csv(http: &HttpRequest) -> bool {
    let accept = http.headers().get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let named = |kind: &str| accept.split(',').any(|range| range.split(';').next().unwrap_or_default().trim() == kind);
    named("text/csv") && !named("application/json")
}
