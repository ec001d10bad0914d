//! Deciding in two steps: the first shows what it would come to, the second does it.

use super::dossier::Dossier;
use super::form;
use super::letters;
use super::overlap;
use super::presence;
use super::preview::openings;
use super::show::ReviewPage;
use super::words;
use crate::app::Desk;
use crate::identity::Reviewer;
use crate::intake::Status;
use crate::intake::pages::parts;
use crate::problem::{InputError, Kind};
use crate::review::approval::{self, Plan};
use crate::review::{DecisionBody, DecisionOutcome};
use crate::web::components::{Notice, Quote, SummaryList, Tone};
use crate::web::page::Link;
use crate::web::pages::confirm::ConfirmPage;
use crate::web::{Failure, FormFields, Html, IfMatch, Message, Page, Reader};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, Responder, web};

/// Step 1: what the decision would come to, and whether that is meant.
pub async fn ask(
    reviewer: Reviewer,
    desk: web::Data<Desk>,
    reference: web::Path<String>,
    http: HttpRequest,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let mut tx = desk.db.staff().await?;
    let dossier = Dossier::load(&mut tx, &reference, desk.clock.now()).await?;
    presence::keep(&desk, &reviewer, &dossier.request, &fields).await?;
    let call = Call { desk: &desk, reviewer: &reviewer, http: &http, fields: &fields };
    let body = match call.decision(&dossier)? {
        Ok(body) => body,
        Err(errors) => return call.again(&dossier, Failure::invalid(errors), ""),
    };
    let plan = async {
        let request = &dossier.request;
        approval::may_decide(&reviewer, request, &dossier.says)?;
        IfMatch::Versions(vec![form::version(&fields)]).holds_for(request.version)?;
        if request.status != Status::InReview {
            return Err(Failure::new(Kind::WrongState));
        }
        match body.outcome {
            DecisionOutcome::Deny | DecisionOutcome::Return => Ok(None),
            DecisionOutcome::Accept => {
                let wanted = body.scope.clone();
                approval::plan(&desk, &reviewer, &mut tx, request, wanted, desk.clock.now()).await.map(Some)
            }
        }
    };
    match plan.await {
        Ok(plan) => Ok(Html(call.confirmation(&dossier, &body, plan.as_ref())?).respond_to(&http)),
        Err(failure) => call.again(&dossier, failure, fields.get("reason")),
    }
}

/// Step 2: does it, at the version that the reviewer looked at.
pub async fn act(
    reviewer: Reviewer,
    desk: web::Data<Desk>,
    reference: web::Path<String>,
    http: HttpRequest,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let dossier = Dossier::read(&desk, &reference).await?;
    presence::keep(&desk, &reviewer, &dossier.request, &fields).await?;
    let call = Call { desk: &desk, reviewer: &reviewer, http: &http, fields: &fields };
    let decided = match call.decision(&dossier)? {
        Ok(body) => {
            let seen = IfMatch::Versions(vec![form::version(&fields)]);
            crate::review::decide(desk.clone(), reviewer.clone(), dossier.request.id, seen, body).await
        }
        Err(errors) => Err(Failure::invalid(errors)),
    };
    match decided {
        Ok(decided) => {
            let href = format!("/review/{}", decided.request.reference);
            Ok(HttpResponse::SeeOther().insert_header((LOCATION, href)).finish())
        }
        // Somebody was faster: what the page shows must be what is there now.
        Err(failure) => call.again(&Dossier::read(&desk, &reference).await?, failure, fields.get("reason")),
    }
}

/// A form that was sent, and who sent it.
pub(super) struct Call<'a> {
    pub desk: &'a Desk,
    pub reviewer: &'a Reviewer,
    pub http: &'a HttpRequest,
    pub fields: &'a FormFields,
}

