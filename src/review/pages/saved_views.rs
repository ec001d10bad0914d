//! Views of the queue that a reviewer has saved under a name.

use crate::app::Desk;
use crate::clock;
use crate::db::{self, Tx};
use crate::identity::{Person, StaffReader};
use crate::intake::pages::parts;
use crate::problem::Kind;
use crate::review::queue::Filter;
use crate::web::{Failure, FormFields, Reader};
use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, web};
use uuid::Uuid;

/// Longest name, in characters.
const MAX_NAME: usize = 60;
/// Most views that somebody may save.
const MOST: i64 = 30;

/// A saved view.
pub(super) struct Saved {
    /// Its id.
    pub id: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// Where it is.
    pub href: String,
    /// Whether it is what the page shows.
    pub current: bool,
}

/// The views that `person` has saved, by name.
pub(super) async fn saved_by(tx: &mut Tx, person: &Person, reader: &Reader) -> Result<Vec<Saved>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT id, name, query FROM saved_views WHERE owner_tenant = $1 AND owner = $2 ORDER BY name, id",
        person.tenant.0,
        person.object_id.0
    );
    let rows = rows.fetch_all(&mut **tx).await?;
    let shown = Filter::parse(reader.path.split_once('?').map_or("", |(_, query)| query)).0;
    Ok(rows
        .into_iter()
        .map(|row| {
            // A view from an older desk may name what is not there any more.
            let filter = Filter::parse(&row.query).0;
            Saved { id: row.id, name: parts::one_line(&row.name), href: filter.href(), current: filter == shown }
        })
        .collect())
}

/// Saves the filter of the page under a name; a view of that name is replaced.
pub(super) async fn save(
    staff: StaffReader,
    desk: web::Data<Desk>,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let filter = Filter::parse(fields.get("query")).0;
    let name: String = parts::one_line(fields.get("name").trim()).chars().take(MAX_NAME).collect();
    let href = filter.href();
    if !name.is_empty() {
        let now = desk.clock.now();
        let query = filter.query();
        db::to_the_end(async move {
            let mut tx = desk.db.staff().await?;
            sqlx::query!(
                "INSERT INTO saved_views (id, owner_tenant, owner, name, query, saved_at)
                 SELECT $1, $2, $3, $4, $5, $6
                 WHERE (SELECT count(*) FROM saved_views WHERE owner_tenant = $2 AND owner = $3 AND name <> $4) < $7
                 ON CONFLICT (owner_tenant, owner, name) DO UPDATE SET query = excluded.query, saved_at = excluded.saved_at",
                clock::fresh_id(now),
                staff.tenant.0,
                staff.object_id.0,
                name,
                query,
                now,
                MOST,
            )
            .execute(&mut *tx)
            .await?;
            tx.commit().await
        })
        .await?;
    }
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, href)).finish())
}

/// Forgets a view.
pub(super) async fn forget(
    staff: StaffReader,
    desk: web::Data<Desk>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Failure> {
    let forgotten = db::to_the_end(async move {
        let mut tx = desk.db.staff().await?;
        let done = sqlx::query!(
            "DELETE FROM saved_views WHERE id = $1 AND owner_tenant = $2 AND owner = $3",
            *id,
            staff.tenant.0,
            staff.object_id.0
        );
        let done = done.execute(&mut *tx).await?;
        tx.commit().await?;
        Ok::<_, sqlx::Error>(done.rows_affected() > 0)
    })
    .await?;
    if !forgotten {
        return Err(Failure::new(Kind::NotFound));
    }
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, "/queue")).finish())
}
