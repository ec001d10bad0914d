//! `/support/requests`: one's own drafts, and the requests of one's tenant.

use super::said::Said;
use super::{edition_at, partner_of, parts};
use crate::app::Desk;
use crate::exceptions::{self, Exception};
use crate::identity::Filer;
use crate::intake::drafts::{self, Draft};
use crate::intake::request::{self, Request, Status};
use crate::policy::Edition;
use crate::web::components::{Anchor, Empty, Markup, Notice, Tag, Tone};
use crate::web::table::{Column, Table};
use crate::web::{Failure, FormFields, Html, Page, Paging, Reader};
use actix_web::{HttpRequest, web};
use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

#[derive(Template)]
#[template(path = "intake/list.html")]
pub(super) struct ListPage {
    page: Page,
    /// Whose requests these are.
    tenant_name: String,
    notice: Option<Notice>,
    /// One's own drafts, on the first part.
    drafts: Option<Table>,
    table: Table,
    /// Whether earlier parts were left behind.
    is_later_part: bool,
}

/// Reference and title: what names a row.
#[derive(Template)]
#[template(
    source = r#"<a href="/support/requests/{{ reference }}">{{ reference }}</a><br><span class="meta" dir="auto" lang="{{ tag }}">{{ title }}</span>"#,
    ext = "html"
)]
struct Named<'a> {
    reference: &'a str,
    tag: &'static str,
    title: String,
}

impl HtmlSafe for Named<'_> {}

/// The title of a draft, which leads to it.
#[derive(Template)]
#[template(source = r#"<a class="long" href="{{ href }}">{{ name }}</a>"#, ext = "html")]
struct DraftName<'a> {
    href: &'a str,
    name: Markup,
}

impl HtmlSafe for DraftName<'_> {}

/// What to do with a draft; its title tells the links of several apart.
#[derive(Template)]
#[template(
    source = r#"<span class="actions tight"><a href="{{ href }}">{{ page.t("drafts-continue") }}<span class="hide"> ({{ title }})</span></a> <a href="{{ href }}/delete">{{ page.t("drafts-delete") }}<span class="hide"> ({{ title }})</span></a></span>"#,
    ext = "html"
)]
struct DraftActions<'a> {
    href: String,
    title: String,
    page: &'a Page,
}

impl HtmlSafe for DraftActions<'_> {}

/// The filer's drafts, and the requests of the filer's tenant, newest first.
pub(super) async fn show(
    filer: Filer,
    desk: web::Data<Desk>,
    reader: Reader,
    paging: Paging,
    request: HttpRequest,
) -> Result<Html<ListPage>, Failure> {
    let now = desk.clock.now();
    let mut tx = filer.begin(&desk.db).await?;
    let partner = partner_of(&mut tx, &filer).await?;
    let after = paging.after()?;
    let slice = paging.cut(request::list(&mut tx, after, paging.fetch()).await?, |request| request.id);
    let ids: Vec<_> = slice.items.iter().map(|request| request.id).collect();
    let exceptions = exceptions::of_requests(&mut tx, &ids).await?;
    let drafts = match after {
        None => drafts::list(&mut tx, &filer, None, drafts::MAX_DRAFTS).await?,
        Some(_) => Vec::new(),
    };
    let page = reader.page("requests-title");
    let edition = edition_at(&desk, now)?;
    let view = View { page: &page, edition: &edition, zone: partner.calendar_in(&desk.calendars).zone(), now };
    let rows = slice.items.iter().map(|request| {
        let exception = exceptions.iter().find(|exception| exception.request_id == request.id);
        view.row(request, exception)
    });
    let table = rows.fold(view.table(), Table::row).more(slice.next_href(&request), page.t("requests-older"));
    let is_kept = FormFields::from_query(request.query_string()).has("kept");
    Ok(Html(ListPage {
        tenant_name: partner.name,
        notice: is_kept.then(|| Notice::new(Tone::Ok, page.t("drafts-kept"))),
        drafts: (!drafts.is_empty()).then(|| view.drafts(&drafts)),
        table,
        is_later_part: after.is_some(),
        page,
    }))
}

