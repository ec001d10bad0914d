//! Mail to staff as persons: what each wants, who is told of what, the digest. Their addresses: `staff_addresses.rs`.

use crate::actors::{Actor, other, text, third_party};
use crate::app::{NOW, TestApp};
use crate::browser::Browser;
use crate::mail::{Peer, over};
use chrono::{DateTime, Utc};
use exception_desk::locale::Lang;
use exception_desk::notify::{self, Kind, Recipient, staff};
use exception_desk::review::warn_at;
use exception_desk_demo::people;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

pub const ME: &str = "/api/v1/me/mail";

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn partner(app: &TestApp) -> Actor<'_> {
    app.actor("tailspin-global-admin")
}

/// What the mail says from whose link the latest address is to be confirmed.
async fn asked(owner: &mut PgConnection) -> Value {
    let rows = sqlx::query_scalar(
        "SELECT o.data FROM outbox AS o JOIN staff_mail AS m ON m.pending_id::text = o.data ->> 'pending_id'
         ORDER BY m.pending_at DESC LIMIT 1",
    );
    rows.fetch_one(owner).await.unwrap()
}

/// The page of the link in the mail that was written last.
pub async fn link(app: &TestApp) -> String {
    staff::link(&app.desk, &asked(&mut app.owner().await).await).unwrap()
}

pub fn sealed(link: &str) -> String {
    let query = link.split_once('?').unwrap().1;
    url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "link").unwrap().1.into_owned()
}

/// The settings of somebody who has said nothing, with what `change` makes of them.
pub async fn settings(who: &Actor<'_>, change: impl FnOnce(&mut Value)) -> Value {
    let mut settings = who.get(ME).await.expect(200).json()["settings"].clone();
    change(&mut settings);
    settings
}

pub async fn put(who: &Actor<'_>, settings: &Value) -> crate::actors::Answer {
    who.send(who.call(Method::PUT, ME).json(settings)).await
}

/// The member of staff `persona`, who has an address and wants what `change` makes of the usual.
pub async fn reachable<'a>(app: &'a TestApp, persona: &str, change: impl FnOnce(&mut Value)) -> Actor<'a> {
    let who = app.staff(persona);
    who.post(&format!("{ME}/address"), &json!({ "address": format!("{persona}@operator.example") })).await.expect(202);
    who.post(&format!("{ME}/address/confirm"), &json!({ "link": sealed(&link(app).await) })).await.expect(200);
    let settings = settings(&who, change).await;
    put(&who, &settings).await.expect(200);
    let mut owner = app.owner().await;
    sqlx::query("DELETE FROM outbox WHERE kind = 'address_to_confirm'").execute(&mut owner).await.unwrap();
    sqlx::query("UPDATE staff_mail SET changed_at = '2020-01-01'").execute(&mut owner).await.unwrap();
    who
}

/// A mail that was dealt out.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone)]
pub struct Dealt {
    kind: String,
    /// The persona; none for the leads' address.
    to: Option<String>,
    language: String,
    at: DateTime<Utc>,
}

