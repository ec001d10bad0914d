//! A revocation on its way from its commit to the last of many gates that are connected.
//!
//! The base is what carries as little as possible the same way: a `NOTIFY` in a transaction, somebody who listens, and a bare
//! handler that sends the same bytes as Server-Sent Events. Both commit at the same PostgreSQL, in turns, and the next commit waits
//! until the last gate has the one before.

use crate::bare::Bare;
use crate::fill::id;
use crate::gates::Gates;
use crate::row;
use crate::site::{Desk, Site};
use actix_web::rt;
use actix_web::web::Bytes;
use anyhow::{Context, Result};
use exception_desk::feed::{Encoding, FeedLock, Form, Touched};
use serde_json::Value;
use sqlx::postgres::PgListener;
use sqlx::{Connection, PgConnection};
use std::time::{Duration, Instant};
use tokio::sync::watch;

const GATES: usize = 1_000;
/// Commits of each, after some that are not counted.
const COMMITS: usize = 300;
const BEFORE: usize = 20;
/// Rules at the beginning; each commit takes one of them back.
const RULES: u64 = 1_000;
/// Highest ratio of the times that 99 of 100 commits do not exceed.
const FAN_OUT: f64 = 1.5;

/// Measures it.
pub async fn fan_out(site: &Site, token: &str) -> Result<Value> {
    let desk = site.desk(RULES).await?;
    revoke(&desk, 0).await?;
    let event = last_event(&desk).await?;
    let (sender, news) = watch::channel(());
    let bare = Bare::stream(event, news)?;
    let mut listener = PgListener::connect(&desk.owner_url()).await?;
    listener.listen("bench").await?;
    let listening = rt::spawn(async move {
        while listener.recv().await.is_ok() {
            sender.send_replace(());
        }
    });
    let mut owner = PgConnection::connect(&desk.owner_url()).await?;
    let request =
        |path| format!("GET {path} HTTP/1.1\r\nhost: desk.localhost\r\nauthorization: Bearer {token}\r\n\r\n");
    let mut of_desk = Gates::connect(desk.address, GATES, request("/feed/v1/stream").into_bytes()).await?;
    let mut of_bare = Gates::connect(bare.address, GATES, request("/feed/v1/stream").into_bytes()).await?;
    let (mut ours, mut base, mut published) = (Vec::new(), Vec::new(), Vec::new());
    for turn in 1..=BEFORE + COMMITS {
        let begin = revoke(&desk, turn as u64).await?;
        let serving = begin.elapsed();
        let revoked = of_desk.have(turn + 1).await? - begin;
        let begin = notify(&mut owner).await?;
        let notified = of_bare.have(turn + 1).await? - begin;
        if turn > BEFORE {
            ours.push(revoked);
            published.push(serving);
            base.push(notified);
        }
    }
    drop((of_desk, of_bare));
    listening.abort();
    // A connection to the database can only be given back while the runtime is there.
    let _ended = listening.await;
    bare.stop().await;
    desk.stop().await;
    let half = [&mut ours, &mut published, &mut base].map(|times| share(times, 0.5));
    eprintln!("half of the commits: {:?}, served after {:?}; {:?}", half[0], half[1], half[2]);
    let [ours, base] = [ours, base].map(|mut times| share(&mut times, 0.99).as_secs_f64() * 1e6);
    Ok(row("commit to the last of 1,000 gates, p99", ours, base, "NOTIFY and bare events", FAN_OUT))
}

/// Takes back a rule, as somebody who revokes an exception does, and waits until it is served; when the commit was begun.
async fn revoke(desk: &Desk, number: u64) -> Result<Instant> {
    let now = desk.shared.clock.now();
    let mut tx = desk.shared.db.publisher().await?;
    FeedLock::take(&mut tx).await?.publish(&Touched::Exceptions(vec![id(1, number)]), now).await?;
    let begin = Instant::now();
    tx.commit().await?;
    desk.shared.feed.catch_up().await;
    Ok(begin)
}

async fn notify(owner: &mut PgConnection) -> Result<Instant> {
    let mut tx = owner.begin().await?;
    sqlx::raw_sql("NOTIFY bench").execute(&mut *tx).await?;
    let begin = Instant::now();
    tx.commit().await?;
    Ok(begin)
}

/// What the desk sends for the last commit.
async fn last_event(desk: &Desk) -> Result<Bytes> {
    let document = desk.document().await?;
    let (epoch, version) = (document.snapshot.epoch, document.snapshot.version);
    let changes = document.changes_since(version - 1)?.context("the change before is known")?;
    let mut event = format!("id: {epoch}:{version}\nevent: changes\ndata: ").into_bytes();
    event.extend_from_slice(&changes.body(Form::Jws, Encoding::Identity)?);
    event.extend_from_slice(b"\n\n");
    Ok(event.into())
}

/// The time that this share of `times` does not exceed.
fn share(times: &mut [Duration], share: f64) -> Duration {
    times.sort();
    times[((times.len() as f64 * share).ceil() as usize).clamp(1, times.len()) - 1]
}
