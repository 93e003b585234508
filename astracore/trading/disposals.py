"""Share matching by days, as the United Kingdom does it: same day, thirty days, then the pool.

All purchases of one day are one purchase, all sales one sale. A sale is matched with purchases of
its own day, then with those of the thirty days after it, the earliest first, then with the
section-104 pool. A purchase that was matched does not enter the pool.
"""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from attrs import define, field, frozen
from returns.result import Failure, Result, Success

from astracore.errors.contracts import BasisFault
from astracore.errors.trading import InsufficientLots
from astracore.instants import DAY, Instant
from astracore.numeric import exact
from astracore.trading.contracts import part_of
from astracore.trading.pools import Pool, PoolTrade, faulty_trade, fee_worth
from astracore.trading.types import MICRO, ZERO, Side

THIRTY = 30  # days after a sale in which a purchase is matched with it


class Rule(StrEnum):
    """What a sale was matched by."""

    SAME_DAY = "same_day"
    THIRTY_DAYS = "thirty_days"
    POOL = "pool"


@frozen(kw_only=True)
class DatedTrade:
    """A trade and its instant; its day is the UTC day."""

    at: Instant
    trade: PoolTrade


@frozen(kw_only=True)
class Match:
    """A part of the sales of `day` [days since 1970-01-01]: gain = proceeds − cost [report]."""

    day: int
    rule: Rule
    qty: Decimal
    proceeds: Decimal
    cost: Decimal
    gain: Decimal


@frozen(kw_only=True)
class Disposals:
    """Every match in the order of days, and what is left in the pool."""

    matches: tuple[Match, ...]
    pool: Pool


@define
class _Total:
    """What is left of the trades of one day and side."""

    qty: Decimal = ZERO
    money: Decimal = ZERO

    def take(self, qty: Decimal, step: Decimal) -> Decimal:
        """Take `qty` and its share of the money."""
        share = part_of(self.money, qty, self.qty, step)
        self.qty -= qty
        self.money -= share
        return share


@define
class _Books:
    """Both sides by day, the pool, and what was matched."""

    step: Decimal
    bought: dict[int, _Total] = field(factory=dict)
    sold: dict[int, _Total] = field(factory=dict)
    pool: _Total = field(factory=_Total)
    matches: list[Match] = field(factory=list)

    def match(self, day: int, rule: Rule, source: _Total) -> None:
        """Match what is left of the sales of `day` with `source`."""
        sale = self.sold[day]
        qty = min(sale.qty, source.qty)
        if not qty:
            return
        proceeds, cost = sale.take(qty, self.step), source.take(qty, self.step)
        gain = proceeds - cost
        self.matches.append(
            Match(day=day, rule=rule, qty=qty, proceeds=proceeds, cost=cost, gain=gain)
        )


Shortage: TypeAlias = InsufficientLots


@exact
def matched_disposals(
    trades: Sequence[DatedTrade], step: Decimal = MICRO
) -> Result[Disposals, BasisFault]:
    """Match all sales; fees raise what was paid and lower what was received.

    Shares of a day's money are half even to `step` [report], the last share takes the rest.
    Errors: InvalidQuantity, InvalidPrice, InvalidContract (a rate), InsufficientLots (more was
    sold than was ever there), NumericLimit.
    Source: docs/formulas-contracts-orders.md#disposals.
    Invariant: matched cost + cost of the pool = what all purchases cost.
    """
    books = _Books(step=step)
    for one in trades:
        fault = faulty_trade(one.trade)
        if fault is not None:
            return Failure(fault)
        _enter(books, one)
    for day in sorted(books.sold):
        books.match(day, Rule.SAME_DAY, books.bought.get(day, _Total()))
    for day in sorted(books.sold):
        for later in sorted(books.bought):
            if day < later <= day + THIRTY:
                books.match(day, Rule.THIRTY_DAYS, books.bought[later])
    short = _through_the_pool(books)
    if short is not None:
        return Failure(short)
    pool = Pool(qty=books.pool.qty, cost=books.pool.money)
    order = list(Rule)
    books.matches.sort(key=lambda match: (match.day, order.index(match.rule)))
    return Success(Disposals(matches=tuple(books.matches), pool=pool))


def _enter(books: _Books, one: DatedTrade) -> None:
    """Add a trade to the total of its day. Kernel."""
    trade, day = one.trade, one.at.micros // DAY
    buys = trade.side is Side.BUY
    total = (books.bought if buys else books.sold).setdefault(day, _Total())
    value, fee = trade.qty * trade.price * trade.fx_rate, fee_worth(trade)
    total.qty += trade.qty
    total.money += value + fee if buys else value - fee


def _through_the_pool(books: _Books) -> Shortage | None:
    """Day by day: what was bought and is not matched enters the pool, what was sold leaves it."""
    for day in sorted({*books.bought, *books.sold}):
        left = books.bought.get(day, _Total())
        books.pool.qty += left.qty
        books.pool.money += left.money
        if day in books.sold:
            found, wanted = books.pool.qty, books.sold[day].qty
            books.match(day, Rule.POOL, books.pool)
            if wanted > found:
                return InsufficientLots(found=found, missing=wanted - found)
    return None


@exact
def same_day_gain(
    trades: Sequence[PoolTrade], step: Decimal = MICRO
) -> Result[Decimal, BasisFault]:
    """The gain of what was bought and sold on one day: all purchases one, all sales one.

    Errors: InvalidQuantity, InvalidPrice, InvalidContract (a rate), NumericLimit.
    Source: docs/formulas-contracts-orders.md#disposals.
    >>> day = [PoolTrade(side=Side.BUY, qty=Decimal(10), price=Decimal(4)),
    ...        PoolTrade(side=Side.SELL, qty=Decimal(5), price=Decimal(6))]
    >>> same_day_gain(day).unwrap()
    Decimal('10.000000')
    """
    books = _Books(step=step)
    for trade in trades:
        fault = faulty_trade(trade)
        if fault is not None:
            return Failure(fault)
        _enter(books, DatedTrade(at=Instant(0), trade=trade))
    if books.sold and books.bought:
        books.match(0, Rule.SAME_DAY, books.bought[0])
    return Success(sum((match.gain for match in books.matches), ZERO))
