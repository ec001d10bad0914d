//! What holds for every text, whatever it says.

use super::*;
use crate::policy::Outcome;
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// Words that the text check reacts to, in both languages, and what stands between them.
fn words() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "rollout",
        "phones",
        "not",
        "the module",
        "MFA",
        "Okta",
        "claim",
        "can be sent",
        "late",
        "SMTP",
        "vendor",
        "asked",
        "展開",
        "猶予",
        "携帯",
        "ありません",
        "既存モジュール",
        "認識されない",
        "ベンダー",
        "から",
        "エラー",
        ". ",
        "。",
        "\n",
        ", ",
        "、",
        "\"",
        "「",
        "」",
        "> ",
        "? ",
        "- ",
        "1. ",
        "'",
        "n't",
    ]);
    let any = prop_oneof![3 => known.prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::vec(any, 1..40).prop_map(|parts| parts.concat().replace('\0', ""))
}

fn request() -> impl Strategy<Value = Value> {
    let answer = prop::sample::select(vec!["yes", "no", "unsure"]);
    let issue = prop::sample::select(vec![powershell(), third_party(), about("more_time_for_agents", json!({}))]);
    (issue, prop::collection::vec(answer, 3), words(), words()).prop_map(
        |(mut request, answers, description, answer)| {
            let questions =
                ["needs_existing_module", "other_services_prompt", "can_complete_mfa_when_prompted", "vendor_asked"];
            for (question, answer) in questions.iter().zip(answers) {
                if request["answers"].get(question).is_some() {
                    request["answers"][question] = json!(answer);
                }
            }
            if request["answers"].get("vendor_reference").is_some() {
                request["answers"]["vendor_reference"] = json!(answer.chars().take(4000).collect::<String>());
            }
            with(request, "/description", json!(description))
        },
    )
}

fn classified(request: &Value) -> Option<crate::policy::Classification> {
    Some(understand(request, &EDITION, noon()).ok()?.classify())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_turns_anything_into_an_accept(request in request()) {
        let bland = with(request.clone(), "/description", json!("It cannot do MFA."));
        if let (Some(written), Some(bland)) = (classified(&request), classified(&bland)) {
            let table = |it: &crate::policy::Classification| it.table.clone();
            if written.outcome == Outcome::Accept {
                prop_assert!(table(&written).iter().all(|reason| reason.code == "criteria_met"));
            }
            if table(&written) == table(&bland) && written.outcome != bland.outcome {
                prop_assert!(written.outcome == Outcome::Review || bland.outcome == Outcome::Review);
            }
        }
    }

    #[test]
    fn the_same_text_gives_the_same_bytes_and_its_passages_lie_in_it(request in request()) {
        if let Some(classification) = classified(&request) {
            let again = classified(&request).map(|again| serde_json::to_string(&again).unwrap());
            prop_assert_eq!(again, Some(serde_json::to_string(&classification).unwrap()));
            for passage in &classification.passages {
                let text = match passage.field.as_str() {
                    "/title" => "A title".to_owned(),
                    field => request.pointer(field).and_then(Value::as_str).unwrap_or_default().to_owned(),
                };
                prop_assert!(crate::policy::answers::trimmed(&text).get(passage.start..passage.end).is_some());
            }
        }
    }

    #[test]
    fn neither_width_nor_case_nor_what_is_unseen_changes_the_outcome(request in request(), seed in 0_usize..7) {
        let unseen = ['\u{200B}', '\u{AD}', '\u{2060}', '\u{200D}', '\u{FEFF}', '\u{202E}', '\u{FE0F}'][seed];
        let description = request["description"].as_str().unwrap().trim().to_owned();
        let wide = |c: char| match c {
            'a'..='z' => char::from_u32(u32::from(c) - u32::from('a') + u32::from('ａ')).unwrap_or(c),
            c => c,
        };
        let disguises = [
            description.chars().flat_map(|c| [c, unseen]).collect::<String>(),
            description.to_ascii_uppercase(),
            description.chars().map(wide).collect(),
            unicode_normalization::UnicodeNormalization::nfd(description.as_str()).collect(),
        ];
        let outcome = |text: &str| {
            let found = classified(&with(request.clone(), "/description", json!(text)))?;
            Some((found.outcome, found.text))
        };
        // Only texts of which nothing but letters can be taken for a form of something else.
        let plain = |c: char| c.is_ascii() || matches!(c, '\u{3041}'..='\u{30FE}' | '\u{4E00}'..='\u{9FA5}' | '、' | '。' | '「' | '」');
        if description.chars().all(plain) && !description.is_empty() {
            for disguise in disguises {
                prop_assert_eq!(outcome(&description), outcome(&disguise), "{}", disguise);
            }
        }
    }
}

#[test]
fn a_text_too_short_to_describe_an_issue_stays_so_however_many_bytes_it_is_typed_with() {
    let text = "認識されない.";
    let typed = text.chars().flat_map(|c| [c, '\u{200B}']).collect::<String>();
    let more_time = about("more_time_for_agents", json!({}));
    for description in [text, &typed] {
        let classification = classified(&with(more_time.clone(), "/description", json!(description))).unwrap();
        assert_eq!(classification.outcome, Outcome::Deny, "{description}");
    }
}

#[test]
fn the_longest_texts_take_no_longer_than_their_length() {
    let pieces = [
        "a",
        "rollout late ",
        "MFA",
        "携帯",
        "「",
        "> ",
        "\n",
        "\"",
        "? ",
        "- ",
        ", ",
        "ｶﾞ",
        "e\u{301}",
        "\u{200B}",
        "1. ",
    ];
    for piece in pieces {
        let text: String = piece.chars().cycle().take(9_990).chain("An end.".chars()).collect();
        let request = with(third_party(), "/description", json!(text));
        let begin = Instant::now();
        assert!(classified(&request).is_some(), "{piece}");
        // An unoptimised build needs some 100 ms; squaring would take minutes.
        assert!(begin.elapsed() < Duration::from_secs(5), "{piece}: {:?}", begin.elapsed());
    }
}
