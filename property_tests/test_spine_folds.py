"""Folds, snapshots, stored rows, policies, projections, catalogs and decision records."""

import json
from typing import ClassVar

import attrs
import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from astracore.errors.events import BadBody, CorruptEvent, CorruptRow, UnknownEventType
from astracore.events.canonical import digest
from astracore.events.catalog import (
    Aggregate,
    Catalog,
    Tree,
    catalog,
    classes_of,
    merged,
    schema_version,
)
from astracore.events.codec import codec, union
from astracore.events.decider import Decider, replay
from astracore.events.decision import Difference, decision, redecided
from astracore.events.envelope import Envelope, StreamId, event_id
from astracore.events.policy import reactions
from astracore.events.projection import Change, model
from astracore.events.snapshot import EVERY, due, folded, restored, snapshot
from astracore.events.stored import Stored, fresh, opened, sealed
from astracore.ids import CommandId
from astracore.instants import LAST, Instant
from astracore.outcome import is_failure
from tests.domains.counter import (
    COUNTER,
    COUNTER_EVENTS,
    COUNTERS,
    MIRROR,
    TOTALS,
    Add,
    Added,
    Counter,
    CounterCommand,
    CounterEvent,
    Take,
    Taken,
    TooLittle,
    origin,
)
from tests.domains.held import among

events = st.builds(Added, amount=st.integers(), note=st.none() | st.just("n")) | st.builds(
    Taken, amount=st.integers()
)
logs: st.SearchStrategy[list[CounterEvent]] = st.lists(events, max_size=30)
STREAM = StreamId("test.counter", "a")


def stored(log: list[CounterEvent], start: int = 0, key: str = "a") -> tuple[Stored, ...]:
    """The events as rows of one stream."""
    rows = []
    for place, event in enumerate(log, start + 1):
        one = fresh(COUNTER_EVENTS, event, StreamId("test.counter", key), origin(f"c{place}"), 0)
        rows.append(
            Stored(
                position=place,
                category=one.stream.category,
                key=one.stream.key,
                version=place,
                event_id=one.event_id,
                type=one.type,
                schema_version=one.schema_version,
                occurred_at=one.origin.at.micros,
                recorded_at=one.origin.at.micros + 1,
                correlation_id=one.origin.correlation_id,
                causation_id=one.origin.causation_id,
                command_id=one.origin.command_id,
                actor=one.origin.actor,
                config_version="1",
                producer="test",
                body=one.body,
            )
        )
    return tuple(rows)


def enveloped(log: list[CounterEvent], key: str = "a") -> tuple[Envelope[CounterEvent], ...]:
    return tuple(opened(one, COUNTER_EVENTS.decode).unwrap() for one in stored(log, key=key))


@given(logs, st.integers(0, 30))
def test_prefix(log: list[CounterEvent], cut: int) -> None:
    """Folding a prefix and then the rest is folding the whole."""
    whole = replay(COUNTER, log)
    assert replay(COUNTER, log[cut:], replay(COUNTER, log[:cut])) == whole
    assert whole.total == sum(e.amount if isinstance(e, Added) else -e.amount for e in log)
    assert folded(COUNTERS, Counter(), stored(log)).unwrap() == whole


@given(logs)
def test_snapshots_at_every_cut_change_nothing(log: list[CounterEvent]) -> None:
    rows = stored(log)
    whole = replay(COUNTER, log)
    for cut in range(len(log) + 1):
        taken = snapshot(COUNTERS, STREAM, cut, replay(COUNTER, log[:cut]))
        version, state = restored(COUNTERS, taken).unwrap()
        assert version == cut
        assert folded(COUNTERS, state, rows[version:]).unwrap() == whole


def test_snapshots_of_another_schema_are_ignored_and_damaged_ones_named() -> None:
    taken = snapshot(COUNTERS, STREAM, 3, Counter(total=9, events=3))
    start = (0, Counter())
    assert restored(COUNTERS, None).unwrap() == start
    assert restored(COUNTERS, attrs.evolve(taken, schema="other")).unwrap() == start
    changed = attrs.evolve(taken, body=taken.body.replace(b"9", b"8"))
    assert restored(COUNTERS, changed).failure().code == "corrupt_snapshot"
    rehashed = attrs.evolve(taken, body=b"[]", body_hash=digest(b"[]"))
    assert restored(COUNTERS, rehashed).failure().why == ": not an object"


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_a_snapshot_is_due_when_a_multiple_was_passed(before: int, more: int) -> None:
    passed = any(version % EVERY == 0 for version in range(before + 1, before + more + 1))
    assert due(before, before + more) == passed


