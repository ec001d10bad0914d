//! Decides by a feed document that was verified elsewhere, with nothing but the core of the crate:
//!
//! ```text
//! cargo run -p mfa-enforcement --no-default-features --example decide
//! ```

use chrono::{DateTime, TimeZone, Utc};
use mfa_enforcement::decision::{Account, Place};
use mfa_enforcement::{DecisionInput, Feed, Flow, RuleIndex, Snapshot, Surfaces, decide, input};
use serde_json::{Value, json};

/// As `GET /feed/v1/rules` gives it.
const DOCUMENT: &str = r#"{
  "issuer": "https://desk.example", "epoch": "3f0e9c52-8d1b-4b7e-9a54-2f6d7c8b9a01", "version": 7,
  "rules_digest": "sha-256:00", "issued_at": "2026-11-22T10:00:00Z", "expires_at": "2026-11-22T10:15:00Z",
  "rules": [{
    "id": "0193a000-0000-7000-8000-000000000001", "tenant": "6f1c2f4e-5f0e-4c38-9d0a-0b5a3a3f8f10",
    "subjects": ["0b1d2f3a-4c5e-4f60-8a7b-9c0d1e2f3a4b"], "surfaces": ["partner_api"],
    "not_before": "2026-11-01T00:00:00Z", "expires_at": "2026-12-01T00:00:00Z"
  }]
}"#;

/// The input for a call of `surface` at `at`, by the claims of a token that was verified.
fn asked(claims: &Value, surface: &str, at: DateTime<Utc>) -> Option<DecisionInput> {
    Some(DecisionInput {
        at,
        place: Place::Protected { surface: Surfaces::default().get(surface)?, signs_in_to_customer_tenant: true },
        // Only on positive proof; anything else is a user's token.
        flow: if claims["idtyp"] == "app" && claims.get("scp").is_none() { Flow::AppOnly } else { Flow::Interactive },
        tenant: input::lenient_guid(claims.get("tid")),
        user: input::lenient_guid(claims.get("oid")),
        mfa: input::proves_mfa(claims.get("amr")),
        account: Account::default(),
    })
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let snapshot = Snapshot::read(DOCUMENT.as_bytes())?.snapshot;
    let rules = RuleIndex::of(&snapshot.rules);
    let feed = Feed::Held { rules: &rules, expires_at: snapshot.expires_at };

    let claims = json!({ "tid": "6f1c2f4e-5f0e-4c38-9d0a-0b5a3a3f8f10", "oid": "0b1d2f3a-4c5e-4f60-8a7b-9c0d1e2f3a4b", "amr": ["pwd"] });
    for (minute, surface) in [(5, "partner_api"), (5, "dashboard"), (15, "partner_api")] {
        let at = Utc.with_ymd_and_hms(2026, 11, 22, 10, minute, 0).single().ok_or("no such instant")?;
        let input = asked(&claims, surface, at).ok_or("no such surface")?;
        let decision = decide(feed, &input);
        println!("{surface} at {at}: {}", serde_json::to_string(&decision)?);
    }
    Ok(())
}
