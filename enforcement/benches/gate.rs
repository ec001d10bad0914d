//! What the gate costs behind nginx: a question of `auth_request` with a signature to check each time, against a handler
//! that does nothing but check it; and with the signature remembered, against a handler that says 204 and nothing else.
//!
//! One nginx has a server for each, with the files of `deploy/nginx`, on this machine, as its clients are: what is compared
//! is the time of a request while all of them keep two cores busy. The four are asked in turns; the medians of the turns
//! are printed as JSON on stdout, for `cargo xtask bench`.

use actix_web::http::header::AUTHORIZATION;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use mfa_enforcement::gate::{Config, Gate, system_clock};
use p256::pkcs8::{EncodePrivateKey, LineEnding};
use serde_json::{Value, json};
use std::error::Error;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Those of three turns, over twice what a gate remembers: none is remembered when its turn comes again.
const TOKENS: usize = 3 * REQUESTS;
/// So many of them are remembered with ease.
const FEW: usize = 100;
const CLIENTS: usize = 16;
/// Requests of one turn.
const REQUESTS: usize = 8_000;
const TURNS: usize = 9;
/// A request may take so many times that of the base: 0.9 of its throughput, and 0.8.
const CHECKED: f64 = 1.0 / 0.9;
const REMEMBERED: f64 = 1.0 / 0.8;
const TENANT: &str = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
const AUDIENCE: &str = "api://protected";

fn main() -> Result<()> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    tokio::runtime::Runtime::new()?.block_on(measure())
}

