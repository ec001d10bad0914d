//! Requests that say the same: one issue, the same answers in the same words, filed by several tenants. They are decided together,
//! each by itself.

use super::approval::{may_decide, pending_second_approval};
use super::decide::{Decided, DecisionBody, DecisionOutcome, decide};
use super::difference::told;
use crate::app::Desk;
use crate::db::Tx;
use crate::identity::Reviewer;
use crate::intake::{Request, RequestBody, Status, request};
use crate::problem::Kind;
use crate::web::{Failure, IfMatch, Message};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Most requests that say the same which are shown, and decided, together.
pub const MOST: usize = 200;

/// What a request says and where and from when it asks for it, as SHA-256; whom it names and for how long may differ. None where
/// `guards` held it back, or where it cannot be read: such a request is looked at by itself.
pub(super) fn digest(guards: &[String], asked: &Value) -> Option<[u8; 32]> {
    let body: RequestBody = serde_json::from_value(asked.clone()).ok()?;
    guards.is_empty().then(|| digest_of(&body))
}

fn digest_of(body: &RequestBody) -> [u8; 32] {
    let answers: BTreeMap<_, _> =
        body.answers.iter().map(|(name, value)| (name, told(value))).filter(|(_, value)| !value.is_null()).collect();
    let surfaces: BTreeSet<_> = body.scope.surfaces.iter().collect();
    let says = json!([
        body.issue,
        body.language,
        body.title.trim(),
        body.description.trim(),
        answers,
        surfaces,
        body.scope.starts_at
    ]);
    Sha256::digest(says.to_string()).into()
}

/// What others must say that say the same as `request`; none where it is looked at by itself.
fn wanted(request: &Request) -> Option<[u8; 32]> {
    let plain = request.guards.is_empty() && request.course.appeal.is_none();
    plain.then(|| digest_of(&request.asked))
}

/// How many other requests in review say what `request` says; [`MOST`] where there are more. A new one counts some seconds after it
/// was filed.
///
/// # Errors
/// When the database is away.
pub(super) async fn count(tx: &mut Tx, request: &Request) -> Result<usize, sqlx::Error> {
    Ok(others(tx, request).await?.len())
}

/// Those requests, by due time.
async fn others(tx: &mut Tx, request: &Request) -> Result<Vec<Uuid>, sqlx::Error> {
    let Some(says) = wanted(request) else { return Ok(Vec::new()) };
    sqlx::query_scalar!(
        "SELECT q.request_id FROM queue_texts AS t JOIN queue_entries AS q USING (request_id)
         WHERE t.says = $1 AND t.says <> '' AND t.request_id <> $2 AND q.status = 'in_review' AND NOT q.appeal
         ORDER BY q.due_at, q.request_id LIMIT $3",
        &says[..],
        request.id,
        MOST as i64,
    )
    .fetch_all(&mut **tx)
    .await
}

/// `request` itself and those that say the same, as far as they are in review and the reviewer may decide them.
///
/// # Errors
/// When the database is away.
pub(super) async fn decidable(tx: &mut Tx, reviewer: &Reviewer, request: Request) -> Result<Vec<Request>, sqlx::Error> {
    let others = others(tx, &request).await?;
    let mut all = request::of_ids(tx, &others).await?;
    if request.status == Status::InReview {
        all.insert(0, request);
    }
    // A first approval has a scope of its own: its second is given where that is shown.
    let ids: Vec<_> = all.iter().map(|request| request.id).collect();
    let pending = pending_second_approval(tx, &ids).await?;
    all.retain(|request| !pending.contains(&request.id));
    // Whoever denied one of them is told so when deciding it.
    all.retain(|request| may_decide(reviewer, request, &[]).is_ok());
    Ok(all)
}

/// One decision for several requests.
#[derive(Debug)]
pub(super) struct Meant {
    /// Each with the version that was seen.
    pub chosen: Vec<(Uuid, i64)>,
    /// Accept or deny.
    pub outcome: DecisionOutcome,
    /// For the partners to read.
    pub reason: String,
}

/// Decides each of those that were chosen by itself, in order, as far as they are among `all`; what came of each.
pub(super) async fn decide_each(
    desk: &actix_web::web::Data<Desk>,
    reviewer: &Reviewer,
    all: &[Request],
    meant: &Meant,
) -> Vec<(Uuid, Result<Decided, Failure>)> {
    let mut came = Vec::new();
    for (id, version) in &meant.chosen {
        let body = DecisionBody { outcome: meant.outcome, reason: meant.reason.clone(), scope: None };
        let decided = match all.iter().any(|request| request.id == *id) {
            true => decide(desk.clone(), reviewer.clone(), *id, IfMatch::Versions(vec![*version]), body).await,
            false => Err(Failure::new(Kind::WrongState).detail(Message::new("wrong-state-not-the-same"))),
        };
        came.push((*id, decided));
    }
    came
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(change: impl Fn(&mut Value)) -> Value {
        let mut asked = json!({
            "topic": "t", "problem_type": "p", "issue": "other_technical_issue", "language": "en", "title": "Kiosk",
            "description": "No screen.", "contact": { "name": "A", "email": "a@a.example", "phone": null },
            "scope": { "subjects": { "kind": "all" }, "surfaces": ["a", "b"], "starts_at": null, "duration_days": 60 },
            "answers": { "x": "yes", "y": ["one", "two"] }
        });
        change(&mut asked);
        asked
    }

    #[test]
    fn what_counts_makes_another_digest_and_the_rest_does_not() {
        let plain = digest(&[], &asked(|_| ())).unwrap();
        let same: [fn(&mut Value); 6] = [
            |asked| asked["title"] = json!(" Kiosk\u{3000}"),
            |asked| asked["scope"]["surfaces"] = json!(["b", "a", "a"]),
            |asked| asked["scope"]["duration_days"] = json!(7),
            |asked| asked["contact"]["name"] = json!("B"),
            |asked| asked["answers"]["z"] = json!("  "),
            |asked| asked["answers"]["y"] = json!([" one", "", "two"]),
        ];
        for change in same {
            assert_eq!(digest(&[], &asked(change)), Some(plain), "{}", asked(change));
        }
        let other: [fn(&mut Value); 7] = [
            |asked| asked["title"] = json!("Kiosks"),
            |asked| asked["description"] = json!("No screen!"),
            |asked| asked["language"] = json!("ja"),
            |asked| asked["issue"] = json!("service_accounts"),
            |asked| asked["scope"]["surfaces"] = json!(["a"]),
            |asked| asked["scope"]["starts_at"] = json!("2026-12-01T00:00:00Z"),
            |asked| asked["answers"]["y"] = json!(["two", "one"]),
        ];
        for change in other {
            assert_ne!(digest(&[], &asked(change)), Some(plain), "{}", asked(change));
        }
        assert_eq!(digest(&["auto_grant_off".to_owned()], &asked(|_| ())), None);
        assert_eq!(digest(&[], &json!({})), None);
    }
}
