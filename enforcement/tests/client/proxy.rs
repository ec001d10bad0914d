//! A small TCP proxy between gate and desk that breaks what passes through it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What happens to the answers to one path.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The connection is closed after this many bytes.
    Cut(usize),
    /// Nothing comes after this many bytes, and the connection stays open.
    Silence(usize),
    /// Something else is answered: first these bytes, then these again and again, with a pause between.
    Endless(Vec<u8>, Vec<u8>, Duration),
}

/// The proxy; it ends with the runtime of the test.
pub struct Proxy {
    pub address: SocketAddr,
    fault: Arc<Mutex<Option<(String, Fault)>>>,
}

impl Proxy {
    pub async fn before(desk: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let address = listener.local_addr().expect("an address");
        let fault: Arc<Mutex<Option<(String, Fault)>>> = Arc::default();
        let shared = fault.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let fault = shared.clone();
                tokio::spawn(async move {
                    // A client that goes away is no failure of the proxy.
                    let _ = pass_on(client, desk, &fault).await;
                });
            }
        });
        Self { address, fault }
    }

    /// From now on answers to this path suffer.
    pub fn set(&self, path: &str, fault: Fault) {
        *self.fault.lock().expect("a fault") = Some((path.to_owned(), fault));
    }

    pub fn heal(&self) {
        *self.fault.lock().expect("a fault") = None;
    }
}

/// One request and its answer; the connection ends with it.
async fn pass_on(
    mut client: TcpStream,
    desk: SocketAddr,
    fault: &Mutex<Option<(String, Fault)>>,
) -> std::io::Result<()> {
    let request = request(&mut client).await?;
    let fault = fault.lock().expect("a fault").clone();
    let fault =
        fault.filter(|(path, _)| request.split(' ').nth(1).is_some_and(|target| target.starts_with(path.as_str())));
    if let Some((_, Fault::Endless(first, again, pause))) = fault {
        client.write_all(&first).await?;
        loop {
            client.write_all(&again).await?;
            tokio::time::sleep(pause).await;
        }
    }
    let mut upstream = TcpStream::connect(desk).await?;
    upstream.write_all(request.replacen("\r\n", "\r\nconnection: close\r\n", 1).as_bytes()).await?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer).await?;
    match fault {
        Some((_, Fault::Cut(bytes))) => client.write_all(&answer[..bytes.min(answer.len())]).await,
        Some((_, Fault::Silence(bytes))) => {
            client.write_all(&answer[..bytes.min(answer.len())]).await?;
            client.read(&mut [0; 1]).await.map(|_| ())
        }
        _ => client.write_all(&answer).await,
    }
}

/// A request with its body, which must have a stated length.
async fn request(client: &mut TcpStream) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4096];
        let length = client.read(&mut part).await?;
        if length == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&part[..length]);
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let mut headers = head.lines().filter_map(|line| line.split_once(": "));
            let stated = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
            if body.len() >= stated.and_then(|(_, value)| value.parse().ok()).unwrap_or(0) {
                return Ok(text.into_owned());
            }
        }
    }
}
