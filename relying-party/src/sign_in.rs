//! A person's sign-in: authorization code with PKCE, `state` and `nonce`.

use crate::RelyingParty;
use crate::bearer_cache::{Generations, TokenId, id_of};
use crate::claims::Claims;
use crate::config::Secret;
use crate::http::bounded_body;
use crate::provider::{Metadata, Provider, Unavailable};
use crate::verify::{Expect, TokenError};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    ExtraTokenFields, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    StandardRevocableToken, StandardTokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use url::Url;

/// How long a person may take at the provider.
const TIME_TO_SIGN_IN: TimeDelta = TimeDelta::minutes(10);

/// How much older than asked for an authentication may look through clocks that differ.
const CLOCK_SKEW: TimeDelta = TimeDelta::seconds(30);

/// What to ask of the provider besides who the person is.
#[derive(Clone, Debug, Default)]
pub struct SignInOptions {
    /// `acr_values`, most wanted first. A wish: whoever relies on it looks at the claims that come back.
    pub acr_values: Vec<String>,
    /// `prompt`.
    pub prompt: Option<Prompt>,
    /// `max_age`, seconds: the person must have authenticated within it, which is checked on return.
    pub max_age: Option<u32>,
    /// `login_hint`.
    pub login_hint: Option<String>,
    /// `ui_locales`, such as `ja`.
    pub ui_locales: Option<String>,
}

/// How the provider may meet the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// Authenticate anew.
    Login,
    /// Choose an account.
    SelectAccount,
    /// Show nothing; fail instead.
    None,
}

impl Prompt {
    fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::SelectAccount => "select_account",
            Self::None => "none",
        }
    }
}

/// Where to send the browser, and what to keep until it returns.
#[derive(Debug)]
pub struct SignInStart {
    /// The provider's page.
    pub authorize_url: Url,
    /// To be kept in this browser's session on the server (or sealed), and to be removed from it on return.
    pub pending: PendingSignIn,
}

/// A sign-in that has begun. Holds secrets of this one sign-in; prints without them.
#[derive(Clone, Serialize, Deserialize)]
pub struct PendingSignIn {
    issuer: String,
    redirect_uri: Url,
    state: String,
    nonce: String,
    pkce_verifier: String,
    max_age: Option<u32>,
    expires_at: DateTime<Utc>,
}

impl PendingSignIn {
    /// The `state` under which the browser will return; callers that keep several sign-ins find this one by it.
    pub fn state(&self) -> &str {
        &self.state
    }

    /// After this it cannot be finished.
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }
}

impl fmt::Debug for PendingSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingSignIn")
            .field("issuer", &self.issuer)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// The query with which the provider sends the browser back.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct CallbackQuery {
    /// Authorization code.
    pub code: Option<String>,
    /// The `state` sent along.
    pub state: Option<String>,
    /// The provider's issuer (RFC 9207).
    pub iss: Option<String>,
    /// Instead of a code: why not.
    pub error: Option<String>,
    /// The provider's words about `error`.
    pub error_description: Option<String>,
}

/// Somebody signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who, and how.
    pub claims: Arc<Claims>,
    /// The configured name of the issuer, for [`RelyingParty::end_session_url`].
    pub issuer: String,
    /// The ID token, for `id_token_hint` at sign-out.
    pub id_token: Secret,
}

