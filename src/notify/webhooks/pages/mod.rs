//! `/admin/webhooks`: endpoints, one of them with what was sent to it, adding one.

mod act;
mod delivery;
mod edit;
mod list;
mod new;
mod show;
mod words;

use actix_web::web::{ServiceConfig, resource};

/// `/admin/webhooks…`
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/admin/webhooks").get(list::show).post(new::add))
        .service(resource("/admin/webhooks/new").get(new::show))
        .service(resource("/admin/webhooks/{id}").get(show::show))
        .service(resource("/admin/webhooks/{id}/change").get(edit::show).post(edit::act))
        .service(resource("/admin/webhooks/{id}/test").post(act::test))
        .service(resource("/admin/webhooks/{id}/enable").post(act::enable))
        .service(resource("/admin/webhooks/{id}/disable").post(act::disable))
        .service(resource("/admin/webhooks/{id}/rotate").get(act::ask_rotate).post(act::rotate))
        .service(resource("/admin/webhooks/{id}/delete").get(act::ask_delete).post(act::delete))
        .service(resource("/admin/webhooks/{id}/deliveries/{event}").get(delivery::show))
        .service(resource("/admin/webhooks/{id}/deliveries/{event}/resend").post(delivery::resend));
}
