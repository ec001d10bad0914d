//! What it costs to file a request over HTTP, against writing the same rows by one statement.
//!
//! **Ours**: 16 clients, each with a connection of its own, file with a desk that runs as `serve` runs it: two workers, its
//! default pool, its log written to a file. Each submission is a `POST /api/v1/requests` of another tenant with a token of its own, whose
//! signature the desk has seen before. The desk reads and validates the body, checks the text, classifies, asks the guards and
//! writes request, audit row and outbox row in one transaction. The body is one that the policy accepts and the operator's
//! switch turns into a review, so that nothing is saved and no feed is published. Every answer has to be a 201.
//!
//! **Base**: `pgbench -n -c 16 -j 2` calls a PL/pgSQL function ([`pgbench`], `file.sql`) on the same server, which does nothing but
//! write rows of the same content, as the tables' owner.
//!
//! Both go in turns over the same tenants, on a PostgreSQL of this program's own with durable settings (`fsync` and
//! `synchronous_commit` on). Each tenant has another request open, as on a desk at work: a planner that has only seen a desk
//! without open requests believes that reading all of them costs nothing. Between the turns what was filed is closed and stays
//! as history, the tables are vacuumed and a checkpoint is made, so that every turn meets the same server. The medians are printed as JSON on stdout, for
//! `cargo xtask bench`, with the round trips to the database that a submission takes.

mod clients;
mod pgbench;
mod site;
#[path = "../../tests/api/wire.rs"]
#[expect(clippy::unwrap_used, reason = "shared with the tests, where a panic says what is wrong")]
mod wire;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use site::Site;
use sqlx::{Connection, PgConnection};
use wire::RoundTrips;

/// Clients at once.
const CLIENTS: usize = 16;
/// Tenants, each of which files once in a turn: no more than the desk surely remembers tokens.
const TENANTS: usize = 4096;
const TURNS: usize = 5;
/// Highest ratio that is good enough: 0.45 of the rate of the base. To strive for: 1.43, which is 0.7 of it.
const STATEMENTS: f64 = 2.22;

#[actix_web::main]
async fn main() -> Result<()> {
    let site = Site::prepare().await?;
    let round_trips = round_trips(&site).await?;
    let mut owner = PgConnection::connect(&site.owner_url()).await?;
    sqlx::raw_sql("UPDATE requests SET issue = 'other_technical_issue'").execute(&mut owner).await?;
    let desk = site.desk(site.database()?).await?;
    // The first turn of each is not counted: tokens are seen for the first time, statements are prepared.
    let (mut ours, mut base) = (Vec::new(), Vec::new());
    for turn in 0..=TURNS {
        close_all(&mut owner).await?;
        let filing = clients::file_all(desk.address, &site.requests).await?;
        if turn == 0 {
            pgbench::make_function(&mut owner).await?;
        }
        close_all(&mut owner).await?;
        let writing = pgbench::run(&site).await?;
        if turn > 0 {
            ours.push(filing);
            base.push(writing);
        }
        eprintln!("turn {turn}: {filing:.0} us for a submission, {writing:.0} us for a statement");
    }
    every_row_is_there(&mut owner).await?;
    desk.stop().await;
    let row = json!({"what": "file a request, 16 clients", "ours": median(&mut ours), "base": median(&mut base),
        "unit": "us", "against": "pgbench, one statement writing the same rows", "aim": STATEMENTS});
    println!("{}", json!({"tenants": TENANTS, "turns": TURNS, "round_trips": round_trips, "rows": [row]}));
    Ok(())
}

/// The round trips to the database that a submission takes once its statements are prepared.
async fn round_trips(site: &Site) -> Result<usize> {
    let trips = RoundTrips::default();
    let desk = site.desk(trips.counted(&site.database()?, "exception_desk_partner")).await?;
    let (first, later) = site.requests.split_at(TENANTS / 2);
    clients::file_all(desk.address, first).await?;
    trips.take();
    clients::file_all(desk.address, later).await?;
    desk.stop().await;
    let counts = trips.take();
    let count = *counts.first().context("no submission was counted")?;
    ensure!(counts.iter().all(|other| *other == count), "not every submission takes {count} round trips");
    Ok(count)
}

/// Turns what a turn has filed into history, and the server into one that has nothing left to do.
async fn close_all(owner: &mut PgConnection) -> Result<()> {
    for statement in [
        "UPDATE requests SET status = 'accepted', decided_at = filed_at
         WHERE status = 'in_review' AND issue <> 'other_technical_issue'",
        "VACUUM ANALYZE",
        "CHECKPOINT",
    ] {
        sqlx::raw_sql(statement).execute(&mut *owner).await?;
    }
    Ok(())
}

/// Every submission, and every statement of the base, has left a request for review, an audit row and an outbox row.
async fn every_row_is_there(owner: &mut PgConnection) -> Result<()> {
    let (requests, audited, told): (i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM requests WHERE guards = '{auto_grant_off}'),
             (SELECT count(*) FROM audit_events WHERE action = 'request.filed'), (SELECT count(*) FROM outbox)",
    )
    .fetch_one(owner)
    .await?;
    // The turns of both, and the one in which round trips were counted.
    let filed = (TENANTS * (2 * (TURNS + 1) + 1)) as i64;
    ensure!(
        [requests, audited, told] == [filed; 3],
        "of {filed} filings: {requests} requests, {audited} audit rows, {told} news"
    );
    Ok(())
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
