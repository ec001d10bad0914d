//! Calendars on a running desk: closed days announced late, what they move, and the calendar of a partner.

use crate::actors::{Actor, other, text, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use chrono::{DateTime, TimeDelta, Utc};
use exception_desk::calendars::refresh;
use exception_desk::review::warn_at;
use reqwest::Method;
use serde_json::{Value, json};

fn partner(app: &TestApp) -> Actor<'_> {
    app.actor("tailspin-global-admin")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

async fn filed(app: &TestApp) -> Value {
    partner(app).file(&other()).await.expect(201).json()
}

/// One day, as the form sends it.
fn day(date: &str) -> Vec<(&'static str, String)> {
    let mut parts = date.split('-').map(str::to_owned);
    let names = [("name_en", "Day of snow"), ("name_ja", "大雪の日"), ("kind", "holiday")];
    let names = names.map(|(name, value)| (name, value.to_owned()));
    ["day_year", "day_month", "day_day"].into_iter().map(|name| (name, parts.next().unwrap())).chain(names).collect()
}

fn pairs<'a>(form: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    form.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// Announces `date` for Japan, as the page sends what was previewed.
async fn announce(admin: &mut Browser<'_>, date: &str) -> (u16, String) {
    let days = json!([{ "day": date, "name": { "en": "Day of snow", "ja": "大雪の日" } }]).to_string();
    admin.submit("/admin/calendars/jp/days", &[("kind", "holiday"), ("days", &days)]).await
}

async fn due_kept(app: &TestApp, request: &Value) -> DateTime<Utc> {
    sqlx::query_scalar("SELECT due_at FROM requests WHERE id = $1::uuid")
        .bind(text(&request["id"]))
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap()
}

#[actix_web::test]
async fn a_holiday_announced_late_moves_the_deadlines_that_are_open_and_says_so_in_their_history() {
    let app = TestApp::start().await;
    // Tuesday, 10:00 in Tokyo: due on Friday at 10:00.
    let request = filed(&app).await;
    let mut admin = Browser::of_staff(&app, "policy-admin").await;
    let (status, page) = admin.submit("/admin/calendars/jp/announce", &pairs(&day("2026-11-26"))).await;
    assert_eq!(status, 200, "{page}");
    assert!(
        page.contains("Fri 27 Nov 2026, 01:00 (UTC; 10:00 Japan time)") && page.contains("Mon 30 Nov 2026, 01:00"),
        "{page}"
    );
    assert!(page.contains(text(&request["reference"])));
    assert_eq!(due_kept(&app, &request).await, at("2026-11-27T01:00:00Z"), "a preview keeps nothing");

    app.wait(TimeDelta::minutes(1));
    let (status, leads_to) = announce(&mut admin, "2026-11-26").await;
    assert_eq!((status, leads_to.as_str()), (303, "/admin/calendars/jp?moved=1"));
    assert_eq!(due_kept(&app, &request).await, at("2026-11-30T01:00:00Z"));
    let read = partner(&app).read(&request).await;
    assert_eq!(read["sla"]["due_at"], "2026-11-30T01:00:00Z");
    assert_eq!(read["version"], request["version"], "nothing of it was decided anew");

    let mut own = Browser::of(&app, "tailspin-global-admin").await;
    let (_, page) = own.open(&format!("/support/requests/{}", text(&request["reference"]))).await;
    assert!(page.contains("Deadline moved from Fri 27 Nov 2026, 10:00"), "{page}");
    assert!(page.contains("Thu 26 Nov 2026: Day of snow. This moved the due time"), "{page}");

    // What is counted now is counted with it, and the same day closes once.
    let (_, page) = admin.open("/admin/calendars/jp?moved=1").await;
    assert!(page.contains("Day of snow") && page.contains("The deadlines of 1 request moved."), "{page}");
    let (status, page) = admin.submit("/admin/calendars/jp/announce", &pairs(&day("2026-11-26"))).await;
    assert!(status == 422 && page.contains("These days are closed already."), "{page}");
    let later = app.actor("tailspin-global-admin").file(&third_party_in_review()).await.expect(201).json();
    assert_eq!(later["sla"]["due_at"], "2026-11-30T01:01:00Z");
}

/// Makes `count` open requests like the one that was filed, each for an issue of its own.
async fn multiply(app: &TestApp, count: i64) {
    let insert = "DO $$ DECLARE
             names text := (SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
                 WHERE table_name = 'requests' AND is_generated = 'NEVER');
         BEGIN
             EXECUTE format('INSERT INTO requests (%1$s) SELECT %1$s FROM (SELECT (jsonb_populate_record(r, jsonb_build_object(
                 ''id'', gen_random_uuid(), ''reference'', ''TE-2027-'' || lpad(n::text, 6, ''0''), ''issue'', ''issue_'' || n))).*
                 FROM requests AS r, generate_series(1, %2$s) AS n) AS more', names, COUNT);
         END $$"
        .replace("COUNT", &count.to_string());
    sqlx::raw_sql(sqlx::AssertSqlSafe(insert)).execute(&mut app.owner().await).await.unwrap();
}

