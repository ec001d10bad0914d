//! A desk with a history: it tells snapshots, changes and a stream as the real one does, or lies about them.

use crate::desk::{EPOCH, document, minute, rule};
use crate::signing::Key;
use chrono::{DateTime, Utc};
use mfa_enforcement::{Rule, RulesDigest};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use uuid::Uuid;
use wiremock::{Request, Respond, ResponseTemplate};

/// How the feed is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Rules,
    Changes,
    Stream,
}

/// What the desk, or somebody before it, answers in place of the truth.
#[derive(Clone, Debug)]
pub enum Lie {
    Status(u16),
    /// This text, as a document or as the data of an event.
    Text(String),
    /// The changes of one version less, from the version after the one that was asked about.
    Dropped,
    /// The changes with a digest of other rules.
    WrongDigest,
    /// `410`, or the event `resync_required`.
    Resync,
    /// The stream breaks off this many bytes before its end.
    Cut(usize),
    /// The snapshot of this many versions ago, genuine and issued then.
    Older(usize),
}

/// A rule's state at a version, and when it was issued.
#[derive(Clone)]
struct State {
    rules: Vec<Rule>,
    issued_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

struct Told {
    key: Key,
    epoch: String,
    /// The version of the first state.
    first: u64,
    states: Vec<State>,
    lies: VecDeque<(Way, Lie)>,
    /// Each question finds another version.
    goes_on: bool,
    /// Nothing is told at all.
    is_away: bool,
}

/// The desk's history; clones share it.
#[derive(Clone)]
pub struct History(Arc<Mutex<Told>>);

impl Way {
    pub const ALL: [Self; 3] = [Self::Rules, Self::Changes, Self::Stream];

    pub fn path(self) -> &'static str {
        match self {
            Self::Rules => "/feed/v1/rules",
            Self::Changes => "/feed/v1/changes",
            Self::Stream => "/feed/v1/stream",
        }
    }
}

impl History {
    /// Version 5 with the rule, issued at minute 0.
    pub fn new(key: Key) -> Self {
        let state = State { rules: vec![rule()], issued_at: minute(0), expires_at: minute(15) };
        let told = Told {
            key,
            epoch: EPOCH.into(),
            first: 5,
            states: vec![state],
            lies: VecDeque::new(),
            goes_on: false,
            is_away: false,
        };
        Self(Arc::new(Mutex::new(told)))
    }

    fn told_so_far(&self) -> MutexGuard<'_, Told> {
        self.0.lock().expect("a history")
    }

    /// The next version has these rules; it is issued at `at` for 15 minutes.
    pub fn publish(&self, rules: Vec<Rule>, at: DateTime<Utc>) {
        let expires_at = at + chrono::TimeDelta::minutes(15);
        self.told_so_far().states.push(State { rules, issued_at: at, expires_at });
    }

    /// The version is issued again at `at`.
    pub fn renew(&self, at: DateTime<Utc>) {
        if let Some(state) = self.told_so_far().states.last_mut() {
            (state.issued_at, state.expires_at) = (at, at + chrono::TimeDelta::minutes(15));
        }
    }

    /// From now on another key signs.
    pub fn sign_with(&self, key: Key) {
        self.told_so_far().key = key;
    }

    /// The database is another one now: of this epoch, at this version.
    pub fn restore(&self, epoch: &str, first: u64, rules: Vec<Rule>, at: DateTime<Utc>) {
        let mut told = self.told_so_far();
        let state = State { rules, issued_at: at, expires_at: at + chrono::TimeDelta::minutes(15) };
        (told.epoch, told.first, told.states) = (epoch.into(), first, vec![state]);
    }

    /// The next answer of this kind is a lie.
    pub fn lie(&self, way: Way, lie: Lie) {
        self.told_so_far().lies.push_back((way, lie));
    }

    pub fn lie_no_more(&self) {
        self.told_so_far().lies.clear();
    }

    /// From now on each question for changes finds a new version, with the rule at every other one.
    pub fn goes_on_by_itself(&self) {
        self.told_so_far().goes_on = true;
    }

    /// Whether every question is answered with 503.
    pub fn is_away(&self, is_away: bool) {
        self.told_so_far().is_away = is_away;
    }

    /// The current version and its digest.
    pub fn current(&self) -> (u64, String) {
        let told = self.told_so_far();
        (told.version(), RulesDigest::of(&told.last().rules).to_string())
    }

    /// The digest of a version, if there was one.
    pub fn digest(&self, version: u64) -> Option<String> {
        let told = self.told_so_far();
        let state = usize::try_from(version.checked_sub(told.first)?).ok()?;
        told.states.get(state).map(|state| RulesDigest::of(&state.rules).to_string())
    }

    pub fn rules(&self) -> Vec<Rule> {
        self.told_so_far().last().rules.clone()
    }

    /// The current snapshot, and the changes from a version, before they are signed.
    pub fn snapshot(&self) -> Value {
        let told = self.told_so_far();
        told.snapshot(told.version())
    }

    pub fn changes(&self, after: u64) -> Value {
        let told = self.told_so_far();
        told.changes(after, told.version()).expect("a version that was there")
    }

    pub fn told(&self, way: Way) -> impl Respond + 'static {
        let history = self.clone();
        move |request: &Request| history.told_so_far().answer(way, request)
    }
}

