//! What pages call a partner's things.

use super::Partner;
use crate::identity::TenantId;
use crate::locale::Lang;
use crate::web::components::Markup;
use askama::Template;
use askama::filters::HtmlSafe;

impl Partner {
    /// The name of its country or region (`country-CODE`); the code where there is none.
    pub fn country_name(&self, lang: Lang) -> String {
        lang.try_text(&format!("country-{}", self.country.to_ascii_lowercase())).unwrap_or_else(|| self.country.clone())
    }
}

/// The id of a tenant, set letter for letter.
pub fn tenant_id(tenant: TenantId) -> Markup {
    Markup::of(&Code { id: tenant.to_string() })
}

#[derive(Template)]
#[template(source = "<code>{{ id }}</code>", ext = "html")]
struct Code {
    id: String,
}

impl HtmlSafe for Code {}
