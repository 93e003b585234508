"""How the tests of XP make closes, awards and progress."""

import itertools
from decimal import Decimal

from attrs import evolve

from astracore.events.decider import replay
from astracore.gamification.commands import AwardXp, ProgressCommand, TradeFacts, XpFacts
from astracore.gamification.events import ProgressEvent, TradeCounted, XpGained
from astracore.gamification.progress import PROGRESS
from astracore.gamification.sources import XpSource
from astracore.gamification.state import Progress
from astracore.ids import EventId, UserId
from astracore.instants import DAY, SECOND, Instant

NOON = 20_000 * DAY + DAY // 2
SYMBOLS = [f"S{n}-USD" for n in range(10)]
CENT = Decimal("0.01")
NUMBERS = itertools.count()  # no two deeds of a test are the same source event by accident


def close(**fields: object) -> TradeFacts:
    """A profitable close of the first symbol, held ten minutes, unless said otherwise."""
    plain = TradeFacts(
        symbol="S0-USD",
        quantity=Decimal(1),
        entry=Decimal(2000),
        exit=Decimal(2050),
        notional=Decimal(2000),
        fees=Decimal(2),
        net=Decimal(48),
        peak_margin=Decimal(2500),
        opened_at=Instant(NOON - 600 * SECOND),
        closed_at=Instant(NOON),
    )
    return evolve(plain, **fields)  # type: ignore[arg-type]


def award(
    facts: XpFacts,
    source: XpSource = XpSource.TRADE_LIVE,
    at: int = NOON,
    event: str | None = None,
) -> AwardXp:
    return AwardXp(
        user_id=UserId("u"),
        source=source,
        source_event_id=EventId(f"e{next(NUMBERS)}" if event is None else event),
        facts=facts,
        at=Instant(at),
    )


def told(state: Progress, command: ProgressCommand) -> tuple[Progress, tuple[ProgressEvent, ...]]:
    events = PROGRESS.decide(command, state).unwrap()
    return replay(PROGRESS, events, state), events


def gained(events: tuple[ProgressEvent, ...]) -> list[XpGained]:
    return [event for event in events if isinstance(event, XpGained)]


def again(command: AwardXp, times: int) -> list[ProgressCommand]:
    """The same deed, as so many source events."""
    names = [EventId(f"{command.source.value}{n}") for n in range(times)]
    return [evolve(command, source_event_id=name) for name in names]


def total(commands: list[ProgressCommand], state: Progress | None = None) -> int:
    current = Progress() if state is None else state
    for command in commands:
        current, _ = told(current, command)
    return current.xp


def counted(facts: TradeFacts) -> TradeCounted:
    return TradeCounted(
        user_id=UserId("u"),
        source=XpSource.TRADE_LIVE,
        source_event_id=EventId("e"),
        day=0,
        symbol=facts.symbol,
        net=facts.net,
        peak_margin=facts.peak_margin,
    )
