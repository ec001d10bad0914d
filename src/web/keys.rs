//! Tests that no message is missing: both languages have the same keys, and every key that code or a template names is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
    files
}

/// Every key of a language, with the variables its text uses.
fn messages(lang: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages = BTreeMap::new();
    for file in files_below(&root().join("locales").join(lang), "ftl") {
        let text = fs::read_to_string(&file).unwrap();
        let mut current = None;
        for line in text.lines() {
            if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
                let key = line.split([' ', '=']).next().unwrap().to_owned();
                assert!(
                    messages.insert(key.clone(), BTreeSet::new()).is_none(),
                    "`{key}` comes twice, again in {file:?}"
                );
                current = Some(key);
            }
            let Some(variables) = current.as_ref().and_then(|key| messages.get_mut(key)) else { continue };
            let names =
                line.split('$').skip(1).map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
            variables.extend(names.filter_map(|mut name| name.next()).map(str::to_owned));
        }
    }
    messages
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_variables() {
    let (en, ja) = (messages("en"), messages("ja"));
    let only = |one: &BTreeMap<String, _>, other: &BTreeMap<String, _>| -> Vec<String> {
        one.keys().filter(|key| !other.contains_key(*key)).cloned().collect()
    };
    assert_eq!(only(&en, &ja), Vec::<String>::new(), "not in Japanese");
    assert_eq!(only(&ja, &en), Vec::<String>::new(), "not in English");
    for (key, variables) in &en {
        assert_eq!(variables, &ja[key], "variables of `{key}`");
    }
}

/// What stands in quotes after one of the calls that take a key.
fn keys_named_in(text: &str) -> Vec<String> {
    const CALLS: [&str; 10] = [
        ".t(\"",
        ".t1(\"",
        ".t2(\"",
        ".text(\"",
        ".text_with(\"",
        ".try_text(\"",
        ".page(\"",
        "Message::new(\"",
        "t(\"",
        "count(\"",
    ];
    let mut keys = Vec::new();
    for call in CALLS {
        for (start, _) in text.match_indices(call) {
            let inside_a_name = text[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let key = text[start + call.len()..].split('"').next().unwrap_or_default();
            let is_key =
                key.contains('-') && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            if is_key && !(inside_a_name && call.starts_with(char::is_alphabetic)) {
                keys.push(key.to_owned());
            }
        }
    }
    keys
}

#[test]
fn every_message_that_code_or_a_template_names_is_there() {
    let known = messages("en");
    let mut files = files_below(&root().join("src"), "rs");
    files.extend(files_below(&root().join("templates"), "html"));
    let mut missing = BTreeSet::new();
    let mut named = 0;
    for file in files {
        for key in keys_named_in(&fs::read_to_string(&file).unwrap()) {
            named += 1;
            if !known.contains_key(&key) {
                missing.insert((key, file.clone()));
            }
        }
    }
    assert!(named > 100, "the search finds the keys at all: {named}");
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_code_of_an_input_error_has_its_message() {
    let known = messages("en");
    for file in files_below(&root().join("src"), "rs") {
        let text = fs::read_to_string(&file).unwrap();
        // The tests of the rooms make up codes of their own.
        let text = text.split("#[cfg(test)]").next().unwrap();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for call in text.split("InputError::new(").skip(1) {
            let arguments = call.split(';').next().unwrap();
            let literals = arguments.split(", \"").skip(1).filter_map(|rest| rest.split('"').next());
            let Some(code) = literals.into_iter().find(|literal| is_code(literal)) else { continue };
            let key = format!("input-{}", code.replace('_', "-"));
            assert!(known.contains_key(&key), "no message `{key}`, named in {file:?}");
        }
    }
}

fn is_code(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}
