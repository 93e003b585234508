"""Whether an order may be sent: every check runs, on the worst state it can lead to.

The worst state is the position once this and all open orders of its side have filled. An order
that only brings the position nearer to zero passes position, gross, leverage and concentration.
"""

from decimal import Decimal
from enum import StrEnum

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.risk import (
    Breach,
    ConcentrationLimit,
    DailyLossLimit,
    DrawdownLimit,
    ExposureLimit,
    FilterBroken,
    InstrumentHalted,
    KillSwitchActive,
    LossRunLimit,
    MarginLimit,
    OrderRateLimit,
    PriceCollar,
)
from astracore.errors.values import BadAmount, NumericLimit
from astracore.metrics.frames import exactly, kept
from astracore.numeric import EXACT, quotient

ZERO = Decimal(0)
ONE = Decimal(1)
BOLD = Decimal("0.8")


class TradingState(StrEnum):
    """What an account may do; the worst applicable one counts."""

    ACTIVE = "active"
    REDUCING = "reducing"  # only orders that bring a position nearer to zero, and cancels
    HALTED = "halted"  # the same, and opening orders are cancelled


@frozen(kw_only=True)
class ProposedOrder:
    """A signed quantity [base], its price [quote per base], and what it would lock [quote].

    `price` is the worst at which it may fill, `fee` the most that its fill may cost [quote].
    `filters` are the codes of the market's filters that it breaks.
    """

    symbol: str
    quantity: Decimal
    price: Decimal
    margin: Decimal
    filters: tuple[str, ...] = ()
    fee: Decimal = ZERO


@frozen(kw_only=True)
class Book:
    """The account as facts: signed `position` and open orders of this symbol, others' exposures.

    `gross_beside` and `net_beside` [quote] are of the other symbols, open orders counted in.
    `open_loss` [quote] is what all open orders lose to the mark, and pay, at their worst prices.
    """

    position: Decimal
    open_buys: Decimal
    open_sells: Decimal
    gross_beside: Decimal
    net_beside: Decimal
    equity: Decimal
    available: Decimal
    daily_loss: Decimal
    drawdown: Decimal
    orders: int
    open_orders: int
    losses: int
    open_loss: Decimal = ZERO


@frozen(kw_only=True)
class MarketFacts:
    """The symbol's mark [quote per base], status, and the collar around the mark."""

    mark: Decimal
    is_open: bool
    status: str = "active"
    collar: Decimal | None = None


@frozen(kw_only=True)
class TradeLimits:
    """The most that is allowed; None is no limit. Shares and leverages are of equity."""

    position: Decimal | None = None  # [base]
    gross: Decimal | None = None  # [quote]
    net: Decimal | None = None  # [quote]
    leverage: Decimal | None = None
    concentration: Decimal | None = None
    daily_loss: Decimal | None = None
    drawdown: Decimal | None = None
    orders: int | None = None
    open_orders: int | None = None
    losses: int | None = None


@frozen(kw_only=True)
class Approved:
    """The order may be sent. `warnings` names limits that it brings to 0.8 or more."""

    quantity: Decimal
    warnings: tuple[str, ...]


@frozen(kw_only=True)
class _Worst:
    position: Decimal
    gross: Decimal
    net: Decimal
    value: Decimal  # of this symbol alone, absolute; 0 when nothing else is held
    equity: Decimal


@exactly
def check(
    order: ProposedOrder,
    book: Book,
    market: MarketFacts,
    limits: TradeLimits,
    *,
    state: TradingState = TradingState.ACTIVE,
    reason: str = "",
) -> Result[Approved, tuple[Breach, ...] | BadAmount | NumericLimit]:
    """Approved, or every breach: switch, status, filters, collar, position, gross, net, leverage,
    concentration, margin, daily loss, drawdown, rate, loss run, in this order.

    Errors: a tuple of Breach, never empty.
    Source: docs/formulas-margin-sizing-risk.md#pre-trade-check.
    Invariant: loosening a limit never adds a breach; a reducing order meets no exposure limit.
    No sequence of admitted orders, filled at their worst prices while the marks stand still,
    breaks position, gross or leverage, nor the counts (leverage: where collar x limit <= 1).
    >>> book = Book(position=Decimal(2), open_buys=Decimal(0), open_sells=Decimal(0),
    ...     gross_beside=Decimal(0), net_beside=Decimal(0), equity=Decimal(100),
    ...     available=Decimal(0), daily_loss=Decimal(0), drawdown=Decimal(0), orders=0,
    ...     open_orders=0, losses=0)
    >>> order = ProposedOrder(symbol="ETH-USD", quantity=Decimal(-1), price=Decimal(50),
    ...                       margin=Decimal(0))
    >>> market = MarketFacts(mark=Decimal(50), is_open=True)
    >>> tight = TradeLimits(position=Decimal(1))
    >>> check(order, book, market, tight, state=TradingState.HALTED).unwrap().quantity
    Decimal('-1')
    """
    reduces = is_reducing(order.quantity, book)
    worst = _worst_state(order, book, market)
    found = (
        *_gate_breaches(order, market, state, reason, reduces=reduces),
        *(() if reduces else _exposure_breaches(worst, limits)),
        *(() if reduces else _condition_breaches(order, book, limits)),
    )
    if found:
        return Failure(found)
    warnings = () if reduces else _warnings(worst, limits)
    return Success(Approved(quantity=order.quantity, warnings=warnings))


