//! The directory's export of users, as partners have it: saved by a portal or by a spreadsheet, in whatever encoding, with whatever
//! between the columns. Object ids are taken; names are kept as labels for people to read, and never matched.

use super::Labels;
use super::body::MAX_OBJECT_IDS;
use crate::identity::parse_guid;
use crate::problem::InputError;
use crate::web::lines::Lines;
use csv::StringRecord;
use encoding_rs::{Encoding, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};
use std::collections::HashMap;
use uuid::Uuid;

/// The place of the file in the form.
pub const FILE: &str = "/users_file";

/// Names of the column of object ids, the surest first, as [`plain`] writes them.
const ID_COLUMNS: [&str; 6] = ["objectid", "オブジェクトid", "userobjectid", "oid", "id", "ユーザーid"];
const NAME_COLUMNS: [&str; 4] = ["displayname", "表示名", "name", "名前"];
const UPN_COLUMNS: [&str; 4] = ["userprincipalname", "ユーザープリンシパル名", "upn", "mail"];

/// What was found in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsersFile {
    /// The users, each once, in the order of the file.
    pub users: Vec<Uuid>,
    /// Their names.
    pub labels: Labels,
    /// Rows that name nobody, or somebody again.
    pub left_out: Vec<LeftOut>,
}

/// A row that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its line, from 1.
    pub line: u64,
    /// What it says of a person.
    pub name: String,
    /// What stands in the place of the id.
    pub id: String,
    /// Why.
    pub why: Why,
}

/// Why a row was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// There is no id in it.
    NoId,
    /// What stands there is no object id.
    NotAnId,
    /// The user stands on this line already.
    Again(u64),
}

/// Reads the users of a file.
///
/// # Errors
/// When it can be no such file: unknown encoding, no column of ids, nobody in it, more rows than a request may name users.
pub fn read(bytes: &[u8]) -> Result<UsersFile, InputError> {
    let text = text_of(bytes)?;
    let (columns, between, start) = columns(&text)?;
    let rows = &text[start..];
    let mut reader =
        csv::ReaderBuilder::new().delimiter(between).flexible(true).trim(csv::Trim::All).from_reader(rows.as_bytes());
    let (mut file, mut seen, mut lines) = (UsersFile::default(), HashMap::new(), Lines::new(rows));
    let before = crate::web::lines::line_ends(&text.as_bytes()[..start]);
    let mut count = 0;
    for record in reader.records() {
        let record = record.map_err(|_| InputError::new(FILE, "users_file_no_table"))?;
        let line = before + lines.at(record.position());
        if record.iter().all(str::is_empty) {
            continue;
        }
        count += 1;
        if count > MAX_OBJECT_IDS {
            return Err(InputError::new(FILE, "users_file_too_long").with("max", MAX_OBJECT_IDS));
        }
        file.take(&columns, &record, line, &mut seen);
    }
    if count == 0 { Err(InputError::new(FILE, "users_file_empty")) } else { Ok(file) }
}

impl UsersFile {
    fn take(&mut self, columns: &Columns, record: &StringRecord, line: u64, seen: &mut HashMap<Uuid, u64>) {
        let cell = |column: Option<usize>| column.and_then(|index| record.get(index)).unwrap_or_default();
        let name = match (cell(columns.name), cell(columns.upn)) {
            (name, "") => name.to_owned(),
            ("", upn) => upn.to_owned(),
            (name, upn) => format!("{name} ({upn})"),
        };
        let id = cell(Some(columns.id));
        let why = match parse_guid(id) {
            Some(id) => match seen.insert(id, line) {
                None => {
                    self.labels.name(id, &name);
                    return self.users.push(id);
                }
                Some(first) => {
                    seen.insert(id, first);
                    Why::Again(first)
                }
            },
            None if id.is_empty() => Why::NoId,
            None => Why::NotAnId,
        };
        self.left_out.push(LeftOut { line, name, id: id.to_owned(), why });
    }
}

/// Where to look in a row.
struct Columns {
    id: usize,
    name: Option<usize>,
    upn: Option<usize>,
}

/// The columns, what stands between them, and where the header begins: some exports put a line of their own above it.
fn columns(text: &str) -> Result<(Columns, u8, usize), InputError> {
    let mut start = 0;
    for line in text.split_inclusive('\n').take(3) {
        for between in [b',', b';', b'\t'] {
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(between)
                .has_headers(false)
                .trim(csv::Trim::All)
                .from_reader(line.as_bytes());
            let Some(Ok(header)) = reader.records().next() else { continue };
            let names: Vec<_> = header.iter().map(plain).collect();
            let find = |wanted: &[&str]| wanted.iter().find_map(|want| names.iter().position(|name| name == want));
            if let Some(id) = find(&ID_COLUMNS) {
                return Ok((Columns { id, name: find(&NAME_COLUMNS), upn: find(&UPN_COLUMNS) }, between, start));
            }
        }
        start += line.len();
    }
    Err(InputError::new(FILE, if text.trim().is_empty() { "users_file_empty" } else { "users_file_no_column" }))
}

/// A column's name without what differs from export to export; `Object ID [objectId] Required` is `objectid`.
fn plain(name: &str) -> String {
    let named = name.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map_or(name, |(inner, _)| inner);
    let letters = named.chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '\u{feff}' | '"'));
    letters.flat_map(char::to_lowercase).collect()
}

