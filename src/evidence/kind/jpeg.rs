//! A JPEG image: its segments, its scans, its end. Cameras put further images behind the first one, or pad it; anything else there is not
//! an image's.

use super::Refusal;

/// Where in the image the reader stands.
pub struct Jpeg {
    state: State,
    has_frame: bool,
    has_scan: bool,
}

#[derive(Clone, Copy)]
enum State {
    /// Before the `FF` of a marker.
    Marker,
    /// After it.
    Code,
    /// Before the length of the segment `code`, in two bytes.
    Length { code: u8, high: Option<u8> },
    /// Within a segment.
    Segment { code: u8, left: u16 },
    /// Within the pixels.
    Scan,
    /// After an `FF` there.
    ScanCode,
    /// After the end.
    After,
    /// After an `FF` behind the end.
    AfterCode,
}

impl Jpeg {
    pub fn new() -> Self {
        Self { state: State::After, has_frame: false, has_scan: false }
    }

    pub fn read(&mut self, mut bytes: &[u8]) -> Result<(), Refusal> {
        while let Some(first) = bytes.first().copied() {
            let taken = match self.state {
                State::Segment { code, left } => {
                    let passed = usize::from(left).min(bytes.len());
                    // INVARIANT: at most `left`, which is a u16.
                    let left = left - u16::try_from(passed).unwrap_or(left);
                    self.state = if left > 0 { State::Segment { code, left } } else { after_segment(code) };
                    passed
                }
                State::Scan => match bytes.iter().position(|byte| *byte == 0xff) {
                    Some(place) => {
                        self.state = State::ScanCode;
                        place + 1
                    }
                    None => bytes.len(),
                },
                state => {
                    self.state = self.step(state, first)?;
                    1
                }
            };
            bytes = &bytes[taken..];
        }
        Ok(())
    }

    fn step(&mut self, state: State, byte: u8) -> Result<State, Refusal> {
        Ok(match (state, byte) {
            (State::Marker, 0xff) | (State::Code, 0xff) => State::Code,
            (State::Code, code) => self.marker(code)?,
            (State::Length { code, high: None }, high) => State::Length { code, high: Some(high) },
            (State::Length { code, high: Some(high) }, low) => {
                // The length counts its own two bytes.
                match u16::from_be_bytes([high, low]).checked_sub(2) {
                    Some(0) => after_segment(code),
                    Some(left) => State::Segment { code, left },
                    None => return Err(Refusal::Damaged),
                }
            }
            (State::ScanCode, 0xff) => State::ScanCode,
            // A stuffed byte, a restart.
            (State::ScanCode, 0x00 | 0xd0..=0xd7) => State::Scan,
            (State::ScanCode, code) => self.marker(code)?,
            // Padding, or the next image.
            (State::After, 0x00) => State::After,
            (State::After, 0xff) => State::AfterCode,
            (State::AfterCode, 0xd8) => State::Marker,
            (State::After | State::AfterCode, _) => return Err(Refusal::TwoInOne),
            _ => return Err(Refusal::Damaged),
        })
    }

    fn marker(&mut self, code: u8) -> Result<State, Refusal> {
        match code {
            0xd9 if self.has_frame && self.has_scan => return Ok(State::After),
            0x00..=0xbf | 0xd0..=0xd9 => return Err(Refusal::Damaged),
            0xc4 | 0xc8 | 0xcc => {}
            0xc0..=0xcf => self.has_frame = true,
            0xda => self.has_scan = true,
            _ => {}
        }
        Ok(State::Length { code, high: None })
    }

    pub fn finish(self) -> Result<(), Refusal> {
        match self.state {
            State::After if self.has_frame && self.has_scan => Ok(()),
            _ => Err(Refusal::Damaged),
        }
    }
}

/// After the header of a scan come its pixels, after any other segment the next marker.
fn after_segment(code: u8) -> State {
    if code == 0xda { State::Scan } else { State::Marker }
}
