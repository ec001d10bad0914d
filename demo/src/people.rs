//! The example tenants and the people in them: invented, with identifiers that stay the same on every machine.
//!
//! | tenant | its people and MFA |
//! | --- | --- |
//! | Contoso | cloud accounts, MFA done at every sign-in |
//! | Wingtip | signs in at its own provider, whose MFA arrives as `mfa` |
//! | Fabrikam | cloud accounts that never registered for MFA: asked, they register and verify |
//! | Tailspin | signs in at its own provider, which does MFA but does not say so in a way that the directory sees |
//! | Exception Desk Operations | the desk's own staff: authenticator registered, asked for a code when the desk wants one |

use serde_json::{Value, json};
use uuid::{Uuid, uuid};

/// Where the accounts of a tenant sign in, and what the directory learns there about MFA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accounts {
    /// In the directory; MFA is done at every sign-in.
    ManagedMfaDone,
    /// In the directory; an authenticator app was registered before, a code is asked for on demand.
    ManagedRegistered,
    /// In the directory; nobody has registered yet. Asked for MFA, a person registers an authenticator app.
    ManagedUnregistered,
    /// At the tenant's own provider, whose MFA claim the directory understands.
    FederatedPassesMfaOn,
    /// At the tenant's own provider, which does MFA; no claim about it arrives, however often it is asked.
    FederatedMfaUnseen,
}

impl Accounts {
    /// Whether the tenant brings its own identity provider.
    pub fn federated(self) -> bool {
        matches!(self, Self::FederatedPassesMfaOn | Self::FederatedMfaUnseen)
    }

    /// Whether a sign-in yields `mfa` without its being asked for.
    pub fn mfa_at_sign_in(self) -> bool {
        matches!(self, Self::ManagedMfaDone | Self::FederatedPassesMfaOn)
    }
}

/// An organisation in the directory.
#[derive(Debug)]
pub struct Tenant {
    /// The claim `tid`.
    pub id: Uuid,
    /// As its people write it.
    pub name: &'static str,
    /// How its people sign in.
    pub accounts: Accounts,
    /// Its entry in the partner register; none for the operator.
    pub partner: Option<Partner>,
    /// Key of the message that says in a line what is special here.
    pub note: &'static str,
}

/// What the partner register keeps of a tenant.
#[derive(Debug)]
pub struct Partner {
    /// `direct_bill`, `indirect_provider`, `indirect_reseller` or `advisor`.
    pub kind: &'static str,
    /// ISO 3166-1 alpha-2; chooses the business calendar.
    pub country: &'static str,
    /// Where grants are announced besides the contact of the request.
    pub security_contact: &'static str,
}

/// Somebody to sign in as.
#[derive(Debug)]
pub struct Persona {
    /// The name on the command line, such as `tailspin-sales-agent`.
    pub key: &'static str,
    /// The claim `oid`.
    pub object_id: Uuid,
    /// As the person writes it.
    pub name: &'static str,
    /// The language that the name is written in, for `lang="…"`.
    pub name_lang: &'static str,
    /// User principal name, for people to read.
    pub upn: &'static str,
    /// The claim `roles`.
    pub roles: &'static [&'static str],
    /// Where the account lives.
    pub tenant: &'static Tenant,
}

/// A program that signs in as itself.
#[derive(Debug)]
pub struct Service {
    /// The name on the command line.
    pub key: &'static str,
    /// The claim `oid`.
    pub object_id: Uuid,
    /// As the register of applications shows it.
    pub name: &'static str,
    /// The claim `roles`.
    pub roles: &'static [&'static str],
    /// Where it is registered.
    pub tenant: &'static Tenant,
}

/// Managed accounts, MFA done.
pub static CONTOSO: Tenant = Tenant {
    id: uuid!("3ab68ce5-b1b9-4305-994d-4ce346ba5e75"),
    name: "Contoso",
    accounts: Accounts::ManagedMfaDone,
    partner: Some(Partner { kind: "direct_bill", country: "US", security_contact: "security@contoso.example" }),
    note: "tenant-contoso",
};

/// Federated accounts whose provider's MFA is seen.
pub static WINGTIP: Tenant = Tenant {
    id: uuid!("6c6101ea-25d1-467a-baf5-279c3de42e77"),
    name: "Wingtip Toys",
    accounts: Accounts::FederatedPassesMfaOn,
    partner: Some(Partner {
        kind: "indirect_provider",
        country: "GB",
        security_contact: "it-security@wingtip.example",
    }),
    note: "tenant-wingtip",
};

