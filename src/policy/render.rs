//! A classification in words: the edition's sentences with the values put in. The same classification, edition and
//! language give the same bytes.

use super::classification::{Arg, Classification, Given, Reason, Step, criterion};
use super::edition::{Edition, Issue, Kind, Outcome};
use super::template;
use crate::locale::Lang;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// The answer to a request, as `classify` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClassificationView {
    /// What it comes to.
    pub outcome: Outcome,
    /// Why; the deciding reason first.
    pub reasons: Vec<ReasonView>,
    /// What to do instead.
    pub guidance: Vec<GuidanceView>,
    /// The edition and version of the policy that judged.
    #[schema(example = "partner-center/2020-03-01.1")]
    pub policy_version: String,
}

/// A reason in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReasonView {
    /// Stable code.
    #[schema(example = "over_auto_grant_limit")]
    pub code: String,
    /// Stable name of what was judged.
    #[schema(example = "scope.duration_days")]
    pub criterion: String,
    /// A sentence in the reader's language.
    #[schema(example = "120 days are asked for; at most 90 can be granted without a reviewer.")]
    pub detail: String,
}

/// A piece of guidance in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GuidanceView {
    /// Stable code.
    #[schema(example = "ask_the_vendor")]
    pub code: String,
    /// What to do, in the reader's language.
    pub text: String,
}

/// One criterion in words, for a table on a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CriterionView {
    /// Stable name of what was judged; a question's name where it was an answer.
    pub criterion: String,
    /// What was asked.
    pub asked: String,
    /// What was answered; of a written answer, only whether there is one.
    pub answered: String,
    /// What it means.
    pub meaning: String,
    /// Whether it gave one of the reasons.
    pub decisive: bool,
}

impl Classification {
    /// The answer in words. `edition` is the one that judged ([`Policies::by_version`](super::Policies::by_version)).
    pub fn view(&self, edition: &Edition, lang: Lang) -> ClassificationView {
        let words = self.words(edition, lang);
        let reason = |reason: &Reason| ReasonView {
            code: reason.code.clone(),
            criterion: reason.criterion.to_string(),
            detail: words.detail(reason),
        };
        let guidance = |code: &String| GuidanceView {
            code: code.clone(),
            text: edition.guidance(code).map_or(code.as_str(), |text| text.get(lang)).to_owned(),
        };
        ClassificationView {
            outcome: self.outcome,
            reasons: self.reasons().map(reason).collect(),
            guidance: self.guidance.iter().map(guidance).collect(),
            policy_version: self.policy_version.clone(),
        }
    }

    /// How it came about, criterion by criterion: the decision table's in order, then the text check's.
    pub fn criteria(&self, edition: &Edition, lang: Lang) -> Vec<CriterionView> {
        let words = self.words(edition, lang);
        let mut criteria: Vec<_> = self.steps.iter().map(|step| words.criterion(step, &self.table)).collect();
        criteria.extend(self.text.as_ref().map(|reason| CriterionView {
            criterion: criterion::DESCRIPTION.to_owned(),
            asked: words.asked(criterion::DESCRIPTION),
            answered: lang.text("answer-given"),
            meaning: words.detail(reason),
            decisive: true,
        }));
        criteria
    }

    fn words<'a>(&self, edition: &'a Edition, lang: Lang) -> Words<'a> {
        Words { edition, issue: edition.issue(&self.issue), lang }
    }
}

/// Where the words come from. What an edition does not know (it is not the one that judged) shows by its code.
struct Words<'a> {
    edition: &'a Edition,
    issue: Option<&'a Issue>,
    lang: Lang,
}

