//! The customers that the site shows, and what is known of them. Invented.

use serde_json::{Value, json};

/// A customer of the partner.
#[derive(Debug)]
pub(super) struct Customer {
    /// Its tenant, which also names it in addresses.
    pub id: &'static str,
    pub name: &'static str,
    /// The language that the name is written in.
    pub lang: &'static str,
    pub domain: &'static str,
    pub seats: u32,
    /// What is open under Support.
    pub open_requests: u32,
    /// Some of its users.
    pub users: &'static [(&'static str, &'static str)],
}

pub(super) static CUSTOMERS: [Customer; 5] = [
    Customer {
        id: "5d900006-3a09-411c-b7bf-b7e586889b72",
        name: "Alpine Ski House",
        lang: "en",
        domain: "alpineskihouse.example",
        seats: 140,
        open_requests: 2,
        users: &[("Jonas Keller", "jonas.keller"), ("Sofia Rossi", "sofia.rossi")],
    },
    Customer {
        id: "38025a8b-b9ba-4298-b7fb-2df9a8b5e73e",
        name: "さくら商事株式会社",
        lang: "ja",
        domain: "sakura-shoji.example",
        seats: 62,
        open_requests: 1,
        users: &[("山本 和子", "kazuko.yamamoto"), ("中村 拓也", "takuya.nakamura")],
    },
    Customer {
        id: "08d0d777-cfc1-468f-b366-aaab7d20b699",
        name: "Humongous Insurance",
        lang: "en",
        domain: "humongousinsurance.example",
        seats: 2_310,
        open_requests: 0,
        users: &[("Grace Mbeki", "grace.mbeki")],
    },
    Customer {
        id: "c16c9acc-aa7e-4ce5-a15c-e98db2463396",
        name: "北斗精機株式会社",
        lang: "ja",
        domain: "hokuto-seiki.example",
        seats: 415,
        open_requests: 3,
        users: &[("松本 大輔", "daisuke.matsumoto"), ("井上 さやか", "sayaka.inoue")],
    },
    Customer {
        id: "16fef4b7-1a4c-4824-a8fd-625648165502",
        name: "Proseware",
        lang: "en",
        domain: "proseware.example",
        seats: 28,
        open_requests: 0,
        users: &[("Ben Andrews", "ben.andrews")],
    },
];

/// The customer whose tenant is `id`, upper or lower case.
pub(super) fn customer(id: &str) -> Option<&'static Customer> {
    CUSTOMERS.iter().find(|customer| customer.id.eq_ignore_ascii_case(id))
}

impl Customer {
    /// As the partner API gives it.
    pub fn json(&self) -> Value {
        json!({"id": self.id, "company_name": self.name, "domain": self.domain, "seats": self.seats})
    }

    /// The number of seats for people to read, with a comma after the thousands.
    pub fn seats_text(&self) -> String {
        match (self.seats / 1_000, self.seats % 1_000) {
            (0, rest) => rest.to_string(),
            (thousands, rest) => format!("{thousands},{rest:03}"),
        }
    }

    /// Its users, as the API of its own tenant gives them.
    pub fn users_json(&self) -> Value {
        let user =
            |(name, alias): &(&str, &str)| json!({"display_name": name, "upn": format!("{alias}@{}", self.domain)});
        json!({"items": self.users.iter().map(user).collect::<Vec<_>>()})
    }
}
