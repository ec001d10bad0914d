//! The states of a request as a table. Every edge that is not in it is refused through the API, and leaves no trace in any table.

use crate::actors::{Answer, more_time, other, text, third_party};
use crate::app::TestApp;
use serde_json::{Value, json};
use sqlx::PgConnection;

/// Where a request can stand, as far as it changes what may be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    InReview,
    ApprovedFirst,
    Waiting,
    /// By a person.
    Accepted,
    /// By the policy; a person is still to look at it.
    Granted,
    Checked,
    DeniedByPolicy,
    Denied,
    Appealed,
    Upheld,
    Withdrawn,
    /// Withdrawn by itself; it can be reopened.
    Lapsed,
}

const STATES: [State; 12] = [
    State::InReview,
    State::ApprovedFirst,
    State::Waiting,
    State::Accepted,
    State::Granted,
    State::Checked,
    State::DeniedByPolicy,
    State::Denied,
    State::Appealed,
    State::Upheld,
    State::Withdrawn,
    State::Lapsed,
];

/// What somebody may try.
const ACTIONS: [&str; 9] = ["accept", "deny", "return", "ask", "after-check", "withdraw", "reply", "appeal", "reopen"];

/// What may be done in each state. All else is refused.
fn legal(state: State) -> &'static [&'static str] {
    match state {
        State::InReview | State::Appealed => &["accept", "deny", "ask", "withdraw"],
        State::ApprovedFirst => &["accept", "deny", "return", "ask", "withdraw"],
        State::Waiting => &["withdraw", "reply"],
        State::Granted => &["after-check"],
        State::DeniedByPolicy | State::Denied => &["appeal"],
        State::Lapsed => &["reopen"],
        State::Accepted | State::Checked | State::Upheld | State::Withdrawn => &[],
    }
}

fn broad() -> Value {
    let mut request = other();
    request["scope"]["subjects"] = json!({ "kind": "all" });
    request["scope"]["duration_days"] = json!(30);
    request
}

/// A request that has come to `state`.
async fn in_state(app: &TestApp, state: State) -> Value {
    let (partner, reviewer) = (app.actor("tailspin-global-admin"), app.staff("reviewer"));
    let body = match state {
        State::ApprovedFirst => broad(),
        State::Granted | State::Checked => third_party(),
        State::DeniedByPolicy => more_time(),
        _ => other(),
    };
    let filed = partner.file(&body).await.expect(201).json();
    match state {
        State::InReview | State::Granted | State::DeniedByPolicy => filed,
        State::ApprovedFirst => reviewer.accept(&filed).await.expect(202).json(),
        State::Waiting => reviewer.ask(&filed).await.expect(200).json(),
        State::Accepted => reviewer.accept(&filed).await.expect(200).json(),
        State::Checked => {
            reviewer.step("after-check", &filed, &json!({ "outcome": "confirmed" })).await.expect(200).json()
        }
        State::Denied => reviewer.deny(&filed).await.expect(200).json(),
        State::Appealed | State::Upheld => {
            let denied = reviewer.deny(&filed).await.expect(200).json();
            let appealed = partner.appeal(&denied).await.expect(200).json();
            match state {
                State::Appealed => appealed,
                _ => app.staff("lead").deny(&appealed).await.expect(200).json(),
            }
        }
        State::Withdrawn => partner.step("withdraw", &filed, &json!({})).await.expect(200).json(),
        State::Lapsed => {
            let waiting = reviewer.ask(&filed).await.expect(200).json();
            app.clock.set(text(&waiting["waiting_until"]).parse().unwrap());
            exception_desk::intake::tend_waiting_at(&app.desk, app.clock.now()).await.unwrap();
            // The clock was turned: those who signed in before have to do so again.
            app.actor("tailspin-global-admin").read(&waiting).await
        }
    }
}

/// Tries `action` at the version that the request has: staff's as somebody who has said nothing on it before.
async fn attempt(app: &TestApp, action: &str, request: &Value) -> Answer {
    let (partner, staff) = (app.actor("tailspin-global-admin"), app.staff("lead-2"));
    match action {
        "accept" => staff.accept(request).await,
        "deny" => staff.deny(request).await,
        "return" => staff.decide(request, &json!({ "outcome": "return", "reason": "not so" })).await,
        "ask" => staff.ask(request).await,
        "after-check" => {
            staff.step("after-check", request, &json!({ "outcome": "overturned", "reason": "not so" })).await
        }
        "withdraw" => partner.step("withdraw", request, &json!({})).await,
        "reply" => partner.reply(request).await,
        "appeal" => partner.appeal(request).await,
        _ => partner.reopen(request).await,
    }
}

/// Every table with a digest of its rows. Only what the desk does by itself at any time is left out: it seals its log, reads texts for
/// the search, looks at clocks, and issues the feed anew.
async fn everything(owner: &mut PgConnection) -> Vec<(String, String)> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname",
    )
    .fetch_all(&mut *owner)
    .await
    .unwrap();
    let mut found = Vec::new();
    for table in tables.into_iter().filter(|table| !table.starts_with("audit_") || table == "audit_events") {
        let query = format!(
            "SELECT coalesce(md5(string_agg(row, '' ORDER BY row)), '')
             FROM (SELECT (to_jsonb(t) - '{{chain_position,chain_hash,words,says,look_at,issued_at,confirmed_at}}'::text[])::text AS row FROM {table} AS t) AS rows"
        );
        let digest = sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&mut *owner).await.unwrap();
        found.push((table, digest));
    }
    assert!(found.len() > 20, "these are not all tables: {found:?}");
    found
}

#[actix_web::test]
async fn every_edge_that_is_not_in_the_table_is_refused_and_leaves_no_trace() {
    let mut refused = 0;
    for state in STATES {
        let app = TestApp::start().await;
        let mut owner = app.owner().await;
        let request = in_state(&app, state).await;
        let before = everything(&mut owner).await;
        for action in ACTIONS.iter().filter(|action| !legal(state).contains(*action)) {
            let answer = attempt(&app, action, &request).await.expect(409);
            assert_eq!(answer.problem(), "wrong-state", "{action} in {state:?}");
            assert_eq!(everything(&mut owner).await, before, "{action} in {state:?}");
            refused += 1;
        }
        if let Some(action) = legal(state).last() {
            let answer = attempt(&app, action, &request).await;
            assert!(answer.status.is_success(), "{action} in {state:?}: {}", answer.text);
            assert_ne!(everything(&mut owner).await, before, "the digests see nothing");
        }
    }
    assert_eq!(refused, 89);
}

#[actix_web::test]
async fn every_edge_of_the_table_is_there() {
    for state in STATES {
        for action in legal(state) {
            let app = TestApp::start().await;
            let request = in_state(&app, state).await;
            let answer = attempt(&app, action, &request).await;
            assert!(answer.status.is_success(), "{action} in {state:?}: {}", answer.text);
        }
    }
}
