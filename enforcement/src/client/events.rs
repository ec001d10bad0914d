//! Server-Sent Events, cut out of the bytes of a stream, in whatever pieces these come.

use super::error::PullError;

/// What the desk says in a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A signed document of changes.
    Changes(String),
    /// The desk cannot tell the changes from here on.
    ResyncRequired,
}

/// The events of one stream. An event that the stream breaks off in is never given.
pub(super) struct Events {
    buffer: Vec<u8>,
    /// Where in `buffer` the next line begins, and how far its end was looked for.
    start: usize,
    looked: usize,
    /// The last line ended with a carriage return: a line feed right after it belongs to it.
    after_return: bool,
    limit: usize,
    name: String,
    data: Vec<u8>,
}

impl Events {
    /// No event yet; `limit` is the most bytes that one may have.
    pub fn up_to(limit: usize) -> Self {
        Self {
            buffer: Vec::new(),
            start: 0,
            looked: 0,
            after_return: false,
            limit,
            name: String::new(),
            data: Vec::new(),
        }
    }

    /// More bytes of the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.start);
        self.looked -= self.start;
        self.start = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next event that is complete; unknown ones are passed over.
    ///
    /// # Errors
    /// When an event is longer than the limit.
    pub fn next(&mut self) -> Result<Option<Event>, PullError> {
        while let Some(end) = self.buffer[self.looked..].iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let end = self.looked + end;
            let line = self.start..end;
            let is_rest_of_end = self.after_return && self.buffer[end] == b'\n' && line.is_empty();
            self.after_return = self.buffer[end] == b'\r';
            (self.start, self.looked) = (end + 1, end + 1);
            if is_rest_of_end {
                continue;
            }
            if line.is_empty() {
                if let Some(event) = self.complete() {
                    return Ok(Some(event));
                }
            } else {
                self.take(line)?;
            }
        }
        self.looked = self.buffer.len();
        self.within_limit(self.buffer.len() - self.start)?;
        Ok(None)
    }

    fn take(&mut self, line: std::ops::Range<usize>) -> Result<(), PullError> {
        self.within_limit(self.data.len() + line.len())?;
        let line = &self.buffer[line];
        let colon = line.iter().position(|&byte| byte == b':').unwrap_or(line.len());
        let value = line.get(colon + 1..).unwrap_or_default();
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match &line[..colon] {
            b"event" => self.name = String::from_utf8_lossy(value).into_owned(),
            b"data" => self.data.extend_from_slice(value),
            // The id is in the document, where it is signed; a line that begins with a colon is a heartbeat.
            _ => {}
        }
        Ok(())
    }

    fn complete(&mut self) -> Option<Event> {
        let (name, data) = (std::mem::take(&mut self.name), std::mem::take(&mut self.data));
        match name.as_str() {
            "changes" => Some(Event::Changes(String::from_utf8_lossy(&data).into_owned())),
            "resync_required" => Some(Event::ResyncRequired),
            _ => None,
        }
    }

    fn within_limit(&self, bytes: usize) -> Result<(), PullError> {
        if bytes > self.limit { Err(PullError::LongEvent { limit: self.limit }) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn events_of(pieces: &[&[u8]], limit: usize) -> Result<Vec<Event>, PullError> {
        let (mut events, mut all) = (Events::up_to(limit), Vec::new());
        for piece in pieces {
            events.push(piece);
            while let Some(event) = events.next()? {
                all.push(event);
            }
        }
        Ok(all)
    }

    fn changes(text: &str) -> Event {
        Event::Changes(text.to_owned())
    }

    proptest! {
        #[test]
        fn however_the_bytes_come_the_events_are_the_same(
            cuts in proptest::collection::vec(0..200_usize, 0..20), end in proptest::sample::select(vec!["\n", "\r\n", "\r"]),
        ) {
            let text = ["id: e:1", "event: changes", "data: one", "", ":", "", "event: other", "data: x", "", "event:changes",
                "data:two", "", "event: resync_required", "data:", "", "event: changes", "data: cut off"].join(end);
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut % text.len()).chain([0, text.len()]).collect();
            cuts.sort_unstable();
            let pieces: Vec<_> = cuts.windows(2).map(|cut| &text.as_bytes()[cut[0]..cut[1]]).collect();
            let events = events_of(&pieces, 100).expect("short events");
            prop_assert_eq!(events, [changes("one"), changes("two"), Event::ResyncRequired]);
        }
    }

    #[test]
    fn an_event_longer_than_allowed_is_an_error_before_it_is_complete() {
        assert_eq!(events_of(&[b"event: changes\ndata: 1234\n\n"], 20).expect("short"), [changes("1234")]);
        let long = [b"data: 12345678901".as_slice(); 2];
        assert!(matches!(events_of(&long, 20), Err(PullError::LongEvent { limit: 20 })), "one line");
        let many = [b"data: 1234567\n".as_slice(); 3];
        assert!(matches!(events_of(&many, 20), Err(PullError::LongEvent { limit: 20 })), "many lines");
        let heartbeats = [b":\n\n".as_slice(); 100];
        assert_eq!(events_of(&heartbeats, 20).expect("short"), [], "what is between events does not add up");
    }
}
