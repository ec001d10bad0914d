//! Signed heads of the chain: what somebody who owns the database cannot make, kept where they cannot reach.

use super::chain::{Hash, Mark};
use crate::feed::{KeyError, SigningKey};
use chrono::{DateTime, SecondsFormat, Utc};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// `typ` of a signed head: no feed document can stand for one, nor the other way.
const TYP: &str = "audit-chain-head+jws";

/// What a signed head says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The desk's public address.
    pub issuer: String,
    /// The last position: how many events the chain has.
    pub position: i64,
    /// Its hash, in hex.
    pub hash: String,
    /// When it was signed.
    pub signed_at: DateTime<Utc>,
}

impl Head {
    /// As the verifier takes it, found in `place`.
    fn mark(&self, place: &str) -> Result<Mark, HeadError> {
        let hash = Hash::from_hex(&self.hash).ok_or(HeadError::Malformed)?;
        let signed_at = self.signed_at.to_rfc3339_opts(SecondsFormat::Secs, true);
        Ok(Mark { position: self.position, hash, source: format!("the head in {place}, signed {signed_at},") })
    }
}

/// Why a signed head is not believed.
#[derive(Debug, thiserror::Error)]
pub enum HeadError {
    /// No compact JWS with such a payload.
    #[error("it is no signed head of an audit chain")]
    Malformed,
    /// Another algorithm, or something else of the same signer.
    #[error("its header is not that of a signed head (`ES256`, `{TYP}`)")]
    Header,
    /// Nobody known.
    #[error("none of the known keys is `{0}`, which signed it; name a file with that key by `--jwks`")]
    UnknownKey(String),
    /// Somebody else made it.
    #[error("its signature is wrong")]
    Signature,
}

/// Why heads cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    /// A file.
    #[error("`{path}`: {error}")]
    Io {
        /// Which.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// A file with keys that is none.
    #[error("`{0}` is no JSON Web Key Set")]
    Keys(String),
    /// The signing key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A head cannot be believed.
    #[error("the head in {0} cannot be believed: {1}")]
    Head(String, HeadError),
}

/// The keys that heads are checked against.
#[derive(Clone, Default)]
pub struct Ring(BTreeMap<String, DecodingKey>);

impl Ring {
    /// With the ES256 keys of `jwks` too. False when it is no key set.
    pub fn add(&mut self, jwks: &Value) -> bool {
        let Ok(set) = serde_json::from_value::<JwkSet>(jwks.clone()) else { return false };
        for key in &set.keys {
            if let (Some(kid), Ok(decoding)) = (&key.common.key_id, DecodingKey::from_jwk(key)) {
                self.0.insert(kid.clone(), decoding);
            }
        }
        true
    }

    /// What the head `jws` says, once its signature was checked.
    ///
    /// # Errors
    /// See [`HeadError`].
    pub fn read(&self, jws: &str) -> Result<Head, HeadError> {
        let jws = jws.trim();
        let header = jsonwebtoken::decode_header(jws).map_err(|_| HeadError::Malformed)?;
        if header.alg != Algorithm::ES256 || header.typ.as_deref() != Some(TYP) {
            return Err(HeadError::Header);
        }
        let kid = header.kid.unwrap_or_default();
        let key = self.0.get(&kid).ok_or(HeadError::UnknownKey(kid))?;
        let mut validation = Validation::new(Algorithm::ES256);
        // It has no lifetime and no audience: it says what was, for good.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let read = jsonwebtoken::decode::<Head>(jws, key, &validation);
        read.map(|read| read.claims).map_err(|_| HeadError::Signature)
    }

    /// The same as a mark of the verifier, found in `place`.
    ///
    /// # Errors
    /// See [`HeadError`].
    pub fn mark(&self, jws: &str, place: &str) -> Result<Mark, HeadError> {
        self.read(jws)?.mark(place)
    }
}

/// The desk's key for heads, and the folder that they are written to.
pub struct Heads {
    key: SigningKey,
    issuer: String,
    folder: Option<PathBuf>,
}

impl Heads {
    /// Signs with `key` as `issuer`, and writes to `folder`, if any.
    pub fn new(key: SigningKey, issuer: String, folder: Option<PathBuf>) -> Self {
        Self { key, issuer, folder }
    }

    /// The head of a chain of `position` events, signed.
    ///
    /// # Errors
    /// When it cannot be serialised.
    pub fn sign(&self, position: i64, hash: Hash, at: DateTime<Utc>) -> Result<String, jsonwebtoken::errors::Error> {
        let head = Head { issuer: self.issuer.clone(), position, hash: hash.to_string(), signed_at: at };
        self.key.sign(TYP, &head)
    }

    /// The keys it is checked by, for those who keep them elsewhere.
    pub fn jwks(&self) -> Value {
        self.key.jwks()
    }

