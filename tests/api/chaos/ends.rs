//! What must hold when it is over.

use super::truth::Subject;
use super::watch;
use super::world::World;
use crate::actors::text;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use std::time::Duration;

/// How far the clocks of a gate and of the desk that takes its report may be apart, at the most.
const APART: TimeDelta = TimeDelta::seconds(15);
/// How many of the last changes are looked at.
const LAST_CHANGES: u64 = 60;

/// Its end.
pub fn end_of(exception: &Value) -> DateTime<Utc> {
    text(&exception["expires_at"]).parse().unwrap()
}

/// Whom it covers, who is one.
pub fn subject_of(exception: &Value) -> Subject {
    let surface = text(&exception["surfaces"][0]).to_owned();
    let [tenant, user] = [&exception["tenant"], &exception["subjects"][0]].map(|id| text(id).parse().unwrap());
    Subject { tenant, user, surface }
}

/// Whether every gate has the last version, and the desks say so.
pub async fn all_agree(world: &World) -> bool {
    let Some(points) = watch::points(&world.app, world.posts[0].port()).await else { return false };
    let last = world.truth.borrow().last();
    let is_current = |point: &Value| point["state"] == "current" && point["applied_version"] == last;
    let has_last =
        world.gates.iter().all(|gate| gate.seen.borrow().current().is_some_and(|entry| entry.version == last));
    points.len() == world.gates.len() && points.iter().all(is_current) && has_last
}

/// What was ended or is over is not in the feed, and was not put into it again.
pub fn what_was_taken_away_stays_away(world: &World, expiring: &[Value]) {
    let truth = world.truth.borrow();
    for (id, at) in world.ended.borrow().iter() {
        if truth.put(*id).is_some_and(|put| truth.removed(*id).is_none() || put > *at + APART) {
            world.wrong(format!("{id}, ended by {at}, is in the feed or came back"));
        }
    }
    for exception in expiring {
        let id = text(&exception["id"]).parse().unwrap();
        // A moment is left to those who publish the end.
        let is_over = end_of(exception) + APART < world.time.now();
        if is_over && truth.removed(id).is_none() {
            world.wrong(format!("{id} is over and still in the feed"));
        }
    }
}

/// How far each change got is what the gates themselves say: nobody is said to have had it before, and all have it now.
pub async fn the_proof_says_what_the_gates_did(world: &World) {
    let last = world.truth.borrow().last();
    for version in last.saturating_sub(LAST_CHANGES) + 1..=last {
        let path = format!("http://127.0.0.1:{}/api/v1/enforcement/changes/{version}", world.posts[0].port());
        let call = world.app.http.get(path).bearer_auth(world.app.staff("auditor").token.unwrap());
        let change: Value = call.send().await.unwrap().error_for_status().unwrap().json().await.unwrap();
        let reach = change["reach"].as_array().unwrap();
        if reach.iter().any(|point| point["in_force_at"].is_null()) || change["reached"] != change["points"] {
            world.wrong(format!("every gate has the last version, but not {version}, as is said: {change}"));
        }
        for point in reach {
            is_so(world, version, point);
        }
    }
}

fn is_so(world: &World, version: u64, point: &Value) {
    let Some(said) = point["in_force_at"].as_str().map(|at| at.parse::<DateTime<Utc>>().unwrap()) else { return };
    let gate = world.gates.iter().find(|gate| point["gate"] == gate.name.as_str()).unwrap();
    let seen = gate.seen.borrow();
    let Some(first) = seen.log.iter().find(|entry| entry.version >= version) else { return };
    if said + APART < first.not_at {
        world.wrong(format!("version {version} is said to be in force at {} since {said}: {first:?}", gate.name));
    }
}

/// What happened, and how long it took until what takes something away was in force.
pub fn figures(world: &World) -> String {
    let truth = world.truth.borrow();
    let (mut undisturbed, mut all): (Vec<Duration>, Vec<Duration>) = Default::default();
    for gate in &world.gates {
        let seen = gate.seen.borrow();
        for (version, committed) in truth.after(0).filter(|(_, version)| version.removes) {
            let Some(first) = seen.log.iter().find(|entry| entry.version >= version) else { continue };
            let took = first.seen.saturating_duration_since(committed.seen);
            all.push(took);
            undisturbed.extend(first.settled.filter(|settled| *settled <= committed.seen).map(|_| took));
        }
    }
    format!(
        "{} versions in {} s of desks and gates, {} entries in their logs; {:?}\n\
         in force, by the test's own time: {} (where nobody disturbed the gate: {})",
        truth.last(),
        world.time.passed().num_seconds(),
        world.gates.iter().map(|gate| gate.seen.borrow().log.len()).sum::<usize>(),
        world.told(),
        spread(all),
        spread(undisturbed),
    )
}

fn spread(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let part =
        |hundredths: usize| times.get(times.len().saturating_sub(1) * hundredths / 100).copied().unwrap_or_default();
    let [half, most, last] = [50, 90, 100].map(part);
    format!("{} times, half within {half:.1?}, nine in ten within {most:.1?}, the last after {last:.1?}", times.len())
}
