"""What every backend of the store must do; nothing here knows which one it is."""

from collections.abc import Callable
from typing import TypeAlias

import attrs
import pytest
from returns.result import Failure, Result, Success
from sqlalchemy import Connection

from adapters.db import log, rows
from adapters.db.bulk import MANY
from adapters.db.rows import Checkpoint, Page, Row
from adapters.db.settle import Ask, Decided, History, Settled, Stamp, forget_keys, settle
from astracore.errors.events import IdempotencyMismatch, SpineFault, StaleVersion
from astracore.events.canonical import digest
from astracore.events.chain import GENESIS, REFUSED, Link, verified
from astracore.events.envelope import StreamId
from astracore.events.projection import Change
from astracore.events.snapshot import snapshot
from astracore.events.stored import Stored, fresh, sealed
from astracore.ids import CommandId
from astracore.instants import Instant
from shell.store import Store
from tests.domains.counter import COUNTER_EVENTS, COUNTERS, Added, Counter, origin

NOW = Instant(5_000_000)
STAMP = Stamp(recorded_at=NOW, config_version="1", producer="test")
A, B = StreamId("test.counter", "a"), StreamId("test.counter", "b")


Deciding: TypeAlias = Callable[[History], Result[Decided, SpineFault]]


def adds(key: str, *amounts: int, digest: str = "d", on: StreamId = A, kept: bool = False) -> Ask:
    """Adds `amounts` to a counter without looking."""

    def decide(_history: History) -> Result[Decided, SpineFault]:
        made = tuple(
            fresh(COUNTER_EVENTS, Added(amount=amount), on, origin(key), place)
            for place, amount in enumerate(amounts)
        )
        return Success(Decided(events=made))

    return asked(key, decide, digest=digest, on=on, kept=kept)


def refuses(key: str, *, digest: str = "d") -> Ask:
    """Is refused, whatever is there."""
    return asked(key, lambda _history: Success(Decided(refusal=b'{"no":1}')), digest=digest)


def asked(
    key: str, decide: Deciding, *, digest: str = "d", on: StreamId = A, kept: bool = False
) -> Ask:
    return Ask(
        key=CommandId(key),
        digest=digest,
        actor="u1",
        at=Instant(1),
        streams=(on,),
        decide=decide,
        answer=lambda stored: ",".join(str(one.position) for one in stored).encode(),
        kept=kept,
    )


def settled(store: Store, *asks: Ask) -> list[Result[Settled, SpineFault]]:
    return store.write(lambda connection: settle(connection, asks, STAMP))


def all_events(store: Store) -> tuple[Stored, ...]:
    return store.read(lambda connection: log.after(connection, 0, 1000))


def test_an_empty_store_has_a_head(store: Store) -> None:
    assert store.read(log.log_head) == log.LogHead(0, 0, GENESIS)
    assert all_events(store) == ()


def test_versions_and_positions_are_gapless(store: Store) -> None:
    settled(store, adds("c1", 1, 2), adds("c2", 3, on=B))
    settled(store, adds("c3", 4), adds("c4", 5, on=B))
    events = all_events(store)
    assert [one.position for one in events] == [1, 2, 3, 4, 5]
    assert [(one.key, one.version) for one in events] == [
        ("a", 1), ("a", 2), ("b", 1), ("a", 3), ("b", 2),
    ]  # fmt: skip


def test_events_come_back_as_they_went_in(store: Store) -> None:
    [result] = settled(store, adds("c1", 1, 2))
    assert all_events(store) == result.unwrap().stored
    assert store.read(lambda c: log.between(c, 2, 2)) == result.unwrap().stored[1:]


def test_after_is_bounded_and_ordered(store: Store) -> None:
    settled(store, adds("c1", *range(10)))
    found = store.read(lambda connection: log.after(connection, 3, 4))
    assert [one.position for one in found] == [4, 5, 6, 7]


def test_stream_reads_one_stream_behind_a_version(store: Store) -> None:
    settled(store, adds("c1", 1, 2, 3), adds("c2", 4, on=B))
    assert [one.version for one in store.read(lambda c: log.stream(c, A, 1))] == [2, 3]


def test_the_same_key_gets_the_stored_answer(store: Store) -> None:
    [first] = settled(store, adds("c1", 1, 2))
    [again] = settled(store, adds("c1", 7))
    assert again.unwrap().replayed
    assert again.unwrap().answer == first.unwrap().answer == b"1,2"
    assert again.unwrap().stored == first.unwrap().stored
    assert len(all_events(store)) == 2


