//! Two drills: an eighth issue, and a whole other organisation's policy, each by edition files alone.

use crate::actors::{Answer, USER, text};
use crate::app::TestApp;
use crate::browser::Browser;
use crate::policy::{Folder, SHIPPED, edition};
use chrono::{DateTime, Utc};
use mfa_enforcement::decision::{Account, Place};
use mfa_enforcement::wire::Snapshot;
use mfa_enforcement::{Behaviour, DecisionInput, Feed, Flow, RuleIndex, Surface, Verdict, decide};
use reqwest::Method;
use serde_json::{Value, json};

/// The shipped edition with one issue more, which takes effect two days before the tests' now.
pub fn with_an_eighth_issue() -> String {
    let more = include_str!("../data/policy/eighth-issue.toml");
    let (issue, guidance) = more.split_once("[guidance]\n").unwrap();
    let guidance = format!("{issue}[guidance]\n{guidance}\n");
    edition("2026-11-22", "2026-11-22T00:00:00Z", &[("[guidance]\n", &guidance)])
}

pub fn kiosk(language: &str, takes_a_key: &str) -> Value {
    json!({
        "topic": "mfa_and_secure_application_model", "problem_type": "technical_exception",
        "issue": "shared_kiosk_sign_in", "language": language,
        "title": "Kiosk", "description": "Our agents share a kiosk in the shop. キオスク端末を共用しています。",
        "contact": { "name": "IT", "email": "it@tailspin.example", "phone": null },
        "scope": { "subjects": { "kind": "users", "object_ids": [USER] }, "surfaces": ["dashboard"], "starts_at": null,
                   "duration_days": 30 },
        "answers": { "takes_a_security_key": takes_a_key, "kiosk_model": "K-200" }
    })
}

/// The page at `path` in `lang`, as the browser's person sees it.
async fn page(browser: &mut Browser<'_>, app: &TestApp, lang: &str, path: &str) -> String {
    browser.jar.insert(("desk.localhost".to_owned(), "lang".to_owned()), lang.to_owned());
    let answer = browser.send(Method::GET, &format!("{}{path}", app.base), None).await;
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    answer.text().await.unwrap()
}

/// Whether every one of `parts` stands in `page`, as HTML writes it.
fn shows(page: &str, parts: &[&str]) {
    for part in parts {
        assert!(page.contains(part), "“{part}” is not on the page: {page}");
    }
}

#[actix_web::test]
async fn an_eighth_issue_is_an_edition_file_and_nothing_else() {
    let eighth = with_an_eighth_issue();
    let folder = Folder::of(&[("2020-03-01.toml", SHIPPED), ("2026-11-22.toml", &eighth)]);
    let app = folder.desk().await;
    let mut partner = Browser::new(&app);
    partner.sign_in("tailspin-global-admin", "/help").await;
    let draft = partner.begin("shared_kiosk_sign_in").await;
    for (lang, title, question, explanation, denial) in [
        (
            "en",
            "A shared kiosk cannot show a second factor",
            "Does the kiosk take a security key?",
            "Most kiosks take a security key.",
            "Give your agents security keys and register them.",
        ),
        (
            "ja",
            "共用のキオスク端末で第 2 要素を表示できない",
            "キオスク端末でセキュリティ キーを使用できますか。",
            "多くのキオスク端末ではセキュリティ キーを使用できます。",
            "担当者にセキュリティ キーを配布し、登録してください。",
        ),
    ] {
        shows(&page(&mut partner, &app, lang, "/self-check").await, &[title]);
        shows(
            &page(&mut partner, &app, lang, "/self-check/shared_kiosk_sign_in").await,
            &[title, question, explanation],
        );
        let answered = "/self-check/shared_kiosk_sign_in?answers_takes_a_security_key=yes&check=1";
        shows(&page(&mut partner, &app, lang, answered).await, &[denial]);
        shows(&page(&mut partner, &app, lang, "/support/requests/new").await, &[title]);
        let form = page(&mut partner, &app, lang, &format!("{draft}/questions")).await;
        shows(&form, &[title, question]);
        let form = page(&mut partner, &app, lang, &format!("{draft}/scope")).await;
        assert!(form.contains("value=\"dashboard\""), "{form}");
        assert!(!form.contains("value=\"partner_api\""), "what is never granted is not offered");
        let said = app.actor("tailspin-global-admin").post("/api/v1/classifications", &kiosk(lang, "yes")).await;
        let said = said.expect(200).json();
        assert_eq!((&said["outcome"], &said["reasons"][0]["code"]), (&json!("deny"), &json!("security_key_works")));
        assert_eq!(said["guidance"][0]["text"], denial);
        assert_eq!(said["policy_version"], "partner-center/2026-11-22.1");
    }
}

