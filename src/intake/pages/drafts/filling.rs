//! A draft that somebody fills in, with all that its pages need.

use super::Step;
use crate::app::Desk;
use crate::evidence::{self, Evidence, Holder};
use crate::identity::Filer;
use crate::identity::partners::Partner;
use crate::identity::people::{self, Colleague};
use crate::intake::api::known_id;
use crate::intake::drafts::{self, Draft};
use crate::intake::outlook::Outlook;
use crate::intake::pages::{edition_at, partner_of};
use crate::intake::request;
use crate::intake::typed::{self, Context, Typed};
use crate::policy::{Edition, Issue};
use crate::problem::{InputError, Kind};
use crate::sla::Calendar;
use crate::web::components::{Notice, Tone};
use crate::web::field::Field;
use crate::web::{Failure, Message, Reader};
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::sync::Arc;

/// Most colleagues that are offered to be picked.
const COLLEAGUES: i64 = 50;

/// Fields under a heading.
pub struct Section {
    /// The heading; none when the page's title says it.
    pub heading: Option<String>,
    /// What to know before.
    pub lead: Option<String>,
    /// The fields.
    pub fields: Vec<Field>,
}

/// A draft on its owner's screen.
pub struct Filling {
    /// The owner.
    pub filer: Filer,
    /// The desk.
    pub desk: Data<Desk>,
    /// Who reads.
    pub reader: Reader,
    /// The edition in force.
    pub edition: Arc<Edition>,
    /// The filer's tenant.
    pub partner: Partner,
    /// The present instant.
    pub now: DateTime<Utc>,
    /// The draft.
    pub draft: Draft,
    /// The reference of the tenant's open request for the same issue.
    pub open: Option<String>,
    /// People of the tenant who have signed in.
    pub colleagues: Vec<Colleague>,
    /// The files with the draft.
    pub files: Vec<Evidence>,
}

impl Filling {
    /// The filer's draft `id`.
    ///
    /// # Errors
    /// 404 for none of the filer's drafts; 403 when the tenant is not registered; 503.
    pub async fn load(filer: Filer, desk: Data<Desk>, reader: Reader, id: &str) -> Result<Self, Failure> {
        let now = desk.clock.now();
        let mut tx = filer.begin(&desk.db).await?;
        let draft = drafts::find(&mut tx, &filer, known_id(id)?).await?;
        let draft = draft.ok_or_else(|| Failure::new(Kind::NotFound))?;
        let partner = partner_of(&mut tx, &filer).await?;
        let open = match &draft.issue {
            Some(issue) => request::find_open(&mut tx, filer.tenant, issue).await?.map(|request| request.reference),
            None => None,
        };
        let colleagues = people::of_tenant(&mut tx, filer.tenant, COLLEAGUES).await?;
        let files = evidence::of(&mut tx, Holder::Draft(draft.id)).await?;
        drop(tx);
        let edition = edition_at(&desk, now)?;
        Ok(Self { filer, desk, reader, edition, partner, now, draft, open, colleagues, files })
    }

    /// The issue, when the edition in force has it.
    pub fn issue(&self) -> Option<&Issue> {
        self.draft.issue.as_deref().and_then(|slug| self.edition.issue(slug))
    }

    /// The calendar of the filer's tenant.
    pub fn calendar(&self) -> &Calendar {
        self.partner.calendar_in(&self.desk.calendars)
    }

    /// Its zone.
    pub fn zone(&self) -> Tz {
        self.calendar().zone()
    }

    /// By what the draft is read.
    pub fn context(&self) -> Context<'_> {
        Context { edition: &self.edition, issue: self.issue(), zone: self.zone(), now: self.now }
    }

    /// What the answers alone are likely to come to.
    pub fn outlook(&self) -> Option<Outlook> {
        let issue = self.issue()?;
        Some(Outlook::of(&self.edition, issue, &typed::answers(&self.draft.fields, issue), self.now))
    }

    /// Everything that is wrong with the draft, at the fields of the form.
    pub fn errors(&self) -> Vec<InputError> {
        let typed = Typed::read(&self.draft, &self.context());
        let mut errors: Vec<_> = match (&self.draft.issue, self.issue()) {
            (Some(_), Some(_)) => Vec::new(),
            _ => vec![InputError::new("/issue", "draft_issue_missing")],
        };
        errors.extend(drafts::errors(&self.desk, &typed).into_iter().filter(|error| error.pointer != "/issue"));
        // The body's check names the first answer that lacks; a form names them all.
        let lacking = self.outlook().map(|outlook| outlook.errors().to_vec()).unwrap_or_default();
        let is_told = |error: &InputError| errors.iter().any(|told| told.pointer == error.pointer);
        let lacking: Vec<_> = lacking.into_iter().filter(|error| !is_told(error)).collect();
        errors.extend(lacking);
        typed.placed(&errors)
    }

    /// Where the form goes on: the first step on which something is wrong, else the check of the answers.
    pub fn next_href(&self) -> String {
        let errors = self.errors();
        let wrong = Step::ORDER.into_iter().find(|step| errors.iter().any(|error| step.owns(&error.pointer)));
        wrong.map_or_else(|| self.check_href(), |step| step.href(self.draft.id))
    }

    /// The page that shows every answer.
    pub fn check_href(&self) -> String {
        format!("/support/drafts/{}/check", self.draft.id)
    }

    /// The page that asks before it deletes the draft.
    pub fn delete_href(&self) -> String {
        format!("/support/drafts/{}/delete", self.draft.id)
    }

    /// The open request for the same issue, as long as it keeps this one from being submitted.
    pub fn open_notice(&self) -> Option<Notice> {
        let reference = self.open.as_ref()?;
        let lang = self.reader.lang;
        let text = Message::new("open-request-exists-as").with("reference", reference).text(lang);
        let link = (format!("/support/requests/{reference}"), lang.text("open-request-show"));
        Some(Notice::new(Tone::Warn, text).link(link.0, link.1))
    }
}

/// Whether a request for `issue` can be accepted without a reviewer: only then do the limits of that matter.
pub fn grants_at_once(issue: Option<&Issue>) -> bool {
    issue.is_some_and(|issue| !issue.auto_surfaces().is_empty())
}
