"""Leases and notes, on every backend."""

from adapters.db import leases, notes
from adapters.db.leases import Lease
from adapters.db.notes import Note
from astracore.instants import Instant
from shell.store import Store

LIFE = 100


def take(store: Store, holder: str, now: int) -> Lease:
    return store.write(lambda c: leases.take(c, "lead:x", holder, Instant(now), LIFE))


def test_the_first_takes_it_and_renews_it_under_one_token(store: Store) -> None:
    assert store.read(lambda c: leases.lease(c, "lead:x")) is None
    assert take(store, "a", 0) == Lease("lead:x", "a", 1, Instant(LIFE))
    assert take(store, "a", 90) == Lease("lead:x", "a", 1, Instant(190))


def test_nobody_takes_it_while_it_lives(store: Store) -> None:
    held = take(store, "a", 0)
    assert take(store, "b", LIFE - 1) == held
    assert take(store, "b", LIFE) == Lease("lead:x", "b", 2, Instant(2 * LIFE))


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


def test_several_are_taken_each_by_itself(store: Store) -> None:
    store.write(lambda c: leases.take(c, "n:b", "b", Instant(0), LIFE))
    asked = ("n:a", "n:b", "n:c")
    [first, second, third] = store.write(
        lambda c: leases.take_each(c, asked, "a", Instant(10), LIFE)
    )
    assert first == Lease("n:a", "a", 1, Instant(110))
    assert second == Lease("n:b", "b", 1, Instant(LIFE))
    assert third == Lease("n:c", "a", 1, Instant(110))
    proofs = {("n:a", 1), ("n:c", 1)}
    assert store.read(lambda c: leases.are_held(c, proofs))
    assert store.read(lambda c: leases.are_held(c, ()))
    assert not store.read(lambda c: leases.are_held(c, {*proofs, ("n:d", 1)}))
    store.write(lambda c: leases.take(c, "n:c", "b", Instant(500), LIFE))
    assert not store.read(lambda c: leases.are_held(c, proofs))
    store.write(lambda c: leases.release_each(c, proofs))
    assert store.write(lambda c: leases.take(c, "n:a", "b", Instant(11), LIFE)).token == 2
    assert store.write(lambda c: leases.take(c, "n:c", "a", Instant(501), LIFE)).holder == "b"