#[actix_web::test]
async fn a_day_that_moves_many_deadlines_moves_each_with_a_record_of_its_own() {
    let app = TestApp::start().await;
    filed(&app).await;
    let many = 300;
    multiply(&app, many).await;
    let mut admin = Browser::of_staff(&app, "policy-admin").await;
    let (status, leads_to) = announce(&mut admin, "2026-11-26").await;
    assert_eq!((status, leads_to), (303, format!("/admin/calendars/jp?moved={}", many + 1)));
    let mut owner = app.owner().await;
    let told: (i64, i64, i64) = sqlx::query_as(
        "SELECT count(*), count(DISTINCT e.id), count(DISTINCT r.id) FROM requests AS r JOIN audit_events AS e ON e.subject_id = r.id
         WHERE e.action = 'request.deadline_moved' AND r.due_at = '2026-11-30T01:00:00Z' AND e.tenant = r.tenant
           AND e.actor_kind = 'person' AND e.details->>'announcement' IS NOT NULL
           AND e.details->'due_at' = '{\"before\": \"2026-11-27T01:00:00Z\", \"after\": \"2026-11-30T01:00:00Z\"}'",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    assert_eq!(told, (many + 1, many + 1, many + 1));
    let queued: i64 = sqlx::query_scalar("SELECT count(*) FROM queue_entries WHERE due_at = '2026-11-30T01:00:00Z'")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    assert_eq!(queued, many + 1);
}

/// The due instant of the after-check of `request`, as staff read it.
async fn check_due(app: &TestApp, request: &Value) -> Value {
    app.staff("reviewer").read(request).await["after_check"]["due_at"].clone()
}

#[actix_web::test]
async fn an_after_check_that_is_open_moves_too_and_only_staff_learn_of_it() {
    let app = TestApp::start().await;
    // Tuesday, 10:00 in Tokyo: granted at once, to be checked until Friday at 10:00.
    let granted = partner(&app).file(&third_party()).await.expect(201).json();
    assert_eq!(granted["status"], "accepted");
    assert_eq!(check_due(&app, &granted).await, "2026-11-27T01:00:00Z");
    let mut admin = Browser::of_staff(&app, "policy-admin").await;
    let (_, page) = admin.submit("/admin/calendars/jp/announce", &pairs(&day("2026-11-26"))).await;
    for shown in [text(&granted["reference"]), "After-check", "Mon 30 Nov 2026, 01:00 (UTC; 10:00 Japan time)"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert_eq!(check_due(&app, &granted).await, "2026-11-27T01:00:00Z", "a preview keeps nothing");

    let (status, leads_to) = announce(&mut admin, "2026-11-26").await;
    assert_eq!((status, leads_to.as_str()), (303, "/admin/calendars/jp?moved=1"));
    assert_eq!(check_due(&app, &granted).await, "2026-11-30T01:00:00Z");
    let told: (i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM audit_events WHERE action = 'exception.after_check_moved' AND actor_kind = 'person'
                 AND details->'due_at' = '{\"before\": \"2026-11-27T01:00:00Z\", \"after\": \"2026-11-30T01:00:00Z\"}'
                 AND details->>'announcement' IS NOT NULL),
             (SELECT count(*) FROM queue_entries WHERE status = 'after_check' AND due_at = '2026-11-30T01:00:00Z')",
    )
    .fetch_one(&mut app.owner().await)
    .await
    .unwrap();
    assert_eq!(told, (1, 1));
    let exception = format!("/exceptions/{}", text(&granted["exception"]["reference"]));
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    for path in [&format!("/review/{}", text(&granted["reference"])), &exception] {
        let (_, page) = reviewer.open(path).await;
        assert!(
            page.contains("After-check due at Mon 30 Nov 2026, 01:00 (UTC; 10:00 Japan time) instead of"),
            "{page}"
        );
    }
    let mut own = Browser::of(&app, "tailspin-global-admin").await;
    let (status, page) = own.open(&exception).await;
    assert!(status == 200 && !page.contains("After-check"), "{page}");
}

#[actix_web::test]
async fn an_after_check_that_is_done_or_late_stays_where_it_was() {
    let app = TestApp::start().await;
    let granted = partner(&app).file(&third_party()).await.expect(201).json();
    app.staff("reviewer").step("after-check", &granted, &json!({ "outcome": "confirmed" })).await.expect(200);
    let mut admin = Browser::of_staff(&app, "policy-admin").await;
    assert_eq!(announce(&mut admin, "2026-11-26").await.1, "/admin/calendars/jp?moved=0");
    assert_eq!(check_due(&app, &granted).await, "2026-11-27T01:00:00Z");

    let app = TestApp::start().await;
    let granted = partner(&app).file(&third_party()).await.expect(201).json();
    app.clock.set(at("2026-11-27T01:00:00.000001Z"));
    let mut admin = Browser::of_staff(&app, "policy-admin").await;
    assert_eq!(announce(&mut admin, "2026-11-27").await.1, "/admin/calendars/jp?moved=0");
    assert_eq!(check_due(&app, &granted).await, "2026-11-27T01:00:00Z");
}

/// A request for another issue that a person decides.
fn third_party_in_review() -> Value {
    let mut body = third_party();
    body["answers"]["vendor_asked"] = json!("unsure");
    body
}

#[actix_web::test]
async fn what_is_breached_or_answered_stays_where_it_was() {
    let app = TestApp::start().await;
    let breached = filed(&app).await;
    let answered = partner(&app).file(&third_party_in_review()).await.expect(201).json();
    app.staff("reviewer").deny(&answered).await.expect(200);
    app.clock.set(at("2026-11-27T01:00:00.000001Z"));
    let mut admin = Browser::of_staff(&app, "policy-admin").await;
    let (_, leads_to) = announce(&mut admin, "2026-11-26").await;
    assert_eq!(leads_to, "/admin/calendars/jp?moved=0");
    for (request, state) in [(breached, "breached"), (answered, "met")] {
        let sla = &partner(&app).read(&request).await["sla"];
        assert_eq!((&sla["state"], &sla["due_at"]), (&json!(state), &json!("2026-11-27T01:00:00Z")));
    }
}

#[actix_web::test]
async fn a_wait_for_the_partner_is_longer_by_the_closed_day_and_its_clock_gets_the_hours_back() {
    let app = TestApp::start().await;
    let waiting = app.staff("reviewer").ask(&filed(&app).await).await.expect(200).json();
    assert_eq!(waiting["waiting_until"], "2026-12-08T01:00:00Z");
    let mut admin = Browser::of_staff(&app, "policy-admin").await;
    let (_, leads_to) = announce(&mut admin, "2026-11-24").await;
    assert_eq!(leads_to, "/admin/calendars/jp?moved=1", "the rest of today");
    let read = partner(&app).read(&waiting).await;
    assert_eq!(read["waiting_until"], "2026-12-08T09:00:00Z", "by the eight hours that were left of it");
    assert_eq!(read["sla"]["remaining_seconds"], 27 * 3600);
    let replied = partner(&app).reply(&read).await.expect(200).json();
    assert_eq!(replied["sla"]["due_at"], "2026-11-27T09:00:00Z", "three whole days from Wednesday");
}

#[actix_web::test]
async fn what_is_taken_back_shortens_no_promise() {
    let app = TestApp::start().await;
    let before = filed(&app).await;
    let mut admin = Browser::of_staff(&app, "policy-admin").await;
    announce(&mut admin, "2026-11-26").await;
    let announcement: String = sqlx::query_scalar("SELECT announcement::text FROM closed_days")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    app.wait(TimeDelta::minutes(1));
    let form = [("announcement", announcement.as_str())];
    assert_eq!(admin.submit("/admin/calendars/jp/withdraw", &form).await.0, 303);
    assert_eq!(admin.submit("/admin/calendars/jp/withdraw", &form).await.0, 409);
    assert_eq!(partner(&app).read(&before).await["sla"]["due_at"], "2026-11-30T01:00:00Z");
    let after = partner(&app).file(&third_party_in_review()).await.expect(201).json();
    assert_eq!(after["sla"]["due_at"], "2026-11-27T01:01:00Z");
}

#[actix_web::test]
async fn only_policy_admins_announce_and_faults_are_said_at_their_fields() {
    let app = TestApp::start().await;
    for persona in ["reviewer", "lead", "auditor"] {
        let mut staff = Browser::of_staff(&app, persona).await;
        let (status, page) = staff.open("/admin/calendars/jp").await;
        assert!(status == 200 && !page.contains("/admin/calendars/jp/announce"), "{persona}: {page}");
        assert_eq!(announce(&mut staff, "2026-11-26").await.0, 403, "{persona}");
    }
    let mut admin = Browser::of_staff(&app, "policy-admin").await;
    assert_eq!(admin.open("/admin/calendars/none").await.0, 404);
    let path = "/admin/calendars/jp/announce";
    for (form, said) in [
        (day("2031-01-06"), "This calendar knows the holidays of 2024 to 2030 only."),
        (day("2026-02-30"), "Enter a date that exists"),
        (day("2026-11-23"), "These days are closed already."),
        (vec![("kind", "holiday".to_owned())], "This cannot be empty."),
    ] {
        let (status, page) = admin.submit(path, &pairs(&form)).await;
        assert!(status == 422 && page.contains(said), "{said}: {page}");
    }
    let mut backwards = day("2026-11-26");
    backwards
        .extend([("until_year", "2026"), ("until_month", "11"), ("until_day", "25")].map(|(n, v)| (n, v.to_owned())));
    assert!(admin.submit(path, &pairs(&backwards)).await.1.contains("The last day is before the first."));
}

#[actix_web::test]
async fn a_due_time_promised_by_a_desk_that_did_not_know_yet_is_put_right() {
    let app = TestApp::start().await;
    Browser::of_staff(&app, "reviewer").await;
    let request = filed(&app).await;
    sqlx::raw_sql(
        "INSERT INTO closed_days SELECT gen_random_uuid(), gen_random_uuid(), 'jp', '2026-11-26', 'office_closure', 'Move', '移転',
             '2026-11-24T00:00:00Z', gen_random_uuid()",
    )
    .execute(&mut app.owner().await)
    .await
    .unwrap();
    refresh(&app.desk).await.unwrap();
    for _ in 0..2 {
        warn_at(&app.desk, app.clock.now()).await.unwrap();
    }
    assert_eq!(due_kept(&app, &request).await, at("2026-11-30T01:00:00Z"));
    let moves: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_events WHERE action = 'request.deadline_moved'")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(moves, 1);
}

#[actix_web::test]
async fn the_receipt_says_hours_holidays_pauses_and_what_was_announced_since() {
    let app = TestApp::start().await;
    let request = filed(&app).await;
    app.wait(TimeDelta::hours(1));
    let waiting = app.staff("reviewer").ask(&request).await.expect(200).json();
    app.wait(TimeDelta::hours(2));
    partner(&app).reply(&waiting).await.expect(200);
    let mut admin = Browser::of_staff(&app, "policy-admin").await;
    announce(&mut admin, "2026-11-25").await;
    let path = format!("/api/v1/requests/{}/clock", text(&request["id"]));
    let clock = partner(&app).get(&path).await.expect(200).json();
    assert_eq!(
        (&clock["calendar"], &clock["zone"], &clock["state"]),
        (&json!("jp"), &json!("Asia/Tokyo"), &json!("running"))
    );
    assert_eq!(clock["due_at"], "2026-11-30T03:00:00Z");
    let days = clock["days"].as_array().unwrap();
    assert_eq!(
        days[0]["counted"],
        json!([{ "from": "10:00:00", "to": "11:00:00" }, { "from": "13:00:00", "to": "18:00:00" }])
    );
    assert_eq!((&days[0]["paused_seconds"], &days[1]["holiday"]), (&json!(7200), &json!("Day of snow")));
    assert_eq!(clock["pauses"], json!([{ "from": "2026-11-24T02:00:00Z", "to": "2026-11-24T04:00:00Z" }]));
    let change = &clock["changes"][0];
    assert_eq!((&change["due_before"], &change["due_after"]), (&json!("2026-11-27T03:00:00Z"), &clock["due_at"]));
    assert_eq!(app.staff("reviewer").get(&path).await.expect(200).json(), clock);
    app.actor("contoso-admin-agent").get(&path).await.expect(404);
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    let (_, page) = reviewer.open(&format!("/review/{}", text(&request["reference"]))).await;
    assert!(
        page.contains("This moved the due time from") && page.contains("Paused from Tue 24 Nov 2026, 11:00"),
        "{page}"
    );
}

#[actix_web::test]
async fn a_calendar_that_runs_out_says_so_sixty_days_before() {
    let app = TestApp::start().await;
    let mut admin = Browser::of_staff(&app, "policy-admin").await;
    assert!(!admin.open("/admin/calendars").await.1.contains("Runs out"));
    app.clock.set(at("2030-11-02T12:00:00Z"));
    let mut admin = Browser::of_staff(&app, "policy-admin").await;
    let (_, page) = admin.open("/admin/calendars").await;
    assert!(page.contains("Runs out in 59 days"), "{page}");
    let (_, page) = admin.open("/admin/calendars/us").await;
    assert!(page.contains("They are known until Tue 31 Dec 2030."), "{page}");
    exception_desk::calendars::warn_of_ends(&app.desk);
    let figures = app.anonymous().get("/metrics").await.expect(200);
    assert!(figures.text.contains("desk_calendar_days_left{calendar=\"jp\"} 59"), "{}", figures.text);
}

#[actix_web::test]
async fn a_lead_changes_the_calendar_of_a_partner_and_open_requests_keep_theirs() {
    let app = TestApp::start().await;
    let open = filed(&app).await;
    let path = format!("/api/v1/partners/{}", text(&open["tenant"]));
    let entry = app.staff("lead").get(&path).await.expect(200).json();
    let change = |calendar: &str| json!({ "calendar": calendar, "reason": "they moved" });
    let put = async |persona: &str, version: i64, body: &Value| {
        let actor = app.staff(persona);
        let call = actor.call(Method::PUT, &format!("{path}/calendar"));
        actor.send(call.header("if-match", format!("\"{version}\"")).json(body)).await
    };
    let version = entry["version"].as_i64().unwrap();
    put("reviewer", version, &change("us")).await.expect(403);
    put("lead", version + 1, &change("us")).await.expect(412);
    assert_eq!(put("lead", version, &json!({ "calendar": "xx", "reason": "" })).await.expect(422).errors().len(), 2);
    let changed = put("lead", version, &change("us")).await.expect(200).json();
    assert_eq!((&changed["calendar"], &changed["version"]), (&json!("us"), &json!(version + 1)));
    put("lead", version, &change("utc")).await.expect(412);
    assert_eq!(partner(&app).read(&open).await["sla"]["calendar"], "jp");
    let later = partner(&app).file(&third_party_in_review()).await.expect(201).json();
    assert_eq!(later["sla"]["calendar"], "us");

    let mut lead = Browser::of_staff(&app, "lead").await;
    let page_path = format!("/partners/{}/calendar", text(&open["tenant"]));
    let (_, page) = lead.open(&page_path).await;
    assert!(page.contains("The 2 requests that are open now keep the calendar they were filed under."), "{page}");
    let version = (version + 1).to_string();
    let form = [("version", version.as_str()), ("calendar", "utc"), ("reason", "they moved again")];
    assert_eq!(lead.submit(&page_path, &form).await.0, 303);
    let (_, page) = lead.open(&format!("/partners/{}", text(&open["tenant"]))).await;
    assert!(page.contains("Calendar of business days changed"), "{page}");
    let recorded: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM audit_events WHERE action = 'partner.calendar_changed' AND details->>'before' = 'us' AND details->>'after' = 'utc'",
    )
    .fetch_one(&mut app.owner().await)
    .await
    .unwrap();
    assert_eq!(recorded, 1);
}

