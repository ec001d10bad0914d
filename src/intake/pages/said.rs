//! What people wrote with a request, or that it was erased.

use super::parts::one_line;
use crate::intake::Request;
use crate::locale::Lang;
use crate::web::Page;
use crate::web::components::{Notice, Quote, Tone};
use crate::web::time::date;
use chrono_tz::Tz;
use std::ops::Range;

/// The words of one request, as its pages show them.
#[derive(Clone, Copy)]
pub struct Said<'a> {
    pub(super) request: &'a Request,
    /// In which the day of the erasure is told.
    zone: Tz,
    /// The reader's.
    pub(super) lang: Lang,
}

impl<'a> Said<'a> {
    /// The words of `request` for a reader of `lang`; days are told in `zone`.
    pub fn with(request: &'a Request, zone: Tz, lang: Lang) -> Self {
        Self { request, zone, lang }
    }

    /// "Erased on 24 November 2026 after the time of keeping"; nothing where the words are still there.
    pub fn erased(&self) -> Option<String> {
        let day = date(self.request.erased_at?.with_timezone(&self.zone).date_naive(), self.lang);
        Some(self.lang.text_with("erased", &[("date", day.into())]))
    }

    /// `text` in one line.
    pub fn line(&self, text: &str) -> String {
        self.erased().unwrap_or_else(|| one_line(text))
    }

    /// `text` of the partner, in the language of the request.
    pub fn partners(&self, text: &str) -> Quote {
        self.marked(text, &[])
    }

    /// The same with passages marked, by the number of their footnote.
    pub fn marked(&self, text: &str, passages: &[(usize, Range<usize>)]) -> Quote {
        match self.erased() {
            Some(erased) => Quote::new(&erased, Some(self.lang)),
            None => Quote::with_passages(text, Some(self.request.language), passages),
        }
    }

    /// `text` of staff.
    pub fn staffs(&self, text: &str) -> Quote {
        match self.erased() {
            Some(erased) => Quote::new(&erased, Some(self.lang)),
            None => Quote::new(text, None),
        }
    }

    /// The language that the title is in, as it is shown.
    pub fn title_tag(&self) -> &'static str {
        if self.request.erased_at.is_some() { self.lang.tag() } else { self.request.language.tag() }
    }

    /// What was erased and what stays, for the head of a page.
    pub fn notice(&self, page: &Page) -> Option<Notice> {
        self.erased().map(|erased| Notice::new(Tone::Info, page.t("erased-text")).title(erased))
    }
}
