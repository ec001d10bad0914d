//! The feed document: the very types with which the desk publishes and the enforcement points read.
//!
//! Readers ignore unknown fields. A rule that cannot be read is left out, so it suppresses nothing; the client then
//! refuses the whole document, because its digest cannot be right any more.

mod text;

use chrono::{DateTime, Utc};
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
pub(crate) use text::parse_instant;
use text::{guid, instant};
use uuid::Uuid;

/// `typ` of the JWS that carries a [`Snapshot`].
pub const SNAPSHOT_TYP: &str = "mfa-suppression+jws";

/// `typ` of the JWS that carries [`Changes`].
pub const CHANGES_TYP: &str = "mfa-suppression-changes+jws";

/// Every suppression rule of one version: the payload of `GET /feed/v1/rules`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    /// Public address of the desk that issued it, without a trailing slash.
    pub issuer: String,
    /// The lineage of the database; versions compare only within one.
    pub epoch: Uuid,
    /// Rises by one with every change of the rules.
    pub version: u64,
    /// [`RulesDigest`](crate::RulesDigest) of `rules`, as `sha-256:<hex>`.
    pub rules_digest: String,
    /// When this document was made from the database.
    pub issued_at: DateTime<Utc>,
    /// End of its freshness, exclusive.
    pub expires_at: DateTime<Utc>,
    /// The rules in force or scheduled, in any order.
    pub rules: Vec<Rule>,
}

/// What turns the rules of one version into those of a later one: the payload of `GET /feed/v1/changes`. Rules that are
/// in neither list stay as they are; without any, the version is the same and only its freshness is new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Public address of the desk that issued it, without a trailing slash.
    pub issuer: String,
    /// The lineage of the database.
    pub epoch: Uuid,
    /// The version that they apply to.
    pub from: u64,
    /// The version that they lead to.
    pub version: u64,
    /// [`RulesDigest`](crate::RulesDigest) of the rules of `version`, as `sha-256:<hex>`.
    pub rules_digest: String,
    /// When the state of `version` was read from the database.
    pub issued_at: DateTime<Utc>,
    /// End of its freshness, exclusive.
    pub expires_at: DateTime<Utc>,
    /// Rules that are new, or take the place of the one with their id.
    pub upserts: Vec<Rule>,
    /// Ids of rules that are gone.
    pub removals: Vec<Uuid>,
}

/// One exception as the enforcement points know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// The exception's id.
    #[serde(deserialize_with = "guid")]
    pub id: Uuid,
    /// The tenant whose users it covers (`tid`).
    #[serde(deserialize_with = "guid")]
    pub tenant: Uuid,
    /// The users it covers.
    pub subjects: Subjects,
    /// Names of the surfaces it covers; written in ascending order, without repeats.
    #[serde(serialize_with = "ascending")]
    pub surfaces: Vec<String>,
    /// First instant in force.
    #[serde(deserialize_with = "instant")]
    pub not_before: DateTime<Utc>,
    /// First instant no longer in force.
    #[serde(deserialize_with = "instant")]
    pub expires_at: DateTime<Utc>,
    /// The issue it was granted for; for people, it decides nothing.
    #[serde(default)]
    pub issue: String,
}

/// Whom a rule covers: `"all"` or a list of object ids (`oid`), written in ascending order without repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subjects {
    /// Every user of the tenant, future ones too.
    All,
    /// These users.
    Users(Vec<Uuid>),
}

/// A document as read, and how many of its rules could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The document with the rules that could be read.
    pub snapshot: Snapshot,
    /// How many rules were left out as malformed.
    pub unreadable: usize,
}

/// Changes as read, and how many of their rules could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangesReading {
    /// The changes with the rules that could be read.
    pub changes: Changes,
    /// How many upserts were left out as malformed.
    pub unreadable: usize,
}

