"""What happens instead of a trade when both sides are of one owner. The taker's mode decides."""

from decimal import Decimal
from enum import StrEnum

from attrs import frozen

from astracore.trading.types import ZERO


class StpMode(StrEnum):
    """How a self-trade is prevented."""

    NONE = "none"  # the trade happens
    EXPIRE_TAKER = "expire_taker"
    EXPIRE_MAKER = "expire_maker"
    EXPIRE_BOTH = "expire_both"
    DECREMENT = "decrement"  # both are lowered by the smaller, without a trade
    TRANSFER = "transfer"  # both sides ask for it: quantity moves without a fee


@frozen(kw_only=True)
class Prevention:
    """What each side loses, and what moves between them.

    Invariant: each side's cancelled + prevented + transferred is at most what it had left.
    """

    trades: bool = False
    taker_cancelled: Decimal = ZERO  # the rest of the order goes
    maker_cancelled: Decimal = ZERO
    prevented: Decimal = ZERO  # taken from both without a trade
    transferred: Decimal = ZERO  # executed on both without a fee


def prevention(
    taker: StpMode, maker: StpMode, taker_left: Decimal, maker_left: Decimal
) -> Prevention:
    """What is done when a taker with `taker_left` meets its owner's maker with `maker_left`.

    A transfer that the maker does not ask for expires the taker.
    Source: docs/formulas-contracts-orders.md#self-trades.
    >>> met = prevention(StpMode.DECREMENT, StpMode.NONE, Decimal(3), Decimal(5))
    >>> met.prevented, met.trades
    (Decimal('3'), False)
    """
    both = min(taker_left, maker_left)
    match taker:
        case StpMode.NONE:
            return Prevention(trades=True)
        case StpMode.EXPIRE_MAKER:
            return Prevention(maker_cancelled=maker_left)
        case StpMode.EXPIRE_BOTH:
            return Prevention(taker_cancelled=taker_left, maker_cancelled=maker_left)
        case StpMode.DECREMENT:
            return Prevention(prevented=both)
        case StpMode.TRANSFER if maker is StpMode.TRANSFER:
            return Prevention(transferred=both)
        case _:
            return Prevention(taker_cancelled=taker_left)
