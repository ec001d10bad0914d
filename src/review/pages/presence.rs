//! Who works on a request and who else looks at it: a part of its page, with the buttons that claim and release it; and what its
//! reader has begun to write.

use super::form;
use crate::app::Desk;
use crate::db;
use crate::identity::{ObjectId, Person, Reviewer, Role, StaffReader};
use crate::intake::Request;
use crate::intake::pages::parts;
use crate::intake::request::find_by_reference;
use crate::problem::Kind;
use crate::review::approval::{may_decide, says};
use crate::review::claim::{self, Claim, ClaimBody};
use crate::review::reviewers::{self, Colleague};
use crate::review::visits::{self, Typed, Visitor};
use crate::web::{Failure, FormFields, Html, IfMatch, Message, Page, Reader};
use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, web};
use askama::Template;
use askama::filters::HtmlSafe;
use chrono_tz::Tz;

/// Most characters of a reason or a question that are kept: as many as may be sent.
const MAX_TYPED: usize = 2000;

/// The part of the page.
#[derive(Template)]
#[template(path = "review/presence.html")]
pub struct Presence {
    page: Page,
    action: String,
    version: i64,
    live: Live,
    /// What the reader can do about the claim.
    can_claim: bool,
    can_release: bool,
    can_take_over: bool,
    /// To whom a lead can give it.
    colleagues: Vec<Colleague>,
    /// Whether something that was begun stands in the forms again.
    restored: bool,
}

impl HtmlSafe for Presence {}

/// What changes while the page is open.
#[derive(Template)]
#[template(path = "review/presence_live.html")]
pub struct Live {
    page: Page,
    holder: String,
    others: Vec<String>,
}

impl HtmlSafe for Live {}

/// Notes the visit of `viewer`, renews their claim, and gives the part of the page and what they had begun to write.
///
/// # Errors
/// When the database is away.
pub async fn enter(
    desk: &Desk,
    reader: &Reader,
    viewer: &StaffReader,
    request: &Request,
) -> Result<(Presence, Typed), Failure> {
    let mut tx = desk.db.staff().await?;
    let typed = visits::visit(&mut tx, viewer, request.id).await?;
    claim::renew(&mut tx, viewer, request.id).await?;
    let held = claim::assignee(&mut tx, request.id).await?;
    let others = visits::others(&mut tx, viewer, request.id).await?;
    let said = says(&mut tx, request.id).await?;
    let lead = viewer.has_any(&[Role::LeadReviewer]);
    let reviews = lead || viewer.has_any(&[Role::Reviewer]);
    let can = reviews && request.status.is_open() && may_decide(viewer, request, &said).is_ok();
    let mine = held.as_ref().is_some_and(|claim| claim.is_of(viewer));
    let colleagues = if can && lead { reviewers::all(&mut tx).await? } else { Vec::new() };
    tx.commit().await?;
    let page = reader.page("queue-title");
    let presence = Presence {
        action: format!("/review/{}", request.reference),
        version: request.version,
        live: Live::new(desk, &page, viewer, held.as_ref(), &others, parts::zone_of(desk, request)),
        can_claim: can && held.is_none(),
        can_release: can && held.is_some() && (mine || lead),
        can_take_over: can && lead && held.is_some() && !mine,
        colleagues: colleagues.into_iter().filter(|one| one.object_id != viewer.object_id).collect(),
        restored: can && typed != Typed::default(),
        page,
    };
    Ok((presence, typed))
}

impl Live {
    fn new(desk: &Desk, page: &Page, viewer: &Person, held: Option<&Claim>, others: &[Visitor], zone: Tz) -> Self {
        let until = |claim: &Claim| page.when(claim.lease_until, zone).text();
        let holder = match held {
            None => page.t("presence-nobody"),
            Some(claim) if claim.is_of(viewer) => page.t2(
                "presence-you",
                "until",
                until(claim),
                "hours",
                u32::from(desk.config.review.open_page_hours.get()),
            ),
            Some(claim) => page.t2("presence-held", "name", parts::one_line(&claim.name), "until", until(claim)),
        };
        let other = |one: &Visitor| {
            let at = page.when(one.seen_at, zone).text();
            page.t2("presence-other", "name", parts::one_line(&one.name), "at", at)
        };
        Self { holder, others: others.iter().map(other).collect(), page: page.clone() }
    }
}

