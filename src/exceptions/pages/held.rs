//! `/held-exceptions`: leads confirm what a new epoch of the feed holds back.

use super::edition;
use crate::app::Desk;
use crate::exceptions::api::checked_reason;
use crate::exceptions::{Exception, held};
use crate::identity::partners::{self, Partner};
use crate::identity::{Lead, TenantId, parse_guid};
use crate::intake::pages::parts::{SubjectsList, issue_title, one_line};
use crate::policy::Edition;
use crate::problem::{InputError, Kind};
use crate::web::components::Empty;
use crate::web::field::{Choice, Field};
use crate::web::{Failure, Form, FormFields, Html, Page, Paging, Reader};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, ServiceConfig, resource};
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;
use std::collections::BTreeMap;
use uuid::Uuid;

/// `/held-exceptions`
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/held-exceptions").get(show).post(act));
}

#[derive(Template)]
#[template(path = "exceptions/held.html")]
struct HeldPage {
    page: Page,
    /// None is held.
    empty: Option<Empty>,
    /// Which, and why they are right.
    fields: Vec<Field>,
    /// The next part of the list.
    next: Option<String>,
}

async fn show(_lead: Lead, desk: Data<Desk>, paging: Paging, http: HttpRequest) -> Result<HttpResponse, Failure> {
    Ok(Html(overview(&desk, &paging, &http, &FormFields::default(), &[]).await?).respond_to(&http))
}

/// Publishes the chosen ones again.
async fn act(
    lead: Lead,
    desk: Data<Desk>,
    paging: Paging,
    http: HttpRequest,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let ids: Vec<_> = fields.all("exceptions").filter_map(parse_guid).collect();
    let confirmed = match checked_reason(fields.get("reason")) {
        Ok(reason) => held::confirm(desk.clone(), lead, ids, reason).await.map(drop),
        Err(failure) => Err(failure),
    };
    match confirmed {
        Ok(()) => Ok(HttpResponse::SeeOther().insert_header((LOCATION, "/held-exceptions")).finish()),
        Err(failure) if failure.kind() == Kind::InvalidInput => {
            let page = overview(&desk, &paging, &http, &fields, failure.errors()).await?;
            let mut response = Html(page).respond_to(&http);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(failure) => Err(failure),
    }
}

/// What is held, and the form holding `values`, found wrong at `errors`.
async fn overview(
    desk: &Desk,
    paging: &Paging,
    http: &HttpRequest,
    values: &FormFields,
    errors: &[InputError],
) -> Result<HeldPage, Failure> {
    let page = Reader::of(http).page("held-title").back_to("/exceptions", "exceptions-title");
    let mut tx = desk.db.staff().await?;
    let rows = held::list(&mut tx, paging.after()?, paging.fetch(), desk.clock.now()).await?;
    let slice = paging.cut(rows, |exception| exception.id);
    let tenants: Vec<_> = slice.items.iter().map(|exception| exception.tenant).collect();
    let partners = partners::of_tenants(&mut tx, &tenants).await?;
    let partners = partners.into_iter().map(|partner| (partner.tenant, partner)).collect();
    let edition = edition(desk)?;
    let choices: Vec<_> = slice.items.iter().map(|exception| choice(&page, exception, &partners, &edition)).collect();
    let empty = choices.is_empty().then(|| Empty::new(page.t("held-empty"), page.t("held-empty-text")));
    let mut form = Form::new(page.lang(), values, errors);
    let fields = vec![
        form.checkboxes("/exceptions", page.t("held-choose"), choices),
        form.area("/reason", page.t("held-reason")).hint(page.t("held-reason-hint")).max_length(2000),
    ];
    let errors = form.summary();
    Ok(HeldPage { page: page.with_errors(errors), empty, fields, next: slice.next_href(http) })
}

/// One exception: whose, what for, for whom, until when.
fn choice(page: &Page, exception: &Exception, partners: &BTreeMap<TenantId, Partner>, edition: &Edition) -> Choice {
    let lang = page.lang();
    let partner =
        partners.get(&exception.tenant).map_or_else(|| exception.tenant.to_string(), |partner| one_line(&partner.name));
    let id: Uuid = exception.id;
    let hint = [
        issue_title(&exception.issue, edition, lang),
        SubjectsList::granted(&exception.subjects, lang).count(),
        page.t1("held-until", "until", page.own_when(exception.expires_at).text()),
    ];
    Choice::new(id.to_string(), page.t2("held-choice", "reference", &exception.reference, "partner", partner))
        .hint(hint.join(" · "))
}
