//! Where mail to staff goes: an address shown to be its owner's, the links, and what becomes of an address that is left.

use crate::actors::{other, text};
use crate::app::{NOW, TestApp};
use crate::browser::Browser;
use crate::mail::{Peer, over};
use crate::staff_mail::{ME, at, deal, link, partner, reachable, sealed};
use chrono::TimeDelta;
use exception_desk::identity::{ObjectId, Person, Role, TenantId};
use exception_desk::notify::staff;
use exception_desk::review::warn_at;
use exception_desk_demo::people;
use relying_party::Claims;
use reqwest::Method;
use serde_json::{Value, json};

#[actix_web::test]
async fn an_address_is_ones_own_once_the_link_mailed_to_it_was_opened_by_the_person_signed_in() {
    let app = TestApp::start().await;
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    let (_, page) = reviewer.open("/settings/mail").await;
    assert!(page.contains("You have no confirmed address yet"), "{page}");
    let (status, to) = reviewer.submit("/settings/mail/address", &[("address", " someone@operator.example ")]).await;
    assert_eq!((status, to.as_str()), (303, "/settings/mail?done=asked"));
    let first = link(&app).await;
    let (_, page) = reviewer.open("/settings/mail").await;
    assert!(page.contains("someone@operator.example waits to be confirmed"), "{page}");

    // Somebody else who got hold of it; nobody; a changed one.
    let mut lead = Browser::of_staff(&app, "lead").await;
    assert_eq!(lead.open(&first).await.0, 404);
    assert_eq!(lead.submit("/settings/mail/confirm", &[("link", &sealed(&first))]).await.0, 404);
    assert_eq!(reviewer.open(&format!("{first}x")).await.0, 404);
    assert_eq!(reviewer.open("/settings/mail/confirm").await.0, 422);

    // Looking confirms nothing; the button does, once.
    let (status, page) = reviewer.open(&first).await;
    assert_eq!(status, 200, "{page}");
    assert_eq!(app.staff("reviewer").get(ME).await.json()["address"], Value::Null);
    let form = [("link", sealed(&first))];
    let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (status, to) = reviewer.submit("/settings/mail/confirm", &form).await;
    assert_eq!((status, to.as_str()), (303, "/settings/mail?done=confirmed"));
    let mail = app.staff("reviewer").get(ME).await.expect(200).json();
    assert_eq!((text(&mail["address"]), &mail["verified_by_sign_in"]), ("someone@operator.example", &json!(false)));
    assert_eq!(reviewer.submit("/settings/mail/confirm", &form).await.0, 404, "a link counts once");

    assert_eq!(reviewer.submit("/settings/mail/address/remove", &[]).await.0, 303);
    assert_eq!(app.staff("reviewer").get(ME).await.json()["address"], Value::Null);
    let told: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_events WHERE subject_kind = 'staff' ORDER BY action")
            .fetch_all(&mut app.owner().await)
            .await
            .unwrap();
    assert_eq!(told, ["staff.address_confirmed", "staff.address_removed"]);
}

#[actix_web::test]
async fn a_link_is_over_after_a_day_and_when_a_newer_one_was_sent() {
    let app = TestApp::start().await;
    let reviewer = app.staff("reviewer");
    let wanted = json!({ "address": "a@operator.example" });
    let ask = || reviewer.post("/api/v1/me/mail/address", &wanted);
    let confirm = |link: String| {
        let reviewer = reviewer.clone();
        async move { reviewer.post("/api/v1/me/mail/address/confirm", &json!({ "link": sealed(&link) })).await }
    };
    ask().await.expect(202);
    let first = link(&app).await;
    let again = ask().await.expect(429);
    assert_eq!((again.problem().as_str(), again.header("retry-after")), ("too-many-requests", "60"));
    sqlx::query("UPDATE staff_mail SET asked_at = now() - interval '2 minutes'")
        .execute(&mut app.owner().await)
        .await
        .unwrap();
    ask().await.expect(202);
    let second = link(&app).await;
    confirm(first).await.expect(404);
    let until = app.clock.now() + TimeDelta::hours(24);
    app.clock.set(until);
    // A day later a token is over too.
    let late = app.staff("reviewer");
    let body = json!({ "link": sealed(&second) });
    late.post("/api/v1/me/mail/address/confirm", &body).await.expect(404);
    app.clock.set(until - TimeDelta::seconds(1));
    app.staff("reviewer").post("/api/v1/me/mail/address/confirm", &body).await.expect(200);
}

/// The reviewer as a sign-in makes them.
fn reviewer_signed_in(app: &TestApp) -> Person {
    Person {
        tenant: TenantId(people::OPERATIONS.id),
        object_id: ObjectId(people::persona("reviewer").unwrap().object_id),
        name: "Reviewer".to_owned(),
        roles: [Role::Reviewer].into(),
        partner_roles: Default::default(),
        mfa: true,
        operator: true,
        until: app.clock.now(),
    }
}

