//! Events as rows of a table: when, what, who, about what, whose.

use crate::audit::browse::Recorded;
use crate::audit::words;
use crate::db::Tx;
use crate::identity::TenantId;
use crate::identity::partners;
use crate::intake::pages::parts::one_line;
use crate::intake::references;
use crate::web::Page;
use crate::web::components::{Anchor, Empty, Markup, Tag, Tone};
use crate::web::table::{Column, Table};
use askama::Template;
use askama::filters::HtmlSafe;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A link that stays on one line.
#[derive(Template)]
#[template(source = r#"<span class="nowrap">{{ link }}</span>"#, ext = "html")]
struct Unbroken {
    link: Anchor,
}

impl HtmlSafe for Unbroken {}

/// What the rows of some events name.
pub struct Named {
    references: BTreeMap<Uuid, String>,
    partners: BTreeMap<TenantId, String>,
}

impl Named {
    /// What `events` name.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn of(tx: &mut Tx, events: &[Recorded]) -> Result<Self, sqlx::Error> {
        let requests: Vec<_> = events.iter().filter_map(request_of).collect();
        let mut tenants: Vec<_> = events.iter().filter_map(|event| event.tenant.map(TenantId)).collect();
        tenants.extend(events.iter().filter_map(|event| event.actor_tenant.map(TenantId)));
        tenants.sort();
        tenants.dedup();
        let partners = partners::of_tenants(tx, &tenants).await?;
        Ok(Self {
            references: references(tx, &requests).await?,
            partners: partners.into_iter().map(|partner| (partner.tenant, partner.name)).collect(),
        })
    }

    /// The request that `event` is about, as staff open it.
    pub fn request(&self, event: &Recorded) -> Option<Markup> {
        let reference = self.references.get(&request_of(event)?)?;
        let link = Anchor::new(format!("/review/{reference}"), reference);
        Some(Markup::of(&Unbroken { link }))
    }

    /// The partner whose data `event` is about.
    pub fn partner(&self, event: &Recorded) -> Option<Markup> {
        let tenant = event.tenant?;
        let name = self.partners.get(&TenantId(tenant));
        let label = name.map_or_else(|| tenant.to_string(), |name| one_line(name));
        Some(match name {
            Some(_) => Anchor::new(format!("/partners/{tenant}"), label).into(),
            None => label.into(),
        })
    }

    /// Who did it: the role, and for people of partners their organisation.
    pub fn who(&self, event: &Recorded, page: &Page) -> String {
        let Some(role) = event.actor_role.as_deref().filter(|_| event.actor_kind == "person") else {
            return page.t("event-by-desk");
        };
        let label = page.lang().try_text(&format!("role-{}", role.replace('_', "-")));
        let label = label.unwrap_or_else(|| role.to_owned());
        match event.actor_tenant.and_then(|tenant| self.partners.get(&TenantId(tenant))) {
            Some(partner) => page.t2("audit-who-of", "role", label, "partner", one_line(partner)),
            None => label,
        }
    }
}

/// The request that `event` is about: its thing, or that of its details.
fn request_of(event: &Recorded) -> Option<Uuid> {
    match event.subject_kind.as_str() {
        "request" => Some(event.subject_id),
        _ => event.details.get("request")?.as_str()?.parse().ok(),
    }
}

/// What happened, in words; its code where there are none yet.
pub fn what(event: &Recorded, page: &Page) -> String {
    words::what(&event.step(), page.lang()).unwrap_or_else(|| event.action.clone())
}

/// The table of `events`, all in the reader's zone so that they can be compared.
pub fn table(page: &Page, caption: String, empty: Empty, events: &[Recorded], named: &Named) -> Table {
    let columns = ["audit-when", "audit-what", "audit-who", "audit-about", "audit-partner", "audit-position"];
    let columns = columns.map(|key| match key {
        "audit-position" => Column::new(page.t(key)).number(),
        _ => Column::new(page.t(key)),
    });
    let table = Table::new(caption, columns.into(), empty).caption_is_title();
    events.iter().fold(table, |table, event| {
        let when = page.own_when(event.at).text();
        let who = named.who(event, page);
        let who = match event.actor_object_id {
            Some(id) => Markup::joined([who.into(), Anchor::new(format!("/audit?actor={id}"), short(id)).into()]),
            None => who.into(),
        };
        let about = named.request(event).unwrap_or_else(|| kind(&event.subject_kind, page).into());
        let position = match event.chain_position {
            Some(position) => position.to_string().into(),
            None => Tag::new(Tone::Quiet, page.t("audit-waits")).into(),
        };
        table.row([
            Anchor::new(format!("/audit/events/{}", event.id), when).into(),
            what(event, page).into(),
            who,
            about,
            named.partner(event).unwrap_or_else(|| "–".into()),
            position,
        ])
    })
}

/// A kind of thing, in words; its code where there are none yet.
pub fn kind(code: &str, page: &Page) -> String {
    let words = page.lang().try_text(&format!("audit-kind-{}", code.replace('_', "-")));
    words.unwrap_or_else(|| code.to_owned())
}

/// The beginning of an id: enough to tell people apart on one page.
fn short(id: Uuid) -> String {
    let id = id.to_string();
    format!("{}…", id.split('-').next().unwrap_or_default())
}
