//! What every operation needs and no handler has to repeat: the forms of shared parameters, and an example of every body.

use super::example::Examples;
use crate::locale::Lang;
use crate::problem::{InputError, Kind};
use serde_json::{Map, Value, json};

/// Completes `document` in place.
pub(super) fn complete(document: &mut Value) {
    open_flattened(document);
    let examples = Examples::of(document);
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    for (path, item) in paths {
        for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
            let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
            parameters.into_iter().flatten().for_each(parameter);
            body(operation.pointer_mut("/requestBody/content/application~1json"), &examples);
            body(operation.pointer_mut("/requestBody/content/multipart~1form-data"), &examples);
            let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
            for (status, response) in responses.into_iter().flatten() {
                body(response.pointer_mut("/content/application~1json"), &examples);
                if let Some(told) = response.pointer_mut("/content/application~1problem+json") {
                    told["example"] = problem(status, path);
                }
            }
        }
    }
}

/// A shape that is flattened into another takes the other's fields beside its own: its parts are written out, none of them closed.
fn open_flattened(document: &mut Value) {
    let Some(schemas) = document.pointer("/components/schemas").and_then(Value::as_object).cloned() else { return };
    let Some(all) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else { return };
    for part in all.values_mut().filter_map(|schema| schema.get_mut("allOf")?.as_array_mut()).flatten() {
        let named = part["$ref"].as_str().and_then(|path| path.rsplit('/').next());
        if let Some(named) = named.and_then(|name| schemas.get(name)) {
            *part = named.clone();
        }
        for closed in ["additionalProperties", "examples", "example"] {
            part.as_object_mut().map(|part| part.remove(closed));
        }
    }
}

/// The forms of the parameters that many operations share.
fn parameter(parameter: &mut Value) {
    let schema = match parameter["name"].as_str() {
        Some("limit") => json!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 50 }),
        Some("Idempotency-Key") => json!({ "type": "string", "pattern": "^[!-~]([ -~]{0,198}[!-~])?$" }),
        Some("If-Match") => json!({ "type": "string", "minLength": 1, "examples": ["\"1\""] }),
        _ => return,
    };
    parameter["schema"] = schema;
}

fn body(content: Option<&mut Value>, examples: &Examples) {
    let Some(content) = content.filter(|content| content.get("example").is_none()) else { return };
    if let Some(example) = examples.of_schema(&content["schema"]) {
        content["example"] = example;
    }
}

/// What a problem of this status may look like at `path`.
fn problem(status: &str, path: &str) -> Value {
    let fits = |kind: &Kind| kind.status().to_string() == status;
    let kind = Kind::ALL.into_iter().find(fits).unwrap_or(Kind::Internal);
    let errors: Vec<_> =
        (kind == Kind::InvalidInput).then(|| InputError::new("/reason", "missing")).into_iter().collect();
    let mut told = kind.problem("https://desk.example", Lang::En, &errors);
    told.instance = Some(path.to_owned());
    serde_json::to_value(told).unwrap_or_default()
}
