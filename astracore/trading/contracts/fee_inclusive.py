"""The second presentation of fees: they are part of what was paid and of what was received.

A purchase costs q p + fee, a sale brings q p − fee; summed to flat it is the same money as gross
profit less fees.
"""

from collections.abc import Sequence
from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.contracts import ContractFault
from astracore.numeric import exact, quotient
from astracore.outcome import is_failure
from astracore.trading.contracts.contract_positions import FLAT, ContractFill, leg_of_fill
from astracore.trading.contracts.kinds import (
    LINEAR,
    Contract,
    Holding,
    faulty_terms,
    gain_of,
    part_of,
    settled,
    sign_of,
    value_of,
)
from astracore.trading.types import ZERO, ContractKind


@frozen(kw_only=True)
class Inclusive:
    """A position whose `loaded` cost carries its fees; `plain` is the same without them.

    `average` stays as it was when the position goes flat.
    """

    plain: Holding = FLAT
    loaded: Decimal = ZERO  # [settle], signed like the quantity
    realised: Decimal | None = None  # [settle] by the last fill; None where it closed nothing
    cumulative: Decimal = ZERO
    average: Decimal | None = None


@exact
def apply_inclusive(
    held: Inclusive, fill: ContractFill, terms: Contract = LINEAR
) -> Result[Inclusive, ContractFault]:
    """Fold one fill, its fee in the cost of what it opens and in the proceeds of what it closes.

    Errors: InvalidQuantity, InvalidPrice, UnknownMark, NumericLimit.
    Source: docs/formulas-contracts-orders.md#fees-in-the-cost.
    Invariant: when flat, cumulative = gross realised − fees.
    """
    fault = faulty_terms(fill.qty, fill.price)
    if fault is not None:
        return Failure(fault)
    leg = leg_of_fill(terms, fill)
    if is_failure(leg):
        return leg
    qty, fee = leg.unwrap().qty, leg.unwrap().fee
    booking = settled(terms, held.plain, fill.side, qty, fill.price)
    closing_fee = part_of(fee, booking.closed, qty, terms.step)
    loaded, realised = held.loaded, None
    if booking.closed:
        removed = part_of(held.loaded, booking.closed, abs(held.plain.qty), terms.step)
        value = value_of(terms, -sign_of(fill.side) * booking.closed, fill.price)
        realised = gain_of(terms, removed, value) - closing_fee
        loaded -= removed
    if booking.opened:
        entered = value_of(terms, sign_of(fill.side) * booking.opened, fill.price)
        turned = -1 if terms.kind is ContractKind.INVERSE else 1
        loaded += entered + turned * (fee - closing_fee)
    return Success(
        Inclusive(
            plain=booking.after,
            loaded=loaded,
            realised=realised,
            cumulative=held.cumulative + (realised or ZERO),
            average=_average(terms, booking.after, held.average),
        )
    )


def _average(terms: Contract, held: Holding, before: Decimal | None) -> Decimal | None:
    """The plain average entry; of a flat position the last one it had. Kernel."""
    if not (held.qty and held.cost):
        return before
    units = held.qty * terms.multiplier
    if terms.kind is ContractKind.INVERSE:
        return quotient(units, held.cost)
    return quotient(held.cost, units)


def inclusive_steps(
    fills: Sequence[ContractFill], terms: Contract = LINEAR
) -> Result[tuple[Inclusive, ...], ContractFault]:
    """The position after each fill.  Errors: those of apply_inclusive."""
    held, steps = Inclusive(), list[Inclusive]()
    for fill in fills:
        after = apply_inclusive(held, fill, terms)
        if is_failure(after):
            return after
        held = after.unwrap()
        steps.append(held)
    return Success(tuple(steps))
