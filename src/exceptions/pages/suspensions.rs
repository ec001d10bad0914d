//! `/suspensions`: leads stop suppression at once, for everybody, a partner or an issue; two of them lift it again.

use crate::app::Desk;
use crate::db::Tx;
use crate::exceptions::api::checked_reason;
use crate::exceptions::suspensions::{
    Suspension, SuspensionBody, SuspensionScope, asked_to_lift, find, lift_by_two, list, suspend,
};
use crate::identity::partners::{self, Partner};
use crate::identity::{Lead, TenantId, parse_guid};
use crate::intake::pages::parts::one_line;
use crate::locale::Lang;
use crate::problem::{InputError, Kind};
use crate::web::components::{Anchor, Empty, Markup, Notice, Quote, SummaryEntry, SummaryList, Tag, Tone};
use crate::web::field::{Choice, Field};
use crate::web::idempotency::{self, Key};
use crate::web::page::Link;
use crate::web::pages::confirm::ConfirmPage;
use crate::web::table::{Column, Table};
use crate::web::{Failure, Form, FormFields, Html, IfMatch, Message, Page, Paging, Reader, Slice};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, Redirect, ServiceConfig, resource};
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;
use std::collections::HashMap;
use uuid::Uuid;

/// Most partners that the choice offers.
const PARTNERS: i64 = 1000;

/// `/suspensions`, `/suspensions/place`, `/suspensions/{id}/lift`
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/suspensions").get(show).post(ask))
        .service(resource("/suspensions/place").get(back).post(act))
        .service(resource("/suspensions/{id}/lift").get(ask_lift).post(act_lift));
}

#[derive(Template)]
#[template(path = "exceptions/suspensions.html")]
struct SuspensionsPage {
    page: Page,
    table: Table,
    fields: Vec<Field>,
}

async fn back() -> Redirect {
    Redirect::to("/suspensions").see_other()
}

fn to_the_list() -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, "/suspensions")).finish()
}

async fn show(lead: Lead, desk: Data<Desk>, paging: Paging, http: HttpRequest) -> Result<HttpResponse, Failure> {
    let page = overview(&desk, &lead, &paging, &http, &FormFields::default(), &[]).await?;
    Ok(Html(page).respond_to(&http))
}

/// The list, and the form holding `values`, found wrong at `errors`.
async fn overview(
    desk: &Desk,
    lead: &Lead,
    paging: &Paging,
    http: &HttpRequest,
    values: &FormFields,
    errors: &[InputError],
) -> Result<SuspensionsPage, Failure> {
    let mut tx = desk.db.staff().await?;
    let slice = paging.cut(list(&mut tx, paging.after()?, paging.fetch()).await?, |suspension| suspension.id);
    let ids: Vec<_> = slice.items.iter().map(|suspension| suspension.id).collect();
    let asked = asked_to_lift(&mut tx, &ids, lead.object_id).await?;
    let partners = partners::list(&mut tx, None, PARTNERS).await?;
    let page = Reader::of(http).page("suspensions-title").wide();
    let table = table(desk, &page, &slice, &asked, &partners, http);
    let (fields, errors) = fields(desk, &page, &partners, values, errors);
    Ok(SuspensionsPage { page: page.with_errors(errors), table, fields })
}

fn table(
    desk: &Desk,
    page: &Page,
    slice: &Slice<Suspension>,
    asked: &[Uuid],
    partners: &[Partner],
    http: &HttpRequest,
) -> Table {
    let lang = page.lang();
    let names: HashMap<_, _> = partners.iter().map(|partner| (partner.tenant, partner.name.as_str())).collect();
    let columns = ["suspensions-what", "suspensions-reason", "suspensions-since", "suspensions-state"];
    let empty = Empty::new(page.t("suspensions-empty"), page.t("suspensions-empty-text"));
    let columns = columns.map(|key| Column::new(page.t(key))).into();
    let table = Table::new(page.t("suspensions-caption"), columns, empty);
    let table = slice.items.iter().fold(table, |table, suspension| {
        let name = |tenant: &TenantId| names.get(tenant).map(|name| one_line(name));
        table.row([
            what(&suspension.scope, name, desk, lang).into(),
            Quote::new(&suspension.reason, None).into(),
            page.own_when(suspension.placed_at).into(),
            state(page, suspension, asked.contains(&suspension.id)),
        ])
    });
    table.more(slice.next_href(http), page.t("more-rows"))
}

