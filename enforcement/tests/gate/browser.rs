//! People with a browser: signing in, being stopped, the two ways out, signing out.

use crate::http::{Request, Response};
use crate::world::{EXCEPTION, Listener, OTHER_USER, PORTAL, TENANT, World};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use url::Url;

/// A browser that keeps cookies.
struct Browser<'a> {
    world: &'a World,
    cookies: BTreeMap<String, String>,
}

impl<'a> Browser<'a> {
    fn new(world: &'a World) -> Self {
        Self { world, cookies: BTreeMap::new() }
    }

    fn with_cookies(&self, request: Request) -> Request {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if cookies.is_empty() { request } else { request.header("Cookie", &cookies.join("; ")) }
    }

    fn keep(&mut self, answer: &Response) {
        for cookie in answer.cookies().split("; ").filter(|cookie| !cookie.is_empty()) {
            let (name, value) = cookie.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Opens a page of the protected site.
    async fn open(&self, path: &str) -> Response {
        self.world.ask_as_client(&self.with_cookies(self.world.question("GET", PORTAL, path))).await
    }

    /// Opens one of the gate's own pages through the proxy.
    async fn visit(&mut self, method: &str, target: &str) -> Response {
        let request = Request::new(method, target)
            .header("Host", "gate")
            .header("X-Forwarded-Host", PORTAL)
            .header("X-Forwarded-Proto", "http");
        let answer = self.with_cookies(request).send(self.world.address(Listener::Nginx)).await;
        self.keep(&answer);
        answer
    }

    /// Begins a sign-in at `target`, and gives what the provider is asked.
    async fn begin(&mut self, target: &str) -> HashMap<String, String> {
        let answer = self.visit("GET", target).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        let asked = Url::parse(answer.header("location").unwrap()).unwrap();
        assert_eq!(asked.path(), "/authorize");
        asked.query_pairs().into_owned().collect()
    }

    /// Comes back from the provider as somebody whose ID token has `changes`.
    async fn come_back(&mut self, asked: &HashMap<String, String>, changes: Value) -> Response {
        self.world.answer_code(&asked["nonce"], changes);
        self.visit("GET", &format!("/.mfa-gate/callback?code=c&state={}", asked["state"])).await
    }

    async fn sign_in(&mut self, changes: Value) {
        let asked = self.begin("/.mfa-gate/sign-in?to=%2Fcustomers").await;
        let back = self.come_back(&asked, changes).await;
        assert_eq!(back.header("location"), Some("http://portal.localhost:8080/customers"), "{back:?}");
    }
}

#[tokio::test]
async fn a_stranger_is_sent_to_sign_in_and_comes_back_to_the_wanted_page() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let answer = browser.open("/customers/7?tab=users").await;
    assert_eq!(answer.status, 302);
    let sign_in = answer.header("location").unwrap();
    assert_eq!(sign_in, "http://portal.localhost:8080/.mfa-gate/sign-in?to=%2Fcustomers%2F7%3Ftab%3Dusers");

    let asked = browser.begin(sign_in.strip_prefix("http://portal.localhost:8080").unwrap()).await;
    assert_eq!(asked["redirect_uri"], "http://portal.localhost:8080/.mfa-gate/callback");
    let back = browser.come_back(&asked, json!({"amr": ["pwd", "mfa"]})).await;
    assert_eq!(
        (back.status, back.header("location")),
        (303, Some("http://portal.localhost:8080/customers/7?tab=users"))
    );
    let cookie = back.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{cookie}");

    let answer = browser.open("/customers/7?tab=users").await;
    assert_eq!((answer.status, answer.header("x-mfa-decision")), (204, Some("mfa_verified")));
}

#[tokio::test]
async fn who_signed_in_without_mfa_is_shown_the_two_ways_out() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    browser.sign_in(json!({})).await;
    let answer = browser.open("/customers").await;
    let stopped = "http://portal.localhost:8080/.mfa-gate/stopped?to=%2Fcustomers";
    assert_eq!((answer.status, answer.header("location")), (302, Some(stopped)));

