//! What else proves MFA, for one issuer: values of `acr` and `amr` that the operator takes for it.
//!
//! Every issuer proves MFA by `amr` with the exact member `mfa`. Some say it otherwise: by the REFEDS profile in `acr`, or
//! by naming the methods. What is listed here counts as much as `mfa` does, for tokens of that one issuer alone.

use crate::input;
use relying_party::{Claims, IssuerConfig, RelyingParty};
use serde::Deserialize;
use std::collections::BTreeSet;

/// `[[mfa_claims]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MfaClaims {
    /// The `issuer` of one of the `[[issuers]]`.
    pub issuer: String,
    /// Values of `acr`, exact.
    #[serde(default)]
    pub acr: Vec<String>,
    /// Members of `amr`, exact; one of them is enough.
    #[serde(default)]
    pub amr: Vec<String>,
}

/// Methods that RFC 8176 names and that are one factor by their nature: what somebody knows, or where they are.
const ONE_FACTOR: [&str; 5] = ["pwd", "pin", "kba", "geo", "rba"];

impl MfaClaims {
    /// Adds what is wrong with the entries to `errors`.
    pub(super) fn check(all: &[Self], issuers: &[IssuerConfig], errors: &mut Vec<String>) {
        let mut seen = BTreeSet::new();
        for entry in all {
            let name = &entry.issuer;
            let mut fault = |text: String| errors.push(format!("`mfa_claims` for `{name}`: {text}"));
            if !issuers.iter().any(|issuer| issuer.issuer == *name) {
                fault("`issuer` is none of the `issuers`".to_owned());
            }
            if !seen.insert(name) {
                fault("there are two entries for this issuer".to_owned());
            }
            if entry.acr.is_empty() && entry.amr.is_empty() {
                fault("it lists neither `acr` nor `amr`".to_owned());
            }
            if entry.acr.iter().chain(&entry.amr).any(|value| value.trim().is_empty()) {
                fault("an empty value proves nothing".to_owned());
            }
            if let Some(one) = entry.amr.iter().find(|value| ONE_FACTOR.contains(&value.as_str())) {
                fault(format!("`{one}` is one factor alone, never MFA"));
            }
        }
    }

    fn proves(&self, claims: &Claims) -> bool {
        claims.acr.as_ref().is_some_and(|acr| self.acr.contains(acr))
            || claims.amr.iter().any(|method| self.amr.contains(method))
    }
}

/// Whether the token says that MFA was done: as every issuer says it, or as its own issuer may.
pub(super) fn proves_mfa(claims: &Claims, party: &RelyingParty, more: &[MfaClaims]) -> bool {
    input::proves_mfa(claims.all.get("amr"))
        || party
            .issuer_of(&claims.issuer)
            .is_some_and(|issuer| more.iter().any(|entry| entry.issuer == issuer && entry.proves(claims)))
}
