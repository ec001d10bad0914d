//! What befalls desks, gates and the ways between them.

use super::chance::Chance;
use super::gate::Gate;
use super::way::Weather;
use super::world::{DESKS, GATES, World};
use chrono::TimeDelta;
use exception_desk::app::Purpose;
use exception_desk::feed::{KeyOptions, KeyState, Keys};
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::Instant;

/// A gate that nobody disturbs: what happens to desks and database is enough.
const SPARED: usize = 0;

/// So long that what a gate has counts no more, in the test's own seconds: more than a quarter of an hour.
const LONG: Range<u64> = 46..60;

/// What befalls somebody in every hour: a gate that hears nothing for long, and a desk that is left behind.
pub fn certain(world: &Rc<World>, chance: &mut Chance) {
    begin(world, weather(world.clone(), GATES - 1, Weather::Silent, chance.seconds(LONG)));
    begin(world, leave_desk_behind(world.clone(), chance.below(DESKS), SPARED + 1, chance.seconds(16..27)));
}

/// One trouble after another, until it is over.
pub async fn storm(world: Rc<World>, mut chance: Chance) {
    while !world.is_over.get() && world.is_sound() {
        let pause = chance.millis(500..1500);
        world.rest(pause).await;
        let gate = SPARED + 1 + chance.below(GATES - 1);
        let desk = chance.below(DESKS);
        match chance.below(27) {
            0..=2 => cut(&world, gate),
            3..=4 => begin(&world, weather(world.clone(), gate, Weather::Shut, chance.seconds(2..10))),
            5..=6 => begin(&world, weather(world.clone(), gate, Weather::Silent, chance.seconds(2..20))),
            7..=8 => {
                let torn = Weather::Torn(chance.below(5000));
                begin(&world, weather(world.clone(), gate, torn, chance.seconds(1..6)));
            }
            9..=10 => {
                let slow = Weather::Slow(chance.millis(20..700));
                begin(&world, weather(world.clone(), gate, slow, chance.seconds(2..15)));
            }
            11..=13 => lead(&world, gate, desk),
            14..=17 => {
                let harm = *chance.one_of(&[Gate::tear_changes as fn(&Gate), Gate::lose_copy, |_| {}]);
                begin(&world, restart_gate(world.clone(), gate, harm, chance.millis(0..4000)));
            }
            18 => begin(&world, replace_gate(world.clone(), gate, desk)),
            19..=20 => begin(&world, restart_desk(world.clone(), desk, chance.seconds(1..6))),
            21 => begin(&world, leave_desk_behind(world.clone(), desk, gate, chance.seconds(16..27))),
            22 => begin(&world, stop_database(world.clone(), chance.seconds(1..6))),
            23 => change_keys(&world, chance.one_in(3)).await,
            24 => begin(&world, weather(world.clone(), gate, Weather::Shut, chance.seconds(LONG))),
            _ => {
                world.tell("the clocks leapt");
                world.time.leap(TimeDelta::seconds(20 + i64::try_from(chance.below(60)).unwrap()));
            }
        }
    }
}

/// Lets trouble go on beside the rest.
fn begin(world: &Rc<World>, trouble: impl Future<Output = ()> + 'static) {
    let world = world.clone();
    world.troubles.set(world.troubles.get() + 1);
    actix_web::rt::spawn(async move {
        trouble.await;
        world.troubles.set(world.troubles.get() - 1);
    });
}

fn cut(world: &World, gate: usize) {
    world.tell("a gate was cut off");
    world.gates[gate].feed.cut();
    world.disturbed(gate, false);
}

fn lead(world: &World, gate: usize, desk: usize) {
    world.tell("a gate was led to another desk");
    world.lead(gate, desk);
}

async fn weather(world: Rc<World>, gate: usize, weather: Weather, time: Duration) {
    let way = &world.gates[gate].feed;
    if way.weather() != Weather::Fair {
        return;
    }
    world.tell(match weather {
        Weather::Shut => "a way was shut",
        Weather::Silent => "a way was silent",
        Weather::Torn(_) => "a way was torn",
        _ => "a way was slow",
    });
    way.has(weather);
    world.look_around();
    world.rest(time).await;
    way.has(Weather::Fair);
    world.look_around();
    world.disturbed(gate, weather == Weather::Silent);
}

