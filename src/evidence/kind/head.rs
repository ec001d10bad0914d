//! The first bytes of a file.

use super::Refusal;

/// How many of them are looked at.
pub const BYTES: usize = 16;

/// How a file that may be taken begins.
pub enum Begins {
    Pdf,
    Png,
    Jpeg,
    /// Nothing binary that is known here.
    Text,
}

const ARCHIVES: [&[u8]; 10] = [
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x07\x08",
    b"\x1f\x8b",
    b"BZh91AY&SY",
    b"\xfd7zXZ\0",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x28\xb5\x2f\xfd",
    b"MSCF\0",
];
const PROGRAMS: [&[u8]; 6] =
    [b"\x7fELF", b"\0asm", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"L\0\0\0\x01\x14\x02\0"];
const IMAGES: [&[u8]; 5] = [b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"\0\0\x01\0"];

/// What the first bytes say.
///
/// # Errors
/// What the file is, when it is known and not taken.
pub fn begins(head: &[u8]) -> Result<Begins, Refusal> {
    let any = |signatures: &[&[u8]]| signatures.iter().any(|signature| head.starts_with(signature));
    let at = |place: usize, signature: &[u8]| head.get(place..).is_some_and(|rest| rest.starts_with(signature));
    if let Some(version) = head.strip_prefix(b"%PDF-") {
        let known = matches!(version, [b'1' | b'2', b'.', digit, ..] if digit.is_ascii_digit());
        return if known { Ok(Begins::Pdf) } else { Err(Refusal::Damaged) };
    }
    if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Ok(Begins::Png);
    }
    if head.starts_with(b"\xff\xd8\xff") {
        return Ok(Begins::Jpeg);
    }
    if any(&ARCHIVES) {
        return Err(Refusal::Archive);
    }
    // Text may begin with "MZ" too, but not with what follows it in a program.
    if any(&PROGRAMS) || (head.starts_with(b"MZ") && head.iter().any(|byte| *byte < 9)) {
        return Err(Refusal::Program);
    }
    if any(&IMAGES) || at(4, b"ftyp") || (head.starts_with(b"RIFF") && at(8, b"WEBP")) {
        return Err(Refusal::OtherImage);
    }
    if any(&[b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf"]) {
        return Err(Refusal::OfficeDocument);
    }
    Ok(Begins::Text)
}
