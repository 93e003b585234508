"""Cost basis: which lots a sale takes, and what they had cost. Costs never leak.

Shorts are lots of a book of their own: there `cost` is what the sale brought, and covering takes
lots out of it.
"""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from attrs import evolve, frozen
from returns.result import Failure, Result, Success

from astracore.errors.trading import InsufficientLots, LotFault
from astracore.errors.values import InvalidQuantity, NumericLimit
from astracore.instants import Instant
from astracore.numeric import exact, to_text
from astracore.trading.contracts.kinds import part_of
from astracore.trading.types import MICRO, ZERO


class LotMethod(StrEnum):
    """Which lot goes first: the oldest, the newest, the dearest, the cheapest; or one pool."""

    FIFO = "fifo"
    LIFO = "lifo"
    HIFO = "hifo"
    LOFO = "lofo"
    AVERAGE = "average"


@frozen(kw_only=True)
class Lot:
    """One acquisition, or what is left of it."""

    lot_id: str
    acquired_at: Instant
    seq: int  # tells apart what was acquired at one instant
    qty: Decimal  # [base], above zero
    cost: Decimal  # [quote], of all of `qty`


@frozen(kw_only=True)
class Piece:
    """What a reduction took from one lot."""

    lot_id: str
    qty: Decimal  # [base]
    cost: Decimal  # [quote]


@frozen(kw_only=True)
class Reduced:
    """Matched pieces in the order of the method; the remaining lots in their original order."""

    pieces: tuple[Piece, ...]
    lots: tuple[Lot, ...]

    @property
    def cost(self) -> Decimal:
        """What the matched pieces had cost [quote]; call it inside an exact context."""
        return sum((piece.cost for piece in self.pieces), ZERO)


def ordered(method: LotMethod, lots: Sequence[Lot]) -> list[int]:
    """The places of `lots` in the order in which `method` takes them.

    HIFO and LOFO compare unit costs as fractions, so no rounding decides; ties go oldest first.
    """
    places = sorted(range(len(lots)), key=lambda n: (lots[n].acquired_at, lots[n].seq))
    if method is LotMethod.LIFO:
        return sorted(places, key=lambda n: (lots[n].acquired_at, lots[n].seq), reverse=True)
    if method in {LotMethod.HIFO, LotMethod.LOFO}:
        sign = -1 if method is LotMethod.HIFO else 1
        return sorted(places, key=lambda n: sign * Fraction(lots[n].cost) / Fraction(lots[n].qty))
    return places


@exact
def reduce(
    method: LotMethod, lots: Sequence[Lot], qty: Decimal, step: Decimal = MICRO
) -> Result[Reduced, LotFault]:
    """Take `qty` [base] out of `lots` in the order of `method`.

    A part of a lot costs total × part/qty, half to even to `step` [quote]; the last part takes the
    rest. AVERAGE takes from one pool: cost × qty/held, and the pool stays as one lot.
    Errors: InvalidQuantity (below zero, or a lot of nothing), InsufficientLots (nothing is taken),
    NumericLimit.
    Source: docs/formulas.md#lots.
    Invariant: matched + remaining = before, for quantity and for cost.
    """
    if not qty >= ZERO:
        return Failure(InvalidQuantity(to_text(qty)))
    for lot in lots:
        if not lot.qty > ZERO:
            return Failure(InvalidQuantity(to_text(lot.qty)))
    held = sum((lot.qty for lot in lots), ZERO)
    if qty > held:
        return Failure(InsufficientLots(found=held, missing=qty - held))
    if qty == ZERO:
        return Success(Reduced(pieces=(), lots=tuple(lots)))
    if not (held + sum((abs(lot.cost) for lot in lots), ZERO)).is_finite():
        return Failure(NumericLimit("InvalidOperation"))
    if method is LotMethod.AVERAGE:
        return Success(taken_from(pooled(lots), [0], qty, step))
    return Success(taken_from(lots, ordered(method, lots), qty, step))


def pooled(lots: Sequence[Lot]) -> tuple[Lot, ...]:
    """All lots as one, under the name and time of the oldest. Kernel."""
    if len(lots) < 2:
        return tuple(lots)
    oldest = lots[ordered(LotMethod.FIFO, lots)[0]]
    qty = sum((lot.qty for lot in lots), ZERO)
    cost = sum((lot.cost for lot in lots), ZERO)
    return (evolve(oldest, qty=qty, cost=cost),)


def taken_from(lots: Sequence[Lot], places: Sequence[int], qty: Decimal, step: Decimal) -> Reduced:
    """Take `qty` from the lots at `places`, one after another. Kernel; there is enough."""
    pieces: list[Piece] = []
    left: list[Lot | None] = list(lots)
    wanted = qty
    for place in places:
        lot = lots[place]
        taken = min(wanted, lot.qty)
        if taken == ZERO:
            break
        cost = part_of(lot.cost, taken, lot.qty, step)
        pieces.append(Piece(lot_id=lot.lot_id, qty=taken, cost=cost))
        rest = lot.qty - taken
        left[place] = None if rest == ZERO else evolve(lot, qty=rest, cost=lot.cost - cost)
        wanted -= taken
    return Reduced(pieces=tuple(pieces), lots=tuple(lot for lot in left if lot is not None))
