//! The site, the real gate and the identity provider together, without a feed: what each example tenant meets.

use super::common::{Hands, Scratch, http, text_of};
use exception_desk_demo::idp::{Client, IdentityProvider, Settings};
use exception_desk_demo::{Running, gate_routes_toml, mint_token, portal};
use mfa_enforcement::gate::{Config, Gate};
use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::Arc;
use url::Url;

const AUDIENCE: &str = "api://portal";

/// Everything of the demonstration but the desk.
struct World {
    idp: IdentityProvider,
    portal: String,
    base: String,
    dir: Scratch,
    hands: Hands,
    _gate: Gate,
    _site: Running,
}

impl World {
    fn start() -> Self {
        let _ = http();
        let (dir, hands) = (Scratch::new(), Hands::new());
        let [login, gate, site] = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let at = |listener: &TcpListener| format!("http://{}", listener.local_addr().unwrap());
        let (base, gate_at, portal) = (at(&login), at(&gate), at(&site));
        let clock = hands.clone();
        let client = Client {
            id: "gate".into(),
            secret: "gate-secret".into(),
            redirect_uris: vec![format!("{portal}/.mfa-gate/callback")],
            post_logout_redirect_uris: vec![format!("{portal}/.mfa-gate/signed-out")],
            audiences: vec![AUDIENCE.into()],
            acts_as_feed: true,
        };
        let settings = Settings {
            base: base.clone(),
            data_dir: dir.0.join("idp"),
            clients: vec![client],
            clock: Arc::new(move || clock.now()),
        };
        let idp = IdentityProvider::start(login, settings).unwrap();
        std::fs::write(dir.0.join("secret"), "gate-secret").unwrap();
        let config = Config::parse(&gate_config(&dir.0.display().to_string(), &base)).unwrap();
        let clock = hands.clone();
        let gate = Gate::start_on(vec![gate], config, Arc::new(move || clock.now())).unwrap();
        let settings = portal::Settings {
            base: portal.clone(),
            gate: gate_at,
            desk: "http://127.0.0.1:9".into(),
            idp: base.clone(),
        };
        let site = portal::start(site, settings).unwrap();
        Self { idp, portal, base, dir, hands, _gate: gate, _site: site }
    }

    fn token(&self, persona: &str, mfa: Option<bool>) -> String {
        mint_token(&self.dir.0.join("idp"), persona, mfa, &self.base, AUDIENCE, self.hands.now()).unwrap()
    }
}

fn gate_config(dir: &str, base: &str) -> String {
    let routes = gate_routes_toml().replace(portal::routes::HOST, "127.0.0.1");
    format!(
        r#"
state_dir = "{dir}/gate"
desk = "http://127.0.0.1:9/stopped"
[feed]
url = "http://127.0.0.1:9"
[feed.client]
token_url = "{base}/organizations/oauth2/v2.0/token"
client_id = "gate"
client_secret_file = "{dir}/secret"
[[issuers]]
issuer = "{base}/{{tid}}/v2.0"
metadata_url = "{base}/organizations/v2.0/.well-known/openid-configuration"
client_id = "gate"
client_secret_file = "{dir}/secret"
audiences = ["{AUDIENCE}"]
[sign_in]
issuer = "{base}/{{tid}}/v2.0"
mfa_acr_values = ["mfa"]
[claims]
identity = "account_identity"
federated_idp_supports_mfa = "federated_idp_supports_mfa"
mfa_registered = "mfa_registered"
[[listeners]]
bind = "127.0.0.1:0"
proxy = "nginx"
{routes}"#
    )
}

/// A browser with a cookie jar for each server. (Real ones have one for each host name; here the ports tell them apart.)
#[derive(Default)]
struct Browser {
    jars: HashMap<String, HashMap<String, String>>,
    at: Option<Url>,
}

impl Browser {
    async fn get(&mut self, url: &str) -> (u16, String) {
        self.go(url, None).await
    }

    /// Posts to an address relative to where the browser is.
    async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> (u16, String) {
        let url = self.at.clone().unwrap().join(path).unwrap();
        self.go(url.as_str(), Some(form)).await
    }

    /// The address of the sign-in page that it is on.
    fn sign_in(&self, action: &str) -> String {
        let id = self.at.as_ref().unwrap().path().split('/').nth(2).unwrap().to_owned();
        format!("/sign-in/{id}/{action}")
    }

