//! What following the feed costs at a million rules: one change, from its JSON to the rules that decide, and how long decisions
//! have to wait for it. The check of its signature comes on top and is the same at any number of rules.
//!
//! Decisions wait while changes are carried out, and for nothing else: reading, checking and, for changes of many rules, a
//! copy of the index are done beside them. Each turn follows the same changes on a copy of the same index, in which the same
//! tables grow at the same changes. So the shortest time of a change in all turns is what it costs, without those in which
//! another program had the processor, and the longest of these is the longest wait. Printed as JSON on stdout, for
//! `cargo xtask bench`.

use chrono::{DateTime, Duration, Utc};
use mfa_enforcement::wire::Changes;
use mfa_enforcement::{Rule, RuleSet, RulesDigest, Subjects};
use serde_json::json;
use std::sync::RwLock;
use std::time::Instant;
use uuid::Uuid;

const RULES: u64 = 1_000_000;
const TENANTS: u64 = 20_000;
const TURNS: usize = 15;
/// Changes of one turn, each of one revocation and one grant.
const CHANGES: u64 = 2_000;
/// Rules that a long change replaces, and such changes in a turn.
const MANY: u64 = 10_000;
const LONG_CHANGES: u64 = 2;
/// Nanoseconds that one change may take, and that a decision may wait.
const CHANGE: f64 = 50_000.0;
const WAIT: f64 = 1_000_000.0;

/// What the desk has, as it goes on.
struct Desk {
    digest: RulesDigest,
    version: u64,
    first: u64,
    at: DateTime<Utc>,
}

fn main() {
    let at: DateTime<Utc> = DateTime::from_timestamp(1_795_000_000, 0).expect("an instant within chrono's range");
    let rules: Vec<Rule> = (0..RULES).map(|number| rule(number, at)).collect();
    let start = RuleSet::of(&rules).expect("rules with different ids");
    drop(rules);
    let mut desk = Desk { digest: start.digest(), version: 1, first: 0, at };
    let small: Vec<String> = (0..CHANGES).map(|_| desk.changes(1)).collect();
    let long: Vec<String> = (0..LONG_CHANGES).map(|_| desk.changes(MANY)).collect();
    let (mut small_times, mut long_times) = (Times::default(), Times::default());
    for _ in 0..TURNS {
        let held = RwLock::new(start.clone());
        follow(&held, &small, &mut small_times);
        follow(&held, &long, &mut long_times);
        let held = held.into_inner().expect("no panic");
        assert_eq!((held.digest(), held.rules().len() as u64), (desk.digest, RULES));
    }
    let row = |what, ours, base| json!({"what": what, "ours": ours, "base": base, "unit": "ns", "against": "the aim", "aim": 1.0});
    let rows = [
        row("one change, read and applied", small_times.whole.mean(), CHANGE),
        row("longest wait of a decision, small changes", small_times.wait.longest(), WAIT),
        row("longest wait of a decision, 10,000 rules", long_times.wait.longest(), WAIT),
    ];
    println!("{}", json!({"rules": RULES, "turns": TURNS, "rows": rows}));
}

/// What each of the changes took: the whole of it, and the part for which decisions would have waited.
#[derive(Default)]
struct Times {
    whole: Shortest,
    wait: Shortest,
}

/// Nanoseconds for each change: the shortest time of all turns.
#[derive(Default)]
struct Shortest(Vec<f64>);

impl Shortest {
    fn add(&mut self, change: usize, since: Instant) {
        let time = since.elapsed().as_nanos() as f64;
        match self.0.get_mut(change) {
            Some(shortest) => *shortest = shortest.min(time),
            None => self.0.push(time),
        }
    }

    fn longest(&self) -> f64 {
        self.0.iter().copied().fold(0.0, f64::max)
    }

    fn mean(&self) -> f64 {
        self.0.iter().sum::<f64>() / self.0.len() as f64
    }
}

/// Follows changes as a client does.
fn follow(held: &RwLock<RuleSet>, changes: &[String], times: &mut Times) {
    for (number, text) in changes.iter().enumerate() {
        let begin = Instant::now();
        let changes = Changes::read(text.as_bytes()).expect("changes").changes;
        let plan = held.read().expect("no panic").plan(changes).expect("changes that fit");
        let waiting = Instant::now();
        let mut rules = held.write().expect("no panic");
        let old = rules.carry_out(plan);
        drop(rules);
        times.wait.add(number, waiting);
        drop(old);
        times.whole.add(number, begin);
    }
}

impl Desk {
    /// The next changes as the desk would send them: the `size` oldest rules go, and as many new ones come.
    fn changes(&mut self, size: u64) -> String {
        let gone = self.first..self.first + size;
        let come: Vec<Rule> = gone.clone().map(|number| rule(RULES + number, self.at)).collect();
        for (number, come) in gone.clone().zip(&come) {
            self.digest.remove(&rule(number, self.at));
            self.digest.add(come);
        }
        let removals: Vec<Uuid> = gone.map(|number| id(1, number)).collect();
        (self.first, self.version) = (self.first + size, self.version + 1);
        json!({"issuer": "https://desk.example", "epoch": id(9, 0), "from": self.version - 1, "version": self.version,
            "rules_digest": self.digest.to_string(), "issued_at": self.at, "expires_at": self.at + Duration::minutes(15),
            "upserts": come, "removals": removals})
        .to_string()
    }
}

fn rule(number: u64, at: DateTime<Utc>) -> Rule {
    Rule {
        id: id(1, number),
        tenant: id(2, number % TENANTS),
        subjects: Subjects::Users(vec![id(3, number)]),
        surfaces: vec!["delegated_admin_api".to_owned()],
        not_before: at - Duration::days(1),
        expires_at: at + Duration::days(30),
        issue: "exchange_online_powershell".to_owned(),
    }
}

/// An id without visible order, the same in every run.
fn id(kind: u64, number: u64) -> Uuid {
    Uuid::from_u64_pair(scattered(kind << 48 | number), scattered(number ^ kind << 40))
}

/// The finishing step of SplitMix64.
fn scattered(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}
