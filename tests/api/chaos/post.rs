//! A desk as a process of its own, which can be killed and may lose its database.

use super::way::{Way, Weather};
use exception_desk::app::{Application, Purpose};
use exception_desk::clock::Clock;
use exception_desk::config::Config;
use std::cell::{Cell, RefCell};
use std::net::TcpListener;
use std::thread::JoinHandle;
use tokio::sync::oneshot;
use url::Url;

pub struct Post {
    clock: Clock,
    config: Config,
    /// Its own way to the database.
    pub database: Way,
    database_url: Url,
    port: Cell<u16>,
    running: RefCell<Option<Running>>,
}

struct Running {
    kill: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Post {
    /// The desk `number`, which is not running yet.
    pub async fn new(number: usize, mut config: Config, clock: Clock, owner_url: &str) -> Self {
        config.feed.mark_file = Some(config.feed.mark_file().with_file_name(format!("mark-of-{number}.json")));
        config.database.max_connections = 8;
        let mut database_url = Url::parse(owner_url).unwrap();
        let database = Way::to(database_url.port().unwrap_or(5432)).await;
        database_url.set_host(Some("127.0.0.1")).unwrap();
        database_url.set_port(Some(database.address.port())).unwrap();
        let (port, running) = (Cell::new(0), RefCell::new(None));
        Self { clock, config, database, database_url, port, running }
    }

    pub fn start(&self) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        self.port.set(listener.local_addr().unwrap().port());
        let (kill, killed) = oneshot::channel();
        let (config, clock, url) = (self.config.clone(), self.clock.clone(), self.database_url.to_string());
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let tasks = tokio::task::LocalSet::new();
                tasks.run_until(serve(listener, config, clock, url, killed)).await;
                // What was under way breaks off where it is.
                drop(tasks);
            });
        });
        *self.running.borrow_mut() = Some(Running { kill, thread });
    }

    /// Nothing is finished, and nobody is told.
    pub async fn kill(&self) {
        let Some(Running { kill, thread }) = self.running.take() else { return };
        let _ = kill.send(());
        // A desk that was killed may have died badly.
        let _ = tokio::task::spawn_blocking(move || thread.join()).await.unwrap();
    }

    pub fn is_running(&self) -> bool {
        self.running.borrow().is_some()
    }

    /// Whether it can do all that a desk does, as long as the database is there.
    pub fn is_well(&self) -> bool {
        self.is_running() && self.database.weather() == Weather::Fair
    }

    pub fn port(&self) -> u16 {
        self.port.get()
    }
}

async fn serve(listener: TcpListener, config: Config, clock: Clock, url: String, killed: oneshot::Receiver<()>) {
    let application = Application::build(config, clock, &url, listener, Purpose::Demo).unwrap();
    let server = application.run(2).unwrap();
    let handle = server.handle();
    let served = tokio::task::spawn_local(server);
    let _ = killed.await;
    handle.stop(false).await;
    let _ = served.await;
}
