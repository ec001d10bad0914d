//! `/policy/editions/{id}`: what an edition says, in both languages, and what changed; its proposal's two buttons.

use super::words::{loosening, state_tag};
use crate::app::Desk;
use crate::editions::api::find;
use crate::editions::bring_in::{confirm, withdraw};
use crate::editions::store::Stored;
use crate::editions::view::{Placed, loosenings};
use crate::identity::{PolicyAdmin, PolicyConfirmer, Role, StaffReader};
use crate::intake::pages::parts::one_line;
use crate::locale::{Bilingual, Lang};
use crate::policy::{Difference, Section, differences, outline};
use crate::web::components::{Empty, Markup, Notice, SummaryList, Tag, Tone};
use crate::web::table::{Column, Table};
use crate::web::{Failure, FormFields, Html, IfMatch, Message, Page, Reader};
use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use askama::Template;

#[derive(Template)]
#[template(path = "editions/show.html")]
pub(super) struct ShowPage {
    page: Page,
    state: Tag,
    facts: SummaryList,
    loosenings: Vec<String>,
    waiting: Option<Waiting>,
    changes: Option<Table>,
    sections: Vec<Part>,
    text: String,
}

/// A part of the edition.
struct Part {
    heading: String,
    table: Table,
    /// Read only by who writes the file: folded.
    is_texts: bool,
}

/// What can be done with an edition that waits for a second person.
struct Waiting {
    notice: Option<Notice>,
    may_confirm: bool,
    may_withdraw: bool,
    action: String,
    version: i64,
}

/// One edition.
pub(super) async fn show(
    staff: StaffReader,
    desk: Data<Desk>,
    reader: Reader,
    id: Path<String>,
) -> Result<Html<ShowPage>, Failure> {
    let placed = find(&desk, &id).await?;
    let known = desk.policies.all();
    let edition = &placed.edition;
    let page = reader.page_titled(reader.lang.text_with("edition-title", &[("edition", edition.id().into())]));
    let page = page.wide().back_to("/policy", "editions-title");
    let lang = page.lang();
    let before = known.before(edition);
    let found = loosenings(&placed, &known);
    Ok(Html(ShowPage {
        state: state_tag(placed.state, lang),
        facts: facts(&page, &placed, before.map(|before| before.id())),
        loosenings: found.iter().map(|found| loosening(found, edition, lang)).collect(),
        waiting: waiting(&page, &staff, &placed),
        changes: before.map(|before| changes(&page, &differences(before, edition))),
        sections: outline(edition).iter().map(|section| part(&page, section)).collect(),
        text: edition.source().to_owned(),
        page,
    }))
}

fn facts(page: &Page, placed: &Placed, before: Option<String>) -> SummaryList {
    let facts = SummaryList::new()
        .row(page.t("edition-version"), placed.edition.version())
        .row(page.t("editions-from"), page.own_when(placed.edition.effective_at()))
        .row(page.t("edition-before"), before.unwrap_or_else(|| page.t("policy-none")));
    let Some(stored) = &placed.stored else {
        return facts.row(page.t("editions-source"), page.t("editions-from-file"));
    };
    let Stored { proposed_by_name, proposed_at, confirmed_by_name, brought_in_at, .. } = stored;
    let facts = facts
        .row(page.t("edition-proposed-by"), one_line(proposed_by_name))
        .row(page.t("edition-proposed-at"), page.own_when(*proposed_at));
    let facts = match confirmed_by_name {
        Some(name) => facts.row(page.t("edition-confirmed-by"), one_line(name)),
        None => facts,
    };
    match brought_in_at {
        Some(at) => facts.row(page.t("edition-brought-in-at"), page.own_when(*at)),
        None => facts,
    }
}

