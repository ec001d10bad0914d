//! The feed: who may pull it, how it is served, and that its versions never skip or go back.

use crate::actors::{more_time, third_party};
use crate::app::TestApp;
use exception_desk::feed::{FeedLock, Touched};
use mfa_enforcement::RulesDigest;
use mfa_enforcement::wire::{Rule, Snapshot};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::types::Json;
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

#[actix_web::test]
async fn only_clients_of_an_operator_with_the_role_may_pull() {
    let app = TestApp::start().await;
    app.anonymous().get("/feed/v1/rules").await.expect(401).problem();
    app.actor("tailspin-global-admin").get("/feed/v1/rules").await.expect(403).problem();
    app.staff("lead").get("/feed/v1/rules").await.expect(403);
    let partner_app = app.forged("feed", |claims| {
        let tenant = exception_desk_demo::people::TAILSPIN.id;
        let issuer = claims["iss"].as_str().unwrap().replace(claims["tid"].as_str().unwrap(), &tenant.to_string());
        claims.insert("iss".to_owned(), json!(issuer));
        claims.insert("tid".to_owned(), json!(tenant));
    });
    partner_app.get("/feed/v1/rules").await.expect(403);
    let user_with_role = app.forged("lead", |claims| {
        claims.insert("roles".to_owned(), json!(["Feed.Read"]));
    });
    user_with_role.get("/feed/v1/rules").await.expect(403);
    app.actor("feed").get("/feed/v1/rules").await.expect(200);
}

#[actix_web::test]
async fn an_unchanged_document_is_not_sent_again_and_its_freshness_is_its_own() {
    let app = TestApp::start().await;
    let feed = app.actor("feed");
    let first = feed.get("/feed/v1/rules").await.expect(200);
    let etag = first.header("etag").to_owned();
    let again = feed.send(feed.call(Method::GET, "/feed/v1/rules").header("if-none-match", &etag)).await.expect(304);
    assert_eq!(again.text, "");
    assert_eq!(again.header("etag"), etag);
    // Well before its end it is issued again, at the same version, as another document.
    app.wait(chrono::TimeDelta::minutes(6));
    tokio::time::sleep(Duration::from_millis(600)).await;
    let feed = app.actor("feed");
    let later =
        feed.send(feed.call(Method::GET, "/feed/v1/rules").header("if-none-match", &etag)).await.expect(200).json();
    assert_eq!(later["version"], first.json()["version"]);
    assert_eq!(later["rules_digest"], first.json()["rules_digest"]);
    assert!(later["expires_at"].as_str() > first.json()["expires_at"].as_str());
}

#[actix_web::test]
async fn every_form_and_encoding_says_the_same() {
    let app = TestApp::start().await;
    app.actor("tailspin-global-admin").file(&third_party()).await.expect(201);
    let feed = app.actor("feed");
    let plain = feed.feed_at(1).await;
    for encoding in ["gzip", "zstd"] {
        let request = feed.call(Method::GET, "/feed/v1/rules").header("accept-encoding", encoding);
        let response = request.send().await.unwrap();
        // reqwest undoes gzip by itself and then hides the header.
        let (told, body) = (response.headers().get("content-encoding").cloned(), response.bytes().await.unwrap());
        let body = match encoding {
            "zstd" => {
                assert_eq!(told.unwrap(), "zstd");
                zstd::decode_all(&body[..]).unwrap()
            }
            _ => body.to_vec(),
        };
        assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), plain);
    }
    let signed =
        feed.send(feed.call(Method::GET, "/feed/v1/rules").header("accept", "application/jose")).await.expect(200);
    assert_eq!(signed.header("content-type"), "application/jose");
    assert_eq!(app.verified(&signed.text, "mfa-suppression+jws").await, plain);
}

#[actix_web::test]
async fn the_digest_is_that_of_the_rules() {
    let app = TestApp::start().await;
    app.actor("tailspin-global-admin").file(&third_party()).await.expect(201);
    app.actor("contoso-admin-agent").file(&third_party()).await.expect(201);
    let document = app.actor("feed").feed_at(2).await.to_string();
    let snapshot = Snapshot::read(document.as_bytes()).unwrap().snapshot;
    assert_eq!(RulesDigest::of(&snapshot.rules).to_string(), snapshot.rules_digest);
}

