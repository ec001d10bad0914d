//! The feed: one line of versions of the suppression rules, signed, for enforcement points to pull.

mod changes;
pub mod cli;
pub mod cli_keys;
mod document;
mod epoch;
pub mod http;
mod key_folder;
mod key_set;
mod keys;
mod lineage;
mod mark_file;
mod memory;
pub mod opa;
mod places;
mod publish;
mod reading;
mod rotation;
mod signer;
pub mod stream;

pub use document::{Encoding, Form, Forms, Published};
pub use epoch::{Begun, begin as begin_epoch};
pub use key_folder::{KeyOptions, Keys};
pub use key_set::{KeyLine, KeyState};
pub use keys::{KeyError, SigningKey};
pub use lineage::{Mark, Stop};
pub use mark_file::{MarkError, MarkFile};
pub use memory::{Feed, Settings};
pub use publish::{FeedLock, Touched, ensure_head, publish_expiries};
pub use reading::sweep;
pub use rotation::rotate_by_age;
pub use signer::{SignError, Signer};
