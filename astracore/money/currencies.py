"""Currencies: what the smallest unit of an asset is, and whether it takes new entries."""

import re
from decimal import Decimal
from enum import Enum
from types import MappingProxyType

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.money import (
    InvalidExponent,
    MoneyFault,
    NoMinorUnit,
    RetiredCurrency,
    UnknownCurrency,
)
from astracore.money.iso4217 import CURRENT, RETIRED
from astracore.numeric import power_of_ten

CODE = re.compile(r"[A-Z][A-Z0-9]{1,15}", re.ASCII)


class Kind(Enum):
    """What a currency is."""

    FIAT = "fiat"
    CRYPTO = "crypto"
    POINTS = "points"


@frozen
class Currency:
    """`exponent` [decimals] is None where the currency has no minor unit of its own.

    Equality is by value: one code at two scales is two currencies. Outside data enters through
    `currency`, `posting_currency` and `scaled_currency`.
    """

    code: str
    kind: Kind
    exponent: int | None
    numeric: str | None = None
    retired: bool = False


CREDIT = "CREDIT"  # earned, never bought
_POINTS = {"PUSD": 6, CREDIT: 0, "TOKEN": 0}
_CRYPTO = {
    "BTC": 8,
    "ETH": 18,
    "STRK": 18,
    "MATIC": 18,
    "LINK": 18,
    "SOL": 9,
    "ADA": 6,
    "USDC": 6,
    "USDT": 6,
}
CURRENCIES = MappingProxyType(
    {
        code: Currency(code, Kind.FIAT, e, number, retired=True)
        for code, (number, e) in RETIRED.items()
    }
    | {code: Currency(code, Kind.FIAT, e, number) for code, (number, e) in CURRENT.items()}
    | {code: Currency(code, Kind.CRYPTO, exponent) for code, exponent in _CRYPTO.items()}
    | {code: Currency(code, Kind.POINTS, exponent) for code, exponent in _POINTS.items()}
)


def currency(code: str) -> Result[Currency, MoneyFault]:
    """The currency with this code, retired ones included: for reading history.

    Errors: UnknownCurrency.  Source: docs/formulas.md#currency.
    >>> currency("JPY").unwrap().exponent, currency("USDC").unwrap().exponent
    (0, 6)
    """
    found = CURRENCIES.get(code)
    return Failure(UnknownCurrency(code[:64])) if found is None else Success(found)


def posting_currency(code: str) -> Result[Currency, MoneyFault]:
    """The currency with this code, fit for new entries.

    Errors: UnknownCurrency, RetiredCurrency, NoMinorUnit.  Source: docs/formulas.md#currency.
    >>> posting_currency("HRK"), posting_currency("XAU")
    (<Failure: RetiredCurrency(currency='HRK')>, <Failure: NoMinorUnit(currency='XAU')>)
    """
    return currency(code).bind(_fit_for_posting)


def _fit_for_posting(found: Currency) -> Result[Currency, MoneyFault]:
    """Refuse what history alone may name."""
    if found.retired:
        return Failure(RetiredCurrency(found.code))
    if found.exponent is None:
        return Failure(NoMinorUnit(found.code))
    return Success(found)


def scaled_currency(code: str, kind: Kind, exponent: int) -> Result[Currency, MoneyFault]:
    """A currency at a stated scale: another network's token, or gold by the milligram.

    Errors: UnknownCurrency (not a code), InvalidExponent (0 to 18 are accepted).
    >>> scaled_currency("XAU", Kind.FIAT, 4).unwrap().exponent
    4
    """
    if CODE.fullmatch(code) is None:
        return Failure(UnknownCurrency(code[:64]))
    if not 0 <= exponent <= 18:
        return Failure(InvalidExponent(exponent))
    known = CURRENCIES.get(code)
    return Success(Currency(code, kind, exponent, None if known is None else known.numeric))


def unit_of(held: Currency) -> Result[Decimal, MoneyFault]:
    """10^-exponent, the smallest amount of `held`.

    Errors: NoMinorUnit, InvalidExponent.
    >>> currency("KWD").bind(unit_of).unwrap()
    Decimal('0.001')
    """
    if held.exponent is None:
        return Failure(NoMinorUnit(held.code))
    if not 0 <= held.exponent <= 18:
        return Failure(InvalidExponent(held.exponent))
    return Success(power_of_ten(held.exponent))
