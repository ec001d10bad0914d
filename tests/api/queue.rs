//! The queue: its parts, figures and filters, its search, and what each reviewer keeps for themselves.

use crate::actors::{Actor, other, text, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use chrono::{DateTime, TimeDelta, Utc};
use exception_desk::identity::{ObjectId, Person, TenantId};
use exception_desk::review::queue::{Filter, counts, mark_late, page, read_texts};
use exception_desk_demo::people;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

impl Actor<'_> {
    /// The references in a part of the queue.
    async fn queue(&self, query: &str) -> Vec<String> {
        let queue = self.get(&format!("/api/v1/queue?{query}")).await.expect(200).json();
        queue["items"].as_array().unwrap().iter().map(|item| text(&item["reference"]).to_owned()).collect()
    }

    async fn claim(&self, request: &Value) -> Value {
        self.step("claim", request, &json!({})).await.expect(200).json()
    }
}

async fn filed(app: &TestApp, persona: &str, body: &Value) -> Value {
    app.actor(persona).file(body).await.expect(201).json()
}

/// Three requests that wait: of Tailspin in Japanese, of Contoso in English, of Wingtip for more than one person may grant.
async fn three(app: &TestApp) -> [Value; 3] {
    let mut japanese = other();
    japanese["language"] = json!("ja");
    japanese["title"] = json!("店舗のキオスク端末");
    japanese["description"] = json!("共用端末では第２要素を表示できません。ﾍﾞﾝﾀﾞｰに確認中です。");
    let mut english = other();
    english["title"] = json!("The till has no screen");
    english["description"] = json!("Our tills run PowerShell jobs, and nobody can verify on them.");
    let mut broad = other();
    broad["scope"]["duration_days"] = json!(120);
    [
        filed(app, "tailspin-global-admin", &japanese).await,
        filed(app, "contoso-admin-agent", &english).await,
        filed(app, "wingtip-admin-agent", &broad).await,
    ]
}

fn names<'a>(requests: &[&'a Value]) -> Vec<&'a str> {
    requests.iter().map(|request| text(&request["reference"])).collect()
}

