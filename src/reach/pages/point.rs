//! `/enforcement/{id}`: one enforcement point, and what exceptions did there.

use super::{draw, words};
use crate::app::Desk;
use crate::identity::{Role, StaffReader};
use crate::intake::pages::parts::one_line;
use crate::problem::Kind;
use crate::reach::api::known_id;
use crate::reach::hits;
use crate::reach::points::{self, Point, PointState};
use crate::web::components::{Anchor, Notice, SummaryList, Tag, Tone};
use crate::web::{Failure, Html, Page, Reader};
use actix_web::web;
use askama::Template;
use chrono::{DateTime, Utc};

#[derive(Template)]
#[template(path = "reach/point.html")]
pub(super) struct PointPage {
    page: Page,
    tag: Tag,
    notice: Option<Notice>,
    facts: SummaryList,
    hits: draw::Hits,
    retire: Option<Anchor>,
}

pub(super) async fn show(
    staff: StaffReader,
    desk: web::Data<Desk>,
    reader: Reader,
    id: web::Path<String>,
) -> Result<Html<PointPage>, Failure> {
    let id = known_id(&id)?;
    let now = desk.clock.now();
    let mut tx = desk.db.staff().await?;
    let point = points::find(&mut tx, &desk, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let hours = hits::at_point(&mut tx, id, draw::first_hour(now), draw::last_hour_end(now)).await?;
    drop(tx);
    let page = reader.page_titled(one_line(&point.gate)).wide().back_to("/enforcement", "reach-title");
    let retires = staff.has_any(&[Role::LeadReviewer]) && point.retired_at.is_none();
    Ok(Html(PointPage {
        tag: words::state(&page, point.state),
        notice: notice(&page, &point),
        facts: facts(&page, &point, now),
        hits: draw::Hits::new(&page, &hours, now),
        retire: retires.then(|| Anchor::new(format!("/enforcement/{id}/retire"), page.t("reach-retire"))),
        page,
    }))
}

/// What its state means.
fn notice(page: &Page, point: &Point) -> Option<Notice> {
    let (tone, key) = match point.state {
        PointState::Current => return None,
        PointState::Behind => (Tone::Warn, "reach-behind-text"),
        PointState::OtherEpoch => (Tone::Bad, "reach-other-epoch-text"),
        PointState::Lapsed => (Tone::Bad, "reach-lapsed-text"),
        PointState::Retired => (Tone::Quiet, "reach-retired-text"),
    };
    Some(Notice::new(tone, page.t(key)))
}

fn facts(page: &Page, point: &Point, now: DateTime<Utc>) -> SummaryList {
    let facts = SummaryList::new()
        .row(page.t("reach-version"), point.applied_version.to_string())
        .row(page.t("reach-applied"), page.own_when(point.applied_at))
        .row(page.t("reach-lag-column"), words::lag(page, point, now))
        .row(page.t("reach-first-report"), page.own_when(point.first_seen_at))
        .row(page.t("reach-last-report"), page.own_when(point.last_seen_at))
        .row(page.t("reach-client"), one_line(&point.client));
    match point.retired_at {
        Some(at) => facts.row(page.t("reach-retired"), page.own_when(at)),
        None => facts,
    }
}
