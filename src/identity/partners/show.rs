//! `/partners/{tenant}`: the register entry, the hold, what is granted and what was asked; and lifting the hold, after asking.

use super::one::lift;
use super::{Partner, find, tenant_id};
use crate::app::Desk;
use crate::audit::{timeline, words};
use crate::exceptions::api::checked_reason;
use crate::exceptions::holds::{self, Hold};
use crate::exceptions::{self, Exception};
use crate::identity::{Lead, Role, StaffReader, TenantId, parse_guid};
use crate::intake::pages::parts::{self, one_line};
use crate::intake::request::of_tenant;
use crate::policy::Limits;
use crate::problem::{InputError, Kind};
use crate::web::components::{Anchor, Empty, Notice, SummaryList, Tag, Timeline, Tone};
use crate::web::page::Link;
use crate::web::pages::confirm::ConfirmPage;
use crate::web::table::{Column, Table};
use crate::web::{Failure, Form, FormFields, Html, IfMatch, Message, Page, Reader};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, ServiceConfig, resource};
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;
use chrono_tz::Tz;
use mfa_enforcement::wire::Subjects;
use std::collections::BTreeSet;

/// How many of the partner's requests are shown.
const REQUESTS: i64 = 20;

/// `/partners/{tenant}…`; after `/partners/import`, which is no tenant.
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/partners/{tenant}").get(show))
        .configure(super::calendar::page_routes)
        .service(resource("/partners/{tenant}/lift-hold").get(ask).post(act));
}

#[derive(Template)]
#[template(path = "partners/show.html")]
struct PartnerPage {
    page: Page,
    tag: Option<Tag>,
    hold: Option<Notice>,
    lift: Option<Link>,
    entry: SummaryList,
    total: SummaryList,
    grants: Table,
    requests: Table,
    history: Timeline,
}

async fn show(
    staff: StaffReader,
    desk: Data<Desk>,
    reader: Reader,
    tenant: Path<String>,
) -> Result<Html<PartnerPage>, Failure> {
    let now = desk.clock.now();
    let mut tx = desk.db.staff().await?;
    let partner = known(&mut tx, &tenant).await?;
    let hold = holds::in_force(&mut tx, partner.tenant).await?;
    let open = exceptions::open_of_tenant(&mut tx, partner.tenant, now).await?;
    let requests = of_tenant(&mut tx, partner.tenant, REQUESTS).await?;
    let steps = timeline::of(&mut tx, &[partner.tenant.0]).await?;
    let (lang, zone) = (reader.lang, partner.calendar_in(&desk.calendars).zone());
    let page = reader.page_titled(one_line(&partner.name)).wide().back_to("/partners", "partners-title");
    let lift = Link { href: format!("/partners/{}/lift-hold", partner.tenant), label: page.t("hold-lift") };
    Ok(Html(PartnerPage {
        tag: hold.as_ref().map(|_| Tag::new(Tone::Warn, page.t("hold-tag"))),
        lift: (hold.is_some() && staff.has_any(&[Role::LeadReviewer])).then_some(lift),
        hold: hold.as_ref().map(|hold| on_hold(&page, hold, zone)),
        entry: entry(&desk, &page, &partner, staff.has_any(&[Role::LeadReviewer])),
        total: total(&page, &open),
        grants: grants(&desk, &page, &open, zone),
        requests: requests.iter().fold(table(&page, &REQUEST_COLUMNS, "partner-requests"), |table, request| {
            table.row([
                Anchor::new(format!("/review/{}", request.reference), request.reference.clone()).into(),
                desk.policies.issue_title(&request.asked.issue, lang).into(),
                page.when(request.filed_at, zone).into(),
                Tag::of_status(request.status.code(), lang).into(),
            ])
        }),
        history: words::timeline(&steps, words::Audience::Staff, reader.zones(zone), lang, |_| None),
        page,
    }))
}

async fn known(tx: &mut crate::db::Tx, tenant: &str) -> Result<Partner, Failure> {
    let not_found = || Failure::new(Kind::NotFound);
    find(tx, TenantId(parse_guid(tenant).ok_or_else(not_found)?)).await?.ok_or_else(not_found)
}

fn on_hold(page: &Page, hold: &Hold, zone: Tz) -> Notice {
    let text = Message::new("hold-text").with("since", page.when(hold.placed_at, zone).text());
    Notice::new(Tone::Warn, page.say(&text))
        .title(page.t("hold-title"))
        .link(format!("/exceptions/{}", hold.reference), page.t1("hold-because", "reference", &hold.reference))
}

