//! The pages of the calendars: which there are, what one says, and announcing days on which it is closed.

mod announce;
mod list;
mod show;

use actix_web::web::{ServiceConfig, resource};

/// `/admin/calendars…`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/admin/calendars").get(list::show))
        .service(resource("/admin/calendars/{id}").get(show::show))
        .service(resource("/admin/calendars/{id}/announce").get(announce::ask).post(announce::preview_page))
        .service(resource("/admin/calendars/{id}/days").post(announce::act))
        .service(resource("/admin/calendars/{id}/withdraw").post(announce::take_back));
}
