"""Checks of an order's own words: fields, steps, prices, flags."""

from decimal import Decimal

from returns.result import Result

from astracore.errors.levels import TriggerWouldFire
from astracore.errors.market import (
    AboveMaxNotional,
    BelowMinNotional,
    PriceOffTick,
    PriceOutOfRange,
    QuantityOffStep,
    QuantityOutOfRange,
)
from astracore.errors.orders import OrderFault
from astracore.errors.trading import (
    DuplicateClientOrderId,
    InvalidOrder,
    PostOnlyWouldCross,
    PriceStale,
    ReduceOnlyNoPosition,
    TradingFault,
)
from astracore.instants import Instant
from astracore.numeric import Rounding, rounded_quotient, to_text
from astracore.outcome import is_failure
from astracore.trading.checks.assessing import Assessed, prices_of, trigger_of
from astracore.trading.contracts.hedging import PositionMode
from astracore.trading.contracts.kinds import sign_of
from astracore.trading.facts import Mark
from astracore.trading.orders.expiry import expires_at
from astracore.trading.orders.slices import (
    iceberg_parts,
    schedule,
    sliced_by,
    sliced_evenly,
    volume_target,
)
from astracore.trading.orders.terms import POSITIVE, PRICES, Family, misplaced, trail_by, trails
from astracore.trading.orders.trailing import TrailBy
from astracore.trading.orders.triggers import fires, watched
from astracore.trading.pnl import unmarked
from astracore.trading.reserves import held_qty, notional_of
from astracore.trading.state import Account
from astracore.trading.types import (
    CLIENT_ORDER_ID,
    ZERO,
    ContractKind,
    OrderType,
    Side,
    TimeInForce,
)

EIGHT = Decimal("0.00000001")
EVEN = Rounding.HALF_EVEN
RESTS = frozenset({TimeInForce.GTC, TimeInForce.GTD, TimeInForce.DAY})
UNPRICED = frozenset({OrderType.LIMIT, OrderType.ICEBERG})  # need no mark to be decided


def check_fields(seen: Assessed) -> tuple[TradingFault, ...]:
    """invalid_order for each field that its type forbids or needs, or that contradicts another."""
    asked, rule = seen.asked, seen.rule
    faults: list[TradingFault] = []
    quoted = asked.type is OrderType.MARKET_QUOTE
    if not quoted and asked.qty <= ZERO:
        faults.append(InvalidOrder("qty", "must be above zero"))
    faults += misplaced(asked.type, asked.qty, asked.limit_price, asked.terms)
    if asked.limit_price is not None and asked.limit_price <= ZERO:
        faults.append(InvalidOrder("limit_price", "must be above zero"))
    faults += check_terms(seen)
    if seen.tif not in rule.times:
        faults.append(InvalidOrder("tif", "not for this type"))
    faults += check_expiry(seen)
    if asked.post_only and (rule.family is not Family.LIMIT or seen.tif not in RESTS):
        faults.append(InvalidOrder("post_only", "only for limit orders that rest"))
    hedging = seen.account.position_mode is PositionMode.HEDGING
    if hedging is (asked.terms.leg is None):
        faults.append(InvalidOrder("leg", "is for hedging, and needed there"))
    return (*faults, *check_client_id(asked.client_order_id, seen.account))


def check_client_id(client_id: str | None, account: Account) -> tuple[TradingFault, ...]:
    """invalid_order, then duplicate_client_order_id among the open orders."""
    if client_id is None:
        return ()
    faults: list[TradingFault] = []
    if CLIENT_ORDER_ID.fullmatch(client_id) is None:
        faults.append(InvalidOrder("client_order_id", "1 to 36 of A-Z, a-z, 0-9, _ and -"))
    if any(order.client_order_id == client_id for order in account.orders.values()):
        faults.append(DuplicateClientOrderId(client_id))
    return tuple(faults)


def check_terms(seen: Assessed) -> tuple[TradingFault, ...]:
    """invalid_order for each special field with a value that none can have."""
    terms, listed = seen.asked.terms, seen.instrument
    given = {name: getattr(terms, name) for name in POSITIVE}
    faults = [
        InvalidOrder(name, "must be above zero")
        for name, value in given.items()
        if value is not None and value <= ZERO
    ]
    for name in ("limit_offset", "offset"):
        value = getattr(terms, name)
        if value is not None and value < ZERO:
            faults.append(InvalidOrder(name, "must not be below zero"))
    share = trails(seen.asked.type) and trail_by(seen.asked.type, terms) is TrailBy.PERCENT
    trail = terms.trail
    least, most = seen.limits.least_percent, seen.limits.most_percent
    if share and trail is not None and not least <= trail <= most:
        bounds = f"{to_text(least)} to {to_text(most)}"
        faults.append(InvalidOrder("trail", f"must be from {bounds}"))
    shown = terms.display_qty
    if shown is not None and shown > ZERO and seen.asked.qty > ZERO:
        if shown < listed.min_qty or shown % listed.lot != ZERO:
            faults.append(InvalidOrder("display_qty", "must be whole lots, min_qty or more"))
        faults += faulty(iceberg_parts(seen.asked.qty, shown), "display_qty")
    return (*faults, *check_schedule(seen))


