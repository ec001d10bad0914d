//! The labelled texts that the model is taught and measured with: `tests/data/texts` and `tests/data/requests.jsonl`.

use super::model::Statement;
use super::reading::{Field, Place, add_names};
use super::vocabulary::{Fact, Topic};
use serde_json::Value;
use std::ops::Range;

/// Statements that often go together, so that one is no example against the other.
const TOGETHER: &[(&str, &str)] = &[
    ("more_time", "mfa_enforced"),
    ("more_time", "no_phone"),
    ("without_delegated_admin", "service_accounts"),
    ("without_delegated_admin", "mfa_enforced"),
    ("without_delegated_admin", "no_phone"),
    ("service_accounts", "mfa_enforced"),
    ("service_accounts", "legacy_protocols"),
    ("no_phone", "mfa_enforced"),
    ("can_complete", "exchange_powershell"),
];

/// A passage that states something: field, first byte and the one after, what it says.
pub type Mark = (usize, Range<usize>, Statement);

/// A labelled text.
pub struct Text {
    pub id: String,
    pub group: String,
    pub issue: String,
    pub language: String,
    pub outcome: String,
    fields: Vec<(Place, String)>,
    pub names: Vec<u64>,
    /// What it states, where that is known: one of these at least.
    pub about: Vec<Statement>,
    /// What it certainly does not state.
    pub denies: Vec<Statement>,
    /// Every passage that states something, where the writer marked them.
    pub marks: Option<Vec<Mark>>,
}

impl Text {
    pub fn fields(&self) -> Vec<Field<'_>> {
        self.fields.iter().map(|(place, text)| Field { place: *place, text }).collect()
    }

    /// Whether it is a labelled clause.
    pub fn is_clause(&self) -> bool {
        self.group == "clause"
    }
}

pub fn statements() -> impl Iterator<Item = Statement> {
    let facts = Fact::ALL.into_iter().map(Statement::Fact);
    Topic::ALL.into_iter().map(Statement::Topic).chain(facts)
}

fn statement_named(name: &str) -> Option<Statement> {
    Topic::named(name).map(Statement::Topic).or_else(|| Fact::named(name).map(Statement::Fact))
}

fn data(name: &str) -> String {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {path}: {error}"))
}

/// Every labelled text.
pub fn texts() -> Vec<Text> {
    let mut texts = Vec::new();
    for language in ["en", "ja"] {
        clauses(language, &mut texts);
    }
    let marked = (1..=24).map(|number| format!("marked-{number}"));
    for name in ["dev-en", "dev-ja", "dev-a", "dev-2", "dev-3", "dev-4", "dev-5", "dev-6"]
        .into_iter()
        .map(str::to_owned)
        .chain(marked)
    {
        for line in data(&format!("texts/{name}.jsonl")).lines() {
            texts.push(request(&serde_json::from_str(line).expect("a line of JSON")));
        }
    }
    for line in data("requests.jsonl").lines() {
        let labelled: Value = serde_json::from_str(line).expect("a line of JSON");
        let mut flat = labelled["request"].clone();
        let id = labelled["id"].as_str().unwrap_or_default();
        let group = id.trim_start_matches("dev-").trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
        flat["id"] = id.into();
        flat["group"] = group.into();
        flat["expect"] = labelled["expect"].clone();
        texts.push(request(&flat));
    }
    texts
}

/// Clauses under headings such as `[more_time mfa_enforced]` or `[none]`.
fn clauses(language: &str, texts: &mut Vec<Text>) {
    let mut about = Vec::new();
    for (number, line) in data(&format!("texts/clauses-{language}.txt")).lines().enumerate() {
        if let Some(heading) = line.strip_prefix('[') {
            about = heading.trim_end_matches(']').split(' ').filter_map(statement_named).collect();
        } else if !line.is_empty() && !line.starts_with('#') {
            let denies =
                statements().filter(|other| about.iter().all(|said| said != other && !together(*said, *other)));
            texts.push(Text {
                id: format!("{language}:{}", number + 1),
                group: "clause".to_owned(),
                issue: String::new(),
                language: language.to_owned(),
                outcome: String::new(),

                fields: vec![(Place::Description, line.to_owned())],
                names: Vec::new(),
                denies: denies.collect(),
                about: about.clone(),
                marks: None,
            });
        }
    }
}

