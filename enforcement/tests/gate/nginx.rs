//! Behind a real nginx, with the very files of `deploy/nginx`.

use crate::http::{Request, Response};
use crate::world::{EXCEPTION, Folder, Listener, World};
use serde_json::json;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request as Got, ResponseTemplate};

/// An nginx in front of a site that tells what reached it.
pub struct Nginx {
    pub world: World,
    upstream: Option<MockServer>,
    process: Child,
    _folder: Folder,
    address: SocketAddr,
}

impl Nginx {
    pub async fn start() -> Self {
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

    pub async fn with_site(world: World, site: SocketAddr) -> Self {
        for _ in 0..5 {
            let folder = Folder::new("nginx");
            // Free a moment ago; if somebody else takes it in between, nginx ends and we try another.
            let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
            write_configuration(&folder, address, world.address(Listener::Nginx), site);
            let mut process = spawn(&folder);
            if is_up(&mut process, address).await {
                return Self { world, upstream: None, process, _folder: folder, address };
            }
            let log = std::fs::read_to_string(folder.join("error.log")).unwrap_or_default();
            eprintln!("nginx did not start: {log}");
        }
        panic!("nginx did not start five times: see the log above");
    }

    pub async fn send(&self, request: Request) -> Response {
        request.send(self.address).await
    }

    /// What reached the site behind.
    pub async fn passed_on(&self) -> usize {
        self.upstream.as_ref().unwrap().received_requests().await.unwrap().len()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
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

pub fn to_portal(target: &str) -> Request {
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
    // What the gate would get of it would be the beginning of the next question on the same connection.
    for _ in 0..5 {
        let refused = nginx.send(post(&nginx.world.token(json!({})))).await;
        assert_eq!((refused.status, refused.reason.as_str()), (401, "Unauthorized - MFA required"));
    }
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
