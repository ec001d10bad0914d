//! The site behind the gate: nothing protected passes without the gate's word, and its word arrives unchanged.

use super::common::http;
use exception_desk_demo::portal::{Settings, start};
use exception_desk_demo::{Running, gate_routes_toml};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

const PASS: &str = "HTTP/1.1 204 No Content\r\nX-Mfa-Decision: mfa_suppressed\r\n\
    X-Mfa-Exception: 0199b1a2-7c3d-7e4f-8a5b-6c7d8e9fa0b1\r\nisMfaCompliant: false\r\n\r\n";

/// A gate that gives one answer to everything and keeps what it was asked.
struct GateStub {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl GateStub {
    fn answering(answer: &'static str) -> Self {
        Self::with_long_answer(answer, answer)
    }

    /// `check` to everything but `/answer`, which gets `long`.
    fn with_long_answer(check: &'static str, long: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = asked.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().take(20) {
                let mut stream = stream.unwrap();
                let request = read_request(&mut stream);
                let answer = if request.starts_with("GET /answer ") { long } else { check };
                kept.lock().unwrap().push(request);
                // One answer for a connection: the next request must not come on one that is about to be closed.
                let answer = answer.replacen("\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1);
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        Self { address, asked }
    }

    fn last(&self) -> String {
        self.asked.lock().unwrap().last().cloned().unwrap_or_default()
    }
}

fn read_request(stream: &mut TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    head + &String::from_utf8(body).unwrap()
}

fn site(gate: SocketAddr) -> Running {
    let _ = http();
    let settings = Settings {
        base: "http://portal.localhost:8083".into(),
        gate: format!("http://{gate}"),
        desk: "http://desk.localhost:8080".into(),
        idp: "http://login.localhost:8081".into(),
    };
    start(TcpListener::bind("127.0.0.1:0").unwrap(), settings).unwrap()
}

/// Sends a raw request, so that paths and status lines stay as they are.
fn raw(site: &Running, line: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(site.address()).unwrap();
    let head = format!("{line} HTTP/1.1\r\nHost: portal.localhost\r\nConnection: close\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

async fn ask(site: &Running, line: &str, headers: &str) -> String {
    tokio::task::block_in_place(|| raw(site, line, headers))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_start_page_asks_nobody_and_everything_else_asks_the_gate() {
    let gate = GateStub::answering(PASS);
    let site = site(gate.address);
    assert!(ask(&site, "GET /", "Accept-Language: ja\r\n").await.contains("パートナー ポータル"));
    assert_eq!(gate.last(), "");
    for line in ["GET /customers?x=1", "GET //customers", "GET /%63ustomers", "GET /nothing", "GET /Demo.css"] {
        ask(&site, line, "").await;
        let target = line.trim_start_matches("GET ");
        assert!(gate.last().contains(&format!("x-original-uri: {target}\r\n")), "{line}: {}", gate.last());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gate_is_told_what_was_asked_and_nothing_that_a_client_made_up() {
    let gate = GateStub::answering(PASS);
    let site = site(gate.address);
    let forged = "X-Original-URI: /\r\nX-Forwarded-Host: attacker.example\r\nX-Original-Method: HEAD\r\n\
        X-Forwarded-Proto: https\r\nCookie: mfa-gate=s\r\nAuthorization: Bearer t\r\nValidateMfa: true\r\n";
    ask(&site, "DELETE /v1/customers?a=b", forged).await;
    let asked = gate.last();
    assert!(asked.starts_with("GET /check HTTP/1.1"), "{asked}");
    for line in [
        "x-original-method: DELETE",
        "x-original-uri: /v1/customers?a=b",
        "x-forwarded-host: portal.localhost:8083",
        "x-forwarded-proto: http",
        "cookie: mfa-gate=s",
        "authorization: Bearer t",
        "validatemfa: true",
    ] {
        assert_eq!(asked.matches(&format!("{line}\r\n")).count(), 1, "{line} in {asked}");
    }
    assert!(!asked.contains("attacker.example") && asked.matches("x-original-uri").count() == 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_says_why_it_may_be_seen() {
    let gate = GateStub::answering(PASS);
    let site = site(gate.address);
    let page = ask(&site, "GET /customers", "").await;
    assert!(page.starts_with("HTTP/1.1 200"));
    assert!(page.contains("An exception covers you") && page.contains("0199b1a2-7c3d-7e4f-8a5b-6c7d8e9fa0b1"));
    let page = ask(&site, "GET /admin/38025a8b-b9ba-4298-b7fb-2df9a8b5e73e", "Accept-Language: ja\r\n").await;
    assert!(page.contains("さくら商事株式会社") && page.contains("例外の対象"));
    let api = ask(&site, "GET /v1/customers", "").await.to_ascii_lowercase();
    assert!(api.contains("application/json") && api.contains("ismfacompliant: false"));
    assert!(api.contains("x-mfa-decision: mfa_suppressed") && api.contains("alpine ski house"));
    assert!(ask(&site, "POST /v1/customers", "Content-Length: 0\r\n").await.starts_with("HTTP/1.1 405"));
    assert!(ask(&site, "GET /admin/nobody", "").await.starts_with("HTTP/1.1 404"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_arrives_with_its_reason_phrase_and_body() {
    let gate = GateStub::with_long_answer(
        "HTTP/1.1 401 Unauthorized\r\nX-Mfa-Status: 401\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 401 Unauthorized - MFA required\r\nContent-Type: application/problem+json\r\n\
         WWW-Authenticate: Bearer error=\"invalid_token\"\r\nisMfaCompliant: false\r\nContent-Length: 14\r\n\r\n\
         {\"status\":401}",
    );
    let site = site(gate.address);
    let answer = ask(&site, "GET /v1/customers", "Authorization: Bearer t\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 401 Unauthorized - MFA required\r\n"), "{answer}");
    let lower = answer.to_ascii_lowercase();
    assert!(lower.contains("www-authenticate: bearer error=\"invalid_token\""));
    assert!(lower.contains("content-type: application/problem+json") && lower.contains("ismfacompliant: false"));
    assert!(!lower.contains("x-mfa-status") && answer.ends_with("{\"status\":401}"));
    assert!(gate.last().contains("authorization: Bearer t\r\n"), "the second question carries the same credential");
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_and_bad_requests_come_out_of_their_401() {
    let gate = GateStub::answering(
        "HTTP/1.1 401 Unauthorized\r\nX-Mfa-Status: 302\r\nX-Mfa-Location: /.mfa-gate/sign-in?to=%2Fcustomers\r\n\
         Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n",
    );
    let answer = ask(&site(gate.address), "GET /customers", "").await.to_ascii_lowercase();
    assert!(answer.starts_with("http/1.1 302 found\r\n"), "{answer}");
    assert!(answer.contains("\r\nlocation: /.mfa-gate/sign-in?to=%2fcustomers\r\n"));
    assert!(answer.contains("set-cookie: a=1") && answer.contains("set-cookie: b=2"));

    let short = "HTTP/1.1 401 Unauthorized\r\nX-Mfa-Status: 400\r\nContent-Length: 0\r\n\r\n";
    let long = "HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\nodd";
    let gate = GateStub::with_long_answer(short, long);
    let answer = ask(&site(gate.address), "GET //customers", "").await;
    assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n") && answer.ends_with("odd"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_answer_that_lets_pass_does_not() {
    let no = "HTTP/1.1 401 Unauthorized\r\nX-Mfa-Status: 401\r\nContent-Length: 0\r\n\r\n";
    let gate = GateStub::with_long_answer(no, PASS);
    let answer = ask(&site(gate.address), "GET /customers", "").await;
    assert!(answer.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{answer}");
    assert!(!answer.contains("Alpine Ski House"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_gates_word_nothing_protected_is_shown() {
    let broken = GateStub::answering("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
    let moved = GateStub::answering("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n");
    let odd = GateStub::answering("HTTP/1.1 401 Unauthorized\r\nX-Mfa-Status: 1000\r\nContent-Length: 0\r\n\r\n");
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for address in [broken.address, moved.address, odd.address, closed] {
        let answer = ask(&site(address), "GET /customers", "").await;
        assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
        assert!(!answer.contains("Alpine Ski House"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gates_own_pages_are_passed_through_and_nothing_beside_them() {
    let gate = GateStub::answering("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\npage");
    let site = site(gate.address);
    let answer = http()
        .post(format!("http://{}/.mfa-gate/verify?a=b", site.address()))
        .form(&[("to", "/customers")])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.text().await.unwrap(), "page");
    let asked = gate.last();
    assert!(asked.starts_with("POST /.mfa-gate/verify?a=b HTTP/1.1") && asked.ends_with("to=%2Fcustomers"), "{asked}");
    assert!(asked.contains("x-forwarded-host: portal.localhost:8083"));
    for odd in ["GET /.mfa-gate/../check", "GET /.mfa-gate/%2e%2e/check", "GET /.mfa-gate//check", "GET /.mfa-gate/./x"]
    {
        assert!(ask(&site, odd, "").await.starts_with("HTTP/1.1 404"), "{odd}");
    }
    assert!(gate.last().starts_with("POST"), "the odd ones never arrived");
    assert!(gate_routes_toml().contains("portal.localhost"));
}
