"""The instruments that staff listed or changed, beside which the built-in ones stand."""

from collections.abc import Iterable, Mapping

from attrs import frozen

from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.instants import Instant
from astracore.trading.listings.events import (
    InstrumentEvent,
    InstrumentListed,
    InstrumentStatusChanged,
    InstrumentUpdated,
)
from astracore.trading.types import INSTRUMENTS, Instrument


@frozen(kw_only=True)
class ListingRow:
    """One instrument as it is now, and who changed it last."""

    instrument: Instrument
    by: str
    at: Instant


def told(
    _row: ListingRow | None, envelope: Envelope[InstrumentEvent], _key: str
) -> ListingRow | None:
    """Every event states the whole instrument."""
    event = envelope.event
    return ListingRow(instrument=event.instrument, by=event.by, at=event.at)


def merged(rows: Iterable[ListingRow]) -> Mapping[str, Instrument]:
    """Every instrument by symbol: the built-in ones, then those of staff, whose word counts."""
    return {**INSTRUMENTS, **{row.instrument.symbol: row.instrument for row in rows}}


LISTINGS: Projection[InstrumentEvent, ListingRow] = Projection(
    name="instruments",
    version=1,
    events=(InstrumentListed, InstrumentUpdated, InstrumentStatusChanged),
    keys=lambda envelope: (envelope.event.symbol,),
    evolve=told,
    row=codec(ListingRow),
    owner=lambda _row: "",
    sort=lambda row: row.instrument.symbol,
)