    /// The last head in the folder, checked; none without a folder, or in an empty one. Blocks.
    ///
    /// # Errors
    /// When the folder cannot be read or its last head is not believed.
    pub fn last_written(&self) -> Result<Option<Mark>, AnchorError> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let Some(path) = heads_in(folder)?.pop() else { return Ok(None) };
        let mut ring = keys_in(folder)?;
        ring.add(&self.key.jwks());
        mark_of_file(&ring, &path).map(Some)
    }

    /// Writes the head `jws` to the folder, and the key that checks it. What is there already stays. Blocks.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn write(&self, position: i64, jws: &str) -> Result<(), AnchorError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        fs::create_dir_all(folder).map_err(|error| io_error(folder, error))?;
        let jwks = self.key.jwks();
        let kid = jwks["keys"][0]["kid"].as_str().unwrap_or_default();
        put(&folder.join(format!("audit-key-{kid}.json")), jwks.to_string().as_bytes())?;
        put(&folder.join(format!("audit-head-{position:015}.jws")), format!("{jws}\n").as_bytes())
    }
}

/// The mark that the file `path` holds.
///
/// # Errors
/// When it cannot be read or is not believed.
pub fn mark_of_file(ring: &Ring, path: &Path) -> Result<Mark, AnchorError> {
    let jws = fs::read_to_string(path).map_err(|error| io_error(path, error))?;
    let place = format!("`{}`", path.display());
    ring.mark(&jws, &place).map_err(|error| AnchorError::Head(place, error))
}

/// The files with heads in `folder`, by position; none when there is no such folder.
///
/// # Errors
/// When it cannot be read.
pub fn heads_in(folder: &Path) -> Result<Vec<PathBuf>, AnchorError> {
    named(folder, "audit-head-", ".jws")
}

/// The keys in `folder`; none when there is no such folder.
///
/// # Errors
/// When it, or a file with keys in it, cannot be read.
pub fn keys_in(folder: &Path) -> Result<Ring, AnchorError> {
    let mut ring = Ring::default();
    for path in named(folder, "audit-key-", ".json")? {
        add_file(&mut ring, &path)?;
    }
    Ok(ring)
}

/// Adds the keys of the file `path`.
///
/// # Errors
/// When it cannot be read or is no key set.
pub fn add_file(ring: &mut Ring, path: &Path) -> Result<(), AnchorError> {
    let text = fs::read(path).map_err(|error| io_error(path, error))?;
    let jwks = serde_json::from_slice(&text).unwrap_or_default();
    if ring.add(&jwks) { Ok(()) } else { Err(AnchorError::Keys(path.display().to_string())) }
}

fn named(folder: &Path, start: &str, end: &str) -> Result<Vec<PathBuf>, AnchorError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| io_error(folder, error))?,
    };
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
    let mut paths = paths.map_err(|error| io_error(folder, error))?;
    paths.retain(|path| {
        path.file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| name.starts_with(start) && name.ends_with(end))
    });
    paths.sort();
    Ok(paths)
}

/// Written aside and renamed: a file is there whole or not at all.
fn put(path: &Path, content: &[u8]) -> Result<(), AnchorError> {
    if path.exists() {
        return Ok(());
    }
    let aside = path.with_extension("part");
    fs::write(&aside, content).and_then(|()| fs::rename(&aside, path)).map_err(|error| io_error(path, error))
}

fn io_error(path: &Path, error: io::Error) -> AnchorError {
    AnchorError::Io { path: path.display().to_string(), error }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::secret_bytes;

    fn folder() -> PathBuf {
        std::env::temp_dir().join(format!("desk-heads-{}", u128::from_le_bytes(secret_bytes())))
    }

    fn heads(folder: &Path) -> Heads {
        let key = SigningKey::load_or_make(&folder.join("key.pem"), false).unwrap();
        Heads::new(key, "https://desk.example".to_owned(), Some(folder.join("heads")))
    }

    fn signed(heads: &Heads, position: i64) -> String {
        heads.sign(position, Hash::ROOT.next(position, "{}"), DateTime::UNIX_EPOCH).unwrap()
    }

    #[test]
    fn the_last_head_of_the_folder_is_found_and_checked() {
        let folder = folder();
        let heads = heads(&folder);
        assert!(heads.last_written().unwrap().is_none());
        for position in [9, 10, 1000] {
            heads.write(position, &signed(&heads, position)).unwrap();
        }
        let mark = heads.last_written().unwrap().unwrap();
        assert_eq!((mark.position, mark.hash), (1000, Hash::ROOT.next(1000, "{}")));
        assert!(mark.source.contains("1970-01-01T00:00:00Z"), "{}", mark.source);
    }

    #[test]
    fn a_head_of_somebody_else_or_of_another_kind_is_not_believed() {
        let (own, other) = (heads(&folder()), heads(&folder()));
        let mut ring = Ring::default();
        assert!(ring.add(&own.jwks()) && !ring.add(&Value::Null));
        let head = signed(&own, 7);
        assert_eq!(ring.read(&head).unwrap().position, 7);
        assert!(matches!(ring.read(&signed(&other, 7)), Err(HeadError::UnknownKey(_))));
        assert!(matches!(ring.read("a.b.c"), Err(HeadError::Malformed)));
        let feed = own.key.sign("mfa-suppression+jws", &ring.read(&head).unwrap()).unwrap();
        assert!(matches!(ring.read(&feed), Err(HeadError::Header)));
        // Header and signature of one head with the payload of another.
        let parts: Vec<_> = head.split('.').collect();
        let more = signed(&own, 8);
        let forged = [parts[0], more.split('.').nth(1).unwrap(), parts[2]].join(".");
        assert!(matches!(ring.read(&forged), Err(HeadError::Signature)));
    }
}
