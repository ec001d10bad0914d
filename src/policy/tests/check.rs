//! What `policy check` finds, and where. Each test breaks a small edition in one place.

use super::*;
use crate::policy::FaultKind;

/// An edition with one question of each kind and every kind of rule.
const SMALL: &str = include_str!("small.toml");

/// The faults of the small edition after `old` has become `new`; `HERE` in `new` marks the line that is to be told.
fn faults(old: &str, new: &str) -> Vec<String> {
    assert_eq!(SMALL.matches(old).count(), 1, "`{old}` stands once in the small edition");
    let marked = SMALL.replace(old, new);
    let here = marked.lines().position(|line| line.contains("# HERE")).map_or(0, |index| index + 1);
    let found = Edition::parse(&marked).expect_err("the edition is broken");
    found
        .iter()
        .map(|fault| {
            let place = if fault.line == here { "here".to_owned() } else { format!("line {}", fault.line) };
            format!("{place}: {}", fault.message)
        })
        .collect()
}

#[test]
fn the_small_edition_has_no_faults() {
    assert_eq!(Edition::parse(SMALL).map(|edition| edition.version().to_owned()), Ok("small/2026.1".to_owned()));
}

#[test]
fn what_is_no_edition_is_told_by_line() {
    for (old, new, message) in [
        ("version = 1", "version = # HERE", "here: string values must be quoted, expected literal string"),
        ("version = 1", "version = 1\nextra = 1 # HERE", "here: unknown field `extra`, expected one of"),
        ("version = 1", "version = 0 # HERE", "here: `version` counts from 1"),
        ("policy = \"small\"", "policy = \"Small one\" # HERE", "here: `Small one` is no name"),
        ("effective_at = 2026-01-01T00:00:00Z", "effective_at = 2026-01-01 # HERE", "here: `2026-01-01` is no instant"),
        ("outcome = \"accept\"", "outcome = \"grant\" # HERE", "here: unknown variant `grant`"),
    ] {
        let faults = faults(old, new);
        assert!(faults[0].starts_with(message) && faults.len() == 1, "{faults:?}");
    }
}

#[test]
fn a_fault_says_how_far_reading_came() {
    let nameless = SMALL.replace("policy = \"small\"", "policy = \"Small one\"");
    let read = [
        ("policy = ", FaultKind::Syntax),
        ("policy = 1", FaultKind::Shape),
        ("policy = \"small\"", FaultKind::Shape),
        (&nameless, FaultKind::Content),
    ];
    for (text, kind) in read {
        assert_eq!(Edition::parse(text).expect_err("it has a fault")[0].kind, kind, "{text}");
    }
}

