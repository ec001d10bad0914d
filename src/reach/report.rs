//! `POST /feed/v1/reports`: an enforcement point says which version it applies and what its exceptions did.

use super::write;
use crate::app::Desk;
use crate::db;
use crate::identity::FeedReader;
use crate::openapi::{Authenticated, JsonIn, Repeatable};
use crate::problem::{InputError, Problem};
use crate::web::extract::JsonLimit;
use crate::web::idempotency::{self, Key};
use crate::web::{Failure, JsonBody};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Most hits in a report.
pub const MOST_HITS: usize = 5000;
/// Most decisions of one kind in an hour, by one exception at one point.
const MOST_DECISIONS: u64 = 1_000_000_000;
/// Most bytes of a report.
const LIMIT: usize = 1 << 20;
/// How far a point's clock may be ahead.
const AHEAD: TimeDelta = TimeDelta::minutes(5);
/// Hits older than that are not taken any more.
const OLDEST_HOUR: TimeDelta = TimeDelta::days(14);
/// A version that is applied for longer than that: a clock that cannot be meant.
const LONGEST_APPLIED: TimeDelta = TimeDelta::days(3650);

/// `/feed/v1/reports`, below `/feed/v1`.
pub fn client_routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/reports").app_data(JsonLimit(LIMIT)).post(post_report));
}

/// What an enforcement point says.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "gate": "tokyo-1", "epoch": "6f1c2f4e-5f0e-4c38-9d0a-0b5a3a3f8f10", "version": 1234, "applied_at": "2026-11-26T02:40:01Z",
    "hits": [{ "exception": "0199b0f1-7c1e-7d3a-9f52-3f1b8f5a2c11", "hour": "2026-11-26T02:00:00Z", "suppressed": 12, "would_have_passed": 3 }]
}))]
pub struct ReportBody {
    /// The enforcement point's name, 1 to 100 characters in one line. It belongs to the client that reported it first.
    #[schema(min_length = 1, max_length = 100)]
    pub gate: String,
    /// The `epoch` of the feed that it applies.
    pub epoch: Uuid,
    /// The `version` that it applies.
    pub version: u64,
    /// Since when.
    pub applied_at: DateTime<Utc>,
    /// What exceptions did there since the last report.
    #[serde(default)]
    #[schema(max_items = 5000)]
    pub hits: Vec<ReportedHits>,
}

/// What an exception did at the point in an hour, besides what was reported of that hour before.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportedHits {
    /// The exception: the `id` of its rule. One that the desk does not know, or that is outside the client's limits, is passed over.
    pub exception: Uuid,
    /// An instant of the hour (of UTC), at most 14 days ago.
    pub hour: DateTime<Utc>,
    /// How many decisions it made allow, that would have asked for MFA otherwise.
    #[schema(maximum = 1_000_000_000)]
    pub suppressed: u64,
    /// How many decisions it covered whose user had passed MFA anyway.
    #[schema(maximum = 1_000_000_000)]
    pub would_have_passed: u64,
}

/// An exception and a whole hour.
pub(super) type HitKey = (Uuid, DateTime<Utc>);

/// A report that can be taken.
pub(super) struct Report {
    pub gate: String,
    pub epoch: Uuid,
    pub version: i64,
    /// Never after the report itself.
    pub applied_at: DateTime<Utc>,
    /// Of each exception and whole hour: suppressed, would have passed.
    pub hits: BTreeMap<HitKey, (i64, i64)>,
}

impl Report {
    fn read(body: &ReportBody, now: DateTime<Utc>) -> Result<Self, Failure> {
        let mut errors = Vec::new();
        if !is_name(&body.gate) {
            errors.push(InputError::new("/gate", "gate_name_invalid"));
        }
        let version = i64::try_from(body.version).unwrap_or_else(|_| {
            errors.push(InputError::new("/version", "version_not_issued"));
            0
        });
        if let Some(code) = misplaced(body.applied_at, now, LONGEST_APPLIED) {
            errors.push(InputError::new("/applied_at", code));
        }
        if body.hits.len() > MOST_HITS {
            errors.push(InputError::new("/hits", "too_many_hits").with("max", MOST_HITS));
            return Err(Failure::invalid(errors));
        }
        let mut hits = BTreeMap::<_, (i64, i64)>::new();
        for (at, hit) in body.hits.iter().enumerate() {
            if let Some((key, (suppressed, passed))) = hit.read(at, now, &mut errors) {
                let sum = hits.entry(key).or_default();
                *sum = (sum.0 + suppressed, sum.1 + passed);
            }
        }
        if !errors.is_empty() {
            return Err(Failure::invalid(errors));
        }
        // What arrived now was applied by now, whatever the point's clock says.
        let applied_at = body.applied_at.min(now);
        Ok(Self { gate: body.gate.clone(), epoch: body.epoch, version, applied_at, hits })
    }
}

