//! Bars that lie, each below its label, the series one after the other: for labels that are sentences.

use super::{MOST_SERIES, Series, number, sums};
use askama::Template;
use askama::filters::HtmlSafe;

/// Pixels of a line of a label, and of a bar with the space below it.
const LINE: usize = 20;
const BAR: usize = 36;
/// The longest bar, in per cent of the width: its number stands behind it.
const LONGEST: f64 = 84.0;
/// Columns in a line of a label, a full-width character taking two: as many as the narrowest screen has room for.
const COLUMNS: usize = 42;
/// Lines of a label; what is longer is cut, and whole in the table.
const LINES: usize = 3;

/// Lying bars.
#[derive(Clone, Debug, Template)]
#[template(path = "components/rows.html")]
pub struct Rows {
    id: &'static str,
    title: String,
    description: String,
    height: usize,
    rows: Vec<Row>,
    legend: Vec<(usize, String)>,
}

impl HtmlSafe for Rows {}

#[derive(Clone, Debug)]
struct Row {
    lines: Vec<(usize, String)>,
    bars: Vec<Bar>,
    y: usize,
    end: f64,
    sum: String,
}

#[derive(Clone, Debug)]
struct Bar {
    series: usize,
    x: f64,
    width: f64,
}

impl Rows {
    /// A bar for each of `labels`. `id` is the figure's own on its page.
    pub fn new(
        id: &'static str,
        title: impl Into<String>,
        description: impl Into<String>,
        labels: &[String],
        series: &[Series],
    ) -> Self {
        let series = &series[..series.len().min(MOST_SERIES)];
        let sums = sums(series);
        let most = sums.iter().copied().fold(0.0, f64::max).max(1.0);
        let (mut rows, mut height) = (Vec::new(), 0);
        for (at, label) in labels.iter().enumerate() {
            let lines: Vec<_> =
                lines(label).into_iter().enumerate().map(|(n, line)| (height + 15 + n * LINE, line)).collect();
            let y = height + lines.len() * LINE;
            let (mut bars, mut x) = (Vec::new(), 0.0);
            for (nth, one) in series.iter().enumerate() {
                let width = one.values.get(at).copied().flatten().unwrap_or(0.0) / most * LONGEST;
                if width > 0.0 {
                    bars.push(Bar { series: nth + 1, x, width });
                    x += width;
                }
            }
            rows.push(Row { lines, bars, y, end: x, sum: number(sums.get(at).copied().unwrap_or(0.0)) });
            height = y + BAR;
        }
        let legend = series.iter().enumerate().map(|(at, series)| (at + 1, series.name.clone())).collect();
        Self { id, title: title.into(), description: description.into(), height, rows, legend }
    }
}

/// `label` in at most [`LINES`] lines, broken at spaces where there are some.
fn lines(label: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = label.trim();
    while !rest.is_empty() && lines.len() < LINES {
        let (line, more) = first_line(rest);
        lines.push(line.trim_end().to_owned());
        rest = more.trim_start();
    }
    if !rest.is_empty()
        && let Some(last) = lines.last_mut()
    {
        while columns(last) >= COLUMNS {
            last.pop();
        }
        last.push('…');
    }
    lines
}

/// How many columns `letter` takes.
fn width(letter: char) -> usize {
    if u32::from(letter) < 0x1100 || matches!(letter, '’' | '“' | '”' | '–' | '…') { 1 } else { 2 }
}

fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// What of `text` fits a line, and the rest.
fn first_line(text: &str) -> (&str, &str) {
    let (mut columns, mut space) = (0, None);
    for (at, letter) in text.char_indices() {
        columns += width(letter);
        if columns > COLUMNS {
            // A space far to the left belongs to a text that is written without.
            return text.split_at(space.filter(|space| *space * 2 > at).unwrap_or(at));
        }
        if letter == ' ' {
            space = Some(at);
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(labels: &[&str], values: &[&[f64]]) -> Rows {
        let labels: Vec<_> = labels.iter().map(|label| (*label).to_owned()).collect();
        let one = |values: &&[f64]| Series { name: "n".to_owned(), values: values.iter().copied().map(Some).collect() };
        let series: Vec<_> = values.iter().map(one).collect();
        Rows::new("x", "Outcomes", "By issue", &labels, &series)
    }

    #[test]
    fn bars_follow_each_other_and_the_longest_row_sets_the_scale() {
        let rows = rows(&["a", "b"], &[&[3.0, 1.0], &[1.0, 0.0]]);
        assert!((rows.rows[0].end - LONGEST).abs() < 0.01 && (rows.rows[1].end - LONGEST / 4.0).abs() < 0.01);
        assert_eq!((rows.rows[0].bars.len(), rows.rows[1].bars.len()), (2, 1));
        assert_eq!(rows.rows[0].sum, "4");
    }

    #[test]
    fn long_labels_break_between_words_and_are_cut_after_three_lines() {
        let long = "The existing Exchange Online PowerShell module cannot do MFA, nor can any other module \
            that was published before it, or after it";
        assert_eq!(
            lines(long),
            [
                "The existing Exchange Online PowerShell",
                "module cannot do MFA, nor can any other",
                "module that was published before it, or…"
            ]
        );
        let japanese = "既存の Exchange Online PowerShell モジュールが MFA に対応していない";
        assert_eq!(lines(japanese).concat().replace(' ', ""), japanese.replace(' ', ""));
        assert!(lines("").is_empty());
    }

    #[test]
    fn no_rows_and_no_values_can_be_drawn() {
        for html in [rows(&[], &[]).to_string(), rows(&["a"], &[&[0.0]]).to_string()] {
            assert!(!html.contains("NaN") && html.contains("<svg"), "{html}");
        }
    }
}
