//! As much of SMTP (RFC 5321) as takes mails: no relaying, no sign-in, no encryption; it listens on loopback alone.

use super::Mails;
use std::net::TcpListener;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longest line of a command or a mail.
const MAX_LINE: u64 = 4096;
/// Largest mail.
const MAX_MAIL: usize = 1 << 20;
/// Most recipients of a mail.
const MAX_RECIPIENTS: usize = 100;
/// How long a client may be silent.
const SILENCE: Duration = Duration::from_secs(60);

/// Takes mails for as long as the process runs.
///
/// # Errors
/// The listener cannot be used.
pub(super) fn start(listener: TcpListener, mails: Mails) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    tokio::spawn(async move {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    let mails = mails.clone();
                    tokio::spawn(async move {
                        if let Err(error) = talk(stream, &mails).await {
                            tracing::debug!(%error, "a mail connection ended early");
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "no mail connection could be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    });
    Ok(())
}

/// The mail that is being put together.
#[derive(Default)]
struct Envelope {
    begun: bool,
    to: Vec<String>,
}

async fn talk(stream: TcpStream, mails: &Mails) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut envelope = Envelope::default();
    stream.write_all(b"220 mail.localhost demonstration\r\n").await?;
    while let Some(line) = line(&mut stream).await? {
        let command = String::from_utf8_lossy(&line).trim_end().to_owned();
        let verb = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let reply = match verb.as_str() {
            "EHLO" => "250-mail.localhost\r\n250-8BITMIME\r\n250 SMTPUTF8",
            "HELO" | "NOOP" => "250 ok",
            "MAIL" => {
                envelope = Envelope { begun: true, to: Vec::new() };
                "250 ok"
            }
            "RCPT" if envelope.begun && envelope.to.len() < MAX_RECIPIENTS => {
                envelope.to.push(address(&command));
                "250 ok"
            }
            "RCPT" if envelope.begun => "452 too many recipients",
            "DATA" if !envelope.to.is_empty() => {
                stream.write_all(b"354 go on\r\n").await?;
                let kept = match data(&mut stream).await? {
                    Some(mail) => mails.keep(&envelope.to, &mail),
                    None => false,
                };
                envelope = Envelope::default();
                if kept { "250 kept" } else { "554 not a mail, or too large" }
            }
            "RCPT" | "DATA" => "503 bad sequence of commands",
            "RSET" => {
                envelope = Envelope::default();
                "250 ok"
            }
            "QUIT" => {
                return stream.write_all(b"221 bye\r\n").await;
            }
            _ => "502 not implemented",
        };
        stream.write_all(format!("{reply}\r\n").as_bytes()).await?;
    }
    Ok(())
}

/// The next line; none when the client has gone.
async fn line(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let read = timeout(SILENCE, stream.take(MAX_LINE).read_until(b'\n', &mut line)).await;
    read.map_err(|_| std::io::ErrorKind::TimedOut)??;
    match line.last() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(line)),
        Some(_) => Err(std::io::ErrorKind::InvalidData.into()),
    }
}

/// The mail up to the line with a dot alone, its doubled dots undone; none when it is too large, but read to its end.
async fn data(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<Vec<u8>>> {
    let (mut mail, mut fits) = (Vec::new(), true);
    loop {
        let line = line(stream).await?.ok_or(std::io::ErrorKind::UnexpectedEof)?;
        if line == b".\r\n" {
            return Ok(fits.then_some(mail));
        }
        fits &= mail.len() + line.len() <= MAX_MAIL;
        if fits {
            mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
    }
}

/// What stands between `<` and `>`.
fn address(command: &str) -> String {
    let inner = command.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map(|(address, _)| address.to_owned()).unwrap_or_default()
}
