//! The link of "This was not us" in mails: whoever has it may end that one exception, without signing in, until it ends by itself.
//!
//! A security contact often may not file here and has no account; and all that the link can do is have MFA required again
//! (docs/decisions/0006-a-link-ends-an-exception.md).

use super::partner::{By, dispute_by};
use super::{Exception, find};
use crate::app::Desk;
use crate::audit::Actor;
use crate::identity::ObjectId;
use crate::problem::Kind;
use crate::web::{Failure, IfMatch};
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// What the link is sealed for.
const PURPOSE: &str = "this-was-not-us";
/// Whoever has the link is nobody whom the desk knows.
const NOBODY: ObjectId = ObjectId(Uuid::nil());

/// The page's address, with what `exception` is ended by until `expires_at`.
pub fn link(desk: &Desk, exception: Uuid, expires_at: DateTime<Utc>) -> Option<String> {
    let sealed = desk.seal.seal(PURPOSE, &(exception, expires_at)).ok()?;
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    Some(format!("/not-us?{}", query.append_pair("link", &sealed).finish()))
}

/// The exception that the link `sealed` is about.
///
/// # Errors
/// 404 when it is no link of this desk's, or its time is over; 503.
pub async fn behind(desk: &Desk, sealed: &str) -> Result<Exception, Failure> {
    let opened: Option<(Uuid, DateTime<Utc>)> = desk.seal.open(PURPOSE, sealed);
    let unknown = || Failure::new(Kind::NotFound);
    let (id, until) = opened.ok_or_else(unknown)?;
    if until <= desk.clock.now() {
        return Err(unknown());
    }
    find(&mut desk.db.staff().await?, id).await?.ok_or_else(unknown)
}

/// "This was not us", said by whoever has the link.
///
/// # Errors
/// As [`behind`]; 409 when that was said before; 412.
pub async fn say(desk: Data<Desk>, sealed: &str, seen: IfMatch) -> Result<Exception, Failure> {
    let exception = behind(&desk, sealed).await?;
    seen.holds_for(exception.version)?;
    let by = By { object_id: NOBODY, actor: Actor::System, through: "mailed_link" };
    dispute_by(desk, by, exception).await
}
