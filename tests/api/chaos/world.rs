//! Three desks on one database, eight gates, and what everybody knows of each other.

use super::chance::Chance;
use super::gate::{Gate, Surroundings};
use super::post::Post;
use super::time::Time;
use super::truth::{Subject, Truth};
use super::way::{Way, Weather};
use crate::app::TestApp;
use chrono::{DateTime, TimeDelta, Utc};
use exception_desk_demo::people;
use mfa_enforcement::client::Follow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

pub const DESKS: usize = 3;
pub const GATES: usize = 8;

/// How far the clocks of desks and gates are ahead, in seconds.
const DESKS_AHEAD: [i64; DESKS] = [0, -7, super::AHEAD];
const GATES_AHEAD: [i64; 3] = [0, 4, -6];

/// Time after a disturbance in which a gate may look for its way again: the pauses between two tries, and a second for the work.
pub const SETTLES: Duration = Duration::from_secs(15);
/// The same after a silence, which a gate bears for 40 seconds.
const SETTLES_AFTER_SILENCE: Duration = Duration::from_secs(55);

pub struct World {
    pub app: TestApp,
    pub time: Time,
    pub posts: Vec<Post>,
    pub gates: Vec<Gate>,
    pub truth: RefCell<Truth>,
    /// Everybody who was ever asked for.
    pub subjects: RefCell<Vec<Subject>>,
    /// What staff or its partner ended, and by when the desk had said so.
    pub ended: RefCell<BTreeMap<Uuid, DateTime<Utc>>>,
    /// What each version contained, at whichever gate it was seen first.
    pub contents: RefCell<BTreeMap<(Uuid, u64), String>>,
    pub database_is_away: Cell<bool>,
    /// No trouble any more from now on.
    pub is_over: Cell<bool>,
    /// How many troubles are not over yet.
    pub troubles: Cell<usize>,
    wrong: RefCell<Vec<String>>,
    told: RefCell<BTreeMap<&'static str, usize>>,
}

impl World {
    /// Desks and gates that run, on the database of `app`, whose own desk has no part in it any more.
    pub async fn around(app: TestApp) -> Rc<Self> {
        app.desk.db.close().await;
        let time = Time::from(&app.clock);
        let (mut posts, mut gates) = (Vec::new(), Vec::new());
        for (number, ahead) in DESKS_AHEAD.into_iter().enumerate() {
            let clock = time.clock(TimeDelta::seconds(ahead));
            let post = Post::new(number, app.desk.config.clone(), clock, &app.owner_url).await;
            post.start();
            posts.push(post);
        }
        for number in 0..GATES {
            gates.push(gate(number, &app, &time, &posts).await);
        }
        let truth = Truth::of(&mut app.owner().await, app.clock.now()).await;
        let world = Rc::new(Self {
            app,
            time,
            posts,
            gates,
            truth: RefCell::new(truth),
            subjects: RefCell::default(),
            ended: RefCell::default(),
            contents: RefCell::default(),
            database_is_away: Cell::new(false),
            is_over: Cell::new(false),
            troubles: Cell::new(0),
            wrong: RefCell::default(),
            told: RefCell::default(),
        });
        for gate in &world.gates {
            gate.start().await;
        }
        world.look_around();
        world
    }

    /// Something is not as it must be.
    pub fn wrong(&self, what: String) {
        let mut wrong = self.wrong.borrow_mut();
        if wrong.len() < 20 {
            wrong.push(format!("after {} s: {what}", self.time.passed().num_seconds()));
        }
    }

    pub fn what_is_wrong(&self) -> Vec<String> {
        self.wrong.borrow().clone()
    }

    pub fn is_sound(&self) -> bool {
        self.wrong.borrow().is_empty()
    }

    /// Counts that this happened.
    pub fn tell(&self, what: &'static str) {
        *self.told.borrow_mut().entry(what).or_default() += 1;
    }

    pub fn told(&self) -> BTreeMap<&'static str, usize> {
        self.told.borrow().clone()
    }

    /// Waits so long, or until it is over.
    pub async fn rest(&self, time: Duration) {
        let until = Instant::now() + time;
        while Instant::now() < until && !self.is_over.get() && self.is_sound() {
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// A desk that can do all that a desk does, if there is one.
    pub fn well(&self, chance: &mut Chance) -> Option<usize> {
        let well: Vec<_> = (0..DESKS).filter(|desk| self.posts[*desk].is_well()).collect();
        if well.is_empty() { None } else { Some(*chance.one_of(&well)) }
    }

    /// Looks which gates are reached, after something changed on their ways; reports are led to a desk that is well.
    pub fn look_around(&self) {
        for (number, gate) in self.gates.iter().enumerate() {
            let is_reached = gate.running().is_some()
                && gate.feed.weather() == Weather::Fair
                && self.posts[gate.follows.get()].is_well()
                && !self.database_is_away.get();
            let mut seen = gate.seen.borrow_mut();
            match (is_reached, seen.settled) {
                (true, None) => seen.settled = Some(Instant::now() + SETTLES),
                (false, _) => seen.settled = None,
                _ => {}
            }
            // Whoever is well takes the reports, the next desk before the others.
            let well = (number + 1..=number + DESKS).map(|desk| &self.posts[desk % DESKS]).find(|post| post.is_well());
            let port = well.filter(|_| !self.database_is_away.get()).map(|post| post.port());
            if port != seen.reports_to.map(|(port, _)| port) {
                seen.reports_to = port.map(|port| (port, Instant::now()));
                gate.reports.lead_to(port.unwrap_or_default());
            }
        }
    }

    /// Gate `number` was disturbed just now, by a silence or otherwise.
    pub fn disturbed(&self, number: usize, silence: bool) {
        let settled = Instant::now() + if silence { SETTLES_AFTER_SILENCE } else { SETTLES };
        let mut seen = self.gates[number].seen.borrow_mut();
        if let Some(before) = seen.settled {
            seen.settled = Some(before.max(settled));
        }
    }

    /// Gate `number` follows desk `desk` from now on.
    pub fn lead(&self, number: usize, desk: usize) {
        let gate = &self.gates[number];
        gate.follows.set(desk);
        gate.feed.lead_to(self.posts[desk].port());
        self.look_around();
        self.disturbed(number, false);
    }

    /// Everybody who is led to `desk` finds it where it is now.
    pub fn desk_moved(&self, desk: usize) {
        for (number, gate) in self.gates.iter().enumerate() {
            if gate.follows.get() == desk {
                self.lead(number, desk);
            }
        }
        self.look_around();
    }
}

async fn gate(number: usize, app: &TestApp, time: &Time, posts: &[Post]) -> Gate {
    let follows = number % DESKS;
    let (feed, reports) = (Way::to(posts[follows].port()).await, Way::to(posts[0].port()).await);
    // Most take the usual way.
    let follow = match number {
        5 => Follow::Changes,
        6 => Follow::Poll,
        _ => Follow::Stream,
    };
    let hand = time.clock(TimeDelta::seconds(GATES_AHEAD[number % GATES_AHEAD.len()]));
    let token_endpoint = format!("{}/{}/oauth2/v2.0/token", app.idp_base, people::OPERATIONS.id);
    let around = Surroundings {
        issuer: &app.base,
        token_endpoint: token_endpoint.parse().unwrap(),
        clock: Arc::new(move || hand.now()),
        directory: app.desk.config.feed.signing_key_file.with_file_name(format!("gate-{number}")),
    };
    let gate = Gate::new(&format!("gate-{number}"), follow, feed, reports, around);
    gate.follows.set(follows);
    gate
}
