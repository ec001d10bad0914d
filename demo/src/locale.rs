//! The two languages of every page.

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, static_loader};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

static_loader! {
    static MESSAGES = {
        locales: "./locales",
        fallback_language: "en",
        // Isolation marks around arguments would be copied along with codes and ids.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static EN: LazyLock<LanguageIdentifier> = LazyLock::new(|| "en".parse().unwrap_or_default());
static JA: LazyLock<LanguageIdentifier> = LazyLock::new(|| "ja".parse().unwrap_or_default());

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

impl Lang {
    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ja => "ja",
        }
    }

    /// The first of ours in `tags` (BCP 47, separated by spaces), as OpenID's `ui_locales` gives them.
    pub fn from_ui_locales(tags: &str) -> Option<Self> {
        tags.split_whitespace().find_map(Self::from_tag)
    }

    /// The best of ours for an `Accept-Language` header, weights respected; English when none fits.
    pub fn from_accept_language(header: &str) -> Self {
        let mut best = (0.0_f32, Self::En);
        for range in header.split(',') {
            let mut parts = range.split(';');
            let lang = Self::from_tag(parts.next().unwrap_or_default().trim());
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0_f32);
            if let Some(lang) = lang
                && weight > best.0
            {
                best = (weight, lang);
            }
        }
        best.1
    }

    fn from_tag(tag: &str) -> Option<Self> {
        match tag.split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "ja" => Some(Self::Ja),
            _ => None,
        }
    }

    /// The message `key`.
    pub fn text(self, key: &str) -> String {
        MESSAGES.lookup(self.identifier(), key)
    }

    /// The message `key` with `value` in the place of its argument `name`.
    pub fn text_with(self, key: &str, name: &'static str, value: &str) -> String {
        let args = HashMap::from([(Cow::Borrowed(name), FluentValue::from(value.to_owned()))]);
        MESSAGES.lookup_with_args(self.identifier(), key, &args)
    }

    /// The message `key`, or nothing when there is none: for keys that come from data.
    pub fn try_text(self, key: &str) -> Option<String> {
        MESSAGES.try_lookup(self.identifier(), key)
    }

    fn identifier(self) -> &'static LanguageIdentifier {
        match self {
            Self::En => &EN,
            Self::Ja => &JA,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    fn files(folder: &str) -> Vec<PathBuf> {
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files
    }

    fn keys(folder: &str) -> BTreeSet<String> {
        let text: String = files(folder).iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
        let named = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        named.filter_map(|line| Some(line.split_once(" =")?.0.to_owned())).collect()
    }

    #[test]
    fn both_languages_have_the_same_messages() {
        assert_eq!(keys("locales/en"), keys("locales/ja"));
    }

    #[test]
    fn every_message_that_a_page_asks_for_exists_and_the_rest_is_asked_for_in_code() {
        let known = keys("locales/en");
        let mut asked = BTreeSet::new();
        for path in files("templates") {
            let template = std::fs::read_to_string(path).unwrap();
            for call in template.split("page.t").skip(1).filter_map(|rest| rest.split_once("(\"")) {
                asked.insert(call.1.split('"').next().unwrap().to_owned());
            }
        }
        assert!(asked.len() > 30 && asked.is_subset(&known), "missing: {:?}", asked.difference(&known));
        let code: String = files("src").iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
        // Made of data: `role-` and a role, `decision-` and the gate's reason.
        let built = |key: &str| key.starts_with("role-") || key.starts_with("decision-");
        let by_code = |key: &&String| {
            let stem = key.trim_end_matches("-text");
            code.contains(&format!("\"{key}\"")) || code.contains(&format!("\"{stem}\"")) || built(key)
        };
        let unused: Vec<_> = known.difference(&asked).filter(|key| !by_code(key)).collect();
        assert!(unused.is_empty(), "nobody asks for {unused:?}");
    }

    #[test]
    fn a_reader_gets_the_language_asked_for() {
        assert_eq!(Lang::from_accept_language("de, ja;q=0.8, en;q=0.2"), Lang::Ja);
        assert_eq!(Lang::from_accept_language(""), Lang::En);
        assert_eq!(Lang::from_ui_locales("fr ja-JP"), Some(Lang::Ja));
    }
}
