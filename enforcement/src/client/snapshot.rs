//! Fetching everything: the signed snapshot of the current version.

use super::check::{self, Checked, Trust};
use super::error::PullError;
use super::http;
use super::jws::Unverified;
use super::pull::{FeedClient, Outcome};
use super::store::{Found, Prepared, StoreError};
use crate::wire::SNAPSHOT_TYP;
use reqwest::header::{ACCEPT, ETAG, IF_NONE_MATCH};
use reqwest::{Response, StatusCode};

impl FeedClient {
    /// Asks for the current snapshot and uses it.
    pub(super) async fn pull(&mut self) -> Result<Outcome, PullError> {
        let response = self.ask().await?;
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(Outcome::Unchanged);
        }
        let etag = response.headers().get(ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
        let compact = http::text(http::successful(response)?, self.config.longest_document).await?;
        let outcome = self.take(compact).await?;
        self.etag = etag;
        self.wants_everything = false;
        Ok(outcome)
    }

    /// The answer to the question for everything: 200, 304 when that was asked for, or an error.
    async fn ask(&mut self) -> Result<Response, PullError> {
        let token = self.tokens.current(&self.http).await?;
        let url = self.config.below_desk("feed/v1/rules");
        let mut request = self.http.get(url).header(ACCEPT, "application/jose").bearer_auth(token);
        let now = (self.clock)();
        // "Nothing new" helps only him who has that very document, and while it still counts.
        let has_it = self.handle.read().held.as_ref().is_some_and(|held| now < held.stamp.expires_at && !held.changed);
        let condition = self.etag.as_ref().filter(|_| has_it && !self.wants_everything);
        if let Some(etag) = condition {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let was_conditional = condition.is_some();
        let response = request.send().await?;
        match response.status() {
            StatusCode::OK => Ok(response),
            StatusCode::NOT_MODIFIED if was_conditional => Ok(response),
            status => {
                if status == StatusCode::UNAUTHORIZED {
                    self.tokens.forget();
                }
                Err(http::refused(&response))
            }
        }
    }

    /// Checks a signed snapshot and, if it passes, keeps and uses it.
    async fn take(&mut self, compact: String) -> Result<Outcome, PullError> {
        let trust = self.trust(compact.trim(), SNAPSHOT_TYP).await?;
        let store = self.store.clone();
        let checking = move || {
            let compact = compact.trim();
            check::snapshot(compact, &trust, || store.prepare_document(compact))
        };
        let (Checked { held, baseline }, prepared) = tokio::task::spawn_blocking(checking).await??;
        let (version, issued_at) = (held.stamp.version, held.stamp.issued_at);
        let (is_held, is_followed) = self.handle.read().held.as_ref().map_or((false, false), |old| {
            (old.stamp == held.stamp && !old.changed, old.stamp.version == held.stamp.version)
        });
        if is_held {
            return Ok(Outcome::Unchanged);
        }
        self.state.baseline = Some(baseline);
        self.renewed(issued_at);
        if !is_followed {
            // What is under way leads on from another version.
            self.line = None;
        }
        // Kept before it is used, so that a crash cannot bring back an older one; used even if it cannot be kept,
        // because what it revokes must not stay open for a full disk.
        let kept = self.keep(prepared).await;
        self.handle.hold(Some(held));
        kept?;
        self.fresh_copy_at = None;
        Ok(Outcome::Accepted { version })
    }

    async fn keep(&mut self, prepared: Result<Prepared, StoreError>) -> Result<(), PullError> {
        self.state.latest_time = self.latest_time();
        let (store, state) = (self.store.clone(), self.state.clone());
        tokio::task::spawn_blocking(move || {
            store.save_document(prepared?)?;
            store.save_state(&state)
        })
        .await??;
        self.kept_time = self.state.latest_time;
        Ok(())
    }

    /// Uses what was on disk, if it still passes.
    pub(super) async fn use_what_was_found(&mut self) {
        if let Some(found) = self.found.take()
            && let Err(error) = self.take_found(found).await
        {
            tracing::warn!(%error, "the feed on disk is not used");
        }
    }

    async fn take_found(&mut self, found: Found) -> Result<(), PullError> {
        let trust = self.trust(found.document.trim(), SNAPSHOT_TYP).await?;
        let (checked, length) = tokio::task::spawn_blocking(move || check::found(&found, &trust)).await??;
        self.store.count_changes(length);
        self.state.baseline = Some(checked.baseline);
        self.renewed(checked.held.stamp.issued_at);
        self.handle.hold(Some(checked.held));
        Ok(())
    }

    /// What to check `compact` by, with the keys that have the one it names.
    pub(super) async fn trust(&mut self, compact: &str, typ: &'static str) -> Result<Trust, PullError> {
        let kid = Unverified::read(compact, typ)?.kid().to_owned();
        Ok(Trust {
            keys: self.keys.current(&self.http, Some(&kid)).await?.clone(),
            issuer: self.config.issuer.clone(),
            baseline: self.state.baseline.clone(),
            now: (self.clock)(),
        })
    }
}
