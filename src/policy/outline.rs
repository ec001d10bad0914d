//! An edition as people read it, in both languages side by side, and what changed from one to the next.

use super::edition::{Behaviour, Condition, Edition, Issue, Kind, Limit, Outcome, Question, Rule, Surface};
use super::template;
use crate::locale::{Bilingual, Lang};
use crate::web::Message;
use std::collections::BTreeSet;

/// The key of the part that holds the texts.
const TEXTS: &str = "texts";

/// A part of an edition: its general rules, an issue, its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    key: String,
    /// What people call it.
    pub heading: Bilingual,
    /// What it says.
    pub rows: Vec<Row>,
}

impl Section {
    /// Whether it holds the texts that the other parts give by their names.
    pub fn is_texts(&self) -> bool {
        self.key == TEXTS
    }
}

/// One thing that an edition says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    key: String,
    /// What it is about.
    pub label: Bilingual,
    /// What is said.
    pub value: Bilingual,
}

impl Row {
    /// Whether both languages say the same: a figure, a date, nothing.
    pub fn is_same_in_both(&self) -> bool {
        self.value.get(Lang::En) == self.value.get(Lang::Ja) || self.value == words("policy-none")
    }
}

/// One thing that an edition says otherwise than the one before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The part.
    pub heading: Bilingual,
    /// What it is about; the whole part when absent.
    pub label: Option<Bilingual>,
    /// What was said; nothing when it is new.
    pub before: Option<Bilingual>,
    /// What is said; nothing when it is gone.
    pub after: Option<Bilingual>,
}

/// Everything that `edition` says, in the order of its file.
pub fn outline(edition: &Edition) -> Vec<Section> {
    let mut sections = vec![general(edition), surfaces(edition)];
    sections.extend(edition.issues.iter().map(|issue| self::issue(edition, issue)));
    sections.push(texts(edition));
    sections
}

/// What `new` says otherwise than `old`.
pub fn differences(old: &Edition, new: &Edition) -> Vec<Difference> {
    let (before, after) = (outline(old), outline(new));
    let mut found = Vec::new();
    for section in &after {
        match before.iter().find(|other| other.key == section.key) {
            Some(other) => in_section(other, section, &mut found),
            None => found.push(whole(section, true)),
        }
    }
    let gone = before.iter().filter(|section| !after.iter().any(|other| other.key == section.key));
    found.extend(gone.map(|section| whole(section, false)));
    found
}

fn whole(section: &Section, is_new: bool) -> Difference {
    let heading = Some(section.heading.clone());
    let (before, after) = if is_new { (None, heading) } else { (heading, None) };
    Difference { heading: section.heading.clone(), label: None, before, after }
}

fn in_section(before: &Section, after: &Section, found: &mut Vec<Difference>) {
    let row_of = |section: &Section, key: &str| section.rows.iter().find(|row| row.key == key).cloned();
    let keys = after.rows.iter().map(|row| &row.key);
    let gone = before.rows.iter().map(|row| &row.key).filter(|key| !keys.clone().any(|other| other == *key));
    for key in keys.clone().chain(gone) {
        let (old, new) = (row_of(before, key), row_of(after, key));
        let value = |row: &Option<Row>| row.as_ref().map(|row| row.value.clone());
        if value(&old) != value(&new) {
            found.push(Difference {
                heading: after.heading.clone(),
                label: new.as_ref().or(old.as_ref()).map(|row| row.label.clone()),
                before: value(&old),
                after: value(&new),
            });
        }
    }
}

/// The message `key` in each language.
fn words(key: &'static str) -> Bilingual {
    Bilingual::of(|lang| lang.text(key))
}

fn row(key: impl Into<String>, label: Bilingual, value: Bilingual) -> Row {
    Row { key: key.into(), label, value }
}

/// `texts` as a list that a sentence can hold.
fn list(texts: &[&Bilingual]) -> Bilingual {
    Bilingual::of(|lang| {
        let texts: Vec<_> = texts.iter().map(|text| text.get(lang)).collect();
        if texts.is_empty() { lang.text("policy-none") } else { texts.join(&lang.text("list-separator")) }
    })
}

/// Sentences, one after the other.
fn sentences(texts: &[String], lang: Lang) -> String {
    texts.join(&lang.text("sentence-gap"))
}

fn plain(text: impl ToString) -> Bilingual {
    Bilingual::of(|_| text.to_string())
}

fn general(edition: &Edition) -> Section {
    let limits = edition.limits;
    let roles: Vec<_> = edition.filing_roles().map(|role| &role.label).collect();
    let rows = vec![
        row("topic", words("policy-topic"), edition.topic.label.clone()),
        row("problem_type", words("policy-problem-type"), edition.problem_type.label.clone()),
        row("filing_roles", words("policy-filing-roles"), list(&roles)),
        row("max_users", words("policy-max-users"), plain(limits.max_users)),
        row("max_days", words("policy-max-days"), plain(limits.max_days)),
        row("max_start_days", words("policy-max-start-days"), plain(limits.max_start_days)),
    ];
    Section { key: "general".to_owned(), heading: words("policy-general"), rows }
}