/// Deals out whatever waits for staff, at `now`: two desks at once.
pub async fn deal(app: &TestApp, now: DateTime<Utc>) -> Vec<Dealt> {
    let mut owner = app.owner().await;
    let ids: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM outbox WHERE person IS NULL AND NOT routed")
        .fetch_all(&mut owner)
        .await
        .unwrap();
    for id in ids {
        let both = tokio::join!(staff::deal_out_at(&app.desk, id, now), staff::deal_out_at(&app.desk, id, now));
        both.0.and(both.1).unwrap();
    }
    let rows: Vec<(String, Option<Uuid>, String, DateTime<Utc>)> = sqlx::query_as(
        "SELECT kind, person, language, next_attempt_at FROM outbox WHERE recipient NOT IN ('contact', 'security_contact')
         ORDER BY kind, person",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    let name =
        |id: Uuid| people::PERSONAS.iter().find(|one| one.object_id == id).map(|one| one.key.to_owned()).unwrap();
    let mut dealt: Vec<_> =
        rows.into_iter().map(|(kind, to, language, at)| Dealt { kind, to: to.map(name), language, at }).collect();
    dealt.sort();
    dealt
}

fn who(dealt: &[Dealt], kind: &str) -> Vec<String> {
    let those = dealt.iter().filter(|mail| mail.kind == kind);
    those.map(|mail| mail.to.clone().unwrap_or_else(|| "leads' address".to_owned())).collect()
}

#[actix_web::test]
async fn settings_that_cannot_be_are_refused_at_their_place() {
    let app = TestApp::start().await;
    let (reviewer, lead) = (app.staff("reviewer"), app.staff("lead"));
    let usual = settings(&reviewer, |_| {}).await;
    assert_eq!((text(&usual["time_zone"]), text(&usual["digest_at"])), ("UTC", "08:30"));
    let faults: [(&str, Value, &str); 8] = [
        ("/time_zone", json!("Mars/Olympus"), "/time_zone time_zone_unknown"),
        ("/office_calendar", json!("moon"), "/office_calendar office_calendar_unknown"),
        ("/quiet_hours", json!({ "from": "19", "until": "08:30" }), "/quiet_hours/from time_of_day"),
        ("/quiet_hours", json!({ "from": "19:00", "until": "24:00" }), "/quiet_hours/until time_of_day"),
        ("/quiet_hours", json!({ "from": "9:00", "until": "09:00" }), "/quiet_hours/until quiet_hours_empty"),
        ("/digest_at", json!("noon"), "/digest_at time_of_day"),
        ("/digest_at", Value::Null, "/topics/clock_half_used no_digest"),
        ("/topics/clock_breached", json!("never"), "/topics/clock_breached breach_for_leads"),
    ];
    for (place, value, fault) in faults {
        let mut changed = usual.clone();
        *changed.pointer_mut(place).unwrap() = value;
        let refused = put(&lead, &changed).await.expect(422);
        assert!(refused.errors().contains(&fault.to_owned()), "{fault}: {:?}", refused.errors());
    }
    let mut changed = usual.clone();
    changed["topics"]["clock_breached"] = json!("never");
    changed["quiet_hours"] = json!({ "from": "19:00", "until": "8:30" });
    let kept = put(&reviewer, &changed).await.expect(200).json();
    assert_eq!(kept["settings"]["quiet_hours"]["until"], "08:30", "times are written in one way");
    assert_eq!(settings(&reviewer, |_| {}).await, kept["settings"]);
    for persona in ["auditor", "policy-admin", "tailspin-global-admin"] {
        assert_eq!(app.staff(persona).get(ME).await.status, 403, "{persona}");
    }
    assert_eq!(app.actor_with_mfa("reviewer", false).get(ME).await.status, 403, "without a second factor");
}

#[actix_web::test]
async fn news_goes_to_the_assignee_and_the_leads_each_in_their_language_and_once() {
    let app = TestApp::start().await;
    let reviewer = reachable(&app, "reviewer", |wants| wants["language"] = json!("ja")).await;
    let lead = reachable(&app, "lead", |_| {}).await;
    let now = at(NOW);
    let request = partner(&app).file(&other()).await.expect(201).json();
    let claim = json!({ "reviewer": people::persona("reviewer").unwrap().object_id });
    Browser::of_staff(&app, "reviewer").await.open("/queue").await;
    lead.step("claim", &request, &claim).await.expect(200);
    let dealt = deal(&app, now).await;
    assert_eq!(who(&dealt, "request_assigned"), ["reviewer"]);
    assert_eq!(dealt[0].language, "ja");
    let asked = reviewer.ask(&request).await.expect(200).json();
    partner(&app).reply(&asked).await.expect(200);
    assert_eq!(who(&deal(&app, now).await, "request_answered"), ["reviewer"]);
    // The lead takes it over: assignee and lead in one person are told once.
    let held = lead.read(&request).await;
    lead.step("claim", &held, &json!({ "take_over": true })).await.expect(200);
    app.clock.set(at("2026-12-10T01:00:00Z"));
    warn_at(&app.desk, app.clock.now()).await.unwrap();
    assert_eq!(who(&deal(&app, now).await, "clock_breached"), ["lead"]);
}

#[actix_web::test]
async fn a_second_approval_is_told_to_who_may_complete_it_and_a_late_after_check_stands_in_the_digest() {
    let app = TestApp::start().await;
    let reviewer = reachable(&app, "reviewer", |_| {}).await;
    reachable(&app, "reviewer-2", |_| {}).await;
    reachable(&app, "lead", |_| {}).await;
    let mut broad = other();
    broad["scope"]["duration_days"] = json!(120);
    let request = partner(&app).file(&broad).await.expect(201).json();
    reviewer.accept(&request).await.expect(202);
    let now = at(NOW);
    // Of two who are no leads one is no second person.
    assert_eq!(who(&deal(&app, now).await, "second_approval_waits"), ["lead"]);
    partner(&app).file(&third_party()).await.expect(201);
    app.clock.set(at("2026-12-10T01:00:00Z"));
    for _ in 0..2 {
        warn_at(&app.desk, app.clock.now()).await.unwrap();
    }
    assert_eq!(who(&deal(&app, now).await, "after_check_late"), Vec::<String>::new());
    let noted: i64 = sqlx::query_scalar("SELECT count(*) FROM staff_digest_items WHERE kind = 'after_check_late'")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(noted, 3, "once for each of the three");
}

#[actix_web::test]
async fn without_addresses_everything_goes_to_the_leads_address() {
    let app = TestApp::start().await;
    Browser::of_staff(&app, "reviewer").await;
    partner(&app).file(&other()).await.expect(201);
    partner(&app).file(&third_party()).await.expect(201);
    app.clock.set(at("2026-12-10T01:00:00Z"));
    warn_at(&app.desk, app.clock.now()).await.unwrap();
    let dealt = deal(&app, at(NOW)).await;
    assert_eq!(who(&dealt, "clock_breached"), ["leads' address"]);
    assert_eq!(who(&dealt, "after_check_late"), ["leads' address"]);
}

#[actix_web::test]
async fn quiet_hours_hold_a_mail_until_they_are_over_and_no_breach_for_leads() {
    let app = TestApp::start().await;
    let quiet = |wants: &mut Value| {
        wants["time_zone"] = json!("Asia/Tokyo");
        wants["office_calendar"] = json!("jp");
        wants["quiet_hours"] = json!({ "from": "19:00", "until": "08:30" });
        wants["quiet_on_closed_days"] = json!(true);
        wants["topics"]["clock_half_used"] = json!("at_once");
    };
    reachable(&app, "lead", quiet).await;
    partner(&app).file(&other()).await.expect(201);
    // 13.5 of 27 hours have passed on Wednesday at 14:30 in Tokyo; it is dealt out on Friday at 20:00.
    let friday = at("2026-11-27T11:00:00Z");
    warn_at(&app.desk, at("2026-11-25T05:30:00Z")).await.unwrap();
    let held = deal(&app, friday).await;
    assert_eq!(who(&held, "clock_half_used"), ["lead"]);
    assert_eq!(held[0].at, at("2026-11-29T23:30:00Z"), "Monday, 08:30 in Tokyo");
    warn_at(&app.desk, at("2026-11-27T11:00:00Z")).await.unwrap();
    let dealt = deal(&app, friday).await;
    let breach: Vec<_> = dealt.iter().filter(|mail| mail.kind == "clock_breached").collect();
    assert_eq!((breach.len(), breach[0].at), (1, friday));
}

/// The digests in the outbox, with whom they are for.
async fn digests(app: &TestApp) -> Vec<Value> {
    sqlx::query_scalar("SELECT data FROM outbox WHERE kind = 'staff_digest' ORDER BY id")
        .fetch_all(&mut app.owner().await)
        .await
        .unwrap()
}

#[actix_web::test]
async fn a_digest_is_made_once_a_day_however_many_desks_look_and_never_of_nothing() {
    let app = TestApp::start().await;
    let tokyo = |wants: &mut Value| {
        wants["time_zone"] = json!("Asia/Tokyo");
        wants["office_calendar"] = json!("jp");
    };
    reachable(&app, "lead", tokyo).await;
    let (_, another) = app.another_desk();
    let make = |moment: &'static str| {
        let (app, another) = (&app, &another);
        async move {
            let now = at(moment);
            let make = |desk| staff::make_digests_at(desk, now);
            let made = tokio::join!(make(&app.desk), make(another), make(&app.desk), make(another));
            for made in [made.0, made.1, made.2, made.3] {
                made.unwrap();
            }
            digests(app).await
        }
    };
    assert_eq!(make("2026-11-24T01:00:00Z").await.len(), 0, "nothing waits");
    let request = partner(&app).file(&other()).await.expect(201).json();
    partner(&app).file(&third_party()).await.expect(201);
    assert_eq!(make("2026-11-24T02:00:00Z").await.len(), 0, "this day's was made");
    warn_at(&app.desk, at("2026-11-25T06:00:00Z")).await.unwrap();
    deal(&app, at("2026-11-25T06:00:00Z")).await;
    // Due on Friday at 10:00 in Tokyo: half of the clock was passed on Wednesday.
    assert_eq!(make("2026-11-25T07:00:00Z").await.len(), 1, "on Wednesday there are only its news");
    let made = make("2026-11-26T23:30:00Z").await;
    assert_eq!(made.len(), 2, "{made:#?}");
    let friday = &made[1];
    assert_eq!((&friday["day"], &friday["due_today"]["all"]), (&json!("2026-11-27"), &json!(1)));
    assert_eq!(friday["due_today"]["lines"][0]["reference"], request["reference"]);
    assert_eq!((&friday["after_checks"]["all"], &friday["breached"]["all"]), (&json!(1), &json!(0)));
    assert_eq!(friday["news"], json!([]), "what was told is told once");
    // Saturday is no working day; on Monday it is overdue.
    assert_eq!(make("2026-11-28T03:00:00Z").await.len(), 2);
    let made = make("2026-11-30T03:00:00Z").await;
    assert_eq!((made.len(), &made[2]["breached"]["all"]), (3, &json!(1)));
}