#[actix_web::test]
async fn each_part_of_the_queue_shows_its_own_and_counts_them() {
    let app = TestApp::start().await;
    let [one, two, three] = three(&app).await;
    let (reviewer, lead) = (app.staff("reviewer"), app.staff("lead"));
    reviewer.claim(&one).await;
    let two = app.staff("reviewer-2").ask(&two).await.expect(200).json();
    app.staff("reviewer-2").accept(&three).await.expect(202);
    assert_eq!(reviewer.queue("tab=mine").await, names(&[&one]));
    assert_eq!(lead.queue("tab=mine").await, names(&[]));
    assert_eq!(lead.queue("tab=unclaimed").await, names(&[&three]));
    assert_eq!(lead.queue("tab=waiting").await, names(&[&two]));
    assert_eq!(lead.queue("tab=second_approvals").await, names(&[&three]));
    assert_eq!(lead.queue("tab=breached").await, names(&[]));
    assert_eq!(lead.queue("").await.len(), 3);

    let mut page = Browser::of_staff(&app, "reviewer").await;
    let counts = async |page: &mut Browser<'_>| {
        let html = page.open("/queue").await.1;
        let counts = html.split(r#"<span class="count">"#).skip(1);
        counts.map(|rest| rest.split('<').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    // All, overdue, mine, unclaimed, appeals, second approvals, waiting, after-checks.
    assert_eq!(counts(&mut page).await, ["3", "0", "1", "1", "0", "1", "1", "0"]);
    // Nobody's sign-in lasts a week.
    app.wait(TimeDelta::days(7));
    mark_late(&app.desk.db, app.clock.now()).await.unwrap();
    let (reviewer, lead) = (app.staff("reviewer"), app.staff("lead"));
    let mut page = Browser::of_staff(&app, "reviewer").await;
    assert_eq!(counts(&mut page).await, ["3", "2", "1", "1", "0", "1", "1", "0"]);
    assert_eq!(lead.queue("tab=breached").await.len(), 2);
    let denied = reviewer.deny(&one).await.expect(200).json();
    assert_eq!(counts(&mut page).await, ["2", "1", "0", "1", "0", "1", "1", "0"]);
    let appealed = app.actor("tailspin-global-admin").appeal(&denied).await.expect(200).json();
    assert_eq!(lead.queue("tab=appeals").await, names(&[&appealed]));
    assert_eq!(counts(&mut page).await, ["3", "1", "0", "2", "1", "1", "1", "0"]);
    app.actor("contoso-admin-agent").step("withdraw", &two, &json!({})).await.expect(200);
    let first = lead.read(&three).await;
    lead.accept(&first).await.expect(200);
    assert_eq!(counts(&mut page).await, ["1", "0", "0", "1", "1", "0", "0", "0"]);
}

#[actix_web::test]
async fn what_is_late_is_counted_until_it_is_answered_or_has_more_time() {
    let app = TestApp::start().await;
    let [one, ..] = three(&app).await;
    let granted = filed(&app, "tailspin-global-admin", &third_party()).await;
    let late = async || {
        mark_late(&app.desk.db, app.clock.now()).await.unwrap();
        let counts = counts(&mut app.desk.db.staff().await.unwrap(), &person()).await.unwrap();
        (counts.breached, counts.late_after_checks)
    };
    assert_eq!(late().await, (0, 0));
    app.wait(TimeDelta::days(30));
    assert_eq!(late().await, (3, 1));
    let more_time = "UPDATE requests SET due_at = due_at + interval '60 days' WHERE id = $1::uuid";
    sqlx::query(more_time).bind(text(&one["id"])).execute(&mut app.owner().await).await.unwrap();
    assert_eq!(late().await, (2, 1));
    app.staff("lead").step("after-check", &granted, &json!({ "outcome": "confirmed" })).await.expect(200);
    assert_eq!(late().await, (2, 0));
    app.wait(TimeDelta::days(60));
    assert_eq!(late().await, (3, 0));
}

#[actix_web::test]
async fn figures_and_rows_agree_whatever_happens_at_once() {
    let app = TestApp::start().await;
    let issues = ["other_technical_issue", "accounts_without_delegated_admin", "service_accounts"];
    let body = |issue: &str| {
        let mut body = other();
        body["issue"] = json!(issue);
        body["answers"] = match issue {
            "other_technical_issue" => json!({ "workaround_exists": "no", "affected_service": "Kiosk" }),
            _ => json!({ "uses_delegated_admin": "yes" }),
        };
        body
    };
    let filers = ["tailspin-global-admin", "contoso-admin-agent", "wingtip-admin-agent", "fabrikam-admin-agent"];
    let all = filers.iter().flat_map(|filer| issues.iter().map(|issue| (*filer, body(issue))));
    let all = futures_util::future::join_all(all.map(|(filer, body)| {
        let app = &app;
        async move { filed(app, filer, &body).await }
    }))
    .await;
    let to_grant = third_party();
    let granted = futures_util::future::join_all(filers.map(|filer| filed(&app, filer, &to_grant))).await;
    let (reviewer, lead) = (app.staff("reviewer"), app.staff("lead"));
    let steps = all.iter().enumerate().map(async |(place, request)| match place % 4 {
        0 => reviewer.deny(request).await.expect(200),
        1 => reviewer.step("claim", request, &json!({})).await.expect(200),
        2 => lead.ask(request).await.expect(200),
        _ => lead.step("claim", request, &json!({})).await.expect(200),
    });
    let checks = granted[..3].iter().enumerate().map(async |(place, request)| {
        let overturned = json!({ "outcome": "overturned", "reason": "the vendor says otherwise" });
        let body = if place == 0 { overturned } else { json!({ "outcome": "confirmed" }) };
        lead.step("after-check", request, &body).await.expect(200)
    });
    futures_util::future::join(futures_util::future::join_all(steps), futures_util::future::join_all(checks)).await;
    let mut owner = app.owner().await;
    let kept: (i64, i64, i64, i64, i64) = sqlx::query_as(
        "SELECT sum(requests)::bigint, sum(unclaimed)::bigint, sum(waiting)::bigint, sum(appeals + approved)::bigint, sum(after_checks)::bigint
         FROM queue_counts",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    let counted: (i64, i64, i64) = sqlx::query_as(
        "SELECT count(*), count(*) FILTER (WHERE r.status = 'in_review' AND c.request_id IS NULL), count(*) FILTER (WHERE r.status = 'waiting_for_partner')
         FROM requests AS r LEFT JOIN request_claims AS c ON c.request_id = r.id WHERE r.status IN ('in_review', 'waiting_for_partner')",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    let to_check: i64 = sqlx::query_scalar("SELECT count(*) FROM after_checks WHERE outcome IS NULL")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    assert_eq!(kept, (counted.0, counted.1, counted.2, 0, to_check));
    assert_eq!((counted, to_check), ((9, 0, 3), 1));
    for (tab, rows) in [("all", 9), ("waiting", 3), ("after_checks", 1)] {
        assert_eq!(lead.queue(&format!("tab={tab}")).await.len(), rows, "{tab}");
    }
}

#[actix_web::test]
async fn filters_narrow_a_part_and_nonsense_is_named() {
    let app = TestApp::start().await;
    let [one, two, three] = three(&app).await;
    let lead = app.staff("lead");
    let claimed = lead.claim(&two).await;
    assert_eq!(lead.queue("language=ja").await, names(&[&one]));
    assert_eq!(lead.queue(&format!("tenant={}", people::WINGTIP.id)).await, names(&[&three]));
    assert_eq!(lead.queue(&format!("assignee={}", text(&claimed["claim"]["by"]))).await, names(&[&two]));
    assert_eq!(lead.queue("issue=service_accounts").await, names(&[]));
    assert_eq!(lead.queue("age=1").await, names(&[]));
    app.wait(TimeDelta::days(1));
    let lead = app.staff("lead");
    assert_eq!(lead.queue("age=1&issue=other_technical_issue").await.len(), 3);
    let errors = lead.get("/api/v1/queue?tab=yours&language=fr&age=x&tenant=1").await.expect(422).errors();
    assert_eq!(
        errors,
        [
            "/tab queue_tab_unknown",
            "/tenant user_id_invalid",
            "/language queue_language_unknown",
            "/age queue_age_out_of_range"
        ]
    );
    let page = Browser::of_staff(&app, "reviewer").await.open("/queue?language=fr").await;
    assert!(page.0 == 200 && page.1.contains("Choose en or ja."));
}

#[actix_web::test]
async fn words_find_requests_in_both_languages_until_they_are_closed() {
    let app = TestApp::start().await;
    let [one, two, three] = three(&app).await;
    let lead = app.staff("lead");
    while read_texts(&app.desk.db).await.unwrap() {}
    for (words, found) in [
        ("キオスク", vec![&one]),
        ("第2要素", vec![&one]),
        ("ベンダー 端末", vec![&one]),
        ("powersh", vec![&two]),
        ("till screen", vec![&two]),
        ("contoso", vec![&two]),
        ("Wingtip toys", vec![&three]),
        (text(&one["reference"]), vec![&one]),
        ("端末 till", vec![]),
        ("!?", vec![]),
    ] {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", words).finish();
        assert_eq!(lead.queue(&query).await, names(&found), "{words}");
    }
    // The name that a partner gets is found too, and what was found by its old one no longer is.
    let mut owner = app.owner().await;
    sqlx::query("UPDATE partners SET name = '株式会社新社名' WHERE tenant = $1")
        .bind(people::CONTOSO.id)
        .execute(&mut owner)
        .await
        .unwrap();
    while read_texts(&app.desk.db).await.unwrap() {}
    assert_eq!(lead.queue("q=%E6%96%B0%E7%A4%BE").await, names(&[&two]));
    assert_eq!(lead.queue("q=contoso").await, names(&[]));
    lead.deny(&two).await.expect(200);
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM queue_texts").fetch_one(&mut owner).await.unwrap();
    assert_eq!(left, 2, "the words of what is closed are forgotten");
}

/// Makes `count` more open requests like `request`, each for an issue of its own, an hour apart; all are found by `often`, those
/// behind the first 6,100 by `late`, the last by `once`.
async fn many(app: &TestApp, request: &Value, count: i64) {
    let mut owner = app.owner().await;
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "DO $$ DECLARE names text := (SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
                 WHERE table_name = 'requests' AND is_generated = 'NEVER');
         BEGIN
             EXECUTE format('INSERT INTO requests (%1$s) SELECT %1$s FROM (SELECT (jsonb_populate_record(r, jsonb_build_object(
                 ''id'', gen_random_uuid(), ''reference'', ''TE-2027-'' || lpad(n::text, 6, ''0''), ''issue'', ''issue_'' || n,
                 ''due_at'', r.due_at + n * interval ''1 hour''))).*
                 FROM requests AS r, generate_series(1, {count}) AS n WHERE r.id = %2$L) AS more', names, '{}');
         END $$;
         UPDATE queue_texts AS t SET says = '', words = array_to_tsvector(array_remove(ARRAY['often',
             CASE WHEN n > 6100 THEN 'late' END, CASE WHEN n = {count} THEN 'once' END], NULL))
         FROM (SELECT id, row_number() OVER (ORDER BY due_at) - 1 AS n FROM requests) AS r WHERE r.id = t.request_id;
         ANALYZE queue_texts",
        text(&request["id"])
    )))
    .execute(&mut owner)
    .await
    .unwrap();
}

