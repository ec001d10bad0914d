//! What the database says was committed: every version, as it was when somebody who did not belong to the desks saw it.

use chrono::{DateTime, TimeDelta, Utc};
use mfa_enforcement::{Rule, RulesDigest, Subjects};
use sqlx::types::Json;
use sqlx::{Connection, PgConnection};
use std::collections::BTreeMap;
use std::rc::Rc;
use tokio::time::Instant;
use uuid::Uuid;

type Rules = BTreeMap<Uuid, Rule>;

/// A user at a surface, whom an exception may cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub tenant: Uuid,
    pub user: Uuid,
    pub surface: String,
}

/// A version.
pub struct Version {
    pub rules: Rc<Rules>,
    pub digest: String,
    /// Whether it takes something away.
    pub removes: bool,
    /// When it was seen, by which time it was committed.
    pub seen: Instant,
}

/// Every version of an epoch.
#[derive(Default)]
pub struct Truth {
    pub epoch: Uuid,
    versions: BTreeMap<u64, Version>,
    /// What is not in the last version any more, and when that was seen at the latest.
    removed: BTreeMap<Uuid, DateTime<Utc>>,
    /// When an exception was last put into the feed, by the clock of the desk that did.
    put: BTreeMap<Uuid, DateTime<Utc>>,
}

impl Subject {
    fn is_covered_by(&self, rule: &Rule, at: DateTime<Utc>) -> bool {
        let is_named = match &rule.subjects {
            Subjects::All => true,
            Subjects::Users(users) => users.contains(&self.user),
        };
        let is_time = rule.not_before <= at && at < rule.expires_at;
        is_named && is_time && rule.tenant == self.tenant && rule.surfaces.contains(&self.surface)
    }
}

impl Version {
    /// The rules that cover `subject`.
    pub fn covering(&self, subject: &Subject, at: DateTime<Utc>) -> Vec<Uuid> {
        self.rules.values().filter(|rule| subject.is_covered_by(rule, at)).map(|rule| rule.id).collect()
    }
}

impl Truth {
    /// The truth so far.
    pub async fn of(database: &mut PgConnection, now: DateTime<Utc>) -> Self {
        let epoch = sqlx::query_scalar("SELECT epoch FROM feed_head").fetch_one(&mut *database).await.unwrap();
        let mut truth = Self { epoch, ..Self::default() };
        truth.learn(rows(database, epoch, 0).await.unwrap(), now);
        truth
    }

    pub fn last(&self) -> u64 {
        self.versions.last_key_value().map_or(0, |(version, _)| *version)
    }

    pub fn version(&self, version: u64) -> Option<&Version> {
        self.versions.get(&version)
    }

    pub fn after(&self, version: u64) -> impl Iterator<Item = (u64, &Version)> {
        self.versions.range(version + 1..).map(|(number, version)| (*number, version))
    }

    /// When `exception` was seen to be gone from the feed; not, while it is there.
    pub fn removed(&self, exception: Uuid) -> Option<DateTime<Utc>> {
        self.removed.get(&exception).copied()
    }

    /// When `exception` was last put into the feed.
    pub fn put(&self, exception: Uuid) -> Option<DateTime<Utc>> {
        self.put.get(&exception).copied()
    }

    /// Takes up what was committed after the last version.
    pub fn learn(&mut self, rows: Vec<Row>, now: DateTime<Utc>) {
        for (version, committed_at, Json(upserts), removals) in rows {
            let version = version.cast_unsigned();
            if version <= self.last() {
                continue;
            }
            assert_eq!(version, self.last() + 1, "a version is missing");
            let last = self.versions.last_key_value();
            let mut rules = last.map_or_else(Rules::default, |(_, last)| last.rules.as_ref().clone());
            let removes = !removals.is_empty();
            for id in removals {
                rules.remove(&id).expect("only what is there can be removed");
                self.removed.insert(id, now);
            }
            for rule in upserts {
                self.removed.remove(&rule.id);
                self.put.insert(rule.id, committed_at);
                rules.insert(rule.id, rule);
            }
            let digest = RulesDigest::of(rules.values()).to_string();
            let seen = Instant::now();
            self.versions.insert(version, Version { rules: Rc::new(rules), digest, removes, seen });
        }
    }
}

/// A row of `feed_changes`: version, instant, upserts, removals.
pub type Row = (i64, DateTime<Utc>, Json<Vec<Rule>>, Vec<Uuid>);

/// What was committed after `version`.
pub async fn rows(database: &mut PgConnection, epoch: Uuid, version: u64) -> Result<Vec<Row>, sqlx::Error> {
    let changes = "SELECT version, committed_at, upserts, removals FROM feed_changes WHERE epoch = $1 AND version > $2 ORDER BY version";
    sqlx::query_as(changes).bind(epoch).bind(version.cast_signed()).fetch_all(database).await
}

/// A connection that is made again whenever it is lost.
pub struct Reader {
    url: String,
    connection: Option<PgConnection>,
}

impl Reader {
    pub fn of(url: &str) -> Self {
        Self { url: url.to_owned(), connection: None }
    }

    /// What was committed after `version`; nothing while the database is away.
    pub async fn read(&mut self, epoch: Uuid, version: u64) -> Option<Vec<Row>> {
        if self.connection.is_none() {
            self.connection = PgConnection::connect(&self.url).await.ok();
        }
        let read = rows(self.connection.as_mut()?, epoch, version).await;
        if read.is_err() {
            self.connection = None;
        }
        read.ok()
    }
}

/// The longest time after which what was taken away suppresses nothing anywhere: a document's life, and by how much a
/// desk's clock may be ahead.
pub fn bound() -> TimeDelta {
    TimeDelta::minutes(15) + TimeDelta::seconds(super::AHEAD)
}
