//! The one verifier, for access tokens and ID tokens alike.

use crate::claims::{Claims, guid, texts};
use crate::keys::{PublicKey, believed_algorithm};
use crate::provider::{Provider, Unavailable};
use crate::{RelyingParty, bearer_cache};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::sync::Arc;
use uuid::Uuid;

/// Longer tokens are not looked at: no proxy passes such a header on either.
const MAX_TOKEN: usize = 16 * 1024;

/// How far the issuer's clock may be ahead of ours: for `nbf` and `iat`. There is no such allowance for `exp`.
const CLOCK_SKEW: TimeDelta = TimeDelta::seconds(30);

/// Why a token is not believed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TokenError {
    /// Not three base64url parts with JSON in the first two.
    #[error("not a signed token (compact JWS)")]
    Malformed,
    /// Over 16 KiB.
    #[error("the token is too long")]
    TooLong,
    /// `none`, a symmetric algorithm, or another that is not believed.
    #[error("algorithm `{0}` is not accepted: ES256, RS256 and PS256 are")]
    Algorithm(String),
    /// No `kid`.
    #[error("the token names no key (`kid`)")]
    NoKeyId,
    /// `typ` or `crit` says that this is something else.
    #[error("the token is of another kind than expected here: {0}")]
    Kind(String),
    /// A claim that is relied on is missing or malformed.
    #[error("claim `{0}` is missing or malformed")]
    Claim(&'static str),
    /// `iss` is none of ours.
    #[error("issuer `{0}` is not trusted here")]
    UnknownIssuer(String),
    /// `tid` and `iss` disagree.
    #[error("claim `tid` does not agree with the issuer")]
    Tenant,
    /// `aud` is not ours.
    #[error("the token is meant for another audience")]
    Audience,
    /// The issuer does not (or no longer) publish this key for this algorithm.
    #[error("the issuer publishes no key `{0}` for this algorithm")]
    UnknownKey(String),
    /// The signature is not the key's.
    #[error("the signature is wrong")]
    Signature,
    /// At or after `exp`.
    #[error("the token has expired")]
    Expired,
    /// Before `nbf`.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// `iat` lies in the future.
    #[error("the token was issued in the future")]
    IssuedInFuture,
    /// The issuer's keys cannot be had; says nothing about the token.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl TokenError {
    /// The name of the fault, for figures.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooLong => "too_long",
            Self::Algorithm(_) => "algorithm",
            Self::NoKeyId => "no_key_id",
            Self::Kind(_) => "kind",
            Self::Claim(_) => "claim",
            Self::UnknownIssuer(_) => "unknown_issuer",
            Self::Tenant => "tenant",
            Self::Audience => "audience",
            Self::UnknownKey(_) => "unknown_key",
            Self::Signature => "signature",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::IssuedInFuture => "issued_in_future",
            Self::Unavailable(_) => "unavailable",
        }
    }
}

/// What kind of token is expected, and for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    AccessToken,
    IdToken,
}

/// A token whose signature was checked, with the key that did it.
pub(crate) struct Verified {
    pub claims: Arc<Claims>,
    pub provider: Arc<Provider>,
    pub key: [u8; 32],
}

impl RelyingParty {
    /// Verifies an access token as sent in `Authorization: Bearer`.
    ///
    /// Checked, in this order: form and algorithm, issuer, tenant, audience, signature, times at `now`. `exp` is strict;
    /// `nbf` and `iat`, where present, may be up to 30 seconds ahead of `now`.
    ///
    /// # Errors
    /// The first check that failed; [`TokenError::Unavailable`] when the issuer's keys cannot be had.
    pub async fn verify_bearer(&self, token: &str, now: DateTime<Utc>) -> Result<Arc<Claims>, TokenError> {
        let id = bearer_cache::id_of(token);
        if let Some(known) = self.bearer_cache.get(&id) {
            if known.provider.keys(now).await?.contains(&known.key) {
                // Past its end a token is not asked about again but by mistake: its place is for others.
                return match check_times(&known.claims, now) {
                    Ok(()) => Ok(Arc::clone(&known.claims)),
                    Err(error) => {
                        self.bearer_cache.remove(&id);
                        Err(error)
                    }
                };
            }
            self.bearer_cache.remove(&id);
        }
        let verified = self.verify(token, Expect::AccessToken, now).await?;
        let claims = Arc::clone(&verified.claims);
        self.bearer_cache.insert(id, verified);
        Ok(claims)
    }

    /// Everything but the cache.
    pub(crate) async fn verify(&self, token: &str, expect: Expect, now: DateTime<Utc>) -> Result<Verified, TokenError> {
        let parts = Parts::read(token)?;
        let header = Header::read(&parts, expect)?;
        let claims: Map<String, Value> = decode(parts.payload)?;
        let iss = claims.get("iss").and_then(Value::as_str).ok_or(TokenError::Claim("iss"))?;
        let provider = self.provider_speaking_as(iss).ok_or_else(|| TokenError::UnknownIssuer(excerpt(iss)))?;
        let tenant = tenant(&claims, iss, provider)?;
        check_audience(&claims, expect, provider)?;
        let key = verify_signature(&parts, &header, provider, now).await?;
        let claims = Claims::read(claims, tenant).map_err(TokenError::Claim)?;
        if expect == Expect::IdToken && claims.issued_at.is_none() {
            return Err(TokenError::Claim("iat"));
        }
        check_times(&claims, now)?;
        Ok(Verified { claims: Arc::new(claims), provider: Arc::clone(provider), key })
    }
}

