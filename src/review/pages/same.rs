//! `/review/{ref}/same`: requests that say the same are chosen and decided together, each with a record of its own.

use super::words;
use crate::app::Desk;
use crate::identity::Reviewer;
use crate::intake::Request;
use crate::intake::pages::parts;
use crate::intake::request::find_by_reference;
use crate::locale::Lang;
use crate::problem::{InputError, Kind};
use crate::review::same::{self, Meant};
use crate::review::{Decided, DecisionOutcome};
use crate::web::components::{Anchor, Empty, Markup, Notice, Quote, SummaryList, Tone};
use crate::web::field::Choice;
use crate::web::page::Link;
use crate::web::pages::confirm::ConfirmPage;
use crate::web::table::{Column, Table};
use crate::web::{Failure, Form, FormFields, Html, Message, Page, Reader};
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;

/// What came of each.
#[derive(Template)]
#[template(path = "review/same.html")]
struct ResultPage {
    page: Page,
    table: Table,
}

/// The requests that say the same, to choose from.
pub async fn choose(
    reviewer: Reviewer,
    desk: Data<Desk>,
    reader: Reader,
    reference: Path<String>,
) -> Result<Html<ConfirmPage>, Failure> {
    let all = read(&desk, &reviewer, &reference).await?;
    let own = all.iter().find(|request| request.reference == *reference);
    let chosen = own.map(|request| FormFields::default().with("requests", value(request))).unwrap_or_default();
    Ok(Html(choosing(reader, &reference, &all, &chosen, &[])))
}

/// What the decision would come to for each that was chosen; or, once that is confirmed, what came of it.
pub async fn act(
    reviewer: Reviewer,
    desk: Data<Desk>,
    reference: Path<String>,
    http: HttpRequest,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let all = read(&desk, &reviewer, &reference).await?;
    let meant = match meant(&fields) {
        Ok(meant) => meant,
        Err(errors) => {
            let page = choosing(Reader::of(&http), &reference, &all, &fields, &errors);
            let mut response = Html(page).respond_to(&http);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(response);
        }
    };
    if fields.get("confirmed").is_empty() {
        return Ok(Html(confirming(Reader::of(&http), &reference, &all, &meant, &fields)).respond_to(&http));
    }
    let page = Reader::of(&http).page("same-result").wide().back_to("/queue", "queue-title");
    let columns = ["queue-reference", "same-result-what"].map(|key| Column::new(page.t(key))).into();
    let mut table = Table::new(page.t("same-result-caption"), columns, Empty::new("", ""));
    for (id, decided) in same::decide_each(&desk, &reviewer, &all, &meant).await {
        let which = match all.iter().find(|request| request.id == id) {
            Some(request) => {
                let anchor = Anchor::new(format!("/review/{}", request.reference), request.reference.clone());
                Markup::joined([anchor.into(), parts::one_line(&request.tenant_name).into()])
            }
            None => Markup::unbroken(&id.to_string()),
        };
        table = table.row([which, came_of(decided, &page, &http)]);
    }
    Ok(Html(ResultPage { page, table }).respond_to(&http))
}

/// The request itself and those that say the same, as far as the reviewer may decide them.
async fn read(desk: &Desk, reviewer: &Reviewer, reference: &str) -> Result<Vec<Request>, Failure> {
    let mut tx = desk.db.staff().await?;
    let request = find_by_reference(&mut tx, reference).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let all = same::decidable(&mut tx, reviewer, request).await?;
    if all.is_empty() {
        let failure = Failure::new(Kind::WrongState).detail(Message::new("same-none"));
        return Err(failure.way_out(format!("/review/{reference}"), Message::new("after-check-open")));
    }
    Ok(all)
}

/// A request at the version that is shown.
fn value(request: &Request) -> String {
    format!("{}.{}", request.id, request.version)
}

/// What the form says.
fn meant(fields: &FormFields) -> Result<Meant, Vec<InputError>> {
    let mut errors = Vec::new();
    let parse =
        |value: &str| value.split_once('.').and_then(|(id, version)| Some((id.parse().ok()?, version.parse().ok()?)));
    let chosen: Vec<_> = fields.all("requests").filter_map(parse).collect();
    if chosen.is_empty() {
        errors.push(InputError::new("/requests", "same_nothing_chosen"));
    }
    let outcome = match fields.get("outcome") {
        "accept" => DecisionOutcome::Accept,
        "deny" => DecisionOutcome::Deny,
        _ => {
            errors.push(InputError::new("/outcome", "outcome_missing"));
            DecisionOutcome::Deny
        }
    };
    let reason = crate::exceptions::api::checked_reason(fields.get("reason"));
    let reason = reason.map_err(|failure| errors.extend_from_slice(failure.errors())).unwrap_or_default();
    if errors.is_empty() { Ok(Meant { chosen, outcome, reason }) } else { Err(errors) }
}

