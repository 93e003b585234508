"""The cache port: bytes under places, for a while. It may forget anything at any moment."""

from collections.abc import Mapping
from typing import Protocol

from adapters.cache.places import Place, Tally


class Cache(Protocol):
    """Never raises for its own troubles and never waits longer than its deadline."""

    tally: Tally

    async def get(self, place: Place) -> bytes | None:
        """The value that was put there last, or None."""
        ...

    async def put(self, place: Place, value: bytes, seconds: float) -> None:
        """Remember a JSON value for at most so long."""
        ...

    async def is_well(self) -> bool:
        """Whether it answers."""
        ...

    async def entries(self) -> Mapping[str, int] | None:
        """How many values of each kind it has, if it can tell."""
        ...

    async def close(self) -> None:
        """Let go of what it holds."""
        ...
