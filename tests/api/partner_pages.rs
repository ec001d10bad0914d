//! What a partner does on pages: check, file, follow, withdraw; and what is refused.

use crate::actors::{USER, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use crate::walk::{ISSUE, OTHER_QUESTIONS, QUESTIONS};

#[actix_web::test]
async fn a_partner_files_on_a_page_and_reads_the_answer() {
    let app = TestApp::start().await;
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let request = partner.file(ISSUE, QUESTIONS).await;
    let (status, page) = partner.open(&request).await;
    assert_eq!(status, 200);
    for part in ["Accepted", "All criteria of this issue are met.", USER, "Old &#38; &#60;new&#62;", "Since Monday."] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let (_, list) = partner.open("/support/requests").await;
    assert!(list.contains(&request));
    let (status, exception) = partner.open(&request.replace("/support/requests/", "/exceptions/")).await;
    assert_eq!(status, 200);
    assert!(exception.contains("In force") && !exception.contains("/revoke"), "{exception}");
}

#[actix_web::test]
async fn withdrawing_is_confirmed_and_only_at_the_version_that_was_seen() {
    let app = TestApp::start().await;
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let open = partner.file("other_technical_issue", OTHER_QUESTIONS).await;
    let withdraw = format!("{open}/withdraw");
    let (status, page) = partner.open(&withdraw).await;
    assert!(status == 200 && page.contains("name=\"version\" value=\"1\""), "{page}");
    assert_eq!(partner.submit(&withdraw, &[("version", "7")]).await.0, 412);
    assert!(partner.open(&open).await.1.contains("In review"));
    assert_eq!(partner.submit(&withdraw, &[("version", "1")]).await.0, 303);
    assert!(partner.open(&open).await.1.contains("Withdrawn"));
    assert_eq!(partner.open(&withdraw).await.0, 409);
}

#[actix_web::test]
async fn another_tenants_request_and_an_unknown_issue_are_not_found() {
    let app = TestApp::start().await;
    let filed = app.actor("tailspin-global-admin").file(&third_party()).await.expect(201).json();
    let reference = filed["reference"].as_str().unwrap();
    let mut other = Browser::of(&app, "wingtip-admin-agent").await;
    for path in [
        format!("/support/requests/{reference}"),
        format!("/support/requests/{reference}/withdraw"),
        format!("/exceptions/{reference}"),
        "/self-check/no_such_issue".to_owned(),
    ] {
        assert_eq!(other.open(&path).await.0, 404, "{path}");
    }
    let (_, list) = other.open("/exceptions").await;
    assert!(!list.contains(reference));
}

#[actix_web::test]
async fn a_session_without_mfa_sees_no_users_that_others_named() {
    let app = TestApp::start().await;
    let filed = app.actor("tailspin-admin-agent").file(&third_party()).await.expect(201).json();
    let reference = filed["reference"].as_str().unwrap();
    // The Global Admin of Tailspin gets no MFA claim.
    let mut colleague = Browser::of(&app, "tailspin-global-admin").await;
    for path in ["/support/requests/", "/exceptions/"] {
        let (status, page) = colleague.open(&format!("{path}{reference}")).await;
        assert_eq!(status, 200);
        assert!(!page.contains(USER) && page.contains("step_up=1"), "{path}: {page}");
    }
    let mut own = Browser::of(&app, "tailspin-admin-agent").await;
    assert!(own.open(&format!("/support/requests/{reference}")).await.1.contains(USER));
}

#[actix_web::test]
async fn an_agent_who_may_not_file_is_told_who_may_and_what_to_send_them() {
    let app = TestApp::start().await;
    for persona in ["tailspin-sales-agent", "tailspin-helpdesk-agent"] {
        let mut agent = Browser::of(&app, persona).await;
        let (status, page) = agent.open("/support/requests/new").await;
        assert_eq!(status, 403);
        for part in ["Global Admin", "Admin Agent", "You can send them this"] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }
}

#[actix_web::test]
async fn the_check_before_a_request_needs_no_sign_in_and_hands_its_answers_on() {
    let app = TestApp::start().await;
    let mut visitor = Browser::new(&app);
    assert_eq!(visitor.open("/self-check").await.0, 200);
    let (_, unlisted) = visitor.open("/help/issues/other_technical_issue").await;
    assert!(unlisted.contains("A person decides") && !unlisted.contains("There is another way"), "{unlisted}");
    let (_, page) = visitor.open("/self-check/service_accounts?answers_uses_delegated_admin=no").await;
    assert!(page.contains("An exception is unlikely"), "{page}");
    let link = "/support/requests/new?issue=service_accounts&#38;answers_uses_delegated_admin=no";
    assert!(page.contains(link), "{page}");
}

#[actix_web::test]
async fn home_says_what_waits_for_whom() {
    let app = TestApp::start().await;
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    assert!(partner.open("/").await.1.contains("Nothing is waiting for you"));
    let open = partner.file("other_technical_issue", OTHER_QUESTIONS).await;
    assert!(partner.open("/").await.1.contains(&open));
    let mut visitor = Browser::new(&app);
    let (status, page) = visitor.open("/").await;
    assert!(status == 200 && !page.contains(&open));
}
