//! Mails on their way: against a real mail server that refuses, hangs, drops and lies as it is told to.

use crate::actors::{more_time, other, text, third_party};
use crate::app::TestApp;
use crate::openapi::python;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use exception_desk::config::{Config, Mail, MailTls};
use exception_desk::locale::Lang;
use serde_json::{Value, json};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

/// How long is waited for what must happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// A real counterpart that a script plays, such as a mail server; ends with the test.
pub struct Peer {
    _child: Child,
    events: UnboundedReceiver<Value>,
    pub port: u16,
}

impl Peer {
    /// A mail server that behaves as `told` (see `mail.py`).
    pub async fn start(told: &Value) -> Self {
        Self::playing("mail.py", told).await
    }

    /// What `script` plays when it is `told` how.
    pub async fn playing(script: &str, told: &Value) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api").join(script);
        let mut child = Command::new(python())
            .arg("-B")
            .arg(script)
            .arg(told.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Read at once, or a full pipe would stop the server.
        let (told, events) = unbounded_channel();
        actix_web::rt::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let _ = told.send(serde_json::from_str(&line).unwrap());
            }
        });
        let mut peer = Self { _child: child, events, port: 0 };
        let listening = peer.next().await;
        peer.port = u16::try_from(listening["port"].as_u64().unwrap()).unwrap();
        peer
    }

    /// What happens next there.
    pub async fn next(&mut self) -> Value {
        let event = timeout(PATIENCE, self.events.recv()).await.expect("something happens there");
        event.expect("it runs")
    }

    /// The next mail that it was given.
    pub async fn mail(&mut self) -> Taken {
        loop {
            let event = self.next().await;
            if event["event"] == "mail" {
                return Taken::new(&event);
            }
        }
    }
}

/// A mail as the server got it.
#[derive(Debug)]
pub struct Taken {
    pub to: String,
    pub action: String,
    pub event: Value,
    pub raw: String,
}

impl Taken {
    fn new(event: &Value) -> Self {
        Self {
            to: text(&event["to"][0]).to_owned(),
            action: text(&event["action"]).to_owned(),
            raw: String::from_utf8(STANDARD.decode(text(&event["message"])).unwrap()).unwrap(),
            event: event.clone(),
        }
    }

    fn headers(&self) -> &str {
        self.raw.split_once("\r\n\r\n").unwrap().0
    }

    /// A header's value, its lines put together.
    pub fn header(&self, name: &str) -> String {
        let unfolded = self.headers().replace("\r\n ", " ");
        let start = format!("{name}: ");
        let found: Vec<_> = unfolded.lines().filter_map(|line| line.strip_prefix(&start)).collect();
        assert_eq!(found.len(), 1, "{name} once in {unfolded}");
        found[0].to_owned()
    }
}

/// The desk's settings for a server on `port` of this machine.
pub fn over(port: u16) -> impl FnOnce(&mut Config) {
    move |config| {
        config.branding.sender_address = Some("desk@operator.example".to_owned());
        config.mail = Some(Mail {
            server: "127.0.0.1".to_owned(),
            port: Some(port),
            tls: MailTls::None,
            ca_file: None,
            username: None,
            password_file: None,
            leads_address: "leads@operator.example".to_owned(),
            staff_language: Lang::En,
            timeout_seconds: 3,
        });
    }
}

