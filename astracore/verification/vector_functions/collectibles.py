"""`nft.*`: royalty, payout, power, prices of auctions, estimate, trending."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from returns.result import Failure, Result, Success

from astracore.errors.nft import AuctionState, NotEligible, PayoutFault
from astracore.errors.values import InvalidSeed, NumericLimit
from astracore.errors.vectors import BadInput
from astracore.nft import minting
from astracore.nft.payout import payout, royalty_of
from astracore.nft.prices import Fall, dutch_price, english_minimum
from astracore.nft.rules import MarketFees
from astracore.nft.staking import stake_credits
from astracore.nft.traits import trait
from astracore.nft.types import Rarity
from astracore.nft.valuation import trending, valuation
from astracore.numeric import EXACT
from astracore.verification.inputs import Answer, Function, Inputs, ReadFault
from astracore.verification.vector_functions.reading import number_or

CaseFault: TypeAlias = (
    PayoutFault | AuctionState | NotEligible | NumericLimit | InvalidSeed | ReadFault
)
Told: TypeAlias = Result[Answer, CaseFault]
ONE = Decimal(1)
BASIS = Decimal("0.0001")
SHARES = MarketFees()


def _royalty(inputs: Inputs) -> Told:
    """nft.royalty: DOWN(price × bps / 10000) to a whole unit, or to `unit`."""
    return Result.do(
        royalty
        for price in inputs.number("sale_price")
        for points in inputs.integer("fraction_bps")
        for unit in number_or(inputs, "unit", ONE)
        for royalty in royalty_of(price, EXACT.multiply(Decimal(points), BASIS), unit)
    )


def _payout(inputs: Inputs) -> Told:
    """nft.payout: the three parts of a price."""
    return Result.do(
        {
            "platform": parts.platform,
            "royalty": parts.royalty,
            "seller": parts.proceeds,
        }
        for price in inputs.number("price")
        for currency in inputs.text("currency")
        for platform in number_or(inputs, "platform", SHARES.platform)
        for royalty in number_or(inputs, "royalty", SHARES.royalty)
        for parts in payout(
            price,
            currency,
            by_first_owner=inputs.text("first_sale").value_or("no") == "yes",
            fees=MarketFees(platform=platform, royalty=royalty),
        )
    )


def _rarity(inputs: Inputs) -> Result[Rarity, BadInput]:
    name = inputs.text("rarity").value_or("")
    if name not in set(Rarity):
        return Failure(BadInput("rarity", "no rarity has this name"))
    return Success(Rarity(name))


def _power(inputs: Inputs) -> Told:
    return Result.do(
        power
        for rarity in _rarity(inputs)
        for level in inputs.integer("level")
        for power in minting.power(rarity, level)
    )


def _dutch(inputs: Inputs) -> Told:
    return Result.do(
        price
        for start in inputs.number("start")
        for floor in inputs.number("floor")
        for duration in inputs.integer("duration")
        for elapsed in inputs.integer("elapsed")
        for currency in inputs.text("currency")
        for price in dutch_price(
            Fall(start=start, floor=floor, duration=duration, currency=currency), elapsed
        )
    )


def _english(inputs: Inputs) -> Told:
    return Result.do(
        least
        for high in inputs.number("high")
        for currency in inputs.text("currency")
        for least in english_minimum(high, currency)
    )


def _estimate(inputs: Inputs) -> Told:
    return Result.do(
        {
            "estimate": found.estimate,
            "quick": found.quick,
            "normal": found.normal,
            "patient": found.patient,
        }
        for rarity in _rarity(inputs)
        for power in inputs.integer("power")
        for demand in number_or(inputs, "demand", ONE)
        for found in valuation(rarity, power, demand)
    )


def _trending(inputs: Inputs) -> Told:
    return Result.do(
        score
        for views in inputs.integer("views")
        for favourites in inputs.integer("favourites")
        for days in inputs.integer("days")
        for score in trending(views, favourites, days)
    )


def _staking(inputs: Inputs) -> Told:
    return Result.do(
        stake_credits(rarity, days) for rarity in _rarity(inputs) for days in inputs.integer("days")
    )


def _trait(inputs: Inputs) -> Told:
    """nft.trait: `reveal` is text, hashed as UTF-8."""
    return Result.do(
        found
        for reveal in inputs.text("reveal")
        for token in inputs.integer("token_id")
        for place in inputs.integer("place")
        for choices in inputs.integer("choices")
        for found in trait(reveal.encode("utf-8", "surrogatepass"), token, place, choices)
    )


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "nft.royalty": _royalty,
        "nft.payout": _payout,
        "nft.power": _power,
        "nft.dutch_price": _dutch,
        "nft.english_minimum": _english,
        "nft.estimate": _estimate,
        "nft.trending": _trending,
        "nft.staking": _staking,
        "nft.trait": _trait,
    }
)
