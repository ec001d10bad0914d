//! `/audit/export`: the events of a time as a file, and `/audit/head`, the last signed head as one.

use crate::app::Desk;
use crate::audit::api::exported;
use crate::audit::export::Selection;
use crate::audit::filter::period;
use crate::audit::store::last_anchor;
use crate::identity::Auditor;
use crate::problem::{InputError, Kind};
use crate::web::field::{Choice, Field};
use crate::web::{Failure, Form, FormFields, Html, Page, Reader};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;

#[derive(Template)]
#[template(path = "audit/export.html")]
pub(super) struct ExportPage {
    page: Page,
    fields: Vec<Field>,
}

impl ExportPage {
    fn new(reader: &Reader, values: &FormFields, errors: &[InputError]) -> Self {
        let page = reader.page("export-title").back_to("/audit", "audit-title");
        let mut form = Form::new(page.lang(), values, errors);
        let from = form.date("/from", page.t("audit-from")).optional();
        let until = form.date("/until", page.t("audit-until")).hint(page.t("audit-days-hint")).optional();
        let choice = Choice::new("yes", page.t("export-personal")).hint(page.t("export-personal-hint"));
        let personal = form.checkboxes("/personal", page.t("export-what"), vec![choice]).answered();
        let summary = form.summary();
        Self { page: page.with_errors(summary), fields: vec![from, until, personal] }
    }
}

/// The form.
pub(super) async fn ask(_auditor: Auditor, reader: Reader) -> Html<ExportPage> {
    Html(ExportPage::new(&reader, &FormFields::default(), &[]))
}

/// The file; the form again when the days are none.
pub(super) async fn download(
    auditor: Auditor,
    desk: Data<Desk>,
    reader: Reader,
    http: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let fields = FormFields::from_query(http.query_string());
    match period(&fields) {
        Ok(period) => {
            let selection = Selection { period, without_personal: fields.get("personal") != "yes" };
            exported(&desk, &auditor, selection).await
        }
        Err(errors) => {
            let mut response = Html(ExportPage::new(&reader, &fields, &errors)).respond_to(&http);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response.map_into_boxed_body())
        }
    }
}

/// The last signed head, to be kept elsewhere.
pub(super) async fn head(_auditor: Auditor, desk: Data<Desk>) -> Result<HttpResponse, Failure> {
    let head = last_anchor(&mut desk.db.staff().await?).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let name = format!("attachment; filename=\"audit-head-{}.jws\"", head.position);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/jose"))
        .insert_header((CONTENT_DISPOSITION, name))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(format!("{}\n", head.jws)))
}
