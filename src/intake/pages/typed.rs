//! What was typed into the form, as the body that the API takes, and the body's errors back at the fields of the form.

use crate::identity::ObjectId;
use crate::intake::{ContactBody, RequestBody, ScopeBody, SubjectsBody};
use crate::locale::Lang;
use crate::policy::{Edition, Issue, Kind, Question};
use crate::problem::InputError;
use crate::web::FormFields;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value};

/// The place of the users in a body, and of their text area in the form.
pub(super) const USERS: &str = "/scope/subjects/object_ids";
/// The place of the number of days in a body, and of the presets in the form.
pub(super) const DAYS: &str = "/scope/duration_days";
/// The field for a number of days that no preset has.
pub(super) const OTHER_DAYS: &str = "/other_days";
/// The choice among the presets that refers to it.
pub(super) const OTHER: &str = "other";
/// The place of the start.
pub(super) const START: &str = "/scope/starts_at";

/// Years that every part of the desk can write, with room for the longest duration.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9997;

/// For what and whom the form is filled in.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub edition: &'a Edition,
    pub issue: &'a Issue,
    /// Who fills it in: "add me" means them.
    pub filer: ObjectId,
    /// In which zone dates are typed.
    pub zone: Tz,
    pub now: DateTime<Utc>,
    /// The language of the page.
    pub lang: Lang,
}

/// A form as it came.
pub(super) struct Typed {
    /// The request that it makes. Where `errors` says so, a value stands in for one that cannot be read.
    pub body: RequestBody,
    /// What cannot be read at all.
    pub errors: Vec<InputError>,
    /// For each object id of the body, the line it stood on and what stood there.
    lines: Vec<(usize, String)>,
    other_days: bool,
}

impl Typed {
    pub fn read(fields: &FormFields, context: &Context<'_>) -> Self {
        let mut errors = Vec::new();
        let lines: Vec<_> = fields.lines("scope_subjects_object_ids").map(|(line, id)| (line, id.to_owned())).collect();
        let subjects = subjects(fields, &lines, context, &mut errors);
        let starts_at = start(fields, context).unwrap_or_else(|error| {
            errors.push(error);
            None
        });
        let other_days = fields.get("scope_duration_days") == OTHER;
        let days = fields.get(if other_days { "other_days" } else { "scope_duration_days" });
        let text = |name: &str| fields.get(name).to_owned();
        let body = RequestBody {
            topic: context.edition.topic().name.clone(),
            problem_type: context.edition.problem_type().name.clone(),
            issue: context.issue.slug().to_owned(),
            language: Lang::from_tag(fields.get("language")).unwrap_or(context.lang),
            title: text("title"),
            description: text("description"),
            contact: ContactBody {
                name: text("contact_name"),
                email: text("contact_email"),
                phone: Some(text("contact_phone")).filter(|phone| !phone.trim().is_empty()),
            },
            scope: ScopeBody {
                subjects,
                surfaces: fields.all("scope_surfaces").map(str::to_owned).collect(),
                starts_at,
                // What is no number is no number of days that can be asked for.
                duration_days: ascii_digits(days).parse().unwrap_or(0),
            },
            answers: answers(fields, context.issue),
        };
        Self { body, errors, lines, other_days }
    }

    /// `errors` of the body at the fields of this form, with words for people who see no JSON.
    pub fn placed(&self, errors: &[InputError]) -> Vec<InputError> {
        errors.iter().map(|error| self.place(error)).collect()
    }

    fn place(&self, error: &InputError) -> InputError {
        if error.pointer == DAYS && self.other_days {
            return InputError { pointer: OTHER_DAYS.to_owned(), ..error.clone() };
        }
        let index = error.pointer.strip_prefix(USERS).and_then(|rest| rest.strip_prefix('/')?.parse::<usize>().ok());
        match index.and_then(|index| self.lines.get(index)) {
            Some((line, typed)) => {
                // A whole page pasted by accident need not come back in every error.
                let typed: String = typed.chars().take(60).collect();
                InputError::new(error.pointer.clone(), "user_id_invalid_on_line")
                    .with("line", *line)
                    .with("typed", typed)
            }
            None => error.clone(),
        }
    }
}

fn subjects(
    fields: &FormFields,
    lines: &[(usize, String)],
    context: &Context<'_>,
    errors: &mut Vec<InputError>,
) -> SubjectsBody {
    if fields.get("scope_subjects_kind") == "all" {
        if !lines.is_empty() {
            errors.push(InputError::new(USERS, "users_beside_every_user"));
        }
        return SubjectsBody::All;
    }
    let mut object_ids: Vec<_> = lines.iter().map(|(_, id)| id.clone()).collect();
    if fields.get("add_me") == "yes" {
        object_ids.push(context.filer.to_string());
    }
    SubjectsBody::Users { object_ids }
}

/// The start of the day that was typed, in the zone of the form; at once when nothing was typed, or today.
fn start(fields: &FormFields, context: &Context<'_>) -> Result<Option<DateTime<Utc>>, InputError> {
    let parts = ["year", "month", "day"].map(|part| ascii_digits(fields.get(&format!("scope_starts_at_{part}"))));
    if parts.iter().all(String::is_empty) {
        return Ok(None);
    }
    let [year, month, day] = &parts;
    let day = year
        .parse()
        .ok()
        .filter(|year| YEARS.contains(year))
        .and_then(|year| NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?))
        .ok_or_else(|| InputError::new(START, "date_invalid"))?;
    if day == context.now.with_timezone(&context.zone).date_naive() {
        return Ok(None);
    }
    Ok(Some(first_instant(day, context.zone)))
}

