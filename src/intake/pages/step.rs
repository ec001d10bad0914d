//! `/support/requests/{reference}/{step}`: withdraw, reply, appeal, reopen. Each page says what follows and until when, and has
//! one button that does it.

use super::parts;
use crate::app::Desk;
use crate::identity::Filer;
use crate::intake::request::{self, Request, Status};
use crate::intake::{self, MAX_REPLY, may_reopen};
use crate::problem::{InputError, Kind};
use crate::review::{self, MAX_REASON, may_appeal};
use crate::web::components::{Notice, Quote, SummaryList, Tone};
use crate::web::field::Field;
use crate::web::page::Link;
use crate::web::pages::confirm::ConfirmPage;
use crate::web::{Failure, Form, FormFields, Html, IfMatch, Message, Page, Reader};
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path};
use actix_web::{Either, HttpResponse, Responder};
use chrono::{DateTime, Utc};

/// What a partner can do with its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Take it back.
    Withdraw,
    /// Reply to the desk's question.
    Reply,
    /// Have a denial looked at again.
    Appeal,
    /// Take up again what was withdrawn by itself.
    Reopen,
}

impl Step {
    /// Every step, the one that matters most first.
    pub const ALL: [Self; 4] = [Self::Reply, Self::Appeal, Self::Reopen, Self::Withdraw];

    /// The last part of its address, and the start of its messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Withdraw => "withdraw",
            Self::Reply => "reply",
            Self::Appeal => "appeal",
            Self::Reopen => "reopen",
        }
    }

    fn named(name: &str) -> Result<Self, Failure> {
        Self::ALL.into_iter().find(|step| step.name() == name).ok_or_else(|| Failure::new(Kind::NotFound))
    }

    /// Whether the step can be taken at `now`.
    ///
    /// # Errors
    /// 409 that says why not.
    pub fn allowed(self, request: &Request, now: DateTime<Utc>) -> Result<(), Failure> {
        let only_if = |allowed: bool| if allowed { Ok(()) } else { Err(Failure::new(Kind::WrongState)) };
        match self {
            Self::Withdraw => only_if(request.status.is_open()),
            Self::Reply => only_if(request.status == Status::WaitingForPartner),
            Self::Appeal => may_appeal(request, now).map(drop),
            Self::Reopen => may_reopen(request, now).map(drop),
        }
    }

    async fn take(
        self,
        desk: Data<Desk>,
        filer: Filer,
        request: &Request,
        fields: &FormFields,
    ) -> Result<Request, Failure> {
        let seen = IfMatch::Versions(fields.get("version").parse().into_iter().collect());
        match self {
            Self::Withdraw => intake::withdraw(desk, filer, request.id, seen).await,
            Self::Reply => intake::reply(desk, filer, request.id, seen, fields.get("text")).await,
            Self::Appeal => review::appeal(desk, filer, request.id, seen, fields.get("reason")).await,
            Self::Reopen => intake::reopen(desk, filer, request.id, seen).await,
        }
    }
}

/// Says what follows, before it is done.
pub(super) async fn ask(
    filer: Filer,
    desk: Data<Desk>,
    reader: Reader,
    path: Path<(String, String)>,
) -> Result<Html<ConfirmPage>, Failure> {
    let (request, step) = (find(&desk, &filer, &path.0).await?, Step::named(&path.1)?);
    step.allowed(&request, desk.clock.now()).map_err(|failure| back_to(&request, failure))?;
    let asking = Asking { desk: &desk, reader: &reader, request: &request, step };
    Ok(Html(asking.page(&FormFields::default(), &[], false)))
}

/// Does it, to the request as it was when the page was shown; when it changed meanwhile, asks again with what was typed.
pub(super) async fn submit(
    filer: Filer,
    desk: Data<Desk>,
    reader: Reader,
    path: Path<(String, String)>,
    fields: FormFields,
) -> Result<Either<HttpResponse, impl Responder>, Failure> {
    let (request, step) = (find(&desk, &filer, &path.0).await?, Step::named(&path.1)?);
    let failure = match step.take(desk.clone(), filer.clone(), &request, &fields).await {
        Ok(request) => {
            let location = format!("/support/requests/{}", request.reference);
            return Ok(Either::Left(HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()));
        }
        Err(failure) => failure,
    };
    let changed = failure.kind() == Kind::VersionMismatch;
    if !changed && failure.kind() != Kind::InvalidInput {
        return Err(if failure.kind() == Kind::WrongState { back_to(&request, failure) } else { failure });
    }
    let request = find(&desk, &filer, &path.0).await?;
    step.allowed(&request, desk.clock.now()).map_err(|failure| back_to(&request, failure))?;
    let status = StatusCode::from_u16(failure.kind().status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    let asking = Asking { desk: &desk, reader: &reader, request: &request, step };
    let page = asking.page(&fields, failure.errors(), changed);
    Ok(Either::Right(Html(page).customize().with_status(status)))
}

async fn find(desk: &Desk, filer: &Filer, reference: &str) -> Result<Request, Failure> {
    let mut tx = desk.db.partner(filer.tenant).await?;
    request::find_by_reference(&mut tx, reference).await?.ok_or_else(super::no_request)
}

/// Where a step cannot be taken, the way on is the request itself.
fn back_to(request: &Request, failure: Failure) -> Failure {
    failure.way_out(format!("/support/requests/{}", request.reference), Message::new("open-request-show"))
}

/// One step's page, for one reader.
struct Asking<'a> {
    desk: &'a Desk,
    reader: &'a Reader,
    request: &'a Request,
    step: Step,
}

