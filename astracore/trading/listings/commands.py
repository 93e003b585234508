"""What staff may ask of an instrument. `known` is the built-in row of a symbol that was never
listed: a fact, since no stream holds it."""

from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from astracore.instants import Instant
from astracore.margin.brackets import Bracket
from astracore.trading.types import AssetCategory, Instrument, InstrumentStatus


@frozen(kw_only=True)
class ListInstrument:
    """Make a symbol tradable."""

    instrument: Instrument
    by: str
    at: Instant
    known: Instrument | None = None


@frozen(kw_only=True)
class Changes:
    """What should be otherwise; None leaves it as it is. Units are those of Instrument."""

    tick: Decimal | None = None
    lot: Decimal | None = None
    min_qty: Decimal | None = None
    max_qty: Decimal | None = None
    price_band: Decimal | None = None
    min_notional: Decimal | None = None
    max_market_notional: Decimal | None = None
    max_limit_notional: Decimal | None = None
    max_position_notional: Decimal | None = None
    category: AssetCategory | None = None
    brackets: tuple[Bracket, ...] | None = None
    session_close: int | None = None
    funding_interval: int | None = None


@frozen(kw_only=True)
class UpdateInstrument:
    """Change an instrument, its status too when said. Kind and multiplier never change."""

    symbol: str
    changes: Changes
    reason: str
    by: str
    at: Instant
    known: Instrument | None = None
    status: InstrumentStatus | None = None


@frozen(kw_only=True)
class SetInstrumentStatus:
    """Let an instrument trade, stop it, or take it off for good."""

    symbol: str
    status: InstrumentStatus
    reason: str
    by: str
    at: Instant
    known: Instrument | None = None


InstrumentCommand: TypeAlias = ListInstrument | UpdateInstrument | SetInstrumentStatus
