//! `/policy`: the editions in force, coming, past, and those that wait for a second person.

use super::words::state_tag;
use crate::app::Desk;
use crate::editions::view::{Placed, State, placed};
use crate::identity::StaffReader;
use crate::web::components::{Anchor, Empty, Markup, Notice, Tone};
use crate::web::table::{Column, Table};
use crate::web::{Failure, Html, Message, Page, Reader};
use actix_web::web::Data;
use askama::Template;

#[derive(Template)]
#[template(path = "editions/list.html")]
pub(super) struct ListPage {
    page: Page,
    waiting: Vec<Notice>,
    table: Table,
    sunsets: Table,
}

/// Every edition, the newest first, and when which issue ends.
pub(super) async fn show(_staff: StaffReader, desk: Data<Desk>, reader: Reader) -> Result<Html<ListPage>, Failure> {
    let editions = placed(&desk, &mut desk.db.staff().await?).await?;
    let page = reader.page("editions-title").wide();
    let waiting = editions.iter().filter(|placed| placed.state == State::Proposed);
    let notice = |placed: &Placed| {
        let text = Message::new("editions-waits").with("edition", placed.edition.id());
        Notice::new(Tone::Info, page.say(&text)).link(href(placed), page.t("editions-open"))
    };
    let waiting = waiting.map(notice).collect();
    let (table, sunsets) = (table(&page, &editions), sunsets(&page, &editions));
    Ok(Html(ListPage { page, waiting, table, sunsets }))
}

/// Where an edition is read.
pub(super) fn href(placed: &Placed) -> String {
    format!("/policy/editions/{}", placed.edition.id())
}

fn table(page: &Page, editions: &[Placed]) -> Table {
    let columns = ["editions-edition", "editions-state", "editions-from", "editions-issues", "editions-source"];
    let columns = columns.map(|key| match key {
        "editions-issues" => Column::new(page.t(key)).number(),
        _ => Column::new(page.t(key)),
    });
    let table = Table::new(page.t("editions-caption"), columns.into(), Empty::new("", "")).caption_is_title();
    editions.iter().rev().fold(table, |table, placed| {
        let source = match &placed.stored {
            Some(stored) => page.t1("editions-proposed-by", "name", &stored.proposed_by_name),
            None => page.t("editions-from-file"),
        };
        table.row([
            Anchor::new(href(placed), placed.edition.id()).into(),
            state_tag(placed.state, page.lang()).into(),
            page.own_when(placed.edition.effective_at()).into(),
            Markup::from(placed.edition.issues().len().to_string()),
            source.into(),
        ])
    })
}

/// Which issue ends when, by the editions that judge or will judge.
fn sunsets(page: &Page, editions: &[Placed]) -> Table {
    let columns = ["editions-issue", "editions-sunset", "editions-edition"].map(|key| Column::new(page.t(key))).into();
    let empty = Empty::new(page.t("editions-no-sunset"), page.t("editions-no-sunset-text"));
    let table = Table::new(page.t("editions-sunsets"), columns, empty).caption_is_title();
    let counts = editions.iter().filter(|placed| matches!(placed.state, State::InForce | State::Coming));
    counts.fold(table, |table, placed| {
        let issues = placed.edition.issues().iter().filter_map(|issue| Some((issue, issue.sunset()?)));
        issues.fold(table, |table, (issue, sunset)| {
            table.row([
                issue.title().get(page.lang()).into(),
                page.own_when(sunset).into(),
                Anchor::new(href(placed), placed.edition.id()).into(),
            ])
        })
    })
}
