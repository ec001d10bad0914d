//! `/support/requests/new/{issue}`: the form, on one page.

use super::fields::{self, Section};
use super::typed::{Context, Typed};
use super::{edition_at, partner_of};
use crate::app::Desk;
use crate::identity::Filer;
use crate::intake::RequestBody;
use crate::intake::file::{Filed, file, understand};
use crate::intake::request;
use crate::policy::Edition;
use crate::problem::{InputError, Kind};
use crate::web::components::{Notice, Tone};
use crate::web::idempotency;
use crate::web::{Failure, Form, FormFields, Html, Page, Reader};
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path};
use actix_web::{Either, HttpRequest, HttpResponse, Responder};
use askama::Template;
use chrono_tz::Tz;
use std::sync::Arc;
use std::time::Duration;

/// How often a second press of the button looks whether the first is done, and how long it waits in between.
const WAITS: (u32, Duration) = (20, Duration::from_millis(250));

#[derive(Template)]
#[template(path = "intake/form.html")]
pub(super) struct FormPage {
    page: Page,
    topic: String,
    problem_type: String,
    issue: String,
    about: Notice,
    open: Option<Notice>,
    sections: Vec<Section>,
    action: String,
    key: String,
}

/// One call of this page: who fills in which form.
struct Filling {
    filer: Filer,
    desk: Data<Desk>,
    reader: Reader,
    edition: Arc<Edition>,
    slug: String,
    zone: Tz,
    /// The reference of the tenant's open request for this issue.
    open: Option<String>,
}

/// An empty form, with the answers of the self-check where its link brought some.
pub(super) async fn show(
    filer: Filer,
    desk: Data<Desk>,
    reader: Reader,
    issue: Path<String>,
    request: HttpRequest,
) -> Result<Html<FormPage>, Failure> {
    let filling = Filling::new(filer, desk, reader, issue.into_inner()).await?;
    let query = FormFields::from_query(request.query_string());
    let issue = filling.context()?.issue;
    let values = fields::initial(&filling.filer, filling.reader.lang, &query, issue);
    filling.page(&values, &[]).map(Html)
}

/// Files what was typed and leads to the answer; what is wrong comes back with everything that was typed.
pub(super) async fn submit(
    filer: Filer,
    desk: Data<Desk>,
    reader: Reader,
    issue: Path<String>,
    values: FormFields,
) -> Result<Either<HttpResponse, impl Responder>, Failure> {
    let filling = Filling::new(filer, desk, reader, issue.into_inner()).await?;
    let typed = Typed::read(&values, &filling.context()?);
    let failure = match filling.file(&typed, values.get(idempotency::FIELD)).await {
        Ok(filed) => {
            let location = format!("/support/requests/{}", filed.request.reference);
            return Ok(Either::Left(HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()));
        }
        Err(failure) => failure,
    };
    let errors = match failure.kind() {
        Kind::InvalidInput => typed.placed(failure.errors()),
        // The key of a form that was sent, left and filled in anew.
        Kind::IdempotencyKeyReused => vec![InputError::new("", "form_sent_before")],
        _ => return Err(failure),
    };
    let page = filling.page(&values, &errors)?;
    Ok(Either::Right(Html(page).customize().with_status(StatusCode::UNPROCESSABLE_ENTITY)))
}

impl Filling {
    async fn new(filer: Filer, desk: Data<Desk>, reader: Reader, slug: String) -> Result<Self, Failure> {
        let edition = edition_at(&desk, desk.clock.now())?;
        let mut tx = desk.db.partner(filer.tenant).await?;
        let zone = partner_of(&mut tx, &filer).await?.calendar_in(&desk.calendars).zone();
        let open = request::find_open(&mut tx, filer.tenant, &slug).await?.map(|request| request.reference);
        Ok(Self { filer, desk, reader, edition, slug, zone, open })
    }

    /// # Errors
    /// 404 for an issue that the policy does not have.
    fn context(&self) -> Result<Context<'_>, Failure> {
        Ok(Context {
            edition: &self.edition,
            issue: self.edition.issue(&self.slug).ok_or_else(|| Failure::new(Kind::NotFound))?,
            filer: self.filer.object_id,
            zone: self.zone,
            now: self.desk.clock.now(),
            lang: self.reader.lang,
        })
    }

    async fn file(&self, typed: &Typed, key: &str) -> Result<Filed, Failure> {
        if !typed.errors.is_empty() {
            // Together with what else is wrong, so that nobody has to correct a form twice.
            let others = understand(&self.desk, typed.body.clone(), self.desk.clock.now()).err();
            let others = others.as_ref().map(Failure::errors).unwrap_or_default();
            return Err(Failure::invalid(typed.errors.iter().chain(others).cloned().collect()));
        }
        self.file_once(&typed.body, key).await
    }

    /// A browser whose button is pressed twice shows the second answer alone, so that one waits for the first.
    async fn file_once(&self, body: &RequestBody, key: &str) -> Result<Filed, Failure> {
        let key = Some(key).filter(|key| !key.is_empty()).map(str::to_owned);
        let (times, pause) = WAITS;
        for _ in 0..times {
            match file(self.desk.clone(), self.filer.clone(), body.clone(), key.clone()).await {
                Err(failure) if failure.kind() == Kind::IdempotencyKeyInUse => tokio::time::sleep(pause).await,
                done => return done,
            }
        }
        Err(Failure::new(Kind::IdempotencyKeyInUse).retry_after(1))
    }

    fn page(&self, values: &FormFields, errors: &[InputError]) -> Result<FormPage, Failure> {
        let context = self.context()?;
        let lang = context.lang;
        let mut form = Form::new(lang, values, errors);
        let sections = fields::sections(&mut form, &context, &self.filer);
        let page = self.reader.page("new-request-title").back_to("/support/requests/new", "new-request-back");
        let page = page.with_errors(form.summary());
        let about = Notice::new(Tone::Info, context.issue.explanation().get(lang))
            .link(format!("/self-check/{}", self.slug), page.t("new-request-check-first"));
        let open = self.open.as_ref().map(|reference| {
            Notice::new(Tone::Warn, page.t1("open-request-exists-as", "reference", reference))
                .link(format!("/support/requests/{reference}"), page.t("open-request-show"))
        });
        Ok(FormPage {
            topic: self.edition.topic().label.get(lang).to_owned(),
            problem_type: self.edition.problem_type().label.get(lang).to_owned(),
            issue: context.issue.title().get(lang).to_owned(),
            about,
            open,
            sections,
            action: format!("/support/requests/new/{}", self.slug),
            key: idempotency::fresh_name(),
            page,
        })
    }
}
