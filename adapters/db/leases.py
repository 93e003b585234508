"""Leases: what only one process may do at a time, and the token that proves it at each write."""

from collections.abc import Iterable

from attrs import frozen
from sqlalchemy import Connection, bindparam, select, update

from adapters.db.bulk import upsert
from adapters.db.tables import leases
from astracore.instants import Instant

SOME = select(leases).where(leases.c.name.in_(bindparam("names", expanding=True)))
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
    return next(iter(some(connection, [name])), None)


def take(connection: Connection, wanted: str, holder: str, now: Instant, micros: int) -> Lease:
    """Renew one's own lease, or take one that nobody holds at `now`; who holds it afterwards.

    The caller holds the store's write lock, so that two cannot take it at once.
    """
    [found] = take_each(connection, (wanted,), holder, now, micros)
    return found


def take_each(
    connection: Connection, wanted: Iterable[str], holder: str, now: Instant, micros: int
) -> tuple[Lease, ...]:
    """The same for several leases, each by itself."""
    names = tuple(wanted)
    standing = {one.name: one for one in some(connection, names)}
    until = Instant(now.micros + micros)
    after = [taken(name, standing.get(name), holder, now, until) for name in names]
    KEEP.run(
        connection,
        [(one.name, holder, one.token, until.micros) for one in after if one.holder == holder],
    )
    return tuple(after)


def taken(name: str, found: Lease | None, holder: str, now: Instant, until: Instant) -> Lease:
    """A lease after `holder` has asked for it."""
    if found is not None and found.holder != holder and found.until > now:
        return found
    same = found is not None and found.holder == holder
    return Lease(name, holder, 1 if found is None else found.token + (not same), until)


def some(connection: Connection, names: Iterable[str]) -> tuple[Lease, ...]:
    """Those of the named leases that anybody ever had."""
    return tuple(
        Lease(name, holder, token, Instant(until))
        for name, holder, token, until in connection.execute(SOME, {"names": list(names)})
    )


def release(connection: Connection, held: Lease) -> None:
    """Let go at once, if it is still one's own: the next one need not wait."""
    release_each(connection, [(held.name, held.token)])


def release_each(connection: Connection, proofs: Iterable[tuple[str, int]]) -> None:
    """The same for several leases (name, token)."""
    for name, token in proofs:
        mine = (leases.c.name == name, leases.c.token == token)
        connection.execute(update(leases).where(*mine).values(until=0))


def is_held(connection: Connection, held: Lease) -> bool:
    """Whether nobody has taken it since. Asked in the transaction of each effect."""
    return are_held(connection, [(held.name, held.token)])


def are_held(connection: Connection, proofs: Iterable[tuple[str, int]]) -> bool:
    """The same for several leases (name, token)."""
    wanted = dict(proofs)
    return wanted == {one.name: one.token for one in some(connection, wanted)}
