"""The numbers of posts."""

from enum import StrEnum
from fractions import Fraction

from attrs import field, frozen

from astracore.instants import DAY
from astracore.social.limits import LIMITS, SocialLimits


class ContentKind(StrEnum):
    """What is posted."""

    MEME = "meme"
    ACHIEVEMENT = "achievement"
    TRADE_CARD = "trade_card"
    BATTLE_CARD = "battle_card"
    INSIGHT = "insight"
    LESSON = "lesson"


CARDS = frozenset({ContentKind.ACHIEVEMENT, ContentKind.TRADE_CARD, ContentKind.BATTLE_CARD})


@frozen(kw_only=True)
class KindWeight:
    """How far a kind spreads."""

    kind: ContentKind
    weight: Fraction


WEIGHTS = (
    KindWeight(kind=ContentKind.MEME, weight=Fraction(3, 2)),
    KindWeight(kind=ContentKind.ACHIEVEMENT, weight=Fraction(6, 5)),
    KindWeight(kind=ContentKind.TRADE_CARD, weight=Fraction(1)),
    KindWeight(kind=ContentKind.BATTLE_CARD, weight=Fraction(2)),
    KindWeight(kind=ContentKind.INSIGHT, weight=Fraction(1)),
    KindWeight(kind=ContentKind.LESSON, weight=Fraction(13, 10)),
)


@frozen(kw_only=True)
class ContentRules:
    """Every number of posts; a changed one is a new value, not new code."""

    caption_most: int = 280
    comment_most: int = 280
    share: int = 10
    like: int = 2
    comment: int = 5
    reshare: int = 15
    weights: tuple[KindWeight, ...] = WEIGHTS
    names: tuple[tuple[int, str], ...] = (
        (1000, "star"),
        (500, "hit"),
        (100, "popular"),
        (25, "rising"),
    )
    trends_for: int = 7 * DAY
    trend_unit: int = DAY
    in_a_row: int = 3
    limits: SocialLimits = field(default=LIMITS)


CONTENT = ContentRules()


def kind_weight(kind: ContentKind, rules: ContentRules = CONTENT) -> Fraction:
    """The weight of a kind; 1 where the rules name none."""
    found = (one.weight for one in rules.weights if one.kind is kind)
    return next(found, Fraction(1))
