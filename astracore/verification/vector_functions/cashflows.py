"""`irr.*` and `metrics.time_weighted_annual`: rates of return with flows."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from returns.result import Failure, Result, Success

from astracore.errors.roots import RootFault
from astracore.errors.values import LengthMismatch
from astracore.errors.vectors import BadInput
from astracore.metrics.cashflows import DatedFlow, DayCount, irr, mirr, xirr, xnpv
from astracore.metrics.returns import SubPeriod, time_weighted_annual
from astracore.outcome import collect
from astracore.verification.inputs import Answer, Function, Inputs, ReadFault
from astracore.verification.vector_functions.reading import number, number_or, objects, vector

Told: TypeAlias = Result[Answer, RootFault | ReadFault]
ZERO = Decimal(0)


def _irr(inputs: Inputs) -> Told:
    return Result.do(rate for amounts in vector(inputs, "amounts") for rate in irr(amounts))


def _mirr(inputs: Inputs) -> Told:
    return Result.do(
        rate
        for amounts in vector(inputs, "amounts")
        for finance in number(inputs, "finance_rate")
        for reinvest in number(inputs, "reinvest_rate")
        for rate in mirr(amounts, finance_rate=finance, reinvest_rate=reinvest)
    )


def _xirr(inputs: Inputs) -> Told:
    return Result.do(
        rate
        for flows in _flows(inputs)
        for count in _count(inputs)
        for rate in xirr(flows, count=count)
    )


def _xnpv(inputs: Inputs) -> Told:
    return Result.do(
        worth
        for flows in _flows(inputs)
        for rate in number(inputs, "rate")
        for worth in xnpv(flows, rate)
    )


def _annual(inputs: Inputs) -> Told:
    return Result.do(
        rate
        for rows in objects(inputs, "periods")
        for periods in collect(_period(row) for row in rows)
        for years in number(inputs, "years")
        for rate in time_weighted_annual(periods, years)
    )


def _period(row: Inputs) -> Result[SubPeriod, ReadFault]:
    return Result.do(
        SubPeriod(begin=begin, end=end, income=income)
        for begin in number(row, "begin")
        for end in number(row, "end")
        for income in number_or(row, "income", ZERO)
    )


def _flows(inputs: Inputs) -> Result[tuple[DatedFlow, ...], ReadFault | LengthMismatch]:
    return Result.do(
        flows
        for amounts in vector(inputs, "amounts")
        for texts in inputs.texts("dates")
        for days in collect(_day(text) for text in texts)
        for flows in _paired(days, amounts)
    )


def _paired(
    days: tuple[int, ...], amounts: tuple[Decimal, ...]
) -> Result[tuple[DatedFlow, ...], LengthMismatch]:
    if len(days) != len(amounts):
        return Failure(LengthMismatch(len(days), len(amounts)))
    pairs = zip(days, amounts, strict=True)
    return Success(tuple(DatedFlow(day=day, amount=amount) for day, amount in pairs))


def _day(text: str) -> Result[int, BadInput]:
    try:
        return Success(date.fromisoformat(text).toordinal())
    except ValueError:
        return Failure(BadInput("dates", "a date is YYYY-MM-DD"))


def _count(inputs: Inputs) -> Result[DayCount, BadInput]:
    name = inputs.text("day_count").value_or(DayCount.ACT_365F.value).lower()
    if name not in set(DayCount):
        return Failure(BadInput("day_count", "act/365f, act/360 or act/365.25"))
    return Success(DayCount(name))


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "irr.irr": _irr,
        "irr.mirr": _mirr,
        "irr.xirr": _xirr,
        "irr.xnpv": _xnpv,
        "metrics.time_weighted_annual": _annual,
    }
)
