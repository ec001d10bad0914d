//! `/policy/simulate`: an edition file is checked, compared, and tried on what is stored; a policy admin can then propose it.

use super::words::{loosening, outcome};
use crate::app::Desk;
use crate::editions::api::{Simulation, simulated};
use crate::editions::bring_in::{MAX_BYTES, propose};
use crate::editions::{Change, Part};
use crate::identity::{PolicyAdmin, Role, StaffReader};
use crate::policy::Edition;
use crate::problem::{InputError, Kind};
use crate::web::components::{Anchor, Empty, Markup, SummaryList};
use crate::web::field::Field;
use crate::web::plot::Bars;
use crate::web::table::{Column, Table};
use crate::web::{Failure, Form, FormFields, Html, Message, Page, Reader};
use actix_multipart::Multipart;
use actix_web::http::{StatusCode, header::LOCATION};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;
use futures_util::TryStreamExt;

#[derive(Template)]
#[template(path = "editions/simulate.html")]
pub(super) struct SimulatePage {
    page: Page,
    found: Option<Found>,
    fields: Vec<Field>,
}

/// What a file without faults would do.
struct Found {
    summary: SummaryList,
    loosenings: Vec<String>,
    parts: Vec<PartView>,
    /// The file, for those who may propose it, and what follows then.
    propose: Option<String>,
    consequence: String,
}

struct PartView {
    heading: String,
    about: String,
    bars: Option<Bars>,
    /// What the bars show.
    legend: String,
    table: Table,
}

/// The empty form.
pub(super) async fn ask(_staff: StaffReader, reader: Reader) -> Html<SimulatePage> {
    Html(SimulatePage::new(&reader, "", &[]))
}

/// Checks and tries what was sent; nothing is kept.
pub(super) async fn act(
    staff: StaffReader,
    desk: Data<Desk>,
    http: HttpRequest,
    form: Multipart,
) -> Result<HttpResponse, Failure> {
    let reader = Reader::of(&http);
    let text = sent(form).await?;
    match simulated(&desk, &text).await {
        Ok((edition, simulation)) => {
            let mut page = SimulatePage::new(&reader, "", &[]);
            let may_propose = staff.has_any(&[Role::PolicyAdmin]);
            page.found = Some(found(&desk, &page.page, &edition, &simulation, may_propose));
            Ok(Html(page).respond_to(&http))
        }
        Err(failure) => refused(&reader, &text, failure, &http),
    }
}

/// Proposes the file that was tried, and leads to it.
pub(super) async fn propose_edition(
    admin: PolicyAdmin,
    desk: Data<Desk>,
    http: HttpRequest,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let text = fields.get("text").to_owned();
    match propose(desk, admin, text.clone()).await {
        Ok(stored) => {
            let id = stored.policy_version.rsplit('/').next().unwrap_or_default();
            Ok(HttpResponse::SeeOther().insert_header((LOCATION, format!("/policy/editions/{id}"))).finish())
        }
        Err(failure) => refused(&Reader::of(&http), &text, failure, &http),
    }
}

/// The form once more, with what is wrong with the file.
fn refused(reader: &Reader, text: &str, failure: Failure, http: &HttpRequest) -> Result<HttpResponse, Failure> {
    if failure.kind() != Kind::InvalidInput {
        return Err(failure);
    }
    let mut response = Html(SimulatePage::new(reader, text, failure.errors())).respond_to(http);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

impl SimulatePage {
    /// The form with `text` typed, and what is wrong with it.
    fn new(reader: &Reader, text: &str, errors: &[InputError]) -> Self {
        let page = reader.page("simulate-title").wide().back_to("/policy", "editions-title");
        let values = FormFields::default().with("text", text);
        let mut form = Form::new(page.lang(), &values, errors);
        let file = form.input("/file", page.t("simulate-file")).of_type("file").answered();
        let paste = form.area("/text", page.t("simulate-paste")).rows(12).answered();
        let fields = vec![file.hint(page.t("simulate-file-hint")), paste.hint(page.t("simulate-paste-hint"))];
        Self { page: page.clone().with_errors(form.summary()), found: None, fields }
    }
}

fn found(desk: &Desk, page: &Page, edition: &Edition, simulation: &Simulation, may_propose: bool) -> Found {
    let Simulation { loosenings, backtest } = simulation;
    let looser = page.t(if loosenings.is_empty() { "simulate-not-looser" } else { "simulate-looser" });
    let summary = SummaryList::new()
        .row(page.t("edition-version"), edition.version())
        .row(page.t("editions-from"), page.own_when(edition.effective_at()))
        .row(page.t("simulate-checked"), page.t("simulate-no-faults"))
        .row(page.t("edition-looser"), looser);
    let about = |key: &'static str, part: &Part| {
        let message = Message::new(key).with("all", part.looked_at).with("changed", part.changed);
        let newest = (!backtest.complete).then(|| page.t("simulate-newest"));
        let texts: Vec<_> = std::iter::once(page.say(&message)).chain(newest).collect();
        texts.join(&page.t("sentence-gap"))
    };
    let requests = &backtest.requests;
    let open = &backtest.open_exceptions;
    let consequence = if loosenings.is_empty() { "simulate-propose-at-once" } else { "simulate-propose-second" };
    Found {
        summary,
        loosenings: loosenings.iter().map(|found| loosening(found, edition, page.lang())).collect(),
        parts: vec![
            part(
                desk,
                page,
                "requests",
                page.t("simulate-requests"),
                about("simulate-requests-about", requests),
                requests,
            ),
            part(
                desk,
                page,
                "exceptions",
                page.t("simulate-exceptions"),
                about("simulate-exceptions-about", open),
                open,
            ),
        ],
        propose: may_propose.then(|| edition.source().to_owned()),
        consequence: page.t(consequence),
    }
}

