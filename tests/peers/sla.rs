use chrono::DateTime;
use exception_desk::locale::Lang;
use exception_desk::sla::cli::{DueArgs, SlaCommand, run};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::process::Command;

/// A clock and its end, as the peer counts it.
#[derive(Debug, Deserialize)]
struct Case {
    calendar: String,
    from: String,
    business_days: i64,
    due: String,
    /// What is special about it: `weekend`, `holiday`, `out_of_hours`, `sub_second`, `at_an_edge`.
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

fn sla_due(case: &Case) -> String {
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
    assert_eq!(status, 0, "{case:?}: {}", String::from_utf8_lossy(&err));
    String::from_utf8(out).expect("UTF-8").trim_end().to_owned()
}

#[test]
fn due_instants_are_those_of_numpy_with_holidays_from_elsewhere() {
    let cases = cases();
    let mut seen = BTreeMap::<&str, usize>::new();
    for case in &cases {
        let due = sla_due(case);
        assert_eq!(due, case.due, "{case:?}");
        assert!(DateTime::parse_from_rfc3339(&due).is_ok(), "`{due}` is RFC 3339");
        for kind in case.kinds.iter().map(String::as_str).chain([case.calendar.as_str()]) {
            *seen.entry(kind).or_default() += 1;
        }
    }
    assert_eq!(cases.len(), 2000);
    for kind in ["jp", "us", "utc", "weekend", "holiday", "out_of_hours", "sub_second", "at_an_edge"] {
        assert!(seen.get(kind).is_some_and(|count| *count >= 100), "too few of `{kind}`: {seen:?}");
    }
}
