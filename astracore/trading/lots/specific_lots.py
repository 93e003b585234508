"""Specific identification: the caller says which lots go, by name or by what they are."""

from collections.abc import Sequence
from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.contracts import AmbiguousLot, BasisFault, LotNotFound
from astracore.errors.trading import InsufficientLots
from astracore.errors.values import InvalidQuantity
from astracore.instants import Instant
from astracore.numeric import exact, to_text
from astracore.outcome import is_failure
from astracore.trading.contracts.kinds import from_zero
from astracore.trading.lots.basis import Lot, Piece, Reduced, taken_from
from astracore.trading.types import MICRO


@frozen(kw_only=True)
class Pick:
    """`qty` [base] out of the one lot that fits every stated part of the description."""

    qty: Decimal
    lot_id: str | None = None
    acquired_at: Instant | None = None
    unit_cost: Decimal | None = None  # [quote per base]


def described(pick: Pick) -> str:
    """The description in words."""
    stated = {
        "lot_id": pick.lot_id,
        "acquired_at": pick.acquired_at,
        "unit_cost": None if pick.unit_cost is None else to_text(pick.unit_cost),
    }
    return ", ".join(f"{key} {value}" for key, value in stated.items() if value is not None)


def fits(pick: Pick, lot: Lot) -> bool:
    """Whether `lot` is as described; the unit cost is compared without dividing. Kernel."""
    if pick.lot_id is not None and pick.lot_id != lot.lot_id:
        return False
    if pick.acquired_at is not None and pick.acquired_at != lot.acquired_at:
        return False
    return pick.unit_cost is None or pick.unit_cost * lot.qty == lot.cost


@exact
def reduce_specific(
    lots: Sequence[Lot], picks: Sequence[Pick], step: Decimal = MICRO
) -> Result[Reduced, BasisFault]:
    """Take the picked quantities out of the lots that the picks describe, in their order.

    A part of a lot costs total × part/qty, half even to `step` [quote]; the last part takes the
    rest. A description that fits all lots there are (an empty one too) needs one lot alone.
    Errors: InvalidQuantity, LotNotFound, AmbiguousLot, InsufficientLots, NumericLimit; nothing is
    taken then.  Source: docs/formulas-contracts-orders.md#lots-by-name.
    Invariant: matched + remaining = before, for quantity and for cost.
    """
    left, pieces = tuple(lots), list[Piece]()
    for pick in picks:
        reduced = _picked(left, pick, step)
        if is_failure(reduced):
            return reduced
        pieces += reduced.unwrap().pieces
        left = reduced.unwrap().lots
    return Success(Reduced(pieces=tuple(pieces), lots=left))


def _picked(lots: Sequence[Lot], pick: Pick, step: Decimal) -> Result[Reduced, BasisFault]:
    """One pick. Kernel."""
    if not from_zero(pick.qty):
        return Failure(InvalidQuantity(to_text(pick.qty)))
    places = [place for place, lot in enumerate(lots) if fits(pick, lot)]
    if not places:
        return Failure(LotNotFound(described(pick)))
    if len(places) > 1:
        return Failure(AmbiguousLot(described(pick), len(places)))
    held = lots[places[0]].qty
    if pick.qty > held:
        return Failure(InsufficientLots(found=held, missing=pick.qty - held))
    return Success(taken_from(lots, places, pick.qty, step))
