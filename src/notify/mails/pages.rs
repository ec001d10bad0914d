//! `/admin/mail`: the mails of the last 30 days, one of them with its words, sending it again.

use super::api::Filter;
use super::store::{self, Kept};
use super::{Mail, State, resend};
use crate::app::Desk;
use crate::identity::{Lead, TenantId, parse_guid, partners};
use crate::notify::letters;
use crate::notify::message::{lang, parse};
use crate::problem::Kind;
use crate::web::components::{Anchor, Empty, Markup, Notice, Quote, SummaryList, Tag, Tone};
use crate::web::table::{Column, Table};
use crate::web::{Failure, Html, Message, Page, Paging, QueryOf, Reader};
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, ServiceConfig, resource};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::Value;
use uuid::Uuid;

/// `/admin/mail…`
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/admin/mail").get(show))
        .service(resource("/admin/mail/{id}").get(one))
        .service(resource("/admin/mail/{id}/resend").post(send_again));
}

#[derive(Template)]
#[template(path = "mail/list.html")]
struct ListPage {
    page: Page,
    /// No mail server is configured.
    waits: Option<Notice>,
    filters: Vec<Markup>,
    table: Table,
}

#[derive(Template)]
#[template(path = "mail/show.html")]
struct MailPage {
    page: Page,
    facts: SummaryList,
    subject: String,
    /// Its words; none when another version of the desk wrote it.
    words: Option<Quote>,
    /// Where it is sent again.
    action: Option<String>,
}

async fn show(
    _lead: Lead,
    desk: Data<Desk>,
    reader: Reader,
    QueryOf(filter): QueryOf<Filter>,
    paging: Paging,
    http: HttpRequest,
) -> Result<Html<ListPage>, Failure> {
    let mut tx = desk.db.staff().await?;
    let counts = store::counts(&mut tx).await?;
    let slice = paging.cut(store::list(&mut tx, filter.state, paging.after()?, paging.fetch()).await?, |mail| mail.id);
    let page = reader.page("mails-title").wide();
    let waits = desk.mail.is_none().then(|| Notice::new(Tone::Warn, page.t("mails-no-server")));
    let columns = ["mails-about", "mails-what", "mails-recipient", "mails-state", "mails-created", "mails-attempts"];
    let columns = columns.map(|key| match key {
        "mails-attempts" => Column::new(page.t(key)).number(),
        _ => Column::new(page.t(key)),
    });
    let empty = Empty::new(page.t("mails-empty"), page.t("mails-empty-text"));
    let table = Table::new(page.t("mails-title"), columns.into(), empty).caption_is_title();
    let table = slice.items.iter().map(|mail| row(&page, mail)).fold(table, Table::row);
    let table = table.more(slice.next_href(&http), page.t("more-rows"));
    Ok(Html(ListPage { filters: filters(&page, &counts, filter.state), waits, table, page }))
}

/// Every state with how many mails are in it; the one that is shown is no link.
fn filters(page: &Page, counts: &[(State, i64)], shown: Option<State>) -> Vec<Markup> {
    let all = counts.iter().map(|(_, count)| count).sum::<i64>();
    let states = counts.iter().map(|(state, count)| (Some(*state), *count));
    let filter = |(state, count): (Option<State>, i64)| {
        let name = page.t(&format!("mails-{}", state.map_or("all", State::code)));
        let label = page.t2("mails-filter", "state", name, "count", count);
        match state {
            _ if state == shown => label.into(),
            Some(state) => Anchor::new(format!("/admin/mail?state={}", state.code()), label).into(),
            None => Anchor::new("/admin/mail", label).into(),
        }
    };
    [(None, all)].into_iter().chain(states).map(filter).collect()
}

fn row(page: &Page, mail: &Mail) -> Vec<Markup> {
    vec![
        Anchor::new(format!("/admin/mail/{}", mail.id), about(page, mail)).into(),
        what(page, mail).into(),
        recipient(page, mail).into(),
        tag(page, mail.state).into(),
        page.own_when(mail.created_at).into(),
        mail.attempts.to_string().into(),
    ]
}

/// The reference; of a mail about no request, what it tells.
fn about(page: &Page, mail: &Mail) -> String {
    if mail.reference.is_empty() { what(page, mail) } else { mail.reference.clone() }
}

