//! Who signs: a key in a file, or a service that keeps the key to itself.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Header};
use serde::Serialize;
use serde_json::Value;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Why something could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// What was to be signed cannot be serialised.
    #[error("what was to be signed cannot be serialised: {0}")]
    Payload(#[from] serde_json::Error),
    /// The key does not sign.
    #[error("the key does not sign: {0}")]
    Key(#[from] jsonwebtoken::errors::Error),
    /// The signing service failed.
    #[error("the signing service `{command}` {problem}")]
    Service {
        /// Its program.
        command: String,
        /// What happened.
        problem: String,
    },
}

/// Signs with one key by ES256.
pub trait Signer: Send + Sync {
    /// How the world calls the key.
    fn kid(&self) -> &str;

    /// Its public part.
    fn jwk(&self) -> &Value;

    /// The signature of `input` as a JWS has it: `r` and `s`, base64url. Blocks.
    ///
    /// # Errors
    /// See [`SignError`].
    fn signature(&self, input: &[u8]) -> Result<String, SignError>;
}

impl dyn Signer + '_ {
    /// `payload` as a compact JWS whose header says `typ`. Blocks.
    ///
    /// # Errors
    /// See [`SignError`].
    pub fn sign(&self, typ: &str, payload: &impl Serialize) -> Result<String, SignError> {
        self.sign_json(typ, &serde_json::to_vec(payload)?)
    }

    /// The JSON text `payload` as a compact JWS whose header says `typ`. Blocks.
    ///
    /// # Errors
    /// See [`SignError`].
    pub fn sign_json(&self, typ: &str, payload: &[u8]) -> Result<String, SignError> {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some(typ.to_owned());
        header.kid = Some(self.kid().to_owned());
        let mut jws = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header)?);
        jws.push('.');
        URL_SAFE_NO_PAD.encode_string(payload, &mut jws);
        let signature = self.signature(jws.as_bytes())?;
        jws.push('.');
        jws.push_str(&signature);
        Ok(jws)
    }
}

/// A program that signs with a key which the desk never sees, such as one in a hardware module. It gets what is to be signed on
/// its standard input and the key's id in `EXCEPTION_DESK_KID`, and prints the signature.
pub struct SigningService {
    command: Vec<String>,
    timeout: Duration,
    kid: String,
    jwk: Value,
    public: DecodingKey,
}

impl SigningService {
    /// The program and its arguments, which may take `timeout`, for the key whose public part is `jwk`.
    ///
    /// # Errors
    /// When `jwk` is no public key.
    pub fn new(
        command: &[String],
        timeout: Duration,
        kid: &str,
        jwk: &Value,
    ) -> Result<Self, jsonwebtoken::errors::Error> {
        let public = DecodingKey::from_jwk(&serde_json::from_value(jwk.clone())?)?;
        Ok(Self { command: command.to_vec(), timeout, kid: kid.to_owned(), jwk: jwk.clone(), public })
    }

    fn failed(&self, problem: impl Into<String>) -> SignError {
        SignError::Service { command: self.command.first().cloned().unwrap_or_default(), problem: problem.into() }
    }

    fn start(&self) -> Result<Child, SignError> {
        let (program, arguments) = self.command.split_first().ok_or_else(|| self.failed("is not named"))?;
        let mut command = Command::new(program);
        command.args(arguments).env("EXCEPTION_DESK_KID", &self.kid).stdin(Stdio::piped()).stdout(Stdio::piped());
        command.spawn().map_err(|error| self.failed(format!("cannot be started: {error}")))
    }

    /// What the program prints when it is given `input`; it is stopped when its time is over.
    fn ask(&self, input: &[u8]) -> Result<String, SignError> {
        let end = Instant::now() + self.timeout;
        let mut child = self.start()?;
        let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(self.failed("has no standard input or output"));
        };
        // Two threads, since a program may print before it has read everything; a write that fails shows in what is printed.
        let input = input.to_vec();
        thread::spawn(move || stdin.write_all(&input));
        let (sender, printed) = mpsc::channel();
        thread::spawn(move || {
            let mut text = String::new();
            let read = stdout.take(LONGEST_ANSWER).read_to_string(&mut text);
            sender.send(read.map(|_| text))
        });
        let read = printed.recv_timeout(self.timeout);
        let status = loop {
            match child.try_wait() {
                Ok(None) if Instant::now() < end => thread::sleep(Duration::from_millis(2)),
                Ok(None) => {
                    let _ = child.kill().and_then(|()| child.wait());
                    return Err(self.failed(format!("took longer than {} ms", self.timeout.as_millis())));
                }
                Ok(Some(status)) => break status,
                Err(error) => return Err(self.failed(format!("cannot be waited for: {error}"))),
            }
        };
        if !status.success() {
            return Err(self.failed(format!("ended with {status}")));
        }
        match read {
            Ok(Ok(text)) => Ok(text),
            Ok(Err(error)) => Err(self.failed(format!("cannot be read: {error}"))),
            Err(_) => Err(self.failed("printed nothing in time")),
        }
    }
}

