//! The calendars at hand: the shipped ones, and the operator's own from a directory.

use super::calendar::Calendar;
use super::file::{self, CalendarError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{fs, io};

/// The calendar for countries that no calendar names.
const DEFAULT: &str = "utc";

const SHIPPED: [(&str, &str); 3] = [
    ("calendars/jp.toml", include_str!("../../calendars/jp.toml")),
    ("calendars/us.toml", include_str!("../../calendars/us.toml")),
    ("calendars/utc.toml", include_str!("../../calendars/utc.toml")),
];

/// Every calendar by id, and which country gets which.
#[derive(Clone, Debug)]
pub struct Calendars {
    // INVARIANT: holds `DEFAULT`; it is shipped, and a calendar is only ever replaced.
    by_id: BTreeMap<String, Calendar>,
    by_country: BTreeMap<String, String>,
}

impl Calendars {
    /// The calendars within the binary: `jp`, `us`, `utc`.
    pub fn shipped() -> Self {
        static PARSED: LazyLock<Calendars> = LazyLock::new(|| {
            let mut calendars = Calendars { by_id: BTreeMap::new(), by_country: BTreeMap::new() };
            for (file, text) in SHIPPED {
                calendars.put(file::parse(file, text).expect("shipped calendars are checked by a test"));
            }
            calendars
        });
        PARSED.clone()
    }

    /// These calendars and those of every `*.toml` file in `directory`. A file replaces the calendar of the same id, and
    /// takes over the countries that it names; two files that claim the same id or country are an error.
    ///
    /// # Errors
    /// The first file, by name, that is unreadable or wrong.
    pub fn with_directory(mut self, directory: &Path) -> Result<Self, CalendarError> {
        let mut claims = BTreeMap::new();
        for path in toml_files(directory).map_err(|error| unreadable(directory, &error))? {
            let name = path.display().to_string();
            let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
            let calendar = file::parse(&name, &text)?;
            let ids = [("id-twice", calendar.id.clone())].into_iter();
            for claim in ids.chain(calendar.countries.iter().map(|code| ("country-twice", code.clone()))) {
                if let Some(other) = claims.insert(claim.clone(), name.clone()) {
                    let (code, value) = claim;
                    return Err(CalendarError::new(&name, code, [("value", value), ("other", other)]));
                }
            }
            self.put(calendar);
        }
        Ok(self)
    }

    fn put(&mut self, calendar: Calendar) {
        self.by_country.retain(|_, id| *id != calendar.id);
        self.by_country.extend(calendar.countries.iter().map(|code| (code.clone(), calendar.id.clone())));
        self.by_id.insert(calendar.id.clone(), calendar);
    }

    /// The calendar with this id.
    pub fn get(&self, id: &str) -> Option<&Calendar> {
        self.by_id.get(id)
    }

    /// The calendar for partners of `country` (ISO 3166-1, two letters, in either case); `utc` where none names it.
    pub fn for_country(&self, country: &str) -> &Calendar {
        let id = self.by_country.get(&country.to_ascii_uppercase()).map_or(DEFAULT, String::as_str);
        &self.by_id[id]
    }

    /// Every calendar, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Calendar> {
        self.by_id.values()
    }
}

fn toml_files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(directory)?.collect::<io::Result<Vec<_>>>()?;
    let mut paths: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    Ok(paths)
}

fn unreadable(path: &Path, error: &io::Error) -> CalendarError {
    CalendarError::new(&path.display().to_string(), "unreadable", [("message", error.to_string())])
}
