"""An immutable map whose next version shares all but one small part with the one before.

A plain dict would be copied whole at each posting: 100,000 accounts are some 2 ms. Here a key lives
on one of 512 shelves, chosen by a checksum that is the same in every process; a change copies its
shelf and the row of shelves.
"""

from collections.abc import Iterator, Mapping
from typing import TypeVar
from zlib import crc32

from attrs import frozen

V = TypeVar("V")
COUNT = 512


@frozen(eq=False, repr=False)
class Shelves(Mapping[str, V]):
    """Equal to any mapping with the same items. Made by `shelved`."""

    parts: tuple[dict[str, V], ...]
    size: int

    def __getitem__(self, key: str) -> V:
        return self.parts[shelf(key)][key]

    def __iter__(self) -> Iterator[str]:
        for part in self.parts:
            yield from part

    def __len__(self) -> int:
        return self.size

    def __repr__(self) -> str:
        return f"Shelves({dict(sorted(self.items()))!r})"

    def put(self, key: str, value: V) -> "Shelves[V]":
        """The map in which `key` is `value`; this one stays what it is.

        >>> shelved({"a": 1}).put("b", 2).put("a", 3)
        Shelves({'a': 3, 'b': 2})
        """
        return self._with(key, {**self.parts[shelf(key)], key: value})

    def without(self, key: str) -> "Shelves[V]":
        """The map without `key`; a key that is not there is no fault.

        >>> shelved({"a": 1, "b": 2}).without("a").without("c")
        Shelves({'b': 2})
        """
        part = self.parts[shelf(key)]
        return self._with(key, {name: value for name, value in part.items() if name != key})

    def _with(self, key: str, part: dict[str, V]) -> "Shelves[V]":
        place = shelf(key)
        parts = (*self.parts[:place], part, *self.parts[place + 1 :])
        return Shelves(parts, self.size + len(part) - len(self.parts[place]))


def shelf(key: str) -> int:
    """Where a key lives; also one that no file could hold (half a surrogate pair)."""
    return crc32(key.encode("utf-8", "surrogatepass")) % COUNT


def shelved(items: Mapping[str, V]) -> Shelves[V]:
    """`items` on shelves; one that is on shelves already comes back as it is."""
    if isinstance(items, Shelves):
        return items
    parts: tuple[dict[str, V], ...] = tuple({} for _ in range(COUNT))
    for key, value in items.items():
        parts[shelf(key)][key] = value
    return Shelves(parts, len(items))
