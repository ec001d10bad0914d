//! What a decision costs at a million rules, against one probe of a plain hash table that holds as many users.
//!
//! The probe is the least that any answer to "is this user covered?" can cost, mostly the wait for memory, so the ratio says
//! what all the rest of the decision adds on this machine. Both are timed in turns, on the same keys in the same order;
//! the median of the turns is printed as JSON on stdout, for `cargo xtask bench`.

use chrono::{DateTime, Duration, Utc};
use hashbrown::HashSet;
use mfa_enforcement::decision::{Account, Place};
use mfa_enforcement::{DecisionInput, Feed, Flow, Rule, RuleIndex, Subjects, Surfaces, decide};
use serde_json::json;
use std::hint::black_box;
use std::time::Instant;
use uuid::Uuid;

const RULES: usize = 1_000_000;
const TENANTS: u64 = 20_000;
/// Questions of one turn, spread over all rules, so that hardly any finds its rule in a cache.
const QUESTIONS: usize = 200_000;
const TURNS: usize = 15;
/// Highest ratio to the probe that is good enough: about one more wait for memory (the rule behind the table) beside the
/// work of the decision itself.
const RATIO: f64 = 3.0;
/// Bytes a rule: two ids, a window and its place in the table come to about 60.
const BYTES: f64 = 72.0;

fn main() {
    let at: DateTime<Utc> = DateTime::from_timestamp(1_795_000_000, 0).expect("an instant within chrono's range");
    let surface = Surfaces::default().get("delegated_admin_api").expect("a default surface");
    let mut index = RuleIndex::with_capacity(RULES);
    let mut probe = HashSet::with_capacity(RULES);
    for number in 0..RULES as u64 {
        let (tenant, user) = key(number);
        index.insert(&Rule {
            id: id(1, number),
            tenant,
            subjects: Subjects::Users(vec![user]),
            surfaces: vec![surface.name.to_string()],
            not_before: at - Duration::days(1),
            expires_at: at + Duration::days(30),
            issue: "exchange_online_powershell".to_owned(),
        });
        probe.insert((tenant, user));
    }
    let feed = Feed::Held { rules: &index, expires_at: at + Duration::minutes(15) };
    let inputs = |first: u64| -> Vec<DecisionInput> {
        let input = |(tenant, user)| DecisionInput {
            at,
            place: Place::Protected { surface: surface.clone(), signs_in_to_customer_tenant: true },
            flow: Flow::Interactive,
            tenant: Some(tenant),
            user: Some(user),
            mfa: false,
            account: Account::default(),
        };
        // A large odd stride visits the rules in no order that memory could foresee.
        (0..QUESTIONS as u64).map(|step| input(key(first + step * 7_368_787 % RULES as u64))).collect()
    };
    let covered = |input: &DecisionInput| decide(feed, input).exception.is_some();
    let probed =
        |input: &DecisionInput| probe.contains(&(input.tenant.unwrap_or_default(), input.user.unwrap_or_default()));

    let mut rows = Vec::new();
    for (what, first, expected) in
        [("decide, user covered", 0, QUESTIONS), ("decide, user not covered", RULES as u64, 0)]
    {
        let inputs = inputs(first);
        let (mut ours, mut base) = (Vec::new(), Vec::new());
        for _ in 0..TURNS {
            ours.push(nanoseconds_each(&inputs, expected, covered));
            base.push(nanoseconds_each(&inputs, expected, probed));
        }
        rows.push(json!({"what": what, "ours": median(ours), "base": median(base), "unit": "ns",
            "against": "one probe of a hash set", "aim": RATIO}));
    }
    let bytes = index.heap_bytes() as f64 / RULES as f64;
    rows.push(json!({"what": "memory of a rule", "ours": bytes, "base": BYTES, "unit": "bytes",
        "against": "the aim", "aim": 1.0}));
    println!("{}", json!({"rules": RULES, "turns": TURNS, "rows": rows}));
}

/// Time of one question in nanoseconds; the number of hits shows that the work was done.
fn nanoseconds_each(inputs: &[DecisionInput], expected: usize, ask: impl Fn(&DecisionInput) -> bool) -> f64 {
    let begin = Instant::now();
    let hits = inputs.iter().filter(|input| black_box(ask(black_box(input)))).count();
    let time = begin.elapsed();
    assert_eq!(hits, expected, "the index gives other answers than it was filled for");
    time.as_nanos() as f64 / inputs.len() as f64
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The tenant and user of a rule; numbers from [`RULES`] on are in no rule, most of them in known tenants.
fn key(number: u64) -> (Uuid, Uuid) {
    (id(2, number % TENANTS), id(3, number))
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
