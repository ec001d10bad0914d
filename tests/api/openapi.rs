//! The API document against other people's readers of it: is it valid, do its examples fit, and does the desk do what it says?

use crate::app::TestApp;
use std::path::{Path, PathBuf};
use std::process::Output;
use tokio::process::Command;

/// How the callers of a run are signed in, and how much is tried as each.
struct Effort {
    /// Generated calls per operation.
    examples: &'static str,
    /// Parts of a run; `coverage` tries every edge of every shape, about a thousand calls.
    phases: &'static str,
}

const SHORT: Effort = Effort { examples: "6", phases: "examples,fuzzing" };
const EDGES: Effort = Effort { examples: "6", phases: "examples,coverage" };
const LONG: Effort = Effort { examples: "12", phases: "examples,coverage,fuzzing,stateful" };

/// One of each role, with MFA where it opens something.
const ROLES: [(&str, bool); 6] = [
    ("tailspin-global-admin", true),
    ("tailspin-helpdesk-agent", false),
    ("reviewer", true),
    ("lead", true),
    ("policy-admin", true),
    ("auditor", true),
];

/// Everybody else who may call.
const OTHERS: [(&str, bool); 7] = [
    ("contoso-admin-agent", true),
    ("wingtip-admin-agent", true),
    ("fabrikam-admin-agent", false),
    ("tailspin-admin-agent", false),
    ("tailspin-sales-agent", false),
    ("reviewer-2", false),
    ("lead-2", true),
];

/// The Python of `EXCEPTION_DESK_PYTHON`, which has what the peers need.
pub fn python() -> PathBuf {
    std::env::var_os("EXCEPTION_DESK_PYTHON")
        .expect("`EXCEPTION_DESK_PYTHON` is not set: run `cargo xtask test`, which prepares the Python packages")
        .into()
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api").join(name)
}

fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Calls the desk as schemathesis makes calls up; what it found wrong, if anything, and how many calls it made.
async fn try_out(app: &TestApp, caller: &str, token: Option<&str>, effort: &Effort) -> (Option<String>, u64) {
    let folder = std::env::temp_dir().join(format!("desk-calls-{caller}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    // The name of the desk resolves to this machine everywhere but in some C libraries.
    let base = app.base.replace("desk.localhost", "127.0.0.1");
    let mut call = Command::new(python().with_file_name("st"));
    call.current_dir(&folder).arg("--config-file").arg(file("schemathesis.toml"));
    call.arg("run").arg(format!("{base}/api/openapi.json")).args(["--url", &base]);
    call.args(["--max-examples", effort.examples, "--phases", effort.phases, "--seed", "7400"]);
    call.args(["--no-color", "--continue-on-failure", "--suppress-health-check", "all", "--warnings", "off"]);
    call.args(["--generation-database", "none"]);
    if let Some(token) = token {
        call.args(["--header", &format!("Authorization: Bearer {token}")]);
    }
    let output = call.kill_on_drop(true).output().await.expect("schemathesis is beside the Python of the peers");
    let _ = std::fs::remove_dir_all(&folder);
    let text = told(&output);
    let generated = text.lines().find_map(|line| line.trim().split_once(" generated")?.0.parse().ok());
    let generated = generated.unwrap_or_else(|| panic!("as {caller}: {text}"));
    ((!output.status.success()).then(|| format!("as {caller}:\n{text}")), generated)
}

/// Nobody, the feed's client and these people, two at a time; how many calls were made.
async fn try_out_as(people: &[(&str, bool)], effort: &Effort, edges: &[&str], edge: &Effort) -> u64 {
    let app = TestApp::start().await;
    let people = people.iter().map(|(persona, mfa)| (*persona, Some(app.actor_with_mfa(persona, *mfa).token.unwrap())));
    let feed = ("feed", app.actor("feed").token);
    let callers: Vec<_> = [("nobody", None), feed].into_iter().chain(people).collect();
    let (mut wrong, mut calls) = (Vec::new(), 0);
    for pair in callers.chunks(2) {
        let tried = pair.iter().map(|(name, token)| {
            try_out(&app, name, token.as_deref(), if edges.contains(name) { edge } else { effort })
        });
        for (found, made) in futures_util::future::join_all(tried).await {
            wrong.extend(found);
            calls += made;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    calls
}

#[actix_web::test]
async fn the_document_is_valid_and_every_body_has_an_example_that_fits() {
    let app = TestApp::start().await;
    let document = app.anonymous().get("/api/openapi.json").await.expect(200).text;
    let path = std::env::temp_dir().join(format!("desk-openapi-{}.json", std::process::id()));
    std::fs::write(&path, document).unwrap();
    let mut check = Command::new(python());
    let output = check.arg(file("openapi.py")).arg(&path).output().await.unwrap();
    let _ = std::fs::remove_file(path);
    assert!(output.status.success(), "{}", told(&output));
}

#[actix_web::test]
async fn the_compressed_reference_repeats_nothing_that_a_caller_sends() {
    let app = TestApp::start().await;
    let page = app.anonymous().get("/api?echo=zyxwv").await.expect(200);
    assert!(page.text.contains("POST /api/v1/requests") && !page.text.contains("zyxwv"), "the query is repeated");
}

#[actix_web::test]
async fn no_call_that_the_document_allows_breaks_the_desk_or_the_document() {
    let calls = try_out_as(&ROLES, &SHORT, &["tailspin-global-admin", "lead"], &EDGES).await;
    assert!(calls > 1_500, "{calls} calls");
    println!("{calls} calls");
}

#[actix_web::test]
#[ignore = "minutes; `cargo xtask soak` runs it"]
async fn thousands_of_calls_break_neither() {
    let calls = try_out_as(&[ROLES.as_slice(), &OTHERS].concat(), &LONG, &[], &LONG).await;
    assert!(calls > 10_000, "{calls} calls");
    println!("{calls} calls");
}
