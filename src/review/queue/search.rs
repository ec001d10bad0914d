//! Requests by words, in the queue's order. Words that many have are soon met on the way through the queue; the few that have rare
//! ones are looked up. Which it is the planner knows, which counts words; whether they come together, a glimpse at the queue.

use super::read::Part;
use super::texts::search_for;
use crate::db::Tx;
use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{Postgres, QueryBuilder};

/// More requests than that are not looked up while there is another way.
const FEW: f64 = 2000.0;
/// So many entries are read on the way. What is rarer among them than among all is found by the index.
const READ_ON_THE_WAY: i64 = 6000;
/// So many of them are read first: words that are frequent each and hardly ever meet are not waited for.
const GLIMPSE: i64 = 600;
/// So many words of a search are counted.
const COUNTED: usize = 20;

/// The entries of `part` that are found by `search`.
///
/// # Errors
/// When the database is away.
pub(super) async fn rows(tx: &mut Tx, part: &Part<'_>, search: &str) -> Result<Vec<PgRow>, sqlx::Error> {
    let Some(words) = search_for(search) else { return Ok(Vec::new()) };
    if expected(tx, &words).await? > FEW {
        for read in [GLIMPSE, READ_ON_THE_WAY] {
            let met = fetched(tx, on_the_way(part, &words, read)).await?;
            let count = met.len() as i64;
            if count == part.limit {
                return Ok(met);
            }
            if count * (READ_ON_THE_WAY / GLIMPSE) < part.limit {
                break;
            }
        }
    }
    fetched(tx, looked_up(part, &words)).await
}

/// How many requests are likely to have the rarest of `words`, by the planner's statistics: words that belong together come
/// together, so that it would be wrong to multiply their shares. Where it is wrong by much, a search takes longer, and finds the same.
async fn expected(tx: &mut Tx, words: &str) -> Result<f64, sqlx::Error> {
    let mut query = QueryBuilder::new("EXPLAIN (FORMAT JSON) ");
    let mut each = query.separated(" UNION ALL ");
    for word in words.split(" & ").take(COUNTED) {
        each.push("SELECT FROM queue_texts WHERE words @@ ").push_bind_unseparated(word.to_owned());
        each.push_unseparated("::tsquery");
    }
    let Json(plan): Json<Value> = query.build_query_scalar().persistent(false).fetch_one(&mut **tx).await?;
    let plan = &plan[0]["Plan"];
    let each = plan["Plans"].as_array().filter(|_| plan["Node Type"] == "Append");
    let rows = |plan: &Value| plan["Plan Rows"].as_f64();
    Ok(each.map_or(rows(plan), |each| each.iter().filter_map(rows).reduce(f64::min)).unwrap_or_default())
}

/// At most `read` entries are read in order, until enough of them have the words.
fn on_the_way(part: &Part<'_>, words: &str, read: i64) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new("");
    part.shown(&mut query).push("(SELECT * FROM queue_entries AS q WHERE ");
    part.conditions(&mut query);
    part.first(&mut query, read);
    query.push(") AS q WHERE (SELECT t.words FROM queue_texts AS t WHERE t.request_id = q.request_id) @@ ");
    query.push_bind(words.to_owned()).push("::tsquery");
    part.first(&mut query, part.limit);
    query
}

/// Everything with the words is looked up, and put in order.
fn looked_up(part: &Part<'_>, words: &str) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new("WITH few AS MATERIALIZED (SELECT request_id FROM queue_texts WHERE words @@ ");
    query.push_bind(words.to_owned()).push("::tsquery) ");
    part.shown(&mut query).push("few JOIN queue_entries AS q USING (request_id) WHERE ");
    part.conditions(&mut query);
    part.first(&mut query, part.limit);
    query
}

/// How many requests have a word differs so much from word to word that no plan suits them all.
async fn fetched(tx: &mut Tx, mut query: QueryBuilder<Postgres>) -> Result<Vec<PgRow>, sqlx::Error> {
    query.build().persistent(false).fetch_all(&mut **tx).await
}
