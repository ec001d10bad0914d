//! Tokens that somebody pasted where none belongs: recognized by their shape, so that they are refused and repeated nowhere.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// Shortest part of a token whose first part cannot be read; names of hosts and packages are mostly shorter.
const LONG: usize = 16;

/// Whether `text` holds what looks like a token: parts in base64url with dots between them of which one opens a JSON object, three
/// long such parts, or the word "Bearer" before a long one. White space that a paste brought along does not hide it.
pub fn looks_like_token(text: &str) -> bool {
    // Without a dot there are no parts, whatever else there is.
    (text.contains('.') && has_parts_of_token(text)) || names_bearer(text)
}

fn has_parts_of_token(text: &str) -> bool {
    let dense: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    opens_json(text) || opens_json(&dense) || has_long_parts(text)
}

/// As [`looks_like_token`], for every key and text of `value`: their escapes are undone.
pub fn holds_token(value: &Value) -> bool {
    match value {
        Value::String(text) => looks_like_token(text),
        Value::Array(items) => items.iter().any(holds_token),
        Value::Object(map) => map.iter().any(|(key, value)| looks_like_token(key) || holds_token(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// As [`looks_like_token`], for the names and values of a query string.
pub fn query_holds_token(query: &str) -> bool {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.any(|(name, value)| looks_like_token(&name) || looks_like_token(&value))
}

/// The runs of base64url in `text` with the dots between them: for each run, what follows its dot.
fn parts(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let of_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.split(move |c| !of_token(c)).filter(|run| run.contains('.')).map(|run| run.split('.').collect())
}

/// The header or the payload of a JWS, or the header of a JWE, beside another part: nothing else looks like that.
fn opens_json(text: &str) -> bool {
    let is_object = |part: &str| {
        let whole = part.get(..part.len() / 4 * 4).unwrap_or_default();
        let opens = URL_SAFE_NO_PAD.decode(whole).is_ok_and(|bytes| {
            let text = bytes.trim_ascii_start();
            text.starts_with(b"{") && text.get(1..).unwrap_or_default().trim_ascii_start().starts_with(b"\"")
        });
        part.len() >= 8 && opens
    };
    parts(text).any(|parts| parts.len() >= 2 && parts.into_iter().any(is_object))
}

fn has_long_parts(text: &str) -> bool {
    parts(text).any(|parts| parts.windows(3).any(|three| three.iter().all(|part| part.len() >= LONG)))
}

/// `Bearer` and what it introduces; a word of prose has no digit in it.
fn names_bearer(text: &str) -> bool {
    // Most that is asked about is an address, and shorter.
    if text.len() < LONG {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    lower.match_indices("bearer").any(|(at, word)| {
        let rest = lower.get(at + word.len()..).unwrap_or_default();
        let token = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '=' | '"'));
        let of_token = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
        let run = token.split(|c: char| !of_token(c)).next().unwrap_or_default();
        token.len() < rest.len() && run.len() >= LONG && run.bytes().any(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const TOKEN: &str = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbm5hIn0.c2lnbmF0dXJlLWxvbmctZW5vdWdo";

    #[test]
    fn a_token_is_seen_wherever_it_stands() {
        let broken = format!("{}\n {}", &TOKEN[..30], &TOKEN[30..]);
        for text in [
            TOKEN,
            &broken,
            &format!("Authorization: Bearer {TOKEN}"),
            &format!("https://x.example/#id_token={TOKEN}&state=1"),
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.",
            "eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn",
            "eyJzdWIiOiJ4In0.c2ln",
            "bearer 0123456789abcdef0123",
            "AAAAAAAAAAAAAAAAAAAA.BBBBBBBBBBBBBBBBBBBB.CCCCCCCCCCCCCCCCCCCC",
        ] {
            assert!(looks_like_token(text), "{text}");
        }
        assert!(query_holds_token(&format!("a=b&token={}", TOKEN.replace('e', "%65"))));
        let escaped: Value = serde_json::from_str(&format!(r#"{{"a": ["\u0065{}"]}}"#, &TOKEN[1..])).unwrap();
        assert!(holds_token(&escaped));
        assert!(holds_token(&json!({ TOKEN: 1 })));
    }

    #[test]
    fn claims_and_prose_are_no_tokens() {
        let claims = json!({
            "iss": "https://login.microsoftonline.example/7b9ae9d5-79be-4d36-9d0a-6ba1a5f1f6a1/v2.0", "ver": "2.0",
            "aud": "api.partnercenter.example.com", "azp": "com.example.partnercenterapp", "amr": ["pwd", "mfa"],
            "rh": "1.AXEA1Yy6f2kuTEu.AAAA", "uti": "qGF4kY8hNkKuuvKkDAECAA", "ipaddr": "203.0.113.10",
            "note": "Authentication: bearer authentication-with-long-words", "scp": "user_impersonation",
        });
        assert!(!holds_token(&claims));
        assert!(!looks_like_token(&claims.to_string()));
        assert!(!looks_like_token(""));
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_look(text: String) {
            let _ = (looks_like_token(&text), query_holds_token(&text));
        }

        #[test]
        fn every_signed_token_is_seen(payload in "[a-z]{1,40}", signature in "[A-Za-z0-9_-]{0,90}", before in "[ -~]{0,9}") {
            let payload = URL_SAFE_NO_PAD.encode(json!({ "sub": payload }).to_string());
            let before = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || "-_.".contains(c));
            let text = format!("{before}eyJhbGciOiJFUzI1NiJ9.{payload}.{signature}");
            prop_assert!(looks_like_token(&text), "{}", text);
        }
    }
}
