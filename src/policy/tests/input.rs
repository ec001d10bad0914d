//! What is refused as input, where, and that nothing sent can break the classifier.

use super::*;
use crate::locale::Lang;
use proptest::prelude::*;

#[test]
fn every_error_is_told_at_once_in_the_order_of_the_form() {
    let request = json!({
        "topic": "other", "problem_type": "other", "issue": "exchange_online_powershell", "language": "ja",
        "title": " \u{3000} ", "description": "x".repeat(10_001),
        "contact": {"name": "", "email": "no address", "phone": "\u{7}"},
        "scope": {
            "subjects": {"kind": "users", "object_ids": []}, "surfaces": ["nowhere"],
            "starts_at": "2026-11-22T20:59:59+09:00", "duration_days": 0
        },
        "answers": {"no/such": 1, "needs_existing_module": true, "affected_services": "Teams"}
    });
    assert_eq!(
        errors(&request),
        [
            "topic_not_supported /topic",
            "topic_not_supported /problem_type",
            "empty /title",
            "too_long /description",
            "empty /contact/name",
            "email_invalid /contact/email",
            "control_characters /contact/phone",
            "subjects_empty /scope/subjects/object_ids",
            "surface_unknown /scope/surfaces/0",
            "duration_out_of_range /scope/duration_days",
            "start_in_past /scope/starts_at",
            "answer_not_text_list /answers/affected_services",
            "answer_not_yes_no_unsure /answers/needs_existing_module",
            "answer_unknown /answers/no~1such",
        ]
    );
}

#[test]
fn the_edges_of_what_may_be_sent() {
    let good = |pointer: &str, value: Value| {
        let request = with(powershell(), pointer, value);
        assert_eq!(understand(&request, &EDITION, noon()).err(), None, "{pointer}");
    };
    let bad = |pointer: &str, value: Value, error: &str| {
        assert_eq!(errors(&with(powershell(), pointer, value)), [error]);
    };
    good("/title", json!(format!("　{}　", "題".repeat(200))));
    bad("/title", json!("題".repeat(201)), "too_long /title");
    bad("/title", json!("two\nlines"), "control_characters /title");
    good("/description", json!("two\nlines".to_owned() + &"説".repeat(9_991)));
    bad("/description", json!("nul\0"), "control_characters /description");
    good("/contact/phone", json!("  "));
    bad("/contact/email", json!("a@b.example\r\nBcc: c@d.example"), "email_invalid /contact/email");
    bad("/contact/email", json!(""), "empty /contact/email");
    good("/scope/duration_days", json!(366));
    bad("/scope/duration_days", json!(367), "duration_out_of_range /scope/duration_days");
    bad("/scope/duration_days", json!(-1), "duration_out_of_range /scope/duration_days");
    bad("/scope/duration_days", json!(1.5), "wrong_type /scope/duration_days");
    good("/scope/starts_at", json!("2026-11-22T21:00:00+09:00"));
    bad("/scope/starts_at", json!("2026-11-23"), "time_invalid /scope/starts_at");
    bad("/scope/starts_at", json!("9999-01-01T00:00:00Z"), "time_invalid /scope/starts_at");
    bad("/scope/surfaces", json!([]), "surfaces_empty /scope/surfaces");
    good("/scope/surfaces", json!(["delegated_admin_api", "delegated_admin_api"]));
    bad("/scope/surfaces", json!(vec!["dashboard"; 101]), "too_many /scope/surfaces");
    good("/scope/subjects/object_ids", json!(["3CEAAF30-8142-48ea-91D9-3080f9b439fc"]));
    bad("/scope/subjects/object_ids", json!(users(5001)), "too_many /scope/subjects/object_ids");
    for id in ["3ceaaf30814248ea91d93080f9b439fc", "{3ceaaf30-8142-48ea-91d9-3080f9b439fc}", "user@contoso.example"] {
        bad("/scope/subjects/object_ids", json!([id]), "user_id_invalid /scope/subjects/object_ids/0");
    }
    bad("/answers/affected_services", json!(["x".repeat(4001)]), "too_long /answers/affected_services");
    bad("/answers/affected_services", json!(vec!["x"; 101]), "too_many /answers/affected_services");
    bad("/answers/affected_services", json!(["nul\0"]), "control_characters /answers/affected_services");
    bad("/answers/needs_existing_module", json!("Yes"), "answer_not_yes_no_unsure /answers/needs_existing_module");
    bad("/issue", json!("seven"), "issue_unknown /issue");
    let choice = with(third_party(), "/answers/integration", json!("saml"));
    assert_eq!(errors(&choice), ["answer_not_a_choice /answers/integration"]);
}

