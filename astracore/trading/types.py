"""The vocabulary of trading: sides, order types, statuses, instruments, fee levels."""

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.trading import InstrumentPrecision
from astracore.instants import DAY, HOUR, MINUTE
from astracore.margin.brackets import MARGIN_BRACKETS, Bracket, are_brackets
from astracore.numeric import EXACT, bounded, to_fraction

ZERO = Decimal(0)
MICRO = Decimal("0.000001")
SYMBOL = re.compile(r"[A-Z0-9]{2,10}-[A-Z]{3,5}", re.ASCII)
CLIENT_ORDER_ID = re.compile(r"[A-Za-z0-9_-]{1,36}", re.ASCII)


class Side(StrEnum):
    """Direction of an order or fill."""

    BUY = "buy"
    SELL = "sell"


class OrderType(StrEnum):
    """How an order finds its price."""

    MARKET = "market"
    LIMIT = "limit"
    MARKET_QUOTE = "market_quote"
    MARKET_TO_LIMIT = "market_to_limit"
    STOP_MARKET = "stop_market"
    STOP_LIMIT = "stop_limit"
    TAKE_PROFIT_MARKET = "take_profit_market"
    TAKE_PROFIT_LIMIT = "take_profit_limit"
    MARKET_IF_TOUCHED = "market_if_touched"
    LIMIT_IF_TOUCHED = "limit_if_touched"
    TRAILING_STOP_AMOUNT = "trailing_stop_amount"
    TRAILING_STOP_PERCENT = "trailing_stop_percent"
    TRAILING_STOP_LIMIT = "trailing_stop_limit"
    ICEBERG = "iceberg"
    PEGGED = "pegged"
    TWAP = "twap"
    VWAP = "vwap"
    POV = "pov"
    SCALED = "scaled"


class TimeInForce(StrEnum):
    """How long an order works: until cancelled, what fills at once, all at once or nothing,
    until an instant, until the session's close."""

    GTC = "gtc"
    IOC = "ioc"
    FOK = "fok"
    GTD = "gtd"
    DAY = "day"


class OrderStatus(StrEnum):
    """Where an order stands; the last four are final."""

    HELD = "held"  # waits for its parent
    PENDING = "pending"
    UNTRIGGERED = "untriggered"
    OPEN = "open"
    PARTIALLY_FILLED = "partially_filled"
    CANCEL_PENDING = "cancel_pending"
    UNKNOWN = "unknown"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    EXPIRED = "expired"


class MarginMode(StrEnum):
    """Whether a position stands on margin of its own, or on the whole account."""

    ISOLATED = "isolated"
    CROSS = "cross"


class CashKind(StrEnum):
    """Why money moves: in, out, or because a venue reports another balance."""

    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    SYNC = "sync"


class TradingState(StrEnum):
    """What an account may do; the worst that applies to it counts."""

    ACTIVE = "active"
    REDUCING = "reducing"  # only orders that bring a position nearer to zero, and cancels
    HALTED = "halted"  # the same, and opening orders are cancelled


class AccountMode(StrEnum):
    """Play money against the synthetic venue, or real money at a connected one."""

    PRACTICE = "practice"
    LIVE = "live"


class AccountStatus(StrEnum):
    """Open, reduce-only, or over."""

    OPEN = "open"
    FROZEN = "frozen"
    CLOSED = "closed"


class Liquidity(StrEnum):
    """Whether a fill rested in the book before (maker) or came to it (taker)."""

    MAKER = "maker"
    TAKER = "taker"


class AssetCategory(StrEnum):
    """What kind of asset is traded."""

    CRYPTO = "crypto"
    FOREX = "forex"
    COMMODITIES = "commodities"
    INDICES = "indices"
    STOCKS = "stocks"


class ContractKind(StrEnum):
    """How profit follows the price; inverse contracts settle in the base, quanto in a third."""

    SPOT = "spot"
    LINEAR = "linear"
    INVERSE = "inverse"
    QUANTO = "quanto"


class InstrumentStatus(StrEnum):
    """Whether an instrument can be traded; `halted` lets reducing orders pass."""

    ACTIVE = "active"
    CANCEL_ONLY = "cancel_only"
    HALTED = "halted"
    DELISTED = "delisted"


