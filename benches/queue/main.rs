//! What it costs to look at the queue of a desk with 1,000,000 requests, 200,000 of them open.
//!
//! **Statements**: the first, the middle and the last page of every tab, the counts of all tabs, and searches, each as the desk
//! itself asks for it, over one connection to a PostgreSQL of this program's own. Before each of them goes a `select 1` over the
//! same connection, which is what it is compared with.
//!
//! **Page**: `/queue` over HTTP, read by a reviewer who has signed in, from a desk with two workers: what a browser waits for
//! the server.
//!
//! Medians are printed as JSON on stdout, for `cargo xtask bench`.

mod app;
#[path = "../../tests/api/browser.rs"]
#[expect(clippy::unwrap_used, clippy::expect_used, dead_code, reason = "shared with the tests")]
mod browser;
mod fill;
mod measure;

use anyhow::{Result, ensure};
use app::TestApp;
use browser::Browser;
use chrono::{DateTime, Utc};
use exception_desk::db::{Db, Tx};
use exception_desk::identity::{ObjectId, Person, TenantId};
use exception_desk::review::queue::{Cursor, Filter, Tab, counts, page, rows};
use exception_desk_demo::people;
use measure::{median_beside, median_of};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Rows of a page, and the one that tells whether there are more.
const ROWS: i64 = 26;
/// What is searched for: a reference, frequent and rare words, in both languages.
const SEARCHES: [&str; 8] =
    ["TE-2026-0000777", "powershell", "mfa", "the", "認証", "ベンダー", "多要素認証", "アルパイン商会 777"];
/// Longest time of a search, and of the page, in microseconds.
const SEARCH: f64 = 20_000.0;
const PAGE: f64 = 15_000.0;

#[actix_web::main]
async fn main() -> Result<()> {
    let app = TestApp::start().await?;
    fill::fill(&app).await?;
    let db = Db::lazy(&app.database_url, 2)?;
    let mut tx = db.staff().await?;
    let (reader, now) = (reader(), app.clock.now());
    let mut measured = Vec::new();
    for tab in Tab::ALL {
        measured.extend(pages(&mut tx, &reader, tab, now).await?);
    }
    let (base, ours) = median_beside(&mut tx, async |tx| counts(tx, &reader).await.map(drop)).await?;
    measured.push(row("counts of all tabs", ours, base, "select 1", 2.0));
    for words in SEARCHES {
        let filter = Filter { search: Some(words.to_owned()), ..Filter::default() };
        let look = async |tx: &mut Tx| rows(tx, &reader, &filter, None, ROWS, now).await.map(drop);
        let (_, ours) = median_beside(&mut tx, look).await?;
        measured.push(row(&format!("search {words}"), ours, SEARCH, "20 ms", 1.0));
    }
    let mut browser = Browser::of_staff(&app, "reviewer").await;
    for tab in Tab::ALL {
        let href = Filter { tab, ..Filter::default() }.href();
        ensure!(browser.open(&href).await.0 == 200, "{href} is not shown");
        let ours = median_of(async || browser.open(&href).await.0 == 200).await?;
        measured.push(row(&format!("page {href}"), ours, PAGE, "15 ms", 1.0));
    }
    println!("{}", json!({ "rows": measured }));
    Ok(())
}

/// First, middle and last page of `tab`: the worst of the later ones against the first, and all of them against `select 1`.
async fn pages(tx: &mut Tx, reader: &Person, tab: Tab, now: DateTime<Utc>) -> Result<Vec<Value>> {
    let filter = Filter { tab, ..Filter::default() };
    let cursors = walk(tx, reader, &filter, now).await?;
    ensure!(!cursors.is_empty(), "the tab {} is empty", tab.code());
    let after = |place: usize| cursors.get(place).copied();
    let last = cursors.len().saturating_sub(ROWS as usize);
    let (mut bases, mut times) = (Vec::new(), Vec::new());
    for after in [None, after(cursors.len() / 2), after(last)] {
        let look = async |tx: &mut Tx| rows(tx, reader, &filter, after, ROWS, now).await.map(drop);
        let (base, ours) = median_beside(tx, look).await?;
        bases.push(base);
        times.push(ours);
    }
    let worst = |times: &[f64]| times.iter().copied().fold(0.0, f64::max);
    let name = tab.code();
    Ok(vec![
        row(&format!("{name}: later pages"), worst(&times[1..]), times[0], "its first page", 1.5),
        row(&format!("{name}: any page"), worst(&times), worst(&bases), "select 1", 4.0),
    ])
}

/// Where each row of the tab is.
async fn walk(tx: &mut Tx, reader: &Person, filter: &Filter, now: DateTime<Utc>) -> Result<Vec<Cursor>> {
    let mut cursors: Vec<Cursor> = Vec::new();
    loop {
        let part = page(tx, reader, filter, cursors.last().copied(), 1000, now).await?;
        if part.is_empty() {
            return Ok(cursors);
        }
        cursors.extend(part.iter().map(|entry| entry.cursor()));
    }
}

/// The reviewer who has claimed twenty of the requests.
fn reader() -> Person {
    Person {
        tenant: TenantId(people::OPERATIONS.id),
        object_id: ObjectId(fill::READER),
        name: String::new(),
        roles: BTreeSet::new(),
        partner_roles: BTreeSet::new(),
        mfa: true,
        operator: true,
        until: DateTime::<Utc>::MAX_UTC,
    }
}

fn row(what: &str, ours: f64, base: f64, against: &str, aim: f64) -> Value {
    eprintln!("{what}: {ours:.0} us");
    json!({ "what": what, "ours": ours, "base": base, "unit": "us", "against": against, "aim": aim })
}
