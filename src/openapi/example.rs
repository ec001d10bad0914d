//! Examples made from the document's own shapes: a value of each, with words that a reader of the API knows.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// How many steps into a shape are followed, each reference one; ours are flatter, unless one refers to itself.
const DEEPEST: usize = 30;

/// Makes examples of the document's shapes.
pub(super) struct Examples {
    schemas: Map<String, Value>,
    /// What a field of this name holds, where its form alone would say little.
    known: BTreeMap<String, Value>,
}

impl Examples {
    /// Of the shapes in `document`.
    pub fn of(document: &Value) -> Self {
        let schemas = document["components"]["schemas"].as_object().cloned().unwrap_or_default();
        let mut known = BTreeMap::new();
        gather(&document["components"]["schemas"]["RequestBody"]["examples"][0], &mut known);
        for (name, value) in words().as_object().into_iter().flatten() {
            known.insert(name.clone(), value.clone());
        }
        Self { schemas, known }
    }

    /// An example of `schema`; nothing where it allows anything.
    pub fn of_schema(&self, schema: &Value) -> Option<Value> {
        self.value("", schema, 0)
    }

    fn value(&self, name: &str, schema: &Value, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        let given = schema.get("example").or_else(|| schema["examples"].get(0)).or_else(|| schema.get("const"));
        if let Some(given) = given.or_else(|| schema["enum"].get(0)) {
            return Some(given.clone());
        }
        if let Some(named) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
            return self.value(name, self.schemas.get(named)?, depth + 1);
        }
        for choice in ["oneOf", "anyOf"] {
            let is_null = |one: &&Value| one["type"] == "null";
            if let Some(first) = schema[choice].as_array().and_then(|all| all.iter().find(|one| !is_null(one))) {
                return self.value(name, first, depth + 1);
            }
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let parts = parts.iter().filter_map(|part| self.value(name, part, depth + 1));
            let fields = parts.filter_map(|part| part.as_object().cloned()).flatten();
            return Some(Value::Object(fields.collect()));
        }
        self.plain(name, schema, depth)
    }

    fn plain(&self, name: &str, schema: &Value, depth: usize) -> Option<Value> {
        // An object's own fields say more than another object of the same name, in a list too.
        let is_free = schema.get("properties").is_none() && schema["items"].get("$ref").is_none();
        if let Some(known) = self.known.get(name).filter(|known| is_free && fits(known, schema)) {
            return Some(known.clone());
        }
        Some(match kind(schema)? {
            "object" => {
                let fields = schema["properties"].as_object().into_iter().flatten();
                let value =
                    |(name, field): (&String, &Value)| Some((name.clone(), self.value(name, field, depth + 1)?));
                Value::Object(fields.filter_map(value).collect())
            }
            "array" => self.value(name, &schema["items"], depth + 1).into_iter().collect(),
            "integer" | "number" => schema.get("minimum").cloned().unwrap_or(json!(1)),
            "boolean" => json!(true),
            "string" => match schema["format"].as_str() {
                Some("uuid") => json!("3ceaaf30-8142-48ea-91d9-3080f9b439fc"),
                Some("date-time") => json!("2026-11-26T02:40:00Z"),
                _ => json!(name.replace('_', " ")),
            },
            _ => return None,
        })
    }
}

/// The first type that is not null.
fn kind(schema: &Value) -> Option<&str> {
    match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        kind => kind.as_str(),
    }
}

/// Whether a value of another field of this name can stand here.
fn fits(known: &Value, schema: &Value) -> bool {
    let of = match known {
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::Number(_) => "integer",
        Value::Bool(_) => "boolean",
        Value::Null => return false,
    };
    kind(schema) == Some(of)
}

/// Every named value in `value`, the outermost of a name first.
fn gather(value: &Value, known: &mut BTreeMap<String, Value>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        known.entry(name.clone()).or_insert_with(|| value.clone());
    }
    value.as_object().into_iter().flatten().for_each(|(_, value)| gather(value, known));
}

/// What fields hold that no example of the policy has.
fn words() -> Value {
    json!({
        "calendar": "jp",
        "country": "JP",
        "detail": "What this says about the request, in its language.",
        "policy_version": "partner-center/2020-03-01.1",
        "reason": "The sign-in logs show it.",
        "reference": "TE-2026-000123",
        "registered_at": "2026-11-24T01:00:00Z",
        "security_contact": "security@tailspin.example",
        "self_check": "https://desk.example/self-check",
        "tenant": "b13e516c-1dbc-4832-a49e-c6417db8f5db",
        "text": "What to do instead, in the language of the request.",
        "version": 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_made_of_the_shape_and_of_known_words() {
        let document = json!({ "components": { "schemas": {
            "RequestBody": { "examples": [{ "title": "Old module", "scope": { "surfaces": ["x"] } }] },
            "Thing": { "type": "object", "properties": {
                "id": { "type": "string", "format": "uuid" }, "title": { "type": ["string", "null"] },
                "surfaces": { "type": "array", "items": { "type": "string" } },
                "state": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/State" }] },
                "count": { "type": "integer", "minimum": 3 }, "scope": { "type": "integer" },
                "again": { "$ref": "#/components/schemas/Thing" },
            } },
            "State": { "type": "string", "enum": ["on", "off"] },
        } } });
        let thing = Examples::of(&document).of_schema(&json!({ "$ref": "#/components/schemas/Thing" })).unwrap();
        assert_eq!(thing["title"], "Old module");
        assert_eq!(thing["surfaces"], json!(["x"]));
        assert_eq!((&thing["state"], &thing["count"], &thing["scope"]), (&json!("on"), &json!(3), &json!(1)));
    }
}
