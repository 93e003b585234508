"""`margin.*`: brackets, requirements, liquidation and bankruptcy, borrow interest."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from returns.result import Failure, Result, Success

from astracore.errors.margin import MarginFault
from astracore.errors.vectors import BadInput
from astracore.margin.brackets import Bracket
from astracore.margin.funding import InterestScheme, borrow_interest
from astracore.margin.legs import Contract, Leg, notional, unrealised
from astracore.margin.liquidation import (
    Other,
    bankruptcy_price,
    cross_margin,
    flat_bracket,
    liquidation_price,
)
from astracore.margin.requirements import initial_margin, maintenance_margin
from astracore.margin.tiers import Tier, bracket_containing, brackets_of
from astracore.margin.venues import (
    buffered_price,
    entry_maintenance_price,
    increased_price,
    inverse_cross_price,
    shifted_price,
)
from astracore.outcome import collect
from astracore.verification.inputs import Answer, Function, Inputs, ReadFault
from astracore.verification.vector_functions.reading import (
    an_object,
    leg,
    number,
    number_or,
    objects,
    optional,
    side,
)

Told: TypeAlias = Result[Answer, MarginFault | ReadFault]
ZERO = Decimal(0)
ONE = Decimal(1)


def _initial(inputs: Inputs) -> Told:
    return Result.do(
        margin
        for value in number(inputs, "notional")
        for leverage in number(inputs, "leverage")
        for margin in initial_margin(value, leverage)
    )


def _initial_rate(inputs: Inputs) -> Told:
    return Result.do(
        margin
        for held in leg(inputs, entry="price")
        for rate in number(inputs, "rate")
        for leverage in number(inputs, "leverage")
        for value in notional(held, held.entry)
        for margin in initial_margin(value, leverage, rate=rate)
    )


def _maintenance(inputs: Inputs) -> Told:
    return Result.do(
        margin
        for value in number(inputs, "notional")
        for row in _row(inputs)
        for margin in maintenance_margin(value, (row,))
    )


# The rate under `mmr`, the deduction under `amount` or `maintenance_amount`.
def _row(inputs: Inputs) -> Result[Bracket, ReadFault]:
    key = "amount" if inputs.has("amount") else "maintenance_amount"
    return Result.do(
        flat_bracket(rate, deduction)
        for rate in number(inputs, "mmr")
        for deduction in number_or(inputs, key, ZERO)
    )


def _tier(inputs: Inputs) -> Result[Tier, ReadFault]:
    return Result.do(
        Tier(floor=floor, cap=cap, rate=rate, max_leverage=int(leverage))
        for floor in number(inputs, "floor")
        for cap in optional(inputs, "cap")
        for rate in number(inputs, "mmr")
        for leverage in number_or(inputs, "max_leverage", ONE)
    )


def _brackets(inputs: Inputs) -> Result[tuple[Bracket, ...], MarginFault | ReadFault]:
    return Result.do(
        brackets
        for rows in objects(inputs, "tiers")
        for tiers in collect(_tier(row) for row in rows)
        for brackets in brackets_of(tiers)
    )


def _amounts(inputs: Inputs) -> Told:
    return _brackets(inputs).map(lambda rows: tuple(row.deduction for row in rows))


def _amount_at(inputs: Inputs) -> Told:
    return Result.do(
        {"amount": row.deduction, "mmr": row.rate}
        for value in number(inputs, "notional")
        for rows in _brackets(inputs)
        for row in bracket_containing(rows, value)
    )


def _linear(inputs: Inputs) -> Told:
    return Result.do(
        price
        for held in leg(inputs)
        for margin in number(inputs, "margin")
        for row in _row(inputs)
        for fee_rate in number_or(inputs, "fee_rate", ZERO)
        for price in liquidation_price(held, margin=margin, brackets=(row,), fee_rate=fee_rate)
    )


def _entry_maintenance(inputs: Inputs) -> Told:
    return Result.do(
        price
        for held in leg(inputs)
        for leverage in number(inputs, "leverage")
        for rate in number(inputs, "mmr")
        for extra in number_or(inputs, "extra_margin", ZERO)
        for price in entry_maintenance_price(held, leverage=leverage, rate=rate, extra_margin=extra)
    )


# Others may state their figures, or the leg and mark that give them.
def _other(inputs: Inputs) -> Result[Other, MarginFault | ReadFault]:
    if inputs.has("maintenance"):
        profit = "unrealized" if inputs.has("unrealized") else "unrealised"
        return Result.do(
            Other(unrealised=gain, maintenance=needed, closing_fee=fee)
            for needed in number(inputs, "maintenance")
            for gain in number_or(inputs, profit, ZERO)
            for fee in number_or(inputs, "fees", ZERO)
        )
    price = "mark" if inputs.has("mark") else "mark_price"
    return Result.do(
        Other(unrealised=gain, maintenance=needed)
        for held in leg(inputs)
        for mark in number(inputs, price)
        for row in _row(inputs)
        for gain in unrealised(held, mark)
        for value in notional(held, mark)
        for needed in maintenance_margin(value, (row,))
    )


def _cross(inputs: Inputs) -> Told:
    return Result.do(
        price
        for wallet in number(inputs, "wallet")
        for rows in objects(inputs, "others")
        for others in collect(_other(row) for row in rows)
        for target in an_object(inputs, "target")
        for held in leg(target)
        for row in _row(target)
        for fee_rate in number_or(target, "fee_rate", ZERO)
        for order_margin in number_or(inputs, "order_margin", ZERO)
        for margin in cross_margin(wallet, others, order_margin=order_margin)
        for price in liquidation_price(held, margin=margin, brackets=(row,), fee_rate=fee_rate)
    )


def _bankruptcy_inverse(inputs: Inputs) -> Told:
    return Result.do(
        price
        for held in _inverse(inputs)
        for balance in number(inputs, "balance")
        for fee_rate in number(inputs, "taker_fee")
        for tick in optional(inputs, "tick")
        for price in bankruptcy_price(held, margin=balance, fee_rate=fee_rate, tick=tick)
    )


def _liquidation_inverse(inputs: Inputs) -> Told:
    return Result.do(
        price
        for held in _inverse(inputs)
        for balance in number(inputs, "balance")
        for bankruptcy in number(inputs, "bankruptcy_price")
        for rate in number(inputs, "mmr")
        for fee_rate in number(inputs, "taker_fee")
        for tick in optional(inputs, "tick")
        for price in inverse_cross_price(
            held,
            balance=balance,
            bankruptcy=bankruptcy,
            rate=rate,
            fee_rate=fee_rate,
            tick=tick,
        )
    )


def _inverse(inputs: Inputs) -> Result[Leg, ReadFault]:
    return leg(inputs, kind=Contract.INVERSE)


def _buffered(inputs: Inputs) -> Told:
    return Result.do(
        price
        for sign in side(inputs)
        for entry in number(inputs, "entry")
        for liquidation in number(inputs, "liquidation")
        for buffer in number(inputs, "buffer")
        for price in buffered_price(sign, entry=entry, liquidation=liquidation, buffer=buffer)
    )


# The price moved carries no entry: a shift needs only the size.
def _shifted(inputs: Inputs) -> Told:
    return Result.do(
        price
        for held in leg(inputs, entry="liquidation")
        for added in number(inputs, "added_margin")
        for price in shifted_price(held, liquidation=held.entry, added=added)
    )


def _increased(inputs: Inputs) -> Told:
    return Result.do(
        price
        for held in leg(inputs)
        for distance in number(inputs, "base_distance")
        for added in number(inputs, "added_margin")
        for price in increased_price(held, distance=distance, added=added)
    )


def _scheme(inputs: Inputs) -> Result[InterestScheme, BadInput]:
    name = inputs.text("scheme").value_or("")
    if name.startswith("hourly"):
        return Success(InterestScheme.HOURLY)
    if "4" in name or name.startswith("four"):
        return Success(InterestScheme.FOUR_HOURLY)
    return Failure(BadInput("scheme", "hourly or four-hourly"))


def _borrow(inputs: Inputs) -> Told:
    return Result.do(
        interest
        for scheme in _scheme(inputs)
        for borrowed in number(inputs, "borrowed")
        for rate in number(inputs, "rate")
        for minutes in number(inputs, "minutes")
        for interest in borrow_interest(borrowed, rate=rate, minutes=minutes, scheme=scheme)
    )


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "margin.initial": _initial,
        "margin.initial_rate": _initial_rate,
        "margin.maintenance": _maintenance,
        "margin.maintenance_amounts": _amounts,
        "margin.maintenance_amount_at": _amount_at,
        "margin.liquidation_price_linear": _linear,
        "margin.liquidation_price_linear_entry_mm": _entry_maintenance,
        "margin.liquidation_price_cross": _cross,
        "margin.bankruptcy_price_inverse_cross": _bankruptcy_inverse,
        "margin.liquidation_price_inverse_cross": _liquidation_inverse,
        "margin.buffered_liquidation": _buffered,
        "margin.shift_liquidation": _shifted,
        "margin.liquidation_after_increase": _increased,
        "margin.borrow_interest": _borrow,
    }
)
