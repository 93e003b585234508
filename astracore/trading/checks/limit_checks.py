"""Checks of what an order may lead to: sizes, exposures, funds, losses, counts.

All of them look at the worst state: this order and every open one of its side filled.
"""

from decimal import Decimal

from attrs import evolve, frozen

from astracore.errors.risk import DailyLossLimit, DrawdownLimit, ExposureLimit
from astracore.errors.trading import (
    CoolingOff,
    DailyTradeLimit,
    InsufficientMargin,
    LeverageAboveBracket,
    OrderTooLarge,
    PositionLimit,
    TooManyOrders,
    TradingFault,
)
from astracore.instants import DAY
from astracore.margin.brackets import bracket_of, level_cap
from astracore.numeric import Rounding, quotient, rounded_quotient
from astracore.trading.checks.assessing import Assessed
from astracore.trading.contracts.kinds import ONE, Contract, sign_of
from astracore.trading.facts import LIMITS, Facts
from astracore.trading.pnl import available_at, cross_floating, unmarked, worth
from astracore.trading.reserves import free, held_qty, notional_of, queued
from astracore.trading.settlement import contract_of
from astracore.trading.state import Account, Order
from astracore.trading.types import (
    ZERO,
    ContractKind,
    Instrument,
    OrderStatus,
    OrderType,
    Side,
)


def value_at(seen: Assessed, qty: Decimal) -> Decimal:
    """The notional of `qty` at R, up to the unit. Kernel: there is an R."""
    return unit_value(seen.contract, qty, seen.reference or ONE)


def worst_qty(seen: Assessed) -> Decimal:
    """The signed position once this and every open order of its side have filled. Kernel."""
    sign = sign_of(seen.asked.side)
    waiting = queued(seen.account, seen.key, seen.asked.side)
    return held_qty(seen.account, seen.key) + sign * (waiting + seen.qty)


def worst_value(seen: Assessed) -> Decimal:
    """The notional of the worst position, at R or at the mark, whichever is more.

    What is held and what waits is worth the mark, however low a limit the new order names.
    Kernel: there is an R.
    """
    qty = abs(worst_qty(seen))
    asked = value_at(seen, qty)
    return (
        asked if seen.mark is None else max(asked, unit_value(seen.contract, qty, seen.mark.price))
    )


def check_size(seen: Assessed) -> tuple[TradingFault, ...]:
    """position_limit (a spot pair is never sold short), order_too_large."""
    if seen.reducing or seen.reference is None:
        return ()
    account, listed = seen.account, seen.instrument
    faults: list[TradingFault] = []
    after = worst_value(seen)
    short = listed.kind is ContractKind.SPOT and seen.asked.side is Side.SELL
    highest = ZERO if short else listed.max_position_notional
    if after > highest:
        faults.append(PositionLimit(after, highest))
    if unmarked(account.positions, seen.marks) is None:
        share = seen.limits.share.get(account.mode, ZERO)
        largest = max(ZERO, share * worth(account, seen.marks) * seen.leverage)
        opening = value_at(seen, seen.opens)
        faults += [OrderTooLarge(opening, largest)] if opening > largest else []
    return (*faults, *check_exposure(seen, after))


@frozen(kw_only=True)
class Exposure:
    """What an account would be exposed to [account currency]: sums without and with signs."""

    gross: Decimal
    net: Decimal


def beside(seen: Assessed) -> Exposure:
    """The exposure of all other positions with their open orders filled the worse way. Kernel."""
    account, sign = seen.account, sign_of(seen.asked.side)
    gross = net = ZERO
    keys = {order.key: order for order in account.orders.values()}
    for key in dict.fromkeys((*account.positions, *keys)):
        if key == seen.key:
            continue
        one = account.positions.get(key) or keys[key]
        terms = contract_of(one.contract, one.multiplier)
        mark = seen.marks.get(one.symbol)
        if mark is None:
            continue
        qty = held_qty(account, key)
        buys, sells = (queued(account, key, side) for side in Side)
        gross += unit_value(terms, max(abs(qty + buys), abs(qty - sells)), mark)
        worst = qty + buys if sign > 0 else qty - sells
        net += unit_value(terms, abs(worst), mark).copy_sign(worst)
    return Exposure(gross=gross, net=net)


def unit_value(terms: Contract, qty: Decimal, price: Decimal) -> Decimal:
    """A notional, up to the unit. Kernel."""
    value, under = notional_of(terms, qty, price)
    return value if under == ONE else rounded_quotient(value, under, terms.step, Rounding.UP)


def check_exposure(seen: Assessed, after: Decimal) -> tuple[TradingFault, ...]:
    """exposure_limit: the largest position, gross and net exposure, leverage. `after` is here."""
    risk = seen.asked.facts.risk
    if risk is None or unmarked(seen.account.positions, seen.marks) is not None:
        return ()
    equity = max(ZERO, worth(seen.account, seen.marks))
    others = beside(seen)
    gross = others.gross + after
    net = abs(others.net + after.copy_sign(worst_qty(seen)))
    limits = (
        ("position", after, risk.position_size, equity),
        ("gross", gross, risk.exposure, ONE),
        ("net", net, risk.net_exposure, ONE),
        ("leverage", gross, risk.leverage, equity),
    )
    return tuple(
        ExposureLimit(name, used, allowed * scale)
        for name, used, allowed, scale in limits
        if allowed is not None and used > allowed * scale
    )


