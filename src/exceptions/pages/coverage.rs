//! `/me/coverage`: does an exception cover me, where, until when; and whom to ask if not.

use crate::app::Desk;
use crate::exceptions::coverage::{Cover, Coverage, PlaceCovered, coverage_of};
use crate::identity::{PartnerUser, Person};
use crate::intake::pages::parts;
use crate::web::components::{Empty, Markup, Outcome, Tag, Tone};
use crate::web::table::{Column, Table};
use crate::web::{Failure, Html, Page, Reader};
use actix_web::web;
use askama::Template;

#[derive(Template)]
#[template(path = "exceptions/coverage.html")]
pub(super) struct CoveragePage {
    page: Page,
    answer: Outcome,
    places: Table,
    /// The exceptions behind it, when there are any.
    covers: Option<Table>,
    may_file: bool,
    /// What a person who may not file can send to one who may.
    letter: String,
}

/// The answer for whoever is signed in.
pub(super) async fn show(
    PartnerUser(person): PartnerUser,
    desk: web::Data<Desk>,
    reader: Reader,
) -> Result<Html<CoveragePage>, Failure> {
    let coverage = coverage_of(&desk, &person).await?;
    let page = reader.page("coverage-title");
    Ok(Html(CoveragePage {
        answer: answer(&page, &coverage),
        places: places(&page, &coverage),
        covers: (!coverage.covers.is_empty()).then(|| covers(&page, &coverage)),
        may_file: reader.viewer.as_ref().is_some_and(|viewer| viewer.partner),
        letter: letter(&page, &person, reader.site.base()),
        page,
    }))
}

fn answer(page: &Page, coverage: &Coverage) -> Outcome {
    let (tone, name) = if !coverage.feed_is_fresh {
        (Tone::Warn, "coverage-unknown")
    } else if coverage.is_covered() {
        (Tone::Ok, "coverage-covered")
    } else if coverage.is_suspended() {
        (Tone::Warn, "coverage-suspended")
    } else if coverage.is_held() {
        (Tone::Warn, "coverage-held")
    } else if !coverage.covers.is_empty() {
        (Tone::Info, "coverage-scheduled")
    } else {
        (Tone::Quiet, "coverage-none")
    };
    Outcome {
        tone,
        word: page.t(name),
        why: page.t(&format!("{name}-text")),
        now_heading: page.t("outcome-now"),
        now: Vec::new(),
        reference: None,
    }
}

/// Surface by surface: is MFA required, and, where it is not somewhere, until when.
fn places(page: &Page, coverage: &Coverage) -> Table {
    let ends = coverage.places.iter().any(|place| place.until.is_some());
    let columns = ["scope-where", "coverage-demanded"].into_iter().chain(ends.then_some("scope-until"));
    let columns = columns.map(|key| Column::new(page.t(key))).collect();
    let table = Table::new(page.t("coverage-places"), columns, Empty::new("", ""));
    coverage.places.iter().fold(table, |table, place: &PlaceCovered| {
        let names = [place.surface.clone()];
        let tag = match place.exception {
            Some(_) => Tag::new(Tone::Ok, page.t("coverage-no")),
            None => Tag::new(Tone::Quiet, page.t("coverage-yes")),
        };
        let until = place.until.map(|until| page.when(until, coverage.zone).into());
        let until = ends.then(|| until.unwrap_or_else(|| Markup::from("–")));
        let cells = [parts::surface_labels(&names, &coverage.edition, page.lang()).into(), tag.into()];
        table.row(cells.into_iter().chain(until))
    })
}

/// The exceptions behind it, also those that are still to begin or are suspended.
fn covers(page: &Page, coverage: &Coverage) -> Table {
    let lang = page.lang();
    let columns = ["exceptions-column", "scope-status", "facts-issue", "scope-where", "scope-from", "scope-until"];
    let columns = columns.map(|key| Column::new(page.t(key))).into();
    let table = Table::new(page.t("coverage-covers"), columns, Empty::new("", ""));
    coverage.covers.iter().fold(table, |table, cover: &Cover| {
        let tag = match (cover.suspended, cover.not_before > coverage.at) {
            _ if cover.held => Tag::of_status("held", lang),
            (true, _) => Tag::new(Tone::Warn, page.t("coverage-tag-suspended")),
            (false, true) => Tag::of_status("scheduled", lang),
            (false, false) => Tag::of_status("active", lang),
        };
        table.row([
            Markup::unbroken(&cover.reference),
            tag.into(),
            parts::issue_title(&cover.issue, &coverage.edition, lang).into(),
            parts::surface_labels(&cover.surfaces, &coverage.edition, lang).into(),
            page.when(cover.not_before, coverage.zone).into(),
            page.when(cover.expires_at, coverage.zone).into(),
        ])
    })
}

/// Names who asks, so that the administrator need not look for the id.
fn letter(page: &Page, person: &Person, base: &str) -> String {
    [
        page.t("stopped-letter-greeting"),
        String::new(),
        page.t("stopped-letter-what"),
        page.t1("coverage-letter-user", "user", person.object_id.to_string()),
        page.t1("stopped-letter-tenant", "tenant", person.tenant.to_string()),
        String::new(),
        page.with_filing_roles("stopped-letter-please"),
        format!("{base}/self-check"),
    ]
    .join("\n")
}
