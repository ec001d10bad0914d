//! Claims read as an enforcement point reads them. Pure: the instant, the known issuers and the audiences are parameters.

use super::finding::{Code, Finding, Severity};
use chrono::{DateTime, Utc};
use relying_party::{numeric_date, texts};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// What tokens are held against.
#[derive(Clone, Copy)]
pub struct Expected<'a> {
    /// The instant that is judged.
    pub now: DateTime<Utc>,
    /// What the protected services accept as `aud`; with none, the audience is told and not judged.
    pub audiences: &'a [String],
    /// The tenant for which an issuer speaks, when it is a known one.
    pub tenant_of: &'a dyn Fn(&str) -> Option<Uuid>,
}

/// What the findings come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TokenVerdict)]
pub enum Verdict {
    /// MFA was done and nothing else stands against the token.
    MfaVerified,
    /// An application's own token, of which MFA is not asked.
    AppOnly,
    /// The token does not prove MFA.
    MfaMissing,
    /// Something else than MFA stands against the token.
    OtherFault,
}

/// What was seen, and what it comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// What it comes to.
    pub verdict: Verdict,
    /// What was seen, in the order of [`Code::ALL`].
    pub findings: Vec<Finding>,
}

/// Reads `claims` and holds them against what is expected.
pub fn diagnose(claims: &Map<String, Value>, expected: &Expected<'_>) -> Diagnosis {
    let claims = Claims(claims);
    let kind = claims.kind();
    let is_app = kind.code == Code::AppOnly;
    let mut findings = vec![kind];
    if !is_app {
        let proof = claims.proof();
        let is_proven = proof.code == Code::MfaVerified;
        findings.push(proof);
        if !is_proven {
            findings.extend(claims.federated());
            findings.extend(claims.acr());
        }
        findings.extend(claims.user());
    }
    findings.push(claims.audience(expected.audiences));
    findings.extend(claims.issuer(expected.tenant_of));
    findings.extend(claims.times(expected.now));
    findings.extend(claims.version());
    findings.sort_by_key(|finding| finding.code);
    let verdict = if findings.iter().any(|finding| finding.code.is_about_missing_mfa()) {
        Verdict::MfaMissing
    } else if findings.iter().any(|finding| finding.code.severity() == Severity::Error) {
        Verdict::OtherFault
    } else if is_app {
        Verdict::AppOnly
    } else {
        Verdict::MfaVerified
    };
    Diagnosis { verdict, findings }
}

/// Claims that only the token of a person has.
const OF_PEOPLE: [&str; 5] = ["name", "preferred_username", "unique_name", "upn", "amr"];
/// What providers call a second factor (RFC 8176, and one name that is widely used besides).
const SECOND_FACTORS: [&str; 14] =
    ["otp", "sms", "tel", "hwk", "swk", "fido", "sc", "mca", "pop", "face", "fpt", "iris", "vbm", "ngcmfa"];
/// Values of `acr` that claim nothing beyond a password.
const PLAIN_ACR: [&str; 3] = ["0", "1", "pwd"];

struct Claims<'a>(&'a Map<String, Value>);