    let page = browser.visit("GET", "/.mfa-gate/stopped?to=%2Fcustomers").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Verify now") && page.body.contains("We cannot, technically"));
    assert!(page.body.contains(r#"<html lang="en">"#) && !page.body.contains("<script"));
    assert!(
        page.body.contains(&format!("https://desk.example/stopped?tenant={TENANT}&#38;surface=dashboard&#38;at=2026")),
        "{}",
        page.body
    );
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");

    // "Verify now" asks for MFA, and afterwards the wanted page opens.
    let asked = browser.begin("/.mfa-gate/sign-in?to=%2Fcustomers&verify=true").await;
    assert_eq!(asked["acr_values"], "mfa");
    let back = browser.come_back(&asked, json!({"amr": ["pwd", "mfa"]})).await;
    assert_eq!(back.header("location"), Some("http://portal.localhost:8080/customers"));
    assert_eq!(browser.open("/customers").await.status, 204);
}

#[tokio::test]
async fn the_page_speaks_japanese_and_fits_the_account() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    browser.sign_in(json!({"identity": "managed", "mfa_registered": false})).await;
    let request = Request::get("/.mfa-gate/stopped?to=%2Fcustomers")
        .header("Host", "gate")
        .header("X-Forwarded-Host", PORTAL)
        .header("X-Forwarded-Proto", "http")
        .header("Accept-Language", "ja");
    let page = browser.with_cookies(request).send(world.address(Listener::Nginx)).await;
    for words in [
        r#"<html lang="ja">"#,
        "今すぐ確認",
        "技術的な理由で確認できない",
        "多要素認証の登録と本人確認を行うと",
        "パートナー ダッシュボード",
        "2026年11月22日(日) 10:00(UTC)",
    ] {
        assert!(page.body.contains(words), "{words}");
    }
}

#[tokio::test]
async fn an_exception_lets_its_user_in_without_mfa() {
    let world = World::with_rule(&["dashboard"]).await;
    let mut browser = Browser::new(&world);
    browser.sign_in(json!({})).await;
    let answer = browser.open("/customers").await;
    assert_eq!((answer.status, answer.header("x-mfa-exception")), (204, Some(EXCEPTION.to_string().as_str())));
    let mut other = Browser::new(&world);
    other.sign_in(json!({"oid": OTHER_USER})).await;
    assert_eq!(other.open("/customers").await.status, 302);
}

#[tokio::test]
async fn open_pages_need_no_sign_in() {
    let world = World::start().await;
    let browser = Browser::new(&world);
    for path in ["/help/a", "/shell"] {
        let answer = browser.open(path).await;
        assert_eq!((answer.status, answer.header("x-mfa-decision")), (204, Some("not_protected")), "{path}");
    }
    assert_eq!(browser.open("/Help/a").await.status, 302, "an opening counts only as written");
}

#[tokio::test]
async fn a_session_ends_with_its_token() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    browser.sign_in(json!({"amr": ["mfa"], "exp": world.now().timestamp() + 60})).await;
    world.pass(TimeDelta::seconds(59));
    assert_eq!(browser.open("/customers").await.status, 204);
    world.pass(TimeDelta::seconds(1));
    let answer = browser.open("/customers").await;
    assert!(answer.header("location").unwrap().contains("/.mfa-gate/sign-in"), "{answer:?}");
}

#[tokio::test]
async fn signing_in_anew_ends_the_session_before() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    browser.sign_in(json!({"amr": ["mfa"]})).await;
    let before = browser.cookies.clone();
    browser.sign_in(json!({"amr": ["mfa"]})).await;
    assert_eq!(browser.open("/customers").await.status, 204);
    browser.cookies = before;
    assert_eq!(browser.open("/customers").await.status, 302);
}

#[tokio::test]
async fn a_form_that_was_sent_is_not_sent_again_by_signing_in() {
    let world = World::start().await;
    let answer = world.ask_as_client(&world.question("POST", PORTAL, "/customers/delete")).await;
    assert_eq!(answer.header("location"), Some("http://portal.localhost:8080/.mfa-gate/sign-in?to=%2F"));
}

