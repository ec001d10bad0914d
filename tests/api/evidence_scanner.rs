//! Files with a scanner that speaks clamd's protocol: blocked until it says that they are clean.

use crate::actors::{Actor, text};
use crate::app::TestApp;
use crate::clamd::{Clamd, EICAR, Manner};
use crate::evidence::open_request;
use serde_json::Value;
use std::net::TcpListener;

async fn with_scanner(address: &str) -> TestApp {
    let address = address.parse().unwrap();
    TestApp::start_with(|config| {
        config.evidence.scanner = Some(address);
        config.evidence.scanner_timeout_seconds = 1;
    })
    .await
}

/// What is known about the file, once something is.
async fn result(actor: &Actor<'_>, request: &Value, file: &Value) -> String {
    let scan = async || {
        let files = actor.files(request).await;
        let found = files.iter().find(|it| it["id"] == file["id"]).unwrap();
        text(&found["scan"]).to_owned()
    };
    actor.app.until("the file is scanned", async || scan().await != "pending").await;
    scan().await
}

#[actix_web::test]
async fn a_clean_file_is_let_through_and_an_infected_one_is_gone_but_on_record() {
    let clamd = Clamd::start();
    let app = with_scanner(clamd.url()).await;
    let (admin, request) = (app.actor_with_mfa("tailspin-global-admin", true), open_request(&app).await);
    let good = admin.attach(&request, "good.txt", b"what the vendor said").await.expect(201).json();
    assert_eq!(good["scan"], "pending");
    assert_eq!(result(&admin, &request, &good).await, "clean");
    admin.download(&request, &good).await.expect(200);

    let bad = admin.attach(&request, "bad.txt", EICAR).await.expect(201).json();
    assert_eq!(result(&admin, &request, &bad).await, "infected");
    assert_eq!(admin.download(&request, &bad).await.expect(409).problem(), "wrong-state");
    app.staff("reviewer").download(&request, &bad).await.expect(409);
    app.until("its bytes are deleted", async || app.rows("evidence_content").await == 1).await;
    let (subject, found): (uuid::Uuid, String) = sqlx::query_as(
        "SELECT subject_id, details->>'found' FROM audit_events WHERE action = 'evidence.infected' AND actor_kind = 'system'",
    )
    .fetch_one(&mut app.owner().await)
    .await
    .unwrap();
    assert_eq!((subject.to_string().as_str(), found.as_str()), (text(&request["id"]), "Win.Test.EICAR_HDB-1"));
    // The same again is the one on record, and it takes no place.
    assert_eq!(admin.attach(&request, "again.txt", EICAR).await.expect(201).json()["id"], bad["id"]);
    for number in 2..=5 {
        admin.attach(&request, "n.txt", format!("file {number}").as_bytes()).await.expect(201);
    }
}

#[actix_web::test]
async fn while_the_scanner_is_away_nobody_downloads_and_once_it_is_back_all_goes_on() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = port.local_addr().unwrap();
    drop(port);
    let app = with_scanner(&format!("tcp://{address}")).await;
    let (admin, request) = (app.actor_with_mfa("tailspin-global-admin", true), open_request(&app).await);
    let file = admin.attach(&request, "a.txt", b"waits").await.expect(201).json();
    for reader in [&admin, &app.staff("reviewer"), &app.staff("auditor")] {
        assert_eq!(reader.download(&request, &file).await.expect(409).problem(), "wrong-state");
    }
    assert_eq!(app.read_by().await, Vec::<String>::new());
    // Not even a program that forgot to ask could read it.
    for mut tx in [app.desk.db.staff().await.unwrap(), app.tailspin().await] {
        let seen: i64 =
            sqlx::query_scalar("SELECT count(key) FROM evidence_content").fetch_one(&mut *tx).await.unwrap();
        assert_eq!(seen, 0);
    }
    let health = app.anonymous().get("/health/scanner").await.expect(503).json();
    assert_eq!(health["reason"], "scanner_away");
    app.anonymous().get("/health/ready").await.expect(200);

    let _clamd = Clamd::listen(TcpListener::bind(address).unwrap());
    assert_eq!(result(&admin, &request, &file).await, "clean");
    admin.download(&request, &file).await.expect(200);
    app.anonymous().get("/health/scanner").await.expect(200);
    let metrics = app.anonymous().get("/metrics").await.expect(200).text;
    assert!(metrics.contains("desk_evidence_scans_total{result=\"clean\"}"), "{metrics}");
}

#[actix_web::test]
async fn whatever_else_a_scanner_says_a_file_stays_blocked() {
    let clamd = Clamd::start();
    let app = with_scanner(clamd.url()).await;
    let (admin, request) = (app.actor_with_mfa("tailspin-global-admin", true), open_request(&app).await);
    let manners =
        [Manner::Silent, Manner::Garbage, Manner::Endless, Manner::Cuts, Manner::TooLarge, Manner::HalfAnAnswer];
    for manner in manners {
        clamd.behave(manner);
        let before = clamd.scans();
        let content = vec![b'a'; 300_000 + before];
        let file = admin.attach(&request, "a.txt", &content).await.expect(201).json();
        // The second try shows that the first came to nothing.
        app.until("it is tried again", async || clamd.scans() >= before + 2).await;
        admin.download(&request, &file).await.expect(409);
        clamd.behave(Manner::Honest);
        assert_eq!(result(&admin, &request, &file).await, "clean", "{manner:?}");
        let path = format!("/api/v1/requests/{}/evidence/{}", text(&request["id"]), text(&file["id"]));
        admin.send(admin.call(reqwest::Method::DELETE, &path)).await.expect(204);
    }
}

#[actix_web::test]
async fn several_desks_scan_each_file_once() {
    let clamd = Clamd::start();
    let app = with_scanner(clamd.url()).await;
    for _ in 0..3 {
        actix_web::rt::spawn(exception_desk::evidence::work(app.desk.clone()));
    }
    let (admin, request) = (app.actor("tailspin-global-admin"), open_request(&app).await);
    let contents: Vec<_> = (1..=5).map(|number| format!("file {number}")).collect();
    let sent = contents.iter().map(|content| admin.attach(&request, "a.txt", content.as_bytes()));
    for answer in futures_util::future::join_all(sent).await {
        assert_eq!(result(&admin, &request, &answer.expect(201).json()).await, "clean");
    }
    assert_eq!(clamd.scans(), 5);
}

#[actix_web::test]
async fn a_scanner_may_listen_on_a_socket_of_the_machine() {
    let folder = std::env::temp_dir().join(format!("clamd-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let clamd = Clamd::on_socket(&folder.join("clamd.ctl"));
    let app = with_scanner(clamd.url()).await;
    let (admin, request) = (app.actor("tailspin-global-admin"), open_request(&app).await);
    let file = admin.attach(&request, "a.txt", EICAR).await.expect(201).json();
    assert_eq!(result(&admin, &request, &file).await, "infected");
    std::fs::remove_dir_all(&folder).unwrap();
}

impl TestApp {
    /// What the program sees for Tailspin's Global Admin.
    async fn tailspin(&self) -> exception_desk::db::Tx {
        self.desk.db.partner(exception_desk_demo::people::TAILSPIN.id.into()).await.unwrap()
    }
}