struct View<'a> {
    page: &'a Page,
    edition: &'a Edition,
    zone: Tz,
    now: DateTime<Utc>,
}

impl View<'_> {
    fn table(&self) -> Table {
        let columns = ["requests-column", "requests-issue", "requests-status", "requests-answer", "requests-next"];
        let empty = Empty::new(self.page.t("requests-empty"), self.page.t("requests-empty-text"))
            .action("/support/requests/new", self.page.t("requests-new"));
        let columns = columns.map(|key| Column::new(self.page.t(key))).into();
        Table::new(self.page.t("requests-caption"), columns, empty)
    }

    fn drafts(&self, drafts: &[Draft]) -> Table {
        let (page, lang) = (self.page, self.page.lang());
        let columns = ["drafts-column", "requests-issue", "drafts-changed", "requests-next"];
        let columns = columns.map(|key| Column::new(page.t(key))).into();
        let table = Table::new(page.t("drafts-caption"), columns, Empty::new(page.t("drafts-caption"), ""));
        drafts.iter().fold(table, |table, draft| {
            let href = format!("/support/drafts/{}", draft.id);
            let title = parts::one_line(draft.fields.get("title").trim());
            let issue = draft.issue.as_deref().map(|slug| parts::issue_title(slug, self.edition, lang));
            let (title, name) = match title.is_empty() {
                true => (page.t("drafts-untitled"), Markup::from(page.t("drafts-untitled"))),
                false => (title.clone(), Markup::in_language(&title, draft.language)),
            };
            table.row([
                Markup::of(&DraftName { href: &href, name }),
                issue.unwrap_or_else(|| page.t("answer-empty")).into(),
                page.when(draft.updated_at, self.zone).into(),
                Markup::of(&DraftActions { href, title, page }),
            ])
        })
    }

    fn row(&self, request: &Request, exception: Option<&Exception>) -> Vec<Markup> {
        let lang = self.page.lang();
        let said = Said::with(request, self.zone, lang);
        let name =
            Named { reference: &request.reference, tag: said.title_tag(), title: said.line(&request.asked.title) };
        vec![
            Markup::of(&name),
            parts::issue_title(&request.asked.issue, self.edition, lang).into(),
            parts::status_tag(request.status, lang).into(),
            self.answer(request),
            self.next(request, exception),
        ]
    }

    /// When it was answered, or by when it will be.
    fn answer(&self, request: &Request) -> Markup {
        let when = |at| Markup::from(self.page.when(at, self.zone));
        match (request.decided_at, request.due_at) {
            (Some(at), _) => when(at),
            (None, Some(due)) => {
                let late = (self.now > due).then(|| Tag::of_status("breached", self.page.lang()).into());
                let by = Markup::from(self.page.t("requests-due"));
                Markup::joined([by, when(due)].into_iter().chain(late))
            }
            (None, None) => Markup::default(),
        }
    }

    fn next(&self, request: &Request, exception: Option<&Exception>) -> Markup {
        let page = self.page;
        let own = format!("/support/requests/{}", request.reference);
        match (request.status, exception) {
            (Status::Accepted, Some(exception)) => {
                let href = format!("/exceptions/{}", exception.reference);
                let link = Anchor::new(href, page.t("requests-next-exception"));
                let tag = Tag::of_status(exception.status(self.now).code(), page.lang());
                Markup::joined([link.into(), tag.into()])
            }
            (Status::Accepted, None) | (Status::Withdrawn, _) => page.t("requests-next-nothing").into(),
            (Status::InReview, _) => page.t("requests-next-wait").into(),
            (Status::WaitingForPartner, _) => Anchor::new(own, page.t("requests-next-reply")).into(),
            (Status::Denied, _) => Anchor::new(own, page.t("requests-next-instead")).into(),
        }
    }
}
