//! What the text check knows by itself: topics that a text can be about, and facts that it can state. An edition says
//! which of its issues is about which topic (`text_topic`) and which of its questions asks for which fact (`text_fact`).

/// What a text can give as its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// The rollout of MFA takes longer: time, budget, training, deliveries.
    MoreTime,
    /// People who do not work in customers' tenants.
    WithoutDelegatedAdmin,
    /// Accounts of devices and services.
    ServiceAccounts,
    /// No phone, or nothing else that could hold an authenticator.
    NoPhone,
    /// Old mail clients, devices and protocols.
    LegacyProtocols,
    /// The existing Exchange Online PowerShell module, which cannot do MFA.
    ExchangePowershell,
    /// A third party's MFA that the directory does not see.
    ThirdPartyMfa,
}

impl Topic {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::MoreTime,
        Self::WithoutDelegatedAdmin,
        Self::ServiceAccounts,
        Self::NoPhone,
        Self::LegacyProtocols,
        Self::ExchangePowershell,
        Self::ThirdPartyMfa,
    ];

    /// As an edition names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MoreTime => "more_time",
            Self::WithoutDelegatedAdmin => "without_delegated_admin",
            Self::ServiceAccounts => "service_accounts",
            Self::NoPhone => "no_phone",
            Self::LegacyProtocols => "legacy_protocols",
            Self::ExchangePowershell => "exchange_powershell",
            Self::ThirdPartyMfa => "third_party_mfa",
        }
    }

    /// The topic of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.name() == name)
    }
}

/// What a yes/no question can ask for, each with the answer that a text can give to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// Whether the existing module is needed; a text can say that it is not.
    ModuleNeeded,
    /// Whether other services ask for MFA; a text can say that none does.
    OthersPrompt,
    /// Whether MFA can be completed when asked for; a text can say that it can.
    CanComplete,
    /// Whether MFA is enforced for everyone; a text can say that it is not.
    MfaEnforced,
    /// Whether the vendor has been asked; a text can say that it has not.
    VendorAsked,
    /// Whether the claim can be sent; a text can say that it can.
    ClaimCanBeSent,
}

impl Fact {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::ModuleNeeded,
        Self::OthersPrompt,
        Self::CanComplete,
        Self::MfaEnforced,
        Self::VendorAsked,
        Self::ClaimCanBeSent,
    ];

    /// As an edition names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ModuleNeeded => "module_needed",
            Self::OthersPrompt => "others_prompt",
            Self::CanComplete => "can_complete",
            Self::MfaEnforced => "mfa_enforced",
            Self::VendorAsked => "vendor_asked",
            Self::ClaimCanBeSent => "claim_can_be_sent",
        }
    }

    /// The fact of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fact| fact.name() == name)
    }

    /// The answer that a text says when it is found to state the fact.
    pub const fn said(self) -> bool {
        matches!(self, Self::CanComplete | Self::ClaimCanBeSent)
    }
}