#[actix_web::test]
async fn frequent_and_rare_words_find_every_request_once_in_the_queues_order() {
    let app = TestApp::start().await;
    let [one, two, three] = three(&app).await;
    for other in [two, three] {
        app.staff("reviewer").deny(&other).await.expect(200);
    }
    let count = 8500;
    many(&app, &one, count).await;
    let mut owner = app.owner().await;
    let reader = person();
    for (search, condition) in [
        ("often", "words @@ 'often'"),
        ("often late", "words @@ 'late'"),
        ("once", "words @@ 'once'"),
        ("often once", "words @@ 'once'"),
        ("often never", "false"),
    ] {
        let expected: Vec<Uuid> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "SELECT request_id FROM queue_texts JOIN queue_entries USING (request_id) WHERE {condition} ORDER BY due_at, request_id"
        )))
        .fetch_all(&mut owner)
        .await
        .unwrap();
        let filter = Filter { search: Some(search.to_owned()), ..Filter::default() };
        let mut tx = app.desk.db.staff().await.unwrap();
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let part = page(&mut tx, &reader, &filter, after, 700, app.clock.now()).await.unwrap();
            found.extend(part.iter().map(|entry| entry.id));
            let Some(last) = part.last() else { break };
            after = Some(last.cursor());
        }
        assert_eq!(found, expected, "{search}");
    }
}

