//! A row of the outbox as the message that goes over the wire.
//!
//! Headers are made of the desk's own words, references and addresses: nothing that a person wrote.

use super::letter::Letter;
use super::{Kind, Recipient, letters};
use crate::app::Desk;
use crate::config::Config;
use crate::locale::Lang;
use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use serde_json::Value;
use uuid::Uuid;

/// What is to be told, and the addresses that the worker may look up.
pub struct Row {
    pub id: Uuid,
    pub kind: String,
    pub recipient: String,
    pub language: String,
    pub request_id: Option<Uuid>,
    pub data: Value,
    pub created_at: DateTime<Utc>,
    pub attempts: i32,
    pub contact: Option<String>,
    pub security_contact: Option<String>,
}

/// The message of `row`; none when it is for nobody: no reviewer works on the request, and the leads are told besides.
///
/// # Errors
/// A code that says why it can never be sent.
pub fn write(desk: &Desk, row: &Row) -> Result<Option<Message>, &'static str> {
    let (kind, recipient) = parse(&row.kind, &row.recipient).ok_or("kind_unknown")?;
    let Some(address) = address(&desk.config, row, kind, recipient)? else { return Ok(None) };
    let letter = letters::write(desk, kind, recipient, lang(&desk.config, recipient, &row.language), &row.data);
    let to = address.parse().map_err(|_| "address_invalid")?;
    message(&desk.config, row, &letter, to).map(Some)
}

/// Kind and recipient of a row; none when another version of the desk wrote it.
pub fn parse(kind: &str, recipient: &str) -> Option<(Kind, Recipient)> {
    Some((Kind::from_code(kind)?, Recipient::from_code(recipient)?))
}

/// Staff read mails in the language that the configuration names, partners in that of their request.
pub fn lang(config: &Config, recipient: Recipient, language: &str) -> Lang {
    match (&config.mail, recipient.is_staff()) {
        (Some(mail), true) => mail.staff_language,
        (None, true) => Lang::default(),
        _ => Lang::from_tag(language).unwrap_or_default(),
    }
}

fn address<'a>(
    config: &'a Config,
    row: &'a Row,
    kind: Kind,
    recipient: Recipient,
) -> Result<Option<&'a str>, &'static str> {
    let leads = || config.mail.as_ref().map(|mail| mail.leads_address.as_str());
    match recipient {
        Recipient::Contact => row.contact.as_deref().map(Some).ok_or("no_address"),
        Recipient::SecurityContact => row.security_contact.as_deref().map(Some).ok_or("no_address"),
        Recipient::Leads => leads().map(Some).ok_or("no_address"),
        // Reviewers have no address of their own here: the leads' takes their mails.
        Recipient::Assignee if kind.recipients().contains(&Recipient::Leads) => Ok(None),
        Recipient::Assignee => leads().map(Some).ok_or("no_address"),
    }
}

/// Everything but the letter is the same at every attempt, so that two of them are one mail to a reader's program.
fn message(config: &Config, row: &Row, letter: &Letter, to: lettre::Address) -> Result<Message, &'static str> {
    let branding = &config.branding;
    let sender = branding.sender_address.as_ref().and_then(|address| address.parse().ok()).ok_or("no_sender")?;
    let name = branding.sender_name.as_ref().unwrap_or(&branding.product).get(letter.lang).to_owned();
    let host = config.server.public_url.host_str().unwrap_or("localhost");
    let thread = format!("<{}.request@{host}>", row.request_id.unwrap_or(row.id));
    let plain = |name, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
    Message::builder()
        .from(Mailbox::new(Some(name), sender))
        .to(Mailbox::new(None, to))
        .subject(letter.subject.clone())
        .date(row.created_at.into())
        .message_id(Some(format!("<{}@{host}>", row.id)))
        .in_reply_to(thread.clone())
        .references(thread)
        .raw_header(plain("Auto-Submitted", "auto-generated"))
        .raw_header(plain("X-Auto-Response-Suppress", "All"))
        .raw_header(plain("Content-Language", letter.lang.tag()))
        .multipart(
            MultiPart::alternative()
                .boundary(format!("desk-{}", row.id.simple()))
                .singlepart(SinglePart::plain(letter.text()))
                .singlepart(SinglePart::html(letter.html())),
        )
        .map_err(|_| "message_invalid")
}
