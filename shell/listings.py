"""Instruments: what requests say of them, the commands they stand for, and all of them at once."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, TypeAlias

import orjson
from annotated_types import Ge, Le, MinLen
from attrs import evolve, fields, frozen
from pydantic import StringConstraints
from returns.result import Failure, Result, Success
from sqlalchemy import Connection

from adapters.db import log
from astracore.catalog.aggregates import INSTRUMENT_EVENTS
from astracore.errors.events import StreamFault
from astracore.events.envelope import Envelope
from astracore.instants import Instant
from astracore.margin.brackets import MARGIN_BRACKETS, Bracket
from astracore.outcome import is_failure
from astracore.trading.listings.commands import Changes, ListInstrument, UpdateInstrument
from astracore.trading.listings.events import InstrumentEvent
from astracore.trading.listings.listing import LISTING
from astracore.trading.types import (
    INSTRUMENTS,
    AssetCategory,
    ContractKind,
    Instrument,
    InstrumentStatus,
)
from shell.asked import Written
from shell.codecs import Symbol
from shell.desk import Intent
from shell.http.answers import Created, Kept, to_json

TEMPLATE = next(iter(INSTRUMENTS.values()))  # every field of it is replaced
Reason = Annotated[str, StringConstraints(min_length=10, max_length=500)]
OfDay: TypeAlias = Annotated[int, Ge(0), Le(86_400_000_000)]
Brackets: TypeAlias = Annotated[tuple[Bracket, ...], MinLen(1)]


@frozen(kw_only=True)
class NewInstrument:
    """An instrument as it is listed; units as in Instrument, times in µs after 00:00 UTC."""

    symbol: Symbol
    kind: ContractKind
    tick: Decimal
    lot: Decimal
    min_qty: Decimal
    max_qty: Decimal
    price_band: Decimal
    min_notional: Decimal = Decimal(5)
    max_market_notional: Decimal = Decimal(1_000_000)
    max_limit_notional: Decimal = Decimal(5_000_000)
    max_position_notional: Decimal = Decimal(10_000_000)
    category: AssetCategory = AssetCategory.CRYPTO
    brackets: Brackets = MARGIN_BRACKETS
    multiplier: Decimal = Decimal(1)
    session_close: OfDay = 0
    funding_interval: OfDay = 28_800_000_000
    status: InstrumentStatus = InstrumentStatus.ACTIVE


@frozen(kw_only=True)
class InstrumentPatch:
    """What of an instrument should be otherwise, and why; what is left out stays."""

    reason: Reason
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
    brackets: Brackets | None = None
    session_close: OfDay | None = None
    funding_interval: OfDay | None = None
    status: InstrumentStatus | None = None


def list_command(body: NewInstrument, intent: Intent) -> ListInstrument:
    """The command that a request to list stands for; its instrument is judged by the decider."""
    named = {field.name: getattr(body, field.name) for field in fields(Instrument)}
    return ListInstrument(
        instrument=evolve(TEMPLATE, **named),
        by=intent.actor,
        at=intent.at,
        known=INSTRUMENTS.get(body.symbol),
    )


def update_command(symbol: str, body: InstrumentPatch, intent: Intent) -> UpdateInstrument:
    """The command that a request to change stands for."""
    named = {field.name: getattr(body, field.name) for field in fields(Changes)}
    return UpdateInstrument(
        symbol=symbol,
        changes=Changes(**named),
        status=body.status,
        reason=body.reason,
        by=intent.actor,
        at=intent.at,
        known=INSTRUMENTS.get(symbol),
    )


def instrument_answer(events: tuple[Envelope[object], ...]) -> bytes:
    """The instrument as it is now: what is stored and given again to every retry."""
    made = [one.event.instrument for one in events if isinstance(one.event, InstrumentEvent)]
    return to_json(made[-1]) if made else b""


def listed(written: Written) -> Created[Instrument]:
    """The stored answer, and where the instrument is to be found."""
    answer: Mapping[str, object] = orjson.loads(written.answer)
    address = f"/v1/instruments/{answer['symbol']}"
    return Created(Kept(written.answer), address, is_replayed=written.replayed)


@frozen(kw_only=True)
class Listings:
    """Every instrument by symbol, and when staff last changed theirs."""

    listed: Mapping[str, Instrument]
    changed: Mapping[str, Instant]


def listings_now(connection: Connection) -> Result[Listings, StreamFault]:
    """Every instrument at the head of the log: the built-in ones, and what staff made of them.

    Errors: CorruptEvent, UnknownEventType.
    """
    known, changed = dict(INSTRUMENTS), dict[str, Instant]()
    for stream in log.streams_of(connection, LISTING.name):
        last = log.stream(connection, stream)[-1]
        event = INSTRUMENT_EVENTS.decode(last.type, last.body)
        if is_failure(event):
            return Failure(event.failure())
        known[stream.key] = event.unwrap().instrument
        changed[stream.key] = event.unwrap().at
    return Success(Listings(listed=known, changed=changed))
