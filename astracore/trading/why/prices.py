"""What the checks of prices and flags saw. Kernels: call them inside an exact context."""

from decimal import Decimal

from astracore.errors.levels import TriggerWouldFire
from astracore.errors.market import PriceOutOfRange
from astracore.errors.trading import PostOnlyWouldCross, PriceStale, ReduceOnlyNoPosition
from astracore.numeric import to_text
from astracore.trading.checks.assessing import Assessed
from astracore.trading.checks.field_checks import UNPRICED, age_of, band_of, watched_price
from astracore.trading.orders.triggers import TriggerSide
from astracore.trading.pnl import unmarked
from astracore.trading.types import ZERO, Side
from astracore.trading.why.readings import (
    Bound,
    Reading,
    Rule,
    Verdict,
    measured,
    skipped,
    stated,
)


def price_readings(seen: Assessed) -> tuple[Reading, ...]:
    """The mark's age, the collar around it, and whether a level would fire at once.

    What cannot be priced is judged no further.
    """
    fresh = age_readings(seen)
    if any(one.verdict is Verdict.REFUSED for one in fresh):
        rest = ((PriceOutOfRange.code, "limit_price"), (TriggerWouldFire.code, "price"))
        return (*fresh, *(skipped(code, what, "no usable mark") for code, what in rest))
    return (*fresh, *band_readings(seen), trigger_reading(seen))


def age_readings(seen: Assessed) -> tuple[Reading, ...]:
    """How old the mark is, and whether everything held has one."""
    rule = Rule(code=PriceStale.code, what="age", bound=Bound.AT_MOST)
    age = age_of(seen.mark, seen.asked.at)
    if seen.asked.type in UNPRICED:
        own = skipped(rule.code, rule.what, "needs no mark")
    elif age is None:
        own = stated(rule.code, rule.what, "no mark", good=False)
    else:
        own = measured(rule, Decimal(age), Decimal(seen.limits.price_age))
    if own.verdict is Verdict.REFUSED or seen.reducing:
        return (own,)
    unknown = unmarked(seen.account.positions, seen.marks)
    note = "all have one" if unknown is None else f"{unknown} has none"
    return (own, stated(rule.code, "marks of held symbols", note, good=unknown is None))


def band_readings(seen: Assessed) -> tuple[Reading, ...]:
    """A buy's limit is not above the collar, a sell's not below it."""
    band, limit = band_of(seen), seen.asked.limit_price
    if band is None or limit is None:
        return (skipped(PriceOutOfRange.code, "limit_price", "no limit, or no mark"),)
    buys = seen.asked.side is Side.BUY
    bound = Bound.AT_MOST if buys else Bound.AT_LEAST
    rule = Rule(code=PriceOutOfRange.code, what="limit_price", bound=bound)
    return (measured(rule, limit, band[1] if buys else band[0]),)


def trigger_reading(seen: Assessed) -> Reading:
    """The market has not yet come to the level: a stop buy's price is below it, and so on."""
    price, level, kind = watched_price(seen), seen.level, seen.rule.trigger
    if price is None or level is None:
        return skipped(TriggerWouldFire.code, "price", "waits for no level, or none is known")
    rises = (kind is TriggerSide.STOP) is (seen.asked.side is Side.BUY)
    bound = Bound.BELOW if rises else Bound.ABOVE
    return measured(Rule(code=TriggerWouldFire.code, what="price", bound=bound), price, level)


def flag_readings(seen: Assessed) -> tuple[Reading, ...]:
    """A post-only order takes nothing; a reduce-only one has something to reduce."""
    asked, crossing = seen.asked, PostOnlyWouldCross.code
    buys = asked.side is Side.BUY
    best = asked.facts.best_ask if buys else asked.facts.best_bid
    limit = asked.limit_price
    if not asked.post_only or best is None or limit is None or seen.rule.trigger is not None:
        posted = skipped(crossing, "limit_price", "not post-only, or nobody to meet")
    else:
        bound = Bound.BELOW if buys else Bound.ABOVE
        posted = measured(Rule(code=crossing, what="limit_price", bound=bound), limit, best)
    code = ReduceOnlyNoPosition.code
    if not seen.reduce_only:
        return (posted, skipped(code, "qty", "not reduce-only"))
    return (posted, stated(code, "qty", to_text(seen.qty), good=seen.qty != ZERO))
