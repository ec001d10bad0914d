//! What goes to one member of staff and is about no request: their address, and what they look after.

use super::Told;
use crate::notify::letter::Letter;
use crate::web::message::Argument;

/// The link by which its reader shows to be the person. On the page of mails the link is the reader's alone.
pub(super) fn address_to_confirm(told: &Told) -> Letter {
    let until = told.dated("mail-address-until", "until", &told.data["until"]);
    let said = [told.t1("mail-address-text", "product", told.desk.config.branding.product.get(told.lang))];
    let said = said.into_iter().chain(until).chain([told.t("mail-address-otherwise")]).collect();
    let mut letter = plain(told, told.t("mail-address"), said);
    let link = told.data["link"].as_str().unwrap_or("/settings/mail");
    letter.links.push(told.link("mail-address-confirm", link));
    letter
}

/// To the address that was theirs: their mails go elsewhere.
pub(super) fn address_changed(told: &Told) -> Letter {
    let product = told.desk.config.branding.product.get(told.lang);
    let text = if told.data["removed"] == true { "mail-address-removed-text" } else { "mail-address-changed-text" };
    let at = told.when(&told.data["at"]).unwrap_or_default();
    let text = told.lang.text_with(text, &[("at", at.argument()), ("product", product.argument())]);
    let mut letter = plain(told, told.t("mail-address-changed"), vec![text, told.t("mail-address-changed-otherwise")]);
    letter.links.push(told.settings_link());
    letter
}

/// A webhook was disabled by itself.
pub(super) fn webhook_disabled(told: &Told) -> Letter {
    let because = format!("mail-webhook-disabled-{}", told.text("because"));
    let because = told.dated(&because, "at", &told.data["at"]).unwrap_or_default();
    let said = vec![because, told.t("mail-webhook-disabled-after")];
    let mut letter = plain(told, told.t("mail-webhook-disabled"), said);
    letter.links.push(told.link("webhooks-open", &format!("/admin/webhooks/{}", told.text("webhook"))));
    letter
}

/// A letter about nothing with a reference.
pub(super) fn plain(told: &Told, title: String, paragraphs: Vec<String>) -> Letter {
    let product = told.desk.config.branding.product.get(told.lang);
    let subject = [("product", product.argument()), ("what", title.as_str().argument())];
    let subject = told.lang.text_with("mail-subject-plain", &subject);
    Letter { lang: told.lang, subject, title, paragraphs, footer: told.footer(), ..Letter::default() }
}