#[actix_web::test]
async fn an_eighth_issue_is_granted_reviewed_and_explained_like_the_others() {
    let eighth = with_an_eighth_issue();
    let folder = Folder::of(&[("2020-03-01.toml", SHIPPED), ("2026-11-22.toml", &eighth)]);
    let app = folder.desk().await;
    let admin = app.actor("tailspin-global-admin");
    let granted = admin.file(&kiosk("en", "no")).await.expect(201).json();
    assert_eq!(
        (&granted["status"], &granted["exception"]["issue"]),
        (&json!("accepted"), &json!("shared_kiosk_sign_in"))
    );
    let feed = app.actor("feed").feed_at(1).await;
    assert_eq!(feed["rules"][0]["issue"], "shared_kiosk_sign_in");
    let unsure = admin.file(&kiosk("ja", "unsure")).await.expect(201).json();
    assert_eq!(unsure["status"], "in_review");
    let reference = text(&unsure["reference"]).to_owned();

    let mut partner = Browser::new(&app);
    partner.sign_in("tailspin-global-admin", "/help").await;
    let path = format!("/support/requests/{reference}");
    let in_english = [
        "Does the kiosk take a security key?",
        "Until then, let your agents sign in at a desk with their own devices.",
    ];
    shows(&page(&mut partner, &app, "en", &path).await, &in_english);
    let in_japanese = [
        "キオスク端末でセキュリティ キーを使用できますか。",
        "それまでの間は、担当者が自席の端末でサインインするようにしてください。",
    ];
    shows(&page(&mut partner, &app, "ja", &path).await, &in_japanese);
    let path = format!("/support/requests/{}", text(&granted["reference"]));
    shows(&page(&mut partner, &app, "ja", &path).await, &["キオスク端末ではセキュリティ キーを使用できません。"]);

    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    shows(&page(&mut reviewer, &app, "ja", "/queue").await, &["共用のキオスク端末で第 2 要素を表示できない"]);
    let review = page(&mut reviewer, &app, "en", &format!("/review/{reference}")).await;
    shows(&review, &["A shared kiosk cannot show a second factor", "Model of the kiosk"]);
    app.staff("reviewer").accept(&unsure).await.expect(200);
}

// ------------------------------------------------------------------------------------------------------------ University

pub const UNIVERSITY: &str = include_str!("../../policies/university/2026-09-01.toml");

/// Somebody of the example tenant whose directory gives it the role `role` of the university.
pub fn member<'a>(app: &'a TestApp, role: &str) -> crate::actors::Actor<'a> {
    app.forged("tailspin-global-admin", |claims| {
        claims.insert("roles".to_owned(), json!([role]));
    })
}

pub fn instrument() -> Value {
    json!({
        "topic": "sign_in_and_mfa", "problem_type": "temporary_mfa_exception",
        "issue": "lab_instrument_password_login", "language": "ja",
        "title": "質量分析計の測定データの保存",
        "description": "質量分析計の制御ソフトウェアがMFAに対応しておらず、測定データをリポジトリに保存できません。",
        "contact": { "name": "理学部 IT 担当", "email": "it@science.university.example", "phone": null },
        "scope": { "subjects": { "kind": "users", "object_ids": [USER] }, "surfaces": ["research_data_api"],
                   "starts_at": null, "duration_days": 45 },
        "answers": { "update_available": "no", "on_instrument_network": "yes", "instrument": "MS-7 (2019-0451)",
                     "maker_reference": "SR-20931" }
    })
}

/// What an enforcement point that routes to `surface` decides for the example user, by the published feed.
async fn at_the_gate(app: &TestApp, surface: &str, behaviour: Behaviour) -> (Verdict, u16) {
    let feed = app.actor("feed").feed_at(0).await;
    let snapshot = Snapshot::read(feed.to_string().as_bytes()).unwrap().snapshot;
    let rules = RuleIndex::of(&snapshot.rules);
    let tenant = exception_desk_demo::people::TAILSPIN.id;
    let input = DecisionInput {
        at: app.clock.now(),
        place: Place::Protected {
            surface: Surface { name: surface.into(), behaviour },
            signs_in_to_customer_tenant: true,
        },
        flow: Flow::Interactive,
        tenant: Some(tenant),
        user: Some(USER.parse().unwrap()),
        mfa: false,
        account: Account::default(),
    };
    let decision = decide(Feed::Held { rules: &rules, expires_at: DateTime::<Utc>::MAX_UTC }, &input);
    (decision.decision, decision.status)
}

