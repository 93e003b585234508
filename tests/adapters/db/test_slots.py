"""The two slots of a read model, on every backend."""

import pytest
from attrs import frozen
from sqlalchemy import Connection

from adapters.db import leases, migrate, ranks, rows
from adapters.db.rows import REBUILD, UNCLEAN, Checkpoint, NotShownError, Page
from astracore.events.projection import Change
from astracore.instants import Instant
from shell.store import Store

SLOTS = ("m", "m/2", "n", "n/2")
UNDER = "0007"  # the schema before there were slots


@frozen
class Named:
    """As much of a model as the rows want to know."""

    name: str = "m"
    version: int = 1


MODEL = Named()


def written(connection: Connection, slot: str, *keys: str) -> None:
    changes = [Change(key, "u", key, slot.encode()) for key in keys]
    rows.store_changes(connection, [(slot, changes)], {slot})


def keys_of(connection: Connection, slot: str) -> list[str]:
    return [one.key for one in rows.page(connection, slot, Page(limit=100))]


def test_a_model_is_shown_in_its_version_and_up_to_its_position(store: Store) -> None:
    with pytest.raises(NotShownError, match="m is not caught up"):
        store.read(lambda c: rows.shown(c, MODEL))
    store.write(lambda c: rows.advance(c, [("m", 1)], 7))
    assert store.read(lambda c: rows.shown(c, MODEL, 7)) == "m"
    for model, least in ((MODEL, 8), (Named(version=2), 0), (Named(name="n"), 0)):
        with pytest.raises(NotShownError):
            store.read(lambda c: rows.shown(c, model, least))  # noqa: B023


def test_new_rows_are_shown_by_one_switch_and_back_again(store: Store) -> None:
    def seen(connection: Connection) -> list[str]:
        return keys_of(connection, rows.shown(connection, MODEL))

    store.write(lambda c: written(c, "m", "a", "b"))
    store.write(lambda c: rows.advance(c, [("m", 1)], 7))
    wanted = store.write(lambda c: rows.want_rebuild(c, "m", 1))
    assert wanted == Checkpoint(1, UNCLEAN, "m/2")
    store.write(lambda c: written(c, "m/2", "c"))
    built = Checkpoint(1, 5, "m/2")
    store.write(lambda c: rows.advance_rebuild(c, [("m", built)]))
    assert store.write(lambda c: rows.want_rebuild(c, "m", 1)) == built  # it goes on
    assert store.read(seen) == ["a", "b"]
    store.write(lambda c: rows.switch(c, [("m", Checkpoint(1, 8, "m/2"))]))
    assert store.read(seen) == ["c"]
    assert store.read(rows.standing) == {"m": Checkpoint(1, 8, "m/2")}
    store.write(lambda c: rows.advance(c, [("m", 1)], 9))
    assert store.read(lambda c: rows.checkpoint(c, "m")) == Checkpoint(1, 9, "m/2")
    assert store.write(lambda c: rows.want_rebuild(c, "m", 1)).slot == "m"
    store.write(lambda c: rows.give_up_rebuild(c, "m"))
    assert store.read(rows.standing) == {"m": Checkpoint(1, 9, "m/2")}


def test_another_version_begins_anew(store: Store) -> None:
    store.write(lambda c: rows.advance_rebuild(c, [("m", Checkpoint(1, 5, "m"))]))
    assert store.write(lambda c: rows.want_rebuild(c, "m", 2)) == Checkpoint(2, UNCLEAN, "m")


def test_a_slot_is_emptied_in_parts(store: Store) -> None:
    store.write(lambda c: written(c, "m", *"abcde"))
    store.write(lambda c: written(c, "m/2", "a"))
    assert [store.write(lambda c: rows.empty(c, "m", 2)) for _ in range(4)] == [2, 2, 1, 0]
    assert store.read(lambda c: keys_of(c, "m")) == []
    assert store.read(lambda c: keys_of(c, "m/2")) == ["a"]


def test_the_schema_goes_back_and_forward_with_what_is_shown(store: Store) -> None:
    """Back: the shown rows under the model's own name. Forward: the old leader is retired."""

    def two_of_each(connection: Connection) -> None:
        for model in ("m", "n"):
            written(connection, model, "old")
            rows.advance(connection, [(model, 1)], 4)
        rows.switch(connection, [("m", Checkpoint(1, 5, "m/2"))])
        written(connection, "m/2", "new")
        rows.advance_rebuild(connection, [("n", Checkpoint(1, 2, "n/2"))])
        written(connection, "n/2", "half")

    store.write(two_of_each)
    store.write(lambda c: migrate.downgrade(c, UNDER))
    assert store.read(lambda c: keys_of(c, "m")) == ["new"]
    assert store.read(lambda c: keys_of(c, "n")) == ["old"]
    assert store.read(lambda c: [keys_of(c, slot) for slot in ("m/2", "n/2")]) == [[], []]
    assert store.read(lambda c: [ranks.count(c, slot, "u") for slot in SLOTS]) == [1, 0, 1, 0]
    held = store.write(lambda c: leases.take(c, "leader", "old", Instant(5), 9))
    assert held.holder == "old"
    store.write(migrate.upgrade)
    assert store.read(rows.standing) == {
        "m": Checkpoint(1, 5, "m"),
        "n": Checkpoint(1, 4, "n"),
    }
    assert not store.read(lambda c: leases.is_held(c, held))
    again = store.write(lambda c: leases.take(c, "leader", "old", Instant(10**16), 9))
    assert again.holder == "retired"
    assert REBUILD + "n" not in store.read(rows.standing)
