//! The audit log as auditors read it: filters, one event, a sample that can be drawn again, the export.

use crate::actors::{more_time, other, text, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use exception_desk::audit;
use exception_desk_demo::people;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const EVENTS: &str = "/api/v1/audit/events";

/// A desk on which something happened, all of it sealed.
async fn lively() -> (TestApp, Value) {
    let app = TestApp::start().await;
    // Events of one instant have no order.
    let later = || app.wait(chrono::TimeDelta::seconds(1));
    later();
    app.actor("tailspin-global-admin").file(&third_party()).await.expect(201);
    later();
    app.actor("tailspin-global-admin").file(&more_time()).await.expect(201);
    later();
    let request = app.actor("wingtip-admin-agent").file(&other()).await.expect(201).json();
    later();
    let request = app.staff("reviewer").deny(&request).await.expect(200).json();
    while audit::seal(&app.desk.db).await.unwrap() > 0 {}
    (app, request)
}

async fn actions(app: &TestApp, query: &str) -> Vec<String> {
    let list = app.staff("auditor").get(&format!("{EVENTS}?{query}")).await.expect(200).json();
    list["items"].as_array().unwrap().iter().map(|event| text(&event["action"]).to_owned()).collect()
}

#[actix_web::test]
async fn auditors_find_events_by_what_who_whose_and_when() {
    let (app, request) = lively().await;
    assert_eq!(actions(&app, "action=request.denied").await, ["request.denied"]);
    let of_request = ["request.denied", "request.filed"];
    assert_eq!(actions(&app, &format!("subject={}", text(&request["reference"]))).await, of_request);
    assert_eq!(actions(&app, &format!("subject={}", text(&request["id"]))).await, of_request);
    let wingtip = people::WINGTIP.id;
    assert_eq!(
        actions(&app, &format!("tenant={wingtip}")).await,
        ["request.denied", "request.filed", "partner.registered"]
    );
    let denied = app.staff("auditor").get(&format!("{EVENTS}?action=request.denied")).await.json();
    let denied = &denied["items"][0];
    assert_eq!(
        (&denied["actor_role"], &denied["personal"]["reason"]),
        (&json!("reviewer"), &json!("there is another way"))
    );
    assert!(denied["chain_position"].as_i64().unwrap() > 0 && text(&denied["chain_hash"]).len() == 64);
    let reviewer = text(&denied["actor_object_id"]);
    assert_eq!(actions(&app, &format!("actor={reviewer}")).await, ["request.denied"]);
    assert_eq!(actions(&app, "subject=TE-2026-999999").await, Vec::<String>::new());
    assert_eq!(actions(&app, "until=2026-11-01T00:00:00Z").await, Vec::<String>::new());
    // Part by part, nothing twice and nothing left out.
    let all = actions(&app, "").await.len();
    let (mut path, mut seen) = (format!("{EVENTS}?limit=2"), BTreeSet::new());
    loop {
        let answer = app.staff("auditor").get(&path).await.expect(200);
        for event in answer.json()["items"].as_array().unwrap() {
            assert!(seen.insert(text(&event["id"]).to_owned()));
        }
        match answer.header("link").split(['<', '>']).nth(1) {
            Some(next) => path = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen.len(), all);
}

#[actix_web::test]
async fn only_auditors_with_mfa_read_the_log() {
    let app = TestApp::start().await;
    for path in [EVENTS, "/api/v1/audit/chain", "/api/v1/audit/export"] {
        for persona in ["reviewer", "lead", "policy-admin", "tailspin-global-admin"] {
            app.staff(persona).get(path).await.expect(403);
        }
        app.actor_with_mfa("auditor", false).get(path).await.expect(403);
        app.anonymous().get(path).await.expect(401);
        app.staff("auditor").get(path).await.expect(200);
    }
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    for path in ["/audit", "/audit/sample", "/audit/export", "/audit/export/events", "/audit/head"] {
        assert_eq!(reviewer.open(path).await.0, 403, "{path}");
    }
}

#[actix_web::test]
async fn what_cannot_be_looked_for_is_said_at_its_place() {
    let app = TestApp::start().await;
    for (query, error) in [
        ("actor=nobody", "/actor guid_invalid"),
        ("tenant=x", "/tenant guid_invalid"),
        ("tenant=", "/tenant guid_invalid"),
        ("actor=", "/actor guid_invalid"),
        ("action=a%00b", "/action control_characters"),
        ("subject=%0a%00", "/subject control_characters"),
    ] {
        let answer = app.staff("auditor").get(&format!("{EVENTS}?{query}")).await.expect(422);
        assert_eq!(answer.errors(), [error]);
    }
    app.staff("auditor").get(&format!("{EVENTS}?colour=red")).await.expect(422);
    app.staff("auditor").get(&format!("{EVENTS}?from=yesterday")).await.expect(422);
}

#[actix_web::test]
async fn an_export_is_streamed_and_recorded_as_a_reading() {
    let (app, _) = lively().await;
    let answer = app.staff("auditor").get("/api/v1/audit/export").await.expect(200);
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    let events: Vec<Value> = answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(events.iter().enumerate().all(|(place, event)| event["position"] == place + 1), "{}", answer.text);
    assert!(answer.text.contains("there is another way"));
    app.wait(chrono::TimeDelta::seconds(1));
    let bare = app.staff("auditor").get("/api/v1/audit/export?without_personal=true&from=2026-01-01T00:00:00Z").await;
    assert!(!bare.expect(200).text.contains("there is another way"));
    let recorded = app.staff("auditor").get(&format!("{EVENTS}?action=audit.exported")).await.json();
    let recorded = recorded["items"].as_array().unwrap();
    assert_eq!(recorded.len(), 2);
    assert_eq!((&recorded[1]["actor_role"], &recorded[1]["details"]["personal"]), (&json!("auditor"), &json!(true)));
}

#[actix_web::test]
async fn the_pages_tell_every_event_in_words_and_lead_to_it() {
    let (app, request) = lively().await;
    let mut auditor = Browser::of_staff(&app, "auditor").await;
    let (status, page) = auditor.open("/audit").await;
    assert_eq!(status, 200);
    for expected in
        ["Request not accepted", "Partner registered", "Reviewer", "Up to position", text(&request["reference"])]
    {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    let path = page.split("/audit/events/").nth(1).unwrap().split('"').next().unwrap();
    let (status, event) = auditor.open(&format!("/audit/events/{path}")).await;
    assert_eq!(status, 200);
    assert!(event.contains("there is another way") && event.contains("in_review"), "{event}");
    assert_eq!(auditor.open("/audit/events/00000000-0000-7000-8000-000000000000").await.0, 404);
    let (status, none) = auditor.open("/audit?subject=TE-2026-999999").await;
    assert!(status == 200 && none.contains("No events match"), "{none}");
    let (status, wrong) = auditor.open("/audit?from_year=2026&from_month=2&from_day=30&actor=x").await;
    assert!(status == 422 && wrong.contains("Enter a date that exists") && wrong.contains("Enter an ID"), "{wrong}");
    let (status, lines) = auditor.open("/audit/export/events?personal=yes").await;
    assert!(status == 200 && lines.contains("there is another way"), "{lines}");
    assert_eq!(auditor.open("/audit/export/events?until_year=x").await.0, 422);
}

#[actix_web::test]
async fn a_sample_is_the_same_for_everybody_who_opens_its_address() {
    let (app, request) = lively().await;
    let mut auditor = Browser::of_staff(&app, "auditor").await;
    let days = "from_year=2026&from_month=11&from_day=1&until_year=2026&until_month=11&until_day=24";
    let drawn = async |auditor: &mut Browser<'_>, seed: &str, more: &str| {
        let (status, page) = auditor.open(&format!("/audit/sample?seed={seed}&size=1&{days}&{more}")).await;
        assert_eq!(status, 200, "{page}");
        page.split("/review/").nth(1).map(|rest| rest.split('"').next().unwrap().to_owned())
    };
    let first = drawn(&mut auditor, "7", "deciders=all").await;
    assert_eq!(drawn(&mut auditor, "7", "deciders=all").await, first);
    let mut others = BTreeSet::new();
    // That one of the three is never drawn has a chance of less than one in a thousand million.
    for seed in 0..60 {
        others.extend(drawn(&mut auditor, &seed.to_string(), "deciders=all").await);
    }
    assert_eq!(others.len(), 3, "every decision can be drawn: {others:?}");
    let people = drawn(&mut auditor, "7", "deciders=people").await;
    assert_eq!(people.as_deref(), request["reference"].as_str());
    let (_, page) = auditor.open(&format!("/audit/sample?seed=7&size=1&{days}&deciders=policy")).await;
    assert!(page.contains("1 of 2 decisions") && page.contains("not over"), "{page}");
    for wrong in ["seed=&size=1", "seed=7&size=0", "seed=7&size=201"] {
        assert_eq!(auditor.open(&format!("/audit/sample?{wrong}&{days}")).await.0, 422, "{wrong}");
    }
    assert_eq!(auditor.open("/audit/sample").await.0, 200);
}
