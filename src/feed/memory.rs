//! The document that is being served, and the one task that keeps it true.

use super::limits::Limits;
use super::lineage::{Head, Known, Stop};
use super::mark_file::{MarkError, MarkFile};
use super::places::{MOST, MOST_OF_ONE, Place, Places};
use super::settings::Settings;
use super::signer::Signer;
use super::{KeyError, Keys, Published, publish_expiries, reading};
use crate::app::Purpose;
use crate::clock::Clock;
use crate::db::Db;
use crate::problem::Kind;
use crate::web::Turns;
use anyhow::Context;
use serde_json::Value;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::spawn_blocking;

/// How often the counter is read when nobody says that it rose. The truth; a wake-up is only a hint.
const POLL: Duration = Duration::from_millis(250);

/// How many readers who want what is not made yet have it made at once, and how long another waits for that.
const MAKING: usize = 2;
const PATIENCE: Duration = Duration::from_secs(5);

/// How long after a failure the whole document is signed again.
const SIGN_AGAIN: Duration = Duration::from_secs(1);

/// The published feed of one desk process. Reading it touches no database.
pub struct Feed {
    db: Db,
    clock: Clock,
    keys: Arc<Keys>,
    marks: Arc<MarkFile>,
    settings: Settings,
    current: watch::Sender<Option<Arc<Published>>>,
    changed: Notify,
    refuses_demo_data: AtomicBool,
    stop: RwLock<Option<Stop>>,
    wanted: AtomicU64,
    done: watch::Sender<u64>,
    unsigned: Notify,
    streams: Places,
    making: Turns,
}

impl Feed {
    /// A feed that has read nothing yet.
    pub fn new(db: Db, clock: Clock, keys: Keys, marks: MarkFile, settings: Settings) -> Self {
        Self {
            db,
            clock,
            keys: Arc::new(keys),
            marks: Arc::new(marks),
            settings,
            current: watch::Sender::new(None),
            changed: Notify::new(),
            refuses_demo_data: AtomicBool::new(false),
            stop: RwLock::default(),
            wanted: AtomicU64::new(0),
            done: watch::Sender::new(0),
            unsigned: Notify::new(),
            streams: Places::new(MOST, MOST_OF_ONE),
            making: Turns::new(MAKING, PATIENCE),
        }
    }