fn entry(desk: &Desk, page: &Page, partner: &Partner, may_change: bool) -> SummaryList {
    let calendar = partner.calendar_in(&desk.calendars);
    let entry = SummaryList::new()
        .row(page.t("partners-tenant"), tenant_id(partner.tenant))
        .row(page.t("partners-type"), partner.r#type.label(page.lang()))
        .row(page.t("partners-country"), partner.country_name(page.lang()))
        .row(page.t("partners-calendar"), calendar.name(page.lang()));
    let href = format!("/partners/{}/calendar", partner.tenant);
    let entry = if may_change { entry.change(href, page.t("partner-calendar-change")) } else { entry };
    entry
        .row(page.t("partners-contact"), one_line(&partner.security_contact))
        .row(page.t("partner-registered-at"), page.when(partner.registered_at, calendar.zone()))
}

/// How many different users are exempt or will be: what the guard on automatic grants counts.
fn total(page: &Page, open: &[Exception]) -> SummaryList {
    let mut users: BTreeSet<uuid::Uuid> = BTreeSet::new();
    let mut everybody = false;
    for exception in open {
        match &exception.subjects {
            Subjects::All => everybody = true,
            Subjects::Users(ids) => users.extend(ids),
        }
    }
    let users = match everybody {
        true => page.t("given-every-user"),
        false => page.t1("given-users", "count", users.len()),
    };
    SummaryList::new()
        .row(page.t("partner-total"), users)
        .row(page.t("partner-total-limit"), page.t1("given-users", "count", Limits::CEILING.max_users))
}

const GRANT_COLUMNS: [&str; 5] = ["exceptions-column", "scope-who", "scope-where", "scope-until", "scope-status"];
const REQUEST_COLUMNS: [&str; 4] = ["exception-request", "facts-issue", "partner-filed", "scope-status"];

/// The messages `NAME`, `NAME-empty` and `NAME-empty-text`.
fn table(page: &Page, columns: &[&str], name: &str) -> Table {
    let empty = Empty::new(page.t(&format!("{name}-empty")), page.t(&format!("{name}-empty-text")));
    Table::new(page.t(name), columns.iter().map(|key| Column::new(page.t(key))).collect(), empty)
}

fn grants(desk: &Desk, page: &Page, open: &[Exception], zone: Tz) -> Table {
    let now = desk.clock.now();
    let lang = page.lang();
    let edition = desk.policies.at(now).ok();
    let places = |exception: &Exception| match &edition {
        Some(edition) => parts::surface_labels(&exception.surfaces, edition, lang),
        None => exception.surfaces.join(&page.t("list-separator")),
    };
    open.iter().fold(table(page, &GRANT_COLUMNS, "partner-grants"), |table, exception| {
        table.row([
            Anchor::new(format!("/exceptions/{}", exception.reference), exception.reference.clone()).into(),
            parts::SubjectsList::granted(&exception.subjects, lang).count().into(),
            places(exception).into(),
            page.when(exception.expires_at, zone).into(),
            Tag::of_status(exception.status(now).code(), lang).into(),
        ])
    })
}

async fn ask(
    _lead: Lead,
    desk: Data<Desk>,
    reader: Reader,
    tenant: Path<String>,
) -> Result<Html<ConfirmPage>, Failure> {
    let (partner, hold) = held(&desk, &tenant).await?;
    Ok(Html(confirmation(&desk, reader, &partner, &hold, &FormFields::default(), &[])))
}

async fn act(
    lead: Lead,
    desk: Data<Desk>,
    tenant: Path<String>,
    http: HttpRequest,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let (partner, hold) = held(&desk, &tenant).await?;
    if let Err(failure) = checked_reason(fields.get("reason")) {
        let page = confirmation(&desk, Reader::of(&http), &partner, &hold, &fields, failure.errors());
        let mut response = Html(page).respond_to(&http);
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let seen = IfMatch::Versions(vec![fields.get("version").parse().unwrap_or(0)]);
    let lifted = lift(desk, lead, partner.tenant, seen, fields.get("reason")).await;
    lifted.map_err(|failure| to_the_partner(failure, &partner))?;
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, format!("/partners/{}", partner.tenant))).finish())
}

/// The partner, if a hold is in force.
async fn held(desk: &Desk, tenant: &str) -> Result<(Partner, Hold), Failure> {
    let mut tx = desk.db.staff().await?;
    let partner = known(&mut tx, tenant).await?;
    match holds::in_force(&mut tx, partner.tenant).await? {
        Some(hold) => Ok((partner, hold)),
        None => Err(to_the_partner(Failure::new(Kind::WrongState), &partner)),
    }
}

fn to_the_partner(failure: Failure, partner: &Partner) -> Failure {
    failure.way_out(format!("/partners/{}", partner.tenant), Message::new("partner-open"))
}

fn confirmation(
    desk: &Desk,
    reader: Reader,
    partner: &Partner,
    hold: &Hold,
    values: &FormFields,
    errors: &[InputError],
) -> ConfirmPage {
    let page = reader.page("hold-lift-title").wide();
    let mut form = Form::new(page.lang(), values, errors);
    let reason = form.area("/reason", page.t("hold-reason")).hint(page.t("hold-reason-hint")).max_length(2000);
    let page = page.with_errors(form.summary());
    let zone = partner.calendar_in(&desk.calendars).zone();
    let href = format!("/partners/{}", partner.tenant);
    ConfirmPage {
        facts: SummaryList::new()
            .row(page.t("partners-name"), one_line(&partner.name))
            .row(page.t("hold-since"), page.when(hold.placed_at, zone))
            .row(
                page.t("hold-exception"),
                Anchor::new(format!("/exceptions/{}", hold.reference), hold.reference.clone()),
            ),
        consequence: Notice::new(Tone::Warn, page.t("hold-lift-consequence")),
        fields: vec![reason],
        hidden: vec![("version", partner.version.to_string())],
        action: format!("{href}/lift-hold"),
        button: page.t("hold-lift"),
        danger: false,
        cancel: Link { href, label: page.t("hold-lift-cancel") },
        page,
    }
}
