//! The decision table: editions of the policy as data, checked when they are read; a request judged by one of them.
//!
//! ```text
//! edition file ─ check ─> Edition ─┐
//! request (intake) ────────────────┴─ table ─> Verdict ─ text check ─> Classification ─ render ─> words in a language
//! ```
//! Pure: no database, no clock. Nothing here knows an issue, a question or a rule by name; all of them are the
//! edition's. What an edition file may say is told in `docs/POLICY.md`.

pub mod answers;
pub mod case;
mod check;
pub mod classification;
pub mod cli;
mod edition;
mod fault;
mod file;
mod live;
mod looser;
mod outline;
mod policies;
mod render;
mod rule_words;
pub mod table;
mod template;
#[cfg(test)]
mod tests;
pub mod text;

pub use classification::{Classification, classify};
pub use edition::{Behaviour, ClaimHint, Edition, Issue, Kind, Limit, Limits, Named, Outcome, Question, Surface};
pub use fault::{Fault, FaultKind};
pub use live::LivePolicies;
pub use looser::{Loosening, looser};
pub use outline::{Difference, RuleWords, Section, differences, outline, rules_in_words, until_then};
pub use policies::{FileFault, NoEdition, Policies, PoliciesError, example_request};
pub use render::{ClassificationView, CriterionView, GuidanceView, ReasonView};
pub use text::{Fact, Passage, Statement, Topic};