/// Why a sign-in did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Not a configured issuer.
    #[error("issuer `{0}` is not configured")]
    UnknownIssuer(String),
    /// The browser took longer than 10 minutes.
    #[error("the sign-in took too long: start again")]
    TimedOut,
    /// `state` is absent or another browser's.
    #[error("the answer does not belong to this sign-in (`state`): start again")]
    State,
    /// This sign-in was already finished.
    #[error("this sign-in was already used: start again")]
    AlreadyUsed,
    /// The answer came to another address than asked for.
    #[error("the answer came to another address than asked for")]
    RedirectUri,
    /// Another provider answered (mix-up), or it did not say who it is though it promised to.
    #[error("another identity provider answered than was asked (`iss`)")]
    Issuer,
    /// The provider refused, in its words.
    #[error("the identity provider refused: `{code}`")]
    Refused {
        /// OAuth error code, such as `access_denied`.
        code: String,
        /// The provider's description.
        description: Option<String>,
    },
    /// Neither code nor error.
    #[error("the identity provider sent no code")]
    NoCode,
    /// The provider did not exchange the code.
    #[error("the identity provider did not accept the code: {0}")]
    Exchange(String),
    /// The ID token is not believed.
    #[error("the identity provider's token is not accepted: {0}")]
    Token(#[from] TokenError),
    /// The ID token belongs to another sign-in.
    #[error("the token belongs to another sign-in (`nonce`)")]
    Nonce,
    /// The authentication is older than `max_age` asked for, or of unknown age.
    #[error("the identity provider did not ask anew (`auth_time`)")]
    TooOld,
    /// The provider cannot be reached.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

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
        let id_token = self.exchange(provider, &metadata, code, &pending).await?;
        let claims = self.verify(id_token.expose(), Expect::IdToken, now).await?.claims;
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

    async fn exchange(
        &self,
        provider: &Provider,
        metadata: &Metadata,
        code: String,
        pending: &PendingSignIn,
    ) -> Result<Secret, SignInError> {
        let client = client(provider, metadata, pending);
        let send = |request: oauth2::HttpRequest| send(self.http.clone(), request);
        let answer = client
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(PkceCodeVerifier::new(pending.pkce_verifier.clone()))
            .request_async(&send)
            .await
            .map_err(|error| SignInError::Exchange(reason(&error)))?;
        // The access token is for the provider's own APIs, which we do not call: dropped here.
        Ok(Secret::new(answer.extra_fields().id_token.clone()))
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

#[derive(Debug, Serialize, Deserialize)]
struct WithIdToken {
    id_token: String,
}

impl ExtraTokenFields for WithIdToken {}

type Client = oauth2::Client<
    BasicErrorResponse,
    StandardTokenResponse<WithIdToken, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

fn client(provider: &Provider, metadata: &Metadata, pending: &PendingSignIn) -> Client {
    let methods = metadata.token_endpoint_auth_methods_supported.as_deref();
    // Without a word from the provider, OpenID Connect Discovery says `client_secret_basic`.
    let basic = methods.is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic"));
    let client = oauth2::Client::new(ClientId::new(provider.issuer.client_id.clone()))
        .set_auth_type(if basic { AuthType::BasicAuth } else { AuthType::RequestBody })
        .set_auth_uri(AuthUrl::from_url(metadata.authorization_endpoint.clone()))
        .set_token_uri(TokenUrl::from_url(metadata.token_endpoint.clone()))
        .set_redirect_uri(RedirectUrl::from_url(pending.redirect_uri.clone()));
    match &provider.issuer.client_secret {
        Some(secret) => client.set_client_secret(ClientSecret::new(secret.expose().to_owned())),
        None => client,
    }
}

fn authorize_url(provider: &Provider, metadata: &Metadata, pending: &PendingSignIn, options: &SignInOptions) -> Url {
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(pending.pkce_verifier.clone()));
    let mut scopes = provider.issuer.scopes.clone();
    if !scopes.iter().any(|scope| scope == "openid") {
        scopes.insert(0, "openid".to_owned());
    }
    let client = client(provider, metadata, pending);
    let mut request = client
        .authorize_url(|| CsrfToken::new(pending.state.clone()))
        .add_scopes(scopes.into_iter().map(Scope::new))
        .set_pkce_challenge(challenge)
        .add_extra_param("nonce", pending.nonce.as_str());
    let wishes = [
        ("acr_values", (!options.acr_values.is_empty()).then(|| options.acr_values.join(" "))),
        ("prompt", options.prompt.map(|prompt| prompt.as_str().to_owned())),
        ("max_age", options.max_age.map(|seconds| seconds.to_string())),
        ("login_hint", options.login_hint.clone()),
        ("ui_locales", options.ui_locales.clone()),
    ];
    for (name, value) in wishes.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        request = request.add_extra_param(name, value);
    }
    request.url().0
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

/// Sends the code exchange with our client: no redirects, bounded body.
async fn send(client: reqwest::Client, request: oauth2::HttpRequest) -> Result<oauth2::HttpResponse, ExchangeFailed> {
    let failed = |text: String| ExchangeFailed(text);
    let request = reqwest::Request::try_from(request).map_err(|error| failed(error.to_string()))?;
    let response = client.execute(request).await.map_err(|error| failed(crate::http::in_full(&error)))?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut answer = oauth2::HttpResponse::new(bounded_body(response).await.map_err(failed)?);
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    Ok(answer)
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct ExchangeFailed(String);

/// The failure in words for the log; never the provider's raw answer, which may hold tokens.
fn reason(error: &RequestTokenError<ExchangeFailed, BasicErrorResponse>) -> String {
    match error {
        RequestTokenError::ServerResponse(answer) => format!("`{}`", answer.error().as_ref()),
        RequestTokenError::Request(failed) => failed.to_string(),
        RequestTokenError::Parse(error, _) => format!("unexpected answer at `{}`", error.path()),
        RequestTokenError::Other(text) => text.clone(),
    }
}