    /// Why nothing is published, when the database is not the one that was published from.
    pub fn stop(&self) -> Option<Stop> {
        *self.stop.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a reader is told while there is no document to serve.
    pub fn why_absent(&self) -> Kind {
        if self.stop().is_some() { Kind::FeedStopped } else { Kind::DatabaseAway }
    }

    /// A place of `client` among the readers of the stream, until it is dropped; none when all, or its share of them, are taken.
    pub fn stream_place(&self, client: &str) -> Option<Place> {
        self.streams.take(client)
    }

    /// The turns at making what is not made yet: a document, or the changes of a reader that is far behind.
    pub fn making(&self) -> &Turns {
        &self.making
    }

    /// Whether the database turned out to be a demonstration's, of which a real desk publishes nothing.
    pub fn refuses_demo_data(&self) -> bool {
        self.refuses_demo_data.load(Ordering::Relaxed)
    }

    /// Who signs now.
    ///
    /// # Errors
    /// When there is no such key.
    pub fn key(&self) -> Result<Arc<dyn Signer>, KeyError> {
        self.keys.signer(self.clock.now())
    }

    /// The keys, to rotate them.
    pub fn keys(&self) -> Arc<Keys> {
        self.keys.clone()
    }

    /// The JWK Set that verifies what is served.
    pub fn jwks(&self) -> Value {
        self.keys.jwks(self.clock.now())
    }

    /// The whole document, if there is a fresh one, for the desk itself. A caller has what [`Feed::share_of`] it gives.
    pub fn current(&self) -> Option<Arc<Published>> {
        self.served().filter(|document| document.is_fresh(self.clock.now()))
    }

    /// Tells of each document that takes the place of the one before, at another version or issued again.
    pub(super) fn documents(&self) -> watch::Receiver<Option<Arc<Published>>> {
        self.current.subscribe()
    }

    /// What the client of this id is limited to; none when it gets everything.
    pub fn limits_of(&self, client_id: &str) -> Option<&Arc<Limits>> {
        self.settings.limits.of_client(client_id)
    }

    /// The database that is published from.
    pub(super) fn db(&self) -> &Db {
        &self.db
    }

    /// By what time documents are fresh.
    pub(super) fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// The latest document, fresh or not.
    fn served(&self) -> Option<Arc<Published>> {
        self.current.borrow().clone()
    }

    /// After a commit: has the feed read at once, and waits (a second at most) until what is served includes it, so that
    /// whoever was told "revoked" finds it so.
    pub async fn catch_up(&self) {
        let mut done = self.done.subscribe();
        let mine = self.wanted.fetch_add(1, Ordering::SeqCst) + 1;
        self.changed.notify_one();
        let reached = done.wait_for(|done| *done >= mine);
        if tokio::time::timeout(Duration::from_secs(1), reached).await.is_err() {
            tracing::warn!("the feed takes long to include a change; it follows as soon as it can be read");
        }
    }

    /// Reads, publishes expiries, re-issues and signs for ever. Failures are logged once a spell; the next reading tries again.
    pub async fn run(self: Arc<Self>) {
        tokio::join!(self.keep_true(), self.keep_signed());
    }

    async fn keep_true(&self) {
        let mut failing = false;
        loop {
            // Everything committed before this instant is in the reading that begins now.
            let wanted = self.wanted.load(Ordering::SeqCst);
            match self.refresh().await {
                Ok(()) => failing = false,
                Err(error) => {
                    if !std::mem::replace(&mut failing, true) {
                        tracing::warn!(%error, "the feed could not be read; what is in memory is served until it expires");
                    }
                }
            }
            self.done.send_replace(wanted);
            // A wake-up or the time, whichever is first; both lead to the same reading.
            let _ = tokio::time::timeout(POLL, self.changed.notified()).await;
        }
    }

    /// Signs the whole of what is served, one document at a time and always the latest: those who follow have what leads to it
    /// before, and whoever asks for the whole meanwhile waits for it.
    async fn keep_signed(&self) {
        let mut failing = false;
        loop {
            self.unsigned.notified().await;
            while let Some(document) = self.served().filter(|document| document.made_forms().is_none()) {
                let signed = spawn_blocking(move || document.forms().map(drop).map_err(anyhow::Error::from));
                match signed.await.map_err(Into::into).flatten() {
                    Ok(()) => failing = false,
                    Err(error) => {
                        if !std::mem::replace(&mut failing, true) {
                            tracing::warn!(%error, "the feed's document could not be signed; its changes are served");
                        }
                        tokio::time::sleep(SIGN_AGAIN).await;
                    }
                }
            }
        }
    }

    /// One reading: publishes what expired, then takes over what is committed if it is newer or due for re-issue.
    ///
    /// # Errors
    /// When the database is away or is not the one that was published from, or when signing fails.
    pub async fn refresh(&self) -> anyhow::Result<()> {
        let now = self.clock.now();
        self.follow_keys().await?;
        let mark = self.in_file(|marks| marks.held()).await?;
        let mut tx = self.db.publisher_snapshot().await?;
        let Some(mut head) = Head::read(&mut tx, mark, now).await? else {
            drop(tx);
            self.judge(
                mark.map_or(Ok(Known::Adopted), |mark| Err(Stop::Behind { version: 0, published: mark.version })),
            )?;
            return super::ensure_head(&self.db).await.map_err(Into::into);
        };
        let refused = self.settings.purpose == Purpose::Service && head.demo;
        self.refuses_demo_data.store(refused, Ordering::Relaxed);
        anyhow::ensure!(!refused, "the database was made by `exception-desk demo`; nothing of it is published");
        self.judge(head.follows(mark))?;
        if head.over || reading::is_due(&head, now, self.settings.ttl) {
            drop(tx);
            if head.over {
                publish_expiries(&self.db, now).await?;
            } else {
                reading::issue_again(&self.db, &head, now).await?;
            }
            tx = self.db.publisher_snapshot().await?;
            head = Head::read(&mut tx, mark, now).await?.context("`feed_head` is empty")?;
            self.judge(head.follows(mark))?;
        } else if self.serves(&head) {
            return Ok(());
        }
        let served = self.served();
        let content = reading::read(&mut tx, &head, served.clone(), &self.settings, now).await?;
        drop(tx);
        let (next, signer, settings) = (head.mark(), self.keys.signer(now)?, self.settings.clone());
        let is_awaited = self.current.receiver_count() > 0;
        let published = move || content.published(served.as_deref(), is_awaited, &settings, signer);
        // Both to their end, so that what fails leaves nothing behind that still runs.
        let raised = self.in_file(move |marks| marks.raise(next));
        let (raised, published) = tokio::join!(raised, spawn_blocking(published));
        // INVARIANT: what is published is marked before, so that no restored database passes for one that goes on.
        raised?;
        self.take_over(Arc::new(published??));
        self.unsigned.notify_one();
        Ok(())
    }

    /// Looks whether the keys have changed, and signs what is served anew when another one signs now: the same document, for as
    /// long as before, so the database is not asked.
    async fn follow_keys(&self) -> anyhow::Result<()> {
        let keys = self.keys.clone();
        spawn_blocking(move || keys.look()).await??;
        let signer = self.key()?;
        if let Some(served) = self.served().filter(|served| served.kid() != signer.kid()) {
            tracing::info!(kid = signer.kid(), "another key signs the feed from now on");
            self.take_over(Arc::new(spawn_blocking(move || served.signed_by(signer)).await??));
        }
        Ok(())
    }

    /// Does something with the mark's file where blocking is allowed.
    async fn in_file<T: Send + 'static>(
        &self,
        act: impl FnOnce(&MarkFile) -> Result<T, MarkError> + Send + 'static,
    ) -> anyhow::Result<T> {
        let marks = self.marks.clone();
        Ok(spawn_blocking(move || act(&marks)).await??)
    }

