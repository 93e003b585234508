"""What is cached: each kind with the shape of its bytes and how long they may be used."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from attrs import frozen

from adapters.cache.places import Place
from astracore.events.canonical import digest
from astracore.events.codec import Codec, codec
from astracore.instants import Instant
from astracore.marketdata.book import Book
from astracore.marketdata.prints import Print
from astracore.outcome import is_failure
from shell.caching.port import Cache

T = TypeVar("T")
# [bytes] of memory that a kind may take in one process.
ROOMS: Mapping[str, int] = {
    "price": 1 << 20,
    "book": 1 << 22,
    "session": 1 << 23,
    "response": 1 << 25,
}


@frozen(kw_only=True)
class Kind(Generic[T]):
    """Values of one shape. Another shape has another `schema`, and so another place."""

    name: str
    codec: Codec[T]
    schema: str
    seconds: float

    def place(self, id: str) -> Place:  # noqa: A002 - the word of the place
        """Where the value of an id lies."""
        return Place(self.name, self.schema, id)

    def read(self, found: bytes | None) -> T | None:
        """The value, or None when there is none that can be read."""
        value = None if found is None else self.codec.decode(found)
        return None if value is None or is_failure(value) else value.unwrap()

    async def get(self, cache: Cache, id: str) -> T | None:  # noqa: A002
        """The value of an id, if the cache has it."""
        return self.read(await cache.get(self.place(id)))

    async def put(self, cache: Cache, id: str, value: T) -> None:  # noqa: A002
        """Remember the value of an id."""
        await cache.put(self.place(id), self.codec.encode(value), self.seconds)


def kind(name: str, found: Codec[T], seconds: float) -> Kind[T]:
    """A kind whose schema is that of its codec."""
    return Kind(name=name, codec=found, schema=digest(found.schema.encode())[:16], seconds=seconds)


@frozen(kw_only=True)
class SeenBook:
    """A book, what it was made of, and when that was."""

    book: Book
    seen: Instant


PRICE: Kind[Print] = kind("price", codec(Print), 30.0)  # not the walk: it tells what comes next
BOOK: Kind[SeenBook] = kind("book", codec(SeenBook), 10.0)
RESPONSE = "response"  # its bytes are whole answers; their shape is that of the API
RESPONSE_SECONDS = 10.0
