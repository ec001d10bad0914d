//! Behind a real nginx, with the very files of `deploy/nginx`.

use crate::http::{Request, Response};
use crate::world::{EXCEPTION, Listener, World, fresh_dir};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::json;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request as Got, ResponseTemplate};

/// An nginx in front of a site that tells what reached it.
struct Nginx {
    world: World,
    upstream: Option<MockServer>,
    process: Child,
    folder: PathBuf,
    address: SocketAddr,
}

impl Nginx {
    async fn start() -> Self {
        Self::in_front_of(World::start().await).await
    }

    async fn in_front_of(world: World) -> Self {
        let upstream = MockServer::start().await;
        Mock::given(any()).respond_with(tell).mount(&upstream).await;
        let site = *upstream.address();
        let mut nginx = Self::with_site(world, site).await;
        nginx.upstream = Some(upstream);
        nginx
    }

    async fn with_site(world: World, site: SocketAddr) -> Self {
        for _ in 0..5 {
            let folder = fresh_dir("nginx");
            // Free a moment ago; if somebody else takes it in between, nginx ends and we try another.
            let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
            write_configuration(&folder, address, world.address(Listener::Nginx), site);
            let mut process = spawn(&folder);
            if is_up(&mut process, address).await {
                return Self { world, upstream: None, process, folder, address };
            }
            let log = std::fs::read_to_string(folder.join("error.log")).unwrap_or_default();
            eprintln!("nginx did not start: {log}");
        }
        panic!("nginx did not start five times: see the log above");
    }

    async fn send(&self, request: Request) -> Response {
        request.send(self.address).await
    }

