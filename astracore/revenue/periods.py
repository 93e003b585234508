"""Billing periods: where they begin and end when each is counted from one anchor."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.revenue import PricingFault
from astracore.errors.values import InvalidPeriod
from astracore.revenue.dates import add_months, civil, day_number, month_length

LONGEST = 336_000  # [days] of one service that is cut into periods: 920 years
LIFETIME_DAYS = 1096


class Cycle(StrEnum):
    """How often a plan is paid."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    LIFETIME = "lifetime"


MONTHS: Mapping[Cycle, int] = MappingProxyType(
    {Cycle.MONTHLY: 1, Cycle.QUARTERLY: 3, Cycle.YEARLY: 12}
)
DAYS: Mapping[Cycle, int] = MappingProxyType({Cycle.WEEKLY: 7, Cycle.LIFETIME: LIFETIME_DAYS})


class Timing(StrEnum):
    """When a period is billed: as it begins, or when it is over."""

    ADVANCE = "advance"
    ARREARS = "arrears"


LENGTHS = tuple(Cycle)  # from the shortest to the longest


@frozen
class Period:
    """[start, end) in days since 1970-01-01."""

    start: int
    end: int

    @property
    def days(self) -> int:
        """How many days are in it."""
        return self.end - self.start


def moved(anchor: int, cycle: Cycle, cycles: int) -> int:
    """The anchor `cycles` cycles later, always counted from the anchor itself.

    So an anchor on the 31st comes back to the 31st after a February.
    """
    if cycle in MONTHS:
        return add_months(anchor, cycles * MONTHS[cycle])
    return anchor + cycles * DAYS[cycle]


def period(anchor: int, cycle: Cycle, place: int) -> Period:
    """[anchor + place cycles, anchor + (place + 1) cycles).

    Source: docs/formulas-revenue.md#periods.
    Invariant: periods of one anchor follow each other without gap or overlap.
    >>> from astracore.revenue.dates import day_text
    >>> day_text(period(day_number(2026, 1, 31), Cycle.MONTHLY, 1).end)
    '2026-03-31'
    """
    return Period(moved(anchor, cycle, place), moved(anchor, cycle, place + 1))


def period_at(anchor: int, cycle: Cycle, day: int) -> Period:
    """The period of this anchor that `day` is in."""
    if cycle in MONTHS:
        first, last = civil(anchor), civil(day)
        place = ((last[0] - first[0]) * 12 + last[1] - first[1]) // MONTHS[cycle]
    else:
        place = (day - anchor) // DAYS[cycle]
    found = period(anchor, cycle, place)
    return period(anchor, cycle, place - 1) if found.start > day else found


def anchored_on(day: int, date: int) -> int:
    """The last `date`th of a month on or before `day`; short months end earlier.

    The 31st before 15 March 2026 is 28 February, whose later periods go to the 31st again.
    """
    year, month, _ = civil(day)
    billing = day_number(year, month, min(date, month_length(year, month)))
    if billing <= day:
        return billing
    return day_number(year, month - 1, min(date, month_length(year, month - 1)))


@frozen(kw_only=True)
class Stretch:
    """A part of a whole period that is to be billed."""

    part: Period
    whole: Period


def billing_date(day: int, date: int, months: int) -> int:
    """The `date`th of the month `months` after the one of `day`, cut to that month's length."""
    year, month, _ = civil(day)
    return day_number(year, month + months, min(date, month_length(year, month + months)))


def aligned(
    start: int,
    end: int,
    *,
    date: int,
    cycle: Cycle,
    target: int,
    timing: Timing = Timing.ADVANCE,
) -> Result[tuple[Stretch, ...], PricingFault]:
    """What is billed by `target` when periods turn on the `date`th of a month.

    A leading part up to the first turn, whole periods, and a trailing part, each a stretch of the
    whole period that it would belong to. `start` to `end` is the service; in advance a part is
    billed when it has begun on `target`, in arrears when it is over.
    Errors: InvalidPeriod (end before start, a date not within 1 to 31, a cycle without months, more
    than 336000 days).  Source: docs/formulas-revenue.md#periods.
    Invariant: the parts follow each other from `start` without gap.
    """
    if cycle not in MONTHS or not 1 <= date <= 31 or not 0 <= end - start <= LONGEST:
        return Failure(InvalidPeriod(f"{str(start)[:20]} to {str(end)[:20]}"))
    step = MONTHS[cycle]
    first = 0 if billing_date(start, date, 0) >= start else 1
    found: list[Stretch] = []
    place = first - step
    whole = Period(billing_date(start, date, place), billing_date(start, date, first))
    while whole.start < end and max(whole.start, start) <= target:
        part = Period(max(whole.start, start), min(whole.end, end))
        if part.days > 0 and (timing is Timing.ADVANCE or part.end <= target):
            found.append(Stretch(part=part, whole=whole))
        place += step
        whole = Period(whole.end, billing_date(start, date, place + step))
    return Success(tuple(found))
