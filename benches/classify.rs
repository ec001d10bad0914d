//! What it costs to classify a request, text check included, against parsing the same JSON into the same body.
//!
//! Both are done in turns over the labelled requests of `tests/data/requests.jsonl`; the median of the turns is printed as
//! JSON on stdout, for `cargo xtask bench`. Bodies are copied before the clock runs, no more at once than stay in the
//! processor's cache, where a body is that was just parsed.

use chrono::{DateTime, Utc};
use exception_desk::intake::{NewRequest, RequestBody};
use exception_desk::policy::Policies;
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::{Duration, Instant};

const LABELLED: &str = include_str!("../tests/data/requests.jsonl");
const TURNS: usize = 31;
/// How often one turn goes through the requests.
const PASSES: usize = 20;
/// Highest ratio that is good enough.
const PARSINGS: f64 = 10.0;

fn main() {
    let policies = Policies::shipped().expect("the shipped editions are good");
    let edition = policies.editions().last().expect("there is an edition");
    let at: DateTime<Utc> = DateTime::from_timestamp(1_795_000_000, 0).expect("an instant within chrono's range");
    let request = |line: &str| serde_json::from_str::<Value>(line).expect("a line of JSON")["request"].to_string();
    let texts: Vec<String> = LABELLED.lines().map(request).collect();
    let bodies: Vec<RequestBody> = texts.iter().map(|text| parsed(text)).collect();
    let (mut ours, mut base) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        ours.push(nanoseconds_each(&bodies, |body| {
            NewRequest::try_from(body, edition, at).expect("no labelled request is bad").classify()
        }));
        base.push(nanoseconds_each(&texts, |text| parsed(&text)));
    }
    let row = json!({"what": "classify a request", "ours": median(ours), "base": median(base), "unit": "ns",
        "against": "parsing it", "aim": PARSINGS});
    println!("{}", json!({"requests": texts.len(), "turns": TURNS, "rows": [row]}));
}

fn parsed(text: &str) -> RequestBody {
    serde_json::from_str(text).expect("a request body")
}

/// Mean time of `work` on a copy of one of `items`.
fn nanoseconds_each<T: Clone, U>(items: &[T], work: impl Fn(T) -> U) -> f64 {
    let mut spent = Duration::ZERO;
    for _ in 0..PASSES {
        let copies = items.to_vec();
        let begin = Instant::now();
        for item in copies {
            black_box(work(black_box(item)));
        }
        spent += begin.elapsed();
    }
    spent.as_nanos() as f64 / (PASSES * items.len()) as f64
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
