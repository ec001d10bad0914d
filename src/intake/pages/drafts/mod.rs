//! The step-by-step form: `/support/requests/new` and `/support/drafts/{id}/…`.
//!
//! A step is saved as it was typed before it is looked at, so nothing typed is lost: not to an error, not to another window
//! ([`save`]), not to a session that ended meanwhile ([`resume`]).

mod answers;
mod check;
mod contact;
mod delete;
mod evidence;
mod filling;
mod issue;
mod page;
mod questions;
mod resume;
mod save;
mod scope;
mod step;
mod who;

pub(super) use filling::Section;
pub(super) use questions::question;
pub(super) use step::{Step, answer_name};

use actix_web::web::{ServiceConfig, get, post, resource};

/// `/support/requests/new`, `/support/drafts/…`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/support/requests/new").route(get().to(issue::ask)).route(post().to(issue::begin)))
        .service(resource("/support/drafts/{id}").route(get().to(check::go_on)))
        .service(resource("/support/drafts/{id}/check").route(get().to(check::show)).route(post().to(check::submit)))
        .service(resource("/support/drafts/{id}/delete").route(get().to(delete::ask)).route(post().to(delete::submit)))
        .service(
            resource("/support/drafts/{id}/evidence")
                .route(get().to(evidence::show))
                .route(post().to(evidence::submit)),
        )
        .service(resource("/support/drafts/{id}/{step}").route(get().to(page::show)).route(post().to(page::submit)));
}
