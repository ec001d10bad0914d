//! The client's own bearer token (OAuth 2 client credentials), kept until shortly before it expires.

use super::config::TokenConfig;
use super::error::PullError;
use super::http;
use reqwest::Client;
use serde::Deserialize;
use std::time::Duration;
use tokio::time::Instant;

/// How long before its end a token is replaced; a short-lived one at four fifths of its life.
const MARGIN: Duration = Duration::from_secs(60);
/// The life of a token that does not say how long it lives.
const UNSTATED: u64 = 60;
/// Longest answer accepted, in bytes.
const LIMIT: usize = 64 << 10;

/// A token, as long as it is good.
pub(super) struct Tokens {
    config: TokenConfig,
    cached: Option<(String, Instant)>,
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    token_type: String,
    expires_in: Option<u64>,
}

impl Tokens {
    pub fn from(config: TokenConfig) -> Self {
        Self { config, cached: None }
    }

    /// A token that is good for a while yet.
    pub async fn current(&mut self, http: &Client) -> Result<String, PullError> {
        match &self.cached {
            Some((token, until)) if Instant::now() < *until => Ok(token.clone()),
            _ => {
                let answer = self.fetch(http).await?;
                let life = Duration::from_secs(answer.expires_in.unwrap_or(UNSTATED).min(24 * 60 * 60));
                let good = life.saturating_sub(MARGIN.min(life / 5));
                self.cached = Some((answer.access_token.clone(), Instant::now() + good));
                Ok(answer.access_token)
            }
        }
    }

    /// Drops a token that the desk did not take.
    pub fn forget(&mut self) {
        self.cached = None;
    }

    async fn fetch(&self, http: &Client) -> Result<Answer, PullError> {
        let config = &self.config;
        let mut form = vec![
            ("grant_type", "client_credentials"),
            ("client_id", config.client_id.as_str()),
            ("client_secret", config.client_secret.reveal()),
        ];
        form.extend(config.scope.as_deref().map(|scope| ("scope", scope)));
        let response = http::successful(http.post(config.endpoint.clone()).form(&form).send().await?)?;
        let answer: Answer =
            serde_json::from_slice(&http::body(response, LIMIT).await?).map_err(|_| PullError::NoToken)?;
        if answer.token_type.eq_ignore_ascii_case("bearer") { Ok(answer) } else { Err(PullError::NoToken) }
    }
}
