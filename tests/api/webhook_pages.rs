//! Webhooks as leads see them on pages.

use crate::app::TestApp;
use crate::browser::Browser;
use crate::walk::hidden;
use crate::webhooks::Receiver;
use serde_json::json;
use std::time::Duration;

/// The secret on the page.
fn secret(page: &str) -> &str {
    let start = page.find("whsec_").unwrap_or_else(|| panic!("{page}"));
    page[start..].split('<').next().unwrap()
}

async fn add(browser: &mut Browser<'_>, url: &str) -> (String, String) {
    let (_, form) = browser.open("/admin/webhooks/new").await;
    let id = hidden(&form, "id");
    let fields =
        [("id", id.as_str()), ("url", url), ("description", "Ticket <b>system"), ("which", "all"), ("tenant", "")];
    let (status, page) = browser.submit("/admin/webhooks", &fields).await;
    assert_eq!(status, 200, "{page}");
    // The button pressed twice: one endpoint, and no second secret.
    let (status, at) = browser.submit("/admin/webhooks", &fields).await;
    assert_eq!((status, at), (303, format!("/admin/webhooks/{id}")));
    (id, secret(&page).to_owned())
}

#[actix_web::test]
async fn a_lead_adds_a_webhook_tries_it_and_deletes_it_without_a_script() {
    let mut receiver = Receiver::start(json!({ "/hooks": ["500", "200"] })).await;
    let app = TestApp::start_with(receiver.allowed()).await;
    let mut browser = Browser::of_staff(&app, "lead").await;
    let (_, list) = browser.open("/admin/webhooks").await;
    assert!(list.contains("No webhooks") && list.contains("/admin/webhooks/new"), "{list}");
    let (id, first) = add(&mut browser, &receiver.url("/hooks")).await;
    let href = format!("/admin/webhooks/{id}");
    let (_, list) = browser.open("/admin/webhooks").await;
    assert!(list.contains(&href) && list.contains("Ticket &#60;b&#62;system") && !list.contains("whsec_"), "{list}");

    assert_eq!(browser.submit(&format!("{href}/test"), &[]).await, (303, href.clone()));
    let call = receiver.call().await;
    assert_eq!((call.path(), &call.body()["type"]), ("/hooks", &json!("test")));
    receiver.call().await;
    let mut page = String::new();
    for _ in 0..200 {
        page = browser.open(&href).await.1;
        if page.contains("Answered 200") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(
        page.contains("Answered 200") && page.contains("Answered 500"),
        "the last result, and the last failure: {page}"
    );
    let delivery = page.split(&format!("{href}/deliveries/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let delivery = format!("{href}/deliveries/{delivery}");
    let (_, one) = browser.open(&delivery).await;
    assert!(one.contains("&#34;type&#34;: &#34;test&#34;"), "{one}");
    assert_eq!(browser.submit(&format!("{delivery}/resend"), &[]).await, (303, delivery.clone()));
    assert_eq!(receiver.call().await.path(), "/hooks");

    let (_, confirm) = browser.open(&format!("{href}/rotate")).await;
    assert!(confirm.contains("For a day every event is signed with both"), "{confirm}");
    let (_, rotated) = browser.submit(&format!("{href}/rotate"), &[]).await;
    assert_ne!(secret(&rotated), first);
    assert_eq!(browser.open(&format!("{href}/rotate")).await.0, 409);
    assert!(browser.open(&href).await.1.contains("A new secret is in use."));

    assert_eq!(browser.submit(&format!("{href}/disable"), &[]).await, (303, href.clone()));
    let (_, page) = browser.open(&href).await;
    assert!(page.contains("This webhook is disabled.") && page.contains("Enable webhook"), "{page}");
    assert_eq!(browser.submit(&format!("{href}/enable"), &[]).await, (303, href.clone()));
    let (_, confirm) = browser.open(&format!("{href}/delete")).await;
    assert!(confirm.contains("This cannot be undone."), "{confirm}");
    assert_eq!(browser.submit(&format!("{href}/delete"), &[]).await, (303, "/admin/webhooks".to_owned()));
    assert_eq!(browser.open(&href).await.0, 404);
    assert!(!browser.open("/admin/webhooks").await.1.contains(&href));
}

#[actix_web::test]
async fn what_is_wrong_with_a_webhook_is_said_at_its_field() {
    let app = TestApp::start().await;
    let mut browser = Browser::of_staff(&app, "lead").await;
    let wrong = [("url", "https://localhost:8443/#x"), ("description", " "), ("which", "some"), ("tenant", "")];
    let (status, page) = browser.submit("/admin/webhooks", &wrong).await;
    assert_eq!(status, 422);
    for anchor in ["#url", "#description", "#types-1"] {
        assert!(page.contains(&format!(r#"href="{anchor}""#)), "{anchor}: {page}");
    }
    let long = format!("https://a.example/{}", "x".repeat(600));
    for (url, said) in [
        ("https://10.0.0.1/", "Use an address that the internet can reach."),
        ("https://desk@a.example/", "Leave user name and password out of the address"),
        ("https://a.example:8443/", "Use one of the ports that are allowed here: 443."),
        (long.as_str(), "Use at most 500 characters."),
    ] {
        let fields = [("url", url), ("description", "用途"), ("which", "all"), ("tenant", "")];
        let (status, page) = browser.submit("/admin/webhooks", &fields).await;
        assert!(status == 422 && page.contains(said) && page.contains("用途"), "{status} {page}");
    }
    for persona in ["reviewer", "auditor"] {
        let mut browser = Browser::of_staff(&app, persona).await;
        assert_eq!(browser.open("/admin/webhooks").await.0, 403);
        assert!(!browser.open("/").await.1.contains("/admin/webhooks"));
    }
}