impl Words<'_> {
    fn detail(&self, reason: &Reason) -> String {
        let texts = self.edition.reasons.get(&reason.code);
        let own = reason.rule.and_then(|rule| self.issue?.table().nth(rule)?.detail.as_ref());
        let by_criterion = || texts?.details.get(&*reason.criterion);
        match own.or_else(by_criterion).or_else(|| Some(&texts?.detail)) {
            Some(text) => template::fill(text.get(self.lang), |place| reason.args.get(place).map(|arg| self.arg(arg))),
            None => reason.code.clone(),
        }
    }

    fn arg(&self, arg: &Arg) -> String {
        match arg {
            Arg::Number(number) => number.to_string(),
            Arg::Question(name) => self.question(name),
            Arg::Issue(slug) => self.title(slug),
            Arg::Surfaces(names) => self.surfaces(names),
            Arg::Instant(at) => match self.lang {
                Lang::En => at.format("%-d %b %Y, %H:%M (UTC%:z)").to_string(),
                Lang::Ja => at.format("%Y年%-m月%-d日 %H:%M（UTC%:z）").to_string(),
            },
        }
    }

    fn criterion(&self, step: &Step, reasons: &[Reason]) -> CriterionView {
        let reason = step.reason.and_then(|reason| reasons.get(reason));
        let otherwise = || self.issue?.table().nth(step.rule?)?.otherwise.as_ref();
        let meaning = match reason {
            Some(reason) => self.detail(reason),
            None => otherwise().map(|text| text.get(self.lang).to_owned()).unwrap_or_default(),
        };
        CriterionView {
            criterion: step.criterion.to_string(),
            asked: self.asked(&step.criterion),
            answered: self.given(&step.criterion, &step.given),
            meaning,
            decisive: reason.is_some(),
        }
    }

    fn asked(&self, criterion: &str) -> String {
        if self.issue.is_some_and(|issue| issue.question(criterion).is_some()) {
            return self.question(criterion);
        }
        let key = format!("criterion-{}", criterion.replace(['.', '_'], "-"));
        self.lang.try_text(&key).unwrap_or_else(|| criterion.to_owned())
    }

    fn given(&self, criterion: &str, given: &Given) -> String {
        let lang = self.lang;
        match given {
            Given::Issue => self.issue.map_or_else(String::new, |issue| issue.title().get(lang).to_owned()),
            Given::Sunset(at) => self.arg(&Arg::Instant(*at)),
            Given::Value(value) => self.value(criterion, value),
            Given::Written => lang.text("answer-given"),
            Given::Empty => lang.text("answer-empty"),
            Given::Users(count) => lang.text_with("given-users", &[("count", (*count).into())]),
            Given::EveryUser => lang.text("given-every-user"),
            Given::Days(count) => lang.text_with("given-days", &[("count", (*count).into())]),
            Given::AtOnce => lang.text("given-at-once"),
            Given::Start(at) => lang.text_with("given-start", &[("at", self.minute(*at).into())]),
            Given::Surfaces(names) => self.surfaces(names),
        }
    }

    fn minute(&self, at: DateTime<Utc>) -> String {
        match self.lang {
            Lang::En => at.format("%-d %b %Y, %H:%M").to_string(),
            Lang::Ja => at.format("%Y年%-m月%-d日 %H:%M").to_string(),
        }
    }

    fn question(&self, name: &str) -> String {
        let question = self.issue.and_then(|issue| issue.question(name));
        question.map_or(name, |question| question.label.get(self.lang)).to_owned()
    }

    fn title(&self, slug: &str) -> String {
        self.edition.issue(slug).map_or(slug, |issue| issue.title().get(self.lang)).to_owned()
    }

    fn surfaces(&self, names: &BTreeSet<String>) -> String {
        let known = self.edition.surfaces().iter().filter(|surface| names.contains(&surface.name));
        let labels: Vec<_> = known.map(|surface| surface.label.get(self.lang)).collect();
        labels.join(match self.lang {
            Lang::En => ", ",
            Lang::Ja => "、",
        })
    }

    fn value(&self, criterion: &str, value: &str) -> String {
        let question = self.issue.and_then(|issue| issue.question(criterion));
        if let Some(Kind::Choice(choices)) = question.map(|question| &question.kind)
            && let Some(choice) = choices.iter().find(|choice| choice.name == value)
        {
            return choice.label.get(self.lang).to_owned();
        }
        self.lang.try_text(&format!("answer-{value}")).unwrap_or_else(|| value.to_owned())
    }
}