#[test]
fn an_answer_is_missing_only_where_a_tried_rule_reads_it() {
    let missing = |answers| errors(&about("exchange_online_powershell", answers));
    assert_eq!(missing(json!({})), ["answer_missing /answers/needs_existing_module"]);
    assert_eq!(
        missing(json!({"needs_existing_module": "yes", "other_services_prompt": null})),
        ["answer_missing /answers/other_services_prompt"]
    );
    assert_eq!(
        missing(json!({"needs_existing_module": "yes", "other_services_prompt": "yes",
            "can_complete_mfa_when_prompted": "no"})),
        ["answer_missing /answers/affected_services"]
    );
    let unread = about("exchange_online_powershell", json!({"needs_existing_module": "no"}));
    assert_eq!(outcome(&unread), ["deny", "not_affected needs_existing_module"]);
    let mut request = third_party();
    for name in ["solution", "vendor_reference"] {
        request["answers"].as_object_mut().unwrap().remove(name);
    }
    assert_eq!(errors(&request), ["answer_missing /answers/solution", "answer_missing /answers/vendor_reference"]);
}

#[test]
fn a_missing_answer_is_told_even_when_the_scope_is_refused() {
    let request = about("exchange_online_powershell", json!({"needs_existing_module": "yes"}));
    let request = with(request, "/scope/surfaces", json!([]));
    assert_eq!(errors(&request), ["surfaces_empty /scope/surfaces", "answer_missing /answers/other_services_prompt"]);
}

#[test]
fn json_of_another_shape_is_refused_at_its_place() {
    let shape = |request: Value| errors(&request).join(", ");
    assert_eq!(shape(with(powershell(), "/extra", json!(1))), "unknown /extra");
    assert_eq!(shape(with(powershell(), "/scope/extra", json!(1))), "unknown /scope/extra");
    assert_eq!(shape(with(powershell(), "/scope/subjects/extra", json!(1))), "unknown /scope/subjects/extra");
    assert_eq!(shape(with(powershell(), "/contact/a~b", json!(1))), "unknown /contact/a~0b");
    assert_eq!(
        shape(with(powershell(), "/scope/subjects/object_ids", json!([1]))),
        "wrong_type /scope/subjects/object_ids/0"
    );
    assert_eq!(
        shape(with(powershell(), "/scope/subjects", json!({"kind": "users"}))),
        "missing /scope/subjects/object_ids"
    );
    let all = json!({"kind": "all", "object_ids": []});
    let refused = "object_ids_without_users /scope/subjects/object_ids";
    assert_eq!(shape(with(powershell(), "/scope/subjects", all)), refused);
    assert_eq!(shape(with(powershell(), "/scope/subjects/kind", json!("group"))), "wrong_type /scope/subjects/kind");
    assert_eq!(shape(with(powershell(), "/language", json!("de"))), "wrong_type /language");
    assert_eq!(shape(with(powershell(), "/language", json!(null))), "wrong_type /language");
    assert_eq!(shape(with(powershell(), "/answers", json!([]))), "wrong_type /answers");
    assert_eq!(shape(json!([])), "wrong_type ");
    let mut request = powershell();
    request["contact"].as_object_mut().unwrap().remove("email");
    assert_eq!(shape(request), "missing /contact/email");
}

