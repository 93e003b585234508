"""What may have happened to an instrument."""

from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.instants import Instant
from astracore.trading.types import Instrument, InstrumentStatus


@frozen(kw_only=True)
class InstrumentListed:
    """A symbol can be traded."""

    TYPE: ClassVar[str] = "astra.trading.instrument_listed.v1"
    symbol: str
    instrument: Instrument
    by: str
    at: Instant


@frozen(kw_only=True)
class InstrumentUpdated:
    """An instrument is otherwise than before; all of it is stated as it is now."""

    TYPE: ClassVar[str] = "astra.trading.instrument_updated.v1"
    symbol: str
    instrument: Instrument
    revision: int
    reason: str
    by: str
    at: Instant


@frozen(kw_only=True)
class InstrumentStatusChanged:
    """An instrument trades again, is stopped, or is off for good.

    `instrument` is the whole of it, with its new status.
    """

    TYPE: ClassVar[str] = "astra.trading.instrument_status_changed.v1"
    symbol: str
    instrument: Instrument
    previous: InstrumentStatus
    status: InstrumentStatus
    revision: int
    reason: str
    by: str
    at: Instant


InstrumentEvent: TypeAlias = InstrumentListed | InstrumentUpdated | InstrumentStatusChanged
