//! Exceptions on pages: partners see their own tenant's, staff everybody's, at the same addresses.

mod coverage;
mod held;
mod list;
mod not_us;
mod partner;
mod renew;
mod revoke;
mod show;
mod suspensions;

use crate::app::Desk;
use crate::identity::partners::Partner;
use crate::policy::Edition;
use crate::web::Failure;
use actix_web::web::{ServiceConfig, get, resource};
use chrono_tz::Tz;
use std::sync::Arc;

/// `/exceptions…`, `/not-us`, `/me/coverage`, `/held-exceptions`, `/suspensions…`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/exceptions").route(get().to(list::show)))
        .service(resource("/exceptions/{reference}").route(get().to(show::show)))
        .service(resource("/me/coverage").route(get().to(coverage::show)))
        .configure(revoke::routes)
        .configure(partner::routes)
        .configure(not_us::routes)
        .configure(renew::routes)
        .configure(held::routes)
        .configure(suspensions::routes);
}

/// The edition in force now: its words name issues and surfaces.
fn edition(desk: &Desk) -> Result<Arc<Edition>, Failure> {
    desk.policies.at(desk.clock.now()).map_err(|error| Failure::internal(anyhow::anyhow!("{error}")))
}

/// The zone of a partner's calendar.
fn zone_of(desk: &Desk, partner: Option<&Partner>) -> Tz {
    partner.map_or(Tz::UTC, |partner| partner.calendar_in(&desk.calendars).zone())
}
