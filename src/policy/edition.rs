//! An edition of the policy: what applies from an instant on, with all its texts. Made only by [`Edition::parse`], so
//! whoever holds one may rely on what `policy check` checks.

use super::case::Scope;
use super::check;
use super::fault::Fault;
use super::text::{Fact, Topic};
use crate::doctor;
use crate::locale::Bilingual;
use chrono::{DateTime, FixedOffset, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// What can be granted without a reviewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Distinct named users. "Every user" is always over the limit.
    pub max_users: u32,
    /// Days of 24 hours.
    pub max_days: u32,
    /// Days of 24 hours from submission to start.
    pub max_start_days: u32,
}

impl Limits {
    /// What no edition may exceed.
    pub const CEILING: Self = Self { max_users: 50, max_days: 90, max_start_days: 30 };
}

/// A machine name with its label.
#[derive(Clone, Debug)]
pub struct Named {
    /// As on the wire.
    pub name: String,
    /// As people read it.
    pub label: Bilingual,
}

/// How enforcement treats a surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Behaviour {
    /// Pages in the browser.
    Dashboard,
    /// The partner centre's API.
    PartnerApi,
    /// Sites that sign in to a customer's tenant.
    DelegatedAdminPortal,
    /// APIs of a customer's tenant.
    DelegatedAdminApi,
}

/// A place where MFA can be suppressed.
#[derive(Clone, Debug)]
pub struct Surface {
    /// As on the wire.
    pub name: String,
    /// How enforcement treats it.
    pub behaviour: Behaviour,
    /// As people read it.
    pub label: Bilingual,
    /// What belongs to it.
    pub hint: Bilingual,
}

/// What an answer may be.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `yes`, `no` or `unsure`.
    YesNoUnsure,
    /// One of these.
    Choice(Vec<Named>),
    /// Text of at most [`MAX_ANSWER_CHARS`](super::answers::MAX_ANSWER_CHARS) characters.
    Text,
    /// At most [`MAX_ANSWER_ENTRIES`](super::answers::MAX_ANSWER_ENTRIES) such texts.
    TextList,
}

/// A question of an issue.
#[derive(Clone, Debug)]
pub struct Question {
    /// Key in `answers`.
    pub name: String,
    /// What an answer may be.
    pub kind: Kind,
    /// The question itself.
    pub label: Bilingual,
    /// Help for answering it.
    pub hint: Option<Bilingual>,
    /// Whether an answer in words fits one short line: `text` only.
    pub short: bool,
    /// What the text check may find out about it; yes/no questions only.
    pub text_fact: Option<Fact>,
}

/// What a request comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every criterion is met.
    Accept,
    /// There is another way; guidance names it.
    Deny,
    /// A person decides.
    Review,
}

/// One of the limits that a rule may look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// More distinct users than [`Limits::max_users`].
    Users,
    /// Every user of the tenant.
    EveryUser,
    /// More days than [`Limits::max_days`].
    Days,
    /// A start later than [`Limits::max_start_days`] after submission.
    Start,
}

impl Limit {
    pub(super) const ALL: [Self; 4] = [Self::Users, Self::EveryUser, Self::Days, Self::Start];
}

/// When a rule decides.
#[derive(Clone, Debug)]
pub(super) enum Condition {
    /// The answer to `question` is `value`.
    Is { question: String, value: String },
    /// At least one of these answers is empty.
    AnyEmpty(Vec<String>),
    /// A surface is asked for that the issue does not grant without a reviewer.
    SurfaceOutsideAuto,
    /// More is asked for than one of these limits.
    OverLimits(BTreeSet<Limit>),
    /// Every request that gets here.
    Always,
}

/// A line of the decision table.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub when: Condition,
    pub outcome: Outcome,
    pub reason: String,
    /// The rule's own sentence, instead of the reason's.
    pub detail: Option<Bilingual>,
    /// What it means when the rule does not decide.
    pub otherwise: Option<Bilingual>,
    /// Codes of the guidance, in order.
    pub guidance: Vec<String>,
}

/// What the doctor may see in a token's claims when this issue is the reason, and the answers that follow from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimHint {
    /// What is seen.
    pub finding: doctor::Code,
    /// Answers by question, as on the wire: a value, or text.
    pub answers: BTreeMap<String, String>,
}

