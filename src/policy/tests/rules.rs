//! Each rule of the shipped edition's decision table, and what the engine adds for every issue.

use super::*;
use crate::policy::Policies;
use chrono::Duration;

fn yes_no_unsure(issue: &str, question: &str) -> [Vec<String>; 3] {
    ["yes", "no", "unsure"].map(|answer| outcome(&about(issue, json!({question: answer}))))
}

#[test]
fn reasons_that_are_no_technical_obstacle_are_denied_whatever_is_answered() {
    assert_eq!(outcome(&about("more_time_for_agents", json!({}))), ["deny", "plan_the_rollout issue"]);
    assert_eq!(outcome(&about("authenticator_app_not_possible", json!({}))), ["deny", "alternatives_available issue"]);
    let protocols = json!({"protocols": null});
    assert_eq!(outcome(&about("legacy_authentication", protocols)), ["deny", "legacy_protocols_unprotectable issue"]);
}

#[test]
fn accounts_that_never_sign_in_to_a_customer_are_not_affected() {
    for issue in ["accounts_without_delegated_admin", "service_accounts"] {
        let [yes, no, unsure] = yes_no_unsure(issue, "uses_delegated_admin");
        assert_eq!(yes, ["review", "contradicts_issue uses_delegated_admin"]);
        assert_eq!(no, ["deny", "not_affected uses_delegated_admin"]);
        assert_eq!(unsure, ["review", "answer_unsure uses_delegated_admin"]);
    }
}

#[test]
fn the_powershell_rules_are_tried_in_order() {
    let asked = |name: &str, value| outcome(&with(powershell(), &format!("/answers/{name}"), json!(value)));
    assert_eq!(outcome(&powershell()), ["accept", "criteria_met issue"]);
    assert_eq!(asked("needs_existing_module", "no"), ["deny", "not_affected needs_existing_module"]);
    assert_eq!(asked("other_services_prompt", "no"), ["deny", "not_affected other_services_prompt"]);
    let workaround = ["deny", "workaround_available can_complete_mfa_when_prompted"];
    assert_eq!(asked("can_complete_mfa_when_prompted", "yes"), workaround);
    for question in ["needs_existing_module", "other_services_prompt", "can_complete_mfa_when_prompted"] {
        assert_eq!(asked(question, "unsure"), ["review", &format!("answer_unsure {question}")]);
    }
    let none = with(powershell(), "/answers/affected_services", json!(["  ", "\u{3000}"]));
    assert_eq!(outcome(&none), ["review", "details_missing affected_services"]);
    let broad = with(powershell(), "/scope/surfaces", json!(["delegated_admin_api", "dashboard"]));
    assert_eq!(
        outcome(&with(broad, "/scope/duration_days", json!(91))),
        ["review", "scope_broader_than_issue scope.surfaces"]
    );
}

#[test]
fn an_unsure_answer_counts_only_where_a_rule_reads_it() {
    let request = with(powershell(), "/answers/can_complete_mfa_when_prompted", json!("unsure"));
    let request = with(request, "/answers/other_services_prompt", json!("no"));
    assert_eq!(outcome(&request), ["deny", "not_affected other_services_prompt"]);
}

#[test]
fn the_third_party_rules_are_tried_in_order() {
    let asked = |name: &str, value| outcome(&with(third_party(), &format!("/answers/{name}"), json!(value)));
    assert_eq!(outcome(&third_party()), ["accept", "criteria_met issue"]);
    assert_eq!(asked("mfa_enforced_for_users", "no"), ["deny", "mfa_not_implemented mfa_enforced_for_users"]);
    assert_eq!(asked("vendor_asked", "no"), ["deny", "vendor_confirmation_missing vendor_asked"]);
    assert_eq!(asked("claim_can_be_sent", "yes"), ["deny", "claim_can_be_configured claim_can_be_sent"]);
    assert_eq!(asked("integration", "other"), ["review", "integration_unknown integration"]);
    assert_eq!(asked("integration", "custom_controls"), ["accept", "criteria_met issue"]);
    for detail in ["solution", "vendor", "vendor_reference"] {
        assert_eq!(asked(detail, " \u{a0}"), ["review", &format!("details_missing {detail}")]);
    }
}

#[test]
fn every_empty_detail_is_a_reason_of_its_own() {
    let request = with(third_party(), "/answers/solution", json!(""));
    let request = with(request, "/answers/vendor_reference", json!(""));
    assert_eq!(outcome(&request), ["review", "details_missing solution", "details_missing vendor_reference"]);
}

