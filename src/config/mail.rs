//! `[mail]`: the server that takes the desk's mails.

use crate::locale::Lang;
use serde::Deserialize;
use std::net::IpAddr;
use std::path::PathBuf;

/// `[mail]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The server's name, as its certificate has it.
    pub server: String,
    /// Its port; 587, with `tls = "tls"` 465 and without TLS 25 when absent.
    pub port: Option<u16>,
    /// How the connection is kept secret.
    #[serde(default)]
    pub tls: MailTls,
    /// Certificates (PEM) of the authorities that are believed besides the public ones.
    pub ca_file: Option<PathBuf>,
    /// Who the desk is to the server; it does not sign in when absent.
    pub username: Option<String>,
    /// The file with the password, mode 0600.
    pub password_file: Option<PathBuf>,
    /// Where staff is told what concerns nobody who has an address of their own here: one address, such as a distribution list's.
    pub leads_address: String,
    /// The language of mails to staff who have not chosen one, and to the leads' address.
    #[serde(default)]
    pub staff_language: Lang,
    /// The office calendar of staff who have not chosen one; `utc` when absent.
    #[serde(default = "utc")]
    pub staff_calendar: String,
    /// How long the server may take for one mail.
    #[serde(default = "patience")]
    pub timeout_seconds: u32,
}

/// How the connection to the mail server is kept secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTls {
    /// It begins in the clear and must turn to TLS before anything is said.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// Not at all: for a server on this machine only.
    None,
}

fn utc() -> String {
    "utc".to_owned()
}

fn patience() -> u32 {
    40
}

impl Mail {
    /// The server's port.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.tls {
            MailTls::Starttls => 587,
            MailTls::Tls => 465,
            MailTls::None => 25,
        })
    }

    /// What no type can say.
    ///
    /// # Errors
    /// The key, and what to give.
    pub fn check(&self) -> Result<(), (&'static str, &'static str)> {
        if self.server.is_empty() || self.server.contains(|c: char| c.is_whitespace() || c == '/') {
            return Err(("mail.server", "give the server's name, such as `smtp.contoso.example`"));
        }
        if self.tls == MailTls::None && !self.is_here() {
            return Err(("mail.tls", "`none` is for a server on this machine only; use `starttls` or `tls`"));
        }
        if self.username.is_some() && self.password_file.is_none() {
            return Err(("mail.password_file", "name the file with the password of `mail.username`"));
        }
        if self.leads_address.parse::<lettre::Address>().is_err() {
            return Err(("mail.leads_address", "give one address, such as `mfa-leads@contoso.example`"));
        }
        if !(1..=40).contains(&self.timeout_seconds) {
            return Err(("mail.timeout_seconds", "give 1 to 40 seconds"));
        }
        Ok(())
    }

    fn is_here(&self) -> bool {
        self.server == "localhost" || self.server.parse().is_ok_and(|address: IpAddr| address.is_loopback())
    }
}
