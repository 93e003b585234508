"""What the checks of an order's own words saw: account, instrument, fields, steps, range.

Kernels all: they look at an assessed order inside an exact context.
"""

from astracore.errors.market import (
    AboveMaxNotional,
    BelowMinNotional,
    PriceOffTick,
    QuantityOffStep,
    QuantityOutOfRange,
)
from astracore.errors.risk import KillSwitchActive
from astracore.errors.trading import (
    AccountClosed,
    AccountFrozen,
    DuplicateClientOrderId,
    InstrumentUnavailable,
    InvalidOrder,
    LiveNotAllowed,
)
from astracore.numeric import rounded_quotient
from astracore.trading.checks.assessing import Assessed
from astracore.trading.checks.field_checks import (
    EIGHT,
    EVEN,
    check_fields,
    counted_qty,
    highest_notional,
    lowest_qty,
    stated_notional,
)
from astracore.trading.checks.pretrade import check_instrument, missing_standing
from astracore.trading.orders.terms import PRICES
from astracore.trading.types import AccountMode, AccountStatus, TradingState
from astracore.trading.why.readings import (
    Bound,
    Reading,
    Rule,
    judged_exactly,
    measured,
    skipped,
    stated,
)

REDUCES = "orders that reduce pass"


def account_readings(seen: Assessed) -> tuple[Reading, ...]:
    """Whether the account, the switches and, for real money, the user allow orders."""
    status, risk = seen.account.status, seen.asked.facts.risk
    state = TradingState.ACTIVE if risk is None else risk.state
    found = [
        stated(AccountClosed.code, "status", status.value, good=status is not AccountStatus.CLOSED),
        stated(
            AccountFrozen.code,
            "status",
            status.value,
            good=status is not AccountStatus.FROZEN or seen.reducing,
        ),
        stated(
            KillSwitchActive.code,
            "trading state",
            state.value,
            good=state is TradingState.ACTIVE or seen.reducing,
        ),
    ]
    if seen.account.mode is AccountMode.LIVE:
        missing = missing_standing(seen.asked.facts.live)
        note = missing[0].reason if missing else "allowed"
        found.append(stated(LiveNotAllowed.code, "live trading", note, good=not missing))
    return tuple(found)


def instrument_readings(seen: Assessed) -> tuple[Reading, ...]:
    """Whether the instrument can be traded by this account."""
    faults = check_instrument(seen)
    note = next((fault.status for fault in faults if isinstance(fault, InstrumentUnavailable)), "")
    shown = note or seen.instrument.status.value
    return (stated(InstrumentUnavailable.code, "instrument", shown, good=not faults),)


def field_readings(seen: Assessed) -> tuple[Reading, ...]:
    """Each field that its type forbids or needs; one reading when all are right."""
    faults = check_fields(seen)
    wrong = [
        stated(InvalidOrder.code, fault.field, fault.reason, good=False)
        for fault in faults
        if isinstance(fault, InvalidOrder)
    ]
    twice = any(isinstance(fault, DuplicateClientOrderId) for fault in faults)
    name = seen.asked.client_order_id
    found = wrong or [stated(InvalidOrder.code, "fields", seen.asked.type.value, good=True)]
    if name is None:
        return tuple(found)
    note = "open already" if twice else "not open"
    return (*found, stated(DuplicateClientOrderId.code, "client_order_id", note, good=not twice))


def filter_readings(seen: Assessed) -> tuple[Reading, ...]:
    """Ticks, lots, and the range of quantity and notional."""
    asked, listed = seen.asked, seen.instrument
    named = {"limit_price": asked.limit_price}
    named |= {name: getattr(asked.terms, name) for name in PRICES}
    ticks = tuple(
        measured(
            Rule(code=PriceOffTick.code, what=name, bound=Bound.MULTIPLE_OF), price, listed.tick
        )
        for name, price in named.items()
        if price is not None
    )
    step = Rule(code=QuantityOffStep.code, what="qty", bound=Bound.MULTIPLE_OF)
    counted = counted_qty(seen)
    least = Rule(code=QuantityOutOfRange.code, what="qty", bound=Bound.AT_LEAST)
    most = Rule(code=QuantityOutOfRange.code, what="qty", bound=Bound.AT_MOST)
    return (
        *ticks,
        measured(step, asked.qty, listed.lot),
        measured(least, counted, lowest_qty(seen)),
        measured(most, counted, listed.max_qty),
        *notional_readings(seen),
    )


def notional_readings(seen: Assessed) -> tuple[Reading, ...]:
    """The order's value beside the least and the most; a reducing order has no least.

    A quotient is compared exactly and shown with 8 decimals.
    """
    found = stated_notional(seen)
    codes = (BelowMinNotional.code, AboveMaxNotional.code)
    if found is None:
        return tuple(skipped(code, "notional", "no price") for code in codes)
    value, under = found
    shown = value if under == 1 else rounded_quotient(value, under, EIGHT, EVEN)
    least, most = seen.instrument.min_notional, highest_notional(seen)
    low = measured(Rule(code=codes[0], what="notional", bound=Bound.AT_LEAST), shown, least)
    high = measured(Rule(code=codes[1], what="notional", bound=Bound.AT_MOST), shown, most)
    if seen.reducing:
        low = skipped(codes[0], "notional", REDUCES)
    else:
        low = judged_exactly(low, good=value >= least * under)
    return (low, judged_exactly(high, good=value <= most * under))