    /// Stops or goes on; says so once.
    fn judge(&self, known: Result<Known, Stop>) -> Result<(), Stop> {
        let stop = known.as_ref().err().copied();
        let before = std::mem::replace(&mut *self.stop.write().unwrap_or_else(PoisonError::into_inner), stop);
        metrics::gauge!("desk_feed_stopped").set(if stop.is_some() { 1.0 } else { 0.0 });
        if let Some(stop) = stop {
            self.current.send_if_modified(|current| current.take().is_some());
            if before.is_none() {
                tracing::error!(
                    %stop,
                    mark = %self.marks.path().display(),
                    "nothing of this database is published; see \"A restored database\" in docs/OPERATIONS.md"
                );
            }
            return Err(stop);
        }
        let has_none = self.served().is_none();
        match known {
            Ok(Known::Adopted) if has_none => {
                tracing::info!(mark = %self.marks.path().display(), "no mark of an earlier feed: the database's lineage is taken as it is");
            }
            _ if before.is_some() => tracing::info!("the feed is published again"),
            _ => {}
        }
        Ok(())
    }

    /// Whether the document that `head` asks for is in memory, and fresh.
    fn serves(&self, head: &Head) -> bool {
        self.current().is_some_and(|current| {
            let snapshot = &current.snapshot;
            (snapshot.epoch, snapshot.version, snapshot.issued_at) == (head.epoch, head.version, head.issued_at)
        })
    }

    /// Serves `document` from now on, unless something newer is served already.
    fn take_over(&self, document: Arc<Published>) {
        let mut before = None;
        self.current.send_if_modified(|current| {
            // INVARIANT: what is served never goes back within an epoch, whatever order two readings finish in.
            let older = current.as_ref().is_some_and(|served| {
                served.snapshot.epoch == document.snapshot.epoch
                    && (served.snapshot.version, served.snapshot.issued_at)
                        > (document.snapshot.version, document.snapshot.issued_at)
            });
            if !older {
                before = current.replace(document);
            }
            !older
        });
        // A million rules are not given up where others wait.
        spawn_blocking(move || drop(before));
    }
}
