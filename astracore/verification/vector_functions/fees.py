"""`fees.*`: by value, flat and by unit."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from returns.result import Failure, Result, Success

from astracore.errors.vectors import BadInput
from astracore.numeric import Rounding
from astracore.outcome import collect
from astracore.trading.contracts.fees import (
    flat_per_order,
    per_unit_cumulative,
    proportional_fee,
    round_trip_fees,
)
from astracore.trading.contracts.kinds import Contract
from astracore.trading.types import ZERO
from astracore.verification.inputs import Function, Inputs
from astracore.verification.vector_functions.rows import (
    CaseFault,
    Told,
    number_or,
    rows_of,
    terms_in,
    unit,
)


def _step(inputs: Inputs) -> Result[Decimal | None, CaseFault]:
    """The unit of the stated decimals; None where none are stated."""
    if not inputs.has("decimals"):
        return Success(None)
    return Result.do(step for places in inputs.integer("decimals") for step in unit(places))


def _proportional(inputs: Inputs) -> Told:
    """fees.proportional: rate × value, half even at the stated decimals unless a mode is."""
    rule = inputs.mode("mode") if inputs.has("mode") else Success(Rounding.HALF_EVEN)
    return Result.do(
        fee
        for terms in terms_in(inputs)
        for qty in inputs.number("qty")
        for price in inputs.number("price")
        for rate in inputs.number("rate")
        for step in _step(inputs)
        for mode in rule
        for fee in proportional_fee(terms, (qty, price), rate, step, mode)
    )


def _open_and_close(inputs: Inputs) -> Told:
    """fees.open_and_close: both fees of a position by one rate."""
    return Result.do(
        {"open_fee": fees.opening, "close_fee": fees.closing}
        for terms in terms_in(inputs)
        for qty in inputs.number("qty")
        for opened in inputs.number("open")
        for closed in inputs.number("close")
        for rate in inputs.number("rate")
        for step in _step(inputs)
        for fees in round_trip_fees(terms, qty, (opened, closed), rate, step)
    )


def _flat(inputs: Inputs) -> Told:
    """fees.flat_per_order: the first fill pays it all."""
    fills = inputs.values.get("fills")
    if isinstance(fills, str) or not isinstance(fills, Sequence):
        return Failure(BadInput("fills", "a list is needed"))
    return Result.do(flat_per_order(len(fills), flat) for flat in inputs.number("flat"))


def _quantities(inputs: Inputs) -> Result[tuple[Decimal, ...], CaseFault]:
    """What each fill traded, without its sign."""
    return Result.do(
        tuple(qty.copy_abs() for qty in quantities)
        for rows in rows_of(inputs, "fills")
        for quantities in collect(each.number("qty") for each in rows)
    )


def _per_unit(inputs: Inputs) -> Told:
    """fees.per_unit_cumulative: what was paid in all after each fill."""
    return Result.do(
        paid
        for fills in _quantities(inputs)
        for rate in inputs.number("rate")
        for fixed in number_or(inputs, "fixed_per_order", ZERO)
        for minimum in number_or(inputs, "minimum", ZERO)
        for paid in per_unit_cumulative(fills, rate, fixed, minimum)
    )


def _one_fee(each: Inputs, rate: Decimal) -> Result[Decimal, CaseFault]:
    """The fee of one fill; a row without a price states its value."""
    return Result.do(
        fee
        for qty in each.number("qty")
        for price in number_or(each, "price", Decimal(1))
        for fee in proportional_fee(Contract(), (qty, price), rate, None)
    )


def _proportional_each(inputs: Inputs) -> Told:
    """fees.proportional_each: rate × value of each fill."""
    return Result.do(
        fees
        for rows in rows_of(inputs, "fills")
        for rate in inputs.number("rate")
        for fees in collect(_one_fee(each, rate) for each in rows)
    )


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "fees.flat_per_order": _flat,
        "fees.open_and_close": _open_and_close,
        "fees.per_unit_cumulative": _per_unit,
        "fees.proportional": _proportional,
        "fees.proportional_each": _proportional_each,
    }
)
