//! What came before: who the partner is, what else it asked, and what it was granted.

use super::dossier::Dossier;
use super::words;
use crate::app::Desk;
use crate::exceptions::Exception;
use crate::identity::partners::tenant_id;
use crate::intake::pages::parts;
use crate::policy::Edition;
use crate::web::components::{Anchor, Empty, Markup, SummaryList, Tag};
use crate::web::table::{Column, Table};
use crate::web::{Failure, Page};
use chrono_tz::Tz;

/// The partner as it is registered.
pub fn tenant(desk: &Desk, page: &Page, dossier: &Dossier) -> SummaryList {
    let list = SummaryList::new();
    let Some(partner) = &dossier.partner else { return list };
    let lang = page.lang();
    let calendar = partner.calendar_in(&desk.calendars).name(lang);
    let name = Anchor::new(format!("/partners/{}", partner.tenant), parts::one_line(&partner.name));
    list.row(page.t("review-tenant-name"), name)
        .row(page.t("review-tenant-id"), tenant_id(partner.tenant))
        .row(page.t("review-tenant-type"), partner.r#type.label(lang))
        .row(page.t("review-tenant-country"), partner.country_name(lang))
        .row(page.t("review-tenant-calendar"), calendar)
        .row(page.t("review-tenant-contact"), parts::one_line(&partner.security_contact))
}

/// The tenant's other requests, newest first.
///
/// # Errors
/// When the edition that judged one of them is gone.
pub fn history(desk: &Desk, page: &Page, dossier: &Dossier, zone: Tz) -> Result<Table, Failure> {
    let columns =
        ["queue-reference", "queue-issue", "review-filed", "queue-status"].map(|key| Column::new(page.t(key)));
    let empty = Empty::new(page.t("review-history-empty"), page.t("review-history-empty-text"));
    let mut table = Table::new(page.t("review-history"), columns.into(), empty);
    for request in &dossier.history {
        let edition = desk.edition_of(&request.classification)?;
        table = table.row([
            Anchor::new(format!("/review/{}", request.reference), request.reference.clone()).into(),
            parts::issue_title(&request.asked.issue, &edition, page.lang()).into(),
            page.when(request.filed_at, zone).into(),
            Markup::joined(words::status_tags(request, false, page.lang())),
        ]);
    }
    Ok(table)
}

/// What is in force or scheduled for the tenant.
pub fn open_grants(desk: &Desk, page: &Page, dossier: &Dossier, edition: &Edition, zone: Tz) -> Table {
    let columns = ["queue-reference", "review-who", "review-where", "review-until", "queue-status"];
    let empty = Empty::new(page.t("review-grants-empty"), page.t("review-grants-empty-text"));
    let table = Table::new(page.t("review-grants"), columns.map(|key| Column::new(page.t(key))).into(), empty);
    let now = desk.clock.now();
    dossier.open_grants.iter().fold(table, |table, exception: &Exception| {
        table.row([
            Anchor::new(format!("/exceptions/{}", exception.reference), exception.reference.clone()).into(),
            parts::SubjectsList::granted(&exception.subjects, page.lang()).count().into(),
            parts::surface_labels(&exception.surfaces, edition, page.lang()).into(),
            page.when(exception.expires_at, zone).into(),
            Tag::of_status(exception.status(now).code(), page.lang()).into(),
        ])
    })
}