struct Parts<'a> {
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
    /// What is signed: header, dot, payload.
    message: &'a str,
}

impl<'a> Parts<'a> {
    fn read(token: &'a str) -> Result<Self, TokenError> {
        if token.len() > MAX_TOKEN {
            return Err(TokenError::TooLong);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, payload) = message.split_once('.').ok_or(TokenError::Malformed)?;
        if payload.contains('.') {
            return Err(TokenError::Malformed);
        }
        Ok(Self { header, payload, signature, message })
    }
}

struct Header {
    algorithm: jsonwebtoken::Algorithm,
    kid: String,
}

impl Header {
    fn read(parts: &Parts<'_>, expect: Expect) -> Result<Self, TokenError> {
        let header: Map<String, Value> = decode(parts.header)?;
        let text = |name: &str| header.get(name).and_then(Value::as_str);
        let name = text("alg").ok_or(TokenError::Malformed)?;
        let algorithm = believed_algorithm(name).ok_or_else(|| TokenError::Algorithm(excerpt(name)))?;
        // RFC 7515: what is marked critical and not understood makes the token invalid; we understand none.
        if header.contains_key("crit") {
            return Err(TokenError::Kind("`crit` is not supported".to_owned()));
        }
        let typ = header.get("typ").map(|typ| typ.as_str().unwrap_or_default().to_ascii_lowercase());
        let fits = match typ.as_deref() {
            None | Some("jwt") => true,
            Some("at+jwt" | "application/at+jwt") => expect == Expect::AccessToken,
            Some(_) => false,
        };
        if !fits {
            return Err(TokenError::Kind(format!("`typ` is `{}`", excerpt(&typ.unwrap_or_default()))));
        }
        let kid = text("kid").ok_or(TokenError::NoKeyId)?.to_owned();
        Ok(Self { algorithm, kid })
    }
}

fn decode<T: DeserializeOwned>(part: &str) -> Result<T, TokenError> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenError::Malformed)
}

/// The tenant, once issuer and `tid` agree on it.
fn tenant(claims: &Map<String, Value>, iss: &str, provider: &Provider) -> Result<Uuid, TokenError> {
    let of_issuer = provider.issuer.tenant_of(iss).ok_or(TokenError::Tenant)?;
    match claims.get("tid") {
        // An issuer configured for one tenant need not say which.
        None if !provider.issuer.is_template() => Ok(of_issuer),
        None => Err(TokenError::Claim("tid")),
        Some(tid) => {
            let tid = tid.as_str().and_then(guid);
            if tid == Some(of_issuer) { Ok(of_issuer) } else { Err(TokenError::Tenant) }
        }
    }
}

fn check_audience(claims: &Map<String, Value>, expect: Expect, provider: &Provider) -> Result<(), TokenError> {
    let aud = claims.get("aud");
    let audiences = match aud {
        Some(Value::String(one)) => vec![one.clone()],
        _ => texts(aud).ok_or(TokenError::Claim("aud"))?,
    };
    let issuer = &provider.issuer;
    let ours = match expect {
        Expect::AccessToken => {
            // An application may share its id with an API; what was made for signing in still is no access token.
            if let Some(mark) = ["nonce", "at_hash", "c_hash"].into_iter().find(|mark| claims.contains_key(*mark)) {
                return Err(TokenError::Kind(format!("an ID token (it has `{mark}`)")));
            }
            audiences.iter().any(|audience| issuer.audiences.contains(audience))
        }
        // We trust no other audience, so it must be ours alone (OpenID Connect Core 3.1.3.7).
        Expect::IdToken => {
            let presenter = claims.get("azp").map(|azp| azp.as_str() == Some(&issuer.client_id));
            audiences == [issuer.client_id.as_str()] && presenter.unwrap_or(true)
        }
    };
    if ours { Ok(()) } else { Err(TokenError::Audience) }
}

/// Checks the signature and gives the fingerprint of the key it was made with. A key id that is not known yet leads to a
/// new look at the issuer's keys, within bounds.
async fn verify_signature(
    parts: &Parts<'_>,
    header: &Header,
    provider: &Provider,
    now: DateTime<Utc>,
) -> Result<[u8; 32], TokenError> {
    let check = |key: &PublicKey| {
        let genuine = key.verifies(parts.message, parts.signature, header.algorithm);
        if genuine { Ok(key.fingerprint) } else { Err(TokenError::Signature) }
    };
    let keys = provider.keys(now).await?;
    if let Some(key) = keys.find(&header.kid, header.algorithm) {
        return check(key);
    }
    let newer = provider.newer_keys(&keys, now).await;
    match newer.as_ref().and_then(|keys| keys.find(&header.kid, header.algorithm)) {
        Some(key) => check(key),
        None => Err(TokenError::UnknownKey(excerpt(&header.kid))),
    }
}

fn check_times(claims: &Claims, now: DateTime<Utc>) -> Result<(), TokenError> {
    if now >= claims.expires_at {
        return Err(TokenError::Expired);
    }
    if claims.not_before.is_some_and(|at| now + CLOCK_SKEW < at) {
        return Err(TokenError::NotYetValid);
    }
    if claims.issued_at.is_some_and(|at| now + CLOCK_SKEW < at) {
        return Err(TokenError::IssuedInFuture);
    }
    Ok(())
}

/// What a stranger wrote, short enough for an error text and without control characters.
fn excerpt(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(120).collect()
}
