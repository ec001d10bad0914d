//! The mailbox of the demonstration: takes every mail that the desk sends, keeps the last ones in memory, and shows them.

mod pages;
mod smtp;

use crate::server::{self, Running};
use actix_web::{App, HttpServer, middleware, web};
use mail_parser::{Address, MessageParser};
use std::collections::VecDeque;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// Most mails that are kept.
const MOST: usize = 500;

/// A mail as the page shows it.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    /// Counts up from 1.
    pub number: usize,
    pub from: String,
    pub to: String,
    pub subject: String,
    pub date: String,
    pub lang: String,
    pub text: String,
}

/// Every mail that is kept, the oldest first.
#[derive(Clone, Default)]
pub(crate) struct Mails(Arc<Mutex<(usize, VecDeque<Mail>)>>);

impl Mails {
    /// Keeps a mail for the recipients `to`; false when it cannot be read.
    fn keep(&self, to: &[String], raw: &[u8]) -> bool {
        let Some(message) = MessageParser::default().parse(raw) else { return false };
        let name = |address: Option<&Address<'_>>| {
            let first = address.and_then(Address::first);
            first.map(|one| format!("{} <{}>", one.name().unwrap_or_default(), one.address().unwrap_or_default()))
        };
        let mut kept = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        kept.0 += 1;
        let mail = Mail {
            number: kept.0,
            from: name(message.from()).unwrap_or_default(),
            to: to.join(", "),
            subject: message.subject().unwrap_or_default().to_owned(),
            date: message.date().map(|date| date.to_rfc3339()).unwrap_or_default(),
            lang: message.header("Content-Language").and_then(|value| value.as_text()).unwrap_or("en").to_owned(),
            text: message.body_text(0).unwrap_or_default().into_owned(),
        };
        kept.1.push_back(mail);
        if kept.1.len() > MOST {
            kept.1.pop_front();
        }
        true
    }

    /// The newest first.
    fn all(&self) -> Vec<Mail> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).1.iter().rev().cloned().collect()
    }

    fn find(&self, number: usize) -> Option<Mail> {
        self.all().into_iter().find(|mail| mail.number == number)
    }
}

/// Starts the mailbox inside this process: its page on `page`, its mail server on `mail`.
///
/// # Errors
/// A listener is not on loopback.
pub fn start(page: TcpListener, mail: TcpListener) -> anyhow::Result<Running> {
    let address = server::loopback(&page)?;
    server::loopback(&mail)?;
    let mails = Mails::default();
    smtp::start(mail, mails.clone())?;
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(mails.clone()))
            .wrap(middleware::from_fn(server::only_loopback_names))
            .configure(pages::routes)
    })
    .workers(1)
    .disable_signals()
    .listen(page)?
    .run();
    Ok(Running::spawn(address, server))
}
