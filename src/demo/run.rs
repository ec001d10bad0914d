//! Start to end: sockets, database, identity provider, desk, example data, gate, site; and back.

use super::addresses::Addresses;
use super::{example_data, settings};
use crate::app::{Application, Purpose, told_to_stop};
use crate::clock::Clock;
use crate::config::Telemetry;
use crate::db::{Embedded, migrate};
use crate::evidence::ScannerAddress;
use crate::telemetry;
use anyhow::Context;
use embedded_postgres::Options;
use exception_desk_demo::idp::{IdentityProvider, Settings};
use exception_desk_demo::{mailbox, portal};
use mfa_enforcement::gate::Gate;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Runs everything until told to stop, then stops everything.
///
/// # Errors
/// Says what is in the way and the way out.
pub async fn run(data_dir: &Path, port_base: u16, scanner: Option<ScannerAddress>, clock: Clock) -> anyhow::Result<()> {
    telemetry::start(&Telemetry { filter: "warn".to_owned(), ..Telemetry::default() })?;
    let begun = Instant::now();
    std::fs::create_dir_all(data_dir).with_context(|| format!("cannot make `{}`", data_dir.display()))?;
    let data_dir = &data_dir.canonicalize()?;
    // Taken first: a taken port is said before anything is started.
    let sockets = sockets(port_base)?;
    eprintln!("starting PostgreSQL in {} …", data_dir.join("postgres").display());
    let embedded =
        Embedded::start(Options { port: Some(port_base + 4), ..Options::in_dir(data_dir.join("postgres")) }).await?;
    migrate::mark_as_demo(&embedded.owner_url()).await?;
    let address = |name: &str, offset: u16| format!("http://{name}.localhost:{}", port_base + offset);
    let addresses = Addresses {
        desk: address("desk", 0),
        idp: address("login", 1),
        gate: address("gate", 2),
        portal: address("portal", 3),
        mail: address("mail", 5),
        database_url: embedded.owner_url(),
        pid: std::process::id(),
    };
    let world = World::start(sockets, data_dir, &addresses, &embedded, scanner, &clock).await?;
    addresses.write(data_dir)?;
    announce(&addresses, data_dir, begun.elapsed());
    told_to_stop().await;
    eprintln!("\nstopping …");
    world.stop().await?;
    drop(embedded);
    Ok(())
}

/// Of the desk, the identity provider, the gate, the portal and the mailbox; the port before the last is PostgreSQL's.
fn sockets(port_base: u16) -> anyhow::Result<[TcpListener; 5]> {
    let bind = |offset: u16| {
        let port = port_base + offset;
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).with_context(|| {
            format!(
                "port {port} cannot be had; if another demo runs, stop it, or choose other ports with `--port-base`"
            )
        })
    };
    Ok([bind(0)?, bind(1)?, bind(2)?, bind(3)?, bind(5)?])
}

/// Everything that runs, in the order of its start.
struct World {
    idp: IdentityProvider,
    desk: actix_web::dev::ServerHandle,
    gate: Gate,
    portal: exception_desk_demo::Running,
    mailbox: exception_desk_demo::Running,
}

impl World {
    async fn start(
        [desk, idp, gate, portal, mailbox]: [TcpListener; 5],
        data_dir: &Path,
        addresses: &Addresses,
        embedded: &Embedded,
        scanner: Option<ScannerAddress>,
        clock: &Clock,
    ) -> anyhow::Result<Self> {
        let secrets = settings::ClientSecrets::random();
        let now = clock.clone();
        let idp_settings = Settings {
            base: addresses.idp.clone(),
            data_dir: settings::idp_dir(data_dir),
            clients: settings::clients(addresses, &secrets),
            clock: Arc::new(move || now.now()),
        };
        let idp = IdentityProvider::start(idp, idp_settings)?;

        let smtp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let smtp_port = smtp.local_addr()?.port();
        let mailbox = mailbox::start(mailbox, smtp)?;
        let config = settings::desk(data_dir, addresses, &secrets, desk.local_addr()?, scanner, smtp_port)?;
        let application = Application::build(config, clock.clone(), embedded.url(), desk, Purpose::Demo)?;
        let shared = application.desk();
        let server = application.run(2)?;
        let desk = server.handle();
        actix_web::rt::spawn(server);
        crate::feed::ensure_head(&shared.db).await?;
        shared.feed.refresh().await?;
        crate::editions::refresh(&shared).await?;
        example_data::load(&shared, addresses, data_dir).await.context("the example data could not be loaded")?;

        let config = settings::gate(data_dir, addresses, &secrets, gate.local_addr()?)?;
        let now = clock.clone();
        let gate = Gate::start_on(vec![gate], config, Arc::new(move || now.now()))?;
        let portal_settings = portal::Settings {
            base: addresses.portal.clone(),
            gate: format!("http://{}", gate.addresses().first().context("the gate has no address")?),
            desk: addresses.desk.clone(),
            idp: addresses.idp.clone(),
        };
        let portal = portal::start(portal, portal_settings)?;
        Ok(Self { idp, desk, gate, portal, mailbox })
    }

    /// Stops what was started last first. Nobody waits long for a browser that keeps its connections open.
    async fn stop(self) -> anyhow::Result<()> {
        let stop = async {
            self.portal.stop().await?;
            self.gate.stop().await;
            self.desk.stop(true).await;
            self.mailbox.stop().await?;
            self.idp.stop().await
        };
        tokio::time::timeout(Duration::from_secs(5), stop).await.unwrap_or(Ok(()))
    }
}

fn announce(addresses: &Addresses, data_dir: &Path, took: Duration) {
    let Addresses { desk, idp, portal, gate, mail, .. } = addresses;
    let binary = std::env::args().next().unwrap_or_else(|| "exception-desk".to_owned());
    let dir = data_dir.display();
    let agent = exception_desk_demo::people::persona("tailspin-admin-agent").map(|it| it.object_id).unwrap_or_default();
    println!(
        "
Exception Desk is ready ({:.1} s). Everything runs on this machine only; Ctrl-C stops it.

  desk                {desk}
  protected site      {portal}
  identity provider   {idp}
  gate                {gate}
  mailbox             {mail}
  data                {dir}

Three things to try:

  1. Be stopped: open {portal}/admin and sign in as somebody of Tailspin. MFA is done there by a third
     party whose proof never arrives, so the site stays closed.
  2. Ask: the page that stopped you leads to the desk. Sign in as Tailspin's Global Admin, file \"third-party MFA is
     not recognized\" for Tailspin's Admin Agent ({agent}), and open the protected
     page as that person: it lets them in, and says why. (Whoever names themselves without MFA waits for a reviewer.)
  3. Revoke: sign in to {desk}/queue as a lead reviewer (the code is shown on the page), open the
     exception, revoke it, and watch the protected page close within two seconds.

For curl:  {binary} demo token --persona tailspin-global-admin --data-dir {dir}
",
        took.as_secs_f64()
    );
}
