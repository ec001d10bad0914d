//! Whether an edition is looser than the one before it: what needs a second person's word. What cannot be shown to be no
//! looser counts as looser.

mod tables;

use super::edition::{Edition, Issue, Limits, Outcome, Surface};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// One way in which an edition is looser, or may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Loosening {
    /// More can be granted without a reviewer.
    LimitRaised {
        /// `max_users`, `max_days` or `max_start_days`.
        limit: &'static str,
        /// What it was.
        from: u32,
        /// What it becomes.
        to: u32,
    },
    /// People with this role could not file.
    RoleFiles {
        /// As the directory names it.
        role: String,
    },
    /// There was no such place, or enforcement treats it in another way.
    SurfaceChanged {
        /// Its name.
        surface: String,
    },
    /// The place needed a reviewer.
    AutoSurfaceAdded {
        /// Slug of the issue.
        issue: String,
        /// Its name.
        surface: String,
    },
    /// Nobody could grant the place.
    NeverSurfaceLifted {
        /// Slug of the issue.
        issue: String,
        /// Its name.
        surface: String,
    },
    /// Exceptions of the issue end later, or no more.
    SunsetLater {
        /// Slug of the issue.
        issue: String,
        /// What it was.
        from: DateTime<Utc>,
        /// What it becomes; none at all when absent.
        to: Option<DateTime<Utc>>,
    },
    /// The same answers come to a kinder outcome.
    KinderOutcome {
        /// Slug of the issue.
        issue: String,
        /// What they came to; nothing when the issue is new.
        from: Option<Outcome>,
        /// What they come to.
        to: Outcome,
        /// Answers for which it is so, by question; of a text `(empty)` or `(written)`.
        answers: BTreeMap<String, String>,
    },
    /// What the text check looks for is not the same, so it may miss what it found.
    TextCheckChanged,
    /// There are too many cases to look at all of them.
    NotShown {
        /// Slug of the issue.
        issue: String,
    },
}

/// Every way in which `new` is looser than `old`; none when it is not.
pub fn looser(old: &Edition, new: &Edition) -> Vec<Loosening> {
    let mut found = Vec::new();
    let limits = |limits: Limits| {
        [("max_users", limits.max_users), ("max_days", limits.max_days), ("max_start_days", limits.max_start_days)]
    };
    for ((limit, from), (_, to)) in limits(old.limits).into_iter().zip(limits(new.limits)) {
        if to > from {
            found.push(Loosening::LimitRaised { limit, from, to });
        }
    }
    let roles = new.filing_roles.difference(&old.filing_roles);
    found.extend(roles.map(|role| Loosening::RoleFiles { role: role.clone() }));
    for Surface { name, behaviour, .. } in &new.surfaces {
        if old.surface(name).is_none_or(|surface| surface.behaviour != *behaviour) {
            found.push(Loosening::SurfaceChanged { surface: name.clone() });
        }
    }
    for issue in &new.issues {
        of_issue(old, new, issue, &mut found);
    }
    if heard(old) != heard(new) {
        found.push(Loosening::TextCheckChanged);
    }
    found
}

fn of_issue(old: &Edition, new: &Edition, issue: &Issue, found: &mut Vec<Loosening>) {
    let before = old.issue(&issue.slug);
    // Taken apart, so that whoever gives an issue one more field has to say here whether it can loosen.
    let Issue {
        slug,
        title: _,
        summary: _,
        explanation: _,
        until_then: _,
        claim_hints: _,
        questions: _,
        rules: _,
        last_rule: _,
        text_topic: _,
        auto_surfaces,
        never_surfaces,
        sunset,
    } = issue;
    if let Some(before) = before {
        for surface in auto_surfaces.difference(&before.auto_surfaces) {
            found.push(Loosening::AutoSurfaceAdded { issue: slug.clone(), surface: surface.clone() });
        }
        for surface in before.never_surfaces.difference(never_surfaces) {
            found.push(Loosening::NeverSurfaceLifted { issue: slug.clone(), surface: surface.clone() });
        }
        if let Some(from) = before.sunset.map(|sunset| sunset.at)
            && sunset.is_none_or(|sunset| sunset.at > from)
        {
            let to = sunset.map(|sunset| sunset.at.to_utc());
            found.push(Loosening::SunsetLater { issue: slug.clone(), from: from.to_utc(), to });
        }
    }
    found.extend(tables::kinder(before.map(|before| (old, before)), (new, issue)));
}

/// What the text check listens for: of each issue its topic, of each question its fact.
fn heard(edition: &Edition) -> BTreeSet<String> {
    let topics = edition.issues.iter().filter_map(|issue| Some(format!("{} {:?}", issue.slug, issue.text_topic?)));
    let facts = edition.issues.iter().flat_map(|issue| {
        let facts = issue.questions.iter();
        facts.filter_map(|question| Some(format!("{} {} {:?}", issue.slug, question.name, question.text_fact?)))
    });
    topics.chain(facts).collect()
}
