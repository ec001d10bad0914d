//! Which of the tenant's exceptions cover some of the same: users, places and time in common.

use crate::exceptions::Exception;
use crate::intake::pages::parts;
use crate::policy::Edition;
use crate::policy::case::Subjects as Wanted;
use crate::review::approval::Plan;
use crate::web::Page;
use crate::web::components::{Anchor, Markup, SummaryList};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use mfa_enforcement::wire::Subjects;

/// What a plan and an exception both cover.
#[derive(Debug, PartialEq, Eq)]
struct Overlap {
    /// How many users; none where both are for every user.
    users: Option<usize>,
    surfaces: Vec<String>,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

/// `facts` with a row for each of `open` that covers some of the same as `plan`, or one that says that none does.
pub fn rows(
    facts: SummaryList,
    page: &Page,
    plan: &Plan,
    open: &[Exception],
    edition: &Edition,
    zone: Tz,
) -> SummaryList {
    let lang = page.lang();
    let common: Vec<_> = open.iter().filter_map(|exception| Some((exception, overlap(plan, exception)?))).collect();
    if common.is_empty() {
        return facts.row(page.t("overlap"), page.t("overlap-none"));
    }
    common.into_iter().fold(facts, |facts, (exception, overlap)| {
        let users = match overlap.users {
            Some(count) => page.t1("overlap-users", "count", count),
            None => page.t("given-every-user"),
        };
        let when = [overlap.from, overlap.until].map(|at| page.when(at, zone).text());
        let anchor = Anchor::new(format!("/exceptions/{}", exception.reference), exception.reference.clone());
        let lines: [Markup; 4] = [
            anchor.into(),
            users.into(),
            parts::surface_labels(&overlap.surfaces, edition, lang).into(),
            page.t2("overlap-time", "from", &when[0], "until", &when[1]).into(),
        ];
        facts.row(page.t("overlap"), Markup::lines(lines))
    })
}

/// What `plan` and `exception` both cover; nothing where users, places or time have nothing in common.
fn overlap(plan: &Plan, exception: &Exception) -> Option<Overlap> {
    let users = match (&plan.granted.subjects, &exception.subjects) {
        (Wanted::All, Subjects::All) => None,
        (Wanted::All, Subjects::Users(ids)) => Some(ids.len()),
        (Wanted::Users(ids), Subjects::All) => Some(ids.len()),
        (Wanted::Users(wanted), Subjects::Users(had)) => Some(had.iter().filter(|id| wanted.contains(id)).count()),
    };
    let surfaces: Vec<_> =
        exception.surfaces.iter().filter(|name| plan.granted.surfaces.contains(*name)).cloned().collect();
    let (from, until) = (plan.not_before.max(exception.not_before), plan.expires_at.min(exception.expires_at));
    (users != Some(0) && !surfaces.is_empty() && from < until).then_some(Overlap { users, surfaces, from, until })
}
