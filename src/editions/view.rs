//! An edition as the API shows it.

use super::store::Stored;
use crate::app::Desk;
use crate::db::Tx;
use crate::policy::{Edition, Loosening, Policies};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Where an edition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for a second person.
    Proposed,
    /// Known, and not applied yet.
    Coming,
    /// Judges now.
    InForce,
    /// Another has followed it.
    Past,
}

impl State {
    /// The machine name, also of the message `edition-state-CODE`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Coming => "coming",
            Self::InForce => "in_force",
            Self::Past => "past",
        }
    }
}

/// An edition and where it stands.
#[derive(Clone, Debug)]
pub struct Placed {
    /// What it says.
    pub edition: Arc<Edition>,
    /// Where it stands.
    pub state: State,
    /// Its row, unless it comes from a file.
    pub stored: Option<Stored>,
}

/// Every edition: those that are known, the first to apply first, then those that wait for a second person.
///
/// # Errors
/// When the database is away.
pub async fn placed(desk: &Desk, tx: &mut Tx) -> Result<Vec<Placed>, sqlx::Error> {
    let (known, stored) = (desk.policies.all(), super::store::all(tx).await?);
    let now = desk.clock.now();
    let in_force = known.at(now).map(|edition| edition.version().to_owned()).unwrap_or_default();
    let state = |edition: &Edition| match edition.effective_at() > now {
        true => State::Coming,
        false if edition.version() == in_force => State::InForce,
        false => State::Past,
    };
    let row = |version: &str| stored.iter().find(|stored| stored.policy_version == version).cloned();
    let known = known.editions().iter().map(|edition| Placed {
        state: state(edition),
        stored: row(edition.version()),
        edition: Arc::clone(edition),
    });
    let waiting = stored.iter().filter(|stored| stored.brought_in_at.is_none()).filter_map(|stored| {
        // It was checked when it was proposed; a newer program may read it otherwise, and then it only can be withdrawn.
        let edition = Edition::parse(&stored.text).ok()?;
        Some(Placed { edition: Arc::new(edition), state: State::Proposed, stored: Some(stored.clone()) })
    });
    Ok(known.chain(waiting).collect())
}

/// In which ways `placed` is looser than what applies before it.
pub fn loosenings(placed: &Placed, known: &Policies) -> Vec<Loosening> {
    super::bring_in::loosenings(&placed.edition, known)
}

/// An edition.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EditionView {
    /// What tells it from the others.
    #[schema(example = "2026-12-01.1")]
    pub id: String,
    /// As classifications record it.
    #[schema(example = "partner-center/2026-12-01.1")]
    pub policy_version: String,
    /// Where it stands.
    pub state: State,
    /// From when it applies.
    pub effective_at: DateTime<Utc>,
    /// Its issues, in order.
    pub issues: Vec<IssueView>,
    /// How it came in; null when it came with a file.
    pub proposal: Option<ProposalView>,
    /// In which ways it is looser than the one before it; only of one edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loosenings: Option<Vec<Loosening>>,
    /// The edition file; only of one edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// An issue of an edition.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct IssueView {
    /// Names it for good.
    pub slug: String,
    /// From when it leads to no exception any more.
    pub sunset: Option<DateTime<Utc>>,
}

/// How an edition came in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProposalView {
    /// When.
    pub proposed_at: DateTime<Utc>,
    /// By whom.
    pub proposed_by: String,
    /// Whether it loosens the policy, or may, and so needs a second person.
    pub looser: bool,
    /// The second person.
    pub confirmed_by: Option<String>,
    /// When it was brought in.
    pub brought_in_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Its `ETag`.
    pub version: i64,
}

impl EditionView {
    /// `placed` in a list.
    pub fn in_list(placed: &Placed) -> Self {
        let Placed { edition, state, stored } = placed;
        let issue = |issue: &crate::policy::Issue| IssueView { slug: issue.slug().to_owned(), sunset: issue.sunset() };
        Self {
            id: edition.id(),
            policy_version: edition.version().to_owned(),
            state: *state,
            effective_at: edition.effective_at(),
            issues: edition.issues().iter().map(issue).collect(),
            proposal: stored.as_ref().map(ProposalView::from),
            loosenings: None,
            text: None,
        }
    }

    /// `placed` by itself.
    pub fn alone(placed: &Placed, known: &Policies) -> Self {
        let text = Some(placed.edition.source().to_owned());
        Self { loosenings: Some(loosenings(placed, known)), text, ..Self::in_list(placed) }
    }
}

impl From<&Stored> for ProposalView {
    fn from(stored: &Stored) -> Self {
        Self {
            proposed_at: stored.proposed_at,
            proposed_by: stored.proposed_by_name.clone(),
            looser: stored.looser,
            confirmed_by: stored.confirmed_by_name.clone(),
            brought_in_at: stored.brought_in_at,
            withdrawn_at: stored.withdrawn_at,
            version: stored.version,
        }
    }
}