impl Changes {
    /// Reads changes from JSON.
    ///
    /// # Errors
    /// When it is no JSON, or a field of the document itself or a removal is missing or malformed. Malformed rules are
    /// no error: they are left out and counted.
    pub fn read(json: &[u8]) -> Result<ChangesReading, serde_json::Error> {
        let document: ChangesDocument = serde_json::from_slice(json)?;
        Ok(ChangesReading {
            changes: Changes {
                issuer: document.issuer.into_owned(),
                epoch: document.epoch,
                from: document.from,
                version: document.version,
                rules_digest: document.rules_digest.into_owned(),
                issued_at: document.issued_at,
                expires_at: document.expires_at,
                upserts: document.upserts.readable,
                removals: document.removals.into_iter().map(|Id(id)| id).collect(),
            },
            unreadable: document.upserts.unreadable,
        })
    }
}

impl Snapshot {
    /// Reads a feed document from JSON.
    ///
    /// # Errors
    /// When it is no JSON, or a field of the document itself is missing or malformed. Malformed rules are no error:
    /// they are left out and counted.
    pub fn read(json: &[u8]) -> Result<Reading, serde_json::Error> {
        let document: Document = serde_json::from_slice(json)?;
        Ok(Reading {
            snapshot: Snapshot {
                issuer: document.issuer.into_owned(),
                epoch: document.epoch,
                version: document.version,
                rules_digest: document.rules_digest.into_owned(),
                issued_at: document.issued_at,
                expires_at: document.expires_at,
                rules: document.rules.readable,
            },
            unreadable: document.rules.unreadable,
        })
    }
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    issuer: Cow<'a, str>,
    #[serde(deserialize_with = "guid")]
    epoch: Uuid,
    version: u64,
    #[serde(borrow)]
    rules_digest: Cow<'a, str>,
    #[serde(deserialize_with = "instant")]
    issued_at: DateTime<Utc>,
    #[serde(deserialize_with = "instant")]
    expires_at: DateTime<Utc>,
    rules: Rules,
}

#[derive(Deserialize)]
struct ChangesDocument<'a> {
    #[serde(borrow)]
    issuer: Cow<'a, str>,
    #[serde(deserialize_with = "guid")]
    epoch: Uuid,
    from: u64,
    version: u64,
    #[serde(borrow)]
    rules_digest: Cow<'a, str>,
    #[serde(deserialize_with = "instant")]
    issued_at: DateTime<Utc>,
    #[serde(deserialize_with = "instant")]
    expires_at: DateTime<Utc>,
    upserts: Rules,
    removals: Vec<Id>,
}

#[derive(Deserialize)]
struct Id(#[serde(deserialize_with = "guid")] Uuid);

struct Rules {
    readable: Vec<Rule>,
    unreadable: usize,
}

impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EachRule;
        impl<'de> Visitor<'de> for EachRule {
            type Value = Rules;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("a list of rules")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Rules, A::Error> {
                let mut rules = Rules { readable: Vec::new(), unreadable: 0 };
                // Each rule is cut out first and read second, so that a malformed one spoils nothing beside it.
                while let Some(text) = sequence.next_element::<&RawValue>()? {
                    match serde_json::from_str(text.get()) {
                        Ok(rule) => rules.readable.push(rule),
                        Err(_) => rules.unreadable += 1,
                    }
                }
                Ok(rules)
            }
        }
        deserializer.deserialize_seq(EachRule)
    }
}

impl Subjects {
    /// How many users are named, repeats counted.
    pub fn named(&self) -> usize {
        match self {
            Self::All => 0,
            Self::Users(users) => users.len(),
        }
    }
}

impl Serialize for Subjects {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => serializer.serialize_str("all"),
            Self::Users(users) => ascending(users, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Subjects {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AllOrUsers;
        impl<'de> Visitor<'de> for AllOrUsers {
            type Value = Subjects;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("`all` or a list of object ids")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Subjects, E> {
                if text == "all" { Ok(Subjects::All) } else { Err(E::custom("neither `all` nor a list")) }
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Subjects, A::Error> {
                let mut users = Vec::new();
                while let Some(Id(user)) = sequence.next_element()? {
                    users.push(user);
                }
                Ok(Subjects::Users(users))
            }
        }
        deserializer.deserialize_any(AllOrUsers)
    }
}

/// One spelling for one meaning: the digest and the signature's bytes must not depend on the order of a query.
fn ascending<T: Ord + Serialize, S: Serializer>(items: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    let mut sorted: Vec<&T> = items.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    serializer.collect_seq(sorted)
}
