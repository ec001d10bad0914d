//! Partners and a few requests, so that a new demonstration has something to show.

use super::AUDIENCE;
use super::addresses::Addresses;
use super::settings::idp_dir;
use crate::app::Desk;
use crate::audit::Actor;
use crate::identity::partners;
use anyhow::Context;
use relying_party::LoopbackNames;
use std::path::Path;
use std::sync::Arc;

/// Registers the example partners and, in a new database, files the example requests: over the API, with tokens, as any
/// partner would.
///
/// # Errors
/// When the desk does not take them.
pub async fn load(desk: &Desk, addresses: &Addresses, data_dir: &Path) -> anyhow::Result<()> {
    let now = desk.clock.now();
    let csv = exception_desk_demo::partners_csv();
    let partners = partners::read_csv(csv.as_bytes(), &desk.calendars, &desk.roles)
        .map_err(|errors| anyhow::anyhow!("the example partners are wrong: {errors:?}"))?;
    let mut tx = desk.db.staff().await?;
    partners::import(&mut tx, Actor::System, &partners, now).await?;
    let filed = !crate::intake::request::list(&mut tx, None, 1).await?.is_empty();
    tx.commit().await?;
    if filed {
        return Ok(());
    }
    let http = reqwest::Client::builder().dns_resolver(Arc::new(LoopbackNames)).build()?;
    for example in exception_desk_demo::example_requests() {
        let persona = &example.persona;
        let token =
            exception_desk_demo::mint_token(&idp_dir(data_dir), persona, Some(false), &addresses.idp, AUDIENCE, now)
                .with_context(|| format!("no token for `{persona}`"))?;
        let answer = http
            .post(format!("{}/api/v1/requests", addresses.desk))
            .bearer_auth(token)
            .json(&example.body)
            .send()
            .await?;
        let status = answer.status();
        anyhow::ensure!(
            status.is_success(),
            "an example request of `{persona}` was answered {status}: {}",
            answer.text().await?
        );
    }
    Ok(())
}
