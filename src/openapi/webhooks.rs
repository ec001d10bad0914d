//! What the desk itself calls: the section `webhooks` of the document (docs/WEBHOOKS.md has the whole of it).

use crate::notify::{Kind, webhooks::TEST};
use serde_json::{Value, json};

/// The one call, whatever it tells.
pub(super) fn section() -> Value {
    let header = |name: &str, description: &str| json!({ "name": name, "in": "header", "required": true, "description": description, "schema": { "type": "string" } });
    json!({ "event": { "post": {
        "tags": ["webhooks"],
        "operationId": "event",
        "summary": "Something happened. Signed by Standard Webhooks, told at least once, in no order.",
        "parameters": [
            header("webhook-id", "The event; the same when it is told again"),
            header("webhook-timestamp", "When this attempt began, in seconds since 1970"),
            header("webhook-signature", "`v1,` and the base64 of HMAC-SHA256 over id, time and body, apart by full stops; several apart by a space"),
        ],
        "requestBody": { "required": true, "content": { "application/json": { "schema": body(), "example": example() } } },
        "responses": {
            "2XX": { "description": "Taken" },
            "410": { "description": "The endpoint wants no more; it is disabled" },
            "default": { "description": "It is told again later" },
        },
    } } })
}

fn body() -> Value {
    let types: Vec<_> = Kind::events().map(Kind::code).chain([TEST]).collect();
    let text = |description: &str| json!({ "type": "string", "description": description });
    let data = json!({
        "reference": text("The reference of the request or exception"),
        "status": text("Its status after what happened"),
        "link": { "type": "string", "format": "uri", "description": "Its page for staff" },
        "tenant": { "type": "string", "format": "uuid" },
        "request": { "type": "string", "format": "uuid" },
        "exception": { "type": "string", "format": "uuid" },
        "issue": text("The slug of its issue"),
    });
    json!({
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": { "type": "string", "enum": types },
            "timestamp": { "type": "string", "format": "date-time", "description": "When it happened" },
            "data": { "type": "object", "required": ["link"], "properties": data },
        },
    })
}

fn example() -> Value {
    json!({ "type": "request_received", "timestamp": "2026-11-24T01:00:00Z", "data": {
        "reference": "TE-2026-000123", "status": "in_review", "link": "https://desk.example/review/TE-2026-000123",
        "tenant": "b13e516c-1dbc-4832-a49e-c6417db8f5db", "request": "3ceaaf30-8142-48ea-91d9-3080f9b439fc",
        "issue": "old_client_without_mfa", "due_at": "2026-11-27T01:00:00Z",
    } })
}
