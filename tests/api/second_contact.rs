//! A partner's second contact: named with MFA, confirmed by whoever reads the address, told to the security contact, and mailed copies.

use crate::actors::{Actor, Answer, more_time, other, text, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use crate::mail::{Peer, denied_for, over, until};
use crate::staff_mail::sealed;
use crate::walk::hidden;
use chrono::TimeDelta;
use exception_desk::identity::TenantId;
use exception_desk::locale::Lang;
use exception_desk::notify::{self, Kind, Recipient, second_contact};
use exception_desk_demo::people;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use sqlx::postgres::PgQueryResult;

const PATH: &str = "/api/v1/settings/second-contact";
const COPIES: &str = "copies@tailspin.example";

fn admin(app: &TestApp) -> Actor<'_> {
    app.actor_with_mfa("tailspin-global-admin", true)
}

/// Names `address`, at the version that there is.
async fn put(who: &Actor<'_>, address: &str) -> Answer {
    let seen = who.get(PATH).await.expect(200);
    let body = json!({ "address": address });
    who.send(who.call(Method::PUT, PATH).header("If-Match", seen.header("etag")).json(&body)).await
}

async fn remove(who: &Actor<'_>) -> Answer {
    let seen = who.get(PATH).await.expect(200);
    who.send(who.call(Method::DELETE, PATH).header("If-Match", seen.header("etag"))).await
}

/// The page of the link that was mailed last.
async fn link(app: &TestApp) -> String {
    let data: Value =
        sqlx::query_scalar("SELECT data FROM outbox WHERE kind = 'second_contact_to_confirm' ORDER BY id DESC LIMIT 1")
            .fetch_one(&mut app.owner().await)
            .await
            .unwrap();
    second_contact::link(&app.desk, &data).unwrap()
}

/// Whoever reads the address presses the button: nobody whom the desk knows.
async fn confirm(app: &TestApp, link: &str) -> Answer {
    app.anonymous().post(&format!("{PATH}/confirm"), &json!({ "link": sealed(link) })).await
}

/// `address` is the second contact of Tailspin.
async fn confirmed(app: &TestApp, address: &str) {
    put(&admin(app), address).await.expect(202);
    confirm(app, &link(app).await).await.expect(204);
}

/// What waits in the outbox besides what is told of the second contact itself.
async fn waits(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT kind || ' ' || recipient FROM outbox WHERE kind NOT LIKE 'second_contact%' ORDER BY created_at, kind DESC, recipient",
    )
    .fetch_all(&mut app.owner().await)
    .await
    .unwrap()
}

#[actix_web::test]
async fn an_address_gets_nothing_but_the_link_until_its_reader_confirms_it() {
    let app = TestApp::start().await;
    let named = put(&admin(&app), COPIES).await.expect(202).json();
    assert_eq!((&named["address"], text(&named["pending_address"])), (&Value::Null, COPIES));
    admin(&app).file(&third_party()).await.expect(201);
    app.staff("reviewer").ask(&admin(&app).file(&other()).await.expect(201).json()).await.expect(200);
    let before = waits(&app).await;
    assert!(before.len() >= 4 && before.iter().all(|row| !row.contains("second_contact")), "{before:?}");

    let page = link(&app).await;
    let mut anybody = Browser::new(&app);
    let (status, shown) = anybody.open(&page).await;
    assert!(status == 200 && shown.contains(COPIES) && shown.contains("Tailspin"), "{shown}");
    assert_eq!(admin(&app).get(PATH).await.json()["address"], Value::Null, "looking confirms nothing");
    let form = [("link", hidden(&shown, "link"))];
    let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (status, to) = anybody.submit("/settings/second-contact/confirm", &form).await;
    assert_eq!((status, to.as_str()), (303, "/settings/second-contact/confirmed"));
    assert_eq!(anybody.open(&to).await.0, 200);
    let now = admin(&app).get(PATH).await.expect(200).json();
    assert_eq!((text(&now["address"]), &now["pending_address"]), (COPIES, &Value::Null));
    for link in [page.clone(), format!("{page}x"), "/settings/second-contact/confirm?link=x".to_owned()] {
        assert_eq!(anybody.open(&link).await.0, 404, "{link}");
        confirm(&app, &link).await.expect(404);
    }

    sqlx::query("DELETE FROM outbox").execute(&mut app.owner().await).await.unwrap();
    let denied = admin(&app).file(&more_time()).await.expect(201).json();
    app.staff("lead").accept(&admin(&app).appeal(&denied).await.expect(200).json()).await.expect(200);
    let exception = admin(&app).read(&denied).await["exception"].clone();
    app.staff("lead").revoke(&exception).await.expect(200);
    let expected = [
        "request_received contact",
        "request_received second_contact",
        "request_denied contact",
        "request_denied second_contact",
        "request_accepted contact",
        "request_accepted second_contact",
        "exception_revoked contact",
        "exception_revoked second_contact",
        "exception_revoked security_contact",
        "exception_granted security_contact",
    ];
    let (mut expected, mut told) = (expected.map(str::to_owned).to_vec(), waits(&app).await);
    expected.sort();
    told.sort();
    assert_eq!(told, expected, "what the contact gets, and nothing else");
    let granted: Value =
        sqlx::query_scalar("SELECT data FROM outbox WHERE kind = 'request_accepted' AND recipient = 'second_contact'")
            .fetch_one(&mut app.owner().await)
            .await
            .unwrap();
    let ends = |to: Recipient| {
        let letter = notify::write(&app.desk, Kind::RequestAccepted, to, Lang::En, &granted);
        letter.text().contains("/not-us?link=")
    };
    assert_eq!((ends(Recipient::Contact), ends(Recipient::SecondContact)), (true, false));
}

