//! What is served, as readers ask for it: JSON or signed, in an encoding; each made once.

use super::signer::{SignError, Signer};
use actix_web::web::Bytes;
use flate2::write::GzEncoder;
use serde::Serialize;
use std::io::Write;
use std::sync::{Mutex, OnceLock, PoisonError};
use uuid::Uuid;

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

/// What is made when somebody first asks for it, for all who ask: nobody who has it waits for others.
pub(super) struct MadeOnce<T> {
    made: OnceLock<T>,
    making: Mutex<()>,
}

impl<T> Default for MadeOnce<T> {
    fn default() -> Self {
        Self { made: OnceLock::new(), making: Mutex::default() }
    }
}

impl<T: Clone> MadeOnce<T> {
    /// It, when it is made already.
    pub fn get(&self) -> Option<T> {
        self.made.get().cloned()
    }

    /// It, made now if it is not there; others who want it wait meanwhile. What fails is tried again by the next.
    pub fn get_or_make<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        if let Some(made) = self.get() {
            return Ok(made);
        }
        let _alone = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        match self.get() {
            Some(made) => Ok(made),
            None => make().map(|made| self.made.get_or_init(|| made).clone()),
        }
    }
}

/// Bytes to send, compressed once for all readers.
struct Body {
    plain: Bytes,
    gzip: MadeOnce<Bytes>,
    zstd: MadeOnce<Bytes>,
}

impl Body {
    fn new(plain: Vec<u8>) -> Self {
        Self { plain: plain.into(), gzip: MadeOnce::default(), zstd: MadeOnce::default() }
    }

    /// The bytes in this encoding, where somebody has asked for them before.
    fn made(&self, encoding: Encoding) -> Option<Bytes> {
        match encoding {
            Encoding::Identity => Some(self.plain.clone()),
            Encoding::Gzip => self.gzip.get(),
            Encoding::Zstd => self.zstd.get(),
        }
    }

    fn encoded(&self, encoding: Encoding) -> std::io::Result<Bytes> {
        match encoding {
            Encoding::Identity => Ok(self.plain.clone()),
            Encoding::Gzip => self.gzip.get_or_make(|| {
                let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(&self.plain)?;
                encoder.finish().map(Bytes::from)
            }),
            Encoding::Zstd => self.zstd.get_or_make(|| zstd::encode_all(&self.plain[..], 3).map(Bytes::from)),
        }
    }
}

/// A payload as JSON and as JWS.
pub struct Forms {
    json: Body,
    jws: Body,
    event: OnceLock<Bytes>,
}

impl Forms {
    /// Of `payload`, whose signed form says `typ`. Blocks.
    ///
    /// # Errors
    /// When signing fails.
    pub(super) fn of(typ: &str, payload: &impl Serialize, signer: &dyn Signer) -> Result<Self, SignError> {
        let json = serde_json::to_vec(payload)?;
        let jws = signer.sign_json(typ, &json)?.into_bytes();
        Ok(Self { json: Body::new(json), jws: Body::new(jws), event: OnceLock::new() })
    }

    /// The signed form as the Server-Sent Event that leads to `version` of `epoch`.
    pub fn event(&self, epoch: Uuid, version: u64) -> Bytes {
        let event = || {
            let head = format!("id: {epoch}:{version}\nevent: changes\ndata: ");
            [head.as_bytes(), &self.jws.plain, b"\n\n"].concat().into()
        };
        self.event.get_or_init(event).clone()
    }

    /// The body, when there is nothing left to compute.
    pub fn made(&self, form: Form, encoding: Encoding) -> Option<Bytes> {
        match form {
            Form::Json => self.json.made(encoding),
            Form::Jws => self.jws.made(encoding),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_was_made_once_is_handed_over_as_it_is() {
        let body = Body::new(vec![7; 1000]);
        assert_eq!(body.made(Encoding::Identity).as_deref(), Some(&[7; 1000][..]));
        for encoding in [Encoding::Gzip, Encoding::Zstd] {
            assert_eq!(body.made(encoding), None, "nobody has asked for it");
            let bytes = body.encoded(encoding).unwrap();
            assert_eq!(body.made(encoding).map(|made| made.as_ptr()), Some(bytes.as_ptr()));
        }
    }

    #[test]
    fn the_encoding_is_the_best_one_allowed() {
        assert_eq!(Encoding::choose(""), Encoding::Identity);
        assert_eq!(Encoding::choose("gzip, br"), Encoding::Gzip);
        assert_eq!(Encoding::choose("gzip;q=0.5, zstd"), Encoding::Zstd);
        assert_eq!(Encoding::choose("zstd;q=0, gzip"), Encoding::Gzip);
        assert_eq!(Encoding::choose("gzip;q=0"), Encoding::Identity);
    }
}
