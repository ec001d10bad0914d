//! The command line: which words there are, and which room answers them.

use crate::app::{Application, Purpose};
use crate::audit::Actor;
use crate::audit::cli::AuditCommand;
use crate::clock::Clock;
use crate::config::{Config, ConfigError};
use crate::db::{Db, Embedded, migrate};
use crate::feed::cli::FeedCommand;
use crate::feed::cli_keys::KeysCommand;
use crate::identity::{RoleRules, partners};
use crate::intake::cli::RequestsCommand;
use crate::sla::Calendars;
use crate::{audit, editions, feed, intake, openapi, policy, sla, telemetry};
use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use embedded_postgres::Options;
use std::io::{self, Write};
use std::net::TcpListener;
use std::path::PathBuf;

/// Exit status: the thing asked for does not hold, or input was bad.
const BAD: u8 = 1;
/// Exit status: usage, which includes a configuration that cannot work.
const USAGE: u8 = 2;

/// Technical exceptions to an MFA mandate: ask, decide, publish.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
pub struct Cli {
    /// Configuration file; without it, `exception-desk.toml` in the current folder if it is there
    #[arg(long, global = true, value_name = "FILE", env = "EXCEPTION_DESK_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer requests (also what happens without a command)
    Serve,
    /// Everything on this machine with example data, to try it out
    #[cfg(feature = "demo")]
    Demo(crate::demo::DemoArgs),
    /// Bring the database's schema up to date, as its owner
    Migrate,
    /// Look at the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print the OpenAPI 3.1 document
    Openapi,
    /// The register of partners
    #[command(subcommand)]
    Partners(PartnersCommand),
    /// What people wrote with requests
    #[command(subcommand)]
    Requests(RequestsCommand),
    /// Judge requests (JSON lines) by the policy
    Classify(policy::cli::ClassifyArgs),
    /// Editions of the policy
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// The audit log
    #[command(subcommand)]
    Audit(AuditCommand),
    /// The published feed
    #[command(subcommand)]
    Feed(FeedCommand),
    /// The keys that sign the feed
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Business time
    #[command(subcommand)]
    Sla(sla::cli::SlaCommand),
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Say whether `serve` would start with it
    Check,
}

#[derive(Debug, Subcommand)]
enum PartnersCommand {
    /// Register the partners of a CSV file: `tenant,name,type,country,security_contact`
    Import(ImportArgs),
}

#[derive(Debug, Args)]
struct ImportArgs {
    /// The file
    file: PathBuf,
}

#[derive(Debug, Subcommand)]
enum PolicyCommand {
    /// Say every fault of edition files, by line
    Check(policy::cli::CheckArgs),
    /// Say which past decisions and which open exceptions a changed edition would change
    Backtest(editions::cli::BacktestArgs),
}

