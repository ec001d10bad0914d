//! What a changed edition would do: every stored request judged again, every open exception looked at again. Read in parts,
//! so that it takes no more memory for many requests than for few.

use crate::db::Db;
use crate::exceptions::{self, Exception};
use crate::intake::NewRequest;
use crate::intake::request::{self, Request};
use crate::policy::{Classification, Edition, Outcome};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// How many requests are read at once.
const PART: i64 = 200;
/// Most references that are named for one kind of change: the newest.
const REFERENCES: usize = 20;

/// What an edition would do otherwise.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Backtest {
    /// Policy, edition and version that were tried.
    #[schema(example = "partner-center/2026-12-01.1")]
    pub policy_version: String,
    /// Whether every stored request was looked at, or the newest alone.
    pub complete: bool,
    /// Past classifications.
    pub requests: Part,
    /// Exceptions that are in force or scheduled.
    pub open_exceptions: Part,
}

/// How many were looked at, and what would come out otherwise.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct Part {
    /// How many were looked at.
    pub looked_at: u64,
    /// For how many something else would come out.
    pub changed: u64,
    /// What would change, by issue.
    pub changes: Vec<Change>,
}

/// One kind of change.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Change {
    /// Slug of the issue.
    pub issue: String,
    /// What came out: `accept`, `deny`, `review`; of an exception, how it was granted: `automatic`, `by_person`.
    #[schema(example = "accept")]
    pub from: &'static str,
    /// What would come out: `accept`, `deny`, `review`, `invalid` (it could not be filed so any more); of an exception also
    /// `never_surface` (nobody could grant it) and `sunset` (it would end earlier).
    #[schema(example = "review")]
    pub to: &'static str,
    /// How many.
    pub count: u64,
    /// The newest of them, 20 at most.
    pub references: Vec<String>,
}

/// Tries `edition` on what is stored: on all of it, or on the `newest` so many requests.
///
/// # Errors
/// When the database is away.
pub async fn backtest(
    db: &Db,
    edition: &Arc<Edition>,
    now: DateTime<Utc>,
    newest: Option<u64>,
) -> Result<Backtest, sqlx::Error> {
    let (mut requests, mut open) = (Tally::default(), Tally::default());
    let mut before: Option<Uuid> = None;
    let complete = loop {
        let mut tx = db.staff().await?;
        let part = request::list(&mut tx, before, PART).await?;
        let Some(last) = part.last() else { break true };
        before = Some(last.id);
        let ids: Vec<_> = part.iter().map(|request| request.id).collect();
        let granted = exceptions::of_requests(&mut tx, &ids).await?;
        tx.commit().await?;
        // What was erased cannot be judged again.
        for request in part.iter().filter(|request| request.erased_at.is_none()) {
            let trial = Trial::of(request, edition);
            requests.note(request, trial.of_request());
            let exception = granted.iter().find(|exception| exception.request_id == request.id);
            if let Some(exception) = exception.filter(|exception| is_open(exception, now)) {
                open.note(request, trial.of_exception(exception));
            }
        }
        if newest.is_some_and(|newest| requests.looked_at >= newest) {
            break false;
        }
    };
    let policy_version = edition.version().to_owned();
    Ok(Backtest { policy_version, complete, requests: requests.into(), open_exceptions: open.into() })
}

fn is_open(exception: &Exception, now: DateTime<Utc>) -> bool {
    exception.status(now).is_open()
}

/// A stored request, judged by an edition as if that had applied when it was filed.
struct Trial<'a> {
    request: &'a Request,
    edition: &'a Edition,
    /// Nothing: it could not be filed so.
    now: Option<Classification>,
}

impl<'a> Trial<'a> {
    fn of(request: &'a Request, edition: &'a Arc<Edition>) -> Self {
        let understood = NewRequest::try_from(request.asked.clone(), edition, request.filed_at).ok();
        Self { request, edition, now: understood.map(|understood| understood.classify()) }
    }

    fn outcome(&self) -> &'static str {
        self.now.as_ref().map_or("invalid", |classification| name(classification.outcome))
    }

    /// What came out and what would, where that differs.
    fn of_request(&self) -> Option<(&'static str, &'static str)> {
        let (from, to) = (name(self.request.classification.outcome), self.outcome());
        (from != to).then_some((from, to))
    }

    /// How it was granted and what would become of it, where that is something else.
    fn of_exception(&self, exception: &Exception) -> Option<(&'static str, &'static str)> {
        let automatic = exception.granted_by.is_none();
        let from = if automatic { "automatic" } else { "by_person" };
        let issue = self.edition.issue(&exception.issue);
        let never =
            issue.is_some_and(|issue| exception.surfaces.iter().any(|name| issue.never_surfaces().contains(name)));
        let sunset = issue.and_then(|issue| issue.sunset());
        let to = if never {
            "never_surface"
        } else if sunset.is_some_and(|sunset| sunset < exception.expires_at) {
            "sunset"
        } else {
            match self.outcome() {
                "accept" => return None,
                // A person granted it; a person would be asked again, or had overruled a denial.
                "review" if !automatic => return None,
                "deny" if !automatic && self.of_request().is_none() => return None,
                outcome => outcome,
            }
        };
        Some((from, to))
    }
}

fn name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accept => "accept",
        Outcome::Deny => "deny",
        Outcome::Review => "review",
    }
}

/// What was found so far.
#[derive(Default)]
struct Tally {
    looked_at: u64,
    changes: BTreeMap<(String, &'static str, &'static str), (u64, Vec<String>)>,
}

impl Tally {
    fn note(&mut self, request: &Request, change: Option<(&'static str, &'static str)>) {
        self.looked_at += 1;
        let Some((from, to)) = change else { return };
        let (count, references) = self.changes.entry((request.asked.issue.clone(), from, to)).or_default();
        *count += 1;
        if references.len() < REFERENCES {
            references.push(request.reference.clone());
        }
    }
}

impl From<Tally> for Part {
    fn from(tally: Tally) -> Self {
        let change = |((issue, from, to), (count, references))| Change { issue, from, to, count, references };
        let changes: Vec<_> = tally.changes.into_iter().map(change).collect();
        Self { looked_at: tally.looked_at, changed: changes.iter().map(|change| change.count).sum(), changes }
    }
}
