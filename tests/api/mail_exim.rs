//! Mails on their way to exim, which is what many of them meet: TLS and a sign-in, refusals now and for good.

use crate::app::TestApp;
use crate::mail::{Peer, denied_for, folder, free_port, tls_settings, until};
use exception_desk::config::MailTls;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::{Child, Command};

/// A running exim; ends with the test.
struct Exim {
    _daemon: Child,
    folder: PathBuf,
    port: u16,
}

impl Exim {
    async fn start() -> Self {
        let program = std::env::var_os("EXCEPTION_DESK_EXIM")
            .expect("`EXCEPTION_DESK_EXIM` is not set: run `cargo xtask test`, which prepares the mail server");
        let (folder, port) = (folder(), free_port());
        std::fs::create_dir(folder.join("spool")).unwrap();
        // Puts the certificates into the folder.
        drop(Peer::start(&json!({ "tls": "tls", "folder": folder, "certificate_for": "localhost" })).await);
        let me = said(&["id", "-un"]).await;
        // As root, exim works as the account of its package; else as whoever starts it.
        let user = if me == "root" { "Debian-exim" } else { &me };
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api/exim.conf")).unwrap();
        let text =
            text.replace("FOLDER", folder.to_str().unwrap()).replace("PORT", &port.to_string()).replace("USER", user);
        said(&["chown", "-R", user, folder.to_str().unwrap()]).await;
        let config = folder.join("exim.conf");
        std::fs::write(&config, text).unwrap();
        let daemon = Command::new(program)
            .arg("-C")
            .arg(&config)
            .arg("-bdf")
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let exim = Self { _daemon: daemon, folder, port };
        for _ in 0..100 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return exim;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("exim does not listen on {port}");
    }

    /// The `Message-ID` of each mail that was delivered, once there are `count`.
    async fn delivered(&self, count: usize) -> Vec<String> {
        let mut ids = Vec::new();
        for _ in 0..1200 {
            let mails = std::fs::read_to_string(self.folder.join("mails")).unwrap_or_default();
            ids = mails.lines().filter_map(|line| line.strip_prefix("Message-ID: ")).map(str::to_owned).collect();
            if ids.len() >= count {
                return ids;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("only {} of {count} mails were delivered", ids.len());
    }
}

impl Drop for Exim {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

async fn said(command: &[&str]) -> String {
    let output = Command::new(command[0]).args(&command[1..]).output().await.unwrap();
    assert!(output.status.success(), "{command:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[actix_web::test]
async fn exim_gets_every_mail_that_it_takes_over_tls_after_a_sign_in() {
    let exim = Exim::start().await;
    let app = TestApp::start_with(tls_settings(MailTls::Starttls, &exim.folder, exim.port, "right")).await;
    let mut owner = app.owner().await;
    let admin = app.actor("tailspin-global-admin");
    for name in ["fine", "later", "never", "unknown"] {
        admin.file(&denied_for(name)).await.expect(201);
    }
    // Taken, or refused for good, or (one) to come back later.
    until(&mut owner, "sent_at IS NOT NULL OR last_error = 'smtp_550' OR (attempts > 1 AND last_error = 'smtp_451')")
        .await;
    let dead: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    assert_eq!(dead, 2);
    std::fs::write(exim.folder.join("open"), "").unwrap();
    until(&mut owner, "sent_at IS NOT NULL OR dead_at IS NOT NULL").await;
    let ids = exim.delivered(2).await;
    assert_eq!((ids.len(), ids.iter().collect::<BTreeSet<_>>().len()), (2, 2), "{ids:?}");
}

#[actix_web::test]
async fn a_mail_that_is_put_off_for_too_long_is_given_up_and_counted_as_dead() {
    let exim = Exim::start().await;
    let app = TestApp::start_with(tls_settings(MailTls::Starttls, &exim.folder, exim.port, "right")).await;
    let mut owner = app.owner().await;
    app.actor("tailspin-global-admin").file(&denied_for("later")).await.expect(201);
    until(&mut owner, "attempts > 1 AND last_error = 'smtp_451' AND dead_at IS NULL").await;
    sqlx::query("UPDATE outbox SET created_at = now() - interval '6 days'").execute(&mut owner).await.unwrap();
    until(&mut owner, "dead_at IS NOT NULL").await;
    let dead = "desk_mails_total{result=\"dead\"} ";
    for _ in 0..50 {
        let figures = app.anonymous().get("/metrics").await.expect(200).text;
        let row = figures.lines().find_map(|line| line.strip_prefix(dead));
        if row.is_some_and(|count| count != "0") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no dead mail is counted");
}
