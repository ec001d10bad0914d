//! `/support/drafts/{id}/{step}`: one step of the form.

use super::filling::{Filling, Section};
use super::save::{Saved, What, save};
use super::{Step, contact, issue, questions, resume, scope, who};
use crate::app::Desk;
use crate::identity::Filer;
use crate::intake::api::known_id;
use crate::problem::{InputError, Kind};
use crate::web::components::{Notice, Outcome, SummaryList, Tone};
use crate::web::page::Link;
use crate::web::table::Table;
use crate::web::{Failure, Form, FormFields, FormWithFile, Html, Message, Page, Reader};
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path};
use actix_web::{Either, HttpRequest, HttpResponse, Responder};
use askama::Template;

#[derive(Template)]
#[template(path = "intake/step.html")]
pub struct StepPage {
    pub page: Page,
    /// "Step 3 of 5".
    pub place: String,
    pub facts: Option<SummaryList>,
    pub notices: Vec<Notice>,
    /// What the answers so far are likely to come to.
    pub outlook: Option<Outcome>,
    pub sections: Vec<Section>,
    pub tables: Vec<Table>,
    pub hidden: Vec<(String, String)>,
    pub action: String,
    /// Whether the form may bring a file: there is a button then that adds what it names and stays here.
    pub sends_files: bool,
    /// Whether there is a draft to come back to.
    pub is_kept: bool,
    pub stop: Option<Link>,
}

/// What a step's page shows besides what is kept.
#[derive(Default)]
struct Shown {
    errors: Vec<InputError>,
    notices: Vec<Notice>,
    /// What was typed, where it is not what is kept.
    typed: Option<FormFields>,
    what: What,
    from_check: bool,
}

/// The step as it was left.
pub async fn show(
    filer: Filer,
    desk: Data<Desk>,
    reader: Reader,
    path: Path<(String, String)>,
    http: HttpRequest,
) -> Result<Either<HttpResponse, Html<StepPage>>, Failure> {
    let (id, slug) = path.into_inner();
    let step = Step::from_slug(&slug).ok_or_else(|| Failure::new(Kind::NotFound))?;
    let filling = Filling::load(filer, desk, reader, &id).await?;
    if filling.issue().is_none() && step != Step::Issue {
        return Ok(Either::Left(see_other(&Step::Issue.href(filling.draft.id))));
    }
    let query = FormFields::from_query(http.query_string());
    let mut shown = Shown { from_check: query.get("from") == "check", ..Shown::default() };
    if shown.from_check {
        // Whoever comes from there to set something right sees what.
        shown.errors = filling.errors().into_iter().filter(|error| step.owns(&error.pointer)).collect();
    }
    shown.notices.extend(query.get("added").parse().ok().map(|added| added_notice(&filling, added)));
    let pending = filling.draft.pending.as_ref().filter(|pending| pending.step == step.slug());
    if let Some(pending) = pending.cloned() {
        shown.notices.push(Notice::new(Tone::Warn, filling.reader.lang.text("resume-found")));
        shown.typed = Some(pending.fields);
        shown.what.labels = pending.labels;
    }
    Ok(Either::Right(Html(page(&filling, step, shown)?)))
}

/// Keeps the step, then looks at it: what is wrong comes back, else the form goes on.
pub async fn submit(
    filer: Result<Filer, Failure>,
    desk: Data<Desk>,
    reader: Reader,
    path: Path<(String, String)>,
    sent: FormWithFile,
) -> Result<Either<HttpResponse, impl Responder>, Failure> {
    let (id, slug) = path.into_inner();
    let step = Step::from_slug(&slug).ok_or_else(|| Failure::new(Kind::NotFound))?;
    let filer = match filer {
        Ok(filer) => filer,
        Err(refused) => return Err(resume::keep(desk, refused, known_id(&id)?, step, sent).await),
    };
    let form = sent.fields.clone();
    let saved = save(desk.clone(), filer.clone(), known_id(&id)?, step, sent).await?;
    let filling = Filling::load(filer, desk, reader, &id).await?;
    let mut shown = Shown { from_check: form.get("from") == "check", ..Shown::default() };
    let what = match saved {
        Saved::Kept(what) => what,
        Saved::Conflict => {
            shown.notices.push(conflict(&filling, step));
            shown.typed = Some(form);
            let page = page(&filling, step, shown)?;
            return Ok(Either::Right(Html(page).customize().with_status(StatusCode::PRECONDITION_FAILED)));
        }
    };
    shown.what = what;
    match go_on(&filling, step, &form, &mut shown) {
        Some(href) => Ok(Either::Left(see_other(&href))),
        None => {
            let status = if shown.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            Ok(Either::Right(Html(page(&filling, step, shown)?).customize().with_status(status)))
        }
    }
}

