//! The conformance cases (`cases/*.json`) against the library and against `mfa-gate decide`.
//!
//! A file has `feeds` (documents by name, `null` for none), perhaps `routes` (as in a routes file), and `cases`: the name of
//! a feed, an input, and either the decision expected or the `{pointer, code}` of every error. Other implementations are
//! welcome to run them.

use mfa_enforcement::routes::RouteFile;
use mfa_enforcement::{Feed, Routes, RuleIndex, Snapshot, Surfaces, decide, input};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    #[expect(dead_code, reason = "for people who read the file")]
    about: String,
    routes: Option<Value>,
    feeds: BTreeMap<String, Value>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    feed: String,
    input: Value,
    expected: Value,
}

fn case_files() -> Vec<(String, CaseFile)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the folder of cases")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let content = fs::read(&path).expect("a readable file");
            let file = serde_json::from_slice(&content).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (path.file_stem().expect("a name").to_string_lossy().into_owned(), file)
        })
        .collect();
    files.sort_by(|(one, _), (other, _)| one.cmp(other));
    assert!(files.len() >= 9, "the cases are there");
    files
}

#[test]
fn the_library_meets_every_case() {
    for (file, CaseFile { routes, feeds, cases, .. }) in case_files() {
        let routes = routes.map(|routes| {
            let file: RouteFile = serde_json::from_value(routes).expect("routes");
            Routes::check(&file).expect("good routes")
        });
        let surfaces = routes.as_ref().map_or_else(Surfaces::default, |routes| routes.surfaces().clone());
        for Case { name, feed, input, expected } in cases {
            let document = &feeds[&feed];
            let held = (!document.is_null()).then(|| {
                let snapshot = Snapshot::read(document.to_string().as_bytes()).expect("a feed document").snapshot;
                (RuleIndex::of(&snapshot.rules), snapshot.expires_at)
            });
            let feed =
                held.as_ref().map_or(Feed::Absent, |(rules, expires_at)| Feed::Held { rules, expires_at: *expires_at });
            let answer = match input::read(input.to_string().as_bytes(), &surfaces, routes.as_ref()) {
                Ok(input) => json!(decide(feed, &input)),
                Err(errors) => {
                    assert!(!errors.is_empty());
                    json!({"error": errors.iter().map(|e| e.pointer).collect::<Vec<_>>()})
                }
            };
            let expected = match expected.get("error") {
                Some(errors) => {
                    let errors = errors.as_array().expect("a list");
                    json!({"error": errors.iter().map(|error| &error["pointer"]).collect::<Vec<_>>()})
                }
                None => expected,
            };
            assert_eq!(answer, expected, "{file}: {name}");
        }
    }
}

#[cfg(feature = "gate")]
mod binary {
    use super::{CaseFile, case_files};
    use serde_json::{Value, json};
    use std::fs;
    use std::io::Write;
    use std::path::Path;
    use std::process::{Command, Stdio};

    #[test]
    fn mfa_gate_decide_meets_every_case() {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("conformance");
        fs::create_dir_all(&folder).expect("a folder");
        for (file, CaseFile { routes, feeds, cases, .. }) in case_files() {
            let routes = routes.map(|routes| {
                let path = folder.join(format!("{file}.toml"));
                fs::write(&path, toml::to_string(&routes).expect("TOML")).expect("a file");
                path
            });
            for (feed, document) in feeds {
                let path = folder.join(format!("{file}-{feed}.json"));
                fs::write(&path, document.to_string()).expect("a file");
                let mut command = Command::new(env!("CARGO_BIN_EXE_mfa-gate"));
                command.arg("decide").arg("--feed").arg(&path);
                if let Some(routes) = &routes {
                    command.arg("--routes").arg(routes);
                }
                let cases: Vec<_> = cases.iter().filter(|case| case.feed == feed).collect();
                let lines: String = cases.iter().map(|case| format!("{}\n", case.input)).collect();
                let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("mfa-gate starts");
                let mut stdin = child.stdin.take().expect("a pipe");
                let writing = std::thread::spawn(move || stdin.write_all(lines.as_bytes()).expect("mfa-gate reads"));
                let output = child.wait_with_output().expect("mfa-gate ends");
                writing.join().expect("all lines were read");
                let answers: Vec<Value> = output
                    .stdout
                    .split(|&byte| byte == b'\n')
                    .filter(|line| !line.is_empty())
                    .map(|line| serde_json::from_slice(line).expect("a line of JSON"))
                    .collect();
                assert_eq!(answers.len(), cases.len(), "{file}, {feed}: a line for each input");
                for (case, answer) in cases.iter().zip(&answers) {
                    assert_eq!(comparable(answer), case.expected, "{file}: {}", case.name);
                }
                let any_error = cases.iter().any(|case| case.expected.get("error").is_some());
                assert_eq!(output.status.code(), Some(i32::from(any_error)), "{file}, {feed}");
            }
        }
    }

    /// The answer with no more of a problem document than the cases fix.
    fn comparable(answer: &Value) -> Value {
        let Some(problem) = answer.get("error") else { return answer.clone() };
        assert!(problem["title"].is_string() && problem["detail"].is_string() && problem["type"].is_string());
        assert!(matches!(problem["status"].as_u64(), Some(400 | 422)));
        let errors = problem["errors"].as_array().expect("errors");
        let short = errors.iter().map(|error| json!({"pointer": error["pointer"], "code": error["code"]}));
        json!({"error": short.collect::<Vec<_>>()})
    }
}
