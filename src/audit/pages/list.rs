//! `/audit`: how the chain stands, and every event, newest first, by filters that are in the address.

use super::rows::{Named, table};
use crate::app::Desk;
use crate::audit::browse::{ChainState, Filter, list};
use crate::audit::filter::{Asked, period};
use crate::audit::store::Period;
use crate::audit::{timeline::Step, words};
use crate::identity::Auditor;
use crate::problem::InputError;
use crate::web::components::{Anchor, Empty, Markup, Notice, SummaryList, Tone};
use crate::web::field::{Choice, Field};
use crate::web::table::Table;
use crate::web::{Failure, Form, FormFields, Html, Page, Paging, Reader};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;
use chrono::DateTime;

/// So many events may wait before the page warns: the sealer takes them all within seconds.
const MANY: i64 = 500;

#[derive(Template)]
#[template(path = "audit/list.html")]
struct ListPage {
    page: Page,
    notices: Vec<Notice>,
    state: SummaryList,
    fields: Vec<Field>,
    table: Table,
    is_filtered: bool,
    is_later_part: bool,
}

/// The events that the filters let through.
pub(super) async fn show(
    _auditor: Auditor,
    desk: Data<Desk>,
    reader: Reader,
    paging: Paging,
    http: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let after = paging.after()?;
    let fields = FormFields::from_query(http.query_string());
    let mut tx = desk.db.staff().await?;
    let state = ChainState::read(&mut tx).await?;
    let (filter, errors) = match read(&mut tx, &fields).await? {
        Ok(filter) => (Some(filter), Vec::new()),
        Err(errors) => (None, errors),
    };
    let rows = match &filter {
        Some(filter) => list(&mut tx, filter, after, paging.fetch()).await?,
        None => Vec::new(),
    };
    let slice = paging.cut(rows, |event| (event.at, event.id));
    let named = Named::of(&mut tx, &slice.items).await?;
    let page = reader.page("audit-title").wide();
    let is_filtered = fields.iter().any(|(name, value)| name != "after" && !value.trim().is_empty());
    let empty = match is_filtered {
        true => Empty::new(page.t("audit-none"), page.t("audit-none-text")).action("/audit", page.t("audit-all")),
        false => Empty::new(page.t("audit-empty"), page.t("audit-empty-text")),
    };
    let table = table(&page, page.t("audit-caption"), empty, &slice.items, &named)
        .more(slice.next_href(&http), page.t("audit-older"));
    let mut form = Form::new(page.lang(), &fields, &errors);
    let fields = filter_fields(&mut form, &page);
    let summary = form.summary();
    let view = ListPage {
        notices: notices(&page, &state),
        state: chain(&page, &state),
        fields,
        table,
        is_filtered,
        is_later_part: after.is_some(),
        page: page.with_errors(summary),
    };
    let mut response = Html(view).respond_to(&http);
    if filter.is_none() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response.map_into_boxed_body())
}

async fn read(tx: &mut crate::db::Tx, fields: &FormFields) -> Result<Result<Filter, Vec<InputError>>, sqlx::Error> {
    // An empty field of a form is no condition.
    let id = |name| Some(fields.get(name).trim()).filter(|id| !id.is_empty());
    let asked = Asked {
        action: fields.get("action"),
        actor: id("actor"),
        subject: fields.get("subject"),
        tenant: id("tenant"),
    };
    let (period, mut errors) = match period(fields) {
        Ok(period) => (period, Vec::new()),
        Err(errors) => (Period::default(), errors),
    };
    match asked.filter(tx, period).await? {
        Ok(filter) if errors.is_empty() => Ok(Ok(filter)),
        Ok(_) => Ok(Err(errors)),
        Err(more) => {
            errors.extend(more);
            Ok(Err(errors))
        }
    }
}

fn filter_fields(form: &mut Form<'_>, page: &Page) -> Vec<Field> {
    let choice = |action: &&str| {
        let step = Step {
            at: DateTime::UNIX_EPOCH,
            actor_kind: "person".to_owned(),
            action: (*action).to_owned(),
            outcome: None,
            moved: None,
        };
        Choice::new(*action, words::what(&step, page.lang()).unwrap_or_else(|| (*action).to_owned()))
    };
    let subject = form.input("/subject", page.t("audit-filter-subject")).hint(page.t("audit-filter-subject-hint"));
    let tenant = form.input("/tenant", page.t("audit-filter-tenant")).hint(page.t("audit-filter-id-hint"));
    let actor = form.input("/actor", page.t("audit-filter-actor")).hint(page.t("audit-filter-id-hint"));
    let action = form.select("/action", page.t("audit-what"), words::ACTIONS.iter().map(choice).collect());
    let from = form.date("/from", page.t("audit-from"));
    let until = form.date("/until", page.t("audit-until")).hint(page.t("audit-days-hint"));
    vec![subject.medium(), action, tenant.code(), actor.code(), from, until].into_iter().map(Field::optional).collect()
}

fn notices(page: &Page, state: &ChainState) -> Vec<Notice> {
    let broken = state
        .contradicted
        .then(|| Notice::new(Tone::Bad, page.t("audit-contradicted-text")).title(page.t("audit-contradicted")));
    let late =
        (state.waiting > MANY).then(|| Notice::new(Tone::Warn, page.t("audit-late-text")).title(page.t("audit-late")));
    broken.into_iter().chain(late).collect()
}

fn chain(page: &Page, state: &ChainState) -> SummaryList {
    let sealed = match state.position {
        0 => page.t("audit-nothing-sealed").into(),
        position => Markup::from(page.t1("audit-sealed-up-to", "position", position)),
    };
    let head = match &state.head {
        Some(head) => Markup::joined([
            page.t2("audit-head-at", "position", head.position, "at", page.own_when(head.signed_at).text()).into(),
            Anchor::new("/audit/head", page.t("audit-head-save")).into(),
        ]),
        None => page.t("audit-no-head").into(),
    };
    SummaryList::new()
        .row(page.t("audit-sealed"), sealed)
        .row(page.t("audit-waiting"), page.t1("audit-waiting-count", "count", state.waiting))
        .row(page.t("audit-head"), head)
}