#[test]
fn what_is_no_json_is_unreadable_even_behind_a_wrong_type() {
    for text in ["", "{", "{\"topic\": 1, oops}", "{} {}", "\u{feff}", "nul\0"] {
        assert_eq!(RequestBody::from_json(text.as_bytes()), Err(BodyError::Unreadable), "{text:?}");
    }
    assert_eq!(RequestBody::from_json(b"{\"topic\": \"\xff\"}"), Err(BodyError::Unreadable));
    assert_eq!(RequestBody::from_json(r#"{"topic": "\ud800"}"#.as_bytes()), Err(BodyError::Unreadable));
}

#[test]
fn of_two_answers_to_one_question_none_wins_unseen() {
    let text = powershell()
        .to_string()
        .replace(r#""needs_existing_module":"yes""#, r#""needs_existing_module":"no","needs_existing_module":"yes""#);
    let Err(BodyError::Invalid(error)) = RequestBody::from_json(text.as_bytes()) else { panic!("refused") };
    assert_eq!((error.code, error.pointer.as_str()), ("wrong_type", "/answers"));
}

#[test]
fn the_api_description_says_the_same_of_subjects() {
    use utoipa::PartialSchema;
    let schema = serde_json::to_value(crate::intake::SubjectsBody::schema()).unwrap();
    let [users, all] = [&schema["oneOf"][0], &schema["oneOf"][1]];
    assert_eq!(users["properties"]["object_ids"]["items"]["format"], "uuid");
    assert_eq!(all["properties"]["kind"]["enum"], json!(["all"]));
}

#[test]
fn a_flood_of_errors_is_cut_off() {
    let request = with(powershell(), "/scope/subjects/object_ids", json!(vec!["x"; 5000]));
    assert_eq!(errors(&request).len(), 100);
}

#[test]
fn every_code_of_an_input_error_has_its_message_in_both_languages() {
    let sources = [
        include_str!("../answers.rs"),
        include_str!("../../intake/body.rs"),
        include_str!("../../intake/new_request.rs"),
    ];
    let keys = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.starts_with("input-"));
        lines.filter_map(|line| Some(line.split_once(" =")?.0.to_owned())).collect()
    };
    let english = keys(include_str!("../../../locales/en/input.ftl"));
    assert_eq!(english, keys(include_str!("../../../locales/ja/input.ftl")));
    for key in english {
        let code = key.trim_start_matches("input-").replace('-', "_");
        assert!(sources.iter().any(|source| source.contains(&format!("\"{code}\""))), "`{code}` is never given");
    }
    let request = with(powershell(), "/scope/duration_days", json!(400));
    let errors = understand(&with(request, "/title", json!("x".repeat(201))), &EDITION, noon()).unwrap_err();
    let details: Vec<_> =
        Lang::ALL.into_iter().flat_map(|lang| errors.iter().map(move |e| e.field(lang).detail)).collect();
    assert_eq!(
        details,
        [
            "Use at most 200 characters.",
            "Enter a number of days from 1 to 366.",
            "200 文字以内で入力してください。",
            "1 から 366 までの整数で入力してください。",
        ]
    );
}

/// Any JSON at all, a few levels deep.
fn any_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![".{0,8}", "yes|no|unsure|users|all|other|dashboard|2026-11-22T12:00:00Z"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let key = prop_oneof!["[a-z~/]{0,6}", "kind|object_ids|surfaces|starts_at|duration_days|name|email"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..6).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A place of a good request to put something else.
fn any_place() -> impl Strategy<Value = String> {
    let scope = "/scope/(subjects|subjects/object_ids|subjects/kind|surfaces|starts_at|duration_days)";
    let answers = "/answers/(needs_existing_module|affected_services|integration|vendor)";
    prop_oneof![
        "/(topic|issue|language|title|description|contact|scope|answers)",
        scope,
        answers,
        "/contact/(name|email|phone)"
    ]
}

/// The bytes that `classify` prints for `request`, or the errors.
fn printed(request: &Value) -> String {
    match understand(request, &EDITION, noon()) {
        Ok(request) => {
            let classification = request.classify();
            let views = Lang::ALL.map(|lang| {
                let criteria = classification.criteria(&EDITION, lang);
                serde_json::to_string(&(classification.view(&EDITION, lang), criteria)).unwrap()
            });
            views.join("\n")
        }
        Err(errors) => {
            let fields: Vec<_> = errors.iter().map(|error| error.field(Lang::Ja)).collect();
            serde_json::to_string(&fields).unwrap()
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = RequestBody::from_json(&bytes);
    }

    #[test]
    fn nothing_in_any_place_of_a_request_breaks_the_classifier(place in any_place(), value in any_json()) {
        for request in [powershell(), third_party()] {
            let request = with(request, &place, value.clone());
            prop_assert_eq!(printed(&request), printed(&request));
        }
    }

    #[test]
    fn the_order_and_the_case_of_users_do_not_matter(ids in Just(users(60)).prop_shuffle(), upper in any::<bool>(), n in 1..60_usize) {
        let sorted = users(60).into_iter().filter(|id| ids[..n].contains(id)).collect::<Vec<_>>();
        let shuffled: Vec<_> = ids[..n].iter().map(|id| if upper { id.to_uppercase() } else { id.clone() }).collect();
        let print = |ids: Vec<String>| printed(&with(third_party(), "/scope/subjects/object_ids", json!(ids)));
        prop_assert_eq!(print(shuffled), print(sorted));
    }

    #[test]
    fn more_is_never_granted_without_a_reviewer(users_asked in 1..80_u128, days in 1..=366_u32, wait in 0..60_i64, surfaces in 0..16_usize) {
        let names: Vec<_> = EDITION.surfaces().iter().enumerate().filter(|(i, _)| surfaces >> i & 1 == 1).map(|(_, s)| s.name.clone()).collect();
        prop_assume!(!names.is_empty());
        let mut request = with(powershell(), "/scope/surfaces", json!(names));
        request = with(request, "/scope/subjects/object_ids", json!(users(users_asked)));
        request = with(request, "/scope/duration_days", json!(days));
        request = with(request, "/scope/starts_at", json!((noon() + chrono::Duration::days(wait)).to_rfc3339()));
        let narrow = names.iter().all(|name| name.starts_with("delegated_admin_"));
        let within = users_asked <= 50 && days <= 90 && wait <= 30 && narrow;
        prop_assert_eq!(outcome(&request)[0] == "accept", within);
    }
}
