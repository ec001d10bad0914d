//! Figures in words: what a row is about, how a number reads.

use super::figure::{Figure, Key, Number};
use super::period::Span;
use crate::locale::Lang;
use crate::policy::Edition;
use crate::web::Message;
use crate::web::field::grouped;
use crate::web::time;
use chrono::{Datelike, Locale, NaiveDate};

/// Where the names of issues and rules come from; what it does not know shows by its code.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    /// The edition in force, if any.
    pub edition: Option<&'a Edition>,
    /// The reader's language.
    pub lang: Lang,
}

impl Words<'_> {
    /// What a row is about.
    pub fn key(&self, key: &Key) -> String {
        match key {
            Key::Days(span) => days(*span, self.lang),
            Key::Issue(slug) => self.issue(slug),
            Key::Group(code) => self.lang.text(&format!("reports-group-{}", code.replace('_', "-"))),
            Key::Rule { issue, rule } => {
                let what = match rule {
                    Some((code, criterion)) => self.rule(issue, code, criterion),
                    None => self.lang.text("reports-by-reviewer"),
                };
                Message::new("reports-rule").with("issue", self.issue(issue)).with("rule", what).text(self.lang)
            }
        }
    }

    /// What a row is about in few letters, for the axis of a plot; days by their month where the plot is over `months`.
    pub fn short_key(&self, key: &Key, months: bool) -> String {
        match key {
            Key::Days(span) if months => month(span.from, "%b %Y", "%Y/%-m", self.lang),
            Key::Days(span) => month(span.from, "%-d %b", "%-m/%-d", self.lang),
            Key::Group(code) => {
                let code = code.replace('_', "-");
                let short = self.lang.try_text(&format!("reports-group-{code}-short"));
                short.unwrap_or_else(|| self.key(key))
            }
            _ => self.key(key),
        }
    }

    /// What a figure is called.
    pub fn title(&self, figure: &Figure) -> String {
        self.lang.text(&format!("reports-figure-{}", figure.code.replace('_', "-")))
    }

    /// What exactly a figure counts.
    pub fn definition(&self, figure: &Figure) -> String {
        self.lang.text(&format!("reports-figure-{}-definition", figure.code.replace('_', "-")))
    }

    /// What a measure is called.
    pub fn measure(&self, code: &str) -> String {
        self.lang.text(&format!("reports-measure-{}", code.replace('_', "-")))
    }

    /// The title of an issue.
    pub fn issue(&self, slug: &str) -> String {
        let issue = self.edition.and_then(|edition| edition.issue(slug));
        issue.map_or(slug, |issue| issue.title().get(self.lang)).to_owned()
    }

    fn rule(&self, issue: &str, code: &str, criterion: &str) -> String {
        let words = self.edition.and_then(|edition| edition.rule_words(issue, code, criterion, self.lang));
        words.unwrap_or_else(|| code.to_owned())
    }
}

/// A number with its unit.
pub fn number(number: Number, lang: Lang) -> String {
    match number {
        Number::Count(count) => usize::try_from(count).map_or_else(|_| count.to_string(), grouped),
        Number::Hours(hours) => Message::new("reports-hours").with("hours", tenths(hours)).text(lang),
        Number::Share(share) => Message::new("reports-share").with("share", tenths(share)).text(lang),
    }
}

/// To the tenth, half upwards as plots round.
fn tenths(value: f64) -> String {
    format!("{:.1}", (value * 10.0).round() / 10.0)
}

/// Days in words: one day, a whole month, or from one to another.
pub fn days(span: Span, lang: Lang) -> String {
    if span.from == span.until {
        return time::date(span.from, lang);
    }
    let month_ends = span.until.succ_opt().is_some_and(|next| next.day() == 1);
    if span.from.day() == 1 && month_ends && (span.until - span.from).num_days() < 31 {
        return month(span.from, "%B %Y", "%Y年%-m月", lang);
    }
    let day = |day| month(day, "%-d %b %Y", "%Y年%-m月%-d日", lang);
    Message::new("reports-days").with("from", day(span.from)).with("until", day(span.until)).text(lang)
}

fn month(day: NaiveDate, en: &str, ja: &str, lang: Lang) -> String {
    match lang {
        Lang::En => day.format_localized(en, Locale::en_US),
        Lang::Ja => day.format_localized(ja, Locale::ja_JP),
    }
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: &str, until: &str) -> Span {
        Span { from: from.parse().unwrap(), until: until.parse().unwrap() }
    }

    #[test]
    fn days_read_as_people_say_them() {
        let both = |span| Lang::ALL.map(|lang| days(span, lang));
        assert_eq!(both(span("2026-11-24", "2026-11-24")), ["Tue 24 Nov 2026", "2026年11月24日(火)"]);
        assert_eq!(both(span("2026-11-01", "2026-11-30")), ["November 2026", "2026年11月"]);
        let week = ["2 Nov 2026 – 8 Nov 2026", "2026年11月2日〜2026年11月8日"];
        assert_eq!(both(span("2026-11-02", "2026-11-08")), week);
    }

    #[test]
    fn numbers_have_their_unit() {
        assert_eq!(number(Number::Count(12_345), Lang::En), "12,345");
        assert_eq!(number(Number::Hours(5.25), Lang::Ja), "5.3時間");
        assert_eq!(number(Number::Share(100.0), Lang::En), "100.0 %");
    }
}
