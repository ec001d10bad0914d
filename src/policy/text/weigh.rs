//! From what a text states to what it says about the request.

use super::model::Statement;
use super::reading::Reading;

/// Long texts have more sentences that happen to look like something: so much higher is the bound for each e-fold of
/// `SENTENCES` sentences and clauses.
const LENGTH: f32 = 0.7;
const SENTENCES: f32 = 12.0;

/// Above this a text speaks against accepting.
const AGAINST_ACCEPT: f32 = -0.9;
/// What scores less is stated by no sentence, however little else the text says.
const STATED: f32 = -2.0;
/// Above this a text speaks against denying.
const AGAINST_DENY: f32 = -0.25;
/// So much tells, at the least, what describes an issue.
const TELLING: usize = 8;
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
    let length = (reading.units.len() as f32 / SENTENCES).ln() * LENGTH;
    let (statement, score) = strongest(reading, candidates).filter(|(_, score)| *score >= STATED)?;
    Some((statement, score + lacking - length - AGAINST_ACCEPT))
}

/// The strongest of `candidates` that speaks against denying; how far it is over the bound. Only what is long enough to
/// describe an issue counts.
pub(super) fn against_deny(reading: &Reading, candidates: &[Statement]) -> Option<(Statement, f32)> {
    let telling = reading.units.iter().filter(|unit| unit.extent >= TELLING);
    let scored = telling.flat_map(|unit| candidates.iter().map(|one| (*one, unit.scores[one.place()] - AGAINST_DENY)));
    scored.max_by(|a, b| a.1.total_cmp(&b.1))
}

fn strongest(reading: &Reading, candidates: &[Statement]) -> Option<(Statement, f32)> {
    let scored = candidates.iter().map(|statement| (*statement, reading.score(*statement)));
    scored.max_by(|a, b| a.1.total_cmp(&b.1))
}
