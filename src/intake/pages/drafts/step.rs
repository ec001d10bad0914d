//! The steps of the form, in order, and what belongs to each.

use crate::intake::drafts::Draft;
use crate::intake::typed::OTHER_DAYS;
use crate::locale::Lang;
use crate::policy::Issue;
use crate::web::{FormFields, Message};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A step with a page of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Which issue it is.
    Issue,
    /// What the issue needs to know, and the partner's own words.
    Questions,
    /// For whom.
    Who,
    /// Where, how long, from when.
    Scope,
    /// Files that support it; it has a page of its own making ([`super::evidence`]).
    Evidence,
    /// Whom to answer.
    Contact,
}

/// The name of the field of an answer.
pub fn answer_name(question: &str) -> String {
    format!("answers_{question}")
}

impl Step {
    /// Every step, in the order of the form.
    pub const ORDER: [Self; 6] = [Self::Issue, Self::Questions, Self::Who, Self::Scope, Self::Evidence, Self::Contact];

    /// Its name in addresses.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Questions => "questions",
            Self::Who => "who",
            Self::Scope => "scope",
            Self::Evidence => "evidence",
            Self::Contact => "contact",
        }
    }

    /// The step of this name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ORDER.into_iter().find(|step| step.slug() == slug)
    }

    /// What it is called.
    pub fn title(self, lang: Lang) -> String {
        lang.text(match self {
            Self::Issue => "step-issue",
            Self::Questions => "step-questions",
            Self::Who => "step-who",
            Self::Scope => "step-scope",
            Self::Evidence => "evidence-title",
            Self::Contact => "step-contact",
        })
    }

    /// "Step 3 of 5".
    pub fn place(self, lang: Lang) -> String {
        Message::new("step-place").with("number", self.index() + 1).with("count", Self::ORDER.len()).text(lang)
    }

    /// The address of the step of a draft.
    pub fn href(self, draft: Uuid) -> String {
        format!("/support/drafts/{draft}/{}", self.slug())
    }

    /// The step after it; none after the last.
    pub fn next(self) -> Option<Self> {
        Self::ORDER.get(self.index() + 1).copied()
    }

    /// The step before it; none before the first.
    pub fn previous(self) -> Option<Self> {
        Self::ORDER.get(self.index().checked_sub(1)?).copied()
    }

    fn index(self) -> usize {
        Self::ORDER.iter().position(|step| *step == self).unwrap_or_default()
    }

    /// Whether what is wrong at `pointer` is set right on this step.
    pub fn owns(self, pointer: &str) -> bool {
        let places: &[&str] = match self {
            Self::Issue => &["/issue", "/topic", "/problem_type"],
            Self::Questions => &["/answers", "/title", "/description"],
            Self::Who => &["/scope/subjects"],
            Self::Scope => &["/scope/surfaces", "/scope/duration_days", OTHER_DAYS, "/scope/starts_at"],
            Self::Evidence => &["/file"],
            Self::Contact => &["/contact", "/language"],
        };
        places
            .iter()
            .any(|place| pointer.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    }

    /// Whether the draft keeps the field `name` for this step. Of answers those to `issue` count, or any when it is not known.
    fn keeps(self, name: &str, issue: Option<&Issue>) -> bool {
        match self {
            Self::Issue | Self::Evidence => false,
            Self::Questions => match name.strip_prefix("answers_") {
                Some(question) => issue.is_none_or(|issue| issue.question(question).is_some()),
                None => matches!(name, "title" | "description"),
            },
            Self::Who => matches!(name, "scope_subjects_kind" | "scope_subjects_object_ids"),
            Self::Scope => {
                matches!(name, "scope_surfaces" | "scope_duration_days" | "other_days")
                    || name.starts_with("scope_starts_at_")
            }
            Self::Contact => name.starts_with("contact_"),
        }
    }

    /// What `draft` holds for this step, as its form sends it.
    pub fn of(self, draft: &Draft, issue: Option<&Issue>) -> FormFields {
        let fields = draft.fields.only(|name| self.keeps(name, issue));
        match self {
            Self::Issue => fields.with("issue", draft.issue.clone().unwrap_or_default()),
            Self::Contact => fields.with("language", draft.language.tag()),
            _ => fields,
        }
    }

    /// Puts what was `typed` on this step into `draft`.
    pub fn put(self, draft: &mut Draft, typed: &FormFields) {
        // A choice among radios cannot be taken back, and questions that no longer matter are not on the page: what was
        // not sent stays. Boxes that are not ticked are not sent either, and there it means something.
        let stays = |name: &str| !self.keeps(name, None) || (self == Self::Questions && !typed.has(name));
        draft.fields = draft.fields.only(stays).and(typed.only(|name| self.keeps(name, None)));
        match self {
            Self::Issue => draft.issue = Some(typed.get("issue").to_owned()).filter(|slug| !slug.is_empty()),
            Self::Contact => draft.language = Lang::from_tag(typed.get("language")).unwrap_or(draft.language),
            _ => {}
        }
    }

    /// Tells whether what a page showed is still what is kept.
    pub fn digest(self, draft: &Draft, issue: Option<&Issue>) -> String {
        let mut pairs: Vec<_> = self.of(draft, issue).iter().map(|(name, value)| format!("{name}={value}\0")).collect();
        pairs.retain(|pair| !pair.ends_with("=\0"));
        pairs.sort();
        URL_SAFE_NO_PAD.encode(&Sha256::digest(pairs.concat())[..12])
    }
}
