//! What somebody says of a new endpoint, and what it must be.

use super::Webhook;
use super::target::{self, MAX_URL};
use crate::config::Webhooks;
use crate::identity::TenantId;
use crate::notify::Kind;
use crate::problem::InputError;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Longest description, in characters.
pub const MAX_DESCRIPTION: usize = 80;

/// A new endpoint, or what one is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({
    "url": "https://tickets.contoso.example/hooks/mfa", "description": "Ticket system", "types": ["request_received", "exception_granted"],
})))]
pub struct WebhookBody {
    /// Where events are sent: `https`, without user name and fragment, at an allowed port.
    #[schema(min_length = 1, max_length = 500, pattern = "^https?://")]
    pub url: String,
    /// What it is for, for colleagues to read.
    #[schema(min_length = 1, max_length = 80)]
    pub description: String,
    /// The types of event that it gets; all, also those to come, when absent.
    #[serde(default)]
    #[schema(min_items = 1)]
    pub types: Option<Vec<String>>,
    /// The tenant (of a registered partner) whose events alone it gets; everybody's when absent.
    #[serde(default)]
    pub tenant: Option<Uuid>,
}

/// A new endpoint that can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWebhook {
    /// Where, as a URL says it.
    pub url: String,
    /// What for.
    pub description: String,
    /// Each once, in the order of [`Kind::events`]; all when absent.
    pub types: Option<Vec<String>>,
    /// Whose alone.
    pub tenant: Option<TenantId>,
}

impl NewWebhook {
    /// Whether `webhook` is so already.
    pub fn is(&self, webhook: &Webhook) -> bool {
        let tenant = self.tenant.map(|tenant| tenant.0);
        (&self.url, &self.description, &self.types, tenant)
            == (&webhook.url, &webhook.description, &webhook.types, webhook.tenant)
    }

    /// What `body` means by `rules`. Whether its tenant is registered is looked up when it is added.
    ///
    /// # Errors
    /// Everything that is wrong, each at its place.
    pub fn read(body: &WebhookBody, rules: &Webhooks) -> Result<Self, Vec<InputError>> {
        let (url, description) = (body.url.trim(), body.description.trim());
        let mut errors = Vec::new();
        let checked = match url.chars().count() {
            0 => Err(InputError::new("/url", "missing")),
            1..=MAX_URL => target::check(url, rules).map_err(|code| at_url(code, rules)),
            _ => Err(InputError::new("/url", "too_long").with("max", MAX_URL)),
        };
        // In ASCII, a name of many letters is longer than it was typed.
        let checked = checked.map(String::from).and_then(|url| match url.len() {
            ..=MAX_URL => Ok(url),
            _ => Err(InputError::new("/url", "too_long").with("max", MAX_URL)),
        });
        let url = checked.map_err(|error| errors.push(error)).unwrap_or_default();
        match description.chars().count() {
            0 => errors.push(InputError::new("/description", "missing")),
            1..=MAX_DESCRIPTION if description.chars().any(char::is_control) => {
                errors.push(InputError::new("/description", "control_characters"));
            }
            1..=MAX_DESCRIPTION => {}
            _ => errors.push(InputError::new("/description", "too_long").with("max", MAX_DESCRIPTION)),
        }
        let types = body.types.as_ref().map(|types| known(types, &mut errors));
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Self { url, description: description.to_owned(), types, tenant: body.tenant.map(TenantId) })
    }
}

fn at_url(code: &'static str, rules: &Webhooks) -> InputError {
    let ports: Vec<_> = rules.ports.iter().map(u16::to_string).collect();
    InputError::new("/url", code).with("ports", ports.join(", "))
}

fn known(types: &[String], errors: &mut Vec<InputError>) -> Vec<String> {
    if types.is_empty() {
        errors.push(InputError::new("/types", "webhook_types_empty"));
    }
    let codes: Vec<_> = Kind::events().map(Kind::code).collect();
    let unknown = types.iter().enumerate().filter(|(_, name)| !codes.contains(&name.as_str()));
    errors.extend(unknown.map(|(index, _)| InputError::new(format!("/types/{index}"), "webhook_type_unknown")));
    let chosen = codes.iter().filter(|code| types.iter().any(|name| name == *code));
    chosen.map(|code| (*code).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str, description: &str, types: Option<&[&str]>) -> Result<NewWebhook, Vec<(String, &'static str)>> {
        let types = types.map(|types| types.iter().map(|name| (*name).to_owned()).collect());
        let body = WebhookBody { url: url.to_owned(), description: description.to_owned(), types, tenant: None };
        let errors = |errors: Vec<InputError>| errors.into_iter().map(|error| (error.pointer, error.code)).collect();
        NewWebhook::read(&body, &Webhooks::default()).map_err(errors)
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_its_place() {
        let wrong = read("ftp://x/", " ", Some(&["request_received", "everything"])).unwrap_err();
        let expected =
            [("/url", "webhook_url_not_https"), ("/description", "missing"), ("/types/1", "webhook_type_unknown")];
        assert_eq!(wrong, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
        assert_eq!(read("https://a.example/", "x", Some(&[])).unwrap_err()[0].1, "webhook_types_empty");
        assert_eq!(read(&format!("https://a.example/{}", "x".repeat(500)), "x", None).unwrap_err()[0].1, "too_long");
        assert_eq!(read(&format!("https://a.example/{}", "名".repeat(400)), "x", None).unwrap_err()[0].1, "too_long");
    }

    #[test]
    fn types_are_kept_once_in_their_order() {
        let new =
            read(" https://A.example ", "x", Some(&["request_denied", "request_received", "request_denied"])).unwrap();
        assert_eq!(new.url, "https://a.example/");
        assert_eq!(new.types.unwrap(), ["request_received", "request_denied"]);
    }
}