/// What is stopped, in words.
fn what(scope: &SuspensionScope, name: impl Fn(&TenantId) -> Option<String>, desk: &Desk, lang: Lang) -> String {
    match scope {
        SuspensionScope::All(_) => lang.text("suspensions-all"),
        SuspensionScope::Issue(issue) => {
            Message::new("suspensions-issue-of").with("issue", desk.policies.issue_title(issue, lang)).text(lang)
        }
        SuspensionScope::Tenant(tenant) => {
            let name = name(tenant).unwrap_or_else(|| tenant.to_string());
            Message::new("suspensions-tenant-of").with("partner", name).text(lang)
        }
    }
}

/// In force with the way to lift it, waiting for the other lead, or lifted.
fn state(page: &Page, suspension: &Suspension, asked: bool) -> Markup {
    if let Some(lifted_at) = suspension.lifted_at {
        let tag = Tag::new(Tone::Quiet, page.t("suspensions-lifted"));
        return Markup::joined([tag.into(), page.own_when(lifted_at).into()]);
    }
    let tag = Tag::new(Tone::Bad, page.t("suspensions-in-force"));
    let href = format!("/suspensions/{}/lift", suspension.id);
    let next: Markup = match (asked, suspension.lifts) {
        (true, _) => page.t("suspensions-waits-for-other").into(),
        (false, 0) => Anchor::new(href, page.t("suspensions-lift")).into(),
        (false, _) => Anchor::new(href, page.t("suspensions-lift-second")).into(),
    };
    Markup::joined([tag.into(), next])
}

fn fields(
    desk: &Desk,
    page: &Page,
    partners: &[Partner],
    values: &FormFields,
    errors: &[InputError],
) -> (Vec<Field>, Vec<SummaryEntry>) {
    let lang = page.lang();
    let mut form = Form::new(lang, values, errors);
    let kinds =
        ["tenant", "issue", "all"].map(|kind| Choice::new(kind, page.t(&format!("suspensions-kind-{kind}")))).to_vec();
    let partners = partners.iter().map(|partner| Choice::new(partner.tenant.to_string(), one_line(&partner.name)));
    // The newest edition's first; an issue that only older ones know can still have exceptions.
    let mut slugs = Vec::new();
    let editions = desk.policies.editions();
    for issue in editions.iter().rev().flat_map(|edition| edition.issues()) {
        if !slugs.contains(&issue.slug()) {
            slugs.push(issue.slug());
        }
    }
    let issues = slugs.into_iter().map(|slug| Choice::new(slug, desk.policies.issue_title(slug, lang)));
    let fields = vec![
        form.radios("/scope", page.t("suspensions-choose"), kinds),
        form.select("/tenant", page.t("suspensions-partner"), partners.collect())
            .hint(page.t("suspensions-partner-hint"))
            .answered(),
        form.select("/issue", page.t("suspensions-issue"), issues.collect())
            .hint(page.t("suspensions-issue-hint"))
            .answered(),
        form.area("/reason", page.t("suspensions-reason")).hint(page.t("suspensions-reason-hint")).max_length(2000),
    ];
    let errors = form.summary();
    (fields, errors)
}

/// What the form means.
fn body(fields: &FormFields) -> Result<SuspensionBody, Vec<InputError>> {
    let mut errors = Vec::new();
    let missing = |place, code| InputError::new(place, code);
    let scope = match fields.get("scope") {
        "all" => Some(SuspensionScope::All(true)),
        "tenant" => {
            let tenant = parse_guid(fields.get("tenant")).map(|tenant| SuspensionScope::Tenant(TenantId(tenant)));
            if tenant.is_none() {
                errors.push(missing("/tenant", "partner_not_chosen"));
            }
            tenant
        }
        "issue" if fields.get("issue").is_empty() => {
            errors.push(missing("/issue", "issue_not_chosen"));
            None
        }
        "issue" => Some(SuspensionScope::Issue(fields.get("issue").to_owned())),
        _ => {
            errors.push(missing("/scope", "suspension_scope_missing"));
            None
        }
    };
    let reason = checked_reason(fields.get("reason")).map_err(|failure| errors.extend_from_slice(failure.errors()));
    match (scope, reason) {
        (Some(scope), Ok(reason)) => Ok(SuspensionBody { scope, reason }),
        _ => Err(errors),
    }
}

