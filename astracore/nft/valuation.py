"""What a collectible may be worth, as advice: no rule of trading, risk or ranking reads it."""

from collections.abc import Sequence
from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.nft import NotEligible
from astracore.errors.values import NumericLimit
from astracore.nft.rules import ONE, RULES, NftRules, rarity_row
from astracore.nft.types import Rarity
from astracore.numeric import EXACT, Rounding, even, exact, quotient, rounded

HUNDRED = Decimal(100)
LEAST_SHARE = Decimal("0.1")


@frozen
class Sold:
    """One sale of a class: the price, and the estimate that stood then [CREDIT]."""

    price: Decimal
    estimate: Decimal


@frozen(kw_only=True)
class Valuation:
    """Advice [CREDIT]: the estimate, and prices for a quick, a normal and a patient sale."""

    estimate: Decimal
    quick: Decimal
    normal: Decimal
    patient: Decimal


@exact
def demand(sales: Sequence[Sold], rules: NftRules = RULES) -> Result[Decimal, NumericLimit]:
    """clamp(mean of price/estimate over the class's last 10 sales, 0.5, 2); 1 under 3 sales.

    `sales` oldest first.  Errors: NumericLimit (also for an estimate of zero).
    Source: docs/formulas-collectibles.md#estimate.
    """
    last = tuple(sales)[-rules.demand_sales :] if rules.demand_sales > 0 else ()
    if len(last) < max(1, rules.demand_sales_least):
        return Success(ONE)
    total = sum((quotient(sold.price, sold.estimate) for sold in last), Decimal(0))
    mean = quotient(total, Decimal(len(last)))
    return Success(min(max(mean, rules.demand_floor), rules.demand_ceiling))


@exact
def valuation(
    rarity: Rarity, power: int, asked: Decimal, rules: NftRules = RULES
) -> Result[Valuation, NotEligible]:
    """floor(base × (1 + power/100) × demand), and what to ask for more or less patience.

    Errors: NotEligible (the rarity has no row), NumericLimit.
    Source: docs/formulas-collectibles.md#estimate.
    >>> valuation(Rarity.EPIC, 137, Decimal("1.2")).unwrap().estimate
    Decimal('42660')
    """
    row = rarity_row(rules, rarity)
    if row is None:
        return Failure(NotEligible(rarity.value))
    grown = EXACT.add(HUNDRED, Decimal(power))
    value = EXACT.multiply(EXACT.multiply(row.estimate, grown), asked)
    estimate = rounded(EXACT.multiply(value, Decimal("0.01")), ONE, Rounding.FLOOR)
    quick, normal, patient = (
        rounded(EXACT.multiply(estimate, factor), ONE, Rounding.FLOOR) for factor in rules.advice
    )
    return Success(Valuation(estimate=estimate, quick=quick, normal=normal, patient=patient))


@exact
def trending(views: int, favourites: int, days: int) -> Result[Decimal, NumericLimit]:
    """e2((views/10 + 2 × favourites) × max(0.1, 1 − 0.1 × days listed)).

    Errors: NumericLimit.  Source: docs/formulas-collectibles.md#trending.
    >>> trending(300, 20, 3).unwrap()
    Decimal('49.00')
    """
    seen = EXACT.multiply(Decimal(views), LEAST_SHARE)
    attention = EXACT.add(seen, EXACT.multiply(Decimal(2), Decimal(favourites)))
    freshness = EXACT.subtract(ONE, EXACT.multiply(LEAST_SHARE, Decimal(days)))
    return Success(even(EXACT.multiply(attention, max(LEAST_SHARE, freshness)), 2))


@exact
def is_trending(score: Decimal, rules: NftRules = RULES) -> Result[bool, NumericLimit]:
    """Whether a score is shown among the trending ones.  Errors: NumericLimit."""
    return Success(score >= rules.trending_least)
