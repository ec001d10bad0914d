//! What the gate believes of a proxy, and what it refuses to judge.

use crate::http::Request;
use crate::world::{API, Listener, PORTAL, World};
use serde_json::json;

#[tokio::test]
async fn missing_repeated_or_contradicting_headers_are_refused() {
    let world = World::start().await;
    let good = || world.question("GET", API, "/v1/customers").bearer(&world.token(json!({"amr": ["mfa"]})));
    assert_eq!(world.ask_as_client(&good()).await.status, 204);
    for name in ["X-Original-Method", "X-Original-URI", "X-Forwarded-Host", "X-Forwarded-Proto"] {
        assert_eq!(world.ask_as_client(&good().without(name)).await.status, 400, "without {name}");
        let empty = good().without(name).header(name, "");
        assert_eq!(world.ask_as_client(&empty).await.status, 400, "{name} empty");
    }
    let more = [
        ("X-Original-URI", "/v1/customers"),
        ("X-Forwarded-Host", API),
        ("X-Forwarded-Uri", "/help"),
        ("X-Original-URL", "/help"),
        ("X-Rewrite-URL", "/help"),
        ("X-Forwarded-Method", "POST"),
        ("X-HTTP-Method-Override", "DELETE"),
        ("X-Original-Host", "portal.localhost"),
    ];
    for (name, value) in more {
        let answer = world.ask_as_client(&good().header(name, value)).await;
        assert_eq!(answer.status, 400, "{name}: {value}");
        assert!(answer.json()["cause"].as_str().unwrap().to_lowercase().contains(&name.to_lowercase()), "{answer:?}");
    }
    // Some sites read an underscore as a hyphen.
    for (name, value) in [("X_Original_Url", "/help"), ("x_http_method_override", "DELETE"), ("X-Forwarded_Host", API)]
    {
        assert_eq!(world.ask_as_client(&good().header(name, value)).await.status, 400, "{name}: {value}");
    }
    // What agrees is no contradiction.
    assert_eq!(world.ask_as_client(&good().header("X-Forwarded-Uri", "/v1/customers")).await.status, 204);
    assert_eq!(world.ask_as_client(&good().header("X-Original-Host", "API.localhost:443")).await.status, 204);
}

#[tokio::test]
async fn odd_spellings_of_a_path_are_refused() {
    let world = World::start().await;
    let odd = [
        "/help/..%2fcustomers",
        "/%63ustomers",
        "//customers",
        "/help/../customers",
        "/help/./x",
        "/help/%2e%2e/customers",
        "/help;x=/customers",
        "/help\\..\\customers",
        "/help%5c..%5ccustomers",
        "/help%00",
        "/%2fcustomers",
        "/help%",
        "/help%zz",
        "/help/x%252e",
        "help",
        "http://portal.localhost/help",
        "/help /x",
        "/help%20",
        "/help/日本",
    ];
    for path in odd {
        let answer = world.ask_as_client(&world.question("GET", PORTAL, path)).await;
        assert_eq!(answer.status, 400, "{path}");
    }
}

#[tokio::test]
async fn the_words_of_a_strange_peer_count_for_nothing() {
    let world = World::start().await;
    let request = world.question("GET", API, "/v1/customers").bearer(&world.token(json!({"amr": ["mfa"]})));
    let strangers = world.address(Listener::Strangers);
    assert_eq!(request.send(strangers).await.status, 403);
    let page = Request::get("/.mfa-gate/sign-in").header("Host", "x").header("X-Forwarded-Host", PORTAL);
    assert_eq!(page.header("X-Forwarded-Proto", "https").send(strangers).await.status, 403);
}

#[tokio::test]
async fn the_answer_for_the_client_never_lets_anybody_through() {
    let world = World::start().await;
    let request = world.question("GET", API, "/v1/customers?page=2").bearer(&world.token(json!({"amr": ["mfa"]})));
    let answer = request.at("/answer").send(world.address(Listener::Nginx)).await;
    assert_eq!((answer.status, answer.header("location")), (307, Some("http://api.localhost/v1/customers?page=2")));
}

#[tokio::test]
async fn traefik_and_caddy_get_the_clients_answer_at_once() {
    let world = World::start().await;
    let ask = |host: &str, uri: &str| {
        Request::get("/check")
            .header("Host", "gate")
            .header("X-Forwarded-Method", "GET")
            .header("X-Forwarded-Uri", uri)
            .header("X-Forwarded-Host", host)
            .header("X-Forwarded-Proto", "http")
    };
    let at = world.address(Listener::Traefik);
    let answer = ask(PORTAL, "/customers").send(at).await;
    assert_eq!(answer.status, 302);
    let refused = ask(API, "/v1/x").bearer(&world.token(json!({}))).send(at).await;
    assert_eq!((refused.status, refused.reason.as_str()), (401, "Unauthorized - MFA required"));
    assert_eq!(ask(API, "/v1/x").bearer(&world.token(json!({"amr": ["mfa"]}))).send(at).await.status, 204);
    assert_eq!(ask(PORTAL, "//customers").send(at).await.status, 400);
    // nginx' names are not this proxy's.
    let nginx_names = world.question("GET", API, "/v1/x").bearer(&world.token(json!({"amr": ["mfa"]})));
    assert_eq!(nginx_names.send(at).await.status, 400);
}

#[tokio::test]
async fn envoy_asks_with_the_request_itself_and_takes_200_for_yes() {
    let world = World::start().await;
    let at = world.address(Listener::Envoy);
    let ask = |method: &str, target: &str| {
        let request = Request::new(method, &format!("/check{target}"));
        request.header("Host", API).header("X-Forwarded-Proto", "https")
    };
    let mfa = world.token(json!({"amr": ["mfa"]}));
    assert_eq!(ask("DELETE", "/v1/customers?x=1").bearer(&mfa).send(at).await.status, 200);
    assert_eq!(ask("GET", "/v1/customers").bearer(&world.token(json!({}))).send(at).await.status, 401);
    assert_eq!(ask("GET", "//v1/customers").bearer(&mfa).send(at).await.status, 400);
    assert_eq!(ask("GET", "/v1/%2e%2e/x").bearer(&mfa).send(at).await.status, 400);
    // The gate's own addresses are no way around: below `/check` everything is a question.
    assert_eq!(ask("GET", "/health/live").send(at).await.status, 302);
    // Outside of it nothing is.
    assert_eq!(Request::get("/v1/customers").header("Host", API).send(at).await.status, 404);
}