#[test]
fn faults_of_sense_are_told_with_the_way_out() {
    for (old, new, fault) in [
        ("label.ja = \"いつから？\"", "", "`ja` is missing: give the text in Japanese too"),
        ("en = \"Use it.\"", "en = \" \"", "`en` is missing: give the text in English too"),
        ("max_days = 10", "max_days = 91", "`max_days` must lie between 0 and the ceiling of 90: lower it"),
        ("max_users = 5", "max_users = 51", "`max_users` must lie between 0 and the ceiling of 50: lower it"),
        (
            "max_start_days = 3",
            "max_start_days = 31",
            "`max_start_days` must lie between 0 and the ceiling of 30: lower it",
        ),
        ("max_days = 10", "max_days = -1", "`max_days` must lie between 0 and the ceiling of 90: lower it"),
        ("name = \"calls\"", "name = \"pages\"", "there is a surface `pages` already: give each its own name"),
        (
            "name = \"maker\"",
            "name = \"Maker\"",
            "`Maker` is no name: use at most 64 small letters, digits and underscores, a letter first",
        ),
        ("name = \"since\"", "name = \"maker\"", "there is a question `maker` already: give each its own name"),
        (
            "auto_surfaces = [\"pages\"]",
            "auto_surfaces = [\"page\"]",
            "there is no surface `page`: name one of `[[surfaces]]`",
        ),
        (
            "never_surfaces = []",
            "never_surfaces = [\"pages\"]",
            "`pages` is granted without a reviewer and never granted: strike one",
        ),
        (
            "never_surfaces = []",
            "never_surfaces = [\"cellar\"]",
            "there is no surface `cellar`: name one of `[[surfaces]]`",
        ),
        ("filing_roles = [\"Keeper\"]", "filing_roles = []", "nobody could file: name at least one of `[[roles]]`"),
        (
            "filing_roles = [\"Keeper\"]",
            "filing_roles = [\"Porter\"]",
            "there is no role `Porter`: name one of `[[roles]]`",
        ),
        ("name = \"Guest\"", "name = \"Keeper\"", "there is a role `Keeper` already: give each its own name"),
        (
            "name = \"Guest\"",
            "name = \"a guest\"",
            "`a guest` is no name of a role: use at most 64 letters, digits, dots, hyphens and underscores",
        ),
        (
            "until_then = [\"use_it\"]",
            "until_then = [\"wait\"]",
            "guidance `wait` has no text: add it under `[guidance]`",
        ),
        (
            "when = { answer = \"maker\", is = \"other\" }",
            "when = { any_empty = [\"maker_name\"] }",
            "no rule reads the answer to `maker`: add a rule, ask for a text, or strike the question",
        ),
        ("is = \"no\"", "is = \"never\"", "the answer is never `never`: compare with `yes`, `no`"),
        (
            "+09:00",
            "",
            "`2030-01-01T00:00:00` is no instant: give date, time with seconds and offset, such as 2026-10-01T00:00:00+09:00",
        ),
        (
            "sunset =",
            "text_topic = \"tokens\"\nsunset =",
            "the text check knows no topic `tokens`: name one of `more_time`, `without_delegated_admin`, \
             `service_accounts`, `no_phone`, `legacy_protocols`, `exchange_powershell`, `third_party_mfa`",
        ),
        (
            "kind = \"yes_no_unsure\"",
            "kind = \"yes_no_unsure\"\ntext_fact = \"broken\"",
            "the text check knows no fact `broken`: name one of `module_needed`, `others_prompt`, `can_complete`, \
             `mfa_enforced`, `vendor_asked`, `claim_can_be_sent`",
        ),
        (
            "kind = \"text\"",
            "kind = \"text\"\ntext_fact = \"vendor_asked\"",
            "a text can only contradict `kind = \"yes_no_unsure\"`: change the kind or strike `text_fact`",
        ),
        (
            "kind = \"text\"",
            "kind = \"text_list\"\nshort = true",
            "only `kind = \"text\"` takes `short`: change the kind or strike it",
        ),
        ("kind = \"text\"", "kind = \"choice\"", "a choice needs at least two `choices`: add them"),
        (
            "answers = { is_broken = \"yes\" }",
            "answers = { is_broken = \"maybe\" }",
            "the answer is never `maybe`: give one of `yes`, `no`, `unsure`",
        ),
        (
            "answers = { is_broken = \"yes\" }",
            "answers = { since = \"now\" }",
            "`since` is free text, which no claim can answer: strike it",
        ),
        (
            "answers = { is_broken = \"yes\" }",
            "answers = { then = \"now\" }",
            "the issue has no question `then`: name one of its `[[issues.questions]]`",
        ),
        (
            "= \"expired\", answers",
            "= \"expired\" }, { finding = \"expired\", answers",
            "the issue has a hint `expired` already: strike one",
        ),
        (
            "any_empty = [\"since\"]",
            "any_empty = [\"then\"]",
            "the issue has no question `then`: name one of its `[[issues.questions]]`",
        ),
        (
            "any_empty = [\"since\"]",
            "any_empty = [\"maker\"]",
            "the answer to `maker` is never empty: use `answer` with `is`",
        ),
        ("any_empty = [\"since\"]", "any_empty = []", "`any_empty` names no question: name at least one"),
        (
            "any_empty = [\"since\"]",
            "answer = \"since\", is = \"now\"",
            "`since` is free text, which has no value to compare: use `any_empty`",
        ),
        ("is = \"other\"", "is = \"third\"", "the answer is never `third`: compare with `one`, `other`"),
        (
            "is = \"no\"",
            "is = \"unsure\"",
            "`unsure` gives a review of its own wherever a rule reads it: compare with `yes`, `no`",
        ),
        (
            "surface_outside_auto = true",
            "surface_outside_auto = false",
            "a rule has one condition: `answer` with `is`, `any_empty` (names), `surface_outside_auto = true`, `over_limits` (limits) or `always = true`",
        ),
        ("reason = \"too_wide\"", "reason = \"wide\"", "reason `wide` has no text: add `[reasons.wide]`"),
        (
            "not_broken = { guidance = [\"use_it\"]",
            "not_broken = { guidance = [\"use\"]",
            "guidance `use` has no text: add it under `[guidance]`",
        ),
        (
            "not_broken = { guidance = [\"use_it\"]",
            "not_broken = { guidance = []",
            "a deny must say what to do instead: give `guidance`, here or with the reason",
        ),
        (
            "[guidance]",
            "[guidance]\nspare = { en = \"a\", ja = \"b\" }",
            "nothing gives the guidance `spare`: use it or strike it",
        ),
        (
            "[reasons]",
            "[reasons]\nspare = { detail = { en = \"a\", ja = \"b\" } }",
            "no rule gives the reason `spare`: use it or strike it",
        ),
        (
            "details.\"scope.duration_days\"",
            "details.since",
            "no rule with this reason judges `since`: strike the sentence",
        ),
        ("Not for {surfaces}", "Not for {surface}", "nothing fills in `{surface}`: here there is {surfaces}"),
        ("en = \"Too much.\"", "en = \"Too much: {given}.\"", "nothing fills in `{given}`: there is none here"),
        (
            "text_language_unknown = {",
            "spare = {",
            "every edition needs the reason `text_language_unknown`: add `[reasons.text_language_unknown]` at the end",
        ),
        (
            "otherwise = { en = \"It is said.\", ja = \"記入されています。\" }",
            "",
            "`otherwise` is missing: say what it means when this rule does not decide",
        ),
    ] {
        let faults = faults(old, new);
        assert!(faults.iter().any(|found| found.ends_with(fault)), "{fault:?} is not in {faults:#?}");
    }
}