impl Claims<'_> {
    /// A claim that is there; null is nothing.
    fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    fn kind(&self) -> Finding {
        let says_app = self.text("idtyp") == Some("app");
        // As the verifier: a `scp` of any value, null too, is one.
        let has_scope = self.0.contains_key("scp");
        Finding::new(if says_app && !has_scope {
            Code::AppOnly
        } else if says_app {
            Code::AppOnlyUnproven
        } else if has_scope {
            Code::UserToken
        } else if ["nonce", "at_hash", "c_hash"].iter().any(|name| self.has(name)) {
            Code::IdToken
        } else if !self.has("idtyp") && !OF_PEOPLE.iter().any(|name| self.has(name)) {
            Code::AppOnlyUnproven
        } else {
            Code::UserToken
        })
    }

    /// Whether MFA is proven: `amr` is a list of texts with the exact member `mfa`.
    fn proof(&self) -> Finding {
        let Some(amr) = self.get("amr") else { return Finding::new(Code::AmrMissing) };
        let Some(methods) = texts(Some(amr)) else {
            return Finding::new(Code::AmrNotAList).text("given", &amr.to_string());
        };
        let has = |wanted: fn(&str) -> bool| methods.iter().any(|method| wanted(method));
        let code = if has(|method| method == "mfa") {
            Code::MfaVerified
        } else if has(|method| method.trim().eq_ignore_ascii_case("mfa")) {
            Code::AmrOtherSpelling
        } else if has(|method| SECOND_FACTORS.contains(&method)) {
            Code::AmrMethodOnly
        } else {
            Code::AmrWithoutMfa
        };
        Finding::new(code).text("given", &amr.to_string())
    }

    /// What the identity provider's own claim says; its name and its values come with and without the address before them.
    fn federated(&self) -> Option<Finding> {
        let last = |text: &str| text.rsplit(['/', '#']).next().unwrap_or_default().to_ascii_lowercase();
        let is_named =
            |name: &str| matches!(last(name).as_str(), "authenticationmethodsreferences" | "authnmethodsreferences");
        let (_, value) = self.0.iter().find(|(name, _)| is_named(name))?;
        let values = match value {
            Value::Array(values) => values.iter().collect(),
            value => vec![value],
        };
        let says_mfa = values.iter().filter_map(|value| value.as_str()).any(|value| last(value) == "multipleauthn");
        let code = if says_mfa { Code::FederatedMfaClaim } else { Code::FederatedClaimWithoutMfa };
        Some(Finding::new(code).text("given", &value.to_string()))
    }

    fn acr(&self) -> Option<Finding> {
        let acr = self.text("acr").filter(|acr| !PLAIN_ACR.contains(acr))?;
        Some(Finding::new(Code::AcrNotRead).text("given", acr))
    }

    fn user(&self) -> Option<Finding> {
        match self.get("oid") {
            None => Some(Finding::new(Code::UserMissing)),
            Some(oid) if guid(oid).is_none() => Some(Finding::new(Code::UserNotAGuid).text("given", &oid.to_string())),
            Some(_) => None,
        }
    }

    fn audience(&self, expected: &[String]) -> Finding {
        let given = match self.get("aud") {
            Some(Value::String(one)) if !one.is_empty() => vec![one.clone()],
            list => texts(list).unwrap_or_default(),
        };
        let shown = given.join(", ");
        if given.is_empty() {
            Finding::new(Code::AudienceMissing)
        } else if expected.is_empty() {
            Finding::new(Code::AudienceSeen).text("given", &shown)
        } else if given.iter().any(|one| expected.contains(one)) {
            Finding::new(Code::AudienceExpected).text("given", &shown)
        } else {
            Finding::new(Code::AudienceOther).text("given", &shown).text("expected", &expected.join(", "))
        }
    }

    fn issuer(&self, tenant_of: &dyn Fn(&str) -> Option<Uuid>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let tenant = self.get("tid").map(|tid| (tid, guid(tid)));
        match tenant {
            None => findings.push(Finding::new(Code::TenantMissing)),
            Some((tid, None)) => findings.push(Finding::new(Code::TenantNotAGuid).text("given", &tid.to_string())),
            Some((_, Some(_))) => {}
        }
        let Some(issuer) = self.text("iss") else {
            findings.push(Finding::new(Code::IssuerMissing));
            return findings;
        };
        let known = tenant_of(issuer);
        if known.is_none() {
            findings.push(Finding::new(Code::IssuerUnknown).text("given", issuer));
        }
        let of_issuer = known.or_else(|| issuer.split('/').find_map(|part| guid(&Value::from(part))));
        if let (Some(of_issuer), Some((_, Some(tid)))) = (of_issuer, tenant)
            && of_issuer != tid
        {
            let mismatch = Finding::new(Code::IssuerTenantMismatch);
            findings.push(mismatch.text("issuer", &of_issuer.to_string()).text("tenant", &tid.to_string()));
        }
        findings
    }

    fn times(&self, now: DateTime<Utc>) -> Vec<Finding> {
        let unreadable = ["iat", "nbf", "exp"]
            .into_iter()
            .filter(|name| self.get(name).is_some_and(|value| numeric_date(value).is_none()))
            .map(|name| Finding::new(Code::TimeUnreadable).text("claim", name));
        let mut findings: Vec<_> = unreadable.collect();
        let expires_at = self.get("exp").and_then(numeric_date);
        match expires_at {
            Some(at) if at <= now => findings.push(Finding::new(Code::Expired).at(at)),
            None if !self.has("exp") => findings.push(Finding::new(Code::ExpiryMissing)),
            _ => {}
        }
        match self.get("nbf").and_then(numeric_date) {
            Some(at) if at > now => findings.push(Finding::new(Code::NotYetValid).at(at)),
            _ => {}
        }
        match expires_at {
            Some(at) if findings.is_empty() => vec![Finding::new(Code::ValidUntil).at(at)],
            _ => findings,
        }
    }

    /// `ver`, else the name of the claim that says which application asked.
    fn version(&self) -> Option<Finding> {
        match self.text("ver") {
            Some("1.0") => Some(Code::VersionOne),
            Some("2.0") => Some(Code::VersionTwo),
            Some(_) => None,
            None if self.has("appid") => Some(Code::VersionOne),
            None => self.has("azp").then_some(Code::VersionTwo),
        }
        .map(Finding::new)
    }
}

/// A GUID in its usual form; providers never send another spelling.
fn guid(value: &Value) -> Option<Uuid> {
    mfa_enforcement::input::lenient_guid(Some(value))
}

#[cfg(test)]
mod tests;