fn what(page: &Page, mail: &Mail) -> String {
    let key = format!("mails-kind-{}", mail.kind.replace('_', "-"));
    page.lang().try_text(&key).unwrap_or_else(|| mail.kind.clone())
}

fn recipient(page: &Page, mail: &Mail) -> String {
    let key = format!("mails-to-{}", mail.recipient.replace('_', "-"));
    page.lang().try_text(&key).unwrap_or_else(|| mail.recipient.clone())
}

fn tag(page: &Page, state: State) -> Tag {
    let tone = match state {
        State::Waiting => Tone::Info,
        State::Sent => Tone::Ok,
        State::Dead => Tone::Bad,
    };
    Tag::new(tone, page.t(&format!("mails-{}", state.code())))
}

async fn one(_lead: Lead, desk: Data<Desk>, reader: Reader, id: Path<String>) -> Result<Html<MailPage>, Failure> {
    let mut tx = desk.db.staff().await?;
    let kept = store::find(&mut tx, known_id(&id)?).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let partner = partners::find(&mut tx, TenantId(kept.mail.tenant)).await?;
    let page = reader.page("mails-title");
    let title = page.t1("mails-one", "reference", about(&page, &kept.mail));
    let page = reader.page_titled(title);
    let page = page.wide().back_to("/admin/mail", "mails-back");
    let Kept { mail, personal, language, data } = &kept;
    let data = &without_link(data);
    let letter = parse(&mail.kind, &mail.recipient).map(|(kind, recipient)| {
        letters::write(&desk, kind, recipient, lang(&desk.config, recipient, *personal, language), data)
    });
    let name = partner.map(|partner| crate::intake::pages::parts::one_line(&partner.name)).unwrap_or_default();
    Ok(Html(MailPage {
        facts: facts(&page, mail, name),
        subject: letter.as_ref().map(|letter| letter.subject.clone()).unwrap_or_default(),
        words: letter.as_ref().map(|letter| Quote::new(&letter.text(), Some(letter.lang))),
        action: (mail.state != State::Waiting).then(|| format!("/admin/mail/{}/resend", mail.id)),
        page,
    }))
}

/// A link with which its reader ends an exception is the reader's alone.
fn without_link(data: &Value) -> Value {
    let mut data = data.clone();
    for place in ["", "/exception"] {
        if let Some(Value::Object(exception)) = data.pointer_mut(place) {
            exception.remove("id");
        }
    }
    data
}

fn facts(page: &Page, mail: &Mail, partner: String) -> SummaryList {
    let facts = match mail.reference.as_str() {
        "" => SummaryList::new(),
        reference => SummaryList::new()
            .row(page.t("mails-about"), Anchor::new(format!("/review/{reference}"), reference))
            .row(page.t("mail-fact-partner"), partner),
    };
    let facts = facts
        .row(page.t("mails-what"), what(page, mail))
        .row(page.t("mails-recipient"), recipient(page, mail))
        .row(page.t("mails-state"), tag(page, mail.state))
        .row(page.t("mails-created"), page.own_when(mail.created_at))
        .row(page.t("mails-attempts"), mail.attempts.to_string());
    let facts = match mail.done_at {
        Some(at) => facts.row(page.t("mails-done"), page.own_when(at)),
        None => facts,
    };
    let facts = match mail.next_attempt_at {
        Some(at) => facts.row(page.t("mails-next-attempt"), page.own_when(at)),
        None => facts,
    };
    match &mail.last_error {
        Some(code) => facts.row(page.t("mails-last-error"), error(page, code)),
        None => facts,
    }
}

/// The desk's own codes in words, a server's reply by its code.
fn error(page: &Page, code: &str) -> String {
    let words = page.lang().try_text(&format!("mails-error-{}", code.replace('_', "-")));
    words.unwrap_or_else(|| page.t1("mails-error-reply", "code", code.trim_start_matches("smtp_")))
}

async fn send_again(lead: Lead, desk: Data<Desk>, id: Path<String>) -> Result<HttpResponse, Failure> {
    let href = format!("/admin/mail/{}", known_id(&id)?);
    let sent = resend(desk, lead, known_id(&id)?).await;
    sent.map_err(|failure| failure.way_out(&href, Message::new("mails-open")))?;
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, href)).finish())
}

fn known_id(id: &str) -> Result<Uuid, Failure> {
    parse_guid(id).ok_or_else(|| Failure::new(Kind::NotFound))
}
