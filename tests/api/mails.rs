//! What mails say, and how leads see them and have them sent again.

use crate::actors::{USER, more_time, other, text, third_party};
use crate::app::{NOW, TestApp};
use crate::browser::Browser;
use crate::filing::told;
use crate::mail::{Peer, over};
use crate::policy::{Folder, SHIPPED, edition};
use crate::walk::hidden;
use chrono::{DateTime, TimeDelta, Utc};
use exception_desk::exceptions::not_us;
use exception_desk::locale::Lang;
use exception_desk::notify::{self, Kind, Recipient, tend_courses_at};
use serde_json::{Value, json};

/// What a row of `kind` holds, in `lang`.
fn data(kind: Kind, lang: Lang) -> Value {
    let (issue, place) = match lang {
        Lang::En => ("Third-party MFA is not recognized", "Delegated admin portal"),
        Lang::Ja => ("サードパーティの MFA が認識されない", "代理管理ポータル"),
    };
    let exception = json!({
        "users": 3, "surfaces": [{ "name": "delegated_admin_portal", "label": place }],
        "not_before": "2026-11-24T01:00:00Z", "expires_at": "2027-01-23T01:00:00Z",
    });
    let mut data = json!({
        "reference": "TE-2026-000123", "issue": "third_party_mfa_not_recognized", "issue_title": issue, "calendar": "jp",
        "tenant_name": "Tailspin Toys", "policy_version": "partner-center/2020-03-01.1", "outcome": "deny",
        "reasons": [{ "code": "vendor_confirmation_missing", "criterion": "vendor_asked", "rule": 1 }], "guidance": [], "guards": [],
        "filed_at": "2026-11-24T01:00:00Z", "due_at": "2026-11-27T01:00:00Z", "decided_by": "policy", "appeal": null,
        "appeal_until": "2026-12-24T01:00:00Z", "waiting_until": "2026-12-08T01:00:00Z",
        "reopen_until": "2026-12-22T01:00:00Z", "exception": exception, "ended_at": "2026-12-01T01:00:00Z",
        "suspended_at": "2026-12-01T01:00:00Z", "sunset": "2027-03-31T15:00:00Z",
    });
    for (name, value) in exception.as_object().unwrap() {
        data[name] = value.clone();
    }
    if kind == Kind::RequestDenied {
        data["guidance"] = json!(["ask_the_vendor"]);
    }
    if kind == Kind::RequestReceived {
        data["guards"] = json!(["tenant_on_hold"]);
    }
    data
}

#[actix_web::test]
async fn every_mail_reads_well_in_both_languages() {
    let app = TestApp::start().await;
    let version = app.desk.policies.at(app.clock.now()).unwrap().version().to_owned();
    for lang in Lang::ALL {
        let mut all = String::new();
        // The others: `staff_mail.rs`, `second_contact.rs`.
        for kind in Kind::ALL.into_iter().filter(|kind| !kind.is_about_neither()) {
            for recipient in kind.recipients().iter().filter(|to| **to != Recipient::Person) {
                let mut data = data(kind, lang);
                data["policy_version"] = json!(version);
                let letter = notify::write(&app.desk, kind, *recipient, lang, &data);
                all += &format!(
                    "===== {} to {}\n{}\n\n{}\n",
                    kind.code(),
                    recipient.code(),
                    letter.subject,
                    letter.text()
                );
                assert!(
                    letter.subject.contains("TE-2026-000123") && !letter.subject.contains("Tailspin"),
                    "{}",
                    letter.subject
                );
                let html = letter.html();
                let said = letter.paragraphs.iter().chain(letter.facts.iter().map(|(_, value)| value));
                for said in said {
                    assert!(html.contains(said.as_str()), "{said}: {html}");
                }
                for text in [&letter.text(), &html] {
                    assert!(!text.contains("mail-") && !text.contains("{ $"), "a message is missing: {text}");
                }
            }
        }
        insta::assert_snapshot!(format!("mails-{}", lang.tag()), all.replace(&app.base, "https://desk.example"));
    }
    let letter = notify::write(
        &app.desk,
        Kind::ExceptionGranted,
        Recipient::SecurityContact,
        Lang::En,
        &data(Kind::ExceptionGranted, Lang::En),
    );
    insta::assert_snapshot!("mail-html", letter.html().replace(&app.base, "https://desk.example"));
}

