//! What went wrong, once, for every reader: RFC 9457 problem documents for machines, the same words for pages.

use crate::locale::Lang;
use fluent_templates::fluent_bundle::FluentValue;
use serde::{Deserialize, Serialize};

/// One thing wrong with what was sent: where, what, and the values its message needs.
///
/// The message is `input-CODE` (underscores as hyphens) in `locales/*/problems.ftl`.
#[derive(Clone, Debug, PartialEq)]
pub struct InputError {
    /// JSON Pointer (RFC 6901) into the document sent, such as `/scope/duration_days`.
    pub pointer: String,
    /// Stable code, such as `too_long`.
    pub code: &'static str,
    /// Arguments of the message.
    pub args: Vec<(&'static str, FluentValue<'static>)>,
}

impl InputError {
    /// An error at `pointer` whose message needs no arguments.
    pub fn new(pointer: impl Into<String>, code: &'static str) -> Self {
        Self { pointer: pointer.into(), code, args: Vec::new() }
    }

    /// The same with one more argument for the message.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<FluentValue<'static>>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// The error as a reader of `lang` sees it.
    pub fn field(&self, lang: Lang) -> FieldError {
        let key = format!("input-{}", self.code.replace('_', "-"));
        FieldError {
            pointer: self.pointer.clone(),
            code: self.code.to_owned(),
            detail: lang.text_with(&key, &self.args),
        }
    }
}

/// One entry of a problem's `errors`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FieldError {
    /// JSON Pointer into the request.
    pub pointer: String,
    /// Stable code.
    pub code: String,
    /// What is wrong and the way out, in the reader's language.
    pub detail: String,
}

/// A problem document (`application/problem+json`, RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Problem {
    /// Where the problem is explained: `/problems/CODE`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What kind of problem it is.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What happened here, and the way out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The path it happened at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// For bad input: every place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// The kinds of problem; each has a page at `/problems/CODE` and the messages `problem-CODE` and `problem-CODE-detail`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    UnreadableBody,
    InvalidInput,
    SignInRequired,
    SignInFailed,
    StepUpRequired,
    NotAllowed,
    NotFound,
    MethodNotAllowed,
    WrongState,
    OpenRequestExists,
    IdempotencyKeyReused,
    IdempotencyKeyInUse,
    VersionMismatch,
    VersionRequired,
    TooLarge,
    UnsupportedMediaType,
    TooManyRequests,
    ResyncRequired,
    FeedStopped,
    DatabaseAway,
    Busy,
    ProviderAway,
    /// Given by a gate: the user has not passed MFA, and no exception covers the call.
    MfaRequired,
    /// Given by a gate: the bearer token does not hold.
    InvalidToken,
    /// Given by a gate: the request can be read in two ways.
    UnclearRequest,
    Internal,
}

impl Kind {
    /// Every kind, for the reference pages.
    pub const ALL: [Self; 26] = [
        Self::UnreadableBody,
        Self::InvalidInput,
        Self::SignInRequired,
        Self::SignInFailed,
        Self::StepUpRequired,
        Self::NotAllowed,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::WrongState,
        Self::OpenRequestExists,
        Self::IdempotencyKeyReused,
        Self::IdempotencyKeyInUse,
        Self::VersionMismatch,
        Self::VersionRequired,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::TooManyRequests,
        Self::ResyncRequired,
        Self::FeedStopped,
        Self::DatabaseAway,
        Self::Busy,
        Self::ProviderAway,
        Self::MfaRequired,
        Self::InvalidToken,
        Self::UnclearRequest,
        Self::Internal,
    ];

    /// The code in the `type` URL and the message keys.
    pub fn code(self) -> &'static str {
        match self {
            Self::UnreadableBody => "unreadable-body",
            Self::InvalidInput => "invalid-input",
            Self::SignInRequired => "sign-in-required",
            Self::SignInFailed => "sign-in-failed",
            Self::StepUpRequired => "step-up-required",
            Self::NotAllowed => "not-allowed",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::WrongState => "wrong-state",
            Self::OpenRequestExists => "open-request-exists",
            Self::IdempotencyKeyReused => "idempotency-key-reused",
            Self::IdempotencyKeyInUse => "idempotency-key-in-use",
            Self::VersionMismatch => "version-mismatch",
            Self::VersionRequired => "version-required",
            Self::TooLarge => "too-large",
            Self::UnsupportedMediaType => "unsupported-media-type",
            Self::TooManyRequests => "too-many-requests",
            Self::ResyncRequired => "resync-required",
            Self::FeedStopped => "feed-stopped",
            Self::DatabaseAway => "database-away",
            Self::Busy => "busy",
            Self::ProviderAway => "provider-away",
            Self::MfaRequired => "mfa-required",
            Self::InvalidToken => "invalid-token",
            Self::UnclearRequest => "unclear-request",
            Self::Internal => "internal",
        }
    }

    /// HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::UnreadableBody | Self::SignInFailed | Self::UnclearRequest => 400,
            Self::SignInRequired | Self::MfaRequired | Self::InvalidToken => 401,
            Self::StepUpRequired | Self::NotAllowed => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::WrongState | Self::OpenRequestExists | Self::IdempotencyKeyInUse => 409,
            Self::ResyncRequired => 410,
            Self::VersionMismatch => 412,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::InvalidInput | Self::IdempotencyKeyReused => 422,
            Self::VersionRequired => 428,
            Self::TooManyRequests => 429,
            Self::Internal => 500,
            Self::FeedStopped | Self::DatabaseAway | Self::Busy | Self::ProviderAway => 503,
        }
    }

    /// The problem document of this kind in `lang`; `base` is the desk's public address without a trailing slash.
    pub fn problem(self, base: &str, lang: Lang, errors: &[InputError]) -> Problem {
        let key = format!("problem-{}", self.code());
        Problem {
            kind: format!("{base}/problems/{}", self.code()),
            title: lang.text(&key),
            status: self.status(),
            detail: lang.try_text(&format!("{key}-detail")),
            instance: None,
            errors: errors.iter().map(|error| error.field(lang)).collect(),
        }
    }
}