/// The form with a file, as a browser sends it.
async fn send_file(admin: &mut Browser<'_>, file: &str) -> (u16, String) {
    let field = "--b\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\noffice_closure\r\n";
    let head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"days\"\r\n\r\n";
    let request = admin.request(Method::POST, "/admin/calendars/jp/announce");
    let request = request.header("content-type", "multipart/form-data; boundary=b");
    Browser::answer(request.body(format!("{field}{head}{file}\r\n--b--\r\n")).send().await.unwrap()).await
}

#[actix_web::test]
async fn days_come_from_an_icalendar_file_or_a_calendar_file_and_a_fault_names_its_line() {
    let app = TestApp::start().await;
    filed(&app).await;
    let mut admin = Browser::of_staff(&app, "policy-admin").await;
    let event = |lines: &str| format!("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    let yearly = event("DTSTART;VALUE=DATE:20201126\r\nRRULE:FREQ=YEARLY\r\nSUMMARY;LANGUAGE=ja:創立記念日");
    let (status, page) = send_file(&mut admin, &yearly).await;
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("Thu 26 Nov 2026: 創立記念日") && page.contains("Tue 26 Nov 2030"), "{page}");
    assert!(page.contains("Mon 30 Nov 2026, 01:00 (UTC; 10:00 Japan time)"), "what it moves: {page}");
    let toml = "[holidays]\n2026-11-26 = { en = \"Founding day\", ja = \"創立記念日\" }\n2026-11-23 = { en = \"x\", ja = \"x\" }\n";
    let (status, page) = send_file(&mut admin, toml).await;
    assert!(status == 200 && page.contains("Thu 26 Nov 2026: Founding day"), "{page}");
    assert!(page.contains("Closed already, left out"), "{page}");
    for (file, said) in [
        (event("SUMMARY:x\r\nDTSTART:20261126\r\nRRULE:FREQ=SECONDLY"), "ics:5: `FREQ=SECONDLY` is no recurrence"),
        ("[holidays]\n2026-11-31 = { en = \"x\", ja = \"x\" }\n".to_owned(), "toml:2: `2026-11-31` is no date"),
        (event("SUMMARY:x\r\nDTSTART:20201126"), "The file has no day within the years of this calendar."),
    ] {
        let (status, page) = send_file(&mut admin, &file).await;
        assert!(status == 422 && page.contains(said), "{said}: {page}");
    }
}

