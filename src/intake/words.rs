//! Free text that one side writes to the other.

use crate::problem::InputError;
use crate::web::Failure;

/// What a person typed at `pointer`, trimmed: 1 to `max` characters, none of them U+0000.
///
/// # Errors
/// 422 at `pointer`.
pub fn checked(pointer: &'static str, text: &str, max: usize) -> Result<String, Failure> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(InputError::new(pointer, "empty").into()),
        _ if text.contains('\0') => Err(InputError::new(pointer, "control_characters").into()),
        length if length > max => Err(InputError::new(pointer, "too_long").with("max", max).into()),
        _ => Ok(text.to_owned()),
    }
}