impl Told {
    fn version(&self) -> u64 {
        self.first + self.states.len() as u64 - 1
    }

    fn last(&self) -> &State {
        self.states.last().expect("a state")
    }

    fn state(&self, version: u64) -> Option<&State> {
        self.states.get(usize::try_from(version.checked_sub(self.first)?).ok()?)
    }

    fn snapshot(&self, version: u64) -> Value {
        let state = self.state(version).expect("a state");
        let mut document = document(version, &state.rules);
        document["epoch"] = json!(self.epoch);
        (document["issued_at"], document["expires_at"]) = (json!(state.issued_at), json!(state.expires_at));
        document
    }

    fn changes(&self, after: u64, version: u64) -> Option<Value> {
        let (before, state) = (self.state(after)?, self.state(version)?);
        let has = |rules: &[Rule], id: Uuid| rules.iter().find(|rule| rule.id == id).cloned();
        let upserts: Vec<_> =
            state.rules.iter().filter(|rule| has(&before.rules, rule.id).as_ref() != Some(rule)).collect();
        let gone = before.rules.iter().map(|rule| rule.id).filter(|&id| has(&state.rules, id).is_none());
        Some(json!({"issuer": "https://desk.example", "epoch": self.epoch, "from": after, "version": version,
            "rules_digest": RulesDigest::of(&state.rules).to_string(), "issued_at": state.issued_at,
            "expires_at": state.expires_at, "upserts": upserts, "removals": gone.collect::<Vec<_>>()}))
    }

    fn answer(&mut self, way: Way, request: &Request) -> ResponseTemplate {
        if self.is_away {
            return ResponseTemplate::new(503);
        }
        let position = self.lies.iter().position(|(about, _)| *about == way);
        let lie = position.and_then(|position| self.lies.remove(position)).map(|(_, lie)| lie);
        if self.goes_on && lie.is_none() && way == Way::Changes {
            let rules = if self.last().rules.is_empty() { vec![rule()] } else { vec![] };
            self.states.push(State { rules, ..self.last().clone() });
        }
        let after = match way {
            Way::Rules => return self.rules_or(lie),
            Way::Changes => {
                let asked =
                    |name| request.url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
                asked("epoch").filter(|epoch| *epoch == self.epoch).and_then(|_| asked("after")?.parse().ok())
            }
            Way::Stream => {
                let id = request.headers.get("last-event-id").and_then(|id| id.to_str().ok());
                let id = id.and_then(|id| id.split_once(':')).filter(|(epoch, _)| *epoch == self.epoch);
                id.and_then(|(_, version)| version.parse().ok())
            }
        };
        let compact = match (&lie, after) {
            (Some(Lie::Status(status)), _) => return ResponseTemplate::new(*status),
            (Some(Lie::Resync), _) if way == Way::Stream => {
                return stream_of("event: resync_required\ndata:\n\n".to_owned());
            }
            (Some(Lie::Text(text)), _) => text.clone(),
            (Some(Lie::Dropped), Some(after)) if after < self.version() => self.signed(after + 1, |_| ()),
            (Some(Lie::WrongDigest), Some(after)) if self.state(after).is_some() => {
                self.signed(after, |changes| changes["rules_digest"] = json!(RulesDigest::of(&[]).to_string()))
            }
            (Some(Lie::Resync), _) => return ResponseTemplate::new(410),
            (_, Some(after)) if self.state(after).is_some() => self.signed(after, |_| ()),
            _ => return ResponseTemplate::new(410),
        };
        if way == Way::Changes {
            return ResponseTemplate::new(200).set_body_raw(compact, "application/jose");
        }
        let mut events = format!(":\n\nid: {}:{}\nevent: changes\ndata: {compact}\n\n", self.epoch, self.version());
        if let Some(Lie::Cut(bytes)) = lie {
            events.truncate(events.len().saturating_sub(bytes.max(1)));
        }
        stream_of(events)
    }

    fn rules_or(&self, lie: Option<Lie>) -> ResponseTemplate {
        let text = match lie {
            Some(Lie::Status(status)) => return ResponseTemplate::new(status),
            Some(Lie::Text(text)) => text,
            Some(Lie::Older(versions)) => {
                let back = (versions as u64).min(self.version() - self.first);
                self.key.sign(&self.snapshot(self.version() - back))
            }
            _ => self.key.sign(&self.snapshot(self.version())),
        };
        ResponseTemplate::new(200).set_body_raw(text, "application/jose")
    }

    fn signed(&self, after: u64, change: impl FnOnce(&mut Value)) -> String {
        let mut changes = self.changes(after, self.version()).expect("a version that was there");
        change(&mut changes);
        self.key.sign_changes(&changes)
    }
}

fn stream_of(events: String) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(events, "text/event-stream")
}
