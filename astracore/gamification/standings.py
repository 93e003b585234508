"""A table of standings that is always in order: places found and changed in O(log n).

Two search trees share nothing with the caller and everything with their predecessors: changing one
standing makes some 2 ln n new nodes and leaves the old table as it was. The shape depends on what
is in the table alone, not on how it came there, since a node's depth is decided by a hash of its
user: equal tables are equal values, whatever sequence of updates made them.

Complexity, n standings, expected: `put`, `without`, `rank_of`, `shared_rank_of`, `at` O(log n);
`page`, `around` O(log n + length); `standings` O(n).
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TypeAlias

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.leaderboards import LeaderboardFault, NotRanked
from astracore.gamification.ranks import Standing, ordinal_key

Key: TypeAlias = tuple[Decimal, int, str]
ZERO = Decimal(0)


@frozen
class Node:
    """One standing between those before it (`left`) and those behind it (`right`)."""

    key: Key
    weight: int  # larger is nearer to the root
    standing: Standing
    left: "Node | None"
    right: "Node | None"
    size: int


Tree: TypeAlias = Node | None


@frozen
class Standings:
    """Everybody's standing, once in order of rank and once by user id. Made by `put`."""

    ranked: Tree = None
    users: Tree = None

    def __len__(self) -> int:
        return size_of(self.ranked)


NOBODY = Standings()


def put(table: Standings, one: Standing) -> Standings:
    """The table in which `one` is where its user stands.

    Invariant: equal to the table sorted from scratch, after any sequence of updates.
    """
    rest = without(table, one.user_id)
    weight = weight_of(one.user_id)
    return Standings(
        ranked=_inserted(rest.ranked, _leaf(ordinal_key(one), weight, one)),
        users=_inserted(rest.users, _leaf(user_key(one.user_id), weight, one)),
    )


def without(table: Standings, user_id: str) -> Standings:
    """The table in which this user does not stand."""
    held = found(table, user_id)
    if held is None:
        return table
    return Standings(
        ranked=_removed(table.ranked, ordinal_key(held)),
        users=_removed(table.users, user_key(user_id)),
    )


def table_of(standings: Iterable[Standing]) -> Standings:
    """The table of standings in any order; of one user's the last counts.  O(n log n)."""
    latest = {one.user_id: one for one in standings}
    leaves = [(weight_of(one.user_id), one) for one in latest.values()]
    ranks = [_leaf(ordinal_key(one), weight, one) for weight, one in leaves]
    users = [_leaf(user_key(one.user_id), weight, one) for weight, one in leaves]
    return Standings(
        ranked=_built(sorted(ranks, key=lambda leaf: leaf.key)),
        users=_built(sorted(users, key=lambda leaf: leaf.key)),
    )


def found(table: Standings, user_id: str) -> Standing | None:
    """This user's standing."""
    node, key = table.users, user_key(user_id)
    while node is not None and node.key != key:
        node = node.left if key < node.key else node.right
    return None if node is None else node.standing


def rank_of(table: Standings, user_id: str) -> Result[int, LeaderboardFault]:
    """The total rank, from 1.  Errors: NotRanked.

    >>> from astracore.instants import Instant
    >>> best = Standing(score=Decimal(0), reached_at=Instant(0), user_id="u")
    >>> rank_of(put(NOBODY, best), "u").unwrap()
    1
    """
    held = found(table, user_id)
    if held is None:
        return Failure(NotRanked(user_id[:64]))
    return Success(1 + _before(table.ranked, ordinal_key(held)))


def shared_rank_of(table: Standings, user_id: str) -> Result[int, LeaderboardFault]:
    """1 + how many have a higher score: the same for equal scores.  Errors: NotRanked."""
    held = found(table, user_id)
    if held is None:
        return Failure(NotRanked(user_id[:64]))
    return Success(1 + above(table, held.score))


def above(table: Standings, score: Decimal) -> int:
    """How many have a higher score."""
    node, count, key = table.ranked, 0, score.copy_negate()
    while node is not None:
        if node.standing.score.copy_negate() < key:
            count += 1 + size_of(node.left)
            node = node.right
        else:
            node = node.left
    return count


