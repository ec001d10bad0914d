//! Where, how long, and from when.

use super::Section;
use super::filling::{Filling, grants_at_once};
use crate::intake::pages::parts::surface_labels;
use crate::intake::typed::{self, DAYS, OTHER, OTHER_DAYS, PRESETS, START};
use crate::policy::Surface;
use crate::web::field::{Choice, Field};
use crate::web::time::{date, zone_name};
use crate::web::{Form, FormFields, Message};
use chrono::{DateTime, TimeDelta, Utc};

/// The fields of the step, `values` being typed in them.
pub fn sections(form: &mut Form<'_>, filling: &Filling, values: &FormFields) -> Vec<Section> {
    let lang = filling.reader.lang;
    vec![
        Section { heading: Some(lang.text("form-where")), lead: never(filling), fields: vec![places(form, filling)] },
        Section {
            heading: Some(lang.text("form-how-long")),
            lead: limits(filling),
            fields: how_long(form, filling, values),
        },
    ]
}

fn places(form: &mut Form<'_>, filling: &Filling) -> Field {
    let lang = filling.reader.lang;
    let is_at_once =
        |surface: &Surface| filling.issue().is_some_and(|issue| issue.auto_surfaces().contains(&surface.name));
    let is_never =
        |surface: &&Surface| filling.issue().is_some_and(|issue| issue.never_surfaces().contains(&surface.name));
    let offered: Vec<_> = filling.edition.surfaces().iter().filter(|surface| !is_never(surface)).collect();
    let all_at_once = offered.iter().all(|surface| is_at_once(surface));
    let choice = |surface: &&Surface| {
        let mut hint = surface.hint.get(lang).to_owned();
        if is_at_once(surface) && !all_at_once {
            hint.push_str(&lang.text("sentence-gap"));
            hint.push_str(&lang.text("form-surface-at-once"));
        }
        Choice::new(&surface.name, surface.label.get(lang)).hint(hint)
    };
    let mut hint = vec![lang.text("form-surfaces-hint")];
    hint.extend(all_at_once.then(|| lang.text("form-surfaces-at-once")));
    let choices = offered.iter().map(choice).collect();
    let field = form.checkboxes("/scope/surfaces", lang.text("form-surfaces"), choices);
    field.hint(hint.join(&lang.text("sentence-gap")))
}

/// The places that are not offered, and why.
fn never(filling: &Filling) -> Option<String> {
    let lang = filling.reader.lang;
    let names: Vec<_> = filling.issue()?.never_surfaces().iter().cloned().collect();
    let labels = (!names.is_empty()).then(|| surface_labels(&names, &filling.edition, lang))?;
    Some(Message::new("form-surfaces-never").with("surfaces", labels).text(lang))
}

/// What can be granted without a reviewer, where anything can.
fn limits(filling: &Filling) -> Option<String> {
    let limits = filling.edition.limits();
    let text = Message::new("form-limits").with("days", limits.max_days);
    grants_at_once(filling.issue()).then(|| text.text(filling.reader.lang))
}

/// The day on which it ends that begins at `start`, or today.
pub fn until(filling: &Filling, start: Option<DateTime<Utc>>, days: u16) -> String {
    let lang = filling.reader.lang;
    let start = start.filter(|start| *start > filling.now);
    let end = start.unwrap_or(filling.now) + TimeDelta::days(days.into());
    let end = filling.issue().map_or(end, |issue| issue.cut_at_sunset(end));
    let end = date(end.with_timezone(&filling.zone()).date_naive(), lang);
    Message::new(if start.is_some() { "form-until-from-start" } else { "form-until" }).with("date", end).text(lang)
}

fn how_long(form: &mut Form<'_>, filling: &Filling, values: &FormFields) -> Vec<Field> {
    let lang = filling.reader.lang;
    let t = |key: &str| lang.text(key);
    let start = typed::start(values, filling.zone()).ok().flatten();
    let preset = |days: u16| {
        let label = Message::new("given-days").with("count", u32::from(days)).text(lang);
        Choice::new(days.to_string(), label).hint(until(filling, start, days))
    };
    let choices = PRESETS.into_iter().map(preset).chain([Choice::new(OTHER, t("form-other-days-choice"))]);
    let zone = Message::new("form-start-hint").with("zone", zone_name(filling.zone(), lang)).text(lang);
    vec![
        form.radios(DAYS, t("form-days"), choices.collect()).answered(),
        form.input(OTHER_DAYS, t("form-other-days")).hint(t("form-other-days-hint")).numeric().short().answered(),
        form.date(START, t("form-start")).hint(zone).optional(),
    ]
}
