//! Changing a thing needs the version one saw: `If-Match` (RFC 9110 13.1.1), whose value is the `ETag` read before.

use super::error::Failure;
use crate::problem::Kind;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use std::future::{Ready, ready};

/// The versions of the thing that the caller is willing to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: whatever it is now.
    Any,
    /// One of these.
    Versions(Vec<i64>),
}

impl IfMatch {
    /// `current`, when the caller's precondition holds for it.
    ///
    /// # Errors
    /// 412 when the thing has changed since the caller saw it.
    pub fn holds_for(&self, current: i64) -> Result<i64, Failure> {
        match self {
            Self::Any => Ok(current),
            Self::Versions(versions) if versions.contains(&current) => Ok(current),
            Self::Versions(_) => Err(Failure::new(Kind::VersionMismatch)),
        }
    }

    fn parse(value: &str) -> Self {
        if value.trim() == "*" {
            return Self::Any;
        }
        // A weak validator never matches here; whatever is no version of ours matches nothing.
        let version = |tag: &str| tag.trim().strip_prefix('"')?.strip_suffix('"')?.parse().ok();
        Self::Versions(value.split(',').filter_map(version).collect())
    }
}

impl FromRequest for IfMatch {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let header = request.headers().get(header::IF_MATCH).and_then(|value| value.to_str().ok());
        let header = header.filter(|value| !value.trim().is_empty());
        ready(header.map(Self::parse).ok_or_else(|| Failure::new(Kind::VersionRequired)))
    }
}

/// The `ETag` of a thing at `version`.
pub fn etag(version: i64) -> (header::HeaderName, String) {
    (header::ETAG, format!("\"{version}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_version_seen_may_be_changed() {
        assert!(IfMatch::parse("\"3\"").holds_for(3).is_ok());
        assert!(IfMatch::parse("\"2\", \"3\"").holds_for(3).is_ok());
        assert!(IfMatch::parse("*").holds_for(3).is_ok());
        for stale in ["\"2\"", "W/\"3\"", "3", "", "\"x\""] {
            assert!(IfMatch::parse(stale).holds_for(3).is_err(), "{stale}");
        }
    }
}
