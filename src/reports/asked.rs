//! What is asked for: days, one partner, one issue; by programs in one parameter each, by people in the fields of a form.

use super::period::{MOST_DAYS, Period, Preset, Span};
use crate::app::Desk;
use crate::db::Tx;
use crate::identity::{TenantId, parse_guid};
use crate::problem::InputError;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

/// The period of a report that asks for none.
pub const USUAL: Preset = Preset::Month;
/// Longest name of a partner that is looked for, in characters.
const LONGEST_NAME: usize = 200;

/// A report's question as it was typed; blank is no condition.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The code of a [`Preset`].
    pub period: String,
    /// The first day, `2026-11-24`.
    pub from: String,
    /// The last day; today when blank.
    pub until: String,
    /// The zone in which days are counted, by its IANA name; UTC when blank.
    pub zone: String,
    /// A partner: its tenant's id, or its whole name.
    pub tenant: String,
    /// An issue, by slug.
    pub issue: String,
}

/// A question that can be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Which days.
    pub period: Period,
    /// The days' name, where they have one.
    pub preset: Option<Preset>,
    /// Only this partner, with its name.
    pub tenant: Option<(TenantId, String)>,
    /// Only this issue, by slug.
    pub issue: Option<String>,
}

impl Asked {
    /// The parameters, for an address.
    pub fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        match self.preset {
            Some(preset) => query.append_pair("period", preset.code()),
            None => {
                query.append_pair("from", &self.period.days.from.to_string());
                query.append_pair("until", &self.period.days.until.to_string())
            }
        };
        query.append_pair("zone", self.period.zone.name());
        if let Some((tenant, _)) = &self.tenant {
            query.append_pair("tenant", &tenant.to_string());
        }
        if let Some(issue) = &self.issue {
            query.append_pair("issue", issue);
        }
        query.finish()
    }

    /// Whether it is about one partner or one issue alone.
    pub fn narrows(&self) -> bool {
        self.tenant.is_some() || self.issue.is_some()
    }
}

impl Typed {
    /// The question that it is.
    ///
    /// # Errors
    /// Everything that cannot be read, at once; or the database is away.
    pub async fn read(&self, desk: &Desk, tx: &mut Tx) -> Result<Result<Asked, Vec<InputError>>, sqlx::Error> {
        let now = desk.clock.now();
        let mut errors = Vec::new();
        let zone = match self.zone.trim() {
            "" => Some(Tz::UTC),
            name => name.parse().ok(),
        };
        if zone.is_none() {
            errors.push(InputError::new("/zone", "reports_zone_unknown"));
        }
        let period = self.period(zone.unwrap_or(Tz::UTC), now).unwrap_or_else(|wrong| {
            errors.extend(wrong);
            (Period::until_today(USUAL, Tz::UTC, now), None)
        });
        let tenant = match self.tenant.trim() {
            "" => None,
            tenant => named(tx, tenant).await?.map_err(|error| errors.push(error)).ok(),
        };
        let issue = match self.issue.trim() {
            "" => None,
            issue if is_known(desk, tx, issue).await? => Some(issue.to_owned()),
            _ => {
                errors.push(InputError::new("/issue", "issue_unknown"));
                None
            }
        };
        let (period, preset) = period;
        Ok(if errors.is_empty() { Ok(Asked { period, preset, tenant, issue }) } else { Err(errors) })
    }

    /// Days by name, or from one to another.
    fn period(&self, zone: Tz, now: DateTime<Utc>) -> Result<(Period, Option<Preset>), Vec<InputError>> {
        let (name, from, until) = (self.period.trim(), self.from.trim(), self.until.trim());
        if from.is_empty() && until.is_empty() {
            let preset = if name.is_empty() { Some(USUAL) } else { Preset::from_code(name) };
            let preset = preset.ok_or_else(|| vec![InputError::new("/period", "reports_period_unknown")])?;
            return Ok((Period::until_today(preset, zone, now), Some(preset)));
        }
        if !name.is_empty() {
            return Err(vec![InputError::new("/period", "reports_period_or_days")]);
        }
        let today = now.with_timezone(&zone).date_naive();
        let (from, until) = match (day("/from", from), day("/until", until)) {
            (Ok(from), Ok(until)) => (from, until.unwrap_or(today).min(today)),
            (from, until) => return Err(from.err().into_iter().chain(until.err()).collect()),
        };
        let Some(from) = from else { return Err(vec![InputError::new("/from", "missing")]) };
        let wrong = |pointer: &str, code| Err(vec![InputError::new(pointer, code)]);
        match (until - from).num_days() {
            _ if from > today => wrong("/from", "reports_from_in_future"),
            ..0 => wrong("/until", "until_before_from"),
            0..MOST_DAYS => Ok((Period { days: Span { from, until }, zone }, None)),
            _ => wrong("/from", "reports_too_many_days"),
        }
    }
}