impl Call<'_> {
    /// The decision that the form means, or what is wrong with it.
    ///
    /// # Errors
    /// When the edition that judged the request is gone.
    fn decision(&self, dossier: &Dossier) -> Result<Result<DecisionBody, Vec<InputError>>, Failure> {
        let request = &dossier.request;
        let edition = self.desk.edition_of(&request.classification)?;
        let sentences = form::chosen(self.fields, &edition, request);
        Ok(form::decision(self.fields, sentences, &dossier.scope(), &request.asked.scope.subjects))
    }

    /// The request as it stands now, with what was `typed` still in the form, and why it was not done.
    pub fn again(&self, dossier: &Dossier, failure: Failure, typed: &str) -> Result<HttpResponse, Failure> {
        let errors: &[InputError] = match failure.kind() {
            Kind::InvalidInput => failure.errors(),
            Kind::VersionMismatch | Kind::WrongState => &[],
            _ => return Err(failure),
        };
        let reader = Reader::of(self.http);
        let (lang, base) = (reader.lang, reader.site.clone());
        let mut page = ReviewPage::new(self.desk, reader, self.reviewer, dossier, self.fields, errors)?;
        if errors.is_empty() {
            let problem = failure.problem(base.base(), lang, self.http.path());
            let kept = lang.text(if page.has_form() { "review-kept-in-form" } else { "review-kept-here" });
            let detail = problem.detail.unwrap_or_default();
            let notice = Notice::new(Tone::Warn, format!("{detail}{}{kept}", lang.text("sentence-gap")));
            page = page.noticed(notice.title(problem.title), typed);
        }
        let mut response = Html(page).respond_to(self.http);
        *response.status_mut() = StatusCode::from_u16(failure.kind().status()).unwrap_or(StatusCode::CONFLICT);
        Ok(response)
    }

    fn confirmation(
        &self,
        dossier: &Dossier,
        body: &DecisionBody,
        plan: Option<&Plan>,
    ) -> Result<ConfirmPage, Failure> {
        let (request, reader) = (&dossier.request, Reader::of(self.http));
        let review = format!("/review/{}", request.reference);
        let key = match plan {
            None => "review-confirm-deny",
            Some(plan) if plan.needs_second => "review-confirm-first",
            Some(_) => "review-confirm-accept",
        };
        let page = reader.page(key).wide();
        let partner = Message::new("review-confirm-request").with("reference", request.reference.as_str());
        let partner = partner.with("partner", parts::one_line(&request.tenant_name));
        let mut facts = SummaryList::new().row(page.t("queue-reference"), page.say(&partner));
        if let Some(plan) = plan {
            facts = self.what_it_opens(&page, facts, dossier, plan)?;
        }
        let mails = letters::of_decision(self.desk, self.reviewer, request, body, plan)?;
        let reads = words::language(request.language, page.lang());
        let reason = page.say(&Message::new("review-confirm-reason").with("language", reads));
        Ok(ConfirmPage {
            facts: letters::rows(facts.row(reason, Quote::new(&body.reason, Some(request.language))), &page, &mails),
            consequence: consequence(&page, plan),
            fields: Vec::new(),
            hidden: form::carried(self.fields),
            action: format!("{review}/decision"),
            button: page.t(&format!("{key}-button")),
            danger: false,
            cancel: Link { href: review, label: page.t("review-confirm-cancel") },
            page,
        })
    }

    /// Whom, where and until when; and for each surface what changes there.
    fn what_it_opens(
        &self,
        page: &Page,
        facts: SummaryList,
        dossier: &Dossier,
        plan: &Plan,
    ) -> Result<SummaryList, Failure> {
        let (request, lang) = (&dossier.request, page.lang());
        let edition = self.desk.edition_of(&request.classification)?;
        let zone = parts::zone_of(self.desk, request);
        let surfaces = plan.granted.surfaces.len();
        let users = parts::SubjectsList::asked(&plan.scope.subjects, lang).named(&request.subject_labels);
        let size = Message::new("review-confirm-size").with("users", users.count()).with("surfaces", surfaces);
        let days = Message::new("given-days").with("count", i64::from(plan.granted.duration_days));
        let mut facts = facts
            .row(page.t("review-confirm-opens"), page.say(&size))
            .row(page.t("review-who"), crate::web::components::Markup::of(&users));
        for opening in openings(request, plan, &dossier.open_grants, &edition, lang) {
            facts = facts.row(opening.place, opening.change);
        }
        let facts = facts
            .row(page.t("review-days"), page.say(&days))
            .row(page.t("review-from"), page.when(plan.not_before, zone))
            .row(page.t("review-until"), page.when(plan.expires_at, zone));
        Ok(overlap::rows(facts, page, plan, &dossier.open_grants, &edition, zone))
    }
}

/// What follows from pressing the button.
fn consequence(page: &Page, plan: Option<&Plan>) -> Notice {
    match plan {
        None => Notice::new(Tone::Info, page.t("review-confirm-deny-consequence")),
        Some(plan) if plan.needs_second => Notice::new(Tone::Warn, page.t("review-confirm-first-consequence")),
        Some(plan) if plan.confirms.is_some() => Notice::new(Tone::Warn, page.t("review-confirm-second-consequence")),
        Some(_) => Notice::new(Tone::Warn, page.t("review-confirm-accept-consequence")),
    }
}
