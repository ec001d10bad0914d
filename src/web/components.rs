//! The pieces that pages are made of. Each is a small struct with a template: `{{ piece }}` in a page writes it.

use crate::locale::Lang;
use askama::Template;
use askama::filters::HtmlSafe;
use std::fmt;
use std::ops::Range;

use super::page::Link;
use super::time::When;
use super::visible::{Piece, pieces};

/// How a tag, a notice or a panel is meant. Shown by word and shape besides colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Needs nothing.
    Quiet,
    /// Good to know.
    Info,
    /// Went well.
    Ok,
    /// Needs care.
    Warn,
    /// Went wrong, or ended.
    Bad,
}

impl Tone {
    /// The class in the style sheet and the shape of the icon.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Info => "info",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

/// HTML that is right already: what a component wrote. Text becomes markup by being escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup(String);

impl Markup {
    /// What `component` writes.
    pub fn of(component: &impl HtmlSafe) -> Self {
        Self(component.to_string())
    }

    /// `text` marked as being in `lang`, on a page in another language.
    pub fn in_language(text: &str, lang: Lang) -> Self {
        Self(format!(r#"<span lang="{}">{}</span>"#, lang.tag(), Self::from(text)))
    }

    /// `text` on one line, however narrow its place.
    pub fn unbroken(text: &str) -> Self {
        Self(format!(r#"<span class="nowrap">{}</span>"#, Self::from(text)))
    }

    /// `text` with each reference of a request or an exception on one line: browsers break at its hyphens.
    pub fn with_references(text: &str) -> Self {
        let (mut html, mut rest) = (String::new(), text);
        while let Some(place) = next_reference(rest) {
            html.push_str(&Self::from(&rest[..place.start]).0);
            html.push_str(&Self::unbroken(&rest[place.clone()]).0);
            rest = &rest[place.end..];
        }
        html.push_str(&Self::from(rest).0);
        Self(html)
    }

    /// `text` with what stands between backticks as code.
    pub fn with_code(text: &str) -> Self {
        if !text.matches('`').count().is_multiple_of(2) {
            return Self::from(text);
        }
        let runs = text.split('`').enumerate().map(|(place, run)| match place % 2 {
            0 => Self::from(run).0,
            _ => format!("<code>{}</code>", Self::from(run)),
        });
        Self(runs.collect())
    }

    /// A text with an e-mail address, which may break before its domain.
    pub fn mail(text: &str) -> Self {
        Self(Self::from(text).0.replacen('@', "<wbr>@", 1))
    }

    /// One below the other.
    pub fn lines(parts: impl IntoIterator<Item = Self>) -> Self {
        Self(parts.into_iter().map(|part| part.0).collect::<Vec<_>>().join("<br>"))
    }

    /// One after the other, with a space between.
    pub fn joined(parts: impl IntoIterator<Item = Self>) -> Self {
        Self(parts.into_iter().map(|part| part.0).collect::<Vec<_>>().join(" "))
    }
}

/// Where the first reference stands in `text`: capital letters, year and number, such as `TE-2026-000123`.
fn next_reference(text: &str) -> Option<Range<usize>> {
    text.match_indices('-').find_map(|(hyphen, _)| {
        let letters = text[..hyphen].bytes().rev().take_while(u8::is_ascii_uppercase).count();
        let tail = &text[hyphen + 1..];
        let length = tail.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(tail.len());
        let (year, number) = tail[..length].split_once('-')?;
        (letters > 0 && year.len() == 4 && number.len() >= 6).then(|| hyphen - letters..hyphen + 1 + length)
    })
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

impl From<&str> for Markup {
    fn from(text: &str) -> Self {
        Self(
            askama::filters::escape(text, askama::filters::Html)
                .map_or_else(|never| match never {}, |safe| safe.to_string()),
        )
    }
}

impl From<String> for Markup {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

macro_rules! components {
    ($($component:ty),*) => {$(
        impl HtmlSafe for $component {}

        impl From<$component> for Markup {
            fn from(component: $component) -> Self {
                Self::of(&component)
            }
        }
    )*};
}

components!(Tag, Notice, Outcome, SummaryList, Timeline, Quote, ClockReceipt, Empty, Anchor);

impl From<When> for Markup {
    fn from(when: When) -> Self {
        Self::of(&when)
    }
}

/// One line of the error summary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryEntry {
    /// `#id` of the field, when the error belongs to one.
    pub href: Option<String>,
    /// What is wrong.
    pub text: String,
}

/// A link as a value of a list or a table.
#[derive(Clone, Debug, Template)]
#[template(source = r#"<a href="{{ link.href }}">{{ link.label }}</a>"#, ext = "html")]
pub struct Anchor {
    link: Link,
}

impl Anchor {
    /// A link to `href`, called `label`.
    pub fn new(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self { link: Link { href: href.into(), label: label.into() } }
    }
}

/// A status in one word, with a shape.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "components/tag.html")]
pub struct Tag {
    tone: Tone,
    word: String,
}

impl Tag {
    /// A tag of this tone.
    pub fn new(tone: Tone, word: impl Into<String>) -> Self {
        Self { tone, word: word.into() }
    }

    /// The tag of a status code such as `in_review` or `breached`: message `status-CODE`, underscores as hyphens.
    pub fn of_status(code: &str, lang: Lang) -> Self {
        let tone = match code {
            "accepted" | "active" | "met" => Tone::Ok,
            "in_review" | "scheduled" | "running" | "pending_second_approval" => Tone::Info,
            "waiting_for_partner" | "paused" | "held" => Tone::Warn,
            "denied" | "revoked" | "breached" => Tone::Bad,
            _ => Tone::Quiet,
        };
        let word = lang.try_text(&format!("status-{}", code.replace('_', "-")));
        Self::new(tone, word.unwrap_or_else(|| code.to_owned()))
    }
}

/// A paragraph that must not be missed.
#[derive(Clone, Debug, Template)]
#[template(path = "components/notice.html")]
pub struct Notice {
    tone: Tone,
    title: Option<String>,
    text: Markup,
    link: Option<Link>,
}

impl Notice {
    /// A notice of this tone.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, title: None, text: Markup::with_references(&text.into()), link: None }
    }

    /// With a bold line above.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// With a way on.
    #[must_use]
    pub fn link(mut self, href: impl Into<String>, label: impl Into<String>) -> Self {
        self.link = Some(Link { href: href.into(), label: label.into() });
        self
    }
}

/// The answer to a request: word first, then why, then what now, then the reference.
#[derive(Clone, Debug, Template)]
#[template(path = "components/outcome.html")]
pub struct Outcome {
    /// How it is meant.
    pub tone: Tone,
    /// "Accepted", "Not accepted", "A person will decide".
    pub word: String,
    /// Why, in one sentence.
    pub why: String,
    /// The heading of what comes next.
    pub now_heading: String,
    /// What comes next, step by step.
    pub now: Vec<Markup>,
    /// The word "Reference" and the reference itself.
    pub reference: Option<(String, String)>,
}

/// Facts with their names, each with a way to change it where that is possible.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "components/summary_list.html")]
pub struct SummaryList {
    rows: Vec<SummaryRow>,
}

#[derive(Clone, Debug)]
struct SummaryRow {
    name: String,
    value: Markup,
    change: Option<Link>,
}

impl SummaryList {
    /// No facts yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more fact; text is escaped, components are written.
    #[must_use]
    pub fn row(mut self, name: impl Into<String>, value: impl Into<Markup>) -> Self {
        self.rows.push(SummaryRow { name: name.into(), value: value.into(), change: None });
        self
    }

    /// With a way to change the last fact, called `label` ("Change").
    #[must_use]
    pub fn change(mut self, href: impl Into<String>, label: impl Into<String>) -> Self {
        if let Some(row) = self.rows.last_mut() {
            row.change = Some(Link { href: href.into(), label: label.into() });
        }
        self
    }
}

/// What happened, in order.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "components/timeline.html")]
pub struct Timeline {
    /// The events, the oldest first or last as the page wants it.
    pub events: Vec<Event>,
}

/// One event of a timeline.
#[derive(Clone, Debug)]
pub struct Event {
    /// When.
    pub when: When,
    /// What happened.
    pub what: String,
    /// Who did it, when that is to be shown.
    pub who: Option<String>,
    /// Words that belong to it.
    pub quote: Option<Quote>,
}

/// Words of another person, exactly as written, with what is invisible made visible.
#[derive(Clone, Debug, Template)]
#[template(path = "components/quote.html")]
pub struct Quote {
    runs: Vec<Run>,
    tag: Option<&'static str>,
}

#[derive(Clone, Debug)]
struct Run {
    pieces: Vec<Piece>,
    note: Option<usize>,
}

impl Quote {
    /// `text`, in the language that its writer named, if any.
    pub fn new(text: &str, lang: Option<Lang>) -> Self {
        Self { runs: vec![Run { pieces: pieces(text), note: None }], tag: lang.map(Lang::tag) }
    }

    /// `text` with passages marked: byte ranges, each with the number of its footnote. A range that overlaps an earlier one or
    /// does not lie between characters is left out.
    pub fn with_passages(text: &str, lang: Option<Lang>, passages: &[(usize, Range<usize>)]) -> Self {
        let mut ordered: Vec<_> = passages.iter().collect();
        ordered.sort_by_key(|(_, range)| range.start);
        let (mut runs, mut end) = (Vec::new(), 0);
        for (number, range) in ordered {
            let (Some(before), Some(marked)) = (text.get(end..range.start), text.get(range.clone())) else { continue };
            runs.push(Run { pieces: pieces(before), note: None });
            runs.push(Run { pieces: pieces(marked), note: Some(*number) });
            end = range.end;
        }
        runs.push(Run { pieces: pieces(&text[end..]), note: None });
        Self { runs, tag: lang.map(Lang::tag) }
    }
}

/// The due time with its whole arithmetic.
#[derive(Clone, Debug, Template)]
#[template(path = "components/clock_receipt.html")]
pub struct ClockReceipt {
    /// Reads the labels.
    pub lang: Lang,
    /// Whether the answer was given.
    pub answered: bool,
    /// The due instant; none while the clock stands still.
    pub due: Option<When>,
    /// How far away it is.
    pub relative: Option<String>,
    /// Running, paused, met, breached.
    pub state: Tag,
    /// "5 h 30 min of 27 h used".
    pub used: String,
    /// The days counted.
    pub days: Vec<ReceiptDay>,
    /// Pauses, and what moved the deadline.
    pub notes: Vec<String>,
}

/// One line of the receipt.
#[derive(Clone, Debug)]
pub struct ReceiptDay {
    /// The day, with its weekday.
    pub day: String,
    /// The hours counted, such as "09:00–18:00", or why none are: holiday, weekend, pause.
    pub what: String,
    /// The working time of the day, such as "9 h".
    pub counted: String,
}

impl ClockReceipt {
    fn t(&self, key: &str) -> String {
        self.lang.text(key)
    }
}

/// What a list says when it has nothing to show.
#[derive(Clone, Debug, Template)]
#[template(path = "components/empty.html")]
pub struct Empty {
    title: String,
    text: String,
    action: Option<Link>,
}

impl Empty {
    /// An empty list, and why it may be empty.
    pub fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { title: title.into(), text: text.into(), action: None }
    }

    /// With what the reader may want to do.
    #[must_use]
    pub fn action(mut self, href: impl Into<String>, label: impl Into<String>) -> Self {
        self.action = Some(Link { href: href.into(), label: label.into() });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_components_are_not() {
        let list = SummaryList::new().row("Title", "<b>").row("Status", Tag::of_status("in_review", Lang::Ja));
        let html = list.to_string();
        assert!(html.contains("&#60;b&#62;"), "{html}");
        assert!(html.contains("審査中"), "{html}");
        assert!(html.contains("<svg"), "{html}");
    }

    #[test]
    fn a_reference_stays_on_one_line() {
        let html = Markup::with_references("A-1: <TE-2026-000123> and HELP-2026-1000000を").to_string();
        let whole = |reference: &str| format!(r#"<span class="nowrap">{reference}</span>"#);
        let (one, other) = (whole("TE-2026-000123"), whole("HELP-2026-1000000"));
        assert_eq!(html, format!("A-1: &#60;{one}&#62; and {other}を"));
    }

    #[test]
    fn what_stands_between_backticks_is_code() {
        assert_eq!(Markup::with_code("`a<b` is `c`.").to_string(), "<code>a&#60;b</code> is <code>c</code>.");
        assert_eq!(Markup::with_code("a ` alone").to_string(), "a ` alone");
    }

    #[test]
    fn a_quote_shows_the_unseen_and_numbers_its_passages() {
        let text = "We need more time\u{202E} & a <phone>";
        let html = Quote::with_passages(text, Some(Lang::En), &[(1, 3..17)]).to_string();
        assert!(html.contains(r#"lang="en""#), "{html}");
        assert!(html.contains("<mark>need more time</mark><sup>[1]</sup>"), "{html}");
        assert!(html.contains("␣U+202E"), "{html}");
        assert!(html.contains("&#60;phone&#62;"), "{html}");
    }

    #[test]
    fn passages_that_overlap_or_split_a_character_never_lose_text() {
        let html =
            Quote::with_passages("日本語の文", None, &[(1, 0..6), (2, 3..9), (3, 10..11), (4, 99..100)]).to_string();
        assert!(html.contains("<mark>日本</mark>"), "{html}");
        assert!(html.contains("語の文"), "{html}");
    }

    #[test]
    fn every_status_has_a_word_in_both_languages() {
        let codes = [
            "draft",
            "in_review",
            "waiting_for_partner",
            "accepted",
            "denied",
            "withdrawn",
            "scheduled",
            "active",
            "expired",
            "revoked",
            "running",
            "paused",
            "met",
            "breached",
            "pending_second_approval",
        ];
        for (code, lang) in codes.iter().flat_map(|code| Lang::ALL.map(|lang| (code, lang))) {
            assert!(lang.try_text(&format!("status-{}", code.replace('_', "-"))).is_some(), "{code} {lang:?}");
        }
    }
}
