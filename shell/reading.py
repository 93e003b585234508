"""The read side: rows of read models, decoded, for their owners alone."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from attrs import evolve, frozen
from returns.result import Failure, Result, Success
from sqlalchemy import Connection

from adapters.db import rows
from adapters.db.rows import Page, Row, Versioned
from astracore.errors.events import CorruptRow
from astracore.events.projection import Projection, stored_row
from astracore.outcome import is_failure
from shell.http import answers
from shell.http.cursors import Cursors
from shell.http.faults import BadCursor
from shell.store import Store

E = TypeVar("E")
R = TypeVar("R")
T = TypeVar("T")
SCANNED_MAX = 2_000  # rows looked at for one page, when a filter leaves most of them out


@frozen
class Wanted:
    """Which part of a listing: `owner`'s rows, `limit` of them from `cursor` on."""

    listing: str
    owner: str | None
    limit: int
    cursor: str | None


@frozen
class Reading:
    """What the handlers read. Every read sees one committed state.

    Raises: NotShownError for a model that is being built.
    """

    store: Store
    cursors: Cursors

    async def one(
        self, model: Projection[E, R], key: str, owner: str | None = None
    ) -> Result[R | None, CorruptRow]:
        """The row of `key`; none when it is absent or not `owner`'s, which look the same."""
        found = await self._row(model, key)
        if found is None or (owner is not None and found.owner != owner):
            return Success(None)
        return stored_row(model, key, found.body)

    async def owns(self, model: Projection[E, R], key: str, owner: str) -> bool:
        """Whether the row of `key` is `owner`'s, without reading what it says."""
        found = await self._row(model, key)
        return found is not None and found.owner == owner

    async def seeing(self, look: Callable[[Connection], T]) -> T:
        """What `look` sees in one committed state, beside the event loop."""
        return await self._run(look)

    async def all(
        self,
        model: Projection[E, R],
        owner: str | None,
        keeps: Callable[[R], bool] = lambda _row: True,
        most: int = SCANNED_MAX,
    ) -> Result[tuple[R, ...], CorruptRow]:
        """Of the first `most` rows of `owner` those that `keeps` lets through."""
        page = Page(limit=most, owner=owner)
        found = _decoded(model, await self._page(model, page))
        return found.map(lambda values: tuple(value for value in values if keeps(value)))

    async def every(
        self,
        model: Projection[E, R],
        owner: str,
        keeps: Callable[[R], bool],
        most: int,
        under: str = "",
    ) -> Result[tuple[tuple[R, ...], bool], CorruptRow]:
        """The rows of `owner` that `keeps` lets through, in order, and whether rows were left out
        because there are more than `most`; those alone whose `sort` begins with `under`."""
        found: tuple[Row, ...] = ()
        after: tuple[str, str] | None = None
        while len(found) <= most:
            page = Page(limit=SCANNED_MAX, owner=owner, under=under, after=after)
            batch = await self._page(model, page)
            found += batch
            if len(batch) < SCANNED_MAX:
                break
            after = (batch[-1].sort, batch[-1].key)
        read = _decoded(model, found[:most])
        return read.map(lambda rows: (tuple(filter(keeps, rows)), len(found) > most))

    async def under(
        self, model: Projection[E, R], prefix: str, owner: str, most: int
    ) -> Result[tuple[R, ...], CorruptRow]:
        """The first `most` rows whose keys begin with `prefix`, those of `owner`, by `sort`."""
        found = await self._run(
            lambda connection: rows.under(connection, rows.shown(connection, model), prefix, most)
        )
        mine = sorted((one for one in found if one.owner == owner), key=lambda one: one.sort)
        return _decoded(model, tuple(mine))

    async def page(
        self, model: Projection[E, R], wanted: Wanted, keeps: Callable[[R], bool], under: str = ""
    ) -> Result[answers.Page[R], BadCursor | CorruptRow]:
        """One page of the rows that `keeps` lets through.  Errors: BadCursor, CorruptRow."""
        listing = f"{wanted.listing}/{wanted.owner or ''}"
        place = self.cursors.read(listing, wanted.cursor)
        if is_failure(place):
            return place
        after = place.unwrap()
        page = Page(
            limit=200,
            owner=wanted.owner,
            under=under,
            after=None if after is None else (after[0], after[1]),
        )
        kept, last = await self._filled(model, page, wanted.limit, keeps)
        if is_failure(kept):
            return kept
        cursor = None if last is None else self.cursors.write(listing, (last.sort, last.key))
        return Success(answers.Page(kept.unwrap(), cursor))

    def cut(
        self, values: tuple[R, ...], wanted: Wanted, place_of: Callable[[R], str]
    ) -> Result[answers.Page[R], BadCursor]:
        """One page of a list that was computed whole, by a text that rises with it."""
        listing = f"{wanted.listing}/{wanted.owner or ''}"
        read = self.cursors.read(listing, wanted.cursor)
        if is_failure(read):
            return read
        place = read.unwrap()
        left = values if place is None else tuple(one for one in values if place_of(one) > place[0])
        kept = left[: wanted.limit]
        more = len(left) > len(kept) > 0
        cursor = self.cursors.write(listing, (place_of(kept[-1]),)) if more else None
        return Success(answers.Page(kept, cursor))

    async def _filled(
        self, model: Projection[E, R], page: Page, limit: int, keeps: Callable[[R], bool]
    ) -> tuple[Result[tuple[R, ...], CorruptRow], Row | None]:
        kept: tuple[R, ...] = ()
        scanned = 0
        while True:
            batch = await self._page(model, page)
            taken = _taken(model, batch, keeps, limit - len(kept))
            if is_failure(taken):
                return Failure(taken.failure()), None
            found, seen = taken.unwrap()
            kept, scanned = kept + found, scanned + seen
            if seen == len(batch) < page.limit:
                return Success(kept), None
            if len(kept) == limit or scanned >= SCANNED_MAX:
                return Success(kept), batch[seen - 1]
            page = evolve(page, after=(batch[-1].sort, batch[-1].key))

    async def _row(self, model: Versioned, key: str) -> Row | None:
        return await self._run(
            lambda connection: rows.row(connection, rows.shown(connection, model), key)
        )

    async def _page(self, model: Versioned, page: Page) -> tuple[Row, ...]:
        return await self._run(
            lambda connection: rows.page(connection, rows.shown(connection, model), page)
        )

    async def _run(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.wrap_future(self.store.reading(work))


def _taken(
    model: Projection[E, R], batch: tuple[Row, ...], keeps: Callable[[R], bool], room: int
) -> Result[tuple[tuple[R, ...], int], CorruptRow]:
    """At most `room` rows that `keeps` lets through, and how many were looked at for them."""
    kept: list[R] = []
    for seen, row in enumerate(batch, start=1):
        read = stored_row(model, row.key, row.body)
        if is_failure(read):
            return Failure(read.failure())
        value = read.unwrap()
        if value is not None and keeps(value):
            kept.append(value)
        if len(kept) == room:
            return Success((tuple(kept), seen))
    return Success((tuple(kept), len(batch)))


def _decoded(model: Projection[E, R], found: tuple[Row, ...]) -> Result[tuple[R, ...], CorruptRow]:
    values: list[R] = []
    for row in found:
        read = stored_row(model, row.key, row.body)
        if is_failure(read):
            return Failure(read.failure())
        value = read.unwrap()
        if value is not None:
            values.append(value)
    return Success(tuple(values))
