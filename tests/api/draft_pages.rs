//! The form step by step: nothing typed is lost, nothing silently overwritten, nothing filed twice.

use crate::actors::USER;
use crate::app::TestApp;
use crate::browser::Browser;
use crate::walk::{CONTACT, ISSUE, OTHER_QUESTIONS, QUESTIONS, WHO, hidden};
use base64::Engine as _;
use exception_desk_demo::people;

const OTHER: &str = "other_technical_issue";

fn id_of(persona: &str) -> String {
    people::persona(persona).unwrap().object_id.to_string()
}

#[actix_web::test]
async fn what_is_typed_is_saved_even_with_errors_and_found_again() {
    let app = TestApp::start().await;
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let draft = partner.begin(OTHER).await;
    let wrong = [("contact_name", "IT & <team>"), ("contact_email", "nobody"), ("language", "ja")];
    let (status, page) = partner.press(&draft, "contact", &wrong, "continue").await;
    assert_eq!(status, 422);
    for part in
        ["<title>Error: ", "href=\"#contact_email\"", "value=\"nobody\"", "IT &#38; &#60;team&#62;", "Step 6 of 6"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    // Another browser, another session of the same person.
    let mut later = Browser::of(&app, "tailspin-global-admin").await;
    let (_, list) = later.open("/support/requests").await;
    assert!(
        list.contains(&format!("href=\"{draft}\"")) && list.contains(&format!("href=\"{draft}/delete\"")),
        "{list}"
    );
    assert!(later.open(&format!("{draft}/contact")).await.1.contains("value=\"nobody\""));
    assert!(later.open("/").await.1.contains(&draft), "home reminds of it");
    // "Continue" leads to the first step on which something is wrong.
    let answer = later.get(&format!("{}{draft}", app.base)).await;
    assert_eq!(answer.headers()["location"], format!("{draft}/questions"));
    let mut colleague = Browser::of(&app, "tailspin-admin-agent").await;
    assert_eq!(colleague.open(&format!("{draft}/contact")).await.0, 404);
    assert!(!colleague.open("/support/requests").await.1.contains(&draft));
}

#[actix_web::test]
async fn finishing_later_asks_for_nothing() {
    let app = TestApp::start().await;
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let draft = partner.begin(OTHER).await;
    let (status, at) = partner.press(&draft, "questions", &[("title", "Half a")], "later").await;
    assert_eq!((status, at.as_str()), (303, "/support/requests?kept=1"));
    assert!(partner.open(&at).await.1.contains("Half a"));
}

#[actix_web::test]
async fn an_answer_that_decides_is_told_at_once_and_can_be_gone_on_from() {
    let app = TestApp::start().await;
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let draft = partner.begin("exchange_online_powershell").await;
    let (_, page) = partner.open(&format!("{draft}/questions")).await;
    assert!(!page.contains("An exception is unlikely") && page.contains("answers_other_services_prompt"), "{page}");
    let typed = [("answers_needs_existing_module", "no"), ("title", "t"), ("description", "d")];
    let (status, page) = partner.press(&draft, "questions", &typed, "continue").await;
    assert_eq!(status, 200);
    assert!(
        page.contains("An exception is unlikely") && page.contains("Do the work with tools that support MFA"),
        "{page}"
    );
    assert!(!page.contains("answers_other_services_prompt"), "what no longer matters is not asked");
    let (status, at) = partner.press(&draft, "questions", &typed, "continue").await;
    assert_eq!((status, at), (303, format!("{draft}/who")));

    let early = partner.begin("more_time_for_agents").await;
    let (_, page) = partner.open(&format!("{early}/questions")).await;
    assert!(page.contains("An exception is unlikely") && page.contains("Plan the rollout"), "{page}");
    let (_, page) = partner.press(&early, "questions", &[], "continue").await;
    assert!(page.contains("href=\"#title\""), "it was told before, so the form goes on to what is missing: {page}");
}

#[actix_web::test]
async fn every_question_that_lacks_an_answer_is_named_at_once() {
    let app = TestApp::start().await;
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let draft = partner.begin(ISSUE).await;
    let (status, page) = partner.press(&draft, "questions", &[("answers_vendor_asked", "yes")], "continue").await;
    assert_eq!(status, 422);
    for name in ["mfa_enforced_for_users", "claim_can_be_sent", "integration"] {
        assert!(page.contains(&format!("href=\"#answers_{name}-1\"")), "{name}: {page}");
    }
}

#[actix_web::test]
async fn another_issue_keeps_the_answers_and_does_not_send_them() {
    let app = TestApp::start().await;
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let draft = partner.fill(ISSUE, QUESTIONS).await;
    assert_eq!(partner.step(&draft, "issue", &[("issue", OTHER)]).await.0, 303);
    let (_, page) = partner.open(&format!("{draft}/questions")).await;
    assert!(page.contains("answers_workaround_exists") && !page.contains("answers_vendor"), "{page}");
    assert_eq!(partner.step(&draft, "questions", OTHER_QUESTIONS).await.0, 303);
    assert_eq!(partner.step(&draft, "issue", &[("issue", ISSUE)]).await.0, 303);
    assert!(partner.open(&format!("{draft}/questions")).await.1.contains("Proseware"), "nothing is lost");
    assert_eq!(partner.step(&draft, "issue", &[("issue", OTHER)]).await.0, 303);
    let (_, request) = partner.submit_draft(&draft).await;
    let filed = app.actor("tailspin-global-admin").get("/api/v1/requests").await.expect(200).json();
    assert_eq!(filed["items"][0]["issue"], OTHER, "{request}");
    assert!(filed["items"][0]["answers"].get("vendor").is_none(), "{filed}");
}

#[actix_web::test]
async fn the_check_tells_what_will_happen_and_leads_to_what_is_missing() {
    let app = TestApp::start().await;
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let draft = partner.begin(ISSUE).await;
    let (_, page) = partner.open(&format!("{draft}/check")).await;
    assert!(page.contains("cannot be submitted yet") && !page.contains("right after you submit"), "{page}");
    assert!(page.contains(&format!("{draft}/questions?from=check#title")), "{page}");
    let (status, page) = partner.submit_draft(&draft).await;
    assert_eq!(status, 422, "the button may be pressed, and explains");
    assert!(page.contains("<title>Error: "), "{page}");

    let draft = partner.fill(ISSUE, QUESTIONS).await;
    assert!(partner.open(&format!("{draft}/check")).await.1.contains("This request will be granted at once"));
    partner.step(&draft, "questions", &[("answers_vendor_asked", "no")]).await;
    assert!(partner.open(&format!("{draft}/check")).await.1.contains("This request will not be accepted"));
    let draft = partner.fill(OTHER, OTHER_QUESTIONS).await;
    // Three business days from Tuesday, 10:00, in Japan.
    let (_, page) = partner.open(&format!("{draft}/check")).await;
    assert!(page.contains("A person will decide") && page.contains("by Fri 27 Nov 2026, 10:00 (Japan time)"), "{page}");
}

#[actix_web::test]
async fn changing_an_answer_leads_back_to_the_check() {
    let app = TestApp::start().await;
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let draft = partner.fill(ISSUE, QUESTIONS).await;
    let (_, page) = partner.open(&format!("{draft}/contact?from=check")).await;
    assert_eq!(hidden(&page, "from"), "check");
    let mut typed = CONTACT.to_vec();
    let seen = hidden(&page, "seen");
    typed.extend([("from", "check"), ("seen", seen.as_str())]);
    let (status, at) = partner.submit(&format!("{draft}/contact"), &typed).await;
    assert_eq!((status, at), (303, format!("{draft}/check")));
}

#[actix_web::test]
async fn pressing_submit_twice_leads_to_the_one_request() {
    let app = TestApp::start().await;
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    for (issue, questions) in [(ISSUE, QUESTIONS), (OTHER, OTHER_QUESTIONS)] {
        let draft = partner.fill(issue, questions).await;
        let (_, page) = partner.open(&format!("{draft}/check")).await;
        let version = hidden(&page, "version");
        let path = format!("{draft}/check");
        let mut other = partner.clone();
        let form = [("version", version.as_str())];
        let (one, two) = futures_util::future::join(partner.submit(&path, &form), other.submit(&path, &form)).await;
        assert_eq!(one, two, "{issue}");
        assert_eq!(one.0, 303, "{}", one.1);
        assert_eq!(partner.submit(&path, &form).await, one, "and later too");
        assert_eq!(partner.open(&path).await.0, 404, "the draft is gone");
    }
}

#[actix_web::test]
async fn two_windows_never_overwrite_each_other_silently() {
    let app = TestApp::start().await;
    let mut one = Browser::of(&app, "tailspin-global-admin").await;
    let draft = one.begin(OTHER).await;
    let mut two = one.clone();
    let (seen_by_one, seen_by_two) = (one.carried(&draft, "contact").await, two.carried(&draft, "contact").await);
    let first = [("contact_name", "First"), ("contact_email", "a@a.example"), ("language", "en")];
    assert_eq!(one.send_step(&draft, "contact", &seen_by_one, &first, "continue").await.0, 303);
    let second = [("contact_name", "Second"), ("contact_email", "b@b.example"), ("language", "en")];
    let (status, page) = two.send_step(&draft, "contact", &seen_by_two, &second, "continue").await;
    assert_eq!(status, 412);
    assert!(page.contains("value=\"Second\"") && page.contains("changed elsewhere"), "{page}");
    assert!(one.open(&format!("{draft}/contact")).await.1.contains("value=\"First\""));
    // Having seen that, whoever presses again means it; and another step was never in the way.
    let again: Vec<_> = ["seen", "resume"].map(|name| (name.to_owned(), hidden(&page, name))).into();
    assert_eq!(two.send_step(&draft, "contact", &again, &second, "continue").await.0, 303);
    let (_, check) = one.open(&format!("{draft}/check")).await;
    let version = hidden(&check, "version");
    assert_eq!(two.step(&draft, "questions", OTHER_QUESTIONS).await.0, 303);
    let (status, page) = one.submit(&format!("{draft}/check"), &[("version", &version)]).await;
    assert_eq!(status, 412);
    assert!(page.contains("changed since you opened this page"), "{page}");
}

#[actix_web::test]
async fn a_page_sent_after_the_session_ended_is_kept_for_its_owner_alone() {
    let app = TestApp::start().await;
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let draft = partner.begin(OTHER).await;
    let carried = partner.carried(&draft, "questions").await;
    app.wait(chrono::TimeDelta::hours(11));
    let (status, page) = partner.send_step(&draft, "questions", &carried, OTHER_QUESTIONS, "continue").await;
    assert_eq!(status, 401);
    assert!(page.contains("What you entered is kept") && !page.contains("Kiosk"), "{page}");
    let back = format!("return_to=%2Fsupport%2Fdrafts%2F{}%2Fquestions", draft.rsplit('/').next().unwrap());
    assert!(page.contains(&back), "{page}");

    let mut colleague = Browser::of(&app, "tailspin-admin-agent").await;
    assert_eq!(colleague.open(&format!("{draft}/questions")).await.0, 404);
    let found = partner.sign_in("tailspin-global-admin", &format!("{draft}/questions")).await.text().await.unwrap();
    assert!(found.contains("The kiosk cannot show the prompt.") && found.contains("not saved yet"), "{found}");
    let (_, check) = partner.open(&format!("{draft}/check")).await;
    assert!(check.contains("would not be submitted"), "it is never taken unseen: {check}");
    assert_eq!(partner.step(&draft, "questions", OTHER_QUESTIONS).await.0, 303);
    let (_, page) = partner.open(&format!("{draft}/questions")).await;
    assert!(page.contains("The kiosk cannot show the prompt.") && !page.contains("not saved yet"), "{page}");
}

#[actix_web::test]
async fn without_the_mark_of_a_page_that_was_shown_nothing_is_kept() {
    let app = TestApp::start().await;
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let (draft, another) = (partner.begin(OTHER).await, partner.begin(ISSUE).await);
    let mark = partner.carried(&another, "questions").await;
    let old = partner.carried(&draft, "questions").await;
    let mut nobody = Browser::new(&app);
    let typed = [("title", "planted")];
    for carried in [Vec::new(), vec![("resume".to_owned(), "AAAA".to_owned())], mark] {
        let (status, page) = nobody.send_step(&draft, "questions", &carried, &typed, "continue").await;
        assert_eq!(status, 401);
        assert!(!page.contains("What you entered is kept"), "{carried:?}");
    }
    app.wait(chrono::TimeDelta::hours(25));
    let (_, page) = nobody.send_step(&draft, "questions", &old, &typed, "continue").await;
    assert!(!page.contains("What you entered is kept"), "a day later the mark has ended");
    partner.sign_in("tailspin-global-admin", "/help").await;
    assert!(!partner.open(&format!("{draft}/questions")).await.1.contains("planted"));
}

#[actix_web::test]
async fn a_mark_that_was_changed_made_up_or_is_sent_by_somebody_else_keeps_nothing() {
    let app = TestApp::start().await;
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let draft = partner.begin(OTHER).await;
    let carried = partner.carried(&draft, "questions").await;
    let mark = carried.iter().find(|(name, _)| name == "resume").unwrap().1.clone();
    let owner = people::persona("tailspin-global-admin").unwrap().object_id;
    let made_up = serde_json::json!({ "draft": draft.rsplit('/').next().unwrap(), "tenant": people::TAILSPIN.id, "owner": owner,
        "until": "2030-01-01T00:00:00Z" });
    let made_up = base64::engine::general_purpose::STANDARD.encode(made_up.to_string());
    let changed = |at: usize| {
        let mut bytes = mark.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    };
    let typed = [("title", "planted")];
    let sent = |mark: String| [("resume".to_owned(), mark)];
    let mut nobody = Browser::new(&app);
    for mark in [changed(0), changed(mark.len() / 2), mark[..mark.len() - 4].to_owned(), made_up] {
        let (status, page) = nobody.send_step(&draft, "questions", &sent(mark.clone()), &typed, "continue").await;
        assert_eq!(status, 401);
        assert!(!page.contains("What you entered is kept"), "{mark}");
    }
    // Whoever is signed in is answered as themselves, whatever mark they found.
    for (persona, refused) in
        [("tailspin-admin-agent", 404), ("tailspin-sales-agent", 403), ("wingtip-admin-agent", 404)]
    {
        let mut other = Browser::of(&app, persona).await;
        let (status, page) = other.send_step(&draft, "questions", &sent(mark.clone()), &typed, "continue").await;
        assert_eq!(status, refused, "{persona}");
        assert!(!page.contains("What you entered is kept"), "{persona}: {page}");
    }
    let pending: i64 =
        sqlx::query_scalar("SELECT count(pending) FROM drafts").fetch_one(&mut app.owner().await).await.unwrap();
    assert_eq!(pending, 0);
    // The mark itself holds, without a session.
    let (_, page) = nobody.send_step(&draft, "questions", &sent(mark), &typed, "continue").await;
    assert!(page.contains("What you entered is kept"), "{page}");
}

#[actix_web::test]
async fn colleagues_are_picked_by_name_and_the_reviewer_reads_it() {
    let app = TestApp::start().await;
    let colleague = id_of("tailspin-helpdesk-agent");
    for persona in ["tailspin-helpdesk-agent", "wingtip-admin-agent", "reviewer"] {
        Browser::of(&app, persona).await;
    }
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let draft = partner.fill(OTHER, OTHER_QUESTIONS).await;
    let (_, page) = partner.open(&format!("{draft}/who")).await;
    assert!(page.contains(&colleague) && !page.contains(&id_of("wingtip-admin-agent")), "{page}");
    let stranger = id_of("wingtip-admin-agent");
    let picked =
        [("scope_subjects_kind", "users"), ("colleagues", &colleague), ("colleagues", &stranger), ("add_me", "yes")];
    assert_eq!(partner.step(&draft, "who", &picked).await.0, 303);
    let (_, page) = partner.open(&format!("{draft}/who")).await;
    assert!(
        page.contains(&format!("{}\n{colleague}</textarea>", id_of("tailspin-global-admin"))),
        "nobody of another tenant: {page}"
    );
    let (_, request) = partner.submit_draft(&draft).await;
    let name = people::persona("tailspin-helpdesk-agent").unwrap().name;
    assert!(partner.open(&request).await.1.contains(name));
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    let (_, page) = reviewer.open(&request.replace("/support/requests/", "/review/")).await;
    assert!(page.contains(name), "{page}");
    // Names are kept for half a year after the last sign-in.
    let now = app.wait(chrono::TimeDelta::days(181));
    exception_desk::identity::people::sweep(&app.desk.db, now).await.unwrap();
    let mut later = Browser::of(&app, "tailspin-global-admin").await;
    let draft = later.begin(ISSUE).await;
    assert!(!later.open(&format!("{draft}/who")).await.1.contains(&colleague));
}

#[actix_web::test]
async fn a_directory_export_adds_its_users_and_names_what_it_leaves_out() {
    let app = TestApp::start().await;
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let draft = partner.begin(OTHER).await;
    let second = id_of("tailspin-helpdesk-agent");
    let text =
        format!("表示名;オブジェクト ID\r\n佐藤 花子;{second}\r\n鈴木 <一郎>;not-an-id\r\n佐藤 花子;{second}\r\n");
    let (file, _, _) = encoding_rs::SHIFT_JIS.encode(&text);
    let (status, page) = partner.upload(&draft, WHO, &file, "continue").await;
    assert_eq!(status, 422, "{page}");
    for part in [
        "1 row has no valid object ID",
        "鈴木 &#60;一郎&#62;",
        "not-an-id",
        "Same user as on line 2",
        "1 user was added",
        "佐藤 花子",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(page.contains(&format!("{USER}\n{second}")), "the good rows are in the list: {page}");
    let good = format!("objectId,displayName\n{second},Sato\n{},Ito\n", id_of("tailspin-admin-agent"));
    let typed = [("scope_subjects_kind", "users"), ("scope_subjects_object_ids", second.as_str())];
    let (status, at) = partner.upload(&draft, &typed, good.as_bytes(), "continue").await;
    assert_eq!(
        (status, at.as_str()),
        (303, format!("{draft}/who?added=1").as_str()),
        "the list is shown before the form goes on"
    );
    let (_, page) = partner.open(&at).await;
    assert!(page.contains("2 users in this request") && page.contains("Ito"), "{page}");
    let (status, page) = partner.upload(&draft, &typed, b"a,b\n1,2\n", "add").await;
    assert_eq!(status, 422);
    assert!(page.contains("no column of object IDs"), "{page}");
    let (status, _) = partner.upload(&draft, &typed, &vec![b'x'; 3 << 20], "add").await;
    assert_eq!(status, 413);
}

#[actix_web::test]
async fn ids_are_read_however_they_are_pasted_and_bad_ones_named_by_line() {
    let app = TestApp::start().await;
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let draft = partner.begin(OTHER).await;
    let pasted = format!("{USER}, {};\r\n\r\nTanaka\r\n{}", id_of("tailspin-admin-agent"), USER.to_uppercase());
    let typed = [("scope_subjects_kind", "users"), ("scope_subjects_object_ids", pasted.as_str())];
    let (status, page) = partner.press(&draft, "who", &typed, "continue").await;
    assert_eq!(status, 422);
    for part in ["Line 3 (“Tanaka”)", "This is not an object ID", "Same user as on line 1", "2 users in this request"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[actix_web::test]
async fn an_open_request_is_led_to_before_everything_is_filled_in() {
    let app = TestApp::start().await;
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let early = partner.begin(OTHER).await;
    let open = partner.file(OTHER, OTHER_QUESTIONS).await;
    let (status, page) = partner.submit("/support/requests/new", &[("issue", OTHER)]).await;
    assert_eq!(status, 409);
    assert!(page.contains(&format!("href=\"{open}\"")), "{page}");
    assert!(partner.open(&format!("{early}/questions")).await.1.contains(&format!("href=\"{open}\"")));
    // Another's filing of the same organisation counts too.
    let mut colleague = Browser::of(&app, "tailspin-admin-agent").await;
    assert_eq!(colleague.submit("/support/requests/new", &[("issue", OTHER)]).await.0, 409);
}

#[actix_web::test]
async fn a_draft_is_deleted_after_a_question_and_only_as_it_was_seen() {
    let app = TestApp::start().await;
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let draft = partner.begin(OTHER).await;
    let (_, page) = partner.open(&format!("{draft}/delete")).await;
    let version = hidden(&page, "version");
    partner.step(&draft, "contact", CONTACT).await;
    let path = format!("{draft}/delete");
    assert_eq!(partner.submit(&path, &[("version", &version)]).await.0, 412);
    let (_, page) = partner.open(&path).await;
    let (status, at) = partner.submit(&path, &[("version", &hidden(&page, "version"))]).await;
    assert_eq!((status, at.as_str()), (303, "/support/requests"));
    assert_eq!(partner.open(&path).await.0, 404);
    assert!(partner.open("/support/requests").await.1.contains("No requests yet"));
}

#[actix_web::test]
async fn the_answers_of_the_check_come_along_and_nothing_else_does() {
    let app = TestApp::start().await;
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let link =
        "/support/requests/new?issue=service_accounts&answers_uses_delegated_admin=no&title=x&scope_subjects_kind=all";
    let (_, page) = partner.open(link).await;
    assert!(page.contains("are kept") && page.contains("value=\"service_accounts\" checked"), "{page}");
    assert!(!page.contains("name=\"title\"") && !page.contains("name=\"scope_subjects"), "{page}");
    let sent = [("issue", "service_accounts"), ("answers_uses_delegated_admin", "no"), ("title", "x")];
    let (_, at) = partner.submit("/support/requests/new", &sent).await;
    let (_, page) = partner.open(&at).await;
    assert!(page.contains("value=\"no\" checked") && !page.contains("value=\"x\""), "{page}");
    assert!(page.contains("An exception is unlikely"), "{page}");
}

#[actix_web::test]
async fn names_do_not_reach_whoever_may_not_see_the_users() {
    let app = TestApp::start().await;
    // The Admin Agent passes no MFA either; the Global Admin filed.
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let draft = partner.fill(ISSUE, QUESTIONS).await;
    let file = format!("id,displayName\n{USER},Hanako Sato\n");
    partner.upload(&draft, WHO, file.as_bytes(), "add").await;
    let (_, request) = partner.submit_draft(&draft).await;
    assert!(partner.open(&request).await.1.contains("Hanako Sato"));
    assert!(partner.open(&request.replace("/support/requests/", "/exceptions/")).await.1.contains("Hanako Sato"));
    let mut colleague = Browser::of(&app, "tailspin-admin-agent").await;
    for path in [request.clone(), request.replace("/support/requests/", "/exceptions/")] {
        let (status, page) = colleague.open(&path).await;
        assert!(status == 200 && !page.contains("Hanako Sato"), "{page}");
    }
}