/// A browser with the page open says so, with what has been typed meanwhile; answers what has changed.
pub async fn visit(
    staff: StaffReader,
    desk: web::Data<Desk>,
    reader: Reader,
    reference: web::Path<String>,
    fields: FormFields,
) -> Result<Html<Live>, Failure> {
    let page = reader.page("queue-title");
    let typed = typed(&fields);
    db::to_the_end(async move {
        let mut tx = desk.db.staff().await?;
        let request = find_by_reference(&mut tx, &reference).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        visits::visit(&mut tx, &staff, request.id).await?;
        if request.erased_at.is_none() {
            visits::keep(&mut tx, &staff, request.id, &typed).await?;
        }
        // A page that is only open is no step of its reader's.
        match typed == Typed::default() {
            true => claim::keep_open(&mut tx, &staff, request.id, desk.config.review.open_page_hours.get()).await?,
            false => claim::renew(&mut tx, &staff, request.id).await?,
        }
        let held = claim::assignee(&mut tx, request.id).await?;
        let others = visits::others(&mut tx, &staff, request.id).await?;
        tx.commit().await?;
        Ok(Html(Live::new(&desk, &page, &staff, held.as_ref(), &others, parts::zone_of(&desk, &request))))
    })
    .await
}

/// Keeps what a form of the page says, before anything is done with it: whatever comes of that, nobody writes it again.
///
/// # Errors
/// When the database is away.
pub(super) async fn keep(
    desk: &Desk,
    reviewer: &Person,
    request: &Request,
    fields: &FormFields,
) -> Result<(), Failure> {
    let mut tx = desk.db.staff().await?;
    visits::visit(&mut tx, reviewer, request.id).await?;
    visits::keep(&mut tx, reviewer, request.id, &typed(fields)).await?;
    Ok(tx.commit().await?)
}

fn typed(fields: &FormFields) -> Typed {
    let of = |name: &str| fields.has(name).then(|| fields.get(name).chars().take(MAX_TYPED).collect());
    Typed { reason: of("reason"), question: of("question") }
}

/// The forms' values with what was begun before.
pub(super) fn resumed(values: FormFields, typed: &Typed) -> FormFields {
    let begun = [("reason", &typed.reason), ("question", &typed.question)];
    begun.into_iter().fold(values, |values, (name, text)| match text {
        Some(text) => values.with(name, text.as_str()),
        None => values,
    })
}

/// Claims the request, takes it over, or gives it to a colleague.
pub async fn claim_it(
    reviewer: Reviewer,
    desk: web::Data<Desk>,
    reference: web::Path<String>,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let named = Some(fields.get("reviewer")).filter(|id| !id.is_empty());
    let named = named.map(|id| id.parse::<ObjectId>().map_err(|_| Failure::new(Kind::NotFound))).transpose()?;
    let body = ClaimBody { take_over: fields.has("take_over"), reviewer: named };
    let (request, seen) = seen(&desk, &reference, &fields).await?;
    let done = claim::claim(desk.clone(), reviewer, request.id, seen, body).await;
    back(&request, done.map(drop))
}

/// Gives the request back.
pub async fn release_it(
    reviewer: Reviewer,
    desk: web::Data<Desk>,
    reference: web::Path<String>,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let (request, seen) = seen(&desk, &reference, &fields).await?;
    let done = claim::release(desk.clone(), reviewer, request.id, seen).await;
    back(&request, done.map(drop))
}

async fn seen(desk: &Desk, reference: &str, fields: &FormFields) -> Result<(Request, IfMatch), Failure> {
    let found = find_by_reference(&mut desk.db.staff().await?, reference).await?;
    let request = found.ok_or_else(|| Failure::new(Kind::NotFound))?;
    Ok((request, IfMatch::Versions(vec![form::version(fields)])))
}

fn back(request: &Request, done: Result<(), Failure>) -> Result<HttpResponse, Failure> {
    let href = format!("/review/{}", request.reference);
    match done {
        Ok(()) => Ok(HttpResponse::SeeOther().insert_header((LOCATION, href)).finish()),
        Err(failure) => Err(failure.way_out(href, Message::new("presence-back"))),
    }
}
