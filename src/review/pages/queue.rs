//! `/queue`: what waits for a person, by tab and filter; what is breached stands on top.

use super::queue_form::{self, FilterForm};
use super::queue_row::row;
use super::saved_views::{Saved, saved_by};
use crate::app::Desk;
use crate::identity::{Reviewer, Role, StaffReader};
use crate::intake::request;
use crate::problem::Kind;
use crate::review::claim::{self, ClaimBody};
use crate::review::queue::{self, Counts, Entry, Filter, Tab};
use crate::review::reviewers::{self, Wishes};
use crate::web::components::{Empty, Notice, Tone};
use crate::web::headers::with_live_script;
use crate::web::table::{Column, Table};
use crate::web::{Failure, FormFields, Html, Page, Paging, Reader};
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, Responder, web};
use askama::Template;

#[derive(Template)]
#[template(path = "review/queue.html")]
struct QueuePage {
    page: Page,
    tabs: Vec<TabLink>,
    form: FilterForm,
    notices: Vec<Notice>,
    saved: Vec<Saved>,
    /// The filter, to be kept as a view.
    query: String,
    /// Whether the reader reviews, and so finds the buttons.
    reviews: bool,
    wishes: queue_form::WishesForm,
    shortcuts: bool,
    table: Table,
}

/// A tab with its count.
struct TabLink {
    href: String,
    label: String,
    count: i64,
    current: bool,
}

/// The queue, for every member of staff.
pub async fn show(
    staff: StaffReader,
    desk: web::Data<Desk>,
    reader: Reader,
    paging: Paging,
    http: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let now = desk.clock.now();
    let (filter, errors) = Filter::parse(http.query_string());
    let _turn = if filter.search.is_some() { Some(desk.long_reads.take().await?) } else { None };
    let mut tx = desk.db.staff().await?;
    let wishes = wishes(&mut tx, &staff).await?;
    let counts = queue::counts(&mut tx, &staff).await?;
    let rows = queue::page(&mut tx, &staff, &filter, paging.after()?, paging.fetch(), now).await?;
    let slice = paging.cut(rows, Entry::cursor);
    let (saved, colleagues) = (saved_by(&mut tx, &staff, &reader).await?, reviewers::all(&mut tx).await?);
    tx.commit().await?;
    let page = reader.page("queue-title").wide();
    let form = FilterForm::new(&desk, &page, &filter, &colleagues, http.query_string(), &errors);
    let page = page.with_errors(form.errors.clone());
    let mut table = table(&page, &filter).more(slice.next_href(&http), page.t("more-rows"));
    for entry in &slice.items {
        table = table.row(row(&desk, &page, &staff, entry, now)?);
    }
    let policy = with_live_script(&page.reader.site);
    let view = QueuePage {
        tabs: tabs(&page, &filter, &counts),
        notices: notices(&page, http.query_string()),
        saved,
        query: filter.query(),
        reviews: staff.has_any(&[Role::Reviewer, Role::LeadReviewer]),
        shortcuts: wishes.shortcuts,
        wishes: queue_form::WishesForm::new(&page, &wishes),
        form,
        table,
        page,
    };
    Ok(Html(view).customize().insert_header(policy).respond_to(&http).map_into_boxed_body())
}

/// What the reader wants to be shown; a reviewer who comes for the first time is remembered.
async fn wishes(tx: &mut crate::db::Tx, staff: &StaffReader) -> Result<Wishes, sqlx::Error> {
    match reviewers::wishes(tx, staff).await? {
        Some(wishes) => Ok(wishes),
        None => {
            reviewers::remember(tx, staff).await?;
            Ok(Wishes::default())
        }
    }
}

fn tabs(page: &Page, filter: &Filter, counts: &Counts) -> Vec<TabLink> {
    let link = |tab: Tab| TabLink {
        href: Filter { tab, ..filter.clone() }.href(),
        label: page.t(&format!("queue-tab-{}", tab.code().replace('_', "-"))),
        count: counts.of(tab),
        current: tab == filter.tab,
    };
    Tab::ALL.into_iter().map(link).collect()
}

fn table(page: &Page, filter: &Filter) -> Table {
    let columns = [
        "queue-reference",
        "queue-partner",
        "queue-issue",
        if filter.tab == Tab::AfterChecks { "after-check-due" } else { "queue-due" },
        if filter.tab == Tab::AfterChecks { "queue-time-left" } else { "queue-left" },
        "queue-language",
        "queue-status",
        "queue-guards",
    ];
    let columns = columns.into_iter().map(|key| Column::new(page.t(key))).collect();
    let empty = match (filter.narrows(), filter.tab) {
        (true, _) => Empty::new(page.t("queue-none-found"), page.t("queue-none-found-text"))
            .action(Filter { tab: filter.tab, ..Filter::default() }.href(), page.t("queue-clear")),
        (false, Tab::All) => Empty::new(page.t("queue-empty"), page.t("queue-empty-text")),
        (false, Tab::AfterChecks) => Empty::new(page.t("after-checks-empty"), page.t("after-checks-empty-text")),
        (false, _) => Empty::new(page.t("queue-empty-tab"), page.t("queue-empty-tab-text")),
    };
    let caption = if filter.tab == Tab::AfterChecks { "after-checks-caption" } else { "queue-caption" };
    Table::new(page.t(caption), columns, empty)
}

/// What came of a button.
fn notices(page: &Page, query: &str) -> Vec<Notice> {
    let fields = FormFields::from_query(query);
    fields.has("none").then(|| Notice::new(Tone::Info, page.t("queue-no-next"))).into_iter().collect()
}

/// Claims the next request in the reviewer's languages, and leads to it.
pub async fn next(reviewer: Reviewer, desk: web::Data<Desk>) -> Result<HttpResponse, Failure> {
    let href = crate::db::to_the_end(async move {
        let mut tx = desk.db.staff().await?;
        reviewers::remember(&mut tx, &reviewer).await?;
        let wishes = reviewers::wishes(&mut tx, &reviewer).await?.unwrap_or_default();
        let Some(id) = queue::next(&mut tx, &reviewer, &wishes.languages).await? else {
            return Ok::<_, Failure>("/queue?none=1".to_owned());
        };
        let request = request::find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        claim::take(&desk, &mut tx, &reviewer, &request, ClaimBody::default()).await?;
        tx.commit().await?;
        Ok(format!("/review/{}", request.reference))
    })
    .await?;
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, href)).finish())
}

/// Keeps what the reviewer wants to be shown.
pub async fn wish(reviewer: Reviewer, desk: web::Data<Desk>, fields: FormFields) -> Result<HttpResponse, Failure> {
    let wishes = queue_form::wishes(&fields);
    crate::db::to_the_end(async move {
        let mut tx = desk.db.staff().await?;
        reviewers::remember(&mut tx, &reviewer).await?;
        reviewers::wish(&mut tx, &reviewer, &wishes).await?;
        tx.commit().await
    })
    .await?;
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, "/queue")).finish())
}

impl QueuePage {
    /// What the script says when one request, or several, came in; it puts the number in the place of `{n}`.
    fn news(&self, many: bool) -> String {
        self.page.t1("queue-news", "count", if many { "other" } else { "one" })
    }
}
