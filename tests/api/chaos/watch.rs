//! Those who watch all the time: what gates hold and decide, what the desks say of them, what was committed.

use super::chance::Chance;
use super::gate::Entry;
use super::truth::{Reader, Subject, bound};
use super::world::{SETTLES, World};
use crate::app::TestApp;
use chrono::{DateTime, Utc};
use mfa_enforcement::client::FeedHandle;
use mfa_enforcement::decision::{Account, Place};
use mfa_enforcement::{DecisionInput, Flow, Freshness, Surfaces};
use reqwest::Method;
use serde_json::Value;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::Instant;

/// How long a change may take to a gate that is reached: seconds.
const QUICK: Duration = Duration::from_secs(10);

/// Turns the clocks.
pub async fn time(world: Rc<World>) {
    loop {
        world.time.turn();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Learns what was committed.
pub async fn truth(world: Rc<World>) {
    let mut reader = Reader::of(&world.app.owner_url);
    loop {
        let (epoch, last) = {
            let truth = world.truth.borrow();
            (truth.epoch, truth.last())
        };
        if let Some(rows) = reader.read(epoch, last).await {
            world.truth.borrow_mut().learn(rows, world.time.now());
        }
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
}

/// Watches the gates.
pub async fn gates(world: Rc<World>) {
    for round in 0_usize.. {
        for number in 0..world.gates.len() {
            look(&world, number);
            if (round + number).is_multiple_of(8) {
                decide(&world, number);
                is_reached(&world, number);
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Looks what gate `number` holds.
fn look(world: &World, number: usize) {
    let gate = &world.gates[number];
    let Some((handle, _)) = gate.running() else { return };
    let now = gate.now();
    let held = handle.status(now).held;
    let before = gate.seen.borrow().current().cloned();
    let Some(entry) = gate.seen.borrow_mut().look(held.as_ref(), now) else { return };
    let state = |entry: &Entry| (entry.version, entry.issued_at);
    if let Some(before) = before.filter(|before| before.epoch == entry.epoch && state(before) > state(&entry)) {
        world.wrong(format!("{} went back from {before:?} to {entry:?}", gate.name));
    }
    let mut contents = world.contents.borrow_mut();
    let content = contents.entry((entry.epoch, entry.version)).or_insert_with(|| entry.digest.clone());
    if *content != entry.digest {
        world.wrong(format!("a fork at {}: {entry:?}, elsewhere {content}", gate.name));
    }
}

/// A user without MFA, at a surface.
pub fn input(subject: &Subject, at: DateTime<Utc>) -> DecisionInput {
    let surface = Surfaces::default().get(&subject.surface).unwrap();
    DecisionInput {
        at,
        place: Place::Protected { surface, signs_in_to_customer_tenant: true },
        flow: Flow::Interactive,
        tenant: Some(subject.tenant),
        user: Some(subject.user),
        mfa: false,
        account: Account::default(),
    }
}

/// Asks gate `number` about everybody.
fn decide(world: &World, number: usize) {
    let gate = &world.gates[number];
    let Some((handle, reporter)) = gate.running() else { return };
    let truth = world.truth.borrow();
    let status = handle.status(gate.now());
    if status.held.is_some() && status.feed == Freshness::Expired {
        world.tell("a gate whose feed has expired was asked");
    }
    if status.last_error.is_some_and(|error| error.contains("is older than") || error.contains("earlier than")) {
        world.tell("a gate was asked that had refused to go back");
    }
    for subject in world.subjects.borrow().iter() {
        let at = gate.now();
        let (before, input) = (held(&handle, at), input(subject, at));
        let decision = handle.decide(&input);
        reporter.decided(&input, &decision);
        if let Some(id) = decision.exception {
            let ended = world.ended.borrow().get(&id).copied();
            if let Some(gone) = [ended, truth.removed(id)].into_iter().flatten().find(|gone| at >= *gone + bound()) {
                world.wrong(format!("{} suppresses by {id}, which was gone at {gone}", gate.name));
            }
        }
        // It may have taken up something in between.
        let Some((version, digest)) = before.filter(|_| decision.feed == Freshness::Fresh) else { continue };
        let Some(known) = truth.version(version) else { continue };
        if held(&handle, at).is_none_or(|(now, _)| now != version) {
            continue;
        }
        let covering = known.covering(subject, at);
        if !decision.exception.map_or(covering.is_empty(), |id| covering.contains(&id)) || digest != known.digest {
            let what = format!("{} by version {version} ({digest}) for {subject:?}: {decision:?}", gate.name);
            world.wrong(format!("{what}, but {covering:?} cover in {}", known.digest));
        }
    }
}

/// Version and digest of what is held.
fn held(handle: &FeedHandle, at: DateTime<Utc>) -> Option<(u64, String)> {
    handle.status(at).held.map(|held| (held.version, held.rules_digest))
}

/// Whether gate `number`, as far as nobody disturbs it, has what was committed some seconds ago.
fn is_reached(world: &World, number: usize) {
    let gate = &world.gates[number];
    let Some(settled) = gate.seen.borrow().settled else { return };
    let held = gate.seen.borrow().current().map_or(0, |entry| entry.version);
    let truth = world.truth.borrow();
    if let Some((version, committed)) = truth.after(held).next() {
        let due = committed.seen.max(settled) + QUICK;
        if Instant::now() > due {
            let late = due.elapsed() + QUICK;
            let status = gate.running().map(|(handle, _)| handle.status(gate.now()));
            world.wrong(format!("{} still has {held}, {late:?} after version {version}: {status:?}", gate.name));
        }
    }
}

/// Asks the desks again and again what they know of the gates.
pub async fn reach(world: Rc<World>, mut chance: Chance) {
    loop {
        tokio::time::sleep(chance.millis(500..1500)).await;
        let Some(desk) = world.well(&mut chance) else { continue };
        let Some(points) = points(&world.app, world.posts[desk].port()).await else { continue };
        world.tell("reach asked");
        for number in 0..world.gates.len() {
            look(&world, number);
        }
        for point in &points {
            claims_nothing_more(&world, point);
        }
    }
}

/// Every enforcement point that a desk knows of; nothing when it does not answer.
pub async fn points(app: &TestApp, port: u16) -> Option<Vec<Value>> {
    let token = app.staff("auditor").token?;
    let call = app.http.request(Method::GET, format!("http://127.0.0.1:{port}/api/v1/enforcement/points?limit=200"));
    let answer = call.bearer_auth(token).timeout(Duration::from_secs(5)).send().await.ok()?;
    let list: Value = answer.error_for_status().ok()?.json().await.ok()?;
    list["items"].as_array().cloned()
}

/// No point is said to apply what its gate has not.
fn claims_nothing_more(world: &World, point: &Value) {
    let claimed = point["applied_version"].as_u64().unwrap();
    let gate = world.gates.iter().find(|gate| point["gate"] == gate.name.as_str()).unwrap();
    let seen = gate.seen.borrow();
    let ever = seen.log.iter().map(|entry| entry.version).max().unwrap_or_default();
    if claimed > ever {
        world.wrong(format!("{} never had {claimed}, as is said: {point}", gate.name));
    }
    // What was on a disk that is lost counts until the gate with the new one has reported.
    let (Some(current), Some((_, arrive_since))) = (seen.current(), seen.reports_to) else { return };
    let first = seen.log.iter().find(|entry| entry.disk == current.disk).unwrap_or(current);
    let reported = first.seen.max(arrive_since) + SETTLES;
    if Instant::now() > reported && claimed > current.version {
        world.wrong(format!("{} has {}, not {claimed}, as is said: {point}", gate.name, current.version));
    }
}