async fn classified(app: &TestApp, body: &Value) -> Answer {
    member(app, "DepartmentItLead").post("/api/v1/classifications", body).await.expect(200)
}

#[actix_web::test]
async fn a_university_runs_the_desk_with_its_own_issues_surfaces_and_roles() {
    let folder = Folder::of(&[("2026-09-01.toml", UNIVERSITY)]);
    let app = folder.desk().await;
    let lead = member(&app, "DepartmentItLead");
    let said = classified(&app, &instrument()).await.json();
    assert_eq!((&said["outcome"], &said["policy_version"]), (&json!("accept"), &json!("university/2026-09-01.1")));

    assert_eq!(at_the_gate(&app, "research_data_api", Behaviour::PartnerApi).await, (Verdict::Deny, 401));
    let granted = lead.file(&instrument()).await.expect(201).json();
    assert_eq!(granted["status"], "accepted");
    let feed = app.actor("feed").feed_at(1).await;
    assert_eq!(feed["rules"][0]["surfaces"], json!(["research_data_api"]));
    assert_eq!(feed["rules"][0]["issue"], "lab_instrument_password_login");
    assert_eq!(at_the_gate(&app, "research_data_api", Behaviour::PartnerApi).await, (Verdict::Allow, 204));
    // Nothing else is opened by it.
    assert_eq!(at_the_gate(&app, "hpc_login", Behaviour::DelegatedAdminApi).await, (Verdict::Challenge, 401));
    assert_eq!(at_the_gate(&app, "vpn", Behaviour::DelegatedAdminPortal).await, (Verdict::Challenge, 302));
    assert_eq!(at_the_gate(&app, "library_proxy", Behaviour::Dashboard).await, (Verdict::Challenge, 302));
}

#[actix_web::test]
async fn a_universitys_never_cells_and_denials_are_its_own() {
    let folder = Folder::of(&[("2026-09-01.toml", UNIVERSITY)]);
    let app = folder.desk().await;
    let lead = member(&app, "DepartmentItLead");
    let mut wide = instrument();
    wide["scope"]["surfaces"] = json!(["research_data_api", "vpn"]);
    assert_eq!(lead.file(&wide).await.expect(422).errors(), ["/scope/surfaces/1 surface_never_granted"]);
    let mut at_large = instrument();
    at_large["answers"]["on_instrument_network"] = json!("no");
    let said = classified(&app, &at_large).await.json();
    assert_eq!(said["reasons"][0]["code"], "not_on_instrument_network");
    assert!(text(&said["guidance"][0]["text"]).contains("専用のネットワークに移してください"), "{said}");
    // The partner centre's names mean nothing here.
    let refused = lead.file(&crate::actors::third_party()).await.expect(422).errors();
    assert!(refused.contains(&"/issue issue_unknown".to_owned()), "{refused:?}");
    assert!(refused.contains(&"/scope/surfaces/0 surface_unknown".to_owned()), "{refused:?}");
}

#[actix_web::test]
async fn a_universitys_own_roles_file_and_the_others_are_told_whom_to_ask() {
    let folder = Folder::of(&[("2026-09-01.toml", UNIVERSITY)]);
    let app = folder.desk().await;
    member(&app, "AccessibilityAdviser").file(&instrument()).await.expect(201);
    let refused = member(&app, "Student").file(&instrument()).await.expect(403);
    assert_eq!(refused.problem(), "not-allowed");
    let detail = text(&refused.json()["detail"]).to_owned();
    shows(
        &detail,
        &[
            "Your role is Student",
            "Department IT lead, Accessibility adviser",
            "Department IT lead or Accessibility adviser",
        ],
    );
    // A partner centre's administrator has no role here.
    app.actor("tailspin-global-admin").file(&instrument()).await.expect(403);
    let page = app.anonymous().get("/not-allowed").await.text;
    shows(&page, &["<h2>Department IT lead, Accessibility adviser</h2>", "<h2>Faculty, Staff, Student</h2>"]);
    assert!(!page.contains("Global Admin"), "{page}");
    let page = app.anonymous().get("/self-check").await.text;
    shows(&page, &["A screen reader cannot use the authenticator page", "A field station has no phone coverage"]);
}
