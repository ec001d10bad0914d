//! A person's sign-in: authorization code with PKCE, `state` and `nonce`.

mod exchange;
mod flow;

pub(crate) use flow::UsedStates;

use crate::claims::Claims;
use crate::config::Secret;
use crate::provider::Unavailable;
use crate::verify::TokenError;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use url::Url;

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
