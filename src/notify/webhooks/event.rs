//! Events: what a webhook says. Codes, ids and instants; nothing that a person wrote, nobody's name or address, and no secret.

use crate::clock;
use crate::db::Tx;
use crate::notify::{Kind, News};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The type of the event that tries an endpoint.
pub const TEST: &str = "test";

/// What is passed on as it is of what a mail is written from.
const PASSED_ON: [&str; 19] = [
    "issue",
    "outcome",
    "decided_by",
    "due_at",
    "decided_at",
    "waiting_until",
    "reopen_until",
    "appeal",
    "appeal_until",
    "users",
    "not_before",
    "expires_at",
    "granted_by",
    "ended_by",
    "ended_at",
    "suspended_at",
    "sunset",
    "reference",
    "policy_version",
];

/// A row for each of `news`, as a JSON array of objects with the columns of `webhook_events`: for the one statement that writes
/// them together with what happened.
pub fn rows(news: &[News], now: DateTime<Utc>) -> Value {
    let row = |news: &News| {
        json!({
            "id": clock::fresh_id(now),
            "kind": news.kind.code(),
            "tenant": news.tenant,
            "data": data(news, now),
            "occurred_at": now,
        })
    };
    news.iter().map(row).collect()
}

/// Keeps that `news` happened: what is sent when `tx` commits, and never otherwise.
///
/// # Errors
/// When the database is away, or for a partner's transaction about another tenant.
pub async fn announce(tx: &mut Tx, news: &[News], now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO webhook_events (id, kind, tenant, data, occurred_at)
         SELECT id, kind, tenant, data, occurred_at
         FROM jsonb_to_recordset($1) AS events (id uuid, kind text, tenant uuid, data jsonb, occurred_at timestamptz)",
        rows(news, now),
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

fn data(news: &News, now: DateTime<Utc>) -> Value {
    let passed_on =
        |name: &&str| Some(((*name).to_owned(), news.data.get(*name).filter(|value| !value.is_null())?.clone()));
    let mut data: Map<_, _> = PASSED_ON.iter().filter_map(passed_on).collect();
    let names = |list: &str, name: &str| -> Option<Value> {
        let items = news.data.get(list)?.as_array()?;
        Some(items.iter().filter_map(|item| item.get(name).cloned()).collect())
    };
    let exception = news.exception.map(|id| json!(id)).or_else(|| news.data.pointer("/exception/id").cloned());
    let reference = news.data["reference"].as_str().unwrap_or_default();
    let part = if news.kind.is_about_request() { "review" } else { "exceptions" };
    data.insert("tenant".to_owned(), json!(news.tenant));
    data.insert("request".to_owned(), json!(news.request));
    data.extend(status(news, now).map(|status| ("status".to_owned(), status.into())));
    data.insert("link".to_owned(), format!("/{part}/{reference}").into());
    let lists =
        [("reasons", names("reasons", "code")), ("surfaces", names("surfaces", "name")), ("exception", exception)];
    data.extend(lists.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    Value::Object(data)
}

/// The status of the request or exception after what happened, where that says it.
fn status(news: &News, now: DateTime<Utc>) -> Option<&'static str> {
    let instant = |name: &str| news.data[name].as_str().and_then(|at| DateTime::parse_from_rfc3339(at).ok());
    Some(match news.kind {
        Kind::AfterCheckLate => return None,
        Kind::RequestAccepted => "accepted",
        Kind::RequestDenied => "denied",
        Kind::QuestionAsked | Kind::ReplyDue => "waiting_for_partner",
        Kind::RequestLapsed => "withdrawn",
        kind if kind.is_about_request() => "in_review",
        Kind::ExceptionEnded if news.data["ended_by"].is_null() => "expired",
        Kind::ExceptionEnded | Kind::ExceptionRevoked | Kind::ExceptionDisputed => "revoked",
        _ if instant("not_before").is_some_and(|at| at > now) => "scheduled",
        _ => "active",
    })
}

/// An event as it is kept.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its id, also the `webhook-id`.
    pub id: Uuid,
    /// Its type.
    pub kind: String,
    /// What it says, with the path of its link.
    pub data: Value,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
}

impl Event {
    /// The body that is sent, from a desk at `base`; the same at every attempt.
    pub fn body(&self, base: &str) -> String {
        let mut data = self.data.clone();
        if let Some(link) = data.get_mut("link") {
            *link = format!("{base}{}", link.as_str().unwrap_or_default()).into();
        }
        let timestamp = self.occurred_at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        json!({ "type": self.kind, "timestamp": timestamp, "data": data }).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::TenantId;
    use crate::locale::Lang;

    const NOW: &str = "2026-11-24T01:00:00Z";

    fn told(kind: Kind, data: Value) -> Value {
        let (tenant, request) = (TenantId(Uuid::from_u128(1)), Uuid::from_u128(2));
        let news = News { kind, tenant, request, exception: Some(Uuid::from_u128(3)), language: Lang::Ja, data };
        rows(&[news], NOW.parse().unwrap())[0]["data"].clone()
    }

    #[test]
    fn no_words_of_anybody_are_passed_on() {
        let data = json!({
            "reference": "TE-2026-000123", "issue": "third_party_mfa_not_recognized", "issue_title": "words", "tenant_name": "Tailspin Toys",
            "reasons": [{ "code": "criteria_met", "criterion": "issue" }], "guidance": ["words"], "due_at": null,
            "surfaces": [{ "name": "partner_api", "label": "words" }], "users": 3, "not_before": NOW, "expires_at": "2027-01-24T01:00:00Z",
        });
        let told = told(Kind::ExceptionGranted, data);
        assert_eq!(
            told,
            json!({
                "reference": "TE-2026-000123", "issue": "third_party_mfa_not_recognized", "reasons": ["criteria_met"],
                "surfaces": ["partner_api"], "users": 3, "not_before": NOW, "expires_at": "2027-01-24T01:00:00Z",
                "tenant": Uuid::from_u128(1), "request": Uuid::from_u128(2), "exception": Uuid::from_u128(3),
                "status": "active", "link": "/exceptions/TE-2026-000123",
            })
        );
    }

    #[test]
    fn the_status_is_that_after_what_happened() {
        let scheduled = json!({ "not_before": "2026-12-24T01:00:00Z" });
        for (kind, data, status) in [
            (Kind::RequestReceived, json!({}), "in_review"),
            (Kind::QuestionAsked, json!({}), "waiting_for_partner"),
            (Kind::RequestLapsed, json!({}), "withdrawn"),
            (Kind::ExceptionGranted, scheduled.clone(), "scheduled"),
            (Kind::ExceptionStarted, json!({ "not_before": NOW }), "active"),
            (Kind::ExceptionEnded, json!({ "not_before": NOW }), "expired"),
            (Kind::ExceptionEnded, json!({ "ended_by": "partner" }), "revoked"),
            (Kind::ExceptionRevoked, scheduled, "revoked"),
        ] {
            assert_eq!(told(kind, data)["status"], status, "{kind:?}");
        }
    }
}
