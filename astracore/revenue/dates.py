"""Civil dates as whole numbers: days since 1970-01-01, in whichever zone the caller means.

Which date it is somewhere is the caller's knowledge: an instant becomes a date by the zone's offset
at that instant, and from then on no clock change can make a day longer or shorter.
"""

import re

from returns.result import Failure, Result, Success

from astracore.errors.revenue import BadDay, PricingFault
from astracore.instants import DAY, SECOND, Instant

TEXT = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
ERA = 146_097  # days of 400 years
BEFORE_EPOCH = 719_468  # days from 0000-03-01 to 1970-01-01


def day_number(year: int, month: int, date: int) -> int:
    """Days from 1970-01-01 to a date of the Gregorian calendar; any month and date count on.

    >>> day_number(1970, 1, 1), day_number(2024, 2, 30) == day_number(2024, 3, 1)
    (0, True)
    """
    years, place = divmod(year * 12 + month - 3, 12)  # years that begin in March end in leap days
    leap_days = years // 4 - years // 100 + years // 400
    return years * 365 + leap_days + (153 * place + 2) // 5 + date - 1 - BEFORE_EPOCH


def civil(day: int) -> tuple[int, int, int]:
    """Year, month and date of a day.

    Invariant: day_number(*civil(day)) == day.
    >>> civil(0), civil(11016)
    ((1970, 1, 1), (2000, 2, 29))
    """
    era, of_era = divmod(day + BEFORE_EPOCH, ERA)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    place = (5 * of_year + 2) // 153
    date = of_year - (153 * place + 2) // 5 + 1
    month = place + 3 if place < 10 else place - 9
    return era * 400 + year + (month <= 2), month, date


def month_length(year: int, month: int) -> int:
    """Days of a month; months beyond 12 run into the next years."""
    return day_number(year, month + 1, 1) - day_number(year, month, 1)


def add_months(day: int, months: int) -> int:
    """The same date `months` later, cut to the month's length.

    >>> january = day_number(2026, 1, 31)
    >>> [day_text(add_months(january, months)) for months in (1, 2, 3)]
    ['2026-02-28', '2026-03-31', '2026-04-30']
    """
    year, month, date = civil(day)
    return day_number(year, month + months, min(date, month_length(year, month + months)))


def months_between(start: int, end: int) -> int:
    """The most whole months that fit from `start` to `end`; none where `end` is not later.

    >>> months_between(day_number(2026, 1, 31), day_number(2026, 2, 28))
    1
    """
    if end <= start:
        return 0
    first, last = civil(start), civil(end)
    months = (last[0] - first[0]) * 12 + last[1] - first[1]
    return months if add_months(start, months) <= end else months - 1


def local_day(at: Instant, utc_offset: int = 0) -> int:
    """The date at `at` where clocks are `utc_offset` [s] ahead of UTC at that instant.

    >>> local_day(Instant(-1)), local_day(Instant(-1), 3600)
    (-1, 0)
    """
    return (at.micros + utc_offset * SECOND) // DAY


def day_text(day: int) -> str:
    """2026-03-04.

    >>> day_text(day_number(2026, 3, 4))
    '2026-03-04'
    """
    year, month, date = civil(day)
    return f"{year:04}-{month:02}-{date:02}"


def month_text(day: int) -> str:
    """The month that a day is in: 2026-03."""
    return day_text(day)[:-3]


def parse_day(text: str) -> Result[int, PricingFault]:
    """Read a date.

    Errors: BadDay (also for 30 February).
    >>> parse_day("1970-01-02").unwrap(), parse_day("2026-02-30")
    (1, <Failure: BadDay(text='2026-02-30')>)
    """
    found = TEXT.fullmatch(text)
    if found is None:
        return Failure(BadDay(text[:64]))
    year, month, date = (int(part) for part in found.groups())
    day = day_number(year, month, date)
    return Success(day) if civil(day) == (year, month, date) else Failure(BadDay(text))
