//! `/`: to a visitor what this is, to a person what waits for it.

use crate::app::Desk;
use crate::db::Tx;
use crate::exceptions::{self, Exception};
use crate::identity::partners::{self, Partner};
use crate::identity::{Person, Role, person_in_session};
use crate::intake::drafts::{self, Draft};
use crate::intake::pages::parts;
use crate::intake::request::{self, Request, Status};
use crate::notify::{self, Told};
use crate::review::queue::{self, Counts, Filter, Tab};
use crate::web::components::{Tag, Tone};
use crate::web::pages::home::{HomePage, Waiting};
use crate::web::time::When;
use crate::web::{Failure, Html, Page, Reader};
use actix_web::{HttpRequest, web};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

/// How long before its end an exception is mentioned.
const ENDS_SOON: TimeDelta = TimeDelta::days(14);
/// How long leads are told that a partner never asked for its exception.
const DISPUTES_SHOWN: TimeDelta = TimeDelta::days(30);
/// Most requests, and most exceptions, that are mentioned; the lists have the rest.
const MOST: i64 = 20;
/// Most of what was mailed that is shown.
const NEWS: i64 = 10;

/// `/`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/").get(home));
}

/// Signed out: what this is. Signed in: what waits for you, the most urgent first.
pub async fn home(desk: web::Data<Desk>, reader: Reader, request: HttpRequest) -> Result<Html<HomePage>, Failure> {
    let Some(person) = person_in_session(&desk, &request) else {
        return Ok(Html(Shown::default().on(reader.page("home-title"))));
    };
    let page = reader.page("home-title-signed-in");
    let shown = if person.has_any(&[Role::Filer]) {
        of_partner(&desk, &page, &person).await?
    } else if person.has_any(&[Role::Reviewer, Role::LeadReviewer, Role::Auditor]) && person.mfa {
        Shown { waiting: of_staff(&desk, &page, &person).await?, ..Shown::default() }
    } else {
        Shown::default()
    };
    Ok(Html(shown.on(page)))
}

/// What the page lists.
#[derive(Default)]
struct Shown {
    waiting: Vec<Waiting>,
    follows: Vec<Waiting>,
    news: Vec<Waiting>,
}

impl Shown {
    fn on(self, page: Page) -> HomePage {
        HomePage { page, waiting: self.waiting, follows: self.follows, news: self.news }
    }
}

/// What waits for the partner: our questions, the first to lapse first, then one's own drafts, then exceptions that end soon. And
/// what the partner waits for: requests in review, by due time. And what it was mailed.
async fn of_partner(desk: &Desk, page: &Page, person: &Person) -> Result<Shown, Failure> {
    let now = desk.clock.now();
    let mut tx = desk.db.person(person.tenant, person.object_id).await?;
    let Some(partner) = partners::find(&mut tx, person.tenant).await? else {
        return Ok(Shown { waiting: vec![not_registered(page)], ..Shown::default() });
    };
    let telling = Telling { page, zone: zone_of(desk, &partner), now };
    let begun = drafts::list(&mut tx, person, None, drafts::MAX_DRAFTS).await?;
    let open = request::open(&mut tx, MOST).await?;
    let ending = exceptions::ending(&mut tx, now, now + ENDS_SOON, MOST).await?;
    let (mut asked, in_review): (Vec<_>, Vec<_>) =
        open.iter().partition(|request| request.status == Status::WaitingForPartner);
    asked.sort_by_key(|request| request.course.waiting_until);
    let waiting = asked.into_iter().map(|request| telling.asked(request));
    let waiting = waiting.chain(begun.iter().map(|draft| telling.draft(draft)));
    let waiting = waiting.chain(ending.iter().map(|exception| telling.ending(exception, desk)));
    let news = notify::lately(&mut tx, NEWS).await?;
    Ok(Shown {
        waiting: waiting.collect(),
        follows: in_review.into_iter().map(|request| telling.in_review(request)).collect(),
        news: news.iter().map(|told| telling.told(told)).collect(),
    })
}

/// To leads, what partners say that they never asked for; then the queue, by its figures.
async fn of_staff(desk: &Desk, page: &Page, person: &Person) -> Result<Vec<Waiting>, Failure> {
    let now = desk.clock.now();
    let mut tx = desk.db.staff().await?;
    let mut waiting = Vec::new();
    if person.has_any(&[Role::LeadReviewer]) {
        waiting.extend(desk.feed.stop().map(|_| feed_stopped(page)));
        waiting.extend(held(&mut tx, page, now).await?);
        let disputed = exceptions::disputed(&mut tx, now - DISPUTES_SHOWN, MOST).await?;
        waiting.extend(disputed.iter().map(|exception| disputed_waiting(exception, desk, page, now)));
    }
    let counts = queue::counts(&mut tx, person).await?;
    let checks = after_checks(page, &counts);
    if counts.all == 0 {
        waiting.extend(checks);
        return Ok(waiting);
    }
    waiting.push(Waiting {
        action: page.t("home-work-queue"),
        href: "/queue".to_owned(),
        about: page.t2("home-queue-figures", "open", counts.all, "breached", counts.breached),
        tag: (counts.breached > 0).then(|| Tag::of_status("breached", page.lang())),
        due: None,
    });
    waiting.extend(checks);
    Ok(waiting)
}

