//! The policy as data: editions from a folder, what is never granted, whose desk it is.

use crate::actors::{other, text, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use exception_desk::branding::Branding;
use exception_desk::clock::secret_bytes;
use exception_desk::locale::Bilingual;
use serde_json::json;
use std::path::PathBuf;

pub const SHIPPED: &str = include_str!("../../policies/partner-center/2020-03-01.toml");

/// A folder of edition files, gone with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn of(files: &[(&str, &str)]) -> Self {
        let path = std::env::temp_dir().join(format!("desk-policy-{:x}", u64::from_le_bytes(secret_bytes())));
        std::fs::create_dir_all(&path).unwrap();
        for (name, text) in files {
            std::fs::write(path.join(name), text).unwrap();
        }
        Self(path)
    }

    /// A desk whose policy this is.
    pub async fn desk(&self) -> TestApp {
        let path = self.0.clone();
        TestApp::start_with(|config| config.policy.directory = Some(path)).await
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The shipped edition as another that follows it at `effective_at`, with each of `changes` made (old, new).
pub fn edition(name: &str, effective_at: &str, changes: &[(&str, &str)]) -> String {
    let renamed = SHIPPED
        .replace("edition = \"2020-03-01\"", &format!("edition = \"{name}\""))
        .replace("effective_at = 2020-03-01T00:00:00Z", &format!("effective_at = {effective_at}"));
    changes.iter().fold(renamed, |text, (old, new)| {
        assert!(text.contains(old), "`{old}` stands in the edition");
        text.replacen(old, new, 1)
    })
}

const OTHER: &str = "slug = \"other_technical_issue\"";
const NEVER: &str = "slug = \"other_technical_issue\"\nnever_surfaces = [\"partner_api\"]";

#[actix_web::test]
async fn what_is_never_granted_for_an_issue_cannot_be_asked_for() {
    let folder = Folder::of(&[("a.toml", &edition("2020-03-01", "2020-03-01T00:00:00Z", &[(OTHER, NEVER)]))]);
    let app = folder.desk().await;
    let mut body = other();
    body["scope"]["surfaces"] = json!(["dashboard", "partner_api"]);
    let refused = app.actor("tailspin-global-admin").file(&body).await.expect(422);
    assert_eq!(refused.errors(), ["/scope/surfaces/1 surface_never_granted"]);
    let detail = text(&refused.json()["errors"][0]["detail"]).to_owned();
    assert_eq!(detail, "The policy never grants this place for this issue. Take it out.");
    // For another issue, the same place can be asked for.
    let mut body = third_party();
    body["scope"]["surfaces"] = json!(["partner_api"]);
    app.actor("tailspin-global-admin").file(&body).await.expect(201);
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let draft = partner.begin("other_technical_issue").await;
    let (_, page) = partner.open(&format!("{draft}/scope")).await;
    assert!(!page.contains("value=\"partner_api\"") && page.contains("value=\"dashboard\""), "it is not offered");
}

#[actix_web::test]
async fn what_a_later_edition_never_grants_no_reviewer_grants_for_an_earlier_request() {
    let next = edition("2026-11-25", "2026-11-25T00:00:00Z", &[(OTHER, NEVER)]);
    let folder = Folder::of(&[("a.toml", SHIPPED), ("b.toml", &next)]);
    let app = folder.desk().await;
    let mut body = other();
    body["scope"]["surfaces"] = json!(["dashboard", "partner_api"]);
    let request = app.actor("tailspin-global-admin").file(&body).await.expect(201).json();
    app.wait(chrono::TimeDelta::days(1));
    let refused = app.staff("reviewer").accept(&request).await.expect(422);
    assert_eq!(refused.errors(), ["/scope/surfaces/1 surface_never_granted"]);
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    let (_, page) = reviewer.open(&format!("/review/{}", text(&request["reference"]))).await;
    assert!(
        !page.contains("value=\"partner_api\"") && page.contains("value=\"dashboard\""),
        "it is not offered: {page}"
    );
    let scope = json!({ "subjects": body["scope"]["subjects"], "surfaces": ["dashboard"], "duration_days": 60 });
    let decision = json!({ "outcome": "accept", "reason": "the rest is fine", "scope": scope });
    let granted = app.staff("reviewer").decide(&request, &decision).await.expect(200).json();
    assert_eq!(granted["exception"]["surfaces"], json!(["dashboard"]));
}

#[actix_web::test]
async fn what_is_never_granted_cannot_be_submitted_from_a_draft_nor_renewed() {
    let next = edition("2026-11-25", "2026-11-25T00:00:00Z", &[(OTHER, NEVER)]);
    let folder = Folder::of(&[("a.toml", SHIPPED), ("b.toml", &next)]);
    let app = folder.desk().await;
    let mut body = other();
    body["scope"]["surfaces"] = json!(["partner_api"]);
    let admin = app.actor("tailspin-global-admin");
    let request = admin.file(&body).await.expect(201).json();
    let granted = app.staff("reviewer").accept(&request).await.expect(200).json();
    let draft = admin.post("/api/v1/drafts", &body).await.expect(201).json();

    app.wait(chrono::TimeDelta::days(1));
    let admin = app.actor("tailspin-global-admin");
    let renewal = format!("/api/v1/exceptions/{}/renewal", text(&granted["exception"]["id"]));
    let renewed = admin.post(&renewal, &json!({})).await.expect(201).json();
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    for draft in [draft, renewed] {
        let submit = format!("/api/v1/drafts/{}/submit", text(&draft["id"]));
        let refused = admin.change(&submit, &draft, &json!({})).await.expect(422).errors();
        assert!(refused.contains(&"/scope/surfaces/0 surface_never_granted".to_owned()), "{refused:?}");
        let path = format!("/support/drafts/{}", text(&draft["id"]));
        let (status, page) = partner.submit_draft(&path).await;
        assert!(status == 422 && page.contains("The policy never grants this place for this issue"), "{page}");
    }
    // What is granted already runs on.
    let path = format!("/api/v1/exceptions/{}", text(&granted["exception"]["id"]));
    assert_eq!(admin.get(&path).await.expect(200).json()["status"], "active");
}

#[actix_web::test]
async fn a_second_approval_keeps_to_the_edition_that_came_after_the_first() {
    let next = edition("2026-11-25", "2026-11-25T00:00:00Z", &[(OTHER, NEVER)]);
    let folder = Folder::of(&[("a.toml", SHIPPED), ("b.toml", &next)]);
    let app = folder.desk().await;
    let mut broad = other();
    broad["scope"] =
        json!({ "subjects": { "kind": "all" }, "surfaces": ["dashboard", "partner_api"], "duration_days": 30 });
    let request = app.actor("tailspin-global-admin").file(&broad).await.expect(201).json();
    let approved = app.staff("reviewer").accept(&request).await.expect(202).json();
    app.wait(chrono::TimeDelta::days(1));
    let refused = app.staff("lead").accept(&approved).await.expect(422);
    assert_eq!(refused.errors(), ["/scope/surfaces/1 surface_never_granted"]);
}

#[actix_web::test]
async fn a_sunset_that_a_later_edition_brings_forward_ends_what_is_granted_after_it() {
    let sunset = "slug = \"other_technical_issue\"\nsunset = 2026-12-01T00:00:00+09:00";
    let next = edition("2026-11-25", "2026-11-25T00:00:00Z", &[(OTHER, sunset)]);
    let folder = Folder::of(&[("a.toml", SHIPPED), ("b.toml", &next)]);
    let app = folder.desk().await;
    let request = app.actor("tailspin-global-admin").file(&other()).await.expect(201).json();
    app.wait(chrono::TimeDelta::days(1));
    let granted = app.staff("reviewer").accept(&request).await.expect(200).json();
    assert_eq!(granted["exception"]["expires_at"], "2026-11-30T15:00:00Z");
}

#[actix_web::test]
async fn an_edition_may_say_what_helps_until_a_person_has_decided() {
    let app = TestApp::start().await;
    let mut body = third_party();
    body["scope"]["subjects"] = json!({ "kind": "all" });
    let request = app.actor("tailspin-global-admin").file(&body).await.expect(201).json();
    let mut partner = Browser::new(&app);
    partner.sign_in("tailspin-global-admin", "/help").await;
    let (_, page) = partner.open(&format!("/support/requests/{}", text(&request["reference"]))).await;
    assert!(page.contains("Until then, a user who is asked for MFA"), "{page}");
}

#[actix_web::test]
async fn the_desk_is_called_as_its_operator_calls_it() {
    let branding = Branding {
        product: Bilingual { en: "MFA help <desk>".to_owned(), ja: "MFA 例外窓口".to_owned() },
        organisation: Some(Bilingual {
            en: "Contoso Markets".to_owned(), ja: "コントソ マーケット".to_owned()
        }),
        support_contact: Some("mfa@contoso.example".to_owned()),
        reference_prefix: "MFA".to_owned(),
        ..Branding::default()
    };
    let app = TestApp::start_with(|config| config.branding = branding).await;
    let page = app.anonymous().get("/stopped?surface=partner_api").await.expect(200).text;
    assert!(page.contains("<dd>Partner API</dd>") && page.contains("Global Admin or Admin Agent"), "{page}");
    let page = app.anonymous().get("/privacy").await.expect(200).text;
    assert!(page.contains("– MFA help &#60;desk&#62;</title>") && !page.contains("Exception Desk"), "{page}");
    assert!(page.contains("Operator: Contoso Markets. Contact: mfa@contoso.example"), "{page}");
    assert!(page.contains("your organisation or Contoso Markets (mfa@contoso.example)"), "{page}");
    let page = app.anonymous().call(reqwest::Method::GET, "/help/glossary").header("accept-language", "ja");
    let page = app.anonymous().send(page).await.text;
    assert!(page.contains("– MFA 例外窓口</title>") && page.contains("MFA-2026-000123"), "{page}");
    let request = app.actor("tailspin-global-admin").file(&other()).await.expect(201).json();
    assert!(text(&request["reference"]).starts_with("MFA-2026-"));
}

/// The program `exception-desk policy …` on the database of `app`: exit status, standard output, standard error.
async fn policy_command(app: &TestApp, arguments: &[&str]) -> (i32, String, String) {
    let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_exception-desk"))
        .arg("policy")
        .args(arguments)
        .env("DATABASE_URL", &app.owner_url)
        .output()
        .await
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// The reference of a request.
fn reference(request: &serde_json::Value) -> String {
    text(&request["reference"]).to_owned()
}

#[actix_web::test]
async fn a_backtest_tells_what_a_changed_edition_would_have_decided_otherwise() {
    let app = TestApp::start().await;
    let partner = app.actor("tailspin-global-admin");
    let automatic = partner.file(&third_party()).await.expect(201).json();
    let denied = partner.file(&crate::actors::more_time()).await.expect(201).json();
    let asked = partner.file(&other()).await.expect(201).json();
    let by_person = app.staff("reviewer").accept(&asked).await.expect(200).json();
    let mut ended = other();
    ended["issue"] = json!("third_party_mfa_not_recognized");
    ended["answers"] = third_party()["answers"].clone();
    ended["scope"]["subjects"]["object_ids"] = json!(["00000000-0000-4000-8000-000000000001"]);
    app.wait(chrono::TimeDelta::seconds(1));
    let ended = partner.file(&ended).await.expect(201).json();
    app.staff("lead").revoke(&ended["exception"]).await.expect(200);

    let never = "slug = \"other_technical_issue\"\nnever_surfaces = [\"delegated_admin_portal\"]";
    let changed = edition("2027-01-01", "2027-01-01T00:00:00Z", &[("max_days = 90", "max_days = 30"), (OTHER, never)]);
    let folder =
        Folder::of(&[("changed.toml", &changed), ("same.toml", &edition("2027-01-01", "2027-01-01T00:00:00Z", &[]))]);
    let file = |name: &str| folder.0.join(name).display().to_string();
    let (status, output, words) = policy_command(&app, &["backtest", &file("changed.toml"), "--format", "json"]).await;
    assert_eq!((status, words.as_str()), (0, ""));
    let found: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(
        found,
        json!({
            "policy_version": "partner-center/2027-01-01.1", "complete": true,
            "requests": { "looked_at": 4, "changed": 3, "changes": [
                { "issue": "other_technical_issue", "from": "review", "to": "invalid", "count": 1,
                  "references": [reference(&by_person)] },
                { "issue": "third_party_mfa_not_recognized", "from": "accept", "to": "review", "count": 2,
                  "references": [reference(&ended), reference(&automatic)] },
            ] },
            "open_exceptions": { "looked_at": 2, "changed": 2, "changes": [
                { "issue": "other_technical_issue", "from": "by_person", "to": "never_surface", "count": 1,
                  "references": [reference(&by_person)] },
                { "issue": "third_party_mfa_not_recognized", "from": "automatic", "to": "review", "count": 1,
                  "references": [reference(&automatic)] },
            ] },
        })
    );
    assert_eq!(denied["status"], "denied", "and stays so");

    let (status, output, _) = policy_command(&app, &["backtest", &file("changed.toml")]).await;
    assert_eq!(status, 0);
    assert!(output.contains("requests: 4 looked at, 3 judged otherwise\n  issue"), "{output}");
    let (status, output, _) = policy_command(&app, &["backtest", &file("same.toml"), "--format", "json"]).await;
    let found: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(
        (status, &found["requests"]["changed"], &found["open_exceptions"]["changed"]),
        (0, &json!(0), &json!(0))
    );
}

#[actix_web::test]
async fn a_backtest_refuses_a_bad_file_and_bad_usage() {
    let app = TestApp::start().await;
    let folder =
        Folder::of(&[("bad.toml", &edition("x", "2027-01-01T00:00:00Z", &[("max_days = 90", "max_days = 91")]))]);
    let file = folder.0.join("bad.toml").display().to_string();
    let (status, output, words) = policy_command(&app, &["backtest", &file]).await;
    assert_eq!((status, output.as_str()), (1, ""));
    assert!(words.contains("bad.toml:") && words.contains("the ceiling of 90: lower it"), "{words}");
    assert_eq!(policy_command(&app, &["backtest", "/nowhere.toml"]).await.0, 1);
    assert_eq!(policy_command(&app, &["backtest"]).await.0, 2);
    assert_eq!(policy_command(&app, &["backtest", &file, "--format", "xml"]).await.0, 2);
}

#[actix_web::test]
async fn a_backtest_reads_more_than_one_part() {
    let app = TestApp::start().await;
    let partner = app.actor("tailspin-global-admin");
    partner.file(&crate::actors::more_time()).await.expect(201);
    let mut owner = app.owner().await;
    sqlx::query(
        "INSERT INTO requests (id, reference, tenant, status, issue, language, asked, classification, guards, filed_at, filed_by,
             filed_by_name, filed_with_mfa, calendar, decided_at)
         SELECT gen_random_uuid(), 'TE-2025-' || n, tenant, status, issue, language, asked, classification, guards, filed_at,
             filed_by, filed_by_name, filed_with_mfa, calendar, decided_at FROM requests, generate_series(1, 999) AS n",
    )
    .execute(&mut owner)
    .await
    .unwrap();
    let changes = [("slug = \"more_time_for_agents\"", "slug = \"more_time\"")];
    let folder = Folder::of(&[("a.toml", &edition("2027-01-01", "2027-01-01T00:00:00Z", &changes))]);
    let file = folder.0.join("a.toml").display().to_string();
    let (status, output, _) = policy_command(&app, &["backtest", &file, "--format", "json"]).await;
    let found: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(
        (status, &found["requests"]["looked_at"], &found["requests"]["changed"]),
        (0, &json!(1000), &json!(1000))
    );
    assert_eq!(found["requests"]["changes"][0]["references"].as_array().unwrap().len(), 20);
}