/// Runs what the command line asks for. Data goes to standard output, words to standard error. Returns the exit status.
///
/// # Errors
/// What no exit status of its own explains: exit 1, with the error's words.
pub async fn run(cli: Cli) -> anyhow::Result<u8> {
    let clock = Clock::system();
    let config = || Config::load(cli.config.as_deref());
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => match config().and_then(|config| config.check_can_serve().map(|()| config)) {
            Ok(config) => serve(config, clock).await.map(|()| 0),
            Err(error) => usage(&error),
        },
        #[cfg(feature = "demo")]
        Command::Demo(args) => crate::demo::run(args, clock).await,
        Command::Migrate => match config() {
            Ok(config) => migrate_database(&config).await.map(|()| 0),
            Err(error) => usage(&error),
        },
        Command::Config(ConfigCommand::Check) => match check_config(config()) {
            Ok(()) => Ok(0),
            Err(error) => {
                eprintln!("error: {error:#}");
                Ok(BAD)
            }
        },
        Command::Openapi => {
            writeln!(io::stdout(), "{}", serde_json::to_string_pretty(&openapi::document())?)?;
            Ok(0)
        }
        Command::Partners(PartnersCommand::Import(args)) => match config() {
            Ok(config) => import_partners(&config, &args, clock).await,
            Err(error) => usage(&error),
        },
        Command::Requests(command) => match config() {
            Ok(config) => requests(&config, command, clock).await,
            Err(error) => usage(&error),
        },
        Command::Classify(args) => {
            Ok(policy::cli::classify(&args, &clock, io::stdin().lock(), io::stdout().lock(), io::stderr().lock())?)
        }
        Command::Policy(PolicyCommand::Check(args)) => {
            Ok(policy::cli::check(&args, io::stdout().lock(), io::stderr().lock())?)
        }
        Command::Policy(PolicyCommand::Backtest(args)) => match config() {
            Ok(config) => backtest(&config, &args, clock).await,
            Err(error) => usage(&error),
        },
        Command::Audit(command) => match config() {
            Ok(config) => audit_log(&config, command, clock).await,
            Err(error) => usage(&error),
        },
        Command::Feed(command) => match config() {
            Ok(config) => feed(&config, command, clock).await,
            Err(error) => usage(&error),
        },
        Command::Keys(command) => match config() {
            Ok(config) => keys(&config, command, clock).await,
            Err(error) => usage(&error),
        },
        Command::Sla(command) => Ok(sla::cli::run(&command, &mut io::stdout().lock(), &mut io::stderr().lock())?),
    }
}

/// Whether `serve` would start with it, as far as can be said without a database.
fn check_config(config: Result<Config, ConfigError>) -> anyhow::Result<()> {
    let config = config?;
    config.check_can_serve()?;
    let policies = policy::Policies::load(config.policy.directory.as_deref()).context("`policy.directory`")?;
    feed::ClientLimits::of(&config.feed.clients).check(&policies)
}

fn usage(error: &ConfigError) -> anyhow::Result<u8> {
    eprintln!("error: {error}");
    Ok(USAGE)
}

