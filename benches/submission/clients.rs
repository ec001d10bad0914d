//! Clients that cost next to nothing: whatever they take, the desk does not get.

use crate::CLIENTS;
use anyhow::{Result, bail, ensure};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

/// Sends each of `requests` once over [`CLIENTS`] connections that stay open; the mean time for one, in microseconds.
///
/// # Errors
/// When one is not answered with 201.
pub async fn file_all(desk: SocketAddr, requests: &[Vec<u8>]) -> Result<f64> {
    let requests = requests.to_vec();
    actix_web::web::block(move || run(desk, &requests)).await?
}

fn run(desk: SocketAddr, requests: &[Vec<u8>]) -> Result<f64> {
    let (next, ready) = (AtomicUsize::new(0), Barrier::new(CLIENTS + 1));
    thread::scope(|scope| {
        let client = || {
            let connection = Client::connect(desk);
            ready.wait();
            let mut connection = connection?;
            while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                connection.file(request)?;
            }
            Ok(())
        };
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        ready.wait();
        let begin = Instant::now();
        for client in clients {
            client.join().unwrap_or_else(|_| bail!("a client panicked"))?;
        }
        Ok(begin.elapsed().as_secs_f64() * 1e6 / requests.len() as f64)
    })
}

/// A connection, and room for an answer.
struct Client {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Client {
    fn connect(desk: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(desk)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: vec![0; 64 * 1024] })
    }

    fn file(&mut self, request: &[u8]) -> Result<()> {
        self.stream.write_all(request)?;
        let (mut read, mut length) = (0, None);
        while length.is_none_or(|length| read < length) {
            let more = self.stream.read(&mut self.answer[read..])?;
            ensure!(more > 0, "the desk closed the connection");
            read += more;
            length = length.or_else(|| length_of(&self.answer[..read]));
        }
        let answer = &self.answer[..read];
        ensure!(answer.starts_with(b"HTTP/1.1 201 "), "not filed: {}", String::from_utf8_lossy(answer));
        Ok(())
    }
}

/// The length of an answer, once its head is there.
fn length_of(answer: &[u8]) -> Option<usize> {
    let head = answer.windows(4).position(|end| end == b"\r\n\r\n")?;
    let lines = std::str::from_utf8(&answer[..head]).ok()?.lines();
    let mut headers = lines.filter_map(|line| line.split_once(": "));
    let (_, length) = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?;
    Some(head + 4 + length.parse::<usize>().ok()?)
}
