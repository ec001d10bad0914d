//! An enforcement point: the feed's client, its reports and its disk, as `mfa-gate` puts them together; and what it was seen
//! to do.

use super::way::Way;
use crate::app::AUDIENCE;
use chrono::{DateTime, Utc};
use mfa_enforcement::client::{
    ClientConfig, Clock, FeedClient, FeedHandle, Follow, HeldStatus, ReportSettings, Reporter, Secret, SetupError,
    StoreError, TokenConfig,
};
use std::cell::RefCell;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use uuid::Uuid;

/// What a gate applied, from when on.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The last time that it was seen to apply something else, by the gate's clock.
    pub not_at: DateTime<Utc>,
    /// Which of its disks it was on: a new disk remembers nothing.
    pub disk: usize,
    pub epoch: Uuid,
    pub version: u64,
    pub digest: String,
    pub issued_at: DateTime<Utc>,
    /// When it was seen first.
    pub seen: Instant,
    /// Since when nobody had disturbed the gate by then.
    pub settled: Option<Instant>,
}

pub struct Gate {
    pub name: String,
    /// To the desk that it follows.
    pub feed: Way,
    /// To a desk that takes its reports: whoever balances the load need not send both to the same.
    pub reports: Way,
    /// Which desk `feed` leads to.
    pub follows: std::cell::Cell<usize>,
    config: ClientConfig,
    clock: Clock,
    life: RefCell<Option<Life>>,
    pub seen: RefCell<Seen>,
}

/// A process.
struct Life {
    handle: FeedHandle,
    reporter: Reporter,
    tasks: [JoinHandle<()>; 2],
}

/// What a gate was seen to do.
#[derive(Default)]
pub struct Seen {
    pub log: Vec<Entry>,
    pub disk: usize,
    pub looked_at: DateTime<Utc>,
    /// From when on it should have what is published, as far as nobody disturbs it; not while somebody does.
    pub settled: Option<Instant>,
    /// Somebody is at it.
    pub is_ill: bool,
    /// The port that its reports are led to, and since when they can arrive there; none while they cannot.
    pub reports_to: Option<(u16, Instant)>,
}

pub struct Surroundings<'s> {
    pub issuer: &'s str,
    pub token_endpoint: url::Url,
    pub clock: Clock,
    pub directory: PathBuf,
}

impl Gate {
    pub fn new(name: &str, follow: Follow, feed: Way, reports: Way, around: Surroundings<'_>) -> Self {
        let desk = format!("http://{}", feed.address).parse().unwrap();
        let token = TokenConfig {
            endpoint: around.token_endpoint,
            client_id: "gate".to_owned(),
            client_secret: Secret::new("secret of the test"),
            scope: Some(format!("{AUDIENCE}/.default")),
        };
        let config = ClientConfig::new(desk, token, around.directory);
        let config = ClientConfig { issuer: around.issuer.to_owned(), follow, ..config };
        let (life, seen) = (RefCell::default(), RefCell::default());
        Self {
            name: name.to_owned(),
            feed,
            reports,
            follows: std::cell::Cell::new(0),
            config,
            clock: around.clock,
            life,
            seen,
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// The feed that it decides by, and who counts its decisions; nothing while it is not running.
    pub fn running(&self) -> Option<(FeedHandle, Reporter)> {
        self.life.borrow().as_ref().map(|life| (life.handle.clone(), life.reporter.clone()))
    }

    /// Starts the process, once the one before has let go of the disk.
    pub async fn start(&self) {
        let client = loop {
            match FeedClient::new(self.config.clone(), self.clock.clone()) {
                Ok(client) => break client,
                Err(SetupError::Store(StoreError::InUse(_))) => tokio::time::sleep(Duration::from_millis(20)).await,
                Err(error) => panic!("{}: {error}", self.name),
            }
        };
        let handle = client.handle();
        let settings = ReportSettings { gate: self.name.clone(), every: Duration::from_secs(5) };
        let config =
            ClientConfig { desk: format!("http://{}", self.reports.address).parse().unwrap(), ..self.config.clone() };
        let (reporter, reports) = Reporter::new(&config, settings, handle.clone(), self.clock.clone()).unwrap();
        let tasks =
            [tokio::spawn(client.run(std::future::pending())), tokio::spawn(reports.run(std::future::pending()))];
        *self.life.borrow_mut() = Some(Life { handle, reporter, tasks });
    }

    /// The process ends in the middle of whatever it does.
    pub async fn kill(&self) {
        let Some(Life { tasks, .. }) = self.life.take() else { return };
        for task in tasks {
            task.abort();
            let _ = task.await;
        }
    }

    /// Changes were being written when the process ended: a line without its end.
    pub fn tear_changes(&self) {
        // What was written to the end since is as good.
        if self.has_let_go()
            && let Ok(mut changes) = OpenOptions::new().append(true).open(self.config.state_dir.join("changes.jws"))
        {
            changes.write_all(b"eyJhbGciOiJFUzI1NiIsImtpZCI6").unwrap();
        }
    }

    /// The feed that was kept cannot be read any more; how far it had come can.
    pub fn lose_copy(&self) {
        if self.has_let_go() {
            let _ = fs::remove_file(self.config.state_dir.join("feed.jws"));
        }
    }

    /// Whether the process that was killed is through with the disk.
    fn has_let_go(&self) -> bool {
        File::open(self.config.state_dir.join("lock")).is_ok_and(|lock| lock.try_lock().is_ok())
    }

    /// Another machine takes its place, with an empty disk.
    pub async fn replace_disk(&self) {
        while let Ok(lock) = File::open(self.config.state_dir.join("lock"))
            && lock.try_lock().is_err()
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let _ = fs::remove_dir_all(&self.config.state_dir);
        self.seen.borrow_mut().disk += 1;
    }
}

impl Seen {
    /// Writes down what is held now, by the gate's clock; gives it if it is something else than before.
    pub fn look(&mut self, held: Option<&HeldStatus>, now: DateTime<Utc>) -> Option<Entry> {
        let not_at = std::mem::replace(&mut self.looked_at, now);
        let held = held?;
        let is_same =
            self.current().is_some_and(|last| (last.version, last.issued_at) == (held.version, held.issued_at));
        if is_same {
            return None;
        }
        let entry = Entry {
            not_at,
            disk: self.disk,
            epoch: held.epoch,
            version: held.version,
            digest: held.rules_digest.clone(),
            issued_at: held.issued_at,
            seen: Instant::now(),
            settled: self.settled,
        };
        self.log.push(entry.clone());
        Some(entry)
    }

    /// The last entry of the disk in use.
    pub fn current(&self) -> Option<&Entry> {
        self.log.last().filter(|entry| entry.disk == self.disk)
    }
}
