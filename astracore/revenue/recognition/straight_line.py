"""Evenly over time: what is earned up to any moment, so that cutting the time changes nothing.

C_k = e(amount × k/n) is what is earned after k of n days (or seconds); a span earns the difference
of its ends. However a period is cut, the pieces add up to the amount exactly.
"""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.revenue import RecognitionFault
from astracore.errors.values import InvalidPeriod
from astracore.instants import DAY, Instant
from astracore.money.allocation import split_evenly
from astracore.money.amounts import Money, Quote
from astracore.numeric import Rounding, exact
from astracore.revenue.dates import add_months, civil, day_number, local_day, month_text
from astracore.revenue.units import part_to

LONGEST = 36_600  # [days]


@frozen(kw_only=True)
class MonthPart:
    """What belongs to one month [currency]."""

    month: str  # 2026-03
    amount: Decimal


def cumulative(amount: Decimal, part: int, whole: int, unit: Decimal) -> Decimal:
    """C_k: what is earned after `part` of `whole`, half to even. Kernel.

    >>> [str(cumulative(Decimal("19.99"), k, 30, Decimal("0.01"))) for k in (1, 2, 3, 30)]
    ['0.67', '1.33', '2.00', '19.99']
    """
    return part_to(amount * part, Decimal(whole), unit, Rounding.HALF_EVEN)


@exact
def earned(
    amount: Decimal, first: int, last: int, whole: int, unit: Decimal
) -> Result[Decimal, RecognitionFault]:
    """C_last − C_first: what the days [first, last) of `whole` earn [currency].

    Errors: InvalidPeriod (not 0 <= first <= last <= whole, or nothing whole), NumericLimit.
    Rounds: HALF_EVEN to the unit, cumulatively.  Source: docs/formulas-revenue.md#straight-line.
    Invariant: spans that follow each other add up to the span of all of them.
    """
    if whole < 1 or not 0 <= first <= last <= whole:
        return Failure(InvalidPeriod(f"{str(first)[:20]} to {str(last)[:20]}"))
    ends = [cumulative(amount, part, whole, unit) for part in (first, last)]
    return Success(ends[1] - ends[0])


@exact
def by_month(
    amount: Decimal, start: int, end: int, unit: Decimal
) -> Result[tuple[MonthPart, ...], RecognitionFault]:
    """What each month of [start, end) earns, by days.

    Errors: InvalidPeriod (no day, or more than 36600), NumericLimit.  Rounds: as `earned`.
    Source: docs/formulas-revenue.md#straight-line.  Invariant: the months sum to the amount.
    """
    if not 1 <= end - start <= LONGEST:
        return Failure(InvalidPeriod(f"{str(start)[:20]} to {str(end)[:20]}"))
    return Success(_cut(amount, _month_starts(start, end), unit))


@exact
def by_seconds(
    amount: Decimal, start: Instant, end: Instant, unit: Decimal
) -> Result[tuple[MonthPart, ...], RecognitionFault]:
    """The same where the service starts inside a day: by time instead of by days.

    Errors: InvalidPeriod (nothing, or more than 36600 days), NumericLimit.  Rounds: as `earned`.
    Source: docs/formulas-revenue.md#straight-line.  Invariant: the months sum to the amount.
    """
    if not 1 <= end.micros - start.micros <= LONGEST * DAY:
        return Failure(InvalidPeriod(f"{start.micros} to {end.micros}"))
    days = _month_starts(local_day(start), local_day(end) + 1)
    inner = [day * DAY for day in days[1:-1] if day * DAY < end.micros]
    marks = [start.micros, *inner, end.micros]
    return Success(_cut(amount, marks, unit, per_day=DAY))


@exact
def even_months(
    amount: Decimal, start: int, months: int, unit: Decimal
) -> Result[tuple[MonthPart, ...], RecognitionFault]:
    """amount/months for each month from the one of `start`, left-over units to the earlier months.

    Errors: InvalidPeriod (not 1 to 1200 months, or an amount that cannot be divided so),
    NumericLimit.  Source: docs/formulas-revenue.md#straight-line.
    """
    if not 1 <= months <= 1200:
        return Failure(InvalidPeriod(str(months)[:20]))
    first = start - civil(start)[2] + 1
    whole: Money[Quote] = Money(amount, "")
    parts = split_evenly(whole, unit, months).alt(lambda cause: InvalidPeriod(cause.code))
    return parts.map(
        lambda found: tuple(
            MonthPart(month=month_text(add_months(first, place)), amount=part.amount)
            for place, part in enumerate(found)
        )
    )


@exact
def deferred_movements(
    amount: Decimal, start: int, end: int, unit: Decimal
) -> Result[tuple[MonthPart, ...], RecognitionFault]:
    """How deferred revenue moves in each month: billed in the first, less what is earned.

    Errors: as by_month.  Source: docs/formulas-revenue.md#straight-line.
    Invariant: the movements sum to nothing.
    """
    return by_month(amount, start, end, unit).map(
        lambda parts: tuple(
            MonthPart(
                month=part.month,
                amount=(amount if place == 0 else Decimal(0)) - part.amount,
            )
            for place, part in enumerate(parts)
        )
    )


def _month_starts(start: int, end: int) -> list[int]:
    year, month, _ = civil(start)
    marks = [start]
    while marks[-1] < end:
        month += 1
        marks.append(min(end, day_number(year, month, 1)))
    return marks


def _cut(
    amount: Decimal, marks: list[int], unit: Decimal, per_day: int = 1
) -> tuple[MonthPart, ...]:
    whole = marks[-1] - marks[0]
    earned_at = [cumulative(amount, mark - marks[0], whole, unit) for mark in marks]
    return tuple(
        MonthPart(month=month_text(mark // per_day), amount=after - before)
        for mark, before, after in zip(marks, earned_at, earned_at[1:], strict=False)
    )
