"""Leases: what only one process may do at a time, and the token that proves it at each write."""

from attrs import frozen
from sqlalchemy import Connection, select, update

from adapters.db.bulk import upsert
from adapters.db.tables import leases
from astracore.instants import Instant

KEEP = upsert(leases, ("name",), ("holder", "token", "until"))


@frozen
class Lease:
    """Held until `until` unless renewed. Whoever holds it later has a higher `token`."""

    name: str
    holder: str
    token: int
    until: Instant


def lease(connection: Connection, name: str) -> Lease | None:
    """The lease as it stands; None when nobody ever had it."""
    row = connection.execute(select(leases).where(leases.c.name == name)).one_or_none()
    if row is None:
        return None
    found, holder, token, until = row
    return Lease(found, holder, token, Instant(until))


def take(connection: Connection, wanted: str, holder: str, now: Instant, micros: int) -> Lease:
    """Renew one's own lease, or take one that nobody holds at `now`; who holds it afterwards.

    The caller holds the store's write lock, so that two cannot take it at once.
    """
    found = lease(connection, wanted)
    if found is not None and found.holder != holder and found.until > now:
        return found
    same = found is not None and found.holder == holder
    token = 1 if found is None else found.token + (not same)
    until = Instant(now.micros + micros)
    KEEP.run(connection, [(wanted, holder, token, until.micros)])
    return Lease(wanted, holder, token, until)


def release(connection: Connection, held: Lease) -> None:
    """Let go at once, if it is still one's own: the next one need not wait."""
    mine = (leases.c.name == held.name, leases.c.token == held.token)
    connection.execute(update(leases).where(*mine).values(until=0))


def is_held(connection: Connection, held: Lease) -> bool:
    """Whether nobody has taken it since. Asked in the transaction of each effect."""
    found = lease(connection, held.name)
    return found is not None and found.token == held.token
