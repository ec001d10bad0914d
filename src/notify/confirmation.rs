//! An address counts once whoever reads it has opened a link that was mailed to it: what holds for every such address, whose ever it is.

use crate::app::Desk;
use crate::problem::Kind;
use crate::web::{Failure, Message};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How long a link counts.
pub(super) const LIFETIME: TimeDelta = TimeDelta::hours(24);
/// So many seconds lie between two links.
pub(super) const PAUSE: u32 = 60;
/// Longest address, in characters.
pub(super) const MAX_ADDRESS: usize = 254;

/// The links of one purpose.
pub(super) struct Links {
    /// What they are sealed for.
    pub purpose: &'static str,
    /// The path of the page that they lead to.
    pub page: &'static str,
    /// The message of one that was never made here.
    pub unknown: &'static str,
    /// The message of one whose time is over.
    pub over: &'static str,
    /// The message of one that was used, or is not the latest.
    pub used: &'static str,
    /// Where a new one can be had, with the message that names it; none where the reader cannot.
    pub again: Option<(&'static str, &'static str)>,
}

impl Links {
    /// Path and query of the link that carries `said`; none when it cannot be written.
    pub fn href(&self, desk: &Desk, said: &impl Serialize) -> Option<String> {
        let sealed = desk.seal.seal(self.purpose, said).ok()?;
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        Some(format!("{}?{}", self.page, query.append_pair("link", &sealed).finish()))
    }

    /// What the link `sealed` carries.
    ///
    /// # Errors
    /// 404 when it is no link of this desk's.
    pub fn opened<T: DeserializeOwned>(&self, desk: &Desk, sealed: &str) -> Result<T, Failure> {
        desk.seal.open(self.purpose, sealed).ok_or_else(|| self.refused(self.unknown))
    }

    /// That a link which counts `until` then still does.
    ///
    /// # Errors
    /// 404 when it does not.
    pub fn counts(&self, desk: &Desk, until: DateTime<Utc>) -> Result<(), Failure> {
        if until <= desk.clock.now() { Err(self.refused(self.over)) } else { Ok(()) }
    }

    /// Why a link leads nowhere, in the words of the message `key`.
    pub fn refused(&self, key: &'static str) -> Failure {
        let failure = Failure::new(Kind::NotFound).detail(Message::new(key));
        match self.again {
            Some((href, label)) => failure.way_out(href, Message::new(label)),
            None => failure,
        }
    }
}

/// Another link is mailed in so many seconds, and not before.
pub(super) fn too_soon(seconds: u32) -> Failure {
    let detail = Message::new("too-many-requests-wait").with("seconds", seconds);
    Failure::new(Kind::TooManyRequests).retry_after(seconds).detail(detail)
}

/// An address as the mail server takes it.
pub(super) fn parsed(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = text.chars().count() <= MAX_ADDRESS && text.parse::<lettre::Address>().is_ok();
    fits.then(|| text.to_owned())
}