def faulty(result: Result[object, OrderFault], name: str) -> list[InvalidOrder]:
    """The fault of a formula as a fault of the field that it comes from, in its own words."""
    if not is_failure(result):
        return []
    fault = result.failure()
    return [InvalidOrder(name, fault.reason if isinstance(fault, InvalidOrder) else fault.code)]


def check_schedule(seen: Assessed) -> list[InvalidOrder]:
    """Whether a sliced order's schedule can be kept. Fields that are missing were said before."""
    asked, plan, lot = seen.asked, seen.asked.terms.schedule, seen.instrument.lot
    if plan is None or asked.qty <= ZERO or asked.qty % lot != ZERO:
        return []
    if plan.end is not None and plan.end.micros <= asked.at.micros:
        return [InvalidOrder("schedule.end", "is over")]
    if asked.type is OrderType.POV and plan.participation is not None:
        return faulty(volume_target(asked.qty, ZERO, plan.participation, lot), "schedule")
    if plan.start is None or plan.end is None:
        return []
    if asked.type is OrderType.TWAP and plan.slices is not None:
        parts = sliced_evenly(asked.qty, plan.slices, lot)
    elif asked.type is OrderType.VWAP and plan.weights is not None:
        parts = sliced_by(asked.qty, plan.weights, lot)
    else:
        return []
    if is_failure(parts):
        return faulty(parts, "schedule")
    return faulty(schedule(plan.start, plan.end, parts.unwrap()), "schedule")


def check_expiry(seen: Assessed) -> tuple[TradingFault, ...]:
    """invalid_order when expire_at and the time in force do not fit together."""
    asked = seen.asked
    given = asked.terms.expire_at
    if seen.rule.family is Family.SLICED:
        plan = asked.terms.schedule
        if given is not None:
            return (InvalidOrder("expire_at", "is the end of the schedule"),)
        given = None if plan is None else plan.end
        if given is None:
            return ()
    due = expires_at(seen.tif, asked.at, given, seen.instrument.session_close)
    return (due.failure(),) if is_failure(due) else ()


def check_filters(seen: Assessed) -> tuple[TradingFault, ...]:
    """price_off_tick, quantity_off_step, quantity_out_of_range, and the notional's range.

    A reducing order has no least notional, and one that closes a whole position (or was cut)
    no least quantity: what was bought can always be sold.
    """
    asked, listed = seen.asked, seen.instrument
    faults: list[TradingFault] = []
    named = (asked.limit_price, *(getattr(asked.terms, name) for name in PRICES))
    faults += [
        PriceOffTick(to_text(price), to_text(listed.tick))
        for price in named
        if price is not None and price % listed.tick != ZERO
    ]
    if asked.qty % listed.lot != ZERO:
        faults.append(QuantityOffStep(to_text(asked.qty), to_text(listed.lot)))
    counted, lowest = counted_qty(seen), lowest_qty(seen)
    if not lowest <= counted <= listed.max_qty:
        bounds = to_text(lowest), to_text(listed.max_qty)
        faults.append(QuantityOutOfRange(to_text(counted), *bounds))
    return (*faults, *check_notional(seen))


def counted_qty(seen: Assessed) -> Decimal:
    """The quantity that must lie in the instrument's range: what was asked, or bought for money."""
    return seen.qty if seen.asked.type is OrderType.MARKET_QUOTE else seen.asked.qty


def lowest_qty(seen: Assessed) -> Decimal:
    """The least quantity: one lot where the order closes a whole position, else the least order."""
    listed = seen.instrument
    whole = seen.qty > ZERO and seen.qty >= abs(held_qty(seen.account, seen.key))
    return listed.lot if seen.reducing and whole else listed.min_qty


def stated_notional(seen: Assessed) -> tuple[Decimal, Decimal] | None:
    """The value at the limit, or at the mark, as a fraction; None without a price above zero, by
    which an inverse contract's would be divided. Kernel."""
    limit = seen.asked.limit_price
    price = limit if limit is not None else None if seen.mark is None else seen.mark.price
    if price is None or (price <= ZERO and seen.contract.kind is ContractKind.INVERSE):
        return None
    return notional_of(seen.contract, seen.qty, price)


