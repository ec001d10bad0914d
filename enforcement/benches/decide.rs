//! What a decision costs at a million rules, against one probe of a plain hash map that holds as many users.
//!
//! The probe is the least that any answer to "is this user covered?" can cost: it waits for the table's tags and then for
//! one entry. Both are asked in turns, on the same keys in the same order; the median of the turns is printed as JSON on
//! stdout, for `cargo xtask bench`. What an empty loop over the inputs costs is taken off both.
//!
//! Two things are measured, because a processor overlaps what does not depend on each other:
//!
//! - *alone*: the next question depends on the answer to this one. This is what a decision adds to a request, which does
//!   other work before the next. The decision waits for the very same two things as the probe, so the ratio is near 1:
//!   the work of the decision is done while memory is awaited. An answer without an exception carries nothing that the
//!   next question could depend on, so it is not measured alone.
//! - *in a row*: a loop of nothing else, which measures how much of the next questions fits beside this one. The probe
//!   waits for four or five entries at once (it costs a quarter of what it costs alone); the decision, with three times
//!   as many instructions, for two or three. A user who is not covered is answered from the tags, as by the probe.
//!
//! Besides, the policy for Open Policy Agent is asked what the library is asked, in regorus and with fewer rules: its data has
//! them by tenant and user, so that it looks at no other rule either. What each is given is read before the clock runs.

use chrono::{DateTime, Duration, Utc};
use hashbrown::HashMap;
use mfa_enforcement::decision::{Account, Place};
use mfa_enforcement::{
    DecisionInput, Feed, Flow, Rule, RuleIndex, RulesDigest, Snapshot, Subjects, Surfaces, decide, input, opa,
};
use regorus::Engine;
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::Instant;
use uuid::Uuid;

const RULES: usize = 1_000_000;
const TENANTS: u64 = 20_000;
/// Questions of one turn, spread over all rules, so that hardly any finds its rule in a cache.
const QUESTIONS: usize = 200_000;
const TURNS: usize = 15;
/// Highest ratio to the probe that is good enough.
const PROBES: f64 = 2.0;
/// Bytes a rule: 66 in a table filled to 95 %, and what rules share.
const BYTES: f64 = 70.0;
/// Rules that are taken out and put back, and the nanoseconds that both may take together.
const CHANGES: usize = 20_000;
const CHANGE: f64 = 50_000.0;
/// Rules that the policy in Rego has, the questions of one turn, and the highest ratio to its time that is good enough.
const REGO_RULES: u64 = 10_000;
const REGO_QUESTIONS: u64 = 500;
const REGO: f64 = 1.0 / 50.0;
const REGO_RULE: &str = "data.exception_desk.enforcement.decision_at";

