//! What is told of a partner's second contact itself.

use super::Told;
use super::personal::plain;
use crate::intake::pages::parts::one_line;
use crate::notify::letter::Letter;
use crate::web::message::Argument;

/// To the address: the link by which its reader says that they want the copies. On the page of mails the link is the reader's alone.
pub(super) fn to_confirm(told: &Told) -> Letter {
    let named = [("product", product(told).argument()), ("partner", told.text("tenant_name").argument())];
    let until = told.dated("mail-address-until", "until", &told.data["until"]);
    let said = [told.lang.text_with("mail-second-contact-text", &named)].into_iter().chain(until);
    let said = said.chain([told.t("mail-second-contact-otherwise")]).collect();
    let mut letter = plain(told, told.t("mail-second-contact"), said);
    letter.facts.push((told.t("mail-fact-partner"), told.text("tenant_name").to_owned()));
    let link = told.data["link"].as_str().unwrap_or("/settings/second-contact/confirm");
    letter.links.push(told.link("mail-second-contact-confirm", link));
    letter
}

/// To the security contact: what was done, by whom, when, and what to do about it.
pub(super) fn changed(told: &Told) -> Letter {
    let step = match told.text("step") {
        "confirmed" => "confirmed",
        "removed" => "removed",
        _ => "named",
    };
    let text = told.t1(&format!("mail-second-contact-{step}-text"), "product", product(told));
    let said = vec![text, told.t("mail-second-contact-not-us")];
    let mut letter = plain(told, told.t(&format!("mail-second-contact-{step}")), said);
    letter.facts.push((told.t("second-contact-address"), one_line(told.text("address"))));
    if let Some(before) = told.data["before"].as_str() {
        letter.facts.push((told.t("mail-second-contact-before"), one_line(before)));
    }
    letter.facts.push((told.t(&format!("mail-second-contact-{step}-by")), one_line(told.text("by"))));
    letter.facts.extend(told.when(&told.data["at"]).map(|at| (told.t("mail-second-contact-at"), at)));
    letter.links.push(told.link("mail-second-contact-open", "/settings/second-contact"));
    letter
}

fn product<'a>(told: &'a Told) -> &'a str {
    told.desk.config.branding.product.get(told.lang)
}
