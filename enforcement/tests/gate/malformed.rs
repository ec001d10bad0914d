//! Requests that are no HTTP, made at random from a fixed seed: through each proxy none gets a 2xx, and none reaches the site.

use crate::behind::behind_each;
use crate::front::{Front, Kind};
use crate::http::exchange;
use crate::world::World;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

behind_each! {
    a_malformed_request_never_passes
}

/// Each asks for a page that is open to everyone, so that whatever is taken for a request passes.
const TIMES: usize = 300;

async fn a_malformed_request_never_passes(kind: Kind) {
    let front = Front::start(kind, World::start().await).await;
    let good = request("GET", "/help", "HTTP/1.1", "Host: portal.localhost:8080\r\n", "");
    assert!(exchange(front.address, good.as_bytes()).await.starts_with("HTTP/1.1 200"));
    assert_eq!(front.site.drain().len(), 1);
    let malformed = malformed(kind);
    let mut runner = TestRunner::deterministic();
    for _ in 0..TIMES {
        let bytes = malformed.new_tree(&mut runner).unwrap().current();
        let answer = exchange(front.address, bytes.as_bytes()).await;
        let status = answer.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1)).unwrap_or("none");
        assert!(!status.starts_with('2'), "{bytes:?} gets {answer:?}");
        let seen = front.site.drain();
        assert!(seen.is_empty(), "{bytes:?} reaches the site as {seen:?}");
    }
}

fn request(method: &str, target: &str, version: &str, headers: &str, body: &str) -> String {
    format!("{method} {target} {version}\r\n{headers}Connection: close\r\n\r\n{body}")
}

/// A request that is malformed in one way, with good headers around the fault.
fn malformed(kind: Kind) -> impl Strategy<Value = String> {
    let one_of = |choices: &[&'static str]| proptest::sample::select(choices.to_vec());
    let method = one_of(&["G(T", "G\u{1}T", "GE{T}", "G,T", "\u{7f}"]);
    let target = one_of(&["/help /x", "/he\u{1}lp", "/he\u{7f}lp", "help", "../help", "/help\u{b}"]);
    let version = one_of(&["HTTP/1.2.3", "HTTP/x", "HTTQ/1.1", "http/1.1", "HTTP/9.9", "HTTP/1", "HTTP/1.1x"]);
    let host = one_of(&[
        "",
        "Host: portal.localhost\r\nHost: portal.localhost\r\n",
        "Host: portal.localhost\r\nhost: api.localhost\r\n",
        "Host: portal.localhost/x\r\n",
        "Host: x@portal.localhost\r\n",
        "Host: portal.localhost, api.localhost\r\n",
        "Host: portal localhost\r\n",
        "Host: portal.localhost\u{1}\r\n",
        "Host : portal.localhost\r\n",
    ]);
    // nginx takes a header with an odd name out and passes the rest on, which is well-formed then.
    let names = ["Bad Name: x\r\n", "X-A\u{1}: x\r\n", ": x\r\n", "no colon\r\n", "X-A : x\r\n", "(X): x\r\n"];
    let header = if kind == Kind::Nginx { &[][..] } else { &names[..] };
    let header = one_of(&[header, &["X-A: a\u{0}b\r\n"]].concat());
    let framing = one_of(&[
        "Content-Length: -1\r\n",
        "Content-Length: +2\r\n",
        "Content-Length: 0x2\r\n",
        "Content-Length: 2 2\r\n",
        "Content-Length: two\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Content-Length: 2\r\nContent-Length: 3\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
    ]);
    let good = "Host: portal.localhost\r\n";
    let fillers =
        proptest::collection::vec(one_of(&["Accept: */*\r\n", "X-A: b\r\n", "Accept-Language: ja\r\n"]), 0..3);
    (0..6_usize, method, target, version, host, header, framing, fillers).prop_map(
        move |(which, method, target, version, host, header, framing, fillers)| {
            let more = fillers.concat();
            let with = |headers: &str| format!("{good}{more}{headers}");
            match which {
                0 => request(method, "/help", "HTTP/1.1", &with(""), ""),
                1 => request("GET", target, "HTTP/1.1", &with(""), ""),
                2 => request("GET", "/help", version, &with(""), ""),
                3 => request("GET", "/help", "HTTP/1.1", &format!("{host}{more}"), ""),
                4 => request("GET", "/help", "HTTP/1.1", &with(header), ""),
                _ => request("POST", "/help", "HTTP/1.1", &with(framing), "hi"),
            }
        },
    )
}
