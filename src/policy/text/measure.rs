//! How well the check reads texts of people whose texts it was not taught with:
//! `cargo test -p exception-desk --lib policy::text::measure -- --ignored --nocapture`.
//!
//! Each file of texts has its own writer or two. Of each, the model is learned anew from all the others and measured on it.

use super::labelled::{Text, own_topic, texts};
use super::model::{Model, Statement};
use super::reading::Reading;
use super::train::learned;
use super::vocabulary::{Fact, Topic};
use super::weigh;
use std::collections::BTreeMap;

/// The first letters of the ids of each file.
const SOURCES: [&str; 35] = [
    "dev-", "den-", "dja-", "va-", "vb-", "v1-", "v2-", "d2-", "d3-", "t1-", "t2-", "t3-", "t4-", "t5-", "t6-", "t7-",
    "t8-", "t9-", "t10-", "t11-", "t12-", "v4-", "t13-", "t14-", "t15-", "t16-", "t17-", "t18-", "t19-", "t20-",
    "t21-", "t22-", "t23-", "v6", "v7",
];
const GRANTABLE: [Topic; 2] = [Topic::ExchangePowershell, Topic::ThirdPartyMfa];

/// Whether the check, taught `model`, turns `text` into a review. Its answers are the accepted ones where its issue can
/// be accepted, as the groups have it.
fn doubts(text: &Text, model: &Model) -> bool {
    let fields = text.fields();
    Reading::by(model, &fields, &text.names, |reading| says_something(text, reading))
}

fn says_something(text: &Text, reading: &Reading) -> bool {
    let own = own_topic(&text.issue);
    let others = |topics: &[Topic]| -> Vec<Statement> {
        topics.iter().filter(|topic| Some(**topic) != own).map(|topic| Statement::Topic(*topic)).collect()
    };
    let denied = text.outcome == "deny" || text.group == "suggest" || own.is_none_or(|own| !GRANTABLE.contains(&own));
    let found = if denied {
        weigh::against_deny(reading, &others(&GRANTABLE))
    } else if reading.language_is_known {
        let facts = if own == Some(Topic::ExchangePowershell) { &Fact::ALL[..3] } else { &Fact::ALL[3..] };
        let candidates = [others(&Topic::ALL), facts.iter().map(|fact| Statement::Fact(*fact)).collect()].concat();
        weigh::against_accept(reading, own.map(Statement::Topic), &candidates)
    } else {
        return true;
    };
    found.is_some_and(|(_, over)| over > 0.0)
}

#[test]
#[ignore = "learns a model for each source"]
fn each_source_is_read_without_having_been_seen() {
    let texts = texts();
    let mut groups = BTreeMap::<(&str, &str), (u32, u32)>::new();
    for source in SOURCES {
        let (unseen, seen): (Vec<&Text>, Vec<&Text>) = texts.iter().partition(|text| text.id.starts_with(source));
        let model = Model::parse(&learned(&seen));
        let mut here = (0, 0);
        // A review by the table stays one, whatever the text says.
        for text in unseen.iter().filter(|text| text.group != "table" || text.outcome != "review") {
            let good = u32::from(doubts(text, &model) == (text.outcome == "review"));
            let (all_good, all) = groups.entry((&text.group, &text.language)).or_default();
            (*all_good, *all) = (*all_good + good, *all + 1);
            here = (here.0 + good, here.1 + 1);
        }
        println!("{source}: {} of {}", here.0, here.1);
    }
    for ((group, language), (good, all)) in &groups {
        println!("{group} {language}: {good} of {all} ({:.3})", f64::from(*good) / f64::from(*all));
        assert!(*good * 10 >= *all * 8, "{group} {language} fell below 0.8: {good} of {all}");
    }
}
