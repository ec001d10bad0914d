//! Measured paths and their aims. Each benchmark is a program that prints one JSON object:
//! `{"rows": [{"what", "ours", "base", "unit", "against", "aim"}]}`, where `ours` and `base` are medians in `unit`,
//! `against` names what `base` is, and `aim` is the highest ratio of the two that is good enough.

use crate::project::Project;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::process::Stdio;

/// A benchmark: its name, its package, and how its package is built.
struct Bench {
    name: &'static str,
    cargo: &'static [&'static str],
}

const BENCHES: &[Bench] = &[
    Bench { name: "decide", cargo: &["-p", "mfa-enforcement", "--no-default-features"] },
    Bench { name: "follow", cargo: &["-p", "mfa-enforcement", "--no-default-features"] },
    Bench { name: "resync", cargo: &["-p", "mfa-enforcement", "--no-default-features", "--features", "client"] },
    Bench { name: "gate", cargo: &["-p", "mfa-enforcement"] },
    Bench { name: "classify", cargo: &["-p", "exception-desk"] },
    Bench { name: "submission", cargo: &["-p", "exception-desk"] },
    Bench { name: "queue", cargo: &["-p", "exception-desk"] },
    Bench { name: "feed", cargo: &["-p", "exception-desk"] },
];

/// Runs the benchmarks `names`, or all, and prints a table of their ratios; fails when an aim is missed.
pub fn run(project: &Project, names: &[String]) -> Result<()> {
    if let Some(unknown) = names.iter().find(|name| BENCHES.iter().all(|bench| bench.name != *name)) {
        let known: Vec<_> = BENCHES.iter().map(|bench| bench.name).collect();
        bail!("no benchmark `{unknown}`; there are: {}", known.join(", "));
    }
    let mut missed = 0;
    for bench in BENCHES.iter().filter(|bench| names.is_empty() || names.iter().any(|name| name == bench.name)) {
        let measured = measure(project, bench)?;
        let rows = measured["rows"].as_array().filter(|rows| !rows.is_empty());
        let rows = rows.with_context(|| format!("the benchmark `{}` measured nothing", bench.name))?;
        println!("\n{}", bench.name);
        println!("{:<44} {:>12} {:>12} {:>8} {:>6}  against", "", "ours", "base", "ratio", "aim");
        for row in rows {
            let (line, within) = table_row(row).with_context(|| format!("unreadable row {row}"))?;
            println!("{line}");
            missed += usize::from(!within);
        }
    }
    if missed > 0 { bail!("{missed} aims are missed, see above") } else { Ok(()) }
}

fn measure(project: &Project, bench: &Bench) -> Result<Value> {
    eprintln!("==> {}", bench.name);
    let mut cargo = project.cargo(&["bench", "--profile", "dist", "--bench", bench.name]);
    let output = cargo.args(bench.cargo).stderr(Stdio::inherit()).output().context("cannot run `cargo bench`")?;
    if !output.status.success() {
        bail!("the benchmark `{}` failed, see above", bench.name);
    }
    serde_json::from_slice(&output.stdout).with_context(|| format!("the benchmark `{}` printed no JSON", bench.name))
}

/// A line of the table, and whether the aim is met.
fn table_row(row: &Value) -> Option<(String, bool)> {
    let (text, number) = (|name: &str| row[name].as_str(), |name: &str| row[name].as_f64());
    let (ours, base, aim) = (number("ours")?, number("base")?, number("aim")?);
    let ratio = ours / base;
    let within = ratio <= aim;
    let (what, unit, against) = (text("what")?, text("unit")?, text("against")?);
    let with_unit = |value: f64| format!("{value:.1} {unit}");
    let mark = if within { "" } else { "  <- missed" };
    let line =
        format!("{what:<44} {:>12} {:>12} {ratio:>8.2} {aim:>6.2}  {against}{mark}", with_unit(ours), with_unit(base));
    Some((line, within))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_row_shows_its_ratio_and_whether_it_meets_the_aim() {
        let mut row =
            json!({"what": "hit", "ours": 60.0, "base": 40.0, "unit": "ns", "against": "a probe", "aim": 1.5});
        assert!(table_row(&row).unwrap().1);
        row["ours"] = json!(61.0);
        let (line, within) = table_row(&row).unwrap();
        assert!(!within && line.contains("missed"), "{line}");
    }
}
