//! One issued feed document in the forms and encodings that readers ask for, each made once.

use super::changes::History;
use super::signer::{SignError, Signer};
use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use flate2::write::GzEncoder;
use mfa_enforcement::wire::{CHANGES_TYP, SNAPSHOT_TYP, Snapshot};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

/// What a reader wants the document as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `application/json`: for people and trusted places; it carries no signature.
    Json,
    /// `application/jose`: compact JWS.
    Jws,
}

/// How the body travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Identity,
    /// `gzip`.
    Gzip,
    /// `zstd`.
    Zstd,
}

impl Encoding {
    /// The best encoding that an `Accept-Encoding` header allows (RFC 9110 12.5.3): zstd, then gzip; `q=0` forbids.
    pub fn choose(accept: &str) -> Self {
        let allowed = |name: &str| {
            accept.split(',').any(|range| {
                let mut parts = range.split(';').map(str::trim);
                parts.next().is_some_and(|coding| coding.eq_ignore_ascii_case(name))
                    && !parts.any(|p| p.strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0)))
            })
        };
        if allowed("zstd") {
            Self::Zstd
        } else if allowed("gzip") {
            Self::Gzip
        } else {
            Self::Identity
        }
    }

    /// The value of `Content-Encoding`, if any.
    pub fn header(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Zstd => Some("zstd"),
        }
    }
}

/// Bytes to send, compressed once for all readers.
struct Body {
    plain: Bytes,
    gzip: OnceLock<Bytes>,
    zstd: OnceLock<Bytes>,
}

impl Body {
    fn new(plain: Vec<u8>) -> Self {
        Self { plain: plain.into(), gzip: OnceLock::new(), zstd: OnceLock::new() }
    }

    fn encoded(&self, encoding: Encoding) -> std::io::Result<Bytes> {
        match encoding {
            Encoding::Identity => Ok(self.plain.clone()),
            Encoding::Gzip => once(&self.gzip, || {
                let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(&self.plain)?;
                encoder.finish()
            }),
            Encoding::Zstd => once(&self.zstd, || zstd::encode_all(&self.plain[..], 3)),
        }
    }
}

/// A payload as JSON and as JWS.
pub struct Forms {
    json: Body,
    jws: Body,
}

impl Forms {
    fn of(typ: &str, payload: &impl Serialize, signer: &dyn Signer) -> Result<Self, SignError> {
        let json = Body::new(serde_json::to_vec(payload)?);
        let jws = Body::new(signer.sign(typ, payload)?.into_bytes());
        Ok(Self { json, jws })
    }

    /// The body. Compressing happens at the first request for it; call this where blocking is allowed.
    ///
    /// # Errors
    /// When compressing fails.
    pub fn body(&self, form: Form, encoding: Encoding) -> std::io::Result<Bytes> {
        match form {
            Form::Json => self.json.encoded(encoding),
            Form::Jws => self.jws.encoded(encoding),
        }
    }
}

/// So many versions back, changes are made once for all readers; who is further behind has its own made.
const SHARED_VERSIONS: u64 = 64;

/// A document of one version, issued at one instant.
pub struct Published {
    /// What it says.
    pub snapshot: Snapshot,
    /// The snapshot to send.
    pub forms: Forms,
    history: History,
    signer: Arc<dyn Signer>,
    changes: Mutex<BTreeMap<u64, Arc<Forms>>>,
    opa: Mutex<Option<Bytes>>,
}

impl Published {
    /// Serialises and signs `snapshot`, to which `history` leads.
    ///
    /// # Errors
    /// When signing fails.
    pub(super) fn new(snapshot: Snapshot, history: History, signer: Arc<dyn Signer>) -> Result<Self, SignError> {
        let forms = Forms::of(SNAPSHOT_TYP, &snapshot, &*signer)?;
        Ok(Self { snapshot, forms, history, signer, changes: Mutex::default(), opa: Mutex::default() })
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
        Self::new(self.snapshot.clone(), self.history.clone(), signer)
    }

    /// What led here from the version `after`; none when that is not known, or not yet a version.
    ///
    /// # Errors
    /// When signing fails.
    pub fn changes_since(&self, after: u64) -> Result<Option<Arc<Forms>>, SignError> {
        // Held while signing: many readers wait for the same few.
        let mut made = self.changes.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
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
        // Held while packing: many readers wait for the same bytes.
        let mut made = self.opa.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(bytes) = &*made {
            return Ok(bytes.clone());
        }
        let bytes = Bytes::from(super::opa::bundle(&self.snapshot, &*self.signer)?);
        Ok(made.insert(bytes).clone())
    }

    /// Whether [`Published::changes_since`] knows what led here from `version`.
    pub fn leads_from(&self, version: u64) -> bool {
        self.history.reaches(version, self.snapshot.version)
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
        self.tag(&format!("{form}-{}", encoding.header().unwrap_or("identity")))
    }

    /// The strong `ETag` of the bundle for Open Policy Agent.
    pub fn opa_etag(&self) -> String {
        self.tag(&format!("opa-{}", self.kid()))
    }

    fn tag(&self, kind: &str) -> String {
        let snapshot = &self.snapshot;
        let issued = snapshot.issued_at.timestamp_micros();
        format!("\"{}-{}-{issued}-{kind}\"", snapshot.epoch.simple(), snapshot.version)
    }
}

/// The value of `cell`, made now if there is none. Two first readers may both make it; one wins.
fn once(cell: &OnceLock<Bytes>, make: impl FnOnce() -> std::io::Result<Vec<u8>>) -> std::io::Result<Bytes> {
    if let Some(bytes) = cell.get() {
        return Ok(bytes.clone());
    }
    let bytes = Bytes::from(make()?);
    Ok(cell.get_or_init(|| bytes).clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_the_best_one_allowed() {
        assert_eq!(Encoding::choose(""), Encoding::Identity);
        assert_eq!(Encoding::choose("gzip, br"), Encoding::Gzip);
        assert_eq!(Encoding::choose("gzip;q=0.5, zstd"), Encoding::Zstd);
        assert_eq!(Encoding::choose("zstd;q=0, gzip"), Encoding::Gzip);
        assert_eq!(Encoding::choose("gzip;q=0"), Encoding::Identity);
    }
}
