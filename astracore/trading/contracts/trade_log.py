"""The trades a position has seen: a growing set as a value, cheap to extend and to look into."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from attrs import frozen

T = TypeVar("T")


@frozen
class TradeLog(Generic[T]):
    """Shelves of known trades, each at least twice as large as the next.

    A new trade is a shelf of one; shelves that are no larger than what follows are merged with
    it. So n trades stand on at most log2(n) + 1 shelves, and each was moved as often at most.
    """

    shelves: tuple[Mapping[str, T], ...] = ()

    def find(self, trade_id: str) -> T | None:
        """The trade of this id, or None."""
        for shelf in self.shelves:
            if trade_id in shelf:
                return shelf[trade_id]
        return None

    def with_trade(self, trade_id: str, trade: T) -> "TradeLog[T]":
        """This log and one more trade; a trade known by the id gives way to it.

        >>> log = TradeLog().with_trade("a", 1).with_trade("b", 2)
        >>> log.find("a"), log.find("c"), len(log.shelves)
        (1, None, 1)
        """
        kept, last = list(self.shelves), {trade_id: trade}
        while kept and len(kept[-1]) < 2 * len(last):
            last = {**kept.pop(), **last}
        return TradeLog((*kept, last))

    def __len__(self) -> int:
        return sum(len(shelf) for shelf in self.shelves)
