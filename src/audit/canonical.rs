//! The one text that an event has in the chain: JSON as RFC 8785 writes it, with numbers as the digits that the database keeps.

use serde_json::to_string;
use std::fmt::Write;

/// `json` with the keys of its objects sorted (by UTF-16, as RFC 8785 says), no space between tokens, strings escaped as
/// little as can be, and each number as it stands there. `json` is valid, or what is not is left out.
pub fn canonical(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    Scanner { rest: json }.value(&mut out);
    out
}

/// What the chain holds of an event. Every value is a text, as docs/AUDIT.md says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// What happened.
    pub action: String,
    /// `person`, `client` or `system`.
    pub actor_kind: String,
    /// Who.
    pub actor_object_id: Option<String>,
    /// In which role.
    pub actor_role: Option<String>,
    /// Of which tenant.
    pub actor_tenant: Option<String>,
    /// When: UTC, to the microsecond.
    pub at: String,
    /// Codes, instants, before and after: JSON.
    pub details: String,
    /// The event's id.
    pub id: String,
    /// SHA-256 of salt and personal text, in hex.
    pub personal_digest: Option<String>,
    /// The thing.
    pub subject_id: String,
    /// Its kind.
    pub subject_kind: String,
    /// Whose data.
    pub tenant: Option<String>,
}

impl Entry {
    /// The event as one JSON object: every member there, `null` where there is nothing, sorted by name.
    pub fn canonical(&self) -> String {
        let members = [
            ("action", Some(&self.action)),
            ("actor_kind", Some(&self.actor_kind)),
            ("actor_object_id", self.actor_object_id.as_ref()),
            ("actor_role", self.actor_role.as_ref()),
            ("actor_tenant", self.actor_tenant.as_ref()),
            ("at", Some(&self.at)),
            ("details", None),
            ("id", Some(&self.id)),
            ("personal_digest", self.personal_digest.as_ref()),
            ("subject_id", Some(&self.subject_id)),
            ("subject_kind", Some(&self.subject_kind)),
            ("tenant", self.tenant.as_ref()),
        ];
        let mut out = String::from("{");
        for (place, (name, value)) in members.into_iter().enumerate() {
            let value = match (name, value) {
                ("details", _) => canonical(&self.details),
                (_, Some(text)) => quoted(text),
                (_, None) => "null".to_owned(),
            };
            let comma = if place == 0 { "" } else { "," };
            // Writing to a string does not fail.
            let _ = write!(out, r#"{comma}"{name}":{value}"#);
        }
        out.push('}');
        out
    }
}

/// `text` as a JSON string.
pub fn quoted(text: &str) -> String {
    to_string(text).unwrap_or_default()
}

struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    fn value(&mut self, out: &mut String) {
        self.space();
        match self.rest.as_bytes().first() {
            Some(b'{') => self.object(out),
            Some(b'[') => self.array(out),
            Some(b'"') => out.push_str(&quoted(&self.string())),
            _ => out.push_str(self.bare()),
        }
    }

    fn object(&mut self, out: &mut String) {
        self.take('{');
        let mut members = Vec::new();
        self.space();
        while !self.take('}') && !self.rest.is_empty() {
            self.space();
            let key = self.string();
            self.space();
            self.take(':');
            let mut value = String::new();
            self.value(&mut value);
            members.push((key, value));
            self.space();
            if !self.take(',') {
                self.take('}');
                break;
            }
        }
        members.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
        let members: Vec<_> = members.iter().map(|(key, value)| format!("{}:{value}", quoted(key))).collect();
        let _ = write!(out, "{{{}}}", members.join(","));
    }

    fn array(&mut self, out: &mut String) {
        self.take('[');
        out.push('[');
        self.space();
        while !self.take(']') && !self.rest.is_empty() {
            self.value(out);
            self.space();
            if !self.take(',') {
                self.take(']');
                break;
            }
            out.push(',');
        }
        out.push(']');
    }

    /// The text of the string that begins here.
    fn string(&mut self) -> String {
        let bytes = self.rest.as_bytes();
        let mut end = 1;
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let (token, rest) = self.rest.split_at_checked(end + 1).unwrap_or((self.rest, ""));
        self.rest = rest;
        serde_json::from_str(token).unwrap_or_default()
    }

    /// A number, `true`, `false` or `null`.
    fn bare(&mut self) -> &'a str {
        let end = self.rest.find(|c: char| matches!(c, ',' | ']' | '}') || c.is_ascii_whitespace());
        let (token, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        token
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches(|c: char| c.is_ascii_whitespace());
    }

    fn take(&mut self, wanted: char) -> bool {
        let rest = self.rest.strip_prefix(wanted);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    #[test]
    fn keys_are_sorted_spaces_go_and_numbers_stay_as_they_are() {
        let json = r#"{"b": [1, 2.50, {"z": null, "a": true}], "a": "x\u0041\/\n\u001f", "Ω": {}, "": []}"#;
        assert_eq!(canonical(json), r#"{"":[],"a":"xA/\n\u001f","b":[1,2.50,{"a":true,"z":null}],"Ω":{}}"#);
        assert_eq!(canonical(" 7 "), "7");
    }

    #[test]
    fn keys_are_sorted_as_utf_16() {
        // U+1F600 is written D83D DE00 and comes before U+FB33, as in RFC 8785, section 3.2.3.
        assert_eq!(canonical("{\"\u{FB33}\":1,\"\u{1F600}\":2}"), "{\"\u{1F600}\":2,\"\u{FB33}\":1}");
    }

    #[test]
    fn an_event_has_every_member_in_order() {
        let entry = Entry { action: "request.filed".to_owned(), details: "{}".to_owned(), ..Entry::default() };
        let keys: Vec<_> =
            serde_json::from_str::<Value>(&entry.canonical()).unwrap().as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys.len(), 12);
        assert!(keys.is_sorted());
        assert_eq!(canonical(&entry.canonical()), entry.canonical());
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_canonical_text_says_the_same_and_is_its_own(value in any_json()) {
            let text = canonical(&serde_json::to_string_pretty(&value).unwrap());
            prop_assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
            prop_assert_eq!(canonical(&text), text);
        }

        #[test]
        fn nothing_makes_it_panic_or_hang(text in any::<String>(), ascii in "[\\[\\]{}:,\"\\\\ 1a]{0,40}") {
            let _ = (canonical(&text), canonical(&ascii));
        }
    }

    #[test]
    fn nesting_is_kept() {
        assert_eq!(canonical(&json!([[[]], [{}], [[1, [2]], 3]]).to_string()), "[[[]],[{}],[[1,[2]],3]]");
    }
}
