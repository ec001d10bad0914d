//! Which part of the queue is asked for: a tab, filters, and words.

use crate::identity::{ObjectId, TenantId, parse_guid};
use crate::locale::Lang;
use crate::problem::InputError;
use crate::web::FormFields;

/// Longest search, in characters.
pub const MAX_SEARCH: usize = 200;
/// Most days that can be asked for.
const MAX_AGE_DAYS: i32 = 3650;

/// A tab of the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Every open request.
    #[default]
    All,
    /// What the reader has claimed.
    Mine,
    /// In review, and nobody's.
    Unclaimed,
    /// Appeals.
    Appeals,
    /// What waits for a second approval.
    SecondApprovals,
    /// What the policy granted and nobody has looked at yet; in no other tab.
    AfterChecks,
    /// What waits for its partner.
    Waiting,
    /// Past its due time.
    Breached,
}

impl Tab {
    /// Every tab, in order.
    pub const ALL: [Self; 8] = [
        Self::All,
        Self::Breached,
        Self::Mine,
        Self::Unclaimed,
        Self::Appeals,
        Self::SecondApprovals,
        Self::Waiting,
        Self::AfterChecks,
    ];

    /// The machine name.
    pub fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Mine => "mine",
            Self::Unclaimed => "unclaimed",
            Self::Appeals => "appeals",
            Self::SecondApprovals => "second_approvals",
            Self::AfterChecks => "after_checks",
            Self::Waiting => "waiting",
            Self::Breached => "breached",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.code() == code)
    }
}

/// What is shown of a tab.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The tab.
    pub tab: Tab,
    /// Only this issue, by slug.
    pub issue: Option<String>,
    /// Only this tenant.
    pub tenant: Option<TenantId>,
    /// Only what this reviewer has claimed.
    pub assignee: Option<ObjectId>,
    /// Only requests in this language.
    pub language: Option<Lang>,
    /// Only what was filed at least so many days ago.
    pub age: Option<i32>,
    /// Only what these words are found in.
    pub search: Option<String>,
}

impl Filter {
    /// The names of the parameters.
    pub const NAMES: [&str; 7] = ["tab", "issue", "tenant", "assignee", "language", "age", "q"];

    /// The filter that the parameters of `query` describe (an empty one is none), and what is wrong with those that mean nothing.
    pub fn parse(query: &str) -> (Self, Vec<InputError>) {
        let fields = FormFields::from_query(query);
        let mut errors = Vec::new();
        let given = |name: &'static str| Some(fields.get(name).trim()).filter(|value| !value.is_empty());
        let line = |value: &str| (!value.chars().any(char::is_control)).then(|| value.to_owned());
        let filter = Self {
            tab: known(&mut errors, "/tab", given("tab"), Tab::from_code, "queue_tab_unknown").unwrap_or_default(),
            issue: known(&mut errors, "/issue", given("issue"), line, "control_characters"),
            tenant: known(&mut errors, "/tenant", given("tenant"), guid, "user_id_invalid").map(TenantId),
            assignee: known(&mut errors, "/assignee", given("assignee"), guid, "user_id_invalid").map(ObjectId),
            language: known(&mut errors, "/language", given("language"), Lang::from_tag, "queue_language_unknown"),
            age: known(&mut errors, "/age", given("age"), days, "queue_age_out_of_range"),
            search: known(&mut errors, "/q", given("q"), short, "queue_search_too_long"),
        };
        (filter, errors)
    }

    /// The parameters of `query` that are there and say nothing, which a form sends and a program does not.
    pub fn blank(query: &str) -> Vec<InputError> {
        let fields = FormFields::from_query(query);
        let blank = [("tenant", "/tenant"), ("assignee", "/assignee"), ("age", "/age")].into_iter();
        let blank = blank.filter(|(name, _)| fields.has(name) && fields.get(name).trim().is_empty());
        blank.map(|(_, pointer)| InputError::new(pointer, "empty")).collect()
    }

    /// Whether anything besides the tab is asked for.
    pub fn narrows(&self) -> bool {
        *self != Self { tab: self.tab, ..Self::default() }
    }

    /// The parameters, for an address.
    pub fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let pairs = [
            ("tab", (self.tab != Tab::All).then(|| self.tab.code().to_owned())),
            ("issue", self.issue.clone()),
            ("tenant", self.tenant.map(|tenant| tenant.to_string())),
            ("assignee", self.assignee.map(|assignee| assignee.to_string())),
            ("language", self.language.map(|language| language.tag().to_owned())),
            ("age", self.age.map(|age| age.to_string())),
            ("q", self.search.clone()),
        ];
        for (name, value) in pairs {
            if let Some(value) = value {
                query.append_pair(name, &value);
            }
        }
        query.finish()
    }

    /// Where the page with this filter is.
    pub fn href(&self) -> String {
        match self.query() {
            query if query.is_empty() => "/queue".to_owned(),
            query => format!("/queue?{query}"),
        }
    }
}

fn known<T>(
    errors: &mut Vec<InputError>,
    pointer: &str,
    value: Option<&str>,
    read: impl Fn(&str) -> Option<T>,
    code: &'static str,
) -> Option<T> {
    let value = value?;
    let read = read(value);
    if read.is_none() {
        errors.push(InputError::new(pointer, code));
    }
    read
}

fn guid(value: &str) -> Option<uuid::Uuid> {
    parse_guid(value)
}

fn days(value: &str) -> Option<i32> {
    value.parse().ok().filter(|days| (1..=MAX_AGE_DAYS).contains(days))
}

fn short(value: &str) -> Option<String> {
    (value.chars().count() <= MAX_SEARCH).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_shown() {
        let (filter, errors) = Filter::parse("tab=mine&q=%E5%A4%96%E9%83%A8+mfa&language=ja&age=3&issue=&x=1");
        assert_eq!(errors, []);
        assert_eq!((filter.tab, filter.language, filter.age), (Tab::Mine, Some(Lang::Ja), Some(3)));
        assert_eq!(filter.search.as_deref(), Some("外部 mfa"));
        assert_eq!(Filter::parse(&filter.query()), (filter.clone(), vec![]));
        assert!(filter.narrows());
        assert_eq!(Filter::parse("tab=all").0.href(), "/queue");
    }

    #[test]
    fn what_means_nothing_is_named() {
        let (filter, errors) = Filter::parse("tab=yours&tenant=x&assignee=y&language=fr&age=0");
        let pointers: Vec<_> = errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/tab", "/tenant", "/assignee", "/language", "/age"]);
        assert_eq!(filter, Filter::default());
        let blank = Filter::blank("tab=&tenant=&age=+&assignee=y");
        assert_eq!(blank.iter().map(|error| error.pointer.as_str()).collect::<Vec<_>>(), ["/tenant", "/age"]);
    }
}
