//! The pages that need no data of anyone: explanations, statements, settings, refusals; and the frames of two that do.

mod access;
pub mod api_reference;
pub mod confirm;
#[cfg(feature = "demo")]
pub mod dev;
mod help;
pub mod home;
mod problems;
mod settings;
mod stopped;

/// The routes of these pages.
pub fn routes(cfg: &mut actix_web::web::ServiceConfig) {
    cfg.configure(access::routes)
        .configure(api_reference::routes)
        .configure(help::routes)
        .configure(problems::routes)
        .configure(settings::routes)
        .configure(stopped::routes);
}