/// Where clocks are set forward at midnight, a day begins at one.
fn first_instant(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let one = midnight + TimeDelta::hours(1);
    let local = zone.from_local_datetime(&midnight).earliest().or_else(|| zone.from_local_datetime(&one).earliest());
    local.map_or_else(|| midnight.and_utc(), |local| local.to_utc())
}

/// The answers that were given, as a body has them.
pub(super) fn answers(fields: &FormFields, issue: &Issue) -> Map<String, Value> {
    let given = issue.questions().iter().filter_map(|question| {
        let answer = answer(fields, question)?;
        Some((question.name.clone(), answer))
    });
    given.collect()
}

fn answer(fields: &FormFields, question: &Question) -> Option<Value> {
    let name = format!("answers_{}", question.name);
    match question.kind {
        Kind::YesNoUnsure | Kind::Choice(_) => {
            let chosen = fields.get(&name);
            (!chosen.is_empty()).then(|| chosen.into())
        }
        Kind::Text => Some(fields.get(&name).into()),
        Kind::TextList => Some(fields.lines(&name).map(|(_, line)| Value::from(line)).collect()),
    }
}

/// Japanese keyboards give full-width digits, which mean the same.
fn ascii_digits(text: &str) -> String {
    let ascii = |character| match character {
        '０'..='９' => char::from_digit(u32::from(character) - u32::from('０'), 10).unwrap_or(character),
        other => other,
    };
    text.trim().chars().map(ascii).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policies;

    const ME: &str = "3ceaaf30-8142-48ea-91d9-3080f9b439fc";

    fn read(fields: FormFields) -> Typed {
        let edition = Policies::shipped().unwrap().at(now()).unwrap().clone();
        let issue = edition.issue("third_party_mfa_not_recognized").unwrap();
        let filer = ME.parse().unwrap();
        let context = Context { edition: &edition, issue, filer, zone: Tz::Asia__Tokyo, now: now(), lang: Lang::Ja };
        Typed::read(&fields, &context)
    }

    fn now() -> DateTime<Utc> {
        "2026-11-22T15:30:00Z".parse().unwrap()
    }

    fn date(year: &str, month: &str, day: &str) -> FormFields {
        FormFields::default()
            .with("scope_starts_at_year", year)
            .with("scope_starts_at_month", month)
            .with("scope_starts_at_day", day)
    }

    #[test]
    fn adding_me_names_my_object_id_after_the_others() {
        let typed = read(FormFields::default().with("scope_subjects_object_ids", "\n one \n").with("add_me", "yes"));
        let expected = SubjectsBody::Users { object_ids: vec!["one".to_owned(), ME.to_owned()] };
        assert_eq!(typed.body.scope.subjects, expected);
    }

    #[test]
    fn an_error_of_an_id_names_the_line_it_was_typed_on() {
        let typed = read(FormFields::default().with("scope_subjects_object_ids", "\n\nTanaka\n"));
        let placed = typed.placed(&[InputError::new("/scope/subjects/object_ids/0", "user_id_invalid")]);
        let told = placed[0].field(Lang::En).detail;
        assert!(told.contains('3') && told.contains("Tanaka"), "{told}");
    }

    #[test]
    fn every_user_and_named_users_contradict_each_other() {
        let typed =
            read(FormFields::default().with("scope_subjects_kind", "all").with("scope_subjects_object_ids", ME));
        assert_eq!(typed.errors[0].code, "users_beside_every_user");
    }

    #[test]
    fn a_day_begins_at_midnight_of_the_partners_zone_and_today_is_at_once() {
        // 15:30 in UTC is 00:30 of the 23rd in Japan.
        assert_eq!(read(date("2026", "11", "23")).body.scope.starts_at, None);
        let typed = read(date("２０２６", "１２", "1"));
        assert_eq!(typed.body.scope.starts_at, Some("2026-11-30T15:00:00Z".parse().unwrap()));
        assert!(typed.errors.is_empty());
    }

    #[test]
    fn a_day_that_is_not_there_is_an_error_at_the_start() {
        for (year, month, day) in [("2026", "2", "30"), ("2026", "", "1"), ("26x", "1", "1"), ("99999", "1", "1")] {
            let typed = read(date(year, month, day));
            assert_eq!(typed.errors[0].pointer, START, "{year}-{month}-{day}");
        }
    }

    #[test]
    fn days_come_from_a_preset_or_from_the_other_field() {
        assert_eq!(read(FormFields::default().with("scope_duration_days", "60")).body.scope.duration_days, 60);
        let other = read(FormFields::default().with("scope_duration_days", "other").with("other_days", "４５"));
        assert_eq!(other.body.scope.duration_days, 45);
        assert_eq!(other.placed(&[InputError::new(DAYS, "duration_out_of_range")])[0].pointer, OTHER_DAYS);
        assert_eq!(read(FormFields::default().with("scope_duration_days", "many")).body.scope.duration_days, 0);
    }

    #[test]
    fn an_answer_that_was_not_chosen_is_not_sent_and_blank_text_is() {
        let typed = read(FormFields::default().with("answers_vendor_asked", "yes"));
        assert_eq!(typed.body.answers["vendor_asked"], "yes");
        assert_eq!(typed.body.answers["vendor"], "");
        assert!(!typed.body.answers.contains_key("claim_can_be_sent"));
    }
}
