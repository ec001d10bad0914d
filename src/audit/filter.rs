//! What is looked for, as it is asked: by programs in one parameter each, by people in the fields of a form.

use super::browse::Filter;
use super::store::Period;
use crate::db::Tx;
use crate::exceptions;
use crate::identity::parse_guid;
use crate::intake::request::find_by_reference;
use crate::problem::InputError;
use crate::web::FormFields;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use uuid::Uuid;

/// A filter as it was asked; a blank text is no condition.
#[derive(Clone, Debug, Default)]
pub struct Asked<'a> {
    /// What happened.
    pub action: &'a str,
    /// An object id.
    pub actor: Option<&'a str>,
    /// A reference, or a thing's id.
    pub subject: &'a str,
    /// A tenant's id.
    pub tenant: Option<&'a str>,
}

impl Asked<'_> {
    /// The filter that it comes to, in `period`.
    ///
    /// # Errors
    /// Everything that cannot be read, at once; or the database is away.
    pub async fn filter(&self, tx: &mut Tx, period: Period) -> Result<Result<Filter, Vec<InputError>>, sqlx::Error> {
        let mut errors = Vec::new();
        let mut id = |text: Option<&str>, pointer: &'static str| {
            text.and_then(|text| {
                parse_guid(text).or_else(|| {
                    errors.push(InputError::new(pointer, "guid_invalid"));
                    None
                })
            })
        };
        let (actor, tenant) = (id(self.actor, "/actor"), id(self.tenant, "/tenant"));
        for (text, pointer) in [(self.action, "/action"), (self.subject, "/subject")] {
            if text.chars().any(char::is_control) {
                errors.push(InputError::new(pointer, "control_characters"));
            }
        }
        if !errors.is_empty() {
            return Ok(Err(errors));
        }
        let subjects = match self.subject.trim() {
            "" => None,
            subject => Some(things(tx, subject).await?),
        };
        let action = Some(self.action.trim().to_owned()).filter(|action| !action.is_empty());
        Ok(Ok(Filter { action, actor, subjects, tenant, period }))
    }
}

/// The things that `subject` names: a request and its exception by their reference, or anything by its id.
async fn things(tx: &mut Tx, subject: &str) -> Result<Vec<Uuid>, sqlx::Error> {
    if let Some(id) = parse_guid(subject) {
        return Ok(vec![id]);
    }
    let reference = subject.to_uppercase();
    let request = find_by_reference(tx, &reference).await?.map(|request| request.id);
    let exception = exceptions::find_by_reference(tx, &reference).await?.map(|exception| exception.id);
    Ok(request.into_iter().chain(exception).collect())
}

/// The days `from` and `until` of a form, both inclusive, in UTC.
///
/// # Errors
/// What is no day.
pub fn period(fields: &FormFields) -> Result<Period, Vec<InputError>> {
    let (mut errors, mut days) = (Vec::new(), [None, None]);
    for (place, name) in ["from", "until"].into_iter().enumerate() {
        match day(fields, name) {
            Ok(day) => days[place] = day,
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let [from, until] = days;
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        return Err(vec![InputError::new("/until", "until_before_from")]);
    }
    let start = |day: NaiveDate| -> DateTime<Utc> { day.and_time(NaiveTime::MIN).and_utc() };
    let until = until.and_then(|day| day.checked_add_days(Days::new(1)));
    Ok(Period { from: from.map(start), until: until.map(start) })
}

fn day(fields: &FormFields, name: &'static str) -> Result<Option<NaiveDate>, InputError> {
    let parts = ["year", "month", "day"].map(|part| fields.get(&format!("{name}_{part}")).trim().to_owned());
    if parts.iter().all(String::is_empty) {
        return Ok(None);
    }
    let wrong = || InputError::new(format!("/{name}"), "date_invalid");
    let [year, month, day] = parts;
    let (Ok(year), Ok(month), Ok(day)) = (year.parse(), month.parse(), day.parse()) else { return Err(wrong()) };
    let day = NaiveDate::from_ymd_opt(year, month, day).filter(|_| (1970..=9000).contains(&year));
    day.map(Some).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(from: [&str; 3], until: [&str; 3]) -> FormFields {
        ["year", "month", "day"].into_iter().enumerate().fold(FormFields::default(), |fields, (place, part)| {
            fields.with(format!("from_{part}"), from[place]).with(format!("until_{part}"), until[place])
        })
    }

    #[test]
    fn both_days_are_meant() {
        let read = period(&fields(["2026", "11", "24"], ["2026", "11", "24"])).unwrap();
        assert_eq!(read.from.unwrap().to_rfc3339(), "2026-11-24T00:00:00+00:00");
        assert_eq!(read.until.unwrap().to_rfc3339(), "2026-11-25T00:00:00+00:00");
        let open = period(&fields([""; 3], [""; 3])).unwrap();
        assert!(open.from.is_none() && open.until.is_none());
    }

    #[test]
    fn what_is_no_day_or_the_wrong_way_round_is_said() {
        for (from, until) in [
            (["2026", "2", "30"], [""; 3]),
            (["", "2", "3"], [""; 3]),
            (["1", "2", "3"], [""; 3]),
            (["2026", "2", "3"], ["2026", "2", "2"]),
        ] {
            assert!(period(&fields(from, until)).is_err(), "{from:?} {until:?}");
        }
    }
}
