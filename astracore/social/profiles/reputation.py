"""Reputation: a rating between 0 and 100 from weighted endorsements, and influence."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import isqrt

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.money import NegativeAmount
from astracore.errors.values import NumericLimit
from astracore.instants import Instant
from astracore.numeric import (
    EXACT,
    Rounding,
    exact,
    from_fraction,
    rounded_ratio,
    to_fraction,
    to_text,
)
from astracore.social.profiles.rules import REPUTATION, ReputationRules

CENTS = 100


@frozen(kw_only=True)
class Opinion:
    """What one giver says: the trader tier at that time, and whether it is mutual."""

    positive: bool
    tier: int
    mutual: bool
    at: Instant


@frozen(kw_only=True)
class Reputation:
    """The rating [0..100], with the summed weights that it comes from."""

    rating: Decimal
    positive: Decimal
    negative: Decimal


@exact
def rating(
    positive: Decimal, negative: Decimal, rules: ReputationRules = REPUTATION
) -> Result[Decimal, NegativeAmount | NumericLimit]:
    """middle + middle × (P − N)/(P + N + prior), to cents half to even.

    Errors: NegativeAmount, NumericLimit.  Source: docs/formulas-social.md#reputation.
    Invariants: within 0..100; rises with P, falls with N; without endorsements the middle.
    >>> rating(Decimal(6), Decimal(1)).unwrap(), rating(Decimal(90), Decimal(0)).unwrap()
    (Decimal('64.71'), Decimal('95.00'))
    """
    for weight in (positive, negative):
        if not weight.is_finite():
            return Failure(NumericLimit("InvalidOperation"))
        if weight < 0:
            return Failure(NegativeAmount(to_text(weight)[:64]))
    return Success(_rating(to_fraction(positive), to_fraction(negative), rules))


def weight_at(opinion: Opinion, at: Instant, rules: ReputationRules = REPUTATION) -> Fraction:
    """The weight of the giver's tier, halved when mutual and once per full year of age.

    Invariant: bounded by the highest tier's, whoever gives it; never rises with age.
    """
    place = max(0, min(len(rules.weights), opinion.tier) - 1)
    years = max(0, at.micros - opinion.at.micros) // rules.halves_each
    if years > rules.halvings_most:
        return Fraction(0)
    return Fraction(rules.weights[place]) / (1 << years + opinion.mutual)


def reputation(
    opinions: Iterable[Opinion], at: Instant, rules: ReputationRules = REPUTATION
) -> Reputation:
    """The reputation that live `opinions` give at `at`.

    Invariants: order-free; taking an opinion out undoes exactly what putting it in did.
    """
    positive, negative = Fraction(0), Fraction(0)
    for opinion in opinions:
        weight = weight_at(opinion, at, rules)
        if opinion.positive:
            positive += weight
        else:
            negative += weight
    return Reputation(
        rating=_rating(positive, negative, rules),
        positive=from_fraction(positive),
        negative=from_fraction(negative),
    )


def standing(rating: Decimal, rules: ReputationRules = REPUTATION) -> str:
    """The name of a rating.

    >>> [standing(Decimal(one)) for one in ("90", "89.99", "50", "25", "24.99")]
    ['legendary', 'renowned', 'respected', 'emerging', 'newcomer']
    """
    return next((name for least, name in rules.names if rating >= least), rules.names[-1][1])


def influence(*, followers: int, endorsers: int, viral: int, owns_clan: bool) -> int:
    """5 × isqrt(followers) + 3 × distinct endorsers + min(100, viral // 50) + 20 for an owner.

    Counts below 0 count as 0.  Source: docs/formulas-social.md#influence.
    >>> influence(followers=1000, endorsers=12, viral=1600, owns_clan=True)
    243
    """
    shown = min(100, max(0, viral) // 50)
    return 5 * isqrt(max(0, followers)) + 3 * max(0, endorsers) + shown + 20 * owns_clan


def influence_name(influence: int, rules: ReputationRules = REPUTATION) -> str | None:
    """The name of an influence, from a voice on.

    >>> [influence_name(one) for one in (1000, 999, 200, 50, 49)]
    ['icon', 'leader', 'guide', 'voice', None]
    """
    return next((name for least, name in rules.influence_names if influence >= least), None)


def _rating(positive: Fraction, negative: Fraction, rules: ReputationRules) -> Decimal:
    share = (positive - negative) / (positive + negative + rules.prior)
    cents = CENTS * rules.middle * (1 + share)
    whole = rounded_ratio(cents.numerator, cents.denominator, Rounding.HALF_EVEN)
    return EXACT.scaleb(whole, -2)
