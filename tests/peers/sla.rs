use chrono::DateTime;
use exception_desk::locale::Lang;
use exception_desk::sla::cli::{DueArgs, SlaCommand, run};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::process::Command;

/// What at least a hundred cases each are about.
const KINDS: [&str; 12] = [
    "jp",
    "us",
    "utc",
    "weekend",
    "holiday",
    "out_of_hours",
    "sub_second",
    "at_an_edge",
    "over_a_shift",
    "over_a_year_end",
    "over_a_leap_day",
    "beyond_the_years",
];

/// A clock and its end, as the peer counts it.
#[derive(Debug, Deserialize)]
struct Case {
    calendar: String,
    from: String,
    business_days: i64,
    /// None: beyond the covered years.
    due: Option<String>,
    /// What is special about it, such as `weekend`.
    kinds: Vec<String>,
}

/// The peer's cases: the same ones every time.
fn cases() -> Vec<Case> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/sla.py");
    let run = Command::new(crate::python()).arg(script).output().expect("the Python of `EXCEPTION_DESK_PYTHON` runs");
    assert!(run.status.success(), "sla.py failed:\n{}", String::from_utf8_lossy(&run.stderr));
    let lines = String::from_utf8(run.stdout).expect("UTF-8");
    lines.lines().map(|line| serde_json::from_str(line).expect("a case")).collect()
}

/// What `sla due` prints; nothing where it says that the years are not covered.
fn sla_due(case: &Case) -> Option<String> {
    let command = SlaCommand::Due(DueArgs {
        calendar: case.calendar.clone(),
        from: case.from.clone(),
        business_days: case.business_days,
        pause: Vec::new(),
        explain: false,
        lang: Lang::En,
        calendars: None,
    });
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = run(&command, &mut out, &mut err).expect("memory can be written to");
    if status == 2 && String::from_utf8_lossy(&err).contains("knows the holidays of 2024 to 2030 only") {
        return None;
    }
    assert_eq!(status, 0, "{case:?}: {}", String::from_utf8_lossy(&err));
    Some(String::from_utf8(out).expect("UTF-8").trim_end().to_owned())
}

#[test]
fn due_instants_are_those_of_numpy_with_holidays_from_elsewhere() {
    let cases = cases();
    let mut seen = BTreeMap::<&str, usize>::new();
    for case in &cases {
        let due = sla_due(case);
        assert_eq!(due, case.due, "{case:?}");
        assert!(due.is_none_or(|due| DateTime::parse_from_rfc3339(&due).is_ok()), "RFC 3339: {case:?}");
        for kind in case.kinds.iter().map(String::as_str).chain([case.calendar.as_str()]) {
            *seen.entry(kind).or_default() += 1;
        }
    }
    assert_eq!(cases.len(), 10_000);
    for kind in KINDS {
        assert!(seen.get(kind).is_some_and(|count| *count >= 100), "too few of `{kind}`: {seen:?}");
    }
}
