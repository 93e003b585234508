"""Who is forgotten cannot be read any more, and every hash still holds; on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from adapters.db import log
from adapters.db.postgres import connect_store
from adapters.db.sqlite import open_store
from adapters.db.tables import events, subject_keys
from adapters.db.veil import Veil, claim, fits, forget_subject
from adapters.security.sealing import Sealing
from astracore.catalog.aggregates import USER_AGGREGATE
from astracore.errors.events import CorruptEvent
from astracore.events.envelope import Origin, StreamId
from astracore.events.stored import Stored, opened
from astracore.ids import CommandId, UserId
from astracore.instants import Instant
from astracore.outcome import is_failure
from astracore.users.commands import Register
from astracore.users.events import UserRegistered
from shell.asked import Asked
from shell.audit import verify
from shell.bell import Bell
from shell.commands import Commands
from shell.exports import export_chain
from shell.settler import Settler
from shell.store import Store
from shell.stores import MASTER, PERSONAL, MasterKey, store_in, store_to_read
from tests.domains.desk import MAKER, StoppedClock
from tests.servers.postgres import Server
from tests.servers.stores import database

AT = Instant(1_772_618_400_000_000)
ADA, BOB = UserId("user-ada"), UserId("user-bob")
VEIL = Veil(PERSONAL, Sealing(bytes(range(32))))
OTHER = Veil(PERSONAL, Sealing(bytes(32)))


@pytest.fixture(params=("sqlite", "postgresql"))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store with a veil."""
    if request.param == "sqlite":
        one = open_store(tmp_path / "store.db", VEIL).unwrap()
        yield one
        one.close()
    else:
        server: Server = request.getfixturevalue("postgres")
        with database(server) as address:
            other = connect_store(address, VEIL).unwrap()
            yield other
            other.close()


async def registered(store: Store, user: UserId, name: str) -> None:
    """A new player."""
    settler = Settler(store, StoppedClock(), Bell(), MAKER)
    origin = Origin(
        command_id=CommandId(f"register-{user}"), correlation_id="c", causation_id="c",
        actor=user, at=AT,
    )  # fmt: skip
    command = Register(user_id=user, username=name, at=AT, country="NL")
    answer = await Commands(settler, store.alias).run(
        Asked(command=command, origin=origin, digest="d", answer=lambda _: b"")
    )
    assert not is_failure(answer), answer
    await settler.close()


def exported(store: Store) -> list[str]:
    """The lines that an auditor gets."""
    lines: list[str] = []
    store.read(lambda connection: export_chain(connection, lines.append))
    return lines


def people(store: Store) -> list[tuple[str, str | None]]:
    """Names and countries as whoever folds the log reads them."""
    return [
        (event.username, event.country)
        for one in store.read(lambda connection: log.after(connection, 0, 100))
        if one.type == UserRegistered.TYPE
        for event in (read(one),)
    ]


def read(one: Stored) -> UserRegistered:
    """The event, which must be readable."""
    event = opened(one, USER_AGGREGATE.events.decode).unwrap().event
    assert isinstance(event, UserRegistered)
    return event


def bodies(store: Store) -> bytes:
    """All that the database holds of what happened, streams' names included."""
    rows = store.read(lambda connection: connection.execute(select(events)).all())
    return repr(rows).encode()


async def test_the_database_holds_no_name_and_readers_see_it(store: Store) -> None:
    await registered(store, ADA, "Ada-L")
    assert people(store) == [("Ada-L", "NL")]
    assert b"ada-l" not in bodies(store).lower()
    assert b'"NL"' not in bodies(store)
    assert ADA.encode() in bodies(store)
    stream = store.read(lambda connection: log.stream(connection, StreamId("user.user", ADA)))
    assert read(stream[0]).username == "Ada-L"


