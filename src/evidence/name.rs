//! Names of files: kept for people to read, cleaned of what could mislead them or a file system.

use super::MediaType;
use crate::web::visible;

/// Most characters of a name, its ending included.
const MAX_CHARACTERS: usize = 120;
/// Most bytes: what file systems take, less what a browser puts behind a name that is there already.
const MAX_BYTES: usize = 240;
/// Longer endings are none.
const MAX_ENDING: usize = 10;

/// `sent` without folders, control and direction-changing characters, of limited length and keeping its ending; `file` when nothing is
/// left.
pub fn cleaned(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = visible::pieces(last)
        .into_iter()
        .filter_map(|piece| match piece {
            visible::Piece::Plain(text) => Some(text),
            visible::Piece::Unseen(_) => None,
        })
        .collect();
    // `pieces` lets line ends and tabs of a text pass; a name has none.
    let plain: String = plain.chars().filter(|character| !character.is_control()).collect();
    let words: Vec<_> = plain.split_whitespace().collect();
    let plain = words.join(" ");
    let plain = plain.trim_matches(|character: char| character == '.' || character == ' ');
    if plain.is_empty() { "file".to_owned() } else { shortened(plain) }
}

fn shortened(name: &str) -> String {
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= MAX_ENDING => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    let (characters, bytes) = (MAX_CHARACTERS - ending.chars().count(), MAX_BYTES - ending.len());
    let cut = stem.char_indices().take(characters).map(|(place, character)| place + character.len_utf8());
    let end = cut.take_while(|end| *end <= bytes).last().unwrap_or(0);
    format!("{}{ending}", stem[..end].trim_end())
}

/// The name to save a file of `media_type` under: with an ending that opens it as what it is, and as nothing else.
fn to_save(name: &str, media_type: MediaType) -> String {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending {
        Some(ending) if media_type.endings().contains(&ending.as_str()) => name.to_owned(),
        _ => format!("{name}.{}", media_type.endings()[0]),
    }
}

/// `Content-Disposition` of a download (RFC 6266): the name for browsers that read UTF-8 (RFC 8187), and in ASCII for the others.
pub fn disposition(name: &str, media_type: MediaType) -> String {
    let name = to_save(name, media_type);
    let plain = |character: char| match character {
        ' '..='~' if !matches!(character, '"' | '\\' | '%') => character,
        _ => '_',
    };
    let ascii: String = name.chars().map(plain).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => encoded.push(char::from(byte)),
            b'!' | b'#' | b'$' | b'&' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_loses_folders_and_what_is_not_seen() {
        for (sent, kept) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\sato\\回答.pdf", "回答.pdf"),
            ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie: x=1.txt"),
            ("invoice\u{202E}fdp.exe", "invoicefdp.exe"),
            ("...", "file"),
            ("", "file"),
            (".htaccess", "htaccess"),
            ("葛\u{E0100}城.txt", "葛\u{E0100}城.txt"),
            ("  two \t  words .txt ", "two words.txt"),
        ] {
            assert_eq!(cleaned(sent), kept, "{sent:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let long = format!("{}.pdf", "証".repeat(300));
        let kept = cleaned(&long);
        assert!(kept.len() <= MAX_BYTES && kept.ends_with("証.pdf"), "{kept}");
        assert_eq!(cleaned(&"a".repeat(400)).len(), MAX_CHARACTERS);
    }

    #[test]
    fn a_download_is_saved_as_what_it_is() {
        let expected = "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E5%9B%9E%E7%AD%94.pdf";
        assert_eq!(disposition("回答.pdf", MediaType::Pdf), expected);
        assert!(disposition("run.exe", MediaType::Utf8).contains("filename=\"run.exe.txt\""));
        assert!(disposition("a.JPEG", MediaType::Jpeg).contains("filename=\"a.JPEG\""));
        assert!(disposition("a\"b\\c.png", MediaType::Png).contains("filename=\"a_b_c.png\""));
    }

    proptest! {
        #[test]
        fn no_name_whatever_breaks_out_of_the_header(sent: String) {
            let name = cleaned(&sent);
            prop_assert!(!name.is_empty() && name.len() <= MAX_BYTES);
            prop_assert!(!name.contains(['/', '\\', '\r', '\n', '\0']));
            let header = disposition(&name, MediaType::Mail);
            prop_assert!(header.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            prop_assert_eq!(header.matches('"').count(), 2);
        }
    }
}
