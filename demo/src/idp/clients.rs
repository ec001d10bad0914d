//! Applications that may ask for sign-ins and tokens.

use sha2::{Digest as _, Sha256};

/// A registered application.
#[derive(Clone, Debug)]
pub struct Client {
    /// `client_id`.
    pub id: String,
    /// `client_secret`, by `client_secret_basic` or `client_secret_post`.
    pub secret: String,
    /// Where a sign-in may return to, letter for letter.
    pub redirect_uris: Vec<String>,
    /// Where a sign-out may return to, letter for letter.
    pub post_logout_redirect_uris: Vec<String>,
    /// The APIs it may call: values of `aud`. The first is meant when none is asked for.
    pub audiences: Vec<String>,
    /// Whether it may use `client_credentials`: it is then the machine [`crate::people::FEED`].
    pub acts_as_feed: bool,
}

impl Client {
    /// Whether `secret` is the client's; takes the same time wherever they differ.
    pub(crate) fn knows(&self, secret: &str) -> bool {
        !self.secret.is_empty() && Sha256::digest(secret) == Sha256::digest(&self.secret)
    }

    /// What `scope` (words separated by spaces) and `resource` ask for: the API, and what may be done there.
    ///
    /// Words of OpenID itself ask for nothing there; `AUDIENCE/WORD` asks for WORD, `AUDIENCE/.default` for the usual.
    ///
    /// # Errors
    /// The error code of OAuth 2 and a description.
    pub(crate) fn target(&self, scope: &str, resource: Option<&str>) -> Result<Target, (&'static str, String)> {
        let mut words: Vec<&str> = Vec::new();
        let mut asked = resource.map(str::to_owned);
        for word in scope.split_whitespace() {
            if ["openid", "profile", "email", "offline_access"].contains(&word) {
                continue;
            }
            let Some((audience, action)) = self.audiences.iter().find_map(|a| {
                Some((a, word.strip_prefix(a.as_str())?.strip_prefix('/')?)).filter(|(_, action)| !action.is_empty())
            }) else {
                return Err(("invalid_scope", format!("`{word}` belongs to no API that `{}` may call", self.id)));
            };
            if asked.get_or_insert_with(|| audience.clone()) != audience {
                return Err(("invalid_scope", "one token is for one API: ask for them one after the other".to_owned()));
            }
            if action != ".default" {
                words.push(action);
            }
        }
        let audience = match asked {
            Some(audience) if self.audiences.contains(&audience) => audience,
            Some(other) => return Err(("invalid_target", format!("`{}` may not call `{other}`", self.id))),
            None => self.audiences.first().cloned().unwrap_or_else(|| self.id.clone()),
        };
        let scopes = if words.is_empty() { super::claims::DEFAULT_SCOPE.to_owned() } else { words.join(" ") };
        Ok(Target { audience, scopes })
    }
}

/// What an access token is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub audience: String,
    pub scopes: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client() -> Client {
        Client {
            id: "desk".into(),
            secret: "s".into(),
            redirect_uris: vec![],
            post_logout_redirect_uris: vec![],
            audiences: vec!["api://desk".into(), "api://portal".into()],
            acts_as_feed: false,
        }
    }

    #[test]
    fn the_scope_names_the_api() {
        let target = |scope, resource| client().target(scope, resource).map(|t| (t.audience, t.scopes));
        assert_eq!(target("openid profile", None), Ok(("api://desk".into(), "access".into())));
        assert_eq!(target("openid api://portal/.default", None), Ok(("api://portal".into(), "access".into())));
        assert_eq!(target("api://portal/read", Some("api://portal")), Ok(("api://portal".into(), "read".into())));
        assert_eq!(target("api://other/read", None).unwrap_err().0, "invalid_scope");
        assert_eq!(target("api://desk/read api://portal/read", None).unwrap_err().0, "invalid_scope");
        assert_eq!(target("openid", Some("api://other")).unwrap_err().0, "invalid_target");
    }

    #[test]
    fn an_empty_secret_opens_nothing() {
        assert!(client().knows("s"));
        assert!(!client().knows("S"));
        assert!(!Client { secret: String::new(), ..client() }.knows(""));
    }
}