def is_reducing(quantity: Decimal, book: Book) -> bool:
    """Whether an order can only bring the position nearer to zero, open orders of its side filled.

    Nothing is reduced by an order of zero.
    """
    if quantity == 0 or book.position == 0 or (quantity > 0) is (book.position > 0):
        return False
    ahead = book.open_buys if quantity > 0 else book.open_sells
    return EXACT.add(quantity.copy_abs(), ahead) <= book.position.copy_abs()


def _worst_state(order: ProposedOrder, book: Book, market: MarketFacts) -> _Worst:
    if order.quantity > 0:
        position = book.position + book.open_buys + order.quantity
    else:
        position = book.position - book.open_sells + order.quantity
    value = position * max(market.mark, order.price)
    gross = book.gross_beside + abs(value)
    through = max(ZERO, (order.price - market.mark) * order.quantity)  # lost to the mark
    return _Worst(
        position=position,
        gross=gross,
        net=abs(book.net_beside + value),
        value=abs(value) if book.gross_beside else ZERO,
        equity=book.equity - book.open_loss - through - order.fee,
    )


def _gate_breaches(
    order: ProposedOrder, market: MarketFacts, state: TradingState, reason: str, *, reduces: bool
) -> tuple[Breach, ...]:
    found: list[Breach] = []
    if state is not TradingState.ACTIVE and not reduces:
        found.append(KillSwitchActive(state.value, reason))
    if not market.is_open and not reduces:
        found.append(InstrumentHalted(market.status))
    found.extend(FilterBroken(cause) for cause in order.filters)
    if market.collar is not None:
        lowest, highest = market.mark * (1 - market.collar), market.mark * (1 + market.collar)
        bad = order.price > highest if order.quantity > 0 else order.price < lowest
        if bad:
            found.append(PriceCollar(order.price, lowest, highest))
    return tuple(found)


def _exposure_breaches(worst: _Worst, limits: TradeLimits) -> tuple[Breach, ...]:
    found: list[Breach] = []
    amounts = (
        ("position", abs(worst.position), limits.position),
        ("gross", worst.gross, limits.gross),
        ("net", worst.net, limits.net),
    )
    for name, used, allowed in amounts:
        if allowed is not None and used > allowed:
            found.append(ExposureLimit(name, used, allowed))
    if limits.leverage is not None and worst.gross > limits.leverage * max(ZERO, worst.equity):
        found.append(ExposureLimit("leverage", _ratio(worst.gross, worst.equity), limits.leverage))
    most = limits.concentration
    if most is not None and worst.value > most * worst.gross:
        found.append(ConcentrationLimit(kept(quotient(worst.value, worst.gross)), most))
    return tuple(found)


def _condition_breaches(
    order: ProposedOrder, book: Book, limits: TradeLimits
) -> tuple[Breach, ...]:
    found: list[Breach] = []
    if order.margin > book.available:
        found.append(MarginLimit(order.margin, book.available))
    if limits.daily_loss is not None and book.daily_loss >= limits.daily_loss:
        found.append(DailyLossLimit(book.daily_loss, limits.daily_loss))
    if limits.drawdown is not None and book.drawdown >= limits.drawdown:
        found.append(DrawdownLimit(book.drawdown, limits.drawdown))
    counts = (("rate", book.orders, limits.orders), ("open", book.open_orders, limits.open_orders))
    for name, used, allowed in counts:
        if allowed is not None and used + 1 > allowed:
            found.append(OrderRateLimit(name, Decimal(used + 1), Decimal(allowed)))
    if limits.losses is not None and book.losses >= limits.losses:
        found.append(LossRunLimit(Decimal(book.losses), Decimal(limits.losses)))
    return tuple(found)


def _warnings(worst: _Worst, limits: TradeLimits) -> tuple[str, ...]:
    uses = (
        ("position", abs(worst.position), limits.position, ONE),
        ("gross", worst.gross, limits.gross, ONE),
        ("net", worst.net, limits.net, ONE),
        ("leverage", worst.gross, limits.leverage, worst.equity),
        ("concentration", worst.value, limits.concentration, worst.gross),
    )
    return tuple(
        name
        for name, used, allowed, scale in uses
        if allowed is not None and used > 0 and used >= BOLD * allowed * scale
    )


def _ratio(gross: Decimal, equity: Decimal) -> Decimal | None:
    return kept(quotient(gross, equity)) if equity > 0 else None
