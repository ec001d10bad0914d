//! Which line of versions this desk has published. The mark of it is kept outside the database, so that a database that was
//! restored, or is another one, is noticed before anything of it is published.

use crate::db::Tx;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The newest version that a desk has published. In its file: one JSON object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Its epoch.
    pub epoch: Uuid,
    /// Its number.
    pub version: u64,
    /// The random id that it was written with.
    pub lineage: Uuid,
}

/// Why nothing of this database is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    /// It lacks versions that were published.
    #[error("it is at version {version}, and version {published} was published: it was restored")]
    Behind {
        /// The database's.
        version: u64,
        /// The mark's.
        published: u64,
    },
    /// It took another way from a version that was published.
    #[error("its versions are not those that were published up to {0}: it was restored, and changed since")]
    Forked(u64),
    /// It no longer knows what followed the version that was published.
    #[error("it is at version {version}, and no longer keeps what followed version {published}, which was published")]
    Unproven {
        /// The database's.
        version: u64,
        /// The mark's.
        published: u64,
    },
    /// It is of another epoch, which nobody put in the place of the one published.
    #[error("its epoch `{0}` is not the one published, and was not begun in the place of it")]
    OtherEpoch(Uuid),
}

/// The counter row, and what is known in the database of a mark.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub epoch: Uuid,
    pub version: u64,
    pub lineage: Uuid,
    pub digest_state: Vec<u8>,
    /// When the document of this version was last issued; never goes back.
    pub issued_at: DateTime<Utc>,
    /// When a desk's clock said so: freshness counts from here.
    pub confirmed_at: DateTime<Utc>,
    /// Some rule is over.
    pub over: bool,
    /// A demonstration made the database.
    pub demo: bool,
    /// What the version after the mark's says that it follows; none when that is not kept (any more).
    after_mark: Option<Uuid>,
    /// The epoch was begun in the place of the mark's, directly or by others between.
    replaces_mark: bool,
}

/// What follows when a database may be published from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// It goes on from the mark.
    GoesOn,
    /// There is no mark: the database's lineage is taken as it is.
    Adopted,
}

impl Head {
    /// The counter row at `now`, and what the database knows of `mark`; none in a database that has none yet.
    pub async fn read(tx: &mut Tx, mark: Option<Mark>, now: DateTime<Utc>) -> Result<Option<Self>, sqlx::Error> {
        let after = mark.map(|mark| mark.version.cast_signed().saturating_add(1));
        let epoch = mark.map(|mark| mark.epoch);
        let row = sqlx::query!(
            r#"WITH RECURSIVE replaced AS (
                   SELECT unnest(e.replaces) AS epoch FROM feed_epochs AS e JOIN feed_head AS h ON h.epoch = e.epoch
                   UNION SELECT unnest(e.replaces) FROM feed_epochs AS e JOIN replaced AS r ON r.epoch = e.epoch
               )
               SELECT epoch, version, lineage, digest_state, issued_at, confirmed_at,
                 EXISTS (SELECT FROM feed_rules WHERE expires_at <= $1) AS "over!",
                 EXISTS (SELECT FROM demo_mark) AS "demo!",
                 (SELECT follows FROM feed_changes AS c WHERE c.epoch = h.epoch AND c.version = $3) AS after_mark,
                 EXISTS (SELECT FROM replaced AS r WHERE r.epoch = $2) AS "replaces_mark!"
               FROM feed_head AS h"#,
            now,
            epoch,
            after,
        )
        .fetch_optional(&mut **tx)
        .await?;
        Ok(row.map(|row| Self {
            epoch: row.epoch,
            version: row.version.cast_unsigned(),
            lineage: row.lineage,
            digest_state: row.digest_state,
            issued_at: row.issued_at,
            confirmed_at: row.confirmed_at,
            over: row.over,
            demo: row.demo,
            after_mark: row.after_mark,
            replaces_mark: row.replaces_mark,
        }))
    }

    /// The mark of a desk that has published this.
    pub fn mark(&self) -> Mark {
        Mark { epoch: self.epoch, version: self.version, lineage: self.lineage }
    }

    /// Whether this may be published by a desk with `mark`, the one that it was read with.
    ///
    /// # Errors
    /// Why it may not.
    pub fn follows(&self, mark: Option<Mark>) -> Result<Known, Stop> {
        let Some(mark) = mark else { return Ok(Known::Adopted) };
        if self.epoch != mark.epoch {
            return if self.replaces_mark { Ok(Known::GoesOn) } else { Err(Stop::OtherEpoch(self.epoch)) };
        }
        if self.version < mark.version {
            return Err(Stop::Behind { version: self.version, published: mark.version });
        }
        let here = if self.version == mark.version { Some(self.lineage) } else { self.after_mark };
        match here {
            Some(lineage) if lineage == mark.lineage => Ok(Known::GoesOn),
            Some(_) => Err(Stop::Forked(mark.version)),
            None => Err(Stop::Unproven { version: self.version, published: mark.version }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn head(epoch: u128, version: u64, lineage: u128) -> Head {
        Head {
            epoch: name(epoch),
            version,
            lineage: name(lineage),
            digest_state: Vec::new(),
            issued_at: DateTime::UNIX_EPOCH,
            confirmed_at: DateTime::UNIX_EPOCH,
            over: false,
            demo: false,
            after_mark: None,
            replaces_mark: false,
        }
    }

    const fn mark(version: u64) -> Option<Mark> {
        Some(Mark { epoch: Uuid::from_u128(1), version, lineage: Uuid::from_u128(5) })
    }

    #[test]
    fn a_desk_without_a_mark_takes_what_is_there() {
        assert_eq!(head(1, 7, 5).follows(None), Ok(Known::Adopted));
    }

    #[test]
    fn what_was_published_goes_on() {
        assert_eq!(head(1, 7, 5).follows(mark(7)), Ok(Known::GoesOn));
        assert_eq!(Head { after_mark: Some(name(5)), ..head(1, 9, 6) }.follows(mark(7)), Ok(Known::GoesOn));
    }

    #[test]
    fn a_restored_database_is_behind_and_one_that_went_on_since_is_another() {
        assert_eq!(head(1, 6, 4).follows(mark(7)), Err(Stop::Behind { version: 6, published: 7 }));
        assert_eq!(head(1, 7, 9).follows(mark(7)), Err(Stop::Forked(7)));
        assert_eq!(Head { after_mark: Some(name(9)), ..head(1, 12, 6) }.follows(mark(7)), Err(Stop::Forked(7)));
    }

    #[test]
    fn another_epoch_counts_only_in_the_place_of_the_one_published() {
        assert_eq!(head(2, 1, 8).follows(mark(7)), Err(Stop::OtherEpoch(name(2))));
        assert_eq!(Head { replaces_mark: true, ..head(2, 1, 8) }.follows(mark(7)), Ok(Known::GoesOn));
    }

    #[test]
    fn what_can_no_longer_be_shown_to_follow_is_not_published() {
        assert_eq!(head(1, 9000, 6).follows(mark(7)), Err(Stop::Unproven { version: 9000, published: 7 }));
    }
}
