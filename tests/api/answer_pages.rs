//! The pages of what partner and reviewer do after a request was filed: asking, replying, appealing, reopening, ending.

use crate::actors::{more_time, other, text, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use exception_desk::intake::tend_waiting_at;
use serde_json::Value;

async fn partner(app: &TestApp) -> Browser<'_> {
    let mut browser = Browser::new(app);
    browser.sign_in("tailspin-global-admin", "/help").await;
    browser
}

async fn filed(app: &TestApp, body: &Value) -> Value {
    app.actor("tailspin-global-admin").file(body).await.expect(201).json()
}

#[actix_web::test]
async fn a_reviewer_asks_on_the_page_and_the_partner_replies_on_its_own() {
    let app = TestApp::start().await;
    let request = filed(&app, &other()).await;
    let (review, own) = (
        format!("/review/{}", text(&request["reference"])),
        format!("/support/requests/{}", text(&request["reference"])),
    );
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    let ask = format!("{review}/ask");
    let (status, page) = reviewer.submit(&ask, &[("version", "1"), ("question", " ")]).await;
    assert!(status == 422 && page.contains("href=\"#question\""), "{page}");
    let (status, page) = reviewer.submit(&ask, &[("version", "7"), ("question", "kept <as> typed")]).await;
    assert!(status == 412 && page.contains("kept &#60;as&#62; typed"), "{page}");
    let (status, leads_to) = reviewer.submit(&ask, &[("version", "1"), ("question", "Which ki\u{202E}osk?")]).await;
    assert_eq!((status, leads_to.as_str()), (303, review.as_str()));
    let (_, page) = reviewer.open(&review).await;
    assert!(page.contains("Waiting for partner") && !page.contains("name=\"question\""), "{page}");
    assert!(reviewer.open("/queue").await.1.contains("27 h (paused)"));

    let mut partner = partner(&app).await;
    let (_, page) = partner.open(&own).await;
    for part in [
        "We need an answer from you",
        "Which ki<span class=\"unseen\">␣U+202E</span>osk?",
        "Tue 8 Dec 2026, 10:00",
        "/reply\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("Weber"), "no partner reads who asked");
    let mut broad = third_party();
    broad["scope"]["duration_days"] = 120.into();
    let broad = filed(&app, &broad).await;
    let (_, home) = partner.open("/").await;
    let [ours, theirs] = ["Answer our question about", "nothing to do"].map(|part| home.find(part));
    assert!(ours.is_some() && ours < theirs && home.contains("Reply by <time"), "{home}");
    assert!(home.rfind(text(&broad["reference"])) > theirs, "what is in review waits for us: {home}");
    let reply = format!("{own}/reply");
    assert!(partner.open(&reply).await.1.contains("Tue 8 Dec 2026, 10:00"));
    let (status, page) = partner.submit(&reply, &[("version", "2"), ("text", "")]).await;
    assert!(status == 422 && page.contains("href=\"#text\""), "{page}");
    let (status, page) = partner.submit(&reply, &[("version", "1"), ("text", "大阪の<端末>です。")]).await;
    assert!(status == 412 && page.contains("大阪の&#60;端末&#62;です。"), "{page}");
    let (status, _) = partner.submit(&reply, &[("version", "2"), ("text", "大阪の<端末>です。")]).await;
    assert_eq!(status, 303);
    let (_, page) = partner.open(&own).await;
    assert!(
        page.contains("<blockquote class=\"quoted\" dir=\"auto\" lang=\"en\">大阪の&#60;端末&#62;です。</blockquote>"),
        "{page}"
    );
    let (status, page) = partner.open(&reply).await;
    assert!(status == 409 && page.contains(&format!("href=\"{own}\"")), "{page}");
    let (_, page) = reviewer.open(&review).await;
    assert!(page.contains("大阪の&#60;端末&#62;です。") && page.contains("Hannah Weber"), "{page}");
}

#[actix_web::test]
async fn a_denial_says_until_when_one_can_appeal_and_the_review_page_that_it_is_an_appeal() {
    let app = TestApp::start().await;
    let request = filed(&app, &more_time()).await;
    let own = format!("/support/requests/{}", text(&request["reference"]));
    let mut partner = partner(&app).await;
    let (_, page) = partner.open(&own).await;
    assert!(page.contains("You can appeal until Thu 24 Dec 2026, 10:00 (Japan time)"), "{page}");
    let appeal = format!("{own}/appeal");
    assert!(partner.open(&appeal).await.1.contains("until Thu 24 Dec 2026, 10:00"));
    assert_eq!(partner.submit(&appeal, &[("version", "1"), ("reason", "")]).await.0, 422);
    assert_eq!(partner.submit(&appeal, &[("version", "1"), ("reason", "It is about kiosks.")]).await.0, 303);
    let (_, page) = partner.open(&own).await;
    for part in [
        "Another person looks at the request anew.",
        "It is about kiosks.",
        "The policy did not accept the request on Tue 24 Nov 2026",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(partner.open(&appeal).await.0, 409);

    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    assert!(reviewer.open("/queue").await.1.contains("</svg>Appeal</span>"));
    let review = format!("/review/{}", text(&request["reference"]));
    let (_, page) = reviewer.open(&review).await;
    for part in ["This is an appeal", "It is about kiosks.", "The policy, Tue 24 Nov 2026"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let now = app.staff("reviewer").read(&request).await;
    app.staff("reviewer").deny(&now).await.expect(200);
    let (_, page) = partner.open(&own).await;
    assert!(page.contains("The first answer stands") && !page.contains(&appeal), "{page}");
}

#[actix_web::test]
async fn who_denied_finds_no_form_on_the_appeal() {
    let app = TestApp::start().await;
    let request = filed(&app, &other()).await;
    let denied = app.staff("reviewer").deny(&request).await.expect(200).json();
    app.actor("tailspin-global-admin").appeal(&denied).await.expect(200);
    let review = format!("/review/{}", text(&request["reference"]));
    let mut who_denied = Browser::of_staff(&app, "reviewer").await;
    let (_, page) = who_denied.open(&review).await;
    let form = format!("{review}/decide\"");
    assert!(page.contains("You denied this request") && !page.contains(&form), "{page}");
    assert!(Browser::of_staff(&app, "reviewer-2").await.open(&review).await.1.contains(&form));
}

#[actix_web::test]
async fn what_was_withdrawn_by_itself_says_so_and_can_be_reopened() {
    let app = TestApp::start().await;
    let request = filed(&app, &other()).await;
    let waiting = app.staff("reviewer").ask(&request).await.expect(200).json();
    app.clock.set(text(&waiting["waiting_until"]).parse().unwrap());
    tend_waiting_at(&app.desk, app.clock.now()).await.unwrap();
    let own = format!("/support/requests/{}", text(&request["reference"]));
    let mut partner = partner(&app).await;
    let (_, page) = partner.open(&own).await;
    for part in ["withdrawn automatically", "You can reopen the request until", "/reopen\"", "Automatic"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let reopen = format!("{own}/reopen");
    assert_eq!(partner.open(&reopen).await.0, 200);
    assert_eq!(partner.submit(&reopen, &[("version", "3")]).await.0, 303);
    assert!(partner.open(&own).await.1.contains("We need an answer from you"));
    assert_eq!(partner.open(&reopen).await.0, 409);
    assert_eq!(partner.open(&format!("{own}/no-such-step")).await.0, 404);
}

#[actix_web::test]
async fn a_partner_ends_its_exception_on_a_page_and_a_lead_sees_the_alarm() {
    let app = TestApp::start().await;
    let request = filed(&app, &third_party()).await;
    let own = format!("/exceptions/{}", text(&request["reference"]));
    let mut partner = partner(&app).await;
    let (_, page) = partner.open(&own).await;
    assert!(page.contains(&format!("{own}/end\"")) && page.contains(&format!("{own}/not-us\"")), "{page}");
    assert_eq!(partner.open(&format!("{own}/end")).await.0, 200);
    assert_eq!(partner.open(&format!("{own}/renew")).await.0, 200);
    let (status, draft) = partner.submit(&format!("{own}/renew"), &[]).await;
    assert_eq!(status, 303);
    assert_eq!(partner.open(&draft).await.0, 200, "{draft}");
    let not_us = format!("{own}/not-us");
    assert!(partner.open(&not_us).await.1.contains("the lead reviewers of this desk are alerted"));
    assert_eq!(partner.submit(&not_us, &[("version", "7")]).await.0, 412);
    assert_eq!(partner.submit(&not_us, &[("version", "1")]).await.0, 303);
    let (_, page) = partner.open(&own).await;
    assert!(page.contains("did not ask for this exception") && !page.contains(&not_us), "{page}");
    assert_eq!(partner.open(&format!("{own}/end")).await.0, 409);
    let mut lead = Browser::of_staff(&app, "lead").await;
    assert!(lead.open("/").await.1.contains("says that it did not ask for it"));
    assert!(lead.open(&own).await.1.contains("Find out who filed the request"));
    let mut stranger = Browser::new(&app);
    stranger.sign_in("wingtip-admin-agent", "/help").await;
    assert_eq!(stranger.open(&not_us).await.0, 404);
}