def test_the_same_key_in_one_group_acts_once(store: Store) -> None:
    results = settled(store, *(adds("c1", 1, 2) for _ in range(32)))
    assert [one.unwrap().replayed for one in results] == [False] + [True] * 31
    assert len({(one.unwrap().answer, one.unwrap().stored) for one in results}) == 1
    assert len(all_events(store)) == 2


def test_the_same_key_for_other_content_changes_nothing(store: Store) -> None:
    settled(store, adds("c1", 1))
    before = store.read(log.log_head)
    [other] = settled(store, adds("c1", 1, digest="e"))
    assert other == Failure(IdempotencyMismatch("c1"))
    assert store.read(log.log_head) == before


def test_a_refusal_is_stored_and_stays(store: Store) -> None:
    settled(store, refuses("c1"))
    [again] = settled(store, adds("c1", 1))
    assert again.unwrap().refused
    assert again.unwrap().replayed
    assert again.unwrap().answer == b'{"no":1}'
    assert all_events(store) == ()
    [entry] = store.read(lambda connection: log.audit_after(connection, 0, 10))
    assert (entry.entry.kind, entry.entry.ref) == (REFUSED, "c1")


def test_a_fault_of_the_spine_is_not_stored(store: Store) -> None:
    stale = StaleVersion("test.counter/a", 1, 0)
    [result] = settled(store, asked("c1", lambda _history: Failure(stale)))
    assert result == Failure(stale)
    assert settled(store, adds("c1", 1))[0].unwrap().replayed is False


def test_a_command_without_events_keeps_its_answer(store: Store) -> None:
    settled(store, adds("c0", 1))
    [first] = settled(store, adds("c1"))
    [again] = settled(store, adds("c1"))
    assert first.unwrap().position == again.unwrap().position == 1
    assert first.unwrap().stored == again.unwrap().stored == ()


def test_a_decision_sees_what_the_group_did_before_it(store: Store) -> None:
    settled(store, adds("c1", 1))
    seen: list[tuple[int, tuple[int, ...]]] = []

    def look(history: History) -> Result[Decided, SpineFault]:
        seen.append((history.head(A), tuple(one.version for one in history.tail(A, 0))))
        return Success(Decided())

    settled(store, adds("c2", 2), adds("c3", 3, on=B), asked("c4", look), adds("c5", 4))
    assert seen == [(2, (1, 2))]


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    def breaks(_history: History) -> Result[Decided, SpineFault]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        settled(store, adds("c1", 1), asked("c2", breaks))
    assert all_events(store) == ()
    assert store.read(log.log_head).seq == 0


@pytest.mark.parametrize("size", [1, 3 * MANY])
def test_few_events_and_many_are_stored_alike(store: Store, size: int) -> None:
    first, other = settled(store, adds("c1", *range(size)), adds("c2", *range(size), on=B))
    assert all_events(store) == (*first.unwrap().stored, *other.unwrap().stored)
    chain = store.read(lambda connection: log.audit_after(connection, 0, 1000))
    bodies = [digest(sealed(one)) for one in all_events(store)]
    links = [Link(row.entry, row.hash, body) for row, body in zip(chain, bodies, strict=True)]
    head = verified(links).unwrap()
    assert store.read(log.log_head) == log.LogHead(2 * size, head.seq, head.hash)


@pytest.mark.parametrize("size", [1, 3 * MANY])
def test_an_event_id_stands_once(store: Store, size: int) -> None:
    """What the database itself refuses takes its whole transaction along, and nothing else."""
    [before] = settled(store, adds("c1", *range(size)))
    again = attrs.evolve(adds("c1", *range(size), on=B), key=CommandId("c2"))
    with pytest.raises(Exception, match=r"(?i)unique"):
        settled(store, again)
    assert all_events(store) == before.unwrap().stored
    assert settled(store, adds("c3", 1, on=B))[0].unwrap().version == 1


def test_snapshots_are_replaced(store: Store) -> None:
    def keeps(version: int) -> Ask:
        taken = snapshot(COUNTERS, A, version, Counter(total=version, events=version))
        return asked(f"s{version}", lambda _history: Success(Decided(snapshots=(taken,))))

    settled(store, keeps(200))
    settled(store, keeps(400))
    found = store.read(lambda connection: log.snapshot(connection, A))
    assert found is not None
    assert found.version == 400
    assert store.read(lambda c: log.snapshots_of(c, "test.counter")) == (found,)
    assert store.read(lambda connection: log.snapshot(connection, B)) is None