#[actix_web::test]
async fn every_step_is_recorded_and_told_to_the_security_contact_without_the_address() {
    let app = TestApp::start().await;
    put(&admin(&app), COPIES).await.expect(202);
    app.wait(TimeDelta::seconds(1));
    confirm(&app, &link(&app).await).await.expect(204);
    app.wait(TimeDelta::seconds(1));
    remove(&admin(&app)).await.expect(204);
    remove(&admin(&app)).await.expect(204);
    let mut owner = app.owner().await;
    let told: Vec<Value> = sqlx::query_scalar(
        "SELECT data FROM outbox WHERE kind = 'second_contact_changed' AND recipient = 'security_contact' ORDER BY id",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    let steps: Vec<_> = told.iter().map(|data| text(&data["step"])).collect();
    assert_eq!(steps, ["named", "confirmed", "removed"], "removing nothing is no step");
    let name = people::persona("tailspin-global-admin").unwrap();
    for data in &told {
        assert_eq!((text(&data["address"]), text(&data["by"])), ("c…@tailspin.example", name.name), "{data}");
    }
    let recorded: Vec<(String, String, Option<uuid::Uuid>)> = sqlx::query_as(
        "SELECT action, actor_kind, actor_object_id FROM audit_events WHERE action LIKE 'partner.second_contact%' ORDER BY id",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    let person = |action: &str| (format!("partner.second_contact_{action}"), "person".to_owned(), Some(name.object_id));
    let by_link = ("partner.second_contact_confirmed".to_owned(), "system".to_owned(), None);
    assert_eq!(recorded, [person("named"), by_link, person("removed")]);
    let kept: Vec<String> = sqlx::query_scalar(
        "SELECT data::text FROM outbox UNION ALL SELECT concat(details, personal) FROM audit_events
         UNION ALL SELECT to_jsonb(s)::text FROM second_contacts AS s",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    assert!(kept.iter().all(|row| !row.contains(COPIES)), "{kept:?}");

    // Home tells of requests alone; the partner's page tells staff of the steps.
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    assert_eq!(partner.open("/").await.0, 200);
    let (_, page) = Browser::of_staff(&app, "lead").await.open(&format!("/partners/{}", people::TAILSPIN.id)).await;
    assert!(page.contains("Second contact confirmed by the link mailed to it"), "{page}");
    assert!(!page.contains(COPIES), "{page}");
}

#[actix_web::test]
async fn the_security_contact_hears_whose_place_an_address_takes() {
    let app = TestApp::start().await;
    for address in [COPIES, "mail@other.example"] {
        put(&admin(&app), address).await.expect(202);
        app.wait(TimeDelta::seconds(1));
        confirm(&app, &link(&app).await).await.expect(204);
        app.wait(TimeDelta::minutes(2));
    }
    put(&admin(&app), "next@other.example").await.expect(202);
    app.wait(TimeDelta::seconds(1));
    remove(&admin(&app)).await.expect(204);
    let told: Vec<Value> = sqlx::query_scalar(
        "SELECT jsonb_build_array(data -> 'step', data -> 'address', data -> 'before') FROM outbox
         WHERE kind = 'second_contact_changed' ORDER BY id OFFSET 2",
    )
    .fetch_all(&mut app.owner().await)
    .await
    .unwrap();
    let (first, second, third) = ("c…@tailspin.example", "m…@other.example", "n…@other.example");
    let expected = [
        json!(["named", second, null]),
        json!(["confirmed", second, first]),
        json!(["named", third, null]),
        json!(["removed", format!("{second}, {third}"), null]),
    ];
    assert_eq!(told, expected);
}

#[actix_web::test]
async fn only_who_files_and_has_passed_mfa_sees_or_changes_it() {
    let app = TestApp::start().await;
    confirmed(&app, COPIES).await;
    let body = json!({ "address": "elsewhere@evil.example" });
    for (persona, mfa, problem) in [
        ("tailspin-global-admin", false, "step-up-required"),
        ("tailspin-admin-agent", false, "step-up-required"),
        ("tailspin-helpdesk-agent", true, "not-allowed"),
        ("lead", true, "not-allowed"),
        ("feed", true, "not-allowed"),
    ] {
        let who = if persona == "feed" { app.actor("feed") } else { app.actor_with_mfa(persona, mfa) };
        let any = |method: Method| who.call(method, PATH).header("If-Match", "*");
        let calls = [any(Method::GET), any(Method::PUT).json(&body), any(Method::DELETE)];
        for call in calls {
            assert_eq!(who.send(call).await.expect(403).problem(), problem, "{persona}");
        }
    }
    let now = admin(&app).get(PATH).await.expect(200).json();
    assert_eq!((text(&now["address"]), &now["pending_address"]), (COPIES, &Value::Null));

    // Without MFA the page leads to the step-up and says nothing; /settings offers it to those who file alone.
    let mut without = Browser::of(&app, "tailspin-global-admin").await;
    let (status, page) = without.open("/settings/second-contact").await;
    assert!(status == 403 && page.contains("step_up=1") && !page.contains(COPIES), "{status}: {page}");
    assert_eq!(
        without.submit("/settings/second-contact", &[("version", "2"), ("address", "x@evil.example")]).await.0,
        403
    );
    assert!(without.open("/settings").await.1.contains("href=\"/settings/second-contact\""));
    for mut other in [Browser::of(&app, "tailspin-helpdesk-agent").await, Browser::new(&app)] {
        assert!(!other.open("/settings").await.1.contains("/settings/second-contact"));
    }
}

#[actix_web::test]
async fn a_tenants_second_contact_is_unseen_by_others_and_gets_no_copies_of_theirs() {
    let app = TestApp::start().await;
    confirmed(&app, COPIES).await;
    let contoso = app.actor_with_mfa("contoso-admin-agent", true);
    let theirs = contoso.get(PATH).await.expect(200).json();
    assert_eq!((&theirs["address"], &theirs["version"]), (&Value::Null, &json!(0)));
    sqlx::query("DELETE FROM outbox").execute(&mut app.owner().await).await.unwrap();
    contoso.file(&more_time()).await.expect(201);
    assert_eq!(waits(&app).await, ["request_denied contact"]);

    let mut tx = app.desk.db.partner(TenantId(people::CONTOSO.id)).await.unwrap();
    let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM second_contacts").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(seen, 0);
    let changed = sqlx::query("UPDATE second_contacts SET pending = NULL").execute(&mut *tx).await.unwrap();
    assert_eq!(changed.rows_affected(), 0);
    // Not even its own people's transaction makes one of what was not asked.
    let mut own = app.desk.db.partner(TenantId(people::TAILSPIN.id)).await.unwrap();
    let unasked = "UPDATE second_contacts SET address = 'x@evil.example'";
    let refused = sqlx::query(unasked).execute(&mut *own).await.unwrap_err();
    assert_eq!(refused.as_database_error().unwrap().constraint(), Some("second_contacts_asked_first"));
    let insert = format!("INSERT INTO second_contacts (tenant) VALUES ('{}')", people::WINGTIP.id);
    assert_eq!(not_allowed(sqlx::query(AssertSqlSafe(insert)).execute(&mut *tx).await), "42501");
    for statement in [
        "SELECT address FROM second_contacts",
        "SELECT pending FROM second_contacts",
        "UPDATE second_contacts SET address = 'x@evil.example'",
        "DELETE FROM second_contacts",
    ] {
        for db in [app.desk.db.staff().await, app.desk.db.publisher().await, app.desk.db.identity().await] {
            assert_eq!(not_allowed(sqlx::query(statement).execute(&mut *db.unwrap()).await), "42501", "{statement}");
        }
    }
}

/// The code of the database's refusal.
fn not_allowed(result: Result<PgQueryResult, sqlx::Error>) -> String {
    result.unwrap_err().as_database_error().and_then(|error| error.code()).unwrap_or_default().into_owned()
}

#[actix_web::test]
async fn links_are_few_whatever_becomes_of_them_and_each_needs_the_version_that_was_seen() {
    let app = TestApp::start().await;
    put(&admin(&app), COPIES).await.expect(202);
    let first = link(&app).await;
    let again = put(&admin(&app), "b@tailspin.example").await.expect(429);
    assert_eq!((again.problem().as_str(), again.header("retry-after")), ("too-many-requests", "60"));
    remove(&admin(&app)).await.expect(204);
    put(&admin(&app), COPIES).await.expect(429);
    confirm(&app, &first).await.expect(404);
    for _ in 0..4 {
        app.wait(TimeDelta::seconds(60));
        put(&admin(&app), COPIES).await.expect(202);
    }
    app.wait(TimeDelta::seconds(60));
    let over = put(&admin(&app), COPIES).await.expect(429);
    assert_eq!(over.header("retry-after"), (24 * 60 * 60 - 300).to_string());

    let who = admin(&app);
    let body = json!({ "address": COPIES });
    who.send(who.call(Method::PUT, PATH).json(&body)).await.expect(428);
    who.send(who.call(Method::PUT, PATH).header("If-Match", "\"1\"").json(&body)).await.expect(412);
    who.send(who.call(Method::DELETE, PATH).header("If-Match", "\"1\"")).await.expect(412);
    for wrong in
        ["", "x", "a@b@c", "a@tailspin.example\r\nBcc: x@evil.example", &format!("{}@b.example", "a".repeat(250))]
    {
        assert_eq!(put(&who, wrong).await.expect(422).errors(), ["/address email_invalid"], "{wrong}");
    }
}

#[actix_web::test]
async fn a_link_counts_for_a_day_and_the_address_behind_it_is_forgotten_then() {
    let app = TestApp::start().await;
    put(&admin(&app), COPIES).await.expect(202);
    let link = link(&app).await;
    let end = app.clock.now() + TimeDelta::hours(24);
    app.clock.set(end - TimeDelta::seconds(1));
    second_contact::sweep(&app.desk.db, app.clock.now()).await.unwrap();
    assert_eq!(Browser::new(&app).open(&link).await.0, 200);
    app.clock.set(end);
    confirm(&app, &link).await.expect(404);
    assert_eq!(admin(&app).get(PATH).await.expect(200).json()["pending_address"], Value::Null);
    second_contact::sweep(&app.desk.db, app.clock.now()).await.unwrap();
    let left: Option<String> = sqlx::query_scalar("SELECT concat(pending, pending_by) FROM second_contacts")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(left.as_deref(), Some(""));
}

#[actix_web::test]
async fn a_copy_is_a_mail_of_its_own_that_ends_nothing_and_holds_up_no_other() {
    let mut peer = Peer::start(&json!({ "plans": { "copies": ["ok", "550"] } })).await;
    let app = TestApp::start_with(over(peer.port)).await;
    put(&admin(&app), COPIES).await.expect(202);
    let mut first = [peer.mail().await, peer.mail().await];
    first.sort_by(|one, other| one.to.cmp(&other.to));
    let [to_confirm, told] = first;
    assert_eq!(to_confirm.to, COPIES);
    assert!(to_confirm.raw.contains("/settings/second-contact/confirm?link="), "{}", to_confirm.raw);
    assert_eq!(told.to, people::TAILSPIN.partner.as_ref().unwrap().security_contact);
    for header in ["Subject", "From", "References"] {
        assert!(!told.header(header).contains("copies"), "{}", told.raw);
    }
    confirm(&app, &link(&app).await).await.expect(204);
    peer.mail().await;

    admin(&app).file(&denied_for("it")).await.expect(201);
    let mut both = [peer.mail().await, peer.mail().await];
    both.sort_by(|one, other| one.to.cmp(&other.to));
    let [copy, mail] = both;
    assert_eq!((copy.to.as_str(), mail.to.as_str()), (COPIES, "it@tailspin.example"));
    assert_ne!(copy.header("Message-ID"), mail.header("Message-ID"));
    assert_eq!(copy.header("Subject"), mail.header("Subject"));
    let mut owner = app.owner().await;
    until(&mut owner, "sent_at IS NOT NULL OR recipient = 'second_contact' AND last_error = 'smtp_550'").await;

    // Who is the contact already is told once, and what happened before an address was confirmed is not told to it.
    admin(&app)
        .file(&{
            let mut request = other();
            request["contact"]["email"] = json!("Copies@tailspin.example");
            request
        })
        .await
        .expect(201);
    until(&mut owner, "recipient <> 'second_contact' OR kind <> 'request_received'").await;
    let earlier = "UPDATE outbox SET created_at = created_at - interval '1 day', dead_at = NULL, last_error = NULL, next_attempt_at = now()
         WHERE recipient = 'second_contact' AND kind = 'request_denied'";
    sqlx::query(earlier).execute(&mut owner).await.unwrap();
    until(&mut owner, "recipient <> 'second_contact' OR kind <> 'request_denied'").await;
}

#[actix_web::test]
async fn the_page_says_what_waits_what_holds_and_what_is_wrong() {
    let app = TestApp::start().await;
    let mut browser = Browser::of(&app, "contoso-admin-agent").await;
    let (status, page) = browser.open("/settings/second-contact").await;
    assert!(status == 200 && page.contains("None") && !page.contains("/settings/second-contact/remove"), "{page}");
    let form = |version: &'static str, address: &'static str| [("version", version), ("address", address)];
    let (status, page) = browser.submit("/settings/second-contact", &form("0", "no address")).await;
    assert!(status == 422 && page.contains("<title>Error: ") && page.contains("href=\"#address\""), "{page}");
    assert!(page.contains("value=\"no address\""), "{page}");
    assert_eq!(browser.submit("/settings/second-contact", &form("7", "a@contoso.example")).await.0, 412);
    let (status, to) = browser.submit("/settings/second-contact", &form("0", " a@contoso.example ")).await;
    assert_eq!((status, to.as_str()), (303, "/settings/second-contact?done=asked"));
    let (_, page) = browser.open(&to).await;
    assert!(page.contains("a@contoso.example waits to be confirmed") && page.contains("We sent a link"), "{page}");
    confirm(&app, &link(&app).await).await.expect(204);
    let (_, page) = browser.open("/settings/second-contact").await;
    assert!(page.contains("Confirmed on") && !page.contains("waits to be confirmed"), "{page}");
    let version = hidden(&page, "version");
    let (status, to) = browser.submit("/settings/second-contact/remove", &[("version", &version)]).await;
    assert_eq!((status, to.as_str()), (303, "/settings/second-contact?done=removed"));
    let (_, page) = browser.open(&to).await;
    assert!(page.contains("No more copies are sent.") && !page.contains("a@contoso.example"), "{page}");
}

#[actix_web::test]
async fn every_mail_about_it_reads_well_in_both_languages() {
    let app = TestApp::start().await;
    for lang in Lang::ALL {
        let mut all = String::new();
        let steps = ["named", "confirmed", "removed"].map(|step| (Kind::SecondContactChanged, step));
        for (kind, step) in [(Kind::SecondContactToConfirm, "")].into_iter().chain(steps) {
            let data = json!({
                "partner": people::TAILSPIN.id, "until": "2026-11-25T01:00:00Z", "link": "/settings/second-contact/confirm?link=SEALED",
                "tenant_name": "Tailspin Toys", "calendar": "jp", "step": step, "by": "佐藤 愛子", "address": "c…@tailspin.example",
                "at": "2026-11-24T01:00:00Z",
            });
            let recipient: Recipient = kind.recipients()[0];
            let letter = notify::write(&app.desk, kind, recipient, lang, &data);
            all += &format!("===== {} {step}\n{}\n\n{}\n", kind.code(), letter.subject, letter.text());
            for text in [&letter.subject, &letter.text(), &letter.html()] {
                assert!(!text.contains("mail-") && !text.contains("{ $"), "a message is missing: {text}");
            }
        }
        insta::assert_snapshot!(
            format!("second-contact-{}", lang.tag()),
            all.replace(&app.base, "https://desk.example")
        );
    }
}
