//! Another configuration while the gate runs: all of it or nothing.

use crate::http::Request;
use crate::world::{API, Folder, PORTAL, World};
use mfa_enforcement::gate::{Config, ConfigErrors};
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

fn reload(world: &World, change: impl Fn(String) -> String) -> Result<(), ConfigErrors> {
    world.gate.as_ref().unwrap().reload(Config::parse(&change(world.config_text())))
}

async fn opens(world: &World, path: &str) -> bool {
    world.ask_as_client(&world.question("GET", PORTAL, path)).await.status == 204
}

#[tokio::test]
async fn routes_change_with_the_next_request() {
    let world = World::start().await;
    assert!(opens(&world, "/help").await && !opens(&world, "/assets").await);
    reload(&world, |text| text.replace("path = \"/help\"", "path = \"/assets\"")).unwrap();
    assert!(!opens(&world, "/help").await && opens(&world, "/assets").await);
}

#[tokio::test]
async fn the_feed_and_the_figures_stay() {
    let world = World::with_rule(&["partner_api"]).await;
    let request = world.question("GET", API, "/v1/customers").bearer(&world.token(json!({})));
    assert_eq!(world.ask_as_client(&request).await.status, 204);
    reload(&world, |text| text).unwrap();
    assert_eq!(world.ask_as_client(&request).await.status, 204);
    let metrics =
        Request::get("/metrics").header("Host", "gate").send(world.gate.as_ref().unwrap().addresses()[0]).await;
    assert!(metrics.body.contains("outcome=\"mfa_suppressed\",surface=\"partner_api\"} 2"), "{metrics:?}");
}

#[tokio::test]
async fn a_configuration_with_a_fault_changes_nothing_and_is_told_of() {
    let world = World::with(|text| format!("{text}\n[status]\nbind = \"127.0.0.1:0\"\n")).await;
    let at = world.gate.as_ref().unwrap().status_address().unwrap();
    let status = || async move { Request::get("/").header("Host", "gate").send(at).await.body };
    let with_status = |text: String| format!("{text}\n[status]\nbind = \"127.0.0.1:0\"\n");
    for (old, new, said) in [
        ("surface = \"dashboard\"", "surface = \"dashbord\"", "dashbord"),
        ("[feed]", "[feeed]", "feeed"),
        ("proxy = \"traefik\"", "proxy = \"nginx\"", "`listeners` cannot change"),
        ("[feed]", "[feed]\npoll_seconds = 2", "`feed` cannot change"),
        ("state_dir = \"", "state_dir = \"/x", "`state_dir` cannot change"),
    ] {
        // Were any of it taken, this would open too.
        let open = |text: String| text.replace("path = \"/help\"", "path = \"/assets\"");
        let errors = reload(&world, |text| open(with_status(text)).replacen(old, new, 1)).unwrap_err().to_string();
        assert!(errors.contains(said), "{new}: {errors}");
        assert!(opens(&world, "/help").await && !opens(&world, "/assets").await);
        assert!(status().await.contains(said), "{said}");
    }
    reload(&world, with_status).unwrap();
    assert!(!status().await.contains("stays in force"));
}

#[tokio::test]
async fn an_issuer_that_is_taken_out_is_no_longer_believed() {
    let world = World::start().await;
    let request = world.question("GET", API, "/v1/customers").bearer(&world.token(json!({"amr": ["mfa"]})));
    assert_eq!(world.ask_as_client(&request).await.status, 204);
    reload(&world, |text| text.replace("audiences = [\"api://protected\"]", "audiences = []")).unwrap();
    assert_eq!(world.ask_as_client(&request).await.status, 401);
    reload(&world, |text| text.replace("/{tid}/v2.0", "/{tid}/v3.0")).unwrap();
    assert_eq!(world.ask_as_client(&request).await.status, 401);
}

#[tokio::test]
async fn the_command_reads_its_file_again_on_sighup() {
    let world = World::start().await;
    let folder = Folder::new("reload");
    let (head, _) = world.config_text().split_once("[[listeners]]").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let state = head.lines().find(|line| line.starts_with("state_dir")).unwrap();
    let head = head.replace(state, &format!("state_dir = \"{}\"", folder.display()));
    let file = folder.join("gate.toml");
    let write = |more: &str| {
        std::fs::write(&file, format!("{head}[[listeners]]\nbind = \"127.0.0.1:0\"\nproxy = \"nginx\"\n{more}"))
            .unwrap();
    };
    write("");
    let mut command = Command::new(env!("CARGO_BIN_EXE_mfa-gate"));
    command.args(["serve", "--config"]).arg(&file).env("NO_COLOR", "1").env("RUST_LOG", "info").stderr(Stdio::piped());
    let mut gate = command.spawn().unwrap();
    let id = gate.id().to_string();
    let mut said = BufReader::new(gate.stderr.take().unwrap()).lines().map_while(Result::ok);
    let mut wait_for = |words: &str| assert!(said.any(|line| line.contains(words)), "{words}");
    let signal = |name: &str| assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    wait_for("listening");
    for (more, words) in [("[[rutes]]\n", "stays in force"), ("", "is in force")] {
        write(more);
        signal("-HUP");
        wait_for(words);
    }
    signal("-TERM");
    wait_for("stopping");
    assert_eq!(gate.wait().unwrap().code(), Some(0));
}
