//! The way to the mail server: one connection, and what its answers mean for the mail at hand.

use crate::config::{Mail, MailTls};
use anyhow::Context;
use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// The mail server of the configuration.
pub struct Server {
    name: String,
    port: u16,
    tls: MailTls,
    parameters: TlsParameters,
    credentials: Option<Credentials>,
    hello: ClientId,
    patience: Duration,
}

/// A connection that may be used for one mail after another.
pub type Connection = AsyncSmtpConnection;

/// Why a mail did not go out. Each has a code for the outbox: never the server's words, which repeat addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The server is away, or does not want this desk: no mail's fault.
    Away(String),
    /// This mail may be taken later.
    Later(String),
    /// This mail will never be taken.
    Never(String),
}

impl Fault {
    /// Its code in the outbox.
    pub fn code(&self) -> &str {
        match self {
            Self::Away(code) | Self::Later(code) | Self::Never(code) => code,
        }
    }
}

impl Server {
    /// The server of `mail`, to which a desk at `public_url` introduces itself by its host.
    ///
    /// # Errors
    /// Names the file that cannot be read.
    pub fn new(mail: &Mail, public_url: &Url) -> anyhow::Result<Self> {
        let mut tls = TlsParameters::builder(mail.server.clone());
        if let Some(path) = &mail.ca_file {
            let pem =
                std::fs::read(path).with_context(|| format!("`mail.ca_file`: cannot read `{}`", path.display()))?;
            tls = tls.add_root_certificate(Certificate::from_pem(&pem).context("`mail.ca_file` is no PEM file")?);
        }
        let credentials = match (&mail.username, &mail.password_file) {
            (Some(name), Some(path)) => Some(Credentials::new(name.clone(), password(path)?)),
            _ => None,
        };
        Ok(Self {
            name: mail.server.clone(),
            port: mail.port(),
            tls: mail.tls,
            parameters: tls.build_rustls().context("`mail.tls` cannot be used")?,
            credentials,
            hello: ClientId::Domain(public_url.host_str().unwrap_or("localhost").to_owned()),
            patience: Duration::from_secs(mail.timeout_seconds.into()),
        })
    }

    /// How long one mail may take.
    pub fn patience(&self) -> Duration {
        self.patience
    }

    /// Sends `mail` over `connection`, or over a new one. Afterwards `connection` is one that can be used again, or none.
    ///
    /// # Errors
    /// See [`Fault`].
    pub async fn send(
        &self,
        connection: &mut Option<Connection>,
        envelope: &Envelope,
        mail: &[u8],
    ) -> Result<(), Fault> {
        let mut open = match connection.take() {
            Some(open) => open,
            None => match timeout(self.patience, self.connect()).await {
                Ok(connected) => connected?,
                Err(_) => return Err(Fault::Away("timeout".to_owned())),
            },
        };
        match timeout(self.patience, open.send(envelope, mail)).await {
            Ok(Ok(_)) => {
                *connection = Some(open);
                Ok(())
            }
            Ok(Err(error)) => Err(refused(&error)),
            Err(_) => Err(Fault::Later("timeout".to_owned())),
        }
    }

    async fn connect(&self) -> Result<Connection, Fault> {
        let at_once = (self.tls == MailTls::Tls).then(|| self.parameters.clone());
        let server = (self.name.as_str(), self.port);
        let connected =
            AsyncSmtpConnection::connect_tokio1(server, Some(self.patience), &self.hello, at_once, None).await;
        let mut connection = connected.map_err(|error| away(&error, "connection_failed"))?;
        if self.tls == MailTls::Starttls {
            let encrypted = connection.starttls(self.parameters.clone(), &self.hello).await;
            encrypted.map_err(|error| away(&error, "tls_failed"))?;
        }
        if let Some(credentials) = &self.credentials {
            let signed_in = connection.auth(DEFAULT_MECHANISMS, credentials).await;
            signed_in.map_err(|error| away(&error, "sign_in_failed"))?;
        }
        Ok(connection)
    }
}

/// The first line of the file.
fn password(path: &std::path::Path) -> anyhow::Result<String> {
    let read = || -> std::io::Result<String> {
        if crate::secret_file::is_exposed(path)? {
            tracing::warn!(path = %path.display(), "other accounts can read the mail server's password; make it mode 0600");
        }
        std::fs::read_to_string(path)
    };
    let text = read().with_context(|| format!("`mail.password_file`: cannot read `{}`", path.display()))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// Before a mail is named, whatever goes wrong is about the server and the desk.
fn away(error: &Error, otherwise: &str) -> Fault {
    let code = match error.status() {
        Some(code) => format!("smtp_{code}"),
        None if error.is_tls() => "tls_failed".to_owned(),
        None => otherwise.to_owned(),
    };
    Fault::Away(code)
}

/// What an answer to a mail means. 421 says that the server goes away, 500, 502, 503 and 530 to 538 that it does not talk to this
/// desk like this; every other 5xx is about the mail.
fn refused(error: &Error) -> Fault {
    let Some(code) = error.status().map(|code| code.to_string()) else {
        // The client itself says so of an address that needs SMTPUTF8 where the server has none.
        return match error.is_client() {
            true => Fault::Never("address_not_supported".to_owned()),
            false => Fault::Later("connection_lost".to_owned()),
        };
    };
    let told = format!("smtp_{code}");
    match code.as_str() {
        "421" | "500" | "502" | "503" => Fault::Away(told),
        code if code.starts_with("53") => Fault::Away(told),
        code if code.starts_with('5') => Fault::Never(told),
        _ => Fault::Later(told),
    }
}
