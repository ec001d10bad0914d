//! What every request of the gate shares, and how it is replaced when the configuration is read again.

use super::config::{Checked, Config, ConfigErrors};
use super::counters::Counters;
use super::sessions::{Pending, Session, Store};
use super::texts::Texts;
use crate::Routes;
use crate::client::{Clock, FeedHandle, Reporter};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use chrono::{DateTime, Utc};
use relying_party::RelyingParty;
use std::future::{Ready, ready};
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// The system's clock.
pub fn system_clock() -> Clock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the gate reads the system's clock")]
    Arc::new(Utc::now)
}

/// What every request shares. One request sees one configuration from its beginning to its end.
pub(super) struct State {
    pub config: Config,
    pub routes: Routes,
    pub party: RelyingParty,
    /// Since when this configuration is in force.
    pub since: DateTime<Utc>,
    lasting: Arc<Lasting>,
}

/// What outlives a configuration.
pub(super) struct Lasting {
    pub feed: FeedHandle,
    /// Counts decisions, where the gate reports.
    pub reporter: Option<Reporter>,
    pub clock: Clock,
    pub sessions: Store<Session>,
    pub pending: Store<Pending>,
    pub counters: Counters,
    pub texts: Texts,
    /// When a configuration was last refused, and why; nothing once another was taken.
    pub refused: Mutex<Option<(DateTime<Utc>, String)>>,
}

impl Deref for State {
    type Target = Lasting;

    fn deref(&self) -> &Lasting {
        &self.lasting
    }
}

impl Lasting {
    /// When and why the last configuration was refused, unless another was taken since.
    pub fn refusal(&self) -> Option<(DateTime<Utc>, String)> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Now, by the gate's clock.
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }
}

impl State {
    /// The session of this key, as long as its issuer is still believed.
    pub fn session(&self, id: &str, now: DateTime<Utc>) -> Option<Arc<Session>> {
        let is_believed = |session: &Session| self.party.issuers().any(|issuer| issuer == session.issuer);
        self.sessions.get(id, now).filter(|session| is_believed(session))
    }
}

/// The present state.
pub(super) struct Switch(RwLock<Arc<State>>);

impl Switch {
    pub fn new(config: Config, checked: Checked, lasting: Lasting) -> Self {
        let (Checked { routes, party, .. }, since) = (checked, lasting.now());
        Self(RwLock::new(Arc::new(State { config, routes, party, since, lasting: Arc::new(lasting) })))
    }

    pub fn current(&self) -> Arc<State> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes another configuration, all or nothing. Sessions, figures and the feed stay; keys and remembered tokens of the
    /// issuers are fetched and verified anew.
    ///
    /// # Errors
    /// All that is wrong with it, and what cannot change while the gate runs; the present one stays in force.
    pub fn replace(&self, config: Result<Config, ConfigErrors>) -> Result<(), ConfigErrors> {
        let present = self.current();
        let next = config.and_then(|config| {
            needs_no_restart(&present.config, &config)?;
            config.build().map(|checked| (config, checked))
        });
        let mut refused = present.refused.lock().unwrap_or_else(PoisonError::into_inner);
        match next {
            Ok((config, Checked { routes, party, .. })) => {
                let state =
                    State { config, routes, party, since: present.now(), lasting: Arc::clone(&present.lasting) };
                *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(state);
                *refused = None;
                Ok(())
            }
            Err(errors) => {
                *refused = Some((present.now(), errors.to_string()));
                Err(errors)
            }
        }
    }
}

/// # Errors
/// The keys that differ and are looked at once, when the gate starts.
fn needs_no_restart(old: &Config, new: &Config) -> Result<(), ConfigErrors> {
    let differs = [
        ("state_dir", old.state_dir != new.state_dir),
        ("feed", old.feed != new.feed),
        ("reports", old.reports != new.reports),
        ("listeners", old.listeners != new.listeners),
        ("status", old.status != new.status),
    ];
    let changed = differs.into_iter().filter(|(_, differs)| *differs);
    let errors: Vec<_> =
        changed.map(|(key, _)| format!("`{key}` cannot change while the gate runs: restart it")).collect();
    if errors.is_empty() { Ok(()) } else { Err(ConfigErrors(errors)) }
}

/// The state as the request found it when it came.
pub(super) struct Shared(Arc<State>);

impl Deref for Shared {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

impl Shared {
    /// The present state, where the application has one.
    pub fn of(request: &HttpRequest) -> Option<Self> {
        request.app_data::<web::Data<Switch>>().map(|switch| Self(switch.current()))
    }
}

impl FromRequest for Shared {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request).ok_or_else(|| actix_web::error::ErrorInternalServerError("the gate is not set up")))
    }
}
