use super::*;
use crate::audit::erase;
use proptest::prelude::*;
use serde_json::json;

const DIGESTED: &str = r#"{"reason":"the logs show it"}"#;

/// A log of `length` events, as the sealer leaves it. Every third has personal text, every fifth lost it.
fn log(length: i64) -> Vec<Sealed> {
    let mut hash = Hash::ROOT;
    let mut rows = Vec::new();
    for position in 1..=length {
        let (personal, digest) = match (position % 3, position % 5) {
            (0, 0) => (None, Some(personal_digest(b"salt", DIGESTED).to_string())),
            (0, _) => (Some(DIGESTED.to_owned()), Some(personal_digest(b"salt", DIGESTED).to_string())),
            _ => (None, None),
        };
        // The first event says that enough was erased.
        let (action, details) = match position {
            1 => (erase::ACTION.to_owned(), json!({ "count": length })),
            _ => ("request.denied".to_owned(), json!({ "version": position, "before": "in_review" })),
        };
        let entry = Entry {
            action,
            actor_kind: "person".to_owned(),
            at: format!("2026-11-24T01:00:00.{position:06}Z"),
            details: details.to_string(),
            id: format!("id-{position}"),
            personal_digest: digest,
            subject_kind: "request".to_owned(),
            ..Entry::default()
        };
        hash = hash.next(position, &entry.canonical());
        let salt = personal.is_some().then(|| b"salt".to_vec());
        rows.push(Sealed { position, hash: hash.bytes().to_vec(), entry, personal, salt });
    }
    rows
}

fn mark(row: &Sealed) -> Mark {
    let hash = Hash::from_bytes(&row.hash).unwrap();
    Mark { position: row.position, hash, source: "the head of yesterday".to_owned() }
}

/// As `audit verify` walks: by position.
fn verify(rows: &[Sealed], marks: Vec<Mark>) -> Result<Holds, Fault> {
    let mut rows: Vec<_> = rows.iter().collect();
    rows.sort_by(|one, other| (one.position, &one.entry.id).cmp(&(other.position, &other.entry.id)));
    let mut verifier = Verifier::new(marks);
    rows.into_iter().try_for_each(|row| verifier.take(row))?;
    verifier.end(0)
}

/// One change of one row that leaves the others as they are; 13 kinds.
fn change(row: &mut Sealed, kind: usize) {
    let entry = &mut row.entry;
    let some = || Some("00000000-0000-4000-8000-000000000001".to_owned());
    match kind {
        0 => entry.action.push('x'),
        1 => entry.actor_kind = "system".to_owned(),
        2 => entry.actor_object_id = some(),
        3 => entry.actor_role = Some("auditor".to_owned()),
        4 => entry.actor_tenant = some(),
        5 => entry.at = "2026-11-24T01:00:01.000000Z".to_owned(),
        6 => entry.details = entry.details.replace("in_review", "denied").replace("count", "amount"),
        7 => entry.id.push('0'),
        8 => entry.personal_digest = Some("00".repeat(32)),
        9 => entry.subject_id = "another".to_owned(),
        10 => entry.subject_kind = "exception".to_owned(),
        11 => entry.tenant = some(),
        _ => row.hash[7] ^= 1,
    }
}

const KINDS: usize = 13;

