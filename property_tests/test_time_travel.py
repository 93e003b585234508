"""Any past instant of real histories: as known then, as known now, and the difference."""

import random
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from astracore.catalog.aggregates import ACCOUNT_AGGREGATE
from astracore.events.decider import replay
from astracore.events.envelope import Envelope, StreamId
from astracore.events.snapshot import restored, snapshot
from astracore.ids import CommandId, EventId
from astracore.instants import Instant
from astracore.portfolio.history import (
    Moment,
    as_known_now,
    as_known_then,
    corrections,
    events_at,
    portfolio_at,
)
from astracore.trading.account import ACCOUNT
from astracore.trading.events import AccountEvent
from property_tests.random_histories import history

Log = tuple[Envelope[AccountEvent], ...]
SEEDS = range(1, 13)
EVENTS = 60
STREAMS = tuple(StreamId(ACCOUNT.name, name) for name in ("a1", "a2"))
ELSEWHERE = StreamId("another.aggregate", "a1")


def told(
    event: AccountEvent, stream: StreamId, position: int, times: tuple[int, int]
) -> Envelope[AccountEvent]:
    """`event` as it lies in a log: when it happened and when it was written."""
    return Envelope(
        event_id=EventId(f"e{position}"),
        type="",
        schema_version=1,
        stream=stream,
        version=position,
        position=position,
        occurred_at=Instant(times[0]),
        recorded_at=Instant(times[1]),
        correlation_id="",
        causation_id="",
        command_id=CommandId(f"c{position}"),
        actor="test",
        config_version="1",
        producer="test",
        event=event,
    )


@cache
def happened(seed: int) -> tuple[AccountEvent, ...]:
    """The events of one random history."""
    return tuple(history(seed, EVENTS).world.events)


@cache
def log_of(seed: int, *, late: bool) -> Log:
    """Two accounts written down in turns; where `late`, some of it long after it happened."""
    dice = random.Random(seed)  # noqa: S311 - histories, not secrets
    events = [(stream, one) for one in happened(seed) for stream in STREAMS]
    rows = []
    for place, (stream, event) in enumerate(events, 1):
        recorded = place * 10
        delay = dice.choice((0, 0, 0, 35, 400)) if late and event is not happened(seed)[0] else 0
        rows.append(told(event, stream, place, (recorded - delay, recorded)))
    return tuple(rows)


instants = st.integers(-20, EVENTS * 50).map(Instant)
seeds = st.sampled_from(SEEDS)


def folded(log: Log) -> dict[StreamId, object]:
    """Each account's own events, replayed."""
    return {
        stream: replay(ACCOUNT, [one.event for one in log if one.stream == stream])
        for stream in STREAMS
        if any(one.stream == stream for one in log)
    }


@given(seed=seeds, at=instants, late=st.booleans())
def test_what_was_known_then_is_the_snapshot_of_then(*, seed: int, at: Instant, late: bool) -> None:
    """Each account, through the bytes that a snapshot stores."""
    log = log_of(seed, late=late)
    written = tuple(one for one in log if one.recorded_at <= at)
    found = portfolio_at(ACCOUNT, log, as_known_then(at))
    assert found == folded(written)
    for stream, state in found.items():
        version = max(one.version for one in written if one.stream == stream)
        stored = snapshot(ACCOUNT_AGGREGATE, stream, version, state)
        assert restored(ACCOUNT_AGGREGATE, stored).unwrap() == (version, state)


@given(seed=seeds, late=st.booleans())
def test_what_is_known_now_about_now_is_the_present(*, seed: int, late: bool) -> None:
    log = log_of(seed, late=late)
    now = log[-1].recorded_at
    assert portfolio_at(ACCOUNT, log, as_known_now(now, now)) == folded(log)


@given(seeds, instants, instants)
def test_without_late_news_then_is_now(seed: int, at: Instant, later: Instant) -> None:
    """Nothing that comes after an instant changes what is said about it."""
    log = log_of(seed, late=False)
    now = max(at, later)
    assert portfolio_at(ACCOUNT, log, as_known_now(at, now)) == portfolio_at(
        ACCOUNT, log, as_known_then(at)
    )
    assert corrections(log, at, now) == ()


@given(seeds, instants, instants)
def test_corrections_are_the_difference(seed: int, at: Instant, later: Instant) -> None:
    """What was known then and what came late is what is known now, event by event."""
    log = log_of(seed, late=True)
    now = max(at, later)
    then = events_at(log, as_known_then(at))
    late = corrections(log, at, now)
    both = sorted((*then, *late), key=lambda one: one.position)
    assert tuple(both) == events_at(log, as_known_now(at, now))
    assert all(one.occurred_at <= at < one.recorded_at <= now for one in late)


@given(seeds, instants, instants, instants, instants)
def test_later_moments_know_no_less(
    seed: int, one: Instant, two: Instant, three: Instant, four: Instant
) -> None:
    log = log_of(seed, late=True)
    early = Moment(occurred=min(one, two), known=min(three, four))
    late = Moment(occurred=max(one, two), known=max(three, four))
    known = {each.position for each in events_at(log, early)}
    assert known <= {each.position for each in events_at(log, late)}


def test_a_late_correction_is_seen_now_and_not_then() -> None:
    """A deposit of half past nine that was written down at eleven."""
    log = log_of(1, late=False)
    first = log[0]
    at, now = Instant(10**9), Instant(10**9 + 50)
    late = told(happened(1)[1], STREAMS[0], 10**6, (at.micros - 5, at.micros + 5))
    known = (*log, late)
    assert corrections(known, at, now) == (late,)
    assert portfolio_at(ACCOUNT, known, as_known_then(at)) == folded(log)
    assert portfolio_at(ACCOUNT, known, as_known_now(at, now)) == folded(known)
    assert portfolio_at(ACCOUNT, known, as_known_now(at, Instant(at.micros + 4))) == folded(log)
    assert events_at((first, first), as_known_then(at)) == (first,)


def test_other_aggregates_are_no_accounts() -> None:
    stray = told(happened(1)[0], ELSEWHERE, 1, (0, 0))
    assert portfolio_at(ACCOUNT, (stray,), as_known_then(Instant(9))) == {}
    assert portfolio_at(ACCOUNT, (), as_known_then(Instant(9))) == {}
