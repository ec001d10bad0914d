//! The pages that need no data of anyone: explanations, statements, settings, refusals.

mod problems;

/// The routes of these pages.
pub fn routes(cfg: &mut actix_web::web::ServiceConfig) {
    cfg.configure(problems::routes);
}
