//! What leads do: take a point out of use, say how many points a client should have.

use crate::app::Desk;
use crate::identity::{Lead, TenantId};
use crate::intake::pages::parts::one_line;
use crate::problem::{InputError, Kind};
use crate::reach::api::known_id;
use crate::reach::clients::{self, FeedClient, MOST_EXPECTED};
use crate::reach::points;
use crate::web::components::{Notice, SummaryList, Tone};
use crate::web::page::Link;
use crate::web::pages::confirm::ConfirmPage;
use crate::web::{Failure, Form, FormFields, Html, IfMatch, Message, Reader};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, Responder};

fn to(href: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, href)).finish()
}

fn seen(fields: &FormFields) -> IfMatch {
    // Nothing is at such a version.
    IfMatch::Versions(vec![fields.get("version").parse().unwrap_or(-1)])
}

pub(super) async fn ask_retire(
    _lead: Lead,
    desk: Data<Desk>,
    reader: Reader,
    id: Path<String>,
) -> Result<Html<ConfirmPage>, Failure> {
    let id = known_id(&id)?;
    let mut tx = desk.db.staff().await?;
    let point = points::find(&mut tx, &desk, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let href = format!("/enforcement/{id}");
    if point.retired_at.is_some() {
        return Err(Failure::new(Kind::WrongState).way_out(href, Message::new("reach-point-open")));
    }
    let page = reader.page("reach-retire-title").wide();
    Ok(Html(ConfirmPage {
        facts: SummaryList::new()
            .row(page.t("reach-point"), one_line(&point.gate))
            .row(page.t("reach-client"), one_line(&point.client))
            .row(page.t("reach-last-report"), page.own_when(point.last_seen_at)),
        consequence: Notice::new(Tone::Warn, page.t("reach-retire-consequence")),
        fields: Vec::new(),
        hidden: vec![("version", point.version.to_string())],
        action: format!("{href}/retire"),
        button: page.t("reach-retire"),
        danger: false,
        cancel: Link { href, label: page.t("reach-retire-cancel") },
        page,
    }))
}

pub(super) async fn act_retire(
    lead: Lead,
    desk: Data<Desk>,
    id: Path<String>,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let id = known_id(&id)?;
    let href = format!("/enforcement/{id}");
    let retired = points::retire(desk, lead, id, seen(&fields)).await;
    retired.map_err(|failure| failure.way_out(&href, Message::new("reach-point-open")))?;
    Ok(to(&href))
}

pub(super) async fn ask_expected(
    _lead: Lead,
    desk: Data<Desk>,
    reader: Reader,
    path: Path<(String, String)>,
) -> Result<Html<ConfirmPage>, Failure> {
    let client = read(&desk, path.into_inner()).await?;
    let number = client.expected.map(|expected| expected.to_string()).unwrap_or_default();
    let values = FormFields::default().with("expected", number);
    Ok(Html(expected_page(reader, &client, &values, &[])))
}

pub(super) async fn act_expected(
    lead: Lead,
    desk: Data<Desk>,
    http: HttpRequest,
    path: Path<(String, String)>,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let client = read(&desk, path.into_inner()).await?;
    let typed = fields.get("expected").trim();
    let expected = match typed.parse() {
        _ if typed.is_empty() => Ok(None),
        Ok(expected) if (0..=MOST_EXPECTED).contains(&expected) => Ok(Some(expected)),
        _ => Err(InputError::new("/expected", "expected_out_of_range").with("max", MOST_EXPECTED)),
    };
    match expected {
        Ok(expected) => {
            clients::expect(desk, lead, (client.tenant, client.client), seen(&fields), expected).await?;
            Ok(to("/enforcement"))
        }
        Err(error) => {
            let page = expected_page(Reader::of(&http), &client, &fields, &[error]);
            let mut response = Html(page).respond_to(&http);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
    }
}

/// The client of a page's address, when it is an operator's.
async fn read(desk: &Desk, (tenant, client): (String, String)) -> Result<FeedClient, Failure> {
    let tenant = TenantId(known_id(&tenant)?);
    if !desk.roles.is_operator(tenant) || client.contains('\0') {
        return Err(Failure::new(Kind::NotFound));
    }
    let mut tx = desk.db.staff().await?;
    Ok(clients::find(&mut tx, desk, tenant, &client).await?)
}

fn expected_page(reader: Reader, client: &FeedClient, values: &FormFields, errors: &[InputError]) -> ConfirmPage {
    let page = reader.page("reach-expect-title").wide();
    let mut form = Form::new(page.lang(), values, errors);
    let field = form.input("/expected", page.t("reach-expected")).hint(page.t("reach-expected-hint"));
    let page = page.with_errors(form.summary());
    let id = url::form_urlencoded::byte_serialize(client.client.as_bytes()).collect::<String>().replace('+', "%20");
    ConfirmPage {
        facts: SummaryList::new()
            .row(page.t("reach-client"), one_line(&client.client))
            .row(page.t("reach-points"), client.points.to_string())
            .row(page.t("reach-reporting"), client.reporting.to_string()),
        consequence: Notice::new(Tone::Info, page.t("reach-expect-consequence")),
        fields: vec![field],
        hidden: vec![("version", client.version.to_string())],
        action: format!("/enforcement/clients/{}/{id}", client.tenant),
        button: page.t("reach-expect-save"),
        danger: false,
        cancel: Link { href: "/enforcement".to_owned(), label: page.t("reach-expect-cancel") },
        page,
    }
}
