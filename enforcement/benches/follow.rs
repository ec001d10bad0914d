//! What following the feed costs at a million rules: one change, from its JSON to the rules that decide, and how long decisions
//! have to wait for it. The check of its signature comes on top and is the same at any number of rules.
//!
//! Decisions wait while changes are carried out, and for nothing else: reading, checking and, for changes of many rules, a
//! copy of the index are done beside them. The longest of the waits of a turn is what counts; the median of the turns is
//! printed as JSON on stdout, for `cargo xtask bench`, so that one turn in which another program had the processor does
//! not.

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

/// The rules that are held, and those that the desk has: a number of a rule, and how often it was replaced.
struct World {
    held: RwLock<RuleSet>,
    digest: RulesDigest,
    version: u64,
    first: u64,
    at: DateTime<Utc>,
}

fn main() {
    let at: DateTime<Utc> = DateTime::from_timestamp(1_795_000_000, 0).expect("an instant within chrono's range");
    let rules: Vec<Rule> = (0..RULES).map(|number| rule(number, at)).collect();
    let held = RuleSet::of(&rules).expect("rules with different ids");
    let digest = held.digest();
    let mut world = World { held: RwLock::new(held), digest, version: 1, first: 0, at };
    drop(rules);
    let (mut each, mut waits, mut long_waits) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TURNS {
        let (time, longest) = world.follow(CHANGES, 1);
        each.push(time / CHANGES as f64);
        waits.push(longest);
        long_waits.push(world.follow(LONG_CHANGES, MANY).1);
    }
    let row = |what, ours, base| json!({"what": what, "ours": median(ours), "base": base, "unit": "ns", "against": "the aim", "aim": 1.0});
    let rows = [
        row("one change, read and applied", each, CHANGE),
        row("longest wait of a decision, small changes", waits, WAIT),
        row("longest wait of a decision, 10,000 rules", long_waits, WAIT),
    ];
    println!("{}", json!({"rules": RULES, "turns": TURNS, "rows": rows}));
}

impl World {
    /// Follows `count` changes, each of which takes the `size` oldest rules away and brings as many new ones. Gives the time
    /// that they took together, and the longest time that a decision would have waited, in nanoseconds.
    fn follow(&mut self, count: u64, size: u64) -> (f64, f64) {
        let (mut time, mut longest) = (0.0, 0_f64);
        for _ in 0..count {
            let text = self.changes(size);
            let begin = Instant::now();
            let changes = Changes::read(text.as_bytes()).expect("changes").changes;
            let plan = self.held.read().expect("no panic").plan(changes).expect("changes that fit");
            let waiting = Instant::now();
            let mut held = self.held.write().expect("no panic");
            let old = held.carry_out(plan);
            drop(held);
            longest = longest.max(waiting.elapsed().as_nanos() as f64);
            drop(old);
            time += begin.elapsed().as_nanos() as f64;
        }
        let held = self.held.read().expect("no panic");
        assert_eq!((held.digest(), held.rules().len() as u64), (self.digest, RULES));
        (time, longest)
    }

    /// The next changes as the desk would send them.
    fn changes(&mut self, size: u64) -> String {
        let gone = self.first..self.first + size;
        let come: Vec<Rule> = gone.clone().map(|number| rule(RULES + number, self.at)).collect();
        for (number, rule) in gone.clone().zip(&come) {
            self.digest.remove(&self::rule(number, self.at));
            self.digest.add(rule);
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

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
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
