//! What was typed, read as the body that the API takes; and the body's errors back at the fields of the form.

use super::drafts::Draft;
use super::{ContactBody, RequestBody, ScopeBody, SubjectsBody};
use crate::policy::{Edition, Issue, Kind, Question};
use crate::problem::InputError;
use crate::web::FormFields;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value};

/// The place of the users in a body, and of their text area in the form.
pub const USERS: &str = "/scope/subjects/object_ids";
/// The place of the number of days in a body, and of the presets in the form.
pub const DAYS: &str = "/scope/duration_days";
/// The field for a number of days that no preset has.
pub const OTHER_DAYS: &str = "/other_days";
/// The choice among the presets that refers to it.
pub const OTHER: &str = "other";
/// Durations that are offered, in days.
pub const PRESETS: [u16; 3] = [30, 60, 90];
/// The place of the start.
pub const START: &str = "/scope/starts_at";

/// Years that every part of the desk can write, with room for the longest duration.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9997;
/// Most characters of what was typed that an error repeats.
const REPEATED: usize = 60;

/// By what a draft is read.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The edition in force.
    pub edition: &'a Edition,
    /// The issue chosen, when the edition has it.
    pub issue: Option<&'a Issue>,
    /// In which zone dates are typed.
    pub zone: Tz,
    /// The present instant.
    pub now: DateTime<Utc>,
}

/// A user as typed: one id, where it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The line, from 1.
    pub line: usize,
    /// What stood there; an object id if all is well.
    pub text: String,
}

/// A draft, read.
pub struct Typed {
    /// The request that it makes. Where `errors` says so, a value stands in for one that cannot be read.
    pub body: RequestBody,
    /// What cannot be read at all.
    pub errors: Vec<InputError>,
    /// For each object id of the body, where it stood.
    entries: Vec<Entry>,
    other_days: bool,
}

impl Typed {
    /// Reads `draft`.
    pub fn read(draft: &Draft, context: &Context<'_>) -> Self {
        let fields = &draft.fields;
        let mut errors = Vec::new();
        let entries = subjects(fields);
        let every_user = fields.get("scope_subjects_kind") == "all";
        if every_user && !entries.is_empty() {
            errors.push(InputError::new(USERS, "users_beside_every_user"));
        }
        let starts_at = start(fields, context.zone).unwrap_or_else(|error| {
            errors.push(error);
            None
        });
        // A day that has begun means "from now on", not midnight.
        let begun = |at: &DateTime<Utc>| fields.has("scope_starts_at_day") && is_today(*at, context);
        let text = |name: &str| fields.get(name).to_owned();
        let or = |name: &str, usual: &str| if fields.has(name) { text(name) } else { usual.to_owned() };
        let body = RequestBody {
            topic: or("topic", &context.edition.topic().name),
            problem_type: or("problem_type", &context.edition.problem_type().name),
            issue: draft.issue.clone().unwrap_or_default(),
            language: draft.language,
            title: text("title"),
            description: text("description"),
            contact: ContactBody {
                name: text("contact_name"),
                email: text("contact_email"),
                phone: Some(text("contact_phone")).filter(|phone| !phone.trim().is_empty()),
            },
            scope: ScopeBody {
                subjects: match every_user {
                    true => SubjectsBody::All,
                    false => SubjectsBody::Users { object_ids: entries.iter().map(|e| e.text.clone()).collect() },
                },
                surfaces: fields.all("scope_surfaces").map(str::to_owned).collect(),
                starts_at: starts_at.filter(|at| !begun(at)),
                // What is no number is no number of days that can be asked for.
                duration_days: days(fields).unwrap_or(0),
            },
            answers: context.issue.map(|issue| answers(fields, issue)).unwrap_or_default(),
        };
        Self { body, errors, entries, other_days: fields.get("scope_duration_days") == OTHER }
    }

    /// `errors` of the body at the fields of the form, with words for people who see no JSON.
    pub fn placed(&self, errors: &[InputError]) -> Vec<InputError> {
        errors.iter().map(|error| self.place(error)).collect()
    }

    fn place(&self, error: &InputError) -> InputError {
        if error.pointer == DAYS && self.other_days {
            return InputError { pointer: OTHER_DAYS.to_owned(), ..error.clone() };
        }
        let index = error.pointer.strip_prefix(USERS).and_then(|rest| rest.strip_prefix('/')?.parse::<usize>().ok());
        match index.and_then(|index| self.entries.get(index)) {
            Some(Entry { line, text }) => {
                // A whole page pasted by accident need not come back in every error.
                let typed: String = text.chars().take(REPEATED).collect();
                InputError::new(error.pointer.clone(), "user_id_invalid_on_line")
                    .with("line", *line)
                    .with("typed", typed)
            }
            None => error.clone(),
        }
    }
}

