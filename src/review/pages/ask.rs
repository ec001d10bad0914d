//! Asking the partner from the review page: one question, sent at the version that the reviewer looks at.

use super::decide::Call;
use super::dossier::Dossier;
use super::form;
use super::presence;
use super::words;
use crate::app::Desk;
use crate::identity::Reviewer;
use crate::problem::{InputError, Kind};
use crate::review::MAX_QUESTION;
use crate::web::components::SummaryEntry;
use crate::web::field::Field;
use crate::web::{Failure, Form, FormFields, IfMatch, Message, Page};
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};

/// Where the question stands in the form, and its errors in the problem document.
const QUESTION: &str = "/question";

/// The question's form.
pub struct AskForm {
    /// The question.
    pub question: Field,
    /// Where it is sent.
    pub action: String,
    /// The version that the reviewer looks at.
    pub version: i64,
    /// Whether a first approval becomes void by it.
    pub voids_approval: bool,
    /// What is wrong with it.
    pub errors: Vec<SummaryEntry>,
}

impl AskForm {
    /// The form for the request of `dossier`, holding `values`, found wrong at those of `errors` that are its own.
    pub fn new(page: &Page, dossier: &Dossier, values: &FormFields, errors: &[InputError]) -> Self {
        let own: Vec<_> = errors.iter().filter(|error| is_own(error)).cloned().collect();
        let mut form = Form::new(page.lang(), values, &own);
        let request = &dossier.request;
        let reads = words::language(request.language, page.lang());
        let question = form
            .area(QUESTION, page.t("review-question"))
            .hint(page.say(&Message::new("review-question-hint").with("language", reads)))
            .rows(4)
            .max_length(MAX_QUESTION)
            .answered();
        Self {
            question,
            action: format!("/review/{}/ask", request.reference),
            version: request.version,
            voids_approval: dossier.waiting().is_some(),
            errors: form.summary(),
        }
    }
}

/// Whether `error` is the question's, and not the decision's.
pub fn is_own(error: &InputError) -> bool {
    error.pointer == QUESTION
}

/// Sends the question.
pub async fn send(
    reviewer: Reviewer,
    desk: web::Data<Desk>,
    reference: web::Path<String>,
    http: HttpRequest,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let dossier = Dossier::read(&desk, &reference).await?;
    presence::keep(&desk, &reviewer, &dossier.request, &fields).await?;
    let seen = IfMatch::Versions(vec![form::version(&fields)]);
    let asked = crate::review::ask(desk.clone(), reviewer.clone(), dossier.request.id, seen, fields.get("question"));
    match asked.await {
        Ok(request) => {
            let href = format!("/review/{}", request.reference);
            Ok(HttpResponse::SeeOther().insert_header((LOCATION, href)).finish())
        }
        Err(failure) => {
            // The decision's form beside it is filled in as it is at first.
            let fields = form::prefilled(&dossier.scope()).with("question", fields.get("question"));
            let call = Call { desk: &desk, reviewer: &reviewer, http: &http, fields: &fields };
            match failure.kind() {
                Kind::InvalidInput => call.again(&dossier, failure, ""),
                _ => call.again(&Dossier::read(&desk, &reference).await?, failure, fields.get("question")),
            }
        }
    }
}
