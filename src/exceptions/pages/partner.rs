//! `/exceptions/{ref}/end`, `/exceptions/{ref}/not-us`: the partner ends its own exception, after being told what follows.

use crate::app::Desk;
use crate::exceptions::{Exception, Status, api::shows_subjects, find_by_reference, partner};
use crate::identity::Filer;
use crate::identity::partners::{self, Partner};
use crate::intake::filed_by;
use crate::intake::pages::parts;
use crate::locale::Lang;
use crate::problem::Kind;
use crate::web::components::{Notice, SummaryList, Tag, Tone};
use crate::web::page::Link;
use crate::web::pages::confirm::ConfirmPage;
use crate::web::{Failure, FormFields, Html, IfMatch, Message, Reader};
use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, ServiceConfig, resource};

/// How a partner ends its exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Nobody needs it any more.
    Early,
    /// "This was not us."
    NotUs,
}

impl Ending {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Early, Self::NotUs];

    /// The last part of its address, and the start of its messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Early => "end",
            Self::NotUs => "not-us",
        }
    }

    fn named(name: &str) -> Result<Self, Failure> {
        Self::ALL.into_iter().find(|ending| ending.name() == name).ok_or_else(|| Failure::new(Kind::NotFound))
    }

    /// Whether `exception`, of this status, can be ended so.
    pub fn is_open(self, exception: &Exception, status: Status) -> bool {
        match self {
            Self::Early => status.is_open(),
            Self::NotUs => exception.disputed_at.is_none(),
        }
    }
}

/// `/exceptions/{ref}/end`, `/exceptions/{ref}/not-us`
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/exceptions/{ref}/{ending:end|not-us}").get(ask).post(act));
}

async fn ask(
    filer: Filer,
    desk: Data<Desk>,
    reader: Reader,
    path: Path<(String, String)>,
) -> Result<Html<ConfirmPage>, Failure> {
    let ending = Ending::named(&path.1)?;
    let read = read(&desk, &filer, &path.0).await?;
    let exception = &read.exception;
    if !ending.is_open(exception, exception.status(desk.clock.now())) {
        return Err(back_to(exception, Failure::new(Kind::WrongState)));
    }
    page(&desk, &reader, &read, ending).map(Html)
}

async fn act(
    filer: Filer,
    desk: Data<Desk>,
    path: Path<(String, String)>,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let ending = Ending::named(&path.1)?;
    let Read { exception, .. } = read(&desk, &filer, &path.0).await?;
    let seen = IfMatch::Versions(fields.get("version").parse().into_iter().collect());
    let ended = match ending {
        Ending::Early => partner::end_early(desk, filer, exception.id, seen).await,
        Ending::NotUs => partner::dispute(desk, filer, exception.id, seen).await,
    };
    ended.map_err(|failure| back_to(&exception, failure))?;
    let href = format!("/exceptions/{}", exception.reference);
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, href)).finish())
}

/// An exception, as a filer of its tenant may read it.
pub(super) struct Read {
    /// The exception.
    pub exception: Exception,
    /// Its tenant.
    pub partner: Option<Partner>,
    /// Whether this filer sees whom it covers.
    shows_subjects: bool,
}

impl Read {
    /// How many users it covers; that this is hidden, from a filer who may not see them.
    pub fn who(&self, lang: Lang) -> String {
        match self.shows_subjects {
            true => parts::SubjectsList::granted(&self.exception.subjects, lang).count(),
            false => lang.text("subjects-hidden"),
        }
    }
}

/// The exception of the filer's tenant, with the partner.
///
/// # Errors
/// 404; 503.
pub(super) async fn read(desk: &Desk, filer: &Filer, reference: &str) -> Result<Read, Failure> {
    let mut tx = desk.db.partner(filer.tenant).await?;
    let exception = find_by_reference(&mut tx, reference).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let partner = partners::find(&mut tx, exception.tenant).await?;
    let own = filed_by(&mut tx, &[exception.request_id], filer.object_id).await?;
    Ok(Read { shows_subjects: shows_subjects(filer, !own.is_empty()), exception, partner })
}

/// The way on from a refusal is the exception itself.
pub(super) fn back_to(exception: &Exception, failure: Failure) -> Failure {
    failure.way_out(format!("/exceptions/{}", exception.reference), Message::new("exception-open"))
}

fn page(desk: &Desk, reader: &Reader, read: &Read, ending: Ending) -> Result<ConfirmPage, Failure> {
    let (name, lang, exception) = (ending.name(), reader.lang, &read.exception);
    let edition = super::edition(desk)?;
    let title = lang.text_with(&format!("{name}-title"), &[("reference", exception.reference.clone().into())]);
    let href = format!("/exceptions/{}", exception.reference);
    let page = reader.page_titled(title).back_to(href.as_str(), "end-back");
    let status = exception.status(desk.clock.now());
    let has_ended = !Ending::Early.is_open(exception, status);
    let consequence = format!("{name}-consequence{}", if has_ended { "-ended" } else { "" });
    let facts = SummaryList::new()
        .row(page.t("facts-issue"), parts::issue_title(&exception.issue, &edition, lang))
        .row(page.t("scope-status"), Tag::of_status(status.code(), lang))
        .row(page.t("scope-who"), read.who(lang))
        .row(page.t("scope-where"), parts::surface_labels(&exception.surfaces, &edition, lang))
        .row(page.t("scope-until"), page.when(exception.expires_at, super::zone_of(desk, read.partner.as_ref())));
    let tone = if ending == Ending::NotUs { Tone::Bad } else { Tone::Warn };
    Ok(ConfirmPage {
        facts,
        consequence: Notice::new(tone, page.t(&consequence)),
        fields: Vec::new(),
        hidden: vec![("version", exception.version.to_string())],
        action: format!("{href}/{name}"),
        button: page.t(&format!("{name}-do")),
        danger: true,
        cancel: Link { href, label: page.t(&format!("{name}-cancel")) },
        page,
    })
}
