//! Around signing in: signed out, not allowed, and why MFA is asked for. The sign-in itself is identity's.

use crate::web::page::step_up_href;
use crate::web::{FormFields, Html, Page, Reader, RoleName};
use actix_web::HttpRequest;
use actix_web::web::{ServiceConfig, get, resource};
use askama::Template;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/signed-out").route(get().to(signed_out)));
    cfg.service(resource("/not-allowed").route(get().to(not_allowed)));
    cfg.service(resource("/step-up").route(get().to(step_up)));
}

#[derive(Template)]
#[template(path = "web/signed_out.html")]
struct SignedOutPage {
    page: Page,
}

async fn signed_out(reader: Reader) -> Html<SignedOutPage> {
    Html(SignedOutPage { page: reader.page("signed-out-title") })
}

#[derive(Template)]
#[template(path = "web/not_allowed.html")]
struct NotAllowedPage {
    page: Page,
    /// The roles whose people file, and those whose people do not.
    filing: Vec<String>,
    others: Vec<String>,
}

/// Who may do what, for people whom a refusal (or a colleague) sends here. A refusal itself is told where it happens.
async fn not_allowed(reader: Reader) -> Html<NotAllowedPage> {
    let texts = |roles: Vec<RoleName>| roles.iter().map(|role| role.text(reader.lang)).collect();
    let names = reader.site.names();
    let (filing, others) = (texts(names.filing_roles()), texts(names.other_roles()));
    Html(NotAllowedPage { page: reader.page("not-allowed-title"), filing, others })
}

#[derive(Template)]
#[template(path = "web/step_up.html")]
struct StepUpPage {
    page: Page,
    go: String,
}

/// Explains the additional confirmation before it happens; `return_to` is where it leads back to.
async fn step_up(reader: Reader, req: HttpRequest) -> Html<StepUpPage> {
    let query = FormFields::from_query(req.query_string());
    let go = step_up_href(query.get("return_to"));
    Html(StepUpPage { page: reader.page("step-up-title"), go })
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{App, test};

    #[actix_web::test]
    async fn the_way_back_from_step_up_stays_on_this_site() {
        let app = test::init_service(App::new().configure(routes)).await;
        for (asked, led) in [("%2Fqueue", "return_to=%2Fqueue"), ("https:%2F%2Fevil.example", "return_to=%2F\"")] {
            let request = test::TestRequest::with_uri(&format!("/step-up?return_to={asked}")).to_request();
            let html = String::from_utf8(test::call_and_read_body(&app, request).await.to_vec()).unwrap();
            assert!(html.contains(led), "{html}");
        }
    }
}
