"""The cache of one process: what was not asked for longest is forgotten first."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping

from attrs import define, field

from adapters.cache.places import VALUE_MAX, Place, Tally

BESIDE = 512  # [bytes] what an entry takes beside its value and its id, about


@define(eq=False)
class Memory:
    """Values in memory until their time is over by `monotonic` [s].

    `rooms` is how many bytes each kind may take; a kind without a room is not kept. `look` and
    `keep` do not wait; `get` and `put` are the same for those who may speak to either cache.
    """

    monotonic: Callable[[], float]
    rooms: Mapping[str, int]
    tally: Tally = field(factory=Tally)
    _kept: dict[str, OrderedDict[Place, tuple[float, bytes]]] = field(factory=dict)
    _used: Counter[str] = field(factory=Counter)

    def look(self, place: Place) -> bytes | None:
        """The value, if it is there and its time is not over."""
        return self.tally.asked(place.kind, self._found(place))

    def keep(self, place: Place, value: bytes, seconds: float) -> None:
        """Remember a value for some time; others make room for it."""
        room = self.rooms.get(place.kind, 0)
        size = _size(place, value)
        if len(value) > VALUE_MAX or size > room:
            return
        self._forget(place)
        kept = self._kept.setdefault(place.kind, OrderedDict())
        kept[place] = self.monotonic() + seconds, value
        self._used[place.kind] += size
        while self._used[place.kind] > room:
            self._forget(next(iter(kept)))
            self.tally.evictions[place.kind] += 1

    async def get(self, place: Place) -> bytes | None:
        """The value, if it is there and its time is not over."""
        return self.look(place)

    async def put(self, place: Place, value: bytes, seconds: float) -> None:
        """Remember a value for some time."""
        self.keep(place, value, seconds)

    async def is_well(self) -> bool:
        """It always is."""
        return True

    async def entries(self) -> Mapping[str, int]:
        """How many values there are of each kind."""
        return {kind: len(kept) for kind, kept in self._kept.items()}

    async def close(self) -> None:
        """Let go."""
        self._kept.clear()
        self._used.clear()

    def _found(self, place: Place) -> bytes | None:
        kept = self._kept.get(place.kind, OrderedDict())
        until, value = kept.get(place, (0.0, b""))
        if place not in kept:
            return None
        if until <= self.monotonic():
            self._forget(place)
            return None
        kept.move_to_end(place)
        return value

    def _forget(self, place: Place) -> None:
        gone = self._kept.get(place.kind, OrderedDict()).pop(place, None)
        if gone is not None:
            self._used[place.kind] -= _size(place, gone[1])


def _size(place: Place, value: bytes) -> int:
    """What an entry takes; ids are as long as callers make them."""
    return len(place.id) + len(value) + BESIDE
