"""Share matching by days, as the United Kingdom does it: same day, thirty days, then the pool.

All purchases of one day are one purchase, all sales one sale. A sale is matched with purchases of
its own day, then with those of the thirty days after it, the earliest first, then with the
section-104 pool. A purchase that was matched does not enter the pool.
"""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from attrs import define, field, frozen
from returns.result import Failure, Result, Success

from astracore.errors.contracts import BasisFault
from astracore.errors.trading import InsufficientLots
from astracore.instants import DAY, Instant
from astracore.numeric import exact
from astracore.outcome import is_failure
from astracore.trading.contracts.kinds import part_of
from astracore.trading.lots.pools import Pool, PoolTrade, faulty_trade, fee_worth
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

    def add(self, one: DatedTrade) -> None:
        """Add a trade to the total of its day."""
        trade, day = one.trade, one.at.micros // DAY
        buys = trade.side is Side.BUY
        total = (self.bought if buys else self.sold).setdefault(day, _Total())
        value, fee = trade.qty * trade.price * trade.fx_rate, fee_worth(trade)
        total.qty += trade.qty
        total.money += value + fee if buys else value - fee

    def match(self, day: int, rule: Rule, source: _Total) -> tuple[Match, ...]:
        """Match what is left of the sales of `day` with `source`."""
        sale = self.sold[day]
        qty = min(sale.qty, source.qty)
        if not qty:
            return ()
        proceeds, cost = sale.take(qty, self.step), source.take(qty, self.step)
        gain = proceeds - cost
        return (Match(day=day, rule=rule, qty=qty, proceeds=proceeds, cost=cost, gain=gain),)


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
    fault = next((bad for one in trades if (bad := faulty_trade(one.trade)) is not None), None)
    if fault is not None:
        return Failure(fault)
    for one in trades:
        books.add(one)
    matches = [*_same_day(books), *_thirty_days(books)]
    pooled = _through_the_pool(books)
    if is_failure(pooled):
        return pooled
    order = list(Rule)
    matches += pooled.unwrap()
    matches.sort(key=lambda match: (match.day, order.index(match.rule)))
    pool = Pool(qty=books.pool.qty, cost=books.pool.money)
    return Success(Disposals(matches=tuple(matches), pool=pool))


def _same_day(books: _Books) -> list[Match]:
    """What was bought on the day of its sale. Kernel."""
    matches = list[Match]()
    for day in sorted(books.sold):
        matches += books.match(day, Rule.SAME_DAY, books.bought.get(day, _Total()))
    return matches


def _thirty_days(books: _Books) -> list[Match]:
    """What was bought within thirty days after a sale, the earliest sale and purchase first."""
    matches = list[Match]()
    for day in sorted(books.sold):
        for later in (one for one in sorted(books.bought) if day < one <= day + THIRTY):
            matches += books.match(day, Rule.THIRTY_DAYS, books.bought[later])
    return matches


def _through_the_pool(books: _Books) -> Result[list[Match], InsufficientLots]:
    """Day by day: what was bought and is not matched enters the pool, what was sold leaves it."""
    matches = list[Match]()
    for day in sorted({*books.bought, *books.sold}):
        left, sold = books.bought.get(day, _Total()), books.sold.get(day, _Total())
        books.pool.qty += left.qty
        books.pool.money += left.money
        found, wanted = books.pool.qty, sold.qty
        if wanted > found:
            return Failure(InsufficientLots(found=found, missing=wanted - found))
        matches += books.match(day, Rule.POOL, books.pool) if wanted else ()
    return Success(matches)


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
    fault = next((bad for trade in trades if (bad := faulty_trade(trade)) is not None), None)
    if fault is not None:
        return Failure(fault)
    for trade in trades:
        books.add(DatedTrade(at=Instant(0), trade=trade))
    return Success(sum((match.gain for match in _same_day(books)), ZERO))
