//! What a gate tells the desk: what it applies, what exceptions did; once, whatever the network does.

use crate::desk::{TENANT, USER, World, document, minute, rule};
use mfa_enforcement::client::{FeedHandle, ReportSettings, Reporter};
use mfa_enforcement::{Surfaces, input};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use wiremock::matchers::{method, path};
use wiremock::{Mock, ResponseTemplate};

const REPORTS: &str = "/feed/v1/reports";

/// A reporter, and what stops its task.
struct Running {
    reporter: Reporter,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    fn start(world: &World, feed: FeedHandle) -> Self {
        let settings = ReportSettings { gate: "tokyo-1".into(), every: Duration::from_millis(50) };
        let (reporter, report) = Reporter::new(&world.config(), settings, feed, world.clock()).expect("a reporter");
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(report.run(async { drop(stopped.await) }));
        Self { reporter, stop, task }
    }

    /// Decides for the test's user, with or without MFA, and counts that.
    fn decide(&self, feed: &FeedHandle, mfa: bool) {
        let amr = if mfa { json!(["mfa"]) } else { json!([]) };
        let line = json!({"at": minute(1), "surface": "dashboard", "flow": "interactive", "tenant": TENANT, "user": USER, "amr": amr});
        let input = input::read(line.to_string().as_bytes(), &Surfaces::default(), None).expect("an input");
        self.reporter.decided(&input, &feed.decide(&input));
    }

    async fn stop(self) {
        drop(self.stop);
        self.task.await.expect("an end");
    }
}

/// The desk answers so; at most `times` times where a number is given.
async fn answers(world: &World, status: u16, times: Option<u64>) {
    let mock = Mock::given(method("POST")).and(path(REPORTS)).respond_with(ResponseTemplate::new(status));
    match times {
        Some(times) => mock.up_to_n_times(times).mount(&world.server).await,
        None => mock.mount(&world.server).await,
    }
}

/// The reports so far, each with its key, once `enough` says so.
async fn reports(world: &World, enough: impl Fn(&[(String, Value)]) -> bool) -> Vec<(String, Value)> {
    for _ in 0..200 {
        let calls = world.requests(REPORTS).await;
        let read = |call: &wiremock::Request| {
            let key = call.headers["idempotency-key"].to_str().expect("a key").to_owned();
            (key, serde_json::from_slice(&call.body).expect("a report"))
        };
        let all: Vec<_> = calls.iter().map(read).collect();
        if enough(&all) {
            return all;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("too few reports: {:?}", world.requests(REPORTS).await.len());
}

fn suppressed(reports: &[(String, Value)]) -> u64 {
    let hits = reports.iter().flat_map(|(_, body)| body["hits"].as_array().cloned().unwrap_or_default());
    hits.filter_map(|hit| hit["suppressed"].as_u64()).sum()
}

#[tokio::test]
async fn it_tells_what_is_applied_and_what_exceptions_did() {
    let world = World::new("reports").await;
    answers(&world, 204, None).await;
    let feed = world.client_with_version_5().await.handle();
    let running = Running::start(&world, feed.clone());
    let first = reports(&world, |all| !all.is_empty()).await;
    assert_eq!((&first[0].1["gate"], &first[0].1["version"]), (&json!("tokyo-1"), &json!(5)));
    assert_eq!(first[0].1["applied_at"], json!(minute(1)));
    for mfa in [false, false, true] {
        running.decide(&feed, mfa);
    }
    let all = reports(&world, |all| suppressed(all) == 2).await;
    let hits = all.iter().find_map(|(_, body)| body["hits"].get(0)).expect("hits").clone();
    assert_eq!(hits["would_have_passed"], 1);
    assert_eq!(hits["exception"], json!(rule().id));
    assert!(hits["hour"].as_str().is_some_and(|text| text.ends_with(":00:00Z")), "{hits}");
    running.stop().await;
}

#[tokio::test]
async fn another_version_is_told_at_once() {
    let world = World::new("reports-at-once").await;
    answers(&world, 204, None).await;
    let mut client = world.client_with_version_5().await;
    let settings = ReportSettings { gate: "tokyo-1".into(), every: Duration::from_secs(300) };
    let (_, report) = Reporter::new(&world.config(), settings, client.handle(), world.clock()).expect("a reporter");
    let task = tokio::spawn(report.run(std::future::pending()));
    reports(&world, |all| !all.is_empty()).await;
    world.publish(&document(6, &[]));
    client.poll().await.expect("news");
    let all = reports(&world, |all| all.len() > 1).await;
    assert_eq!(all[1].1["version"], 6);
    task.abort();
}

#[tokio::test]
async fn a_report_that_was_not_answered_is_sent_again_to_the_letter() {
    let world = World::new("reports-again").await;
    answers(&world, 503, Some(1)).await;
    answers(&world, 204, None).await;
    let feed = world.client_with_version_5().await.handle();
    let running = Running::start(&world, feed.clone());
    reports(&world, |all| !all.is_empty()).await;
    running.decide(&feed, false);
    let all = reports(&world, |all| suppressed(all) == 1).await;
    assert_eq!(all[0], all[1], "the same key and the same body, though something was counted meanwhile");
    assert_ne!(all[1].0, all[2].0);
    running.stop().await;
}

#[tokio::test]
async fn what_the_desk_does_not_take_is_not_sent_again() {
    let world = World::new("reports-refused").await;
    answers(&world, 403, Some(1)).await;
    answers(&world, 204, None).await;
    let feed = world.client_with_version_5().await.handle();
    let running = Running::start(&world, feed);
    let all = reports(&world, |all| all.len() > 1).await;
    assert_ne!(all[0].0, all[1].0);
    running.stop().await;
}

#[tokio::test]
async fn a_restart_while_the_desk_is_away_loses_nothing_and_doubles_nothing() {
    let world = World::new("reports-restart").await;
    answers(&world, 503, Some(1)).await;
    let feed = world.client_with_version_5().await.handle();
    let running = Running::start(&world, feed.clone());
    let before = reports(&world, |all| !all.is_empty()).await;
    running.decide(&feed, false);
    running.stop().await;
    answers(&world, 204, None).await;
    let running = Running::start(&world, feed.clone());
    let all = reports(&world, |all| suppressed(all) == 1).await;
    assert_eq!(all[1], before[0], "the report that waited comes first, as it was");
    running.stop().await;
}