/// A row of `kind` for a person in New York, about a partner in Japan.
fn personal(kind: Kind) -> Value {
    let line = json!({ "reference": "TE-2026-000123", "partner": "Tailspin Toys", "due_at": "2026-11-27T01:00:00Z" });
    let paused = json!({ "reference": "TE-2026-000124", "partner": "Contoso", "due_at": null });
    let part = |all: i64| json!({ "all": all, "lines": [line, paused] });
    let mut data = json!({
        "reference": "TE-2026-000123", "issue": "third_party_mfa_not_recognized", "issue_title": "?", "calendar": "jp",
        "tenant_name": "Tailspin Toys", "due_at": "2026-11-27T01:00:00Z", "zone": "America/New_York", "day": "2026-11-26",
        "until": "2026-11-27T01:00:00Z", "link": "/settings/mail/confirm?link=SEALED",
    });
    for (name, all) in [("breached", 12), ("due_today", 2), ("second_approvals", 2), ("after_checks", 2), ("mine", 2)] {
        data[name] = part(all);
    }
    let news = |kind: Kind| json!({ "kind": kind.code(), "reference": "TE-2026-000123", "partner": "Tailspin Toys", "at": "2026-11-26T12:00:00Z" });
    data["news"] = json!([news(Kind::RequestAnswered), news(Kind::ClockHalfUsed)]);
    if !kind.is_about_request() && kind != Kind::AfterCheckLate {
        data["reference"] = json!("");
    }
    data
}

