//! Every figure of the reports against a plain recount of made-up histories.

use crate::actors::text;
use crate::app::TestApp;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::Value;
use sqlx::{Executor, PgConnection};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const ISSUES: [&str; 3] = ["third_party_mfa_not_recognized", "service_accounts", "other_technical_issue"];
const RULES: [(&str, &str); 2] = [("criteria_met", "issue"), ("not_affected", "uses_delegated_admin")];

/// A filing or an appeal, as it went.
#[derive(Clone)]
struct Round {
    tenant: usize,
    issue: &'static str,
    automatic: bool,
    appeal: bool,
    /// What had denied before the appeal.
    against: Option<(&'static str, &'static str)>,
    opened: DateTime<Utc>,
    due: Option<DateTime<Utc>>,
    ended: Option<DateTime<Utc>>,
    status: &'static str,
    waited: TimeDelta,
}

struct Exempt {
    automatic: bool,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    check: Option<Check>,
}

struct Check {
    opened: DateTime<Utc>,
    due: DateTime<Utc>,
    done: Option<(DateTime<Utc>, bool)>,
}

/// Chance that can be had again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn hours(&mut self, most: u64) -> TimeDelta {
        TimeDelta::minutes(i64::try_from(1 + self.below(most * 60)).unwrap())
    }
}

