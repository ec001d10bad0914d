//! What a partner does on pages: check, file, follow, withdraw; and what is refused.

use crate::actors::{USER, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use reqwest::{Method, Response};

const NEW: &str = "/support/requests/new/third_party_mfa_not_recognized";

/// What a person types who asks for [`USER`] and gets it at once.
fn typed() -> Vec<(&'static str, String)> {
    let typed = [
        ("idempotency_key", "one-form"),
        ("language", "en"),
        ("title", "Old & <new>"),
        ("description", "Federated MFA is not seen.\r\nSince Monday."),
        ("contact_name", "IT"),
        ("contact_email", "it@tailspin.example"),
        ("scope_subjects_kind", "users"),
        ("scope_subjects_object_ids", USER),
        ("scope_surfaces", "delegated_admin_portal"),
        ("scope_duration_days", "60"),
        ("answers_mfa_enforced_for_users", "yes"),
        ("answers_vendor_asked", "yes"),
        ("answers_claim_can_be_sent", "no"),
        ("answers_integration", "identity_federation"),
        ("answers_solution", "Verify"),
        ("answers_vendor", "Proseware"),
        ("answers_vendor_reference", "PW-1"),
    ];
    typed.into_iter().map(|(name, value)| (name, value.to_owned())).collect()
}

fn with(mut typed: Vec<(&'static str, String)>, name: &'static str, value: &str) -> Vec<(&'static str, String)> {
    typed.retain(|(given, _)| *given != name);
    typed.push((name, value.to_owned()));
    typed
}

/// A browser with somebody in it.
struct Visitor<'a> {
    app: &'a TestApp,
    browser: Browser<'a>,
}

impl<'a> Visitor<'a> {
    async fn signed_in(app: &'a TestApp, persona: &str) -> Self {
        let mut browser = Browser::new(app);
        browser.sign_in(persona, "/help").await;
        Self { app, browser }
    }

    async fn get(&mut self, path: &str) -> (u16, String) {
        let answer = self.browser.get(&format!("{}{path}", self.app.base)).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn post(&mut self, path: &str, form: &[(&'static str, String)]) -> Response {
        let pairs: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.browser.send(Method::POST, &format!("{}{path}", self.app.base), Some(&pairs)).await
    }

    /// Files what was typed; the path of the request.
    async fn file(&mut self, path: &str, form: &[(&'static str, String)]) -> String {
        let answer = self.post(path, form).await;
        let status = answer.status();
        let location = answer.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
        location.unwrap_or_else(|| panic!("not filed: {status}"))
    }
}

fn other_issue() -> Vec<(&'static str, String)> {
    with(typed(), "answers_workaround_exists", "no")
}

#[actix_web::test]
async fn a_partner_files_on_a_page_and_reads_the_answer() {
    let app = TestApp::start().await;
    let mut partner = Visitor::signed_in(&app, "tailspin-global-admin").await;
    let request = partner.file(NEW, &typed()).await;
    let (status, page) = partner.get(&request).await;
    assert_eq!(status, 200);
    for part in ["Accepted", "All criteria of this issue are met.", USER, "Old &#38; &#60;new&#62;", "Since Monday."] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let (_, list) = partner.get("/support/requests").await;
    assert!(list.contains(&request));
    let (status, exception) = partner.get(&request.replace("/support/requests/", "/exceptions/")).await;
    assert_eq!(status, 200);
    assert!(exception.contains("In force") && !exception.contains("/revoke"), "{exception}");
}

#[actix_web::test]
async fn pressing_the_button_twice_files_once() {
    let app = TestApp::start().await;
    let mut partner = Visitor::signed_in(&app, "tailspin-global-admin").await;
    let first = partner.file(NEW, &typed()).await;
    assert_eq!(partner.file(NEW, &typed()).await, first);
    let changed = partner.post(NEW, &with(typed(), "title", "Something else")).await;
    assert_eq!(changed.status(), 422, "the same form with other content is asked about");
    assert!(changed.text().await.unwrap().contains("Something else"));
}

#[actix_web::test]
async fn what_is_wrong_comes_back_with_everything_that_was_typed() {
    let app = TestApp::start().await;
    let mut partner = Visitor::signed_in(&app, "tailspin-global-admin").await;
    let form =
        with(with(typed(), "scope_subjects_object_ids", &format!("{USER}\r\nTanaka")), "contact_email", "nobody");
    let answer = partner.post(NEW, &form).await;
    assert_eq!(answer.status(), 422);
    let page = answer.text().await.unwrap();
    for part in ["<title>Error: ", "href=\"#contact_email\"", "Line 2 (“Tanaka”)", "Since Monday.", "value=\"nobody\""]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(partner.get("/support/requests").await.1.contains("No requests yet"));
}

#[actix_web::test]
async fn a_second_request_for_the_same_issue_leads_to_the_first() {
    let app = TestApp::start().await;
    let mut partner = Visitor::signed_in(&app, "tailspin-global-admin").await;
    let path = "/support/requests/new/other_technical_issue";
    let open = partner.file(path, &other_issue()).await;
    let again = partner.post(path, &with(other_issue(), "idempotency_key", "another-form")).await;
    assert_eq!(again.status(), 409);
    assert!(again.text().await.unwrap().contains(&format!("href=\"{open}\"")));
}

#[actix_web::test]
async fn withdrawing_is_confirmed_and_only_at_the_version_that_was_seen() {
    let app = TestApp::start().await;
    let mut partner = Visitor::signed_in(&app, "tailspin-global-admin").await;
    let open = partner.file("/support/requests/new/other_technical_issue", &other_issue()).await;
    let withdraw = format!("{open}/withdraw");
    let (status, page) = partner.get(&withdraw).await;
    assert!(status == 200 && page.contains("name=\"version\" value=\"1\""), "{page}");
    let stale = partner.post(&withdraw, &[("version", "7".to_owned())]).await;
    assert_eq!(stale.status(), 412);
    assert!(partner.get(&open).await.1.contains("In review"));
    let done = partner.post(&withdraw, &[("version", "1".to_owned())]).await;
    assert_eq!(done.status(), 303);
    assert!(partner.get(&open).await.1.contains("Withdrawn"));
    assert_eq!(partner.get(&withdraw).await.0, 409);
}

#[actix_web::test]
async fn another_tenants_request_and_an_unknown_issue_are_not_found() {
    let app = TestApp::start().await;
    let filed = app.actor("tailspin-global-admin").file(&third_party()).await.expect(201).json();
    let reference = filed["reference"].as_str().unwrap();
    let mut other = Visitor::signed_in(&app, "wingtip-admin-agent").await;
    for path in [
        format!("/support/requests/{reference}"),
        format!("/support/requests/{reference}/withdraw"),
        format!("/exceptions/{reference}"),
        "/support/requests/new/no_such_issue".to_owned(),
        "/self-check/no_such_issue".to_owned(),
    ] {
        assert_eq!(other.get(&path).await.0, 404, "{path}");
    }
    let (_, list) = other.get("/exceptions").await;
    assert!(!list.contains(reference));
}

#[actix_web::test]
async fn a_session_without_mfa_sees_no_users_that_others_named() {
    let app = TestApp::start().await;
    let filed = app.actor("tailspin-admin-agent").file(&third_party()).await.expect(201).json();
    let reference = filed["reference"].as_str().unwrap();
    // The Global Admin of Tailspin gets no MFA claim.
    let mut colleague = Visitor::signed_in(&app, "tailspin-global-admin").await;
    for path in ["/support/requests/", "/exceptions/"] {
        let (status, page) = colleague.get(&format!("{path}{reference}")).await;
        assert_eq!(status, 200);
        assert!(!page.contains(USER) && page.contains("step_up=1"), "{path}: {page}");
    }
    let mut own = Visitor::signed_in(&app, "tailspin-admin-agent").await;
    assert!(own.get(&format!("/support/requests/{reference}")).await.1.contains(USER));
}

#[actix_web::test]
async fn an_agent_who_may_not_file_is_told_who_may_and_what_to_send_them() {
    let app = TestApp::start().await;
    for persona in ["tailspin-sales-agent", "tailspin-helpdesk-agent"] {
        let mut agent = Visitor::signed_in(&app, persona).await;
        let (status, page) = agent.get(NEW).await;
        assert_eq!(status, 403);
        for part in ["Global Admin", "Admin Agent", "You can send them this"] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }
}

#[actix_web::test]
async fn the_check_before_a_request_needs_no_sign_in_and_hands_its_answers_on() {
    let app = TestApp::start().await;
    let mut visitor = Visitor { app: &app, browser: Browser::new(&app) };
    assert_eq!(visitor.get("/self-check").await.0, 200);
    let (_, page) = visitor.get("/self-check/service_accounts?answers_uses_delegated_admin=no").await;
    assert!(page.contains("An exception is unlikely"), "{page}");
    assert!(page.contains("/support/requests/new/service_accounts?answers_uses_delegated_admin=no"), "{page}");
    let mut partner = Visitor::signed_in(&app, "tailspin-global-admin").await;
    let (_, form) = partner.get("/support/requests/new/service_accounts?answers_uses_delegated_admin=no&title=x").await;
    assert!(form.contains(r#"value="no" checked"#), "{form}");
    assert!(!form.contains(r#"value="x""#), "a link fills in answers and nothing else");
}

#[actix_web::test]
async fn home_says_what_waits_for_whom() {
    let app = TestApp::start().await;
    let mut partner = Visitor::signed_in(&app, "tailspin-global-admin").await;
    assert!(partner.get("/").await.1.contains("Nothing waits for you"));
    let open = partner.file("/support/requests/new/other_technical_issue", &other_issue()).await;
    assert!(partner.get("/").await.1.contains(&open));
    let mut visitor = Visitor { app: &app, browser: Browser::new(&app) };
    let (status, page) = visitor.get("/").await;
    assert!(status == 200 && !page.contains(&open));
}
