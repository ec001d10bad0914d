//! Two drills: an eighth issue, and a whole other organisation's policy, each by edition files alone.

use crate::actors::{Answer, USER, text};
use crate::app::TestApp;
use crate::browser::Browser;
use crate::filing::{Told, told};
use crate::policy::{Folder, SHIPPED, edition};
use chrono::{DateTime, Utc};
use exception_desk::locale::Lang;
use exception_desk::policy::{Classification, until_then};
use mfa_enforcement::decision::{Account, Place};
use mfa_enforcement::wire::Snapshot;
use mfa_enforcement::{Behaviour, DecisionInput, Feed, Flow, RuleIndex, Surface, Verdict, decide};
use reqwest::Method;
use serde_json::{Value, json};

/// The shipped edition with one issue more, which takes effect two days before the tests' now.
fn with_an_eighth_issue() -> String {
    let more = include_str!("../data/policy/eighth-issue.toml");
    let (issue, guidance) = more.split_once("[guidance]\n").unwrap();
    let guidance = format!("{issue}[guidance]\n{guidance}\n");
    edition("2026-11-22", "2026-11-22T00:00:00Z", &[("[guidance]\n", &guidance)])
}

/// The sentences of a mail in `lang`, put together as any issue's are: from the edition that the row names, by the codes and values
/// that it holds.
fn sentences(app: &TestApp, (kind, _, _, data): &Told, lang: Lang) -> Vec<String> {
    let edition = app.desk.policies.by_version(text(&data["policy_version"])).unwrap();
    let issue = edition.issue(text(&data["issue"])).unwrap();
    let mut said = vec![issue.title().get(lang).to_owned()];
    if kind == "exception_granted" {
        let places = data["surfaces"].as_array().unwrap().iter();
        said.extend(places.map(|place| edition.surface(text(&place["name"])).unwrap().label.get(lang).to_owned()));
        return said;
    }
    let judged: Classification = serde_json::from_value(json!({
        "policy_version": data["policy_version"], "judged_at": data["filed_at"], "issue": data["issue"],
        "outcome": data["outcome"], "table": data["reasons"], "guidance": data["guidance"], "steps": [],
    }))
    .unwrap();
    let judged = judged.view(&edition, lang);
    said.extend(judged.reasons.into_iter().map(|reason| reason.detail));
    said.extend(judged.guidance.into_iter().map(|guidance| guidance.text));
    if kind == "request_received" {
        said.extend(until_then(&edition, issue, lang));
    }
    said
}

/// What is to be told since the last time. Each row must be in `language`, hold nothing that a person wrote, and be readable in both.
async fn news(app: &TestApp, language: &str, typed: &Value) -> Vec<Told> {
    let mut owner = app.owner().await;
    let news = told(&mut owner).await;
    sqlx::query("DELETE FROM outbox").execute(&mut owner).await.unwrap();
    app.wait(chrono::TimeDelta::seconds(1));
    for (kind, _, of, data) in &news {
        assert_eq!(of, language, "{kind}");
        let lang = Lang::from_tag(language).unwrap();
        let row = (kind.clone(), String::new(), String::new(), data.clone());
        assert_eq!(data["issue_title"], sentences(app, &row, lang)[0], "{kind}");
        let written = [&typed["title"], &typed["description"], &typed["contact"]["email"]];
        assert!(written.iter().all(|words| !data.to_string().contains(text(words))), "no text of people: {data}");
        for lang in [Lang::En, Lang::Ja] {
            for sentence in sentences(app, &row, lang) {
                let japanese = sentence.chars().any(|c| c > '\u{3000}');
                assert!(japanese == (lang == Lang::Ja) && !sentence.contains(['{', '_']), "{kind}: {sentence}");
            }
        }
    }
    news
}

/// That the mail of `row` says each of `parts`, in English and in Japanese.
fn says(app: &TestApp, row: &Told, english: &[&str], japanese: &[&str]) {
    assert_eq!(sentences(app, row, Lang::En), english, "{row:?}");
    assert_eq!(sentences(app, row, Lang::Ja), japanese, "{row:?}");
}

const GRANTED: [&str; 3] =
    ["request_accepted contact", "exception_granted contact", "exception_granted security_contact"];

fn kinds(news: &[Told]) -> Vec<String> {
    news.iter().map(|(kind, recipient, ..)| format!("{kind} {recipient}")).collect()
}

