"""The decider of instruments: every one that is let in makes each notional exact."""

from decimal import Decimal
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import fields
from returns.result import Failure, Result

from astracore.errors.trading import (
    InstrumentExists,
    InstrumentPrecision,
    InstrumentUnavailable,
    InvalidTransition,
)
from astracore.events.decider import Decider
from astracore.numeric import EXACT, bounded
from astracore.trading.listings.commands import (
    Changes,
    InstrumentCommand,
    ListInstrument,
    SetInstrumentStatus,
    UpdateInstrument,
)
from astracore.trading.listings.events import (
    InstrumentEvent,
    InstrumentListed,
    InstrumentStatusChanged,
    InstrumentUpdated,
)
from astracore.trading.listings.state import Listing
from astracore.trading.types import MICRO, Instrument, InstrumentStatus, instrument

ListingFault: TypeAlias = (
    InstrumentPrecision | InstrumentExists | InstrumentUnavailable | InvalidTransition
)
Decided: TypeAlias = Result[tuple[InstrumentEvent, ...], ListingFault]


def decide(command: InstrumentCommand, state: Listing) -> Decided:
    """What a command does to an instrument.

    Errors in order: InstrumentExists (listing what is known), InstrumentUnavailable (changing what
    is not), InvalidTransition (what is delisted stays so), InstrumentPrecision.
    Invariant: whatever is listed passes `instrument`; what was bought in lots stays in lots.
    """
    match command:
        case ListInstrument():
            return listed(command, state)
        case UpdateInstrument():
            return updated(command, state)
        case SetInstrumentStatus():
            asked = UpdateInstrument(
                symbol=command.symbol,
                changes=Changes(),
                status=command.status,
                reason=command.reason,
                by=command.by,
                at=command.at,
                known=command.known,
            )
            return updated(asked, state)
        case _:
            assert_never(command)


def listed(command: ListInstrument, state: Listing) -> Decided:
    """A symbol that nobody knew."""
    asked = command.instrument
    if state.instrument is not None or command.known is not None:
        return Failure(InstrumentExists(asked.symbol))
    checked = instrument(asked)
    return checked.map(
        lambda made: (
            InstrumentListed(symbol=made.symbol, instrument=made, by=command.by, at=command.at),
        )
    )


def updated(command: UpdateInstrument, state: Listing) -> Decided:
    """An instrument with other figures, another status, or both; nothing when nothing changes."""
    now = command.known if state.instrument is None else state.instrument
    if now is None or now.symbol != command.symbol:
        return Failure(InstrumentUnavailable(command.symbol, "unknown"))
    if now.status is InstrumentStatus.DELISTED:
        return Failure(InvalidTransition(command.symbol, now.status.value, "update_instrument"))
    lot = command.changes.lot
    if lot is not None and is_unfit(lot, now, command.known or now):
        return Failure(InstrumentPrecision(command.symbol, "lot"))
    return instrument(with_changes(now, command.changes)).map(
        lambda then: told(command, state.revision, now, then)
    )


def is_unfit(lot: Decimal, now: Instrument, built: Instrument) -> bool:
    """Whether quantities in lots of `now` may not be whole lots any more (who holds such a one
    could never close it), or not be worth an exact sum at the prices of before: a venue keeps the
    ticks that it was `built` with. What is no lot at all is refused with the other figures.
    """
    if not bounded(lot) or lot <= 0:
        return False
    coarser = EXACT.remainder(now.lot, lot) != 0
    return coarser or EXACT.remainder(EXACT.multiply(built.tick, lot), MICRO) != 0


def told(
    command: UpdateInstrument, revision: int, now: Instrument, then: Instrument
) -> tuple[InstrumentEvent, ...]:
    """What changed from `now` to `then`, and the status after it."""
    events: tuple[InstrumentEvent, ...] = ()
    if then != now:
        revision += 1
        events = (
            InstrumentUpdated(
                symbol=now.symbol,
                instrument=then,
                revision=revision,
                reason=command.reason,
                by=command.by,
                at=command.at,
            ),
        )
    if command.status in {None, now.status}:
        return events
    status = command.status or now.status
    return (
        *events,
        InstrumentStatusChanged(
            symbol=now.symbol,
            instrument=changed(then, status=status),
            previous=now.status,
            status=status,
            revision=revision + 1,
            reason=command.reason,
            by=command.by,
            at=command.at,
        ),
    )


def with_changes(now: Instrument, changes: Changes) -> Instrument:
    """The instrument with what is stated."""
    stated = {field.name: getattr(changes, field.name) for field in fields(Changes)}
    return changed(now, **{name: value for name, value in stated.items() if value is not None})


def evolve(state: Listing, event: InstrumentEvent) -> Listing:
    """The instrument after `event`."""
    match event:
        case InstrumentListed():
            return Listing(instrument=event.instrument, revision=state.revision + 1)
        case InstrumentUpdated() | InstrumentStatusChanged():
            return Listing(instrument=event.instrument, revision=event.revision)
        case _:
            assert_never(event)


LISTING: Decider[InstrumentCommand, Listing, InstrumentEvent, ListingFault] = Decider(
    name="trading.instrument", initial=Listing(), decide=decide, evolve=evolve
)
