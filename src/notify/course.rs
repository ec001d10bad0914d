//! News about exceptions after they were granted: told by whoever brings them about, or by the clock.

use super::words::{Setting, of_exception};
use super::{Kind, outbox};
use crate::app::Desk;
use crate::db::Tx;
use crate::exceptions::{self, Exception};
use crate::locale::Lang;
use crate::web::Failure;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// Most news of one round; the next round has the rest.
const MOST: i64 = 200;

/// Puts into the outbox that `kind` happened to each of `exceptions`; `more` is what the mail says besides what the exception
/// covers.
///
/// # Errors
/// When the database is away, or the desk no longer has the edition that judged a request.
pub async fn tell_of(
    desk: &Desk,
    tx: &mut Tx,
    kind: Kind,
    exceptions: &[Exception],
    more: &Value,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let settings = settings(tx, exceptions).await?;
    let mut news = Vec::new();
    for exception in exceptions {
        let Some((setting, version)) = settings.get(&exception.request_id) else { continue };
        let edition = desk.policies.by_version(version);
        let edition =
            edition.ok_or_else(|| Failure::internal(anyhow::anyhow!("the edition `{version}` is missing")))?;
        let mut told = of_exception(kind, exception, setting, &edition);
        if let (Some(data), Some(more)) = (told.data.as_object_mut(), more.as_object()) {
            data.extend(more.clone());
        }
        news.push(told);
    }
    Ok(outbox::tell(tx, &news, now).await?)
}

/// In which language and calendar to tell of each exception, and the edition whose words name its surfaces, by its request.
async fn settings(tx: &mut Tx, exceptions: &[Exception]) -> Result<HashMap<Uuid, (Setting, String)>, sqlx::Error> {
    let requests: Vec<_> = exceptions.iter().map(|exception| exception.request_id).collect();
    let rows = sqlx::query!(
        r#"SELECT r.id, r.language, r.calendar, r.classification ->> 'policy_version' AS "policy_version!", p.name
           FROM requests AS r JOIN partners AS p ON p.tenant = r.tenant WHERE r.id = ANY($1)"#,
        &requests,
    )
    .fetch_all(&mut **tx)
    .await?;
    let settings = rows.into_iter().map(|row| {
        let language = Lang::from_tag(&row.language).unwrap_or_default();
        (row.id, (Setting { language, calendar: row.calendar, tenant_name: row.name }, row.policy_version))
    });
    Ok(settings.collect())
}

/// Tells what the clock brings about: exceptions that begin, end in 14 and in 3 days, and end; and that an issue's exceptions come
/// to an end. At the database's own time, so that several desks agree.
///
/// # Errors
/// When the database is away.
pub async fn tend_courses(desk: &Desk) -> Result<(), Failure> {
    let mut tx = desk.db.staff().await?;
    let now = sqlx::query_scalar!(r#"SELECT now() AS "now!""#).fetch_one(&mut *tx).await?;
    drop(tx);
    tend_courses_at(desk, now).await
}

/// The same at `now`. Each is told once, however many desks try: the mark that it was told is a row of its own.
///
/// # Errors
/// When the database is away. What cannot be told is logged and left for the next round.
pub async fn tend_courses_at(desk: &Desk, now: DateTime<Utc>) -> Result<(), Failure> {
    let mut due = by_the_clock(desk, now).await?;
    due.extend(by_sunsets(desk, now).await?);
    for notice in due {
        if let Err(failure) = once(desk, &notice, now).await {
            tracing::warn!(exception = %notice.exception, %failure, "news about an exception could not be told");
        }
    }
    Ok(())
}

/// Something that an exception's contact is told once.
struct Notice {
    exception: Uuid,
    mark: String,
    kind: Kind,
    more: Value,
}

/// What is older than two days is no news any more: a desk that was away so long does not tell of it.
async fn by_the_clock(desk: &Desk, now: DateTime<Utc>) -> Result<Vec<Notice>, sqlx::Error> {
    let mut tx = desk.db.staff().await?;
    let rows = sqlx::query!(
        r#"SELECT e.id, n.mark AS "mark!" FROM exceptions AS e CROSS JOIN LATERAL (VALUES
             ('started', e.not_before > e.granted_at AND e.not_before <= $1 AND e.not_before > $2 AND e.expires_at > $1),
             ('ends_in_14_days', e.expires_at - interval '14 days' BETWEEN e.granted_at AND $1
                AND e.expires_at - interval '3 days' > $1),
             ('ends_in_3_days', e.expires_at - interval '3 days' BETWEEN e.granted_at AND $1 AND e.expires_at > $1),
             ('ended', e.expires_at <= $1 AND e.expires_at > $2)) AS n (mark, due)
           WHERE e.revoked_at IS NULL AND e.expires_at > $2 AND n.due
             AND NOT EXISTS (SELECT FROM exception_notices AS t WHERE t.exception_id = e.id AND t.notice = n.mark)
           ORDER BY e.id LIMIT $3"#,
        now,
        now - TimeDelta::days(2),
        MOST,
    )
    .fetch_all(&mut *tx)
    .await?;
    let notice = |exception, mark: String| {
        let kind = match mark.as_str() {
            "started" => Kind::ExceptionStarted,
            "ended" => Kind::ExceptionEnded,
            _ => Kind::ExceptionEndsSoon,
        };
        Notice { exception, mark, kind, more: Value::Object(Map::new()) }
    };
    Ok(rows.into_iter().map(|row| notice(row.id, row.mark)).collect())
}

/// Exceptions that were granted before the edition in force said when their issue's exceptions end.
async fn by_sunsets(desk: &Desk, now: DateTime<Utc>) -> Result<Vec<Notice>, sqlx::Error> {
    let mut notices = Vec::new();
    let Ok(edition) = desk.policies.at(now) else { return Ok(notices) };
    for (issue, sunset) in edition.issues().iter().filter_map(|issue| Some((issue, issue.sunset()?))) {
        let mark = format!("sunset_{}", sunset.timestamp());
        let mut tx = desk.db.staff().await?;
        let ids = sqlx::query_scalar!(
            "SELECT id FROM exceptions AS e WHERE issue = $1 AND revoked_at IS NULL AND expires_at > $2 AND granted_at < $3
               AND NOT EXISTS (SELECT FROM exception_notices AS t WHERE t.exception_id = e.id AND t.notice = $4)
             ORDER BY id LIMIT $5",
            issue.slug(),
            now,
            edition.effective_at(),
            mark,
            MOST,
        )
        .fetch_all(&mut *tx)
        .await?;
        let more = json!({ "sunset": sunset });
        let notice =
            |exception| Notice { exception, mark: mark.clone(), kind: Kind::SunsetAnnounced, more: more.clone() };
        notices.extend(ids.into_iter().map(notice));
    }
    Ok(notices)
}

async fn once(desk: &Desk, notice: &Notice, now: DateTime<Utc>) -> Result<(), Failure> {
    let mut tx = desk.db.staff().await?;
    let marked = sqlx::query!(
        "INSERT INTO exception_notices (exception_id, notice, told_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        notice.exception,
        notice.mark,
        now,
    )
    .execute(&mut *tx)
    .await?;
    let Some(exception) = exceptions::find(&mut tx, notice.exception).await? else { return Ok(()) };
    // Who ended it meanwhile has told so.
    if exception.revoked_at.is_some() {
        return Ok(());
    }
    if marked.rows_affected() == 1 {
        tell_of(desk, &mut tx, notice.kind, &[exception], &notice.more, now).await?;
        tx.commit().await?;
    }
    Ok(())
}