/// A request that is denied at once, for the contact `name`.
pub fn denied_for(name: &str) -> Value {
    let mut request = more_time();
    request["contact"]["email"] = json!(format!("{name}@tailspin.example"));
    request
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Waits until `condition` holds for every row of the outbox; what compares with nothing (`NULL`) does not hold.
pub async fn until(owner: &mut PgConnection, condition: &str) {
    let statement = format!("SELECT coalesce(bool_and(({condition}) IS TRUE), false) FROM outbox");
    let holds = async {
        while !sqlx::query_scalar::<_, bool>(sqlx::AssertSqlSafe(statement.clone()))
            .fetch_one(&mut *owner)
            .await
            .unwrap()
        {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    if timeout(PATIENCE, holds).await.is_err() {
        let rows: Vec<(Value,)> =
            sqlx::query_as("SELECT to_jsonb(outbox) - 'data' FROM outbox").fetch_all(owner).await.unwrap();
        panic!("never came true: {condition}: {rows:#?}");
    }
}

#[actix_web::test]
async fn nothing_is_lost_and_the_queue_moves_on_whatever_the_server_does() {
    let port = free_port();
    let app = TestApp::start_with(over(port)).await;
    let mut owner = app.owner().await;
    let admin = app.actor("tailspin-global-admin");
    let plans = json!({
        "later": ["451", "450", "ok"], "busy": ["421", "ok"], "never": ["550"], "hangs": ["hang", "ok"], "drops": ["drop", "ok"],
        "slow": ["slow"], "fine": ["ok"],
    });
    for name in ["later", "busy", "never", "unknown", "hangs", "drops", "slow", "fine"] {
        admin.file(&denied_for(name)).await.expect(201);
    }
    // Refused: nobody listens yet, and every mail waits.
    until(&mut owner, "attempts > 0 AND last_error = 'connection_failed' AND dead_at IS NULL AND sent_at IS NULL")
        .await;

    let mut peer = Peer::start(&json!({ "port": port, "plans": plans })).await;
    until(&mut owner, "sent_at IS NOT NULL OR dead_at IS NOT NULL").await;
    let dead: Vec<(String, i64)> =
        sqlx::query_as("SELECT last_error, count(*) FROM outbox WHERE dead_at IS NOT NULL GROUP BY last_error")
            .fetch_all(&mut owner)
            .await
            .unwrap();
    assert_eq!(dead, [("smtp_550".to_owned(), 2)], "refused at RCPT, and at DATA");

    let mut taken: BTreeMap<String, Vec<Taken>> = BTreeMap::new();
    while taken.values().flatten().filter(|mail| matches!(mail.action.as_str(), "ok" | "slow")).count() < 6 {
        let mail = peer.mail().await;
        taken.entry(mail.to.split('@').next().unwrap().to_owned()).or_default().push(mail);
    }
    let attempts = taken.iter().map(|(name, mails)| (name.as_str(), mails.len())).collect::<Vec<_>>();
    let expected = [("busy", 2), ("drops", 2), ("fine", 1), ("hangs", 2), ("later", 3), ("never", 1), ("slow", 1)];
    assert_eq!(attempts, expected);
    // What the protocol cannot tell apart comes twice, and is one mail to a reader's program.
    for (name, mails) in &taken {
        let ids: BTreeSet<_> = mails.iter().map(|mail| mail.header("Message-ID")).collect();
        assert_eq!(ids.len(), 1, "{name}");
    }
    let ids: BTreeSet<_> = taken.values().map(|mails| mails[0].header("Message-ID")).collect();
    assert_eq!(ids.len(), taken.len());
}

#[actix_web::test]
async fn two_desks_send_each_mail_once() {
    let mut peer = Peer::start(&json!({})).await;
    let app = TestApp::start_with(over(peer.port)).await;
    let mut owner = app.owner().await;
    let _another = app.another_desk();
    let admin = app.actor("tailspin-global-admin");
    for number in 0..30 {
        admin.file(&denied_for(&format!("reader-{number}"))).await.expect(201);
    }
    until(&mut owner, "sent_at IS NOT NULL").await;
    let mut readers = BTreeSet::new();
    for _ in 0..30 {
        readers.insert(peer.mail().await.to);
    }
    assert_eq!(readers.len(), 30);
    let nothing_more = timeout(Duration::from_secs(3), peer.mail()).await;
    assert!(nothing_more.is_err(), "{nothing_more:?}");
}

#[actix_web::test]
async fn mails_are_threaded_by_request_and_say_what_they_are() {
    let mut peer = Peer::start(&json!({})).await;
    let app = TestApp::start_with(over(peer.port)).await;
    let granted = app.actor("tailspin-global-admin").file(&third_party()).await.expect(201).json();
    let mails = [peer.mail().await, peer.mail().await];
    let thread = format!("<{}.request@desk.localhost>", text(&granted["id"]));
    for mail in &mails {
        assert_eq!((mail.header("In-Reply-To"), mail.header("References")), (thread.clone(), thread.clone()));
        assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
        assert_eq!(mail.header("Content-Language"), "ja");
        assert_eq!(mail.header("Date"), "Tue, 24 Nov 2026 01:00:00 +0000");
        assert!(mail.header("From").ends_with("<desk@operator.example>"), "{}", mail.raw);
        assert!(mail.raw.contains("multipart/alternative"), "{}", mail.raw);
    }
    assert_ne!(mails[0].to, mails[1].to);
    assert_ne!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
}

#[actix_web::test]
async fn what_people_wrote_never_reaches_a_header() {
    let mut peer = Peer::start(&json!({})).await;
    let app = TestApp::start_with(over(peer.port)).await;
    let turned = "Evil =?utf-8?q?evil?= Bcc: v@evil.example \u{202E}live\u{2066}";
    let broken = format!("Evil\r\nBcc: victim@evil.example\r\n\r\n{turned}");
    let mut owner = app.owner().await;
    sqlx::query("UPDATE partners SET name = $1").bind(&broken).execute(&mut owner).await.unwrap();
    let admin = app.actor("tailspin-global-admin");
    for mut request in [third_party(), other(), more_time()] {
        request["description"] = json!(format!("{}\r\n{broken}", text(&request["description"])));
        for line in [broken.as_str(), turned] {
            for place in ["/title", "/contact/name", "/contact/phone"] {
                *request.pointer_mut(place).unwrap() = json!(line);
            }
            admin.file(&request).await;
        }
    }
    for address in ["a@tailspin.example\r\nBcc: victim@evil.example", "a@tailspin.example, victim@evil.example"] {
        let mut request = more_time();
        request["contact"]["email"] = json!(address);
        admin.file(&request).await.expect(422);
    }
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox").fetch_one(&mut owner).await.unwrap();
    assert!(rows >= 3, "{rows}");
    let allowed: BTreeSet<_> = [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "Content-Language",
        "MIME-Version",
        "Content-Type",
        "X-Peer",
        "X-MailFrom",
        "X-RcptTo",
    ]
    .into();
    for _ in 0..rows {
        let mail = peer.mail().await;
        let headers = mail.headers();
        for line in headers.lines().filter(|line| !line.starts_with([' ', '\t'])) {
            let (name, _) = line.split_once(':').unwrap();
            assert!(allowed.contains(name), "{line}");
        }
        assert!(headers.is_ascii(), "{headers}");
        for trace in ["vil", "victim", "live"] {
            assert!(!headers.contains(trace), "{headers}");
        }
    }
}

pub fn tls_settings(tls: MailTls, folder: &Path, port: u16, password: &str) -> impl FnOnce(&mut Config) {
    let password_file = folder.join("password");
    std::fs::write(&password_file, format!("{password}\n")).unwrap();
    let ca_file = folder.join("ca.pem");
    move |config| {
        over(port)(config);
        let mail = config.mail.as_mut().unwrap();
        mail.server = "localhost".to_owned();
        (mail.tls, mail.ca_file) = (tls, Some(ca_file));
        // A slow machine's disk is no fault of the server's: a mail that is told twice would be delivered twice.
        mail.timeout_seconds = 30;
        (mail.username, mail.password_file) = (Some("desk".to_owned()), Some(password_file));
    }
}

pub fn folder() -> std::path::PathBuf {
    let unique = u64::from_le_bytes(exception_desk::clock::secret_bytes());
    let folder = std::env::temp_dir().join(format!("desk-mail-{unique:x}"));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[actix_web::test]
async fn the_desk_signs_in_over_tls_alone() {
    for (tls, name) in [(MailTls::Starttls, "starttls"), (MailTls::Tls, "tls")] {
        let folder = folder();
        let told = json!({ "tls": name, "folder": folder, "certificate_for": "localhost", "login": ["desk", "right"] });
        let mut peer = Peer::start(&told).await;
        let app = TestApp::start_with(tls_settings(tls, &folder, peer.port, "right")).await;
        app.actor("tailspin-global-admin").file(&denied_for("fine")).await.expect(201);
        let mail = peer.mail().await;
        assert_eq!(mail.event["login"], true, "{name}");
        std::fs::remove_dir_all(folder).unwrap();
    }
}

#[actix_web::test]
async fn a_server_that_is_not_who_it_says_or_refuses_the_desk_gets_no_mail_and_kills_none() {
    let cases = [("elsewhere.example", "right", "tls_failed"), ("localhost", "wrong", "smtp_535")];
    for (certificate_for, password, code) in cases {
        let folder = folder();
        let told = json!({ "tls": "starttls", "folder": folder, "certificate_for": certificate_for, "login": ["desk", "right"] });
        let peer = Peer::start(&told).await;
        let app = TestApp::start_with(tls_settings(MailTls::Starttls, &folder, peer.port, password)).await;
        let mut owner = app.owner().await;
        app.actor("tailspin-global-admin").file(&denied_for("fine")).await.expect(201);
        until(&mut owner, &format!("attempts > 1 AND last_error = '{code}' AND sent_at IS NULL AND dead_at IS NULL"))
            .await;
        std::fs::remove_dir_all(folder).unwrap();
    }
}

/// A desk of its own process on the test's database, whose only work here is mail.
fn desk_process(app: &TestApp, folder: &Path, port: u16) -> Child {
    let config = folder.join("desk.toml");
    let keys = folder.display();
    let text = format!(
        "[server]\nbind = '127.0.0.1:0'\npublic_url = 'http://desk.localhost:1'\n\
         [identity]\noperator_tenants = ['00000000-0000-4000-8000-000000000001']\nsession_key_file = '{keys}/session'\n\
         [[identity.issuers]]\nissuer = 'https://login.example'\ntenant = '00000000-0000-4000-8000-000000000001'\n\
         client_id = 'desk'\naudiences = ['desk']\n[feed]\nsigning_key_file = '{keys}/feed.pem'\n\
         [branding]\nsender_address = 'desk@operator.example'\n\
         [mail]\nserver = '127.0.0.1'\nport = {port}\ntls = 'none'\nleads_address = 'leads@operator.example'\n"
    );
    std::fs::write(&config, text).unwrap();
    Command::new(env!("CARGO_BIN_EXE_exception-desk"))
        .arg("serve")
        .arg("--config")
        .arg(config)
        .env("DATABASE_URL", &app.owner_url)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

#[actix_web::test]
async fn a_desk_killed_between_the_servers_yes_and_its_own_mark_loses_nothing() {
    const KILLS: usize = 100;
    let app = TestApp::start().await;
    let mut owner = app.owner().await;
    let admin = app.actor("tailspin-global-admin");
    let (folder, mut peer) = (folder(), Peer::start(&json!({})).await);
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for number in 0..KILLS {
        admin.file(&denied_for(&format!("reader-{number}"))).await.expect(201);
        let mut desk = desk_process(&app, &folder, peer.port);
        let mail = peer.mail().await;
        // The server has said yes, or is about to; the desk may or may not have heard it.
        desk.kill().await.unwrap();
        *taken.entry(mail.header("Message-ID")).or_default() += 1;
        // Leases end by themselves within a minute; nobody waits for that a hundred times.
        sqlx::query("UPDATE outbox SET next_attempt_at = now() WHERE sent_at IS NULL")
            .execute(&mut owner)
            .await
            .unwrap();
    }
    let _desk = desk_process(&app, &folder, peer.port);
    until(&mut owner, "sent_at IS NOT NULL").await;
    while let Ok(mail) = timeout(Duration::from_secs(1), peer.mail()).await {
        *taken.entry(mail.header("Message-ID")).or_default() += 1;
    }
    assert_eq!(taken.len(), KILLS, "every mail was taken");
    let twice = taken.values().filter(|count| **count > 1).count();
    assert!(twice > 0, "no kill fell between yes and mark, so that nothing was tried");
    println!("{twice} of {KILLS} mails came more than once, each time with the same Message-ID");
    std::fs::remove_dir_all(folder).unwrap();
}
