//! One issued feed document in the forms and encodings that readers ask for, each made once.

use super::SigningKey;
use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use flate2::write::GzEncoder;
use mfa_enforcement::wire::{SNAPSHOT_TYP, Snapshot};
use std::io::Write;
use std::sync::OnceLock;

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

#[derive(Default)]
struct Compressed {
    gzip: OnceLock<Bytes>,
    zstd: OnceLock<Bytes>,
}

/// A document of one version, issued at one instant.
pub struct Published {
    /// What it says.
    pub snapshot: Snapshot,
    json: (Bytes, Compressed),
    jws: (Bytes, Compressed),
}

impl Published {
    /// Serialises and signs `snapshot`.
    ///
    /// # Errors
    /// When signing fails.
    pub fn new(snapshot: Snapshot, key: &SigningKey) -> Result<Self, jsonwebtoken::errors::Error> {
        let json = serde_json::to_vec(&snapshot)?;
        let jws = key.sign(SNAPSHOT_TYP, &snapshot)?;
        Ok(Self {
            snapshot,
            json: (json.into(), Compressed::default()),
            jws: (jws.into_bytes().into(), Compressed::default()),
        })
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
            Form::Jws => "jws",
        };
        let snapshot = &self.snapshot;
        let encoding = encoding.header().unwrap_or("identity");
        format!(
            "\"{}-{}-{}-{form}-{encoding}\"",
            snapshot.epoch.simple(),
            snapshot.version,
            snapshot.issued_at.timestamp_micros()
        )
    }

    /// The body. Compressing happens at the first request for it; call this where blocking is allowed.
    ///
    /// # Errors
    /// When compressing fails.
    pub fn body(&self, form: Form, encoding: Encoding) -> std::io::Result<Bytes> {
        let (plain, compressed) = match form {
            Form::Json => &self.json,
            Form::Jws => &self.jws,
        };
        match encoding {
            Encoding::Identity => Ok(plain.clone()),
            Encoding::Gzip => once(&compressed.gzip, || {
                let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(plain)?;
                encoder.finish()
            }),
            Encoding::Zstd => once(&compressed.zstd, || zstd::encode_all(&plain[..], 3)),
        }
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