fn surfaces(edition: &Edition) -> Section {
    let surface = |surface: &Surface| {
        let treated = match surface.behaviour {
            Behaviour::Dashboard => "policy-behaviour-dashboard",
            Behaviour::PartnerApi => "policy-behaviour-partner-api",
            Behaviour::DelegatedAdminPortal => "policy-behaviour-delegated-admin-portal",
            Behaviour::DelegatedAdminApi => "policy-behaviour-delegated-admin-api",
        };
        let value = Bilingual::of(|lang| sentences(&[surface.hint.get(lang).to_owned(), lang.text(treated)], lang));
        row(&surface.name, surface.label.clone(), value)
    };
    let rows = edition.surfaces.iter().map(surface).collect();
    Section { key: "surfaces".to_owned(), heading: words("policy-surfaces"), rows }
}

fn issue(edition: &Edition, issue: &Issue) -> Section {
    let named = |names: &BTreeSet<String>| {
        let known = edition.surfaces.iter().filter(|surface| names.contains(&surface.name));
        list(&known.map(|surface| &surface.label).collect::<Vec<_>>())
    };
    let sunset = issue.sunset.map(|sunset| plain(sunset.at.format("%Y-%m-%d %H:%M (UTC%:z)")));
    let until_then: Vec<_> = issue.until_then.iter().filter_map(|code| edition.guidance(code)).collect();
    let mut rows = vec![
        row("title", words("policy-title-of-issue"), issue.title.clone()),
        row("summary", words("policy-summary"), issue.summary.clone()),
        row("explanation", words("policy-explanation"), issue.explanation.clone()),
        row("auto", words("policy-auto-surfaces"), named(&issue.auto_surfaces)),
        row("never", words("policy-never-surfaces"), named(&issue.never_surfaces)),
        row("sunset", words("policy-sunset"), sunset.unwrap_or_else(|| words("policy-none"))),
        row("until_then", words("policy-until-then"), list(&until_then)),
    ];
    rows.extend(issue.questions.iter().map(question));
    rows.extend(issue.table().map(|rule| self::rule(edition, issue, rule)));
    Section { key: format!("issue {}", issue.slug), heading: issue.title.clone(), rows }
}

fn question(question: &Question) -> Row {
    let kind = match &question.kind {
        Kind::YesNoUnsure => words("policy-question-yes-no-unsure"),
        Kind::Choice(_) => words("policy-question-choice"),
        Kind::Text => words("policy-question-text"),
        Kind::TextList => words("policy-question-text-list"),
    };
    let value = Bilingual::of(|lang| {
        let mut texts = vec![question.label.get(lang).to_owned()];
        if let Kind::Choice(choices) = &question.kind {
            let labels: Vec<_> = choices.iter().map(|choice| choice.label.get(lang)).collect();
            let labels = labels.join(&lang.text("list-separator"));
            texts.push(Message::new("policy-question-choices").with("choices", labels).text(lang));
        }
        texts.extend(question.hint.as_ref().map(|hint| hint.get(lang).to_owned()));
        sentences(&texts, lang)
    });
    row(format!("question {}", question.name), kind, value)
}

fn rule(edition: &Edition, issue: &Issue, rule: &Rule) -> Row {
    let label = Bilingual::of(|lang| condition(issue, &rule.when, lang));
    let outcome = match rule.outcome {
        Outcome::Accept => "policy-outcome-accept",
        Outcome::Deny => "policy-outcome-deny",
        Outcome::Review => "policy-outcome-review",
    };
    let value = Bilingual::of(|lang| {
        let reason = edition.reasons.get(&rule.reason).map(|reason| &reason.detail);
        let reason = rule.detail.as_ref().or(reason).map(|text| readable(text, about(issue, &rule.when), lang));
        let reason = reason.unwrap_or_else(|| rule.reason.clone());
        Message::new("policy-rule").with("outcome", lang.text(outcome)).with("reason", reason).text(lang)
    });
    row(format!("rule {:?}", rule.when), label, value)
}

/// The question that a rule is about, where it is about one.
fn about<'a>(issue: &'a Issue, when: &Condition) -> Option<&'a Question> {
    match when {
        Condition::Is { question, .. } => issue.question(question),
        Condition::AnyEmpty(names) => match names.as_slice() {
            [name] => issue.question(name),
            _ => None,
        },
        Condition::SurfaceOutsideAuto | Condition::OverLimits(_) | Condition::Always => None,
    }
}

/// `text` with a word in brackets for everything that a request fills in; the question itself where it is known.
fn readable(text: &Bilingual, question: Option<&Question>, lang: Lang) -> String {
    template::fill(text.get(lang), |place| match (place, question) {
        ("question", Some(question)) => Some(question.label.get(lang).to_owned()),
        _ => lang.try_text(&format!("policy-place-{place}")),
    })
}

