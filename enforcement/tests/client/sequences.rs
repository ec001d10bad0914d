//! Whatever happens, in whatever order: a version never falls, what is held is always a state that the desk had, and once
//! nothing is in the way any more the client comes to the desk's state.

use crate::desk::{World, minute, rule};
use crate::history::{Lie, Way};
use crate::signing::Key;
use chrono::{DateTime, TimeDelta, Utc};
use mfa_enforcement::client::{FeedClient, Follow};
use mfa_enforcement::{Rule, Subjects};
use proptest::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};
use uuid::Uuid;

#[derive(Clone, Debug)]
enum Event {
    /// The desk publishes a version in which these rules are there or not there.
    Publish(Vec<(u8, bool)>),
    /// The desk issues its version again.
    Renew,
    Step,
    /// The next answer of this kind is a lie.
    Lie(Way, Falsehood),
    Restart(Follow),
    /// Everything is asked for, whatever the way.
    Poll,
}

#[derive(Clone, Debug)]
enum Falsehood {
    Status(u16),
    Dropped,
    WrongDigest,
    Resync,
    Cut(usize),
    Older(usize),
    Replayed(usize),
    OtherKey,
}

fn some_event() -> impl Strategy<Value = Event> {
    let way = || prop::sample::select(Way::ALL.to_vec());
    let follow = prop::sample::select(vec![Follow::Stream, Follow::Stream, Follow::Changes, Follow::Poll]);
    let falsehood = prop_oneof![
        prop::sample::select(vec![404, 410, 500]).prop_map(Falsehood::Status),
        Just(Falsehood::Dropped),
        Just(Falsehood::WrongDigest),
        Just(Falsehood::Resync),
        (0..900_usize).prop_map(Falsehood::Cut),
        (1..4_usize).prop_map(Falsehood::Older),
        (0..8_usize).prop_map(Falsehood::Replayed),
        Just(Falsehood::OtherKey),
    ];
    prop_oneof![
        4 => prop::collection::vec((0..6_u8, any::<bool>()), 1..4).prop_map(Event::Publish),
        1 => Just(Event::Renew),
        6 => Just(Event::Step),
        3 => (way(), falsehood).prop_map(|(way, falsehood)| Event::Lie(way, falsehood)),
        1 => follow.prop_map(Event::Restart),
        1 => Just(Event::Poll),
    ]
}

fn numbered(number: u8) -> Rule {
    let users = |count: u8| (0..count).map(|user| Uuid::from_u128(u128::from(user))).collect();
    let subjects = match number {
        0 => Subjects::All,
        1 => Subjects::Users(users(3)),
        _ => Subjects::Users(users(1)),
    };
    Rule { id: Uuid::from_u128(u128::from(number)), subjects, ..rule() }
}

/// A desk, a client, and all that the desk ever signed.
struct Run {
    world: World,
    client: Option<FeedClient>,
    follow: Follow,
    signed: Vec<String>,
    /// Milliseconds after minute 1 at which the desk issues; versions in a row may have the same.
    issued: i64,
    newest: u64,
}

impl Run {
    async fn happens(&mut self, event: Event) {
        match event {
            Event::Publish(edits) => {
                let mut rules = self.world.history.rules();
                for (number, is_there) in edits {
                    rules.retain(|rule| rule.id != numbered(number).id);
                    if is_there {
                        rules.push(numbered(number));
                    }
                }
                let before = self.world.history.current().0;
                self.world.history.publish(rules, self.issued_at());
                self.signed.push(self.world.key.sign_changes(&self.world.history.changes(before)));
            }
            Event::Renew => {
                self.issued += 1;
                self.world.history.renew(self.issued_at());
                self.signed.push(self.world.key.sign(&self.world.history.snapshot()));
            }
            Event::Lie(way, falsehood) => self.lies(way, falsehood),
            Event::Restart(follow) => {
                self.client = None;
                self.follow = follow;
                self.client = Some(self.world.client_that_follows(follow));
            }
            Event::Step => drop(self.client.as_mut().expect("a client").step().await),
            Event::Poll => drop(self.client.as_mut().expect("a client").poll().await),
        }
        self.holds_what_the_desk_had();
    }

    fn issued_at(&self) -> DateTime<Utc> {
        minute(1) + TimeDelta::milliseconds(self.issued)
    }

    fn lies(&self, way: Way, falsehood: Falsehood) {
        let lie = match falsehood {
            Falsehood::Status(status) => Lie::Status(status),
            Falsehood::Dropped => Lie::Dropped,
            Falsehood::WrongDigest => Lie::WrongDigest,
            Falsehood::Resync => Lie::Resync,
            Falsehood::Cut(bytes) => Lie::Cut(bytes),
            Falsehood::Older(versions) => Lie::Older(versions),
            Falsehood::Replayed(number) => match self.signed.get(number) {
                Some(text) => Lie::Text(text.clone()),
                None => return,
            },
            Falsehood::OtherKey => {
                let (other, history) = (Key::new("one", 9), &self.world.history);
                Lie::Text(if way == Way::Rules {
                    other.sign(&history.snapshot())
                } else {
                    other.sign_changes(&history.changes(history.current().0))
                })
            }
        };
        self.world.history.lie(way, lie);
    }

    fn holds_what_the_desk_had(&mut self) {
        let held = self.client.as_ref().and_then(|client| client.handle().status(minute(1)).held);
        let Some(held) = held else { return };
        assert!(held.version >= self.newest, "version {} after version {}", held.version, self.newest);
        assert_eq!(Some(held.rules_digest), self.world.history.digest(held.version));
        self.newest = held.version;
    }
}

async fn happens_in_order(events: Vec<Event>) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("sequence-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let world = World::new(&name).await;
    world.tell_history().await;
    let client = Some(world.client_that_follows(Follow::Stream));
    let mut run = Run { world, client, follow: Follow::Stream, signed: Vec::new(), issued: 0, newest: 0 };
    for event in events {
        run.happens(event).await;
    }
    run.world.history.lie_no_more();
    let mut client = run.client.take().expect("a client");
    run.world.catches_up(&mut client).await;
    let rules = run.world.history.rules().len();
    assert_eq!(client.handle().status(minute(1)).held.map(|held| held.rules), Some(rules));
    let _ = std::fs::remove_dir_all(&run.world.directory);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn any_sequence_ends_at_the_desks_state_and_no_version_ever_falls(
        events in prop::collection::vec(some_event(), 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(happens_in_order(events));
    }
}

/// Few enough for some seconds; a thousand take minutes, and are enough for a soak run.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24).min(1_000)
}
