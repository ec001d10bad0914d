//! An OpenAPI 3.1 document as a page reads it. What a document leaves out is left out here too; nothing in it can make this fail.

use serde_json::Value;
use std::collections::BTreeSet;

/// The whole reference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    /// Name of the API.
    pub title: String,
    /// Its version.
    pub version: String,
    /// What it is for.
    pub description: String,
    /// The operations, grouped by tag in the order of the document.
    pub groups: Vec<Group>,
    /// The shapes that operations refer to.
    pub schemas: Vec<Schema>,
}

/// Operations that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// The tag.
    pub name: String,
    /// Its operations.
    pub operations: Vec<Operation>,
}

/// One method of one path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operation {
    /// `GET`.
    pub method: String,
    /// `/api/v1/requests/{id}`.
    pub path: String,
    /// The operation's id, for links.
    pub id: String,
    /// One line.
    pub summary: String,
    /// More lines.
    pub description: String,
    /// Path, query and header parameters.
    pub parameters: Vec<Field>,
    /// The body it takes.
    pub body: Option<Body>,
    /// What it answers.
    pub responses: Vec<Answer>,
}

/// A parameter, or a property of a schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// `path`, `query`, `header`; empty for a property.
    pub place: String,
    /// Whether it must be there.
    pub required: bool,
    /// Its type.
    pub kind: Kind,
    /// What it means.
    pub description: String,
}

/// A type in words, and the schema behind it, when it has a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kind {
    /// "array of", "string (uuid)".
    pub words: String,
    /// The name of the schema.
    pub schema: Option<String>,
}

/// A request body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// `application/json`.
    pub media_type: String,
    /// Its type.
    pub kind: Kind,
    /// An example, as JSON.
    pub example: Option<String>,
}

/// One response of an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// `200`.
    pub status: String,
    /// What it means.
    pub description: String,
    /// The type of its body, if it has one.
    pub kind: Option<Kind>,
    /// An example of its body, as JSON.
    pub example: Option<String>,
}

/// A named shape.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// The values that it may take, for an enumeration.
    pub values: Vec<String>,
    /// Its properties.
    pub properties: Vec<Field>,
    /// An example, as JSON.
    pub example: Option<String>,
}

impl Reference {
    /// Reads `document`.
    pub fn of(document: &Value) -> Self {
        let info = &document["info"];
        let mut groups: Vec<Group> = Vec::new();
        for (path, item) in entries(&document["paths"]) {
            for (method, operation) in entries(item).filter(|(method, _)| is_method(method)) {
                let name = text(&operation["tags"][0]);
                let operation = read_operation(method, path, item, operation);
                match groups.iter_mut().find(|group| group.name == name) {
                    Some(group) => group.operations.push(operation),
                    None => groups.push(Group { name, operations: vec![operation] }),
                }
            }
        }
        let schemas = entries(&document["components"]["schemas"]).map(|(name, schema)| read_schema(name, schema));
        Self {
            title: text(&info["title"]),
            version: text(&info["version"]),
            description: text(&info["description"]),
            groups,
            schemas: schemas.collect(),
        }
    }
}

fn read_operation(method: &str, path: &str, item: &Value, operation: &Value) -> Operation {
    let parameters = array(&item["parameters"]).chain(array(&operation["parameters"]));
    let id = operation["operationId"]
        .as_str()
        .map_or_else(|| format!("{method}-{}", path.replace(['/', '{', '}'], "-")), str::to_owned);
    Operation {
        method: method.to_ascii_uppercase(),
        path: path.to_owned(),
        id,
        summary: text(&operation["summary"]),
        description: text(&operation["description"]),
        parameters: parameters.map(read_parameter).collect(),
        body: first_content(&operation["requestBody"]).map(|(media_type, content)| Body {
            media_type: media_type.to_owned(),
            kind: kind(&content["schema"]),
            example: example(content).or_else(|| example(&content["schema"])),
        }),
        responses: entries(&operation["responses"])
            .map(|(status, response)| Answer {
                status: status.to_owned(),
                description: text(&response["description"]),
                kind: first_content(response).map(|(_, content)| kind(&content["schema"])),
                example: entries(&response["content"]).find_map(|(_, content)| example(content)),
            })
            .collect(),
    }
}

fn read_parameter(parameter: &Value) -> Field {
    Field {
        name: text(&parameter["name"]),
        place: text(&parameter["in"]),
        required: parameter["required"].as_bool().unwrap_or_default(),
        kind: kind(&parameter["schema"]),
        description: text(&parameter["description"]),
    }
}

