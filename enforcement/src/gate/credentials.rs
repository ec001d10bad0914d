//! Which credentials a request carries. At most one kind can be judged: the upstream might believe the other one.

use actix_web::http::header::{AUTHORIZATION, COOKIE, HeaderMap};

/// The session cookie over https; `__Host-` binds it to the host and keeps subdomains from setting it.
const SESSION_HTTPS: &str = "__Host-mfa-gate";
/// The session cookie over http, which is for loopback only.
const SESSION_HTTP: &str = "mfa-gate";
const BINDING_HTTPS: &str = "__Host-mfa-gate-sign-in";
const BINDING_HTTP: &str = "mfa-gate-sign-in";

/// What a request carries.
#[derive(Debug, PartialEq, Eq)]
pub enum Credentials {
    /// Nothing.
    None,
    /// `Authorization: Bearer …`
    Bearer(String),
    /// `Authorization` of another scheme, which is believed nowhere.
    Foreign,
    /// The gate's session cookie.
    Session(String),
}

/// Two kinds of credentials, two of one kind, or one where the gate judges none.
#[derive(Debug, PartialEq, Eq)]
pub struct TwoCredentials;

/// The name of the session cookie.
pub fn session_cookie(https: bool) -> &'static str {
    if https { SESSION_HTTPS } else { SESSION_HTTP }
}

/// The name of the cookie that binds a sign-in to the browser that began it.
pub fn binding_cookie(https: bool) -> &'static str {
    if https { BINDING_HTTPS } else { BINDING_HTTP }
}

impl Credentials {
    /// Reads the credentials from the headers that the proxy passes on, for the request target `target`.
    ///
    /// # Errors
    /// More than one, or one in the query: the gate judges none there, but an upstream may believe it (RFC 6750, 2.3).
    pub fn read(headers: &HeaderMap, https: bool, target: &str) -> Result<Self, TwoCredentials> {
        let query = target.split_once('?').map_or("", |(_, query)| query);
        if url::form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "access_token") {
            return Err(TwoCredentials);
        }
        let cookie = cookie(headers, session_cookie(https))?;
        let mut authorizations = headers.get_all(AUTHORIZATION);
        let authorization = authorizations.next();
        match (authorization, authorizations.next(), cookie) {
            (None, _, None) => Ok(Self::None),
            (None, _, Some(id)) => Ok(Self::Session(id)),
            (Some(value), None, None) => Ok(value.to_str().ok().and_then(bearer).map_or(Self::Foreign, Self::Bearer)),
            _ => Err(TwoCredentials),
        }
    }
}

/// The token of a `Bearer` header; the scheme's case is immaterial (RFC 9110).
fn bearer(value: &str) -> Option<String> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    let is_one = !token.is_empty() && !token.contains([' ', ',']);
    (scheme.eq_ignore_ascii_case("bearer") && is_one).then(|| token.to_owned())
}

/// The value of the cookie `name`, in whichever `Cookie` header it is.
///
/// # Errors
/// Several of that name with different values.
pub fn cookie(headers: &HeaderMap, name: &str) -> Result<Option<String>, TwoCredentials> {
    let mut found: Option<String> = None;
    for pair in headers.get_all(COOKIE).filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';')) {
        let Some((key, value)) = pair.trim().split_once('=') else { continue };
        if key == name {
            match &found {
                Some(other) if other != value => return Err(TwoCredentials),
                _ => found = Some(value.to_owned()),
            }
        }
    }
    Ok(found.filter(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::{Credentials, TwoCredentials};
    use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

    fn read(headers: &[(&str, &str)]) -> Result<Credentials, TwoCredentials> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        Credentials::read(&map, true, "/v1?page=2")
    }

    #[test]
    fn one_credential_is_read() {
        assert_eq!(read(&[]), Ok(Credentials::None));
        assert_eq!(read(&[("authorization", "Bearer abc")]), Ok(Credentials::Bearer("abc".into())));
        assert_eq!(read(&[("authorization", "bEARER  abc ")]), Ok(Credentials::Bearer("abc".into())));
        assert_eq!(read(&[("cookie", "a=b; __Host-mfa-gate=id; c")]), Ok(Credentials::Session("id".into())));
    }

    #[test]
    fn what_is_no_bearer_token_is_foreign() {
        for odd in ["Basic abc", "Bearer", "Bearer a b", "Bearer a, Basic b", "abc"] {
            assert_eq!(read(&[("authorization", odd)]), Ok(Credentials::Foreign), "{odd}");
        }
    }

    #[test]
    fn two_credentials_cannot_be_judged() {
        let cookie = ("cookie", "__Host-mfa-gate=id");
        assert_eq!(read(&[("authorization", "Bearer abc"), cookie]), Err(TwoCredentials));
        assert_eq!(read(&[("authorization", "Basic abc"), cookie]), Err(TwoCredentials));
        assert_eq!(read(&[("authorization", "Bearer a"), ("authorization", "Bearer a")]), Err(TwoCredentials));
        assert_eq!(read(&[cookie, ("cookie", "__Host-mfa-gate=other")]), Err(TwoCredentials));
    }

    #[test]
    fn a_token_in_the_query_cannot_be_judged() {
        for target in ["/v1?access_token=x", "/v1?a=b&access%5Ftoken=", "/v1?a&access_token"] {
            assert_eq!(Credentials::read(&HeaderMap::new(), true, target), Err(TwoCredentials), "{target}");
        }
    }

    #[test]
    fn over_https_the_cookie_of_plain_http_is_nothing() {
        assert_eq!(read(&[("cookie", "mfa-gate=id")]), Ok(Credentials::None));
    }
}
