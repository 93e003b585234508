"""The numbers of clans, and the two formulas that follow from them."""

from math import isqrt

from attrs import field, frozen

from astracore.instants import DAY, HOUR
from astracore.social.limits import LIMITS, SocialLimits


@frozen(kw_only=True)
class ClanRules:
    """Every number of clans; a changed one is a new value, not new code."""

    creator_level: int = 5
    name: tuple[int, int] = (3, 30)  # characters, least and most
    tag: tuple[int, int] = (2, 5)
    text_most: int = 500
    level_unit: int = 1000  # contribution per squared level
    size_first: int = 50
    size_step: int = 10
    size_most: int = 200
    recruit_for: int = 7 * DAY
    cooldown: int = 24 * HOUR
    xp_divisor: int = 10  # contribution is floor(XP / divisor)
    rating: int = 1000
    limits: SocialLimits = field(default=LIMITS)


CLANS = ClanRules()


def clan_level(contribution: int, rules: ClanRules = CLANS) -> int:
    """isqrt(contribution div unit) + 1.

    >>> clan_level(0), clan_level(999), clan_level(1000), clan_level(9000)
    (1, 1, 2, 4)
    """
    return isqrt(max(0, contribution) // rules.level_unit) + 1


def clan_size(level: int, rules: ClanRules = CLANS) -> int:
    """How many members a clan of this level has room for.

    >>> clan_size(1), clan_size(4), clan_size(99)
    (50, 80, 200)
    """
    return min(rules.size_most, rules.size_first + rules.size_step * (level - 1))


def contribution_of(xp: int, rules: ClanRules = CLANS) -> int:
    """What a member's XP adds to the clan.

    >>> contribution_of(109)
    10
    """
    return max(0, xp) // rules.xp_divisor