    async fn go(&mut self, url: &str, form: Option<&[(&str, &str)]>) -> (u16, String) {
        let mut url = Url::parse(url).unwrap();
        let mut form = form;
        for _ in 0..12 {
            let jar = self.jars.entry(url.authority().to_owned()).or_default();
            let cookies = jar.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
            let request = match form.take() {
                Some(form) => http().post(url.clone()).form(form),
                None => http().get(url.clone()),
            };
            let answer = request.header("Cookie", cookies).send().await.unwrap();
            for set in answer.headers().get_all("set-cookie") {
                let (name, value) = set.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
                jar.insert(name.to_owned(), value.to_owned());
            }
            self.at = Some(url.clone());
            match answer.headers().get("location") {
                Some(location) => url = url.join(location.to_str().unwrap()).unwrap(),
                None => return (answer.status().as_u16(), answer.text().await.unwrap()),
            }
        }
        panic!("too many redirects");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn contoso_passes_with_the_mfa_of_its_sign_in() {
    let world = World::start();
    let mut browser = Browser::default();
    browser.get(&format!("{}/customers", world.portal)).await;
    let choice = browser.sign_in("persona");
    let (status, page) = browser.post(&choice, &[("persona", "contoso-admin-agent")]).await;
    assert_eq!(status, 200, "{page}");
    assert_eq!(text_of(&page, "decision"), "mfa_verified");
}

#[tokio::test(flavor = "multi_thread")]
async fn fabrikam_is_challenged_registers_verifies_and_passes() {
    let world = World::start();
    let mut browser = Browser::default();
    browser.get(&format!("{}/admin", world.portal)).await;
    let choice = browser.sign_in("persona");
    let (_, stopped) = browser.post(&choice, &[("persona", "fabrikam-admin-agent")]).await;
    assert!(browser.at.as_ref().unwrap().path().starts_with("/.mfa-gate/stopped"), "{stopped}");
    let (_, register) = browser.get(&format!("{}/.mfa-gate/sign-in?to=/admin&verify=true", world.portal)).await;
    assert_eq!(text_of(&register, "secret").len(), 39, "{register}");
    let enter = browser.sign_in("code");
    let (status, page) = browser.post(&enter, &[("code", &text_of(&register, "current-code"))]).await;
    assert_eq!(status, 200, "{page}");
    assert_eq!(text_of(&page, "decision"), "mfa_verified");
    assert!(world.idp.current_code("fabrikam-admin-agent").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn tailspin_is_stopped_however_often_its_provider_is_asked() {
    let world = World::start();
    let mut browser = Browser::default();
    browser.get(&format!("{}/customers", world.portal)).await;
    let choice = browser.sign_in("persona");
    browser.post(&choice, &[("persona", "tailspin-admin-agent")]).await;
    let back = browser.sign_in("federated");
    browser.post(&back, &[]).await;
    for _ in 0..2 {
        assert!(browser.at.as_ref().unwrap().path().starts_with("/.mfa-gate/stopped"));
        browser.get(&format!("{}/.mfa-gate/sign-in?to=/customers&verify=true", world.portal)).await;
        let back = browser.sign_in("federated");
        browser.post(&back, &[]).await;
    }
    assert!(browser.at.as_ref().unwrap().path().starts_with("/.mfa-gate/stopped"));
    // What does not sign in to the customer's tenant stays open.
    let (status, page) = browser.get(&format!("{}/admin-links", world.portal)).await;
    assert_eq!((status, text_of(&page, "decision").as_str()), (200, "not_protected"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_answers_as_the_rules_say() {
    let world = World::start();
    let call = |token: Option<String>, path: &'static str| {
        let mut request = http().get(format!("{}{path}", world.portal)).header("ValidateMfa", "true");
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        async move { request.send().await.unwrap() }
    };
    let answer = call(Some(world.token("contoso-admin-agent", None)), "/v1/customers").await;
    assert_eq!((answer.status().as_u16(), &answer.headers()["ismfacompliant"]), (200, &"true".parse().unwrap()));
    let answer = call(Some(world.token("feed", None)), "/v1/customers").await;
    assert_eq!(answer.headers()["x-mfa-decision"], "app_only");

    let answer = call(Some(world.token("fabrikam-admin-agent", None)), "/v1/customers").await;
    let reason = answer.extensions().get::<hyper::ext::ReasonPhrase>().cloned().unwrap();
    assert_eq!((answer.status().as_u16(), reason.as_bytes()), (401, b"Unauthorized - MFA required".as_slice()));
    assert_eq!(answer.headers()["www-authenticate"], "Bearer error=\"invalid_token\"");
    assert_eq!(answer.headers()["ismfacompliant"], "false");
    assert_eq!(answer.json::<serde_json::Value>().await.unwrap()["reason"], "mfa_required");

    let challenges = [
        ("fabrikam-admin-agent", "register_then_verify"),
        ("tailspin-admin-agent", "redirect_to_federated_idp"),
        ("reviewer", "verify"),
    ];
    for (persona, challenge) in challenges {
        let path = "/delegated/v1/38025a8b-b9ba-4298-b7fb-2df9a8b5e73e/users";
        let answer = call(Some(world.token(persona, Some(false))), path).await;
        assert_eq!(answer.status(), 401);
        assert_eq!(answer.json::<serde_json::Value>().await.unwrap()["challenge"], challenge, "{persona}");
    }
    assert_eq!(call(None, "/v1/customers").await.status(), 401);
    assert_eq!(call(None, "//v1/customers").await.status(), 400);
    let late = world.token("contoso-admin-agent", None);
    world.hands.pass(chrono::TimeDelta::minutes(70));
    assert_eq!(call(Some(late), "/v1/customers").await.status(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_at_the_gate_signs_out_at_the_provider_too() {
    let world = World::start();
    let mut browser = Browser::default();
    let customers = format!("{}/customers", world.portal);
    browser.get(&customers).await;
    let choice = browser.sign_in("persona");
    browser.post(&choice, &[("persona", "contoso-admin-agent")]).await;
    let (status, _) = browser.post("/.mfa-gate/sign-out", &[]).await;
    assert_eq!(status, 200);
    assert_eq!(browser.at.as_ref().unwrap().path(), "/.mfa-gate/signed-out");
    let (_, page) = browser.get(&customers).await;
    assert!(page.contains("name=\"persona\""), "asked again who it is");
}
