//! One way for things to go wrong: every room's error becomes a [`Failure`], and [`answer`](super::answer) tells it.

use crate::locale::{Bilingual, Lang};
use crate::problem::{InputError, Kind, Problem};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use std::fmt;

use super::message::Message;

/// What went wrong, before it is known in which language and for whom it is told.
///
/// ```
/// # use exception_desk::web::{Failure, Message};
/// # use exception_desk::problem::Kind;
/// let failure = Failure::new(Kind::OpenRequestExists)
///     .detail(Message::new("problem-open-request-exists-detail"))
///     .way_out("/support/requests/TE-2026-000123", Message::new("error-open-request"));
/// # assert_eq!(failure.kind(), Kind::OpenRequestExists);
/// ```
#[derive(Debug)]
pub struct Failure(Box<Told>);

#[derive(Debug)]
struct Told {
    kind: Kind,
    errors: Vec<InputError>,
    detail: Option<Message>,
    way_out: Option<(String, Message)>,
    refusal: Option<Refusal>,
    retry_after: Option<u32>,
    headers: Vec<(HeaderName, HeaderValue)>,
    source: Option<anyhow::Error>,
}

/// Why a person may not do something: the roles it has, the roles that may, and what it can do instead.
///
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refusal {
    /// The person's roles.
    pub have: Vec<RoleName>,
    /// The roles of which one is needed.
    pub may: Vec<RoleName>,
    /// What the person can do instead.
    pub instead: Option<Message>,
}

/// A role as it is told.
#[derive(Clone, Debug, PartialEq)]
pub enum RoleName {
    /// One of the desk's own, by code: the message `role-CODE` (underscores as hyphens) names `reviewer`, `lead`,
    /// `policy_admin`, `auditor`, `feed_read`.
    Own(&'static str),
    /// A partner's, in the policy's words.
    Partner(Bilingual),
}

impl RoleName {
    /// The name in `lang`.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Self::Own(code) => {
                lang.try_text(&format!("role-{}", code.replace('_', "-"))).unwrap_or_else(|| (*code).to_owned())
            }
            Self::Partner(label) => label.get(lang).to_owned(),
        }
    }
}

impl Failure {
    /// A failure of this kind, in the kind's own words.
    pub fn new(kind: Kind) -> Self {
        Self(Box::new(Told {
            kind,
            errors: Vec::new(),
            detail: None,
            way_out: None,
            refusal: None,
            // What is away is mostly back within seconds; a client that hurries only delays that.
            retry_after: match kind {
                Kind::DatabaseAway | Kind::ProviderAway => Some(5),
                // Somebody has to act first.
                Kind::FeedStopped => Some(60),
                _ => None,
            },
            headers: Vec::new(),
            source: None,
        }))
    }

    /// Bad input, with every place.
    pub fn invalid(errors: Vec<InputError>) -> Self {
        let mut failure = Self::new(Kind::InvalidInput);
        failure.0.errors = errors;
        failure
    }

    /// The person's role does not allow it.
    pub fn refused(refusal: Refusal) -> Self {
        let mut failure = Self::new(Kind::NotAllowed);
        failure.0.refusal = Some(refusal);
        failure
    }

    /// A fault of ours: 500 outside, `source` in the log.
    pub fn internal(source: impl Into<anyhow::Error>) -> Self {
        Self::new(Kind::Internal).because(source)
    }

    /// The same with `detail` in place of the kind's own words.
    #[must_use]
    pub fn detail(mut self, detail: Message) -> Self {
        self.0.detail = Some(detail);
        self
    }

    /// The same with a place to go on from: a button on the page, `Link: <…>; rel="related"` in the API.
    #[must_use]
    pub fn way_out(mut self, href: impl Into<String>, label: Message) -> Self {
        self.0.way_out = Some((href.into(), label));
        self
    }