/// Whether two statements often go together.
pub fn together(a: Statement, b: Statement) -> bool {
    let pair = |one: &str, other: &str| statement_named(one) == Some(a) && statement_named(other) == Some(b);
    TOGETHER.iter().any(|(one, other)| pair(one, other) || pair(other, one))
}

/// The marks of a labelled request whose texts are `fields`.
fn marks(line: &Value, fields: &[(Place, String)]) -> Option<Vec<Mark>> {
    let marks = line["marks"].as_array()?.iter().filter_map(|mark| {
        let (text, name) = (mark["text"].as_str()?, mark["says"].as_str()?);
        let says = statement_named(name).unwrap_or_else(|| panic!("{}: nothing is called {name}", line["id"]));
        let found = fields.iter().enumerate().find_map(|(field, (_, whole))| Some((field, whole.find(text)?)));
        let (field, start) = found.unwrap_or_else(|| panic!("{}: no text has \"{text}\"", line["id"]));
        Some((field, start..start + text.len(), says))
    });
    Some(marks.collect())
}

fn request(line: &Value) -> Text {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut fields = vec![(Place::Title, text(&line["title"])), (Place::Description, text(&line["description"]))];
    let mut names = Vec::new();
    const VALUES: [&str; 6] = ["yes", "no", "unsure", "identity_federation", "custom_controls", "other"];
    for answer in line["answers"].as_object().into_iter().flatten().map(|(_, answer)| answer) {
        match answer {
            Value::String(answer) if !VALUES.contains(&answer.as_str()) => {
                add_names(answer, &mut names);
                fields.push((Place::Answer, answer.clone()));
            }
            Value::Array(entries) => fields.extend(entries.iter().map(|entry| (Place::Answer, text(entry)))),
            _ => {}
        }
    }
    let (issue, outcome, group) = (text(&line["issue"]), text(&line["expect"]["outcome"]), text(&line["group"]));
    let own = own_topic(&issue).map(Statement::Topic);
    let said = line["about"].as_array().into_iter().flatten().filter_map(|name| statement_named(name.as_str()?));
    let (mut about, mut denies): (Vec<_>, Vec<_>) = (said.collect(), Vec::new());
    match outcome.as_str() {
        "accept" => {
            about.extend(own);
            denies.extend(statements().filter(|other| Some(*other) != own));
        }
        "deny" => {
            about.extend(own.filter(|own| own.place() < Topic::ExchangePowershell as usize));
            let grantable = [Topic::ExchangePowershell, Topic::ThirdPartyMfa].map(Statement::Topic);
            denies.extend(grantable.into_iter().filter(|other| Some(*other) != own));
        }
        _ => {}
    }
    let (id, language) = (text(&line["id"]), text(&line["language"]));
    let marks = marks(line, &fields);
    Text { id, group, issue, language, outcome, fields, names, about, denies, marks }
}

/// The topic of an issue of the shipped policy.
pub fn own_topic(issue: &str) -> Option<Topic> {
    Topic::named(match issue {
        "more_time_for_agents" => "more_time",
        "accounts_without_delegated_admin" => "without_delegated_admin",
        "service_accounts" => "service_accounts",
        "authenticator_app_not_possible" => "no_phone",
        "legacy_authentication" => "legacy_protocols",
        "exchange_online_powershell" => "exchange_powershell",
        "third_party_mfa_not_recognized" => "third_party_mfa",
        _ => return None,
    })
}
