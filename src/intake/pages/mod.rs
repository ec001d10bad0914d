//! The partner's pages about requests, and the check before one is filed.

mod drafts;
mod help;
mod list;
mod outcome;
pub mod parts;
pub mod passages;
pub mod receipt;
pub mod said;
mod self_check;
mod show;
mod step;

pub use show::guard_words;

use crate::app::Desk;
use crate::db::Tx;
use crate::identity::Filer;
use crate::identity::partners::{self, Partner};
use crate::policy::Edition;
use crate::problem::Kind;
use crate::web::{Failure, Message};
use actix_web::web::{ServiceConfig, get, post, resource};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// `/help`, `/help/issues/…`, `/self-check…`, `/support/requests…`, `/support/drafts…`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/self-check").route(get().to(self_check::index)))
        .service(resource("/self-check/{issue}").route(get().to(self_check::issue)))
        .service(resource("/support/requests").route(get().to(list::show)))
        .configure(help::routes)
        .configure(drafts::routes)
        .service(resource("/support/requests/{reference}").route(get().to(show::show)))
        .service(
            resource("/support/requests/{reference}/{step}").route(get().to(step::ask)).route(post().to(step::submit)),
        );
}

/// The filer's tenant as it is registered.
///
/// # Errors
/// 403 when it is not.
async fn partner_of(tx: &mut Tx, filer: &Filer) -> Result<Partner, Failure> {
    partners::find(tx, filer.tenant).await?.ok_or_else(|| super::file::not_registered(filer.tenant))
}

/// 404 for a reference that is none of the tenant's: the way on is the list.
fn no_request() -> Failure {
    Failure::new(Kind::NotFound).way_out("/support/requests", Message::new("home-all-requests"))
}

/// The edition of the policy that applies at `now`.
fn edition_at(desk: &Desk, now: DateTime<Utc>) -> Result<Arc<Edition>, Failure> {
    desk.policies.at(now).map_err(|error| Failure::internal(anyhow::anyhow!("{error}")))
}
