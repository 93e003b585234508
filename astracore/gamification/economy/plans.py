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
    """Numbers below a bound, from a stream of hashes."""

    def __init__(self, *facts: int) -> None:
        self._key = ",".join(map(str, facts)).encode()
        self._pool = b""
        self._block = 0

    def below(self, bound: int) -> int:
        """A number of 0 … bound − 1; the bias of the modulus is below a thousandth."""
        if len(self._pool) < 4:
            block = self._block.to_bytes(4)
            self._pool += hashlib.sha256(self._key + block).digest()
            self._block += 1
        drawn, self._pool = self._pool[:4], self._pool[4:]
        return int.from_bytes(drawn) % max(1, bound)


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
