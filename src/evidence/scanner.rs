//! A virus scanner that speaks clamd's protocol: `zPING` and `zINSTREAM` over TCP or a Unix socket.

use super::store::Content;
use crate::web::Failure;
use futures_util::TryStreamExt;
use serde::Deserialize;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

/// Where the scanner listens: `tcp://HOST:PORT` or `unix:/PATH`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum ScannerAddress {
    /// Host and port.
    Tcp(String),
    /// A socket's path.
    Unix(PathBuf),
}

impl TryFrom<String> for ScannerAddress {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl FromStr for ScannerAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let port = |address: &str| address.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
        match (text.strip_prefix("tcp://"), text.strip_prefix("unix:")) {
            (Some(address), _) if port(address).is_some() => Ok(Self::Tcp(address.to_owned())),
            (_, Some(path)) if path.starts_with('/') => Ok(Self::Unix(path.into())),
            _ => Err(format!("`{text}` is no scanner; write `tcp://127.0.0.1:3310` or `unix:/run/clamav/clamd.ctl`")),
        }
    }
}

/// What the scanner found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Clean,
    /// What it calls by this name.
    Infected(String),
}

/// Why nothing is known: the file stays blocked, and is looked at again.
#[derive(Debug)]
pub enum ScanError {
    /// It cannot be reached, or went away.
    Away(std::io::Error),
    /// It took too long.
    Slow,
    /// It said something else than clean or found: that it has a fault of its own, that the file is too large for it, or nonsense.
    Unclear(String),
    /// The file's bytes could not be read.
    Content(Failure),
}

impl fmt::Display for ScanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Away(error) => write!(f, "the scanner is away: {error}"),
            Self::Slow => f.write_str("the scanner took too long"),
            Self::Unclear(said) => write!(f, "the scanner said `{said}`"),
            Self::Content(failure) => write!(f, "the file could not be read: {failure}"),
        }
    }
}

impl From<std::io::Error> for ScanError {
    fn from(error: std::io::Error) -> Self {
        Self::Away(error)
    }
}

/// Longest time to connect, or to wait for the answer to a ping.
const SHORT: Duration = Duration::from_secs(5);
/// Bytes of a chunk.
const CHUNK: usize = 64 * 1024;
/// An answer is a line; a longer one is none.
const ANSWER: usize = 1024;

trait Connection: AsyncRead + AsyncWrite + Unpin {}

impl<T: AsyncRead + AsyncWrite + Unpin> Connection for T {}

/// A scanner.
#[derive(Clone, Debug)]
pub struct Scanner {
    address: ScannerAddress,
    /// For one file, from the first byte to the answer.
    patience: Duration,
}

impl Scanner {
    pub fn new(address: ScannerAddress, patience: Duration) -> Self {
        Self { address, patience }
    }

    /// For one file, from the first byte to the answer.
    pub fn patience(&self) -> Duration {
        self.patience
    }

    /// Whether it answers.
    pub async fn ping(&self) -> Result<(), ScanError> {
        let asked = timeout(SHORT, async {
            let mut connection = self.connect().await?;
            connection.write_all(b"zPING\0").await?;
            answer(&mut connection).await
        });
        match asked.await.map_err(|_| ScanError::Slow)??.as_str() {
            "PONG" => Ok(()),
            said => Err(unclear(said)),
        }
    }

    /// What it finds in `content`.
    pub async fn scan(&self, content: Content<'_>) -> Result<Verdict, ScanError> {
        let asked = timeout(self.patience, async {
            let mut connection = self.connect().await?;
            match send(&mut connection, content).await {
                // Whoever stops listening may have said why.
                Ok(()) | Err(ScanError::Away(_)) => answer(&mut connection).await,
                Err(error) => Err(error),
            }
        });
        verdict(&asked.await.map_err(|_| ScanError::Slow)??)
    }

    async fn connect(&self) -> Result<Box<dyn Connection>, ScanError> {
        let connected = timeout(SHORT, async {
            Ok::<Box<dyn Connection>, std::io::Error>(match &self.address {
                ScannerAddress::Tcp(address) => Box::new(TcpStream::connect(address).await?),
                ScannerAddress::Unix(path) => Box::new(UnixStream::connect(path).await?),
            })
        });
        Ok(connected.await.map_err(|_| ScanError::Slow)??)
    }
}

/// `zINSTREAM`, then chunks, each after its length in four bytes, the last one of length 0.
async fn send(connection: &mut Box<dyn Connection>, mut content: Content<'_>) -> Result<(), ScanError> {
    connection.write_all(b"zINSTREAM\0").await?;
    while let Some(bytes) = content.try_next().await.map_err(ScanError::Content)? {
        for chunk in bytes.chunks(CHUNK) {
            // INVARIANT: a chunk has at most CHUNK bytes, which fits.
            let length = u32::try_from(chunk.len()).unwrap_or(0);
            connection.write_all(&length.to_be_bytes()).await?;
            connection.write_all(chunk).await?;
        }
    }
    connection.write_all(&[0; 4]).await?;
    Ok(connection.flush().await?)
}

/// One answer, which ends with a NUL. A connection that ends before has said nothing.
async fn answer(connection: &mut Box<dyn Connection>) -> Result<String, ScanError> {
    let mut said = Vec::new();
    loop {
        let mut buffer = [0; 256];
        let read = connection.read(&mut buffer).await?;
        if read == 0 {
            return Err(ScanError::Away(std::io::ErrorKind::UnexpectedEof.into()));
        }
        said.extend_from_slice(&buffer[..read]);
        if let Some(end) = said.iter().position(|byte| *byte == 0) {
            said.truncate(end);
            return String::from_utf8(said).map_err(|error| unclear(&String::from_utf8_lossy(error.as_bytes())));
        }
        if said.len() > ANSWER {
            return Err(unclear(&String::from_utf8_lossy(&said)));
        }
    }
}

/// Nothing but the very words counts as clean.
fn verdict(said: &str) -> Result<Verdict, ScanError> {
    match said.strip_prefix("stream: ") {
        Some("OK") => Ok(Verdict::Clean),
        Some(found) => match found.strip_suffix(" FOUND") {
            Some(name) if !name.is_empty() => Ok(Verdict::Infected(printable(name))),
            _ => Err(unclear(said)),
        },
        None => Err(unclear(said)),
    }
}

fn unclear(said: &str) -> ScanError {
    ScanError::Unclear(printable(said))
}

/// For logs and records: a line of ASCII.
fn printable(text: &str) -> String {
    text.chars().filter(|character| matches!(character, ' '..='~')).take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_tcp_port_or_a_socket() {
        assert_eq!("tcp://clamd:3310".parse(), Ok(ScannerAddress::Tcp("clamd:3310".to_owned())));
        assert_eq!("unix:/run/clamd.ctl".parse(), Ok(ScannerAddress::Unix("/run/clamd.ctl".into())));
        for wrong in ["", "clamd:3310", "tcp://clamd", "tcp://clamd:x", "unix:clamd.ctl", "http://clamd:3310"] {
            assert!(wrong.parse::<ScannerAddress>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_the_very_words_are_a_verdict() {
        assert_eq!(verdict("stream: OK").unwrap(), Verdict::Clean);
        assert_eq!(verdict("stream: Eicar FOUND").unwrap(), Verdict::Infected("Eicar".to_owned()));
        for unclear in [
            "",
            "OK",
            "stream: ok",
            "stream: OK ",
            "stream:  FOUND",
            "stream: not OK",
            "INSTREAM size limit exceeded. ERROR",
        ] {
            assert!(verdict(unclear).is_err(), "{unclear}");
        }
    }
}