/// Writes histories as the desk does, edge by edge, and remembers them in its own words.
struct World<'a> {
    db: &'a mut PgConnection,
    dice: Dice,
    now: DateTime<Utc>,
    tenants: Vec<Uuid>,
    open: BTreeSet<(usize, &'static str)>,
    rounds: Vec<Round>,
    exempt: Vec<(usize, &'static str, Exempt)>,
}

impl World<'_> {
    async fn run(&mut self, statement: String) {
        self.db.execute(sqlx::AssertSqlSafe(statement)).await.unwrap();
    }

    /// Ends at `at`, or stays open where that lies ahead.
    fn end(&mut self, at: DateTime<Utc>, tenant: usize, issue: &'static str) -> Option<DateTime<Utc>> {
        let ended = Some(at).filter(|at| *at < self.now);
        if ended.is_none() && !self.open.insert((tenant, issue)) {
            return Some(self.now - TimeDelta::seconds(1));
        }
        ended
    }

    async fn one(&mut self, number: u64) {
        let (tenant, issue) =
            (usize::try_from(self.dice.below(4)).unwrap(), ISSUES[usize::try_from(self.dice.below(3)).unwrap()]);
        let id = Uuid::from_u128(0x1000 + u128::from(number));
        let filed = self.now - self.dice.hours(24 * 80);
        let rule = RULES[usize::try_from(self.dice.below(2)).unwrap()];
        let automatic = self.dice.below(3) == 0;
        if !automatic && self.open.contains(&(tenant, issue)) {
            return;
        }
        let status =
            if automatic { ["accepted", "denied"][usize::try_from(self.dice.below(2)).unwrap()] } else { "in_review" };
        let due = (!automatic).then(|| filed + TimeDelta::hours(72));
        let stamp = |at: Option<DateTime<Utc>>| at.map_or("NULL".to_owned(), |at| format!("'{}'", at.to_rfc3339()));
        self.run(format!(
            "INSERT INTO requests (id, reference, tenant, status, issue, language, asked, classification, guards, filed_at, filed_by,
                 filed_by_name, filed_with_mfa, calendar, due_at, decided_at, clock_from)
             VALUES ('{id}', 'TE-2025-{number:06}', '{}', '{status}', '{issue}', 'en', '{{}}',
                 '{{\"table\": [{{\"code\": \"{}\", \"criterion\": \"{}\"}}]}}', '{{}}', {filed}, gen_random_uuid(), 'x', true, 'utc', {due}, {decided}, {clock})",
            self.tenants[tenant], rule.0, rule.1,
            filed = stamp(Some(filed)), due = stamp(due), decided = stamp(Some(filed).filter(|_| automatic)),
            clock = stamp(Some(filed).filter(|_| !automatic)),
        ))
        .await;
        let round = Round {
            tenant,
            issue,
            automatic,
            appeal: false,
            against: None,
            opened: filed,
            due,
            ended: Some(filed),
            status,
            waited: TimeDelta::zero(),
        };
        if automatic {
            self.rounds.push(round.clone());
            if status == "accepted" {
                self.grant(id, &round, true).await;
            }
        } else {
            self.review(id, round).await;
        }
        let last = self.rounds.last().unwrap().clone();
        if last.status == "denied" && self.dice.below(2) == 0 {
            self.appeal(id, &last, automatic.then_some(rule)).await;
        }
    }

    async fn appeal(&mut self, id: Uuid, denied: &Round, against: Option<(&'static str, &'static str)>) {
        let denied_at = denied.ended.unwrap();
        let appealed = denied_at + self.dice.hours(24 * 10);
        if appealed >= self.now || self.open.contains(&(denied.tenant, denied.issue)) {
            return;
        }
        let due = appealed + TimeDelta::hours(72);
        self.run(format!(
            "INSERT INTO appeals (request_id, tenant, reason, appealed_at, appealed_by, appealed_by_name, denied_at)
             SELECT id, tenant, 'r', '{0}', gen_random_uuid(), 'x', decided_at FROM requests WHERE id = '{id}';
             UPDATE requests SET status = 'in_review', version = version + 1, decided_at = NULL, due_at = '{1}', clock_from = '{0}' WHERE id = '{id}'",
            appealed.to_rfc3339(), due.to_rfc3339(),
        ))
        .await;
        let round = Round {
            automatic: false,
            appeal: true,
            against,
            opened: appealed,
            due: Some(due),
            ended: None,
            ..denied.clone()
        };
        self.review(id, round).await;
    }

    /// Perhaps asks the partner, and decides, if there is time for it.
    async fn review(&mut self, id: Uuid, mut round: Round) {
        let mut at = round.opened;
        round.waited = TimeDelta::zero();
        if self.dice.below(3) == 0 {
            let (asked, wait) = (at + self.dice.hours(30), self.dice.hours(50));
            if asked + wait < self.now {
                let due = round.due.unwrap() + wait;
                self.run(format!(
                    "UPDATE requests SET status = 'waiting_for_partner', version = version + 1, due_at = NULL, waiting_until = '{0}', remind_at = '{0}' WHERE id = '{id}';
                     INSERT INTO pauses (request_id, tenant, paused_at) SELECT id, tenant, '{0}' FROM requests WHERE id = '{id}';
                     UPDATE requests SET status = 'in_review', version = version + 1, due_at = '{2}', waiting_until = NULL, remind_at = NULL WHERE id = '{id}';
                     UPDATE pauses SET resumed_at = '{1}' WHERE request_id = '{id}' AND resumed_at IS NULL",
                    asked.to_rfc3339(), (asked + wait).to_rfc3339(), due.to_rfc3339(),
                ))
                .await;
                (at, round.due, round.waited) = (asked + wait, Some(due), wait);
            }
        }
        let planned = at + self.dice.hours(110);
        round.ended = self.end(planned, round.tenant, round.issue);
        round.status = match (round.ended, self.dice.below(5)) {
            (None, _) => "in_review",
            (_, 0) => "withdrawn",
            (_, 1 | 2) => "denied",
            _ => "accepted",
        };
        if let Some(ended) = round.ended {
            self.run(format!(
                "UPDATE requests SET status = '{}', version = version + 1, decided_at = '{}' WHERE id = '{id}'",
                round.status,
                ended.to_rfc3339(),
            ))
            .await;
        }
        self.rounds.push(round.clone());
        if round.status == "accepted" {
            self.grant(id, &round, false).await;
        }
    }

    async fn grant(&mut self, id: Uuid, round: &Round, automatic: bool) {
        let from =
            round.ended.unwrap() + if self.dice.below(4) == 0 { self.dice.hours(24 * 20) } else { TimeDelta::zero() };
        let until = from + self.dice.hours(24 * 120);
        let by = if automatic { "NULL" } else { "gen_random_uuid()" };
        self.run(format!(
            "INSERT INTO exceptions (id, request_id, reference, tenant, issue, every_user, object_ids, surfaces, not_before, expires_at, granted_at, granted_by)
             SELECT id, id, reference, tenant, issue, false, '{{{id}}}', '{{dashboard}}', '{}', '{}', now(), {by} FROM requests WHERE id = '{id}'",
            from.to_rfc3339(), until.to_rfc3339(),
        ))
        .await;
        let mut exempt = Exempt { automatic, from, until, check: None };
        if self.dice.below(5) == 0 && round.ended.unwrap() + TimeDelta::hours(40) < self.now {
            exempt.until = (round.ended.unwrap() + self.dice.hours(40)).min(until);
            self.run(format!(
                "UPDATE exceptions SET revoked_at = '{}', revocation_reason = 'r', ended_by = 'staff' WHERE id = '{id}'",
                exempt.until.to_rfc3339(),
            ))
            .await;
        }
        if automatic {
            let (opened, due) = (round.opened, round.opened + TimeDelta::hours(72));
            let done = opened + self.dice.hours(100);
            let done = (done < self.now).then(|| (done, self.dice.below(4) == 0));
            let (outcome, at) = done.map_or(("NULL".to_owned(), "NULL".to_owned()), |(at, overturned)| {
                (if overturned { "'overturned'" } else { "'confirmed'" }.to_owned(), format!("'{}'", at.to_rfc3339()))
            });
            let who = if done.is_some() { "gen_random_uuid(), gen_random_uuid(), 'x'" } else { "NULL, NULL, NULL" };
            self.run(format!(
                "INSERT INTO after_checks (request_id, exception_id, tenant, clock_from, due_at, outcome, reason, checked_at, checked_by, checked_by_tenant, checked_by_name)
                 SELECT id, id, tenant, '{}', '{}', {outcome}, 'r', {at}, {who} FROM requests WHERE id = '{id}'",
                opened.to_rfc3339(), due.to_rfc3339(),
            ))
            .await;
            exempt.check = Some(Check { opened, due, done });
        }
        self.exempt.push((round.tenant, round.issue, exempt));
    }
}