/// An issue that partners may give as the reason of a request.
#[derive(Clone, Debug)]
pub struct Issue {
    pub(super) slug: String,
    pub(super) title: Bilingual,
    pub(super) summary: Bilingual,
    pub(super) explanation: Bilingual,
    pub(super) questions: Vec<Question>,
    pub(super) auto_surfaces: BTreeSet<String>,
    pub(super) never_surfaces: BTreeSet<String>,
    pub(super) sunset: Option<Sunset>,
    /// What a text is about that gives this issue as its reason; no other issue's.
    pub(super) text_topic: Option<Topic>,
    /// Codes of the guidance for as long as a person has not decided.
    pub(super) until_then: Vec<String>,
    pub(super) claim_hints: Vec<ClaimHint>,
    /// Every rule but the last.
    pub(super) rules: Vec<Rule>,
    // INVARIANT: whatever the rules before it leave undecided, this one decides (held by `check`).
    pub(super) last_rule: Rule,
}

/// From when an issue leads to no exception any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sunset {
    pub at: DateTime<FixedOffset>,
    /// Line of the file that says so.
    pub line: usize,
}

/// Lines of an edition file at which two editions can be found not to go together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines {
    pub policy: usize,
    pub version: usize,
    pub effective_at: usize,
}

/// The sentences of a reason code.
#[derive(Clone, Debug)]
pub(super) struct ReasonTexts {
    pub detail: Bilingual,
    /// Other sentences, by criterion.
    pub details: BTreeMap<String, Bilingual>,
    pub guidance: Vec<String>,
}

/// The policy from an instant on.
#[derive(Debug)]
pub struct Edition {
    pub(super) policy: String,
    /// What the edition is called within the policy.
    pub(super) name: String,
    /// Policy, edition and number in one.
    pub(super) version: String,
    /// Counts the changes of an edition, from 1.
    pub(super) number: u32,
    pub(super) effective_at: DateTime<Utc>,
    pub(super) topic: Named,
    pub(super) problem_type: Named,
    pub(super) roles: Vec<Named>,
    /// Names of those roles whose people file.
    pub(super) filing_roles: BTreeSet<String>,
    pub(super) limits: Limits,
    pub(super) surfaces: Vec<Surface>,
    pub(super) issues: Vec<Issue>,
    pub(super) reasons: BTreeMap<String, ReasonTexts>,
    pub(super) guidance: BTreeMap<String, Bilingual>,
    pub(super) lines: Lines,
    /// The file itself.
    pub(super) source: String,
}

impl Edition {
    /// Reads and checks an edition file.
    ///
    /// # Errors
    /// Everything that is wrong with it, by line; a file that is no TOML, or has an unknown or missing key, gives only
    /// the first such fault.
    pub fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        check::edition(text)
    }

    /// Policy, edition and version, such as `partner-center/2020-03-01.1`: what a classification records.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What tells it from the policy's other editions, such as `2020-03-01.1`: edition and version.
    pub fn id(&self) -> String {
        format!("{}.{}", self.name, self.number)
    }

    /// The file that it was read from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// From when it applies (inclusive).
    pub fn effective_at(&self) -> DateTime<Utc> {
        self.effective_at
    }

    /// The one topic that it handles.
    pub fn topic(&self) -> &Named {
        &self.topic
    }

    /// The one problem type that it handles.
    pub fn problem_type(&self) -> &Named {
        &self.problem_type
    }

    /// The roles of the partners' people that it knows, by the names that the directory gives them.
    pub fn roles(&self) -> &[Named] {
        &self.roles
    }

    /// Those of [`roles`](Self::roles) whose people file for their tenant.
    pub fn filing_roles(&self) -> impl Iterator<Item = &Named> {
        self.roles.iter().filter(|role| self.may_file(&role.name))
    }

    /// Whether people with the role of this name file for their tenant.
    pub fn may_file(&self, role: &str) -> bool {
        self.filing_roles.contains(role)
    }

    /// What can be granted without a reviewer.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Every surface, in the order of the file.
    pub fn surfaces(&self) -> &[Surface] {
        &self.surfaces
    }

    /// The surface of this name.
    pub fn surface(&self, name: &str) -> Option<&Surface> {
        self.surfaces.iter().find(|surface| surface.name == name)
    }

    /// Every issue, in the order of the file.
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }

    /// The issue of this slug.
    pub fn issue(&self, slug: &str) -> Option<&Issue> {
        self.issues.iter().find(|issue| issue.slug == slug)
    }

    /// The guidance text of this code.
    pub fn guidance(&self, code: &str) -> Option<&Bilingual> {
        self.guidance.get(code)
    }

    /// Codes of what its denials tell the partner of the issue `slug` to do instead, in the order of its rules, each once.
    pub fn ways_out(&self, slug: &str) -> Vec<&str> {
        let issue = self.issue(slug).into_iter();
        let rules = issue.flat_map(|issue| issue.rules.iter().chain([&issue.last_rule]));
        let denials = rules.filter(|rule| rule.outcome == Outcome::Deny);
        let told = denials.flat_map(|rule| {
            let of_reason = self.reasons.get(&rule.reason).map(|reason| reason.guidance.as_slice());
            rule.guidance.iter().chain(of_reason.unwrap_or_default())
        });
        let mut codes: Vec<&str> = Vec::new();
        for code in told {
            if !codes.contains(&code.as_str()) {
                codes.push(code);
            }
        }
        codes
    }
}

