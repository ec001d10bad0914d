//! What a verified token says, read once and strictly.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

/// The content of a token whose signature, issuer, tenant, audience and times were checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// `iss`, as the token spells it.
    pub issuer: String,
    /// The tenant: `tid`, which agrees with the issuer.
    pub tenant: Uuid,
    /// `sub`; unique within the issuer only.
    pub subject: String,
    /// `oid`, the user's (or application's) id within the tenant; a malformed one counts as absent.
    pub object_id: Option<Uuid>,
    /// `amr`, when it is an array of texts; anything else counts as empty.
    pub amr: Vec<String>,
    /// `acr`.
    pub acr: Option<String>,
    /// `roles`, when it is an array of texts. Means nothing unless the tenant may give such roles.
    pub roles: Vec<String>,
    /// An application's own token, on positive proof only: `idtyp` is `app` and there is no `scp`.
    pub app_only: bool,
    /// The application that asked for the token: `azp`, else `appid`.
    pub client_id: Option<String>,
    /// For people to read; never to match.
    pub name: Option<String>,
    /// For people to read; never to match.
    pub preferred_username: Option<String>,
    /// For people to read; never to match.
    pub email: Option<String>,
    /// `iat`.
    pub issued_at: Option<DateTime<Utc>>,
    /// `nbf`.
    pub not_before: Option<DateTime<Utc>>,
    /// `exp`, exclusive.
    pub expires_at: DateTime<Utc>,
    /// `auth_time`.
    pub authenticated_at: Option<DateTime<Utc>>,
    /// Every claim, for readers with a configured claim of their own.
    pub all: Map<String, Value>,
}

impl Claims {
    /// Whether multi-factor authentication was done: `amr` has the exact member `mfa`.
    pub fn has_mfa(&self) -> bool {
        self.amr.iter().any(|method| method == "mfa")
    }

    /// Reads the claims of a token that was verified, of this tenant.
    ///
    /// # Errors
    /// The name of a claim that is missing or malformed.
    pub fn read(all: Map<String, Value>, tenant: Uuid) -> Result<Self, &'static str> {
        let text = |name: &str| all.get(name).and_then(Value::as_str).map(str::to_owned);
        let id = |name: &str| all.get(name).and_then(Value::as_str).and_then(guid);
        Ok(Self {
            issuer: text("iss").ok_or("iss")?,
            tenant,
            subject: text("sub").filter(|subject| !subject.is_empty()).ok_or("sub")?,
            object_id: id("oid"),
            amr: texts(all.get("amr")).unwrap_or_default(),
            acr: text("acr"),
            roles: texts(all.get("roles")).unwrap_or_default(),
            app_only: all.get("idtyp").and_then(Value::as_str) == Some("app") && !all.contains_key("scp"),
            client_id: text("azp").or_else(|| text("appid")),
            name: text("name"),
            preferred_username: text("preferred_username"),
            email: text("email"),
            issued_at: instant(&all, "iat")?,
            not_before: instant(&all, "nbf")?,
            expires_at: instant(&all, "exp")?.ok_or("exp")?,
            authenticated_at: instant(&all, "auth_time")?,
            all,
        })
    }
}

/// A GUID in its usual form, 8-4-4-4-12; providers never send another spelling.
pub(crate) fn guid(text: &str) -> Option<Uuid> {
    if text.len() == 36 { Uuid::try_parse(text).ok() } else { None }
}

/// The members of an array of texts; nothing when it is anything else.
pub fn texts(value: Option<&Value>) -> Option<Vec<String>> {
    value?.as_array()?.iter().map(|member| member.as_str().map(str::to_owned)).collect()
}

/// A NumericDate that may be absent, but not malformed.
fn instant(claims: &Map<String, Value>, name: &'static str) -> Result<Option<DateTime<Utc>>, &'static str> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    numeric_date(value).map(Some).ok_or(name)
}

/// A NumericDate (RFC 7519: seconds since 1970, fractions allowed and dropped); nothing when it is anything else.
pub fn numeric_date(value: &Value) -> Option<DateTime<Utc>> {
    // 1e11 seconds is the year 5138; the cast below cannot overflow.
    let whole = |seconds: f64| (seconds.abs() < 1e11).then(|| seconds.floor() as i64);
    let seconds = value.as_i64().or_else(|| value.as_f64().and_then(whole))?;
    DateTime::from_timestamp(seconds, 0)
}
