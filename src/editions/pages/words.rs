//! Words that several of the pages use.

use crate::editions::view::State;
use crate::locale::Lang;
use crate::policy::{Edition, Loosening, Outcome};
use crate::web::Message;
use crate::web::components::{Tag, Tone};
use crate::web::time::When;
use chrono_tz::Tz;

/// Where an edition stands.
pub fn state_tag(state: State, lang: Lang) -> Tag {
    let tone = match state {
        State::InForce => Tone::Ok,
        State::Coming => Tone::Info,
        State::Proposed => Tone::Warn,
        State::Past => Tone::Quiet,
    };
    let key = match state {
        State::InForce => "edition-state-in-force",
        State::Coming => "edition-state-coming",
        State::Proposed => "edition-state-proposed",
        State::Past => "edition-state-past",
    };
    Tag::new(tone, lang.text(key))
}

/// What came out, or would.
pub fn outcome(code: &str, lang: Lang) -> String {
    lang.try_text(&format!("simulate-outcome-{}", code.replace('_', "-"))).unwrap_or_else(|| code.to_owned())
}

/// A way in which `edition` is looser, in a sentence.
pub fn loosening(found: &Loosening, edition: &Edition, lang: Lang) -> String {
    let title = |slug: &str| edition.issue(slug).map_or(slug, |issue| issue.title().get(lang)).to_owned();
    let surface = |name: &str| edition.surface(name).map_or(name, |surface| surface.label.get(lang)).to_owned();
    let message = match found {
        Loosening::LimitRaised { limit, from, to } => {
            let message = Message::new("looser-limit").with("limit", lang.text(limit_words(limit)));
            message.with("from", from.to_string()).with("to", to.to_string())
        }
        Loosening::RoleFiles { role } => {
            let label = edition.roles().iter().find(|known| known.name == *role).map(|known| known.label.get(lang));
            Message::new("looser-role").with("role", label.unwrap_or(role))
        }
        Loosening::SurfaceChanged { surface: name } => Message::new("looser-surface").with("surface", surface(name)),
        Loosening::AutoSurfaceAdded { issue, surface: name } => {
            Message::new("looser-auto-surface").with("issue", title(issue)).with("surface", surface(name))
        }
        Loosening::NeverSurfaceLifted { issue, surface: name } => {
            Message::new("looser-never-surface").with("issue", title(issue)).with("surface", surface(name))
        }
        Loosening::SunsetLater { issue, from, to } => {
            let day = |at| When::new(at, Tz::UTC, lang).text();
            let to = to.map_or_else(|| lang.text("policy-none"), day);
            Message::new("looser-sunset").with("issue", title(issue)).with("from", day(*from)).with("to", to)
        }
        Loosening::KinderOutcome { issue, from, to, answers } => {
            let words = |found: Option<Outcome>| outcome(found.map_or("nothing", code), lang);
            let message = Message::new("looser-outcome").with("issue", title(issue)).with("from", words(*from));
            message.with("to", words(Some(*to))).with("answers", told(answers, issue, edition, lang))
        }
        Loosening::TextCheckChanged => Message::new("looser-text-check"),
        Loosening::NotShown { issue } => Message::new("looser-not-shown").with("issue", title(issue)),
    };
    message.text(lang)
}

fn code(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accept => "accept",
        Outcome::Deny => "deny",
        Outcome::Review => "review",
    }
}

fn limit_words(limit: &str) -> &'static str {
    match limit {
        "max_users" => "policy-max-users",
        "max_days" => "policy-max-days",
        _ => "policy-max-start-days",
    }
}

/// The answers of an example, question by question.
fn told(answers: &std::collections::BTreeMap<String, String>, issue: &str, edition: &Edition, lang: Lang) -> String {
    let question = |name: &str| edition.issue(issue).and_then(|issue| issue.question(name));
    let pair = |(name, value): (&String, &String)| {
        let asked = question(name).map_or(name.as_str(), |question| question.label.get(lang));
        let given = match value.as_str() {
            "(empty)" => lang.text("answer-empty"),
            "(written)" => lang.text("answer-given"),
            value => lang.try_text(&format!("answer-{value}")).unwrap_or_else(|| value.to_owned()),
        };
        Message::new("looser-answer").with("question", asked).with("answer", given).text(lang)
    };
    let pairs: Vec<_> = answers.iter().map(pair).collect();
    if pairs.is_empty() { lang.text("looser-any-answers") } else { pairs.join(&lang.text("list-separator")) }
}