def highest_notional(seen: Assessed) -> Decimal:
    """The most that one order of this family may be worth."""
    limited = seen.rule.family is Family.LIMIT
    listed = seen.instrument
    return listed.max_limit_notional if limited else listed.max_market_notional


def check_notional(seen: Assessed) -> tuple[TradingFault, ...]:
    """below_min_notional (not for reducing), above_max_notional."""
    listed, stated = seen.instrument, stated_notional(seen)
    if stated is None:
        return ()
    value, under = stated
    highest = highest_notional(seen)
    faults: list[TradingFault] = []
    if value < listed.min_notional * under and not seen.reducing:
        faults.append(BelowMinNotional(shown(value, under), to_text(listed.min_notional)))
    if value > highest * under:
        faults.append(AboveMaxNotional(shown(value, under), to_text(highest)))
    return tuple(faults)


def shown(value: Decimal, under: Decimal) -> str:
    """A notional for people: exact, or to 8 decimals where it is a quotient."""
    return to_text(value) if under == 1 else to_text(rounded_quotient(value, under, EIGHT, EVEN))


def check_prices(seen: Assessed) -> tuple[TradingFault, ...]:
    """price_stale (what is decided by the mark, and any held symbol without one),
    price_out_of_range, trigger_would_fire."""
    asked, mark = seen.asked, seen.mark
    if asked.type not in UNPRICED:
        age = age_of(mark, asked.at)
        if age is None or age > seen.limits.price_age:
            return (PriceStale(asked.symbol, age),)
    unknown = None if seen.reducing else unmarked(seen.account.positions, seen.marks)
    if unknown is not None:
        return (PriceStale(unknown, None),)
    return (*check_band(seen), *check_trigger(seen))


def age_of(mark: Mark | None, at: Instant) -> int | None:
    """How old a mark is [µs]; None without one."""
    return None if mark is None else at.micros - mark.at.micros


def band_of(seen: Assessed) -> tuple[Decimal, Decimal] | None:
    """From where to where a limit may lie, around the mark or around its own stop; None without a
    mark or a limit. Kernel."""
    asked, mark = seen.asked, seen.mark
    if mark is None or asked.limit_price is None:
        return None
    centre = asked.terms.stop_price or mark.price
    band = seen.instrument.price_band
    return centre * (1 - band), centre * (1 + band)


def check_band(seen: Assessed) -> tuple[TradingFault, ...]:
    """price_out_of_range: a limit too far from the mark, of a stop from its own level."""
    asked, band, limit = seen.asked, band_of(seen), seen.asked.limit_price
    if band is None or limit is None:
        return ()
    least, greatest = band
    beyond = limit > greatest if asked.side is Side.BUY else limit < least
    if not beyond:
        return ()
    return (PriceOutOfRange(to_text(limit), to_text(least), to_text(greatest)),)


def check_trigger(seen: Assessed) -> tuple[TradingFault, ...]:
    """trigger_would_fire: the level stands where the market already is, equality too."""
    price, level = watched_price(seen), seen.level
    if price is None or level is None:
        return ()
    trigger = trigger_of(seen.asked.type, seen.asked.side, seen.asked.terms, level)
    return (TriggerWouldFire(level, price),) if fires(trigger, price) else ()


def watched_price(seen: Assessed) -> Decimal | None:
    """The price that a conditional order looks at; None of others, and where none is known."""
    asked, level = seen.asked, seen.level
    if seen.rule.trigger is None or level is None:
        return None
    mark = None if seen.mark is None else seen.mark.price
    trigger = trigger_of(asked.type, asked.side, asked.terms, level)
    return watched(trigger, prices_of(asked.facts, mark))


def check_flags(seen: Assessed) -> tuple[TradingFault, ...]:
    """post_only_would_cross, reduce_only_no_position."""
    asked = seen.asked
    faults: list[TradingFault] = []
    best = asked.facts.best_ask if asked.side is Side.BUY else asked.facts.best_bid
    limit = asked.limit_price
    waits = seen.rule.trigger is not None
    if asked.post_only and best is not None and limit is not None and not waits:
        crosses = sign_of(asked.side) * (limit - best) >= ZERO
        faults += [PostOnlyWouldCross(limit, best)] if crosses else []
    if seen.reduce_only and seen.qty == ZERO:
        faults.append(ReduceOnlyNoPosition(asked.symbol))
    return tuple(faults)
