# /// script
# requires-python = ">=3.11"
# dependencies = ["holidays==0.109", "jpholiday==1.0.3"]
# ///
"""Writes the shipped calendars beside this file: jp.toml, us.toml, utc.toml.

    python generate.py            write the files
    python generate.py --check    write nothing, exit 1 when a file would change

Needs `pip install holidays==0.109 jpholiday==1.0.3`; another version is refused, because the files state their source.

Every year is taken from two sources that know nothing of each other, and nothing is written unless they agree on every day:
  jp  `holidays` against `jpholiday`, and both against the law's own rules for substitute and in-between holidays
  us  `holidays` against the rules of 5 U.S.C. 6103 and Executive Order 11582, written out below
"""

import sys
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

import holidays
import jpholiday

PINNED = {"holidays": "0.109", "jpholiday": "1.0.3"}
FIRST, LAST = 2024, 2030
DAY = timedelta(days=1)
WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)

# --- Japan -----------------------------------------------------------------------------------------------------------

JP_NAMES = {
    "元日": "New Year's Day",
    "成人の日": "Coming of Age Day",
    "建国記念の日": "National Foundation Day",
    "天皇誕生日": "Emperor's Birthday",
    "春分の日": "Vernal Equinox Day",
    "昭和の日": "Showa Day",
    "憲法記念日": "Constitution Memorial Day",
    "みどりの日": "Greenery Day",
    "こどもの日": "Children's Day",
    "海の日": "Marine Day",
    "山の日": "Mountain Day",
    "敬老の日": "Respect for the Aged Day",
    "秋分の日": "Autumnal Equinox Day",
    "スポーツの日": "Sports Day",
    "文化の日": "Culture Day",
    "勤労感謝の日": "Labor Thanksgiving Day",
}


def in_between(named):
    """Article 3 (3): a day that is no holiday, between two that are, is one."""
    return {d + DAY for d in named if d + DAY not in named and d + 2 * DAY in named}


def substitutes(named):
    """Article 3 (2): a holiday on a Sunday moves to the next day that is not a named holiday itself. Day → its holiday."""
    moved = {}
    for d in sorted(named):
        if d.weekday() == SUN:
            free = d + DAY
            while free in named:
                free += DAY
            moved[free] = d
    return moved


def japan():
    years = range(FIRST, LAST + 1)
    first = dict(holidays.Japan(years=years, language="ja"))
    second = {day: name for year in years for day, name in jpholiday.year_holidays(year)}
    assert first.keys() == second.keys(), first.keys() ^ second.keys()

    named = {day: name for day, name in first.items() if name in JP_NAMES}
    moved = substitutes(named)
    # Where both rules name a day, it is the substitute one (the in-between rule yields to it).
    between = in_between(named) - moved.keys()
    assert first.keys() - named.keys() == moved.keys() | between, "the law's two rules do not give the same extra days"

    days = {}
    for day in sorted(first):
        if day in named:
            assert second[day] == named[day], (day, second[day], named[day])
            days[day] = (JP_NAMES[named[day]], named[day])
        elif day in moved:
            origin = named[moved[day]]
            assert first[day] == "振替休日" and second[day] == f"{origin} 振替休日", (day, first[day], second[day])
            days[day] = (f"Substitute holiday for {JP_NAMES[origin]}", f"振替休日（{origin}）")
        else:
            assert first[day] == second[day] == "国民の休日", (day, first[day], second[day])
            days[day] = ("Citizens' Holiday", "国民の休日")
    return days


# --- United States ---------------------------------------------------------------------------------------------------

# 5 U.S.C. 6103(a) in its own words, the name that `holidays` uses where it differs, and the Japanese one.
US_NAMES = {
    "New Year's Day": ("New Year's Day", "元日"),
    "Birthday of Martin Luther King, Jr.": ("Martin Luther King Jr. Day", "キング牧師記念日"),
    "Washington's Birthday": ("Washington's Birthday", "ワシントン誕生日"),
    "Memorial Day": ("Memorial Day", "戦没者追悼記念日"),
    "Juneteenth National Independence Day": ("Juneteenth National Independence Day", "奴隷解放記念日"),
    "Independence Day": ("Independence Day", "独立記念日"),
    "Labor Day": ("Labor Day", "労働者の日"),
    "Columbus Day": ("Columbus Day", "コロンブス記念日"),
    "Veterans Day": ("Veterans Day", "退役軍人の日"),
    "Thanksgiving Day": ("Thanksgiving Day", "感謝祭"),
    "Christmas Day": ("Christmas Day", "クリスマス"),
}


def nth(year, month, weekday, n):
    """The n-th such weekday of the month."""
    first = date(year, month, 1)
    return first + DAY * ((weekday - first.weekday()) % 7 + 7 * (n - 1))


def last_monday(year, month):
    fifth = nth(year, month, MON, 5)
    return fifth if fifth.month == month else fifth - 7 * DAY