/// Percentile as PostgreSQL's `percentile_cont` has it, in hours to the hundredth.
fn percentile(seconds: &[i64], share: f64) -> Option<f64> {
    let mut sorted = seconds.to_vec();
    sorted.sort_unstable();
    let last = sorted.len().checked_sub(1)?;
    let place = share * last as f64;
    let (below, above) = (sorted[place.floor() as usize] as f64, sorted[place.ceil() as usize] as f64);
    let hours = (below + (above - below) * place.fract()) / 3600.0;
    Some((hours * 100.0).round() / 100.0)
}

fn is_answer(round: &&Round) -> bool {
    !round.automatic && matches!(round.status, "accepted" | "denied")
}

/// The rows of a figure of `report`.
fn rows<'a>(report: &'a Value, figure: &str) -> &'a [Value] {
    let figures = report["figures"].as_array().unwrap();
    figures.iter().find(|one| one["figure"] == figure).unwrap()["rows"].as_array().unwrap()
}

fn count(row: &Value, measure: &str) -> usize {
    usize::try_from(row["values"][measure].as_i64().unwrap_or_else(|| panic!("no {measure}: {row}"))).unwrap()
}

fn days(row: &Value) -> (NaiveDate, NaiveDate) {
    (text(&row["from"]).parse().unwrap(), text(&row["until"]).parse().unwrap())
}

/// What is asked for, in the recount's words.
struct Recount<'a> {
    world: &'a World<'a>,
    zone: Tz,
    tenant: Option<usize>,
    issue: Option<&'static str>,
}

