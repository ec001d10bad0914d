//! Bars and lines over a row of labels, such as days: stacked bars, bars side by side, lines with gaps where nothing is known.

use super::{MOST_SERIES, Series, number, scale, sums};
use askama::Template;
use askama::filters::HtmlSafe;

/// Pixels: where the drawing begins, how high it is, and what the labels below it take.
const TOP: f64 = 20.0;
const HEIGHT: f64 = 180.0;
const BELOW: f64 = 28.0;
/// Bars this few say their numbers above them.
const FEW: usize = 8;
/// Labels that fit on a narrow screen, and on a wide one.
const NARROW: usize = 3;
const WIDE: usize = 12;
/// Characters of a label of which so many fit.
const USUAL: usize = 6;
/// The width of a bar, or of bars side by side, in per cent of its place.
const BAR: f64 = 72.0;

/// How values are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One bar for each label, the series on top of each other.
    Stacked,
    /// The series beside each other.
    Grouped,
    /// A line for each series.
    Lines,
}

/// A plot over a row of labels.
#[derive(Clone, Debug, Template)]
#[template(path = "components/chart.html")]
pub struct Chart {
    id: &'static str,
    title: String,
    description: String,
    unit: String,
    height: f64,
    floor: f64,
    ticks: Vec<Tick>,
    labels: Vec<Label>,
    bars: Vec<Bar>,
    lines: Vec<Line>,
    dots: Vec<Dot>,
    sums: Vec<Sum>,
    legend: Vec<(usize, String)>,
    is_lines: bool,
}

impl HtmlSafe for Chart {}

#[derive(Clone, Debug)]
struct Tick {
    y: f64,
    text: String,
}

#[derive(Clone, Debug)]
struct Label {
    x: f64,
    anchor: &'static str,
    /// Left out on narrow screens.
    spare: bool,
    text: String,
}

#[derive(Clone, Debug)]
struct Bar {
    series: usize,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

#[derive(Clone, Debug)]
struct Line {
    series: usize,
    points: String,
}

#[derive(Clone, Debug)]
struct Dot {
    series: usize,
    x: f64,
    y: f64,
}

#[derive(Clone, Debug)]
struct Sum {
    x: f64,
    y: f64,
    text: String,
}

impl Chart {
    /// A plot of at most [`MOST_SERIES`] `series` over `labels`. `id` is its own on its page; `unit` names what the numbers count.
    pub fn new(
        id: &'static str,
        kind: Kind,
        title: impl Into<String>,
        description: impl Into<String>,
        unit: impl Into<String>,
        labels: &[String],
        series: &[Series],
    ) -> Self {
        let series = &series[..series.len().min(MOST_SERIES)];
        let all = || series.iter().flat_map(|series| series.values.iter().copied().flatten());
        let most = match kind {
            Kind::Stacked => sums(series).into_iter().fold(0.0, f64::max),
            Kind::Grouped | Kind::Lines => all().fold(0.0, f64::max),
        };
        let ticks = scale::ticks(most, all().all(|value| value.fract() == 0.0));
        let top = ticks.last().copied().unwrap_or(1.0);
        let plane = Plane { top, places: labels.len().max(1) };
        let mut chart = Self {
            id,
            title: title.into(),
            description: description.into(),
            unit: unit.into(),
            height: TOP + HEIGHT + BELOW,
            floor: TOP + HEIGHT,
            ticks: ticks.iter().map(|tick| Tick { y: plane.y(*tick), text: number(*tick) }).collect(),
            labels: plane.labels(labels),
            bars: Vec::new(),
            lines: Vec::new(),
            dots: Vec::new(),
            sums: Vec::new(),
            legend: series.iter().enumerate().map(|(at, series)| (at + 1, series.name.clone())).collect(),
            is_lines: kind == Kind::Lines,
        };
        match kind {
            Kind::Stacked => chart.stack(&plane, series),
            Kind::Grouped => chart.group(&plane, series),
            Kind::Lines => chart.draw(&plane, series),
        }
        chart
    }

    fn stack(&mut self, plane: &Plane, series: &[Series]) {
        let mut below = vec![0.0; plane.places];
        for (at, series) in series.iter().enumerate() {
            for (place, value) in series.values.iter().enumerate().take(plane.places) {
                let value = value.unwrap_or(0.0);
                if value > 0.0 {
                    self.bars.push(plane.bar(at + 1, place, (0, 1), (below[place], below[place] + value)));
                    below[place] += value;
                }
            }
        }
        if plane.places <= FEW {
            let sum = |(place, value): (usize, &f64)| plane.sum(plane.middle(place), *value);
            self.sums = below.iter().enumerate().map(sum).collect();
        }
    }

    fn group(&mut self, plane: &Plane, series: &[Series]) {
        for (at, one) in series.iter().enumerate() {
            for (place, value) in one.values.iter().enumerate().take(plane.places) {
                let Some(value) = value else { continue };
                let bar = plane.bar(at + 1, place, (at, series.len()), (0.0, *value));
                if plane.places <= FEW {
                    self.sums.push(plane.sum(bar.x + bar.width / 2.0, *value));
                }
                self.bars.push(bar);
            }
        }
    }

