//! The list of endpoints.

use super::words;
use crate::app::Desk;
use crate::identity::Lead;
use crate::notify::webhooks::{Webhook, store};
use crate::web::components::{Empty, Markup};
use crate::web::table::{Column, Table};
use crate::web::{Failure, Html, Page, Reader};
use actix_web::web::Data;
use askama::Template;
use askama::filters::HtmlSafe;
use url::Url;
use uuid::Uuid;

/// Longest name of a host that is shown whole, in characters.
const MAX_HOST: usize = 60;

#[derive(Template)]
#[template(path = "webhooks/list.html")]
pub(super) struct ListPage {
    page: Page,
    table: Table,
    /// Whether there is one.
    any: bool,
}

pub(super) async fn show(_lead: Lead, desk: Data<Desk>, reader: Reader) -> Result<Html<ListPage>, Failure> {
    let mut tx = desk.db.staff().await?;
    let webhooks = store::list(&mut tx, None).await?;
    let page = reader.page("webhooks-title").wide();
    let columns = [
        "webhooks-description",
        "webhooks-host",
        "webhooks-state",
        "webhooks-last-success",
        "webhooks-last-failure",
        "webhooks-waiting",
        "webhooks-dead",
    ];
    let columns = columns.map(|key| match key {
        "webhooks-waiting" | "webhooks-dead" => Column::new(page.t(key)).number(),
        _ => Column::new(page.t(key)),
    });
    let empty = Empty::new(page.t("webhooks-empty"), page.t("webhooks-empty-text"));
    let empty = empty.action("/admin/webhooks/new", page.t("webhooks-add"));
    let table = Table::new(page.t("webhooks-title"), columns.into(), empty).caption_is_title();
    let table = webhooks.iter().map(|webhook| row(&page, webhook)).fold(table, Table::row);
    Ok(Html(ListPage { any: !webhooks.is_empty(), table, page }))
}

/// What an endpoint is called, on as many lines as it takes.
#[derive(Template)]
#[template(source = r#"<a class="long" href="/admin/webhooks/{{ id }}">{{ name }}</a>"#, ext = "html")]
struct Named {
    id: Uuid,
    name: String,
}

impl HtmlSafe for Named {}

/// Where an endpoint is: its own page shows the whole address.
fn host(webhook: &Webhook) -> String {
    let url = Url::parse(&webhook.url).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    match host.char_indices().nth(MAX_HOST) {
        Some((end, _)) => format!("{}…", &host[..end]),
        None => host.to_owned(),
    }
}

fn row(page: &Page, webhook: &Webhook) -> Vec<Markup> {
    vec![
        Markup::of(&Named { id: webhook.id, name: words::name(webhook) }),
        host(webhook).into(),
        words::state(page, webhook).into(),
        webhook.last_success_at.map_or_else(|| "–".into(), |at| page.own_when(at).into()),
        failure(page, webhook).unwrap_or_else(|| "–".into()),
        webhook.waiting.to_string().into(),
        webhook.dead.to_string().into(),
    ]
}

/// When the endpoint failed last, and how.
pub(super) fn failure(page: &Page, webhook: &Webhook) -> Option<Markup> {
    let at = page.own_when(webhook.last_failure_at?);
    Some(Markup::lines([words::result(page, webhook.last_failure.as_deref()?).into(), at.into()]))
}
