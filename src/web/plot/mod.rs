//! Plots: figures with a title, a description and, beside them, the table with every number. Series differ by pattern besides
//! colour; text keeps its size on every screen, since the drawing is laid out in per cent and pixels and never scaled.

mod bars;
mod chart;
mod rows;
mod scale;

pub use bars::Bars;
pub use chart::{Chart, Kind};
pub use rows::Rows;

use super::field::grouped;

/// Values of one kind, one for each label of a plot.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What they are, for the legend.
    pub name: String,
    /// In the order of the labels; none where there is nothing to say.
    pub values: Vec<Option<f64>>,
}

/// The most series that can be told apart.
pub const MOST_SERIES: usize = 4;

/// The sum over all series at each label: as high as stacked bars are.
fn sums(series: &[Series]) -> Vec<f64> {
    let labels = series.iter().map(|series| series.values.len()).max().unwrap_or_default();
    (0..labels).map(|at| series.iter().filter_map(|series| *series.values.get(at)?).sum()).collect()
}

/// A number as people read it: no decimals where there are none, one where it is small.
fn number(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    match format!("{rounded:.0}").parse().map(grouped) {
        Ok(whole) if rounded.fract() == 0.0 => whole,
        _ => format!("{rounded:.1}"),
    }
}