fn part(desk: &Desk, page: &Page, id: &'static str, heading: String, about: String, part: &Part) -> PartView {
    let lang = page.lang();
    let columns =
        ["simulate-number", "editions-issue", "simulate-from", "simulate-to", "simulate-count", "simulate-references"];
    let columns = columns.map(|key| match key {
        "simulate-count" => Column::new(page.t(key)).number(),
        _ => Column::new(page.t(key)),
    });
    let empty = Empty::new(page.t("simulate-no-changes"), page.t("simulate-no-changes-text"));
    let table = Table::new(heading.clone(), columns.into(), empty).caption_is_title();
    let numbered = part.changes.iter().enumerate().map(|(index, change)| (index + 1, change));
    let table = numbered.clone().fold(table, |table, (number, change)| {
        table.row([
            Markup::from(number.to_string()),
            desk.policies.issue_title(&change.issue, lang).into(),
            outcome(change.from, lang).into(),
            outcome(change.to, lang).into(),
            change.count.to_string().into(),
            references(page, change),
        ])
    });
    // Bars of one length would tell nothing.
    let differ = part.changes.iter().any(|change| change.count != part.changes[0].count);
    let legend = page.t("simulate-bars");
    let bars = differ.then(|| {
        let bars = numbered.map(|(number, change)| (number.to_string(), change.count));
        Bars::new(id, heading.clone(), legend.clone(), bars)
    });
    PartView { heading, about, bars, legend, table }
}

/// The newest requests of a change, and how many there are besides.
fn references(page: &Page, change: &Change) -> Markup {
    let named = change.references.iter().map(|reference| Anchor::new(format!("/review/{reference}"), reference).into());
    let more = usize::try_from(change.count).unwrap_or(usize::MAX) - change.references.len();
    let more = (more > 0).then(|| page.say(&Message::new("simulate-more").with("count", more)).into());
    Markup::joined(named.chain(more))
}

/// What was sent: the file, else the pasted text, with plain line ends.
///
/// # Errors
/// 400 when it is no form or no text; 413 above the limit.
async fn sent(mut form: Multipart) -> Result<String, Failure> {
    let unreadable = |error: String| Failure::new(Kind::UnreadableBody).because(anyhow::anyhow!(error));
    let too_large = || Failure::new(Kind::TooLarge).way_out("/policy/simulate", Message::new("editions-simulate"));
    let (mut file, mut pasted) = (Vec::new(), Vec::new());
    while let Some(mut field) = form.try_next().await.map_err(|error| unreadable(error.to_string()))? {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes(MAX_BYTES).await.map_err(|_| too_large())?;
        let bytes = bytes.map_err(|error| unreadable(error.to_string()))?;
        match name.as_str() {
            "file" => file = bytes.to_vec(),
            "text" => pasted = bytes.to_vec(),
            _ => {}
        }
    }
    let text = String::from_utf8(if file.is_empty() { pasted } else { file });
    let text = text.map_err(|_| Failure::from(InputError::new("/text", "edition_not_utf8")))?;
    Ok(text.replace("\r\n", "\n"))
}