/// A rule as people read it who look for help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleWords {
    /// When it decides.
    pub when: String,
    /// What it comes to.
    pub outcome: Outcome,
    /// Why; nothing where that depends on what is asked for.
    pub why: Option<String>,
    /// What to do instead.
    pub guidance: Vec<String>,
}

/// Every rule of `issue`, in order.
pub fn rules_in_words(edition: &Edition, issue: &Issue, lang: Lang) -> Vec<RuleWords> {
    let words = |rule: &Rule| {
        let reason = edition.reasons.get(&rule.reason);
        let why = rule.detail.as_ref().or(reason.map(|reason| &reason.detail)).map(|text| {
            template::fill(text.get(lang), |place| (place == "issue").then(|| issue.title.get(lang).to_owned()))
        });
        RuleWords {
            when: condition(issue, &rule.when, lang),
            outcome: rule.outcome,
            why: why.filter(|why| template::places(why).next().is_none()),
            guidance: guidance(edition, &rule.guidance, lang),
        }
    };
    issue.table().map(words).collect()
}

/// What helps until a person has decided about `issue`.
pub fn until_then(edition: &Edition, issue: &Issue, lang: Lang) -> Vec<String> {
    guidance(edition, &issue.until_then, lang)
}

fn guidance(edition: &Edition, codes: &[String], lang: Lang) -> Vec<String> {
    codes.iter().filter_map(|code| edition.guidance(code)).map(|text| text.get(lang).to_owned()).collect()
}

/// When a rule decides, in words.
fn condition(issue: &Issue, when: &Condition, lang: Lang) -> String {
    let label = |name: &str| issue.question(name).map_or(name, |question| question.label.get(lang)).to_owned();
    match when {
        Condition::Is { question, value } => {
            let choice = match issue.question(question).map(|question| &question.kind) {
                Some(Kind::Choice(choices)) => choices.iter().find(|choice| choice.name == *value),
                _ => None,
            };
            let value = match choice {
                Some(choice) => choice.label.get(lang).to_owned(),
                None => lang.try_text(&format!("answer-{value}")).unwrap_or_else(|| value.clone()),
            };
            Message::new("policy-when-is").with("question", label(question)).with("value", value).text(lang)
        }
        Condition::AnyEmpty(names) => {
            let labels: Vec<_> = names.iter().map(|name| label(name)).collect();
            Message::new("policy-when-empty").with("questions", labels.join(&lang.text("policy-quoted-or"))).text(lang)
        }
        Condition::SurfaceOutsideAuto => lang.text("policy-when-surface"),
        Condition::OverLimits(limits) => {
            let names: Vec<_> = limits.iter().map(|limit| lang.text(limit_words(*limit))).collect();
            Message::new("policy-when-limits").with("limits", names.join(&lang.text("list-separator"))).text(lang)
        }
        Condition::Always => lang.text("policy-when-always"),
    }
}

fn limit_words(limit: Limit) -> &'static str {
    match limit {
        Limit::Users => "policy-limit-users",
        Limit::EveryUser => "policy-limit-every-user",
        Limit::Days => "policy-limit-days",
        Limit::Start => "policy-limit-start",
    }
}

fn texts(edition: &Edition) -> Section {
    let reasons = edition.reasons.iter().flat_map(|(code, reason)| {
        let details = reason.details.iter().map(move |(criterion, text)| (code, Some(criterion.as_str()), text));
        std::iter::once((code, None, &reason.detail)).chain(details)
    });
    let reasons = reasons.map(|(code, criterion, text)| {
        let label = Bilingual::of(|lang| match criterion {
            None => Message::new("policy-reason").with("code", code).text(lang),
            Some(name) => {
                let message = Message::new("policy-reason-about").with("code", code);
                message.with("criterion", judged(edition, name, lang)).text(lang)
            }
        });
        let value = Bilingual::of(|lang| readable(text, None, lang));
        row(format!("reason {code} {}", criterion.unwrap_or_default()), label, value)
    });
    let guidance = edition.guidance.iter().map(|(code, text)| {
        let label = Bilingual::of(|lang| Message::new("policy-guidance").with("code", code).text(lang));
        row(format!("guidance {code}"), label, text.clone())
    });
    Section { key: TEXTS.to_owned(), heading: words("policy-texts"), rows: reasons.chain(guidance).collect() }
}

/// What people call a criterion: a question of an issue, else the message `criterion-NAME`.
fn judged(edition: &Edition, name: &str, lang: Lang) -> String {
    match edition.issues.iter().find_map(|issue| issue.question(name)) {
        Some(question) => question.label.get(lang).to_owned(),
        None => {
            lang.try_text(&format!("criterion-{}", name.replace(['.', '_'], "-"))).unwrap_or_else(|| name.to_owned())
        }
    }
}
