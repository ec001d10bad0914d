//! Files with a request over the API: what is taken, what is refused, who may do what, and what is recorded.

use crate::actors::{Actor, Answer, other, text};
use crate::app::TestApp;
use reqwest::Method;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;

pub const PDF: &[u8] =
    b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\nxref\n0 1\ntrailer<</Root 1 0 R>>\nstartxref\n40\n%%EOF\n";
pub const SVG: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
const ZIP: &[u8] = b"PK\x03\x04 a file PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
const MAIL: &[u8] = b"From: a@b.example\r\nDate: Mon, 5 Jan 2026 09:00:00 +0900\r\nSubject: x\r\n\r\nWe cannot.\r\n";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\x00\x04JF\xff\xc0\x00\x05abc\xff\xda\x00\x03xpixels\xff\x00\xff\xd9";
pub const MAX: usize = 10 * 1024 * 1024;
const BOUNDARY: &str = "----boundary-of-the-test";

pub fn png() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", &[0_u8; 13][..]), (b"IDAT", &[7; 40]), (b"IEND", &[])] {
        png.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        png.extend(kind);
        png.extend(data);
        png.extend([0; 4]);
    }
    png
}

fn utf16(text: &str) -> Vec<u8> {
    [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

/// A form with files: its media type and its bytes. Names stand in it as they are given.
pub fn form(files: &[(&str, &[u8])]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, bytes) in files {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n"
        );
        body.extend(head.as_bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}

fn path(request: &Value) -> String {
    format!("/api/v1/requests/{}/evidence", text(&request["id"]))
}

impl Actor<'_> {
    /// Sends `bytes` as a file of `request`.
    pub async fn attach(&self, request: &Value, name: &str, bytes: &[u8]) -> Answer {
        let (media_type, body) = form(&[(name, bytes)]);
        self.send(self.call(Method::POST, &path(request)).header("content-type", media_type).body(body)).await
    }

    /// The files of `request`.
    pub async fn files(&self, request: &Value) -> Vec<Value> {
        self.get(&path(request)).await.expect(200).json()["items"].as_array().unwrap().clone()
    }

    /// Asks for one; the answer's text is no text for an image, so only text is compared by it.
    pub async fn download(&self, request: &Value, file: &Value) -> Answer {
        self.get(&format!("{}/{}", path(request), text(&file["id"]))).await
    }

    async fn download_bytes(&self, request: &Value, file: &Value) -> Vec<u8> {
        let path = format!("{}/{}", path(request), text(&file["id"]));
        let answer = self.call(Method::GET, &path).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap().to_vec()
    }

    async fn remove(&self, request: &Value, file: &Value) -> Answer {
        self.send(self.call(Method::DELETE, &format!("{}/{}", path(request), text(&file["id"])))).await
    }
}

/// A request that is open, of Tailspin.
pub async fn open_request(app: &TestApp) -> Value {
    app.actor("tailspin-global-admin").file(&other()).await.expect(201).json()
}

#[actix_web::test]
async fn each_type_is_taken_for_what_it_is_and_comes_back_byte_for_byte() {
    let app = TestApp::start().await;
    let (admin, request) = (app.actor_with_mfa("tailspin-global-admin", true), open_request(&app).await);
    let sjis = b"\x91\xbd\x97v\x91f\x94F\x8f\xd8";
    let files: [(&str, Vec<u8>, &str); 5] = [
        ("a.exe", PDF.to_vec(), "application/pdf"),
        ("画面.png", png(), "image/png"),
        ("photo.jpg", JPEG.to_vec(), "image/jpeg"),
        ("mail.eml", MAIL.to_vec(), "message/rfc822"),
        ("ログ.txt", utf16("エラー 0x80070005"), "text/plain; charset=utf-16"),
    ];
    for (name, bytes, media_type) in &files {
        let file = admin.attach(&request, name, bytes).await.expect(201).json();
        assert_eq!((text(&file["media_type"]), text(&file["scan"])), (*media_type, "not_scanned"), "{file}");
        assert_eq!(file["size"], bytes.len());
        assert_eq!(admin.download_bytes(&request, &file).await, *bytes, "{name}");
    }
    let listed = admin.get(&format!("/api/v1/requests/{}", text(&request["id"]))).await.expect(200).json();
    assert_eq!(listed["evidence"].as_array().unwrap().len(), 5);
    assert_eq!(listed["evidence"][1]["name"], "画面.png");
    let other_request = app.actor("wingtip-admin-agent").file(&other()).await.expect(201).json();
    let file = app.actor_with_mfa("wingtip-admin-agent", true).attach(&other_request, "x.txt", sjis).await.expect(201);
    assert_eq!(file.json()["media_type"], "text/plain; charset=shift_jis");
}

#[actix_web::test]
async fn a_disguise_is_named_and_nothing_of_it_is_kept() {
    let app = TestApp::start().await;
    let (admin, request) = (app.actor("tailspin-global-admin"), open_request(&app).await);
    let with_zip = [PDF, ZIP].concat();
    let (png_with_zip, jpeg_with_script) = ([&png(), ZIP].concat(), [JPEG, b"<script>x</script>"].concat());
    let pdf_with_script = [PDF, b"<script>x</script>"].concat();
    // An archive whose comment is the end of a document.
    let comment = b"\nstartxref\n0\n%%EOF";
    let mut archive = [b"%PDF-1.4\n", &ZIP[..ZIP.len() - 2], &[u8::try_from(comment.len()).unwrap(), 0]].concat();
    archive.extend(comment);
    let cases: [(&str, &[u8], &str); 14] = [
        ("picture.png", b"<!doctype html><script>alert(1)</script>", "evidence_is_markup"),
        ("picture.png", SVG, "evidence_is_svg"),
        ("answer.pdf", &with_zip, "evidence_two_in_one"),
        ("answer.pdf", &pdf_with_script, "evidence_two_in_one"),
        ("answer.pdf", &archive, "evidence_two_in_one"),
        ("a.txt", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", "evidence_is_program"),
        ("a.png", &png_with_zip, "evidence_two_in_one"),
        ("a.jpg", &jpeg_with_script, "evidence_two_in_one"),
        ("a.png", b"GIF89a=1/*\x01\0\0\0*/;alert(1)//", "evidence_is_other_image"),
        ("a.txt", ZIP, "evidence_is_archive"),
        ("a.txt", b"#!/bin/sh\ncurl evil", "evidence_is_script"),
        ("a.pdf", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0", "evidence_is_program"),
        ("a.png", &png()[..60], "evidence_damaged"),
        ("a.txt", b"", "evidence_empty"),
    ];
    for (name, bytes, code) in cases {
        let refused = admin.attach(&request, name, bytes).await.expect(422);
        assert_eq!(refused.errors(), [format!("/file {code}")], "{name}");
    }
    assert!(admin.files(&request).await.is_empty());
    assert_eq!(app.rows("evidence_content").await + app.rows("evidence_loose").await, 0);
}

#[actix_web::test]
async fn ten_mebibytes_are_taken_in_small_pieces_and_one_byte_more_is_not() {
    let app = TestApp::start().await;
    let (admin, request) = (app.actor_with_mfa("tailspin-global-admin", true), open_request(&app).await);
    let largest = vec![b'a'; MAX];
    let file = admin.attach(&request, "a.txt", &largest).await.expect(201).json();
    let (pieces, longest): (i64, i32) =
        sqlx::query_as("SELECT count(*), max(octet_length(bytes)) FROM evidence_content")
            .fetch_one(&mut app.owner().await)
            .await
            .unwrap();
    assert_eq!((pieces, longest), (40, 262_144));
    assert!(admin.download_bytes(&request, &file).await == largest);
    let refused = admin.attach(&request, "b.txt", &vec![b'b'; MAX + 1]).await.expect(422);
    assert_eq!(refused.errors(), ["/file evidence_too_large"]);
    assert_eq!(app.rows("evidence_content").await, 40);
}

#[actix_web::test]
async fn what_announces_too_much_is_refused_before_it_is_sent() {
    let app = TestApp::start().await;
    let request = open_request(&app).await;
    let answer = app.raw(&request, "Content-Length: 1073741824\r\n", b"").await;
    assert!(answer.starts_with("HTTP/1.1 422") && answer.contains("evidence_too_large"), "{answer}");
}

#[actix_web::test]
async fn a_sender_that_falls_silent_or_goes_away_leaves_nothing_behind() {
    let app = TestApp::start_with(|config| config.evidence.upload_silence_seconds = 1).await;
    let request = open_request(&app).await;
    let (_, body) = form(&[("a.txt", &[b'a'; 600_000])]);
    let answer = app.raw(&request, &format!("Content-Length: {}\r\n", body.len()), &body[..500_000]).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    drop(app.open(&request, &format!("Content-Length: {}\r\n", body.len()), &body[..500_000]));
    app.until("nothing is left", async || app.rows("evidence_content").await + app.rows("evidence_loose").await == 0)
        .await;
    assert_eq!(app.rows("evidence").await, 0);
}

#[actix_web::test]
async fn the_sixth_file_finds_no_place_and_the_same_one_twice_is_one() {
    let app = TestApp::start().await;
    let (admin, request) = (app.actor("tailspin-global-admin"), open_request(&app).await);
    let first = admin.attach(&request, "1.txt", b"file 1").await.expect(201).json();
    for number in 2..=5 {
        admin.attach(&request, "n.txt", format!("file {number}").as_bytes()).await.expect(201);
    }
    let refused = admin.attach(&request, "6.txt", b"file 6").await.expect(422);
    assert_eq!(refused.errors(), ["/file evidence_too_many"]);
    let again = admin.attach(&request, "other name.txt", b"file 1").await.expect(201).json();
    assert_eq!(again, first);
    assert_eq!(admin.files(&request).await.len(), 5);
    admin.remove(&request, &first).await.expect(204);
    admin.attach(&request, "6.txt", b"file 6").await.expect(201);
    assert_eq!(app.rows("evidence_content").await, 5);
}

#[actix_web::test]
async fn of_six_files_at_once_five_are_taken() {
    let app = TestApp::start().await;
    let (admin, request) = (app.actor("tailspin-global-admin"), open_request(&app).await);
    let contents: Vec<_> = (1..=6).map(|number| format!("file {number}")).collect();
    let sent = contents.iter().map(|content| admin.attach(&request, "a.txt", content.as_bytes()));
    let mut statuses: Vec<_> = futures_util::future::join_all(sent).await.iter().map(|a| a.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 201, 201, 201, 201, 422]);
    assert_eq!(app.rows("evidence").await, 5);
}

#[actix_web::test]
async fn a_day_has_an_end_for_each_tenant() {
    let app = TestApp::start_with(|config| config.evidence.tenant_mebibytes_per_day = 10).await;
    let (admin, request) = (app.actor("tailspin-global-admin"), open_request(&app).await);
    admin.attach(&request, "a.txt", &vec![b'a'; 6 << 20]).await.expect(201);
    let refused = admin.attach(&request, "b.txt", &vec![b'b'; 6 << 20]).await.expect(422);
    assert_eq!(refused.errors(), ["/file evidence_day_used_up"]);
    let other_request = app.actor("wingtip-admin-agent").file(&other()).await.expect(201).json();
    app.actor("wingtip-admin-agent").attach(&other_request, "a.txt", b"theirs").await.expect(201);
    app.wait(chrono::TimeDelta::days(1));
    app.actor("tailspin-global-admin").attach(&request, "c.txt", b"tomorrow").await.expect(201);
}

#[actix_web::test]
async fn only_the_own_tenants_filers_see_and_add_and_only_the_uploader_removes() {
    let app = TestApp::start().await;
    let (admin, request) = (app.actor_with_mfa("tailspin-global-admin", true), open_request(&app).await);
    let file = admin.attach(&request, "a.txt", b"ours").await.expect(201).json();

    let stranger = app.actor_with_mfa("contoso-admin-agent", true);
    stranger.get(&path(&request)).await.expect(404);
    stranger.attach(&request, "a.txt", b"theirs").await.expect(404);
    stranger.download(&request, &file).await.expect(404);
    stranger.remove(&request, &file).await.expect(404);
    // Nor by way of a request of its own.
    let own = app.actor("contoso-admin-agent").file(&other()).await.expect(201).json();
    stranger.download(&own, &file).await.expect(404);

    let sales = app.actor_with_mfa("tailspin-sales-agent", true);
    sales.attach(&request, "a.txt", b"x").await.expect(403);
    sales.download(&request, &file).await.expect(403);
    app.anonymous().download(&request, &file).await.expect(401);
    app.staff("reviewer").attach(&request, "a.txt", b"x").await.expect(403);

    let colleague = app.actor_with_mfa("tailspin-admin-agent", true);
    assert_eq!(colleague.download(&request, &file).await.expect(200).text, "ours");
    assert_eq!(colleague.remove(&request, &file).await.expect(403).problem(), "not-allowed");
    let withdraw = format!("/api/v1/requests/{}/withdraw", text(&request["id"]));
    admin.change(&withdraw, &request, &json!({})).await.expect(200);
    assert_eq!(admin.remove(&request, &file).await.expect(409).problem(), "wrong-state");
    assert_eq!(admin.attach(&request, "b.txt", b"late").await.expect(409).problem(), "wrong-state");
    assert_eq!(admin.download(&request, &file).await.expect(200).text, "ours");
}

#[actix_web::test]
async fn a_session_without_mfa_adds_and_lists_and_downloads_nothing() {
    let app = TestApp::start().await;
    let (admin, request) = (app.actor_with_mfa("tailspin-global-admin", false), open_request(&app).await);
    let file = admin.attach(&request, "a.txt", b"what stops us").await.expect(201).json();
    assert_eq!(admin.files(&request).await, std::slice::from_ref(&file));
    assert_eq!(admin.download(&request, &file).await.expect(403).problem(), "step-up-required");
    assert_eq!(app.read_by().await, Vec::<String>::new());
}

#[actix_web::test]
async fn a_download_is_recorded_for_whoever_reads_and_opens_nowhere() {
    let app = TestApp::start().await;
    let (admin, request) = (app.actor_with_mfa("tailspin-global-admin", true), open_request(&app).await);
    let file = admin.attach(&request, "回答 <1>.html", "本文".as_bytes()).await.expect(201).json();
    let answer = admin.download(&request, &file).await.expect(200);
    for (name, value) in [
        ("content-type", "text/plain; charset=utf-8"),
        (
            "content-disposition",
            "attachment; filename=\"__ <1>.html.txt\"; filename*=UTF-8''%E5%9B%9E%E7%AD%94%20%3C1%3E.html.txt",
        ),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("cache-control", "no-store"),
        ("content-length", "6"),
    ] {
        assert_eq!(answer.header(name), value);
    }
    assert_eq!(app.staff("reviewer").download(&request, &file).await.expect(200).text, "本文");
    app.staff("auditor").download(&request, &file).await.expect(200);
    assert_eq!(app.read_by().await, ["auditor", "filer", "reviewer"]);
    app.actor_with_mfa("reviewer", false).download(&request, &file).await.expect(403);
    assert_eq!(app.read_by().await.len(), 3);
}

#[actix_web::test]
async fn names_are_kept_for_reading_and_lead_nowhere() {
    let app = TestApp::start().await;
    let (admin, request) = (app.actor_with_mfa("tailspin-global-admin", true), open_request(&app).await);
    let long = format!("{}.pdf", "証".repeat(300));
    for (index, (sent, kept)) in [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\temp\\\\x.txt", "x.txt"),
        ("report\u{202E}txt.exe", "reporttxt.exe"),
        ("a%0D%0ASet-Cookie: b", "a%0D%0ASet-Cookie: b"),
        (long.as_str(), &format!("{}.pdf", "証".repeat(78))),
    ]
    .into_iter()
    .enumerate()
    {
        let file = admin.attach(&request, sent, format!("file {index}").as_bytes()).await.expect(201).json();
        assert_eq!(text(&file["name"]), kept);
        let answer = admin.download(&request, &file).await.expect(200);
        assert!(answer.header("content-disposition").starts_with("attachment; "));
        assert_eq!(answer.header("set-cookie"), "");
    }
}

#[actix_web::test]
async fn the_database_itself_keeps_content_as_it_is_and_from_whom_it_must() {
    let app = TestApp::start().await;
    let request = open_request(&app).await;
    app.actor("tailspin-global-admin").attach(&request, "a.txt", b"ours").await.expect(201);
    let (tailspin, contoso) = (exception_desk_demo::people::TAILSPIN.id, exception_desk_demo::people::CONTOSO.id);
    for statement in [
        "UPDATE evidence_content SET bytes = 'x'",
        "DELETE FROM evidence_content",
        "UPDATE evidence SET name = 'x'",
        "UPDATE evidence SET sha256 = sha256('x')",
        "UPDATE evidence SET scan = 'clean'",
        "INSERT INTO evidence_content SELECT key, tenant, part + 1, bytes FROM evidence_content",
    ] {
        for role in ["partner", "staff", "publisher"] {
            let mut tx = match role {
                "partner" => app.desk.db.partner(tailspin.into()).await,
                "staff" => app.desk.db.staff().await,
                _ => app.desk.db.publisher().await,
            }
            .unwrap();
            assert!(sqlx::raw_sql(statement).execute(&mut *tx).await.is_err(), "{role}: {statement}");
        }
    }
    let mut tx = app.desk.db.partner(contoso.into()).await.unwrap();
    let seen: i64 = sqlx::query_scalar("SELECT count(key) FROM evidence_content").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(seen, 0);
    // The desk's own sweep deletes nothing that a row names.
    let mut tx = app.desk.db.identity().await.unwrap();
    let deleted = sqlx::query("DELETE FROM evidence_content").execute(&mut *tx).await.unwrap();
    assert_eq!(deleted.rows_affected(), 0);
}

/// As what a partner's role would keep, were the program to forget its checks: why the database refuses it.
async fn refused_row(app: &TestApp, owner: &str, change: &[(&str, &str)]) -> String {
    let columns = [
        ("id", "gen_random_uuid()"),
        ("tenant", "current_setting('desk.tenant')::uuid"),
        ("request_id", "(SELECT id FROM requests)"),
        ("place", "1"),
        ("name", "'a.txt'"),
        ("media_type", "'text/plain; charset=utf-8'"),
        ("size", "1"),
        ("sha256", "sha256('another')"),
        ("content", "gen_random_uuid()"),
        ("scan", "'not_scanned'"),
        ("uploaded_at", "now()"),
        ("uploaded_by", "current_setting('desk.person')::uuid"),
        ("uploaded_by_name", "'x'"),
        ("uploaded_with_mfa", "true"),
    ];
    let value = |name: &str, usual: &str| {
        change.iter().rfind(|(changed, _)| *changed == name).map_or(usual, |(_, value)| value).to_owned()
    };
    let values: Vec<_> = columns.iter().map(|(name, usual)| value(name, usual)).collect();
    let names = columns.map(|(name, _)| name).join(", ");
    let statement = format!("INSERT INTO evidence ({names}) VALUES ({})", values.join(", "));
    let tailspin = exception_desk_demo::people::TAILSPIN.id;
    let person = exception_desk_demo::people::persona(owner).unwrap().object_id;
    let mut tx = app.desk.db.person(tailspin.into(), person.into()).await.unwrap();
    let done = sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut *tx).await;
    done.err().map(|error| error.to_string()).unwrap_or_default()
}

#[actix_web::test]
async fn the_database_itself_bounds_size_and_number_and_lets_nobody_call_a_file_clean() {
    let app = TestApp::start().await;
    let request = open_request(&app).await;
    let admin = app.actor("tailspin-global-admin");
    for number in 1..=4 {
        admin.attach(&request, "n.txt", format!("file {number}").as_bytes()).await.expect(201);
    }
    let admin = "tailspin-global-admin";
    let free = ("place", "5");
    assert_eq!(refused_row(&app, admin, &[free]).await, "", "the fifth is taken");
    for (change, why) in [
        (("place", "6"), "evidence_place_check"),
        (("place", "4"), "evidence_places_of_request"),
        (("place", "NULL"), "violates check constraint"),
        (("size", "10485761"), "evidence_size_check"),
        (("size", "0"), "evidence_size_check"),
        (("media_type", "'text/html'"), "evidence_media_type_check"),
        (("sha256", "sha256('file 1')"), "evidence_once_in_request"),
        (("scan", "'clean'"), "row-level security"),
        (("uploaded_by", "gen_random_uuid()"), "row-level security"),
        (("tenant", "'f2aa4e2b-9c0a-4c39-8a6f-9f7c4f5f5a11'"), "row-level security"),
        (("request_id", "NULL"), "row-level security"),
    ] {
        let refused = refused_row(&app, admin, &[free, change]).await;
        assert!(refused.contains(why), "{change:?}: {refused}");
    }
    // A colleague takes back nothing that somebody else uploaded.
    let colleague = exception_desk_demo::people::persona("tailspin-admin-agent").unwrap().object_id;
    let tailspin = exception_desk_demo::people::TAILSPIN.id;
    let mut tx = app.desk.db.person(tailspin.into(), colleague.into()).await.unwrap();
    let gone = sqlx::query("DELETE FROM evidence").execute(&mut *tx).await.unwrap();
    assert_eq!(gone.rows_affected(), 0);
}

impl TestApp {
    /// How many rows a table has.
    pub async fn rows(&self, table: &str) -> i64 {
        let query = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        sqlx::query_scalar(query).fetch_one(&mut self.owner().await).await.unwrap()
    }

    /// The roles in which files were read, by name.
    pub async fn read_by(&self) -> Vec<String> {
        sqlx::query_scalar("SELECT actor_role FROM audit_events WHERE action = 'evidence.read' ORDER BY actor_role")
            .fetch_all(&mut self.owner().await)
            .await
            .unwrap()
    }

    /// Waits until `holds` does.
    pub async fn until(&self, what: &str, holds: impl AsyncFn() -> bool) {
        for _ in 0..300 {
            if holds().await {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("it never came to this: {what}");
    }

    /// A connection on which a form has begun.
    fn open(&self, request: &Value, headers: &str, body: &[u8]) -> TcpStream {
        let mut connection = TcpStream::connect(self.base.replace("http://desk.localhost", "127.0.0.1")).unwrap();
        let token = self.actor("tailspin-global-admin").token.unwrap();
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: desk.localhost\r\nAuthorization: Bearer {token}\r\n{headers}Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n",
            path(request)
        );
        connection.write_all(head.as_bytes()).unwrap();
        connection.write_all(body).unwrap();
        connection
    }

    /// The beginning of the answer to a form that is not sent to its end.
    async fn raw(&self, request: &Value, headers: &str, body: &[u8]) -> String {
        let mut connection = self.open(request, headers, body);
        let read = tokio::task::spawn_blocking(move || {
            let mut answer = vec![0; 4096];
            let mut length = 0;
            // Head and body may come apart.
            while let Ok(read @ 1..) = connection.read(&mut answer[length..]) {
                length += read;
                if answer[..length].ends_with(b"}") {
                    break;
                }
            }
            String::from_utf8_lossy(&answer[..length]).into_owned()
        });
        read.await.unwrap()
    }
}
