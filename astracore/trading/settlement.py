"""What an account settles in: units, contract terms, the names of positions."""

from decimal import Decimal

from astracore.trading.contracts.hedging import LegName
from astracore.trading.contracts.kinds import Contract
from astracore.trading.types import MICRO, ContractKind, Instrument

COIN = Decimal("0.00000001")  # the unit of what settles in a coin
DOLLARS = frozenset({"PUSD", "USD", "USDC", "USDT", "EUR", "GBP"})


def unit_of(currency: str) -> Decimal:
    """The unit that an account's amounts are rounded to."""
    return MICRO if currency in DOLLARS else COIN


def contract_of(kind: ContractKind, multiplier: Decimal) -> Contract:
    """The terms that decide money; what settles in a coin counts finer."""
    step = COIN if kind is ContractKind.INVERSE else MICRO
    return Contract(kind=kind, multiplier=multiplier, step=step)


def key_of(symbol: str, leg: LegName | None) -> str:
    """What a position is called in its account: its symbol, with its leg when hedging.

    >>> key_of("ETH-USD", None), key_of("ETH-USD", LegName.LONG)
    ('ETH-USD', 'ETH-USD:long')
    """
    return symbol if leg is None else f"{symbol}:{leg.value}"


def terms_of(listed: Instrument) -> Contract:
    """The terms of an instrument."""
    return contract_of(listed.kind, listed.multiplier)


def settles_in(listed: Instrument, currency: str) -> bool:
    """Whether an account in `currency` can hold it: dollars are one to one, coins are themselves.

    >>> from astracore.trading.types import INSTRUMENTS
    >>> settles_in(INSTRUMENTS["ETH-USD"], "PUSD"), settles_in(INSTRUMENTS["ETH-USD"], "BTC")
    (True, False)
    """
    base, _, quote = listed.symbol.partition("-")
    due = base if listed.kind is ContractKind.INVERSE else quote
    return currency == due or {currency, due} <= DOLLARS
