//! Many gates on one stream: each reads what comes and notes that an event is there, nothing else.

use anyhow::{Context, Result};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;

/// How an event ends within its chunk. A comment ends so too, but is nothing else than that.
const END: &[u8] = b"\n\n\r\n";
const PATIENCE: Duration = Duration::from_secs(60);

/// Gates that are connected, until this is dropped.
pub struct Gates {
    count: usize,
    all: watch::Receiver<(usize, Instant)>,
}

/// How many events have come to all gates together.
struct Arrivals {
    gates: usize,
    events: AtomicUsize,
    all: watch::Sender<(usize, Instant)>,
}

impl Arrivals {
    fn add(&self, events: usize) {
        let before = self.events.fetch_add(events, Ordering::SeqCst);
        // Nobody is sent the next event before everybody has this one.
        if (before + events) / self.gates > before / self.gates {
            self.all.send_replace(((before + events) / self.gates, Instant::now()));
        }
    }
}

impl Gates {
    /// Connects so many with `request`, on a thread of their own, and waits for the first event of each.
    ///
    /// # Errors
    /// When that takes too long.
    pub async fn connect(server: SocketAddr, count: usize, request: Vec<u8>) -> Result<Self> {
        let (sender, all) = watch::channel((0, Instant::now()));
        let arrivals = Arc::new(Arrivals { gates: count, events: AtomicUsize::new(0), all: sender });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let request: Arc<[u8]> = request.into();
        thread::spawn(move || {
            runtime.block_on(async {
                for _ in 0..count {
                    tokio::spawn(read(server, request.clone(), arrivals.clone()));
                }
                arrivals.all.closed().await;
            })
        });
        let mut gates = Self { count, all };
        gates.have(1).await?;
        Ok(gates)
    }

    /// When the last of them had its event of this number.
    ///
    /// # Errors
    /// When that takes too long.
    pub async fn have(&mut self, event: usize) -> Result<Instant> {
        let there = timeout(PATIENCE, self.all.wait_for(|(events, _)| *events >= event)).await;
        let there = there.with_context(|| format!("not all of {} gates have event {event}", self.count))?;
        Ok(there.context("the gates are gone")?.1)
    }
}

async fn read(server: SocketAddr, request: Arc<[u8]>, arrivals: Arc<Arrivals>) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(server).await?;
    stream.write_all(&request).await?;
    let (mut room, mut kept) = (vec![0; 8 * 1024], 0);
    loop {
        let more = stream.read(&mut room[kept..]).await?;
        if more == 0 {
            return Ok(());
        }
        let filled = kept + more;
        let ends = room[..filled].windows(END.len() + 1).filter(|end| end[0] != b':' && end.ends_with(END)).count();
        // An end may come in two parts.
        kept = filled.min(END.len());
        room.copy_within(filled - kept..filled, 0);
        if ends > 0 {
            arrivals.add(ends);
        }
    }
}
