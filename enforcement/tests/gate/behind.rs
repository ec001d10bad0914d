//! Behind each of the real proxies, with the very files of `deploy/`.

use crate::front::{Front, Kind};
use crate::http::Request;
use crate::site::Seen;
use crate::world::{EXCEPTION, PORTAL, World};
use serde_json::json;

/// One test in front of each proxy.
macro_rules! behind_each {
    ($($name:ident)+) => { $(
        mod $name {
            use crate::front::Kind;

            #[tokio::test]
            async fn nginx() {
                super::$name(Kind::Nginx).await;
            }

            #[tokio::test]
            async fn envoy() {
                super::$name(Kind::Envoy).await;
            }

            #[tokio::test]
            async fn traefik() {
                super::$name(Kind::Traefik).await;
            }

            #[tokio::test]
            async fn caddy() {
                super::$name(Kind::Caddy).await;
            }
        }
    )+ };
}
pub(crate) use behind_each;

behind_each! {
    who_may_pass_reaches_the_site_and_the_site_learns_why
    who_may_not_gets_the_answer_of_the_gate_and_nothing_reaches_the_site
    names_that_a_client_made_up_change_nothing
    what_a_client_calls_hop_by_hop_changes_nothing
}

pub fn to_api(target: &str) -> Request {
    Request::get(target).header("Host", "api.localhost")
}

pub fn to_portal(target: &str) -> Request {
    Request::get(target).header("Host", PORTAL)
}

fn reasons(seen: &Seen) -> (Vec<&str>, Vec<&str>) {
    (seen.values("x-mfa-decision"), seen.values("x-mfa-exception"))
}

async fn who_may_pass_reaches_the_site_and_the_site_learns_why(kind: Kind) {
    let front = Front::start(kind, World::with_rule(&["partner_api"]).await).await;
    let (plain, mfa) = (front.world.token(json!({})), front.world.token(json!({"amr": ["mfa"]})));
    let answer = front.send(to_api("/v1/customers?page=2").bearer(&plain)).await;
    let told = answer.json();
    assert_eq!((answer.status, answer.header("isMfaCompliant")), (200, None), "{answer:?}");
    assert_eq!((&told["target"], &told["host"]), (&json!("/v1/customers?page=2"), &json!(["api.localhost"])));
    assert_eq!((&told["decision"], &told["exception"]), (&json!(["mfa_suppressed"]), &json!([EXCEPTION.to_string()])));
    // Traefik can tell the client nothing besides the site's answer.
    let answer = front.send(to_api("/v1/customers").bearer(&plain).header("ValidateMfa", "true")).await;
    let told = (kind != Kind::Traefik).then_some("false");
    assert_eq!((answer.status, answer.header("isMfaCompliant")), (200, told));

    let open = front.send(to_portal("/help/a%20b")).await;
    assert_eq!((open.status, &open.json()["decision"]), (200, &json!(["not_protected"])));
    // What the gate would get of a body would be the beginning of the next question on the same connection.
    let post = Request::new("POST", "/v1/customers").header("Host", "api.localhost").header("Content-Length", "5");
    for (token, decision) in [(&mfa, "mfa_verified"), (&plain, "mfa_suppressed"), (&mfa, "mfa_verified")] {
        let told = front.send(post.clone().bearer(token).body("hello")).await.json();
        assert_eq!((&told["method"], &told["body"]), (&json!("POST"), &json!("hello")));
        assert_eq!(told["decision"], json!([decision]));
    }
    // A 401 of the site's own is left alone.
    let own = front.send(to_api("/v1/own-401").bearer(&mfa)).await;
    assert_eq!((own.status, &own.json()["decision"]), (401, &json!(["mfa_verified"])));
}

