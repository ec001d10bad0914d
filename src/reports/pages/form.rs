//! What a reader asks of a report: days by name as links, and a form for other days, one partner, one issue.

use crate::app::Desk;
use crate::problem::InputError;
use crate::reports::asked::{Asked, Typed};
use crate::reports::figure::Name;
use crate::reports::period::Preset;
use crate::sla::Calendar;
use crate::web::components::SummaryEntry;
use crate::web::field::{Choice, Field};
use crate::web::time::zone_name;
use crate::web::{Form, FormFields, Page};
use chrono_tz::Tz;

/// The question in the fields of a page's address, its days in the reader's `own` zone unless another is named: days in three parts each, or in one as links have them. Days that are filled
/// in come before a period's name, which the form carries along.
pub(super) fn typed(fields: &FormFields, own: Tz) -> Typed {
    let day = |name: &str| {
        let parts = ["year", "month", "day"].map(|part| fields.get(&format!("{name}_{part}")).trim().to_owned());
        if parts.iter().all(String::is_empty) {
            return fields.get(name).trim().to_owned();
        }
        let [year, month, day] = parts;
        format!("{year:0>4}-{month:0>2}-{day:0>2}")
    };
    let (from, until) = (day("from"), day("until"));
    let period = if from.is_empty() && until.is_empty() { fields.get("period") } else { "" };
    let [zone, tenant, issue] = ["zone", "tenant", "issue"].map(|name| fields.get(name).to_owned());
    let zone = if zone.trim().is_empty() { own.name().to_owned() } else { zone };
    Typed { period: period.to_owned(), from, until, zone, tenant, issue }
}

/// A period with a name, as a link.
pub(super) struct PresetLink {
    /// Where it leads, everything else asked for alike.
    pub href: String,
    /// "Last 7 days".
    pub label: String,
    /// Whether it is shown.
    pub current: bool,
}

/// The links to the periods with names; `asked` is what is shown, where that is anything.
pub(super) fn presets(page: &Page, name: Name, asked: Option<&Asked>) -> Vec<PresetLink> {
    let link = |preset: Preset| {
        let query = match asked {
            Some(asked) => Asked { preset: Some(preset), ..asked.clone() }.query(),
            None => format!("period={}", preset.code()),
        };
        PresetLink {
            href: format!("/reports/{}?{query}", name.code()),
            label: page.t(&format!("reports-period-{}", preset.code().replace('_', "-"))),
            current: asked.is_some_and(|asked| asked.preset == Some(preset)),
        }
    };
    Preset::ALL.into_iter().map(link).collect()
}

/// The form for everything else.
pub(super) struct FilterForm {
    /// Its fields.
    pub fields: Vec<Field>,
    /// The named period that it keeps, unless days are filled in.
    pub period: Option<&'static str>,
    /// Whether something is asked for that a named period alone does not say.
    pub open: bool,
    /// What is wrong with it.
    pub errors: Vec<SummaryEntry>,
}

impl FilterForm {
    /// The form as it was sent, with what is wrong with it.
    pub fn new(desk: &Desk, page: &Page, typed: &Typed, asked: Option<&Asked>, errors: &[InputError]) -> Self {
        let mut values = FormFields::default();
        for (name, day) in [("from", &typed.from), ("until", &typed.until)] {
            let mut parts = day.splitn(3, '-');
            for part in ["year", "month", "day"] {
                let value = parts.next().unwrap_or_default().trim_start_matches('0');
                values = values.with(format!("{name}_{part}"), value);
            }
        }
        let values = values.with("zone", &typed.zone).with("tenant", &typed.tenant).with("issue", &typed.issue);
        let mut form = Form::new(page.lang(), &values, errors);
        let fields = vec![
            form.date("/from", page.t("reports-from")).answered(),
            form.date("/until", page.t("reports-until")).hint(page.t("reports-until-hint")).answered(),
            form.select("/zone", page.t("reports-zone"), zones(desk, page, &typed.zone)).answered(),
            form.select("/issue", page.t("reports-issue"), issues(desk, page, &typed.issue)).answered(),
            form.input("/tenant", page.t("reports-tenant")).hint(page.t("reports-tenant-hint")).answered(),
        ];
        let own_days = asked.is_some_and(|asked| asked.preset.is_none());
        let narrows = asked.is_some_and(|asked| asked.narrows() || asked.period.zone != page.reader.own_zone());
        Self {
            fields,
            period: asked.and_then(|asked| asked.preset).map(Preset::code),
            open: own_days || narrows || !errors.is_empty(),
            errors: form.summary(),
        }
    }
}

/// UTC, the reader's own zone, those of the calendars, and the one that is asked for.
fn zones(desk: &Desk, page: &Page, asked: &str) -> Vec<Choice> {
    let mut zones: Vec<_> = [Tz::UTC].into_iter().chain(desk.calendars.iter().map(Calendar::zone)).collect();
    zones.extend(asked.trim().parse::<Tz>());
    zones.push(page.reader.own_zone());
    zones.sort_by_key(|zone| (*zone != Tz::UTC, zone.name()));
    zones.dedup();
    zones.into_iter().map(|zone| Choice::new(zone.name(), zone_name(zone, page.lang()))).collect()
}

/// The issues of the edition in force, and the one that is asked for.
fn issues(desk: &Desk, page: &Page, asked: &str) -> Vec<Choice> {
    let edition = desk.policies.at(desk.clock.now()).ok();
    let issues = edition.iter().flat_map(|edition| edition.issues());
    let mut choices: Vec<_> =
        issues.map(|issue| (issue.slug().to_owned(), issue.title().get(page.lang()).to_owned())).collect();
    let asked = asked.trim();
    if !asked.is_empty() && !choices.iter().any(|(slug, _)| slug == asked) {
        choices.push((asked.to_owned(), asked.to_owned()));
    }
    let all = Choice::new("", page.t("reports-every-issue"));
    std::iter::once(all).chain(choices.into_iter().map(|(slug, title)| Choice::new(slug, title))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filled_in_days_come_before_the_period_that_the_form_carries() {
        let fields = FormFields::from_query("period=week&from_year=2026&from_month=3&from_day=9&until_year=&tenant=x");
        let typed = typed(&fields, Tz::UTC);
        assert_eq!((typed.period.as_str(), typed.from.as_str(), typed.until.as_str()), ("", "2026-03-09", ""));
        assert_eq!(typed.tenant, "x");
    }

    #[test]
    fn a_link_has_days_in_one_piece_and_a_period_by_its_name() {
        let typed = |query| typed(&FormFields::from_query(query), Tz::UTC);
        assert_eq!(typed("from=2026-03-09&until=2026-03-10").until, "2026-03-10");
        assert_eq!(typed("period=year").period, "year");
        assert_eq!(typed("from_year=x&from_month=&from_day=1").from, "000x-00-01", "left for the reader to be told");
    }
}
