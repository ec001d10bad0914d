//! Spellings of a path and of a host, through each real proxy: whatever reaches the site can be read in one way, and the
//! gate decided about just that.

use crate::behind::{behind_each, to_portal};
use crate::front::{Front, Kind};
use crate::http::Request;
use crate::world::World;
use mfa_enforcement::routes::NormalPath;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::json;

behind_each! {
    a_path_is_judged_as_the_site_gets_it
    a_host_is_judged_as_the_site_gets_it
}

/// Spellings made at random, for each proxy.
const TIMES: usize = 1_000;

/// What the portal has for everyone.
const OPEN: [&str; 2] = ["/help", "/shell"];

async fn a_path_is_judged_as_the_site_gets_it(kind: Kind) {
    let front = Front::start(kind, World::start().await).await;
    let mfa = front.world.token(json!({"amr": ["mfa"]}));
    let odd = [
        "/help/..%2fcustomers",
        "/%63ustomers",
        "//customers",
        "/help/../customers",
        "/help/./x",
        "/help/%2e%2e/customers",
        "/help;x/customers",
        "/help%5c..%5ccustomers",
        "/help\\..\\customers",
        "/help/%252e%252e/customers",
        "/help//x",
        "/help/x%",
        "http://portal.localhost:8080//customers",
        "http://api.localhost/help",
        "/help#/../customers",
        "/help/%00",
        "/help/..",
        "/help/x.",
        "/help/%c0%ae%c0%ae/customers",
        "/help/\u{e9}",
        "/.mfa-gate/../customers",
        "/.mfa-gate/..%2fcustomers",
        "/%2emfa-gate/x",
        "/HELP",
        "/Customers",
        "*",
    ];
    for target in odd {
        check_spelling(&front, target, Some(&mfa)).await;
    }
    let (targets, mut runner) = (spellings(), TestRunner::deterministic());
    let mut passed = 0;
    for _ in 0..TIMES {
        passed += check_spelling(&front, &targets.new_tree(&mut runner).unwrap().current(), None).await;
    }
    assert!(passed > TIMES / 30, "only {passed} of the targets were open: the test says little");
}

/// Sends `target` without credentials and, where there is one, with a token that has MFA; gives how often the site saw it.
async fn check_spelling(front: &Front, target: &str, mfa: Option<&str>) -> usize {
    let mut passed = 0;
    for request in [Some(to_portal(target)), mfa.map(|token| to_portal(target).bearer(token))].into_iter().flatten() {
        let answer = front.send(request.clone()).await;
        let seen = front.site.drain();
        passed += seen.len();
        for got in &seen {
            let (raw, read) = (&got.target, as_obligingly_read(&got.target));
            let Ok(path) = NormalPath::parse(raw) else {
                panic!("sent `{target}`, the site got `{raw}`, which is odd")
            };
            let on_portal = got.values("host").concat().starts_with("portal.localhost");
            let open = on_portal && OPEN.iter().any(|open| path.is_below(&NormalPath::parse(open).unwrap()));
            let decision = if open { "not_protected" } else { "mfa_verified" };
            assert_eq!(got.values("x-mfa-decision"), [decision], "sent `{target}`, the site got `{raw}`: {request:?}");
            let looks_open = OPEN.iter().any(|open| read == *open || read.starts_with(&format!("{open}/")));
            assert!(looks_open || !open, "sent `{target}`, the site got `{raw}`, which may be read as `{read}`");
        }
        let own_page = answer.status == 200 && answer.header("content-security-policy").is_some();
        assert!(!seen.is_empty() || own_page || answer.status >= 300, "{target}: {answer:?}");
    }
    passed
}

fn spellings() -> impl Strategy<Value = String> {
    let pieces = [
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
    ];
    let start = proptest::sample::select(vec!["/", "/help", "/help/"]);
    let pieces = proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 1..6);
    (start, pieces).prop_map(|(start, pieces)| format!("{start}{}", pieces.concat()))
}

async fn a_host_is_judged_as_the_site_gets_it(kind: Kind) {
    let front = Front::start(kind, World::start().await).await;
    let hosts = [
        "PORTAL.localhost",
        "portal.localhost.",
        "portal.localhost..",
        "portal.localhost:",
        "portal.localhost:80:80",
        "portal.localhost@api.localhost",
        "api.localhost@portal.localhost",
        "portal.localhost/",
        "portal.localhost?",
        "portal.localhost#",
        "portal.localhost,api.localhost",
        "portal%2elocalhost",
        "portal.localhost:8080.",
        "api.localhost.",
        "API.localhost:1",
        "[::1]",
        "portal",
    ];
    for host in hosts {
        // `/help` is open on the portal alone.
        for request in [Request::get("/help"), Request::get(&format!("http://{host}/help"))] {
            let answer = front.send(request.clone().header("Host", host)).await;
            let seen = front.site.drain();
            assert!(!seen.is_empty() || answer.status >= 300, "{host}: {answer:?}");
            for got in seen {
                let name = got.values("host").concat().to_ascii_lowercase();
                let name = name.split(':').next().unwrap().trim_end_matches('.');
                assert_eq!((got.values("host").len(), name), (1, "portal.localhost"), "{request:?}: {got:?}");
            }
        }
    }
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
