//! A partner's second contact: an address that gets a copy of what the contacts of the partner's requests are mailed, and nothing that
//! ends an exception or confirms an address.
//!
//! An account of the partner that is taken over must not have mail sent elsewhere unseen, nor strangers mailed: naming one takes MFA,
//! its reader confirms it by a link before anything else is sent there, links are few, and the tenant's security contact hears of every
//! step. A copy is a row of the outbox of its own, so that one address that fails holds up no other.

pub mod api;
mod change;
mod pace;
mod pages;
mod store;

pub use change::link;
pub use store::sweep;

use actix_web::web::ServiceConfig;

/// `/settings/second-contact…`, `/api/v1/settings/second-contact…`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.configure(api::routes).configure(pages::routes);
}

/// `address` so that whoever knows it recognises it, and whoever does not learns little: its first character and its domain.
fn masked(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let first = local.chars().next().map(String::from).unwrap_or_default();
    format!("{first}…@{domain}")
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_masked_address_shows_its_first_character_and_its_domain() {
        assert_eq!(masked("aiko.sato@partner.example"), "a…@partner.example");
        assert_eq!(masked("佐藤@partner.example"), "佐…@partner.example");
        assert_eq!(masked("\"a@b\"@partner.example"), "\"…@partner.example");
    }
}
