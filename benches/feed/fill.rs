//! A feed of any size, as publishing so many exceptions would have left it in the database.

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use exception_desk::clock::Clock;
use mfa_enforcement::digest::RulesDigest;
use mfa_enforcement::wire::{Rule, Subjects};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

/// Rules written to the database at once.
const PART: u64 = 10_000;
const TENANTS: u64 = 20_000;

/// Makes the version 1 of the feed, with so many rules of one user each.
pub async fn fill(owner_url: &str, rules: u64) -> Result<()> {
    let at = Clock::system().now();
    let mut owner = PgConnection::connect(owner_url).await?;
    let mut digest = RulesDigest::default();
    let mut rows = owner.copy_in_raw("COPY feed_rules (id, rule, expires_at) FROM STDIN").await?;
    for first in (0..rules).step_by(PART as usize) {
        let mut part = String::new();
        for number in first..rules.min(first + PART) {
            let rule = rule(number, at);
            digest.add(&rule);
            let json = serde_json::to_string(&rule)?;
            part += &format!("{}\t{json}\t{}\n", rule.id, rule.expires_at.to_rfc3339());
        }
        rows.send(part.as_bytes()).await?;
    }
    ensure!(rows.finish().await? == rules, "not every rule was written");
    let head = "UPDATE feed_head SET version = 1, digest_state = $1, issued_at = $2, confirmed_at = $2";
    let head = sqlx::query(head).bind(&digest.state()[..]).bind(at).execute(&mut owner).await?;
    ensure!(head.rows_affected() == 1, "the feed has no counter");
    sqlx::raw_sql("VACUUM ANALYZE feed_rules").execute(&mut owner).await?;
    owner.close().await.context("the owner's connection")
}

fn rule(number: u64, at: DateTime<Utc>) -> Rule {
    Rule {
        id: id(1, number),
        tenant: id(2, number % TENANTS),
        subjects: Subjects::Users(vec![id(3, number)]),
        surfaces: vec!["delegated_admin_api".to_owned()],
        not_before: at - TimeDelta::days(1),
        expires_at: at + TimeDelta::days(30),
        issue: "exchange_online_powershell".to_owned(),
    }
}

/// An id without visible order, the same in every run.
pub fn id(kind: u64, number: u64) -> Uuid {
    Uuid::from_u64_pair(scattered(kind << 48 | number), scattered(number ^ kind << 40))
}

/// The finishing step of SplitMix64.
fn scattered(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}