/// Somebody who reads.
fn person() -> Person {
    Person {
        tenant: TenantId(people::OPERATIONS.id),
        object_id: ObjectId(people::OPERATIONS.id),
        name: String::new(),
        roles: BTreeSet::new(),
        partner_roles: BTreeSet::new(),
        mfa: true,
        operator: true,
        until: DateTime::<Utc>::MAX_UTC,
    }
}

#[actix_web::test]
async fn what_is_granted_at_once_is_shown_and_found_in_its_own_part_alone_until_it_is_checked() {
    let app = TestApp::start().await;
    let [one, ..] = three(&app).await;
    let granted = filed(&app, "tailspin-global-admin", &third_party()).await;
    let later = filed(&app, "contoso-admin-agent", &third_party()).await;
    let lead = app.staff("lead");
    for tab in ["all", "unclaimed", "breached", "mine", "appeals", "second_approvals", "waiting"] {
        assert!(!lead.queue(&format!("tab={tab}")).await.contains(&text(&granted["reference"]).to_owned()), "{tab}");
    }
    assert_eq!(lead.queue("tab=after_checks").await, names(&[&granted, &later]));
    while read_texts(&app.desk.db).await.unwrap() {}
    let reference = format!("tab=after_checks&q={}", text(&granted["reference"]));
    let tenant = format!("tab=after_checks&tenant={}", people::TAILSPIN.id);
    for (query, found) in [
        ("tab=after_checks&q=contoso", vec![&later]),
        (&*reference, vec![&granted]),
        (&*tenant, vec![&granted]),
        ("tab=after_checks&issue=other_technical_issue", vec![]),
    ] {
        assert_eq!(lead.queue(query).await, names(&found), "{query}");
    }
    assert_eq!(lead.queue(&format!("q={}", text(&granted["reference"]))).await, names(&[]));
    assert_eq!(lead.queue(&format!("q={}", text(&one["reference"]))).await, names(&[&one]));
    let first = lead.get("/api/v1/queue?tab=after_checks&limit=1").await.expect(200);
    let next = first.header("link").split(['<', '>']).nth(1).unwrap().to_owned();
    assert_eq!(first.json()["items"][0]["after_check"]["outcome"], Value::Null);
    assert_eq!(lead.get(&next).await.expect(200).json()["items"][0]["reference"], later["reference"]);
    lead.step("after-check", &granted, &json!({ "outcome": "confirmed" })).await.expect(200);
    assert_eq!(lead.queue("tab=after_checks").await, names(&[&later]));
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM queue_texts WHERE request_id = $1::uuid")
        .bind(text(&granted["id"]))
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(left, 0, "the words of what is checked are forgotten");
}

