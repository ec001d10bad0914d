use super::*;
use proptest::prelude::*;

pub const PDF: &[u8] =
    b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\nxref\n0 1\ntrailer<</Root 1 0 R>>\nstartxref\n40\n%%EOF\n";
const ZIP: &[u8] = b"PK\x03\x04 a file PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
const MAIL: &[u8] =
    b"From: a@b.example\r\nDate: Mon, 5 Jan 2026 09:00:00 +0900\r\nSubject: x\r\n y\r\n\r\n\x1b$B$\"\x1b(B\r\n";

fn png() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", &[0_u8; 13][..]), (b"IDAT", &[7; 40]), (b"IEND", &[])] {
        png.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        png.extend(kind);
        png.extend(data);
        png.extend([0; 4]);
    }
    png
}

fn jpeg() -> Vec<u8> {
    let segments: [&[u8]; 5] = [
        b"\xff\xd8\xff\xe0\x00\x04JF",
        b"\xff\xc0\x00\x05abc",
        b"\xff\xda\x00\x03x",
        b"pixels\xff\x00and\xff\xd3more",
        b"\xff\xd9",
    ];
    segments.concat()
}

fn utf16(text: &str) -> Vec<u8> {
    [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

/// The same answer, in whatever pieces the bytes come.
fn judged(bytes: &[u8]) -> Result<MediaType, Refusal> {
    let in_pieces = |size: usize| {
        let mut judge = Judge::new();
        bytes.chunks(size).try_for_each(|piece| judge.read(piece)).and_then(|()| judge.finish())
    };
    let whole = in_pieces(bytes.len().max(1));
    for size in [1, 2, 3, 7, 16, 4097] {
        assert_eq!(in_pieces(size), whole, "in pieces of {size}");
    }
    whole
}

#[test]
fn each_type_is_taken_for_what_it_is() {
    assert_eq!(judged(PDF), Ok(MediaType::Pdf));
    assert_eq!(judged(&png()), Ok(MediaType::Png));
    assert_eq!(judged(&jpeg()), Ok(MediaType::Jpeg));
    assert_eq!(judged(MAIL), Ok(MediaType::Mail));
    assert_eq!(judged("ログ: 失敗\r\n\terror <html> inside".as_bytes()), Ok(MediaType::Utf8));
    assert_eq!(judged("\u{feff}with a mark".as_bytes()), Ok(MediaType::Utf8));
    assert_eq!(judged(b"<134>Nov 22 10:00:00 host sshd: x"), Ok(MediaType::Utf8));
    assert_eq!(judged(&utf16("エラー 0x80070005")), Ok(MediaType::Utf16));
    assert_eq!(judged(&SJIS.0.encode(SJIS.1).0), Ok(MediaType::ShiftJis));
    assert_eq!(judged(b"x"), Ok(MediaType::Utf8));
}

const SJIS: (&encoding_rs::Encoding, &str) = (encoding_rs::SHIFT_JIS, "多要素認証が認識されない件、ﾍﾞﾝﾀﾞｰ回答");

#[test]
fn what_is_not_taken_is_called_what_it_is() {
    let cases: [(&[u8], Refusal); 17] = [
        (b"", Refusal::Empty),
        (b"<!DOCTYPE html><script>alert(1)</script>", Refusal::Markup),
        (b"  \r\n<HTML>", Refusal::Markup),
        (b"<?xml version='1.0'?><a/>", Refusal::Markup),
        (b"<!-- x --><svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", Refusal::Svg),
        (b"<?xml version='1.0'?>\n<svg/>", Refusal::Svg),
        (b"#!/bin/sh\nrm -rf /", Refusal::Script),
        (b"<?php system('id');", Refusal::Script),
        (ZIP, Refusal::Archive),
        (b"\x1f\x8b\x08\0\0\0\0\0", Refusal::Archive),
        (b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0", Refusal::Program),
        (b"GIF89a=1/*\x01\0\0\0*/;alert(1)", Refusal::OtherImage),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old office", Refusal::OfficeDocument),
        (b"%PDF-x.y", Refusal::Damaged),
        (b"text\0with a zero", Refusal::Unknown),
        (b"\x1b[31mcoloured", Refusal::Unknown),
        (b"\xff\xfe\x00\xd8", Refusal::Unknown),
    ];
    for (bytes, refusal) in cases {
        assert_eq!(judged(bytes), Err(refusal), "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn two_files_in_one_are_neither() {
    let with = |first: &[u8], second: &[u8]| [first, second].concat();
    assert_eq!(judged(&with(PDF, ZIP)), Err(Refusal::TwoInOne));
    assert_eq!(judged(&with(PDF, b"<script>x</script>")), Err(Refusal::TwoInOne));
    // An archive whose comment is the end of a document.
    let comment = b"\nstartxref\n0\n%%EOF";
    let mut hidden = with(b"%PDF-1.4\n", ZIP);
    let length = hidden.len();
    hidden[length - 2..].copy_from_slice(&u16::try_from(comment.len()).unwrap().to_le_bytes());
    hidden.extend(comment);
    assert_eq!(judged(&hidden), Err(Refusal::TwoInOne));
    assert_eq!(judged(&with(&png(), ZIP)), Err(Refusal::TwoInOne));
    assert_eq!(judged(&with(&jpeg(), ZIP)), Err(Refusal::TwoInOne));
    // Cameras do this.
    assert_eq!(judged(&with(&with(&jpeg(), &[0; 9]), &jpeg())), Ok(MediaType::Jpeg));
}

#[test]
fn what_is_cut_off_is_damaged() {
    for whole in [PDF.to_vec(), png(), jpeg()] {
        let cut = judged(&whole[..whole.len() - 7]);
        assert_eq!(cut, Err(Refusal::Damaged));
    }
    let mut wrong = png();
    wrong[8..12].copy_from_slice(&[0xff; 4]);
    assert_eq!(judged(&wrong), Err(Refusal::Damaged));
}

#[test]
fn a_text_that_only_looks_like_a_mail_is_text() {
    for text in ["From: me\n\nno date", "Date: x\nFrom y\nTo: z\n\n", "Note: a\nDate: b\n\nTo be done"] {
        assert_eq!(judged(text.as_bytes()), Ok(MediaType::Utf8), "{text}");
    }
    let unfinished = b"From: a\nDate: b\nTo: c";
    assert_eq!(judged(unfinished), Ok(MediaType::Mail), "a mail may have no body");
}

proptest! {
    #[test]
    fn no_bytes_whatever_break_it_and_pieces_do_not_matter(bytes: Vec<u8>, start in 0_usize..4) {
        let signatures: [&[u8]; 4] = [b"", b"%PDF-1.4", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"];
        let _ = judged(&[signatures[start], &bytes].concat());
    }

    #[test]
    fn every_text_without_control_characters_is_taken_or_named(text in "[^\\p{Cc}<#@%{]{1,200}") {
        prop_assert_eq!(judged(text.as_bytes()).is_ok(), true);
    }
}
