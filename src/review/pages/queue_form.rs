//! The forms beside the queue: what is shown of it, and what the reviewer wants of the page.

use crate::app::Desk;
use crate::intake::pages::parts;
use crate::locale::Lang;
use crate::problem::InputError;
use crate::review::queue::{Filter, MAX_SEARCH, Tab};
use crate::review::reviewers::{Colleague, Wishes};
use crate::web::components::SummaryEntry;
use crate::web::field::{Choice, Field};
use crate::web::{Form, FormFields, Page};

/// Ages that are offered, in days.
const AGES: [i32; 4] = [1, 3, 7, 14];

/// Search and filters.
pub(super) struct FilterForm {
    /// The words to search.
    pub search: Field,
    /// The other filters.
    pub filters: Vec<Field>,
    /// The tab, where it is not the first.
    pub tab: Option<&'static str>,
    /// Whether one of the other filters is set.
    pub open: bool,
    /// Where nothing but the tab is chosen, when something is.
    pub clear: Option<String>,
    /// What is wrong with it.
    pub errors: Vec<SummaryEntry>,
}

impl FilterForm {
    /// The form that shows `filter`, as it stands in `query`.
    pub fn new(
        desk: &Desk,
        page: &Page,
        filter: &Filter,
        colleagues: &[Colleague],
        query: &str,
        errors: &[InputError],
    ) -> Self {
        let values = FormFields::from_query(query).only(|name| Filter::NAMES.contains(&name));
        let mut form = Form::new(page.lang(), &values, errors);
        let search = form
            .input("/q", page.t("queue-search"))
            .hint(page.t("queue-search-hint"))
            .of_type("search")
            .max_length(MAX_SEARCH)
            .answered();
        let filters = vec![
            form.select("/issue", page.t("queue-issue"), issues(desk, page)).answered(),
            form.select("/language", page.t("queue-language"), languages(page)).answered(),
            form.select("/assignee", page.t("queue-assignee"), assignees(page, colleagues)).answered(),
            form.select("/age", page.t("queue-age"), ages(page, filter.age)).answered(),
            form.input("/tenant", page.t("queue-tenant")).hint(page.t("queue-tenant-hint")).answered(),
        ];
        let narrow = Filter { search: None, ..filter.clone() }.narrows();
        Self {
            search,
            filters,
            tab: (filter.tab != Tab::All).then(|| filter.tab.code()),
            open: narrow || errors.iter().any(|error| error.pointer != "/q"),
            clear: filter.narrows().then(|| Filter { tab: filter.tab, ..Filter::default() }.href()),
            errors: form.summary(),
        }
    }
}

fn any(page: &Page) -> Choice {
    Choice::new("", page.t("queue-any"))
}

fn issues(desk: &Desk, page: &Page) -> Vec<Choice> {
    let edition = desk.policies.at(desk.clock.now()).ok();
    let issue = |issue: &crate::policy::Issue| Choice::new(issue.slug(), issue.title().get(page.lang()));
    let issues: Vec<_> = edition.iter().flat_map(|edition| edition.issues().iter().map(issue)).collect();
    std::iter::once(any(page)).chain(issues).collect()
}

fn languages(page: &Page) -> Vec<Choice> {
    let language = |lang: Lang| Choice::new(lang.tag(), super::words::language(lang, page.lang()));
    std::iter::once(any(page)).chain(Lang::ALL.into_iter().map(language)).collect()
}

fn assignees(page: &Page, colleagues: &[Colleague]) -> Vec<Choice> {
    let colleague = |one: &Colleague| Choice::new(one.object_id.to_string(), parts::one_line(&one.name));
    std::iter::once(any(page)).chain(colleagues.iter().map(colleague)).collect()
}

fn ages(page: &Page, chosen: Option<i32>) -> Vec<Choice> {
    let mut days: Vec<_> = AGES.into_iter().chain(chosen).collect();
    days.sort_unstable();
    days.dedup();
    let age = |days: i32| Choice::new(days.to_string(), page.t1("queue-age-days", "count", i64::from(days)));
    std::iter::once(any(page)).chain(days.into_iter().map(age)).collect()
}

/// What the reviewer wants of the page.
pub(super) struct WishesForm {
    /// The languages they read, and whether the page listens to keys.
    pub fields: Vec<Field>,
}

impl WishesForm {
    /// The form that shows `wishes`.
    pub fn new(page: &Page, wishes: &Wishes) -> Self {
        let values = wishes
            .languages
            .iter()
            .fold(FormFields::default(), |fields, lang| fields.with("languages", lang.tag()))
            .with("shortcuts", if wishes.shortcuts { "on" } else { "off" });
        let mut form = Form::new(page.lang(), &values, &[]);
        let languages =
            Lang::ALL.map(|lang| Choice::new(lang.tag(), super::words::language(lang, page.lang()))).to_vec();
        let switch =
            ["on", "off"].map(|value| Choice::new(value, page.t(&format!("queue-shortcuts-{value}")))).to_vec();
        let fields = vec![
            form.checkboxes("/languages", page.t("queue-languages"), languages)
                .hint(page.t("queue-languages-hint"))
                .answered(),
            form.radios("/shortcuts", page.t("queue-shortcuts"), switch).answered(),
        ];
        Self { fields }
    }
}

/// What the form says; nobody reads no language.
pub(super) fn wishes(fields: &FormFields) -> Wishes {
    let languages: Vec<_> = fields.all("languages").filter_map(Lang::from_tag).collect();
    let languages = if languages.is_empty() { Wishes::default().languages } else { languages };
    Wishes { languages, shortcuts: fields.get("shortcuts") != "off" }
}
