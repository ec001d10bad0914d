//! The OAuth part of a sign-in: the address to send the browser to, and the exchange of the code.

use super::{PendingSignIn, SignInError, SignInOptions};
use crate::config::Secret;
use crate::http::bounded_body;
use crate::provider::{Metadata, Provider};
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    ExtraTokenFields, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    StandardRevocableToken, StandardTokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};
use url::Url;

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

/// The provider's page, with everything that this sign-in asks of it.
pub(super) fn authorize_url(
    provider: &Provider,
    metadata: &Metadata,
    pending: &PendingSignIn,
    options: &SignInOptions,
) -> Url {
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

/// Exchanges the code for an ID token.
///
/// # Errors
/// [`SignInError::Unavailable`] when the provider does not answer or says that it cannot; [`SignInError::Exchange`] when it refuses.
pub(super) async fn exchange(
    http: &reqwest::Client,
    provider: &Provider,
    metadata: &Metadata,
    code: String,
    pending: &PendingSignIn,
) -> Result<Secret, SignInError> {
    let client = client(provider, metadata, pending);
    let send = |request: oauth2::HttpRequest| send(http.clone(), request);
    let answer = client
        .exchange_code(AuthorizationCode::new(code))
        .set_pkce_verifier(PkceCodeVerifier::new(pending.pkce_verifier.clone()))
        .request_async(&send)
        .await
        .map_err(|error| match error {
            RequestTokenError::Request(failed) => SignInError::Unavailable(provider.unavailable(failed.to_string())),
            error => SignInError::Exchange(reason(&error)),
        })?;
    // The access token is for the provider's own APIs, which we do not call: dropped here.
    Ok(Secret::new(answer.extra_fields().id_token.clone()))
}

/// Sends the code exchange with our client: no redirects, bounded body.
async fn send(client: reqwest::Client, request: oauth2::HttpRequest) -> Result<oauth2::HttpResponse, ExchangeFailed> {
    let failed = |text: String| ExchangeFailed(text);
    let request = reqwest::Request::try_from(request).map_err(|error| failed(error.to_string()))?;
    let response = client.execute(request).await.map_err(|error| failed(crate::http::in_full(&error)))?;
    let (status, headers) = (response.status(), response.headers().clone());
    if status.is_server_error() {
        return Err(failed(format!("the token endpoint answered with status {}", status.as_u16())));
    }
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
