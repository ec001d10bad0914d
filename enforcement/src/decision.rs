//! The decision: is this caller let through, challenged or denied, and why. Pure: the instant is part of the input.

use crate::index::RuleIndex;
use crate::surface::{Behaviour, Surface};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The reason phrase of a 401 on a `partner_api` surface.
pub const REASON_PHRASE: &str = "Unauthorized - MFA required";
/// The `WWW-Authenticate` header of a 401 on a `partner_api` surface.
pub const WWW_AUTHENTICATE: &str = r#"Bearer error="invalid_token""#;

/// The rules to decide by, as far as there are any.
#[derive(Clone, Copy)]
pub enum Feed<'a> {
    /// No feed was ever accepted.
    Absent,
    /// A feed is held but must not be used, whatever its own `expires_at` says: the reader's clock cannot be trusted.
    Unusable,
    /// A genuine feed; it counts until its `expires_at`.
    Held {
        /// Its rules.
        rules: &'a RuleIndex,
        /// First instant at which it no longer counts.
        expires_at: DateTime<Utc>,
    },
}

impl<'a> Feed<'a> {
    /// Whether this feed can suppress MFA at `at`.
    pub fn freshness(&self, at: DateTime<Utc>) -> Freshness {
        self.at(at).0
    }

    /// The same, with the rules that count then.
    #[inline]
    fn at(&self, at: DateTime<Utc>) -> (Freshness, Option<&'a RuleIndex>) {
        match *self {
            Self::Absent => (Freshness::Absent, None),
            Self::Held { rules, expires_at } if at < expires_at => (Freshness::Fresh, Some(rules)),
            Self::Held { .. } | Self::Unusable => (Freshness::Expired, None),
        }
    }
}

/// Whether the feed could suppress MFA at the instant of the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Freshness {
    /// It could.
    Fresh,
    /// There is one, but it no longer counts.
    Expired,
    /// There is none.
    Absent,
}

/// Who wants what, when: everything that a decision depends on, besides the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionInput {
    /// The instant of the decision.
    pub at: DateTime<Utc>,
    /// Where. From route configuration, never from the client.
    pub place: Place,
    /// How the caller signs in.
    pub flow: Flow,
    /// The caller's tenant (`tid`); `None` when missing or malformed, and then no rule matches.
    pub tenant: Option<Uuid>,
    /// The caller's object id (`oid`); `None` when missing or malformed, and then no rule matches.
    pub user: Option<Uuid>,
    /// Whether `amr` is a list with the exact member `mfa`.
    pub mfa: bool,
    /// What is known of the account.
    pub account: Account,
}

/// Where a caller wants to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Not a protected page. Only a route says so.
    Open,
    /// A page or call that the mandate may reach.
    Protected {
        /// The surface it belongs to. Rules name surfaces: one that no rule can name is never suppressed.
        surface: Surface,
        /// Whether a delegated administration portal signs in to the customer's tenant; immaterial elsewhere.
        signs_in_to_customer_tenant: bool,
    },
}

impl Place {
    /// The surface, where the mandate reaches this place.
    pub fn protected_surface(&self) -> Option<&Surface> {
        match self {
            Self::Protected { surface, signs_in_to_customer_tenant }
                if *signs_in_to_customer_tenant || surface.behaviour != Behaviour::DelegatedAdminPortal =>
            {
                Some(surface)
            }
            _ => None,
        }
    }
}

/// How a caller signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// A person who can be prompted.
    Interactive,
    /// A user's token gained without a prompt (password grant).
    NonInteractive,
    /// An application's own token; only on positive proof.
    AppOnly,
}

impl Flow {
    /// Every flow.
    pub const ALL: [Self; 3] = [Self::Interactive, Self::NonInteractive, Self::AppOnly];

    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Interactive => "interactive",
            Self::NonInteractive => "non_interactive",
            Self::AppOnly => "app_only",
        }
    }
}

/// What is known of an account; `None` where it is not known. The default knows nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Who checks its password.
    pub identity: Option<Identity>,
    /// Whether the identity provider of a federated account does MFA.
    pub federated_idp_supports_mfa: Option<bool>,
    /// Whether it is registered for MFA with the directory.
    pub mfa_registered: Option<bool>,
}

