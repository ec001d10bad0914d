//! What a member of staff wants of their mails.

use super::quiet::Quiet;
use super::topic::{Pace, Topic, Topics};
use crate::app::Desk;
use crate::locale::Lang;
use crate::problem::InputError;
use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// What a member of staff wants of their mails. Times of the day are `HH:MM` in the time zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "language": "ja", "time_zone": "Asia/Tokyo", "office_calendar": "jp",
    "topics": { "request_assigned": "at_once", "request_answered": "at_once", "clock_half_used": "digest", "clock_mostly_used": "at_once",
                "clock_breached": "at_once", "second_approval": "at_once", "after_check_late": "digest" },
    "quiet_hours": { "from": "19:00", "until": "08:30" }, "quiet_on_closed_days": true, "digest_at": "09:00",
}))]
pub struct MailSettings {
    /// The language of their mails.
    pub language: Lang,
    /// Their time zone, such as `Asia/Tokyo`.
    pub time_zone: String,
    /// The calendar whose working days are theirs, such as `jp`.
    pub office_calendar: String,
    /// How soon for each topic.
    pub topics: Topics,
    /// When mails are held until they are over.
    #[serde(default)]
    pub quiet_hours: Option<QuietHours>,
    /// Whether mails are held on days on which the office is closed, weekends among them.
    pub quiet_on_closed_days: bool,
    /// When the digest is due, on the office's working days; null for no digest.
    #[serde(default)]
    pub digest_at: Option<String>,
}

/// Hours of each day; over midnight when `from` is the later one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// From then on.
    pub from: String,
    /// Until then.
    pub until: String,
}

impl MailSettings {
    /// What holds for somebody who has said nothing.
    pub fn usual(desk: &Desk) -> Self {
        let mail = desk.config.mail.as_ref();
        let office_calendar = mail.map_or("utc", |mail| &mail.staff_calendar).to_owned();
        Self {
            language: mail.map(|mail| mail.staff_language).unwrap_or_default(),
            time_zone: desk.office_zone().name().to_owned(),
            office_calendar,
            topics: Topics::default(),
            quiet_hours: None,
            quiet_on_closed_days: false,
            digest_at: Some("08:30".to_owned()),
        }
    }

    /// These settings written in one way, for a reviewer who is a `lead` or not.
    ///
    /// # Errors
    /// What cannot be: an unknown zone or calendar, a time that is none, quiet hours without length, a digest that is asked for and
    /// has no time, and a breach that a lead does not want to know of at once.
    pub fn checked(mut self, desk: &Desk, lead: bool) -> Result<Self, Vec<InputError>> {
        let mut errors = Vec::new();
        if self.time_zone.parse::<Tz>().is_err() {
            errors.push(InputError::new("/time_zone", "time_zone_unknown"));
        }
        if desk.calendars.get(&self.office_calendar).is_none() {
            errors.push(InputError::new("/office_calendar", "office_calendar_unknown"));
        }
        for topic in Topic::ALL {
            let pointer = format!("/topics/{}", topic.code());
            match self.topics.pace(topic) {
                Pace::Digest | Pace::Never if lead && topic == Topic::ClockBreached => {
                    errors.push(InputError::new(pointer, "breach_for_leads"));
                }
                Pace::Digest if self.digest_at.is_none() => errors.push(InputError::new(pointer, "no_digest")),
                _ => {}
            }
        }
        if let Some(hours) = &mut self.quiet_hours {
            tidy(&mut hours.from, "/quiet_hours/from", &mut errors);
            tidy(&mut hours.until, "/quiet_hours/until", &mut errors);
            if time(&hours.from).is_some() && hours.from == hours.until {
                errors.push(InputError::new("/quiet_hours/until", "quiet_hours_empty"));
            }
        }
        if let Some(at) = &mut self.digest_at {
            tidy(at, "/digest_at", &mut errors);
        }
        if errors.is_empty() { Ok(self) } else { Err(errors) }
    }

    /// The person's time zone.
    pub fn zone(&self) -> Tz {
        self.time_zone.parse().unwrap_or(Tz::UTC)
    }

    /// When they are not to be mailed.
    pub fn quiet(&self) -> Quiet {
        let hours = self.quiet_hours.as_ref().and_then(|hours| time(&hours.from).zip(time(&hours.until)));
        Quiet { zone: self.zone(), hours, closed_days: self.quiet_on_closed_days }
    }

    /// When their digest is due.
    pub fn digest_time(&self) -> Option<NaiveTime> {
        time(self.digest_at.as_deref()?)
    }

    /// Whether their office is closed on `day`: by its calendar, or as was announced.
    pub fn is_closed(&self, desk: &Desk, day: NaiveDate) -> bool {
        let announced = desk.closed_days.now();
        let mut announced = announced.get(&self.office_calendar).into_iter().flatten();
        let by_calendar = desk.calendars.get(&self.office_calendar).is_some_and(|known| known.hours(day).is_empty());
        by_calendar || announced.any(|closed| closed.day == day && closed.withdrawn_at.is_none())
    }
}

/// A time of the day; seconds are not said.
fn time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").ok()
}

/// Writes the time in one way, or says that it is none.
fn tidy(text: &mut String, pointer: &str, errors: &mut Vec<InputError>) {
    match time(text.trim()) {
        Some(time) => *text = time.format("%H:%M").to_string(),
        None => errors.push(InputError::new(pointer, "time_of_day")),
    }
}