impl Asking<'_> {
    fn page(&self, values: &FormFields, errors: &[InputError], changed: bool) -> ConfirmPage {
        let (request, name) = (self.request, self.step.name());
        let title =
            self.reader.lang.text_with(&format!("{name}-title"), &[("reference", request.reference.clone().into())]);
        let href = format!("/support/requests/{}", request.reference);
        let page = self.reader.page_titled(title).back_to(href.as_str(), "step-back-to-request");
        let mut form = Form::new(page.lang(), values, errors);
        let fields: Vec<_> = self.field(&page, &mut form).into_iter().collect();
        let page = page.with_errors(form.summary());
        let tone = if self.step == Step::Withdraw { Tone::Warn } else { Tone::Info };
        let notice = Notice::new(tone, self.consequence(&page));
        ConfirmPage {
            facts: self.facts(&page),
            consequence: if changed { notice.title(page.t("step-changed")) } else { notice },
            fields,
            hidden: vec![("version", request.version.to_string())],
            action: format!("{href}/{name}"),
            button: page.t(&format!("{name}-do")),
            danger: self.step == Step::Withdraw,
            cancel: Link { href, label: page.t(&format!("{name}-cancel")) },
            page,
        }
    }

    fn field(&self, page: &Page, form: &mut Form<'_>) -> Option<Field> {
        let field = match self.step {
            Step::Withdraw | Step::Reopen => return None,
            Step::Reply => form.area("/text", page.t("reply-field")).max_length(MAX_REPLY),
            Step::Appeal => form.area("/reason", page.t("appeal-field")).max_length(MAX_REASON),
        };
        Some(field.hint(page.t(&format!("{}-field-hint", self.step.name()))).rows(8))
    }

    fn facts(&self, page: &Page) -> SummaryList {
        let request = self.request;
        let facts = SummaryList::new()
            .row(page.t("step-title-of-request"), parts::one_line(&request.asked.title))
            .row(page.t("scope-status"), parts::status_tag(request.status, page.lang()));
        let question = request.course.messages.last().map(|message| Quote::new(&message.text, None));
        match self.step {
            Step::Withdraw => facts,
            Step::Reply | Step::Reopen => match question {
                Some(question) => facts.row(page.t("reply-question"), question),
                None => facts,
            },
            Step::Appeal => {
                let facts = match request.decided_at {
                    Some(at) => facts.row(page.t("appeal-denied"), self.when(page, at)),
                    None => facts,
                };
                match &request.decision_reason {
                    Some(reason) => facts.row(page.t("appeal-first-reason"), Quote::new(reason, None)),
                    None => facts,
                }
            }
        }
    }

    /// What follows, and until when.
    fn consequence(&self, page: &Page) -> String {
        let request = self.request;
        let until = match self.step {
            Step::Withdraw => request.due_at,
            Step::Reply => request.course.waiting_until,
            Step::Appeal => request.appeal_until(),
            Step::Reopen => request.course.reopen_until,
        };
        let until = until.map(|at| self.when(page, at).text());
        let key = format!("{}-consequence", self.step.name());
        match (self.step, until) {
            (Step::Withdraw, None) => page.t(&key),
            (Step::Withdraw, Some(due)) => {
                format!("{}{}{}", page.t(&key), page.t("sentence-gap"), page.t1("withdraw-otherwise", "due", due))
            }
            (_, until) => page.t1(&key, "until", until.unwrap_or_default()),
        }
    }

    fn when(&self, page: &Page, at: DateTime<Utc>) -> crate::web::time::When {
        page.when(at, parts::zone_of(self.desk, self.request))
    }
}
