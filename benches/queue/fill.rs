//! A desk with a million requests.

use crate::app::TestApp;
use anyhow::{Context, Result};
use exception_desk::db::Db;
use exception_desk::review::queue::read_texts;
use exception_desk_demo::people;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::{Uuid, uuid};

/// The first of the reviewers that `fill.sql` makes: `md5('reviewer 0')`.
pub const READER: Uuid = uuid!("33a5a5bb-eb95-db0f-bc18-f52f61bc3ad5");

const CLAUSES: [&str; 2] =
    [include_str!("../../tests/data/texts/clauses-en.txt"), include_str!("../../tests/data/texts/clauses-ja.txt")];

/// Fills the database of `app`, has the desk read every text, and brings the planner's statistics up to date.
pub async fn fill(app: &TestApp) -> Result<()> {
    let mut owner = PgConnection::connect(&app.owner_url).await?;
    let clauses: Vec<_> = CLAUSES
        .iter()
        .flat_map(|file| file.lines())
        .filter(|line| !line.is_empty() && !line.starts_with(['#', '[']))
        .map(str::to_owned)
        .collect();
    sqlx::raw_sql("CREATE TABLE clauses (number bigint, text text)").execute(&mut owner).await?;
    sqlx::query(
        "INSERT INTO clauses SELECT number, text FROM unnest($1::text[]) WITH ORDINALITY AS given (text, number)",
    )
    .bind(&clauses)
    .execute(&mut owner)
    .await?;
    let edition = app.desk.policies.at(app.clock.now()).ok().context("no edition of the policy is in force")?;
    let fill = include_str!("fill.sql")
        .replace(":'policy_version'", &format!("'{}'", edition.version()))
        .replace(":'operator'", &format!("'{}'", people::OPERATIONS.id));
    eprintln!("filling");
    // The words' index is made once they are all there.
    let index = "CREATE INDEX queue_texts_words ON queue_texts USING gin (words) WITH (fastupdate = off) WHERE words IS NOT NULL";
    for statement in
        [&fill, "DROP INDEX queue_texts_words", "VACUUM ANALYZE queue_entries", "VACUUM ANALYZE queue_texts"]
    {
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut owner).await?;
    }
    eprintln!("reading the texts");
    let db = Db::lazy(&app.database_url, 2)?;
    while read_texts(&db).await? {}
    for statement in [
        "DROP TABLE clauses",
        index,
        "VACUUM FULL queue_texts",
        "VACUUM FULL queue_counts",
        "VACUUM ANALYZE",
        "CHECKPOINT",
    ] {
        sqlx::raw_sql(statement).execute(&mut owner).await?;
    }
    Ok(())
}
