//! The mails of an eighth issue, and of a whole other organisation: each sentence comes from the edition that the outbox names.

use crate::actors::text;
use crate::app::TestApp;
use crate::filing::{Told, told};
use crate::policy::{Folder, SHIPPED};
use crate::policy_drills::{UNIVERSITY, instrument, kiosk, member, with_an_eighth_issue};
use exception_desk::locale::Lang;
use exception_desk::policy::{Classification, until_then};
use serde_json::{Value, json};

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

const GRANTED: [&str; 2] = ["request_accepted contact", "exception_granted security_contact"];

fn kinds(news: &[Told]) -> Vec<String> {
    news.iter().map(|(kind, recipient, ..)| format!("{kind} {recipient}")).collect()
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