impl Issue {
    /// Names the issue on the wire and in records, for good.
    pub fn slug(&self) -> &str {
        &self.slug
    }

    /// What the issue is, in a line.
    pub fn title(&self) -> &Bilingual {
        &self.title
    }

    /// Whom it concerns.
    pub fn summary(&self) -> &Bilingual {
        &self.summary
    }

    /// Whether the reason can be valid, and why.
    pub fn explanation(&self) -> &Bilingual {
        &self.explanation
    }

    /// Whether a rule may come to `outcome`.
    pub fn may_come_to(&self, outcome: Outcome) -> bool {
        self.table().any(|rule| rule.outcome == outcome)
    }

    /// What a request comes to that no rule before the last one decides.
    pub fn otherwise(&self) -> Outcome {
        self.last_rule.outcome
    }

    /// What a token's claims look like when this issue is the reason.
    pub fn claim_hints(&self) -> &[ClaimHint] {
        &self.claim_hints
    }

    /// What is asked, in order.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// The question of this name.
    pub fn question(&self, name: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.name == name)
    }

    /// Whether a rule may look at the answer to `question`.
    pub fn reads(&self, question: &str) -> bool {
        self.table().any(|rule| match &rule.when {
            Condition::Is { question: read, .. } => read == question,
            Condition::AnyEmpty(read) => read.iter().any(|read| read == question),
            Condition::SurfaceOutsideAuto | Condition::OverLimits(_) | Condition::Always => false,
        })
    }

    /// Surfaces that can be granted without a reviewer.
    pub fn auto_surfaces(&self) -> &BTreeSet<String> {
        &self.auto_surfaces
    }

    /// Surfaces that not even a reviewer can grant.
    pub fn never_surfaces(&self) -> &BTreeSet<String> {
        &self.never_surfaces
    }

    /// From when no exception of this issue is granted or in force.
    pub fn sunset(&self) -> Option<DateTime<Utc>> {
        self.sunset.map(|sunset| sunset.at.to_utc())
    }

    /// Codes of the guidance for as long as a person has not decided.
    pub fn until_then(&self) -> &[String] {
        &self.until_then
    }

    /// What a text is about that gives this issue as its reason.
    pub fn text_topic(&self) -> Option<Topic> {
        self.text_topic
    }

    /// `until`, or the sunset where that is earlier.
    pub fn cut_at_sunset(&self, until: DateTime<Utc>) -> DateTime<Utc> {
        self.sunset().map_or(until, |sunset| until.min(sunset))
    }

    /// Whether the scope would begin only when the issue's exceptions have ended.
    pub(super) fn is_over(&self, scope: Option<&Scope>, at: DateTime<Utc>) -> bool {
        let start = scope.map_or(at, |scope| scope.start(at));
        self.sunset().is_some_and(|sunset| start >= sunset)
    }

    pub(super) fn table(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().chain(std::iter::once(&self.last_rule))
    }
}
