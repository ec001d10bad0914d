//! A restored database as a gate meets it: what was revoked after the backup suppresses nothing again, nowhere, and the rest only
//! after an operator of the desk, a lead and an operator of the gate have each said so.

use crate::actors::{Actor, text, third_party};
use crate::app::TestApp;
use crate::chaos::gate::{Gate, Surroundings};
use crate::chaos::truth::Subject;
use crate::chaos::watch::input;
use crate::chaos::way::Way;
use crate::lineage::mark;
use chrono::TimeDelta;
use exception_desk::feed::begin_epoch;
use exception_desk_demo::people;
use mfa_enforcement::client::{Anchor, FeedStatus, Follow, write_anchor};
use mfa_enforcement::{Decision, Freshness, Reason};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// A gate of `app`, and its state directory.
async fn gate(app: &TestApp) -> (Gate, PathBuf) {
    let port = app.base.rsplit(':').next().unwrap().parse().unwrap();
    let directory = app.desk.config.feed.signing_key_file.with_file_name("gate");
    let clock = app.clock.clone();
    let around = Surroundings {
        issuer: &app.base,
        token_endpoint: format!("{}/{}/oauth2/v2.0/token", app.idp_base, people::OPERATIONS.id).parse().unwrap(),
        clock: Arc::new(move || clock.now()),
        directory: directory.clone(),
    };
    let gate = Gate::new("tokyo-1", Follow::Stream, Way::to(port).await, Way::to(port).await, around);
    gate.start().await;
    (gate, directory)
}

/// How the gate stands, once that is as `wanted`.
async fn stands(gate: &Gate, wanted: impl Fn(&FeedStatus) -> bool) -> FeedStatus {
    let mut status = None;
    for _ in 0..600 {
        let now = gate.running().unwrap().0.status(gate.now());
        if wanted(&now) {
            return now;
        }
        status = Some(now);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never comes to that: {status:?}");
}

fn holds(epoch: Uuid, version: u64) -> impl Fn(&FeedStatus) -> bool {
    move |status| status.held.as_ref().is_some_and(|held| (held.epoch, held.version) == (epoch, version))
}

fn decides(gate: &Gate, exception: &Value) -> Decision {
    let [tenant, user] = [&exception["tenant"], &exception["subjects"][0]].map(|id| text(id).parse().unwrap());
    let subject = Subject { tenant, user, surface: text(&exception["surfaces"][0]).to_owned() };
    gate.running().unwrap().0.decide(&input(&subject, gate.now()))
}

/// How the desk says that the gate stands, once it is that.
async fn is_said_to_be(app: &TestApp, state: &str) {
    let mut points = Value::Null;
    for _ in 0..300 {
        points = app.staff("auditor").get("/api/v1/enforcement/points").await.expect(200).json();
        if points["items"][0]["state"] == state {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never {state}: {points}");
}

async fn grants(partner: &Actor<'_>) -> Value {
    partner.file(&third_party()).await.expect(201).json()["exception"].clone()
}

#[actix_web::test]
async fn what_was_revoked_after_the_backup_suppresses_nowhere_again() {
    let app = TestApp::start().await;
    let kept = grants(&app.actor("contoso-admin-agent")).await;
    let revoked = grants(&app.actor("tailspin-global-admin")).await;
    let epoch = text(&app.actor("feed").feed_at(2).await["epoch"]).parse().unwrap();
    let (gate, directory) = gate(&app).await;
    stands(&gate, holds(epoch, 2)).await;
    assert_eq!([&kept, &revoked].map(|one| decides(&gate, one).reason), [Reason::MfaSuppressed; 2]);
    is_said_to_be(&app, "current").await;

    app.back_up().await;
    while app.staff("lead").revoke(&revoked).await.status != 200 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stands(&gate, holds(epoch, 3)).await;
    assert_eq!(decides(&gate, &revoked).reason, Reason::MfaRequired);

    // Yesterday's database is back, and with it the exception; no gate hears of it.
    app.restore().await;
    while app.anonymous().get("/health/feed").await.text.find("feed_stopped").is_none() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let path = format!("/api/v1/exceptions/{}", text(&revoked["id"]));
    assert_eq!(app.staff("lead").get(&path).await.expect(200).json()["status"], "active");
    gate.kill().await;
    gate.start().await;
    let stopped = stands(&gate, |status| status.last_error.as_ref().is_some_and(|error| error.contains("503"))).await;
    assert!(holds(epoch, 3)(&stopped), "what it had on its disk: {stopped:?}");
    assert_eq!([&kept, &revoked].map(|one| decides(&gate, one).reason), [Reason::MfaSuppressed, Reason::MfaRequired]);
    app.wait(TimeDelta::minutes(16));
    assert_eq!((decides(&gate, &kept).reason, decides(&gate, &kept).feed), (Reason::MfaRequired, Freshness::Expired));

    // The desk's operator begins a new epoch; the gate believes it as little as what a thief of the database would publish.
    let now = app.clock.now();
    let begun = begin_epoch(&app.desk.db, mark(&app), "restored from yesterday", now).await.unwrap();
    app.desk.feed.refresh().await.unwrap();
    gate.kill().await;
    gate.start().await;
    let new_epoch = begun.epoch;
    let names_epoch =
        |status: &FeedStatus| status.last_error.as_ref().is_some_and(|error| error.contains(&new_epoch.to_string()));
    stands(&gate, names_epoch).await;
    assert_eq!(app.actor("feed").feed_at(1).await["rules"], json!([]), "all are held");

    // A lead confirms what the audit log bears out; the gate waits for its own operator.
    let confirm = json!({ "exceptions": [kept["id"]], "reason": "compared with the copy of the audit log" });
    app.staff("lead").post("/api/v1/held-exceptions/confirm", &confirm).await.expect(200);
    app.actor("feed").feed_at(2).await;
    stands(&gate, names_epoch).await;
    assert_eq!([&kept, &revoked].map(|one| decides(&gate, one).reason), [Reason::MfaRequired; 2]);

    // As `mfa-gate anchor` does, under the running gate.
    write_anchor(&directory, &Anchor { epoch: new_epoch, at_least: begun.version }).unwrap();
    stands(&gate, holds(new_epoch, 2)).await;
    assert_eq!([&kept, &revoked].map(|one| decides(&gate, one).reason), [Reason::MfaSuppressed, Reason::MfaRequired]);
    is_said_to_be(&app, "current").await;
    gate.kill().await;
}
