//! `/exceptions/{reference}`: who, where, from, until; and how it came about.

use super::partner::Ending;
use super::{edition, zone_of};
use crate::app::Desk;
use crate::audit::{timeline, words};
use crate::exceptions::{self, EndedBy, Exception, Status, api::shows_subjects};
use crate::identity::partners::{self, Partner};
use crate::identity::{CaseReader, Role};
use crate::intake;
use crate::intake::drafts::may_renew;
use crate::intake::pages::parts::{self, one_line};
use crate::policy::Edition;
use crate::problem::Kind;
use crate::reach::hits;
use crate::reach::pages::draw::{Hits, first_hour, last_hour_end};
use crate::web::components::{Anchor, Markup, Notice, Quote, SummaryList, Tag, Timeline, Tone};
use crate::web::page::{Link, step_up_href};
use crate::web::{Failure, Html, Page, Reader};
use actix_web::web;
use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use mfa_enforcement::wire::Subjects;

#[derive(Template)]
#[template(path = "exceptions/show.html")]
pub(super) struct ShowPage {
    page: Page,
    status: Tag,
    meaning: Notice,
    scope: SummaryList,
    hidden: Option<Notice>,
    revocation_reason: Option<Quote>,
    facts: SummaryList,
    history: Timeline,
    /// "This was not us", said by the partner.
    disputed: Option<Notice>,
    actions: Vec<Link>,
    /// What it did by the hour, for staff.
    hits: Option<Hits>,
}

/// The exception of this reference; one that the reader may not see is not found.
pub(super) async fn show(
    caller: CaseReader,
    desk: web::Data<Desk>,
    reader: Reader,
    reference: web::Path<String>,
) -> Result<Html<ShowPage>, Failure> {
    let mut tx = caller.begin(&desk.db).await?;
    let exception = exceptions::find_by_reference(&mut tx, &reference).await?;
    let exception = exception.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let partner = partners::find(&mut tx, exception.tenant).await?;
    let subjects = [exception.request_id, exception.id];
    let steps = match caller {
        CaseReader::Staff(_) => timeline::for_staff(&mut tx, &subjects).await?,
        CaseReader::Filer(_) => timeline::of(&mut tx, &subjects).await?,
    };
    let own = intake::filed_by(&mut tx, &[exception.request_id], caller.person().object_id).await?;
    let now = desk.clock.now();
    let hours = match caller {
        CaseReader::Staff(_) => {
            Some(hits::of_exception(&mut tx, exception.id, first_hour(now), last_hour_end(now)).await?)
        }
        CaseReader::Filer(_) => None,
    };
    let given = intake::request::labels(&mut tx, exception.request_id).await?;
    let labels = match (&caller, &exception.subjects) {
        // Staff have the names that the partner gave, and no others.
        (CaseReader::Filer(_), Subjects::Users(ids)) => {
            intake::Labels::of_people(&mut tx, exception.tenant, ids).await?.and(given)
        }
        _ => given,
    };
    let title = reader.lang.text_with("exception-title", &[("reference", exception.reference.clone().into())]);
    let zone = zone_of(&desk, partner.as_ref());
    let audience = match caller {
        CaseReader::Filer(_) => words::Audience::Partner,
        CaseReader::Staff(_) => words::Audience::Staff,
    };
    let history = words::timeline(&steps, audience, reader.zones(zone), reader.lang, |_| None);
    let page = reader.page_titled(title).back_to("/exceptions", "exceptions-title");
    let page = if audience == words::Audience::Staff { page.wide() } else { page };
    let telling = Telling {
        shows_subjects: shows_subjects(caller.person(), !own.is_empty()),
        edition: &*edition(&desk)?,
        now,
        page,
        zone,
        audience,
        partner,
        exception: &exception,
        labels,
    };
    let hits = hours.map(|hours| Hits::new(&telling.page, &hours, now));
    Ok(Html(ShowPage { hits, ..telling.into_page(&caller, history) }))
}

/// One exception, for one reader.
struct Telling<'a> {
    page: Page,
    exception: &'a Exception,
    labels: intake::Labels,
    partner: Option<Partner>,
    edition: &'a Edition,
    zone: Tz,
    now: DateTime<Utc>,
    audience: words::Audience,
    shows_subjects: bool,
}