proptest! {
    #[test]
    fn a_chain_that_nobody_touched_holds(length in 0_i64..40) {
        let rows = log(length);
        let marks: Vec<_> = rows.iter().step_by(3).map(mark).collect();
        let holds = verify(&rows, marks.clone()).unwrap();
        prop_assert_eq!((holds.position, holds.heads), (length, marks.len()));
    }

    #[test]
    fn a_changed_row_is_named(length in 1_i64..40, place in any::<prop::sample::Index>(), kind in 0..KINDS) {
        let mut rows = log(length);
        let place = place.index(rows.len());
        change(&mut rows[place], kind);
        let fault = verify(&rows, Vec::new()).unwrap_err();
        prop_assert_eq!(fault.position, Some(rows[place].position));
        prop_assert_eq!(fault.id.as_ref(), Some(&rows[place].entry.id));
    }

    #[test]
    fn a_changed_personal_text_is_named(length in 3_i64..40, place in any::<prop::sample::Index>(), salt in any::<bool>()) {
        let mut rows = log(length);
        let texts: Vec<_> = rows.iter_mut().filter(|row| row.personal.is_some()).collect();
        let place = place.index(texts.len());
        let row = texts.into_iter().nth(place).unwrap();
        if salt { row.salt = Some(b"pepper".to_vec()) } else { row.personal = Some(r#"{"reason":"no"}"#.to_owned()) }
        let id = row.entry.id.clone();
        let fault = verify(&rows, Vec::new()).unwrap_err();
        prop_assert_eq!((fault.id, fault.what), (Some(id), Broken::Personal));
    }

    #[test]
    fn a_deleted_row_is_named(length in 2_i64..40, place in any::<prop::sample::Index>()) {
        let mut rows = log(length);
        let last = mark(rows.last().unwrap());
        let gone = rows.remove(place.index(rows.len()));
        let fault = verify(&rows, vec![last]).unwrap_err();
        prop_assert_eq!(fault.position, Some(gone.position));
        prop_assert_eq!(matches!(fault.what, Broken::Missing(_)), gone.position < length);
    }

    #[test]
    fn an_inserted_row_is_named(length in 1_i64..40, place in any::<prop::sample::Index>(), id in "[a-j][a-z]{3}") {
        let mut rows = log(length);
        let mut more = rows[place.index(rows.len())].clone();
        more.entry.id = id;
        let position = more.position;
        rows.push(more);
        prop_assert_eq!(verify(&rows, Vec::new()).unwrap_err().position, Some(position));
    }

    #[test]
    fn an_inserted_row_is_found_however_the_rows_after_it_are_moved(length in 1_i64..40, place in any::<prop::sample::Index>()) {
        let mut rows = log(length);
        let place = place.index(rows.len());
        let mut more = rows[place].clone();
        more.entry.id.push('x');
        rows[place..].iter_mut().for_each(|row| row.position += 1);
        rows.insert(place, more.clone());
        let fault = verify(&rows, Vec::new()).unwrap_err();
        prop_assert_eq!((fault.position, fault.id), (Some(more.position), Some(more.entry.id)));
    }

    #[test]
    fn swapped_rows_are_named(length in 2_i64..40, one in any::<prop::sample::Index>(), other in any::<prop::sample::Index>(), hashes in any::<bool>()) {
        let mut rows = log(length);
        let (one, other) = (one.index(rows.len()), other.index(rows.len()));
        prop_assume!(one != other);
        let (first, second) = (one.min(other), one.max(other));
        let moved = rows[second].entry.id.clone();
        let (left, right) = rows.split_at_mut(second);
        std::mem::swap(&mut left[first].position, &mut right[0].position);
        if hashes { std::mem::swap(&mut left[first].hash, &mut right[0].hash); }
        let fault = verify(&rows, Vec::new()).unwrap_err();
        prop_assert_eq!((fault.position, fault.id), (Some(i64::try_from(first).unwrap() + 1), Some(moved)));
    }

    #[test]
    fn a_cut_tail_is_found_with_an_anchor_and_only_with_it(length in 2_i64..40, kept in any::<prop::sample::Index>()) {
        let mut rows = log(length);
        let anchor = mark(rows.last().unwrap());
        let kept = kept.index(rows.len());
        rows.truncate(kept);
        prop_assert!(verify(&rows, Vec::new()).is_ok());
        let fault = verify(&rows, vec![anchor]).unwrap_err();
        prop_assert_eq!(fault.position, Some(i64::try_from(kept).unwrap() + 1));
        let truncated = matches!(fault.what, Broken::Truncated { until, .. } if until == length);
        prop_assert!(truncated);
    }

    #[test]
    fn a_chain_that_was_rewritten_whole_is_found_by_an_anchor(length in 1_i64..40, place in any::<prop::sample::Index>(), kind in 0..KINDS - 1) {
        let mut rows = log(length);
        let anchor = mark(rows.last().unwrap());
        change(&mut rows[place.index(length as usize)], kind);
        let mut hash = Hash::ROOT;
        for row in &mut rows {
            if row.entry.personal_digest.as_ref().is_some_and(|digest| digest.starts_with("00")) {
                (row.personal, row.salt) = (None, None);
            }
            hash = hash.next(row.position, &row.entry.canonical());
            row.hash = hash.bytes().to_vec();
        }
        let fault = verify(&rows, vec![anchor]).unwrap_err();
        prop_assert_eq!((fault.position, fault.what), (Some(length), Broken::Head("the head of yesterday".to_owned())));
    }
}

#[test]
fn personal_text_that_is_gone_needs_an_erasure_that_says_so() {
    let mut rows = log(20);
    rows[0].entry.details = json!({ "count": 1 }).to_string();
    let mut hash = Hash::ROOT;
    for row in &mut rows {
        hash = hash.next(row.position, &row.entry.canonical());
        row.hash = hash.bytes().to_vec();
    }
    // The fifteenth has lost its text, as the log says; the third has not been said.
    assert!(verify(&rows, Vec::new()).is_ok());
    (rows[2].personal, rows[2].salt) = (None, None);
    let fault = verify(&rows, Vec::new()).unwrap_err();
    assert_eq!((fault.position, fault.what), (None, Broken::Erased { erased: 2, recorded: 1 }));
}

#[test]
fn a_hash_reads_back_from_its_hex() {
    let hash = Hash::ROOT.next(1, "{}");
    assert_eq!(Hash::from_hex(&hash.to_string()), Some(hash));
    assert_eq!(Hash::from_hex("é"), None);
    assert_eq!(Hash::from_hex(&"zz".repeat(32)), None);
}
