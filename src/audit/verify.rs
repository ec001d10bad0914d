//! Verifying the chain in the database: a bounded number of rows in memory, however many there are.

use super::chain::{Broken, Fault, Hash, Holds, Mark, Verifier};
use super::erase;
use super::head::Ring;
use super::store::{START, anchors_after, count_waiting, sealed_after};
use crate::db::{Db, Tx};
use serde::Serialize;

/// How many rows are read at once.
const BATCH: i64 = 2000;

/// What verifying came to.
#[derive(Debug)]
pub struct Report {
    /// The chain as it is, or its first fault.
    pub chain: Result<Holds, Fault>,
    /// How many events wait to be sealed.
    pub waiting: i64,
}

/// The report for programs.
#[derive(Debug, Serialize)]
struct Line<'a> {
    holds: bool,
    position: Option<i64>,
    hash: Option<String>,
    event: Option<&'a str>,
    fault: Option<&'static str>,
    heads: Option<usize>,
    erased: Option<i64>,
    waiting: i64,
}

impl Report {
    /// As one line of JSON.
    ///
    /// # Errors
    /// When it cannot be serialised.
    pub fn line(&self) -> Result<String, serde_json::Error> {
        let waiting = self.waiting;
        serde_json::to_string(&match &self.chain {
            Ok(holds) => Line {
                holds: true,
                position: Some(holds.position),
                hash: Some(holds.hash.to_string()),
                event: None,
                fault: None,
                heads: Some(holds.heads),
                erased: Some(holds.erased),
                waiting,
            },
            Err(fault) => Line {
                holds: false,
                position: fault.position,
                hash: None,
                event: fault.id.as_deref(),
                fault: Some(fault.what.code()),
                heads: None,
                erased: None,
                waiting,
            },
        })
    }
}

/// Walks along the chain in the database, with the signed heads that it keeps and `marks` from elsewhere. `passed` is told how many
/// events were found whole so far, after each batch.
///
/// # Errors
/// When the database is away. A chain that does not hold is no error but the report.
pub async fn verify(
    db: &Db,
    ring: &Ring,
    mut marks: Vec<Mark>,
    passed: impl FnMut(usize),
) -> Result<Report, sqlx::Error> {
    let mut tx = db.staff().await?;
    let waiting = count_waiting(&mut tx).await?;
    let chain = match kept(&mut tx, ring, &mut marks).await? {
        Some(fault) => Err(fault),
        None => walk(db, Verifier::new(marks), passed).await?,
    };
    Ok(Report { chain, waiting })
}

async fn walk(
    db: &Db,
    mut verifier: Verifier,
    mut passed: impl FnMut(usize),
) -> Result<Result<Holds, Fault>, sqlx::Error> {
    let (mut place, mut count) = (START, 0);
    loop {
        // A transaction for each batch: the chain only grows, and nothing is held up by a long walk.
        let mut tx = db.staff().await?;
        // Before the rows: an erasure while they are read concerns none of them, or its event is among those that follow.
        let erasures = erasures_waiting(&mut tx).await?;
        let (rows, last) = sealed_after(&mut tx, place, BATCH).await?;
        if let Err(fault) = rows.iter().try_for_each(|row| verifier.take(row)) {
            return Ok(Err(fault));
        }
        count += rows.len();
        passed(count);
        match last {
            Some(last) => place = last,
            None => return Ok(verifier.end(erasures)),
        }
    }
}

/// The heads that the database keeps, each checked; or the first that cannot be believed.
async fn kept(tx: &mut Tx, ring: &Ring, marks: &mut Vec<Mark>) -> Result<Option<Fault>, sqlx::Error> {
    let mut position = 0;
    loop {
        let anchors = anchors_after(tx, position, BATCH).await?;
        let Some(last) = anchors.last() else { return Ok(None) };
        position = last.position;
        for anchor in anchors {
            let place = "the database";
            let fault = |why: String| {
                let what = Broken::Unsigned(format!("the head that {place} keeps for this position"), why);
                Ok(Some(Fault { position: Some(anchor.position), id: None, what }))
            };
            match ring.mark(&anchor.jws, place) {
                Ok(mark) if (mark.position, Some(mark.hash)) == (anchor.position, Hash::from_bytes(&anchor.hash)) => {
                    marks.push(mark);
                }
                Ok(_) => return fault("its row says other than what was signed".to_owned()),
                Err(error) => return fault(error.to_string()),
            }
        }
    }
}

/// How many erasures events tell of that wait for the chain.
async fn erasures_waiting(tx: &mut Tx) -> Result<i64, sqlx::Error> {
    let details = sqlx::query_scalar!(
        r#"SELECT details::text AS "details!" FROM audit_events WHERE chain_position IS NULL AND action = $1"#,
        erase::ACTION,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(details.iter().map(|details| erase::count_in(details)).sum())
}
