//! What a configuration may say, and how its faults are told.

use crate::http::Request;
use crate::world::{Folder, World};
use mfa_enforcement::gate::Config;
use std::process::{Command, Output};
use std::time::Duration;

/// The faults of the test configuration after `old` was replaced by `new`.
async fn faults(old: &str, new: &str) -> String {
    let world = World::start().await;
    let text = world.config_text();
    assert!(text.contains(old), "{old}");
    match Config::parse(&text.replacen(old, new, 1)).and_then(|config| config.check()) {
        Ok(()) => String::new(),
        Err(errors) => errors.to_string(),
    }
}

#[tokio::test]
async fn the_test_configuration_is_in_order() {
    assert_eq!(faults("", "").await, "");
}

#[tokio::test]
async fn unknown_keys_are_refused_by_name_in_every_table() {
    for (table, key) in [
        ("[feed]", "pol_seconds = 1"),
        ("[sign_in]", "isuer = \"x\""),
        ("[claims]", "idenity = \"x\""),
        ("[[issuers]]", "audience = \"x\""),
        ("[[listeners]]", "trusted_peer = []"),
        ("[[routes]]", "surfaces = \"x\""),
    ] {
        let said = faults(table, &format!("{table}\n{key}")).await;
        assert!(said.contains(key.split(' ').next().unwrap()), "{table}: {said}");
    }
}

#[tokio::test]
async fn every_fault_names_its_key() {
    for (old, new, key) in [
        ("desk = \"https://", "desk = \"http://", "`desk`"),
        ("surface = \"dashboard\"", "surface = \"dashbord\"", "dashbord"),
        ("path = \"/help\"", "path = \"/help//x\"", "/help//x"),
        ("mfa_acr_values", "session_minutes = 0\nmfa_acr_values", "`sign_in.session_minutes`"),
        ("[sign_in]\nissuer = \"", "[sign_in]\nissuer = \"x", "`sign_in.issuer`"),
        ("[feed]", "[feed]\npoll_seconds = 0", "`feed.poll_seconds`"),
        ("[feed]", "[feed]\nfollow = \"push\"", "`stream`, `changes`, `poll`"),
        ("/secret\"", "/nothing\"", "`feed.client.client_secret_file`"),
        ("proxy = \"nginx\"", "proxy = \"squid\"", "squid"),
        ("trusted_peers = [\"192.0.2.1\"]", "trusted_peers = [\"proxy.example\"]", "proxy.example"),
        ("client_id = \"gate-client\"", "client_id = \"\"", "`issuers`"),
    ] {
        let said = faults(old, new).await;
        assert!(said.contains(key), "{new}: {said:?}");
    }
}

#[tokio::test]
async fn sessions_need_a_sign_in() {
    let world = World::start().await;
    let text = world.config_text();
    let (before, rest) = text.split_once("[sign_in]").unwrap();
    let (_, after) = rest.split_once("[claims]").unwrap();
    let without = format!("{before}[claims]{after}");
    let said = Config::parse(&without).unwrap().check().unwrap_err().to_string();
    assert!(said.contains("`sign_in`"), "{said}");
}

fn config_check(file: &std::path::Path) -> Output {
    let gate = env!("CARGO_BIN_EXE_mfa-gate");
    Command::new(gate).args(["config", "check", "--config"]).arg(file).output().unwrap()
}

#[tokio::test]
async fn the_command_says_whether_a_configuration_can_be_used() {
    let world = World::start().await;
    let folder = Folder::new("config");
    let file = folder.join("gate.toml");
    std::fs::write(&file, world.config_text()).unwrap();
    assert_eq!(config_check(&file).status.code(), Some(0));
    std::fs::write(&file, world.config_text().replace("[feed]", "[feeed]")).unwrap();
    let refused = config_check(&file);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("feeed"));
    assert_eq!(config_check(std::path::Path::new("/nonexistent.toml")).status.code(), Some(1));
}

#[test]
fn the_example_is_in_order_but_for_its_secrets() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let example =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/mfa-gate.example.toml")).unwrap();
    let said = Config::parse(&example).unwrap().check().unwrap_err();
    assert_eq!(said.0.len(), 2, "{said}");
    assert!(said.0.iter().all(|fault| fault.contains("client_secret_file")), "{said}");
}

#[tokio::test]
async fn the_command_serves_until_it_is_told_to_stop() {
    let world = World::start().await;
    let folder = Folder::new("serve");
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (before, _) =
        world.config_text().split_once("[[listeners]]").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let dir = folder.display();
    let state = before.lines().find(|line| line.starts_with("state_dir")).unwrap().to_owned();
    let text = before.replace(&state, &format!("state_dir = \"{dir}\""));
    let listener = format!("[[listeners]]\nbind = \"{address}\"\nproxy = \"traefik\"\n");
    std::fs::write(folder.join("gate.toml"), text + &listener).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_mfa-gate"));
    let mut gate = command.args(["serve", "--config"]).arg(folder.join("gate.toml")).spawn().unwrap();

    let live = Request::get("/health/live").header("Host", "gate");
    for _ in 0..200 {
        if tokio::net::TcpStream::connect(address).await.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(live.send(address).await.status, 200);
    let told = Command::new("kill").args(["-TERM", &gate.id().to_string()]).status().unwrap();
    assert!(told.success());
    assert_eq!(tokio::task::spawn_blocking(move || gate.wait().unwrap().code()).await.unwrap(), Some(0));
}
