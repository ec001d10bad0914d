//! The feed: one line of versions of the suppression rules, signed, for enforcement points to pull.

mod changes;
mod document;
pub mod http;
mod keys;
mod memory;
pub mod opa;
mod publish;
pub mod stream;

pub use document::{Encoding, Form, Forms, Published};
pub use keys::{KeyError, SigningKey};
pub use memory::Feed;
pub use publish::{FeedLock, Touched, ensure_head, publish_expiries};