/// Verified claims with these among them.
fn said(claims: &Value) -> Claims {
    let text = |name: &str| claims[name].as_str().map(str::to_owned);
    Claims {
        issuer: "https://login.example".to_owned(),
        tenant: people::OPERATIONS.id,
        subject: "reviewer".to_owned(),
        object_id: None,
        amr: Vec::new(),
        acr: None,
        roles: Vec::new(),
        app_only: false,
        client_id: None,
        name: None,
        preferred_username: text("preferred_username"),
        email: text("email"),
        issued_at: None,
        not_before: None,
        expires_at: at("2030-01-01T00:00:00Z"),
        authenticated_at: None,
        all: claims.as_object().unwrap().clone(),
    }
}

#[actix_web::test]
async fn an_address_that_the_provider_has_verified_counts_and_any_other_is_a_suggestion() {
    let app = TestApp::start().await;
    let seen = |claims: Value| {
        let app = &app;
        async move {
            staff::seen(&app.desk, &reviewer_signed_in(app), &said(&claims)).await.unwrap();
            app.staff("reviewer").get(ME).await.expect(200).json()["address"].clone()
        }
    };
    let unverified = [
        json!({ "email": "boss@contoso.example" }),
        json!({ "email": "boss@contoso.example", "email_verified": false }),
        json!({ "email": "boss@contoso.example", "email_verified": "true" }),
        json!({ "preferred_username": "boss@contoso.example", "email_verified": true }),
    ];
    for claims in unverified {
        assert_eq!(seen(claims.clone()).await, Value::Null, "{claims}");
    }
    let verified = |address: &str| json!({ "email": address, "email_verified": true });
    assert_eq!(seen(verified("one@operator.example")).await, "one@operator.example");
    assert_eq!(seen(verified("two@operator.example")).await, "two@operator.example");
    // What the person said themselves stays.
    app.staff("reviewer").send(app.staff("reviewer").call(Method::DELETE, "/api/v1/me/mail/address")).await.expect(204);
    assert_eq!(seen(verified("one@operator.example")).await, Value::Null);
}

#[actix_web::test]
async fn who_reviews_no_more_is_forgotten_with_their_address() {
    let app = TestApp::start().await;
    reachable(&app, "reviewer", |_| {}).await;
    reachable(&app, "lead", |_| {}).await;
    let mut gone = reviewer_signed_in(&app);
    gone.roles = [Role::Auditor].into();
    exception_desk::identity::staff::remember(&app.desk.db, &gone, app.clock.now()).await.unwrap();
    let left = || async {
        sqlx::query_scalar::<_, String>("SELECT address FROM staff_mail ORDER BY address")
            .fetch_all(&mut app.owner().await)
            .await
            .unwrap()
    };
    assert_eq!(left().await, ["lead@operator.example"]);
    partner(&app).file(&other()).await.expect(201);
    warn_at(&app.desk, at("2026-11-25T05:30:00Z")).await.unwrap();
    deal(&app, at(NOW)).await;
    exception_desk::identity::staff::sweep(&app.desk.db, app.clock.now() + TimeDelta::days(91)).await.unwrap();
    assert_eq!(left().await, Vec::<String>::new());
    let noted: i64 =
        sqlx::query_scalar("SELECT count(*) FROM staff_digest_items").fetch_one(&mut app.owner().await).await.unwrap();
    assert_eq!(noted, 0);
}

#[actix_web::test]
async fn an_address_is_seen_by_the_role_that_delivers_and_not_by_who_tells() {
    let app = TestApp::start().await;
    reachable(&app, "reviewer", |_| {}).await;
    let mut tx = app.desk.db.mailer().await.unwrap();
    let seen: String = sqlx::query_scalar("SELECT address FROM staff_mail").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(seen, "reviewer@operator.example");
    for statement in
        ["SELECT address FROM staff_mail", "SELECT pending FROM staff_mail", "UPDATE staff_mail SET settings = NULL"]
    {
        let mut tx = app.desk.db.staff().await.unwrap();
        assert!(sqlx::query(statement).execute(&mut *tx).await.is_err(), "{statement}");
        let mut tx = app.desk.db.partner(TenantId(people::TAILSPIN.id)).await.unwrap();
        assert!(sqlx::query(statement).execute(&mut *tx).await.is_err(), "{statement}");
    }
}

#[actix_web::test]
async fn a_minute_lies_between_two_links_whatever_becomes_of_the_first() {
    let app = TestApp::start().await;
    let reviewer = app.staff("reviewer");
    let ask = || async { reviewer.post(&format!("{ME}/address"), &json!({ "address": "a@operator.example" })).await };
    ask().await.expect(202);
    reviewer.send(reviewer.call(Method::DELETE, &format!("{ME}/address"))).await.expect(204);
    ask().await.expect(429);
    sqlx::query("UPDATE staff_mail SET asked_at = now() - interval '61 seconds'")
        .execute(&mut app.owner().await)
        .await
        .unwrap();
    ask().await.expect(202);
    let confirm = json!({ "link": sealed(&link(&app).await) });
    reviewer.post(&format!("{ME}/address/confirm"), &confirm).await.expect(200);
    ask().await.expect(429);
}

