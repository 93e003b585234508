"""What the checks of an order's consequences saw: sizes, exposures, funds, losses, counts.

Kernels: call them inside an exact context.
"""

from decimal import Decimal

from astracore.errors.risk import DailyLossLimit, DrawdownLimit, ExposureLimit
from astracore.errors.trading import (
    CoolingOff,
    DailyTradeLimit,
    InsufficientMargin,
    LeverageAboveBracket,
    OrderTooLarge,
    PositionLimit,
    TooManyOrders,
)
from astracore.trading.checks.assessing import Assessed
from astracore.trading.checks.limit_checks import (
    Loss,
    exposures,
    highest_leverage,
    highest_position,
    largest_opening,
    losses,
    most_open,
    needed_funds,
    openings_today,
    tier_of,
    value_at,
    worst_qty,
    worst_value,
)
from astracore.trading.pnl import available_at, unmarked
from astracore.trading.why.readings import Bound, Reading, Rule, measured, skipped
from astracore.trading.why.words import REDUCES

UNPRICED = "no price"
UNMARKED = "a held symbol has no mark"
UNKNOWN = "no limit, or nothing to measure it by"
EXPOSURES = ("position", "gross", "net", "leverage")
AT_MOST, BELOW = Bound.AT_MOST, Bound.BELOW


def why_not(seen: Assessed) -> str | None:
    """Why an order is not put to the limits at all."""
    if seen.reducing:
        return REDUCES
    return UNPRICED if seen.reference is None else None


def size_readings(seen: Assessed) -> tuple[Reading, ...]:
    """The worst position, what this order opens, and the exposures of the risk profile."""
    position = Rule(code=PositionLimit.code, what="position value", bound=AT_MOST)
    opening = Rule(code=OrderTooLarge.code, what="opening value", bound=AT_MOST)
    note = why_not(seen)
    if note is not None:
        rules = (position, opening)
        first = tuple(skipped(rule.code, rule.what, note) for rule in rules)
        return (*first, *(skipped(ExposureLimit.code, name, note) for name in EXPOSURES))
    after = worst_value(seen)
    found = measured(position, after, highest_position(seen))
    if unmarked(seen.account.positions, seen.marks) is not None:
        return (
            found,
            skipped(opening.code, opening.what, UNMARKED),
            *(skipped(ExposureLimit.code, name, UNMARKED) for name in EXPOSURES),
        )
    opens = measured(opening, value_at(seen, seen.opens), largest_opening(seen))
    return (found, opens, *exposure_readings(seen, after))


def exposure_readings(seen: Assessed, after: Decimal) -> tuple[Reading, ...]:
    """Each exposure beside the most that the risk profile allows."""
    found = exposures(seen, after)
    if not found:
        return tuple(skipped(ExposureLimit.code, name, UNKNOWN) for name in EXPOSURES)
    return tuple(
        measured(Rule(code=ExposureLimit.code, what=name, bound=AT_MOST), used, allowed)
        for name, used, allowed in found
    )


def leverage_readings(seen: Assessed) -> tuple[Reading, ...]:
    """The leverage beside what bracket, level and tier allow at the notional after a full fill."""
    rule = Rule(code=LeverageAboveBracket.code, what="leverage", bound=AT_MOST)
    note = why_not(seen)
    if note is not None:
        return (skipped(rule.code, rule.what, note),)
    after, facts = value_at(seen, abs(worst_qty(seen))), seen.asked.facts
    cap = highest_leverage(seen.instrument, after, facts.level, tier_of(facts))
    return (measured(rule, Decimal(seen.leverage), Decimal(cap)),)


def fund_readings(seen: Assessed) -> tuple[Reading, ...]:
    """What the order locks beside what is available."""
    rule = Rule(code=InsufficientMargin.code, what="needed", bound=AT_MOST)
    if seen.reducing:
        return (skipped(rule.code, rule.what, REDUCES),)
    return (measured(rule, needed_funds(seen), available_at(seen.account, seen.marks)),)


def loss_readings(seen: Assessed) -> tuple[Reading, ...]:
    """The day's loss and the fall from the peak beside what stops opening."""
    rules = (
        Rule(code=DailyLossLimit.code, what="lost today", bound=BELOW),
        Rule(code=DrawdownLimit.code, what="below the peak", bound=BELOW),
    )
    if seen.reducing:
        return tuple(skipped(rule.code, rule.what, REDUCES) for rule in rules)
    return tuple(loss_reading(rule, loss) for rule, loss in zip(rules, losses(seen), strict=True))


def loss_reading(rule: Rule, loss: Loss | None) -> Reading:
    """One loss, where it is limited and known."""
    if loss is None:
        return skipped(rule.code, rule.what, UNKNOWN)
    return measured(rule, loss.used, loss.limit)


def count_readings(seen: Assessed) -> tuple[Reading, ...]:
    """Open orders, orders of the last minute, opening orders of the last day."""
    rules = (
        Rule(code=TooManyOrders.code, what="open orders", bound=BELOW),
        Rule(code=TooManyOrders.code, what="orders within 60 s", bound=BELOW),
        Rule(code=DailyTradeLimit.code, what="opening orders within 24 h", bound=BELOW),
    )
    if seen.reducing:
        return tuple(skipped(rule.code, rule.what, REDUCES) for rule in rules)
    facts = seen.asked.facts
    rate = None if facts.risk is None else facts.risk.order_rate
    sent = 0 if facts.risk is None else facts.risk.orders_sent
    opened = measured(rules[0], Decimal(len(seen.account.orders)), Decimal(most_open(seen)))
    return (
        opened,
        measured(rules[1], Decimal(sent), None if rate is None else Decimal(rate)),
        measured(rules[2], Decimal(openings_today(seen)), whole(facts.daily_limit)),
    )


def whole(limit: int | None) -> Decimal | None:
    """A count as a figure."""
    return None if limit is None else Decimal(limit)


def pause_readings(seen: Assessed) -> tuple[Reading, ...]:
    """Whether a pause from trading runs: `now` and its end in µs of UTC."""
    rule = Rule(code=CoolingOff.code, what="now", bound=Bound.AT_LEAST)
    risk = seen.asked.facts.risk
    until = None if risk is None else risk.cooling_until
    if seen.reducing or until is None:
        return (skipped(rule.code, rule.what, REDUCES if seen.reducing else "no pause"),)
    return (measured(rule, Decimal(seen.asked.at.micros), Decimal(until.micros)),)
