//! Clients that cost next to nothing: whatever they take, the server does not get.

use anyhow::{Result, bail, ensure};
use memchr::memmem;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

/// What every answer has to be.
#[derive(Clone, Copy)]
pub struct Expected {
    /// Its first line begins so.
    pub status: &'static str,
    /// Bytes of its body.
    pub length: usize,
}

/// Sends each of `requests` so many times, each over a connection of its own that stays open; the mean time for one, in
/// microseconds.
///
/// # Errors
/// When an answer is not as `expected`.
pub async fn ask(server: SocketAddr, requests: &[Vec<u8>], times: usize, expected: Expected) -> Result<f64> {
    let requests = requests.to_vec();
    actix_web::web::block(move || run(server, &requests, times, expected)).await?
}

fn run(server: SocketAddr, requests: &[Vec<u8>], times: usize, expected: Expected) -> Result<f64> {
    let ready = Barrier::new(requests.len() + 1);
    let client = |request: &[u8]| {
        let connection = Client::connect(server);
        ready.wait();
        let mut connection = connection?;
        (0..times).try_for_each(|_| connection.ask(request, expected))
    };
    thread::scope(|scope| {
        let clients: Vec<_> = requests.iter().map(|request| scope.spawn(|| client(request))).collect();
        ready.wait();
        let begin = Instant::now();
        for client in clients {
            client.join().unwrap_or_else(|_| bail!("a client panicked"))?;
        }
        Ok(begin.elapsed().as_secs_f64() * 1e6 / (requests.len() * times) as f64)
    })
}

/// A connection, and room for what comes.
struct Client {
    stream: TcpStream,
    room: Vec<u8>,
}

impl Client {
    fn connect(server: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(server)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, room: vec![0; 128 * 1024] })
    }

    fn ask(&mut self, request: &[u8], expected: Expected) -> Result<()> {
        self.stream.write_all(request)?;
        let (mut read, mut head) = (0, None);
        while head.is_none() {
            read += self.more(read)?;
            head = memmem::find(&self.room[..read], b"\r\n\r\n");
        }
        let head = head.unwrap_or_default();
        let text = &self.room[..head];
        let is_expected = text.starts_with(expected.status.as_bytes()) && length_of(text) == expected.length;
        ensure!(is_expected, "another answer: {}", String::from_utf8_lossy(text));
        let whole = head + 4 + expected.length;
        while read < whole {
            read += self.more(0)?;
        }
        ensure!(read == whole, "more than an answer");
        Ok(())
    }

    /// Bytes that have come, put behind the first `kept`.
    fn more(&mut self, kept: usize) -> Result<usize> {
        let more = self.stream.read(&mut self.room[kept..])?;
        ensure!(more > 0, "the server closed the connection");
        Ok(more)
    }
}

/// The length of a body by its head, as actix-web writes it; 0 when that names none.
fn length_of(head: &[u8]) -> usize {
    const NAME: &[u8] = b"\r\ncontent-length: ";
    let Some(at) = memmem::find(head, NAME) else { return 0 };
    let digits = head[at + NAME.len()..].iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |length, digit| length * 10 + usize::from(digit - b'0'))
}
