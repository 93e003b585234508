"""Real histories of accounts at every cut: the bytes of the log beside the events themselves."""

import random
from functools import cache

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from astracore.catalog.aggregates import ACCOUNT_AGGREGATE, ACCOUNT_EVENTS
from astracore.errors.events import BeforeBeginning, Unfoldable
from astracore.events.decider import replay
from astracore.events.envelope import Origin, StreamId
from astracore.events.past import Cut, past
from astracore.events.snapshot import restored, snapshot
from astracore.events.stored import Stored, fresh
from astracore.ids import CommandId
from astracore.instants import Instant
from astracore.outcome import is_failure
from astracore.trading.account import ACCOUNT
from astracore.trading.events import AccountEvent
from property_tests.random_histories import history

EVENTS = 60
STREAM = StreamId(ACCOUNT.name, "a1")
NOTHING = (0, ACCOUNT.initial)
seeds = st.sampled_from(range(1, 7))


@cache
def happened(seed: int) -> tuple[AccountEvent, ...]:
    """The events of one random history."""
    return tuple(history(seed, EVENTS).world.events)


@cache
def kept(seed: int) -> tuple[Stored, ...]:
    """The same as rows of a log in which others write too; some were recorded late."""
    dice = random.Random(seed)  # noqa: S311 - histories, not secrets
    rows = []
    for version, event in enumerate(happened(seed), 1):
        recorded = version * 10
        occurred = recorded - (dice.choice((0, 0, 0, 25, 300)) if version > 1 else 0)
        name = CommandId(f"c{version}")
        origin = Origin(
            command_id=name, correlation_id="", causation_id="", actor="t", at=Instant(occurred)
        )
        made = fresh(ACCOUNT_EVENTS, event, STREAM, origin, 0)
        rows.append(
            Stored(
                position=version * 3,
                category=STREAM.category,
                key=STREAM.key,
                version=version,
                event_id=made.event_id,
                type=made.type,
                schema_version=made.schema_version,
                occurred_at=occurred,
                recorded_at=recorded,
                correlation_id="",
                causation_id="",
                command_id=name,
                actor="t",
                config_version="1",
                producer="test",
                body=made.body,
            )
        )
    return tuple(rows)


@given(seed=seeds, version=st.integers(1, EVENTS), start=st.integers(0, EVENTS))
def test_at_a_version_it_is_the_fold_of_as_many_events(
    *, seed: int, version: int, start: int
) -> None:
    """Also from a snapshot that is not newer, through the bytes that are stored of it."""
    begin = NOTHING
    if 0 < start <= version:
        state = replay(ACCOUNT, happened(seed)[:start])
        stored = snapshot(ACCOUNT_AGGREGATE, STREAM, start, state)
        begin = restored(ACCOUNT_AGGREGATE, stored).unwrap()
    rows = kept(seed)[max(begin[0] - 1, 0) :]
    found = past(ACCOUNT_AGGREGATE, STREAM, Cut(version=version), begin, rows).unwrap()
    assert found.state == replay(ACCOUNT, happened(seed)[:version])
    assert (found.newest.version, found.left_out) == (version, 0)
    by_place = past(ACCOUNT_AGGREGATE, STREAM, Cut(position=version * 3 + 2), NOTHING, kept(seed))
    by_record = Cut(recorded=Instant(version * 10 + 9))
    assert by_place.unwrap() == found
    assert past(ACCOUNT_AGGREGATE, STREAM, by_record, NOTHING, kept(seed)).unwrap() == found


@given(seed=seeds, at=st.integers(-5, EVENTS * 10), known=st.integers(0, EVENTS * 10))
def test_late_events_belong_to_when_they_happened(*, seed: int, at: int, known: int) -> None:
    """As known at any later time; what cannot be folded without its elders says so."""
    rows = kept(seed)
    wanted = [
        event
        for row, event in zip(rows, happened(seed), strict=False)
        if row.occurred_at <= at and row.recorded_at <= known
    ]
    cut = Cut(occurred=Instant(at), recorded=Instant(known))
    found = past(ACCOUNT_AGGREGATE, STREAM, cut, NOTHING, rows)
    if not wanted:
        assert found.failure() == BeforeBeginning(str(STREAM))
    elif is_failure(found):
        assert isinstance(found.failure(), Unfoldable)
    else:
        assert found.unwrap().state == replay(ACCOUNT, wanted)
        assert found.unwrap().left_out == found.unwrap().newest.version - len(wanted)


def test_a_damaged_event_is_named() -> None:
    rows = (evolve(kept(1)[0], body=b"{}"), *kept(1)[1:])
    found = past(ACCOUNT_AGGREGATE, STREAM, Cut(), NOTHING, rows)
    assert found.failure().code == "corrupt_event"