def statute(year):
    """5 U.S.C. 6103(a): the eleven legal public holidays of a year."""
    return {
        date(year, 1, 1): "New Year's Day",
        nth(year, 1, MON, 3): "Birthday of Martin Luther King, Jr.",
        nth(year, 2, MON, 3): "Washington's Birthday",
        last_monday(year, 5): "Memorial Day",
        date(year, 6, 19): "Juneteenth National Independence Day",
        date(year, 7, 4): "Independence Day",
        nth(year, 9, MON, 1): "Labor Day",
        nth(year, 10, MON, 2): "Columbus Day",
        date(year, 11, 11): "Veterans Day",
        nth(year, 11, THU, 4): "Thanksgiving Day",
        date(year, 12, 25): "Christmas Day",
    }


def united_states():
    # One year more than is covered: 1 January 2028, a Saturday, is observed on 31 December 2027.
    years = range(FIRST, LAST + 2)
    days, expected = {}, {}
    for day, name in sorted((day, name) for year in years for day, name in statute(year).items()):
        theirs, ja = US_NAMES[name]
        # 6103(b)(1): Saturday is observed on the Friday before. Executive Order 11582: Sunday on the Monday after.
        observed = day + {SAT: -DAY, SUN: DAY}.get(day.weekday(), timedelta())
        expected[day] = theirs
        if observed != day:
            expected[observed] = f"{theirs} (observed)"
            name, ja = f"{name} (observed)", f"{ja}（振替休日）"
        days[observed] = (name, ja)
    assert dict(holidays.UnitedStates(years=years)) == expected
    return {day: names for day, names in days.items() if FIRST <= day.year <= LAST}


# --- Files -----------------------------------------------------------------------------------------------------------

HEAD = """\
# Written by generate.py from the sources stated below; change that script, not this file.
# For a calendar of your own, copy this file into the directory of your calendars: the same `id` replaces the shipped one.

id = "{id}"
name = {{ en = "{en}", ja = "{ja}" }}
countries = [{countries}]  # partners of these countries (ISO 3166-1) get this calendar
zone = "{zone}"
zone_name = {{ en = "{zone_en}", ja = "{zone_ja}" }}
business_day = "{length}"  # working time that one business day stands for
first_year = {first}
last_year = {last}
source = \"\"\"
{source}\"\"\"

[hours]  # local time on the clock; several spans a day are allowed, a day without any is closed
{hours}

[holidays]
{holidays}
"""

JP_SOURCE = """\
National holidays of Japan under the Act on National Holidays (Act No. 178 of 1948), with substitute (振替休日) and
in-between (国民の休日) holidays: the Python packages holidays 0.109 and jpholiday 1.0.3, which agree on every day and name.
Equinox days that the Cabinet Office has not yet announced are the astronomical forecast. 29 December to 3 January are
working days except 1 January.
"""

US_SOURCE = """\
Federal holidays of the United States as observed (5 U.S.C. 6103, Executive Order 11582): the rules themselves and the
Python package holidays 0.109, which agree on every day. A holiday on a Saturday is listed on the Friday before, one on a
Sunday on the Monday after, and only there. Not listed: Inauguration Day, a holiday in the Washington, D.C., area only, and
closures by executive order.
"""

UTC_SOURCE = """\
No holidays, by definition: for partners of countries that have no calendar of their own.
"""


def render(**values):
    span, days = values.pop("span"), values.pop("days")
    week = [f'{name} = ["{span}"]' if at <= FRI else f"{name} = []" for at, name in enumerate(WEEK)]
    rows = [f'{day} = {{ en = "{en}", ja = "{ja}" }}' for day, (en, ja) in sorted(days.items())]
    text = HEAD.format(first=FIRST, last=LAST, hours="\n".join(week), holidays="\n".join(rows), **values)
    return text.rstrip("\n") + "\n"


def calendars():
    yield "jp.toml", render(
        id="jp", en="Japan", ja="日本", countries='"JP"', zone="Asia/Tokyo", zone_en="Japan time", zone_ja="日本時間",
        length="PT9H", source=JP_SOURCE, span="09:00-18:00", days=japan(),
    )  # fmt: skip
    yield "us.toml", render(
        id="us", en="United States", ja="米国", countries='"US"', zone="America/New_York", zone_en="US Eastern time",
        zone_ja="米国東部時間", length="PT8H", source=US_SOURCE, span="09:00-17:00", days=united_states(),
    )  # fmt: skip
    yield "utc.toml", render(
        id="utc", en="Other countries (UTC)", ja="その他の国・地域（UTC）", countries="", zone="UTC", zone_en="UTC", zone_ja="UTC",
        length="PT8H", source=UTC_SOURCE, span="09:00-17:00", days={},
    )  # fmt: skip


def main():
    for package, pinned in PINNED.items():
        if version(package) != pinned:
            sys.exit(f"{package} is {version(package)}, not {pinned}: run `pip install {package}=={pinned}`")
    stale = []
    for name, text in calendars():
        path = Path(__file__).with_name(name)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in sys.argv[1:]:
                path.write_text(text, encoding="utf-8")
    if "--check" in sys.argv[1:] and stale:
        sys.exit(f"not as generated: {', '.join(stale)}; run generate.py without --check")


if __name__ == "__main__":
    main()
