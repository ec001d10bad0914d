//! Bars: a figure with a title and a description. The table that belongs to it carries the words.

use askama::Template;
use askama::filters::HtmlSafe;

/// Pixels for one bar.
const STEP: usize = 28;
/// The longest bar, in per cent of the width: its figure stands behind it.
const LONGEST: u64 = 80;

/// Bars, each with a short mark that the table repeats and its figure.
#[derive(Clone, Debug, Template)]
#[template(path = "components/bars.html")]
pub struct Bars {
    id: &'static str,
    title: String,
    description: String,
    bars: Vec<Bar>,
}

impl HtmlSafe for Bars {}

#[derive(Clone, Debug)]
struct Bar {
    mark: String,
    figure: u64,
    width: u64,
    y: usize,
}

impl Bars {
    /// Bars of these marks and figures. `id` is the figure's own on its page.
    pub fn new(
        id: &'static str,
        title: impl Into<String>,
        description: impl Into<String>,
        bars: impl IntoIterator<Item = (String, u64)>,
    ) -> Self {
        let bars: Vec<_> = bars.into_iter().collect();
        let most = bars.iter().map(|(_, figure)| *figure).max().unwrap_or_default().max(1);
        let bar = |(index, (mark, figure)): (usize, (String, u64))| Bar {
            mark,
            figure,
            width: figure * LONGEST / most,
            y: index * STEP,
        };
        let bars = bars.into_iter().enumerate().map(bar).collect();
        Self { id, title: title.into(), description: description.into(), bars }
    }

    fn height(&self) -> usize {
        self.bars.len() * STEP
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_measured_by_the_longest_and_text_is_escaped() {
        let bars = Bars::new("x", "Changes", "By <issue>", [("1".to_owned(), 40), ("2".to_owned(), 10)]).to_string();
        assert!(bars.contains(r#"width="80%""#) && bars.contains(r#"width="20%""#), "{bars}");
        assert!(
            bars.contains("By &#60;issue&#62;") && bars.contains(r#"aria-labelledby="x-title x-description""#),
            "{bars}"
        );
    }
}
