"""How far a post has spread, and how much of that is news."""

from decimal import Decimal

from attrs import frozen

from astracore.numeric import CARRIED, EXACT, even
from astracore.social.content.rules import CONTENT, ContentKind, ContentRules, kind_weight

MOST = 10**30  # a score beyond it is not told apart from it


@frozen(kw_only=True)
class Spread:
    """Distinct actors of each kind of reaction."""

    shares: int = 0
    likes: int = 0
    comments: int = 0
    reshares: int = 0


def viral_score(spread: Spread, kind: ContentKind, rules: ContentRules = CONTENT) -> int:
    """floor((10 shares + 2 likes + 5 comments + 15 reshares) × kind), counts below 0 as 0.

    Source: docs/formulas-social.md#viral-score.  Invariant: rises with every count.
    >>> viral_score(Spread(shares=12, likes=40, comments=8, reshares=3), ContentKind.MEME)
    427
    """
    points = (
        rules.share * max(0, spread.shares)
        + rules.like * max(0, spread.likes)
        + rules.comment * max(0, spread.comments)
        + rules.reshare * max(0, spread.reshares)
    )
    weight = kind_weight(kind, rules)
    return points * weight.numerator // weight.denominator


def viral_name(score: int, rules: ContentRules = CONTENT) -> str | None:
    """The name of a score, from rising on.

    >>> [viral_name(one) for one in (1000, 999, 100, 25, 24)]
    ['star', 'hit', 'popular', 'rising', None]
    """
    return next((name for least, name in rules.names if score >= least), None)


def trending_score(score: int, age: int, rules: ContentRules = CONTENT) -> Decimal:
    """score/(1 + age/day)^1.5 to 4 decimals half to even; 0 from seven days on. `age` [µs].

    Source: docs/formulas-social.md#trending.  Invariant: never rises with age.
    >>> trending_score(427, 86_400_000_000), trending_score(427, 7 * 86_400_000_000)
    (Decimal('150.9673'), Decimal('0.0000'))
    """
    if age >= rules.trends_for:
        return EXACT.scaleb(0, -4)
    base = CARRIED.add(1, CARRIED.divide(Decimal(max(0, age)), Decimal(rules.trend_unit)))
    divisor = CARRIED.multiply(base, CARRIED.sqrt(base))
    return even(CARRIED.divide(Decimal(max(0, min(MOST, score))), divisor), 4)