/// A desk goes on from what it serves; however busy it is, it finds out within five minutes that other hands changed the rules.
#[actix_web::test]
async fn rules_that_other_hands_changed_are_never_published() {
    let app = TestApp::start().await;
    let tenant = exception_desk_demo::people::TAILSPIN.id;
    let grant = async |number| {
        let id = insert_exception(&app.desk, tenant, number).await;
        change(&app.desk, id, false, 0, app.clock.now()).await;
        app.desk.feed.refresh().await
    };
    grant(1).await.unwrap();
    let mut owner = app.owner().await;
    let deleted = sqlx::query("DELETE FROM feed_rules").execute(&mut owner).await.unwrap();
    assert_eq!(deleted.rows_affected(), 1);
    app.wait(chrono::TimeDelta::minutes(3));
    grant(2).await.unwrap();
    let published = app.desk.feed.current().unwrap();
    assert_eq!(published.snapshot.rules.len(), 2, "what was published stays, and what was granted comes");
    assert_eq!(RulesDigest::of(&published.snapshot.rules).to_string(), published.snapshot.rules_digest);
    app.wait(chrono::TimeDelta::minutes(3));
    let refused = grant(3).await.unwrap_err().to_string();
    assert!(refused.contains("changed by other hands"), "{refused}");
    app.wait(chrono::TimeDelta::minutes(15));
    assert!(app.desk.feed.current().is_none(), "and it runs out");
}

/// A gate refuses what was issued before what it has: a clock set back must not keep a revocation from it.
#[actix_web::test]
async fn a_clock_set_back_neither_hides_a_change_nor_lengthens_freshness() {
    let app = TestApp::start().await;
    let before = app.actor("feed").feed_at(0).await;
    app.clock.set(crate::app::NOW.parse::<chrono::DateTime<chrono::Utc>>().unwrap() - chrono::TimeDelta::minutes(3));
    app.actor("tailspin-global-admin").file(&third_party()).await.expect(201);
    let after = app.actor("feed").feed_at(1).await;
    assert_eq!(after["issued_at"], before["issued_at"]);
    assert!(after["expires_at"].as_str() < before["expires_at"].as_str());
}