/// Who checks an account's password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// The directory itself.
    Managed,
    /// The organisation's own identity provider.
    Federated,
}

/// The answer, with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What to do.
    pub decision: Verdict,
    /// Why.
    pub reason: Reason,
    /// The exception that suppressed MFA, with [`Reason::MfaSuppressed`].
    pub exception: Option<Uuid>,
    /// What to ask of the person, with [`Verdict::Challenge`].
    pub challenge: Option<Challenge>,
    /// HTTP status: 204, 302 or 401.
    pub status: u16,
    /// Whether the feed could suppress MFA at that instant.
    pub feed: Freshness,
}

/// What to do with the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Let through.
    Allow,
    /// Ask for MFA.
    Challenge,
    /// Refuse.
    Deny,
}

/// Why a decision came out as it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The mandate does not reach this page.
    NotProtected,
    /// An application's own token, of which no MFA is asked.
    AppOnly,
    /// The caller did MFA.
    MfaVerified,
    /// An exception covers the caller.
    MfaSuppressed,
    /// None of these: MFA is required.
    MfaRequired,
}

impl Reason {
    /// The name in JSON and in the header `X-Mfa-Decision`.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotProtected => "not_protected",
            Self::AppOnly => "app_only",
            Self::MfaVerified => "mfa_verified",
            Self::MfaSuppressed => "mfa_suppressed",
            Self::MfaRequired => "mfa_required",
        }
    }
}

/// What a challenged person is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Challenge {
    /// Prove the second factor that is registered.
    Verify,
    /// Go to the organisation's own identity provider, which does MFA.
    RedirectToFederatedIdp,
    /// Register for MFA, then prove it.
    RegisterThenVerify,
}

/// Decides. The order of the questions is the product's: the first that holds answers.
// Always inlined, as a look into a hash map is: what the caller does not read of the answer is then not made, which saves a
// tenth of a decision about a user with an exception.
#[inline(always)]
pub fn decide(feed: Feed<'_>, input: &DecisionInput) -> Decision {
    let (freshness, rules) = feed.at(input.at);
    let allow = |reason, exception| Decision {
        decision: Verdict::Allow,
        reason,
        exception,
        challenge: None,
        status: 204,
        feed: freshness,
    };
    let refuse = |decision, challenge, status| Decision {
        decision,
        reason: Reason::MfaRequired,
        exception: None,
        challenge,
        status,
        feed: freshness,
    };
    let Some(surface) = input.place.protected_surface() else {
        return allow(Reason::NotProtected, None);
    };
    let behaviour = surface.behaviour;
    if input.flow == Flow::AppOnly {
        // An application has no business on a page for people, and nobody is there to be prompted.
        return if behaviour.is_browser() { refuse(Verdict::Deny, None, 401) } else { allow(Reason::AppOnly, None) };
    }
    if input.mfa {
        return allow(Reason::MfaVerified, None);
    }
    if let Some(exception) = rules.and_then(|rules| suppressing(rules, surface, input)) {
        return allow(Reason::MfaSuppressed, Some(*exception));
    }
    if behaviour == Behaviour::PartnerApi || input.flow == Flow::NonInteractive {
        return refuse(Verdict::Deny, None, 401);
    }
    let status = if behaviour.is_browser() { 302 } else { 401 };
    refuse(Verdict::Challenge, Some(input.account.challenge()), status)
}

/// The exception that suppresses MFA for this input, if one of these rules does.
#[inline]
fn suppressing<'a>(rules: &'a RuleIndex, surface: &Surface, input: &DecisionInput) -> Option<&'a Uuid> {
    rules.find(input.tenant.as_ref()?, input.user.as_ref()?, &surface.name, &input.at)
}

impl Account {
    /// What the holder of this account is asked to do. What is not known is never held against them.
    pub fn challenge(&self) -> Challenge {
        let federated = self.identity == Some(Identity::Federated);
        if federated && self.federated_idp_supports_mfa == Some(true) {
            return Challenge::RedirectToFederatedIdp;
        }
        let mfa_is_with_the_directory =
            self.identity == Some(Identity::Managed) || (federated && self.federated_idp_supports_mfa == Some(false));
        if mfa_is_with_the_directory && self.mfa_registered == Some(false) {
            Challenge::RegisterThenVerify
        } else {
            Challenge::Verify
        }
    }
}
