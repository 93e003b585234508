"""What a trader does on a day, drawn from a hash of (seed, trader, day): the same everywhere."""

import hashlib

from attrs import frozen

from astracore.gamification.economy.characters import Habits, Trick
from astracore.gamification.measures import Measure
from astracore.gamification.sources import Regime

REGIMES = tuple(Regime)
TRIED = (  # what a day may bring besides
    *(Measure.CLANS, Measure.BATTLES_WON, Measure.BACKTESTS, Measure.TOKENS, Measure.BOT_DAYS),
    *(Measure.ENDORSERS, Measure.INSIGHTS, Measure.TOKEN_CLASSES, Measure.TOP_TEN),
    *(Measure.STRATEGY_LAB, Measure.RECOVERIES, Measure.OWNED_CLAN),
)


@frozen(kw_only=True)
class Trade:
    """One closed live trade; amounts in whole USD."""

    symbol: int
    net: int
    margin: int
    had_stop: bool
    small: bool
    regime: Regime


@frozen(kw_only=True)
class Plan:
    """One active day: a check-in, then these."""

    trades: tuple[Trade, ...]
    trick: Trick
    lesson: bool
    shares: int
    raised: tuple[Measure, ...]  # figures of other domains that are one higher


class _Dice:
    """Numbers below bounds of up to 2^18, out of hashes: eight of each, as digits of one number."""

    def __init__(self, *facts: int) -> None:
        self._key = ",".join(map(str, facts)).encode()
        self._drawn = 0
        self._value = 0

    def below(self, bound: int) -> int:
        """A number of 0 … bound − 1; what the division favours is below 2^-100."""
        if self._drawn % 8 == 0:
            digest = hashlib.sha256(self._key + self._drawn.to_bytes(8)).digest()
            self._value = int.from_bytes(digest)
        self._drawn += 1
        self._value, found = divmod(self._value, max(1, bound))
        return found


def plan_of(habits: Habits, seed: int, trader: int, day: int) -> Plan | None:
    """The day of a trader; None when they stay away.

    Whether they come, learn, share and compete is drawn apart from what they trade, and by
    number, not by character: the tenth washer comes on the very days of the tenth casual.
    """
    life = _Dice(seed, trader, day)
    if life.below(1000) >= habits.attendance:
        return None
    lesson = life.below(1000) < habits.lessons
    shares = life.below(habits.shares + 1)
    raised = [Measure.TOURNAMENTS] if life.below(1000) < habits.tournaments else []
    if life.below(1000) < habits.care:
        raised += [Measure.CALM_DAYS, Measure.LIMIT_DAYS]
    if life.below(1000) < habits.tries:
        raised.append(TRIED[life.below(len(TRIED))])
    desk = _Dice(seed, trader, day, 1)
    count = desk.below(habits.trades + 1)
    return Plan(
        trades=tuple(_trade(habits, desk) for _ in range(count)),
        trick=habits.trick,
        lesson=lesson,
        shares=shares,
        raised=tuple(raised),
    )


def _trade(habits: Habits, dice: _Dice) -> Trade:
    """One trade by the habits."""
    won = dice.below(1000) < habits.wins
    margin = 20 + dice.below(habits.margin)
    size = 1 + dice.below(1 + margin // 20)
    return Trade(
        symbol=dice.below(habits.symbols),
        net=size if won else -size,
        margin=margin,
        had_stop=dice.below(1000) < habits.stops,
        small=dice.below(1000) < habits.small,
        regime=REGIMES[dice.below(3)],
    )
