"""Leases and notes, on every backend."""

from adapters.db import leases, notes
from adapters.db.leases import Lease
from adapters.db.notes import Note
from astracore.instants import Instant
from shell.store import Store

LIFE = 100


def take(store: Store, holder: str, now: int) -> Lease:
    return store.write(lambda c: leases.take(c, "leader", holder, Instant(now), LIFE))


def test_the_first_takes_it_and_renews_it_under_one_token(store: Store) -> None:
    assert store.read(lambda c: leases.lease(c, "leader")) is None
    assert take(store, "a", 0) == Lease("leader", "a", 1, Instant(LIFE))
    assert take(store, "a", 90) == Lease("leader", "a", 1, Instant(190))


def test_nobody_takes_it_while_it_lives(store: Store) -> None:
    held = take(store, "a", 0)
    assert take(store, "b", LIFE - 1) == held
    assert take(store, "b", LIFE) == Lease("leader", "b", 2, Instant(2 * LIFE))


def test_the_old_token_is_worth_nothing_afterwards(store: Store) -> None:
    old = take(store, "a", 0)
    assert store.read(lambda c: leases.is_held(c, old))
    new = take(store, "b", 500)
    assert not store.read(lambda c: leases.is_held(c, old))
    store.write(lambda c: leases.release(c, old))
    assert take(store, "a", 501) == new


def test_what_is_released_is_free_at_once(store: Store) -> None:
    held = take(store, "a", 0)
    store.write(lambda c: leases.release(c, held))
    assert take(store, "b", 1).holder == "b"


def test_the_newest_note_stands(store: Store) -> None:
    store.write(lambda c: notes.write(c, [Note("p:b", 1, b"1"), Note("p:a", 1, b"2")]))
    store.write(lambda c: notes.write(c, [Note("p:b", 2, b"3"), Note("q", 2, b"4")]))
    told = store.read(lambda c: notes.under(c, "p:"))
    assert told == (Note("p:a", 1, b"2"), Note("p:b", 2, b"3"))
    assert store.read(lambda c: notes.under(c, "p_")) == ()
