//! Everything between a signed document and its use. A million rules take seconds: none of this belongs on a thread that
//! serves others.

use super::accept::{Baseline, Refusal, Stamp};
use super::error::PullError;
use super::handle::Held;
use super::jws::{KeySet, Unverified};
use super::store::Found;
use crate::rule_set::{ChangeError, Plan, RuleSet};
use crate::wire::{CHANGES_TYP, Changes, SNAPSHOT_TYP, Snapshot};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::thread;

/// What documents are checked by.
#[derive(Clone)]
pub(super) struct Trust {
    pub keys: KeySet,
    pub issuer: String,
    /// The newest state ever accepted.
    pub baseline: Option<Baseline>,
    /// The instant of receipt.
    pub now: DateTime<Utc>,
}

/// A document that may be used, and the baseline it makes.
pub(super) struct Checked {
    pub held: Held,
    pub baseline: Baseline,
}

/// Changes that may be carried out on what is held, and the baseline they make.
pub(super) struct Step {
    pub plan: Plan,
    pub stamp: Stamp,
    pub kid: String,
    pub baseline: Baseline,
}

/// Checks a snapshot. Once it may lead on from what is held, `prepare` runs while its rules are added up and put in order; gives what
/// came of that besides.
pub(super) fn snapshot<P: Send>(
    compact: &str,
    trust: &Trust,
    prepare: impl FnOnce() -> P + Send,
) -> Result<(Checked, P), PullError> {
    let (document, kid) = read_snapshot(compact, trust)?;
    let stamp = Stamp::from(&document);
    stamp.check_freshness(trust.now)?;
    let baseline = Baseline::followed_by(trust.baseline.as_ref(), &stamp)?;
    let (held, prepared) = thread::scope(|scope| {
        let prepared = scope.spawn(prepare);
        (held(&document, stamp, kid), prepared.join())
    });
    Ok((Checked { held: held?, baseline }, prepared.unwrap_or_else(|panic| resume_unwind(panic))))
}

/// Checks changes and plans them for what is `held`.
pub(super) fn changes(compact: &str, held: &Held, trust: &Trust) -> Result<Step, PullError> {
    let (changes, kid) = read_changes(compact, trust)?;
    let stamp = Stamp::from(&changes);
    stamp.check_freshness(trust.now)?;
    let baseline = Baseline::followed_by(trust.baseline.as_ref(), &stamp)?;
    let plan = plan(changes, held)?;
    Ok(Step { plan, stamp, kid, baseline })
}

/// Checks what was found on disk: a snapshot and the changes after it, as far as they lead on from one another. The state
/// that they lead to must pass as a snapshot that came in now would. Gives besides it the length of the changes used.
pub(super) fn found(found: &Found, trust: &Trust) -> Result<(Checked, usize), PullError> {
    let (document, kid) = read_snapshot(found.document.trim(), trust)?;
    let stamp = Stamp::from(&document);
    let mut state = held(&document, stamp, kid)?;
    let mut length = 0;
    // A line without its end was being written when the gate stopped.
    for line in found.changes.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
        match lead_on(line.trim_end(), &state, trust) {
            Ok(step) => drop(state.carry_out(step)),
            Err(error) => {
                tracing::info!(%error, "the kept changes are used as far as they follow one another");
                break;
            }
        }
        length += line.len();
    }
    state.stamp.check_freshness(trust.now)?;
    let baseline = Baseline::followed_by(trust.baseline.as_ref(), &state.stamp)?;
    Ok((Checked { held: state, baseline }, length))
}

/// Checks changes that were current once, after the `state` of that time.
fn lead_on(compact: &str, state: &Held, trust: &Trust) -> Result<Step, PullError> {
    let (changes, kid) = read_changes(compact, trust)?;
    let stamp = Stamp::from(&changes);
    let before = Baseline::followed_by(None, &state.stamp)?;
    let baseline = Baseline::followed_by(Some(&before), &stamp)?;
    let plan = plan(changes, state)?;
    Ok(Step { plan, stamp, kid, baseline })
}

fn plan(changes: Changes, held: &Held) -> Result<Plan, Refusal> {
    if changes.from != held.stamp.version {
        return Err(Refusal::WrongBase { from: changes.from, held: held.stamp.version });
    }
    Ok(held.rules.plan(changes)?)
}

fn held(document: &Snapshot, stamp: Stamp, kid: String) -> Result<Held, Refusal> {
    let rules = RuleSet::of(&document.rules)?;
    if rules.digest().to_string() != stamp.rules_digest {
        return Err(ChangeError::WrongDigest.into());
    }
    Ok(Held { rules, stamp, kids: BTreeSet::from([kid]), changed: false })
}

fn read_snapshot(compact: &str, trust: &Trust) -> Result<(Snapshot, String), PullError> {
    let unverified = Unverified::read(compact, SNAPSHOT_TYP)?;
    let reading = Snapshot::read(&unverified.verify(&trust.keys)?)?;
    Stamp::from(&reading.snapshot).check(&trust.issuer)?;
    all_read(reading.unreadable)?;
    Ok((reading.snapshot, unverified.kid().to_owned()))
}

fn read_changes(compact: &str, trust: &Trust) -> Result<(Changes, String), PullError> {
    let unverified = Unverified::read(compact, CHANGES_TYP)?;
    let reading = Changes::read(&unverified.verify(&trust.keys)?)?;
    Stamp::from(&reading.changes).check(&trust.issuer)?;
    all_read(reading.unreadable)?;
    Ok((reading.changes, unverified.kid().to_owned()))
}

fn all_read(unreadable: usize) -> Result<(), Refusal> {
    if unreadable > 0 { Err(Refusal::UnreadableRules(unreadable)) } else { Ok(()) }
}
