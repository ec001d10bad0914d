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
    let mut partner = Browser::new(&app);
    partner.sign_in("tailspin-global-admin", "/help").await;
    let (_, page) = partner.open("/support/requests/new/other_technical_issue").await;
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
