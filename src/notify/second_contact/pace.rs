//! How often a partner may have links mailed: the address that it names may be a stranger's.

use crate::notify::confirmation::PAUSE;
use chrono::{DateTime, TimeDelta, Utc};

/// Most links in a day.
const MOST: usize = 5;
const DAY: TimeDelta = TimeDelta::hours(24);

/// In how many seconds the next link may be mailed, after those mailed at `links`, the oldest first; none for at once.
pub(super) fn wait(links: &[DateTime<Utc>], now: DateTime<Utc>) -> Option<u32> {
    let lately = lately(links, now);
    let after_the_last = lately.last().map(|last| *last + TimeDelta::seconds(i64::from(PAUSE)));
    let after_the_first = lately.first().filter(|_| lately.len() >= MOST).map(|first| *first + DAY);
    let left = after_the_last.max(after_the_first)? - now;
    // Begun seconds count whole.
    let seconds = u32::try_from((left.num_milliseconds() + 999) / 1000).ok()?;
    (seconds > 0).then_some(seconds)
}

/// Those of `links` that count at `now`, with one more.
pub(super) fn with_one_more(links: &[DateTime<Utc>], now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    lately(links, now).into_iter().chain([now]).collect()
}

fn lately(links: &[DateTime<Utc>], now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    links.iter().copied().filter(|at| *at > now - DAY).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_lies_between_two_links_and_five_are_enough_for_a_day() {
        let start = DateTime::UNIX_EPOCH;
        let at = |seconds: i64| start + TimeDelta::seconds(seconds);
        assert_eq!(wait(&[], start), None);
        assert_eq!(wait(&[start], start), Some(60));
        assert_eq!(wait(&[start], start + TimeDelta::milliseconds(59_001)), Some(1));
        assert_eq!(wait(&[start], at(60)), None);
        let five: Vec<_> = (0..5).map(|link| at(link * 100)).collect();
        assert_eq!(wait(&five[..4], at(460)), None);
        assert_eq!(wait(&five, at(460)), Some(24 * 60 * 60 - 460));
        assert_eq!(wait(&five, start + DAY), None);
        assert_eq!(with_one_more(&five, start + DAY), [&five[1..], &[start + DAY]].concat());
    }
}
