//! A stand-in for clamd: speaks its protocol on a loopback port and finds EICAR, or misbehaves as told.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// The harmless test virus that every scanner finds; in two parts, so that none finds it in this file.
pub const EICAR: &[u8] =
    concat!("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*").as_bytes();

/// How it answers `zINSTREAM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// As clamd does.
    Honest,
    /// Takes everything and never answers.
    Silent,
    /// Something that is no answer.
    Garbage,
    /// More than any answer has.
    Endless,
    /// Closes the connection in the middle of the file.
    Cuts,
    /// As clamd does for a file above its `StreamMaxLength`.
    TooLarge,
    /// "OK" without the end of an answer.
    HalfAnAnswer,
}

/// A running scanner; ends with the process.
pub struct Clamd {
    url: String,
    manner: Arc<Mutex<Manner>>,
    scans: Arc<AtomicUsize>,
}

trait Connection: Read + Write + Send + 'static {}

impl<T: Read + Write + Send + 'static> Connection for T {}

impl Clamd {
    /// Listens on a free port.
    pub fn start() -> Self {
        Self::listen(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    /// Listens on this one.
    pub fn listen(listener: TcpListener) -> Self {
        let url = format!("tcp://{}", listener.local_addr().unwrap());
        Self::answering(url, move || listener.accept().map(|(connection, _)| connection))
    }

    /// Listens on a Unix socket.
    pub fn on_socket(path: &Path) -> Self {
        let listener = UnixListener::bind(path).unwrap();
        let url = format!("unix:{}", path.display());
        Self::answering(url, move || listener.accept().map(|(connection, _)| connection))
    }

    fn answering<C: Connection>(url: String, accept: impl Fn() -> std::io::Result<C> + Send + 'static) -> Self {
        let (manner, scans) = (Arc::new(Mutex::new(Manner::Honest)), Arc::new(AtomicUsize::new(0)));
        let clamd = Self { url, manner: manner.clone(), scans: scans.clone() };
        thread::spawn(move || {
            while let Ok(connection) = accept() {
                let (manner, scans) = (manner.clone(), scans.clone());
                // Whoever goes away in the middle is no concern of a scanner.
                thread::spawn(move || serve(connection, &manner, &scans));
            }
        });
        clamd
    }

    /// As the configuration names it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on answers so.
    pub fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// How many files it was asked about.
    pub fn scans(&self) -> usize {
        self.scans.load(Ordering::SeqCst)
    }
}

fn serve(mut connection: impl Connection, manner: &Mutex<Manner>, scans: &AtomicUsize) -> std::io::Result<()> {
    match command(&mut connection)?.as_slice() {
        b"zPING" => connection.write_all(b"PONG\0"),
        b"zINSTREAM" => {
            scans.fetch_add(1, Ordering::SeqCst);
            let manner = *manner.lock().unwrap();
            if manner == Manner::Cuts {
                connection.read_exact(&mut [0; 8])?;
                return Ok(());
            }
            let found = stream(&mut connection)?.windows(EICAR.len()).any(|window| window == EICAR);
            let answer: &[u8] = match manner {
                Manner::Honest if found => b"stream: Win.Test.EICAR_HDB-1 FOUND\0",
                Manner::Honest => b"stream: OK\0",
                Manner::Garbage => b"\xff\xfeHTTP/1.1 200 OK\r\n\r\n\0",
                Manner::Endless => return (0..4096).try_for_each(|_| connection.write_all(b"stream: OK stream: OK ")),
                Manner::TooLarge => b"INSTREAM size limit exceeded. ERROR\0",
                Manner::HalfAnAnswer => b"stream: OK",
                Manner::Silent | Manner::Cuts => {
                    // Until the other side gives up.
                    return connection.read(&mut [0; 1]).map(drop);
                }
            };
            connection.write_all(answer)
        }
        _ => connection.write_all(b"UNKNOWN COMMAND\0"),
    }
}

/// What stands before the first NUL.
fn command(connection: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let mut command = Vec::new();
    loop {
        let mut byte = [0];
        connection.read_exact(&mut byte)?;
        if byte == [0] || command.len() > 64 {
            return Ok(command);
        }
        command.extend(byte);
    }
}

/// The chunks, each after its length, up to the empty one.
fn stream(connection: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let mut file = Vec::new();
    loop {
        let mut length = [0; 4];
        connection.read_exact(&mut length)?;
        let length = u32::from_be_bytes(length) as usize;
        if length == 0 {
            return Ok(file);
        }
        let start = file.len();
        file.resize(start + length, 0);
        connection.read_exact(&mut file[start..])?;
    }
}
