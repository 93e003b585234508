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
from astracore.trading.checks.worst_fills import lost_in_worst_state
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
    account = seen.account
    faults: list[TradingFault] = []
    after, highest = worst_value(seen), highest_position(seen)
    if after > highest:
        faults.append(PositionLimit(after, highest))
    if unmarked(account.positions, seen.marks) is None:
        opening, largest = value_at(seen, seen.opens), largest_opening(seen)
        faults += [OrderTooLarge(opening, largest)] if opening > largest else []
    return (*faults, *check_exposure(seen, after))


def highest_position(seen: Assessed) -> Decimal:
    """The most that the position may be worth; a spot pair is never sold short."""
    listed = seen.instrument
    short = listed.kind is ContractKind.SPOT and seen.asked.side is Side.SELL
    return ZERO if short else listed.max_position_notional


def largest_opening(seen: Assessed) -> Decimal:
    """The most that one order may open: share × equity × leverage. Kernel: marks cover all held."""
    share = seen.limits.share.get(seen.account.mode, ZERO)
    return max(ZERO, share * worth(seen.account, seen.marks) * seen.leverage)


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
    return tuple(
        ExposureLimit(name, used, allowed)
        for name, used, allowed in exposures(seen, after)
        if allowed is not None and used > allowed
    )


def exposures(seen: Assessed, after: Decimal) -> tuple[tuple[str, Decimal, Decimal | None], ...]:
    """Each exposure by name with the most that is allowed [account currency]; None: no limit.

    Nothing without a risk profile, or where a held symbol has no mark. Kernel.
    """
    risk = seen.asked.facts.risk
    if risk is None or unmarked(seen.account.positions, seen.marks) is not None:
        return ()
    equity = max(ZERO, worth(seen.account, seen.marks) - lost_in_worst_state(seen))
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
        (name, used, None if allowed is None else allowed * scale)
        for name, used, allowed, scale in limits
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
    needed, left = needed_funds(seen), available_at(seen.account, seen.marks)
    return () if needed <= left else (InsufficientMargin(needed, left),)


def needed_funds(seen: Assessed) -> Decimal:
    """What the order takes from what is available: its reserve, or all that cross margin feels of
    it. Kernel."""
    account = seen.account
    if not account.cross:
        return seen.reserve
    floating = cross_floating(account, seen.marks)
    before = free(account, seen.marks, floating)
    return before - free(with_order(seen), seen.marks, floating)


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
    if seen.reducing:
        return ()
    lost, fallen = losses(seen)
    faults: list[TradingFault] = []
    if lost is not None and lost.is_reached:
        faults.append(DailyLossLimit(share_of(lost.used, lost.whole), lost.share))
    if fallen is not None and fallen.is_reached:
        faults.append(DrawdownLimit(share_of(fallen.used, fallen.whole), fallen.share))
    return tuple(faults)


@frozen(kw_only=True)
class Loss:
    """What was lost of a whole [account currency], and the share of it that stops opening."""

    used: Decimal
    whole: Decimal
    share: Decimal

    @property
    def limit(self) -> Decimal:
        """The loss that is too much. Kernel."""
        return self.share * max(ZERO, self.whole)

    @property
    def is_reached(self) -> bool:
        """Whether it is lost. Kernel."""
        return self.used >= self.limit


def losses(seen: Assessed) -> tuple[Loss | None, Loss | None]:
    """The day's loss and the fall from the peak, where they are limited and known. Kernel."""
    risk, account = seen.asked.facts.risk, seen.account
    if risk is None or unmarked(account.positions, seen.marks) is not None:
        return None, None
    equity, day, peak = worth(account, seen.marks), risk.day_equity, risk.peak
    lost = fallen = None
    if risk.daily_loss is not None and day is not None:
        used = max(ZERO, day + risk.day_flows - equity)
        lost = Loss(used=used, whole=day, share=risk.daily_loss)
    if risk.drawdown is not None and peak is not None:
        fallen = Loss(used=peak - equity, whole=peak, share=risk.drawdown)
    return lost, fallen


def share_of(part: Decimal, whole: Decimal) -> Decimal | None:
    """part/whole for display; None without a whole."""
    return None if whole <= ZERO else quotient(part, whole)


def check_counts(seen: Assessed) -> tuple[TradingFault, ...]:
    """too_many_orders (open, or sent within 60 s), daily_trade_limit; reducing orders pass."""
    if seen.reducing:
        return ()
    risk, most = seen.asked.facts.risk, most_open(seen)
    faults: list[TradingFault] = []
    if len(seen.account.orders) >= most:
        faults.append(TooManyOrders(most))
    elif risk is not None and risk.order_rate is not None and risk.orders_sent >= risk.order_rate:
        faults.append(TooManyOrders(risk.order_rate))
    limit = seen.asked.facts.daily_limit
    if limit is not None and openings_today(seen) >= limit:
        faults.append(DailyTradeLimit(limit))
    return tuple(faults)


def most_open(seen: Assessed) -> int:
    """How many orders may be open: the house's number, or the account's own if that is less."""
    risk, most = seen.asked.facts.risk, seen.limits.open_orders
    return most if risk is None or risk.open_orders is None else min(most, risk.open_orders)


def openings_today(seen: Assessed) -> int:
    """How many opening orders the account sent within the trailing 24 h."""
    since = seen.asked.at.micros - DAY
    return sum(1 for opening in seen.account.openings if opening.micros > since)


def check_pause(seen: Assessed) -> tuple[TradingFault, ...]:
    """cooling_off; reducing orders pass."""
    risk = seen.asked.facts.risk
    until = None if risk is None else risk.cooling_until
    if seen.reducing or until is None or seen.asked.at >= until:
        return ()
    return (CoolingOff(until.micros),)