def test_old_keys_are_forgotten_but_not_those_of_policies(store: Store) -> None:
    settled(store, adds("c1", 1), adds("c2", 1, kept=True), refuses("c3"))
    before = Instant(NOW.micros + 1)
    assert store.write(lambda connection: forget_keys(connection, before)) == 1
    ids = [CommandId(name) for name in ("c1", "c2", "c3")]
    assert sorted(store.read(lambda connection: log.keys(connection, ids))) == ["c2", "c3"]


def put(store: Store, *changes: Change) -> None:
    store.write(lambda connection: rows.store_changes(connection, [("m", changes)]))


def test_rows_are_written_replaced_and_deleted(store: Store) -> None:
    put(store, Change("k1", "u1", "5", b"1"), Change("k2", "u2", "4", b"2"))
    put(store, Change("k1", "u1", "6", b"3"), Change("k2", "", "", None))
    assert store.read(lambda c: rows.row(c, "m", "k1")) == Row("k1", "u1", "6", b"3")
    assert store.read(lambda c: rows.row(c, "m", "k2")) is None
    assert store.read(lambda c: rows.row(c, "other", "k1")) is None
    assert store.read(lambda c: rows.count(c, "m")) == 1


@pytest.mark.parametrize("descending", [False, True])
def test_pages_cover_everything_once_in_order(store: Store, *, descending: bool) -> None:
    changes = [Change(f"k{n}", f"u{n % 2}", f"{n // 3}", b"") for n in range(20)]
    put(store, *changes)
    order = sorted(((one.sort, one.key) for one in changes), reverse=descending)
    seen: list[tuple[str, str]] = []
    after = None
    while True:
        wanted = Page(limit=7, after=after, descending=descending)
        found = store.read(lambda c: rows.page(c, "m", wanted))  # noqa: B023
        seen.extend((one.sort, one.key) for one in found)
        if not found:
            break
        after = seen[-1]
    assert seen == order


def test_pages_of_an_owner_hold_nobody_elses_rows(store: Store) -> None:
    put(store, *(Change(f"k{n}", f"u{n % 2}", "s", b"") for n in range(6)))
    found = store.read(lambda c: rows.page(c, "m", Page(limit=10, owner="u1")))
    assert [one.key for one in found] == ["k1", "k3", "k5"]


def test_rows_under_a_beginning_are_those_alone(store: Store) -> None:
    """By key and by order; the neighbours of "/" do not slip in."""
    names = ("a/1", "a/2", "a", "a-/1", "a.", "a0", "ab/1", "A/1", "a/")
    put(store, *(Change(name, "u1", f"{name}~", b"") for name in names))
    put(store, Change("z", "u2", "a/3~", b""))
    keys = store.read(lambda c: [one.key for one in rows.under(c, "m", "a/", 9)])
    assert keys == ["a/", "a/1", "a/2"]
    assert len(store.read(lambda c: rows.under(c, "m", "a/", 2))) == 2
    page = Page(limit=9, owner="u1", under="a/", after=("a/1~", "a/1"))
    assert [one.key for one in store.read(lambda c: rows.page(c, "m", page))] == ["a/2", "a/"]
    page = Page(limit=9, under="a/")
    keys = [one.key for one in store.read(lambda c: rows.page(c, "m", page))]
    assert keys == ["a/1", "a/2", "z", "a/"]
    assert set(store.read(lambda c: rows.some(c, "m", ("a", "ab/1", "none")))) == {"a", "ab/1"}


def test_checkpoints_move_forward_only(store: Store) -> None:
    def move(position: int, version: int = 1) -> None:
        store.write(lambda connection: rows.advance(connection, [("m", version)], position))

    def at(connection: Connection) -> Checkpoint | None:
        return rows.checkpoint(connection, "m")

    assert store.read(at) is None
    move(5)
    move(3)
    assert store.read(at) == Checkpoint(1, 5, "m")
    move(2, version=2)
    assert store.read(at) == Checkpoint(2, 2, "m")
    store.write(lambda connection: rows.advance(connection, [], 9))
    assert store.read(at) == Checkpoint(2, 2, "m")
