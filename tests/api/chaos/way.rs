//! A TCP connection's way from one program to another, and the weather on it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What happens to what passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    Fair,
    /// Each piece waits so long.
    Slow(Duration),
    /// Nothing passes, and nobody is told.
    Silent,
    /// Each direction of a connection breaks off after so many bytes.
    Torn(usize),
    /// Nobody gets through, and who was through is thrown out.
    Shut,
}

#[derive(Clone, Copy)]
struct Sky {
    weather: Weather,
    /// How often everybody was thrown out.
    cuts: u64,
}

/// A way to a port of this machine; it ends with the runtime of the test.
pub struct Way {
    pub address: SocketAddr,
    sky: watch::Sender<Sky>,
    to: Arc<AtomicU16>,
}

impl Way {
    pub async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sky, seen) = watch::channel(Sky { weather: Weather::Fair, cuts: 0 });
        let to = Arc::new(AtomicU16::new(port));
        let leads = to.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = SocketAddr::from(([127, 0, 0, 1], leads.load(Ordering::Relaxed)));
                tokio::spawn(carry(client, server, seen.clone()));
            }
        });
        Self { address, sky, to }
    }

    pub fn has(&self, weather: Weather) {
        self.sky.send_modify(|sky| sky.weather = weather);
    }

    pub fn weather(&self) -> Weather {
        self.sky.borrow().weather
    }

    /// Every connection ends.
    pub fn cut(&self) {
        self.sky.send_modify(|sky| sky.cuts += 1);
    }

    /// It leads to another port; every connection ends.
    pub fn lead_to(&self, port: u16) {
        self.to.store(port, Ordering::Relaxed);
        self.cut();
    }
}

async fn carry(client: TcpStream, server: SocketAddr, mut sky: watch::Receiver<Sky>) {
    let Sky { weather, cuts } = *sky.borrow();
    if weather == Weather::Shut {
        return;
    }
    let Ok(server) = TcpStream::connect(server).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let (there, back) = (sky.clone(), sky.clone());
    // Who goes away at one end is gone at the other, too.
    tokio::select! {
        _ = sky.wait_for(|sky| sky.weather == Weather::Shut || sky.cuts != cuts) => {}
        _ = pass(from_client, to_server, there) => {}
        _ = pass(from_server, to_client, back) => {}
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut sky: watch::Receiver<Sky>) -> std::io::Result<()> {
    let (mut bytes, mut passed) = (vec![0; 16 * 1024], 0);
    loop {
        let length = from.read(&mut bytes).await?;
        let Ok(weather) = sky.wait_for(|sky| sky.weather != Weather::Silent).await.map(|sky| sky.weather) else {
            return Ok(());
        };
        let mut part = &bytes[..length];
        match weather {
            Weather::Slow(time) => tokio::time::sleep(time).await,
            Weather::Torn(most) => {
                part = &part[..part.len().min(most.saturating_sub(passed))];
                passed += length;
            }
            _ => {}
        }
        to.write_all(part).await?;
        if part.len() < length || length == 0 {
            return Ok(());
        }
    }
}