#[test]
fn another_problem_is_for_a_person_unless_there_is_a_way_around_it() {
    let [yes, no, unsure] = yes_no_unsure("other_technical_issue", "workaround_exists");
    assert_eq!(yes, ["deny", "workaround_available workaround_exists"]);
    assert_eq!(no, ["review", "needs_a_person issue"]);
    assert_eq!(unsure, ["review", "answer_unsure workaround_exists"]);
}

#[test]
fn the_limits_for_a_grant_without_a_reviewer_are_inclusive() {
    let start = |at: DateTime<Utc>| json!(at.to_rfc3339());
    let latest = noon() + Duration::hours(30 * 24);
    let mut request = with(third_party(), "/scope/subjects/object_ids", json!(users(50)));
    request = with(request, "/scope/duration_days", json!(90));
    request = with(request, "/scope/starts_at", start(latest));
    assert_eq!(outcome(&request), ["accept", "criteria_met issue"]);

    let over = |pointer, value| outcome(&with(request.clone(), pointer, value));
    let reason = |criterion| ["review".to_owned(), format!("over_auto_grant_limit {criterion}")];
    assert_eq!(over("/scope/subjects/object_ids", json!(users(51))), reason("scope.subjects.object_ids"));
    assert_eq!(over("/scope/subjects", json!({"kind": "all"})), reason("scope.subjects.kind"));
    assert_eq!(over("/scope/duration_days", json!(91)), reason("scope.duration_days"));
    let late = start(latest + Duration::microseconds(1));
    assert_eq!(over("/scope/starts_at", late), reason("scope.starts_at"));
}

#[test]
fn every_limit_that_is_passed_is_told() {
    let request = with(third_party(), "/scope/subjects", json!({"kind": "all"}));
    let request = with(request, "/scope/duration_days", json!(366));
    assert_eq!(
        outcome(&request),
        ["review", "over_auto_grant_limit scope.subjects.kind", "over_auto_grant_limit scope.duration_days"]
    );
}

#[test]
fn a_user_named_twice_counts_once() {
    let mut ids = users(50);
    ids.extend(users(50).into_iter().map(|id| id.to_uppercase()));
    let request = with(third_party(), "/scope/subjects/object_ids", json!(ids));
    assert_eq!(outcome(&request), ["accept", "criteria_met issue"]);
}

fn edition_with_sunset(sunset: &str) -> Arc<Edition> {
    let text = SHIPPED.replace(
        "slug = \"exchange_online_powershell\"\n",
        &format!("slug = \"exchange_online_powershell\"\nsunset = {sunset}\n"),
    );
    Arc::new(Edition::parse(&text).expect("a sunset is allowed"))
}

#[test]
fn from_the_sunset_on_an_issue_is_denied_before_any_rule_is_tried() {
    let edition = edition_with_sunset("2026-11-22T21:00:00+09:00");
    let unanswered = about("exchange_online_powershell", json!({}));
    let denied = ["deny", "replacement_available sunset"];
    assert_eq!(outcome_by(&edition, noon(), &unanswered), denied);
    let before = noon() - Duration::microseconds(1);
    assert_eq!(outcome_by(&edition, before, &powershell()), ["accept", "criteria_met issue"]);
    assert_eq!(outcome_by(&edition, noon(), &third_party()), ["accept", "criteria_met issue"], "only this issue");
    let starts_then = with(powershell(), "/scope/starts_at", json!("2026-11-22T12:00:00Z"));
    assert_eq!(outcome_by(&edition, before, &starts_then), denied, "a grant that starts then would be empty");
}

#[test]
fn a_grant_that_would_outlive_the_sunset_is_cut_at_it() {
    let edition = edition_with_sunset("2026-12-01T00:00:00+09:00");
    let sunset = at("2026-11-30T15:00:00Z");
    let issue = edition.issue("exchange_online_powershell").unwrap();
    let request = understand(&powershell(), &edition, noon()).unwrap();
    assert_eq!(issue.cut_at_sunset(request.scope.end(noon())), sunset);
    assert_eq!(issue.cut_at_sunset(sunset - Duration::days(1)), sunset - Duration::days(1));
    let other = edition.issue("third_party_mfa_not_recognized").unwrap();
    assert_eq!(other.cut_at_sunset(request.scope.end(noon())), noon() + Duration::days(60));
}

/// The outcome of `request` with this description.
fn described(request: &Value, description: &str) -> Vec<String> {
    outcome(&with(request.clone(), "/description", json!(description)))
}

