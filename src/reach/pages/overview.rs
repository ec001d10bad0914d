//! `/enforcement`: which point applies which version, who lags, who is missing.

use super::words;
use crate::app::Desk;
use crate::identity::{Role, StaffReader};
use crate::intake::pages::parts::{one_line, surface_labels};
use crate::reach::api::name_after;
use crate::reach::clients::{self, FeedClient};
use crate::reach::points::{self, Counts};
use crate::reach::spread;
use crate::web::components::{Anchor, Empty, Markup, Notice, Tone};
use crate::web::table::{Column, Table};
use crate::web::{Failure, Html, Message, Page, Paging, Reader};
use actix_web::{HttpRequest, web};
use askama::Template;

/// Laggards and changes that are shown before everything else.
const FIRST: i64 = 20;
const CHANGES: i64 = 8;

#[derive(Template)]
#[template(path = "reach/overview.html")]
pub(super) struct OverviewPage {
    page: Page,
    lead: String,
    notices: Vec<Notice>,
    laggards: Option<Table>,
    changes: Table,
    points: Table,
    clients: Table,
    /// Whether earlier parts were left behind.
    is_later_part: bool,
}

pub(super) async fn show(
    staff: StaffReader,
    desk: web::Data<Desk>,
    reader: Reader,
    paging: Paging,
    http: HttpRequest,
) -> Result<Html<OverviewPage>, Failure> {
    let mut tx = desk.db.staff().await?;
    let now = desk.clock.now();
    let after = name_after(&paging)?;
    let counts = points::counts(&mut tx, &desk).await?;
    let laggards = points::laggards(&mut tx, &desk, FIRST).await?;
    let clients = clients::list(&mut tx, &desk).await?;
    let changes = spread::list(&mut tx, &desk, None, CHANGES).await?;
    let rows = points::list(&mut tx, &desk, after.clone(), paging.fetch()).await?;
    drop(tx);
    let slice = paging.cut(rows, |point| point.gate.clone());
    let page = reader.page("reach-title").wide();
    let empty = || Empty::new(page.t("reach-points-empty"), page.t("reach-points-empty-text"));
    let table = |key: &str| Table::new(page.t(key), words::point_columns(&page), empty()).caption_is_title();
    let points = words::points(&page, table("reach-points"), slice.items.iter(), now);
    let points = points.more(slice.next_href(&http), page.t("more-rows"));
    let behind = (!laggards.is_empty()).then(|| words::points(&page, table("reach-laggards"), laggards.iter(), now));
    Ok(Html(OverviewPage {
        lead: lead(&page, counts),
        notices: notices(&page, counts, &clients),
        laggards: behind,
        changes: changes_table(&page, &changes),
        clients: clients_table(&desk, &page, &clients, staff.has_any(&[Role::LeadReviewer])),
        is_later_part: after.is_some(),
        points,
        page,
    }))
}

fn lead(page: &Page, counts: Counts) -> String {
    if counts.in_use == 0 {
        return page.t("reach-lead-none");
    }
    let lead = Message::new("reach-lead")
        .with("current", counts.current)
        .with("points", counts.in_use)
        .with("version", counts.version.to_string());
    page.say(&lead)
}

fn notices(page: &Page, counts: Counts, clients: &[FeedClient]) -> Vec<Notice> {
    let missing = clients.iter().filter(|client| client.missing > 0).map(|client| {
        let text = Message::new("reach-missing")
            .with("client", one_line(&client.client))
            .with("expected", client.expected.unwrap_or_default())
            .with("reporting", client.reporting);
        Notice::new(Tone::Bad, page.say(&text))
    });
    let lapsed = (counts.lapsed > 0).then(|| Notice::new(Tone::Warn, page.t1("reach-lapsed", "points", counts.lapsed)));
    missing.chain(lapsed).collect()
}

fn changes_table(page: &Page, changes: &[spread::RuleChange]) -> Table {
    let columns = ["reach-version", "reach-when", "reach-what", "reach-reach"];
    let columns = columns.map(|key| Column::new(page.t(key))).into();
    let empty = Empty::new(page.t("reach-changes-empty"), page.t("reach-changes-empty-text"));
    let table = Table::new(page.t("reach-changes"), columns, empty).caption_is_title();
    changes.iter().fold(table, |table, change| {
        let when = page.own_when(change.committed_at);
        table.row([
            Anchor::new(format!("/enforcement/reach/{}", change.version), change.version.to_string()).into(),
            when.into(),
            words::kind(page, change).into(),
            words::reach(page, change).into(),
        ])
    })
}

fn clients_table(desk: &Desk, page: &Page, clients: &[FeedClient], may_change: bool) -> Table {
    let text = |key| Column::new(page.t(key));
    let columns = vec![
        text("reach-client"),
        text("reach-client-rules"),
        text("reach-expected").number(),
        text("reach-points").number(),
        text("reach-reporting").number(),
    ];
    let action = may_change.then(|| text("reach-change"));
    let empty = Empty::new(page.t("reach-clients-empty"), page.t("reach-points-empty-text"));
    let table =
        Table::new(page.t("reach-clients"), columns.into_iter().chain(action).collect(), empty).caption_is_title();
    clients.iter().fold(table, |table, client| {
        let id = percent_encoding(&client.client);
        let href = format!("/enforcement/clients/{}/{id}", client.tenant);
        let expected = client.expected.map_or_else(|| page.t("reach-expected-any"), |expected| expected.to_string());
        let cells: [Markup; 5] = [
            one_line(&client.client).into(),
            rules_of(desk, page, client).into(),
            expected.into(),
            client.points.to_string().into(),
            client.reporting.to_string().into(),
        ];
        let action = may_change.then(|| Anchor::new(href, page.t("reach-expect")).into());
        table.row(cells.into_iter().chain(action))
    })
}

/// Which rules `client` gets.
fn rules_of(desk: &Desk, page: &Page, client: &FeedClient) -> String {
    let Some(limits) = &client.limited_to else { return page.t("reach-client-all-rules") };
    let tenants = limits.tenants.as_ref().map(|tenants| page.t1("reach-client-tenants", "tenants", tenants.len()));
    let surfaces = limits.surfaces.as_ref().map(|surfaces| {
        let names: Vec<_> = surfaces.iter().cloned().collect();
        match desk.policies.at(desk.clock.now()) {
            Ok(edition) => surface_labels(&names, &edition, page.lang()),
            Err(_) => names.join(&page.t("list-separator")),
        }
    });
    match (tenants, surfaces) {
        (Some(tenants), Some(surfaces)) => page.t2("reach-client-within", "tenants", tenants, "surfaces", surfaces),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => page.t("reach-client-all-rules"),
    }
}

/// `text` as a segment of a path.
fn percent_encoding(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}