fn kiosk(language: &str, takes_a_key: &str) -> Value {
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

#[actix_web::test]
async fn the_mails_of_an_eighth_issue_are_written_from_its_edition_in_both_languages() {
    let eighth = with_an_eighth_issue();
    let folder = Folder::of(&[("2020-03-01.toml", SHIPPED), ("2026-11-22.toml", &eighth)]);
    let (title, title_ja) =
        ("A shared kiosk cannot show a second factor", "共用のキオスク端末で第 2 要素を表示できない");
    for language in ["en", "ja"] {
        let app = folder.desk().await;
        let (admin, mut typed) = (app.actor("tailspin-global-admin"), kiosk(language, "no"));
        typed["title"] = json!("Our kiosks in Osaka");
        admin.file(&typed).await.expect(201);
        let granted = news(&app, language, &typed).await;
        assert_eq!(kinds(&granted), GRANTED);
        says(
            &app,
            &granted[0],
            &[title, "All criteria of this issue are met."],
            &[title_ja, "この問題の判定項目をすべて満たしています。"],
        );
        for row in &granted[1..] {
            says(&app, row, &[title, "Dashboard"], &[title_ja, "ダッシュボード"]);
            assert_eq!((&row.3["granted_by"], &row.3["users"]), (&json!("policy"), &json!(1)));
        }

        typed["scope"]["duration_days"] = json!(120);
        let waiting = admin.file(&typed).await.expect(201).json();
        let received = news(&app, language, &typed).await;
        assert_eq!(kinds(&received), ["request_received contact"]);
        assert_eq!(received[0].3["due_at"], waiting["sla"]["due_at"]);
        says(
            &app,
            &received[0],
            &[
                title,
                "120 days are asked for; at most 90 can be granted without a reviewer.",
                "Until then, let your agents sign in at a desk with their own devices.",
            ],
            &[
                title_ja,
                "期間は 120 日間です。審査なしで承認できるのは 90 日間までです。",
                "それまでの間は、担当者が自席の端末でサインインするようにしてください。",
            ],
        );
        let scope = json!({ "subjects": typed["scope"]["subjects"], "surfaces": ["dashboard"], "duration_days": 30 });
        let decision = json!({ "outcome": "accept", "reason": "seen on site", "scope": scope });
        app.staff("reviewer").decide(&waiting, &decision).await.expect(200);
        let granted = news(&app, language, &typed).await;
        assert_eq!(kinds(&granted), GRANTED);
        assert_eq!((&granted[0].3["decided_by"], &granted[1].3["granted_by"]), (&json!("person"), &json!("person")));
        assert!(granted.iter().all(|row| !row.3.to_string().contains("seen on site")), "{granted:?}");

        typed["answers"]["takes_a_security_key"] = json!("yes");
        admin.file(&typed).await.expect(201);
        let denied = news(&app, language, &typed).await;
        assert_eq!(kinds(&denied), ["request_denied contact"]);
        says(
            &app,
            &denied[0],
            &[
                title,
                "The kiosk takes a security key, so your agents can complete MFA there.",
                "Give your agents security keys and register them.",
            ],
            &[
                title_ja,
                "キオスク端末でセキュリティ キーを使用できるため、その場で MFA を完了できます。",
                "担当者にセキュリティ キーを配布し、登録してください。",
            ],
        );
    }
}

// ------------------------------------------------------------------------------------------------------------ University

const UNIVERSITY: &str = include_str!("../../policies/university/2026-09-01.toml");

/// Somebody of the example tenant whose directory gives it the role `role` of the university.
fn member<'a>(app: &'a TestApp, role: &str) -> crate::actors::Actor<'a> {
    app.forged("tailspin-global-admin", |claims| {
        claims.insert("roles".to_owned(), json!([role]));
    })
}

fn instrument() -> Value {
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

#[actix_web::test]
async fn a_universitys_mails_are_written_from_its_own_edition_in_both_languages() {
    let folder = Folder::of(&[("2026-09-01.toml", UNIVERSITY)]);
    let app = folder.desk().await;
    let lead = member(&app, "DepartmentItLead");
    let (title, title_ja) = ("A lab instrument signs in by password", "測定機器がパスワードでサインインする");
    let mut typed = instrument();
    lead.file(&typed).await.expect(201);
    let granted = news(&app, "ja", &typed).await;
    assert_eq!(kinds(&granted), GRANTED);
    for row in &granted[1..] {
        says(&app, row, &[title, "Research data API"], &[title_ja, "研究データ API"]);
    }
    typed["language"] = json!("en");
    typed["scope"]["subjects"] = json!({ "kind": "all" });
    typed["scope"]["duration_days"] = json!(30);
    let waiting = lead.file(&typed).await.expect(201).json();
    let received = news(&app, "en", &typed).await;
    assert_eq!(kinds(&received), ["request_received contact"]);
    assert_eq!(
        sentences(&app, &received[0], Lang::En)[1],
        "Everybody of the department is asked for, including people who join later. Only a reviewer can grant that."
    );
    app.staff("reviewer").deny(&waiting).await.expect(200);
    let denied = news(&app, "en", &typed).await;
    assert_eq!(
        (kinds(&denied), &denied[0].3["decided_by"]),
        (vec!["request_denied contact".to_owned()], &json!("person"))
    );
    typed["language"] = json!("ja");
    typed["answers"]["on_instrument_network"] = json!("no");
    lead.file(&typed).await.expect(201);
    let denied = news(&app, "ja", &typed).await;
    assert_eq!(kinds(&denied), ["request_denied contact"]);
    assert_eq!(
        sentences(&app, &denied[0], Lang::Ja)[..2],
        [
            title_ja,
            "機器専用のネットワークの外では、パスワードだけでインターネットから誰でもアクセスできてしまいます。"
        ]
    );
}
