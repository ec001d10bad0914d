//! The earlier request that a guard points to, beside what differs from it now.

use crate::app::Desk;
use crate::intake::pages::parts;
use crate::intake::pages::said::Said;
use crate::intake::{Request, SubjectsBody};
use crate::policy::Edition;
use crate::review::difference::{Difference, differences};
use crate::web::components::{Anchor, Empty, Markup, Notice, Quote, Tag, Tone};
use crate::web::table::{Column, Table};
use crate::web::{Failure, Message, Page};
use askama::Template;
use askama::filters::HtmlSafe;
use chrono_tz::Tz;

/// What was refused before, and what differs now.
#[derive(Template)]
#[template(path = "review/earlier.html")]
pub struct Earlier {
    heading: String,
    about: Markup,
    reason: Option<Quote>,
    same: Option<Notice>,
    table: Option<Table>,
}

impl HtmlSafe for Earlier {}

impl Earlier {
    /// What `request` asks otherwise than `before`.
    ///
    /// # Errors
    /// When the edition that judged one of them is gone.
    pub fn new(desk: &Desk, page: &Page, before: &Request, request: &Request, zone: Tz) -> Result<Self, Failure> {
        let edition = desk.edition_of(&request.classification)?;
        let found = differences(before, request);
        let at = page.when(before.decided_at.unwrap_or(before.filed_at), zone);
        let same = Notice::new(Tone::Info, page.t("earlier-same"));
        let columns = ["earlier-what", "earlier-before", "earlier-now"].map(|key| Column::new(page.t(key)));
        let table = Table::new(page.t("earlier-caption"), columns.into(), Empty::new("", ""));
        let row = |table: Table, difference: &Difference| {
            let side = |request| value(difference, request, &edition, page, zone);
            table.row([name(difference, &edition, page), side(before), side(request)])
        };
        Ok(Self {
            heading: page.t("earlier-heading"),
            about: Markup::joined([
                Anchor::new(format!("/review/{}", before.reference), before.reference.clone()).into(),
                Tag::of_status(before.status.code(), page.lang()).into(),
                at.into(),
            ]),
            reason: before.decision_reason.as_ref().map(|reason| Said::with(before, zone, page.lang()).staffs(reason)),
            same: found.is_empty().then_some(same),
            table: (!found.is_empty()).then(|| found.iter().fold(table, row)),
        })
    }
}

fn name(difference: &Difference, edition: &Edition, page: &Page) -> Markup {
    let key = match difference {
        Difference::Title => "review-words-title",
        Difference::Description => "review-words-description",
        Difference::Surfaces => "scope-where",
        Difference::Start => "scope-start",
        Difference::Days => "scope-how-long",
        Difference::Users(None) => "scope-who",
        Difference::Users(Some((added, removed))) => {
            let change = Message::new("earlier-users").with("added", *added).with("removed", *removed);
            return format!("{} ({})", page.t("scope-who"), page.say(&change)).into();
        }
        Difference::Answer(question) => {
            let known = edition.issues().iter().find_map(|issue| issue.question(question));
            return known.map_or(question.as_str(), |known| known.label.get(page.lang())).into();
        }
    };
    page.t(key).into()
}

/// One side of a difference.
fn value(difference: &Difference, request: &Request, edition: &Edition, page: &Page, zone: Tz) -> Markup {
    let (asked, lang) = (&request.asked, page.lang());
    let said = Said::with(request, zone, lang);
    let quote = |text: &str| said.partners(text).into();
    match difference {
        Difference::Title => quote(&asked.title),
        Difference::Description => quote(&asked.description),
        Difference::Answer(question) => {
            let issue = edition.issue(&asked.issue);
            let question = issue.and_then(|issue| issue.question(question));
            question.map(|question| parts::answer_to(&said, question, &[])).unwrap_or_default()
        }
        Difference::Users(_) => match &asked.scope.subjects {
            SubjectsBody::All => page.t("given-every-user").into(),
            subjects @ SubjectsBody::Users { .. } => Markup::of(&parts::SubjectsList::asked(subjects, lang)),
        },
        Difference::Surfaces => parts::surface_labels(&asked.scope.surfaces, edition, lang).into(),
        Difference::Start => match asked.scope.starts_at {
            Some(at) => page.when(at, zone).into(),
            None => page.t("given-at-once").into(),
        },
        Difference::Days => page.t1("given-days", "count", asked.scope.duration_days).into(),
    }
}