#[test]
fn a_hint_names_what_the_doctor_can_find() {
    let found = faults("finding = \"expired\"", "finding = \"expires\"");
    assert!(found[0].contains("the doctor never finds `expires`: name one of `app_only`, "), "{found:#?}");
}

#[test]
fn a_fault_is_told_at_its_line() {
    for (old, new) in [
        ("max_days = 10", "max_days = 91 # HERE"),
        ("label.ja = \"いつから？\"", "label.ko = \"언제?\" # HERE"),
        ("when = { any_empty = [\"since\"] }", "when = { any_empty = [\"then\"] } # HERE"),
        ("reason = \"too_wide\"", "reason = \"wide\" # HERE"),
        ("auto_surfaces = [\"pages\"]", "auto_surfaces = [\"page\"] # HERE"),
        ("name = \"calls\"", "name = \"pages\" # HERE"),
        (
            "summary = { en = \"A token is broken.\", ja = \"トークンが故障している場合です。\" }",
            "summary = { en = \"A token is broken.\" } # HERE",
        ),
        ("label.en = \"Since when?\"", "label.en = \" \" # HERE"),
    ] {
        let faults = faults(old, new);
        assert!(faults.iter().any(|fault| fault.starts_with("here: ")), "{new}: {faults:#?}");
    }
}

#[test]
fn a_rule_that_is_never_reached_is_a_fault() {
    let always = "when = { always = true } # HERE";
    let found = faults("when = { surface_outside_auto = true }", always);
    assert!(
        found.iter().filter(|fault| fault.contains("the rules before it decide everything")).count() == 2,
        "{found:#?}"
    );
    let found = faults("when = { any_empty = [\"since\"] }", "when = { answer = \"maker\", is = \"other\" } # HERE");
    assert!(
        found.contains(
            &"here: this rule is never reached: a rule before it decides the same; move or strike it".to_owned()
        ),
        "{found:#?}"
    );
    let found = faults("when = { any_empty = [\"since\"] }", "when = { answer = \"maker\", is = \"one\" }");
    assert!(found.iter().any(|fault| fault.contains("the rules before it decide everything")), "{found:#?}");
}

#[test]
fn the_last_rule_has_to_decide_all_that_is_left() {
    let found = faults("when = { always = true }", "when = { over_limits = [\"days\"] } # HERE");
    let fault = "here: the last rule must decide all that is left: end with `when = { always = true }`";
    assert!(found.contains(&fault.to_owned()), "{found:#?}");
}

