//! The desk's signing keys, fetched anew now and then, so that a withdrawn key stops counting.

use super::error::PullError;
use super::http;
use super::jws::KeySet;
use reqwest::Client;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// Age at which keys are fetched anew.
const STALE: Duration = Duration::from_secs(60);
/// Age from which keys are not used any more when they cannot be fetched anew.
const TOO_OLD: Duration = Duration::from_secs(15 * 60);
/// Shortest time between two fetches, so that unknown key names cannot be used to hammer the desk.
const PAUSE: Duration = Duration::from_secs(5);
/// Longest key set accepted, in bytes.
const LIMIT: usize = 1 << 20;

/// The keys published at `url`.
pub(super) struct Keys {
    url: Url,
    fetched: Option<(Instant, KeySet)>,
    tried: Option<Instant>,
}

impl Keys {
    pub fn at(url: Url) -> Self {
        Self { url, fetched: None, tried: None }
    }

    /// The keys, fetched anew when they are stale or lack `kid`.
    pub async fn current(&mut self, http: &Client, kid: Option<&str>) -> Result<&KeySet, PullError> {
        let is_enough = |(at, set): &(Instant, KeySet)| at.elapsed() < STALE && kid.is_none_or(|kid| set.has(kid));
        let may_try = self.tried.is_none_or(|tried| tried.elapsed() >= PAUSE);
        if !self.fetched.as_ref().is_some_and(is_enough) && may_try {
            self.tried = Some(Instant::now());
            match self.fetch(http).await {
                Ok(set) => self.fetched = Some((Instant::now(), set)),
                Err(error) if self.fetched.as_ref().is_none_or(|(at, _)| at.elapsed() >= TOO_OLD) => {
                    self.fetched = None;
                    return Err(error);
                }
                Err(error) => tracing::warn!(%error, "cannot renew the desk's keys; going on with those at hand"),
            }
        }
        match &self.fetched {
            Some((_, set)) => Ok(set),
            None => Err(PullError::NoKeys),
        }
    }

    async fn fetch(&self, http: &Client) -> Result<KeySet, PullError> {
        let response = http::successful(http.get(self.url.clone()).send().await?)?;
        Ok(KeySet::read(&http::body(response, LIMIT).await?)?)
    }
}