#[actix_web::test]
async fn every_mail_to_a_person_reads_well_in_both_languages() {
    let app = TestApp::start().await;
    let kinds = [
        (Kind::RequestAssigned, Recipient::Assignee),
        (Kind::RequestAnswered, Recipient::Assignee),
        (Kind::ClockBreached, Recipient::Leads),
        (Kind::SecondApprovalWaits, Recipient::Approvers),
        (Kind::AfterCheckLate, Recipient::Checkers),
        (Kind::StaffDigest, Recipient::Person),
        (Kind::AddressToConfirm, Recipient::Person),
        (Kind::AddressChanged, Recipient::Person),
        (Kind::WebhookDisabled, Recipient::Leads),
    ];
    for lang in Lang::ALL {
        let mut all = String::new();
        for (kind, recipient) in kinds {
            let letter = notify::write(&app.desk, kind, recipient, lang, &personal(kind));
            all += &format!("===== {}\n{}\n\n{}\n", kind.code(), letter.subject, letter.text());
            for text in [&letter.subject, &letter.text(), &letter.html()] {
                assert!(!text.contains("mail-") && !text.contains("{ $"), "a message is missing: {text}");
            }
        }
        insta::assert_snapshot!(format!("staff-mails-{}", lang.tag()), all.replace(&app.base, "https://desk.example"));
    }
}

