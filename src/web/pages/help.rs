//! The glossary, and the statements that the footer links to.

use crate::locale::Lang;
use crate::web::components::{Empty, Markup};
use crate::web::table::{Column, Table};
use crate::web::{Html, Page, Reader};
use actix_web::web::{ServiceConfig, get, resource};
use askama::Template;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/help/glossary").route(get().to(glossary)));
    cfg.service(resource("/accessibility").route(get().to(|reader: Reader| statement(reader, &ACCESSIBILITY))));
    cfg.service(resource("/privacy").route(get().to(|reader: Reader| statement(reader, &PRIVACY))));
    cfg.service(resource("/status").route(get().to(|reader: Reader| statement(reader, &STATUS))));
}

/// The terms in the order in which a request meets them: `term-NAME` and `term-NAME-meaning`.
const TERMS: [&str; 19] = [
    "request",
    "issue",
    "criterion",
    "outcome",
    "exception",
    "subject",
    "surface",
    "evidence",
    "due",
    "business-day",
    "reviewer",
    "lead",
    "policy-admin",
    "auditor",
    "appeal",
    "sunset",
    "enforcement-point",
    "delegated-admin",
    "step-up",
];

#[derive(Template)]
#[template(path = "web/glossary.html")]
struct GlossaryPage {
    page: Page,
    table: Table,
}

async fn glossary(reader: Reader) -> Html<GlossaryPage> {
    let page = reader.page("glossary-title").back_to("/help", "help-title");
    let columns = ["glossary-term", "glossary-other", "glossary-meaning"].map(|key| Column::new(page.t(key))).to_vec();
    let mut table = Table::new(page.t("glossary-title"), columns, Empty::new("", "")).caption_is_title();
    for term in TERMS {
        let name = |lang: Lang| lang.text(&format!("term-{term}"));
        let reference = page.reader.site.branding().example_reference();
        let meaning = page.t1(&format!("term-{term}-meaning"), "reference", reference);
        let other = Markup::in_language(&name(page.other_lang()), page.other_lang());
        table = table.row([name(page.lang()).into(), other, meaning.into()]);
    }
    Html(GlossaryPage { page, table })
}

/// A page of headings and paragraphs: the messages `NAME-title`, `NAME-lead`, and `NAME-SECTION`, `NAME-SECTION-text`.
struct Statement {
    name: &'static str,
    sections: &'static [&'static str],
}

const ACCESSIBILITY: Statement = Statement { name: "accessibility", sections: &["goal", "how", "limits", "report"] };
const PRIVACY: Statement = Statement { name: "privacy", sections: &["what", "why", "who", "cookies", "rights"] };
const STATUS: Statement = Statement { name: "status-page", sections: &["now", "gate", "details"] };
/// Below the last section of the status page: addresses that monitors ask, each with a message `status-page-CHECK`.
const CHECKS: [(&str, &str); 4] = [
    ("/health/live", "status-page-live"),
    ("/health/ready", "status-page-ready"),
    ("/health/feed", "status-page-feed"),
    ("/health/scanner", "status-page-scanner"),
];

#[derive(Template)]
#[template(path = "web/statement.html")]
struct StatementPage {
    page: Page,
    lead: String,
    sections: Vec<(String, String)>,
    /// Addresses to look at, each with what it tells.
    checks: Vec<(&'static str, String)>,
}

async fn statement(reader: Reader, statement: &'static Statement) -> Html<StatementPage> {
    let name = statement.name;
    let page = reader.page(&format!("{name}-title"));
    let operator = page.organisation().map_or_else(|| page.t("branding-operator"), str::to_owned);
    let contact = page.support_contact();
    let whom = contact.map_or_else(
        || operator.clone(),
        |contact| page.t2("operator-reached", "operator", &operator, "contact", contact),
    );
    let told = |key: String| page.t1(&key, "operator", &whom);
    let text = |section: &&str| (page.t(&format!("{name}-{section}")), told(format!("{name}-{section}-text")));
    let sections = statement.sections.iter().map(text).collect();
    let checks = CHECKS.iter().filter(|_| name == STATUS.name).map(|(href, key)| (*href, page.t(key))).collect();
    Html(StatementPage { lead: page.t(&format!("{name}-lead")), sections, checks, page })
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{App, test};

    #[actix_web::test]
    async fn no_page_shows_a_key_in_place_of_its_text() {
        let app = test::init_service(App::new().configure(routes)).await;
        for path in ["/help/glossary", "/accessibility", "/privacy", "/status"] {
            for lang in Lang::ALL {
                let request = test::TestRequest::with_uri(path).insert_header(("accept-language", lang.tag()));
                let body = test::call_and_read_body(&app, request.to_request()).await;
                let html = String::from_utf8(body.to_vec()).unwrap();
                assert!(!html.contains("Unknown localization"), "{path} in {lang:?}: {html}");
            }
        }
    }
}