    /// What reached the site behind.
    async fn passed_on(&self) -> usize {
        self.upstream.as_ref().unwrap().received_requests().await.unwrap().len()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn tell(got: &Got) -> ResponseTemplate {
    let header = |name: &str| got.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let told = json!({
        "path": got.url.path(), "method": got.method.as_str(), "body": String::from_utf8_lossy(&got.body),
        "decision": header("x-mfa-decision"), "exception": header("x-mfa-exception"), "host": header("host"),
    });
    // A 401 of the site's own must come through as it is.
    let status = if got.url.path() == "/v1/own-401" { 401 } else { 200 };
    ResponseTemplate::new(status).set_body_json(told)
}

fn write_configuration(folder: &std::path::Path, listen: SocketAddr, gate: SocketAddr, site: SocketAddr) {
    let files = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../deploy/nginx");
    std::fs::create_dir(folder.join("mfa-gate")).unwrap();
    for name in ["upstream.conf", "question.conf", "server.conf", "protect.conf"] {
        let text = std::fs::read_to_string(files.join(name)).unwrap();
        let text = if name == "upstream.conf" { text.replace("127.0.0.1:9180", &gate.to_string()) } else { text };
        std::fs::write(folder.join("mfa-gate").join(name), text).unwrap();
    }
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|what| format!("{what}_temp_path temp;"));
    let configuration = format!(
        "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log error.log info;\nevents {{}}\nhttp {{\n\
         access_log off;\n{}\ninclude mfa-gate/upstream.conf;\nupstream site {{ server {site}; }}\n\
         server {{\nlisten {listen};\nlarge_client_header_buffers 4 32k;\ninclude mfa-gate/server.conf;\n\
         location / {{\ninclude mfa-gate/protect.conf;\nproxy_pass http://site;\n}}\n}}\n}}\n",
        temporary.join("\n")
    );
    std::fs::write(folder.join("nginx.conf"), configuration).unwrap();
}

fn spawn(folder: &std::path::Path) -> Child {
    let nginx = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"];
    let nginx = nginx.into_iter().find(|path| std::path::Path::new(path).exists());
    let nginx = nginx.expect("nginx is needed for this test: `cargo xtask` installs it, or `apt-get install nginx`");
    let mut command = Command::new(nginx);
    command.arg("-p").arg(folder).args(["-c", "nginx.conf", "-e", "error.log"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

async fn is_up(process: &mut Child, address: SocketAddr) -> bool {
    for _ in 0..200 {
        if process.try_wait().unwrap().is_some() {
            return false;
        }
        if tokio::net::TcpStream::connect(address).await.is_ok() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let _ = process.kill();
    let _ = process.wait();
    false
}

fn to_api(target: &str) -> Request {
    Request::get(target).header("Host", "api.localhost")
}

fn to_portal(target: &str) -> Request {
    Request::get(target).header("Host", "portal.localhost:8080")
}

#[tokio::test]
async fn who_may_pass_reaches_the_site_and_the_site_learns_why() {
    let nginx = Nginx::in_front_of(World::with_rule(&["partner_api"]).await).await;
    let token = nginx.world.token(json!({}));
    let forged = to_api("/v1/customers?page=2").bearer(&token).header("X-Mfa-Decision", "forged");
    let answer = nginx.send(forged).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let told = answer.json();
    assert_eq!((&told["path"], &told["host"]), (&json!("/v1/customers"), &json!("api.localhost")));
    assert_eq!((&told["decision"], &told["exception"]), (&json!("mfa_suppressed"), &json!(EXCEPTION.to_string())));
    assert_eq!(answer.header("isMfaCompliant"), None);
    let answer = nginx.send(to_api("/v1/customers").bearer(&token).header("ValidateMfa", "true")).await;
    assert_eq!((answer.status, answer.header("isMfaCompliant")), (200, Some("false")));
}

#[tokio::test]
async fn the_refusal_of_the_partner_api_comes_through_to_the_letter() {
    let nginx = Nginx::start().await;
    let request = to_api("/v1/customers").bearer(&nginx.world.token(json!({}))).header("ValidateMfa", "true");
    let answer = nginx.send(request).await;
    assert_eq!((answer.status, answer.reason.as_str()), (401, "Unauthorized - MFA required"));
    let authenticate: Vec<_> = answer.headers.iter().filter(|(name, _)| name == "www-authenticate").collect();
    assert_eq!(authenticate.len(), 1, "{answer:?}");
    assert_eq!(authenticate[0].1, r#"Bearer error="invalid_token""#);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert_eq!(answer.header("isMfaCompliant"), Some("false"));
    let ask = answer.json()["ask"].as_str().unwrap().to_owned();
    assert!(ask.starts_with("https://desk.example/stopped?tenant="), "{ask}");
    assert_eq!(nginx.passed_on().await, 0);
}

#[tokio::test]
async fn a_browser_is_sent_to_sign_in_and_the_gates_pages_are_reached() {
    let nginx = Nginx::start().await;
    let answer = nginx.send(to_portal("/customers?tab=1")).await;
    let sign_in = "http://portal.localhost:8080/.mfa-gate/sign-in?to=%2Fcustomers%3Ftab%3D1";
    assert_eq!((answer.status, answer.header("location")), (302, Some(sign_in)));
    let answer = nginx.send(to_portal("/.mfa-gate/sign-in?to=%2Fcustomers")).await;
    assert_eq!(answer.status, 303);
    assert!(
        answer.header("location").unwrap().contains("portal.localhost%3A8080%2F.mfa-gate%2Fcallback"),
        "{answer:?}"
    );
    let page = nginx.send(to_portal("/.mfa-gate/stopped?to=%2Fcustomers")).await;
    assert!(page.status == 200 && page.body.contains("Verify now"));
    assert_eq!(nginx.send(to_portal("/.mfa-gate/style.css")).await.status, 200);
    assert_eq!(nginx.passed_on().await, 0);
}

#[tokio::test]
async fn open_pages_are_passed_on_without_credentials() {
    let nginx = Nginx::start().await;
    let answer = nginx.send(to_portal("/help/a%20b")).await;
    assert_eq!((answer.status, &answer.json()["decision"]), (200, &json!("not_protected")));
}

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

#[tokio::test]
async fn two_kinds_of_credentials_and_two_hosts_are_400() {
    let nginx = Nginx::start().await;
    let mfa = nginx.world.token(json!({"amr": ["mfa"]}));
    let both = to_api("/v1/x").bearer(&mfa).header("Cookie", "mfa-gate=x");
    let answer = nginx.send(both).await;
    assert_eq!((answer.status, answer.header("content-type")), (400, Some("application/problem+json")));
    // The request line names one host, the header another.
    let torn = Request::get("http://api.localhost/v1/x").header("Host", "portal.localhost").bearer(&mfa);
    assert_eq!(nginx.send(torn).await.status, 400);
    let overridden = to_api("/v1/x").bearer(&mfa).header("X-HTTP-Method-Override", "DELETE");
    assert_eq!(nginx.send(overridden).await.status, 400);
    assert_eq!(nginx.passed_on().await, 0);
}

#[tokio::test]
async fn a_client_cannot_speak_as_the_proxy() {
    let nginx = Nginx::start().await;
    assert_eq!(nginx.send(to_api("/.mfa-gate-question")).await.status, 404);
    let request = to_api("/v1/customers")
        .bearer(&nginx.world.token(json!({})))
        .header("X-Original-URI", "/help")
        .header("X-Original-Method", "OPTIONS")
        .header("X-Forwarded-Host", "portal.localhost")
        .header("X-Original-Host", "portal.localhost");
    assert_eq!(nginx.send(request).await.reason, "Unauthorized - MFA required");
}

#[tokio::test]
async fn a_body_goes_to_the_site_and_not_to_the_gate() {
    let nginx = Nginx::start().await;
    let post = |token: &str| {
        Request::new("POST", "/v1/customers")
            .header("Host", "api.localhost")
            .header("Content-Length", "5")
            .bearer(token)
            .body("hello")
    };
    let told = nginx.send(post(&nginx.world.token(json!({"amr": ["mfa"]})))).await.json();
    assert_eq!((&told["method"], &told["body"]), (&json!("POST"), &json!("hello")));
    let refused = nginx.send(post(&nginx.world.token(json!({})))).await;
    assert_eq!((refused.status, refused.reason.as_str()), (401, "Unauthorized - MFA required"));
}

#[tokio::test]
async fn a_401_of_the_sites_own_is_left_alone() {
    let nginx = Nginx::start().await;
    let answer = nginx.send(to_api("/v1/own-401").bearer(&nginx.world.token(json!({"amr": ["mfa"]})))).await;
    assert_eq!((answer.status, &answer.json()["decision"]), (401, &json!("mfa_verified")));
}

#[tokio::test]
async fn without_a_gate_nothing_passes() {
    let mut nginx = Nginx::start().await;
    let mfa = nginx.world.token(json!({"amr": ["mfa"]}));
    assert_eq!(nginx.send(to_api("/v1/x").bearer(&mfa)).await.status, 200);
    nginx.world.gate.take().unwrap().stop().await;
    assert_eq!(nginx.send(to_api("/v1/x").bearer(&mfa)).await.status, 500);
    assert_eq!(nginx.passed_on().await, 1);
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
