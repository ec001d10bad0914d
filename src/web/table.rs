//! Tables: caption, columns that may sort, the row's link in its first cell; on a narrow screen each row reads as a list of facts.

use askama::Template;
use askama::filters::HtmlSafe;

use super::components::{Empty, Markup};
use super::page::Link;

/// A table with its empty state and the way to its next part.
#[derive(Clone, Debug, Template)]
#[template(path = "components/table.html")]
pub struct Table {
    caption: String,
    caption_is_title: bool,
    columns: Vec<Column>,
    rows: Vec<Vec<Markup>>,
    empty: Empty,
    more: Option<Link>,
}

impl HtmlSafe for Table {}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    name: String,
    number: bool,
    sort: Option<Sort>,
}

#[derive(Clone, Debug)]
struct Sort {
    href: String,
    now: &'static str,
}

impl Column {
    /// A column of text.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), number: false, sort: None }
    }

    /// Numbers, set to the right.
    #[must_use]
    pub fn number(mut self) -> Self {
        self.number = true;
        self
    }

    /// Sorts by this column at `href`; `now` is `ascending`, `descending` or `none`.
    #[must_use]
    pub fn sorted_at(mut self, href: impl Into<String>, now: &'static str) -> Self {
        self.sort = Some(Sort { href: href.into(), now });
        self
    }
}

impl Table {
    /// A table that says `empty` as long as it has no row.
    pub fn new(caption: impl Into<String>, columns: Vec<Column>, empty: Empty) -> Self {
        Self { caption: caption.into(), caption_is_title: false, columns, rows: Vec::new(), empty, more: None }
    }

    /// The caption repeats the page's title, so that only a screen reader needs it.
    #[must_use]
    pub fn caption_is_title(mut self) -> Self {
        self.caption_is_title = true;
        self
    }

    fn column(&self, index: &usize) -> Option<&Column> {
        self.columns.get(*index)
    }

    /// With one more row: a cell for each column, the first one naming the row.
    #[must_use]
    pub fn row(mut self, cells: impl IntoIterator<Item = Markup>) -> Self {
        self.rows.push(cells.into_iter().collect());
        self
    }

    /// With a link to the next part.
    #[must_use]
    pub fn more(mut self, href: Option<String>, label: impl Into<String>) -> Self {
        self.more = href.map(|href| Link { href, label: label.into() });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let columns = vec![Column::new("Request").sorted_at("?sort=ref", "ascending"), Column::new("Users").number()];
        Table::new("Requests", columns, Empty::new("None", "Nothing was asked"))
    }

    #[test]
    fn an_empty_table_says_why_it_is_empty() {
        let html = table().to_string();
        assert!(html.contains("Nothing was asked") && !html.contains("<table"), "{html}");
    }

    #[test]
    fn every_cell_knows_its_column_for_narrow_screens() {
        let html = table().row(["TE-1".into(), "7".into()]).more(Some("?after=x".to_owned()), "More").to_string();
        assert!(html.contains(r#"<th scope="row">TE-1</th>"#), "{html}");
        assert!(html.contains(r#"<td class="number" data-label="Users">"#), "{html}");
        assert!(html.contains(r#"aria-sort="ascending""#), "{html}");
        assert!(html.contains(r#"<a href="?after=x" rel="next">More</a>"#), "{html}");
    }
}
