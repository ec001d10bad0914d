//! The documents that a client may have: the one way from a caller to the feed.

use super::{Encoding, Feed, Form, Forms, Limits, Published};
use crate::clock::Clock;
use crate::identity::Client;
use crate::web::Failure;
use actix_web::web::Bytes;
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::watch;
use uuid::Uuid;

/// A client's share of the feed as it goes on: the whole, or the part within its limits.
pub struct Share {
    documents: watch::Receiver<Option<Arc<Published>>>,
    limits: Option<Arc<Limits>>,
    clock: Clock,
}

impl Feed {
    /// The share of `client`.
    pub fn share_of(&self, client: &Client) -> Share {
        Share { documents: self.documents(), limits: self.limits_of(&client.client_id).cloned(), clock: self.clock() }
    }

    /// What `client` has now, if there is a fresh document: the whole, or the part within its limits.
    pub fn document_of(&self, client: &Client) -> Option<Arc<Published>> {
        cut(self.current()?, self.limits_of(&client.client_id))
    }

    /// `document` in this form and encoding: made before, or now, by a few callers at once.
    ///
    /// # Errors
    /// 503 when others are at it for long; 500 when signing fails.
    pub async fn body_of(&self, document: Arc<Published>, form: Form, encoding: Encoding) -> Result<Bytes, Failure> {
        let made = || document.made_forms().and_then(|forms| forms.made(form, encoding));
        if let Some(made) = made() {
            return Ok(made);
        }
        let turn = self.making().take().await?;
        if let Some(made) = made() {
            return Ok(made);
        }
        let made = actix_web::web::block(move || {
            let _turn = turn;
            document.forms().map_err(std::io::Error::other)?.body(form, encoding)
        });
        made.await.map_err(Failure::internal)?.map_err(Failure::internal)
    }

    /// What led to `document` from the version `after`; none when that is not known, or not yet a version.
    ///
    /// # Errors
    /// 503 when many others are as far behind; 500 when signing fails.
    pub async fn changes_since(&self, document: Arc<Published>, after: u64) -> Result<Option<Arc<Forms>>, Failure> {
        if let Some(made) = document.made_changes(after) {
            return Ok(Some(made));
        }
        let turn = if document.shares(after) { None } else { Some(self.making().take().await?) };
        let made = actix_web::web::block(move || {
            let _turn = turn;
            document.changes_since(after)
        });
        made.await.map_err(Failure::internal)?.map_err(Failure::internal)
    }

    /// Those of `exceptions` that are, or were, within the limits of `client`; none when it has no limits.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn within_limits_of(
        &self,
        client: &Client,
        exceptions: &[Uuid],
    ) -> Result<Option<HashSet<Uuid>>, sqlx::Error> {
        let Some(limits) = self.limits_of(&client.client_id) else { return Ok(None) };
        let tenants = limits.tenants.as_ref().map(|tenants| tenants.iter().copied().collect::<Vec<_>>());
        let surfaces = limits.surfaces.as_ref().map(|surfaces| surfaces.iter().cloned().collect::<Vec<_>>());
        let mut tx = self.db().publisher().await?;
        let within = sqlx::query_scalar!(
            "SELECT id FROM exceptions WHERE id = ANY($1)
               AND ($2::uuid[] IS NULL OR tenant = ANY($2)) AND ($3::text[] IS NULL OR surfaces && $3)",
            exceptions,
            tenants.as_deref(),
            surfaces.as_deref(),
        );
        Ok(Some(within.fetch_all(&mut *tx).await?.into_iter().collect()))
    }
}

impl Share {
    /// The client's own document, if there is a fresh one; [`Share::changed`] waits for the one after it.
    pub fn current(&mut self) -> Option<Arc<Published>> {
        let now = self.clock.now();
        let whole = self.documents.borrow_and_update().clone().filter(|document| document.is_fresh(now))?;
        cut(whole, self.limits.as_ref())
    }

    /// Waits until another document takes the place of the one last looked at, at another version or issued again; for ever once
    /// the feed has ended.
    pub async fn changed(&mut self) {
        if self.documents.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

fn cut(whole: Arc<Published>, limits: Option<&Arc<Limits>>) -> Option<Arc<Published>> {
    match limits {
        None => Some(whole),
        // INVARIANT: who is limited never gets the whole, also when there is no such part.
        Some(limits) => whole.part(limits),
    }
}
