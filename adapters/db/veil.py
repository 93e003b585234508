"""Personal fields on their way into the log and out of it: sealed under a key for each person.

Where a store has a `Veil`, whoever reads events gets them as they were, or as erased when the
person's key is gone; whoever verifies or copies the log reads them as they are kept.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

import attrs
from attrs import frozen
from sqlalchemy import Connection, bindparam, insert, select, update

from adapters.db.tables import subject_keys
from astracore.events.personal import Personal, subject_of, unveiled, veiled
from astracore.events.stored import Stored
from astracore.instants import Instant

OPTION = "astra_veil"  # the engine's option under which connections find it
GONE = b""  # a key that was destroyed
DAMAGED = b"?"  # no JSON: the sealed value stays where it stands
CANARY = "@master"  # no person: tells whether the master key is the one of this database
KEYS = select(subject_keys.c.subject, subject_keys.c.wrapped).where(
    subject_keys.c.subject.in_(bindparam("subjects", expanding=True))
)


class Cipher(Protocol):
    """What seals: `adapters.security` has one."""

    def new_key(self) -> bytes:
        """A key for one person."""
        ...

    def wrap(self, key: bytes, subject: str) -> bytes:
        """A person's key as it may be stored."""
        ...

    def key_of(self, wrapped: bytes, subject: str) -> bytes | None:
        """A person's key; None when it was not wrapped here."""
        ...

    def alias(self, text: str) -> str:
        """What stands for a text in the log."""
        ...

    def seal(self, key: bytes, value: bytes, about: str) -> str:
        """A value under a key."""
        ...

    def unseal(self, key: bytes, text: str, about: str) -> bytes | None:
        """The value; None when it is not of this key and place."""
        ...


class WrongMasterKeyError(Exception):
    """The database's personal fields were sealed under another master key."""


@frozen
class Veil:
    """Which fields are personal, by type name, and what seals them."""

    personal: Mapping[str, Personal]
    cipher: Cipher


def veil_in(options: Mapping[str, object]) -> Veil | None:
    """The veil among an engine's or a connection's options."""
    found = options.get(OPTION)
    return found if isinstance(found, Veil) else None


def veil_of(connection: Connection) -> Veil | None:
    """The veil of the store that the connection is of."""
    return veil_in(connection.get_execution_options())


def alias(options: Mapping[str, object], text: str) -> str:
    """What stands in the log for a text that tells who somebody is."""
    veil = veil_in(options)
    return text if veil is None else veil.cipher.alias(text)


def shown(connection: Connection, found: tuple[Stored, ...]) -> tuple[Stored, ...]:
    """Events as they were when they happened, but for persons who were forgotten."""
    veil = veil_of(connection)
    if veil is None or not any(one.type in veil.personal for one in found):
        return found
    about = {
        one.event_id: subject_of(one.body, veil.personal[one.type])
        for one in found
        if one.type in veil.personal
    }
    keys = subjects(connection, veil, set(about.values()))
    return tuple(
        revealed(veil, one, keys.get(about[one.event_id], GONE)) if one.event_id in about else one
        for one in found
    )


def revealed(veil: Veil, one: Stored, key: bytes) -> Stored:
    """One event with its personal fields opened; a damaged seal stays, for the codec to name."""

    def opened(field: str, text: str) -> bytes | None:
        if key == GONE:
            return None
        value = veil.cipher.unseal(key, text, about(one, field))
        return DAMAGED if value is None else value

    return attrs.evolve(one, body=unveiled(one.body, veil.personal[one.type], opened))


def hidden(veil: Veil, one: Stored, key: bytes) -> Stored:
    """One event as it is kept. Of a forgotten person nothing new is kept either."""

    def seal(field: str, value: bytes) -> str:
        return "gone" if key == GONE else veil.cipher.seal(key, value, about(one, field))

    return attrs.evolve(one, body=veiled(one.body, veil.personal[one.type], seal))


def about(one: Stored, field: str) -> str:
    """What a seal is bound to."""
    return f"{one.type}/{one.event_id}/{field}"


def subjects(connection: Connection, veil: Veil, wanted: Iterable[str]) -> dict[str, bytes]:
    """The keys of persons; GONE for who was forgotten, nothing for who never had one."""
    found = connection.execute(KEYS, {"subjects": sorted(wanted)})
    return {subject: key_in(veil, subject, wrapped) for subject, wrapped in found}


def key_in(veil: Veil, subject: str, wrapped: bytes) -> bytes:
    """One person's key.  Raises WrongMasterKeyError."""
    if wrapped == GONE:
        return GONE
    key = veil.cipher.key_of(wrapped, subject)
    if key is None:
        raise WrongMasterKeyError(subject)
    return key


def key_for(connection: Connection, veil: Veil, subject: str, at: Instant) -> bytes:
    """The person's key, made now if there is none. The caller holds the store's write lock."""
    known = subjects(connection, veil, (subject,)).get(subject)
    if known is not None:
        return known
    key = veil.cipher.new_key()
    values = {"subject": subject, "wrapped": veil.cipher.wrap(key, subject), "at": at.micros}
    connection.execute(insert(subject_keys), values)
    return key


def forget_subject(connection: Connection, subject: str, at: Instant) -> bool:
    """Destroy a person's key: every personal field of theirs reads as erased from now on.

    Whether there was one. Who asks again changes nothing.
    """
    gone = {"wrapped": GONE, "at": at.micros}
    done = connection.execute(
        update(subject_keys)
        .where(subject_keys.c.subject == subject, subject_keys.c.wrapped != GONE)
        .values(gone)
    )
    return done.rowcount > 0


def fits(connection: Connection, veil: Veil | None) -> bool:
    """Whether the master key is the one of this database; True when it has none yet."""
    if veil is None:
        return not connection.execute(KEYS, {"subjects": [CANARY]}).all()
    try:
        subjects(connection, veil, (CANARY,))
    except WrongMasterKeyError:
        return False
    return True


def claim(connection: Connection, veil: Veil) -> bool:
    """Make the master key the one of this database, if it has none; whether it is."""
    if not fits(connection, veil):
        return False
    key_for(connection, veil, CANARY, Instant(0))
    return True
