//! The page for operators: how the feed stands, what was decided, which configuration is in force. At an address of its
//! own, which no proxy leads to.

use super::pages;
use super::state::{Shared, State, Switch};
use super::texts::{Lang, StatusWords, Words};
use super::urls;
use crate::Freshness;
use actix_web::dev::Server;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use askama::Template;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Deserialize;
use std::io;
use std::net::{SocketAddr, TcpListener};

/// `[status]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusConfig {
    /// Address and port for operators: the page, `/metrics` and `/health/…`. Whoever reaches it reads it.
    pub bind: SocketAddr,
}

/// Serves the page on an open socket.
pub(super) fn serve(socket: TcpListener, switch: web::Data<Switch>) -> io::Result<Server> {
    let app = move || App::new().app_data(switch.clone()).route("/", web::get().to(page)).configure(urls::own);
    Ok(HttpServer::new(app).workers(1).shutdown_timeout(5).disable_signals().listen(socket)?.run())
}

async fn page(state: Shared, request: HttpRequest) -> HttpResponse {
    let lang = Lang::of(request.headers());
    pages::show(&StatusPage::of(&state, lang))
}

/// An instant for machines and for people.
type Instant = (String, String);

#[derive(Template)]
#[template(path = "gate/status.html")]
struct StatusPage<'a> {
    lang: &'static str,
    words: &'a StatusWords,
    headline: &'a str,
    feed: Vec<(&'a str, String)>,
    times: Vec<(&'a str, Instant)>,
    feed_error: Option<String>,
    since: Instant,
    refused: Option<(Instant, String)>,
    issuers: Vec<Issuer>,
    outcomes: Vec<(&'static str, String, u64)>,
    token_errors: Vec<(&'static str, u64)>,
}

struct Issuer {
    name: String,
    succeeded: u64,
    failed: u64,
    fetched_at: Option<Instant>,
    error: Option<String>,
}

impl<'a> StatusPage<'a> {
    fn of(state: &'a State, lang: Lang) -> Self {
        let texts = state.texts.of(lang);
        let words = &texts.status;
        let status = state.feed.status(state.now());
        let shown = |at: DateTime<Utc>| instant(at, words, lang);
        let mut times: Vec<_> = status
            .held
            .iter()
            .flat_map(|held| {
                [(words.issued.as_str(), shown(held.issued_at)), (words.expires.as_str(), shown(held.expires_at))]
            })
            .collect();
        times.extend(status.last_success.map(|at| (words.confirmed.as_str(), shown(at))));
        Self {
            lang: lang.tag(),
            words,
            headline: headline(words, status.feed, status.clock_behind),
            feed: status
                .held
                .iter()
                .flat_map(|held| {
                    [(words.version.as_str(), held.version.to_string()), (words.rules.as_str(), held.rules.to_string())]
                })
                .collect(),
            times,
            feed_error: status.last_error,
            since: shown(state.since),
            refused: state.refusal().map(|(at, reason)| (shown(at), reason)),
            issuers: issuers(state, shown),
            outcomes: outcomes(state, texts),
            token_errors: state.counters.token_errors().into_iter().filter(|(_, count)| *count > 0).collect(),
        }
    }
}

fn headline(words: &StatusWords, feed: Freshness, clock_behind: bool) -> &str {
    match feed {
        Freshness::Fresh => &words.fresh,
        _ if clock_behind => &words.clock_behind,
        Freshness::Expired => &words.expired,
        Freshness::Absent => &words.absent,
    }
}

fn issuers(state: &State, shown: impl Fn(DateTime<Utc>) -> Instant) -> Vec<Issuer> {
    let fetches = state.party.key_fetches();
    fetches
        .map(|(name, fetches)| Issuer {
            name: name.to_owned(),
            succeeded: fetches.succeeded,
            failed: fetches.failed,
            fetched_at: fetches.fetched_at.map(&shown),
            error: fetches.error,
        })
        .collect()
}

fn outcomes(state: &State, texts: &Words) -> Vec<(&'static str, String, u64)> {
    let rows = state.counters.outcomes().into_iter().filter(|(_, _, count)| *count > 0);
    rows.map(|(outcome, surface, count)| (outcome, texts.surface(&surface).to_owned(), count)).collect()
}

fn instant(at: DateTime<Utc>, words: &StatusWords, lang: Lang) -> Instant {
    let machine = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    (machine, at.format_localized(&words.time_format, lang.locale()).to_string())
}
