"""What a deed is worth: base by the rule, times the multiplier, under the caps. Integers only.

Why a trade cannot be milked: the per-symbol part is paid once a day whatever the size, the growth
part is a concave function of the day's margin in total, a loss adds to nothing, and more leverage
means less margin for the same position.
"""

from decimal import Decimal
from fractions import Fraction
from math import isqrt

from returns.result import Failure, Result, Success

from astracore.errors.gamification import NegativeXp, ProgressFault, UnknownRule
from astracore.errors.values import NumericLimit
from astracore.gamification.commands import (
    DeedFacts,
    DepositFacts,
    PrizeFacts,
    RarityFacts,
    ScoreFacts,
    TradeFacts,
    XpFacts,
)
from astracore.gamification.rules import (
    ByCatalogue,
    ByRarity,
    ByStreak,
    CloseRules,
    Flat,
    Graded,
    PerSymbol,
    Scored,
    Share,
    SourceRule,
    XpRules,
)
from astracore.gamification.state import DayTally, TradeDay, earned, symbol_of, trades_of
from astracore.gamification.streaks import streak_multiplier
from astracore.numeric import EXACT

BOUND = Decimal("1E+40")


def is_bounded(facts: XpFacts) -> bool:
    """Are all amounts finite, below 10^40 and of at most 40 decimals, so that sums stay exact?"""
    match facts:
        case TradeFacts():
            amounts: tuple[Decimal, ...] = (
                *(facts.quantity, facts.entry, facts.exit, facts.notional),
                *(facts.fees, facts.net, facts.peak_margin),
                *(() if facts.risk_fraction is None else (facts.risk_fraction,)),
            )
        case ScoreFacts(score=amount) | DepositFacts(amount=amount):
            amounts = (amount,)
        case _:
            amounts = ()
    return all(amount.is_finite() and fits(amount) for amount in amounts)


def fits(amount: Decimal) -> bool:
    """A finite amount below the bound with few enough decimals."""
    exponent = amount.as_tuple().exponent
    return amount.copy_abs() < BOUND and isinstance(exponent, int) and exponent >= -40


def qualifies(close: TradeFacts, rules: CloseRules) -> bool:
    """Does a closed position count for XP and for the streak?

    Fees were paid, it was held long enough, it was not tiny, its sides are strangers, and it is
    no wash. Invariant: never true for a wash.
    """
    return (
        close.fees > 0
        and close.closed_at.micros - close.opened_at.micros >= rules.held_least
        and close.notional >= rules.notional_least
        and not close.linked
        and not is_wash(close, rules)
    )


def is_wash(close: TradeFacts, rules: CloseRules) -> bool:
    """|exit − entry| / entry < 2 × fee rate, within five minutes: a move that fees alone explain.

    The fee rate is fees / (quantity × (entry + exit)); cross-multiplied, in exact fractions.
    """
    if close.closed_at.micros - close.opened_at.micros >= rules.wash_within:
        return False
    entry, leave = Fraction(close.entry), Fraction(close.exit)
    turnover = Fraction(close.quantity) * (entry + leave)
    return abs(leave - entry) * turnover < rules.wash_fee_multiple * Fraction(close.fees) * entry


def base_xp(
    rule: SourceRule, tally: DayTally, facts: XpFacts
) -> Result[int, ProgressFault | NumericLimit]:
    """What the deed is worth before multipliers and caps [XP].

    Errors: UnknownRule (the facts are not what the source needs), NegativeXp, NumericLimit.
    """
    if not is_bounded(facts):
        return Failure(NumericLimit("facts"))
    unknown = Failure(UnknownRule(rule.source.value))
    match rule.worth, facts:
        case Flat(xp), DeedFacts():
            return Success(xp)
        case PerSymbol() as worth, TradeFacts():
            return Success(trade_xp(worth, trades_of(tally, rule.source), facts))
        case Graded(xp=xp, least=least), ScoreFacts(score=score):
            return Success(xp if score >= least else 0)
        case Scored() as worth, ScoreFacts(score=score):
            return Success(worth.xp + max(0, min(worth.most, floor(score) // worth.divisor)))
        case Share(rate), DepositFacts(amount=amount):
            return Success(max(0, floor(EXACT.multiply(rate, amount))))
        case ByRarity(table), RarityFacts(rarity=rarity):
            found = dict(table).get(rarity)
            return unknown if found is None else Success(found)
        case ByCatalogue() | ByStreak(), PrizeFacts(xp=xp):
            return Success(xp) if xp >= 0 else Failure(NegativeXp(xp))
        case _:
            return unknown


def trade_xp(worth: PerSymbol, trades: TradeDay, close: TradeFacts) -> int:
    """What one more qualifying close is worth on a day with these closes [XP].

    Invariant: over a day it telescopes, so the sum depends on the symbols, on whose net was ever
    above 0, and on the total margin; a loss adds 0 to what its first close pays.
    """
    seen = symbol_of(trades, close.symbol)
    places = [day.symbol for day in trades.symbols[: worth.symbols]]
    counted = close.symbol in places or (seen is None and len(places) < worth.symbols)
    net = close.net if seen is None else EXACT.add(seen.net, close.net)
    profits = net > 0 and not (seen is not None and seen.profited)
    paid = (worth.first if seen is None else 0) + (worth.profit if profits else 0)
    after = EXACT.add(trades.margin, max(Decimal(0), close.peak_margin))
    return (paid if counted else 0) + growth(worth, after) - growth(worth, trades.margin)


def growth(worth: PerSymbol, margin: Decimal) -> int:
    """growth × isqrt(floor(margin / unit)) [XP]; 0 where the source has no growth."""
    return worth.growth * isqrt(floor(margin) // worth.growth_unit)


def floor(amount: Decimal) -> int:
    """The largest integer not above `amount`, exact at any size and in any decimal context."""
    numerator, denominator = amount.as_integer_ratio()
    return numerator // denominator


def multiplier(rule: SourceRule, rules: XpRules, days: int, league: Decimal) -> Decimal:
    """min(most, streak multiplier × league multiplier) where the source admits it, else 1 [1]."""
    if not rule.multiplied:
        return Decimal(1)
    product = EXACT.multiply(streak_multiplier(days, rules.streak), league)
    return min(rules.multiplier_most, product)


def raw_xp(base: int, factor: Decimal) -> int:
    """floor(base × factor) [XP].

    >>> raw_xp(105, Decimal("1.65")), raw_xp(35, Decimal("1.65"))
    (173, 57)
    """
    numerator, denominator = factor.as_integer_ratio()
    return base * numerator // denominator


def granted(rule: SourceRule, rules: XpRules, tally: DayTally, raw: int) -> int:
    """What the source's cap, then the day's cap over all capped sources, leave of `raw` [XP].

    Invariant: 0 <= granted <= raw; no cap is ever exceeded.
    """
    if rule.cap is None:
        return raw
    left = dict(rules.caps)[rule.cap] - sum(
        earned(tally, other.source) for other in rules.sources if other.cap == rule.cap
    )
    left_daily = rules.daily - sum(
        earned(tally, other.source) for other in rules.sources if other.cap is not None
    )
    return max(0, min(raw, left, left_daily))