/// Managed accounts without MFA.
pub static FABRIKAM: Tenant = Tenant {
    id: uuid!("9d867a95-ba67-4452-8102-5c228ab9febb"),
    name: "Fabrikam",
    accounts: Accounts::ManagedUnregistered,
    partner: Some(Partner { kind: "indirect_reseller", country: "US", security_contact: "soc@fabrikam.example" }),
    note: "tenant-fabrikam",
};

/// Federated accounts whose provider's MFA the directory does not see.
pub static TAILSPIN: Tenant = Tenant {
    id: uuid!("b13e516c-1dbc-4832-a49e-c6417db8f5db"),
    name: "Tailspin Toys Japan",
    accounts: Accounts::FederatedMfaUnseen,
    partner: Some(Partner { kind: "indirect_reseller", country: "JP", security_contact: "security@tailspin.example" }),
    note: "tenant-tailspin",
};

/// The desk's own staff.
pub static OPERATIONS: Tenant = Tenant {
    id: uuid!("f35c12a9-b1f0-4811-8e8a-7f899db1e9f8"),
    name: "Exception Desk Operations",
    accounts: Accounts::ManagedRegistered,
    partner: None,
    note: "tenant-operations",
};

/// Every tenant, partners first, in the order in which they are shown.
pub static TENANTS: [&Tenant; 5] = [&CONTOSO, &WINGTIP, &FABRIKAM, &TAILSPIN, &OPERATIONS];

/// Everybody, by tenant.
pub static PERSONAS: [Persona; 13] = [
    Persona {
        key: "contoso-admin-agent",
        object_id: uuid!("36363411-12c6-45ea-b330-deeac07b580c"),
        name: "Emily Carter",
        name_lang: "en",
        upn: "emily.carter@contoso.example",
        roles: &["AdminAgent"],
        tenant: &CONTOSO,
    },
    Persona {
        key: "wingtip-admin-agent",
        object_id: uuid!("bea8e381-337d-48d7-8d8f-eb947e08135b"),
        name: "Oliver Bennett",
        name_lang: "en",
        upn: "oliver.bennett@wingtip.example",
        roles: &["AdminAgent"],
        tenant: &WINGTIP,
    },
    Persona {
        key: "fabrikam-admin-agent",
        object_id: uuid!("688c7693-d085-44ed-90c6-a42103576ede"),
        name: "Maria Gonzalez",
        name_lang: "en",
        upn: "maria.gonzalez@fabrikam.example",
        roles: &["AdminAgent"],
        tenant: &FABRIKAM,
    },
    Persona {
        key: "tailspin-global-admin",
        object_id: uuid!("08a1394e-f3c2-40ce-9baf-ef22b4d75956"),
        name: "佐藤 健一",
        name_lang: "ja",
        upn: "kenichi.sato@tailspin.example",
        roles: &["GlobalAdmin"],
        tenant: &TAILSPIN,
    },
    Persona {
        key: "tailspin-admin-agent",
        object_id: uuid!("2941b504-3c49-4b86-a6ff-a691a629c860"),
        name: "鈴木 美咲",
        name_lang: "ja",
        upn: "misaki.suzuki@tailspin.example",
        roles: &["AdminAgent"],
        tenant: &TAILSPIN,
    },
    Persona {
        key: "tailspin-helpdesk-agent",
        object_id: uuid!("78e0bdf5-25c3-4bf5-8f7a-1761bd1bf64a"),
        name: "高橋 翔太",
        name_lang: "ja",
        upn: "shota.takahashi@tailspin.example",
        roles: &["HelpdeskAgent"],
        tenant: &TAILSPIN,
    },
    Persona {
        key: "tailspin-sales-agent",
        object_id: uuid!("fc0bbe5e-bfa3-4819-b7f4-66d63ebbf3d9"),
        name: "田中 由佳",
        name_lang: "ja",
        upn: "yuka.tanaka@tailspin.example",
        roles: &["SalesAgent"],
        tenant: &TAILSPIN,
    },
    Persona {
        key: "reviewer",
        object_id: uuid!("7ce8fa30-1000-4cd5-91be-29dcacb84dc4"),
        name: "Hannah Weber",
        name_lang: "en",
        upn: "hannah.weber@operations.example",
        roles: &["Reviewer"],
        tenant: &OPERATIONS,
    },
    Persona {
        key: "reviewer-2",
        object_id: uuid!("ce1372d6-8cf2-4c97-bd64-c491173c60e6"),
        name: "伊藤 直樹",
        name_lang: "ja",
        upn: "naoki.ito@operations.example",
        roles: &["Reviewer"],
        tenant: &OPERATIONS,
    },
    Persona {
        key: "lead",
        object_id: uuid!("68a4b37c-9daf-411f-a462-fd27e736cd0c"),
        name: "渡辺 千尋",
        name_lang: "ja",
        upn: "chihiro.watanabe@operations.example",
        roles: &["LeadReviewer"],
        tenant: &OPERATIONS,
    },
    Persona {
        key: "lead-2",
        object_id: uuid!("75fb0b11-08b6-44d1-a7bd-396444076b66"),
        name: "Daniel Okafor",
        name_lang: "en",
        upn: "daniel.okafor@operations.example",
        roles: &["LeadReviewer"],
        tenant: &OPERATIONS,
    },
    Persona {
        key: "policy-admin",
        object_id: uuid!("dc20bd6e-1de2-449d-868e-acede4d8309b"),
        name: "Priya Raman",
        name_lang: "en",
        upn: "priya.raman@operations.example",
        roles: &["PolicyAdmin"],
        tenant: &OPERATIONS,
    },
    Persona {
        key: "auditor",
        object_id: uuid!("c0f8798f-c6a8-4ae5-abaa-0cf8b9ed2f1d"),
        name: "小林 誠",
        name_lang: "ja",
        upn: "makoto.kobayashi@operations.example",
        roles: &["Auditor"],
        tenant: &OPERATIONS,
    },
];

