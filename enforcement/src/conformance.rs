//! The conformance cases: what every enforcement point decides, in whatever language it is written.
//!
//! They come with the crate, so that a service can prove its own evaluator in a test; `mfa-gate conformance` asks a program
//! for each of them. `conformance/README.md` describes their form.
//!
//! ```
//! use mfa_enforcement::conformance::suites;
//! for suite in suites().iter().filter(|suite| suite.name != "routes") {
//!     for (case, question) in suite.questions() {
//!         // let answer = my_evaluator(question.feed, question.input);
//!         // assert_eq!(answer, case.expected, "{}: {}", suite.name, case.name);
//!         assert!(case.expected.is_object() && (question.feed.is_null() || question.feed["rules"].is_array()));
//!     }
//! }
//! ```

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A file of cases.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suite {
    /// The name of the file.
    #[serde(skip)]
    pub name: &'static str,
    /// What its cases are about, in a sentence.
    pub about: String,
    /// Surfaces and routes, as in a routes file.
    pub routes: Option<Value>,
    /// Feed documents by name; null where there is none.
    pub feeds: BTreeMap<String, Value>,
    /// The cases.
    pub cases: Vec<Case>,
}

/// One case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it says.
    pub name: String,
    /// Which of the suite's feeds is held.
    pub feed: String,
    /// The decision input.
    pub input: Value,
    /// The decision, or `{"error": [{"pointer", "code"}, …]}`.
    pub expected: Value,
}

/// A case with all that an evaluator needs to answer it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Question<'a> {
    /// The feed document; null for none.
    pub feed: &'a Value,
    /// Surfaces and routes; null for none.
    pub routes: Option<&'a Value>,
    /// The decision input.
    pub input: &'a Value,
}

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../tests/cases/", $name, ".json")))),+]
    };
}

/// The suites in the order of their names.
pub fn suites() -> Vec<Suite> {
    let files =
        files!("amr", "edges", "malformed", "match", "order", "required", "routes", "several", "strict", "time");
    let read = files.map(|(name, text)| Suite { name, ..serde_json::from_str(text).expect("a file of cases") });
    read.into_iter().collect()
}

impl Suite {
    /// Each case with its question.
    pub fn questions(&self) -> impl Iterator<Item = (&Case, Question<'_>)> {
        self.cases.iter().map(|case| {
            let feed = self.feeds.get(&case.feed).unwrap_or(&Value::Null);
            (case, Question { feed, routes: self.routes.as_ref(), input: &case.input })
        })
    }
}
