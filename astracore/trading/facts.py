"""What an account cannot know of itself and is told with a command: markets, rates, limits."""

from collections.abc import Mapping
from decimal import Decimal

from attrs import frozen

from astracore.instants import SECOND, Instant
from astracore.trading.orders.triggers import Prices
from astracore.trading.types import AccountMode, Instrument, TradingState


@frozen(kw_only=True)
class Mark:
    """The mark price of one symbol and when it was seen."""

    symbol: str
    price: Decimal
    at: Instant


@frozen(kw_only=True)
class TradingLimits:
    """The numbers of the ladder that belong to no instrument."""

    price_age: int = 10 * SECOND  # [µs]
    share: Mapping[AccountMode, Decimal] = {
        AccountMode.PRACTICE: Decimal(1),
        AccountMode.LIVE: Decimal("0.25"),
    }
    open_orders: int = 200
    leverage: int = 50
    accounts: int = 3
    lowest_balance: Decimal = Decimal(100)
    highest_balance: Decimal = Decimal(100_000)
    least_percent: Decimal = Decimal("0.001")  # of a trailing stop
    most_percent: Decimal = Decimal("0.2")


LIMITS = TradingLimits()


@frozen(kw_only=True)
class RiskFacts:
    """Limits and blocks of the account's risk profile; None is no limit. Shares are of equity."""

    state: TradingState = TradingState.ACTIVE
    reason: str = ""
    position_size: Decimal | None = None
    leverage: Decimal | None = None
    exposure: Decimal | None = None  # [account currency]
    net_exposure: Decimal | None = None  # [account currency]
    daily_loss: Decimal | None = None
    day_equity: Decimal | None = None  # at 00:00 UTC
    day_flows: Decimal = Decimal(0)  # net deposits since
    drawdown: Decimal | None = None
    peak: Decimal | None = None  # highest equity, moved by flows
    order_rate: int | None = None
    orders_sent: int = 0  # within the trailing 60 s
    open_orders: int | None = None
    cooling_until: Instant | None = None


@frozen(kw_only=True)
class LiveStanding:
    """What allows real money: `leverage_cap` is the tier's, 0 where there is none."""

    leverage_cap: int
    two_factor: bool
    connected: bool


@frozen(kw_only=True)
class Seen:
    """One market as it is now, with what its positions need. `prices.last` is a fresh print.

    `previous` is the print before the last one.
    """

    instrument: Instrument
    prices: Prices
    previous: Decimal | None = None

    @property
    def symbol(self) -> str:
        """Whose prices they are."""
        return self.instrument.symbol


@frozen(kw_only=True)
class Facts:
    """What the shell knows when an order is placed.

    `instrument` is None when unknown; `marks` holds the ordered symbol's mark and those of the
    held positions; `best_bid`, `best_ask` are the book's, absent when unknown.
    """

    instrument: Instrument | None
    marks: tuple[Mark, ...]
    maker_rate: Decimal
    taker_rate: Decimal
    best_bid: Decimal | None = None
    best_ask: Decimal | None = None
    level: int = 1
    daily_limit: int | None = None  # opening orders per trailing 24 h; None: without limit
    last: Decimal | None = None  # newest print [quote per base]; None: the mark
    index: Decimal | None = None  # [quote per base]
    risk: RiskFacts | None = None
    live: LiveStanding | None = None  # of live accounts; None: not allowed
    limits: TradingLimits = LIMITS
