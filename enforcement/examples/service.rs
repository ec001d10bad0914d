//! A service that decides by itself: a client in the background pulls, verifies and keeps the feed, requests ask the handle.
//!
//! ```text
//! export DESK=https://desk.example TOKEN_ENDPOINT=https://login.example/token CLIENT_ID=… CLIENT_SECRET=…
//! cargo run -p mfa-enforcement --no-default-features --features client --example service
//! ```
//!
//! With the demonstration running: `DESK` is `desk` in its `demo.json`.

use chrono::Utc;
use mfa_enforcement::client::{ClientConfig, FeedClient, Secret, TokenConfig};
use mfa_enforcement::{Surfaces, input};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("set `{name}`"))
}

#[tokio::main]
#[expect(clippy::disallowed_methods, reason = "a program of one's own has the clock of its machine")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let token = TokenConfig {
        endpoint: variable("TOKEN_ENDPOINT")?.parse()?,
        client_id: variable("CLIENT_ID")?,
        client_secret: Secret::new(variable("CLIENT_SECRET")?),
        scope: std::env::var("SCOPE").ok(),
    };
    // One directory for each service: what must survive a restart, so that no older feed is ever believed.
    let config = ClientConfig::new(variable("DESK")?.parse()?, token, std::env::temp_dir().join("mfa-example"));
    let client = FeedClient::new(config, Arc::new(Utc::now))?;
    let feed = client.handle();
    tokio::spawn(async move { client.run(std::future::pending()).await });

    // What stands in your handler of a request:
    loop {
        let asked = json!({ "at": Utc::now(), "surface": "partner_api", "flow": "interactive",
            "tenant": "6f1c2f4e-5f0e-4c38-9d0a-0b5a3a3f8f10", "user": "0b1d2f3a-4c5e-4f60-8a7b-9c0d1e2f3a4b", "amr": ["pwd"] });
        let input = input::read(asked.to_string().as_bytes(), &Surfaces::default(), None)
            .map_err(|errors| format!("{errors:?}"))?;
        println!("{}", serde_json::to_string(&feed.decide(&input))?);
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
}
