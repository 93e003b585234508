"""Who leads which domain, and what a term is worth after it has ended."""

from pathlib import Path

import pytest
from attrs import define

from adapters.db.sqlite import open_store
from astracore.instants import SECOND, Instant
from shell.store import Store
from shell.workers.leading import LIFE, Candidate, LeadLostError, Term


@define
class Time:
    """It passes when a test says so."""

    micros: int = 1_000 * SECOND

    def now(self) -> Instant:
        """The instant it is."""
        return Instant(self.micros)

    def monotonic(self) -> float:
        """The same in seconds."""
        return self.micros / SECOND


def candidate(store: Store, time: Time, name: str, *domains: str) -> Candidate:
    return Candidate(store, time, name, time.monotonic, frozenset(domains))


def holds(one: Candidate, store: Store, term: Term) -> bool:
    try:
        store.write(lambda connection: one.fence(connection, term))
    except LeadLostError:
        return False
    return True


async def test_each_leads_what_nobody_else_does(tmp_path: Path) -> None:
    store, time = open_store(tmp_path / "store.db").unwrap(), Time()
    first = candidate(store, time, "a", "trading", "social")
    second = candidate(store, time, "b", "social", "user")
    await first.ask()
    await second.ask()
    assert first.term.domains == {"trading", "social"}
    assert second.term.domains == {"user"}
    assert first.post("social").leads.is_set()
    assert second.post("social").follows.is_set()
    time.micros += LIFE  # the first one is silent
    await second.ask()
    assert second.term.domains == {"social", "user"}
    assert second.post("social").leads.is_set()
    assert not holds(first, store, first.term)
    assert holds(first, store, first.term.of("trading"))  # nobody else serves it
    await first.ask()
    assert first.term.domains == {"trading"}
    assert first.post("social").follows.is_set()
    store.close()


async def test_who_leads_again_is_in_another_term(tmp_path: Path) -> None:
    """It slept, another one led and died meanwhile: what it began before must not be stored."""
    store, time = open_store(tmp_path / "store.db").unwrap(), Time()
    sleeper = candidate(store, time, "a", "trading")
    other = candidate(store, time, "b", "trading")
    await sleeper.ask()
    before, post = sleeper.term, sleeper.post("trading")
    time.micros += LIFE
    await other.ask()
    time.micros += LIFE
    await sleeper.ask()
    assert sleeper.term.domains == {"trading"}
    assert sleeper.term != before
    assert not holds(sleeper, store, before)
    assert holds(sleeper, store, sleeper.term)
    assert post.leads.is_set()
    assert not post.follows.is_set()
    store.close()


async def test_without_a_store_nobody_leads_for_longer_than_a_lease(tmp_path: Path) -> None:
    store, time = open_store(tmp_path / "store.db").unwrap(), Time()
    one = candidate(store, time, "a", "trading")
    await one.ask()
    store.close()
    time.micros += LIFE
    await one.ask()
    assert one.term.domains == {"trading"}
    time.micros += 1
    await one.ask()
    assert one.term == Term()
    with pytest.raises(RuntimeError):
        store.write(lambda connection: one.fence(connection, one.term))