impl ReportedHits {
    fn read(&self, at: usize, now: DateTime<Utc>, errors: &mut Vec<InputError>) -> Option<(HitKey, (i64, i64))> {
        let before = errors.len();
        if let Some(code) = misplaced(self.hour, now, OLDEST_HOUR) {
            errors.push(InputError::new(format!("/hits/{at}/hour"), code));
        }
        let mut count = |name: &str, number: u64| match i64::try_from(number) {
            Ok(count) if number <= MOST_DECISIONS => count,
            _ => {
                let place = format!("/hits/{at}/{name}");
                errors.push(InputError::new(place, "count_out_of_range").with("max", MOST_DECISIONS));
                0
            }
        };
        let counts = (count("suppressed", self.suppressed), count("would_have_passed", self.would_have_passed));
        let hour = self.hour.duration_trunc(TimeDelta::hours(1)).ok()?;
        (errors.len() == before).then_some(((self.exception, hour), counts))
    }
}

/// A name that stays itself in a table, a log line and an address.
fn is_name(name: &str) -> bool {
    let visible = !name.chars().any(char::is_control) && name.trim() == name;
    visible && (1..=100).contains(&name.chars().count())
}

/// What is wrong with `at` for an instant that was not long ago.
fn misplaced(at: DateTime<Utc>, now: DateTime<Utc>, oldest: TimeDelta) -> Option<&'static str> {
    if at > now + AHEAD {
        Some("instant_in_future")
    } else if at < now - oldest {
        Some("instant_too_old")
    } else {
        None
    }
}

/// Takes the report of an enforcement point: which version it applies, and what exceptions did there.
///
/// Hits are increments: what is reported of an hour is added to what was reported of it before. So a report that may have
/// arrived is sent again with the same `Idempotency-Key` and body, and then counts once (for 24 hours). A report that
/// says an older version than an earlier one did still counts its hits.
#[utoipa::path(
    post, path = "/feed/v1/reports", tag = "feed",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names this report; each client has its own names. A repeat counts once")),
    request_body = ReportBody,
    responses(
        (status = 204, description = "Taken, now or when it was sent first"),
        (status = 403, description = "Without the role `Feed.Read` of an operator tenant, or `gate` belongs to another client", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A name, version, instant or number that cannot be; or the key was used for another body", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        Repeatable,
        JsonIn,
    ),
    security(("bearer" = []))
)]
pub async fn post_report(
    FeedReader(client): FeedReader,
    desk: web::Data<Desk>,
    http: HttpRequest,
    JsonBody(body): JsonBody<ReportBody>,
) -> Result<HttpResponse, Failure> {
    let now = desk.clock.now();
    let mut report = Report::read(&body, now)?;
    // The role that writes reports does not see whose an exception is.
    let named: Vec<_> = report.hits.keys().map(|(exception, _)| *exception).collect();
    if let Some(within) = desk.feed.within_limits_of(&client, &named).await? {
        report.hits.retain(|(exception, _), _| within.contains(exception));
    }
    let key = Key::of_report(&http, &client, &body)?;
    db::to_the_end(async move {
        let mut tx = desk.db.reporter(client.tenant, &client.client_id).await?;
        let taken = idempotency::once(&mut tx, key, now, async |tx, key| {
            let point = write::take(tx, &client, &report, now).await?;
            key.remember(tx, point, &json!({})).await
        });
        let taken = taken.await;
        db::finish(tx, taken).await?;
        Ok(HttpResponse::NoContent().finish())
    })
    .await
}
