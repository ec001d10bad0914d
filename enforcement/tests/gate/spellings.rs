//! Spellings of a path, through a real nginx: none may reach the site that another program could read differently.

use crate::nginx::{Nginx, to_portal};
use crate::world::World;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test]
async fn odd_spellings_never_reach_the_site() {
    let nginx = Nginx::start().await;
    let mfa = nginx.world.token(json!({"amr": ["mfa"]}));
    let odd = [
        "/help/..%2fcustomers",
        "/%63ustomers",
        "//customers",
        "/help/../customers",
        "/help/./x",
        "/help/%2e%2e/customers",
        "/help;x/customers",
        "/help%5c..%5ccustomers",
        "/help/%252e%252e/customers",
        "/help//x",
        "/help/x%",
        "http://portal.localhost:8080//customers",
        "/help#/../customers",
        "/help/%00",
        "/help/..",
        "/.mfa-gate/../customers",
        "/.mfa-gate/..%2fcustomers",
    ];
    for target in odd {
        for request in [to_portal(target), to_portal(target).bearer(&mfa)] {
            let answer = nginx.send(request).await;
            assert_eq!(answer.status, 400, "{target}: {answer:?}");
        }
    }
    assert_eq!(nginx.passed_on().await, 0);
}

/// Keeps the raw targets of all requests that reach it.
async fn raw_site() -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, seen) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
    let kept = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 16 * 1024];
            let read = stream.read(&mut request).await.unwrap_or(0);
            let text = String::from_utf8_lossy(&request[..read]).into_owned();
            kept.lock().unwrap().push(text.split(' ').nth(1).unwrap_or_default().to_owned());
            let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (address, seen)
}

/// The path as the most obliging upstream would read it: decoded until nothing is left to decode, backslashes as slashes,
/// slashes merged, parameters cut off, dots resolved, case ignored.
fn as_obligingly_read(target: &str) -> String {
    let mut path = target.split(['?', '#']).next().unwrap().to_owned();
    for _ in 0..5 {
        path = percent_decoded(&path);
    }
    let mut segments: Vec<String> = Vec::new();
    for segment in path.replace('\\', "/").split('/') {
        match segment.split([';', '\0']).next().unwrap().trim_end_matches([' ', '.']) {
            "" if segment.starts_with("..") => drop(segments.pop()),
            "" => {}
            plain => segments.push(plain.to_lowercase()),
        }
    }
    format!("/{}", segments.join("/"))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escape = tail.get(..2).and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        match (first, escape) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn the_obliging_reading_sees_through_the_known_tricks() {
    for trick in [
        "/help/..%2fcustomers",
        "/%63ustomers",
        "//customers",
        "/help/%252e%252e/Customers",
        "/help\\..\\customers",
        "/x/..;/customers",
    ] {
        assert_eq!(as_obligingly_read(trick), "/customers", "{trick}");
    }
}

#[tokio::test]
async fn whatever_is_sent_only_open_paths_reach_the_site_without_credentials() {
    let (site, seen) = raw_site().await;
    let nginx = Nginx::with_site(World::start().await, site).await;
    let piece = proptest::sample::select(vec![
        "/",
        "/",
        "/",
        "help",
        "help",
        "customers",
        "shell",
        ".",
        "..",
        "%2f",
        "%2e",
        "%2E%2e",
        "%63ustomers",
        "%5c",
        "\\",
        ";",
        "?",
        "#",
        "%00",
        "%20",
        "%25",
        "%252e",
        "+",
        "~",
        "a",
        "HELP",
        ".mfa-gate",
        "%c0%af",
        "%ef%bc%8f",
    ]);
    let start = proptest::sample::select(vec!["/", "/help", "/help/"]);
    let target = (start, proptest::collection::vec(piece, 1..6));
    let mut runner = TestRunner::deterministic();
    let mut passed = 0;
    for _ in 0..3_000 {
        let (start, pieces) = target.new_tree(&mut runner).unwrap().current();
        let target = format!("{start}{}", pieces.concat());
        nginx.send(to_portal(&target)).await;
        for raw in seen.lock().unwrap().drain(..) {
            passed += 1;
            let read = as_obligingly_read(&raw);
            let open = ["/help", "/shell"].iter().any(|open| read == *open || read.starts_with(&format!("{open}/")));
            assert!(open, "sent `{target}`, the site got `{raw}`, which may be read as `{read}`");
        }
    }
    assert!(passed > 100, "only {passed} of the targets were open: the test says little");
}
