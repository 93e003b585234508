"""Pre-trade checks: one ladder, every independent cause reported, the first gives the code."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from astracore.errors.market import (
    AboveMaxNotional,
    BelowMinNotional,
    PriceOffTick,
    PriceOutOfRange,
    QuantityOffStep,
    QuantityOutOfRange,
)
from astracore.errors.trading import (
    AccountClosed,
    AccountFrozen,
    DailyTradeLimit,
    DuplicateClientOrderId,
    InstrumentUnavailable,
    InsufficientMargin,
    InvalidOrder,
    LeverageAboveBracket,
    OrderTooLarge,
    PositionLimit,
    PostOnlyWouldCross,
    PriceStale,
    ReduceOnlyNoPosition,
    TooManyOrders,
    TradingFault,
)
from astracore.instants import DAY, SECOND
from astracore.margin.brackets import bracket_of, level_cap
from astracore.numeric import ceiling_to, floor_to, to_text
from astracore.trading.commands import Mark, PlaceOrder
from astracore.trading.pnl import unmarked, worth
from astracore.trading.positions import sign_of
from astracore.trading.reserves import (
    available,
    held_qty,
    reference_price,
    remaining,
    reserve_of,
    unclaimed,
)
from astracore.trading.state import Account
from astracore.trading.types import (
    CLIENT_ORDER_ID,
    ZERO,
    AccountMode,
    AccountStatus,
    Instrument,
    InstrumentStatus,
    OrderType,
    Side,
    TimeInForce,
)


@frozen(kw_only=True)
class TradingLimits:
    """The numbers of the ladder that belong to no instrument."""

    price_age: int = 10 * SECOND  # [µs]
    share: Mapping[AccountMode, Decimal] = {
        AccountMode.PRACTICE: Decimal(1),
        AccountMode.LIVE: Decimal("0.25"),
    }
    open_orders: int = 200
    leverage: int = 50
    accounts: int = 3
    lowest_balance: Decimal = Decimal(100)
    highest_balance: Decimal = Decimal(100_000)


LIMITS = TradingLimits()
TIMES: Mapping[OrderType, tuple[TimeInForce, ...]] = {  # the first is the default
    OrderType.MARKET: (TimeInForce.IOC, TimeInForce.FOK),
    OrderType.LIMIT: (TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK),
}


@frozen(kw_only=True)
class Assessed:
    """An asked order beside everything that its checks look at, computed once."""

    asked: PlaceOrder
    account: Account
    instrument: Instrument
    mark: Mark | None
    marks: Mapping[str, Decimal]
    tif: TimeInForce
    qty: Decimal  # [base] after the reduce-only cut
    opens: Decimal  # [base] the part that would open or grow a position
    leverage: int
    reference: Decimal | None  # R [quote per base]; None when there is no price
    reserve: Decimal  # [account currency]

    @property
    def reducing(self) -> bool:
        """Whether a full fill opens nothing."""
        return self.opens == ZERO


Check: TypeAlias = Callable[[Assessed], tuple[TradingFault, ...]]


def assessed(asked: PlaceOrder, account: Account, instrument: Instrument) -> Assessed:
    """Gather what the ladder looks at. Kernel: call it inside an exact context."""
    marks = {mark.symbol: mark for mark in asked.facts.marks}
    mark = marks.get(asked.symbol)
    free = unclaimed(account, asked.symbol, asked.side)
    qty = min(asked.qty, free) if asked.reduce_only else asked.qty
    opens = max(ZERO, qty - free)
    leverage = account.leverage.get(asked.symbol, 1)
    price = None if mark is None else mark.price
    limit = asked.limit_price if asked.type is OrderType.LIMIT else None
    reference = reference_price(asked.side, limit, price, instrument.price_band)
    rate = asked.facts.taker_rate
    return Assessed(
        asked=asked,
        account=account,
        instrument=instrument,
        mark=mark,
        marks={symbol: seen.price for symbol, seen in marks.items()},
        tif=TIMES[asked.type][0] if asked.tif is None else asked.tif,
        qty=qty,
        opens=opens,
        leverage=leverage,
        reference=reference,
        reserve=ZERO if reference is None else reserve_of(opens, reference, leverage, rate),
    )


def check_account(seen: Assessed) -> tuple[TradingFault, ...]:
    """account_closed, account_frozen (which lets reducing orders pass)."""
    account = seen.account
    if account.status is AccountStatus.CLOSED:
        return (AccountClosed(account.account_id),)
    if account.status is AccountStatus.FROZEN and not seen.reducing:
        return (AccountFrozen(account.account_id),)
    return ()


def check_instrument(seen: Assessed) -> tuple[TradingFault, ...]:
    """instrument_unavailable; a halted instrument lets reducing orders pass."""
    status = seen.instrument.status
    if status is InstrumentStatus.ACTIVE:
        return ()
    if status is InstrumentStatus.HALTED and seen.reducing:
        return ()
    return (InstrumentUnavailable(seen.instrument.symbol, status.value),)


def check_fields(seen: Assessed) -> tuple[TradingFault, ...]:
    """invalid_order for each field that contradicts another, then duplicate_client_order_id."""
    asked = seen.asked
    limited = asked.type is OrderType.LIMIT
    client_id = asked.client_order_id
    faults: list[TradingFault] = []
    if asked.qty <= ZERO:
        faults.append(InvalidOrder("qty", "must be above zero"))
    if limited and asked.limit_price is None:
        faults.append(InvalidOrder("limit_price", "a limit order needs one"))
    if limited and asked.limit_price is not None and asked.limit_price <= ZERO:
        faults.append(InvalidOrder("limit_price", "must be above zero"))
    if not limited and asked.limit_price is not None:
        faults.append(InvalidOrder("limit_price", "a market order has none"))
    if seen.tif not in TIMES[asked.type]:
        faults.append(InvalidOrder("tif", "not for this type"))
    if asked.post_only and (not limited or seen.tif is not TimeInForce.GTC):
        faults.append(InvalidOrder("post_only", "only for limit orders that rest"))
    if client_id is not None and CLIENT_ORDER_ID.fullmatch(client_id) is None:
        faults.append(InvalidOrder("client_order_id", "1 to 36 of A-Z, a-z, 0-9, _ and -"))
    if client_id is not None and any(
        order.client_order_id == client_id for order in seen.account.orders.values()
    ):
        faults.append(DuplicateClientOrderId(client_id))
    return tuple(faults)


def check_filters(seen: Assessed) -> tuple[TradingFault, ...]:
    """price_off_tick, quantity_off_step, quantity_out_of_range, and the notional's range.

    A reducing order has no least notional, and one that closes a whole position (or was cut)
    no least quantity: what was bought can always be sold.
    """
    asked, listed = seen.asked, seen.instrument
    faults: list[TradingFault] = []
    limit = asked.limit_price
    if limit is not None and limit % listed.tick != ZERO:
        faults.append(PriceOffTick(to_text(limit), to_text(listed.tick)))
    if asked.qty % listed.lot != ZERO:
        faults.append(QuantityOffStep(to_text(asked.qty), to_text(listed.lot)))
    whole = seen.qty > ZERO and seen.qty >= abs(held_qty(seen.account, asked.symbol))
    lowest = listed.lot if seen.reducing and whole else listed.min_qty
    if not lowest <= asked.qty <= listed.max_qty:
        bounds = to_text(lowest), to_text(listed.max_qty)
        faults.append(QuantityOutOfRange(to_text(asked.qty), *bounds))
    price = limit if limit is not None else None if seen.mark is None else seen.mark.price
    if price is None:
        return tuple(faults)
    notional = seen.qty * price
    if asked.type is OrderType.MARKET:
        highest = listed.max_market_notional
    else:
        highest = listed.max_limit_notional
    if notional < listed.min_notional and not seen.reducing:
        faults.append(BelowMinNotional(to_text(notional), to_text(listed.min_notional)))
    if notional > highest:
        faults.append(AboveMaxNotional(to_text(notional), to_text(highest)))
    return tuple(faults)


def check_prices(seen: Assessed) -> tuple[TradingFault, ...]:
    """price_stale (market orders, and any held symbol without a mark), price_out_of_range."""
    asked, mark = seen.asked, seen.mark
    if asked.type is OrderType.MARKET:
        age = None if mark is None else asked.at.micros - mark.at.micros
        if age is None or age > LIMITS.price_age:
            return (PriceStale(asked.symbol, age),)
    unknown = None if seen.reducing else unmarked(seen.account.positions, seen.marks)
    if unknown is not None:
        return (PriceStale(unknown, None),)
    if mark is None or asked.limit_price is None:
        return ()
    band = seen.instrument.price_band
    least, greatest = mark.price * (1 - band), mark.price * (1 + band)
    limit = asked.limit_price
    beyond = limit > greatest if asked.side is Side.BUY else limit < least
    if not beyond:
        return ()
    return (PriceOutOfRange(to_text(limit), to_text(least), to_text(greatest)),)


def check_flags(seen: Assessed) -> tuple[TradingFault, ...]:
    """post_only_would_cross, reduce_only_no_position."""
    asked = seen.asked
    faults: list[TradingFault] = []
    best = asked.facts.best_ask if asked.side is Side.BUY else asked.facts.best_bid
    limit = asked.limit_price
    if asked.post_only and best is not None and limit is not None:
        crosses = sign_of(asked.side) * (limit - best) >= ZERO
        faults += [PostOnlyWouldCross(limit, best)] if crosses else []
    if asked.reduce_only and seen.qty == ZERO:
        faults.append(ReduceOnlyNoPosition(asked.symbol))
    return tuple(faults)


def check_size(seen: Assessed) -> tuple[TradingFault, ...]:
    """position_limit, order_too_large, leverage_above_bracket: on the worst state.

    The worst state is this and all open orders of its side filled.
    """
    if seen.reducing or seen.reference is None:
        return ()
    account, asked, listed = seen.account, seen.asked, seen.instrument
    sign = sign_of(asked.side)
    queued = sum(
        (
            remaining(order)
            for order in account.orders.values()
            if order.symbol == asked.symbol and order.side is asked.side
        ),
        ZERO,
    )
    faults: list[TradingFault] = []
    after = abs(held_qty(account, asked.symbol) + sign * (queued + seen.qty)) * seen.reference
    if after > listed.max_position_notional:
        faults.append(PositionLimit(after, listed.max_position_notional))
    if unmarked(account.positions, seen.marks) is None:
        share = LIMITS.share[account.mode]
        highest = max(ZERO, share * worth(account, seen.marks) * seen.leverage)
        opening = seen.opens * seen.reference
        faults += [OrderTooLarge(opening, highest)] if opening > highest else []
    cap = highest_leverage(listed, after, asked.facts.level)
    if seen.leverage > cap:
        faults.append(LeverageAboveBracket(seen.leverage, cap))
    return tuple(faults)


def highest_leverage(listed: Instrument, notional: Decimal, level: int) -> int:
    """min(bracket at `notional` [quote], level cap, 50), at least 1.

    >>> from astracore.trading.types import INSTRUMENTS
    >>> highest_leverage(INSTRUMENTS["ETH-USD"], Decimal(120000), 3)
    20
    """
    if not listed.brackets:
        return 1  # a table without a row allows no leverage
    bracket = bracket_of(listed.brackets, notional).max_leverage
    return max(1, min(bracket, level_cap(level), LIMITS.leverage))


def check_funds(seen: Assessed) -> tuple[TradingFault, ...]:
    """insufficient_margin: the reserve is more than what is available."""
    free = available(seen.account)
    if seen.reducing or seen.reserve <= free:
        return ()
    return (InsufficientMargin(seen.reserve, free),)


def check_counts(seen: Assessed) -> tuple[TradingFault, ...]:
    """too_many_orders, daily_trade_limit; reducing orders pass."""
    if seen.reducing:
        return ()
    faults: list[TradingFault] = []
    if len(seen.account.orders) >= LIMITS.open_orders:
        faults.append(TooManyOrders(LIMITS.open_orders))
    limit = seen.asked.facts.daily_limit
    since = seen.asked.at.micros - DAY
    today = sum(1 for opening in seen.account.openings if opening.micros > since)
    if limit is not None and today >= limit:
        faults.append(DailyTradeLimit(limit))
    return tuple(faults)


LADDER: tuple[Check, ...] = (
    check_account,
    check_instrument,
    check_fields,
    check_filters,
    check_prices,
    check_flags,
    check_size,
    check_funds,
    check_counts,
)


def refusals(seen: Assessed) -> tuple[TradingFault, ...]:
    """Every cause, in ladder order; empty when the order may be accepted. Kernel."""
    return tuple(fault for check in LADDER for fault in check(seen))


def protective_price(side: Side, mark: Decimal, listed: Instrument) -> Decimal:
    """How far a market order may reach: buy floor(mark(1 + band)), sell ceil(mark(1 − band)).

    >>> from astracore.trading.types import INSTRUMENTS
    >>> btc = INSTRUMENTS["BTC-USD"]
    >>> [protective_price(side, Decimal("45123.4"), btc) for side in Side]
    [Decimal('47379.5'), Decimal('42867.3')]
    """
    if side is Side.BUY:
        return floor_to(mark * (1 + listed.price_band), listed.tick)
    return ceiling_to(mark * (1 - listed.price_band), listed.tick)
