//! The two halves of a sign-in, and the checks between them.

use super::exchange::{authorize_url, exchange};
use super::{CallbackQuery, PendingSignIn, SignInError, SignInOptions, SignInStart, SignedIn};
use crate::RelyingParty;
use crate::bearer_cache::{Generations, TokenId, id_of};
use crate::claims::Claims;
use crate::config::Secret;
use crate::provider::{Metadata, Provider};
use crate::verify::{Expect, TokenError};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

/// How long a person may take at the provider.
const TIME_TO_SIGN_IN: TimeDelta = TimeDelta::minutes(10);

/// How much older than asked for an authentication may look through clocks that differ.
const CLOCK_SKEW: TimeDelta = TimeDelta::seconds(30);

impl RelyingParty {
    /// Begins a sign-in with the issuer configured under `issuer` (see [`RelyingParty::issuers`]); the browser comes back
    /// to `redirect_uri`.
    ///
    /// # Errors
    /// Unknown issuer, or its discovery document cannot be had.
    pub async fn start_sign_in(
        &self,
        issuer: &str,
        redirect_uri: &Url,
        options: &SignInOptions,
        now: DateTime<Utc>,
    ) -> Result<SignInStart, SignInError> {
        let provider = self.provider(issuer).ok_or_else(|| SignInError::UnknownIssuer(issuer.to_owned()))?;
        let metadata = provider.metadata(now).await?;
        let pending = PendingSignIn {
            issuer: provider.issuer.name.clone(),
            redirect_uri: redirect_uri.clone(),
            state: unguessable(),
            nonce: unguessable(),
            pkce_verifier: unguessable(),
            max_age: options.max_age,
            expires_at: now + TIME_TO_SIGN_IN,
        };
        let authorize_url = authorize_url(provider, &metadata, &pending, options);
        Ok(SignInStart { authorize_url, pending })
    }

    /// Ends a sign-in: checks that the answer belongs to it, exchanges the code, verifies the ID token.
    ///
    /// `redirect_uri` is the address at which the answer arrived, without its query. Works once for each `pending`,
    /// whatever comes out.
    ///
    /// # Errors
    /// See [`SignInError`]; nobody is signed in then.
    pub async fn finish_sign_in(
        &self,
        pending: PendingSignIn,
        query: CallbackQuery,
        redirect_uri: &Url,
        now: DateTime<Utc>,
    ) -> Result<SignedIn, SignInError> {
        if query.state.as_deref().is_none_or(|state| id_of(state) != id_of(&pending.state)) {
            return Err(SignInError::State);
        }
        if now >= pending.expires_at {
            return Err(SignInError::TimedOut);
        }
        if *redirect_uri != pending.redirect_uri {
            return Err(SignInError::RedirectUri);
        }
        if !self.used_states.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).mark(&pending.state) {
            return Err(SignInError::AlreadyUsed);
        }
        let provider =
            self.provider(&pending.issuer).ok_or_else(|| SignInError::UnknownIssuer(pending.issuer.clone()))?;
        let metadata = provider.metadata(now).await?;
        check_responder(provider, &metadata, query.iss.as_deref())?;
        if let Some(code) = query.error {
            return Err(SignInError::Refused { code, description: query.error_description });
        }
        let code = query.code.filter(|code| !code.is_empty()).ok_or(SignInError::NoCode)?;
        let id_token = exchange(&self.http, provider, &metadata, code, &pending).await?;
        let claims = match self.verify(id_token.expose(), Expect::IdToken, now).await {
            Ok(verified) => verified.claims,
            // Says nothing about the token.
            Err(TokenError::Unavailable(away)) => return Err(away.into()),
            Err(error) => return Err(error.into()),
        };
        check_belongs(&claims, provider, query.iss.as_deref(), &pending, now)?;
        Ok(SignedIn { claims, issuer: pending.issuer, id_token })
    }

    /// Where to send the browser to end its session at the provider too, when the provider offers that.
    ///
    /// # Errors
    /// Unknown issuer, or its discovery document cannot be had.
    pub async fn end_session_url(
        &self,
        issuer: &str,
        id_token_hint: Option<&Secret>,
        post_logout_redirect_uri: &Url,
        now: DateTime<Utc>,
    ) -> Result<Option<Url>, SignInError> {
        let provider = self.provider(issuer).ok_or_else(|| SignInError::UnknownIssuer(issuer.to_owned()))?;
        let metadata = provider.metadata(now).await?;
        Ok(metadata.end_session_endpoint.clone().map(|mut url| {
            let mut query = url.query_pairs_mut();
            query.append_pair("client_id", &provider.issuer.client_id);
            query.append_pair("post_logout_redirect_uri", post_logout_redirect_uri.as_str());
            if let Some(hint) = id_token_hint {
                query.append_pair("id_token_hint", hint.expose());
            }
            drop(query);
            url
        }))
    }
}

/// States of finished sign-ins: a copy of a pending sign-in (a restored session, say) cannot be finished again.
pub(crate) struct UsedStates(Generations<TokenId, ()>);

impl Default for UsedStates {
    fn default() -> Self {
        Self(Generations::new(100_000))
    }
}

impl UsedStates {
    /// Marks `state` as used; false when it already was.
    fn mark(&mut self, state: &str) -> bool {
        let id = id_of(state);
        let fresh = self.0.get(&id).is_none();
        self.0.insert(id, ());
        fresh
    }
}

/// RFC 9207: the provider that answers must be the one that was asked. Which tenant it is shows in the ID token.
fn check_responder(provider: &Provider, metadata: &Metadata, iss: Option<&str>) -> Result<(), SignInError> {
    let genuine = match iss {
        Some(iss) => provider.issuer.tenant_of(iss).is_some(),
        None => !metadata.authorization_response_iss_parameter_supported,
    };
    if genuine { Ok(()) } else { Err(SignInError::Issuer) }
}

/// The verified token must come from the provider that was asked and answer the question that was asked.
fn check_belongs(
    claims: &Claims,
    provider: &Provider,
    iss: Option<&str>,
    pending: &PendingSignIn,
    now: DateTime<Utc>,
) -> Result<(), SignInError> {
    let from_provider = provider.issuer.tenant_of(&claims.issuer) == Some(claims.tenant);
    if !from_provider || iss.is_some_and(|iss| iss != claims.issuer) {
        return Err(SignInError::Issuer);
    }
    if claims.all.get("nonce").and_then(|nonce| nonce.as_str()) != Some(&pending.nonce) {
        return Err(SignInError::Nonce);
    }
    if let Some(max_age) = pending.max_age {
        let at = claims.authenticated_at.ok_or(SignInError::TooOld)?;
        if now - at > TimeDelta::seconds(i64::from(max_age)) + CLOCK_SKEW {
            return Err(SignInError::TooOld);
        }
    }
    Ok(())
}

/// 256 bits from the operating system, as 43 characters of base64url.
fn unguessable() -> String {
    let mut bytes = [0_u8; 32];
    if let Err(error) = getrandom::fill(&mut bytes) {
        panic!("the operating system gives no random bytes: {error}");
    }
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
