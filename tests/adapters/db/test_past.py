"""Any stream as of any point of the past, on every backend of the store."""

from attrs import evolve
from returns.result import Result, Success
from sqlalchemy import Connection, update

from adapters.db import log
from adapters.db.settle import Ask, Decided, History, Stamp, settle
from adapters.db.tables import snapshots
from astracore.errors.events import (
    BeforeBeginning,
    BehindEnd,
    PastFault,
    SpineFault,
    UnknownCategory,
    UnknownStream,
)
from astracore.events.envelope import StreamId
from astracore.events.past import Cut, Past
from astracore.events.snapshot import snapshot
from astracore.events.stored import fresh
from astracore.instants import Instant
from astracore.outcome import is_failure
from shell.past import CHUNK, aggregate_of, state_at
from shell.store import Store
from tests.adapters.db.test_store_conformance import A, B, asked, settled
from tests.domains.counter import COUNTER_EVENTS, COUNTERS, Added, Counter, origin

# When each event of A happened and when it was written down; the fourth was told late.
TIMES = ((10, 10), (20, 20), (30, 30), (15, 40), (50, 50))


def add(key: str, amount: int, occurred: int, *, on: StreamId = A, kept: int = 0) -> Ask:
    """Adds 10**n, so that a total tells which events count; a snapshot after `kept` events."""

    def decide(_history: History) -> Result[Decided, SpineFault]:
        at = evolve(origin(key), at=Instant(occurred))
        state = Counter(total=sum(10**n for n in range(kept)), events=kept)
        shot = (snapshot(COUNTERS, on, kept, state),) if kept else ()
        made = (fresh(COUNTER_EVENTS, Added(amount=amount), on, at, 0),)
        return Success(Decided(events=made, snapshots=shot))

    return asked(key, decide, on=on)


def written(store: Store, kept: int) -> None:
    """A's five events with another stream's between them, and a snapshot after `kept`."""
    for place, (occurred, recorded) in enumerate(TIMES):
        stamp = Stamp(recorded_at=Instant(recorded), config_version="1", producer="test")
        asks = (
            add(f"a{place}", 10**place, occurred, kept=kept if place + 1 == kept else 0),
            add(f"b{place}", 7, occurred, on=B),
        )
        for ask in asks:
            store.write(lambda connection: settle(connection, (ask,), stamp))  # noqa: B023


def at(
    store: Store, on: StreamId = A, /, **limits: int | Instant
) -> Result[Past[Counter], PastFault]:
    """A's state at a cut."""
    cut = Cut(**limits)  # type: ignore[arg-type]  # each test names its own limits
    return store.read(lambda connection: state_at(connection, COUNTERS, on, cut))


def total(store: Store, **limits: int | Instant) -> int:
    return at(store, A, **limits).unwrap().state.total


def test_every_kind_of_point_with_and_without_a_snapshot(store: Store) -> None:
    written(store, kept=4)
    assert store.read(lambda connection: log.snapshot(connection, A)) is not None
    assert [total(store, version=n) for n in range(1, 6)] == [1, 11, 111, 1111, 11111]
    assert [total(store, position=n) for n in range(1, 11)] == [
        1, 1, 11, 11, 111, 111, 1111, 1111, 11111, 11111,
    ]  # fmt: skip
    recorded = [total(store, recorded=Instant(n)) for n in (10, 19, 20, 39, 40, 49, 50, 99)]
    assert recorded == [1, 1, 11, 111, 1111, 1111, 11111, 11111]
    occurred = [total(store, occurred=Instant(n)) for n in (10, 14, 15, 20, 30, 49, 50)]
    assert occurred == [1, 1, 1001, 1011, 1111, 1111, 11111]
    assert total(store, occurred=Instant(20), recorded=Instant(39)) == 11
    assert total(store) == 11111


def test_what_is_told_of_a_point(store: Store) -> None:
    written(store, kept=2)
    late = at(store, occurred=Instant(15)).unwrap()
    assert (late.newest.version, late.newest.position, late.left_out) == (4, 7, 2)
    on_the_shot = at(store, version=2).unwrap()
    assert (on_the_shot.newest.version, on_the_shot.left_out) == (2, 0)
    assert on_the_shot.newest.recorded_at == 20


def test_a_snapshot_is_used_where_all_of_it_counts_and_nowhere_else(store: Store) -> None:
    written(store, kept=3)
    lie = snapshot(COUNTERS, A, 3, Counter(total=500, events=3))

    def plant(connection: Connection) -> None:
        connection.execute(
            update(snapshots)
            .where(snapshots.c.key == "a")
            .values(body=lie.body, body_hash=lie.body_hash)
        )

    store.write(plant)
    told = [total(store, version=n) for n in range(1, 6)]
    assert told == [1, 11, 500, 1500, 11500]
    assert [total(store, position=n) for n in (4, 5)] == [11, 500]
    assert [total(store, recorded=Instant(n)) for n in (29, 30)] == [11, 500]
    assert [total(store, occurred=Instant(n)) for n in (29, 30)] == [1011, 1500]


def test_a_damaged_snapshot_is_as_good_as_none(store: Store) -> None:
    written(store, kept=3)
    damage = update(snapshots).where(snapshots.c.key == "a").values(body=b"{}")
    store.write(lambda connection: connection.execute(damage))
    assert total(store, version=4) == 1111


def test_refusals(store: Store) -> None:
    written(store, kept=2)
    assert at(store, version=6).failure() == BehindEnd(str(A), 5)
    assert at(store, recorded=Instant(9)).failure() == BeforeBeginning(str(A))
    assert at(store, occurred=Instant(-1)).failure() == BeforeBeginning(str(A))
    assert at(store, B, position=1).failure() == BeforeBeginning(str(B))
    nobody = StreamId("test.counter", "nobody")
    assert at(store, nobody).failure() == UnknownStream(str(nobody))
    assert aggregate_of("test.counter").failure() == UnknownCategory("test.counter")
    assert not is_failure(aggregate_of("trading.account"))


def test_a_stream_is_read_in_chunks(store: Store) -> None:
    """As many events as two chunks and a bit: none is skipped where they meet."""
    count = 2 * CHUNK + 3

    def decide(_history: History) -> Result[Decided, SpineFault]:
        made = tuple(
            fresh(COUNTER_EVENTS, Added(amount=1), A, origin("c"), place) for place in range(count)
        )
        return Success(Decided(events=made))

    settled(store, asked("c", decide))
    assert total(store) == count
    assert total(store, version=CHUNK + 1) == CHUNK + 1
