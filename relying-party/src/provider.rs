//! One configured issuer at work: its discovery document and its keys, each kept fresh within bounds.

use crate::config::{Issuer, Limits};
use crate::http::{get_json, is_trustworthy};
use crate::keys::{KeySet, RawKeySet};
use crate::refreshed::{Ages, Fetches, Refreshed};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::sync::Arc;
use url::Url;

/// The identity provider's documents cannot be had right now; nothing was said about the token.
#[derive(Clone, Debug, thiserror::Error)]
#[error("identity provider `{issuer}` is unavailable: {reason}")]
pub struct Unavailable {
    /// The issuer's configured name.
    pub issuer: String,
    /// The last fetch's reason.
    pub reason: String,
}

/// The parts of a discovery document that are used.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Metadata {
    issuer: String,
    pub authorization_endpoint: Url,
    pub token_endpoint: Url,
    pub jwks_uri: Url,
    pub end_session_endpoint: Option<Url>,
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

impl Metadata {
    /// The first address that cannot be believed, if there is one.
    fn check_addresses(&self) -> Result<(), &Url> {
        let always = [&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri];
        let plain = always.into_iter().chain(&self.end_session_endpoint).find(|url| !is_trustworthy(url));
        plain.map_or(Ok(()), Err)
    }
}

pub(crate) struct Provider {
    pub issuer: Arc<Issuer>,
    metadata: Refreshed<Metadata>,
    keys: Refreshed<KeySet>,
    http: reqwest::Client,
}

impl Provider {
    pub fn new(issuer: Issuer, limits: Limits, http: reqwest::Client) -> Self {
        let Limits { refresh_keys_after, forget_keys_after, refresh_metadata_after, retry_after, .. } = limits;
        let keys = Ages { refresh_after: refresh_keys_after, forget_after: forget_keys_after, retry_after };
        // The discovery document only says where things are; an old one is no worse than the keys it led to.
        let forget_after = refresh_metadata_after + forget_keys_after;
        let metadata = Ages { refresh_after: refresh_metadata_after, forget_after, retry_after };
        Self { issuer: Arc::new(issuer), metadata: Refreshed::new(metadata), keys: Refreshed::new(keys), http }
    }

    /// The discovery document, checked: it names this issuer, and every address in it can be believed.
    pub async fn metadata(&self, now: DateTime<Utc>) -> Result<Arc<Metadata>, Unavailable> {
        self.metadata.get(now, || self.fetch_metadata()).await.map_err(|reason| self.unavailable(reason))
    }

    /// The present keys.
    pub async fn keys(&self, now: DateTime<Utc>) -> Result<Arc<KeySet>, Unavailable> {
        let metadata = self.metadata(now).await?;
        self.keys.get(now, || self.fetch_keys(&metadata)).await.map_err(|reason| self.unavailable(reason))
    }

    /// How the fetches of its keys went so far; one that did not even learn where the keys are has failed too.
    pub fn key_fetches(&self) -> Fetches {
        let (before, keys) = (self.metadata.fetches(), self.keys.fetches());
        Fetches { failed: keys.failed + before.failed, error: keys.error.or(before.error), ..keys }
    }

    /// Keys fetched after `present`, if a fetch is allowed now.
    pub async fn newer_keys(&self, present: &Arc<KeySet>, now: DateTime<Utc>) -> Option<Arc<KeySet>> {
        let metadata = self.metadata(now).await.ok()?;
        self.keys.newer(present, now, || self.fetch_keys(&metadata)).await
    }

    fn fetch_metadata(&self) -> impl Future<Output = Result<Metadata, String>> + Send + 'static {
        let (http, issuer) = (self.http.clone(), Arc::clone(&self.issuer));
        async move {
            let url = &issuer.metadata_url;
            let metadata: Metadata = get_json(&http, url).await?;
            if !issuer.is_named_by(&metadata.issuer) {
                return Err(format!("`{url}` speaks for `{}`, not for `{}`", metadata.issuer, issuer.name));
            }
            metadata.check_addresses().map_err(|plain| format!("`{url}` names `{plain}`, which is not https"))?;
            Ok(metadata)
        }
    }

    fn fetch_keys(&self, metadata: &Metadata) -> impl Future<Output = Result<KeySet, String>> + Send + 'static {
        let (http, url) = (self.http.clone(), metadata.jwks_uri.clone());
        async move { get_json::<RawKeySet>(&http, &url).await.map(KeySet::from) }
    }

    /// That this provider cannot be had, and why.
    pub fn unavailable(&self, reason: String) -> Unavailable {
        Unavailable { issuer: self.issuer.name.clone(), reason }
    }
}