/// The client that pulls the feed as itself.
pub static FEED: Service = Service {
    key: "feed",
    object_id: uuid!("22e56894-68dd-4cd3-a101-e1ab3e2b9c81"),
    name: "Enforcement feed",
    roles: &["Feed.Read"],
    tenant: &OPERATIONS,
};

/// The person named `key` on the command line.
pub fn persona(key: &str) -> Option<&'static Persona> {
    PERSONAS.iter().find(|persona| persona.key == key)
}

/// The tenant with this `tid`.
pub fn tenant(id: Uuid) -> Option<&'static Tenant> {
    TENANTS.into_iter().find(|tenant| tenant.id == id)
}

/// Everybody and the client, for `demo personas`: an array of
/// `{persona, kind, name, upn, roles, tenant_name, tenant_id, object_id}`; `kind` is `person` or `client`.
pub fn personas_json() -> Value {
    let people = PERSONAS.iter().map(|p| {
        json!({
            "persona": p.key, "kind": "person", "name": p.name, "upn": p.upn, "roles": p.roles,
            "tenant_name": p.tenant.name, "tenant_id": p.tenant.id, "object_id": p.object_id,
        })
    });
    let feed = json!({
        "persona": FEED.key, "kind": "client", "name": FEED.name, "upn": null, "roles": FEED.roles,
        "tenant_name": FEED.tenant.name, "tenant_id": FEED.tenant.id, "object_id": FEED.object_id,
    });
    Value::Array(people.chain([feed]).collect())
}

/// The partner tenants for `partners import`: CSV with the header `tenant,name,type,country,security_contact`.
pub fn partners_csv() -> String {
    let mut csv = String::from("tenant,name,type,country,security_contact\n");
    for tenant in TENANTS {
        if let Some(partner) = &tenant.partner {
            // No field holds a comma or a quote; a test keeps it so.
            csv.push_str(&format!(
                "{},{},{},{},{}\n",
                tenant.id, tenant.name, partner.kind, partner.country, partner.security_contact
            ));
        }
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_identifier_is_given_once() {
        let mut ids: Vec<Uuid> = PERSONAS.iter().map(|p| p.object_id).chain([FEED.object_id]).collect();
        ids.extend(TENANTS.map(|t| t.id));
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
        let keys: HashSet<_> = PERSONAS.iter().map(|p| p.key).chain([FEED.key]).collect();
        assert_eq!(keys.len(), 14);
    }

    #[test]
    fn the_csv_has_five_fields_a_line_and_no_operator() {
        let csv = partners_csv();
        assert!(csv.lines().all(|line| line.split(',').count() == 5 && !line.contains('"')));
        assert_eq!(csv.lines().count(), 5);
        assert!(!csv.contains(&OPERATIONS.id.to_string()));
    }

    #[test]
    fn the_list_of_personas_names_tenant_and_object_ids() {
        let list = personas_json();
        let tailspin = list.as_array().unwrap().iter().find(|p| p["persona"] == "tailspin-global-admin").unwrap();
        assert_eq!(tailspin["tenant_id"], TAILSPIN.id.to_string());
        assert_eq!(tailspin["roles"], json!(["GlobalAdmin"]));
        assert!(list.as_array().unwrap().iter().any(|p| p["persona"] == "feed" && p["kind"] == "client"));
    }
}