def check_leverage(seen: Assessed) -> tuple[TradingFault, ...]:
    """leverage_above_bracket, at the notional after a full fill."""
    if seen.reducing or seen.reference is None:
        return ()
    after = value_at(seen, abs(worst_qty(seen)))
    facts = seen.asked.facts
    cap = highest_leverage(seen.instrument, after, facts.level, tier_of(facts))
    return (LeverageAboveBracket(seen.leverage, cap),) if seen.leverage > cap else ()


def tier_of(facts: Facts) -> int:
    """The highest leverage whatever the order: the house's, of live accounts the tier's too."""
    most = facts.limits.leverage
    return most if facts.live is None else min(most, facts.live.leverage_cap)


def highest_leverage(
    listed: Instrument, notional: Decimal, level: int, tier: int = LIMITS.leverage
) -> int:
    """min(bracket at `notional` [quote], level cap, tier: see `tier_of`), at least 1.

    >>> from astracore.trading.types import INSTRUMENTS
    >>> highest_leverage(INSTRUMENTS["ETH-USD"], Decimal(120000), 3)
    20
    """
    if not listed.brackets:
        return 1  # a table without a row allows no leverage
    bracket = bracket_of(listed.brackets, notional).max_leverage
    return max(1, min(bracket, level_cap(level), tier))


def check_funds(seen: Assessed) -> tuple[TradingFault, ...]:
    """insufficient_margin: the order needs more than what is available."""
    if seen.reducing:
        return ()
    account = seen.account
    left = available_at(account, seen.marks)
    needed = seen.reserve
    if account.cross:
        before = free(account, seen.marks, cross_floating(account, seen.marks))
        with_it = with_order(seen)
        needed = before - free(with_it, seen.marks, cross_floating(account, seen.marks))
    return () if needed <= left else (InsufficientMargin(needed, left),)


def with_order(seen: Assessed) -> Account:
    """The account as it would be with the order among its open ones. Kernel."""
    asked, account = seen.asked, seen.account
    order = Order(
        order_id=asked.order_id,
        symbol=asked.symbol,
        side=asked.side,
        type=OrderType.LIMIT,
        qty=seen.qty,
        tif=seen.tif,
        post_only=False,
        reduce_only=False,
        status=OrderStatus.PENDING,
        leverage=seen.leverage,
        maker_rate=asked.facts.maker_rate,
        taker_rate=asked.facts.taker_rate,
        reserve=seen.reserve,
        reference=seen.reference or ONE,
        accepted_at=asked.at,
        terms=asked.terms,
        margin_mode=seen.margin_mode,
        contract=seen.instrument.kind,
        multiplier=seen.instrument.multiplier,
    )
    return evolve(
        account,
        reserved=account.reserved + seen.reserve,
        orders={**account.orders, order.order_id: order},
    )


def check_losses(seen: Assessed) -> tuple[TradingFault, ...]:
    """daily_loss_limit, drawdown_limit; reducing orders pass."""
    risk, account = seen.asked.facts.risk, seen.account
    if seen.reducing or risk is None or unmarked(account.positions, seen.marks) is not None:
        return ()
    equity = worth(account, seen.marks)
    faults: list[TradingFault] = []
    day = risk.day_equity
    if risk.daily_loss is not None and day is not None:
        lost = max(ZERO, day + risk.day_flows - equity)
        if lost >= risk.daily_loss * max(ZERO, day):
            faults.append(DailyLossLimit(share_of(lost, day), risk.daily_loss))
    if risk.drawdown is not None and risk.peak is not None:
        fallen = risk.peak - equity
        if fallen >= risk.drawdown * max(ZERO, risk.peak):
            faults.append(DrawdownLimit(share_of(fallen, risk.peak), risk.drawdown))
    return tuple(faults)


def share_of(part: Decimal, whole: Decimal) -> Decimal | None:
    """part/whole for display; None without a whole."""
    return None if whole <= ZERO else quotient(part, whole)


def check_counts(seen: Assessed) -> tuple[TradingFault, ...]:
    """too_many_orders (open, or sent within 60 s), daily_trade_limit; reducing orders pass."""
    if seen.reducing:
        return ()
    risk = seen.asked.facts.risk
    most = seen.limits.open_orders
    if risk is not None and risk.open_orders is not None:
        most = min(most, risk.open_orders)
    faults: list[TradingFault] = []
    if len(seen.account.orders) >= most:
        faults.append(TooManyOrders(most))
    elif risk is not None and risk.order_rate is not None and risk.orders_sent >= risk.order_rate:
        faults.append(TooManyOrders(risk.order_rate))
    limit = seen.asked.facts.daily_limit
    since = seen.asked.at.micros - DAY
    today = sum(1 for opening in seen.account.openings if opening.micros > since)
    if limit is not None and today >= limit:
        faults.append(DailyTradeLimit(limit))
    return tuple(faults)


def check_pause(seen: Assessed) -> tuple[TradingFault, ...]:
    """cooling_off; reducing orders pass."""
    risk = seen.asked.facts.risk
    until = None if risk is None else risk.cooling_until
    if seen.reducing or until is None or seen.asked.at >= until:
        return ()
    return (CoolingOff(until.micros),)
