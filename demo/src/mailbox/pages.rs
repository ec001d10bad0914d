//! The list of mails, and one of them.

use super::{Mail, Mails};
use crate::pages::{Page, html, stylesheet};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, ServiceConfig, get};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

#[derive(Template)]
#[template(path = "mailbox/list.html")]
struct ListPage {
    page: Page,
    mails: Vec<Mail>,
}

#[derive(Template)]
#[template(path = "mailbox/show.html")]
struct MailPage {
    page: Page,
    mail: Mail,
}

/// `/`, `/{number}`
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/", get().to(list)).route("/demo.css", get().to(stylesheet)).route("/{number}", get().to(show));
}

async fn list(request: HttpRequest, mails: Data<Mails>) -> HttpResponse {
    let page = Page::new(&request);
    html(StatusCode::OK, &ListPage { page, mails: mails.all() }, page.lang, &[])
}

async fn show(request: HttpRequest, mails: Data<Mails>, number: Path<usize>) -> HttpResponse {
    let page = Page::new(&request);
    match mails.find(*number) {
        Some(mail) => html(StatusCode::OK, &MailPage { page, mail }, page.lang, &[]),
        None => HttpResponse::NotFound().finish(),
    }
}