impl Telling<'_> {
    fn into_page(self, caller: &CaseReader, history: Timeline) -> ShowPage {
        let exception = self.exception;
        let status = exception.status(self.now);
        ShowPage {
            status: Tag::of_status(status.code(), self.page.lang()),
            meaning: self.meaning(status),
            scope: self.scope(),
            hidden: (!self.shows_subjects).then(|| {
                Notice::new(Tone::Info, self.page.t("subjects-hidden-text"))
                    .link(step_up_href(&self.page.reader.path), self.page.t("step-up-go"))
            }),
            revocation_reason: exception
                .revocation_reason
                .as_ref()
                .filter(|reason| !reason.is_empty())
                .map(|reason| Quote::new(reason, None)),
            facts: self.facts(),
            history,
            disputed: exception.disputed_at.map(|at| self.disputed(at)),
            actions: self.actions(caller, status),
            hits: None,
            page: self.page,
        }
    }

    /// What this reader can do with it now.
    fn actions(&self, caller: &CaseReader, status: Status) -> Vec<Link> {
        let link = |name: &str, key: &str| Link {
            href: format!("/exceptions/{}/{name}", self.exception.reference),
            label: self.page.t(key),
        };
        match caller {
            CaseReader::Staff(staff) => {
                let open = Ending::Early.is_open(self.exception, status);
                let is_lead = staff.has_any(&[Role::LeadReviewer]);
                let confirm = Link { href: "/held-exceptions".to_owned(), label: self.page.t("held-open") };
                let confirm = (is_lead && status == Status::Held).then_some(confirm);
                confirm.into_iter().chain((open && is_lead).then(|| link("revoke", "exception-revoke"))).collect()
            }
            CaseReader::Filer(_) => {
                let renew = may_renew(self.exception, self.now).is_ok().then(|| link("renew", "renew-go"));
                let endings = Ending::ALL.into_iter().filter(|ending| ending.is_open(self.exception, status));
                let endings = endings.map(|ending| link(ending.name(), &format!("{}-go", ending.name())));
                renew.into_iter().chain(endings).collect()
            }
        }
    }

    fn disputed(&self, at: DateTime<Utc>) -> Notice {
        let key = match self.audience {
            words::Audience::Partner => "exception-disputed",
            words::Audience::Staff => "exception-disputed-staff",
        };
        Notice::new(Tone::Bad, self.page.t1(key, "at", self.page.when(at, self.zone).text()))
    }

    /// What the status means for the people covered.
    fn meaning(&self, status: Status) -> Notice {
        let (page, exception) = (&self.page, self.exception);
        let at = |at| page.when(at, self.zone).text();
        match status {
            Status::Scheduled => {
                Notice::new(Tone::Info, page.t1("exception-scheduled", "from", at(exception.not_before)))
            }
            Status::Active => Notice::new(Tone::Ok, page.t1("exception-active", "until", at(exception.expires_at))),
            Status::Held => {
                let key = match self.audience {
                    words::Audience::Partner => "exception-held",
                    words::Audience::Staff => "exception-held-staff",
                };
                Notice::new(Tone::Warn, page.t1(key, "at", at(exception.held_at.unwrap_or(self.now))))
            }
            Status::Expired => Notice::new(Tone::Info, page.t1("exception-expired", "until", at(exception.expires_at))),
            Status::Revoked => {
                let revoked_at = exception.revoked_at.unwrap_or(exception.expires_at);
                match exception.ended_by {
                    Some(EndedBy::Partner) => {
                        Notice::new(Tone::Quiet, page.t1("exception-ended-early", "at", at(revoked_at)))
                    }
                    _ => Notice::new(Tone::Bad, page.t1("exception-revoked", "at", at(revoked_at))),
                }
            }
        }
    }

    fn scope(&self) -> SummaryList {
        let (page, lang, exception) = (&self.page, self.page.lang(), self.exception);
        let who: Markup = match self.shows_subjects {
            true => Markup::of(&parts::SubjectsList::granted(&exception.subjects, lang).named(&self.labels)),
            false => page.t("subjects-hidden").into(),
        };
        SummaryList::new()
            .row(page.t("scope-who"), who)
            .row(page.t("scope-where"), parts::surface_labels(&exception.surfaces, self.edition, lang))
            .row(page.t("scope-from"), page.when(exception.not_before, self.zone))
            .row(page.t("scope-until"), page.when(exception.expires_at, self.zone))
    }

    fn facts(&self) -> SummaryList {
        let (page, exception) = (&self.page, self.exception);
        let request = match self.audience {
            words::Audience::Partner => format!("/support/requests/{}", exception.reference),
            words::Audience::Staff => format!("/review/{}", exception.reference),
        };
        let by = if exception.granted_by.is_some() { "exception-by-person" } else { "exception-by-policy" };
        let name =
            self.partner.as_ref().map_or_else(|| exception.tenant.to_string(), |partner| one_line(&partner.name));
        let partner: Markup = match self.audience {
            words::Audience::Partner => name.into(),
            words::Audience::Staff => Anchor::new(format!("/partners/{}", exception.tenant), name).into(),
        };
        SummaryList::new()
            .row(page.t("exceptions-partner"), partner)
            .row(page.t("exception-request"), Anchor::new(request, &exception.reference))
            .row(page.t("facts-issue"), parts::issue_title(&exception.issue, self.edition, page.lang()))
            .row(page.t("exception-granted-at"), page.when(exception.granted_at, self.zone))
            .row(page.t("exception-granted-by"), page.t(by))
    }
}
