//! What the doctor can see in claims: one table of codes, which the policy's hints, the pages and the API name.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FindingSeverity)]
pub enum Severity {
    /// As it has to be.
    Ok,
    /// Good to know.
    Info,
    /// May be the cause.
    Warning,
    /// Reason enough to be stopped.
    Error,
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $severity:ident, $claim:literal;)+) => {
        /// The code of a finding; its messages are `doctor-CODE`, `doctor-CODE-detail` and `doctor-CODE-do` (underscores as hyphens).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[schema(as = FindingCode)]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Code {
            /// Every code, in the order in which they are told.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// As on the wire and in an edition's `claim_hints`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// How much it matters.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)+ }
            }

            /// The claim that it is about.
            pub fn claim(self) -> &'static str {
                match self { $(Self::$variant => $claim,)+ }
            }
        }
    };
}

codes! {
    /// An application's own token: `idtyp` is `app`, and there is no `scp`.
    AppOnly = "app_only", Ok, "idtyp";
    /// It looks like an application's own token and does not prove it, so it counts as a user's.
    AppOnlyUnproven = "app_only_unproven", Warning, "idtyp";
    /// A token of a user.
    UserToken = "user_token", Info, "scp";
    /// An ID token, which is for the application that signed the user in and for no API.
    IdToken = "id_token", Warning, "nonce";
    /// `amr` has the exact member `mfa`.
    MfaVerified = "mfa_verified", Ok, "amr";
    /// There is no `amr`.
    AmrMissing = "amr_missing", Error, "amr";
    /// `amr` is no list of texts.
    AmrNotAList = "amr_not_a_list", Error, "amr";
    /// `amr` has `mfa` in another spelling.
    AmrOtherSpelling = "amr_other_spelling", Error, "amr";
    /// `amr` names a second factor, but not `mfa`.
    AmrMethodOnly = "amr_method_only", Error, "amr";
    /// `amr` names nothing that goes beyond a password.
    AmrWithoutMfa = "amr_without_mfa", Error, "amr";
    /// The identity provider's own claim says that MFA was done, and `amr` does not.
    FederatedMfaClaim = "federated_mfa_claim", Warning, "authenticationmethodsreferences";
    /// The identity provider's own claim is there and does not say that MFA was done.
    FederatedClaimWithoutMfa = "federated_claim_without_mfa", Warning, "authenticationmethodsreferences";
    /// `acr` says something that nobody looks at.
    AcrNotRead = "acr_not_read", Info, "acr";
    /// There is no `aud`.
    AudienceMissing = "audience_missing", Error, "aud";
    /// `aud` is not what the service expects.
    AudienceOther = "audience_other", Error, "aud";
    /// `aud`, where nobody said what is expected.
    AudienceSeen = "audience_seen", Info, "aud";
    /// `aud` is what the service expects.
    AudienceExpected = "audience_expected", Ok, "aud";
    /// There is no `iss`.
    IssuerMissing = "issuer_missing", Error, "iss";
    /// `iss` is none that this desk knows.
    IssuerUnknown = "issuer_unknown", Warning, "iss";
    /// There is no `tid`.
    TenantMissing = "tenant_missing", Error, "tid";
    /// `tid` is no GUID.
    TenantNotAGuid = "tenant_not_a_guid", Error, "tid";
    /// `tid` and `iss` name different tenants.
    IssuerTenantMismatch = "issuer_tenant_mismatch", Error, "tid";
    /// There is no `oid`.
    UserMissing = "user_missing", Error, "oid";
    /// `oid` is no GUID.
    UserNotAGuid = "user_not_a_guid", Error, "oid";
    /// There is no `exp`.
    ExpiryMissing = "expiry_missing", Error, "exp";
    /// A time that is no number of seconds.
    TimeUnreadable = "time_unreadable", Error, "exp";
    /// `exp` has passed.
    Expired = "expired", Error, "exp";
    /// `nbf` is still to come.
    NotYetValid = "not_yet_valid", Error, "nbf";
    /// Now lies between `nbf` and `exp`.
    ValidUntil = "valid_until", Ok, "exp";
    /// The older form of tokens.
    VersionOne = "version_one", Info, "ver";
    /// The newer form of tokens.
    VersionTwo = "version_two", Info, "ver";
}

impl Code {
    /// The code of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }

    /// Whether it says that a user's token does not prove MFA.
    pub fn is_about_missing_mfa(self) -> bool {
        self.claim() == "amr" && self.severity() == Severity::Error
    }
}

/// A value that belongs into a finding's sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// Text from the claims, or about them.
    Text(String),
    /// An instant.
    At(DateTime<Utc>),
}

/// One thing seen in the claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was seen.
    pub code: Code,
    /// Values by the name of their place in the messages.
    pub facts: Vec<(&'static str, Fact)>,
}

/// Most characters of a claim that a sentence repeats.
const SHOWN: usize = 120;

impl Finding {
    pub(super) fn new(code: Code) -> Self {
        Self { code, facts: Vec::new() }
    }

    pub(super) fn text(mut self, name: &'static str, text: &str) -> Self {
        let mut shown: String = text.chars().take(SHOWN).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        self.facts.push((name, Fact::Text(shown)));
        self
    }

    pub(super) fn at(mut self, at: DateTime<Utc>) -> Self {
        self.facts.push(("at", Fact::At(at)));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_one_name_in_policy_and_api() {
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.name());
            assert_eq!(Code::from_name(code.name()), Some(*code));
        }
        assert_eq!(Code::from_name("amr"), None);
    }
}