    fn draw(&mut self, plane: &Plane, series: &[Series]) {
        for (at, one) in series.iter().enumerate() {
            let points: Vec<_> = one.values.iter().enumerate().take(plane.places).collect();
            for run in points.split(|(_, value)| value.is_none()).filter(|run| !run.is_empty()) {
                let known = run.iter().filter_map(|(place, value)| Some((plane.middle(*place), plane.y((**value)?))));
                let known: Vec<_> = known.collect();
                self.dots.extend(known.iter().map(|(x, y)| Dot { series: at + 1, x: *x, y: *y }));
                // In thousandths of the width: the lines' own plane is 1000 wide.
                let points = known.iter().map(|(x, y)| format!("{:.1},{y:.1}", x * 10.0)).collect::<Vec<_>>().join(" ");
                self.lines.push(Line { series: at + 1, points });
            }
        }
        // Dots that touch each other say nothing.
        if plane.places > 60 {
            self.dots.clear();
        }
    }
}

/// Where values lie: per cent from left to right, pixels from the top.
struct Plane {
    top: f64,
    places: usize,
}

impl Plane {
    fn y(&self, value: f64) -> f64 {
        TOP + HEIGHT * (1.0 - value / self.top)
    }

    fn place(&self) -> f64 {
        100.0 / count(self.places)
    }

    fn middle(&self, place: usize) -> f64 {
        (count(place) + 0.5) * self.place()
    }

    /// The `nth` of `beside` bars at `place`, from the lower to the upper value.
    fn bar(&self, series: usize, place: usize, (nth, beside): (usize, usize), (lower, upper): (f64, f64)) -> Bar {
        let width = self.place() * BAR / 100.0 / count(beside.max(1));
        let left = self.middle(place) - self.place() * BAR / 200.0;
        let (y, floor) = (self.y(upper), self.y(lower));
        Bar { series, x: left + width * count(nth), y, width, height: floor - y }
    }

    fn sum(&self, x: f64, value: f64) -> Sum {
        Sum { x, y: self.y(value) - 6.0, text: number(value) }
    }

    /// As many labels as fit, from the first in even steps.
    fn labels(&self, labels: &[String]) -> Vec<Label> {
        let step = |most: usize| labels.len().div_ceil(most).max(1);
        let longest = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0).max(1);
        let wide = step((WIDE * USUAL / longest).clamp(NARROW, WIDE));
        // The narrow ones are among the wide ones.
        let narrow = step(NARROW).div_ceil(wide) * wide;
        let shown = labels.iter().enumerate().filter(|(at, _)| at % wide == 0);
        let label = |(at, text): (usize, &String)| {
            let x = self.middle(at);
            // At the right edge a label ends with the plot: nothing is wider than the page.
            let (x, anchor) = if x > 95.0 { (100.0, "end") } else { (x, "middle") };
            Label { x, anchor, spare: at % narrow != 0, text: text.clone() }
        };
        shown.map(label).collect()
    }
}

/// `usize` to `f64`: plots have few places.
fn count(places: usize) -> f64 {
    f64::from(u32::try_from(places).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(name: &str, values: &[Option<f64>]) -> Series {
        Series { name: name.to_owned(), values: values.to_vec() }
    }

    fn labels(count: usize) -> Vec<String> {
        (0..count).map(|at| format!("d{at}")).collect()
    }

    fn chart(kind: Kind, places: usize, all: &[Series]) -> Chart {
        Chart::new("x", kind, "Answers <b>", "By day", "requests", &labels(places), all)
    }

    #[test]
    fn stacked_bars_stand_on_each_other_and_say_their_sum() {
        let one = [series("in time", &[Some(3.0), None]), series("late", &[Some(1.0), Some(2.0)])];
        let chart = chart(Kind::Stacked, 2, &one);
        let [first, second, alone] = chart.bars.as_slice() else { panic!("{chart:?}") };
        assert!((first.y - (second.y + second.height)).abs() < 0.01, "the second stands on the first");
        assert!((alone.y + alone.height - chart.floor).abs() < 0.01, "nothing below it");
        assert_eq!(chart.sums.iter().map(|sum| sum.text.as_str()).collect::<Vec<_>>(), ["4", "2"]);
    }

    #[test]
    fn a_line_has_a_gap_where_nothing_is_known() {
        let chart = chart(Kind::Lines, 4, &[series("median", &[Some(1.5), Some(2.0), None, Some(1.0)])]);
        assert_eq!((chart.lines.len(), chart.dots.len()), (2, 3));
    }

    #[test]
    fn labels_thin_out_and_narrow_screens_show_some_of_them() {
        let chart = chart(Kind::Lines, 37, &[series("open", &[Some(1.0); 37])]);
        let narrow = chart.labels.iter().filter(|label| !label.spare).count();
        assert!(chart.labels.len() <= WIDE && (2..=NARROW).contains(&narrow), "{:?}", chart.labels);
        assert_eq!(chart.labels[0].text, "d0");
    }

    #[test]
    fn the_figure_is_named_described_and_escaped() {
        let html = chart(Kind::Grouped, 2, &[series("a", &[Some(1.0); 2]), series("b", &[Some(0.0); 2])]).to_string();
        assert!(html.contains(r#"role="img" aria-labelledby="x-title x-description""#), "{html}");
        assert!(html.contains("Answers &#60;b&#62;") && !html.contains("style="), "{html}");
    }

    #[test]
    fn a_plot_of_nothing_can_be_drawn() {
        let html = chart(Kind::Stacked, 0, &[]).to_string();
        assert!(!html.contains("NaN") && !html.contains("inf"), "{html}");
    }
}