#[actix_web::test]
async fn an_address_that_is_left_is_told_of_it_and_the_new_one_is_not() {
    let mut peer = Peer::start(&json!({})).await;
    let app = TestApp::start_with(over(peer.port)).await;
    let lead = app.staff("lead");
    let path = format!("{ME}/address");
    let before = || async {
        sqlx::query("UPDATE staff_mail SET asked_at = NULL").execute(&mut app.owner().await).await.unwrap();
    };
    for address in ["old@operator.example", "new@operator.example"] {
        lead.post(&path, &json!({ "address": address })).await.expect(202);
        assert_eq!(peer.mail().await.to, address);
        let confirm = json!({ "link": sealed(&link(&app).await) });
        lead.post(&format!("{path}/confirm"), &confirm).await.expect(200);
        before().await;
    }
    let told = peer.mail().await;
    assert_eq!(told.to, "old@operator.example");
    assert!(told.header("Subject").contains("This address no longer receives your mail"), "{}", told.raw);
    assert!(!told.raw.contains("new@operator.example"), "{}", told.raw);
    // Confirmed once more, nothing changes and nobody is told.
    lead.post(&path, &json!({ "address": "new@operator.example" })).await.expect(202);
    assert!(peer.mail().await.header("Subject").contains("Confirm your address"));
    let confirm = json!({ "link": sealed(&link(&app).await) });
    lead.post(&format!("{path}/confirm"), &confirm).await.expect(200);
    lead.send(lead.call(Method::DELETE, &path)).await.expect(204);
    let told = peer.mail().await;
    assert_eq!(told.to, "new@operator.example");
    assert!(told.raw.contains("was removed"), "{}", told.raw);
    // Another that the provider has verified is told of to the one before, too.
    let verified = |address: &str| said(&json!({ "email": address, "email_verified": true }));
    let mut owner = app.owner().await;
    sqlx::query("UPDATE staff_mail SET address_source = NULL").execute(&mut owner).await.unwrap();
    let mut person = reviewer_signed_in(&app);
    person.object_id = ObjectId(people::persona("lead").unwrap().object_id);
    person.roles = [Role::LeadReviewer].into();
    for address in ["one@operator.example", "two@operator.example"] {
        staff::seen(&app.desk, &person, &verified(address)).await.unwrap();
    }
    assert_eq!(peer.mail().await.to, "one@operator.example");
    // Neither those who tell nor the audit log know an address.
    let mut tx = app.desk.db.staff().await.unwrap();
    assert!(sqlx::query("SELECT address FROM staff_former_addresses").execute(&mut *tx).await.is_err());
    let recorded: Vec<String> =
        sqlx::query_scalar("SELECT concat(details, personal) FROM audit_events WHERE subject_kind = 'staff'")
            .fetch_all(&mut owner)
            .await
            .unwrap();
    assert!(recorded.iter().all(|row| !row.contains('@')), "{recorded:?}");
}

#[actix_web::test]
async fn an_alarm_that_a_person_cannot_be_mailed_goes_to_the_leads_address() {
    let mut peer = Peer::start(&json!({})).await;
    let app = TestApp::start_with(over(peer.port)).await;
    Browser::of_staff(&app, "lead").await;
    partner(&app).file(&other()).await.expect(201);
    assert_eq!(peer.mail().await.to, "it@tailspin.example");
    // Dealt out to a lead who has no address by the time it is sent; what is no alarm is dropped then.
    let personal = "INSERT INTO outbox (id, kind, recipient, language, tenant, request_id, data, created_at, event, person_tenant, person)
         SELECT gen_random_uuid(), kind, 'leads', 'en', tenant, r.id, '{}', now(), gen_random_uuid(), $1, $2
         FROM requests AS r, unnest(ARRAY['clock_half_used', 'clock_breached']) AS kind";
    sqlx::query(personal)
        .bind(people::OPERATIONS.id)
        .bind(people::persona("lead").unwrap().object_id)
        .execute(&mut app.owner().await)
        .await
        .unwrap();
    let alarm = peer.mail().await;
    assert_eq!(alarm.to, "leads@operator.example");
    assert!(alarm.header("Subject").contains("The answer is overdue"), "{}", alarm.raw);
    crate::mail::until(&mut app.owner().await, "NOT EXISTS (SELECT FROM outbox WHERE kind = 'clock_half_used')").await;
}

#[actix_web::test]
async fn one_persons_settings_and_address_are_nobody_elses() {
    let app = TestApp::start().await;
    reachable(&app, "lead", |wants| wants["language"] = json!("ja")).await;
    let own = app.staff("lead").get(ME).await.expect(200).json();
    reachable(&app, "reviewer", |wants| wants["time_zone"] = json!("Asia/Tokyo")).await;
    let reviewer = app.staff("reviewer");
    reviewer.send(reviewer.call(Method::DELETE, &format!("{ME}/address"))).await.expect(204);
    assert_eq!(app.staff("lead").get(ME).await.expect(200).json(), own);
    assert_eq!(reviewer.get(ME).await.expect(200).json()["settings"]["language"], "en");
}
