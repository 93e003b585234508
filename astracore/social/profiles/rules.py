"""The numbers of reputation."""

from decimal import Decimal

from attrs import field, frozen

from astracore.instants import DAY
from astracore.social.limits import LIMITS, SocialLimits


@frozen(kw_only=True)
class ReputationRules:
    """Every number of reputation; a changed one is a new value, not new code."""

    middle: int = 50  # the rating of somebody without endorsements, and its reach to both sides
    prior: int = 10  # weight that stands against the first endorsements
    weights: tuple[Decimal, ...] = (
        Decimal(1),
        Decimal("1.25"),
        Decimal("1.5"),
        Decimal(2),
    )  # by trader tier, 1 to 4
    halves_each: int = 365 * DAY
    halvings_most: int = 15  # older ones weigh nothing, so that every sum is exact
    giver_level: int = 3
    giver_age: int = 7 * DAY
    change_after: int = DAY
    follows_most: int = 5000
    verified_vote: int = 2
    names: tuple[tuple[int, str], ...] = (
        (90, "legendary"),
        (75, "renowned"),
        (50, "respected"),
        (25, "emerging"),
        (0, "newcomer"),
    )
    influence_names: tuple[tuple[int, str], ...] = (
        (1000, "icon"),
        (500, "leader"),
        (200, "guide"),
        (50, "voice"),
    )
    limits: SocialLimits = field(default=LIMITS)


REPUTATION = ReputationRules()