/// Ends the process of a gate; false when somebody is at it already.
async fn take(world: &World, number: usize) -> bool {
    let gate = &world.gates[number];
    if std::mem::replace(&mut gate.seen.borrow_mut().is_ill, true) {
        return false;
    }
    gate.kill().await;
    world.look_around();
    true
}

async fn give_back(world: &World, number: usize) {
    world.gates[number].start().await;
    world.gates[number].seen.borrow_mut().is_ill = false;
    world.look_around();
}

async fn restart_gate(world: Rc<World>, number: usize, harm: fn(&Gate), time: Duration) {
    if !take(&world, number).await {
        return;
    }
    world.tell("a gate was killed");
    harm(&world.gates[number]);
    world.rest(time).await;
    give_back(&world, number).await;
}

/// Another machine takes a gate's place, at `desk`.
async fn replace_gate(world: Rc<World>, number: usize, desk: usize) {
    if !take(&world, number).await {
        return;
    }
    world.tell("a gate was replaced");
    world.gates[number].replace_disk().await;
    lead(&world, number, desk);
    give_back(&world, number).await;
}

async fn restart_desk(world: Rc<World>, desk: usize, time: Duration) {
    let others_are_well = (0..DESKS).any(|other| other != desk && world.posts[other].is_well());
    if !world.posts[desk].is_well() || !others_are_well {
        return;
    }
    world.tell("a desk was killed");
    world.posts[desk].kill().await;
    world.look_around();
    // Who balances the load notices, for some.
    for gate in (0..GATES).filter(|gate| gate % 2 == 0 && world.gates[*gate].follows.get() == desk) {
        world.lead(gate, (desk + 1) % DESKS);
    }
    world.rest(time).await;
    world.posts[desk].start();
    world.desk_moved(desk);
}

/// A desk loses its database and goes on with what it has, while the others go on; a new gate comes to it then, and others
/// that know better.
async fn leave_desk_behind(world: Rc<World>, desk: usize, gate: usize, time: Duration) {
    let others_are_well = (0..DESKS).any(|other| other != desk && world.posts[other].is_well());
    if !world.posts[desk].is_well() || !others_are_well {
        return;
    }
    world.tell("a desk lost its database");
    world.posts[desk].database.has(Weather::Shut);
    world.look_around();
    world.rest(Duration::from_secs(3)).await;
    replace_gate(world.clone(), gate, desk).await;
    for other in 1..4 {
        world.rest(Duration::from_secs(3)).await;
        let other = SPARED + 1 + (gate + other) % (GATES - 1);
        lead(&world, other, desk);
        if world.gates[other].seen.borrow().log.len().is_multiple_of(2) {
            restart_gate(world.clone(), other, Gate::lose_copy, Duration::ZERO).await;
        }
    }
    world.rest(time).await;
    world.posts[desk].database.has(Weather::Fair);
    world.look_around();
}

async fn stop_database(world: Rc<World>, time: Duration) {
    if world.database_is_away.replace(true) {
        return;
    }
    world.tell("the database was stopped");
    world.look_around();
    world.app.stop_database().await;
    world.rest(time).await;
    world.app.start_database().await;
    world.database_is_away.set(false);
    world.look_around();
}

/// A key is rotated, or the one that signs is withdrawn.
async fn change_keys(world: &World, withdraw: bool) {
    let now = world.time.now();
    let keys = Keys::open(KeyOptions::of(&world.app.desk.config, Purpose::Demo), now).unwrap();
    if !withdraw {
        // One may wait already.
        if keys.rotate(now, false, None).is_ok() {
            world.tell("a key was rotated");
        }
        return;
    }
    let lines = keys.lines(now);
    let Some(current) = lines.iter().find(|line| line.state == KeyState::Current) else { return };
    if keys.withdraw(&current.kid, now, None).is_ok() {
        world.tell("a key was withdrawn");
        let settled = Instant::now() + super::world::SETTLES;
        for gate in &world.gates {
            let mut seen = gate.seen.borrow_mut();
            seen.settled = seen.settled.map(|before| before.max(settled));
        }
    }
}