#[actix_web::test]
async fn a_lead_sees_every_mail_and_has_one_sent_again() {
    let mut peer = Peer::start(&json!({ "plans": { "it": ["550", "ok"] } })).await;
    let app = TestApp::start_with(over(peer.port)).await;
    app.actor("tailspin-global-admin").file(&more_time()).await.expect(201);
    let first = peer.mail().await;
    let lead = app.staff("lead");
    let mut dead = Value::Null;
    for _ in 0..100 {
        dead = lead.get("/api/v1/mails?state=dead").await.expect(200).json()["items"][0].clone();
        if !dead.is_null() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!((&dead["last_error"], &dead["kind"]), (&json!("smtp_550"), &json!("request_denied")));
    assert!(!dead.to_string().contains('@'), "no address: {dead}");

    let mut browser = Browser::of_staff(&app, "lead").await;
    let (_, list) = browser.open("/admin/mail?state=dead").await;
    let page = format!("/admin/mail/{}", text(&dead["id"]));
    assert!(list.contains(&page) && list.contains("Not deliverable (1)"), "{list}");
    let (_, one) = browser.open(&page).await;
    assert!(one.contains("The mail server answered 550.") && one.contains("申請は承認されませんでした"), "{one}");
    let (status, at) = browser.submit(&format!("{page}/resend"), &[]).await;
    assert_eq!((status, at.as_str()), (303, page.as_str()));
    let again = peer.mail().await;
    assert_eq!(first.header("Message-ID"), again.header("Message-ID"));
    let audited: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_events WHERE action = 'mail.resent'")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(audited, 1);
    for persona in ["reviewer", "auditor", "tailspin-global-admin"] {
        app.staff(persona).get("/api/v1/mails").await.expect(403);
        app.staff(persona).post(&format!("/api/v1/mails/{}/resend", text(&dead["id"])), &json!({})).await.expect(403);
    }
}

#[actix_web::test]
async fn a_mail_that_waits_is_not_sent_again() {
    let app = TestApp::start().await;
    app.actor("tailspin-global-admin").file(&more_time()).await.expect(201);
    let lead = app.staff("lead");
    let waiting = lead.get("/api/v1/mails").await.expect(200).json()["items"][0].clone();
    assert_eq!(waiting["state"], "waiting");
    lead.post(&format!("/api/v1/mails/{}/resend", text(&waiting["id"])), &json!({})).await.expect(409);
    lead.post(&format!("/api/v1/mails/{}/resend", uuid::Uuid::nil()), &json!({})).await.expect(404);
    lead.get("/api/v1/mails?state=lost").await.expect(422);
}

/// Kinds and recipients of what is to be told since the last time.
async fn news(app: &TestApp) -> Vec<String> {
    let mut owner = app.owner().await;
    let news = told(&mut owner).await.into_iter().map(|(kind, recipient, ..)| format!("{kind} {recipient}")).collect();
    sqlx::query("DELETE FROM outbox").execute(&mut owner).await.unwrap();
    news
}

#[actix_web::test]
async fn the_course_of_an_exception_is_told_once_each() {
    let app = TestApp::start().await;
    let now: DateTime<Utc> = NOW.parse().unwrap();
    let mut request = third_party();
    request["scope"]["starts_at"] = json!(now + TimeDelta::days(5));
    app.actor("tailspin-global-admin").file(&request).await.expect(201);
    news(&app).await;
    let end = now + TimeDelta::days(65);
    let expected = [
        (now, ""),
        (now + TimeDelta::days(5), "exception_started contact"),
        (end - TimeDelta::days(14) - TimeDelta::seconds(1), ""),
        (end - TimeDelta::days(14), "exception_ends_soon contact"),
        (end - TimeDelta::days(4), ""),
        (end - TimeDelta::days(3), "exception_ends_soon contact"),
        (end, "exception_ended contact"),
        (end + TimeDelta::days(9), ""),
    ];
    for (at, what) in expected {
        // Two desks at once, and the same again: it is told once.
        let (one, other) =
            futures_util::future::join(tend_courses_at(&app.desk, at), tend_courses_at(&app.desk, at)).await;
        one.and(other).unwrap();
        tend_courses_at(&app.desk, at).await.unwrap();
        assert_eq!(news(&app).await.join(","), what, "{at}");
    }
}

#[actix_web::test]
async fn a_sunset_is_announced_once_to_those_whom_it_found_with_an_exception() {
    let slug = "slug = \"third_party_mfa_not_recognized\"\n";
    let with_sunset = format!("{slug}sunset = 2027-03-31T00:00:00+09:00\n");
    let later = edition("2026-12-01", "2026-12-01T00:00:00Z", &[(slug, &with_sunset)]);
    let folder = Folder::of(&[("2020-03-01.toml", SHIPPED), ("2026-12-01.toml", &later)]);
    let app = folder.desk().await;
    app.actor("tailspin-global-admin").file(&third_party()).await.expect(201);
    news(&app).await;
    for (at, what) in [(NOW, ""), ("2026-12-02T00:00:00Z", "sunset_announced contact"), ("2026-12-03T00:00:00Z", "")] {
        tend_courses_at(&app.desk, at.parse().unwrap()).await.unwrap();
        assert_eq!(news(&app).await.join(","), what, "{at}");
    }
}

#[actix_web::test]
async fn who_ends_or_stops_an_exception_has_its_contact_told() {
    let app = TestApp::start().await;
    let admin = app.actor("tailspin-global-admin");
    let granted = admin.file(&third_party()).await.expect(201).json();
    news(&app).await;
    let lead = app.staff("lead");
    let scope = json!({ "scope": { "tenant": granted["exception"]["tenant"] }, "reason": "being looked into" });
    lead.post("/api/v1/suspensions", &scope).await.expect(201);
    assert_eq!(news(&app).await, ["suppression_suspended contact"]);
    lead.revoke(&granted["exception"]).await.expect(200);
    assert_eq!(news(&app).await, ["exception_revoked contact", "exception_revoked security_contact"]);

    let waiting = admin.file(&other()).await.expect(201).json();
    app.staff("reviewer").ask(&waiting).await.expect(200);
    news(&app).await;
    admin.reply(&admin.read(&waiting).await).await.expect(200);
    assert_eq!(news(&app).await, ["request_answered assignee"]);
    app.staff("reviewer").accept(&admin.read(&waiting).await).await.expect(200);
    news(&app).await;
    let exception = admin.read(&waiting).await["exception"].clone();
    let path = format!("/api/v1/exceptions/{}/not-us", text(&exception["id"]));
    admin.change(&path, &exception, &json!({})).await.expect(200);
    assert_eq!(news(&app).await, ["exception_ended contact", "exception_disputed leads"]);
}

/// What the form on `page` sends, as it is.
fn hidden_fields(page: &str) -> Vec<(&'static str, String)> {
    ["version", "link"].map(|name| (name, hidden(page, name))).into()
}

#[actix_web::test]
async fn the_link_of_a_mail_ends_its_exception_without_a_sign_in() {
    let app = TestApp::start().await;
    let admin = app.actor("tailspin-global-admin");
    let granted = admin.file(&third_party()).await.expect(201).json();
    let exception = || async { admin.read(&granted).await["exception"].clone() };
    let (_, _, _, row) = told(&mut app.owner().await).await.pop().unwrap();
    let letter = notify::write(&app.desk, Kind::ExceptionGranted, Recipient::SecurityContact, Lang::En, &row);
    let link = letter
        .links
        .iter()
        .find_map(|(_, href)| href.strip_prefix(&app.base).filter(|path| path.starts_with("/not-us")));
    let link = link.unwrap_or_else(|| panic!("{:?}", letter.links));
    news(&app).await;

    let mut anybody = Browser::new(&app);
    let (status, page) = anybody.open(link).await;
    assert_eq!(status, 200, "{page}");
    assert!(!page.contains(USER), "whom it covers is not shown: {page}");
    assert_eq!(exception().await["status"], "active", "looking ends nothing");
    let fields = hidden_fields(&page);
    let form: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (status, at) = anybody.submit("/not-us", &form).await;
    assert_eq!((status, at.as_str()), (303, "/not-us/said"));
    assert_eq!(exception().await["status"], "revoked");
    assert_eq!(news(&app).await, ["exception_ended contact", "exception_disputed leads"]);
    let holds: i64 = sqlx::query_scalar("SELECT count(*) FROM tenant_holds WHERE lifted_at IS NULL")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(holds, 1);
    let (status, _) = anybody.submit("/not-us", &form).await;
    assert!([409, 412].contains(&status), "{status}");
}

#[actix_web::test]
async fn a_link_that_is_not_the_desks_or_is_over_opens_nothing() {
    let app = TestApp::start().await;
    let granted = app.actor("tailspin-global-admin").file(&third_party()).await.expect(201).json();
    let id = text(&granted["exception"]["id"]).parse().unwrap();
    let until: DateTime<Utc> = text(&granted["exception"]["expires_at"]).parse().unwrap();
    let link = not_us::link(&app.desk, id, until).unwrap();
    let mut anybody = Browser::new(&app);
    for bad in ["/not-us?link=", "/not-us?link=abc", &format!("{link}x"), &link.replace("link=", "link=A")] {
        assert_eq!(anybody.open(bad).await.0, 404, "{bad}");
    }
    assert_eq!(anybody.open("/not-us").await.0, 422);
    assert_eq!(anybody.open(&link).await.0, 200);
    app.clock.set(until);
    assert_eq!(anybody.open(&link).await.0, 404);
    assert_eq!(anybody.submit("/not-us", &[("version", "1"), ("link", "abc")]).await.0, 404);
}

#[actix_web::test]
async fn a_partner_reads_on_its_home_page_what_it_was_mailed() {
    let app = TestApp::start().await;
    let filed = app.actor("tailspin-global-admin").file(&more_time()).await.expect(201).json();
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let (_, home) = partner.open("/").await;
    let told = home.split("Told to you by mail").nth(1).unwrap_or_else(|| panic!("{home}"));
    assert!(told.contains(&format!("/support/requests/{}", text(&filed["reference"]))), "{told}");
    assert!(told.contains("Request not accepted"), "{told}");
    let mut stranger = Browser::of(&app, "contoso-admin-agent").await;
    assert!(!stranger.open("/").await.1.contains("Told to you by mail"));
}