/// Answers requests until told to stop.
async fn serve(config: Config, clock: Clock) -> anyhow::Result<()> {
    telemetry::start(&config.telemetry)?;
    #[cfg(feature = "demo")]
    crate::demo::refuse_its_issuers(&config)?;
    let mut embedded = match &config.database.url {
        Some(_) => None,
        None => Some(Embedded::start(embedded_options(&config)).await?),
    };
    let url = match (&embedded, &config.database.url) {
        (Some(embedded), _) => embedded.url().to_owned(),
        (None, Some(url)) => url.clone(),
        (None, None) => anyhow::bail!("no database"),
    };
    let bind = config.server.bind;
    let listener = TcpListener::bind(bind)
        .with_context(|| format!("cannot listen on `{bind}`; choose another address in `server.bind`"))?;
    let application = Application::build(config, clock, &url, listener, Purpose::Service)?;
    let desk = application.desk();
    // A database that is away is waited for; one that a demonstration made is refused at once.
    if let Ok(true) = desk.db.is_demo().await {
        anyhow::bail!("the database was made by `exception-desk demo`; name another in `database.url`");
    }
    let server = application.run(std::thread::available_parallelism()?.get())?;
    let handle = server.handle();
    actix_web::rt::spawn(async move {
        crate::app::told_to_stop().await;
        tracing::info!("stopping: requests under way are finished first");
        handle.stop(true).await;
    });
    tracing::info!(%bind, "answering");
    let database_died = async {
        match &mut embedded {
            Some(embedded) => embedded.died().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        ended = server => ended?,
        // Whoever keeps this process running starts it again, and the database with it.
        died = database_died => anyhow::bail!("the desk's own PostgreSQL ended: {died}"),
    }
    desk.db.close().await;
    drop(embedded);
    Ok(())
}

fn embedded_options(config: &Config) -> Options {
    let mut options = Options::in_dir(&config.database.data_dir);
    options.bin_dir.clone_from(&config.database.bin_dir);
    options
}

async fn migrate_database(config: &Config) -> anyhow::Result<()> {
    match config.database.owner_url.as_ref().or(config.database.url.as_ref()) {
        Some(url) => migrate::migrate(url).await.context("the database could not be migrated")?,
        // The desk's own server is migrated by starting it.
        None => drop(Embedded::start(embedded_options(config)).await?),
    }
    eprintln!("the schema is up to date");
    Ok(())
}

/// The database that the configuration names, else the desk's own, started for as long as it is held.
async fn database(config: &Config) -> anyhow::Result<(Db, Option<Embedded>)> {
    let embedded = match &config.database.url {
        Some(_) => None,
        None => {
            eprintln!("no `DATABASE_URL`: using the desk's own PostgreSQL in `{}`", config.database.data_dir.display());
            Some(Embedded::start(embedded_options(config)).await?)
        }
    };
    let url = embedded.as_ref().map(Embedded::url).or(config.database.url.as_deref()).unwrap_or_default();
    Ok((Db::lazy(url, 2)?, embedded))
}

async fn backtest(config: &Config, args: &editions::cli::BacktestArgs, clock: Clock) -> anyhow::Result<u8> {
    let edition = match policy::cli::read(&args.file) {
        Ok(edition) => edition,
        Err(error) => {
            eprintln!("{error}");
            return Ok(BAD);
        }
    };
    let (db, embedded) = database(config).await?;
    editions::cli::run(args, edition, &db, clock.now(), io::stdout().lock())
        .await
        .context("the history cannot be read")?;
    db.close().await;
    drop(embedded);
    Ok(0)
}

async fn audit_log(config: &Config, command: AuditCommand, clock: Clock) -> anyhow::Result<u8> {
    let (db, embedded) = database(config).await?;
    let status = audit::cli::run(command, config, &db, clock.now(), &mut io::stdout().lock()).await?;
    db.close().await;
    drop(embedded);
    Ok(status)
}

async fn requests(config: &Config, command: RequestsCommand, clock: Clock) -> anyhow::Result<u8> {
    let (db, embedded) = database(config).await?;
    let status = intake::cli::run(command, &db, clock.now()).await?;
    db.close().await;
    drop(embedded);
    Ok(status)
}

async fn feed(config: &Config, command: FeedCommand, clock: Clock) -> anyhow::Result<u8> {
    let (db, embedded) = database(config).await?;
    let status = feed::cli::run(command, config, &db, clock, &mut io::stdout().lock()).await?;
    db.close().await;
    drop(embedded);
    Ok(status)
}

async fn keys(config: &Config, command: KeysCommand, clock: Clock) -> anyhow::Result<u8> {
    let Some(done) = command.run(config, clock.now(), &mut io::stdout().lock())? else { return Ok(0) };
    let recorded = async {
        let (db, embedded) = database(config).await?;
        done.record(&db).await?;
        db.close().await;
        drop(embedded);
        anyhow::Ok(())
    };
    if let Err(error) = recorded.await {
        eprintln!("note: it is done, but not in the audit log: {error:#}");
    }
    Ok(0)
}

async fn import_partners(config: &Config, args: &ImportArgs, clock: Clock) -> anyhow::Result<u8> {
    let file = std::fs::File::open(&args.file).with_context(|| format!("cannot read `{}`", args.file.display()))?;
    let roles = RoleRules::new(&config.identity.operator_tenants, &config.identity.role_names)
        .map_err(|problem| anyhow::anyhow!("`identity.role_names`: {problem}"))?;
    let partners = match partners::read_csv(file, &Calendars::shipped(), &roles) {
        Ok(partners) => partners,
        Err(errors) => {
            errors.iter().for_each(|error| eprintln!("{}: {error}", args.file.display()));
            eprintln!("nothing was imported");
            return Ok(BAD);
        }
    };
    let (db, embedded) = database(config).await?;
    let mut tx = db.staff().await?;
    let summary = partners::import(&mut tx, Actor::System, &partners, clock.now()).await?;
    tx.commit().await?;
    feed::ensure_head(&db).await?;
    db.close().await;
    drop(embedded);
    eprintln!("{} added, {} changed, {} unchanged", summary.added, summary.changed, summary.unchanged);
    Ok(0)
}
