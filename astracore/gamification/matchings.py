"""A perfect matching of a general graph, if there is one: augmenting paths through blossoms.

Points are 0, 1, 2 … and `near[i]` names, in order of preference, whom i may be matched with.
"""

from collections import deque
from collections.abc import Iterator, Sequence

from attrs import frozen

FREE = -1


def perfect_matching(near: Sequence[Sequence[int]]) -> tuple[int, ...] | None:
    """The partner of each point, or None when no matching covers all of them.

    The first pass gives each, in order, the first free one it likes; augmenting paths mend what
    is left over.  Source: Edmonds, Paths, Trees, and Flowers (1965).
    Invariant: symmetric; None only if there is none.
    """
    mates = _greedy(near)
    for root in range(len(near)):
        if mates[root] != FREE:
            continue
        end, parents = _path(near, mates, root)
        if end == FREE:
            return None
        while end != FREE:
            before = parents[end]
            beyond = mates[before]
            mates[end], mates[before] = before, end
            end = beyond
    return tuple(mates)


def _greedy(near: Sequence[Sequence[int]]) -> list[int]:
    mates = [FREE] * len(near)
    for one, others in enumerate(near):
        if mates[one] != FREE:
            continue
        other = next((each for each in others if mates[each] == FREE), FREE)
        if other != FREE:
            mates[one], mates[other] = other, one
    return mates


@frozen
class _Forest:
    """An alternating tree in the making: `outer` points are an even way from its root."""

    near: Sequence[Sequence[int]]
    mates: Sequence[int]
    root: int
    parents: list[int]
    base: list[int]  # of the blossom that a point has shrunk into: itself at first
    outer: set[int]
    queue: deque[int]

    def end(self) -> int:
        """A free point that the tree reaches, FREE when there is none."""
        while self.queue:
            one = self.queue.popleft()
            found = next((other for other in self.near[one] if self._reaches(one, other)), FREE)
            if found != FREE:
                return found
        return FREE

    def _reaches(self, one: int, other: int) -> bool:
        """Follow an edge; whether it ends the search."""
        if self.base[one] == self.base[other] or self.mates[one] == other:
            return False
        if self._is_outer(other):
            return self._shrinks(one, other)
        if self.parents[other] != FREE:
            return False
        self.parents[other] = one
        mate = self.mates[other]
        if mate != FREE:
            self.outer.add(mate)
            self.queue.append(mate)
        return mate == FREE

    def _is_outer(self, point: int) -> bool:
        mate = self.mates[point]
        return point == self.root or (mate != FREE and self.parents[mate] != FREE)

    def _shrinks(self, one: int, other: int) -> bool:
        """An odd cycle becomes one point, and all of it is outer; that ends no search."""
        top = self._meeting(one, other)
        blossom = {*self._noted(one, other, top), *self._noted(other, one, top)}
        for point in range(len(self.near)):
            if self.base[point] not in blossom:
                continue
            self.base[point] = top
            if point not in self.outer:
                self.outer.add(point)
                self.queue.append(point)
        return False

    def _noted(self, start: int, across: int, top: int) -> Iterator[int]:
        """The bases from `start` down to `top`; the way back is noted in `parents`."""
        at, child = start, across
        while self.base[at] != top:
            yield self.base[at]
            yield self.base[self.mates[at]]
            self.parents[at] = child
            child = self.mates[at]
            at = self.parents[child]

    def _meeting(self, one: int, other: int) -> int:
        """Where the ways of two outer points to the root meet."""
        above = set(self._way(one))
        return next(point for point in self._way(other) if point in above)

    def _way(self, point: int) -> Iterator[int]:
        at = self.base[point]
        yield at
        while self.mates[at] != FREE:
            at = self.base[self.parents[self.mates[at]]]
            yield at


def _path(near: Sequence[Sequence[int]], mates: list[int], root: int) -> tuple[int, list[int]]:
    count = len(near)
    forest = _Forest(near, mates, root, [FREE] * count, list(range(count)), {root}, deque([root]))
    return forest.end(), forest.parents
