use super::*;
use crate::locale::{Bilingual, Lang};
use crate::problem::{InputError, Problem};
use crate::web::{FormFields, JsonBody, Message, QueryOf, RoleName, Viewer};
use actix_web::dev::ServiceResponse;
use actix_web::test::{TestRequest, init_service, read_body, read_body_json, try_call_service};
use actix_web::web::{Data, Path, get, post, resource};
use actix_web::{App, HttpRequest, middleware};
use serde::Deserialize;
use url::Url;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its shape is read")]
struct Body {
    name: String,
    list: Vec<u32>,
}

async fn fails(req: HttpRequest) -> Result<HttpResponse, Failure> {
    req.extensions_mut().insert(Viewer { name: "Aiko Sato".to_owned(), ..Viewer::default() });
    Err(match req.query_string() {
        "internal" => Failure::internal(anyhow::anyhow!("secret of the database")),
        "sign-in" => Failure::new(Kind::SignInRequired),
        "step-up" => Failure::new(Kind::StepUpRequired),
        "busy" => Failure::new(Kind::TooManyRequests).retry_after(7),
        "open" => Failure::new(Kind::OpenRequestExists)
            .way_out("/support/requests/TE-2026-000123", Message::new("problem-open-request-exists")),
        "refused" => {
            let instead = Some(Message::new("problem-not-allowed-fix"));
            let partner = |name: &str| RoleName::Partner(Bilingual::of(|_| name.to_owned()));
            let may = vec![partner("Keeper"), RoleName::Own("lead")];
            Failure::refused(Refusal { have: vec![partner("Guest")], may, instead })
        }
        "panic" => panic!("a fault of ours"),
        _ => Failure::invalid(vec![InputError::new("/scope", "missing")]),
    })
}

async fn answer_to(request: TestRequest) -> ServiceResponse<BoxBody> {
    let site = Site::new(&Url::parse("https://desk.example").unwrap(), &[]);
    let machine = |path: &str| {
        resource(path.to_owned()).route(get().to(fails)).route(post().to(|_: JsonBody<Body>| async { "read" }))
    };
    let app = App::new()
        .app_data(Data::new(site))
        .wrap(middleware::from_fn(answer))
        .service(machine("/api/v1/x"))
        .service(resource("/x").route(get().to(fails)).route(post().to(fails)))
        .service(resource("/form").route(post().to(|_: FormFields| async { "read" })))
        .service(resource("/query").route(get().to(|_: QueryOf<Limits>| async { "read" })))
        .service(resource("/id/{id}").route(get().to(|_: Path<Uuid>| async { "read" })));
    let app = init_service(app).await;
    match try_call_service(&app, request.to_request()).await {
        Ok(response) => response.map_into_boxed_body(),
        Err(error) => ServiceResponse::new(TestRequest::default().to_http_request(), error.error_response()),
    }
}

use crate::web::Site;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its shape is read")]
struct Limits {
    limit: u32,
}

async fn problem_of(request: TestRequest) -> Problem {
    let response = answer_to(request).await;
    assert_eq!(response.headers().get("content-type").unwrap(), "application/problem+json");
    let status = response.status().as_u16();
    let problem: Problem = read_body_json(response).await;
    assert_eq!(problem.status, status);
    problem
}

async fn page_of(request: TestRequest) -> (u16, String) {
    let response = answer_to(request).await;
    assert_eq!(response.headers().get("content-type").unwrap(), "text/html; charset=utf-8");
    (response.status().as_u16(), String::from_utf8(read_body(response).await.to_vec()).unwrap())
}

fn header_of<'a>(response: &'a ServiceResponse<BoxBody>, name: &str) -> &'a str {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[actix_web::test]
async fn a_program_gets_a_problem_document_in_its_language() {
    let request = TestRequest::with_uri("/api/v1/x").insert_header(("accept-language", "ja"));
    let problem = problem_of(request).await;
    assert_eq!(problem.kind, "https://desk.example/problems/invalid-input");
    assert_eq!(problem.title, Lang::Ja.text("problem-invalid-input"));
    assert_eq!(problem.instance.as_deref(), Some("/api/v1/x"));
    assert_eq!((problem.errors[0].pointer.as_str(), problem.errors[0].code.as_str()), ("/scope", "missing"));
}

#[actix_web::test]
async fn a_person_gets_a_page_that_knows_who_reads_it() {
    let (status, html) = page_of(TestRequest::with_uri("/x?refused").insert_header(("accept", "text/html"))).await;
    assert_eq!(status, 403);
    assert!(html.contains("Aiko Sato"), "{html}");
    assert!(html.contains("Guest") && html.contains("Keeper, Lead reviewer"), "{html}");
}

#[actix_web::test]
async fn the_cause_of_a_fault_stays_in_the_log() {
    let response = answer_to(TestRequest::with_uri("/x?internal")).await;
    let id = header_of(&response, "x-request-id").to_owned();
    let html = String::from_utf8(read_body(response).await.to_vec()).unwrap();
    assert!(!html.contains("secret"), "{html}");
    assert!(html.contains(&id), "the page names the number to quote");
}

