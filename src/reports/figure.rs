//! The shape of every figure: rows of numbers with what each row is about. Pages, CSV and API say the same from it.

use super::period::Span;
use serde::Serialize;
use utoipa::ToSchema;

/// A number of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// So many.
    Count(i64),
    /// Hours.
    Hours(f64),
    /// Per cent.
    Share(f64),
}

impl Number {
    /// `part` of `whole` in per cent; none of nothing.
    pub fn share(part: i64, whole: i64) -> Option<Self> {
        (whole > 0).then(|| Self::Share(float(part) / float(whole) * 100.0))
    }

    /// Its value: a count as it is, hours to the hundredth, per cent to the tenth.
    pub fn value(self) -> f64 {
        match self {
            Self::Count(count) => float(count),
            Self::Hours(hours) => (hours * 100.0).round() / 100.0,
            Self::Share(share) => (share * 10.0).round() / 10.0,
        }
    }

    /// The same as a number of JSON and CSV: whole numbers without a point.
    pub fn machine(self) -> serde_json::Number {
        let fraction = || serde_json::Number::from_f64(self.value()).unwrap_or_else(|| 0.into());
        match self {
            Self::Count(count) => count.into(),
            Self::Hours(_) | Self::Share(_) => fraction(),
        }
    }
}

/// Counts are far below what a float holds exactly.
#[expect(clippy::cast_precision_loss, reason = "counts of requests stay below 2^52")]
pub fn float(count: i64) -> f64 {
    count as f64
}

/// What a row is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// Days.
    Days(Span),
    /// An issue, by slug.
    Issue(String),
    /// What decided: a rule of an issue by its reason and criterion, or a reviewer where there is none.
    Rule {
        /// The issue's slug.
        issue: String,
        /// Reason code and criterion of the policy.
        rule: Option<(String, String)>,
    },
    /// One of few groups of the figure; words are the message `reports-group-CODE`.
    Group(&'static str),
}

/// One row of a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it is about.
    pub key: Key,
    /// A number for each measure of the figure; none where there is nothing to say.
    pub values: Vec<Option<Number>>,
}

/// One figure of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Its name; words are the messages `reports-figure-CODE` and `reports-figure-CODE-definition`.
    pub code: &'static str,
    /// What is counted, in the order of the values; words are the messages `reports-measure-CODE`.
    pub measures: &'static [&'static str],
    /// The rows.
    pub rows: Vec<Row>,
}

impl Figure {
    /// Whether every number is none or zero.
    pub fn is_empty(&self) -> bool {
        self.rows.iter().flat_map(|row| &row.values).flatten().all(|number| number.value() == 0.0)
    }
}

/// Counts for each span of a period, measure by measure.
pub struct Tally {
    spans: Vec<Span>,
    counts: Vec<Vec<i64>>,
}

impl Tally {
    /// Zeros for each of `spans` and `measures`.
    pub fn new(spans: Vec<Span>, measures: usize) -> Self {
        let counts = vec![vec![0; measures]; spans.len()];
        Self { spans, counts }
    }

    /// Adds to the bucket as the database numbers it, from 1; others do not belong to the period.
    pub fn add(&mut self, bucket: i32, measure: usize, count: i64) {
        let span = usize::try_from(bucket).ok().and_then(|bucket| bucket.checked_sub(1));
        if let Some(cell) = span.and_then(|span| self.counts.get_mut(span)?.get_mut(measure)) {
            *cell += count;
        }
    }

    /// A row for each span.
    pub fn rows(self) -> Vec<Row> {
        let row = |(span, counts): (Span, Vec<i64>)| Row {
            key: Key::Days(span),
            values: counts.into_iter().map(|count| Some(Number::Count(count))).collect(),
        };
        self.spans.into_iter().zip(self.counts).map(row).collect()
    }
}

/// A report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReportName)]
pub enum Name {
    /// Answers within the clock, and the time to answer.
    Answers,
    /// What is open, and the work ahead.
    Backlog,
    /// How much was asked, and what came of it.
    Outcomes,
    /// Appeals and after-checks, and what they overturned.
    Appeals,
    /// Exceptions, and when they end.
    Exceptions,
}

impl Name {
    /// Every report, in order.
    pub const ALL: [Self; 5] = [Self::Answers, Self::Backlog, Self::Outcomes, Self::Appeals, Self::Exceptions];

    /// The name in addresses; words are the messages `reports-CODE` and `reports-CODE-lead`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Backlog => "backlog",
            Self::Outcomes => "outcomes",
            Self::Appeals => "appeals",
            Self::Exceptions => "exceptions",
        }
    }

    /// The report whose [`code`](Self::code) this is.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.code() == code)
    }
}
