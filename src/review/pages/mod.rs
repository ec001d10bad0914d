//! The reviewers' pages: the queue, second approvals, a request with everything around it, and the decision in two steps.

mod after_check;
mod approvals;
mod ask;
mod before;
mod course;
mod decide;
mod dossier;
mod earlier;
mod form;
mod give_back;
mod letters;
mod notes;
mod overlap;
mod presence;
mod preview;
mod queue;
mod queue_form;
mod queue_row;
mod same;
mod saved_views;
mod show;
mod words;

use actix_web::web::{Path, Redirect, ServiceConfig, resource};

/// `/queue…`, `/approvals`, `/review/{ref}`, `/review/{ref}/after-check`, `/review/{ref}/ask`, `/review/{ref}/decide` (asks once more),
/// `/review/{ref}/decision` (does it), `/review/{ref}/notes`, `/review/{ref}/return`, `/review/{ref}/same`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/queue").get(queue::show))
        .service(resource("/queue/next").post(queue::next))
        .service(resource("/queue/wishes").post(queue::wish))
        .service(resource("/queue/views").post(saved_views::save))
        .service(resource("/queue/views/{id}/forget").post(saved_views::forget))
        .service(resource("/approvals").get(approvals::list))
        .service(resource("/review/{ref}").get(show::show))
        .service(resource("/review/{ref}/visit").post(presence::visit))
        .service(resource("/review/{ref}/claim").get(back).post(presence::claim_it))
        .service(resource("/review/{ref}/release").get(back).post(presence::release_it))
        .service(resource("/review/{ref}/notes").get(back).post(notes::write))
        .service(resource("/review/{ref}/same").get(same::choose).post(same::act))
        .service(resource("/review/{ref}/return").get(give_back::ask).post(give_back::act))
        .service(resource("/review/{ref}/after-check").get(after_check::ask).post(after_check::act))
        .service(resource("/review/{ref}/ask").get(back).post(ask::send))
        .service(resource("/review/{ref}/decide").get(back).post(decide::ask))
        .service(resource("/review/{ref}/decision").get(back).post(decide::act));
}

/// A page that answers a form has no address of its own: the language switch and a reload lead to the request.
async fn back(reference: Path<String>) -> Redirect {
    Redirect::to(format!("/review/{reference}")).see_other()
}