/// Where a step that is kept leads; nowhere when there is something to say first.
fn go_on(filling: &Filling, step: Step, form: &FormFields, shown: &mut Shown) -> Option<String> {
    let id = filling.draft.id;
    let what = &shown.what;
    shown.errors = what.file_error.iter().cloned().chain(who::left_out_error(&what.left_out)).collect();
    if !shown.errors.is_empty() || !what.left_out.is_empty() {
        shown.notices.extend((what.added > 0).then(|| added_notice(filling, what.added)));
        return None;
    }
    match form.get("action") {
        "later" => return Some("/support/requests?kept=1".to_owned()),
        // Whom a file names is shown before the form goes on.
        action if action == "add" || what.with_file => return Some(format!("{}?added={}", step.href(id), what.added)),
        _ => {}
    }
    if step == Step::Questions && questions::news(filling).is_some_and(|(code, _)| code != form.get("told")) {
        return None;
    }
    shown.errors = filling.errors().into_iter().filter(|error| step.owns(&error.pointer)).collect();
    let next = match step.next() {
        Some(next) if !shown.from_check => next.href(id),
        _ => filling.check_href(),
    };
    shown.errors.is_empty().then_some(next)
}

fn added_notice(filling: &Filling, added: usize) -> Notice {
    Notice::new(Tone::Ok, Message::new("who-added").with("count", added).text(filling.reader.lang))
}

fn page(filling: &Filling, step: Step, shown: Shown) -> Result<StepPage, Failure> {
    let Shown { errors, mut notices, typed, what, from_check } = shown;
    let lang = filling.reader.lang;
    let draft = &filling.draft;
    let values = typed.unwrap_or_else(|| step.of(draft, None));
    let mut form = Form::new(lang, &values, &errors);
    let sections = sections(step, &mut form, filling, &values);
    notices.extend(filling.open_notice());
    let news = (step == Step::Questions).then(|| questions::news(filling)).flatten();
    let back = match step.previous() {
        _ if from_check => (filling.check_href(), "step-back-to-check"),
        Some(previous) => (previous.href(draft.id), "step-back"),
        None => ("/support/requests".to_owned(), "requests-title"),
    };
    let (told, outlook) = news.unzip();
    Ok(StepPage {
        page: filling.reader.page_titled(step.title(lang)).back_to(back.0, back.1).with_errors(form.summary()),
        place: step.place(lang),
        facts: (step == Step::Issue).then(|| issue::facts(&filling.edition, lang)),
        notices,
        stop: outlook.is_some().then(|| Link { href: filling.delete_href(), label: lang.text("step-stop") }),
        outlook,
        sections,
        tables: if step == Step::Who { who::tables(filling, &values, &what) } else { Vec::new() },
        hidden: vec![
            ("seen".to_owned(), step.digest(draft, filling.issue())),
            ("resume".to_owned(), resume::mark(&filling.desk, draft)?),
            ("told".to_owned(), told.unwrap_or_default()),
            ("from".to_owned(), if from_check { "check" } else { "" }.to_owned()),
        ],
        action: step.href(draft.id),
        sends_files: step == Step::Who,
        is_kept: true,
    })
}

/// The fields of `step`, `values` being typed in them.
pub fn sections(step: Step, form: &mut Form<'_>, filling: &Filling, values: &FormFields) -> Vec<Section> {
    match step {
        Step::Issue => issue::sections(form, &filling.edition, filling.reader.lang),
        Step::Questions => questions::sections(form, filling),
        Step::Who => who::sections(form, filling, values),
        Step::Scope => scope::sections(form, filling, values),
        // Its page is its own.
        Step::Evidence => Vec::new(),
        Step::Contact => contact::sections(form, filling.reader.lang),
    }
}

/// Two windows with the same step: what was typed in this one is shown and not kept yet.
fn conflict(filling: &Filling, step: Step) -> Notice {
    let lang = filling.reader.lang;
    Notice::new(Tone::Warn, lang.text("step-conflict-text"))
        .title(lang.text("step-conflict"))
        .link(step.href(filling.draft.id), lang.text("step-conflict-take"))
}

/// Leads to `href`.
pub fn see_other(href: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, href)).finish()
}