fn day(pointer: &str, text: &str) -> Result<Option<NaiveDate>, InputError> {
    if text.is_empty() {
        return Ok(None);
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10);
    let day = day.filter(|day| (2000..=2999).contains(&chrono::Datelike::year(day)));
    day.map(Some).ok_or_else(|| InputError::new(pointer, "date_invalid"))
}

/// The partner that `text` names by its id or its whole name.
async fn named(tx: &mut Tx, text: &str) -> Result<Result<(TenantId, String), InputError>, sqlx::Error> {
    let wrong = |code| Ok(Err(InputError::new("/tenant", code)));
    if text.chars().any(char::is_control) || text.chars().count() > LONGEST_NAME {
        return wrong("reports_tenant_unknown");
    }
    let found = super::store::partners_named(tx, parse_guid(text), text).await?;
    match found.as_slice() {
        [] => wrong("reports_tenant_unknown"),
        [one] => Ok(Ok(one.clone())),
        _ => wrong("reports_tenant_ambiguous"),
    }
}

/// Whether the policy has the issue, or had it once.
async fn is_known(desk: &Desk, tx: &mut Tx, issue: &str) -> Result<bool, sqlx::Error> {
    let now = desk.policies.at(desk.clock.now()).ok();
    if now.is_some_and(|edition| edition.issue(issue).is_some()) {
        return Ok(true);
    }
    let plain = issue.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    Ok(plain && super::store::has_issue(tx, issue).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(period: &str, from: &str, until: &str) -> Result<Span, Vec<String>> {
        let typed =
            Typed { period: period.to_owned(), from: from.to_owned(), until: until.to_owned(), ..Typed::default() };
        let read = typed.period(Tz::UTC, "2026-11-24T01:00:00Z".parse().unwrap());
        read.map(|(period, _)| period.days)
            .map_err(|errors| errors.iter().map(|error| format!("{} {}", error.pointer, error.code)).collect())
    }

    #[test]
    fn days_have_a_name_or_a_first_and_a_last() {
        let span = |from: &str, until: &str| Ok(Span { from: from.parse().unwrap(), until: until.parse().unwrap() });
        assert_eq!(read("", "", ""), span("2026-10-26", "2026-11-24"));
        assert_eq!(read("week", "", ""), span("2026-11-18", "2026-11-24"));
        assert_eq!(read("", "2026-11-01", "2026-11-03"), span("2026-11-01", "2026-11-03"));
        assert_eq!(read("", "2026-11-01", ""), span("2026-11-01", "2026-11-24"));
        assert_eq!(read("", "2026-11-01", "2026-12-31"), span("2026-11-01", "2026-11-24"), "no day after today");
    }

    #[test]
    fn what_is_no_period_is_said_at_its_place() {
        for (typed, error) in [
            (("fortnight", "", ""), "/period reports_period_unknown"),
            (("week", "2026-11-01", ""), "/period reports_period_or_days"),
            (("", "2026-02-30", ""), "/from date_invalid"),
            (("", "1-2-3", ""), "/from date_invalid"),
            (("", "2026-11-01", "x"), "/until date_invalid"),
            (("", "", "2026-11-01"), "/from missing"),
            (("", "2026-11-02", "2026-11-01"), "/until until_before_from"),
            (("", "2026-12-01", ""), "/from reports_from_in_future"),
            (("", "2020-01-01", "2026-01-01"), "/from reports_too_many_days"),
        ] {
            assert_eq!(read(typed.0, typed.1, typed.2), Err(vec![error.to_owned()]));
        }
    }
}
