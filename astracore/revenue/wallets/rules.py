"""The rules of CREDIT and TOKEN as data."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from attrs import frozen

from astracore.instants import DAY, HOUR


class Points(StrEnum):
    """CREDIT is earned and never bought; TOKEN is bought and never earned."""

    CREDIT = "CREDIT"
    TOKEN = "TOKEN"  # noqa: S105  # a currency, not a secret


class CreditUse(StrEnum):
    """The only ways in which CREDIT moves."""

    SALE = "sale"
    STAKE = "stake"
    DONATION = "donation"


class TokenProduct(StrEnum):
    """The kinds of things a token could be asked for."""

    COURSE = "course"
    COACHING = "coaching"
    CONTEST_ENTRY = "contest_entry"
    COSMETIC = "cosmetic"
    XP = "xp"
    CREDIT = "credit"
    LEVERAGE = "leverage"
    LIMITS = "limits"
    RANK = "rank"
    ELIGIBILITY = "eligibility"
    RANDOM_ITEM = "random_item"
    TRANSFER = "transfer"
    CONVERSION = "conversion"


# What tokens buy. All else is refused: they buy no advantage, no chance, and nobody else's good.
TOKENS_BUY: Mapping[TokenProduct, bool] = MappingProxyType(
    {
        TokenProduct.COURSE: True,
        TokenProduct.COACHING: True,
        TokenProduct.CONTEST_ENTRY: True,
        TokenProduct.COSMETIC: True,
        TokenProduct.XP: False,
        TokenProduct.CREDIT: False,
        TokenProduct.LEVERAGE: False,
        TokenProduct.LIMITS: False,
        TokenProduct.RANK: False,
        TokenProduct.ELIGIBILITY: False,
        TokenProduct.RANDOM_ITEM: False,
        TokenProduct.TRANSFER: False,
        TokenProduct.CONVERSION: False,
    }
)


@frozen(kw_only=True)
class Pack:
    """`tokens` for `usd`, listed from small to large."""

    usd: Decimal
    tokens: int


@frozen(kw_only=True)
class TokenRules:
    """What tokens cost, and when what is left of them is no more [µs]."""

    packs: tuple[Pack, ...] = (
        Pack(usd=Decimal(5), tokens=500),
        Pack(usd=Decimal(10), tokens=1050),
        Pack(usd=Decimal(20), tokens=2200),
        Pack(usd=Decimal(50), tokens=5750),
    )
    least: Decimal = Decimal(5)
    most: Decimal = Decimal(50)
    live: int = 730 * DAY


@frozen(kw_only=True)
class CashOutRules:
    """What CREDIT is paid out for, where it is at all [USD]."""

    enabled: bool = False
    rate: Decimal = Decimal("0.0035")
    least: int = 50_000
    fee: Decimal = Decimal("0.02")
    waits_from: Decimal = Decimal(1000)
    waits: int = 48 * HOUR


@frozen(kw_only=True)
class EconomyRules:
    """The cap of a day, tokens, paying out."""

    daily_cap: int = 10_000
    tokens: TokenRules = TokenRules()
    cash_out: CashOutRules = CashOutRules()


ECONOMY_RULES = EconomyRules()