@frozen(kw_only=True)
class Instrument:
    """What can be traded and in which steps. Outside data enters through `instrument`.

    Inverse contracts state notionals and brackets in the base, in which they settle.
    """

    symbol: str
    tick: Decimal  # [quote per base]
    lot: Decimal  # [base]
    min_qty: Decimal  # [base]
    max_qty: Decimal  # [base]
    price_band: Decimal  # fraction of the mark
    min_notional: Decimal = Decimal(5)  # [quote]
    max_market_notional: Decimal = Decimal(1_000_000)  # [quote]
    max_limit_notional: Decimal = Decimal(5_000_000)  # [quote]
    max_position_notional: Decimal = Decimal(10_000_000)  # [quote]
    kind: ContractKind = ContractKind.LINEAR
    category: AssetCategory = AssetCategory.CRYPTO
    brackets: tuple[Bracket, ...] = MARGIN_BRACKETS
    multiplier: Decimal = Decimal(1)  # what one contract holds: base; inverse: quote
    session_close: int = 0  # [µs after 00:00 UTC]
    funding_interval: int = 8 * HOUR  # [µs], counted from 00:00 UTC; 0: none is paid
    status: InstrumentStatus = InstrumentStatus.ACTIVE


@frozen(kw_only=True)
class FeeLevel:
    """Rates [fraction of notional] from this 30-day volume [quote] on."""

    from_volume: Decimal
    maker: Decimal
    taker: Decimal


FEE_SCHEDULE: tuple[FeeLevel, ...] = tuple(
    FeeLevel(from_volume=Decimal(volume), maker=Decimal(maker), taker=Decimal(taker))
    for volume, maker, taker in (
        ("0", "0.0002", "0.0005"),
        ("100000", "0.00018", "0.00045"),
        ("1000000", "0.00015", "0.0004"),
        ("10000000", "0.0001", "0.00035"),
        ("100000000", "0.00005", "0.0003"),
    )
)


STEPS = ("tick", "lot", "min_qty", "min_notional")
LIMITS = ("max_market_notional", "max_limit_notional", "max_position_notional", "multiplier")


def faulty_field(listed: Instrument) -> str | None:
    """The first field of `listed` that breaks the rules of instruments, or None."""
    for name in (*STEPS, *LIMITS, "max_qty", "price_band"):
        if not bounded(getattr(listed, name)):
            return name
    for name in (*STEPS, *LIMITS):
        if getattr(listed, name) <= ZERO:
            return name
    if SYMBOL.fullmatch(listed.symbol) is None:
        return "symbol"
    return faulty_step(listed) or faulty_term(listed)


def faulty_step(listed: Instrument) -> str | None:
    """The first step or bound that does not go with the others, or None."""
    step = EXACT.multiply(listed.tick, listed.lot)
    if EXACT.remainder(step, MICRO) != ZERO:
        return "tick"  # tick × lot must be a multiple of 10^-6, so that every notional is exact
    whole = to_fraction(step) * to_fraction(listed.multiplier) / to_fraction(MICRO)
    if listed.kind is not ContractKind.INVERSE and whole.denominator != 1:
        return "multiplier"  # with what one contract holds too
    if EXACT.remainder(listed.min_qty, listed.lot) != ZERO:
        return "min_qty"
    if listed.max_qty < listed.min_qty or EXACT.remainder(listed.max_qty, listed.lot) != ZERO:
        return "max_qty"
    if not ZERO < listed.price_band < 1:
        return "price_band"
    return None


def faulty_term(listed: Instrument) -> str | None:
    """The first of its times and brackets that cannot be worked with, or None."""
    if not 0 <= listed.session_close <= DAY:
        return "session_close"
    interval = listed.funding_interval
    if interval != 0 and (interval < MINUTE or DAY % interval != 0):
        return "funding_interval"  # a day holds a whole number of them
    return None if are_brackets(listed.brackets) else "brackets"


def instrument(listed: Instrument) -> Result[Instrument, InstrumentPrecision]:
    """Let an instrument in when its steps make every notional exact to 10^-6.

    Errors: InstrumentPrecision.  Invariant: tick × lot is a multiple of 0.000001.
    >>> instrument(INSTRUMENTS["BTC-USD"]).unwrap().tick
    Decimal('0.1')
    """
    field = faulty_field(listed)
    return Success(listed) if field is None else Failure(InstrumentPrecision(listed.symbol, field))


def listed_instrument(symbol: str, steps: str) -> Instrument:
    """One row of the table: `tick lot min_qty max_qty band`."""
    tick, lot, min_qty, max_qty, band = map(Decimal, steps.split())
    return Instrument(
        symbol=symbol, tick=tick, lot=lot, min_qty=min_qty, max_qty=max_qty, price_band=band
    )


INSTRUMENTS: Mapping[str, Instrument] = {
    symbol: listed_instrument(symbol, steps)
    for symbol, steps in (
        ("BTC-USD", "0.1 0.00001 0.0001 100 0.05"),
        ("ETH-USD", "0.01 0.0001 0.001 1000 0.05"),
        ("SOL-USD", "0.001 0.01 0.1 50000 0.05"),
        ("STRK-USD", "0.0001 0.1 1 5000000 0.1"),
    )
}
