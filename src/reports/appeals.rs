//! What was looked at again: appeals against denials, and after-checks of automatic grants, by the rule that had decided.

use super::asked::Asked;
use super::figure::{Figure, Key, Number, Row, Tally};
use super::store::{self, Only, Overturned};
use crate::db::Tx;

const APPEALS: &[&str] = &["overturned", "upheld", "decided", "share_overturned"];
const CHECKS: &[&str] = &["overturned", "confirmed", "checked", "share_overturned"];

/// The report.
///
/// # Errors
/// When the database is away.
pub async fn figures(tx: &mut Tx, asked: &Asked) -> Result<Vec<Figure>, sqlx::Error> {
    let (only, bounds) = (Only::from(asked), asked.period.bounds());
    let mut decided = Tally::new(asked.period.spans(), 2);
    for counted in store::appeals_decided(tx, &only, &bounds).await? {
        decided.add(counted.bucket, usize::from(counted.what == "denied"), counted.count);
    }
    let appeals = store::appeals_by_rule(tx, &only, &bounds).await?;
    let checks = store::checks_by_rule(tx, &only, &bounds).await?;
    Ok(vec![
        Figure { code: "appeals_decided", measures: &["overturned", "upheld"], rows: decided.rows() },
        Figure { code: "appeals_by_rule", measures: APPEALS, rows: rows(appeals) },
        Figure { code: "after_checks_by_rule", measures: CHECKS, rows: rows(checks) },
    ])
}

/// The most overturned rule first.
fn rows(mut rules: Vec<Overturned>) -> Vec<Row> {
    rules.sort_by(|one, other| {
        let order = |rule: &Overturned| (std::cmp::Reverse(rule.overturned), std::cmp::Reverse(rule.kept));
        let names = |rule: &Overturned| (rule.issue.clone(), rule.reason.clone(), rule.criterion.clone());
        order(one).cmp(&order(other)).then_with(|| names(one).cmp(&names(other)))
    });
    let row = |rule: Overturned| {
        let all = rule.overturned + rule.kept;
        let counts = [rule.overturned, rule.kept, all].map(|count| Some(Number::Count(count)));
        Row {
            key: Key::Rule { issue: rule.issue, rule: rule.reason.zip(rule.criterion) },
            values: counts.into_iter().chain([Number::share(rule.overturned, all)]).collect(),
        }
    };
    rules.into_iter().map(row).collect()
}
