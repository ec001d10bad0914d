//! Files with a request: a vendor's answer, a screenshot, a mail. Taken as what their content is, kept apart from their rows, scanned
//! where a scanner is configured, read only by recorded downloads.
//!
//! An upload goes `receive` (off the wire, bounded) → `add` (looked at by [`kind`], written piece by piece by a [`store`], its row last) →
//! `scanning` (in the background) → `read`.

mod add;
pub mod api;
mod keeper;
mod kind;
mod look;
mod name;
pub mod pages;
mod read;
mod receive;
mod record;
mod remove;
mod scanner;
mod scanning;
mod store;
mod sweep;
pub mod view;

pub use keeper::Keeper;
pub use kind::MediaType;
pub use record::{Evidence, Holder, Scan, hand_on, of, of_requests};
pub use scanner::ScannerAddress;
pub use scanning::work;
pub use store::{Access, Content, EvidenceStore, PgStore};
pub use sweep::sweep;

/// Most bytes of a file.
pub const MAX_BYTES: u64 = 10 * 1024 * 1024;
/// Most files of a request or draft; `evidence.place` in the database says the same.
pub const MAX_FILES: usize = 5;

/// Every address of this room.
pub fn routes(cfg: &mut actix_web::web::ServiceConfig) {
    cfg.configure(api::routes).configure(pages::routes);
}
