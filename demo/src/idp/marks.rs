//! The marks by which everybody else can tell that a key, an issuer or a token is the demonstration's, and refuse it.
//!
//! Three, because each alone can be missed: keys are named [`KEY_PREFIX`]…, metadata and tokens say `"dev": true`, and the
//! issuer stands on `login.localhost` or names an example tenant.

use crate::people;
use serde_json::Value;
use url::Url;
use uuid::Uuid;

/// How the names (`kid`) of the demonstration's keys begin.
pub const KEY_PREFIX: &str = "demo-";

/// The member of metadata and tokens that is `true` here and absent elsewhere.
pub const DEV_MEMBER: &str = "dev";

/// The host that the identity provider has in `exception-desk demo`.
pub const HOST: &str = "login.localhost";

/// Whether a key is the demonstration's, by its name.
pub fn is_demo_key(kid: &str) -> bool {
    kid.starts_with(KEY_PREFIX)
}

/// Whether an issuer is the demonstration's: its host, or an example tenant in its path.
pub fn is_demo_issuer(issuer: &str) -> bool {
    let Ok(url) = Url::parse(issuer) else { return false };
    let names_example_tenant = url
        .path_segments()
        .into_iter()
        .flatten()
        .any(|segment| Uuid::parse_str(segment).is_ok_and(|id| people::tenant(id).is_some()));
    url.host_str() == Some(HOST) || names_example_tenant
}

/// Whether discovery metadata, a key set or a token's claims are the demonstration's.
pub fn is_demo_metadata(document: &Value) -> bool {
    let key = |jwk: &Value| jwk["kid"].as_str().is_some_and(is_demo_key);
    document[DEV_MEMBER] == Value::Bool(true)
        || ["issuer", "iss"].iter().any(|name| document[*name].as_str().is_some_and(is_demo_issuer))
        || document["keys"].as_array().is_some_and(|keys| keys.iter().any(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_marks_are_recognised_and_others_are_left_alone() {
        assert!(is_demo_key("demo-4f2a"));
        assert!(!is_demo_key("2026-demo-1"));
        assert!(is_demo_issuer("http://login.localhost:8081/{tenantid}/v2.0"));
        assert!(is_demo_issuer(&format!("http://127.0.0.1:9/{}/v2.0", people::CONTOSO.id)));
        assert!(!is_demo_issuer("https://login.example/3f0c8d5e-31b3-4c3a-8e63-2f4f0f9e5b11/v2.0"));
        assert!(!is_demo_issuer("not an address"));
        assert!(is_demo_metadata(&json!({"dev": true})));
        assert!(is_demo_metadata(&json!({"keys": [{"kid": "demo-x"}]})));
        assert!(!is_demo_metadata(&json!({"dev": "true", "keys": [{"kid": "k1"}], "issuer": "https://id.example"})));
    }
}
