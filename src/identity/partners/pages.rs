//! `/partners`: the register, and its import from a file or from pasted text.

use super::{ImportError, ImportSummary, import, list, read_csv, tenant_id};
use crate::app::Desk;
use crate::db;
use crate::identity::{Lead, Role, StaffReader, TenantId};
use crate::intake::pages::parts::one_line;
use crate::problem::Kind;
use crate::web::components::{Anchor, Empty, Notice, SummaryEntry, Tone};
use crate::web::field::Field;
use crate::web::table::{Column, Table};
use crate::web::time::date;
use crate::web::{Failure, Form, FormFields, Html, Message, Page, Paging, Reader};
use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::web::{Data, ServiceConfig, resource};
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;
use futures_util::TryStreamExt;

/// Most bytes of a file to import.
const LIMIT: usize = 1024 * 1024;
/// Most faulty lines that are shown at once.
const ERRORS: usize = 50;

/// `/partners`, `/partners/import`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/partners").get(show)).service(resource("/partners/import").get(ask).post(act));
}

#[derive(Template)]
#[template(path = "partners/list.html")]
struct PartnersPage {
    page: Page,
    table: Table,
    may_import: bool,
}

/// The registered partners, by name.
async fn show(
    staff: StaffReader,
    desk: Data<Desk>,
    reader: Reader,
    paging: Paging,
    http: HttpRequest,
) -> Result<Html<PartnersPage>, Failure> {
    let after: Option<(String, TenantId)> = paging.after()?;
    let after = after.as_ref().map(|(name, tenant)| (name.as_str(), *tenant));
    let rows = list(&mut desk.db.staff().await?, after, paging.fetch()).await?;
    let slice = paging.cut(rows, |partner| (partner.name.clone(), partner.tenant));
    let page = reader.page("partners-title").wide();
    let lang = page.lang();
    let may_import = staff.has_any(&[Role::LeadReviewer]);
    let empty = Empty::new(page.t("partners-empty"), page.t("partners-empty-text"));
    let empty = if may_import { empty.action("/partners/import", page.t("partners-import")) } else { empty };
    let columns = ["name", "type", "country", "calendar", "contact", "tenant", "since"]
        .map(|column| Column::new(page.t(&format!("partners-{column}"))));
    let table = Table::new(page.t("partners-caption"), columns.into(), empty);
    let table = slice.items.iter().fold(table, |table, partner| {
        let calendar = partner.calendar_in(&desk.calendars);
        table.row([
            Anchor::new(format!("/partners/{}", partner.tenant), one_line(&partner.name)).into(),
            partner.r#type.label(lang).into(),
            partner.country_name(lang).into(),
            calendar.name(lang).into(),
            one_line(&partner.security_contact).into(),
            tenant_id(partner.tenant),
            date(partner.registered_at.date_naive(), lang).into(),
        ])
    });
    let table = table.more(slice.next_href(&http), page.t("more-rows"));
    Ok(Html(PartnersPage { page, table, may_import }))
}

#[derive(Template)]
#[template(path = "partners/import.html")]
struct ImportPage {
    page: Page,
    done: Option<Notice>,
    fields: Vec<Field>,
}

async fn ask(_lead: Lead, reader: Reader) -> Html<ImportPage> {
    Html(ImportPage::new(&reader, "", &[]))
}

/// Imports every line, or none when one of them is wrong.
async fn act(lead: Lead, desk: Data<Desk>, http: HttpRequest, form: Multipart) -> Result<HttpResponse, Failure> {
    let reader = Reader::of(&http);
    let sent = sent(form).await?;
    let partners = match read_csv(&*sent, &desk.calendars, &desk.roles) {
        Ok(partners) => partners,
        Err(errors) => {
            let mut response =
                Html(ImportPage::new(&reader, str::from_utf8(&sent).unwrap_or_default(), &errors)).respond_to(&http);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(response);
        }
    };
    let summary = db::to_the_end(async move {
        let mut tx = desk.db.staff().await?;
        let summary = import(&mut tx, lead.actor(), &partners, desk.clock.now()).await?;
        tx.commit().await?;
        Ok::<_, Failure>(summary)
    });
    let page = ImportPage::new(&reader, "", &[]).done(summary.await?);
    Ok(Html(page).respond_to(&http))
}

impl ImportPage {
    /// The form with `text` typed, and what is wrong with its lines.
    fn new(reader: &Reader, text: &str, errors: &[ImportError]) -> Self {
        let page = reader.page("partners-import").wide().back_to("/partners", "partners-title");
        let values = FormFields::default().with("csv", text);
        let mut form = Form::new(page.lang(), &values, &[]);
        let file = form.input("/file", page.t("partners-file")).of_type("file").answered();
        let paste = form.area("/csv", page.t("partners-paste")).rows(10).answered();
        let fields = vec![file.hint(page.t("partners-file-hint")), paste.hint(page.t("partners-paste-hint"))];
        Self { page: page.clone().with_errors(summary(&page, errors)), done: None, fields }
    }

    fn done(mut self, summary: ImportSummary) -> Self {
        let ImportSummary { added, changed, unchanged } = summary;
        let text = Message::new("partners-imported").with("added", added).with("changed", changed);
        let notice = Notice::new(Tone::Ok, self.page.say(&text.with("unchanged", unchanged)));
        self.done = Some(notice.link("/partners", self.page.t("partners-open")));
        self
    }
}

/// Each faulty line, the first of many.
fn summary(page: &Page, errors: &[ImportError]) -> Vec<SummaryEntry> {
    let entry = |text: Message| SummaryEntry { href: Some("#csv".to_owned()), text: page.say(&text) };
    let line = |error: &ImportError| {
        let problem = one_line(&error.problem.text(page.lang()));
        entry(Message::new("partners-import-line").with("line", error.line.to_string()).with("problem", problem))
    };
    let more = errors.len().saturating_sub(ERRORS);
    let more = (more > 0).then(|| entry(Message::new("partners-import-more").with("count", more)));
    errors.iter().take(ERRORS).map(line).chain(more).collect()
}

/// What was sent: the file, else the pasted text.
///
/// # Errors
/// 400 when it is no form; 413 above the limit.
async fn sent(mut form: Multipart) -> Result<Vec<u8>, Failure> {
    let unreadable = |error: String| Failure::new(Kind::UnreadableBody).because(anyhow::anyhow!(error));
    let too_large = || Failure::new(Kind::TooLarge).way_out("/partners/import", Message::new("partners-import"));
    let (mut file, mut pasted) = (Vec::new(), Vec::new());
    while let Some(mut field) = form.try_next().await.map_err(|error| unreadable(error.to_string()))? {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes(LIMIT).await.map_err(|_| too_large())?;
        let bytes = bytes.map_err(|error| unreadable(error.to_string()))?;
        match name.as_str() {
            "file" => file = bytes.to_vec(),
            "csv" => pasted = bytes.to_vec(),
            _ => {}
        }
    }
    Ok(if file.is_empty() { pasted } else { file })
}
