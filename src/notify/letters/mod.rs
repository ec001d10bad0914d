//! From a row of the outbox to the words of its mail, a kind at a time.

mod about_exception;
mod about_request;
mod digest;
mod personal;
mod second_contact;
mod staff;

use super::letter::Letter;
use super::{Kind, Recipient};
use crate::app::Desk;
use crate::locale::Lang;
use crate::sla::Calendar;
use crate::web::message::Argument;
use crate::web::time::When;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::Value;

/// The mail of `kind` to `recipient`, in `lang`, from what its row holds.
pub fn write(desk: &Desk, kind: Kind, recipient: Recipient, lang: Lang, data: &Value) -> Letter {
    let told = Told { desk, kind, recipient, lang, data };
    match kind {
        Kind::RequestReceived => about_request::received(&told),
        Kind::RequestAccepted => about_request::accepted(&told),
        Kind::RequestDenied => about_request::denied(&told),
        Kind::QuestionAsked => about_request::question(&told),
        Kind::ReplyDue => about_request::reply_due(&told),
        Kind::RequestLapsed => about_request::lapsed(&told),
        Kind::RequestAnswered
        | Kind::ClockHalfUsed
        | Kind::ClockMostlyUsed
        | Kind::ClockBreached
        | Kind::NobodyEligible
        | Kind::RequestAssigned
        | Kind::SecondApprovalWaits
        | Kind::AfterCheckLate => staff::about_request(&told),
        Kind::StaffDigest => digest::digest(&told),
        Kind::AddressToConfirm => personal::address_to_confirm(&told),
        Kind::AddressChanged => personal::address_changed(&told),
        Kind::WebhookDisabled => personal::webhook_disabled(&told),
        Kind::SecondContactToConfirm => second_contact::to_confirm(&told),
        Kind::SecondContactChanged => second_contact::changed(&told),
        Kind::ExceptionDisputed => staff::disputed(&told),
        Kind::ExceptionGranted => about_exception::granted(&told),
        Kind::ExceptionStarted => about_exception::started(&told),
        Kind::ExceptionEndsSoon => about_exception::ends_soon(&told),
        Kind::ExceptionEnded => about_exception::ended(&told),
        Kind::ExceptionRevoked => about_exception::revoked(&told),
        Kind::SuppressionSuspended => about_exception::suspended(&told),
        Kind::SunsetAnnounced => about_exception::sunset(&told),
    }
}

/// What there is to say, and to whom.
struct Told<'a> {
    desk: &'a Desk,
    kind: Kind,
    recipient: Recipient,
    lang: Lang,
    data: &'a Value,
}

impl Told<'_> {
    /// A letter called by the message `title`, with the paragraphs `paragraphs`, about this issue.
    fn letter(&self, title: &str, paragraphs: impl IntoIterator<Item = String>) -> Letter {
        let title = self.t(title);
        let product = self.desk.config.branding.product.get(self.lang);
        let what = [("product", product.argument()), ("reference", self.text("reference").argument())];
        let subject =
            self.lang.text_with("mail-subject", &[what[0].clone(), what[1].clone(), ("what", title.argument())]);
        Letter {
            lang: self.lang,
            subject,
            title,
            paragraphs: paragraphs.into_iter().collect(),
            facts: vec![
                (self.t("mail-fact-reference"), self.text("reference").to_owned()),
                (self.t("facts-issue"), self.issue_title()),
            ],
            footer: self.footer(),
            ..Letter::default()
        }
    }

    fn t(&self, key: &str) -> String {
        self.lang.text(key)
    }

    /// The message `key` with `value` as its argument `name`.
    fn t1(&self, key: &str, name: &'static str, value: impl Argument) -> String {
        self.lang.text_with(key, &[(name, value.argument())])
    }

    /// The code or text `name` of the row; nothing when there is none.
    fn text(&self, name: &str) -> &str {
        self.data[name].as_str().unwrap_or_default()
    }

    /// The message `key`, whose argument `name` is the instant of the same name in the row `at`.
    fn dated(&self, key: &str, name: &'static str, at: &Value) -> Option<String> {
        Some(self.t1(key, name, self.when(at)?))
    }

    /// An instant in the time zone of the person whom the mail is for, else as the tenant's calendar shows it; with the zone's name.
    fn when(&self, at: &Value) -> Option<String> {
        self.when_in(self.own_zone().unwrap_or_else(|| self.partners_zone()), at)
    }

    fn when_in(&self, zone: Tz, at: &Value) -> Option<String> {
        let at: DateTime<Utc> = at.as_str()?.parse().ok()?;
        Some(When::new(at, zone, self.lang).text())
    }

    /// The time zone of a member of staff.
    fn own_zone(&self) -> Option<Tz> {
        self.text("zone").parse().ok()
    }

    fn partners_zone(&self) -> Tz {
        self.desk.calendars.get(self.text("calendar")).map_or(Tz::UTC, Calendar::zone)
    }

    /// The page on which a member of staff says what they want to be mailed.
    fn settings_link(&self) -> (String, String) {
        (self.t("mail-settings"), format!("{}/settings/mail", self.desk.config.public_base()))
    }

    /// As the row has it in the partner's language; for staff by the edition in force.
    fn issue_title(&self) -> String {
        if !self.recipient.is_staff() {
            return self.text("issue_title").to_owned();
        }
        let edition = self.desk.policies.at(self.desk.clock.now()).ok();
        let known =
            edition.and_then(|edition| Some(edition.issue(self.text("issue"))?.title().get(self.lang).to_owned()));
        known.unwrap_or_else(|| self.text("issue_title").to_owned())
    }

    /// The page of this request or exception: `path` with its reference put in.
    fn link(&self, label: &str, path: &str) -> (String, String) {
        let path = path.replace("{ref}", self.text("reference"));
        (self.t(label), format!("{}{path}", self.desk.config.public_base()))
    }

    fn footer(&self) -> Vec<String> {
        let product = self.desk.config.branding.product.get(self.lang);
        let why = match self.recipient {
            Recipient::Contact => self.t1("mail-why-contact", "reference", self.text("reference")),
            Recipient::SecondContact if self.kind == Kind::SecondContactToConfirm => {
                self.t1("mail-why-second-contact-named", "product", product)
            }
            Recipient::SecondContact => self.t1("mail-why-second-contact", "partner", self.text("tenant_name")),
            Recipient::SecurityContact => self.t1("mail-why-security-contact", "product", product),
            Recipient::Person if self.kind == Kind::AddressToConfirm => self.t1("mail-why-address", "product", product),
            Recipient::Person if self.kind == Kind::AddressChanged => {
                self.t1("mail-why-address-before", "product", product)
            }
            _ => self.t1("mail-why-staff", "product", product),
        };
        let ask = self.desk.config.branding.support_contact.as_ref();
        let ask = ask.map(|contact| self.t1("mail-ask", "contact", contact));
        [why, self.t("mail-automatic")].into_iter().chain(ask).collect()
    }
}
