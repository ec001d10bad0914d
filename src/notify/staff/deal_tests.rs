//! The table of who is told of what.

use super::super::topic::Topics;
use super::*;

/// Somebody who may decide, from elsewhere.
fn member(id: u128) -> Member {
    Member {
        tenant: TenantId(Uuid::from_u128(1)),
        object_id: Uuid::from_u128(id),
        lead: false,
        outsider: true,
        may_decide: true,
        assignee: false,
        completes: false,
    }
}

/// A lead, the reviewer who works on it, another who completes its approval, one who denied it, one of its own tenant, and a lead of it.
fn everybody() -> Vec<Member> {
    vec![
        Member { lead: true, completes: true, ..member(1) },
        Member { assignee: true, ..member(2) },
        Member { completes: true, ..member(3) },
        Member { may_decide: false, completes: true, ..member(4) },
        Member { may_decide: false, outsider: false, completes: true, ..member(5) },
        Member { lead: true, may_decide: false, outsider: false, completes: true, ..member(6) },
    ]
}

fn told(kind: Kind, recipient: Recipient, members: &[Member]) -> Vec<u128> {
    match deal(kind, recipient, members) {
        Dealt::To(members) => members.into_iter().map(|member| member.object_id.as_u128()).collect(),
        Dealt::LeadsAddress => vec![0],
        Dealt::Nobody => Vec::new(),
    }
}

#[test]
fn everybody_is_told_whom_it_concerns_and_nobody_who_may_not_decide_it() {
    use Recipient::{Approvers, Assignee, Checkers, Leads};
    let (all, none) = (everybody(), Vec::new());
    // The leads' address is 0. Without the assignee; without anybody.
    let idle: Vec<_> = all.iter().filter(|member| !member.assignee).cloned().collect();
    let table = [
        (Kind::RequestAnswered, Assignee, vec![2], vec![1], vec![0]),
        (Kind::RequestAssigned, Assignee, vec![2], vec![], vec![]),
        (Kind::ClockHalfUsed, Assignee, vec![2], vec![], vec![]),
        (Kind::ClockHalfUsed, Leads, vec![1], vec![1], vec![0]),
        (Kind::ClockMostlyUsed, Leads, vec![1], vec![1], vec![0]),
        (Kind::ClockBreached, Assignee, vec![2], vec![], vec![]),
        (Kind::ClockBreached, Leads, vec![1], vec![1], vec![0]),
        (Kind::NobodyEligible, Leads, vec![1], vec![1], vec![0]),
        (Kind::ExceptionDisputed, Leads, vec![1], vec![1], vec![0]),
        (Kind::SecondApprovalWaits, Approvers, vec![1, 3], vec![1, 3], vec![0]),
        (Kind::AfterCheckLate, Checkers, vec![1, 2, 3], vec![1, 3], vec![0]),
    ];
    for (kind, recipient, whole, without_assignee, without_anybody) in table {
        assert_eq!(told(kind, recipient, &all), whole, "{kind:?} {recipient:?}");
        assert_eq!(told(kind, recipient, &idle), without_assignee, "{kind:?} {recipient:?} without an assignee");
        assert_eq!(told(kind, recipient, &none), without_anybody, "{kind:?} {recipient:?} without anybody");
    }
}

#[test]
fn every_kind_for_staff_is_in_the_table_of_somebody() {
    let all = everybody();
    for kind in Kind::ALL {
        for recipient in kind.recipients().iter().filter(|to| to.is_staff() && **to != Recipient::Person) {
            assert!(!told(kind, *recipient, &all).is_empty(), "{kind:?} {recipient:?}");
        }
    }
}

#[test]
fn a_lead_who_denied_a_request_is_alarmed_about_it_and_not_asked_to_decide_it() {
    let leads = [Member { lead: true, may_decide: false, ..member(1) }];
    assert_eq!(told(Kind::NobodyEligible, Recipient::Leads, &leads), [1]);
    assert_eq!(told(Kind::ExceptionDisputed, Recipient::Leads, &leads), [1]);
    assert_eq!(told(Kind::ClockMostlyUsed, Recipient::Leads, &leads), [0]);
}

#[test]
fn a_breach_reaches_leads_at_once_and_at_any_time_whatever_they_want() {
    let mut settings = MailSettings {
        language: crate::locale::Lang::En,
        time_zone: "UTC".to_owned(),
        office_calendar: "utc".to_owned(),
        topics: Topics::of(|_| Pace::Never),
        quiet_hours: None,
        quiet_on_closed_days: true,
        digest_at: None,
    };
    assert_eq!(pace(Kind::ClockBreached, true, &settings), (Pace::AtOnce, false));
    assert_eq!(pace(Kind::ClockBreached, false, &settings), (Pace::Never, true));
    assert_eq!(pace(Kind::NobodyEligible, true, &settings), (Pace::AtOnce, false));
    assert_eq!(pace(Kind::ClockHalfUsed, true, &settings), (Pace::Never, true));
    settings.topics = Topics::default();
    assert_eq!(pace(Kind::AfterCheckLate, true, &settings), (Pace::Digest, true));
    assert_eq!(pace(Kind::RequestAssigned, false, &settings), (Pace::AtOnce, true));
}