async fn who_may_not_gets_the_answer_of_the_gate_and_nothing_reaches_the_site(kind: Kind) {
    let mut front = Front::start(kind, World::start().await).await;
    let (plain, mfa) = (front.world.token(json!({})), front.world.token(json!({"amr": ["mfa"]})));
    let refused = front.send(to_api("/v1/customers").bearer(&plain).header("ValidateMfa", "true")).await;
    // The others write the usual phrase of a status.
    let phrase = if kind == Kind::Nginx { "Unauthorized - MFA required" } else { "Unauthorized" };
    assert_eq!((refused.status, refused.reason.as_str()), (401, phrase));
    let authenticate: Vec<_> = refused.headers.iter().filter(|(name, _)| name == "www-authenticate").collect();
    assert_eq!(authenticate.len(), 1, "{refused:?}");
    assert_eq!(authenticate[0].1, r#"Bearer error="invalid_token""#);
    assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    assert_eq!(refused.header("isMfaCompliant"), Some("false"));
    assert!(refused.json()["ask"].as_str().unwrap().starts_with("https://desk.example/stopped?tenant="));

    let away = front.send(to_portal("/customers?tab=1")).await;
    let sign_in = "http://portal.localhost:8080/.mfa-gate/sign-in?to=%2Fcustomers%3Ftab%3D1";
    assert_eq!((away.status, away.header("location")), (302, Some(sign_in)));
    let begun = front.send(to_portal("/.mfa-gate/sign-in?to=%2Fcustomers")).await;
    assert_eq!(begun.status, 303);
    assert!(begun.header("location").unwrap().contains("portal.localhost%3A8080%2F.mfa-gate%2Fcallback"), "{begun:?}");
    let page = front.send(to_portal("/.mfa-gate/stopped?to=%2Fcustomers")).await;
    assert!(page.status == 200 && page.body.contains("Verify now") && page.body.contains("We cannot, technically"));
    assert_eq!(front.send(to_portal("/.mfa-gate/style.css")).await.status, 200);

    let two = [
        to_api("/v1/x").bearer(&mfa).header("Cookie", "mfa-gate=x"),
        to_api("/v1/x").bearer(&mfa).bearer(&mfa),
        to_api("/v1/x?access_token=y").bearer(&mfa),
    ];
    for request in two {
        let answer = front.send(request.clone()).await;
        assert!(matches!(answer.status, 400 | 401), "{request:?}: {answer:?}");
    }
    assert_eq!(front.send(to_api("/.mfa-gate-question")).await.status, if kind == Kind::Nginx { 404 } else { 302 });
    front.world.gate.take().unwrap().stop().await;
    for request in [to_api("/v1/x").bearer(&mfa), to_portal("/help")] {
        let answer = front.send(request).await;
        assert!(answer.status >= 500, "without a gate nothing passes: {answer:?}");
    }
    assert!(front.site.drain().is_empty());
}

/// What clients may write to speak as a proxy, as the gate, or to say something else than their request line.
const MADE_UP: [(&str, &str); 20] = [
    ("X-Mfa-Decision", "mfa_verified"),
    ("X-Mfa-Exception", "0193565e-0000-7000-8000-00000000ffff"),
    ("X_Mfa_Decision", "mfa_verified"),
    ("X-Mfa_Exception", "0193565e-0000-7000-8000-00000000ffff"),
    ("X-Mfa-Status", "204"),
    ("X-Forwarded-Host", "portal.localhost"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Uri", "/help"),
    ("X-Forwarded-Method", "OPTIONS"),
    ("X-Forwarded-Prefix", "/help"),
    ("Forwarded", "for=192.0.2.1;host=portal.localhost;proto=https"),
    ("X-Original-Host", "portal.localhost"),
    ("X-Original-URI", "/help"),
    ("X-Original-URL", "/help"),
    ("X-Original-Method", "OPTIONS"),
    ("X-Rewrite-URL", "/help"),
    ("X-HTTP-Method-Override", "DELETE"),
    ("X-Envoy-Original-Path", "/help"),
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Real-IP", "127.0.0.1"),
];

async fn names_that_a_client_made_up_change_nothing(kind: Kind) {
    let front = Front::start(kind, World::start().await).await;
    let (plain, mfa) = (front.world.token(json!({})), front.world.token(json!({"amr": ["mfa"]})));
    for (name, value) in MADE_UP {
        let refused = front.send(to_api("/v1/customers").bearer(&plain).header(name, value)).await;
        assert!(matches!(refused.status, 400 | 401), "{name}: {refused:?}");
        assert!(front.site.drain().is_empty(), "{name}");
        let answer = front.send(to_api("/v1/customers").bearer(&mfa).header(name, value)).await;
        assert!(matches!(answer.status, 200 | 400), "{name}: {answer:?}");
        for seen in front.site.drain() {
            assert_eq!(reasons(&seen), (vec!["mfa_verified"], vec![]), "{name}: {seen:?}");
            assert!(tells_the_truth(&seen), "{name}: {seen:?}");
        }
    }
}

/// Whether no header of `seen`, a request for `/v1/customers` of the API, says otherwise to a site that would believe it.
fn tells_the_truth(seen: &Seen) -> bool {
    let says = |names: &[&str], truth: &[&str]| {
        names.iter().flat_map(|name| seen.values(name)).all(|value| truth.contains(&value))
    };
    let api = ["api.localhost"];
    (seen.method.as_str(), seen.target.as_str()) == ("GET", "/v1/customers")
        && says(&["host", "x-forwarded-host", "x-original-host"], &api)
        && says(&["x-forwarded-uri", "x-original-uri", "x-original-url", "x-rewrite-url"], &["/v1/customers"])
        && says(&["x-forwarded-method", "x-original-method", "x-http-method-override"], &["GET"])
        && says(&["x-forwarded-proto"], &["http"])
        && !seen.values("forwarded").iter().any(|value| value.contains("portal"))
}

async fn what_a_client_calls_hop_by_hop_changes_nothing(kind: Kind) {
    let front = Front::start(kind, World::start().await).await;
    let (plain, mfa) = (front.world.token(json!({})), front.world.token(json!({"amr": ["mfa"]})));
    let names = [
        "X-Mfa-Decision",
        "X-Mfa-Exception",
        "Authorization",
        "Cookie",
        "Host",
        "X-Forwarded-Host",
        "X-Forwarded-Uri",
        "X-Forwarded-Method",
        "X-Forwarded-Proto",
        "X-Original-URI",
        "X-Original-Method",
        "Accept-Language, ValidateMfa",
    ];
    for name in names {
        let with = |request: Request| request.header("Connection", &format!("close, {name}"));
        for request in [to_api("/v1/customers").bearer(&plain), to_portal("/customers").header("Cookie", "mfa-gate=x")]
        {
            let answer = front.send(with(request)).await;
            assert!(matches!(answer.status, 302 | 400..=403), "{name}: {answer:?}");
            assert!(front.site.drain().is_empty(), "{name}");
        }
        let both = front.send(with(to_api("/v1/customers").bearer(&mfa).header("Cookie", "mfa-gate=x"))).await;
        let left: Vec<_> = front.site.drain();
        let dropped =
            left.iter().all(|seen| seen.values("cookie").is_empty() && !seen.values("authorization").is_empty());
        assert!(dropped && matches!(both.status, 200 | 400..=403), "{name}: {both:?} {left:?}");
        let answer = front.send(with(to_api("/v1/customers").bearer(&mfa))).await;
        assert!(matches!(answer.status, 200 | 400..=403), "{name}: {answer:?}");
        for seen in front.site.drain() {
            assert_eq!(reasons(&seen), (vec!["mfa_verified"], vec![]), "{name}: {seen:?}");
            assert!(tells_the_truth(&seen), "{name}: {seen:?}");
        }
    }
}