#[tokio::test]
async fn a_sign_in_is_finished_only_by_the_browser_that_began_it() {
    let world = World::start().await;
    let (mut attacker, mut victim) = (Browser::new(&world), Browser::new(&world));
    let asked = attacker.begin("/.mfa-gate/sign-in").await;
    victim.begin("/.mfa-gate/sign-in").await;
    let answer = victim.come_back(&asked, json!({})).await;
    assert_eq!((answer.status, answer.cookies().as_str()), (400, ""));
    // Nor later by anybody: what was tried is spent.
    assert_eq!(attacker.come_back(&asked, json!({})).await.status, 400);
}

#[tokio::test]
async fn a_callback_works_once() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let asked = browser.begin("/.mfa-gate/sign-in").await;
    assert_eq!(browser.come_back(&asked, json!({})).await.status, 303);
    assert_eq!(browser.come_back(&asked, json!({})).await.status, 400);
}

#[tokio::test]
async fn signing_in_leads_to_no_other_site() {
    let world = World::start().await;
    for to in ["https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil.example", "%2F.mfa-gate%2Fsign-out"] {
        let mut browser = Browser::new(&world);
        let asked = browser.begin(&format!("/.mfa-gate/sign-in?to={to}")).await;
        let back = browser.come_back(&asked, json!({})).await;
        assert_eq!(back.header("location"), Some("http://portal.localhost:8080/"), "{to}");
    }
}

#[tokio::test]
async fn a_refusal_of_the_provider_leads_on_to_the_desk() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let asked = browser.begin("/.mfa-gate/sign-in?to=%2Fcustomers&verify=true").await;
    let answer =
        browser.visit("GET", &format!("/.mfa-gate/callback?error=access_denied&state={}", asked["state"])).await;
    assert_eq!((answer.status, answer.cookies().as_str()), (403, ""));
    assert!(
        answer.body.contains("https://desk.example/stopped") && answer.body.contains("Sign in again"),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn signing_out_ends_the_session_here_and_at_the_provider() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    browser.sign_in(json!({"amr": ["mfa"]})).await;
    let kept = browser.cookies.clone();
    assert!(browser.visit("GET", "/.mfa-gate/sign-out").await.body.contains(r#"<form method="post""#));
    assert_eq!(browser.open("/customers").await.status, 204, "asking is not doing");
    let answer = browser.visit("POST", "/.mfa-gate/sign-out").await;
    let there = Url::parse(answer.header("location").unwrap()).unwrap();
    assert_eq!(there.path(), "/logout");
    assert!(there.query_pairs().any(|(name, _)| name == "id_token_hint"));
    // Also for who kept the cookie.
    browser.cookies = kept;
    assert_eq!(browser.open("/customers").await.status, 302);
}

#[tokio::test]
async fn over_plain_http_away_from_this_machine_nobody_signs_in() {
    let world = World::start().await;
    let request = |host: &str, scheme: &str| {
        Request::get("/.mfa-gate/sign-in")
            .header("Host", "gate")
            .header("X-Forwarded-Host", host)
            .header("X-Forwarded-Proto", scheme)
    };
    let at = world.address(Listener::Nginx);
    assert_eq!(request("elsewhere.example", "https").send(at).await.status, 404, "no route names this host");
    let insecure = request("site.example", "http").send(at).await;
    assert!(insecure.status == 400 && insecure.body.contains("needs a secure (https) connection"), "{insecure:?}");
    assert_eq!(request("site.example", "https").send(at).await.status, 303);
    let https = request(PORTAL, "https").send(at).await;
    assert!(https.header("set-cookie").unwrap().starts_with("__Host-mfa-gate-sign-in="));
    assert!(https.header("set-cookie").unwrap().contains("; Secure"));
}

#[tokio::test]
async fn a_session_ends_with_the_belief_in_its_issuer() {
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    browser.sign_in(json!({"amr": ["pwd", "mfa"]})).await;
    assert_eq!(browser.open("/customers").await.status, 204);
    let other = world.config_text().replace("/{tid}/v2.0", "/{tid}/v3.0");
    world.gate.as_ref().unwrap().reload(mfa_enforcement::gate::Config::parse(&other)).unwrap();
    assert_eq!(browser.open("/customers").await.status, 302);
}
