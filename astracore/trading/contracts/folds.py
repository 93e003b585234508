"""Many fills at once: the answer of the checked fold, from bare decimals under one context."""

from collections.abc import Iterable
from decimal import Decimal

from attrs import define, frozen
from returns.result import Failure, Result, Success

from astracore.errors.contracts import ContractFault
from astracore.errors.ledger import DuplicateEntry
from astracore.errors.values import NumericLimit
from astracore.numeric import EXACT, exact
from astracore.outcome import is_failure
from astracore.trading.contracts.contract_positions import ContractFill, leg_of_fill
from astracore.trading.contracts.kinds import Contract, Holding, faulty_terms, value_of
from astracore.trading.types import ZERO, ContractKind, Side


@frozen(kw_only=True)
class Folded:
    """What a list of fills came to [settle]: as `ContractPosition`, without its cycles."""

    held: Holding
    realised: Decimal
    fee_cost: Decimal
    trades: int  # different ones


@define
class _Running:
    """The running sums. `qty` and `cost` are magnitudes of the side `way`."""

    terms: Contract
    way: Side | None = None
    qty: Decimal = ZERO
    cost: Decimal = ZERO
    gained: Decimal = ZERO  # value − cost of what long positions closed, less that of short ones
    fees: Decimal = ZERO


@exact
def fold_fills(terms: Contract, fills: Iterable[ContractFill]) -> Result[Folded, ContractFault]:
    """Fold fills of one contract, in their order, as apply_contract_fill does one by one.

    One exact context for all, no value and no Result for each. Trades that contradict each other
    are refused before anything else, then the first faulty fill ends it.
    Errors: those of apply_contract_fill.  Source: docs/formulas-contracts-orders.md#positions.
    Invariant: held, realised and fees are those of the checked fold, to the last digit.
    >>> fills = [ContractFill(trade_id=str(n), side=side, qty=Decimal(1), price=Decimal(n))
    ...          for n, side in ((10, Side.BUY), (13, Side.SELL))]
    >>> fold_fills(Contract(), fills).unwrap().realised
    Decimal('3')
    """
    listed = tuple(fills)
    known = {fill.trade_id: fill for fill in listed}
    if len(known) < len(listed):
        twice = _told_twice(listed)
        if twice is not None:
            return Failure(twice)
    sums = _Running(terms=terms)
    fault = _run(sums, listed if len(known) == len(listed) else tuple(known.values()))
    if fault is not None:
        return Failure(fault)
    if not all(value.is_finite() for value in (sums.qty, sums.cost, sums.gained, sums.fees)):
        return Failure(NumericLimit("InvalidOperation"))
    sign = -1 if sums.way is Side.SELL else 1
    turned = -1 if terms.kind is ContractKind.INVERSE else 1
    return Success(
        Folded(
            held=Holding(qty=sign * sums.qty or ZERO, cost=sign * sums.cost or ZERO),
            realised=turned * sums.gained or ZERO,
            fee_cost=sums.fees,
            trades=len(known),
        )
    )


def _told_twice(fills: Iterable[ContractFill]) -> DuplicateEntry | None:
    """The first trade that is not what it was when it was told before, or None."""
    seen: dict[str, ContractFill] = {}
    for fill in fills:
        if seen.setdefault(fill.trade_id, fill) != fill:
            return DuplicateEntry(fill.trade_id)
    return None


def _run(sums: _Running, fills: Iterable[ContractFill]) -> ContractFault | None:
    """The hot loop: the commonest fills are booked right here. Kernel."""
    plain = sums.terms.multiplier == 1 and sums.terms.kind is not ContractKind.INVERSE
    terms, settle = sums.terms, sums.terms.settle
    way, held, cost, fees = sums.way, ZERO, ZERO, ZERO
    for fill in fills:
        qty, price, fee, side = fill.qty, fill.price, fill.fee, fill.side
        if not (qty > ZERO and price > ZERO):
            return faulty_terms(qty, price)
        asset = fill.fee_asset
        leg = leg_of_fill(terms, fill) if asset and asset != settle else None
        if leg is not None and is_failure(leg):
            return leg.failure()
        if leg is not None:
            qty, fee = leg.unwrap().qty, leg.unwrap().fee
        fees += fee
        if side is way or not held:
            way = side
            held += qty
            cost += qty * price if plain else value_of(terms, qty, price)
            continue
        sums.way, sums.qty, sums.cost = way, held, cost
        way, held, cost = _lessened(sums, side, qty, price)
    sums.way, sums.qty, sums.cost, sums.fees = way, held, cost, fees
    return None


def _lessened(
    sums: _Running, side: Side, qty: Decimal, price: Decimal
) -> tuple[Side | None, Decimal, Decimal]:
    """A fill against the position: way, quantity and cost after it. Kernel."""
    terms, held, cost = sums.terms, sums.qty, sums.cost
    closed = min(held, qty)
    removed = cost if qty >= held else _share(cost * qty, held, terms.step)
    gain = value_of(terms, closed, price) - removed
    sums.gained = sums.gained + gain if side is Side.SELL else sums.gained - gain
    if qty <= held:
        return sums.way, held - qty, cost - removed
    return side, qty - held, value_of(terms, qty - held, price)


def _share(product: Decimal, held: Decimal, step: Decimal) -> Decimal:
    """product / held, half to even to `step`; both above zero. Kernel."""
    unit = held * step
    whole, rest = EXACT.divmod(product, unit)
    if rest:
        twice = rest + rest
        if twice > unit or (twice == unit and whole % 2):
            whole += 1
    return whole * step
