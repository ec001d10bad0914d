"""Counts business days with numpy, and with holidays that come from Python packages and not from this workspace.

Prints 10,000 clocks as JSON lines, the same ones every time: {"calendar", "from", "business_days", "due", "kinds"}; `due` is
null where the clock would need a day after the covered years.
Needs numpy, holidays, jpholiday (and tzdata where the system has no time zones).
"""

import json
import random
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import holidays
import jpholiday
import numpy

YEARS = range(2024, 2031)
NANOS = 10**9


def japanese_holidays():
    ours = set(holidays.Japan(years=YEARS))
    theirs = {day for year in YEARS for day, _ in jpholiday.year_holidays(year)}
    assert ours == theirs, ours ^ theirs
    return ours


# Zone, opening and closing hour, holidays.
CALENDARS = {
    "jp": (ZoneInfo("Asia/Tokyo"), 9, 18, japanese_holidays()),
    "us": (ZoneInfo("America/New_York"), 9, 17, set(holidays.UnitedStates(years=YEARS))),
    "utc": (ZoneInfo("UTC"), 9, 17, set()),
}


def due(day, nanos, opens, closes, business_days, days_off):
    """The local end of a clock set on `day`, `nanos` after midnight: date and nanoseconds after midnight.

    Every business day is as long as the next, so the clock ends at the time of day at which it starts; only a clock that
    starts at an opening ends at a closing, one business day earlier.
    """
    opens, closes = opens * 3600 * NANOS, closes * 3600 * NANOS

    def offset(days):
        return numpy.busday_offset(day, days, roll="forward", holidays=days_off).astype(object)

    if not numpy.is_busday(day, holidays=days_off) or nanos < opens:
        nanos = opens
    if nanos >= closes:  # the next opening is that of the next business day
        return offset(business_days), closes
    if nanos == opens:
        return offset(business_days - 1), closes
    return offset(business_days), nanos


def instant(day, nanos, zone, fraction_digits):
    """RFC 3339 with the offset of `zone`."""
    local = datetime.combine(day, time(), zone) + timedelta(seconds=nanos // NANOS)  # wall-clock arithmetic
    text = local.isoformat()  # no fraction: microseconds are zero
    fraction = f".{nanos % NANOS:09d}"[: fraction_digits + 1] if nanos % NANOS else ""
    return text[:19] + fraction + text[19:]


def any_day(random, days_off):
    """A day of the covered years; every fourth one on or next to a holiday, every eighth near the end of a year or February."""
    first, last = date(2024, 1, 1), date(2030, 12, 31)
    day = first + timedelta(days=random.randrange((last - first).days + 1))
    kind = random.randrange(8)
    if days_off and kind < 2:
        day = random.choice(sorted(days_off)) + timedelta(days=random.randint(-1, 1))
    elif kind == 2:
        year = random.choice(YEARS)
        day = random.choice([date(year, 12, 31), date(year, 2, 28)]) + timedelta(days=random.randint(-6, 2))
    return min(max(first, day), last)


def any_time(random, opens, closes):
    """Nanoseconds after midnight and the digits of their fraction: any time, in hours, or at an edge and close to one."""
    edge = random.choice([0, opens, closes, 24]) * 3600 * NANOS
    kind = random.randrange(4)
    if kind == 0:
        nanos = edge + random.choice([-1, 0, 0, 1])
        return min(max(nanos, 0), 24 * 3600 * NANOS - 1), 9
    hours = (0, 24) if kind == 1 else (opens, closes)
    digits = random.choice([0, 0, 1, 3, 6, 9])
    unit = 10 ** (9 - digits)
    return random.randrange(hours[0] * 3600 * NANOS // unit, hours[1] * 3600 * NANOS // unit) * unit, digits


def case(random):
    name = random.choice(list(CALENDARS))
    zone, opens, closes, days_off = CALENDARS[name]
    day = any_day(random, days_off)
    nanos, digits = any_time(random, opens, closes)
    business_days = random.choice([1, 2, 3, 3, 3, 5, 10, 20, 260])

    # A local time that is skipped or comes twice names no instant, or two; those have tests of their own.
    local = datetime.combine(day, time(), zone) + timedelta(seconds=nanos // NANOS)
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        return case(random)

    end_day, end_nanos = due(day, nanos, opens, closes, business_days, sorted(days_off))
    submitted = instant(day, nanos, zone, digits)
    if random.random() < 0.5:  # the same instant, written in another offset
        shift = timezone(timedelta(minutes=random.randrange(-14 * 60, 14 * 60 + 1, 15)))
        moved = local.astimezone(timezone.utc).astimezone(shift).isoformat()
        submitted = moved[:19] + submitted[19:-6] + moved[19:]
    kinds = {
        "weekend": day.weekday() >= 5,
        "holiday": day in days_off,
        "out_of_hours": not opens * 3600 * NANOS <= nanos < closes * 3600 * NANOS,
        "sub_second": nanos % NANOS != 0,
        "at_an_edge": nanos in (opens * 3600 * NANOS, closes * 3600 * NANOS),
        "over_a_shift": offset_on(day, zone) != offset_on(end_day, zone),
        "over_a_year_end": day.year != end_day.year,
        "over_a_leap_day": any(day <= date(year, 2, 29) <= end_day for year in (2024, 2028)),
        "beyond_the_years": end_day.year not in YEARS,
    }
    return {
        "calendar": name,
        "from": submitted,
        "business_days": business_days,
        "due": instant(end_day, end_nanos, zone, digits) if end_day.year in YEARS else None,
        "kinds": [kind for kind, holds in kinds.items() if holds],
    }


def offset_on(day, zone):
    return datetime.combine(day, time(12), zone).utcoffset()


def main():
    seeded = random.Random(20260918)
    for _ in range(10_000):
        print(json.dumps(case(seeded)))


main()