fn read_schema(name: &str, schema: &Value) -> Schema {
    let required: BTreeSet<&str> = array(&schema["required"]).filter_map(Value::as_str).collect();
    let property = |(name, property): (&str, &Value)| Field {
        name: name.to_owned(),
        place: String::new(),
        required: required.contains(name),
        kind: kind(property),
        description: text(&property["description"]),
    };
    Schema {
        name: name.to_owned(),
        description: text(&schema["description"]),
        values: array(&schema["enum"]).map(value_text).collect(),
        properties: entries(&schema["properties"]).map(property).collect(),
        example: example(schema),
    }
}

/// A type in words: `array of …`, `string (uuid)`, `one of …`.
fn kind(schema: &Value) -> Kind {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap_or_default().to_owned();
        return Kind { words: String::new(), schema: Some(name) };
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        let kinds: Vec<_> = array(&schema[choice]).map(kind).collect();
        if let Some(named) = kinds.iter().find_map(|kind| kind.schema.clone()) {
            let others: Vec<_> =
                kinds.iter().filter(|kind| kind.schema.is_none()).map(|kind| kind.words.clone()).collect();
            let words = if others.is_empty() { String::new() } else { format!("{} | ", others.join(" | ")) };
            return Kind { words, schema: Some(named) };
        }
        if !kinds.is_empty() {
            return Kind {
                words: kinds.into_iter().map(|kind| kind.words).collect::<Vec<_>>().join(" | "),
                schema: None,
            };
        }
    }
    if schema["type"] == "array" {
        let items = kind(&schema["items"]);
        return Kind { words: format!("array of {}", items.words), schema: items.schema };
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.iter().map(value_text).collect::<Vec<_>>().join(" | "),
        kind => text(kind),
    };
    let mut words = if types.is_empty() { "any".to_owned() } else { types };
    if let Some(format) = schema["format"].as_str() {
        words.push_str(&format!(" ({format})"));
    }
    Kind { words, schema: None }
}

fn example(holder: &Value) -> Option<String> {
    let named = || entries(&holder["examples"]).next().map(|(_, example)| &example["value"]);
    let listed = || holder["examples"].get(0);
    let example = holder.get("example").or_else(listed).or_else(named)?;
    serde_json::to_string_pretty(example).ok()
}

fn first_content(holder: &Value) -> Option<(&str, &Value)> {
    entries(&holder["content"]).next()
}

fn is_method(name: &str) -> bool {
    matches!(name, "get" | "put" | "post" | "delete" | "patch" | "head" | "options" | "trace")
}

fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn value_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn operations_are_grouped_by_tag_and_types_read_as_words() {
        let document = json!({
            "info": {"title": "Desk", "version": "1"},
            "paths": {
                "/api/v1/requests": {
                    "get": {"tags": ["Requests"], "operationId": "list", "responses": {"200": {"description": "A part",
                        "content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Request"}}}}}},
                        "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "format": "int32"}}]},
                    "post": {"tags": ["Requests"], "requestBody": {"content": {"application/json": {
                        "schema": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/NewRequest"}]}, "example": {"a": 1}}}}}
                }
            },
            "components": {"schemas": {"Request": {"required": ["id"], "properties": {"id": {"type": ["string", "null"], "format": "uuid"}}}}}
        });
        let reference = Reference::of(&document);
        assert_eq!(reference.groups.len(), 1);
        let [list, create] = &reference.groups[0].operations[..] else { panic!("two operations") };
        assert_eq!(list.parameters[0].kind.words, "integer (int32)");
        let answer = list.responses[0].kind.clone().unwrap();
        assert_eq!((answer.words.as_str(), answer.schema.as_deref()), ("array of ", Some("Request")));
        let body = create.body.clone().unwrap();
        assert_eq!((body.kind.words.as_str(), body.kind.schema.as_deref()), ("null | ", Some("NewRequest")));
        assert_eq!(body.example.unwrap(), "{\n  \"a\": 1\n}");
        let id = &reference.schemas[0].properties[0];
        assert_eq!((id.required, id.kind.words.as_str()), (true, "string | null (uuid)"));
    }

    #[test]
    fn a_document_that_is_none_gives_an_empty_reference() {
        for document in [json!(null), json!([1]), json!({"paths": {"/x": {"get": 7, "parameters": {}}}})] {
            assert!(Reference::of(&document).schemas.is_empty());
        }
    }
}
