//! A row of the outbox as the message that goes over the wire.
//!
//! Headers are made of the desk's own words, references and addresses: nothing that a person wrote.

use super::letter::Letter;
use super::{Kind, Recipient, letters, second_contact, staff};
use crate::app::Desk;
use crate::config::Config;
use crate::locale::Lang;
use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use serde_json::Value;
use std::borrow::Cow;
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
    /// The tenant's second contact, confirmed before this happened; of a row that asks to confirm one, that one.
    pub second_contact: Option<String>,
    /// Whether it is for one member of staff.
    pub personal: bool,
    /// Whether it was dealt out, and is for the leads' address.
    pub routed: bool,
    /// Whether its request is closed by now.
    pub closed: Option<bool>,
    /// Of a member of staff: theirs, or the one that they are to confirm.
    pub address: Option<String>,
}

impl Row {
    /// Whether it must be heard: a person who cannot be mailed it gives it back to the leads' address.
    pub fn is_alarm_for_one(&self) -> bool {
        let kind = Kind::from_code(&self.kind);
        self.personal && matches!(kind, Some(Kind::ExceptionDisputed | Kind::NobodyEligible | Kind::ClockBreached))
    }

    /// Whether it is for staff, and nobody has looked yet for whom of them.
    pub fn is_to_be_dealt_out(&self) -> bool {
        let for_staff = Recipient::from_code(&self.recipient).is_some_and(Recipient::is_staff);
        for_staff && !self.personal && !self.routed
    }
}

/// The code of a row whose kind or recipient this version of the desk does not know.
pub const KIND_UNKNOWN: &str = "kind_unknown";

/// The message of `row`; none when it is for nobody: a member of staff who has no address any more, or whom it would ask to decide
/// what was decided while it was held; a second contact that is none any more, or that is told as the contact.
///
/// # Errors
/// A code that says why it can never be sent.
pub fn write(desk: &Desk, row: &Row) -> Result<Option<Message>, &'static str> {
    let (kind, recipient) = parse(&row.kind, &row.recipient).ok_or(KIND_UNKNOWN)?;
    let Some(address) = address(&desk.config, row, kind, recipient)? else { return Ok(None) };
    let mut data = Cow::Borrowed(&row.data);
    match kind {
        Kind::AddressToConfirm => data.to_mut()["link"] = staff::link(desk, &row.data).into(),
        Kind::SecondContactToConfirm => data.to_mut()["link"] = second_contact::link(desk, &row.data).into(),
        _ => {}
    }
    let lang = lang(&desk.config, recipient, row.personal, &row.language);
    let letter = letters::write(desk, kind, recipient, lang, &data);
    let to = address.parse().map_err(|_| "address_invalid")?;
    message(&desk.config, row, &letter, to).map(Some)
}

/// Kind and recipient of a row; none when another version of the desk wrote it.
pub fn parse(kind: &str, recipient: &str) -> Option<(Kind, Recipient)> {
    Some((Kind::from_code(kind)?, Recipient::from_code(recipient)?))
}

/// The leads' address reads mails in the language that the configuration names, a member of staff in their own, partners in that of
/// their request.
pub fn lang(config: &Config, recipient: Recipient, personal: bool, language: &str) -> Lang {
    match (&config.mail, recipient.is_staff() && !personal) {
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
        // Erased since: there is nobody left to tell.
        Recipient::Contact if row.contact.as_deref() == Some("") => Ok(None),
        Recipient::Contact => row.contact.as_deref().map(Some).ok_or("no_address"),
        Recipient::SecondContact if kind == Kind::SecondContactToConfirm => Ok(row.second_contact.as_deref()),
        Recipient::SecondContact => Ok(copy_to(row.contact.as_deref(), row.second_contact.as_deref())),
        Recipient::SecurityContact => row.security_contact.as_deref().map(Some).ok_or("no_address"),
        _ if row.personal && kind.asks_to_decide() && row.closed == Some(true) => Ok(None),
        _ if row.personal => Ok(row.address.as_deref()),
        _ => leads().map(Some).ok_or("no_address"),
    }
}

/// Where a copy of the mail to `contact` goes: to the `second` contact, where there is one that does not get it already, and to nobody once
/// the contact is erased.
fn copy_to<'a>(contact: Option<&str>, second: Option<&'a str>) -> Option<&'a str> {
    let contact = contact.filter(|contact| !contact.is_empty())?;
    second.filter(|second| !second.eq_ignore_ascii_case(contact))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_goes_to_a_second_contact_that_is_not_the_contact() {
        let contact = Some("it@partner.example");
        assert_eq!(copy_to(contact, Some("boss@partner.example")), Some("boss@partner.example"));
        assert_eq!(copy_to(contact, Some("IT@Partner.example")), None, "nobody is told twice");
        assert_eq!(copy_to(contact, None), None);
        for erased in [None, Some("")] {
            assert_eq!(copy_to(erased, Some("boss@partner.example")), None, "{erased:?}");
        }
    }
}