/// Most bytes that are read of an answer; a signature has 86.
const LONGEST_ANSWER: u64 = 4096;

impl Signer for SigningService {
    fn kid(&self) -> &str {
        &self.kid
    }

    fn jwk(&self) -> &Value {
        &self.jwk
    }

    fn signature(&self, input: &[u8]) -> Result<String, SignError> {
        let signature = self.ask(input)?.trim().to_owned();
        // Checked before anybody gets it: a wrong one would cut every gate off.
        match jsonwebtoken::crypto::verify(&signature, input, &self.public, Algorithm::ES256) {
            Ok(true) => Ok(signature),
            _ => Err(self.failed("printed no signature of this input by the key")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::keys::SigningKey;
    use std::sync::Arc;

    /// A service that prints what `answer` makes of a genuine signature of `input`.
    fn service(key: &SigningKey, shell: &str, timeout: u64) -> SigningService {
        let command = ["/bin/sh", "-c", shell].map(str::to_owned);
        SigningService::new(&command, Duration::from_millis(timeout), key.kid(), key.jwk()).unwrap()
    }

    fn key() -> SigningKey {
        let folder =
            std::env::temp_dir().join(format!("desk-signer-{:x}", u128::from_le_bytes(crate::clock::secret_bytes())));
        SigningKey::load_or_make(&folder.join("key.pem"), false).unwrap()
    }

    #[test]
    fn a_genuine_answer_is_taken() {
        let key = key();
        let signature = key.signature(b"input").unwrap();
        let script =
            format!("test \"$(cat)\" = input && test \"$EXCEPTION_DESK_KID\" = '{}' && echo {signature}", key.kid());
        assert_eq!(service(&key, &script, 5000).signature(b"input").unwrap(), signature);
    }

    #[test]
    fn a_signature_of_something_else_or_of_another_key_is_not_taken() {
        let key = key();
        for wrong in [key.signature(b"other").unwrap(), self::key().signature(b"input").unwrap(), "hello".to_owned()] {
            let error = service(&key, &format!("cat >/dev/null; echo {wrong}"), 5000).signature(b"input").unwrap_err();
            assert!(error.to_string().contains("printed no signature"), "{error}");
        }
    }

    #[test]
    fn a_service_that_fails_or_sleeps_is_told_apart() {
        let key = key();
        let told = |script, timeout| service(&key, script, timeout).signature(b"input").unwrap_err().to_string();
        assert!(told("exit 3", 5000).contains("exit status: 3"));
        let begun = Instant::now();
        assert!(told("exec sleep 30", 100).contains("took longer"));
        assert!(begun.elapsed() < Duration::from_secs(10));
        let missing =
            SigningService::new(&["/nowhere".to_owned()], Duration::from_secs(1), key.kid(), key.jwk()).unwrap();
        assert!(missing.signature(b"input").unwrap_err().to_string().contains("cannot be started"));
    }

    #[test]
    fn both_make_the_same_kind_of_jws() {
        let key = Arc::new(key());
        let signer: Arc<dyn Signer> = key.clone();
        let jws = signer.sign("x+jws", &serde_json::json!({ "a": 1 })).unwrap();
        let (input, signature) = jws.rsplit_once('.').unwrap();
        let public = DecodingKey::from_jwk(&serde_json::from_value(key.jwk().clone()).unwrap()).unwrap();
        assert!(jsonwebtoken::crypto::verify(signature, input.as_bytes(), &public, Algorithm::ES256).unwrap());
        let header = jsonwebtoken::decode_header(&jws).unwrap();
        assert_eq!((header.typ.as_deref(), header.kid.as_deref()), (Some("x+jws"), Some(key.kid())));
    }
}
