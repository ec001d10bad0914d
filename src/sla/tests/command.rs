use crate::locale::Lang;
use crate::sla::cli::{SlaCommand, run};
use crate::sla::words::{duration, iso_duration};
use chrono::TimeDelta;
use clap::Parser;

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    command: SlaCommand,
}

/// Exit status, standard output and standard error of `sla due` with these arguments.
fn sla_due(arguments: &str) -> (u8, String, String) {
    let line = Line::try_parse_from(["sla", "due"].into_iter().chain(arguments.split(' '))).expect("known options");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = run(&line.command, &mut out, &mut err).expect("memory can be written to");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status, text(out), text(err))
}

/// What `sla due` prints when all is well.
fn printed(arguments: &str) -> String {
    let (status, out, err) = sla_due(arguments);
    assert_eq!((status, err.as_str()), (0, ""));
    out
}

/// What `sla due` says when it prints nothing and exits 2.
fn refused(arguments: &str) -> String {
    let (status, out, err) = sla_due(arguments);
    assert_eq!((status, out.as_str()), (2, ""));
    err
}

#[test]
fn the_due_instant_is_all_that_is_printed() {
    assert_eq!(printed("--calendar jp --from 2026-09-18T10:00:00+09:00"), "2026-09-28T10:00:00+09:00\n");
    assert_eq!(printed("--calendar us --from 2026-11-24T10:00:00Z --business-days 1"), "2026-11-24T17:00:00-05:00\n");
}

#[test]
fn utc_is_written_as_an_offset() {
    assert_eq!(printed("--calendar utc --from 2026-11-16T10:00:00Z"), "2026-11-19T10:00:00+00:00\n");
}

#[test]
fn fractions_of_a_second_are_kept_as_given() {
    for fraction in ["", ".5", ".50", ".500", ".000001", ".123456789"] {
        let from = format!("--calendar utc --from 2026-11-16T10:00:00{fraction}Z");
        assert_eq!(printed(&from), format!("2026-11-19T10:00:00{fraction}+00:00\n"));
    }
    assert_eq!(printed("--calendar utc --from 2026-11-15T10:00:00.5Z"), "2026-11-18T17:00:00+00:00\n");
    let pause = "--pause 2026-11-16T11:00:00.25Z/2026-11-16T11:00:01Z";
    assert_eq!(
        printed(&format!("--calendar utc --from 2026-11-16T10:00:00Z {pause}")),
        "2026-11-19T10:00:00.75+00:00\n"
    );
}

#[test]
fn pauses_repeat() {
    let pauses = "--pause 2026-11-16T11:00:00Z/2026-11-16T12:00:00Z --pause 2026-11-17T11:00:00Z/2026-11-17T12:00:00Z";
    assert_eq!(printed(&format!("--calendar utc --from 2026-11-16T10:00:00Z {pauses}")), "2026-11-19T12:00:00+00:00\n");
}

#[test]
fn an_open_pause_prints_the_working_time_that_remains() {
    let one_day = "--calendar jp --from 2026-11-16T10:00:00+09:00 --business-days 1";
    let remaining = |since: &str| printed(&format!("{one_day} --pause {since}/"));
    assert_eq!(remaining("2026-11-16T13:30:00+09:00"), "remaining PT5H30M\n");
    assert_eq!(remaining("2026-11-17T09:59:59.75+09:00"), "remaining PT0.25S\n");
    assert_eq!(remaining("2026-11-17T10:00:00+09:00"), "2026-11-17T10:00:00+09:00\n");
    assert_eq!(
        printed("--calendar jp --from 2026-11-16T10:00:00+09:00 --pause 2026-11-16T10:00:00+09:00/"),
        "remaining PT27H\n"
    );
}

#[test]
fn what_is_wrong_is_said_with_the_way_out() {
    let good = "--calendar jp --from 2026-11-16T10:00:00+09:00";
    let error = refused("--calendar de --from 2026-11-16T10:00:00Z");
    assert!(error.contains("no calendar `de`; choose one of `jp`, `us`, `utc`"), "{error}");
    for from in ["2026-11-16", "2026-11-16T10:00:00", "2026-02-29T10:00:00Z", "yesterday"] {
        let error = refused(&format!("--calendar jp --from {from}"));
        assert!(error.starts_with(&format!("`--from` is `{from}`, which is no RFC 3339 instant; write")), "{error}");
    }
    assert!(refused("--calendar jp --from 2026-11-16T10:00:00.1234567891Z").contains("finer than a nanosecond"));
    for days in ["0", "-3"] {
        assert!(refused(&format!("{good} --business-days {days}")).contains("at least `1` business day"));
    }
    assert!(refused(&format!("{good} --business-days 9999999999")).contains("`2031-01-01`"));
    assert!(refused("--calendar jp --from 2023-11-16T10:00:00Z").contains("2024 to 2030 only"));
    let pause = |pause: &str| refused(&format!("{good} --pause {pause}"));
    assert!(pause("2026-11-17T10:00:00Z/2026-11-17T09:00:00Z").contains("ends before it starts"));
    assert!(pause("2026-11-17T10:00:00Z").contains("write the start and the end as `FROM/TO`"));
    assert!(pause("/2026-11-17T10:00:00Z").contains("`--pause` is ``, which is no RFC 3339 instant"));
}

