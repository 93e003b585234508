"""Netting and hedging: one signed position, or a long and a short leg side by side."""

from decimal import Decimal
from enum import StrEnum

from attrs import evolve, frozen
from returns.result import Failure, Result, Success

from astracore.errors.contracts import ContractFault, LegExceeded
from astracore.numeric import exact
from astracore.outcome import is_failure
from astracore.trading.contracts.contract_positions import (
    ContractFill,
    ContractPosition,
    apply_contract_fill,
)
from astracore.trading.contracts.kinds import Contract, Holding
from astracore.trading.types import Side


class PositionMode(StrEnum):
    """One net position for each symbol, or two legs; changed only when flat."""

    NETTING = "netting"
    HEDGING = "hedging"


class LegName(StrEnum):
    """Which leg an order means."""

    LONG = "long"
    SHORT = "short"


OPENS = {LegName.LONG: Side.BUY, LegName.SHORT: Side.SELL}  # the side that makes a leg larger


@frozen(kw_only=True)
class Legs:
    """A long and a short leg of one contract. Invariant: long.qty >= 0 >= short.qty."""

    long: ContractPosition
    short: ContractPosition


def flat_legs(terms: Contract) -> Legs:
    """Two empty legs."""
    return Legs(long=ContractPosition(terms=terms), short=ContractPosition(terms=terms))


def leg(legs: Legs, name: LegName) -> ContractPosition:
    """The leg of this name."""
    return legs.long if name is LegName.LONG else legs.short


@exact
def apply_leg_fill(legs: Legs, name: LegName, fill: ContractFill) -> Result[Legs, ContractFault]:
    """Fold a fill into the leg that its order named: its side opens there, the other closes.

    Errors: LegExceeded (it would close more than the leg holds), those of apply_contract_fill.
    Source: docs/formulas-contracts-orders.md#netting-and-hedging.
    Invariant: at every mark the legs together are worth what the net position would be.
    """
    chosen = leg(legs, name)
    applied = apply_contract_fill(chosen, fill)
    if is_failure(applied):
        return applied
    booking, after = applied.unwrap().booking, applied.unwrap().position
    closes = fill.side is not OPENS[name]
    if booking is not None and closes and booking.opened:
        found = abs(chosen.held.qty)
        return Failure(LegExceeded(name.value, found, booking.opened))
    return Success(_replaced(legs, name, after))


def _replaced(legs: Legs, name: LegName, after: ContractPosition) -> Legs:
    """The legs with one of them changed."""
    if name is LegName.LONG:
        return evolve(legs, long=after)
    return evolve(legs, short=after)


def is_flat(legs: Legs) -> bool:
    """Whether neither leg holds anything, so that the mode may change."""
    return legs.long.cycle is None and legs.short.cycle is None


@exact
def net_holding(legs: Legs) -> Result[Holding, ContractFault]:
    """Both legs as one bare holding: signed quantity and cost add up.

    Errors: NumericLimit.  Source: docs/formulas-contracts-orders.md#netting-and-hedging.
    Invariant: unrealised at a mark is the sum of the legs'.
    """
    long, short = legs.long.held, legs.short.held
    return Success(Holding(qty=long.qty + short.qty, cost=long.cost + short.cost))


def gross_qty(legs: Legs) -> Decimal:
    """What both legs hold together, without signs. Kernel."""
    return legs.long.held.qty - legs.short.held.qty
