//! `/problems` and `/problems/{code}`: what every problem `type` leads to.

use crate::problem::Kind;
use crate::web::components::{Anchor, Empty, Markup};
use crate::web::table::{Column, Table};
use crate::web::{Failure, Html, Page, Reader};
use actix_web::web::{Path, ServiceConfig, get, resource};
use askama::Template;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/problems").route(get().to(index)));
    cfg.service(resource("/problems/{code}").route(get().to(explain)));
}

#[derive(Template)]
#[template(path = "web/problems.html")]
struct IndexPage {
    page: Page,
    table: Table,
}

async fn index(reader: Reader) -> Html<IndexPage> {
    let page = reader.page("reference-title").back_to("/help", "nav-help");
    let columns = vec![
        Column::new(page.t("reference-problem")),
        Column::new(page.t("reference-code")),
        Column::new(page.t("reference-status")).number(),
    ];
    let mut table = Table::new(page.t("reference-title"), columns, Empty::new("", "")).caption_is_title();
    for kind in Kind::ALL {
        let title = page.t(&format!("problem-{}", kind.code()));
        let link = Anchor::new(format!("/problems/{}", kind.code()), title);
        table = table.row([link.into(), kind.code().into(), Markup::from(kind.status().to_string())]);
    }
    Html(IndexPage { page, table })
}

#[derive(Template)]
#[template(path = "web/problem.html")]
struct ProblemPage {
    page: Page,
    code: &'static str,
    status: u16,
    meaning: String,
    cause: String,
    fix: String,
    example: String,
}

async fn explain(reader: Reader, code: Path<String>) -> Result<Html<ProblemPage>, Failure> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.code() == *code).ok_or(Failure::new(Kind::NotFound))?;
    let text = |part: &str| reader.lang.text(&format!("problem-{}-{part}", kind.code()));
    let example = example(kind).problem(reader.site.base(), reader.lang, "/api/v1/requests");
    Ok(Html(ProblemPage {
        page: reader.page(&format!("problem-{}", kind.code())).back_to("/problems", "reference-title"),
        code: kind.code(),
        status: kind.status(),
        meaning: text("meaning"),
        cause: text("cause"),
        fix: text("fix"),
        example: serde_json::to_string_pretty(&example).map_err(Failure::internal)?,
    }))
}

fn example(kind: Kind) -> Failure {
    match kind {
        Kind::InvalidInput => Failure::invalid(vec![crate::problem::InputError::new("/scope/surfaces", "missing")]),
        kind => Failure::new(kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Lang;
    use actix_web::{App, test};

    #[actix_web::test]
    async fn every_problem_type_has_its_page_in_both_languages() {
        let app = test::init_service(App::new().configure(routes)).await;
        for (kind, lang) in Kind::ALL.into_iter().flat_map(|kind| Lang::ALL.map(|lang| (kind, lang))) {
            let request = test::TestRequest::with_uri(&format!("/problems/{}", kind.code()))
                .insert_header(("accept-language", lang.tag()))
                .to_request();
            let body = test::call_and_read_body(&app, request).await;
            let html = String::from_utf8(body.to_vec()).unwrap();
            for part in ["", "-detail", "-meaning", "-cause", "-fix"] {
                let key = format!("problem-{}{part}", kind.code());
                let text = lang.try_text(&key).unwrap_or_else(|| panic!("no message {key} in {lang:?}"));
                assert!(part == "-detail" || html.contains(&text), "{key} in {lang:?}");
            }
        }
    }

    #[actix_web::test]
    async fn an_unknown_code_is_not_found() {
        let app = test::init_service(App::new().configure(routes)).await;
        let response = test::call_service(&app, test::TestRequest::with_uri("/problems/x").to_request()).await;
        assert_eq!(response.status(), 404);
    }
}