impl Recount<'_> {
    fn rounds(&self) -> impl Iterator<Item = &Round> {
        let fits = |round: &&Round| {
            self.tenant.is_none_or(|tenant| tenant == round.tenant)
                && self.issue.is_none_or(|issue| issue == round.issue)
        };
        self.world.rounds.iter().filter(fits)
    }

    fn exempt(&self) -> impl Iterator<Item = &Exempt> {
        let fits = |one: &&(usize, &str, Exempt)| {
            self.tenant.is_none_or(|tenant| tenant == one.0) && self.issue.is_none_or(|issue| issue == one.1)
        };
        self.world.exempt.iter().filter(fits).map(|one| &one.2)
    }

    fn on(&self, at: DateTime<Utc>, row: &Value) -> bool {
        let (from, until) = days(row);
        (from..=until).contains(&at.with_timezone(&self.zone).date_naive())
    }

    fn answers(&self, report: &Value) {
        let period = |at: DateTime<Utc>| self.on(at, report);
        for (row, appeal) in rows(report, "answers_summary").iter().zip([false, true]) {
            let answers: Vec<_> = self
                .rounds()
                .filter(is_answer)
                .filter(|round| round.appeal == appeal && period(round.ended.unwrap()))
                .collect();
            let late = answers.iter().filter(|round| round.ended > round.due).count();
            let seconds: Vec<_> = answers
                .iter()
                .map(|round| (round.ended.unwrap() - round.opened - round.waited).num_seconds())
                .collect();
            assert_eq!((count(row, "answered"), count(row, "late")), (answers.len(), late));
            assert_eq!(count(row, "in_time"), answers.len() - late);
            assert_eq!(row["values"]["median_hours"].as_f64(), percentile(&seconds, 0.5), "{row}");
            assert_eq!(row["values"]["p90_hours"].as_f64(), percentile(&seconds, 0.9));
            let overdue = self
                .rounds()
                .filter(|round| round.appeal == appeal && round.ended.is_none() && round.due < Some(self.world.now));
            assert_eq!(count(row, "overdue"), overdue.count());
        }
        let checks: Vec<_> = self.exempt().filter_map(|one| one.check.as_ref()).collect();
        let done: Vec<_> =
            checks.iter().filter_map(|check| Some((check.done?.0, check.due))).filter(|(at, _)| period(*at)).collect();
        let row = &rows(report, "answers_summary")[2];
        assert_eq!(
            (count(row, "answered"), count(row, "late")),
            (done.len(), done.iter().filter(|(at, due)| at > due).count())
        );
        for row in rows(report, "answers_in_time") {
            let here: Vec<_> =
                self.rounds().filter(is_answer).filter(|round| self.on(round.ended.unwrap(), row)).collect();
            let late = here.iter().filter(|round| round.ended > round.due).count();
            assert_eq!((count(row, "in_time"), count(row, "late")), (here.len() - late, late), "{row}");
        }
        for row in rows(report, "answers_automatic") {
            let of = |status| {
                self.rounds()
                    .filter(|round| round.automatic && round.status == status && self.on(round.opened, row))
                    .count()
            };
            assert_eq!((count(row, "accepted"), count(row, "denied")), (of("accepted"), of("denied")));
        }
    }

    fn backlog(&self, report: &Value) {
        let ages = [(0, 1), (1, 3), (3, 7), (7, 14), (14, 30), (30, 999)];
        for (row, (from, until)) in rows(report, "backlog_by_age").iter().zip(ages) {
            let here = |opened: DateTime<Utc>| {
                (TimeDelta::days(from)..TimeDelta::days(until)).contains(&(self.world.now - opened))
            };
            let open: Vec<_> = self.rounds().filter(|round| round.ended.is_none() && here(round.opened)).collect();
            let checks: Vec<_> = self
                .exempt()
                .filter_map(|one| one.check.as_ref())
                .filter(|check| check.done.is_none() && here(check.opened))
                .collect();
            let overdue = open.iter().filter(|round| round.due < Some(self.world.now)).count()
                + checks.iter().filter(|check| check.due < self.world.now).count();
            assert_eq!(
                (count(row, "in_review"), count(row, "after_checks"), count(row, "overdue")),
                (open.len(), checks.len(), overdue),
                "{row}"
            );
        }
        for row in rows(report, "backlog_over_time") {
            let end = days(row).1;
            let local = |at: DateTime<Utc>| at.with_timezone(&self.zone).date_naive();
            let open = self.rounds().filter(|round| {
                !round.automatic && local(round.opened) <= end && round.ended.is_none_or(|at| local(at) > end)
            });
            assert_eq!(count(row, "open"), open.count(), "{row}");
        }
    }

    fn outcomes(&self, report: &Value) {
        for row in rows(report, "volume") {
            let of = |automatic| {
                self.rounds()
                    .filter(|round| !round.appeal && round.automatic == automatic && self.on(round.opened, row))
                    .count()
            };
            assert_eq!((count(row, "automatic"), count(row, "people")), (of(true), of(false)), "{row}");
        }
        let filed: Vec<_> = self.rounds().filter(|round| !round.appeal && self.on(round.opened, report)).collect();
        let mut seen = 0;
        for row in rows(report, "outcomes_by_issue") {
            let of = |status: &str, automatic| {
                filed
                    .iter()
                    .filter(|round| {
                        round.issue == row["issue"] && round.status == status && round.automatic == automatic
                    })
                    .count()
            };
            assert_eq!(count(row, "accepted_automatically"), of("accepted", true));
            assert_eq!(count(row, "denied_automatically"), of("denied", true));
            assert_eq!(
                (count(row, "accepted_by_people"), count(row, "denied_by_people")),
                (of("accepted", false), of("denied", false))
            );
            assert_eq!((count(row, "withdrawn"), count(row, "open")), (of("withdrawn", false), of("in_review", false)));
            seen += count(row, "filed");
        }
        assert_eq!(seen, filed.len());
    }

    fn appeals(&self, report: &Value) {
        let mut rules: BTreeMap<(String, Option<String>), (usize, usize)> = BTreeMap::new();
        for round in self
            .rounds()
            .filter(|round| round.appeal)
            .filter(is_answer)
            .filter(|round| self.on(round.ended.unwrap(), report))
        {
            let rule =
                rules.entry((round.issue.to_owned(), round.against.map(|(code, _)| code.to_owned()))).or_default();
            if round.status == "accepted" { rule.0 += 1 } else { rule.1 += 1 }
        }
        let told = rows(report, "appeals_by_rule").iter().map(|row| {
            let rule = (text(&row["issue"]).to_owned(), row["reason"].as_str().map(str::to_owned));
            (rule, (count(row, "overturned"), count(row, "upheld")))
        });
        assert_eq!(told.collect::<BTreeMap<_, _>>(), rules);
        let done: Vec<_> =
            self.exempt().filter_map(|one| one.check.as_ref()?.done).filter(|(at, _)| self.on(*at, report)).collect();
        let sum = |measure| rows(report, "after_checks_by_rule").iter().map(|row| count(row, measure)).sum::<usize>();
        assert_eq!(
            (sum("checked"), sum("overturned")),
            (done.len(), done.iter().filter(|(_, overturned)| *overturned).count())
        );
    }

    fn exceptions(&self, report: &Value) {
        for row in rows(report, "exceptions_over_time") {
            let end = days(row).1;
            let by_then = |at: DateTime<Utc>| at <= self.world.now && at.with_timezone(&self.zone).date_naive() <= end;
            let of = |automatic| {
                self.exempt()
                    .filter(|one| {
                        one.automatic == automatic && one.until > one.from && by_then(one.from) && !by_then(one.until)
                    })
                    .count()
            };
            assert_eq!((count(row, "automatic"), count(row, "people")), (of(true), of(false)), "{row}");
        }
        let open =
            |automatic| self.exempt().filter(|one| one.automatic == automatic && one.until > self.world.now).count();
        let sum = |measure| rows(report, "exceptions_ending").iter().map(|row| count(row, measure)).sum::<usize>();
        assert_eq!((sum("automatic"), sum("people")), (open(true), open(false)));
        let issues = |measure| rows(report, "exceptions_by_issue").iter().map(|row| count(row, measure)).sum::<usize>();
        assert_eq!(issues("automatic") + issues("people") + issues("scheduled"), open(true) + open(false));
    }
}