#[test]
fn no_accept_stands_before_a_limit() {
    let fault = "an accept must come after rules with `surface_outside_auto`";
    for (old, new) in [
        ("when = { surface_outside_auto = true }", "when = { answer = \"is_broken\", is = \"no\" }"),
        ("\"users\", \"every_user\", \"days\", \"start\"", "\"users\", \"every_user\", \"days\""),
        ("outcome = \"deny\"", "outcome = \"accept\""),
    ] {
        let found = faults(old, new);
        assert!(found.iter().any(|found| found.contains(fault)), "{new}: {found:#?}");
    }
    let every_surface = SMALL
        .replace("auto_surfaces = [\"pages\"]", "auto_surfaces = [\"pages\", \"calls\"]")
        .replace("when = { surface_outside_auto = true }", "when = { over_limits = [\"days\"] }")
        .replace("Not for {surfaces}", "Not so long")
        .replace("{surfaces}は", "長い期間は");
    assert_eq!(Edition::parse(&every_surface).map(|_| ()), Ok(()), "where every surface is granted, none is outside");
}

#[test]
fn an_issue_without_rules_is_a_fault() {
    let (before, rest) = SMALL.split_once("[[issues.rules]]").unwrap();
    let text = format!("{before}[reasons]{}", rest.split_once("[reasons]").unwrap().1);
    let found = Edition::parse(&text).unwrap_err();
    assert!(
        found.iter().any(|fault| fault.message.starts_with("an issue without rules decides nothing")),
        "{found:#?}"
    );
}

/// The faults of these files together, each as `FILE:LINE: …`.
fn together(files: &[(&str, &str)]) -> Vec<String> {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    match Policies::from_files(files) {
        Ok(_) => Vec::new(),
        Err(error) => error.to_string().lines().map(str::to_owned).collect(),
    }
}

#[test]
fn editions_that_do_not_go_together_are_told_by_file_and_line() {
    let next = SMALL.replace("edition = \"2026\"", "edition = \"2027\"");
    let later = next.replace("effective_at = 2026", "effective_at = 2027");
    assert_eq!(together(&[("one", SMALL), ("two", &later)]), [""; 0]);
    assert_eq!(
        together(&[("one", SMALL), ("two", &next)]),
        ["two:4: `small/2026.1` applies from the same instant (`one`): change one of them"]
    );
    assert_eq!(
        together(&[("one", SMALL), ("two", SMALL)]),
        ["two:3: `small/2026.1` is there already (`one`): raise its `version`"]
    );
    let moved = SMALL.replace("effective_at = 2026", "effective_at = 2027");
    assert_eq!(
        together(&[("one", SMALL), ("two", &moved)]),
        ["two:3: `small/2026.1` is there already (`one`): raise its `version`"]
    );
    let other = later.replace("policy = \"small\"", "policy = \"tiny\"");
    assert_eq!(
        together(&[("one", SMALL), ("two", &other)]),
        ["two:1: `small` and `tiny` are two policies (see `one`): a desk has one"]
    );
    let amended = SMALL.replace("version = 1", "version = 2");
    assert_eq!(
        together(&[("one", SMALL), ("two", &amended)]),
        [""; 0],
        "a version of the same edition takes its place"
    );
    let broken = SMALL.replace("max_days = 10", "max_days = 91");
    let line = SMALL.lines().position(|line| line == "max_days = 10").unwrap() + 1;
    let fault = |name: &str| format!("{name}:{line}: `max_days` must lie between 0 and the ceiling of 90: lower it");
    assert_eq!(together(&[("one", &broken), ("two", &broken)]), [fault("one"), fault("two")]);
}

#[test]
fn a_sunset_before_its_edition_has_to_have_been_announced() {
    let next = SMALL.replace("edition = \"2026\"", "edition = \"2031\"");
    let next = next.replace("effective_at = 2026-01-01", "effective_at = 2031-01-01");
    let line = SMALL.lines().position(|line| line.starts_with("sunset")).unwrap() + 1;
    assert!(together(&[("next", &next)])[0].starts_with(&format!("next:{line}: the sunset lies before")));
    assert_eq!(together(&[("first", SMALL), ("next", &next)]), [""; 0], "what was announced goes on to hold");
    let without = SMALL.replace("sunset = 2030-01-01T00:00:00+09:00", "");
    assert_eq!(together(&[("first", &without), ("next", &next)]).len(), 1);
}

proptest::proptest! {
    #[test]
    fn no_file_breaks_the_check(cut in 0..SMALL.len(), end in 0..SMALL.len(), text in ".{0,12}") {
        let (cut, end) = (SMALL.floor_char_boundary(cut.min(end)), SMALL.floor_char_boundary(cut.max(end)));
        let _ = Edition::parse(&format!("{}{text}{}", &SMALL[..cut], &SMALL[end..]));
    }
}