@given(logs.filter(bool), st.data())
def test_every_column_is_sealed(log: list[CounterEvent], data: st.DataObject) -> None:
    """Two rows that differ in anything have different sealed bytes."""
    row = stored(log)[0]
    name = data.draw(st.sampled_from([field.name for field in attrs.fields(Stored)]))
    value = getattr(row, name)
    other = value + (1 if isinstance(value, int) else b" " if isinstance(value, bytes) else "x")
    assert sealed(attrs.evolve(row, **{name: other})) != sealed(row)
    assert codec(Added).decode(row.body) is not None


def test_sealed_bytes_are_canonical_json_and_survive_damaged_times() -> None:
    [row] = stored([Added(amount=1)])
    loaded = json.loads(sealed(row))
    again = json.dumps(loaded, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert again.encode() == sealed(row)
    assert loaded["data"] == {"amount": 1}
    assert loaded["sequence"] == 1
    assert sealed(attrs.evolve(row, occurred_at=LAST + 10**18)) != sealed(row)


@given(st.integers(0, 2**47), st.integers(0, 5))
def test_event_ids_are_the_same_at_every_retry(millis: int, index: int) -> None:
    at, command = Instant(millis * 1000), CommandId("c")
    assert event_id(at, command, index) == event_id(at, command, index)
    assert event_id(at, command, index) != event_id(at, command, index + 1)
    assert event_id(at, command, index) != event_id(at, CommandId("d"), index)


@given(logs)
def test_policies_ask_the_same_at_every_delivery(log: list[CounterEvent]) -> None:
    asked = [one for envelope in enveloped(log) for one in reactions(MIRROR, envelope)]
    again = [one for envelope in enveloped(log) for one in reactions(MIRROR, envelope)]
    assert asked == again
    assert len({one.origin.command_id for one in asked}) == len(asked)
    assert len(asked) == sum(isinstance(event, Taken) for event in log)
    assert all(one.origin.actor == "policy:mirror" for one in asked)


@given(logs, st.integers(0, 30))
def test_projections_fold_in_any_chunks(log: list[CounterEvent], cut: int) -> None:
    """Folding a + b equals folding a, storing, then folding b: and equals the sum."""
    projected = model(TOTALS)
    envelopes = (*enveloped(log), *enveloped(log, key="b"))
    rows: dict[str, bytes] = {}

    def store(changes: tuple[Change, ...]) -> None:
        for one in changes:
            rows.pop(one.key, None)
            if one.body is not None:
                rows[one.key] = one.body

    store(projected.fold(among(rows), envelopes[:cut]).unwrap())
    store(projected.fold(among(rows), envelopes[cut:]).unwrap())
    total = sum(e.amount if isinstance(e, Added) else -e.amount for e in log)
    expected = {key: f'{{"counter":"{key}","total":{total}}}'.encode() for key in "ab"}
    assert rows == (expected if total else {})


def test_a_damaged_row_is_named_and_foreign_events_pass_by() -> None:
    projected = model(TOTALS)
    fault = projected.fold(
        lambda keys: dict.fromkeys(keys, b"{}"), enveloped([Added(amount=1)])
    ).failure()
    assert fault == CorruptRow("totals", "a", ": counter is missing")
    known: Envelope[object] = enveloped([Added(amount=1)])[0]
    foreign = attrs.evolve(known, event=7)
    assert projected.fold(lambda _keys: {}, [foreign]).unwrap() == ()


@frozen(kw_only=True)
class Grown:
    """The third shape of an event: cents, with a reason."""

    TYPE: ClassVar[str] = "astra.test.grown.v3"
    cents: int
    why: str


def to_cents(tree: Tree) -> Tree:
    return {"cents": int(str(tree["euros"])) * 100}


def with_reason(tree: Tree) -> Tree:
    return {**tree, "why": "unknown"}


STEPS = {"astra.test.grown.v1": to_cents, "astra.test.grown.v2": with_reason}
GROWN: Catalog[Grown] = catalog((Grown,), STEPS)


def test_old_versions_are_carried_up_and_damage_is_named() -> None:
    assert GROWN.decode("astra.test.grown.v1", b'{"euros":5}').unwrap() == Grown(
        cents=500, why="unknown"
    )
    assert GROWN.decode("astra.test.grown.v2", b'{"cents":5}').unwrap().cents == 5
    now = GROWN.encode(Grown(cents=1, why="x"))
    assert GROWN.decode(Grown.TYPE, now).unwrap() == Grown(cents=1, why="x")
    assert GROWN.decode("astra.test.other.v1", b"{}").failure() == UnknownEventType(
        "astra.test.other.v1"
    )
    damaged = [("v1", '{"euros":"x"}'), ("v1", "{}"), ("v1", "[]"), ("v1", "{")]
    for name, body in (*damaged, ("v2", '{"cents":"5"}'), ("v3", "{}")):
        fault = GROWN.decode(f"astra.test.grown.{name}", body.encode()).failure()
        assert isinstance(fault, CorruptEvent)
    stranger = attrs.evolve(stored([Added(amount=1)])[0], type="x")
    assert folded(COUNTERS, Counter(), [stranger]).failure() == UnknownEventType("x")
    assert is_failure(opened(stranger, GROWN.decode))


@frozen
class Nameless:
    """Has no TYPE."""

    x: int


@frozen
class Misnamed:
    """Its TYPE is not of the grammar."""

    TYPE: ClassVar[str] = "astra.Test.x.v0"
    x: int


@attrs.define
class Thawed:
    """Can be changed."""

    TYPE: ClassVar[str] = "astra.test.thawed.v1"
    x: int


@pytest.mark.parametrize(
    ("classes", "steps"),
    [
        ((), {}),
        ((Nameless,), {}),
        ((Misnamed,), {}),
        ((Thawed,), {}),
        ((Grown, Grown), {}),
        ((Grown,), {"astra.test.grown.v3": to_cents}),
        ((Grown,), {"astra.test.grown.v1": to_cents}),
        ((Grown,), {"no name": to_cents}),
    ],
)
def test_a_catalog_that_could_not_read_its_log_is_refused(
    classes: tuple[type, ...], steps: dict[str, object]
) -> None:
    with pytest.raises(TypeError):
        catalog(classes, steps)  # type: ignore[arg-type]


def test_catalogs_are_merged_and_clashes_refused() -> None:
    both = merged([GROWN, COUNTER_EVENTS])
    assert both.decode("astra.test.grown.v1", b'{"euros":5}').unwrap() == Grown(
        cents=500, why="unknown"
    )
    assert both.name(Added(amount=1)) == Added.TYPE
    assert schema_version(Grown.TYPE) == 3
    with pytest.raises(TypeError):
        merged([GROWN, GROWN])
    assert classes_of(CounterEvent) == (Added, Taken)


def generous(command: CounterCommand, counter: Counter) -> object:
    """Other rules: credit is given."""
    return COUNTER.decide(command, attrs.evolve(counter, total=counter.total + 10))


KIND: Decider[CounterCommand, Counter, CounterEvent, TooLittle] = attrs.evolve(
    COUNTER,
    decide=generous,  # type: ignore[arg-type]
)
COMMANDS = union(classes_of(CounterCommand))


@given(total=st.integers(0, 50), amount=st.integers(1, 50), adds=st.booleans())
def test_a_decision_record_shows_what_other_rules_would_say(
    *, total: int, amount: int, adds: bool
) -> None:
    state = Counter(total=total, events=1)
    command: CounterCommand = (
        Add(counter="a", amount=amount) if adds else Take(counter="a", amount=amount)
    )
    record = decision(COUNTERS, COMMANDS, "rules-1", command, state)
    assert redecided(record, COUNTERS, COMMANDS, state).unwrap() is None
    other: Aggregate[CounterCommand, Counter, CounterEvent, TooLittle] = attrs.evolve(
        COUNTERS, decider=KIND
    )
    difference = redecided(record, other, COMMANDS, state).unwrap()
    if adds or amount <= total:
        assert difference is None
    else:
        assert isinstance(difference, Difference)
    elsewhere = redecided(record, COUNTERS, COMMANDS, Counter(total=total + 1, events=1))
    assert isinstance(elsewhere.failure(), BadBody)
    damaged = attrs.evolve(record, command=b"{}")
    assert is_failure(redecided(damaged, COUNTERS, COMMANDS, state))
