//! A report for whoever may read it; as a file, it is recorded.

use super::asked::{Asked, Typed};
use super::figure::{Figure, Name};
use super::{answers, appeals, backlog, csv, exceptions, outcomes};
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::db::{self, Tx};
use crate::identity::ReportReader;
use crate::problem::InputError;
use crate::web::Failure;
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

/// A report with what was asked.
#[derive(Debug)]
pub struct Report {
    /// Which one.
    pub name: Name,
    /// Of what.
    pub asked: Asked,
    /// As it was at this instant.
    pub at: DateTime<Utc>,
    /// What it says.
    pub figures: Vec<Figure>,
}

/// The report `name`, or what is wrong with the question.
///
/// # Errors
/// 503.
pub async fn report(desk: &Desk, name: Name, typed: &Typed) -> Result<Result<Report, Vec<InputError>>, Failure> {
    let _turn = desk.long_reads.take().await?;
    read(desk, &mut desk.db.staff_snapshot().await?, name, typed).await
}

async fn read(desk: &Desk, tx: &mut Tx, name: Name, typed: &Typed) -> Result<Result<Report, Vec<InputError>>, Failure> {
    let at = desk.clock.now();
    let asked = match typed.read(desk, tx).await? {
        Ok(asked) => asked,
        Err(errors) => return Ok(Err(errors)),
    };
    let figures = match name {
        Name::Answers => answers::figures(tx, &asked, at).await?,
        Name::Backlog => backlog::figures(desk, tx, &asked, at).await?,
        Name::Outcomes => outcomes::figures(tx, &asked).await?,
        Name::Appeals => appeals::figures(tx, &asked).await?,
        Name::Exceptions => exceptions::figures(tx, &asked, at).await?,
    };
    Ok(Ok(Report { name, asked, at, figures }))
}

/// The report `name` as a CSV file, recorded as an export of `reader`; or what is wrong with the question. Goes to its end even
/// when the caller goes away.
///
/// # Errors
/// 503.
pub async fn file(
    desk: Data<Desk>,
    reader: ReportReader,
    name: Name,
    typed: Typed,
) -> Result<Result<HttpResponse, Vec<InputError>>, Failure> {
    db::to_the_end(async move {
        let _turn = desk.long_reads.take().await?;
        let mut tx = desk.db.staff().await?;
        let report = match read(&desk, &mut tx, name, &typed).await? {
            Ok(report) => report,
            Err(errors) => return Ok(Err(errors)),
        };
        let Asked { period, tenant, issue, .. } = &report.asked;
        let event = Event {
            actor: reader.actor(),
            action: "report.exported",
            subject_kind: "report",
            subject_id: Uuid::nil(),
            tenant: tenant.as_ref().map(|(tenant, _)| *tenant),
            details: json!({
                "report": name.code(),
                "from": period.days.from,
                "until": period.days.until,
                "zone": period.zone.name(),
                "issue": issue,
            }),
            personal: None,
        };
        audit::record(&mut tx, report.at, event).await?;
        tx.commit().await?;
        let file = csv::file(name, &report.asked, &report.figures).map_err(Failure::internal)?;
        let days = period.days;
        let name = format!("attachment; filename=\"{}-{}-{}.csv\"", name.code(), days.from, days.until);
        Ok(Ok(HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
            .insert_header((CONTENT_DISPOSITION, name))
            .insert_header((CACHE_CONTROL, "no-store"))
            .body(file)))
    })
    .await
}
