//! Which issue it is: the first step, and the beginning of every draft (`/support/requests/new`).

use super::Section;
use super::page::{StepPage, see_other};
use super::step::{Step, answer_name};
use crate::app::Desk;
use crate::clock;
use crate::db;
use crate::identity::Filer;
use crate::intake::drafts::{self, Draft, New, api::too_many};
use crate::intake::pages::{edition_at, partner_of};
use crate::intake::request;
use crate::intake::typed::PRESETS;
use crate::locale::Lang;
use crate::policy::{Edition, Issue};
use crate::problem::InputError;
use crate::web::components::{Notice, SummaryList, Tone};
use crate::web::field::Choice;
use crate::web::{Failure, Form, FormFields, Html, Message, Reader};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{Either, HttpRequest, HttpResponse, Responder};

/// Where a draft begins.
const NEW: &str = "/support/requests/new";

/// The issues to choose from.
pub fn sections(form: &mut Form<'_>, edition: &Edition, lang: Lang) -> Vec<Section> {
    let choice = |issue: &Issue| Choice::new(issue.slug(), issue.title().get(lang)).hint(issue.summary().get(lang));
    let choices = edition.issues().iter().map(choice).collect();
    let field = form.radios("/issue", lang.text("new-request-which"), choices);
    vec![Section { heading: None, lead: None, fields: vec![field.hint(lang.text("new-request-which-text"))] }]
}

/// Topic and problem type, which are given.
pub fn facts(edition: &Edition, lang: Lang) -> SummaryList {
    SummaryList::new()
        .row(lang.text("new-request-topic"), edition.topic().label.get(lang))
        .row(lang.text("new-request-problem-type"), edition.problem_type().label.get(lang))
}

/// An empty choice; from the self-check, with its issue chosen and its answers carried along.
pub async fn ask(filer: Filer, desk: Data<Desk>, reader: Reader, http: HttpRequest) -> Result<Html<StepPage>, Failure> {
    let query = FormFields::from_query(http.query_string());
    let mut tx = filer.begin(&desk.db).await?;
    partner_of(&mut tx, &filer).await?;
    let begun = drafts::list(&mut tx, &filer, None, drafts::MAX_DRAFTS).await?;
    drop(tx);
    let edition = edition_at(&desk, desk.clock.now())?;
    let mut notices = Vec::new();
    if !carried(&edition, &query).is_empty() {
        notices.push(Notice::new(Tone::Info, reader.lang.text("new-request-answers-carried")));
    }
    if !begun.is_empty() {
        let text = Message::new("new-request-drafts").with("count", begun.len()).text(reader.lang);
        notices.push(Notice::new(Tone::Info, text).link("/support/requests", reader.lang.text("drafts-see")));
    }
    Ok(Html(page(&reader, &edition, &query, &[], notices)))
}

/// Begins a draft and leads to its questions; where the tenant has an open request for the issue, leads there instead.
pub async fn begin(
    filer: Filer,
    desk: Data<Desk>,
    reader: Reader,
    sent: FormFields,
) -> Result<Either<HttpResponse, impl Responder>, Failure> {
    let now = desk.clock.now();
    let edition = edition_at(&desk, now)?;
    let again = |errors: &[InputError], notices, status| {
        Ok(Either::Right(Html(page(&reader, &edition, &sent, errors, notices)).customize().with_status(status)))
    };
    let Some(issue) = edition.issue(sent.get("issue")) else {
        let errors = [InputError::new("/issue", "draft_issue_missing")];
        return again(&errors, Vec::new(), StatusCode::UNPROCESSABLE_ENTITY);
    };
    let mut tx = filer.begin(&desk.db).await?;
    partner_of(&mut tx, &filer).await?;
    if let Some(open) = request::find_open(&mut tx, filer.tenant, issue.slug()).await? {
        let text = Message::new("open-request-exists-as").with("reference", &open.reference).text(reader.lang);
        let notice = Notice::new(Tone::Warn, text)
            .link(format!("/support/requests/{}", open.reference), reader.lang.text("open-request-show"));
        return again(&[], vec![notice], StatusCode::CONFLICT);
    }
    drop(tx);
    let new = New {
        language: reader.lang,
        issue: Some(issue.slug().to_owned()),
        fields: first(&filer).and(carried(&edition, &sent)),
    };
    let draft = create(desk.clone(), filer.clone(), new).await?;
    Ok(Either::Left(see_other(&Step::Questions.href(draft.id))))
}

async fn create(desk: Data<Desk>, filer: Filer, new: New) -> Result<Draft, Failure> {
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = filer.begin(&desk.db).await?;
        let draft = drafts::create(&mut tx, &filer, clock::fresh_id(now), new, now).await?.ok_or_else(too_many)?;
        tx.commit().await?;
        Ok(draft)
    })
    .await
}

/// What a new draft holds: named users, the shortest of the durations, the filer's name.
fn first(filer: &Filer) -> FormFields {
    FormFields::default()
        .with("scope_subjects_kind", "users")
        .with("scope_duration_days", PRESETS[0].to_string())
        .with("contact_name", &filer.name)
}

/// The answers to the issue's questions in `sent`, and nothing else: a link must not fill in who is to be exempted.
fn carried(edition: &Edition, sent: &FormFields) -> FormFields {
    let Some(issue) = edition.issue(sent.get("issue")) else { return FormFields::default() };
    let names: Vec<_> = issue.questions().iter().map(|question| answer_name(&question.name)).collect();
    sent.only(|name| names.iter().any(|known| known == name))
}

fn page(
    reader: &Reader,
    edition: &Edition,
    values: &FormFields,
    errors: &[InputError],
    notices: Vec<Notice>,
) -> StepPage {
    let lang = reader.lang;
    let mut form = Form::new(lang, values, errors);
    let sections = sections(&mut form, edition, lang);
    let answers = carried(edition, values);
    let hidden = edition.issues().iter().flat_map(|issue| issue.questions()).filter_map(|question| {
        let name = answer_name(&question.name);
        Some((name.clone(), answers.get(&name).to_owned())).filter(|(name, _)| answers.has(name))
    });
    StepPage {
        page: reader
            .page("new-request-title")
            .back_to("/support/requests", "requests-title")
            .with_errors(form.summary()),
        place: Step::Issue.place(lang),
        facts: Some(facts(edition, lang)),
        notices,
        outlook: None,
        sections,
        tables: Vec::new(),
        hidden: hidden.collect(),
        action: NEW.to_owned(),
        sends_files: false,
        is_kept: false,
        stop: None,
    }
}