    /// The same with `Retry-After` in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// The same with one more response header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// The same with what caused it, for the log alone.
    #[must_use]
    pub fn because(mut self, source: impl Into<anyhow::Error>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What is wrong with the input.
    pub fn errors(&self) -> &[InputError] {
        &self.0.errors
    }

    /// The problem document at `instance`, for a reader of `lang`.
    pub fn problem(&self, base: &str, lang: Lang, instance: &str) -> Problem {
        let mut problem = self.0.kind.problem(base, lang, &self.0.errors);
        if let Some(detail) = &self.0.detail {
            problem.detail = Some(detail.text(lang));
        } else if let Some(refusal) = &self.0.refusal {
            problem.detail = Some(refusal.detail(lang));
        }
        problem.instance = Some(instance.to_owned());
        problem
    }

    pub(super) fn way_out_in(&self, lang: Lang) -> Option<(&str, String)> {
        self.0.way_out.as_ref().map(|(href, label)| (href.as_str(), label.text(lang)))
    }

    pub(super) fn refusal(&self) -> Option<&Refusal> {
        self.0.refusal.as_ref()
    }

    pub(super) fn retry_after_seconds(&self) -> Option<u32> {
        self.0.retry_after
    }

    pub(super) fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.0.headers
    }

    pub(super) fn source_chain(&self) -> Option<String> {
        self.0.source.as_ref().map(|source| format!("{source:#}"))
    }
}

impl Refusal {
    /// The sentence of a problem document.
    fn detail(&self, lang: Lang) -> String {
        let have = if self.have.is_empty() { lang.text("refusal-no-role") } else { role_names(&self.have, lang) };
        let message = Message::new("refusal-detail").with("have", have).with("may", role_names(&self.may, lang));
        let mut detail = message.text(lang);
        if let Some(instead) = &self.instead {
            detail.push_str(&lang.text("sentence-gap"));
            detail.push_str(&instead.text(lang));
        }
        detail
    }
}

/// The roles' names, as a list that a sentence can hold.
fn role_names(roles: &[RoleName], lang: Lang) -> String {
    let names: Vec<_> = roles.iter().map(|role| role.text(lang)).collect();
    names.join(&lang.text("list-separator"))
}

/// The roles' names as alternatives: "Reviewer or Lead reviewer".
pub fn role_alternatives(roles: &[RoleName], lang: Lang) -> String {
    let names: Vec<_> = roles.iter().map(|role| role.text(lang)).collect();
    match names.as_slice() {
        [] => lang.text("refusal-no-role"),
        [one] => one.clone(),
        [most @ .., last] => format!("{}{}{last}", most.join(&lang.text("list-separator")), lang.text("list-or")),
    }
}

/// For logs: never shown to a reader.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.kind.code())?;
        self.0.errors.iter().try_for_each(|error| write!(f, ", `{}` {}", error.pointer, error.code))?;
        self.0.source.as_ref().map_or(Ok(()), |source| write!(f, ": {source:#}"))
    }
}

impl std::error::Error for Failure {}

/// The answer where no [`answer`](super::answer) stands in between: the problem document in English.
impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let problem = self.0.kind.problem("", Lang::En, &self.0.errors);
        HttpResponse::build(self.status_code()).content_type("application/problem+json").json(problem)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::internal(error)
    }
}

impl From<InputError> for Failure {
    fn from(error: InputError) -> Self {
        Self::invalid(vec![error])
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::new(kind_of(&error)).because(error)
    }
}

/// An unreachable database is told apart from a fault of ours, since the reader can simply try again.
fn kind_of(error: &sqlx::Error) -> Kind {
    use sqlx::Error::{Database, Io, PoolClosed, PoolTimedOut, Tls, WorkerCrashed};
    match error {
        PoolTimedOut | PoolClosed | Io(_) | Tls(_) | WorkerCrashed => Kind::DatabaseAway,
        // Class 08: connection; 53: out of resources; 57P: being shut down; 25006: a standby that takes no writes.
        Database(answer) => match answer.code().as_deref() {
            Some(code) if ["08", "53", "57P"].iter().any(|class| code.starts_with(class)) => Kind::DatabaseAway,
            Some("25006") => Kind::DatabaseAway,
            // Text with U+0000, which PostgreSQL cannot keep.
            Some("22021" | "22P05") => Kind::UnreadableBody,
            _ => Kind::Internal,
        },
        _ => Kind::Internal,
    }
}
