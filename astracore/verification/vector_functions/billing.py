"""`billing.*`, `revenue.*`, `daycount.*`: periods, proration, recognition.

A function here is a row: how each input is read, and what is computed of them. The names of the
readers are the names of the inputs, so a case is read in one place, by `reading`.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeAlias

from returns.result import Failure, Result, Success

from astracore.errors.vectors import BadInput
from astracore.instants import DAY, Instant, instant
from astracore.outcome import collect
from astracore.revenue.dates import parse_day
from astracore.revenue.daycount import DayCount, year_fraction
from astracore.revenue.periods import LONGEST, Cycle, aligned
from astracore.revenue.proration import prorated, upgrade
from astracore.revenue.recognition.straight_line import (
    MonthPart,
    by_month,
    by_seconds,
    deferred_movements,
    earned,
    even_months,
)
from astracore.verification.inputs import Answer, Coded, Function, Inputs
from astracore.verification.steps import step_of

Read: TypeAlias = Callable[[Inputs, str], Result[Any, Coded]]
FINEST = Decimal("1E-18")  # where a case states no currency
CONVENTIONS: Mapping[str, DayCount] = MappingProxyType(
    {
        "ACT/365F": DayCount.ACT_365F,
        "ACT/365": DayCount.ACT_365F,
        "ACT/360": DayCount.ACT_360,
        "ACT/ACT": DayCount.ACT_ACT_ISDA,
        "ACT/ACT ISDA": DayCount.ACT_ACT_ISDA,
        "30E/360": DayCount.THIRTY_E_360,
    }
)
CYCLES: Mapping[str, Cycle] = MappingProxyType(
    {
        "MONTHLY": Cycle.MONTHLY,
        "QUARTERLY": Cycle.QUARTERLY,
        "ANNUAL": Cycle.YEARLY,
        "YEARLY": Cycle.YEARLY,
    }
)


def reading(compute: Callable[..., Result[Answer, Coded]], **readers: Read) -> Function:
    """The function of a case that reads each input by its reader and computes of them all.

    The first input that cannot be read, in the order of the row, refuses the case.
    """

    def run(inputs: Inputs) -> Result[Answer, Coded]:
        values = collect(read(inputs, key) for key, read in readers.items())
        return values.bind(lambda found: compute(*found))

    return run


def number(inputs: Inputs, key: str) -> Result[Decimal, Coded]:
    """A decimal.  Errors: BadInput, BadAmount."""
    return inputs.number(key)


def whole(inputs: Inputs, key: str) -> Result[int, Coded]:
    """An integer.  Errors: BadInput."""
    return inputs.integer(key)


def day(inputs: Inputs, key: str) -> Result[int, Coded]:
    """A date; of an instant, its UTC date.  Errors: BadInput, BadDay."""
    return Result.do(
        found for text in inputs.text(key) for found in parse_day(text.partition("T")[0])
    )


def moment(inputs: Inputs, key: str) -> Result[Instant, Coded]:
    """An instant; of a date, its first.  Errors: BadInput, BadDay, BadInstant."""
    if "T" in inputs.text(key).value_or(""):
        return Result.do(found for text in inputs.text(key) for found in instant(text))
    return day(inputs, key).map(lambda found: Instant(found * DAY))


def unit(inputs: Inputs, key: str) -> Result[Decimal, Coded]:
    """The unit of the currency, or the finest where none is stated.  Errors: those of money."""
    return step_of(inputs, key) if inputs.has(key) else Success(FINEST)


def convention(inputs: Inputs, key: str) -> Result[DayCount, Coded]:
    """A day count by its name.  Errors: BadInput."""
    return _named(inputs, key, CONVENTIONS)


def cycle(inputs: Inputs, key: str) -> Result[Cycle, Coded]:
    """A billing period by its name.  Errors: BadInput."""
    return _named(inputs, key, CYCLES)


def _named(inputs: Inputs, key: str, known: Mapping[str, Any]) -> Result[Any, Coded]:
    found = known.get(inputs.text(key).value_or("").upper())
    names = ", ".join(known)
    return Failure(BadInput(key, f"one of {names}")) if found is None else Success(found)


def last_day(inputs: Inputs, key: str) -> Result[int | None, Coded]:
    """A date, or None where the service has no end.  Errors: BadInput, BadDay."""
    return day(inputs, key) if inputs.has(key) else Success(None)


def _net(old: Decimal, new: Decimal, left: int, days: int, step: Decimal) -> Result[Answer, Coded]:
    found = upgrade(old, new, left=left, whole=days, unit=step)
    return found.map(lambda change: change.charge - change.credit)


def _cycles(
    start: int, end: int | None, target: int, date: int, every: Cycle
) -> Result[Answer, Coded]:
    last = start + LONGEST if end is None else end
    parts = aligned(start, last, date=date, cycle=every, target=target)
    return parts.map(
        lambda found: sum((Fraction(one.part.days, one.whole.days) for one in found), Fraction(0))
    )


def _years(count: DayCount, start: int, end: int) -> Result[Answer, Coded]:
    return Success(year_fraction(start, end, count))


def _months(parts: Result[tuple[MonthPart, ...], Coded]) -> Result[Answer, Coded]:
    return parts.map(lambda found: {part.month: part.amount for part in found})


def _by_month(amount: Decimal, start: int, end: int, step: Decimal) -> Result[Answer, Coded]:
    return _months(by_month(amount, start, end, step))


def _by_seconds(
    amount: Decimal, start: Instant, end: Instant, step: Decimal
) -> Result[Answer, Coded]:
    return _months(by_seconds(amount, start, end, step))


def _moved(amount: Decimal, start: int, end: int, step: Decimal) -> Result[Answer, Coded]:
    return _months(deferred_movements(amount, start, end, step))


def _even(amount: Decimal, start: int, months: int, step: Decimal) -> Result[Answer, Coded]:
    parts = even_months(amount, start, months, step)
    return parts.map(lambda found: tuple(part.amount for part in found))


def _before(amount: Decimal, used: int, days: int, step: Decimal) -> Result[Answer, Coded]:
    return earned(amount, 0, used, days, step)


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "billing.prorate": reading(
            prorated, price=number, days=whole, period_days=whole, currency=unit
        ),
        "billing.change_net": reading(
            _net,
            old_price=number,
            new_price=number,
            days_left=whole,
            period_days=whole,
            currency=unit,
        ),
        "billing.cycles_to_invoice": reading(
            _cycles, start=day, end=last_day, target=day, billing_day=whole, period=cycle
        ),
        "daycount.year_fraction": reading(_years, convention=convention, start=day, end=day),
        "revenue.straight_line_by_month": reading(
            _by_month, amount=number, start=day, end_exclusive=day, currency=unit
        ),
        "revenue.straight_line_by_seconds": reading(
            _by_seconds, amount=number, start=moment, end_exclusive=moment, currency=unit
        ),
        "revenue.straight_line_even_months": reading(
            _even, amount=number, start=day, months=whole, currency=unit
        ),
        "revenue.deferred_movements_by_month": reading(
            _moved, amount=number, start=day, end_exclusive=day, currency=unit
        ),
        "revenue.recognised_before_change": reading(
            _before, amount=number, days_used=whole, period_days=whole, currency=unit
        ),
    }
)
