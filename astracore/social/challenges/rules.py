"""The templates of challenges."""

from enum import StrEnum
from fractions import Fraction

from attrs import frozen

from astracore.instants import DAY


class TemplateName(StrEnum):
    """What is to be done."""

    DAILY_TRADES = "daily_trades"
    WEEKLY_RETURN = "weekly_return"
    STREAK = "streak"
    XP_RACE = "xp_race"
    ACCURACY = "accuracy"


class ChallengeKind(StrEnum):
    """Alone, against one friend, or open to many."""

    SOLO = "solo"
    DUEL = "duel"
    OPEN = "open"


@frozen(kw_only=True)
class Template:
    """Reach `target` within `days`, with at least `closes` qualifying closes; worth `xp`."""

    name: TemplateName
    target: Fraction
    days: int
    xp: int
    closes: int = 0


TEMPLATES = (
    Template(name=TemplateName.DAILY_TRADES, target=Fraction(5), days=1, xp=50),
    Template(name=TemplateName.WEEKLY_RETURN, target=Fraction(5, 100), days=7, xp=150),
    Template(name=TemplateName.STREAK, target=Fraction(7), days=14, xp=150),
    Template(name=TemplateName.XP_RACE, target=Fraction(1000), days=30, xp=200),
    Template(name=TemplateName.ACCURACY, target=Fraction(7, 10), days=7, xp=200, closes=10),
)


@frozen(kw_only=True)
class ChallengeRules:
    """Every number of challenges; a changed one is a new value, not new code."""

    templates: tuple[Template, ...] = TEMPLATES
    open_most: int = 50
    pending_for: int = 7 * DAY  # how long a challenge waits for somebody to join


CHALLENGES = ChallengeRules()


def template_of(name: TemplateName, rules: ChallengeRules = CHALLENGES) -> Template | None:
    """The template of this name, if the rules have one."""
    return next((one for one in rules.templates if one.name is name), None)