#[actix_web::test]
async fn the_page_of_settings_keeps_what_was_typed_and_says_what_is_wrong() {
    let app = TestApp::start().await;
    let mut lead = Browser::of_staff(&app, "lead").await;
    let (_, settings) = lead.open("/settings").await;
    assert!(settings.contains("href=\"/settings/mail\""), "{settings}");
    let mut form = vec![("language", "en"), ("time_zone", "America/New_York"), ("office_calendar", "us")];
    for topic in staff::Topic::ALL {
        let name = format!("topics_{}", topic.code()).leak();
        form.push((name, "at_once"));
    }
    let faulty: Vec<_> = form.iter().copied().chain([("quiet_hours_from", "7 pm"), ("digest_at", "")]).collect();
    let (status, page) = lead.submit("/settings/mail", &faulty).await;
    assert_eq!(status, 422);
    assert!(page.contains("<title>Error: ") && page.contains("value=\"7 pm\""), "{page}");
    assert!(page.contains("href=\"#quiet_hours_from\"") && page.contains("href=\"#quiet_hours_until\""), "{page}");
    let fine: Vec<_> = form.iter().copied().chain([("quiet_on_closed_days", "yes"), ("digest_at", "7:05")]).collect();
    assert_eq!(lead.submit("/settings/mail", &fine).await, (303, "/settings/mail?done=saved".to_owned()));
    let (_, page) = lead.open("/settings/mail?done=saved").await;
    assert!(page.contains("Your mail settings are saved.") && page.contains("value=\"07:05\""), "{page}");
    let kept = app.staff("lead").get(ME).await.json()["settings"].clone();
    assert_eq!((&kept["time_zone"], &kept["quiet_hours"]), (&json!("America/New_York"), &Value::Null));
    assert_eq!((&kept["quiet_on_closed_days"], &kept["digest_at"]), (&json!(true), &json!("07:05")));
    let (status, page) = lead.submit("/settings/mail/address", &[("address", "no address")]).await;
    assert_eq!(status, 422);
    assert!(page.contains("href=\"#address\"") && page.contains("value=\"no address\""), "{page}");
    // Whoever does not review has no such page.
    for mut other in [Browser::of_staff(&app, "auditor").await, Browser::of(&app, "tailspin-global-admin").await] {
        assert_eq!(other.open("/settings/mail").await.0, 403);
        assert!(!other.open("/settings").await.1.contains("/settings/mail"));
    }
}

#[actix_web::test]
async fn persons_are_mailed_over_a_real_server_from_the_link_to_the_breach() {
    let mut peer = Peer::start(&json!({})).await;
    let app = TestApp::start_with(over(peer.port)).await;
    let lead = app.staff("lead");
    lead.post(&format!("{ME}/address"), &json!({ "address": "lead@operator.example" })).await.expect(202);
    let mail = peer.mail().await;
    assert_eq!(mail.to, "lead@operator.example");
    lead.post(&format!("{ME}/address/confirm"), &json!({ "link": sealed(&link(&app).await) })).await.expect(200);
    let request = partner(&app).file(&other()).await.expect(201).json();
    assert_eq!(peer.mail().await.to, "it@tailspin.example");
    warn_at(&app.desk, at("2026-11-27T02:00:00Z")).await.unwrap();
    let breach = peer.mail().await;
    assert_eq!(breach.to, "lead@operator.example", "the leads' address is for whom nobody can be told as a person");
    assert!(breach.header("In-Reply-To").contains(text(&request["id"])), "{}", breach.raw);
    // The digest goes out as a mail too.
    let day = at("2099-01-05T09:00:00Z");
    sqlx::query("UPDATE staff_mail SET changed_at = '2099-01-01'").execute(&mut app.owner().await).await.unwrap();
    staff::make_digests_at(&app.desk, day).await.unwrap();
    let digest = peer.mail().await;
    assert_eq!((digest.to.as_str(), digest.header("Content-Language").as_str()), ("lead@operator.example", "en"));
    // Sent again, it is the same mail to a reader's program.
    let id: Uuid = sqlx::query_scalar("SELECT id FROM outbox WHERE kind = 'staff_digest'")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    crate::mail::until(&mut app.owner().await, "sent_at IS NOT NULL").await;
    lead.post(&format!("/api/v1/mails/{id}/resend"), &json!({})).await.expect(200);
    assert_eq!(peer.mail().await.header("Message-ID"), digest.header("Message-ID"));
}
