"""Signs of spending out of hand, read from the log of purchases.

Comparisons are made without dividing, so nothing is rounded and no mean of nothing is taken.
Source: docs/formulas-ledger-payments.md#spending-factors.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from attrs import frozen
from returns.result import Result, Success

from astracore.errors.values import NumericLimit
from astracore.instants import DAY, Instant
from astracore.numeric import exact
from astracore.revenue.spending.rules import SPEND_RULES, FactorRules, SpendRules
from astracore.revenue.spending.state import Purchase
from astracore.revenue.spending.types import Factor

ZERO = Decimal(0)
WEEK = 7 * DAY
WEEKS_BEFORE = 8
THREE = 3
FIVE = 5


@frozen(kw_only=True)
class Standing:
    """The signs that a log shows, and how many times as long one has to think."""

    factors: tuple[Factor, ...]
    wait_times: int


@exact
def standing(
    log: Sequence[Purchase], now: Instant, rules: SpendRules = SPEND_RULES
) -> Result[Standing, NumericLimit]:
    """The factors that `log`, oldest first, shows at `now`.

    Errors: NumericLimit.
    """
    signs = {
        Factor.RISING: _rising(log, rules.factors),
        Factor.BURST: _burst(log, rules.factors),
        Factor.SPIKES: _spikes(log, rules.factors),
        Factor.SURGE: _surge(log, now, rules.factors),
    }
    found = tuple(factor for factor, shown in signs.items() if shown)
    times = rules.wait_times[: len(found) + 1] or (1,)
    return Success(Standing(factors=found, wait_times=times[-1]))


def _total(log: Sequence[Purchase]) -> Decimal:
    return sum((one.amount for one in log), ZERO)


# The last three cost more than twice what the three before did.
def _rising(log: Sequence[Purchase], rules: FactorRules) -> bool:
    if len(log) < 2 * THREE:
        return False
    return _total(log[-THREE:]) > rules.rising * _total(log[-2 * THREE : -THREE])


# More than 0.3 of the purchases were made within five minutes of another.
def _burst(log: Sequence[Purchase], rules: FactorRules) -> bool:
    times = sorted(one.at.micros for one in log)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    near = [gap <= rules.burst_within for gap in gaps]
    close = sum(
        before or behind for before, behind in zip([False, *near], [*near, False], strict=True)
    )
    return close > rules.burst_share * len(log)


# More than three purchases were above three times the mean of the five before them.
def _spikes(log: Sequence[Purchase], rules: FactorRules) -> bool:
    above = sum(
        FIVE * log[place].amount > rules.spike_times * _total(log[place - FIVE : place])
        for place in range(FIVE, len(log))
    )
    return above > rules.spikes


# Seven days cost more than ten times the weekly mean of the eight weeks before; none, no sign.
def _surge(log: Sequence[Purchase], now: Instant, rules: FactorRules) -> bool:
    edge = now.micros - WEEK
    lately = [one for one in log if one.at.micros > edge]
    start = edge - WEEKS_BEFORE * WEEK
    before = _total([one for one in log if start < one.at.micros <= edge])
    return before > 0 and WEEKS_BEFORE * _total(lately) > rules.surge_times * before
