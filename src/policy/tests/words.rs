//! What people read: the sentences of a classification in both languages.

use super::*;
use crate::locale::Lang;
use crate::policy::{Classification, CriterionView, outline};

fn classified(request: &Value) -> Classification {
    understand(request, &EDITION, noon()).expect("the request is good").classify()
}

fn details(request: &Value, lang: Lang) -> Vec<String> {
    classified(request).view(&EDITION, lang).reasons.into_iter().map(|reason| reason.detail).collect()
}

fn row(criterion: &CriterionView) -> String {
    let mark = if criterion.decisive { " !" } else { "" };
    format!("{} | {} | {}{mark}", criterion.asked, criterion.answered, criterion.meaning)
}

#[test]
fn figures_questions_and_surfaces_are_put_into_the_sentences() {
    let over = with(third_party(), "/scope/duration_days", json!(120));
    let over = with(over, "/scope/subjects/object_ids", json!(users(51)));
    assert_eq!(
        details(&over, Lang::En),
        [
            "51 users are asked for; at most 50 can be granted without a reviewer.",
            "120 days are asked for; at most 90 can be granted without a reviewer.",
        ]
    );
    assert_eq!(details(&over, Lang::Ja)[1], "期間は 120 日間です。審査なしで承認できるのは 90 日間までです。");
    let broad = with(powershell(), "/scope/surfaces", json!(["partner_api", "dashboard"]));
    assert_eq!(
        details(&broad, Lang::En),
        ["This issue does not affect everything asked for (Dashboard, Partner API). A reviewer will look at it."]
    );
    let unsure = with(third_party(), "/answers/claim_can_be_sent", json!("unsure"));
    assert_eq!(
        details(&unsure, Lang::Ja),
        ["「製品は MFA のクレームを送信できますか。」に「分からない」とのご回答です。審査担当者が確認いたします。"]
    );
}

#[test]
fn it_explains_itself_criterion_by_criterion() {
    let request = with(powershell(), "/scope/duration_days", json!(120));
    let rows: Vec<_> = classified(&request).criteria(&EDITION, Lang::En).iter().map(row).collect();
    assert_eq!(
        rows,
        [
            "Do these users need the existing Exchange Online PowerShell module with delegated admin? | Yes | \
             The existing module is needed, as this issue presumes.",
            "Do other services ask these users for MFA? | Yes | Other services do ask for MFA, so the users are affected.",
            "Can these users register and complete MFA when they are asked? | No | \
             The users cannot complete MFA when asked, so there is no way around the problem.",
            "Which services ask for MFA? | Given | The affected services are named.",
            "Where | Customer portals (delegated admin), Customer APIs (delegated admin) | \
             Only places that this issue affects are asked for.",
            "Who | 3 users | This is within what can be granted without a reviewer.",
            "How long | 120 days | 120 days are asked for; at most 90 can be granted without a reviewer. !",
            "Start | At once | This is within what can be granted without a reviewer.",
        ]
    );
    let request = with(third_party(), "/scope/starts_at", json!("2099-01-04T09:00:00+09:00"));
    let rows: Vec<_> = classified(&request).criteria(&EDITION, Lang::Ja).iter().map(row).collect();
    assert_eq!(
        rows[3],
        "製品は、ディレクトリとどのように連携していますか。 | ID フェデレーション | 既知の連携方式です。"
    );
    assert_eq!(
        rows.last().unwrap(),
        "開始日時 | 2099年1月4日 00:00（UTC） | \
         開始日時が申請から 30 日（1 日は 24 時間）より先です。承認できるのは審査担当者だけです。 !"
    );
}

#[test]
fn a_classification_is_kept_without_language_and_reads_back_the_same() {
    let kept = serde_json::to_value(classified(&with(third_party(), "/scope/duration_days", json!(91)))).unwrap();
    assert_eq!(kept["policy_version"], "partner-center/2020-03-01.1");
    assert_eq!(kept["judged_at"], "2026-11-22T12:00:00Z");
    assert_eq!(
        kept["table"],
        json!([{
            "code": "over_auto_grant_limit", "criterion": "scope.duration_days", "rule": 5,
            "args": {"limit": {"number": 90}, "given": {"number": 91}}
        }])
    );
    assert!(!kept.to_string().contains("Proseware"), "what was written is not repeated");
    let back: Classification = serde_json::from_value(kept).unwrap();
    assert_eq!(
        back.view(&EDITION, Lang::Ja),
        classified(&with(third_party(), "/scope/duration_days", json!(91))).view(&EDITION, Lang::Ja)
    );
}

#[test]
fn the_sunset_is_told_in_its_own_offset() {
    let text = SHIPPED
        .replace("slug = \"service_accounts\"\n", "slug = \"service_accounts\"\nsunset = 2026-10-01T00:00:00+09:00\n");
    let edition = Arc::new(Edition::parse(&text).unwrap());
    let request = understand(&about("service_accounts", json!({})), &edition, noon()).unwrap();
    let view = |lang| request.classify().view(&edition, lang).reasons[0].detail.clone();
    assert!(view(Lang::En).starts_with("Since 1 Oct 2026, 00:00 (UTC+09:00), a replacement"), "{}", view(Lang::En));
    assert!(view(Lang::Ja).starts_with("2026年10月1日 00:00（UTC+09:00）以降は"), "{}", view(Lang::Ja));
}

#[test]
fn every_question_value_and_criterion_has_words() {
    let words = [
        "answer-yes",
        "answer-no",
        "answer-unsure",
        "answer-given",
        "answer-empty",
        "criterion-issue",
        "criterion-sunset",
        "criterion-description",
        "criterion-scope-surfaces",
        "criterion-scope-subjects-kind",
        "criterion-scope-subjects-object-ids",
        "criterion-scope-duration-days",
        "criterion-scope-starts-at",
        "given-every-user",
        "given-at-once",
    ];
    for (key, lang) in words.into_iter().flat_map(|key| Lang::ALL.map(|lang| (key, lang))) {
        assert!(lang.try_text(key).is_some(), "`{key}` in {lang:?}");
    }
}

#[test]
fn an_edition_is_read_in_words_without_places_to_fill_in() {
    let sections = outline(&EDITION);
    let rows = || sections.iter().flat_map(|section| &section.rows);
    for (row, lang) in rows().flat_map(|row| Lang::ALL.map(|lang| (row, lang))) {
        assert!(!row.value.get(lang).contains(['{', '}']), "{}", row.value.get(lang));
    }
    let said = |text: &str| rows().find(|row| row.value.get(Lang::En) == text);
    let row =
        said("[number asked for] days are asked for; at most [limit] can be granted without a reviewer.").unwrap();
    assert_eq!(row.label.get(Lang::En), "Reason, about “How long” (in the file: over_auto_grant_limit)");
    assert_eq!(row.label.get(Lang::Ja), "「期間」についての理由（ファイル内の名称：over_auto_grant_limit）");
    let same = |key: &str| rows().find(|row| row.label.get(Lang::En) == key).unwrap().is_same_in_both();
    assert!(same("Most users granted without a reviewer") && same("Closing date") && !same("Topic"));
}
