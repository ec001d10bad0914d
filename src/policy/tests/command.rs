//! The commands, as an operator runs them.

use super::*;
use crate::clock::Clock;
use crate::locale::Lang;
use crate::policy::cli::{CheckArgs, ClassifyArgs, check, classify};

/// Exit status, lines of standard output, standard error.
fn run(args: &ClassifyArgs, input: &[u8]) -> (u8, Vec<Value>, String) {
    let (mut output, mut words) = (Vec::new(), Vec::new());
    let status = classify(args, &Clock::standing_at(noon()), input, &mut output, &mut words).unwrap();
    let lines = String::from_utf8(output).unwrap();
    let lines = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (status, lines, String::from_utf8(words).unwrap())
}

#[test]
fn each_line_is_answered_by_a_line() {
    let input =
        format!("{}\r\n\n \t\n{}", powershell(), about("service_accounts", json!({"uses_delegated_admin": "no"})));
    let (status, lines, words) = run(&ClassifyArgs::default(), input.as_bytes());
    assert_eq!((status, words.as_str()), (0, ""));
    assert_eq!(
        lines,
        [
            json!({
                "outcome": "accept",
                "reasons": [{"code": "criteria_met", "criterion": "issue", "detail": "All criteria of this issue are met."}],
                "guidance": [], "policy_version": "partner-center/2020-03-01.1"
            }),
            json!({
                "outcome": "deny",
                "reasons": [{
                    "code": "not_affected", "criterion": "uses_delegated_admin",
                    "detail": "These accounts never sign in to a customer’s tenant, so the mandate does not stop them there."
                }],
                "guidance": [{
                    "code": "no_exception_needed",
                    "text": "No exception is needed. If one of these accounts is stopped at a sign-in to a customer’s tenant \
                             after all, file a request for the issue that describes it."
                }],
                "policy_version": "partner-center/2020-03-01.1"
            }),
        ]
    );
}

#[test]
fn a_bad_line_is_answered_by_its_problem_and_the_rest_goes_on() {
    let bad = with(powershell(), "/scope/duration_days", json!(0));
    let mut input = b"\xff\n{\"topic\": 1}\n".to_vec();
    input.extend(format!("{bad}\n{}", powershell()).into_bytes());
    let (status, lines, _) = run(&ClassifyArgs::default(), &input);
    let statuses: Vec<_> = lines.iter().map(|line| line["error"]["status"].as_u64()).collect();
    assert_eq!((status, statuses), (1, vec![Some(400), Some(422), Some(422), None]));
    assert_eq!(lines[2]["error"]["type"], "/problems/invalid-input");
    assert_eq!(
        lines[2]["error"]["errors"],
        json!([{"pointer": "/scope/duration_days", "code": "duration_out_of_range",
                "detail": "Enter a number of days from 1 to 366."}])
    );
    assert_eq!(lines[3]["outcome"], "accept");
}

#[test]
fn the_answer_is_in_the_requests_language_unless_one_is_chosen() {
    let request = with(powershell(), "/language", json!("ja")).to_string();
    let detail = |lang| {
        let args = ClassifyArgs { lang, ..ClassifyArgs::default() };
        run(&args, request.as_bytes()).1[0]["reasons"][0]["detail"].clone()
    };
    assert_eq!(detail(None), "この問題の判定項目をすべて満たしています。");
    assert_eq!(detail(Some(Lang::En)), "All criteria of this issue are met.");
}

#[test]
fn before_the_first_edition_there_is_nothing_to_judge_by() {
    let args = ClassifyArgs { at: Some(at("2020-02-29T00:00:00Z")), ..ClassifyArgs::default() };
    let (status, lines, words) = run(&args, powershell().to_string().as_bytes());
    assert_eq!((status, lines.len()), (1, 0));
    assert!(words.contains("the first takes effect at 2020-03-01"), "{words}");
}

#[test]
fn an_edition_file_can_be_tried_before_it_takes_effect_and_its_faults_name_the_line() {
    let folder = std::env::temp_dir().join(format!("exception-desk-policy-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let good = folder.join("good.toml");
    std::fs::write(&good, SHIPPED.replace("effective_at = 2020", "effective_at = 2090")).unwrap();
    let bad = folder.join("bad.toml");
    std::fs::write(&bad, SHIPPED.replace("max_users = 50", "max_users = 51")).unwrap();

    let args = |file: &std::path::Path| ClassifyArgs { policy: Some(file.to_owned()), ..ClassifyArgs::default() };
    let (status, lines, _) = run(&args(&good), powershell().to_string().as_bytes());
    assert_eq!((status, &lines[0]["outcome"]), (0, &json!("accept")));
    assert_eq!(run(&args(&bad), b"").0, 1);

    let checked = |file: &std::path::Path| {
        let (mut output, mut words) = (Vec::new(), Vec::new());
        let status = check(&CheckArgs { paths: vec![file.to_owned()] }, &mut output, &mut words).unwrap();
        (status, String::from_utf8(output).unwrap(), String::from_utf8(words).unwrap())
    };
    let line = SHIPPED.lines().position(|line| line == "max_users = 50").unwrap() + 1;
    let fault = format!("{}:{line}: `max_users` must lie between 0 and the ceiling of 50: lower it\n", bad.display());
    assert_eq!(checked(&bad), (1, String::new(), fault));
    let summary = "partner-center/2020-03-01.1: in effect from 2090-03-01T00:00:00+00:00, 8 issues, no faults\n";
    assert_eq!(checked(&good), (0, summary.to_owned(), String::new()));
    let (status, _, words) = checked(&folder.join("none.toml"));
    assert_eq!(status, 1);
    assert!(words.starts_with("cannot read `"), "{words}");
    std::fs::remove_dir_all(folder).unwrap();
}