/// So many zeros, at the least, has the header of a list of ids in UTF-16; other text has none.
const MANY_ZEROS: usize = 2;

/// The text of a file: by its byte order mark; else UTF-8, when it is that; else what Japanese spreadsheets write.
fn text_of(bytes: &[u8]) -> Result<String, InputError> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => unmarked(bytes),
    };
    let (text, _, broken) = encoding.decode(bytes);
    if broken { Err(InputError::new(FILE, "users_file_encoding")) } else { Ok(text.into_owned()) }
}

/// ASCII in UTF-16 has a zero in one of its two bytes, and a list of ids is ASCII for the most part.
fn unmarked(bytes: &[u8]) -> &'static Encoding {
    let zeros = |from: usize| bytes.iter().skip(from).step_by(2).take(200).filter(|byte| **byte == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    match first.max(second) {
        0..MANY_ZEROS if std::str::from_utf8(bytes).is_ok() => UTF_8,
        0..MANY_ZEROS => SHIFT_JIS,
        _ if first < second => UTF_16LE,
        _ => UTF_16BE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "3ceaaf30-8142-48ea-91d9-3080f9b439fc";
    const TWO: &str = "b13e516c-1dbc-4832-a49e-c6417db8f5db";

    fn id(text: &str) -> Uuid {
        text.parse().unwrap()
    }

    fn japanese() -> String {
        format!(
            "表示名,ユーザー プリンシパル名,オブジェクト ID\r\n佐藤 花子,sato@tailspin.example,{ONE}\r\n鈴木 一郎,,{TWO}\r\n"
        )
    }

    fn assert_reads_japanese(bytes: &[u8], what: &str) {
        let file = read(bytes).unwrap_or_else(|error| panic!("{what}: {error:?}"));
        assert_eq!(file.users, [id(ONE), id(TWO)], "{what}");
        assert_eq!(file.labels.get(id(ONE)), Some("佐藤 花子 (sato@tailspin.example)"), "{what}");
        assert_eq!(file.labels.get(id(TWO)), Some("鈴木 一郎"), "{what}");
        assert_eq!(file.left_out, [], "{what}");
    }

    #[test]
    fn a_japanese_export_is_read_in_every_encoding_that_it_comes_in() {
        let text = japanese();
        let utf16 = |from: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(from).collect::<Vec<_>>();
        assert_reads_japanese(text.as_bytes(), "UTF-8");
        assert_reads_japanese(&[b"\xef\xbb\xbf", text.as_bytes()].concat(), "UTF-8 with a mark");
        assert_reads_japanese(&SHIFT_JIS.encode(&text).0, "Shift_JIS");
        assert_reads_japanese(&utf16(u16::to_le_bytes), "UTF-16LE");
        assert_reads_japanese(&[vec![0xff, 0xfe], utf16(u16::to_le_bytes)].concat(), "UTF-16LE with a mark");
        assert_reads_japanese(&[vec![0xfe, 0xff], utf16(u16::to_be_bytes)].concat(), "UTF-16BE with a mark");
        assert_reads_japanese(text.replace(',', ";").as_bytes(), "semicolons");
        assert_reads_japanese(text.replace(',', "\t").as_bytes(), "tabs");
        assert_reads_japanese(format!("sep=;\r\n{}", text.replace(',', ";")).as_bytes(), "a line above the header");
    }

    #[test]
    fn the_surest_column_of_ids_is_taken_wherever_it_stands() {
        let text = format!("id,Display name [displayName] Required,\"Object_Id\"\n1,Ada,{ONE}\n");
        let file = read(text.as_bytes()).unwrap();
        assert_eq!((file.users.as_slice(), file.labels.get(id(ONE))), ([id(ONE)].as_slice(), Some("Ada")));
    }

    #[test]
    fn what_is_left_out_is_named_by_its_line() {
        let upper = ONE.to_uppercase();
        let text = format!("objectId,displayName\n{ONE},Ada\n\n,Nobody\nx,Bad\n{upper},\"Ada\nagain\"\n{TWO},Last\n");
        let file = read(text.as_bytes()).unwrap();
        assert_eq!(file.users, [id(ONE), id(TWO)]);
        let told: Vec<_> = file.left_out.iter().map(|row| (row.line, row.why)).collect();
        assert_eq!(told, [(4, Why::NoId), (5, Why::NotAnId), (6, Why::Again(2))]);
    }

    #[test]
    fn what_can_be_no_such_file_says_why() {
        let code = |bytes: &[u8]| read(bytes).unwrap_err().code;
        assert_eq!(code(b"name,mail\nAda,a@a.example\n"), "users_file_no_column");
        assert_eq!(code(b" \r\n"), "users_file_empty");
        assert_eq!(code(b"objectId\n"), "users_file_empty");
        assert_eq!(code(b"\x81\xff\xa0\x00x\xfe\xff\x80"), "users_file_encoding");
        let long = format!("id\n{}", format!("{ONE}\n").repeat(MAX_OBJECT_IDS + 1));
        assert_eq!(code(long.as_bytes()), "users_file_too_long");
    }
}