#[actix_web::test]
async fn the_next_request_is_in_a_language_that_the_reviewer_reads() {
    let app = TestApp::start().await;
    let [one, two, _] = three(&app).await;
    let mut page = Browser::of_staff(&app, "reviewer").await;
    assert!(page.open("/queue").await.1.contains("Work on the next request"));
    let (status, to) = page.submit("/queue/wishes", &[("languages", "ja"), ("shortcuts", "off")]).await;
    assert_eq!((status, to.as_str()), (303, "/queue"));
    assert!(!page.open("/queue").await.1.contains("data-shortcuts"));
    let (_, to) = page.submit("/queue/next", &[]).await;
    assert_eq!(to, format!("/review/{}", text(&one["reference"])));
    assert_eq!(page.submit("/queue/next", &[]).await.1, "/queue?none=1");
    assert!(page.open("/queue?none=1").await.1.contains("Nothing is left for you"));
    // Somebody else is led past it.
    let mut other = Browser::of_staff(&app, "reviewer-2").await;
    let (_, to) = other.submit("/queue/next", &[]).await;
    assert_ne!(to, format!("/review/{}", text(&one["reference"])));
    assert!(page.open("/queue?tab=mine").await.1.contains("You, until"));
    assert!(!page.open("/queue?tab=mine").await.1.contains(text(&two["reference"])));
}

#[actix_web::test]
async fn a_reviewer_keeps_views_of_their_own() {
    let app = TestApp::start().await;
    let mut page = Browser::of_staff(&app, "reviewer").await;
    let form = [("query", "tab=appeals&language=ja&x=1"), ("name", "異議（日本語）")];
    assert_eq!(page.submit("/queue/views", &form).await.1, "/queue?tab=appeals&language=ja");
    let html = page.open("/queue").await.1;
    assert!(html.contains("異議（日本語）") && html.contains("tab=appeals"), "{html}");
    let mut other = Browser::of_staff(&app, "reviewer-2").await;
    assert!(!other.open("/queue").await.1.contains("異議（日本語）"));
    let path = html.split(r#"action="/queue/views/"#).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let path = format!("/queue/views/{path}");
    assert_eq!(other.submit(&path, &[]).await.0, 404);
    assert_eq!(page.submit(&path, &[]).await.0, 303);
    assert!(!page.open("/queue").await.1.contains("異議（日本語）"));
}

#[actix_web::test]
async fn auditors_read_the_queue_and_work_on_nothing() {
    let app = TestApp::start().await;
    let [one, ..] = three(&app).await;
    let mut page = Browser::of_staff(&app, "auditor").await;
    let html = page.open("/queue").await.1;
    assert!(html.contains(text(&one["reference"])) && !html.contains("/queue/next"));
    assert_eq!(page.submit("/queue/next", &[]).await.0, 403);
}