fn label(request: &Request, lang: Lang) -> String {
    let users = parts::SubjectsList::asked(&request.asked.scope.subjects, lang).count();
    let days = Message::new("given-days").with("count", request.asked.scope.duration_days).text(lang);
    Message::new("same-request")
        .with("reference", request.reference.as_str())
        .with("partner", parts::one_line(&request.tenant_name))
        .with("users", users)
        .with("days", days)
        .text(lang)
}

fn choosing(
    reader: Reader,
    reference: &str,
    all: &[Request],
    values: &FormFields,
    errors: &[InputError],
) -> ConfirmPage {
    let lang = reader.lang;
    let page = reader.page("same-title").wide();
    let mut form = Form::new(lang, values, errors);
    let choices = all.iter().map(|request| Choice::new(value(request), label(request, lang))).collect();
    let outcomes = [("accept", "review-outcome-accept"), ("deny", "review-outcome-deny")];
    let reads = words::language(all.first().map_or(lang, |request| request.language), lang);
    let fields = vec![
        form.checkboxes("/requests", page.t("same-requests"), choices),
        form.radios(
            "/outcome",
            page.t("review-outcome"),
            outcomes.map(|(value, key)| Choice::new(value, page.t(key))).into(),
        ),
        form.area("/reason", page.t("review-reason"))
            .hint(page.t1("review-reason-hint", "language", reads))
            .max_length(2000),
    ];
    let page = page.with_errors(form.summary());
    let quote = |text: &str, request: &Request| Quote::new(text, Some(request.language));
    let facts = all.first().map(|request| {
        SummaryList::new()
            .row(page.t("review-words-title"), quote(&request.asked.title, request))
            .row(page.t("review-words-description"), quote(&request.asked.description, request))
    });
    ConfirmPage {
        facts: facts.unwrap_or_default(),
        consequence: Notice::new(Tone::Info, page.t("same-about")),
        fields,
        hidden: Vec::new(),
        action: format!("/review/{reference}/same"),
        button: page.t("same-check"),
        danger: false,
        cancel: Link { href: format!("/review/{reference}"), label: page.t("review-confirm-cancel") },
        page,
    }
}

fn confirming(reader: Reader, reference: &str, all: &[Request], meant: &Meant, fields: &FormFields) -> ConfirmPage {
    let lang = reader.lang;
    let page = reader.page(if meant.outcome == DecisionOutcome::Accept { "same-accept" } else { "same-deny" }).wide();
    let chosen = all.iter().filter(|request| meant.chosen.iter().any(|(id, _)| *id == request.id));
    let requests = Markup::lines(chosen.map(|request| label(request, lang).into()));
    let language = all.first().map(|request| request.language);
    let reads = page.t1("review-confirm-reason", "language", words::language(language.unwrap_or(lang), lang));
    let consequence = match meant.outcome {
        DecisionOutcome::Accept => Notice::new(Tone::Warn, page.t("same-accept-consequence")),
        _ => Notice::new(Tone::Info, page.t("same-deny-consequence")),
    };
    let carried = ["requests", "outcome", "reason"];
    let carried = carried.into_iter().flat_map(|name| fields.all(name).map(move |value| (name, value.to_owned())));
    ConfirmPage {
        facts: SummaryList::new()
            .row(page.t("same-requests"), requests)
            .row(reads, Quote::new(&meant.reason, language)),
        consequence,
        fields: Vec::new(),
        hidden: carried.chain([("confirmed", "yes".to_owned())]).collect(),
        action: format!("/review/{reference}/same"),
        button: page.t("same-do"),
        danger: false,
        cancel: Link { href: format!("/review/{reference}/same"), label: page.t("review-confirm-cancel") },
        page,
    }
}

/// What came of one: its status, or why it was not decided.
fn came_of(decided: Result<Decided, Failure>, page: &Page, http: &HttpRequest) -> Markup {
    let lang = page.lang();
    match decided {
        Ok(decided) => Markup::joined(words::status_tags(&decided.request, decided.pending_second_approval, lang)),
        Err(failure) => {
            let problem = failure.problem(Reader::of(http).site.base(), lang, http.path());
            let first = failure.errors().first().map(|error| error.field(lang).detail);
            let why = first.or(problem.detail).unwrap_or(problem.title);
            page.t1("same-not-decided", "why", why).into()
        }
    }
}
