//! `[[feed.clients]]`: clients that get a part of the feed.

use crate::identity::TenantId;
use serde::Deserialize;
use std::collections::BTreeSet;

/// Most characters of a client's id.
const LONGEST_ID: usize = 200;

/// `[[feed.clients]]`: a client that gets the rules of some tenants, for some surfaces. One that is not named gets them all.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitedClient {
    /// Its client id, whatever the case of its letters and whichever operator tenant it comes from.
    pub client: String,
    /// The tenants whose rules it gets; those of all when absent.
    pub tenants: Option<BTreeSet<TenantId>>,
    /// The surfaces that its rules are cut to; none are cut off when absent.
    pub surfaces: Option<BTreeSet<String>>,
}

impl LimitedClient {
    /// What is wrong with `clients`, and the way out.
    ///
    /// # Errors
    /// Names the client.
    pub(super) fn check(clients: &[Self]) -> Result<(), String> {
        for (at, limited) in clients.iter().enumerate() {
            let client = &limited.client;
            if client.trim() != client || !(1..=LONGEST_ID).contains(&client.chars().count()) {
                return Err(format!(
                    "`{client}` is no client id: give the `azp` of its tokens, 1 to {LONGEST_ID} characters"
                ));
            }
            if clients[..at].iter().any(|other| other.client.eq_ignore_ascii_case(client)) {
                return Err(format!("`{client}` has two sections: put its tenants and surfaces into one"));
            }
            if let Err(problem) = limited.check_limits() {
                return Err(format!("`{client}`: {problem}"));
            }
        }
        Ok(())
    }

    fn check_limits(&self) -> Result<(), &'static str> {
        match (&self.tenants, &self.surfaces) {
            (None, None) => Err("name `tenants`, `surfaces` or both, or take the section out: it limits nothing"),
            (Some(none), _) if none.is_empty() => {
                Err("name at least one of `tenants`, or leave them out for all tenants")
            }
            (_, Some(none)) if none.is_empty() => {
                Err("name at least one of `surfaces`, or leave them out for all surfaces")
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, ConfigError};
    use config::{File, FileFormat};

    fn read(sections: &str) -> Result<Config, ConfigError> {
        let text = format!("[feed]\n{sections}");
        let config: Config =
            config::Config::builder().add_source(File::from_str(&text, FileFormat::Toml)).build()?.try_deserialize()?;
        config.check()?;
        Ok(config)
    }

    const TENANT: &str = "b13e516c-1dbc-4832-a49e-c6417db8f5db";

    #[test]
    fn a_client_is_limited_to_tenants_surfaces_or_both() {
        for limits in [
            format!("tenants = ['{TENANT}']"),
            "surfaces = ['partner_api']".to_owned(),
            format!("tenants = ['{TENANT}']\nsurfaces = ['partner_api', 'dashboard']"),
        ] {
            assert_eq!(read(&format!("[[feed.clients]]\nclient = 'a'\n{limits}")).unwrap().feed.clients.len(), 1);
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused_by_place_with_the_way_out() {
        for (sections, told) in [
            ("[[feed.clients]]\nclient = 'a'", "`feed.clients`: `a`: name `tenants`, `surfaces` or both"),
            ("[[feed.clients]]\nclient = 'a'\ntenants = []", "`feed.clients`: `a`: name at least one of `tenants`"),
            ("[[feed.clients]]\nclient = 'a'\nsurfaces = []", "`feed.clients`: `a`: name at least one of `surfaces`"),
            ("[[feed.clients]]\nclient = ' a'\nsurfaces = ['b']", "`feed.clients`: ` a` is no client id"),
            (
                "[[feed.clients]]\nclient = 'a'\nsurfaces = ['b']\n[[feed.clients]]\nclient = 'A'\nsurfaces = ['c']",
                "`feed.clients`: `A` has two sections",
            ),
            ("[[feed.clients]]\nclient = 'a'\ntenants = ['contoso']", "not a GUID such as"),
            ("[[feed.clients]]\nclient = 'a'\ntenants = ['contoso']", "feed.clients"),
            ("[[feed.clients]]\nclient = 'a'\ntenant = ['contoso']", "unknown field `tenant`"),
        ] {
            let error = read(sections).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
