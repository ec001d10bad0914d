//! The reviewers' pages: the queue, a request with everything around it, and the decision in two steps.

mod ask;
mod course;
mod decide;
mod dossier;
mod earlier;
mod form;
mod presence;
mod preview;
mod queue;
mod queue_form;
mod queue_row;
mod saved_views;
mod show;
mod words;

use actix_web::web::{Path, Redirect, ServiceConfig, resource};

/// `/queue…`, `/review/{ref}`, `/review/{ref}/ask`, `/review/{ref}/decide` (asks once more), `/review/{ref}/decision` (does it)
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/queue").get(queue::show))
        .service(resource("/queue/next").post(queue::next))
        .service(resource("/queue/wishes").post(queue::wish))
        .service(resource("/queue/views").post(saved_views::save))
        .service(resource("/queue/views/{id}/forget").post(saved_views::forget))
        .service(resource("/review/{ref}").get(show::show))
        .service(resource("/review/{ref}/visit").post(presence::visit))
        .service(resource("/review/{ref}/claim").get(back).post(presence::claim_it))
        .service(resource("/review/{ref}/release").get(back).post(presence::release_it))
        .service(resource("/review/{ref}/ask").get(back).post(ask::send))
        .service(resource("/review/{ref}/decide").get(back).post(decide::ask))
        .service(resource("/review/{ref}/decision").get(back).post(decide::act));
}

/// A page that answers a form has no address of its own: the language switch and a reload lead to the request.
async fn back(reference: Path<String>) -> Redirect {
    Redirect::to(format!("/review/{reference}")).see_other()
}
