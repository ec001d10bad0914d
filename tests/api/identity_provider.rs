//! Certified OpenID providers (oidc-provider) with which a desk's people sign in, and what a browser does there.

use crate::app::{NOW, TestApp};
use crate::browser::{Browser, location};
use chrono::{DateTime, TimeDelta, Utc};
use exception_desk::config::Config;
use exception_desk_demo::people;
use relying_party::{IssuerConfig, Secret};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use url::Url;
use uuid::Uuid;

const CLIENT: &str = "desk";
const SECRET: &str = "a-secret-of-the-test-long-enough-for-HMAC";

/// A provider that speaks for one tenant; ends with the test.
pub struct Provider {
    process: Child,
    /// Kept open: it may have more to say.
    _said: BufReader<ChildStdout>,
    /// Its issuer, and where it is.
    pub base: String,
    tenant: Uuid,
}

impl Provider {
    /// One at `host`, whose client is the desk of `config`.
    fn start(host: &str, tenant: Uuid, algorithm: &str, config: &Config) -> Self {
        let at_the_desk = |path| config.server.public_url.join(path).unwrap();
        let now: DateTime<Utc> = NOW.parse().unwrap();
        let told = json!({
            "host": host, "algorithm": algorithm, "now": now.timestamp_millis(),
            "client": {
                "client_id": CLIENT, "client_secret": SECRET,
                "redirect_uris": [at_the_desk("/sign-in/callback")],
                "post_logout_redirect_uris": [at_the_desk("/signed-out")],
            },
        });
        let node = std::env::var_os("EXCEPTION_DESK_NODE")
            .expect("`EXCEPTION_DESK_NODE` is not set: run `cargo xtask test`, which finds it");
        let mut process = Command::new(node)
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stand_ins/oidc-provider.mjs"))
            .arg(told.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        let listening: Value = serde_json::from_str(&line).expect("the provider listens");
        Self { process, _said: said, base: format!("http://{host}:{}", listening["port"]), tenant }
    }

    fn config(&self) -> IssuerConfig {
        IssuerConfig {
            issuer: self.base.clone(),
            tenant: Some(self.tenant),
            metadata_url: None,
            client_id: CLIENT.to_owned(),
            client_secret: Some(Secret::new(SECRET)),
            client_secret_file: None,
            audiences: Vec::new(),
            scopes: ["openid", "profile"].map(str::to_owned).to_vec(),
        }
    }

    /// Ends it.
    pub fn stop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A desk with two providers: that of its staff, which it asks first, and a partner's.
pub struct Stage {
    pub app: TestApp,
    pub staff: Provider,
    pub partners: Provider,
}

impl Stage {
    pub async fn set() -> Self {
        let mut providers = None;
        let app = TestApp::start_with(|config| {
            let staff = Provider::start("login.operations.localhost", people::OPERATIONS.id, "ES256", config);
            let partners = Provider::start("login.tailspin.localhost", people::TAILSPIN.id, "RS256", config);
            config.identity.issuers = vec![staff.config(), partners.config()];
            providers = Some((staff, partners));
        })
        .await;
        let (staff, partners) = providers.unwrap();
        Self { app, staff, partners }
    }

    /// Tells `provider` something (see `oidc-provider.mjs`); its answer.
    pub async fn tell(&self, provider: &Provider, wish: &Value) -> Value {
        let answer = self.app.http.post(format!("{}/control", provider.base)).json(wish).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// How many codes `provider` was asked to exchange.
    pub async fn exchanges(&self, provider: &Provider) -> u64 {
        self.tell(provider, &json!({})).await["exchanges"].as_u64().unwrap()
    }

    /// Turns every clock forward.
    pub async fn wait(&self, time: TimeDelta) {
        let now = self.app.wait(time).timestamp_millis();
        for provider in [&self.staff, &self.partners] {
            self.tell(provider, &json!({ "now": now })).await;
        }
    }

    /// What the desk asks of a provider when `browser` begins a sign-in with `query`.
    pub async fn asked(&self, browser: &mut Browser<'_>, query: &str) -> Url {
        let begun = browser.get(&format!("{}/sign-in?{query}", self.app.base)).await;
        assert_eq!(begun.status(), 303);
        location(&begun, &self.app.base).unwrap().parse().unwrap()
    }

    /// The provider's page to which `asked` leads, and what it says.
    pub async fn page(&self, browser: &mut Browser<'_>, asked: &Url) -> (String, Value) {
        let (page, answer) = browser.follow(asked.to_string()).await;
        assert!(page.contains("/interaction/"), "{page}: {}", answer.text().await.unwrap());
        (page, answer.json().await.unwrap())
    }

    /// The ID token for which `provider` takes the code that `back` brings, from somebody who has the desk's secret there.
    pub async fn exchanged(&self, provider: &Provider, back: &str, verifier: &str) -> String {
        let back: Url = back.parse().unwrap();
        let code = back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
        let redirect_uri = format!("{}/sign-in/callback", self.app.base);
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", &redirect_uri),
            ("code_verifier", verifier),
        ];
        let request = self.app.http.post(format!("{}/token", provider.base)).basic_auth(CLIENT, Some(SECRET));
        let answer: Value = request.form(&form).send().await.unwrap().json().await.unwrap();
        answer["id_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// The address of the desk to which the provider sends `browser` once `who` has answered its `page`; not opened yet.
    pub async fn answered(&self, browser: &mut Browser<'_>, page: &str, who: &Value) -> String {
        let mut at = page.to_owned();
        let mut answer = browser.send(Method::POST, &at, Some(&[("who", &who.to_string())])).await;
        for _ in 0..8 {
            match location(&answer, &at) {
                Some(next) if next.starts_with(&self.app.base) => return next,
                Some(next) => {
                    at = next;
                    answer = browser.get(&at).await;
                }
                // Somebody else was signed in there: that session is ended first.
                None => (at, answer) = press(browser, &at, answer).await,
            }
        }
        panic!("the provider never sends the browser back, last to {at}");
    }

    /// The whole way from the desk's `/sign-in?query` to the address that brings the answer; not opened yet.
    pub async fn on_the_way_back(&self, browser: &mut Browser<'_>, query: &str, who: &Value) -> String {
        let asked = self.asked(browser, query).await;
        let (page, _) = self.page(browser, &asked).await;
        self.answered(browser, &page, who).await
    }

    /// The whole way, and the page at its end.
    pub async fn sign_in(&self, browser: &mut Browser<'_>, query: &str, who: &Value) -> (String, Response) {
        let back = self.on_the_way_back(browser, query, who).await;
        browser.follow(back).await
    }

    /// Opens `back`, which must sign nobody in: the reader is told so, and shown the way to start again.
    pub async fn assert_refused(&self, browser: &mut Browser<'_>, back: &str, what: &str) {
        let answer = browser.get(back).await;
        assert_eq!(answer.status(), 400, "{what}");
        let page = answer.text().await.unwrap();
        assert!(page.contains("href=\"/sign-in\""), "{what}: {page}");
        assert!(!is_signed_in(browser).await, "{what}");
    }
}

/// Whether the desk's pages know somebody in `browser`.
pub async fn is_signed_in(browser: &mut Browser<'_>) -> bool {
    browser.open("/help").await.1.contains("/sign-out")
}

/// Presses the button of the one form on a provider's page, as its script would; the form's address, and the answer.
pub async fn press(browser: &mut Browser<'_>, at: &str, page: Response) -> (String, Response) {
    let html = page.text().await.unwrap();
    let attribute = |tag: &str, name: &str| {
        let value = tag.split(&format!("{name}=\"")).nth(1).unwrap_or_else(|| panic!("no `{name}` in {html}"));
        value.split('"').next().unwrap().to_owned()
    };
    let action = Url::parse(at).unwrap().join(&attribute(&html, "action")).unwrap().to_string();
    let inputs = html.split("<input").skip(1).filter(|input| input.contains("value="));
    let mut fields: Vec<_> = inputs.map(|input| (attribute(input, "name"), attribute(input, "value"))).collect();
    if !fields.iter().any(|(name, _)| name == "logout") {
        fields.push(("logout".to_owned(), "yes".to_owned()));
    }
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = browser.send(Method::POST, &action, Some(&fields)).await;
    (action, answer)
}

/// What the provider is to say of the example person `persona`, who has shown who they are by `amr`.
pub fn person(persona: &str, amr: &[&str]) -> Value {
    let person = people::persona(persona).unwrap();
    let acr = if amr.contains(&"mfa") { "mfa" } else { "pwd" };
    json!({
        "sub": persona, "oid": person.object_id, "name": person.name, "roles": person.roles, "amr": amr, "acr": acr
    })
}
