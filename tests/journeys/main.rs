//! The main job, as people do it: a browser against the whole demonstration, which runs as a newcomer starts it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

#[expect(dead_code, reason = "these need an honest scanner alone")]
#[path = "../stand_ins/clamd.rs"]
mod clamd;
mod demo;

use demo::Demo;

/// Contoso and Wingtip pass, Fabrikam registers and verifies; its API call without MFA gets the article's 401.
#[test]
fn journey_a_mfa_is_asked_and_passed() {
    Demo::start("journey-a").walk("journey-a.mjs");
}

/// Tailspin is stopped, asks, is let through exactly where granted, and is stopped again after the revocation.
#[test]
fn journey_b_an_exception_is_asked_granted_used_and_revoked() {
    Demo::start("journey-b").walk("journey-b.mjs");
}

/// Files come with a request, with and without scripts; what is wrong with each is said, and a virus is found.
#[test]
fn files_come_with_a_request() {
    let scanner = clamd::Clamd::start();
    Demo::start_with("evidence", &["--scanner", scanner.url()]).walk("evidence.mjs");
    assert!(scanner.scans() >= 4, "{} files were scanned", scanner.scans());
}

/// Every issue is asked for in both languages, with and without scripts, by the keyboard alone, and over a lost session.
#[test]
fn every_issue_is_filed_step_by_step() {
    Demo::start("steps").walk("steps.mjs");
}

/// Every step of the form, empty, full and wrong, at both widths, in both languages and themes.
#[test]
fn every_step_is_accessible() {
    Demo::start("draft-pages").walk("draft-pages.mjs");
}

/// A reviewer's morning by the keyboard alone, in both languages: ask, decide, approve second, overturn on appeal.
#[test]
fn a_reviewers_morning_takes_no_mouse() {
    Demo::start("reviewer").walk("reviewer.mjs");
}

/// A pasted token is read in the browser; every request is looked at, and none holds a part of it.
#[test]
fn a_token_never_leaves_the_browser() {
    Demo::start("doctor").walk("doctor.mjs");
}

/// What people see first is quick, light and findable by lighthouse's measure; in a soak run, what they see later too.
#[test]
fn the_pages_are_quick_and_light() {
    Demo::start("lighthouse").walk("lighthouse.mjs");
}

/// Every page at both widths, in both languages and themes, is accessible by axe's rules: those for everybody.
#[test]
fn every_open_page_is_accessible() {
    Demo::start("pages-anyone").walk_as("pages.mjs", "anyone");
}

/// Those of partners.
#[test]
fn every_page_of_partners_is_accessible() {
    Demo::start("pages-partner").walk_as("pages.mjs", "partner");
}

/// Those of staff.
#[test]
fn every_page_of_staff_is_accessible() {
    Demo::start("pages-lead").walk_as("pages.mjs", "lead");
}

/// Those of auditors.
#[test]
fn every_page_of_auditors_is_accessible() {
    Demo::start("pages-auditor").walk_as("pages.mjs", "auditor");
}

/// Those of a request that is asked about, denied and appealed against, for both sides.
#[test]
fn every_page_of_a_request_on_its_way_is_accessible() {
    Demo::start("pages-course").walk_as("pages.mjs", "course");
}

/// The README's journey, typed as printed: stopped, let through, stopped again.
#[test]
fn the_readmes_journey_runs_as_printed() {
    let readme = include_str!("../../README.md");
    let section = readme.split("## The main job with curl").nth(1).unwrap();
    let script = section.split("```sh\n").nth(1).unwrap().split("```").next().unwrap();
    let printed = Demo::start("readme").shell(script);
    let statuses: Vec<_> = printed.lines().filter(|line| line.starts_with("HTTP/1.1 ")).collect();
    let stopped = "HTTP/1.1 401 Unauthorized - MFA required";
    assert_eq!(statuses, [stopped, "HTTP/1.1 200 OK", stopped], "{printed}");
    assert!(printed.contains(r#""status":"revoked""#), "{printed}");
}

/// What was filed is there after a restart; Ctrl-C and `kill -9` leave no process behind.
#[test]
fn the_demo_keeps_its_data_and_leaves_nothing_behind() {
    let mut demo = Demo::start("restart");
    let before = demo.requests();
    assert!(!before.is_empty(), "the demo has example requests");
    demo.stop();
    demo.assert_nothing_left();
    demo.restart();
    assert_eq!(demo.requests(), before);
    demo.kill();
    demo.assert_nothing_left();
    demo.restart();
    assert_eq!(demo.requests(), before);
}