#[actix_web::test]
async fn every_figure_is_what_a_plain_recount_of_the_history_says() {
    let app = TestApp::start().await;
    for seed in [7, 74] {
        let mut owner = app.owner().await;
        let tenants: Vec<_> = (1..=4).map(|n| Uuid::from_u128(0xa000 + u128::from(seed * 10 + n))).collect();
        let mut world = World {
            db: &mut owner,
            dice: Dice(seed),
            now: app.clock.now(),
            tenants: tenants.clone(),
            open: BTreeSet::new(),
            rounds: Vec::new(),
            exempt: Vec::new(),
        };
        world.run("TRUNCATE requests, queue_counts CASCADE".to_owned()).await;
        for tenant in &tenants {
            world.run(format!("INSERT INTO partners VALUES ('{tenant}', 'P {tenant}', 'advisor', 'JP', 'utc', 's@p.example', now(), 1)")).await;
        }
        for number in 0..160 {
            world.one(seed * 1000 + number).await;
        }
        let asked = [
            ("period=quarter", None, None, Tz::UTC),
            ("period=month&zone=Asia/Tokyo", None, None, Tz::Asia__Tokyo),
            ("from=2026-10-10&until=2026-11-10&zone=America/New_York", None, Some(ISSUES[0]), Tz::America__New_York),
            ("period=year", Some(1), None, Tz::UTC),
        ];
        for (query, tenant, issue, zone) in asked {
            let recount = Recount { world: &world, zone, tenant, issue };
            let only = tenant
                .map(|tenant| format!("&tenant={}", tenants[tenant]))
                .into_iter()
                .chain(issue.map(|issue| format!("&issue={issue}")))
                .collect::<String>();
            let read = async |name: &str| {
                app.staff("lead").get(&format!("/api/v1/reports/{name}?{query}{only}")).await.expect(200).json()
            };
            recount.answers(&read("answers").await);
            recount.backlog(&read("backlog").await);
            recount.outcomes(&read("outcomes").await);
            recount.appeals(&read("appeals").await);
            recount.exceptions(&read("exceptions").await);
        }
    }
}
