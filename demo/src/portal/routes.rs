//! What of the site is protected, in the words of the gate's configuration.

/// The host of the site in `exception-desk demo`.
pub const HOST: &str = "portal.localhost";

/// A part of the site.
#[derive(Debug)]
pub struct Route {
    /// This path and everything below it.
    pub path: &'static str,
    /// The surface that the product's rules speak of.
    pub surface: &'static str,
    /// `session` for pages, `bearer` for APIs.
    pub credential: &'static str,
    /// Whether it signs in to the customer's tenant.
    pub signs_in_to_customer_tenant: bool,
    /// Key of the message that says what it is.
    pub note: &'static str,
}

/// Every protected part. The start page asks nobody; what is not listed is protected all the same.
pub static ROUTES: [Route; 6] = [
    Route {
        path: "/customers",
        surface: "dashboard",
        credential: "session",
        signs_in_to_customer_tenant: true,
        note: "route-customers",
    },
    Route {
        path: "/support/customer-requests",
        surface: "dashboard",
        credential: "session",
        signs_in_to_customer_tenant: true,
        note: "route-customer-requests",
    },
    Route {
        path: "/admin",
        surface: "delegated_admin_portal",
        credential: "session",
        signs_in_to_customer_tenant: true,
        note: "route-admin",
    },
    Route {
        path: "/admin-links",
        surface: "delegated_admin_portal",
        credential: "session",
        signs_in_to_customer_tenant: false,
        note: "route-admin-links",
    },
    Route {
        path: "/v1",
        surface: "partner_api",
        credential: "bearer",
        signs_in_to_customer_tenant: true,
        note: "route-partner-api",
    },
    Route {
        path: "/delegated/v1",
        surface: "delegated_admin_api",
        credential: "bearer",
        signs_in_to_customer_tenant: true,
        note: "route-delegated-api",
    },
];

/// The `[[routes]]` tables for the gate in front of the site at [`HOST`].
pub fn gate_routes_toml() -> String {
    let mut text = String::new();
    for Route { path, surface, credential, signs_in_to_customer_tenant, .. } in &ROUTES {
        text.push_str(&format!(
            "[[routes]]\nhost = \"{HOST}\"\npath = \"{path}\"\nsurface = \"{surface}\"\ncredential = \"{credential}\"\n\
             signs_in_to_customer_tenant = {signs_in_to_customer_tenant}\n\n"
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_routes_are_tables_that_a_configuration_takes() {
        let table: toml::Table = gate_routes_toml().parse().unwrap();
        let routes = table["routes"].as_array().unwrap();
        assert_eq!(routes.len(), ROUTES.len());
        assert_eq!(routes[0]["surface"].as_str(), Some("dashboard"));
        assert_eq!(routes[3]["signs_in_to_customer_tenant"].as_bool(), Some(false));
    }
}