#[test]
fn the_text_check_turns_an_accept_or_a_deny_into_a_review_and_keeps_the_rules_reason() {
    let accepted = powershell();
    let other_language = "Unsere Mitarbeiter können die Bestätigung in den anderen Diensten leider nicht abschließen.";
    assert_eq!(described(&accepted, "It cannot do MFA."), ["accept", "criteria_met issue"]);
    assert_eq!(
        described(&accepted, other_language),
        ["review", "text_language_unknown description", "criteria_met issue"]
    );
    assert_eq!(
        described(&accepted, "We no longer need the old module, all our scripts run on the new module now."),
        ["review", "text_contradicts_answers needs_existing_module", "criteria_met issue"]
    );
    let late = "We are late with the rollout and need more time to enrol the rest.";
    assert_eq!(described(&accepted, late), ["review", "text_contradicts_answers issue", "criteria_met issue"]);
    let denied = about("more_time_for_agents", json!({}));
    let unseen = "The directory does not see our MFA, and the vendor says that the claim cannot be sent.";
    assert_eq!(described(&denied, unseen), ["review", "text_suggests_other_issue issue", "plan_the_rollout issue"]);
    assert_eq!(described(&denied, late), ["deny", "plan_the_rollout issue"]);
    assert_eq!(described(&denied, other_language), ["deny", "plan_the_rollout issue"], "no reason against a deny");
    let reviewed = about("other_technical_issue", json!({"workaround_exists": "no"}));
    assert_eq!(described(&reviewed, unseen), ["review", "needs_a_person issue"], "a review stays as it is");
}

#[test]
fn an_issue_that_the_program_never_heard_of_is_judged_by_its_file_alone() {
    let edition = Arc::new(Edition::parse(include_str!("small.toml")).unwrap());
    let answers = json!({"is_broken": "yes", "maker": "one", "since": "May"});
    let mut request = with(about("broken_token", answers), "/topic", json!("mfa"));
    request = with(request, "/problem_type", json!("exception"));
    request = with(request, "/scope/surfaces", json!(["pages"]));
    request = with(request, "/scope/duration_days", json!(10));
    let asked = |pointer, value| outcome_by(&edition, noon(), &with(request.clone(), pointer, value));
    assert_eq!(outcome_by(&edition, noon(), &request), ["accept", "good issue"]);
    assert_eq!(asked("/answers/is_broken", json!("no")), ["deny", "not_broken is_broken"]);
    assert_eq!(asked("/answers/maker", json!("other")), ["review", "maker_unknown maker"]);
    assert_eq!(asked("/answers/since", json!("")), ["review", "since_missing since"]);
    assert_eq!(asked("/scope/surfaces", json!(["calls"])), ["review", "too_wide scope.surfaces"]);
    let six = json!({"kind": "users", "object_ids": users(6)});
    assert_eq!(asked("/scope/subjects", six), ["review", "too_much scope.subjects.object_ids"]);
    assert_eq!(asked("/scope/duration_days", json!(11)), ["review", "too_much scope.duration_days"]);
}

#[test]
fn the_edition_of_the_instant_applies() {
    let next = SHIPPED
        .replace("edition = \"2020-03-01\"", "edition = \"2027-01-01\"")
        .replace("effective_at = 2020-03-01T00:00:00Z", "effective_at = 2027-01-01T00:00:00+09:00");
    let amended = next.replace("version = 1", "version = 2");
    let file = |text: &str| ("edition.toml".to_owned(), text.to_owned());
    let policies = Policies::from_files([file(&amended), file(SHIPPED), file(&next)]).unwrap();
    let version = |instant| policies.at(at(instant)).map(|edition| edition.version().to_owned());
    assert_eq!(version("2020-03-01T00:00:00Z").unwrap(), "partner-center/2020-03-01.1");
    assert_eq!(version("2026-12-31T14:59:59Z").unwrap(), "partner-center/2020-03-01.1");
    assert_eq!(version("2026-12-31T15:00:00Z").unwrap(), "partner-center/2027-01-01.2");
    assert!(policies.by_version("partner-center/2027-01-01.1").is_some(), "earlier versions can be re-run");
    assert_eq!(
        version("2020-02-29T23:59:59Z").unwrap_err().to_string(),
        "no edition of the policy applies at 2020-02-29T23:59:59+00:00: the first takes effect at \
         2020-03-01T00:00:00+00:00; give a later instant"
    );
    let clash = Policies::from_files([file(SHIPPED), file(SHIPPED)]).unwrap_err().to_string();
    assert!(clash.contains("raise its `version`"), "{clash}");
}
