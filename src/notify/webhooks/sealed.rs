//! Secrets at rest: sealed with the key of the sessions, which is not in the database, each for its own endpoint alone.

use super::sign::Secret;
use crate::web::Seal;
use uuid::Uuid;

const PURPOSE: &str = "webhook-secret";

/// `secret` of the endpoint `id`, as the database keeps it.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn seal(seal: &Seal, id: Uuid, secret: &Secret) -> serde_json::Result<String> {
    seal.seal(PURPOSE, &(id, secret))
}

/// The secret in `text`, if it was sealed for the endpoint `id` with this desk's key.
pub fn open(seal: &Seal, id: Uuid, text: &str) -> Option<Secret> {
    let (of, secret): (Uuid, Secret) = seal.open(PURPOSE, text)?;
    (of == id).then_some(secret)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::cookie::Key;

    #[test]
    fn a_sealed_secret_opens_for_its_own_endpoint_alone() {
        let key = Seal::new(Key::from(&[7; 64]));
        let (own, other, secret) = (Uuid::from_u128(1), Uuid::from_u128(2), Secret::fresh());
        let text = seal(&key, own, &secret).unwrap();
        assert!(!text.contains(secret.shown()));
        assert_eq!(open(&key, own, &text), Some(secret));
        assert_eq!(open(&key, other, &text), None);
        assert_eq!(open(&Seal::new(Key::from(&[8; 64])), own, &text), None);
    }
}
