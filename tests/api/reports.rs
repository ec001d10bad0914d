//! Reports as leads and auditors meet them: over real histories, as pages, files and JSON.

use crate::actors::{Answer, more_time, other, text, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use chrono::TimeDelta;
use exception_desk_demo::people;
use serde_json::{Value, json};

const REPORTS: [&str; 5] = ["answers", "backlog", "outcomes", "appeals", "exceptions"];

async fn read(app: &TestApp, path: &str) -> Value {
    app.staff("lead").get(&format!("/api/v1/reports/{path}")).await.expect(200).json()
}

/// The rows of a figure.
fn rows(report: &Value, figure: &str) -> Vec<Value> {
    let figures = report["figures"].as_array().unwrap();
    figures.iter().find(|one| one["figure"] == figure).unwrap()["rows"].as_array().unwrap().clone()
}

/// The numbers of one measure, row by row.
fn measure(report: &Value, figure: &str, measure: &str) -> Vec<Value> {
    rows(report, figure).iter().map(|row| row["values"][measure].clone()).collect()
}

fn sum(values: &[Value]) -> i64 {
    values.iter().map(|value| value.as_i64().unwrap()).sum()
}

/// An automatic grant that is overturned, and a request that is asked about, denied, appealed against and accepted.
async fn lively() -> TestApp {
    let app = TestApp::start().await;
    let partner = app.actor("tailspin-global-admin");
    let granted = partner.file(&third_party()).await.expect(201).json();
    let path = format!("/api/v1/requests/{}/after-check", text(&granted["id"]));
    app.wait(TimeDelta::hours(1));
    let overturned = json!({ "outcome": "overturned", "reason": "not theirs" });
    app.staff("reviewer").change(&path, &granted, &overturned).await.expect(200);
    app.actor("wingtip-admin-agent").file(&more_time()).await.expect(201);

    let request = app.actor("tailspin-global-admin").file(&other()).await.expect(201).json();
    app.wait(TimeDelta::hours(2));
    let request = app.staff("reviewer").ask(&request).await.expect(200).json();
    app.wait(TimeDelta::hours(5));
    let request = app.actor("tailspin-global-admin").reply(&request).await.expect(200).json();
    app.wait(TimeDelta::hours(1));
    let request = app.staff("reviewer").deny(&request).await.expect(200).json();
    let request =
        app.actor("tailspin-global-admin").appeal(&app.actor("tailspin-global-admin").read(&request).await).await;
    let request = request.expect(200).json();
    app.wait(TimeDelta::days(10));
    app.staff("lead").accept(&request).await.expect(200);
    app
}

#[actix_web::test]
async fn a_request_a_denial_and_an_appeal_each_count_with_their_own_clock() {
    let app = lively().await;
    let answers = read(&app, "answers").await;
    let [requests, appeals, checks, automatic] = &rows(&answers, "answers_summary")[..] else { panic!("{answers}") };
    let told = |row: &Value| {
        json!([row["group"], row["values"]["answered"], row["values"]["in_time"], row["values"]["median_hours"]])
    };
    // Three hours went by in review, five were the partner's.
    assert_eq!(told(requests), json!(["requests", 1, 1, 3.0]));
    assert_eq!(told(appeals), json!(["appeals", 1, 0, 240.0]), "ten days are late");
    assert_eq!(told(checks), json!(["after_checks", 1, 1, 1.0]));
    assert_eq!(told(automatic), json!(["automatic", 2, null, null]));
    assert_eq!(sum(&measure(&answers, "answers_in_time", "in_time")), 1);
    assert_eq!(sum(&measure(&answers, "answers_in_time", "late")), 1);

    let appeals = read(&app, "appeals").await;
    let by = &rows(&appeals, "appeals_by_rule")[0];
    assert_eq!((&by["group"], &by["values"]["share_overturned"]), (&json!("by_reviewer"), &json!(100.0)));
    let check = &rows(&appeals, "after_checks_by_rule")[0];
    assert_eq!((&check["reason"], &check["values"]["overturned"]), (&json!("criteria_met"), &json!(1)));

    let outcomes = read(&app, "outcomes").await;
    let other = rows(&outcomes, "outcomes_by_issue").into_iter().find(|row| row["issue"] == "other_technical_issue");
    assert_eq!(other.unwrap()["values"]["denied_by_people"], 1, "the outcome before the appeal");
    let exceptions = read(&app, "exceptions").await;
    assert_eq!(sum(&measure(&exceptions, "exceptions_ending", "people")), 1);
    assert_eq!(sum(&measure(&exceptions, "exceptions_ending", "automatic")), 0, "it was overturned");
}

#[actix_web::test]
async fn work_ahead_is_minutes_for_what_is_due_against_hours_for_who_reviews() {
    let app = TestApp::start_with(|config| config.reports.reviewers = Some(2)).await;
    app.actor("wingtip-admin-agent").file(&other()).await.expect(201);
    app.actor("tailspin-global-admin").file(&third_party()).await.expect(201);
    let backlog = read(&app, "backlog").await;
    let days = rows(&backlog, "work_ahead");
    assert_eq!(days.len(), 6);
    assert_eq!(days[0]["group"], "overdue");
    assert_eq!(days[1]["from"], "2026-11-24");
    assert_eq!(days[1]["values"]["hours_staffed"], 16.0);
    assert_eq!(sum(&measure(&backlog, "work_ahead", "requests_due")), 1);
    assert_eq!(sum(&measure(&backlog, "work_ahead", "after_checks_due")), 1);
    let hours: f64 = measure(&backlog, "work_ahead", "hours_due").iter().map(|hours| hours.as_f64().unwrap()).sum();
    assert!((hours - 1.0).abs() < 0.01, "45 and 15 minutes: {hours}");
    app.wait(TimeDelta::days(7));
    let backlog = read(&app, "backlog").await;
    assert_eq!(rows(&backlog, "work_ahead")[0]["values"]["requests_due"], 1, "overdue by now");
}

#[actix_web::test]
async fn one_partner_and_one_issue_are_counted_alone() {
    let app = lively().await;
    let filed = async |query: &str| {
        let outcomes = read(&app, &format!("outcomes?{query}")).await;
        sum(&measure(&outcomes, "volume", "automatic")) + sum(&measure(&outcomes, "volume", "people"))
    };
    assert_eq!(filed("").await, 3);
    assert_eq!(filed(&format!("tenant={}", people::WINGTIP.id)).await, 1);
    assert_eq!(filed("tenant=tailspin+toys+JAPAN").await, 2, "by its name, in any case");
    assert_eq!(filed("issue=more_time_for_agents").await, 1);
    assert_eq!(filed("tenant=Wingtip+Toys&issue=other_technical_issue").await, 0);
}

#[actix_web::test]
async fn a_question_that_is_none_is_refused_at_its_place() {
    let app = TestApp::start().await;
    for (query, error) in [
        ("period=fortnight", "/period reports_period_unknown"),
        ("from=2026-02-30", "/from date_invalid"),
        ("until=2026-11-01", "/from missing"),
        ("period=week&from=2026-11-01", "/period reports_period_or_days"),
        ("from=2026-11-03&until=2026-11-02", "/until until_before_from"),
        ("from=2001-01-01", "/from reports_too_many_days"),
        ("zone=Mars/Olympus", "/zone reports_zone_unknown"),
        ("tenant=nobody", "/tenant reports_tenant_unknown"),
        ("issue=nonsense", "/issue issue_unknown"),
        ("days=7", "/days unknown"),
    ] {
        for kind in ["application/json", "text/csv"] {
            let lead = app.staff("lead");
            let path = format!("/api/v1/reports/answers?{query}");
            let answer = lead.send(lead.call(reqwest::Method::GET, &path).header("Accept", kind)).await.expect(422);
            assert_eq!((answer.problem(), answer.errors()), ("invalid-input".to_owned(), vec![error.to_owned()]));
        }
    }
    app.staff("lead").get("/api/v1/reports/gossip").await.expect(404);
    let mut lead = Browser::of_staff(&app, "lead").await;
    let (status, page) = lead.open("/reports/answers?from_year=2026&from_month=2&from_day=30&period=week").await;
    assert_eq!(status, 422);
    assert!(
        page.contains("error-summary") && page.contains(r##"href="#from_year""##) && page.contains(r#"value="30""#),
        "{page}"
    );
}

#[actix_web::test]
async fn leads_and_auditors_with_mfa_read_reports_and_nobody_else() {
    let app = TestApp::start().await;
    for name in REPORTS {
        let path = format!("/api/v1/reports/{name}");
        for persona in ["lead", "auditor"] {
            app.staff(persona).get(&path).await.expect(200);
            assert_eq!(app.actor_with_mfa(persona, false).get(&path).await.expect(403).problem(), "step-up-required");
        }
        for persona in ["reviewer", "policy-admin", "tailspin-global-admin", "tailspin-helpdesk-agent"] {
            let answer = app.actor_with_mfa(persona, true).get(&path).await.expect(403);
            assert_eq!(answer.problem(), "not-allowed", "{persona}");
        }
        assert_eq!(app.actor("feed").get(&path).await.expect(403).problem(), "not-allowed");
        app.anonymous().get(&path).await.expect(401);
    }
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    for path in ["/reports", "/reports/answers", "/reports/answers.csv"] {
        assert_eq!(reviewer.open(path).await.0, 403, "{path}");
    }
    assert!(!reviewer.open("/queue").await.1.contains("href=\"/reports\""));
    let mut lead = Browser::of_staff(&app, "lead").await;
    assert!(lead.open("/queue").await.1.contains("href=\"/reports\""));
}

#[actix_web::test]
async fn a_file_has_a_row_for_each_number_and_is_recorded() {
    let app = lively().await;
    let lead = app.staff("lead");
    let path = format!("/api/v1/reports/outcomes?period=month&tenant={}", people::TAILSPIN.id);
    let csv = async |accept| -> Answer {
        lead.send(lead.call(reqwest::Method::GET, &path).header("Accept", accept)).await.expect(200)
    };
    let file = csv("text/csv").await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"outcomes-2026-11-05-2026-12-04.csv\"");
    assert_eq!(file.header("cache-control"), "no-store");
    assert!(
        file.text.starts_with("report,figure,from,until,issue,reason,criterion,group,measure,value\r\n"),
        "{}",
        file.text
    );
    let denied = "outcomes,outcomes_by_issue,2026-11-05,2026-12-04,other_technical_issue,,,,denied_by_people,1\r\n";
    assert!(file.text.contains(denied), "{}", file.text);
    assert!(csv("application/json, text/csv;q=0.5").await.json()["figures"].is_array());

    let mut browser = Browser::of_staff(&app, "auditor").await;
    let (status, page) = browser.open("/reports/outcomes.csv?period=week").await;
    assert_eq!(
        (status, page.lines().next().unwrap()),
        (200, "report,figure,from,until,issue,reason,criterion,group,measure,value")
    );
    let events = app.staff("auditor").get("/api/v1/audit/events?action=report.exported").await.expect(200).json();
    let events = events["items"].as_array().unwrap();
    assert_eq!(events.len(), 2, "two files; what was read as JSON is none");
    let by_lead = events.iter().find(|event| event["actor_role"] == "lead").unwrap();
    assert_eq!(by_lead["tenant"], json!(people::TAILSPIN.id));
    assert_eq!(
        (&by_lead["details"]["report"], &by_lead["details"]["from"]),
        (&json!("outcomes"), &json!("2026-11-05"))
    );
}

#[actix_web::test]
async fn a_page_shows_plots_with_their_words_and_the_table_behind_them() {
    let app = lively().await;
    let mut lead = Browser::of_staff(&app, "lead").await;
    for (lang, heading) in [("en", "Answers by people, in time and late"), ("ja", "担当者による回答（期限内・期限後）")]
    {
        lead.jar.insert(("desk.localhost".to_owned(), "lang".to_owned()), lang.to_owned());
        for name in REPORTS {
            let (status, page) = lead.open(&format!("/reports/{name}?period=quarter")).await;
            assert_eq!(status, 200, "{page}");
            assert!(
                page.contains("role=\"img\"") && page.contains("<desc id=") && page.contains("<table"),
                "{name}: {page}"
            );
            assert!(
                !page.contains("style=") && !page.contains("<script") && !page.contains("Unknown localization"),
                "{page}"
            );
            assert!(page.contains(&format!("/reports/{name}.csv?period=quarter")), "{page}");
        }
        assert!(lead.open("/reports/answers").await.1.contains(heading));
    }
    let (_, page) = lead.open("/reports/appeals?tenant=Wingtip+Toys").await;
    assert!(
        page.contains("集計の対象がありません") && !page.contains("role=\"img\""),
        "nothing was appealed against: {page}"
    );
}

#[actix_web::test]
async fn an_empty_desk_has_reports_too() {
    let app = TestApp::start_with(|config| config.reports.reviewers = Some(0)).await;
    let mut auditor = Browser::of_staff(&app, "auditor").await;
    for name in REPORTS {
        for period in ["week", "three_years"] {
            let (status, page) = auditor.open(&format!("/reports/{name}?period={period}")).await;
            assert_eq!(status, 200);
            assert!(page.contains("nothing to count") && !page.contains("role=\"img\""), "{page}");
        }
    }
    assert_eq!(auditor.open("/reports/gossip").await.0, 404);
}

#[actix_web::test]
async fn days_are_counted_in_the_zone_that_is_asked_for() {
    let app = TestApp::start().await;
    // 24 November, 01:00 in UTC: the 23rd in New York.
    app.actor("wingtip-admin-agent").file(&more_time()).await.expect(201);
    for (zone, day) in [("UTC", "2026-11-24"), ("America/New_York", "2026-11-23")] {
        let outcomes = read(&app, &format!("outcomes?period=week&zone={zone}")).await;
        let last = rows(&outcomes, "volume").pop().unwrap();
        assert_eq!((&last["from"], &last["values"]["automatic"]), (&json!(day), &json!(1)));
    }
}

#[actix_web::test]
async fn no_other_site_has_a_file_made_and_recorded() {
    let app = TestApp::start().await;
    let browser = Browser::of_staff(&app, "lead").await;
    let ask = async |path: &str, site: &str| {
        let site = [("sec-fetch-site".parse().unwrap(), site.parse().unwrap())];
        let call = browser.request(reqwest::Method::GET, path).headers(site.into_iter().collect());
        call.send().await.unwrap().status().as_u16()
    };
    for site in ["cross-site", "same-site"] {
        assert_eq!(ask("/reports/answers.csv", site).await, 403, "{site}");
    }
    let recorded = async || -> i64 {
        let count = "SELECT count(*) FROM audit_events WHERE action = 'report.exported'";
        sqlx::query_scalar(count).fetch_one(&mut app.owner().await).await.unwrap()
    };
    assert_eq!(recorded().await, 0);
    assert_eq!(ask("/reports/answers.csv", "same-origin").await, 200);
    assert_eq!(recorded().await, 1);
    assert_eq!(ask("/reports/answers", "cross-site").await, 200, "a link elsewhere to the page is none of that");
}

#[actix_web::test]
async fn reports_and_searches_leave_the_database_to_everything_else() {
    let app = TestApp::start_with(|config| config.database.max_connections = 8).await;
    let turns = (app.desk.long_reads.take().await.unwrap(), app.desk.long_reads.take().await.unwrap());
    for path in ["/api/v1/reports/answers", "/api/v1/queue?q=mfa"] {
        let busy = app.staff("lead").get(path).await.expect(503);
        assert_eq!((busy.problem().as_str(), busy.header("retry-after")), ("busy", "5"), "{path}");
    }
    let mut browser = Browser::of_staff(&app, "lead").await;
    for path in ["/reports/answers", "/reports/answers.csv", "/queue?q=mfa"] {
        assert_eq!(browser.open(path).await.0, 503, "{path}");
    }
    app.staff("lead").get("/api/v1/queue").await.expect(200);
    drop(turns);
    app.staff("lead").get("/api/v1/reports/answers").await.expect(200);
    app.staff("lead").get("/api/v1/queue?q=mfa").await.expect(200);
}
