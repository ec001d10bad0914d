//! An hour in which everything goes wrong: three desks on one database, eight gates that follow them as `mfa-gate` does, and
//! nothing that stays where it is. No gate ever goes back or apart from the others, what was taken away is away everywhere
//! within its bound, and what the desks say of the gates is so.
//!
//! `EXCEPTION_DESK_CHAOS_SEED` has the same troubles befall them again, as far as time allows.

mod chance;
mod ends;
pub mod gate;
mod hands;
mod post;
mod storm;
mod time;
pub mod truth;
pub mod watch;
pub mod way;
mod world;

use crate::actors::third_party;
use crate::app::TestApp;
use chance::Chance;
use chrono::TimeDelta;
use hands::{Hands, Known};
use serde_json::{Value, json};
use std::rc::Rc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use world::World;

/// How far the clock of a desk may be ahead of the time, in seconds.
const AHEAD: i64 = 5;

#[actix_web::test]
#[ignore = "minutes; `cargo xtask soak` runs it"]
async fn an_hour_of_chaos_takes_no_gate_back_and_hides_no_laggard() {
    chaos(TimeDelta::hours(1)).await;
}

#[actix_web::test]
async fn a_minute_of_chaos_takes_no_gate_back() {
    chaos(TimeDelta::minutes(1)).await;
}

async fn chaos(how_long: TimeDelta) {
    let named = std::env::var("EXCEPTION_DESK_CHAOS_SEED").ok();
    let seed = named.map_or_else(
        || u64::from_le_bytes(exception_desk::clock::secret_bytes()),
        |seed| seed.parse().expect("a number"),
    );
    eprintln!("EXCEPTION_DESK_CHAOS_SEED={seed}");
    let app = TestApp::start_with(|config| config.signing.overlap_minutes = 5).await;
    let expiring = one_day_grants(&app).await;
    let world = World::around(app).await;
    world.subjects.borrow_mut().extend(expiring.iter().map(ends::subject_of));
    let tasks = [
        actix_web::rt::spawn(watch::time(world.clone())),
        actix_web::rt::spawn(watch::truth(world.clone())),
        actix_web::rt::spawn(watch::gates(world.clone())),
        actix_web::rt::spawn(watch::reach(world.clone(), Chance::of(seed, 1))),
    ];
    everybody_is_there(&world).await;
    let until = world.time.passed() + how_long;
    if how_long >= TimeDelta::hours(1) {
        storm::certain(&world, &mut Chance::of(seed, 5));
    }
    let known = Rc::new(Known::default());
    let work = (2..4)
        .map(|name| actix_web::rt::spawn(Hands::new(world.clone(), known.clone(), Chance::of(seed, name)).work()));
    let work: Vec<_> = work.chain([actix_web::rt::spawn(storm::storm(world.clone(), Chance::of(seed, 4)))]).collect();
    while world.time.passed() < until && world.is_sound() {
        goes_on(&tasks).await;
    }
    world.is_over.set(true);
    for part in work {
        part.await.unwrap();
    }
    while world.troubles.get() > 0 {
        goes_on(&tasks).await;
    }
    let calm = Instant::now();
    while world.is_sound() && !ends::all_agree(&world).await {
        goes_on(&tasks).await;
        if calm.elapsed() > Duration::from_secs(75) {
            world.wrong(format!("no peace: {:#?}", watch::points(&world.app, world.posts[0].port()).await));
        }
    }
    ends::what_was_taken_away_stays_away(&world, &expiring);
    ends::the_proof_says_what_the_gates_did(&world).await;
    eprintln!("{}", ends::figures(&world));
    assert!(world.is_sound(), "EXCEPTION_DESK_CHAOS_SEED={seed}: {:#?}", world.what_is_wrong());
    for gate in &world.gates {
        gate.kill().await;
    }
    for post in &world.posts {
        post.kill().await;
    }
    tasks.iter().for_each(JoinHandle::abort);
}

/// Exceptions that end while it goes on, one after the other; the first in half a minute.
async fn one_day_grants(app: &TestApp) -> Vec<Value> {
    let mut granted = Vec::new();
    for partner in hands::PARTNERS {
        let mut body = third_party();
        body["scope"]["duration_days"] = json!(1);
        granted.push(app.actor(partner).file(&body).await.expect(201).json()["exception"].clone());
        app.wait(TimeDelta::minutes(9));
    }
    app.clock.set(ends::end_of(&granted[0]) - TimeDelta::seconds(30));
    granted
}

/// A moment passes, in which nobody who watches falls asleep.
async fn goes_on(watchers: &[JoinHandle<()>]) {
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!watchers.iter().any(JoinHandle::is_finished), "somebody who watched broke off");
}

/// Waits until every gate has the rules and has said so.
async fn everybody_is_there(world: &World) {
    let begun = Instant::now();
    while !ends::all_agree(world).await {
        assert!(begun.elapsed() < Duration::from_secs(60), "the gates never get the feed: {:?}", world.what_is_wrong());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