async def test_who_is_forgotten_is_unreadable_and_the_chain_holds(store: Store) -> None:
    await registered(store, ADA, "Ada-L")
    await registered(store, BOB, "Bob")
    before = list(exported(store))
    assert store.write(lambda connection: forget_subject(connection, ADA, AT))
    assert not store.write(lambda connection: forget_subject(connection, ADA, AT))
    assert people(store) == [("erased", None), ("Bob", "NL")]
    assert verify(store).unwrap().events == 4
    assert list(exported(store)) == before
    assert "Ada-L" not in "".join(before)


async def test_nothing_new_is_kept_of_who_was_forgotten(store: Store) -> None:
    await registered(store, ADA, "Ada-L")
    store.write(lambda connection: forget_subject(connection, ADA, AT))
    await registered(store, BOB, "Bob")
    keys = store.read(lambda connection: connection.execute(select(subject_keys)).all())
    assert {(subject, wrapped == b"") for subject, wrapped, _ in keys} == {
        (ADA, True),
        (BOB, False),
    }


async def test_a_seal_in_another_place_is_damage(store: Store) -> None:
    await registered(store, ADA, "Ada-L")
    await registered(store, BOB, "Bob")
    ada, bob = (
        one
        for one in store.read(lambda connection: log.kept_after(connection, 0, 100))
        if one.type == UserRegistered.TYPE
    )
    moved = bob.body.replace(BOB.encode(), ADA.encode())
    store.write(
        lambda connection: connection.execute(
            update(events).where(events.c.position == ada.position).values(body=moved)
        )
    )
    found = store.read(lambda connection: log.between(connection, ada.position, ada.position))
    fault = opened(found[0], USER_AGGREGATE.events.decode).failure()
    assert isinstance(fault, CorruptEvent)
    assert is_failure(verify(store))


def test_another_master_key_is_refused(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store.db", VEIL).unwrap()
    assert store.read(lambda connection: fits(connection, None))
    assert store.write(lambda connection: claim(connection, VEIL))
    assert store.write(lambda connection: claim(connection, VEIL))
    assert not store.write(lambda connection: claim(connection, OTHER))
    assert not store.read(lambda connection: fits(connection, None))
    store.close()


def test_what_is_sealed_opens_in_its_place_alone() -> None:
    sealing = Sealing(bytes(32))
    key = sealing.new_key()
    text = sealing.seal(key, b'"Ada"', "a/1/username")
    assert sealing.unseal(key, text, "a/1/username") == b'"Ada"'
    assert sealing.seal(key, b'"Ada"', "a/1/username") != text
    for wrong in (
        sealing.unseal(key, text, "a/2/username"),
        sealing.unseal(sealing.new_key(), text, "a/1/username"),
        sealing.unseal(key, text[:-4] + "AAAA", "a/1/username"),
        sealing.unseal(key, "no base64", "a/1/username"),
        sealing.key_of(sealing.wrap(key, "ada"), "bob"),
        sealing.key_of(b"", "ada"),
    ):
        assert wrong is None
    assert sealing.key_of(sealing.wrap(key, "ada"), "ada") == key
    assert "master" not in repr(sealing)


def test_where_people_are_sealed_nothing_is_written_in_the_clear(tmp_path: Path) -> None:
    """A database of persons does not pass for one of nobody, with its key or without."""
    store = store_in(tmp_path, fictitious=True)
    assert store.unwrap().alias("ada") == "ada"
    store.unwrap().close()
    store_in(tmp_path).unwrap().close()
    store = store_in(tmp_path, fictitious=True)
    assert store.unwrap().alias("ada") != "ada"
    store.unwrap().close()
    (tmp_path / MASTER).unlink()
    assert store_in(tmp_path, fictitious=True).failure() == MasterKey(str(tmp_path / MASTER))
    assert store_to_read(tmp_path).failure() == MasterKey(str(tmp_path / MASTER))
    assert store_in(tmp_path).failure() == MasterKey(str(tmp_path / MASTER))
    store_to_read(tmp_path, as_kept=True).unwrap().close()