#[test]
fn errors_speak_japanese_when_asked_to() {
    let error = refused("--calendar jp --from 2023-11-16T10:00:00Z --lang ja");
    assert_eq!(
        error,
        "計算に`2023-11-16`が必要ですが、カレンダー`jp`に休日が登録されているのは2024年から2030年までです。\
         別の日時を指定するか、その日を含むカレンダーファイルを追加してください。\n"
    );
}

const EXPLAINED: &str = "--calendar jp --from 2026-09-18T16:00:00+09:00 --business-days 1 --explain \
                         --pause 2026-09-24T10:00:00+09:00/2026-09-24T11:30:00+09:00";

#[test]
fn the_explanation_counts_day_by_day() {
    insta::assert_snapshot!(printed(EXPLAINED), @r"
    2026-09-24T17:30:00+09:00

    Calendar: Japan (`jp`); times are Japan time (Asia/Tokyo)
    Working time: 1 business day × 9 h = 9 h
    Clock set: Fri 18 Sep 2026, 16:00
    Fri 18 Sep 2026: 16:00–18:00 = 2 h (2 h of 9 h)
    Sat 19 Sep 2026: closed
    Sun 20 Sep 2026: closed
    Mon 21 Sep 2026: Respect for the Aged Day (holiday)
    Tue 22 Sep 2026: Citizens' Holiday (holiday)
    Wed 23 Sep 2026: Autumnal Equinox Day (holiday)
    Thu 24 Sep 2026: 09:00–10:00, 11:30–17:30 = 7 h (9 h of 9 h); paused for 1 h 30 min
    Due: Thu 24 Sep 2026, 17:30
    ");
}

#[test]
fn the_explanation_reads_in_japanese_too() {
    insta::assert_snapshot!(printed(&format!("{EXPLAINED} --lang ja")), @r"
    2026-09-24T17:30:00+09:00

    カレンダー：日本（`jp`）。時刻は日本時間（Asia/Tokyo）です
    営業時間：1営業日 × 9時間 ＝ 9時間
    起算：2026年9月18日(金) 16:00
    2026年9月18日(金)：16:00〜18:00 ＝ 2時間（累計 2時間／9時間）
    2026年9月19日(土)：休業日
    2026年9月20日(日)：休業日
    2026年9月21日(月)：敬老の日のため休業
    2026年9月22日(火)：国民の休日のため休業
    2026年9月23日(水)：秋分の日のため休業
    2026年9月24日(木)：09:00〜10:00、11:30〜17:30 ＝ 7時間（累計 9時間／9時間）、停止 1時間30分
    回答期限：2026年9月24日(木) 17:30
    ");
}

#[test]
fn the_explanation_of_an_open_pause_says_since_when() {
    let open = "--calendar utc --from 2026-11-13T18:00:00Z --explain --pause 2026-11-17T07:00:00Z/2026-11-18T09:00:00Z \
                --pause 2026-11-18T10:00:00Z/";
    insta::assert_snapshot!(printed(open), @r"
    remaining PT15H

    Calendar: Other countries (UTC) (`utc`); times are UTC
    Working time: 3 business days × 8 h = 24 h
    Clock set: Fri 13 Nov 2026, 18:00
    Fri 13 Nov 2026: nothing within working hours
    Sat 14 Nov 2026: closed
    Sun 15 Nov 2026: closed
    Mon 16 Nov 2026: 09:00–17:00 = 8 h (8 h of 24 h)
    Tue 17 Nov 2026: nothing counted; paused for 8 h
    Wed 18 Nov 2026: 09:00–10:00 = 1 h (9 h of 24 h)
    Paused since Wed 18 Nov 2026, 10:00; 15 h left when it goes on
    ");
    insta::assert_snapshot!(printed(&format!("{open} --lang ja")), @r"
    remaining PT15H

    カレンダー：その他の国・地域（UTC）（`utc`）。時刻はUTCです
    営業時間：3営業日 × 8時間 ＝ 24時間
    起算：2026年11月13日(金) 18:00
    2026年11月13日(金)：営業時間外
    2026年11月14日(土)：休業日
    2026年11月15日(日)：休業日
    2026年11月16日(月)：09:00〜17:00 ＝ 8時間（累計 8時間／24時間）
    2026年11月17日(火)：算入なし、停止 8時間
    2026年11月18日(水)：09:00〜10:00 ＝ 1時間（累計 9時間／24時間）
    2026年11月18日(水) 10:00から停止中です。再開後の残りは15時間です
    ");
}

#[test]
fn lengths_of_time_are_written_in_hours_and_below() {
    let hour = TimeDelta::hours(1);
    for (length, iso, en, ja) in [
        (TimeDelta::zero(), "PT0S", "0 min", "0分"),
        (hour * 27, "PT27H", "27 h", "27時間"),
        (hour * 5 + TimeDelta::minutes(30), "PT5H30M", "5 h 30 min", "5時間30分"),
        (hour + TimeDelta::seconds(1), "PT1H1S", "1 h 1 s", "1時間1秒"),
        (TimeDelta::milliseconds(90_500), "PT1M30.5S", "1 min 30.5 s", "1分30.5秒"),
        (TimeDelta::nanoseconds(10), "PT0.00000001S", "0.00000001 s", "0.00000001秒"),
    ] {
        assert_eq!(iso_duration(length), iso);
        assert_eq!(duration(length, Lang::En), en);
        assert_eq!(duration(length, Lang::Ja), ja);
    }
}
