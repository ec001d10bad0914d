//! `mfa-gate` as people call it: what it prints, where, and how it exits.
#![cfg(feature = "gate")]

#[path = "signing/mod.rs"]
mod signing;

use serde_json::{Value, json};
use signing::Key;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

struct Answer {
    status: i32,
    lines: Vec<Value>,
    words: String,
}

/// A file of this test's own.
fn file(name: &str, content: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("command-line");
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(name);
    fs::write(&path, content).expect("a file");
    path
}

fn mfa_gate(arguments: &[&str], stdin: &[u8]) -> Answer {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mfa-gate"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("mfa-gate starts");
    // A command that stops at once closes the pipe: that is its answer, no failure of the test.
    let _ = child.stdin.take().expect("a pipe").write_all(stdin);
    let output = child.wait_with_output().expect("mfa-gate ends");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    Answer {
        status: output.status.code().expect("an exit status"),
        lines: text.lines().map(|line| serde_json::from_str(line).unwrap_or(json!(line))).collect(),
        words: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

fn document() -> Value {
    json!({"issuer": "https://desk.example", "epoch": "3f0e9c52-8d1b-4b7e-9a54-2f6d7c8b9a01", "version": 7,
        "rules_digest": "sha-256:00", "issued_at": "2026-11-22T10:00:00Z", "expires_at": "2026-11-22T10:15:00Z", "rules": []})
}

const LINE: &str = r#"{"at": "2026-11-22T10:05:00Z", "surface": "dashboard", "flow": "interactive", "amr": ["mfa"]}"#;

fn decide(feed: &Path, more: &[&str], stdin: &[u8]) -> Answer {
    mfa_gate(&[&["decide", "--feed", feed.to_str().expect("a path")], more].concat(), stdin)
}

#[test]
fn a_feed_that_the_desk_signed_is_decided_by() {
    let key = Key::new("one", 1);
    let feed = file("signed.jws", &format!("{}\n", key.sign(&document())));
    let jwks = file("signed.jwks", &json!({"keys": [key.jwk()]}).to_string());
    let answer = decide(&feed, &["--jwks", jwks.to_str().expect("a path")], LINE.as_bytes());
    assert_eq!((answer.status, answer.words.as_str()), (0, ""));
    assert_eq!(answer.lines[0]["reason"], "mfa_verified");
    assert_eq!(answer.lines[0]["feed"], "fresh");
}

#[test]
fn a_feed_that_is_not_signed_as_asked_gives_no_decision() {
    let key = Key::new("one", 1);
    let jwks = file("refused.jwks", &json!({"keys": [key.jwk()]}).to_string());
    let header = |alg: &str, typ: &str| json!({"alg": alg, "typ": typ, "kid": "one"});
    let good = key.sign(&document());
    let offers = [
        ("other-key", Key::new("one", 2).sign(&document()), "signature is wrong"),
        ("unknown-key", Key::new("two", 1).sign(&document()), "does not have: `two`"),
        ("other-type", key.sign_under(&header("ES256", "JWT"), &document()), "`typ`"),
        ("none", key.sign_under(&header("none", "mfa-suppression+jws"), &document()), "`ES256`"),
        ("cut", good[..good.len() - 4].to_owned(), "signature is wrong"),
        ("unsigned", document().to_string(), "asks for a signature"),
    ];
    for (name, text, reason) in offers {
        let feed = file(&format!("refused-{name}.jws"), &text);
        let answer = decide(&feed, &["--jwks", jwks.to_str().expect("a path")], LINE.as_bytes());
        assert_eq!(answer.status, 1, "{name}");
        assert!(answer.lines.is_empty(), "{name}: no decisions");
        assert!(answer.words.contains(reason), "{name}: {}", answer.words);
    }
}

#[test]
fn wrong_usage_exits_2_and_unusable_files_1() {
    let signed = file("usage.jws", &Key::new("one", 1).sign(&document()));
    let plain = file("usage.json", &document().to_string());
    let no_document = file("usage-no-document.json", "{}");
    let bad_routes = file("usage.toml", "[[routes]]\npath = \"/a\"\nsurface = \"billing\"\n");
    let broken_routes = file("usage-broken.toml", "[[routes]]\npath = 7\n");
    assert_eq!(mfa_gate(&[], b"").status, 2);
    assert_eq!(mfa_gate(&["decide"], b"").status, 2);
    assert_eq!(mfa_gate(&["anchor", "--epoch", "no-uuid", "--at-least", "1", "--state-dir", "x"], b"").status, 2);
    let answer = decide(&signed, &[], b"");
    assert_eq!(answer.status, 2);
    assert!(answer.words.contains("--jwks"), "{}", answer.words);
    assert_eq!(decide(Path::new("/nowhere/feed.json"), &[], b"").status, 1);
    assert_eq!(decide(&no_document, &[], LINE.as_bytes()).status, 1);
    let answer = decide(&plain, &["--routes", bad_routes.to_str().expect("a path")], b"");
    assert_eq!(answer.status, 1);
    assert!(answer.words.contains("route 1 (`/a`): surface `billing` is not known"), "{}", answer.words);
    let answer = decide(&plain, &["--routes", broken_routes.to_str().expect("a path")], b"");
    assert_eq!(answer.status, 1);
    assert!(answer.words.contains("line 2"), "{}", answer.words);
}

#[test]
fn a_bad_line_is_answered_in_its_place_and_the_rest_goes_on() {
    let feed = file("lines.json", &document().to_string());
    let mut lines = format!("{LINE}\n\n  \nnot json\n").into_bytes();
    lines.extend_from_slice(b"{\"at\": \"\xff\"}\n");
    lines.extend_from_slice(br#"{"at": "2026-11-22T10:05:00Z", "at": "2026-11-22T10:05:00Z", "surface": "dashboard", "flow": "interactive"}"#);
    lines.extend_from_slice(format!("\n{}{LINE}\n{LINE}", " ".repeat(1 << 20)).as_bytes());
    let answer = decide(&feed, &["--lang", "ja"], &lines);
    assert_eq!(answer.status, 1);
    let kinds: Vec<_> = answer.lines.iter().map(|line| line["error"]["errors"][0]["code"].as_str()).collect();
    assert_eq!(kinds, [None, Some("unreadable"), Some("unreadable"), Some("unreadable"), Some("too_long"), None]);
    assert_eq!(answer.lines[1]["error"]["title"], "入力を読み取れません");
    assert_eq!(answer.lines[1]["error"]["status"], 400);
}

#[test]
fn an_anchor_is_left_for_the_gate() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("command-line/anchor");
    let _ = fs::remove_dir_all(&directory);
    let place = directory.to_str().expect("a path");
    let epoch = "3f0e9c52-8d1b-4b7e-9a54-2f6d7c8b9a01";
    let answer = mfa_gate(&["anchor", "--epoch", epoch, "--at-least", "12", "--state-dir", place], b"");
    assert_eq!(answer.status, 0, "{}", answer.words);
    let anchor: Value =
        serde_json::from_slice(&fs::read(directory.join("anchor.json")).expect("a file")).expect("JSON");
    assert_eq!(anchor, json!({"epoch": epoch, "at_least": 12}));
}
