//! `/exceptions`: what was granted, and how it stands.

use super::{edition, zone_of};
use crate::app::Desk;
use crate::exceptions::{self, Exception, api::shows_subjects};
use crate::identity::partners::{self, Partner};
use crate::identity::{CaseReader, TenantId};
use crate::intake::{self, pages::parts};
use crate::policy::Edition;
use crate::web::components::{Anchor, Empty, Markup, Tag};
use crate::web::table::{Column, Table};
use crate::web::{Failure, Html, Page, Paging, Reader};
use actix_web::{HttpRequest, web};
use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "exceptions/list.html")]
pub(super) struct ListPage {
    page: Page,
    lead: String,
    table: Table,
    /// Whether earlier parts were left behind.
    is_later_part: bool,
}

/// The exceptions that the reader may see, newest first.
pub(super) async fn show(
    caller: CaseReader,
    desk: web::Data<Desk>,
    reader: Reader,
    paging: Paging,
    request: HttpRequest,
) -> Result<Html<ListPage>, Failure> {
    let mut tx = caller.begin(&desk.db).await?;
    let after = paging.after()?;
    let rows = exceptions::list(&mut tx, after, paging.fetch()).await?;
    let slice = paging.cut(rows, |exception| exception.id);
    let requests: Vec<_> = slice.items.iter().map(|exception| exception.request_id).collect();
    let tenants: Vec<_> = slice.items.iter().map(|exception| exception.tenant).collect();
    let partners = partners::of_tenants(&mut tx, &tenants).await?;
    let rows = Rows {
        own: intake::filed_by(&mut tx, &requests, caller.person().object_id).await?,
        partners: partners.into_iter().map(|partner| (partner.tenant, partner)).collect(),
        edition: &*edition(&desk)?,
        now: desk.clock.now(),
        caller: &caller,
        desk: &desk,
        page: reader.page("exceptions-title"),
    };
    let table = slice.items.iter().map(|exception| rows.row(exception)).fold(rows.table(), Table::row);
    let table = table.more(slice.next_href(&request), rows.page.t("exceptions-older"));
    let lead = match caller {
        CaseReader::Filer(_) => rows.page.t("exceptions-lead"),
        CaseReader::Staff(_) => rows.page.t("exceptions-lead-staff"),
    };
    let page = if rows.is_staff() { rows.page.wide() } else { rows.page };
    Ok(Html(ListPage { page, lead, table, is_later_part: after.is_some() }))
}

struct Rows<'a> {
    page: Page,
    desk: &'a Desk,
    caller: &'a CaseReader,
    edition: &'a Edition,
    partners: BTreeMap<TenantId, Partner>,
    /// Requests that the reader filed.
    own: Vec<Uuid>,
    now: DateTime<Utc>,
}

impl Rows<'_> {
    fn is_staff(&self) -> bool {
        matches!(self.caller, CaseReader::Staff(_))
    }

    fn table(&self) -> Table {
        let partner = self.is_staff().then_some("exceptions-partner");
        let columns = ["exceptions-column"].into_iter().chain(partner);
        let columns = columns.chain(["scope-status", "facts-issue", "scope-who", "scope-from", "scope-until"]);
        let columns = columns.map(|key| Column::new(self.page.t(key))).collect();
        let empty = Empty::new(self.page.t("exceptions-empty"), self.page.t("exceptions-empty-text"));
        Table::new(self.page.t("exceptions-title"), columns, empty).caption_is_title()
    }

    fn row(&self, exception: &Exception) -> Vec<Markup> {
        let (page, lang) = (&self.page, self.page.lang());
        let partner = self.partners.get(&exception.tenant);
        // One zone for all partners, so that staff can compare the rows.
        let zone = if self.is_staff() { Tz::UTC } else { zone_of(self.desk, partner) };
        let shows = shows_subjects(self.caller.person(), self.own.contains(&exception.request_id));
        let who = match shows {
            true => parts::SubjectsList::granted(&exception.subjects, lang).count(),
            false => page.t("subjects-hidden"),
        };
        let name = partner.map_or_else(|| exception.tenant.to_string(), |partner| partner.name.clone());
        let link = Anchor::new(format!("/exceptions/{}", exception.reference), &exception.reference);
        let start = [link.into()].into_iter().chain(self.is_staff().then(|| name.into()));
        let rest = [
            Tag::of_status(exception.status(self.now).code(), lang).into(),
            parts::issue_title(&exception.issue, self.edition, lang).into(),
            Markup::unbroken(&who),
            page.when(exception.not_before, zone).into(),
            page.when(exception.revoked_at.unwrap_or(exception.expires_at), zone).into(),
        ];
        start.chain(rest).collect()
    }
}
