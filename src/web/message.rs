//! A message of the locale files with its arguments, still in no language: what a handler may say before it knows the reader.

use crate::locale::{Bilingual, Lang};
use fluent_templates::fluent_bundle::FluentValue;

/// A key of `locales/*/*.ftl` and the values its text needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    key: &'static str,
    args: Vec<(&'static str, FluentValue<'static>)>,
    both: Vec<(&'static str, Bilingual)>,
}

impl Message {
    /// The message `key`, without arguments.
    pub fn new(key: &'static str) -> Self {
        Self { key, args: Vec::new(), both: Vec::new() }
    }

    /// The same with one more argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Argument) -> Self {
        self.args.push((name, value.argument()));
        self
    }

    /// The same with one more argument that is a text in each language.
    #[must_use]
    pub fn with_both(mut self, name: &'static str, text: Bilingual) -> Self {
        self.both.push((name, text));
        self
    }

    /// The text in `lang`.
    pub fn text(&self, lang: Lang) -> String {
        let both = self.both.iter().map(|(name, text)| (*name, text.get(lang).argument()));
        lang.text_with(self.key, &self.args.iter().cloned().chain(both).collect::<Vec<_>>())
    }
}

/// What may stand in a message: text, or a number (which chooses singular or plural). Templates pass references, so those count.
pub trait Argument {
    /// The value as Fluent takes it.
    fn argument(&self) -> FluentValue<'static>;
}

impl<T: Argument + ?Sized> Argument for &T {
    fn argument(&self) -> FluentValue<'static> {
        (**self).argument()
    }
}

impl Argument for str {
    fn argument(&self) -> FluentValue<'static> {
        FluentValue::from(self.to_owned())
    }
}

impl Argument for String {
    fn argument(&self) -> FluentValue<'static> {
        self.as_str().argument()
    }
}

macro_rules! number_arguments {
    ($($number:ty),*) => {$(
        impl Argument for $number {
            fn argument(&self) -> FluentValue<'static> {
                FluentValue::from(*self)
            }
        }
    )*};
}

number_arguments!(i32, i64, u16, u32, u64, usize);
