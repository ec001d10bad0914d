//! A site that tells what reached it, read as raw as it came.

use serde_json::json;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The site that stands behind the proxies.
pub struct Site {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// A request as it reached the site.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    /// Path and query, raw.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Site {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let site = Self { address: listener.local_addr().unwrap(), seen: Arc::default() };
        let seen = Arc::clone(&site.seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&seen)));
            }
        });
        site
    }

    /// What reached the site since the last call.
    pub fn drain(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }
}

impl Seen {
    /// The values of every header that some program takes for `name`: to many, `_` and `-` are the same.
    pub fn values(&self, name: &str) -> Vec<&str> {
        let is_it = |other: &str| other.replace('_', "-").eq_ignore_ascii_case(name);
        self.headers.iter().filter(|(other, _)| is_it(other)).map(|(_, value)| value.as_str()).collect()
    }
}

/// One request, one answer. A request that breaks off is none.
async fn serve(mut stream: TcpStream, seen: Arc<Mutex<Vec<Seen>>>) {
    let mut bytes = Vec::new();
    let got = loop {
        match read(&bytes) {
            Some(got) => break got,
            None if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 => return,
            None => {}
        }
    };
    let told = json!({
        "method": got.method, "target": got.target, "body": got.body, "host": got.values("host"),
        "decision": got.values("x-mfa-decision"), "exception": got.values("x-mfa-exception"),
    });
    // A 401 of the site's own must come through as it is.
    let status = if got.target == "/v1/own-401" { "401 Unauthorized" } else { "200 OK" };
    seen.lock().unwrap().push(got);
    let told = told.to_string();
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{told}",
        told.len()
    );
    let _ = stream.write_all(answer.as_bytes()).await;
}

/// The request, once it is there to its end.
fn read(bytes: &[u8]) -> Option<Seen> {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.splitn(3, ' ').map(str::to_owned);
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
    let (method, target) = (first.next()?, first.next()?);
    let got = Seen { method, target, headers, body: body.to_owned() };
    let length = got.values("content-length").first().and_then(|length| length.parse::<usize>().ok()).unwrap_or(0);
    let is_chunked = !got.values("transfer-encoding").is_empty();
    let is_whole = if is_chunked { body.ends_with("0\r\n\r\n") } else { body.len() >= length };
    is_whole.then_some(got)
}
