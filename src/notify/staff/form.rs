//! The form of a reviewer's mail settings.

use super::settings::{MailSettings, QuietHours};
use super::topic::{Pace, Topic, Topics};
use crate::app::Desk;
use crate::locale::Lang;
use crate::problem::InputError;
use crate::web::field::{Choice, Field};
use crate::web::time::zone_choices;
use crate::web::{Form, FormFields, Page};

/// The fields, by the headings under which they stand.
pub(super) struct SettingsForm {
    pub person: Vec<Field>,
    pub topics: Vec<Field>,
    pub quiet: Vec<Field>,
    pub digest: Field,
}

impl SettingsForm {
    /// The fields of `form`, for a `lead` or not.
    pub fn new(desk: &Desk, page: &Page, form: &mut Form, lead: bool) -> Self {
        let lang = page.lang();
        let languages = Lang::ALL.map(|lang| Choice::new(lang.tag(), lang.text("language-name"))).to_vec();
        let calendars = desk.calendars.iter().map(|known| Choice::new(known.id(), known.name(lang))).collect();
        let person = vec![
            form.radios("/language", page.t("staff-mail-language"), languages).answered(),
            form.select("/time_zone", page.t("staff-mail-time-zone"), zone_choices(None, lang)).answered(),
            form.select("/office_calendar", page.t("staff-mail-calendar"), calendars)
                .hint(page.t("staff-mail-calendar-hint"))
                .answered(),
        ];
        let topics = Topic::ALL.iter().map(|topic| {
            let own = lead && *topic == Topic::ClockBreached;
            let paces = Pace::ALL.iter().filter(|pace| !own || **pace == Pace::AtOnce);
            let paces = paces.map(|pace| Choice::new(pace.code(), pace.name(lang))).collect();
            let field = form.select(&format!("/topics/{}", topic.code()), topic.name(lang), paces).answered();
            if own { field.hint(page.t("staff-mail-breach-hint")) } else { field }
        });
        let topics = topics.collect();
        let closed = vec![Choice::new("yes", page.t("staff-mail-quiet-closed-days"))];
        let quiet = vec![
            form.input("/quiet_hours/from", page.t("staff-mail-quiet-from"))
                .hint(page.t("staff-mail-time-hint"))
                .short()
                .optional(),
            form.input("/quiet_hours/until", page.t("staff-mail-quiet-until"))
                .hint(page.t("staff-mail-quiet-until-hint"))
                .short()
                .optional(),
            form.checkboxes("/quiet_on_closed_days", page.t("staff-mail-quiet-days"), closed).optional(),
        ];
        let digest = form
            .input("/digest_at", page.t("staff-mail-digest-at"))
            .hint(page.t("staff-mail-digest-hint"))
            .short()
            .optional();
        Self { person, topics, quiet, digest }
    }
}

/// The fields that say `settings`.
pub(super) fn fields(settings: &MailSettings) -> FormFields {
    let fields = FormFields::default()
        .with("language", settings.language.tag())
        .with("time_zone", settings.time_zone.as_str())
        .with("office_calendar", settings.office_calendar.as_str())
        .with("digest_at", settings.digest_at.as_deref().unwrap_or_default());
    let fields = Topic::ALL.into_iter().fold(fields, |fields, topic| {
        fields.with(format!("topics_{}", topic.code()), settings.topics.pace(topic).code())
    });
    let fields = match &settings.quiet_hours {
        Some(hours) => {
            fields.with("quiet_hours_from", hours.from.as_str()).with("quiet_hours_until", hours.until.as_str())
        }
        None => fields,
    };
    if settings.quiet_on_closed_days { fields.with("quiet_on_closed_days", "yes") } else { fields }
}

/// What the form says.
///
/// # Errors
/// What was not chosen.
pub(super) fn read(fields: &FormFields) -> Result<MailSettings, Vec<InputError>> {
    let mut errors = Vec::new();
    let language = Lang::from_tag(fields.get("language"));
    if language.is_none() {
        errors.push(InputError::new("/language", "missing"));
    }
    let pace = |topic: Topic| Pace::from_code(fields.get(&format!("topics_{}", topic.code())));
    let unsaid = Topic::ALL.into_iter().filter(|topic| pace(*topic).is_none());
    errors.extend(unsaid.map(|topic| InputError::new(format!("/topics/{}", topic.code()), "missing")));
    let said = |name: &str| Some(fields.get(name).trim().to_owned()).filter(|text| !text.is_empty());
    let hours = match (said("quiet_hours_from"), said("quiet_hours_until")) {
        (None, None) => None,
        (from, until) => Some(QuietHours { from: from.unwrap_or_default(), until: until.unwrap_or_default() }),
    };
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(MailSettings {
        language: language.unwrap_or_default(),
        time_zone: fields.get("time_zone").to_owned(),
        office_calendar: fields.get("office_calendar").to_owned(),
        topics: Topics::of(|topic| pace(topic).unwrap_or(Pace::AtOnce)),
        quiet_hours: hours,
        quiet_on_closed_days: fields.get("quiet_on_closed_days") == "yes",
        digest_at: said("digest_at"),
    })
}
