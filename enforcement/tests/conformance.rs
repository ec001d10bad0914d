//! The conformance cases (`cases/*.json`) against the library, against `mfa-gate decide`, and against a program in another
//! language that `mfa-gate conformance` asks. `conformance/README.md` describes the cases.

use mfa_enforcement::conformance::suites;
use mfa_enforcement::routes::RouteFile;
use mfa_enforcement::{Feed, Routes, RuleIndex, Snapshot, Surfaces, decide, input};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_file_of_cases_is_a_suite() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let files = std::fs::read_dir(folder).expect("the folder of cases").map(|entry| entry.expect("an entry").path());
    let files: BTreeSet<_> =
        files.map(|path| path.file_stem().expect("a name").to_str().expect("UTF-8").to_owned()).collect();
    assert_eq!(files, suites().iter().map(|suite| suite.name.to_owned()).collect());
}

#[test]
fn every_case_has_a_name_of_its_own_and_a_feed() {
    for suite in suites() {
        let mut names = BTreeSet::new();
        for case in &suite.cases {
            assert!(names.insert(&case.name), "{}: {}", suite.name, case.name);
            assert!(suite.feeds.contains_key(&case.feed), "{}: {}", suite.name, case.name);
        }
    }
}

#[test]
fn the_library_meets_every_case() {
    for suite in suites() {
        let routes = suite.routes.clone().map(|routes| {
            let file: RouteFile = serde_json::from_value(routes).expect("routes");
            Routes::check(&file).expect("good routes")
        });
        let surfaces = routes.as_ref().map_or_else(Surfaces::default, |routes| routes.surfaces().clone());
        for case in &suite.cases {
            let document = &suite.feeds[&case.feed];
            let held = (!document.is_null()).then(|| {
                let snapshot = Snapshot::read(document.to_string().as_bytes()).expect("a feed document").snapshot;
                (RuleIndex::of(&snapshot.rules), snapshot.expires_at)
            });
            let feed =
                held.as_ref().map_or(Feed::Absent, |(rules, expires_at)| Feed::Held { rules, expires_at: *expires_at });
            let answer = match input::read(case.input.to_string().as_bytes(), &surfaces, routes.as_ref()) {
                Ok(input) => json!(decide(feed, &input)),
                Err(errors) => {
                    assert!(!errors.is_empty());
                    json!({"error": errors.iter().map(|e| e.pointer).collect::<Vec<_>>()})
                }
            };
            let expected = match case.expected.get("error") {
                Some(errors) => {
                    let errors = errors.as_array().expect("a list");
                    json!({"error": errors.iter().map(|error| &error["pointer"]).collect::<Vec<_>>()})
                }
                None => case.expected.clone(),
            };
            assert_eq!(answer, expected, "{}: {}", suite.name, case.name);
        }
    }
}

#[cfg(feature = "gate")]
mod binary {
    use mfa_enforcement::conformance::{Suite, suites};
    use serde_json::{Value, json};
    use std::fs;
    use std::io::Write;
    use std::path::Path;
    use std::process::{Command, Stdio};

    #[test]
    fn mfa_gate_decide_meets_every_case() {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("conformance");
        fs::create_dir_all(&folder).expect("a folder");
        for Suite { name: file, routes, feeds, cases, .. } in suites() {
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

/// Programs in other languages, asked by `mfa-gate conformance`.
#[cfg(feature = "gate")]
mod programs {
    use mfa_enforcement::conformance::suites;
    use serde_json::Value;
    use std::ffi::OsString;
    use std::path::{Path, PathBuf};
    use std::process::{Command, Output};

    fn python() -> OsString {
        std::env::var_os("EXCEPTION_DESK_PYTHON").unwrap_or_else(|| "python3".into())
    }

    fn asked(words: &[&str], program: &[OsString]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mfa-gate"));
        command.arg("conformance").args(words).arg("--").args(program).output().expect("mfa-gate runs")
    }

    fn example() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/example.py")
    }

    #[test]
    fn the_example_in_python_meets_every_case() {
        let output = asked(&["--without", "routes"], &[python(), example().into()]);
        let count: usize = suites().iter().filter(|suite| suite.name != "routes").map(|suite| suite.cases.len()).sum();
        assert_eq!(String::from_utf8_lossy(&output.stderr).trim(), format!("mfa-gate: {count} of {count} cases met"));
        assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(0), true));
    }

    /// The cases are good for something: whoever gets one thing wrong is found out, and told by which case.
    #[test]
    fn every_mistake_in_the_example_is_found() {
        let text = std::fs::read_to_string(example()).expect("the example");
        for (right, wrong, suite) in [
            ("begin <= at < end", "begin <= at <= end", "time"),
            ("begin <= at < end", "begin < at < end", "time"),
            ("at < instant(feed[\"expires_at\"])", "at <= instant(feed[\"expires_at\"])", "time"),
            ("isinstance(asked.get(\"amr\"), list) and", "asked.get(\"amr\") and", "amr"),
            ("value.lower() if", "value if", "match"),
            ("of_tenant == tenant and", "", "match"),
            ("last = max(", "last = min(", "several"),
            ("return min((identity", "return max((identity", "several"),
            ("freshness == \"fresh\" and", "freshness != \"absent\" and", "time"),
            ("surface == \"partner_api\" or", "", "required"),
            ("or flow == \"non_interactive\"", "", "required"),
            ("with_the_directory and", "", "required"),
            ("deny\", \"mfa_required\", 401) if is_browser", "allow\", \"app_only\", 204) if is_browser", "order"),
            ("ljust(9, \"0\")[:9]", "ljust(9, \"0\")[:6]", "time"),
        ] {
            assert!(text.contains(right), "{right}");
            let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mistaken.py");
            std::fs::write(&path, text.replacen(right, wrong, 1)).expect("a file");
            let output = asked(&["--without", "routes"], &[python(), path.into()]);
            assert_eq!(output.status.code(), Some(1), "{wrong}");
            let lines = String::from_utf8(output.stdout).expect("UTF-8");
            let unmet: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
            assert!(
                unmet.iter().any(|unmet| unmet["suite"] == suite && unmet["answer"] != unmet["expected"]),
                "{wrong}: {lines}"
            );
        }
    }

    #[test]
    fn a_program_that_gives_no_answers_is_said_to() {
        let program = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        let told = |output: Output| (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"));
        let (status, words) = told(asked(&["--patience", "1"], &program(&["sleep", "60"])));
        assert!(status == Some(1) && words.contains("no answer"), "{words}");
        let (status, words) = told(asked(&[], &program(&["true"])));
        assert!(status == Some(1) && words.starts_with("mfa-gate: amr: amr is mfa alone: "), "{words}");
        let (status, words) = told(asked(&[], &program(&["echo", "yes"])));
        assert!(status == Some(1) && words.contains("no JSON"), "{words}");
        let (status, words) = told(asked(&[], &program(&["/no/such/program"])));
        assert!(status == Some(1) && words.contains("cannot start `/no/such/program`"), "{words}");
        let (status, words) = told(asked(&["--without", "roots"], &program(&["true"])));
        assert!(status == Some(2) && words.contains("no suite `roots`"), "{words}");
    }
}