#[actix_web::test]
async fn a_program_previews_announces_and_takes_back_as_the_page_does() {
    let app = TestApp::start().await;
    let request = filed(&app).await;
    let (admin, lead) = (app.staff("policy-admin"), app.staff("lead"));
    let path = "/api/v1/calendars/jp/closed-days";
    let body = |days: &[&str]| {
        let name = json!({ "en": " Day of snow ", "ja": "大雪の日" });
        let days: Vec<_> = days.iter().map(|day| json!({ "day": day, "name": name })).collect();
        json!({ "kind": "holiday", "days": days })
    };
    let snow = body(&["2026-11-26", "2026-11-23"]);
    for refused in [&lead, &app.staff("auditor"), &app.actor("tailspin-global-admin")] {
        refused.post(path, &snow).await.expect(403);
        refused.post(&format!("{path}/preview"), &snow).await.expect(403);
    }
    app.actor_with_mfa("policy-admin", false).post(path, &snow).await.expect(403);
    let previewed = admin.post(&format!("{path}/preview"), &snow).await.expect(200).json();
    assert_eq!((&previewed["closed_already"], &previewed["deadlines_moved"]), (&json!(1), &json!(1)));
    assert_eq!(previewed["days"], json!([{ "day": "2026-11-26", "name": { "en": "Day of snow", "ja": "大雪の日" } }]));
    let moved = json!({ "before": "2026-11-27T01:00:00Z", "after": "2026-11-30T01:00:00Z" });
    assert_eq!(
        (&previewed["deadlines"][0]["reference"], &previewed["deadlines"][0]["due_at"]),
        (&request["reference"], &moved)
    );
    assert_eq!(due_kept(&app, &request).await, at("2026-11-27T01:00:00Z"), "a preview keeps nothing");

    let send = async || {
        let call = admin.call(Method::POST, path).header("idempotency-key", "snow").json(&snow);
        admin.send(call).await.expect(201)
    };
    let made = send().await;
    assert_eq!(send().await.text, made.text, "a repeat announces nothing more");
    assert_eq!(made.json()["came_to"], previewed);
    assert_eq!(due_kept(&app, &request).await, at("2026-11-30T01:00:00Z"));
    let place = made.header("location").to_owned();
    let read = lead.get(&place).await.expect(200).json();
    assert_eq!((&read["days"][0]["day"], &read["withdrawn_at"]), (&json!("2026-11-26"), &Value::Null));
    lead.post(&format!("{place}/withdraw"), &json!({})).await.expect(403);
    let back = admin.post(&format!("{place}/withdraw"), &json!({})).await.expect(200).json();
    assert!(back["withdrawn_at"].is_string(), "{back}");
    admin.post(&format!("{place}/withdraw"), &json!({})).await.expect(409);
    admin.get(&place.replace("/jp/", "/us/")).await.expect(404);
    admin.post("/api/v1/calendars/none/closed-days", &snow).await.expect(404);

    for (wrong, errors) in [
        (body(&[]), vec!["/days empty"]),
        (body(&["2031-01-06"]), vec!["/days closed_day_outside_years"]),
        (body(&["2026-11-23"]), vec!["/days closed_already"]),
        (
            json!({ "kind": "holiday", "days": [{ "day": "2026-12-01", "name": { "en": " ", "ja": "a\nb" } }] }),
            vec!["/days/0/name/en empty", "/days/0/name/ja closed_day_name"],
        ),
    ] {
        assert_eq!(admin.post(path, &wrong).await.expect(422).errors(), errors);
    }
}
