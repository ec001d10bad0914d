//! Registered authenticator apps (TOTP, RFC 6238): who has one, and whether a code is right, fresh and tried not too often.

use super::private_file;
use crate::chance;
use crate::people::{Accounts, PERSONAS, Persona};
use anyhow::{Context as _, anyhow};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use totp_rs::{Builder, Secret, Totp};

const FILE: &str = "authenticators.json";
/// As the authenticator app lists it.
const ISSUER: &str = "Exception Desk Demo";
/// Wrong codes in a row that a person may enter before a pause.
pub const MAX_TRIES: u32 = 5;
/// How long the pause lasts.
pub const PAUSE: TimeDelta = TimeDelta::minutes(5);

/// What a code turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Right, and not used before.
    Right,
    /// Not the code of this moment.
    Wrong,
    /// It was right and has been used; the app shows a new one within half a minute.
    UsedBefore,
    /// Too many wrong ones: nothing is looked at until the pause is over.
    Paused,
}

#[derive(Clone, Serialize, Deserialize)]
struct Registration {
    /// Base32, as the app takes it.
    secret: String,
    /// The time step of the last code that was accepted: it and earlier ones are spent.
    spent: Option<u64>,
}

#[derive(Default)]
struct Tries {
    wrong: u32,
    paused_until: Option<DateTime<Utc>>,
}

/// The register of authenticator apps, kept in the data directory.
pub struct Authenticators {
    path: PathBuf,
    state: Mutex<State>,
}

struct State {
    registered: BTreeMap<String, Registration>,
    tries: HashMap<&'static str, Tries>,
}

impl Authenticators {
    /// Reads the register; the staff's own are made when they are missing.
    ///
    /// # Errors
    /// The file can be neither read nor written, or is not a register.
    pub fn open(data_dir: &Path) -> anyhow::Result<Self> {
        let path = data_dir.join(FILE);
        let mut registered = read(&path)?;
        for person in PERSONAS.iter().filter(|p| p.tenant.accounts == Accounts::ManagedRegistered) {
            registered
                .entry(person.key.to_owned())
                .or_insert_with(|| Registration { secret: new_secret(), spent: None });
        }
        save(&path, &registered)?;
        Ok(Self { path, state: Mutex::new(State { registered, tries: HashMap::new() }) })
    }

    /// Whether the directory knows an MFA method of this person.
    pub fn registered(&self, person: &Persona) -> bool {
        person.tenant.accounts == Accounts::ManagedMfaDone || self.lock().registered.contains_key(person.key)
    }

    /// The code that the person's app shows at `now`; nothing when none is registered.
    pub fn current_code(&self, person: &Persona, now: DateTime<Utc>) -> Option<String> {
        let secret = self.lock().registered.get(person.key)?.secret.clone();
        Some(totp(&secret, person).ok()?.generate(seconds(now)).to_string())
    }

    /// Looks at a code for the registered app; a right one is spent by that.
    ///
    /// # Errors
    /// The register cannot be written: the code is not accepted then, since it could be used again.
    pub fn verify(&self, person: &'static Persona, code: &str, now: DateTime<Utc>) -> anyhow::Result<Check> {
        let mut state = self.lock();
        let registration = state.registered.get(person.key).cloned().context("no authenticator app is registered")?;
        self.judge(&mut state, person, registration, code, now)
    }

    /// Registers a new app once a code from it proves that it was set up.
    ///
    /// # Errors
    /// The register cannot be written.
    pub fn register(
        &self,
        person: &'static Persona,
        secret: &str,
        code: &str,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Check> {
        let registration = Registration { secret: secret.to_owned(), spent: None };
        self.judge(&mut self.lock(), person, registration, code, now)
    }

    /// Forgets a registration, so that registering can be shown again.
    ///
    /// # Errors
    /// The register cannot be written.
    pub fn forget(&self, person: &Persona) -> anyhow::Result<()> {
        let mut state = self.lock();
        let mut registered = state.registered.clone();
        registered.remove(person.key);
        save(&self.path, &registered)?;
        state.registered = registered;
        Ok(())
    }

    fn judge(
        &self,
        state: &mut State,
        person: &'static Persona,
        mut registration: Registration,
        code: &str,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Check> {
        let tries = state.tries.entry(person.key).or_default();
        if tries.paused_until.is_some_and(|until| now < until) {
            return Ok(Check::Paused);
        }
        let Some(step) = totp(&registration.secret, person)?.check(&plain_digits(code), seconds(now)) else {
            tries.paused_until = None;
            tries.wrong += 1;
            if tries.wrong >= MAX_TRIES {
                *tries = Tries { wrong: 0, paused_until: Some(now + PAUSE) };
            }
            return Ok(Check::Wrong);
        };
        if registration.spent.is_some_and(|spent| step <= spent) {
            return Ok(Check::UsedBefore);
        }
        *tries = Tries::default();
        registration.spent = Some(step);
        let mut registered = state.registered.clone();
        registered.insert(person.key.to_owned(), registration);
        save(&self.path, &registered)?;
        state.registered = registered;
        Ok(Check::Right)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// A new secret of 160 bits in Base32.
pub fn new_secret() -> String {
    Secret::new(Box::new(chance::secret_bytes::<20>())).to_base32()
}

/// The `otpauth://` address that an app reads from the QR code.
///
/// # Errors
/// The secret is not one of [`new_secret`].
pub fn otpauth_url(secret: &str, person: &Persona) -> anyhow::Result<String> {
    totp(secret, person)?.to_url().map_err(|e| anyhow!("no address for the authenticator app: {e}"))
}

/// The code for `secret` at `now`, as an app would show it.
///
/// # Errors
/// The secret is not one of [`new_secret`].
pub fn code_for(secret: &str, person: &Persona, now: DateTime<Utc>) -> anyhow::Result<String> {
    Ok(totp(secret, person)?.generate(seconds(now)).to_string())
}

/// Whether the data directory holds a registration of this person, without a server.
pub(crate) fn registered_in(data_dir: &Path, person: &Persona) -> anyhow::Result<bool> {
    let by_nature = matches!(person.tenant.accounts, Accounts::ManagedMfaDone | Accounts::ManagedRegistered);
    Ok(by_nature || read(&data_dir.join(FILE))?.contains_key(person.key))
}

fn totp(secret: &str, person: &Persona) -> anyhow::Result<Totp> {
    let secret = Secret::try_from_base32(secret).map_err(|e| anyhow!("not a Base32 secret: {e}"))?;
    Builder::new()
        .with_secret(secret)
        .with_account_name(person.upn)
        .with_issuer(Some(ISSUER))
        .build()
        .map_err(|e| anyhow!("not a usable secret: {e}"))
}

/// A code as typed, without spaces and with the digits of a Japanese keyboard (`１２３`) as plain ones.
fn plain_digits(code: &str) -> String {
    code.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10).unwrap_or(c),
            _ => c,
        })
        .collect()
}

fn seconds(now: DateTime<Utc>) -> u64 {
    u64::try_from(now.timestamp()).unwrap_or(0)
}

fn read(path: &Path) -> anyhow::Result<BTreeMap<String, Registration>> {
    match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .with_context(|| format!("`{}` is no register of authenticator apps: remove it", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    }
}

fn save(path: &Path, registered: &BTreeMap<String, Registration>) -> anyhow::Result<()> {
    private_file::write(path, &serde_json::to_vec_pretty(registered)?)
}