fn waiting(page: &Page, staff: &StaffReader, placed: &Placed) -> Option<Waiting> {
    let stored = placed.stored.as_ref().filter(|stored| stored.brought_in_at.is_none())?;
    let own = stored.proposed_by == staff.object_id.0;
    let notice = if own { "edition-waits-own" } else { "edition-waits" };
    Some(Waiting {
        notice: Some(Notice::new(Tone::Warn, page.t(notice))),
        may_confirm: !own && staff.has_any(&[Role::PolicyAdmin, Role::LeadReviewer]),
        may_withdraw: staff.has_any(&[Role::PolicyAdmin]),
        action: super::list::href(placed),
        version: stored.version,
    })
}

/// A text in one language on a page that may be in another.
fn in_language(text: &Bilingual, lang: Lang, page: &Page) -> Markup {
    if lang == page.lang() { text.get(lang).into() } else { Markup::in_language(text.get(lang), lang) }
}

/// What a section says, the reader's language beside the other; what is the same in both stands once.
fn part(page: &Page, section: &Section) -> Part {
    let heading = section.heading.get(page.lang()).to_owned();
    let columns = std::iter::once(Column::new(page.t("edition-what")));
    let languages = [page.lang(), page.other_lang()];
    let columns = columns.chain(languages.map(|lang| Column::new(lang.text("language-name"))));
    let table = Table::new(&heading, columns.collect(), Empty::new("", "")).caption_is_title();
    let table = section.rows.iter().fold(table, |table, row| {
        let other = match row.is_same_in_both() {
            true => page.t("edition-same").into(),
            false => in_language(&row.value, page.other_lang(), page),
        };
        table.row([row.label.get(page.lang()).into(), row.value.get(page.lang()).into(), other])
    });
    Part { heading, table, is_texts: section.is_texts() }
}

/// What changed, in the reader's language; in the other where only that changed.
fn changes(page: &Page, found: &[Difference]) -> Table {
    let columns =
        ["edition-where", "edition-said-before", "edition-says-now"].map(|key| Column::new(page.t(key))).into();
    let empty = Empty::new(page.t("edition-no-changes"), page.t("edition-no-changes-text"));
    let table = Table::new(page.t("edition-changes"), columns, empty).caption_is_title();
    found.iter().fold(table, |table, change| {
        let said = |lang: Lang| [&change.before, &change.after].map(|text| text.as_ref().map(|text| text.get(lang)));
        let [before, after] = said(page.lang());
        let lang = if before == after { page.other_lang() } else { page.lang() };
        let cell = |text: &Option<Bilingual>| match text {
            Some(text) => in_language(text, lang, page),
            None => page.t("policy-none").into(),
        };
        table.row([place(page, change), cell(&change.before), cell(&change.after)])
    })
}

fn place(page: &Page, change: &Difference) -> Markup {
    let heading = change.heading.get(page.lang());
    match &change.label {
        None => heading.into(),
        Some(label) => {
            let place = Message::new("edition-place").with("part", heading).with("what", label.get(page.lang()));
            page.say(&place).into()
        }
    }
}

fn seen(fields: &FormFields) -> IfMatch {
    IfMatch::Versions(vec![fields.get("version").parse().unwrap_or(0)])
}

/// Confirms, and leads back to the edition.
pub(super) async fn confirm_edition(
    second: PolicyConfirmer,
    desk: Data<Desk>,
    id: Path<String>,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let href = format!("/policy/editions/{id}");
    let confirmed = confirm(desk, second, id.into_inner(), seen(&fields)).await;
    confirmed.map_err(|failure| failure.way_out(&href, Message::new("editions-open")))?;
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, href)).finish())
}

/// Takes back, and leads to the list.
pub(super) async fn withdraw_edition(
    admin: PolicyAdmin,
    desk: Data<Desk>,
    id: Path<String>,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let href = format!("/policy/editions/{id}");
    let withdrawn = withdraw(desk, admin, id.into_inner(), seen(&fields)).await;
    withdrawn.map_err(|failure| failure.way_out(&href, Message::new("editions-open")))?;
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, "/policy")).finish())
}