def at(table: Standings, rank: int) -> Standing | None:
    """Who has this total rank."""
    node, place = table.ranked, rank - 1
    while node is not None and place != size_of(node.left):
        if place < size_of(node.left):
            node = node.left
        else:
            place -= 1 + size_of(node.left)
            node = node.right
    return None if node is None else node.standing


def page(table: Standings, start: int, count: int) -> tuple[Standing, ...]:
    """The standings of ranks start, start + 1 … start + count − 1, as far as there are any."""
    first = max(start, 1) - 1
    return tuple(_walked(table.ranked, first, min(start - 1 + count, len(table))))


def around(
    table: Standings, user_id: str, radius: int
) -> Result[tuple[Standing, ...], LeaderboardFault]:
    """The user with up to `radius` neighbours on either side.  Errors: NotRanked."""
    return rank_of(table, user_id).map(
        lambda rank: page(table, max(rank - radius, 1), min(rank, radius + 1) + radius)
    )


def standings(table: Standings) -> tuple[Standing, ...]:
    """Everybody, best first."""
    return tuple(_walked(table.ranked, 0, len(table)))


def weight_of(user_id: str) -> int:
    """64 bits that decide how near to the root a user's node is; nobody chooses them."""
    hashed = hashlib.sha256(user_id.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(hashed[:8])


def user_key(user_id: str) -> Key:
    """Where a user stands in the tree of users."""
    return (ZERO, 0, user_id)


def size_of(tree: Tree) -> int:
    """How many standings a tree holds."""
    return 0 if tree is None else tree.size


def _leaf(key: Key, weight: int, one: Standing) -> Node:
    return Node(key, weight, one, None, None, 1)


def _with(node: Node, left: Tree, right: Tree) -> Node:
    """The node over other halves."""
    size = 1 + size_of(left) + size_of(right)
    return Node(node.key, node.weight, node.standing, left, right, size)


def _is_above(left: Node, right: Node) -> bool:
    """Which of two nodes is nearer to the root: total, since keys differ."""
    return (left.weight, right.key) > (right.weight, left.key)


def _split(tree: Tree, key: Key) -> tuple[Tree, Tree]:
    """What is before `key`, and what is at or behind it."""
    if tree is None:
        return None, None
    if tree.key < key:
        middle, behind = _split(tree.right, key)
        return _with(tree, tree.left, middle), behind
    before, middle = _split(tree.left, key)
    return before, _with(tree, middle, tree.right)


def _joined(left: Tree, right: Tree) -> Tree:
    """One tree of two, all of `left` being before all of `right`."""
    if left is None or right is None:
        return right if left is None else left
    if _is_above(left, right):
        return _with(left, left.left, _joined(left.right, right))
    return _with(right, _joined(left, right.left), right.right)


def _inserted(tree: Tree, leaf: Node) -> Node:
    """The tree with one more; its key is not in there."""
    if tree is None:
        return leaf
    if _is_above(leaf, tree):
        before, behind = _split(tree, leaf.key)
        return _with(leaf, before, behind)
    if leaf.key < tree.key:
        return _with(tree, _inserted(tree.left, leaf), tree.right)
    return _with(tree, tree.left, _inserted(tree.right, leaf))


def _removed(tree: Tree, key: Key) -> Tree:
    """The tree without the one at `key`: what is before it, and what is at or behind the next."""
    before, rest = _split(tree, key)
    _, behind = _split(rest, (key[0], key[1], key[2] + "\x00"))
    return _joined(before, behind)


def _built(leaves: Sequence[Node]) -> Tree:
    """A tree of leaves in order: halves, joined.  O(n)."""
    if len(leaves) < 2:
        return leaves[0] if leaves else None
    middle = len(leaves) // 2
    return _joined(_built(leaves[:middle]), _built(leaves[middle:]))


def _before(tree: Tree, key: Key) -> int:
    """How many are before `key`."""
    count = 0
    while tree is not None:
        if tree.key < key:
            count += 1 + size_of(tree.left)
            tree = tree.right
        else:
            tree = tree.left
    return count


def _walked(tree: Tree, first: int, last: int) -> Iterator[Standing]:
    """The standings at places [first, last) of a tree."""
    if tree is None or first >= tree.size or last <= 0 or first >= last:
        return
    place = size_of(tree.left)
    yield from _walked(tree.left, first, last)
    if first <= place < last:
        yield tree.standing
    yield from _walked(tree.right, first - place - 1, last - place - 1)
