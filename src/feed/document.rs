//! One issued feed document in the forms and encodings that readers ask for, each made once.

use super::Limits;
use super::changes::History;
use super::forms::{Encoding, Form, Forms, MadeOnce};
use super::signer::{SignError, Signer};
use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use mfa_enforcement::digest::RulesDigest;
use mfa_enforcement::wire::{CHANGES_TYP, SNAPSHOT_TYP, Snapshot};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// So many versions back, changes are made once for all readers; who is further behind has its own made.
const SHARED_VERSIONS: u64 = 64;

/// What is to be published, not signed yet: the whole feed, or the part of it within limits.
#[derive(Clone)]
pub(super) struct Content {
    pub snapshot: Snapshot,
    /// The digest of its rules.
    pub digest: RulesDigest,
    /// When the rules were last read whole; since then they were followed by what changed.
    pub read_at: DateTime<Utc>,
    /// What led to it.
    pub history: History,
    /// What it is limited to; none for the whole.
    pub limits: Option<Arc<Limits>>,
}

/// A document of one version, issued at one instant, and the parts of it for clients that are limited.
pub struct Published {
    /// What it says.
    pub snapshot: Snapshot,
    digest: RulesDigest,
    read_at: DateTime<Utc>,
    history: History,
    limits: Option<Arc<Limits>>,
    parts: Vec<Arc<Self>>,
    signer: Arc<dyn Signer>,
    /// What the tags of all its forms begin with.
    tag: String,
    forms: MadeOnce<Arc<Forms>>,
    changes: RwLock<BTreeMap<u64, Arc<Forms>>>,
    opa: MadeOnce<Bytes>,
}

impl Published {
    /// The `whole` and the `parts` of it, each ready to be signed when it is first asked for.
    pub(super) fn new(whole: Content, parts: Vec<Content>, signer: Arc<dyn Signer>) -> Self {
        let parts = parts.into_iter().map(|part| Arc::new(Self::unsigned(part, Vec::new(), signer.clone())));
        Self::unsigned(whole, parts.collect(), signer.clone())
    }

    fn unsigned(content: Content, parts: Vec<Arc<Self>>, signer: Arc<dyn Signer>) -> Self {
        let Content { snapshot, digest, read_at, history, limits } = content;
        let (forms, changes, opa) = (MadeOnce::default(), RwLock::default(), MadeOnce::default());
        // A client whose limits change must not go on with what it has.
        let part = limits.as_ref().map(|limits| format!("{}-", limits.name())).unwrap_or_default();
        let issued = snapshot.issued_at.timestamp_micros();
        let tag = format!("{}-{}-{issued}-{part}", snapshot.epoch.simple(), snapshot.version);
        Self { snapshot, digest, read_at, history, limits, parts, signer, tag, forms, changes, opa }
    }

    /// The part within `limits`; none when no client has such limits.
    pub fn part(&self, limits: &Limits) -> Option<Arc<Self>> {
        self.parts.iter().find(|part| part.limits.as_deref() == Some(limits)).cloned()
    }

    /// The snapshot to send, made at the first call, for all readers; call this where blocking is allowed.
    ///
    /// # Errors
    /// When signing fails.
    pub fn forms(&self) -> Result<Arc<Forms>, SignError> {
        self.forms.get_or_make(|| Forms::of(SNAPSHOT_TYP, &self.snapshot, &*self.signer).map(Arc::new))
    }

    /// The snapshot to send, when it is made already.
    pub fn made_forms(&self) -> Option<Arc<Forms>> {
        self.forms.get()
    }

    /// What led here from the version `after`, when it is made already and nobody is at it.
    pub fn made_changes(&self, after: u64) -> Option<Arc<Forms>> {
        self.changes.try_read().ok()?.get(&after).cloned()
    }

    /// The id of the key that signed it.
    pub fn kid(&self) -> &str {
        self.signer.kid()
    }

    /// The same, signed by `signer`. Blocks.
    ///
    /// # Errors
    /// When signing fails.
    pub(super) fn signed_by(&self, signer: Arc<dyn Signer>) -> Result<Self, SignError> {
        let published = Self::new(self.content(), self.parts.iter().map(|part| part.content()).collect(), signer);
        published.forms()?;
        Ok(published)
    }

    fn content(&self) -> Content {
        Content {
            snapshot: self.snapshot.clone(),
            digest: self.digest,
            read_at: self.read_at,
            history: self.history.clone(),
            limits: self.limits.clone(),
        }
    }

    /// What led here from the version `after`; none when that is not known, or not yet a version.
    ///
    /// # Errors
    /// When signing fails.
    pub fn changes_since(&self, after: u64) -> Result<Option<Arc<Forms>>, SignError> {
        // Held while signing: many readers wait for the same few.
        let mut made = self.changes.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(forms) = made.get(&after) {
            return Ok(Some(forms.clone()));
        }
        if !self.shares(after) {
            drop(made);
            let changes = self.history.since(after, &self.snapshot);
            return changes.map(|changes| Forms::of(CHANGES_TYP, &changes, &*self.signer).map(Arc::new)).transpose();
        }
        let Some(changes) = self.history.since(after, &self.snapshot) else { return Ok(None) };
        let forms = Arc::new(Forms::of(CHANGES_TYP, &changes, &*self.signer)?);
        made.insert(after, forms.clone());
        Ok(Some(forms))
    }

    /// Whether the changes from the version `after` are made once for all readers.
    pub(super) fn shares(&self, after: u64) -> bool {
        self.snapshot.version.checked_sub(after).is_some_and(|steps| steps < SHARED_VERSIONS)
    }

    /// The bundle for Open Policy Agent, made at the first call, for all readers; call this where blocking is allowed.
    ///
    /// # Errors
    /// When signing or packing fails.
    pub fn opa_bundle(&self) -> std::io::Result<Bytes> {
        self.opa.get_or_make(|| super::opa::bundle(&self.snapshot, &*self.signer).map(Bytes::from))
    }

    /// Whether [`Published::changes_since`] knows what led here from `version`.
    pub fn leads_from(&self, version: u64) -> bool {
        self.history.reaches(version, self.snapshot.version)
    }

    /// The digest of its rules.
    pub(super) fn digest(&self) -> RulesDigest {
        self.digest
    }

    /// When its rules were last read whole.
    pub(super) fn read_at(&self) -> DateTime<Utc> {
        self.read_at
    }

    /// What is known of how its version came about.
    pub(super) fn history(&self) -> &History {
        &self.history
    }

    /// Whether it may still be served at `now`.
    pub fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        now < self.snapshot.expires_at
    }

    /// The strong `ETag` of a form in an encoding. It names the instant of issue: a document issued again at the same
    /// version is another document, since its freshness ends later.
    pub fn etag(&self, form: Form, encoding: Encoding) -> String {
        let form = match form {
            Form::Json => "json",
            // The same payload by another key is another document.
            Form::Jws => self.kid(),
        };
        ["\"", &self.tag, form, "-", encoding.header().unwrap_or("identity"), "\""].concat()
    }

    /// The strong `ETag` of the bundle for Open Policy Agent.
    pub fn opa_etag(&self) -> String {
        format!("\"{}opa-{}\"", self.tag, self.kid())
    }
}
