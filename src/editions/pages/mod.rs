//! The pages of the policy's editions: which there are, what one says, what a changed one would do.

mod list;
mod show;
mod simulate;
mod words;

use actix_web::web::{ServiceConfig, resource};

/// `/policy…`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/policy").get(list::show))
        .service(resource("/policy/simulate").get(simulate::ask).post(simulate::act))
        .service(resource("/policy/editions").post(simulate::propose_edition))
        .service(resource("/policy/editions/{id}").get(show::show))
        .service(resource("/policy/editions/{id}/confirm").post(show::confirm_edition))
        .service(resource("/policy/editions/{id}/withdraw").post(show::withdraw_edition));
}