async fn measure() -> Result<()> {
    let folder = Folder::new()?;
    let pem = p256::SecretKey::from_slice(&[7; 32])?.to_pkcs8_pem(LineEnding::LF)?;
    let key = EncodingKey::from_ec_pem(pem.as_bytes())?;
    let idp = MockServer::start().await;
    let jwk = publish(&idp, &key).await?;
    let tokens: Arc<[String]> = (0..TOKENS).map(|number| token(&idp, &key, number)).collect::<Result<_>>()?;
    let gate = Gate::start(Config::parse(&configuration(&idp, &folder.0)?)?, system_clock())?;
    let (checks, says) = (bare(Some(DecodingKey::from_jwk(&jwk)?))?, bare(None)?);
    let (nginx, [gated, checked, said]) = nginx(&folder.0, [gate.addresses()[0], checks, says]).await?;

    let few: Arc<[String]> = tokens.iter().take(FEW).cloned().collect();
    let turns = [(gated, &tokens), (checked, &tokens), (gated, &few), (said, &few)];
    let mut times = [const { Vec::new() }; 4];
    for turn in 0..=TURNS {
        for ((at, tokens), times) in turns.iter().zip(&mut times) {
            let time = turn_time(*at, tokens, turn).await?;
            // The first turn fills caches and connections.
            if turn > 0 {
                times.push(time);
            }
        }
    }
    drop(nginx);
    let [each_time, base_checked, remembered, base_said] = times.map(median);
    println!(
        "{}",
        json!({"rows": [
            {"what": "a request, its signature checked", "ours": each_time, "base": base_checked, "unit": "µs",
                "against": "a handler that only checks it", "aim": CHECKED},
            {"what": "a request, its signature remembered", "ours": remembered, "base": base_said, "unit": "µs",
                "against": "a handler that says 204", "aim": REMEMBERED},
        ]})
    );
    Ok(())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Microseconds a request, with all clients at work at once.
async fn turn_time(at: SocketAddr, tokens: &Arc<[String]>, turn: usize) -> Result<f64> {
    let begun = Instant::now();
    let each = REQUESTS / CLIENTS;
    let client = |number: usize| tokio::spawn(ask(at, Arc::clone(tokens), turn * REQUESTS + number * each, each));
    let clients: Vec<_> = (0..CLIENTS).map(client).collect();
    for client in clients {
        client.await?.map_err(|error| error.to_string())?;
    }
    Ok(begun.elapsed().as_secs_f64() * 1e6 / REQUESTS as f64)
}

/// The share of one client, from its `first` token on: each request waits for the answer to the one before.
async fn ask(at: SocketAddr, tokens: Arc<[String]>, first: usize, requests: usize) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(at).await?;
    let mut answer = Vec::with_capacity(4096);
    for next in first..first + requests {
        let token = &tokens[next % tokens.len()];
        let request =
            format!("GET /v1/customers HTTP/1.1\r\nHost: api.localhost\r\nAuthorization: Bearer {token}\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        answer.clear();
        while !answer.ends_with(b"passed\n") {
            if stream.read_buf(&mut answer).await? == 0 || answer.starts_with(b"HTTP/1.1 4") {
                return Err(std::io::Error::other(String::from_utf8_lossy(&answer).into_owned()));
            }
        }
    }
    Ok(())
}

/// A handler that does the least: checks the token if it has a key, and says 204.
fn bare(key: Option<DecodingKey>) -> Result<SocketAddr> {
    let socket = TcpListener::bind("127.0.0.1:0")?;
    let address = socket.local_addr()?;
    let key = web::Data::new(key);
    let app = move || App::new().app_data(key.clone()).route("/check", web::to(answer));
    tokio::spawn(HttpServer::new(app).workers(2).disable_signals().listen(socket)?.run());
    Ok(address)
}

async fn answer(key: web::Data<Option<DecodingKey>>, request: HttpRequest) -> HttpResponse {
    let Some(key) = key.as_ref() else { return HttpResponse::NoContent().finish() };
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_audience(&[AUDIENCE]);
    let token = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let genuine = token.is_some_and(|token| jsonwebtoken::decode::<Value>(token, key, &validation).is_ok());
    if genuine { HttpResponse::NoContent().finish() } else { HttpResponse::Unauthorized().finish() }
}

/// An identity provider with one key.
async fn publish(idp: &MockServer, key: &EncodingKey) -> Result<Jwk> {
    let jwk = Jwk::from_encoding_key(key, Algorithm::ES256)?;
    let mut published = serde_json::to_value(&jwk)?;
    published["kid"] = json!("one");
    let at = idp.uri();
    let metadata = json!({"issuer": format!("{at}/{{tenantid}}"), "authorization_endpoint": format!("{at}/authorize"),
        "token_endpoint": format!("{at}/token"), "jwks_uri": format!("{at}/keys")});
    for (place, document) in [("/metadata", metadata), ("/keys", json!({"keys": [published]}))] {
        Mock::given(path(place)).respond_with(ResponseTemplate::new(200).set_body_json(document)).mount(idp).await;
    }
    Ok(jwk)
}

fn token(idp: &MockServer, key: &EncodingKey, number: usize) -> Result<String> {
    let now = system_clock()().timestamp();
    let claims = json!({"iss": format!("{}/{TENANT}", idp.uri()), "tid": TENANT, "oid": TENANT, "sub": number.to_string(),
        "aud": AUDIENCE, "iat": now, "exp": now + 7200, "amr": ["pwd", "mfa"], "scp": "all"});
    let header = Header { kid: Some("one".to_owned()), ..Header::new(Algorithm::ES256) };
    Ok(jsonwebtoken::encode(&header, &claims, key)?)
}

fn configuration(idp: &MockServer, folder: &Path) -> Result<String> {
    let (idp, dir) = (idp.uri(), folder.display());
    std::fs::write(folder.join("secret"), "hush")?;
    Ok(format!(
        r#"
state_dir = "{dir}"
desk = "https://desk.example/stopped"
[feed]
url = "{idp}"
poll_seconds = 300
client = {{ token_url = "{idp}/token", client_id = "feed", client_secret_file = "{dir}/secret" }}
[[issuers]]
issuer = "{idp}/{{tid}}"
metadata_url = "{idp}/metadata"
client_id = "gate"
audiences = ["{AUDIENCE}"]
[[listeners]]
bind = "127.0.0.1:0"
proxy = "nginx"
[[routes]]
host = "api.localhost"
path = "/v1"
surface = "partner_api"
"#
    ))
}

/// One nginx with a server for each of these gates; gives their addresses.
async fn nginx(folder: &Path, gates: [SocketAddr; 3]) -> Result<(Running, [SocketAddr; 3])> {
    let files = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../deploy/nginx");
    std::fs::create_dir(folder.join("mfa-gate"))?;
    for name in ["question.conf", "protect.conf"] {
        std::fs::copy(files.join(name), folder.join("mfa-gate").join(name))?;
    }
    std::fs::write(folder.join("site"), "passed\n")?;
    let mut addresses = gates;
    let mut servers = String::new();
    for (number, (gate, own)) in gates.iter().zip(&mut addresses).enumerate() {
        *own = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let file = format!("mfa-gate/server{number}.conf");
        let server =
            std::fs::read_to_string(files.join("server.conf"))?.replace("//mfa_gate", &format!("//gate{number}"));
        std::fs::write(folder.join(&file), server)?;
        servers += &format!(
            "upstream gate{number} {{ server {gate}; keepalive 32; }}\nserver {{\nlisten {own};\nkeepalive_requests 1000000;\n\
             large_client_header_buffers 4 32k;\ninclude {file};\nlocation / {{\ninclude mfa-gate/protect.conf;\n\
             root .;\ntry_files /site =404;\n}}\n}}\n"
        );
    }
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|what| format!("{what}_temp_path temp;"));
    let text = format!(
        "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr error;\nevents {{}}\nhttp {{\naccess_log off;\n{}\n\
         {servers}}}\n",
        temporary.join("\n")
    );
    std::fs::write(folder.join("nginx.conf"), text)?;
    let programs = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"].map(Path::new);
    let program = programs.into_iter().find(|path| path.exists()).ok_or("nginx is needed: `apt-get install nginx`")?;
    let mut command = Command::new(program);
    command.arg("-p").arg(folder).args(["-c", "nginx.conf", "-e", "stderr"]).stdin(Stdio::null()).stdout(Stdio::null());
    let running = Running(command.spawn()?);
    for _ in 0..200 {
        if TcpStream::connect(addresses[2]).await.is_ok() {
            return Ok((running, addresses));
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    Err("nginx did not start".into())
}

/// A program that ends with this value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A folder of this benchmark's own, which goes with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("mfa-gate-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
