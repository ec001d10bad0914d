//! Bringing in an edition while the desk runs: who may, what needs a second person, and that nothing is judged anew.

use crate::actors::{Actor, Answer, other, text, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use crate::policy::edition;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;

const LATER: &str = "2026-11-25T00:00:00Z";
const LIST: &str = "/api/v1/policy/editions";

/// Grants less than the shipped edition.
fn tighter() -> String {
    edition("2026-11-25", LATER, &[("max_days = 90", "max_days = 30")])
}

/// Grants more: what is denied goes to a reviewer.
fn looser() -> String {
    let deny = "outcome = \"deny\"\nreason = \"alternatives_available\"";
    edition("2026-11-25", LATER, &[(deny, "outcome = \"review\"\nreason = \"alternatives_available\"")])
}

async fn propose(app: &TestApp, text: &str) -> Answer {
    app.staff("policy-admin").post(LIST, &json!({ "text": text })).await
}

async fn judged_by(app: &TestApp) -> String {
    let said = app.actor("tailspin-global-admin").post("/api/v1/classifications", &third_party()).await.expect(200);
    text(&said.json()["policy_version"]).to_owned()
}

async fn confirm(app: &TestApp, persona: &str, edition: &Value) -> Answer {
    let path = format!("{LIST}/{}/confirm", text(&edition["id"]));
    app.staff(persona).change(&path, &json!({ "version": edition["proposal"]["version"] }), &json!({})).await
}

#[actix_web::test]
async fn an_edition_that_loosens_nothing_is_brought_in_at_once_and_judges_from_its_instant_on() {
    let app = TestApp::start().await;
    let before = app.actor("tailspin-global-admin").file(&third_party()).await.expect(201).json();
    let proposed = propose(&app, &tighter()).await.expect(201).json();
    assert_eq!((&proposed["state"], &proposed["loosenings"]), (&json!("coming"), &json!([])));
    assert_eq!(judged_by(&app).await, "partner-center/2020-03-01.1", "not before its time");
    app.wait(chrono::TimeDelta::days(1));
    assert_eq!(judged_by(&app).await, "partner-center/2026-11-25.1");
    // What was judged stays so.
    let path = format!("/api/v1/requests/{}", text(&before["id"]));
    let after = app.actor("tailspin-global-admin").get(&path).await.expect(200).json();
    assert_eq!(after["classification"], before["classification"]);
    let listed = app.staff("auditor").get(LIST).await.expect(200).json();
    let states: Vec<_> = listed["items"].as_array().unwrap().iter().map(|item| text(&item["state"])).collect();
    assert_eq!(states, ["past", "in_force"]);
}

#[actix_web::test]
async fn an_edition_that_loosens_waits_for_a_second_person() {
    let app = TestApp::start().await;
    let proposed = propose(&app, &looser()).await.expect(202).json();
    assert_eq!(proposed["state"], "proposed");
    assert_eq!(proposed["loosenings"][0]["kind"], "kinder_outcome");
    assert_eq!(proposed["loosenings"][0]["issue"], "authenticator_app_not_possible");
    assert_eq!(propose(&app, &looser()).await.expect(409).problem(), "wrong-state", "once is enough");
    let own = confirm(&app, "policy-admin", &proposed).await.expect(409).json();
    assert!(text(&own["detail"]).starts_with("You proposed this edition."), "{own}");
    confirm(&app, "reviewer", &proposed).await.expect(403);
    let mut stale = proposed.clone();
    stale["proposal"]["version"] = json!(7);
    confirm(&app, "lead", &stale).await.expect(412);
    let confirmed = confirm(&app, "lead", &proposed).await.expect(200).json();
    assert_eq!(confirmed["state"], "coming");
    confirm(&app, "lead-2", &confirmed).await.expect(409);
    app.wait(chrono::TimeDelta::days(1));
    assert_eq!(judged_by(&app).await, "partner-center/2026-11-25.1");
    let mut owner = app.owner().await;
    let recorded: Vec<(String, Value)> = sqlx::query_as(
        "SELECT action, details FROM audit_events WHERE subject_kind = 'policy_edition' ORDER BY at, action DESC",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    let actions: Vec<_> = recorded.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(actions, ["policy.proposed", "policy.brought_in"]);
    let digest: String = sqlx::query_scalar("SELECT 'sha-256:' || encode(digest, 'hex') FROM policy_editions")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    assert_eq!(recorded[1].1["digest"], digest.as_str());
}

#[actix_web::test]
async fn who_proposed_is_no_second_person_in_another_role_or_session() {
    let app = TestApp::start().await;
    let proposed = propose(&app, &looser()).await.expect(202).json();
    let path = format!("{LIST}/{}/confirm", text(&proposed["id"]));
    let version = json!({ "version": proposed["proposal"]["version"] });
    for roles in [json!(["LeadReviewer"]), json!(["PolicyAdmin", "LeadReviewer"]), json!(["PolicyAdmin"])] {
        let same = app.forged("policy-admin", |claims| {
            claims.insert("roles".to_owned(), roles.clone());
            claims.insert("amr".to_owned(), json!(["pwd", "mfa"]));
            claims.insert("name".to_owned(), json!("Somebody Else"));
        });
        let refused = same.change(&path, &version, &json!({})).await.expect(409);
        assert_eq!(refused.problem(), "wrong-state", "{roles}");
        assert!(text(&refused.json()["detail"]).starts_with("You proposed this edition."), "{}", refused.text);
    }
    let mut another_session = Browser::of_staff(&app, "policy-admin").await;
    let page = format!("/policy/editions/{}/confirm", text(&proposed["id"]));
    assert_eq!(another_session.submit(&page, &[("version", "1")]).await.0, 409);
    let now = app.staff("lead").get(&format!("{LIST}/{}", text(&proposed["id"]))).await.expect(200).json();
    assert_eq!(now["state"], "proposed");
}

#[actix_web::test]
async fn what_was_read_is_what_is_confirmed_and_not_what_was_proposed_in_its_place() {
    let app = TestApp::start().await;
    let read = propose(&app, &looser()).await.expect(202).json();
    let withdraw = format!("{LIST}/{}/withdraw", text(&read["id"]));
    app.staff("policy-admin").change(&withdraw, &json!({ "version": 1 }), &json!({})).await.expect(200);
    let other = looser().replacen("outcome = \"deny\"", "outcome = \"review\"", 1);
    assert_ne!(other, looser());
    let instead = propose(&app, &other).await.expect(202).json();
    assert_eq!(instead["id"], read["id"], "it has the same name");
    confirm(&app, "lead", &read).await.expect(412);
    let mut lead = Browser::of_staff(&app, "lead").await;
    let page = format!("/policy/editions/{}/confirm", text(&read["id"]));
    assert_eq!(lead.submit(&page, &[("version", "1")]).await.0, 412);
    confirm(&app, "lead", &instead).await.expect(200);
}

#[actix_web::test]
async fn what_nobody_confirmed_in_time_never_applies() {
    let app = TestApp::start().await;
    let proposed = propose(&app, &looser()).await.expect(202).json();
    app.clock.set("2026-11-24T23:58:30Z".parse().unwrap());
    let late = confirm(&app, "lead", &proposed).await.expect(409).json();
    assert!(text(&late["detail"]).contains("too near"), "{late}");
    app.wait(chrono::TimeDelta::days(1));
    assert_eq!(judged_by(&app).await, "partner-center/2020-03-01.1");
    let path = format!("{LIST}/{}/withdraw", text(&proposed["id"]));
    let withdrawn =
        app.staff("policy-admin").change(&path, &json!({ "version": 1 }), &json!({})).await.expect(200).json();
    assert_eq!(withdrawn["proposal"]["withdrawn_at"], "2026-11-25T23:58:30Z");
    app.staff("policy-admin").get(&format!("{LIST}/{}", text(&proposed["id"]))).await.expect(404);
}

#[actix_web::test]
async fn an_edition_with_faults_or_for_the_past_is_refused() {
    let app = TestApp::start().await;
    let bad = tighter().replace("max_users = 50", "max_users = 51");
    let line = bad.lines().position(|line| line == "max_users = 51").unwrap() + 1;
    let refused = propose(&app, &bad).await.expect(422);
    assert_eq!(refused.errors(), ["/text edition_fault"]);
    let detail = text(&refused.json()["errors"][0]["detail"]).to_owned();
    assert_eq!(detail, format!("Line {line}: `max_users` must lie between 0 and the ceiling of 50: lower it"));
    let past = tighter().replace(LATER, "2026-11-24T01:01:00Z");
    assert_eq!(propose(&app, &past).await.expect(422).errors(), ["/text edition_too_soon"]);
    let twice = edition("2020-03-01", LATER, &[]);
    assert_eq!(propose(&app, &twice).await.expect(422).errors(), ["/text edition_fault"], "its version is taken");
    assert_eq!(propose(&app, " ").await.expect(422).errors(), ["/text edition_missing"]);
    assert_eq!(propose(&app, &"#".repeat(128 * 1024 + 1)).await.expect(422).errors(), ["/text edition_too_large"]);
}

#[actix_web::test]
async fn only_policy_admins_propose_and_only_staff_read() {
    let app = TestApp::start().await;
    for persona in ["reviewer", "lead", "auditor"] {
        let body = json!({ "text": tighter() });
        assert_eq!(app.staff(persona).post(LIST, &body).await.expect(403).problem(), "not-allowed");
        app.staff(persona).get(LIST).await.expect(200);
        app.staff(persona).get(&format!("{LIST}/2020-03-01.1")).await.expect(200);
    }
    let stepless = app.actor_with_mfa("policy-admin", false);
    assert_eq!(stepless.get(LIST).await.expect(403).problem(), "step-up-required");
    let partner = app.actor("tailspin-global-admin");
    for path in ["/api/v1/policy/editions", "/api/v1/policy/editions/2020-03-01.1"] {
        partner.get(path).await.expect(403);
    }
    partner.post("/api/v1/policy/simulations", &json!({ "text": tighter() })).await.expect(403);
    app.staff("lead").get(&format!("{LIST}/2031-01-01.1")).await.expect(404);
}

#[actix_web::test]
async fn the_database_holds_four_eyes_the_text_and_the_time() {
    let app = TestApp::start().await;
    propose(&app, &looser()).await.expect(202);
    let mut owner = app.owner().await;
    for (change, constraint) in [
        (
            "confirmed_by = proposed_by, confirmed_by_name = 'me', brought_in_at = proposed_at",
            "policy_editions_two_people",
        ),
        ("brought_in_at = proposed_at", "policy_editions_looser_is_confirmed"),
        (
            "confirmed_by = gen_random_uuid(), confirmed_by_name = 'you', brought_in_at = effective_at",
            "policy_editions_not_retroactive",
        ),
        ("text = text || ' '", "policy_editions_as_proposed"),
    ] {
        let statement = AssertSqlSafe(format!("UPDATE policy_editions SET {change}"));
        let refused = sqlx::query(statement).execute(&mut owner).await.unwrap_err();
        assert!(refused.to_string().contains(constraint), "{change}: {refused}");
    }
    // At run time the text cannot be touched at all, and what was brought in is as it is.
    let mut staff = app.desk.db.staff().await.unwrap();
    let refused = sqlx::query("UPDATE policy_editions SET text = ''").execute(&mut *staff).await.unwrap_err();
    assert!(refused.to_string().contains("permission denied"), "{refused}");
    drop(staff);
    sqlx::query("UPDATE policy_editions SET confirmed_by = gen_random_uuid(), confirmed_by_name = 'you', brought_in_at = proposed_at")
        .execute(&mut owner)
        .await
        .unwrap();
    let mut staff = app.desk.db.staff().await.unwrap();
    let changed = sqlx::query("UPDATE policy_editions SET withdrawn_at = now()").execute(&mut *staff).await.unwrap();
    assert_eq!(changed.rows_affected(), 0);
    let mut partner = app
        .desk
        .db
        .partner(exception_desk::identity::TenantId(exception_desk_demo::people::TAILSPIN.id))
        .await
        .unwrap();
    let refused = sqlx::query("SELECT FROM policy_editions").execute(&mut *partner).await.unwrap_err();
    assert!(refused.to_string().contains("permission denied"), "{refused}");
}

#[actix_web::test]
async fn a_desk_finds_what_another_brought_in_and_judges_nothing_by_what_it_cannot_read() {
    let app = TestApp::start().await;
    let mut owner = app.owner().await;
    let insert = |version: &str, text: &str| {
        let statement = "INSERT INTO policy_editions (id, policy_version, text, digest, effective_at, looser, proposed_at, proposed_by,
             proposed_by_name, brought_in_at)
             VALUES (gen_random_uuid(), $1, $2, sha256(convert_to($2, 'UTF8')), '2026-11-25T00:00:00Z', false,
             '2026-11-24T00:00:00Z', gen_random_uuid(), 'Another desk', '2026-11-24T00:00:00Z')";
        sqlx::query(statement).bind(version.to_owned()).bind(text.to_owned())
    };
    insert("partner-center/2026-11-25.1", &tighter()).execute(&mut owner).await.unwrap();
    app.wait(chrono::TimeDelta::days(1));
    for _ in 0..200 {
        if judged_by(&app).await == "partner-center/2026-11-25.1" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(judged_by(&app).await, "partner-center/2026-11-25.1");
    insert("partner-center/2026-11-26.1", "policy = 1").execute(&mut owner).await.unwrap();
    let error = exception_desk::editions::refresh(&app.desk).await.unwrap_err().to_string();
    assert!(error.contains("the stored edition `partner-center/2026-11-26.1` has faults"), "{error}");
}

#[actix_web::test]
async fn a_simulation_says_what_would_become_looser_and_what_would_change() {
    let app = TestApp::start().await;
    let filed = app.actor("tailspin-global-admin").file(&third_party()).await.expect(201).json();
    let simulate = "/api/v1/policy/simulations";
    let said = app.staff("reviewer").post(simulate, &json!({ "text": tighter() })).await.expect(200).json();
    assert_eq!(said["loosenings"], json!([]));
    assert_eq!(said["backtest"]["requests"]["changes"][0]["references"], json!([filed["reference"]]));
    assert_eq!(said["backtest"]["open_exceptions"]["changes"][0]["to"], "review");
    assert_eq!(app.staff("reviewer").get(LIST).await.json()["items"].as_array().unwrap().len(), 1, "nothing is kept");
}

/// The page that follows a form with a file, as a browser sends it.
async fn simulate(browser: &mut Browser<'_>, app: &TestApp, text: &str) -> (u16, String) {
    let session = browser.session().unwrap().clone();
    let body = format!("--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n{text}\r\n--b--\r\n");
    let request = app
        .http
        .post(format!("{}/policy/simulate", app.base))
        .header("cookie", format!("desk-session={session}"))
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "multipart/form-data; boundary=b")
        .body(body);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[actix_web::test]
async fn on_pages_a_change_is_tried_proposed_read_and_confirmed() {
    let app = TestApp::start().await;
    let mut body = third_party();
    body["issue"] = json!("authenticator_app_not_possible");
    body["title"] = json!("No phones");
    body["description"] = json!("Phones are not allowed on our premises.");
    body["answers"] = json!({ "alternatives_tried": "none" });
    let filed = app.actor("tailspin-global-admin").file(&body).await.expect(201).json();
    let mut admin = Browser::of_staff(&app, "policy-admin").await;
    for (text, told) in [("policy = ", "Line 1 is not valid TOML: "), ("policy = 1", "a value of the wrong kind: ")] {
        let (status, page) = simulate(&mut admin, &app, text).await;
        assert!(status == 422 && page.contains(told), "{page}");
    }
    let (status, page) = simulate(&mut admin, &app, &looser()).await;
    assert_eq!(status, 200);
    for part in ["No faults", "“Not accepted” becomes “A person decides”", text(&filed["reference"]), "Propose edition"]
    {
        assert!(page.contains(part), "“{part}”: {page}");
    }
    let (status, to) = admin.submit("/policy/editions", &[("text", &looser())]).await;
    assert_eq!((status, to.as_str()), (303, "/policy/editions/2026-11-25.1"));
    let (_, page) = admin.open(&to).await;
    assert!(page.contains("You proposed this edition.") && !page.contains("Confirm edition"), "{page}");
    assert_eq!(admin.submit(&format!("{to}/confirm"), &[("version", "1")]).await.0, 409);

    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    let (_, page) = reviewer.open("/policy").await;
    assert!(page.contains("Edition 2026-11-25.1 loosens the policy") && page.contains("In force"), "{page}");
    let (_, page) = reviewer.open(&to).await;
    for part in [
        "In every other case",
        "Not accepted: MFA is possible without a phone, by other methods.",
        "A person decides: MFA is possible without a phone, by other methods.",
        "lang=\"ja\"",
        "担当者が審査：",
        "<a href=\"#part-1\">General</a>",
        "<h2 id=\"part-1\">General</h2>",
        "(the same)",
        "[number asked for] users are asked for; at most [limit] can be granted without a reviewer.",
    ] {
        assert!(page.contains(part), "“{part}”: {page}");
    }
    assert!(!page.contains("Confirm edition") && !page.contains("Withdraw edition"), "a reviewer reads");
    assert_eq!(reviewer.submit(&format!("{to}/confirm"), &[("version", "1")]).await.0, 403);
    let (_, page) = simulate(&mut reviewer, &app, &tighter()).await;
    assert!(!page.contains("Propose edition") && page.contains("Only a policy admin can propose"), "{page}");

    let mut lead = Browser::of_staff(&app, "lead").await;
    assert_eq!(lead.submit(&format!("{to}/confirm"), &[("version", "1")]).await.0, 303);
    let (_, page) = lead.open(&to).await;
    assert!(page.contains("Coming") && page.contains("Confirmed by"), "{page}");
    let mut partner = Browser::new(&app);
    partner.sign_in("tailspin-global-admin", "/help").await;
    for path in ["/policy", "/policy/simulate", "/policy/editions/2020-03-01.1"] {
        assert_eq!(partner.open(path).await.0, 403, "{path}");
    }
}

#[actix_web::test]
async fn a_desk_that_cannot_read_every_edition_neither_judges_nor_grants() {
    let app = TestApp::start().await;
    let partner = app.actor("tailspin-global-admin");
    let waiting = partner.file(&other()).await.expect(201).json();
    sqlx::query(
        "INSERT INTO policy_editions (id, policy_version, text, digest, effective_at, looser, proposed_at, proposed_by,
             proposed_by_name, brought_in_at)
         VALUES (gen_random_uuid(), 'partner-center/2026-11-26.1', 'policy = 1', sha256('policy = 1'), '2026-11-26T00:00:00Z', false,
             '2026-11-24T00:00:00Z', gen_random_uuid(), 'Another desk', '2026-11-24T00:00:00Z')",
    )
    .execute(&mut app.owner().await)
    .await
    .unwrap();
    let (base, desk) = app.another_desk();
    assert!(exception_desk::editions::refresh(&desk).await.is_err());
    let send = async |actor: &Actor<'_>, path: &str, body: &Value| {
        let call = app.http.post(format!("{base}{path}")).bearer_auth(actor.token.as_ref().unwrap());
        actor.send(call.header("If-Match", "\"1\"").json(body)).await
    };
    for path in ["/api/v1/classifications", "/api/v1/requests"] {
        assert_eq!(send(&partner, path, &third_party()).await.expect(503).problem(), "database-away", "{path}");
    }
    let decision = format!("/api/v1/requests/{}/decision", text(&waiting["id"]));
    let (reviewer, accept) = (app.staff("reviewer"), json!({ "outcome": "accept", "reason": "the logs show it" }));
    assert_eq!(send(&reviewer, &decision, &accept).await.expect(503).problem(), "database-away");
    let health = app.http.get(format!("{base}/health/ready"));
    let health = partner.send(health).await.expect(503).json();
    assert_eq!(health["reason"], "policy_unknown");
    // To deny, no edition is needed but the request's own.
    let deny = json!({ "outcome": "deny", "reason": "there is another way" });
    send(&reviewer, &decision, &deny).await.expect(200);
}
