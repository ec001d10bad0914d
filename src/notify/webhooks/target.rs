//! The address of an endpoint: checked when it is saved, and again each time before it is called, since rules change.

use super::address::is_public;
use crate::config::{Webhooks, is_local};
use std::net::IpAddr;
use url::{Host, Url};

/// Longest address, in characters.
pub const MAX_URL: usize = 500;

/// `text` as an address that `rules` allow. What its host's name stands for is looked up, and checked, when it is called.
///
/// # Errors
/// The code of what is wrong with it.
pub fn check(text: &str, rules: &Webhooks) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "webhook_url_invalid")?;
    // Only then may `http` and other ports be: what does not leave the machine.
    let stays_here = rules.dangerously_allow_loopback && is_local(&url);
    match url.scheme() {
        "https" => {}
        "http" if stays_here => {}
        _ => return Err("webhook_url_not_https"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("webhook_url_with_user");
    }
    if url.fragment().is_some() {
        return Err("webhook_url_with_fragment");
    }
    let port = url.port_or_known_default().ok_or("webhook_url_invalid")?;
    if !stays_here && !rules.ports.contains(&port) {
        return Err("webhook_url_port");
    }
    match url.host().ok_or("webhook_url_invalid")? {
        Host::Ipv4(address) => allow(address.into(), rules)?,
        Host::Ipv6(address) => allow(address.into(), rules)?,
        Host::Domain(_) => {}
    }
    Ok(url)
}

/// What the audit log keeps of an address: no query, which often holds the receiver's own key.
pub fn recorded(url: &str) -> String {
    let Ok(mut url) = Url::parse(url) else { return String::new() };
    url.set_query(None);
    url.set_fragment(None);
    // A URL without a host has no user name to take out.
    let _ = url.set_username("").and_then(|()| url.set_password(None));
    url.into()
}

fn allow(address: IpAddr, rules: &Webhooks) -> Result<(), &'static str> {
    if is_allowed(address, rules) { Ok(()) } else { Err("webhook_url_address") }
}

/// Whether an endpoint may be at `address`.
pub fn is_allowed(address: IpAddr, rules: &Webhooks) -> bool {
    is_public(address) || (rules.dangerously_allow_loopback && address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_an_endpoint_is_refused_by_name() {
        let rules = Webhooks::default();
        for (url, wrong) in [
            ("https://tickets.contoso.example/hooks?key=1", None),
            ("https://1.1.1.1/", None),
            ("https://tickets.contoso.example:443/", None),
            ("tickets.contoso.example", Some("webhook_url_invalid")),
            ("https://", Some("webhook_url_invalid")),
            ("http://tickets.contoso.example/", Some("webhook_url_not_https")),
            ("file:///etc/passwd", Some("webhook_url_not_https")),
            ("https://desk@tickets.contoso.example/", Some("webhook_url_with_user")),
            ("https://:secret@tickets.contoso.example/", Some("webhook_url_with_user")),
            ("https://tickets.contoso.example/#top", Some("webhook_url_with_fragment")),
            ("https://tickets.contoso.example:8443/", Some("webhook_url_port")),
            ("https://127.0.0.1/", Some("webhook_url_address")),
            ("https://127.1/", Some("webhook_url_address")),
            ("https://0x7f000001/", Some("webhook_url_address")),
            ("https://2130706433/", Some("webhook_url_address")),
            ("https://１２７.0.0.1/", Some("webhook_url_address")),
            ("https://[::ffff:10.0.0.1]/", Some("webhook_url_address")),
            ("https://[fd00:ec2::254]/", Some("webhook_url_address")),
            ("https://169.254.169.254/latest/meta-data/", Some("webhook_url_address")),
            ("http://localhost/", Some("webhook_url_not_https")),
            ("https://localhost:8443/", Some("webhook_url_port")),
        ] {
            assert_eq!(check(url, &rules).err(), wrong, "{url}");
        }
    }

    #[test]
    fn an_address_is_recorded_without_what_may_be_a_key() {
        for url in
            ["https://a.example/hooks/1", "https://a.example/hooks/1?key=1&b#top", "https://u:p@a.example/hooks/1"]
        {
            assert_eq!(recorded(url), "https://a.example/hooks/1");
        }
        assert_eq!(recorded("https://a.example:8443"), "https://a.example:8443/");
    }

    #[test]
    fn the_dangerous_switch_opens_this_machine_and_nothing_else() {
        let rules = Webhooks { dangerously_allow_loopback: true, ..Webhooks::default() };
        for url in ["http://127.0.0.1:8080/", "https://localhost:9443/", "http://[::1]:1/"] {
            assert!(check(url, &rules).is_ok(), "{url}");
        }
        for url in ["http://tickets.contoso.example/", "https://10.0.0.1/", "https://tickets.contoso.example:8443/"] {
            assert!(check(url, &rules).is_err(), "{url}");
        }
    }
}
