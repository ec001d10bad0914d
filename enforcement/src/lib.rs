//! Decides whether MFA is suppressed: one evaluator for the library, the gate and the desk's own preview.
//!
//! | module | what it gives | needs |
//! | --- | --- | --- |
//! | [`wire`] | the feed document: [`Snapshot`], [`Rule`], [`Subjects`] | – |
//! | [`digest`] | [`RulesDigest`], which follows each change of the rules | – |
//! | [`index`] | [`RuleIndex`]: who covers this user now? | – |
//! | [`rule_set`] | [`RuleSet`]: rules with their digest, changed only to what the digest says | – |
//! | [`surface`] | names of surfaces, each with one of four behaviours | – |
//! | [`decision`] | [`decide`]: [`Feed`] and [`DecisionInput`] in, [`Decision`] out | – |
//! | [`input`] | decision inputs from JSON, strict and lenient as the contract says | – |
//! | [`routes`] | which surface a host, method and path belong to | – |
//! | [`conformance`] | the cases that every evaluator meets | – |
//! | [`opa`] | the same decision as a policy and data of Open Policy Agent | – |
//!
//! | `client` (feature) | pulls, verifies and keeps the feed; `FeedHandle` decides by it | network, disk, a clock |
//! | `gate` (feature) | the forward-auth service: what a proxy asks, the gate's own sign-in and pages | network, a clock |
//! | `cli` (feature `gate`) | the command line of `mfa-gate` | – |
//!
//! What stands above `client` is pure: no clock, no files, no network. Nothing but a fresh, genuine feed suppresses MFA; so
//! where a document cannot be read, an input has errors, or nothing was ever pulled, the answer is more MFA, never less.
//!
//! # In a service of one's own
//!
//! With a document that was verified elsewhere, a decision takes these steps:
//!
//! ```
//! use mfa_enforcement::{Feed, RuleIndex, Snapshot, Surfaces, decide, input};
//! let document = br#"{"issuer": "https://desk.example", "epoch": "6f1c2f4e-5f0e-4c38-9d0a-0b5a3a3f8f10", "version": 1,
//!   "rules_digest": "sha-256:00", "issued_at": "2026-11-22T10:00:00Z", "expires_at": "2026-11-22T10:15:00Z", "rules": []}"#;
//! let feed = Snapshot::read(document)?.snapshot;
//! let rules = RuleIndex::of(&feed.rules);
//! let line = br#"{"at": "2026-11-22T10:05:00Z", "surface": "dashboard", "flow": "interactive", "amr": ["pwd", "mfa"]}"#;
//! let input = input::read(line, &Surfaces::default(), None).expect("a well-formed input");
//! let decision = decide(Feed::Held { rules: &rules, expires_at: feed.expires_at }, &input);
//! assert_eq!(decision.reason.name(), "mfa_verified");
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! An input can as well be put together from types ([`DecisionInput`]), as `examples/decide.rs` does from a token's claims.
//! Where the service shall pull and verify the feed itself, take the feature `client` and its `FeedClient`: it refuses what
//! is forged, older than anything seen before, or a fork, also after a restart. `examples/service.rs` is such a service.
//!
//! What the answer asks for is in [`Decision`]: `decision`, `status`, `challenge`. A 401 on a `partner_api` surface carries
//! [`decision::REASON_PHRASE`] and [`decision::WWW_AUTHENTICATE`].
//!
//! # Features
//!
//! None are needed for what is above. `client` brings an HTTP client with TLS and JWS, `gate` (the default) the program
//! `mfa-gate` besides; a library wants `default-features = false`.

#[cfg(feature = "gate")]
pub mod cli;
#[cfg(feature = "client")]
pub mod client;
pub mod conformance;
pub mod decision;
pub mod digest;
#[cfg(feature = "gate")]
pub mod gate;
pub mod guid;
pub mod index;
pub mod input;
pub mod opa;
pub mod routes;
pub mod rule_set;
pub mod surface;
pub mod wire;

pub use decision::{Decision, DecisionInput, Feed, Flow, Freshness, Reason, Verdict, decide};
pub use digest::RulesDigest;
pub use index::RuleIndex;
pub use routes::Routes;
pub use rule_set::RuleSet;
pub use surface::{Behaviour, Surface, SurfaceName, Surfaces};
pub use wire::{Rule, Snapshot, Subjects};

/// The examples of the README are run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