#[actix_web::test]
async fn a_panic_is_a_500_with_all_headers() {
    let response = answer_to(TestRequest::with_uri("/api/v1/x?panic")).await;
    assert_eq!(response.status(), 500);
    assert!(header_of(&response, "content-security-policy").starts_with("default-src 'none'"));
    assert_eq!(header_of(&response, "x-request-id").len(), 36);
    let problem: Problem = read_body_json(response).await;
    assert!(!problem.detail.unwrap().contains("fault of ours"));
}

#[actix_web::test]
async fn who_is_not_signed_in_is_led_to_sign_in_and_back_but_a_sent_form_is_not_lost_silently() {
    let response = answer_to(TestRequest::with_uri("/x?sign-in")).await;
    assert_eq!(response.status(), 303);
    assert_eq!(header_of(&response, "location"), "/sign-in?return_to=%2Fx%3Fsign-in");

    assert_eq!(page_of(TestRequest::with_uri("/x?sign-in").method(Method::POST)).await.0, 401);

    let response = answer_to(TestRequest::with_uri("/api/v1/x?sign-in")).await;
    assert_eq!((response.status().as_u16(), header_of(&response, "www-authenticate")), (401, "Bearer"));
}

#[actix_web::test]
async fn step_up_leads_back_to_the_page_that_asked_for_it() {
    let (status, html) = page_of(TestRequest::with_uri("/x?step-up")).await;
    assert_eq!(status, 403);
    assert!(html.contains("/sign-in?step_up=1&#38;return_to=%2Fx%3Fstep-up"), "{html}");
}

#[actix_web::test]
async fn waiting_times_and_ways_out_are_headers() {
    let busy = answer_to(TestRequest::with_uri("/api/v1/x?busy")).await;
    assert_eq!(header_of(&busy, "retry-after"), "7");
    let open = answer_to(TestRequest::with_uri("/api/v1/x?open")).await;
    assert_eq!(header_of(&open, "link"), "</support/requests/TE-2026-000123>; rel=\"related\"");
}

#[actix_web::test]
async fn what_actix_itself_refuses_is_told_like_everything_else() {
    assert_eq!(problem_of(TestRequest::with_uri("/api/v1/nowhere")).await.status, 404);
    assert_eq!(page_of(TestRequest::with_uri("/nowhere")).await.0, 404);
    assert_eq!(page_of(TestRequest::with_uri("/id/no-uuid")).await.0, 404);
    assert_eq!(page_of(TestRequest::with_uri("/form").method(Method::POST).set_json(1)).await.0, 415);
    let wrong_method = answer_to(TestRequest::with_uri("/api/v1/x").method(Method::DELETE)).await;
    assert_eq!((wrong_method.status().as_u16(), header_of(&wrong_method, "allow")), (405, "GET, POST"));
}

async fn sent(body: &'static str) -> Problem {
    let request = TestRequest::with_uri("/api/v1/x").method(Method::POST);
    problem_of(request.insert_header(("content-type", "application/json")).set_payload(body)).await
}

#[actix_web::test]
async fn a_json_body_is_refused_at_the_place_where_it_is_wrong() {
    assert_eq!(sent("{\"name\": ").await.status, 400);
    assert_eq!(sent("{\"name\": \"x\", \"list\": []} {}").await.status, 400);
    let place = |problem: Problem| (problem.status, problem.errors[0].pointer.clone(), problem.errors[0].code.clone());
    let expected = |pointer: &str, code: &str| (422, pointer.to_owned(), code.to_owned());
    assert_eq!(place(sent(r#"{"name": "x", "list": [1, "b"]}"#).await), expected("/list/1", "wrong_type"));
    assert_eq!(place(sent(r#"{"name": "x", "nmae": 1}"#).await), expected("/nmae", "unknown"));
    assert_eq!(place(sent(r#"{"name": "x", "a/b~": 1}"#).await), expected("/a~1b~0", "unknown"));
    assert_eq!(place(sent(r#"{"name": "x"}"#).await), expected("/list", "missing"));
    assert_eq!(place(sent(r#"{"name": "x", "name": "y"}"#).await), expected("/name", "duplicate"));
}

#[actix_web::test]
async fn a_body_that_is_no_json_or_too_long_is_refused_by_its_kind() {
    let post = || TestRequest::with_uri("/api/v1/x").method(Method::POST);
    let form = post().insert_header(("content-type", "text/plain")).set_payload("{}");
    assert_eq!(problem_of(form).await.status, 415);
    let packed = post().insert_header(("content-type", "application/json")).insert_header(("content-encoding", "gzip"));
    assert_eq!(problem_of(packed.set_payload("{}")).await.status, 415);
    let long = post().insert_header(("content-type", "application/json")).set_payload(" ".repeat(256 * 1024 + 1));
    assert_eq!(problem_of(long).await.status, 413);
}

#[actix_web::test]
async fn a_query_names_its_wrong_parameter() {
    let ask = |uri: &str| TestRequest::with_uri(uri).insert_header(("accept", "application/json"));
    let problem = problem_of(ask("/query?limit=x")).await;
    assert_eq!((problem.status, problem.errors[0].pointer.as_str()), (422, "/limit"));
    let problem = problem_of(ask("/query?limit=1&limt=2")).await;
    assert_eq!((problem.errors[0].pointer.as_str(), problem.errors[0].code.as_str()), ("/limt", "unknown"));
}
