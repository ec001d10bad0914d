//! GUIDs as the contract writes them: 8-4-4-4-12 hexadecimal digits, case immaterial, nothing around them.

use uuid::Uuid;

/// The GUID that `text` is, or nothing. Braces, `urn:uuid:` and forms without hyphens are refused: an identity
/// provider never sends them, so whoever does is testing how many spellings of one user we tell apart.
pub fn parse(text: &str) -> Option<Uuid> {
    // 36 characters leave the hyphenated form alone among those that the parser knows.
    if text.len() == 36 { Uuid::try_parse(text).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn only_the_hyphenated_form_is_a_guid_and_case_is_immaterial() {
        let plain = "0b1d2f3a-4c5e-4f60-8a7b-9c0d1e2f3a4b";
        assert!(parse(plain).is_some());
        assert_eq!(parse(plain), parse(&plain.to_uppercase()));
        for odd in [
            "",
            "0b1d2f3a4c5e4f608a7b9c0d1e2f3a4b",
            "{0b1d2f3a-4c5e-4f60-8a7b-9c0d1e2f3a4b}",
            "urn:uuid:0b1d2f3a-4c5e-4f60-8a7b-9c0d1e2f3a4b",
            " 0b1d2f3a-4c5e-4f60-8a7b-9c0d1e2f3a4b",
            "0b1d2f3a-4c5e-4f60-8a7b-9c0d1e2f3a4g",
            "0b1d2f3a4-c5e-4f60-8a7b-9c0d1e2f3a4b",
            "0b1d2f3a-4c5e-4f60-8a7b-9c0d1e2f3aあ",
        ] {
            assert_eq!(parse(odd), None, "{odd:?}");
        }
    }
}
