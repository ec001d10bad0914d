//! From what a text states to what it says about the request.

use super::model::Statement;
use super::reading::Reading;

/// Above this a text speaks against accepting.
const AGAINST_ACCEPT: f32 = -0.25;
/// Above this a text speaks against denying.
const AGAINST_DENY: f32 = 0.25;
/// A text that hardly describes its own issue is believed the more when it gives another reason: so much of what its own
/// issue lacks to `OWN_ISSUE` counts, up to `MOST_LACKING`.
const LACKING: f32 = 0.6;
const OWN_ISSUE: f32 = 0.0;
const MOST_LACKING: f32 = 3.0;

/// The strongest of `candidates` that speaks against accepting a request about `own`; how far it is over the bound.
pub(super) fn against_accept(
    reading: &Reading,
    own: Option<Statement>,
    candidates: &[Statement],
) -> Option<(Statement, f32)> {
    let lacks = |own| (OWN_ISSUE - reading.score(own)).clamp(0.0, MOST_LACKING) * LACKING;
    let lacking = own.map_or(0.0, lacks);
    strongest(reading, candidates).map(|(statement, score)| (statement, score + lacking - AGAINST_ACCEPT))
}

/// The strongest of `candidates` that speaks against denying; how far it is over the bound.
pub(super) fn against_deny(reading: &Reading, candidates: &[Statement]) -> Option<(Statement, f32)> {
    strongest(reading, candidates).map(|(statement, score)| (statement, score - AGAINST_DENY))
}

fn strongest(reading: &Reading, candidates: &[Statement]) -> Option<(Statement, f32)> {
    let scored = candidates.iter().map(|statement| (*statement, reading.score(*statement)));
    scored.max_by(|a, b| a.1.total_cmp(&b.1))
}
