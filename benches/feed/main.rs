//! What it costs to serve the feed.
//!
//! **Ours** is the whole desk with two workers, its log on, read over loopback by [`CLIENTS`] clients that keep their connections and
//! send the token of an application and the headers of a gate that polls; the desk has seen every token before.
//!
//! **Base** is a handler of the same server library, with as many workers and the same clients, which answers the same and does
//! nothing else: no token, no tracing, no protective headers.
//!
//! Changes that gates are told of are measured by themselves ([`fan_out`]).
//!
//! Each desk has a PostgreSQL of its own, whose feed was filled before it started. All are asked in turns; the medians of the
//! turns (for documents, the means of those of several pairs) are printed as JSON on stdout, for `cargo xtask bench`.

mod bare;
mod clients;
mod fan_out;
mod fill;
mod gates;
mod site;

use anyhow::Result;
use bare::{Answer, Bare};
use clients::{Expected, ask};
use exception_desk::feed::{Encoding, Form};
use serde_json::{Value, json};
use site::{Desk, Site};
use std::net::SocketAddr;

/// Workers of every server.
const WORKERS: usize = 2;
/// Clients at once, each with a token of its own.
const CLIENTS: u64 = 16;
const TURNS: usize = 9;
/// How often each client asks in a turn.
const QUESTIONS: usize = 1_250;
/// Bytes that all clients together fetch in a turn.
const FETCHED: usize = 256 << 20;
/// Pairs of a desk and a base whose means are compared.
const PAIRS: usize = 5;
/// Rules of the small feed and of the large one.
const FEW: u64 = 100;
const MANY: u64 = 1_000_000;
/// Rules whose signed document is compressed to about 64 KiB, and to about 1 MiB.
const DOCUMENTS: [u64; 2] = [700, 11_400];
/// Highest ratios that are good enough: 0.8 of the rate of the base (to strive for: 0.9), 0.95 of that of the small feed, and 0.9
/// of that of the base.
const NOT_MODIFIED: f64 = 1.25;
const LARGE: f64 = 1.0 / 0.95;
const DOCUMENT: f64 = 1.0 / 0.9;

#[actix_web::main]
async fn main() -> Result<()> {
    let site = Site::prepare()?;
    let tokens: Vec<_> = (0..CLIENTS).map(|number| site.token(fill::id(4, number))).collect::<Result<_>>()?;
    let mut rows = not_modified(&site, &tokens).await?;
    for rules in DOCUMENTS {
        rows.push(document(&site, &tokens, rules).await?);
    }
    rows.push(fan_out::fan_out(&site, &tokens[0]).await?);
    println!("{}", json!({"clients": CLIENTS, "turns": TURNS, "rows": rows}));
    Ok(())
}

/// A gate that has the document asks whether there is another.
async fn not_modified(site: &Site, tokens: &[String]) -> Result<Vec<Value>> {
    let (few, many) = (site.desk(FEW).await?, site.desk(MANY).await?);
    let (of_few, of_many) = (etag(&few).await?, etag(&many).await?);
    let bare = Bare::start(Answer::NotModified(of_few.clone()))?;
    let (of_few, of_many) = (requests(tokens, Some(&of_few)), requests(tokens, Some(&of_many)));
    let expected = Expected { status: "HTTP/1.1 304 ", length: 0 };
    let asked = [(bare.address, &of_few), (few.address, &of_few), (many.address, &of_many)];
    let [base, small, large] = in_turns(asked, QUESTIONS, expected).await?;
    bare.stop().await;
    few.stop().await;
    many.stop().await;
    Ok(vec![
        row("304, 100 rules", small, base, "a bare handler", NOT_MODIFIED),
        row("304, 1,000,000 rules", large, small, "100 rules", LARGE),
    ])
}

/// A gate fetches the document of so many rules. Where its bytes lie in memory makes a copy up to a quarter slower or
/// faster, so the mean of several pairs of servers counts.
async fn document(site: &Site, tokens: &[String], rules: u64) -> Result<Value> {
    let requests = requests(tokens, None);
    let (mut base, mut ours, mut length) = (0.0, 0.0, 0);
    for _ in 0..PAIRS {
        let desk = site.desk(rules).await?;
        let bytes = desk.document().await?.forms()?.body(Form::Jws, Encoding::Gzip)?;
        let bare = Bare::start(Answer::Document(etag(&desk).await?, bytes.clone()))?;
        length = bytes.len();
        let expected = Expected { status: "HTTP/1.1 200 ", length };
        let times = FETCHED / length / requests.len();
        let took = in_turns([(bare.address, &requests), (desk.address, &requests)], times, expected).await?;
        (base, ours) = (base + took[0] / PAIRS as f64, ours + took[1] / PAIRS as f64);
        bare.stop().await;
        desk.stop().await;
    }
    Ok(row(&format!("200, {} KiB", length >> 10), ours, base, "a bare handler", DOCUMENT))
}

/// The medians of the turns. The first turn is not counted: tokens are seen for the first time, connections are made.
async fn in_turns<const N: usize>(
    asked: [(SocketAddr, &Vec<Vec<u8>>); N],
    times: usize,
    expected: Expected,
) -> Result<[f64; N]> {
    let mut took = [const { Vec::new() }; N];
    for turn in 0..=TURNS {
        for ((server, requests), took) in asked.iter().zip(&mut took) {
            let time = ask(*server, requests, times, expected).await?;
            if turn > 0 {
                took.push(time);
            }
        }
    }
    Ok(took.map(median))
}

/// What each gate sends.
fn requests(tokens: &[String], known: Option<&str>) -> Vec<Vec<u8>> {
    let known = known.map(|etag| format!("if-none-match: {etag}\r\n")).unwrap_or_default();
    let request = |token: &String| {
        format!(
            "GET /feed/v1/rules HTTP/1.1\r\nauthorization: Bearer {token}\r\naccept: application/jose\r\n{known}\
             user-agent: mfa-gate/0.1.0\r\naccept-encoding: gzip\r\nhost: desk.localhost\r\n\r\n"
        )
        .into_bytes()
    };
    tokens.iter().map(request).collect()
}

async fn etag(desk: &Desk) -> Result<String> {
    Ok(desk.document().await?.etag(Form::Jws, Encoding::Gzip))
}

fn row(what: &str, ours: f64, base: f64, against: &str, aim: f64) -> Value {
    eprintln!("{what}: {ours:.2} us, {against}: {base:.2} us");
    json!({ "what": what, "ours": ours, "base": base, "unit": "us", "against": against, "aim": aim })
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