fn main() {
    let at: DateTime<Utc> = DateTime::from_timestamp(1_795_000_000, 0).expect("an instant within chrono's range");
    let surface = Surfaces::default().get("delegated_admin_api").expect("a default surface");
    let rule = |number: u64| {
        let (tenant, user) = key(number);
        Rule {
            id: id(1, number),
            tenant,
            subjects: Subjects::Users(vec![user]),
            surfaces: vec![surface.name.to_string()],
            not_before: at - Duration::days(1),
            expires_at: at + Duration::days(30),
            issue: "exchange_online_powershell".to_owned(),
        }
    };
    let mut index = RuleIndex::with_capacity(RULES);
    let mut probe = HashMap::with_capacity(RULES);
    for number in 0..RULES as u64 {
        index.insert(&rule(number));
        probe.insert(key(number), number);
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
    let decided = |input: &DecisionInput| decide(feed, input).exception.map(|id| id.as_u64_pair().0);
    let probed =
        |input: &DecisionInput| probe.get(&(input.tenant.unwrap_or_default(), input.user.unwrap_or_default())).copied();
    let nothing = |input: &DecisionInput| input.user.map(|id| id.as_u64_pair().0);

    let mut rows = Vec::new();
    let mut compare = |what, first, expected, way: Way, aim| {
        let inputs = inputs(first);
        let (mut ours, mut base) = (Vec::new(), Vec::new());
        for _ in 0..TURNS {
            let empty = way.nanoseconds_each(&inputs, QUESTIONS, nothing);
            ours.push(way.nanoseconds_each(&inputs, expected, decided) - empty);
            base.push(way.nanoseconds_each(&inputs, expected, probed) - empty);
        }
        rows.push(json!({"what": what, "ours": median(ours), "base": median(base), "unit": "ns",
            "against": "one probe of a hash map", "aim": aim}));
    };
    compare("decide, user covered, alone", 0, QUESTIONS, Way::Alone, PROBES);
    compare("decide, user covered, in a row", 0, QUESTIONS, Way::InARow, PROBES);
    compare("decide, user not covered, in a row", RULES as u64, 0, Way::InARow, PROBES);
    rows.push(beside_rego((0..REGO_RULES).map(rule).collect(), at));
    let bytes = index.heap_bytes() as f64 / RULES as f64;
    rows.push(json!({"what": "memory of a rule", "ours": bytes, "base": BYTES, "unit": "bytes",
        "against": "the aim", "aim": 1.0}));
    rows.push(json!({"what": "change of one rule", "ours": nanoseconds_of_a_change(&mut index), "base": CHANGE,
        "unit": "ns", "against": "the aim", "aim": 1.0}));
    println!("{}", json!({"rules": RULES, "turns": TURNS, "rows": rows}));
}

/// The decision about covered users, against the same one by the policy in Rego.
fn beside_rego(rules: Vec<Rule>, at: DateTime<Utc>) -> Value {
    let index = RuleIndex::of(&rules);
    let snapshot = Snapshot {
        issuer: "https://desk.example".to_owned(),
        epoch: id(9, 0),
        version: 1,
        rules_digest: RulesDigest::of(&rules).to_string(),
        issued_at: at,
        expires_at: at + Duration::minutes(15),
        rules,
    };
    let feed = Feed::Held { rules: &index, expires_at: snapshot.expires_at };
    let mut engine = engine(&snapshot);
    let asked = |step: u64| {
        let (tenant, user) = key(step * 7_368_787 % REGO_RULES);
        json!({"at": at, "surface": "delegated_admin_api", "signs_in_to_customer_tenant": true, "flow": "interactive",
            "tenant": tenant, "user": user})
        .to_string()
    };
    let asked: Vec<String> = (0..REGO_QUESTIONS).map(asked).collect();
    let read = |text: &String| input::read(text.as_bytes(), &Surfaces::default(), None).expect("an input");
    let inputs: Vec<DecisionInput> = asked.iter().map(read).collect();
    let values: Vec<_> = asked.iter().map(|text| regorus::Value::from_json_str(text).expect("JSON")).collect();
    let (mut ours, mut base) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        let decided = |input: &DecisionInput| decide(feed, input).exception.map(|id| id.as_u64_pair().0);
        ours.push(Way::InARow.nanoseconds_each(&inputs, inputs.len(), decided));
        let begin = Instant::now();
        for value in &values {
            engine.set_input(value.clone());
            let decision = engine.eval_rule(REGO_RULE.to_owned()).expect("no fault of the policy");
            assert_eq!(decision["reason"], "mfa_suppressed".into(), "the policy knows the rule");
        }
        base.push(begin.elapsed().as_nanos() as f64 / values.len() as f64);
    }
    json!({"what": "decide, user covered, 10,000 rules", "ours": median(ours), "base": median(base), "unit": "ns",
        "against": "the policy in Rego", "aim": REGO})
}

/// The policy in Rego, with the rules of `snapshot`.
fn engine(snapshot: &Snapshot) -> Engine {
    let feed: Value = serde_json::from_slice(&opa::data(snapshot).expect("data")).expect("JSON");
    let mut engine = Engine::new();
    for (path, text) in opa::POLICY {
        engine.add_policy(path.to_owned(), text.to_owned()).expect("a module");
    }
    engine.add_data_json(&json!({"exception_desk": {"feed": feed}}).to_string()).expect("data");
    engine
}

/// How one question follows another.
#[derive(Clone, Copy)]
enum Way {
    Alone,
    InARow,
}

impl Way {
    /// Time of one question in nanoseconds; the number of hits shows that the work was done.
    fn nanoseconds_each(
        self,
        inputs: &[DecisionInput],
        expected: usize,
        ask: impl Fn(&DecisionInput) -> Option<u64>,
    ) -> f64 {
        let begin = Instant::now();
        let mut hits = 0;
        match self {
            Self::Alone => {
                let zero = black_box(0_u64);
                let mut step = 0;
                for number in 0..inputs.len() {
                    // Only we know that this adds nothing: the processor must wait for the answer to know the next input.
                    let answer = ask(black_box(&inputs[number + step]));
                    step = (answer.unwrap_or(0) & zero) as usize;
                    hits += usize::from(answer.is_some());
                }
            }
            Self::InARow => {
                for input in inputs {
                    hits += usize::from(black_box(ask(black_box(input))).is_some());
                }
            }
        }
        let time = begin.elapsed();
        assert_eq!(hits, expected, "the index gives other answers than it was filled for");
        time.as_nanos() as f64 / inputs.len() as f64
    }
}

/// Mean time to take out one rule by its id and put it back.
fn nanoseconds_of_a_change(index: &mut RuleIndex) -> f64 {
    // The first removal makes the table by id, once.
    let spare = index.remove(id(1, 0));
    spare.iter().for_each(|rule| index.insert(rule));
    let begin = Instant::now();
    for change in 0..CHANGES as u64 {
        let removed = index.remove(id(1, change * 7_368_787 % RULES as u64));
        assert_eq!(removed.len(), 1, "a rule that was put in is found by its id");
        removed.iter().for_each(|rule| index.insert(rule));
    }
    begin.elapsed().as_nanos() as f64 / CHANGES as f64
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