/// The users that were typed: one a line, or several with spaces, commas or semicolons between them.
pub fn subjects(fields: &FormFields) -> Vec<Entry> {
    let between = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '、' | '，' | '；' | '"');
    let lines = fields.get("scope_subjects_object_ids").split('\n').enumerate();
    let entries = lines.flat_map(|(index, line)| {
        let texts = line.split(between).filter(|text| !text.is_empty());
        texts.map(move |text| Entry { line: index + 1, text: text.to_owned() })
    });
    entries.collect()
}

/// The number of days that was chosen or typed; nothing when it is none.
pub fn days(fields: &FormFields) -> Option<i64> {
    let chosen = fields.get("scope_duration_days");
    let text = if chosen == OTHER { fields.get("other_days") } else { chosen };
    ascii_digits(text).parse().ok()
}

/// When the exception is to begin: midnight, in `zone`, of the day that was typed, or the instant that a program gave, as long as
/// nobody typed another day; nothing for "at once".
///
/// # Errors
/// When there is no such day.
pub fn start(fields: &FormFields, zone: Tz) -> Result<Option<DateTime<Utc>>, InputError> {
    let given = DateTime::parse_from_rfc3339(fields.get("scope_starts_at")).ok().map(|at| at.to_utc());
    if !fields.has("scope_starts_at_day") {
        return Ok(given);
    }
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
    let given = given.filter(|at| at.with_timezone(&zone).date_naive() == day);
    Ok(Some(given.unwrap_or_else(|| first_instant(day, zone))))
}

fn is_today(at: DateTime<Utc>, context: &Context<'_>) -> bool {
    let day = |at: DateTime<Utc>| at.with_timezone(&context.zone).date_naive();
    at <= context.now && day(at) == day(context.now)
}

/// Where clocks are set forward at midnight, a day begins at one.
fn first_instant(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let one = midnight + TimeDelta::hours(1);
    let local = zone.from_local_datetime(&midnight).earliest().or_else(|| zone.from_local_datetime(&one).earliest());
    local.map_or_else(|| midnight.and_utc(), |local| local.to_utc())
}

/// The answers that were given, as a body has them.
pub fn answers(fields: &FormFields, issue: &Issue) -> Map<String, Value> {
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
    use crate::identity::{ObjectId, TenantId};
    use crate::intake::Labels;
    use crate::locale::Lang;
    use crate::policy::Policies;
    use uuid::Uuid;

    const ONE: &str = "3ceaaf30-8142-48ea-91d9-3080f9b439fc";
    const TWO: &str = "3ceaaf30-8142-48ea-91d9-3080f9b439fd";

    fn read(fields: FormFields) -> Typed {
        let edition = Policies::shipped().unwrap().at(now()).unwrap().clone();
        let issue = edition.issue("third_party_mfa_not_recognized");
        let context = Context { edition: &edition, issue, zone: Tz::Asia__Tokyo, now: now() };
        let draft = Draft {
            id: Uuid::nil(),
            tenant: TenantId(Uuid::nil()),
            owner: ObjectId(Uuid::nil()),
            version: 1,
            language: Lang::Ja,
            issue: issue.map(|issue| issue.slug().to_owned()),
            fields,
            labels: Labels::default(),
            pending: None,
            created_at: now(),
            updated_at: now(),
        };
        Typed::read(&draft, &context)
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
    fn users_are_read_however_they_are_put_apart() {
        let typed =
            FormFields::default().with("scope_subjects_object_ids", format!("\n{ONE}, \"{TWO}\";\n\nx\u{3000}y"));
        let entry = |line, text: &str| Entry { line, text: text.to_owned() };
        assert_eq!(subjects(&typed), [entry(2, ONE), entry(2, TWO), entry(4, "x"), entry(4, "y")]);
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
            read(FormFields::default().with("scope_subjects_kind", "all").with("scope_subjects_object_ids", ONE));
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
    fn the_instant_of_a_program_stays_until_somebody_types_another_day() {
        let given = FormFields::default().with("scope_starts_at", "2026-12-01T00:30:00Z");
        let expected = Some("2026-12-01T00:30:00Z".parse().unwrap());
        assert_eq!(start(&given, Tz::Asia__Tokyo), Ok(expected));
        assert_eq!(start(&given.clone().and(date("2026", "12", "1")), Tz::Asia__Tokyo), Ok(expected));
        let midnight = Some("2026-12-01T15:00:00Z".parse().unwrap());
        assert_eq!(start(&given.clone().and(date("2026", "12", "2")), Tz::Asia__Tokyo), Ok(midnight));
        assert_eq!(start(&given.and(date("", "", "")), Tz::Asia__Tokyo), Ok(None));
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
