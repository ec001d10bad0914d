//! Files with a request on pages, as partners and staff meet them.

use crate::actors::{other, text};
use crate::app::TestApp;
use crate::browser::Browser;
use crate::clamd::{Clamd, EICAR};
use crate::evidence::{MAX, PDF, SVG, form};
use reqwest::Method;

/// Tailspin's Global Admin in a browser, without MFA, and the path of an open request.
async fn partner(app: &TestApp) -> (Browser<'_>, String) {
    let request = app.actor("tailspin-global-admin").file(&other()).await.expect(201).json();
    let mut browser = Browser::new(app);
    browser.sign_in("tailspin-global-admin", "/help").await;
    (browser, format!("/support/requests/{}", text(&request["reference"])))
}

#[actix_web::test]
async fn of_several_files_the_good_ones_are_kept_and_each_other_is_named() {
    let app = TestApp::start().await;
    let (mut browser, request) = partner(&app).await;
    let page = format!("{request}/evidence");
    let (status, empty) = browser.open(&page).await;
    assert!(status == 200 && empty.contains("No files yet") && empty.contains(r#"type="file""#), "{empty}");
    assert!(empty.contains("multiple") && empty.contains("You can add 5 more files"), "{empty}");

    let large = vec![b'a'; MAX + 1];
    let (media_type, body) = form(&[("answer.pdf", PDF), ("logo.png", SVG), ("big.log", &large)]);
    let (status, answered) = browser.attach(&page, &media_type, body).await;
    assert_eq!(status, 422);
    for part in [
        "<title>Error: ",
        "“logo.png” is an SVG image",
        "“big.log” is larger than 10 MB",
        "href=\"#file\"",
        "answer.pdf",
        "You can add 4 more files",
        "Not scanned",
    ] {
        assert!(answered.contains(part), "{part}: {answered}");
    }
    let (media_type, body) = form(&[("log.txt", b"ok")]);
    assert_eq!(browser.attach(&page, &media_type, body).await, (303, page.clone()));
    let (media_type, body) = form(&[("", b"")]);
    let (status, answered) = browser.attach(&page, &media_type, body).await;
    assert!(status == 422 && answered.contains("Choose at least one file"), "{answered}");

    // Without MFA the names are there, and no way to the content.
    let (_, shown) = browser.open(&request).await;
    assert!(shown.contains("answer.pdf") && shown.contains("step_up=1") && shown.contains("File added"), "{shown}");
    assert!(!shown.contains(&format!("href=\"{page}/")), "{shown}");
}

#[actix_web::test]
async fn a_file_is_removed_after_a_question() {
    let app = TestApp::start().await;
    let (mut browser, request) = partner(&app).await;
    let page = format!("{request}/evidence");
    let (media_type, body) = form(&[("ログ.txt", b"ok")]);
    browser.attach(&page, &media_type, body).await;
    let (_, listed) = browser.open(&page).await;
    let remove = listed.split('"').find(|part| part.ends_with("/remove")).expect("a way to remove it").to_owned();
    let (status, asked) = browser.open(&remove).await;
    assert!(status == 200 && asked.contains("ログ.txt") && asked.contains("Remove this file?"), "{asked}");
    assert_eq!(browser.submit(&remove, &[]).await, (303, page.clone()));
    assert!(browser.open(&page).await.1.contains("No files yet"));
    assert!(browser.open(&request).await.1.contains("File removed"));
}

#[actix_web::test]
async fn a_virus_is_told_beside_the_field_at_once() {
    let clamd = Clamd::start();
    let address = clamd.url().parse().unwrap();
    let app = TestApp::start_with(|config| config.evidence.scanner = Some(address)).await;
    let (mut browser, request) = partner(&app).await;
    let page = format!("{request}/evidence");
    let (media_type, body) = form(&[("eicar.txt", EICAR), ("good.txt", b"good")]);
    assert_eq!(browser.attach(&page, &media_type, body).await.0, 303);
    let (_, told) = browser.open(&page).await;
    for part in ["A virus was found in “eicar.txt”", "Virus found", "Nothing found", "You can add 4 more files"] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[actix_web::test]
async fn staff_find_the_files_beside_the_request_and_auditors_too() {
    let app = TestApp::start().await;
    let (mut browser, request) = partner(&app).await;
    let (media_type, body) = form(&[("回答.pdf", PDF)]);
    browser.attach(&format!("{request}/evidence"), &media_type, body).await;
    let review = request.replace("/support/requests/", "/review/");
    for persona in ["reviewer", "auditor"] {
        let mut staff = Browser::of_staff(&app, persona).await;
        let (_, page) = staff.open(&review).await;
        assert!(page.contains("回答.pdf") && page.contains("PDF document") && page.contains("Not scanned"), "{page}");
        let download = page.split('"').find(|part| part.starts_with(&format!("{review}/evidence/"))).unwrap();
        let answer = staff.get(&format!("{}{download}", app.base)).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-security-policy"], "sandbox; default-src 'none'");
        assert_eq!(answer.bytes().await.unwrap(), PDF);
    }
    assert_eq!(app.read_by().await, ["auditor", "reviewer"]);
    let mut other = Browser::new(&app);
    other.sign_in("contoso-admin-agent", "/help").await;
    assert_eq!(other.open(&format!("{request}/evidence")).await.0, 404);
}

impl Browser<'_> {
    /// Sends a form with files: the status, and the page or where it leads.
    pub async fn attach(&mut self, path: &str, media_type: &str, body: Vec<u8>) -> (u16, String) {
        let request = self.request(Method::POST, path).header("content-type", media_type).body(body);
        Self::answer(request.send().await.unwrap()).await
    }
}
