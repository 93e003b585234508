"""What a member does that battles and challenges count: facts of the past, brought by policies."""

from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from attrs import frozen

from astracore.numeric import EXACT


class PlayMode(StrEnum):
    """Practice and live are counted apart."""

    PRACTICE = "practice"
    LIVE = "live"


@frozen(kw_only=True)
class CloseFeat:
    """A qualifying close: its net result [account currency]."""

    net: Decimal
    mode: PlayMode


@frozen
class XpFeat:
    """XP gained."""

    xp: int


@frozen
class DayFeat:
    """A day that the streak counted."""

    day: int


Feat: TypeAlias = CloseFeat | XpFeat | DayFeat


@frozen(kw_only=True)
class Tally:
    """What counts of one member: `net` of qualifying closes [currency], `wins` among `closes`."""

    closes: int = 0
    wins: int = 0
    net: Decimal = Decimal(0)
    xp: int = 0


NOTHING = Tally()


def tallied(tally: Tally, more: Tally) -> Tally:
    """Both together."""
    return Tally(
        closes=tally.closes + more.closes,
        wins=tally.wins + more.wins,
        net=EXACT.add(tally.net, more.net),
        xp=tally.xp + more.xp,
    )


def tally_of(feat: Feat, mode: PlayMode) -> Tally:
    """What one feat adds; a close of the other mode adds nothing.

    >>> tally_of(CloseFeat(net=Decimal(-1), mode=PlayMode.LIVE), PlayMode.LIVE).closes
    1
    """
    if isinstance(feat, XpFeat):
        return Tally(xp=feat.xp)
    if isinstance(feat, CloseFeat) and feat.mode is mode:
        return Tally(closes=1, wins=int(feat.net > 0), net=feat.net)
    return NOTHING
