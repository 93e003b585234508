"""Changing an order that works: only a lower quantity keeps its turn."""

from decimal import Decimal

from attrs import evolve, frozen
from returns.result import Failure, Result, Success

from astracore.errors.orders import OrderFault
from astracore.errors.trading import InvalidOrder, UnknownOrder
from astracore.numeric import exact
from astracore.outcome import is_failure
from astracore.trading.types import FEE_SCHEDULE, FeeLevel
from astracore.trading.venue.matching import (
    Matched,
    MatchingBook,
    Reason,
    Removal,
    Rest,
    find_rest,
    submit,
    without,
)


@frozen(kw_only=True)
class Terms:
    """What of an order can be changed; None is as it was. `qty` counts what is executed too."""

    qty: Decimal | None = None
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None


def keeps_priority(before: Terms, after: Terms) -> bool:
    """Whether an amended order keeps its turn: prices as they were, quantity lower or the same.

    >>> was = Terms(qty=Decimal(3), limit_price=Decimal(9))
    >>> keeps_priority(was, Terms(qty=Decimal(2))), keeps_priority(was, Terms(qty=Decimal(4)))
    (True, False)
    """
    same = (
        after.limit_price in (None, before.limit_price),
        after.stop_price in (None, before.stop_price),
    )
    lower = after.qty is None or (before.qty is not None and after.qty <= before.qty)
    return all(same) and lower


@exact
def amended(before: Terms, after: Terms, executed: Decimal) -> Result[Terms, OrderFault]:
    """The terms after an amendment.

    Errors: InvalidOrder (nothing is changed, a quantity not above what is executed, a price that
    the order never had), NumericLimit.  Source: docs/formulas-contracts-orders.md#amending.
    """
    if after.qty is not None and not after.qty > executed:
        return Failure(InvalidOrder("qty", "must be above what is executed"))
    for name in ("limit_price", "stop_price"):
        if getattr(after, name) is not None and getattr(before, name) is None:
            return Failure(InvalidOrder(name, "the order has none"))
    merged = Terms(
        qty=before.qty if after.qty is None else after.qty,
        limit_price=before.limit_price if after.limit_price is None else after.limit_price,
        stop_price=before.stop_price if after.stop_price is None else after.stop_price,
    )
    if merged == before:
        return Failure(InvalidOrder("amend", "nothing is changed"))
    return Success(merged)


@exact
def amend(
    book: MatchingBook, order_id: str, after: Terms, fees: FeeLevel = FEE_SCHEDULE[0]
) -> Result[Matched, OrderFault]:
    """Change a resting order: a lower quantity keeps its turn, anything else goes in anew.

    What goes in anew may match at once, and shows at most what it showed.
    Errors: UnknownOrder, InvalidOrder, those of submit; the book is then as it was.
    Source: docs/formulas-contracts-orders.md#amending.
    Invariant: left after = new quantity − executed, unless it matched at once.
    """
    rest = find_rest(book, order_id)
    if rest is None:
        return Failure(UnknownOrder(order_id))
    executed = rest.order.qty - rest.left
    before = Terms(qty=rest.order.qty, limit_price=rest.price)
    terms = amended(before, after, executed)
    if is_failure(terms):
        return terms
    qty = terms.unwrap().qty or rest.order.qty
    if keeps_priority(before, after):
        return Success(_shortened(book, rest, qty - executed))
    display = rest.order.display
    anew = evolve(
        rest.order,
        qty=qty - executed,
        price=terms.unwrap().limit_price,
        display=None if display is None else min(display, qty - executed),
    )
    return submit(without(book, order_id), anew, fees)


def _shortened(book: MatchingBook, rest: Rest, left: Decimal) -> Matched:
    """A resting order with less left, in its old place. Kernel."""
    less = evolve(
        rest,
        order=evolve(rest.order, qty=rest.order.qty - rest.left + left),
        left=left,
        shown=min(rest.shown, left),
    )
    gone = Removal(order_id=rest.order.order_id, qty=rest.left - left, reason=Reason.AMENDED)
    bids, asks = (
        tuple(less if one is rest else one for one in side) for side in (book.bids, book.asks)
    )
    return Matched(book=evolve(book, bids=bids, asks=asks), removals=(gone,))
