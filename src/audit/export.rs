//! The export: a line of JSON for each event of the chain, from which anybody can verify it (docs/AUDIT.md).

use super::canonical::{canonical, quoted};
use super::chain::{Hash, Sealed};
use super::record::{Actor, Event, record};
use super::store::{Period, bounds, exported_after};
use crate::db::Db;
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

/// The action of the event that tells of an export.
const ACTION: &str = "audit.exported";
/// How many events are read at once.
const BATCH: i64 = 500;

/// What is exported.
#[derive(Clone, Copy, Debug, Default)]
pub struct Selection {
    /// The events of which time.
    pub period: Period,
    /// Without what people wrote.
    pub without_personal: bool,
}

/// An export on its way: recorded, then read part by part.
pub struct Export {
    db: Db,
    selection: Selection,
    next: i64,
    last: i64,
}

impl Export {
    /// Records that `actor` exports `selection`, before the first line is read.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin(db: Db, actor: Actor, selection: Selection, now: DateTime<Utc>) -> Result<Self, sqlx::Error> {
        let mut tx = db.staff().await?;
        let Period { from, until } = selection.period;
        let event = Event {
            actor,
            action: ACTION,
            subject_kind: "audit_log",
            subject_id: Uuid::nil(),
            tenant: None,
            details: json!({ "from": from, "until": until, "personal": !selection.without_personal }),
            personal: None,
        };
        record(&mut tx, now, event).await?;
        let bounds = bounds(&mut tx, selection.period).await?;
        tx.commit().await?;
        let (next, last) = bounds.map_or((0, -1), |(first, last)| (first.saturating_sub(1), last));
        Ok(Self { db, selection, next, last })
    }

    /// The next lines; none at the end.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn lines(&mut self) -> Result<Option<String>, sqlx::Error> {
        if self.next >= self.last {
            return Ok(None);
        }
        let mut tx = self.db.staff().await?;
        let rows = exported_after(&mut tx, self.selection.period, (self.next, self.last), BATCH).await?;
        let Some((_, last)) = rows.last() else { return Ok(None) };
        self.next = last.position;
        let mut lines = String::new();
        for (previous, row) in &rows {
            lines.push_str(&line(*previous, row, !self.selection.without_personal));
            lines.push('\n');
        }
        Ok(Some(lines))
    }
}

/// The line of one event after the hash `previous`.
fn line(previous: Hash, row: &Sealed, personal: bool) -> String {
    let Sealed { position, entry, .. } = row;
    let event = entry.canonical();
    let hash = hex(&row.hash);
    let personal = match personal {
        true => {
            let text = row.personal.as_deref().map_or_else(|| "null".to_owned(), canonical);
            let salt = row.salt.as_deref().map_or_else(|| "null".to_owned(), |salt| quoted(&hex(salt)));
            format!(r#","personal":{text},"personal_salt":{salt}"#)
        }
        false => String::new(),
    };
    format!(r#"{{"position":{position},"previous":"{previous}","hash":"{hash}","event":{event}{personal}}}"#)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