/// Sixteen writers grant and revoke as fast as they can, one of them falls asleep inside its transactions, and a reader
/// takes snapshots all the while. Whatever is seen must be the fold of the changes up to its version: nothing skipped,
/// nothing reversed.
#[actix_web::test]
async fn snapshots_under_concurrent_writers_never_skip_or_reverse_a_change() {
    let app = TestApp::start().await;
    let done = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let reader = {
        let (desk, done) = (app.desk.clone(), done.clone());
        actix_web::rt::spawn(async move {
            let mut seen: BTreeMap<u64, Vec<Rule>> = BTreeMap::new();
            let mut highest = 0;
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                desk.feed.refresh().await.unwrap();
                let snapshot = desk.feed.current().unwrap().snapshot.clone();
                assert!(snapshot.version >= highest, "went back from {highest} to {}", snapshot.version);
                highest = snapshot.version;
                seen.insert(snapshot.version, snapshot.rules);
            }
            desk.feed.refresh().await.unwrap();
            let last = desk.feed.current().unwrap().snapshot.clone();
            seen.insert(last.version, last.rules);
            seen
        })
    };
    let tenant = exception_desk_demo::people::TAILSPIN.id;
    let writers = (0..16).map(|number| {
        let (desk, clock) = (app.desk.clone(), app.clock.clone());
        actix_web::rt::spawn(async move {
            for round in 0..8 {
                let id = insert_exception(&desk, tenant, number * 100 + round).await;
                // The straggler changes its row long before the others commit theirs, and publishes after them.
                let nap = if number == 0 { 60 } else { 0 };
                change(&desk, id, round % 2 == 1, nap, clock.now()).await;
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    done.store(true, std::sync::atomic::Ordering::Relaxed);
    let seen = reader.await.unwrap();
    let mut owner = app.owner().await;
    let changes: Vec<(i64, Json<Vec<Rule>>, Vec<Uuid>)> =
        sqlx::query_as("SELECT version, upserts, removals FROM feed_changes ORDER BY version")
            .fetch_all(&mut owner)
            .await
            .unwrap();
    let versions: Vec<_> = changes.iter().map(|(version, ..)| *version).collect();
    assert_eq!(versions, (1..=i64::try_from(changes.len()).unwrap()).collect::<Vec<_>>(), "versions have no gaps");
    assert!(seen.len() > 5, "the reader saw only {} versions", seen.len());
    let mut state: BTreeMap<Uuid, Rule> = BTreeMap::new();
    for (version, Json(upserts), removals) in changes {
        state.extend(upserts.into_iter().map(|rule| (rule.id, rule)));
        removals.iter().for_each(|id| drop(state.remove(id)));
        if let Some(rules) = seen.get(&u64::try_from(version).unwrap()) {
            assert_eq!(rules, &state.values().cloned().collect::<Vec<_>>(), "version {version}");
        }
    }
    let expected: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM exceptions WHERE revoked_at IS NULL ORDER BY id")
        .fetch_all(&mut owner)
        .await
        .unwrap();
    assert_eq!(
        state.keys().copied().collect::<Vec<_>>(),
        expected,
        "nothing committed is missing, nothing revoked is left"
    );
}

type SharedDesk = actix_web::web::Data<exception_desk::app::Desk>;

async fn insert_exception(desk: &SharedDesk, tenant: Uuid, number: i32) -> Uuid {
    let id = exception_desk::clock::fresh_id(desk.clock.now());
    let mut tx = desk.db.partner(exception_desk::identity::TenantId(tenant)).await.unwrap();
    sqlx::query(
        "INSERT INTO requests (id, reference, tenant, status, issue, language, asked, classification, guards, filed_at, filed_by,
             filed_by_name, filed_with_mfa, calendar, decided_at)
         VALUES ($1, $2, $3, 'accepted', 'x', 'en', '{}', '{}', '{}', now(), $1, '', false, 'utc', now())",
    )
    .bind(id)
    .bind(format!("T-{number}"))
    .bind(tenant)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    id
}

/// Grants (and for `and_revoke` revokes in a second transaction), sleeping `nap` milliseconds between change and publishing.
async fn change(desk: &SharedDesk, request: Uuid, and_revoke: bool, nap: u64, now: chrono::DateTime<chrono::Utc>) {
    let mut tx = desk.db.publisher().await.unwrap();
    sqlx::query(
        "INSERT INTO exceptions (id, request_id, reference, tenant, issue, every_user, object_ids, surfaces, not_before, expires_at, granted_at)
         SELECT id, id, reference, tenant, issue, false, ARRAY[id], '{dashboard}', $2, $2 + interval '1 day', $2 FROM requests WHERE id = $1",
    )
    .bind(request)
    .bind(now)
    .execute(&mut *tx)
    .await
    .unwrap();
    publish(&mut tx, request, nap, now).await;
    tx.commit().await.unwrap();
    if and_revoke {
        let mut tx = desk.db.publisher().await.unwrap();
        sqlx::query("UPDATE exceptions SET revoked_at = $2, ended_by = 'staff', revocation_reason = 'x' WHERE id = $1")
            .bind(request)
            .bind(now)
            .execute(&mut *tx)
            .await
            .unwrap();
        publish(&mut tx, request, nap, now).await;
        tx.commit().await.unwrap();
    }
}

async fn publish(tx: &mut exception_desk::db::Tx, id: Uuid, nap: u64, now: chrono::DateTime<chrono::Utc>) {
    tokio::time::sleep(Duration::from_millis(nap)).await;
    FeedLock::take(tx).await.unwrap().publish(&Touched::Exceptions(vec![id]), now).await.unwrap();
}

/// A dropped future may leave its connection inside an open transaction (sqlx's `begin` is not cancel-safe); whoever gets
/// that connection next must not lose what it was told is committed.
#[actix_web::test]
async fn writes_survive_requests_that_are_dropped_in_flight() {
    let app = TestApp::start_with(|config| config.database.max_connections = 4).await;
    let admin = app.actor("tailspin-global-admin");
    let mut acknowledged = Vec::new();
    for round in 0..60_u64 {
        // Reads that are dropped at every moment of their life, beside writes that are awaited.
        let drops = (0..8).map(|number| {
            let desk = app.desk.clone();
            tokio::time::timeout(Duration::from_micros(40 * (number + round % 13)), async move {
                // Read-only: whoever got this connection inside it could not write.
                let mut tx = desk.db.publisher_snapshot().await?;
                sqlx::query("SELECT count(*) FROM feed_rules").execute(&mut *tx).await
            })
        });
        let mut body = more_time();
        body["answers"] = json!({ "rollout_plan": format!("round {round}") });
        let (filed, _) = tokio::join!(admin.file(&body), futures_util::future::join_all(drops));
        acknowledged.push(filed.expect(201).json()["id"].as_str().unwrap().parse::<Uuid>().unwrap());
    }
    let mut owner = app.owner().await;
    let kept: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM requests WHERE id = ANY($1)")
        .bind(&acknowledged)
        .fetch_all(&mut owner)
        .await
        .unwrap();
    assert_eq!(kept.len(), acknowledged.len(), "acknowledged requests were lost");
    for _ in 0..50 {
        let stuck: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'
               AND state_change < now() - interval '300 milliseconds'",
        )
        .fetch_one(&mut owner)
        .await
        .unwrap();
        if stuck == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        let _ = app.anonymous().get("/health/ready").await;
    }
    panic!("a connection stays inside a transaction");
}
