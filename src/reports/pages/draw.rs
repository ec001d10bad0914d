//! A figure on a page: its definition, its plot, the table behind it.

use crate::reports::figure::{Figure, Key, Number};
use crate::reports::period::Span;
use crate::reports::words::{self, Words};
use crate::web::Page;
use crate::web::components::{Empty, Markup};
use crate::web::plot::{Chart, Kind, Rows, Series};
use crate::web::table::{Column, Table};

/// How a figure is drawn.
#[derive(Clone, Copy)]
enum Shape {
    Over(Kind),
    Lying,
    TableAlone,
}

/// The shape of a figure, how many of its measures are drawn (the first), and the message that names their unit.
struct Drawing {
    shape: Shape,
    drawn: std::ops::Range<usize>,
    unit: &'static str,
}

fn drawing(code: &str) -> Drawing {
    use Kind::{Grouped, Lines, Stacked};
    let (shape, drawn, unit) = match code {
        "answers_in_time" | "answers_automatic" => (Shape::Over(Stacked), 0..2, "reports-unit-answers"),
        "time_to_answer" => (Shape::Over(Lines), 0..2, "reports-unit-hours"),
        "work_ahead" => (Shape::Over(Grouped), 2..4, "reports-unit-hours"),
        "backlog_by_age" => (Shape::Over(Stacked), 0..3, "reports-unit-open"),
        "backlog_over_time" => (Shape::Over(Lines), 0..1, "reports-unit-open"),
        "volume" => (Shape::Over(Stacked), 0..2, "reports-unit-requests"),
        "outcomes_by_issue" => (Shape::Lying, 0..4, "reports-unit-requests"),
        "appeals_decided" => (Shape::Over(Stacked), 0..2, "reports-unit-appeals"),
        "appeals_by_rule" | "after_checks_by_rule" => (Shape::Lying, 0..2, "reports-unit-appeals"),
        "exceptions_over_time" => (Shape::Over(Lines), 0..2, "reports-unit-exceptions"),
        "exceptions_ending" => (Shape::Over(Stacked), 0..2, "reports-unit-exceptions"),
        "exceptions_by_issue" => (Shape::Lying, 0..3, "reports-unit-exceptions"),
        _ => (Shape::TableAlone, 0..0, "reports-unit-requests"),
    };
    Drawing { shape, drawn, unit }
}

/// A figure, ready for its page.
pub(super) struct Drawn {
    /// Its id on the page.
    pub id: &'static str,
    /// What it is called.
    pub title: String,
    /// What exactly it counts.
    pub definition: String,
    /// Its plot, where it has one.
    pub plot: Option<Markup>,
    /// The table behind it.
    pub table: Table,
    /// Whether the table stands below the plot, and is not folded away.
    pub in_sight: bool,
    /// What is said when there is nothing to show.
    pub empty: Option<String>,
}

impl Drawn {
    /// `figure` for the readers of `page`.
    pub fn new(page: &Page, words: Words<'_>, figure: &Figure) -> Self {
        let (title, definition) = (words.title(figure), words.definition(figure));
        let Drawing { shape, drawn, unit } = drawing(figure.code);
        let series: Vec<_> = drawn.map(|measure| series(&words, figure, measure)).collect();
        // A plot of zeros says less than a sentence; the table still has its other measures.
        let has_plot = series.iter().flat_map(|one| one.values.iter().flatten()).any(|value| *value > 0.0);
        let description = page.t1("reports-plot-description", "definition", definition.clone());
        let plot = has_plot.then(|| match shape {
            Shape::Over(kind) => {
                let months = figure.rows.iter().any(|row| matches!(row.key, Key::Days(span) if is_month(span)));
                let labels: Vec<_> = figure.rows.iter().map(|row| words.short_key(&row.key, months)).collect();
                Some(Markup::of(&Chart::new(figure.code, kind, &title, description, page.t(unit), &labels, &series)))
            }
            Shape::Lying => {
                let labels: Vec<_> = figure.rows.iter().map(|row| words.key(&row.key)).collect();
                Some(Markup::of(&Rows::new(figure.code, &title, description, &labels, &series)))
            }
            Shape::TableAlone => None,
        });
        let over_days = figure.rows.iter().filter(|row| matches!(row.key, Key::Days(_))).count() > 5;
        Self {
            id: figure.code,
            table: table(page, &words, figure, &title),
            title,
            definition,
            plot: plot.flatten(),
            in_sight: !over_days,
            empty: figure.is_empty().then(|| page.t("reports-nothing-text")),
        }
    }
}

/// Whether `span` is longer than a week, as only parts of a plot by month are.
fn is_month(span: Span) -> bool {
    (span.until - span.from).num_days() > 6
}

fn series(words: &Words<'_>, figure: &Figure, measure: usize) -> Series {
    let name = figure.measures.get(measure).map(|code| words.measure(code)).unwrap_or_default();
    let value = |row: &crate::reports::figure::Row| row.values.get(measure).copied().flatten().map(Number::value);
    Series { name, values: figure.rows.iter().map(value).collect() }
}

fn table(page: &Page, words: &Words<'_>, figure: &Figure, title: &str) -> Table {
    let first = match figure.rows.first().map(|row| &row.key) {
        Some(Key::Issue(_)) => "reports-issue",
        Some(Key::Rule { .. }) => "reports-decided-by",
        Some(Key::Group(_)) if figure.code != "work_ahead" => "reports-group",
        _ => "reports-when",
    };
    let measures = figure.measures.iter().map(|code| Column::new(words.measure(code)).number());
    let columns = std::iter::once(Column::new(page.t(first))).chain(measures).collect();
    let empty = Empty::new(page.t("reports-nothing"), page.t("reports-nothing-text"));
    let table = Table::new(title, columns, empty).caption_is_title();
    figure.rows.iter().fold(table, |table, row| {
        let number = |value: &Option<Number>| match value {
            Some(value) => words::number(*value, page.lang()).into(),
            None => Markup::from("–"),
        };
        table.row(std::iter::once(words.key(&row.key).into()).chain(row.values.iter().map(number)))
    })
}