/// What the policy granted and nobody has looked at yet.
fn after_checks(page: &Page, counts: &Counts) -> Option<Waiting> {
    (counts.after_checks > 0).then(|| Waiting {
        action: page.t("home-after-checks"),
        href: Filter { tab: Tab::AfterChecks, ..Filter::default() }.href(),
        about: page.t2("home-after-checks-figures", "open", counts.after_checks, "breached", counts.late_after_checks),
        tag: (counts.late_after_checks > 0).then(|| Tag::of_status("breached", page.lang())),
        due: None,
    })
}

/// Nothing is published: an alarm.
fn feed_stopped(page: &Page) -> Waiting {
    Waiting {
        action: page.t("home-feed-stopped"),
        href: "/problems/feed-stopped".to_owned(),
        about: page.t("home-feed-stopped-text"),
        tag: Some(Tag::new(Tone::Bad, page.t("home-disputed-tag"))),
        due: None,
    }
}

/// What waits for a lead's word after a restore.
async fn held(tx: &mut Tx, page: &Page, now: DateTime<Utc>) -> Result<Option<Waiting>, sqlx::Error> {
    let count = exceptions::held::count(tx, now).await?;
    Ok((count > 0).then(|| Waiting {
        action: page.t("home-held"),
        href: "/held-exceptions".to_owned(),
        about: page.t1("home-held-count", "count", count),
        tag: Some(Tag::of_status("held", page.lang())),
        due: None,
    }))
}

/// "This was not us": an alarm.
fn disputed_waiting(exception: &Exception, desk: &Desk, page: &Page, now: DateTime<Utc>) -> Waiting {
    let edition = desk.policies.at(now).ok();
    let issue = edition.map(|edition| parts::issue_title(&exception.issue, &edition, page.lang()));
    Waiting {
        action: page.t1("home-disputed", "reference", &exception.reference),
        href: format!("/exceptions/{}", exception.reference),
        about: issue.unwrap_or_default(),
        tag: Some(Tag::new(Tone::Bad, page.t("home-disputed-tag"))),
        due: None,
    }
}

fn not_registered(page: &Page) -> Waiting {
    Waiting {
        action: page.t("home-not-registered"),
        href: "/support/requests/new".to_owned(),
        about: page.t("home-not-registered-text"),
        tag: None,
        due: None,
    }
}

fn zone_of(desk: &Desk, partner: &Partner) -> Tz {
    partner.calendar_in(&desk.calendars).zone()
}

/// What waits, told to a reader of one zone.
struct Telling<'a> {
    page: &'a Page,
    zone: Tz,
    now: DateTime<Utc>,
}

impl Telling<'_> {
    fn asked(&self, request: &Request) -> Waiting {
        let until = request.course.waiting_until.map(|until| self.due("home-reply-by", until));
        self.request("home-reply", request, until)
    }

    fn in_review(&self, request: &Request) -> Waiting {
        self.request("home-follow", request, request.due_at.map(|due| self.due("home-answer-by", due)))
    }

    fn request(&self, action: &str, request: &Request, due: Option<(String, When, String)>) -> Waiting {
        Waiting {
            action: self.page.t1(action, "reference", &request.reference),
            href: format!("/support/requests/{}", request.reference),
            about: parts::one_line(&request.asked.title),
            tag: Some(parts::status_tag(request.status, self.page.lang())),
            due,
        }
    }

    fn draft(&self, draft: &Draft) -> Waiting {
        let title = parts::one_line(draft.fields.get("title").trim());
        Waiting {
            action: self.page.t("home-draft"),
            href: format!("/support/drafts/{}", draft.id),
            about: if title.is_empty() { self.page.t("drafts-untitled") } else { title },
            tag: Some(Tag::of_status("draft", self.page.lang())),
            due: None,
        }
    }

    fn ending(&self, exception: &Exception, desk: &Desk) -> Waiting {
        let edition = desk.policies.at(self.now).ok();
        let issue = edition.map(|edition| parts::issue_title(&exception.issue, &edition, self.page.lang()));
        Waiting {
            action: self.page.t1("home-ends-soon", "reference", &exception.reference),
            href: format!("/exceptions/{}", exception.reference),
            about: issue.unwrap_or_default(),
            tag: Some(Tag::of_status(exception.status(self.now).code(), self.page.lang())),
            due: Some(self.due("home-ends", exception.expires_at)),
        }
    }

    fn told(&self, told: &Told) -> Waiting {
        let what = told.kind.name(self.page.lang());
        Waiting {
            action: self.page.t2("home-told", "what", what, "reference", &told.reference),
            href: told.href(),
            about: told.issue_title.clone(),
            tag: None,
            due: Some(self.due("home-told-at", told.at)),
        }
    }

    fn due(&self, label: &str, at: DateTime<Utc>) -> (String, When, String) {
        let when = self.page.when(at, self.zone);
        (self.page.t(label), when, when.relative(self.now))
    }
}
