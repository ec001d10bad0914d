//! Several desks on one database: one line of versions, whatever their clocks say and whoever publishes; and how far back it goes.

use crate::actors::{Actor, third_party};
use crate::app::TestApp;
use chrono::{DateTime, TimeDelta, Utc};
use exception_desk::app::Desk;
use exception_desk::clock::Clock;
use exception_desk::feed;
use mfa_enforcement::wire::Snapshot;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

type SharedDesk = actix_web::web::Data<Desk>;

/// What a reader that alternates between desks has seen.
#[derive(Default)]
struct Alternating {
    seen: BTreeMap<(u64, DateTime<Utc>), Snapshot>,
}

impl Alternating {
    fn look(&mut self, desk: &SharedDesk) {
        let Some(document) = desk.feed.current() else { return };
        let snapshot = document.snapshot.clone();
        let at = (snapshot.version, snapshot.issued_at);
        if let Some(before) = self.seen.insert(at, snapshot.clone()) {
            assert_eq!(before, snapshot, "two desks say different things at {at:?}");
        }
    }

    /// A newer version is never issued before an older one, nor says anything else of the same version.
    fn check(&self) {
        let all: Vec<_> = self.seen.values().collect();
        for pair in all.windows(2) {
            assert!(pair[0].issued_at <= pair[1].issued_at, "{:?}", self.seen.keys());
            assert_eq!(pair[0].epoch, pair[1].epoch);
            let same = pair[0].version == pair[1].version;
            assert_eq!(same, pair[0].rules_digest == pair[1].rules_digest, "a fork at {}", pair[1].version);
        }
    }
}

/// Waits until `desk` has `version` without being woken: nobody tells it of what another desk commits.
async fn reaches(desk: &SharedDesk, version: u64, alternating: &mut Alternating) {
    for _ in 0..1500 {
        alternating.look(desk);
        if desk.feed.current().is_some_and(|document| document.snapshot.version >= version) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it never reached version {version}: {:?}", desk.feed.refresh().await.map_err(|error| error.to_string()));
}

#[actix_web::test]
async fn desks_whose_clocks_differ_publish_one_line_of_versions() {
    let app = TestApp::start().await;
    // Behind by less than tokens allow, and by more than time goes on between two versions.
    let slow = Clock::standing_at(app.clock.now() - TimeDelta::seconds(25));
    let own_mark = app.desk.config.feed.mark_file().with_file_name("second-mark.json");
    let (base, second) = app.another_desk_with(slow.clone(), |config| config.feed.mark_file = Some(own_mark));
    exception_desk::editions::refresh(&second).await.unwrap();
    let first = app.desk.clone();
    let mut alternating = Alternating::default();
    let mut version = 0;
    for (number, persona) in
        ["tailspin-global-admin", "contoso-admin-agent", "wingtip-admin-agent", "fabrikam-admin-agent"]
            .into_iter()
            .enumerate()
    {
        // The desks take turns in publishing, and time goes on for both.
        let actor = app.actor(persona);
        let filed = file_at(if number % 2 == 0 { &app.base } else { &base }, &actor).await;
        assert_eq!(filed["status"], "accepted", "{filed}");
        version += 1;
        for desk in [&second, &first] {
            reaches(desk, version, &mut alternating).await;
        }
        alternating.look(&first);
        let step = TimeDelta::seconds(20);
        app.wait(step);
        slow.set(slow.now() + step);
    }
    // A document that is issued again is issued once, for both.
    let step = TimeDelta::minutes(6);
    let before = first.feed.current().unwrap().snapshot.issued_at;
    app.wait(step);
    slow.set(slow.now() + step);
    let again = |desk: &SharedDesk| desk.feed.current().filter(|document| document.snapshot.issued_at > before);
    for _ in 0..1500 {
        alternating.look(&first);
        alternating.look(&second);
        if again(&first).is_some() && again(&second).is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(again(&first).unwrap().snapshot, again(&second).unwrap().snapshot);
    assert!(alternating.seen.len() > 4);
    alternating.check();
}

/// Files with the desk at `base`.
async fn file_at(base: &str, actor: &Actor<'_>) -> Value {
    let call = actor.app.http.post(format!("{base}/api/v1/requests")).bearer_auth(actor.token.as_ref().unwrap());
    call.json(&third_party()).send().await.unwrap().json().await.unwrap()
}

#[actix_web::test]
async fn changes_are_kept_so_far_back_as_the_configuration_says() {
    let app = TestApp::start_with(|config| config.feed.changes_kept = 2.try_into().unwrap()).await;
    for (number, persona) in
        ["tailspin-global-admin", "contoso-admin-agent", "wingtip-admin-agent"].into_iter().enumerate()
    {
        app.actor(persona).file(&third_party()).await.expect(201);
        app.actor("feed").feed_at(number as i64 + 1).await;
    }
    let kept = async |app: &TestApp| -> Vec<i64> {
        sqlx::query_scalar("SELECT version FROM feed_changes ORDER BY version")
            .fetch_all(&mut app.owner().await)
            .await
            .unwrap()
    };
    let config = &app.desk.config.feed;
    feed::sweep(&app.desk.db, config, app.clock.now()).await.unwrap();
    assert_eq!(kept(&app).await, [2, 3]);
    let epoch = app.actor("feed").feed_at(3).await["epoch"].as_str().unwrap().to_owned();
    let (base, other) = app.another_desk();
    other.feed.refresh().await.unwrap();
    for base in [&app.base, &base] {
        for (after, status) in [(0, 410), (1, 200), (2, 200)] {
            let feed = app.actor("feed");
            let call = app.http.get(format!("{base}/feed/v1/changes?epoch={epoch}&after={after}"));
            let answer = feed.send(call.bearer_auth(feed.token.as_ref().unwrap())).await;
            assert_eq!(answer.status.as_u16(), status, "{after}: {}", answer.text);
        }
    }
    // A week later they are gone by age, and a desk that starts then goes on from the mark.
    app.wait(TimeDelta::days(8));
    feed::sweep(&app.desk.db, config, app.clock.now()).await.unwrap();
    assert_eq!(kept(&app).await, Vec::<i64>::new());
    let (_, later) = app.another_desk();
    later.feed.refresh().await.unwrap();
    assert_eq!(later.feed.current().unwrap().snapshot.version, 3);
}
