"""Where everything stands is one text, on every backend: another text when anything has moved."""

from adapters.db import rows
from adapters.db.rows import Checkpoint
from adapters.db.standing import standing
from shell.store import Store
from tests.adapters.db.test_store_conformance import adds, settled


def test_it_changes_with_all_that_rows_follow_from_and_with_nothing_else(store: Store) -> None:
    seen = [store.read(standing)]

    def moved() -> None:
        seen.append(store.read(standing))
        assert store.read(standing) == seen[-1]

    store.write(lambda connection: rows.advance(connection, [("a", 1)], 0))
    moved()
    settled(store, adds("k1", 1))
    moved()
    store.write(lambda connection: rows.advance(connection, [("a", 1)], 1))
    moved()
    store.write(lambda connection: rows.want_rebuild(connection, "b", 1))
    moved()
    store.write(lambda connection: rows.advance(connection, [("b", 1)], 1))
    moved()
    store.write(lambda connection: rows.switch(connection, [("a", Checkpoint(1, 1, "a/2"))]))
    moved()
    assert len(set(seen)) == len(seen)
