//! Text of others, shown so that nothing in it stays hidden from the reader: invisible and direction-changing characters get a sign.

/// A run of text, or one character that would not be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text as it is.
    Plain(String),
    /// A character that shows nothing or turns the direction of others: `U+200B`.
    Unseen(String),
}

/// Cuts `text` into pieces; put together again they are the text.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut before = None;
    for character in text.chars() {
        if is_unseen(character, before) {
            if !plain.is_empty() {
                pieces.push(Piece::Plain(std::mem::take(&mut plain)));
            }
            pieces.push(Piece::Unseen(format!("U+{:04X}", u32::from(character))));
        } else {
            plain.push(character);
        }
        before = Some(character);
    }
    if !plain.is_empty() {
        pieces.push(Piece::Plain(plain));
    }
    pieces
}

fn is_unseen(character: char, before: Option<char>) -> bool {
    match character {
        '\n' | '\t' => false,
        // One variation selector chooses a glyph, as names in Japanese need; a second one on the same character only hides data.
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => before.is_none_or(is_variation_selector),
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' => true,
        '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' => true,
        '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' => true,
        '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E007F}' => true,
        _ => character.is_control(),
    }
}

fn is_variation_selector(character: char) -> bool {
    matches!(character, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        let show = |piece| match piece {
            Piece::Plain(text) => text,
            Piece::Unseen(name) => format!("<{name}>"),
        };
        pieces(text).into_iter().map(show).collect()
    }

    #[test]
    fn hidden_and_turning_characters_are_named() {
        assert_eq!(shown("ap\u{200B}prove \u{202E}evil"), "ap<U+200B>prove <U+202E>evil");
        assert_eq!(shown("tag\u{E0041}"), "tag<U+E0041>");
        assert_eq!(shown("\u{0007}bell"), "<U+0007>bell");
    }

    #[test]
    fn names_with_chosen_glyphs_and_line_ends_stay_as_they_are() {
        assert_eq!(shown("葛\u{E0100}城さん\n☎\u{FE0F}"), "葛\u{E0100}城さん\n☎\u{FE0F}");
        assert_eq!(shown("x\u{FE0F}\u{FE01}\u{FE02}"), "x\u{FE0F}<U+FE01><U+FE02>");
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text: String) {
            let back: String = pieces(&text).into_iter().map(|piece| match piece {
                Piece::Plain(text) => text,
                Piece::Unseen(name) => {
                    char::from_u32(u32::from_str_radix(&name[2..], 16).unwrap()).unwrap().to_string()
                }
            }).collect();
            prop_assert_eq!(back, text);
        }
    }
}
