//! Whose desk this is: the names that the configuration gives it (`[branding]`), for pages, statements, references and mails.

use crate::locale::{Bilingual, Lang};
use serde::Deserialize;

/// `[branding]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Branding {
    /// What the desk is called.
    pub product: Bilingual,
    /// Who operates it; pages speak of "the organisation that operates this desk" when absent.
    pub organisation: Option<Bilingual>,
    /// Whom to ask: an address, a number, a page.
    pub support_contact: Option<String>,
    /// The sender's name in mails; the product's name when absent.
    pub sender_name: Option<Bilingual>,
    /// The sender's address in mails.
    pub sender_address: Option<String>,
    /// Prefix of references: `TE` gives `TE-2026-000123`.
    pub reference_prefix: String,
}

impl Default for Branding {
    fn default() -> Self {
        Self {
            product: Bilingual::of(|_| "Exception Desk".to_owned()),
            organisation: None,
            support_contact: None,
            sender_name: None,
            sender_address: None,
            reference_prefix: "TE".to_owned(),
        }
    }
}

/// Most characters of a name.
const MAX_NAME: usize = 60;
/// Most characters of the support contact.
const MAX_CONTACT: usize = 200;

impl Branding {
    /// What no type can say.
    ///
    /// # Errors
    /// The key, and what to give.
    pub fn check(&self) -> Result<(), (&'static str, &'static str)> {
        let names = [
            ("branding.product", Some(&self.product)),
            ("branding.organisation", self.organisation.as_ref()),
            ("branding.sender_name", self.sender_name.as_ref()),
        ];
        for (key, name) in names {
            let good = |name: &Bilingual| Lang::ALL.iter().all(|lang| is_line(name.get(*lang), MAX_NAME));
            if !name.is_none_or(good) {
                return Err((key, "give 1 to 60 characters in one line, in each language"));
            }
        }
        if !self.support_contact.as_ref().is_none_or(|contact| is_line(contact, MAX_CONTACT)) {
            return Err(("branding.support_contact", "give 1 to 200 characters in one line"));
        }
        if self.sender_address.as_ref().is_some_and(|address| address.parse::<lettre::Address>().is_err()) {
            return Err(("branding.sender_address", "give one address, such as `desk@contoso.example`"));
        }
        let prefix = &self.reference_prefix;
        if prefix.is_empty() || prefix.len() > 8 || !prefix.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(("branding.reference_prefix", "give 1 to 8 letters A to Z"));
        }
        Ok(())
    }

    /// What a reference looks like.
    pub fn example_reference(&self) -> String {
        format!("{}-2026-000123", self.reference_prefix)
    }
}

/// Names go into titles, subjects and senders of mails: one line, nothing that steers a terminal or turns the reading.
fn is_line(text: &str, most: usize) -> bool {
    let seen = crate::policy::answers::trimmed(text);
    seen == text && !text.is_empty() && text.chars().count() <= most && !text.chars().any(turns_or_breaks)
}

fn turns_or_breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Branding {
        Branding { product: Bilingual { en: name.to_owned(), ja: "例外窓口".to_owned() }, ..Branding::default() }
    }

    #[test]
    fn names_are_short_and_in_one_line() {
        assert_eq!(Branding::default().check(), Ok(()));
        assert_eq!(named(&"名".repeat(60)).check(), Ok(()));
        for bad in ["", " ", " MFA help", "two\nlines", "turned\u{202E}", &"x".repeat(61)] {
            assert_eq!(named(bad).check().unwrap_err().0, "branding.product", "{bad:?}");
        }
        let contact = |text: &str| Branding { support_contact: Some(text.to_owned()), ..Branding::default() };
        assert_eq!(contact("mfa@contoso.example").check(), Ok(()));
        assert_eq!(contact(&"x".repeat(201)).check().unwrap_err().0, "branding.support_contact");
    }

    #[test]
    fn a_prefix_is_made_of_capital_letters() {
        for (prefix, good) in
            [("TE", true), ("IDENTITY", true), ("", false), ("te", false), ("ABCDEFGHI", false), ("A-B", false)]
        {
            let branding = Branding { reference_prefix: prefix.to_owned(), ..Branding::default() };
            assert_eq!(branding.check().is_ok(), good, "{prefix}");
        }
    }
}