/// Asks once more, with what it stops.
async fn ask(
    lead: Lead,
    desk: Data<Desk>,
    paging: Paging,
    http: HttpRequest,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let body = match body(&fields) {
        Ok(body) => body,
        Err(errors) => return refuse(&desk, &lead, &paging, &http, &fields, &errors).await,
    };
    let mut tx = desk.db.staff().await?;
    let page = Reader::of(&http).page("suspensions-confirm").wide();
    let facts = facts(&desk, &mut tx, &page, &body.scope, &body.reason).await?;
    let hidden = ["scope", "tenant", "issue", "reason"].map(|name| (name, fields.get(name).to_owned()));
    let key = (idempotency::FIELD, idempotency::fresh_name());
    let confirm = ConfirmPage {
        facts,
        consequence: Notice::new(Tone::Bad, page.t("suspensions-consequence")),
        fields: Vec::new(),
        hidden: hidden.into_iter().chain([key]).collect(),
        action: "/suspensions/place".to_owned(),
        button: page.t("suspensions-place"),
        danger: true,
        cancel: Link { href: "/suspensions".to_owned(), label: page.t("suspensions-cancel") },
        page,
    };
    Ok(Html(confirm).respond_to(&http))
}

/// Stops it.
async fn act(
    lead: Lead,
    desk: Data<Desk>,
    paging: Paging,
    http: HttpRequest,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let placed = match body(&fields) {
        Ok(body) => match Key::in_form(&fields, &lead, "/suspensions/place", &body) {
            Ok(key) => suspend(desk.clone(), lead.clone(), body, key).await,
            Err(failure) => Err(failure),
        },
        Err(errors) => Err(Failure::invalid(errors)),
    };
    match placed {
        Ok(_) => Ok(to_the_list()),
        Err(failure) if failure.kind() == Kind::InvalidInput => {
            refuse(&desk, &lead, &paging, &http, &fields, failure.errors()).await
        }
        Err(failure) => Err(failure),
    }
}

async fn refuse(
    desk: &Desk,
    lead: &Lead,
    paging: &Paging,
    http: &HttpRequest,
    fields: &FormFields,
    errors: &[InputError],
) -> Result<HttpResponse, Failure> {
    let mut response = Html(overview(desk, lead, paging, http, fields, errors).await?).respond_to(http);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

async fn facts(
    desk: &Desk,
    tx: &mut Tx,
    page: &Page,
    scope: &SuspensionScope,
    reason: &str,
) -> Result<SummaryList, Failure> {
    let partner = match scope {
        SuspensionScope::Tenant(tenant) => partners::find(tx, *tenant).await?,
        SuspensionScope::Issue(_) | SuspensionScope::All(_) => None,
    };
    let name = |_: &TenantId| partner.as_ref().map(|partner| one_line(&partner.name));
    Ok(SummaryList::new()
        .row(page.t("suspensions-what"), what(scope, name, desk, page.lang()))
        .row(page.t("suspensions-reason"), Quote::new(reason, None)))
}

async fn ask_lift(
    lead: Lead,
    desk: Data<Desk>,
    reader: Reader,
    id: Path<String>,
) -> Result<Html<ConfirmPage>, Failure> {
    let id = parse_guid(&id).ok_or_else(|| Failure::new(Kind::NotFound))?;
    let mut tx = desk.db.staff().await?;
    let suspension = find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let asked = !asked_to_lift(&mut tx, &[id], lead.object_id).await?.is_empty();
    if asked || suspension.lifted_at.is_some() {
        return Err(no_longer(Failure::new(Kind::WrongState)));
    }
    let second = suspension.lifts > 0;
    let page = reader.page("suspensions-lift-confirm").wide();
    let facts = facts(&desk, &mut tx, &page, &suspension.scope, &suspension.reason).await?;
    let consequence = if second { "suspensions-lift-second-consequence" } else { "suspensions-lift-consequence" };
    Ok(Html(ConfirmPage {
        facts: facts.row(page.t("suspensions-since"), page.own_when(suspension.placed_at)),
        consequence: Notice::new(Tone::Warn, page.t(consequence)),
        fields: Vec::new(),
        hidden: vec![("version", suspension.version.to_string())],
        action: format!("/suspensions/{id}/lift"),
        button: page.t(if second { "suspensions-lift-second" } else { "suspensions-lift" }),
        danger: false,
        cancel: Link { href: "/suspensions".to_owned(), label: page.t("suspensions-lift-cancel") },
        page,
    }))
}

async fn act_lift(lead: Lead, desk: Data<Desk>, id: Path<String>, fields: FormFields) -> Result<HttpResponse, Failure> {
    let id = parse_guid(&id).ok_or_else(|| Failure::new(Kind::NotFound))?;
    let seen = IfMatch::Versions(vec![fields.get("version").parse().unwrap_or(0)]);
    lift_by_two(desk, lead, id, seen).await.map_err(no_longer)?;
    Ok(to_the_list())
}

/// The way back to where it stands now.
fn no_longer(failure: Failure) -> Failure {
    failure.way_out("/suspensions", Message::new("suspensions-open"))
}
