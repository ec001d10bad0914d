//! Finding requests by words. What is written with spaces is cut into words, of which a beginning is enough; Japanese, which is
//! not, into pairs of characters. The desk reads texts beside the filing, not in it; they are forgotten when a request is closed.

use crate::db::Db;
use crate::policy::answers::is_invisible;
use crate::review::same;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sqlx::types::Json;
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

/// Texts read at a time.
const BATCH: i64 = 200;
/// Longest word that is told apart, in characters.
const LONGEST_WORD: usize = 40;

/// A piece of a text.
enum Piece {
    /// Letters and digits of a script with spaces.
    Word(String),
    /// A row of characters of a script without.
    Row(Vec<char>),
}

/// What a text is found by.
pub fn lexemes(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for piece in pieces(text) {
        match piece {
            Piece::Word(word) => {
                found.insert(word);
            }
            Piece::Row(row) => {
                found.extend(row.windows(2).map(|pair| pair.iter().collect::<String>()));
                // The last character begins no pair, and is looked for as the beginning of one.
                found.extend(row.last().map(char::to_string));
            }
        }
    }
    found
}

/// The `tsquery` that finds the texts with everything that `search` says; none when it says nothing that can be found.
pub fn search_for(search: &str) -> Option<String> {
    let mut wanted = BTreeSet::new();
    let search: Vec<_> = search.split_whitespace().map(number_of).collect();
    for piece in pieces(&search.join(" ")) {
        match piece {
            Piece::Word(word) => {
                wanted.insert(format!("'{word}':*"));
            }
            Piece::Row(row) if row.len() == 1 => {
                wanted.insert(format!("'{}':*", row[0]));
            }
            Piece::Row(row) => wanted.extend(row.windows(2).map(|pair| format!("'{}{}'", pair[0], pair[1]))),
        }
    }
    (!wanted.is_empty()).then(|| wanted.into_iter().collect::<Vec<_>>().join(" & "))
}

/// The number of a reference such as `TE-2026-000123`, which tells it from all others; any other word as it is.
fn number_of(word: &str) -> &str {
    let mut parts = word.rsplitn(3, '-');
    let (number, year, letters) = (parts.next(), parts.next(), parts.next());
    let digits = |part: &str, least| part.len() >= least && part.bytes().all(|byte| byte.is_ascii_digit());
    match (number, year, letters) {
        (Some(number), Some(year), Some(letters))
            if digits(number, 6) && digits(year, 4) && letters.bytes().all(|byte| byte.is_ascii_alphabetic()) =>
        {
            number
        }
        _ => word,
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for c in text.chars().filter(|c| !is_invisible(*c)).nfkc().flat_map(char::to_lowercase) {
        match (is_unspaced(c), pieces.last_mut()) {
            (true, Some(Piece::Row(row))) => row.push(c),
            (true, _) => pieces.push(Piece::Row(vec![c])),
            (false, Some(Piece::Word(word))) if c.is_alphanumeric() => {
                if word.chars().count() < LONGEST_WORD {
                    word.push(c);
                }
            }
            (false, _) if c.is_alphanumeric() => pieces.push(Piece::Word(c.to_string())),
            // What is neither ends the piece before it: an empty word takes no more than the next one.
            (false, Some(Piece::Word(word))) if word.is_empty() => {}
            (false, _) => pieces.push(Piece::Word(String::new())),
        }
    }
    pieces.retain(|piece| !matches!(piece, Piece::Word(word) if word.is_empty()));
    pieces
}

/// Characters of scripts that are written without spaces: kana, Chinese characters, Hangul among them.
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c), 0x3005..=0x3007 | 0x3040..=0x30FF | 0x31F0..=0x31FF | 0x3400..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
        && c != '・'
}

/// Reads some of the texts that nobody has read; whether there may be more. Several desks may do so at once.
///
/// # Errors
/// When the database is away.
pub async fn read_texts(db: &Db) -> Result<bool, sqlx::Error> {
    let mut tx = db.staff().await?;
    let unread = sqlx::query!(
        r#"SELECT r.id, r.reference, p.name, r.asked->>'title' AS "title!", r.asked->>'description' AS "description!",
             r.asked, r.guards
         FROM (SELECT request_id FROM queue_texts WHERE words IS NULL OR says IS NULL LIMIT $1 FOR UPDATE SKIP LOCKED) AS t
         JOIN requests AS r ON r.id = t.request_id JOIN partners AS p ON p.tenant = r.tenant"#,
        BATCH,
    )
    .fetch_all(&mut *tx)
    .await?;
    if unread.is_empty() {
        return Ok(false);
    }
    let words = unread.iter().map(|row| {
        let text = [&*row.reference, &row.name, &row.title, &row.description].join("\n");
        let says = same::digest(&row.guards, &row.asked).map(|says| STANDARD.encode(says)).unwrap_or_default();
        json!({ "id": row.id, "words": lexemes(&text), "says": says })
    });
    sqlx::query!(
        "UPDATE queue_texts AS t SET words = array_to_tsvector(ARRAY(SELECT jsonb_array_elements_text(r.words))),
             says = decode(r.says, 'base64')
         FROM jsonb_to_recordset($1) AS r (id uuid, words jsonb, says text) WHERE t.request_id = r.id",
        Json(words.collect::<Vec<_>>()) as _,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(unread.len() as i64 == BATCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(text: &str, search: &str) -> bool {
        let found = lexemes(text);
        let wanted = search_for(search).expect("says something");
        wanted.split(" & ").all(|wanted| match wanted.strip_suffix(":*") {
            Some(start) => found.iter().any(|word| word.starts_with(start.trim_matches('\''))),
            None => found.contains(wanted.trim_matches('\'')),
        })
    }

    #[test]
    fn words_are_found_by_their_beginning_and_in_any_letters() {
        let text = "TE-2026-000123\nThe Exchange Online PowerShell module can't do MFA";
        for search in ["power", "POWERSHELL module", "TE-2026-000123", "000123", "ｍｆａ", "can't"] {
            assert!(finds(text, search), "{search}");
        }
        for search in ["shell", "powershells", "te-2026-000124"] {
            assert!(!finds(text, search), "{search}");
        }
    }

    #[test]
    fn japanese_is_found_without_spaces_by_any_of_its_parts() {
        let text = "外部MFAが認識されない。ADFSと連携しているﾌﾟﾛﾊﾞｲﾀﾞｰ";
        for search in ["外部", "認識", "認", "MFAが認識", "プロバイダー", "連携　adfs", "ー"] {
            assert!(finds(text, search), "{search}");
        }
        for search in ["部外", "申請", "識認"] {
            assert!(!finds(text, search), "{search}");
        }
    }

    #[test]
    fn a_reference_is_looked_for_by_its_number() {
        assert_eq!(search_for("te-2026-000123 kiosk").as_deref(), Some("'000123':* & 'kiosk':*"));
        assert_eq!(search_for("a-b-000123").as_deref(), Some("'000123':* & 'a':* & 'b':*"));
    }

    #[test]
    fn what_says_nothing_looks_for_nothing() {
        assert_eq!(search_for(" … ' & | ! :* "), None);
        assert_eq!(search_for("a'b\\c").as_deref(), Some("'a':* & 'b':* & 'c':*"));
    }
}
