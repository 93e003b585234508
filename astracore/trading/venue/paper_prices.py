"""The one price of a market without a book."""

from decimal import Decimal

from astracore.numeric import ceiling_to, floor_to
from astracore.trading.types import Instrument, Side

UP_WITHOUT_BOOK = Decimal("1.0005")  # of the mark
DOWN_WITHOUT_BOOK = Decimal("0.9995")


def without_book(mark: Decimal, listed: Instrument, side: Side) -> Decimal:
    """The mark and 5 basis points against who trades, on the tick. Kernel.

    >>> from astracore.trading.types import INSTRUMENTS
    >>> eth = INSTRUMENTS["ETH-USD"]
    >>> [str(without_book(Decimal("2000.01"), eth, side)) for side in Side]
    ['2001.02', '1999.00']
    """
    if side is Side.BUY:
        return ceiling_to(mark * UP_WITHOUT_BOOK, listed.tick)
    return floor_to(mark * DOWN_WITHOUT_BOOK, listed.tick)
