//! Sentences with places to fill in: `{limit}`.

/// The names of the places in `text`, in order. A brace that is not closed opens none.
pub(super) fn places(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(place, _)| place)
}

/// `text` with every place filled in; one that `value` does not know stays as it is.
pub(super) fn fill(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut parts = text.split('{');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('}').and_then(|(place, rest)| Some((value(place)?, rest))) {
            Some((words, rest)) => filled.extend([words.as_str(), rest]),
            None => filled.extend(["{", part]),
        }
    }
    filled
}
