//! What people read, in English and Japanese. The words are in `locales/{en,ja}.toml`.

use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap};
use chrono::Locale;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A language of the gate's texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    #[default]
    En,
    Ja,
}

impl Lang {
    /// The better one for an `Accept-Language` header; English when it asks for neither.
    pub fn of(headers: &HeaderMap) -> Self {
        let header = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut best = (0.0_f32, Self::En);
        for range in header.split(',') {
            let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
            let weight = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.trim().parse().ok());
            let lang = match tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
                "ja" => Self::Ja,
                "en" => Self::En,
                _ => continue,
            };
            if weight.is_some_and(|weight: f32| weight > best.0) {
                best = (weight.unwrap_or_default(), lang);
            }
        }
        best.1
    }

    /// The locale for names of months and days.
    pub fn locale(self) -> Locale {
        match self {
            Self::En => Locale::en_GB,
            Self::Ja => Locale::ja_JP,
        }
    }

    /// BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ja => "ja",
        }
    }
}

/// Every text in both languages.
pub struct Texts {
    en: Words,
    ja: Words,
}

/// Every text in one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub stopped: StoppedWords,
    pub failed: FailedWords,
    pub sign_out: SignOutWords,
    pub status: StatusWords,
    surfaces: BTreeMap<String, String>,
    problems: BTreeMap<String, ProblemWords>,
}

/// The page of somebody who was stopped.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoppedWords {
    pub title: String,
    pub why: String,
    pub verify_heading: String,
    pub verify: String,
    pub register_then_verify: String,
    pub redirect_to_federated_idp: String,
    pub verify_button: String,
    pub cannot_heading: String,
    pub cannot: String,
    pub cannot_button: String,
    pub details: String,
    pub tenant: String,
    pub surface: String,
    pub time: String,
    pub time_format: String,
    pub sign_out: String,
}

/// The page of a sign-in that did not succeed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailedWords {
    pub title: String,
    pub why: String,
    pub refused: String,
    pub away: String,
    pub insecure: String,
    pub again: String,
    pub ask: String,
}

/// The page for operators.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusWords {
    pub title: String,
    pub fresh: String,
    pub expired: String,
    pub absent: String,
    pub clock_behind: String,
    pub feed: String,
    pub no_feed: String,
    pub version: String,
    pub rules: String,
    pub issued: String,
    pub expires: String,
    pub confirmed: String,
    pub feed_error: String,
    pub configuration: String,
    pub in_force_since: String,
    pub refused: String,
    pub issuers: String,
    pub issuer: String,
    pub keys_fetched: String,
    pub keys_failed: String,
    pub keys_error: String,
    pub outcomes: String,
    pub nothing_yet: String,
    pub since_start: String,
    pub outcome: String,
    pub surface: String,
    pub count: String,
    pub token_errors: String,
    pub reason: String,
    pub time_format: String,
}

/// Signing out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignOutWords {
    pub title: String,
    pub why: String,
    pub button: String,
    pub done_title: String,
    pub done: String,
}

/// Title and detail of a kind of problem.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProblemWords {
    pub title: String,
    pub detail: String,
}

impl Texts {
    /// The texts that are built in.
    ///
    /// # Errors
    /// Never as long as the tests of this file pass; the reason otherwise.
    pub fn built_in() -> Result<Self, toml::de::Error> {
        Ok(Self {
            en: toml::from_str(include_str!("../../locales/en.toml"))?,
            ja: toml::from_str(include_str!("../../locales/ja.toml"))?,
        })
    }

    /// The texts in `lang`.
    pub fn of(&self, lang: Lang) -> &Words {
        match lang {
            Lang::En => &self.en,
            Lang::Ja => &self.ja,
        }
    }
}

impl Words {
    /// What people call a surface; one of the organisation's own is called by its name.
    pub fn surface<'a>(&'a self, name: &'a str) -> &'a str {
        self.surfaces.get(name).map_or(name, String::as_str)
    }

    /// The words for a kind of problem; one without words of its own gets those of an unclear request.
    pub fn problem(&self, code: &str) -> &ProblemWords {
        static NONE: ProblemWords = ProblemWords { title: String::new(), detail: String::new() };
        self.problems.get(code).or_else(|| self.problems.get("unclear-request")).unwrap_or(&NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::{Lang, Texts};
    use crate::Behaviour;
    use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderValue};

    fn chosen(header: &'static str) -> Lang {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(header));
        Lang::of(&headers)
    }

    #[test]
    fn both_languages_have_words_for_the_same_problems() {
        let texts = Texts::built_in().unwrap();
        let codes = |lang| texts.of(lang).problems.keys().cloned().collect::<Vec<_>>();
        assert_eq!(codes(Lang::En), codes(Lang::Ja));
        for code in
            ["mfa-required", "sign-in-required", "invalid-token", "provider-away", "unclear-request", "not-allowed"]
        {
            assert!(codes(Lang::En).iter().any(|known| known == code), "{code}");
        }
    }

    #[test]
    fn surfaces_have_names_in_both_languages() {
        let texts = Texts::built_in().unwrap();
        for behaviour in Behaviour::ALL {
            for lang in [Lang::En, Lang::Ja] {
                assert_ne!(texts.of(lang).surface(behaviour.name()), behaviour.name());
            }
        }
        assert_eq!(texts.of(Lang::Ja).surface("billing"), "billing");
    }

    #[test]
    fn the_language_follows_the_browser() {
        assert_eq!(chosen("ja"), Lang::Ja);
        assert_eq!(chosen("ja-JP,ja;q=0.9,en;q=0.8"), Lang::Ja);
        assert_eq!(chosen("ja;q=0.5, en-GB"), Lang::En);
        assert_eq!(chosen("fr, ja;q=0"), Lang::En);
        assert_eq!(chosen(""), Lang::En);
    }
}
