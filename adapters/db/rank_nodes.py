"""The counts that ranks are summed from: kept beside a ranked model's rows as these change.

Invariant: a node's size is the number of rows from its `low` up to the next node's; every group
begins where a leaf begins; no node holds more than MOST[level] rows, and none fewer than
LEAST[level] unless it is the only one of its board's level.
"""

import json
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import Connection, TextClause, select, text

from adapters.db.bulk import Bulk, upsert
from adapters.db.tables import rank_nodes

LEAF, GROUP = 0, 1
MOST = (512, 32_768)
LEAST = tuple(most // 4 for most in MOST)
LEAVES_MOST = MOST[GROUP] // LEAST[LEAF] + 1  # in one group


class Place(NamedTuple):
    """Where a row stands: its board is the model with the owner."""

    model: str
    owner: str
    sort: str


class Node(NamedTuple):
    """The key of a node."""

    model: str
    owner: str
    level: int
    low: str


WORDS = {
    "same": "model = :model AND owner = :owner",
    "nodes": "rank_nodes WHERE model = :model AND owner = :owner AND level",
    "rows": "read_rows WHERE model = :model AND owner = :owner AND sort",
    "leaves": str(LEAVES_MOST),
}


def query(told: str) -> TextClause:
    """A statement in which WORDS stand for what all of them say."""
    return text(told.format(**WORDS))


STORE: Bulk = upsert(rank_nodes, ("model", "owner", "level", "low"), ("size",))
SIZE = query("SELECT size FROM {nodes} = :level AND low = :low")
NEXT = query("SELECT low FROM {nodes} = :level AND low > :low ORDER BY low LIMIT 1")
LAST = query("SELECT low FROM {nodes} = :level AND low < :low ORDER BY low DESC LIMIT 1")
REMOVE = query("DELETE FROM {nodes} = :level AND low = :low")
EMPTY = query("DELETE FROM rank_nodes WHERE {same}")
FORGET = text("DELETE FROM rank_nodes WHERE model = :model")
LEAVES = query("SELECT low, size FROM {nodes} = 0 AND low >= :low ORDER BY low")
CUTS = query("""
SELECT sort FROM (
    SELECT sort, row_number() OVER (ORDER BY sort) - 1 AS place
    FROM (SELECT sort FROM {rows} >= :low ORDER BY sort LIMIT :size) AS held
) AS numbered WHERE place > 0 AND place * :pieces % :size < :pieces ORDER BY sort""")
# Many rows are asked for at once: as JSON in SQLite, as arrays in PostgreSQL.
GIVEN = {
    "sqlite": """(SELECT value ->> 0 AS a, value ->> 1 AS b, value ->> 2 AS c
        FROM json_each(?)) AS g""",
    "postgresql": "unnest($1::text[], $2::text[], $3::text[]) AS g(a, b, c)",
}
# Subqueries, not joins: no state of a planner's statistics makes them read a whole board.
STANDING = """
SELECT g.a,
    (SELECT r.owner FROM read_rows AS r WHERE r.model = g.a AND r.key = g.b),
    (SELECT r.sort FROM read_rows AS r WHERE r.model = g.a AND r.key = g.b)
FROM {given}"""
LOCATE = """
SELECT g.a, g.b, g.c, l.level,
    (SELECT n.low FROM rank_nodes AS n WHERE n.model = g.a AND n.owner = g.b
        AND n.level = l.level AND n.low <= g.c ORDER BY n.low DESC LIMIT 1),
    (SELECT n.size FROM rank_nodes AS n WHERE n.model = g.a AND n.owner = g.b
        AND n.level = l.level AND n.low <= g.c ORDER BY n.low DESC LIMIT 1)
FROM {given} CROSS JOIN (SELECT 0 AS level UNION ALL SELECT 1) AS l"""


def standing(connection: Connection, keys: Collection[tuple[str, str]]) -> list[Place]:
    """Where the rows (model, key) stand that are there."""
    asked = [(model, key, "") for model, key in keys]
    found = _asked(connection, STANDING, asked)
    return [Place(*place) for place in found if place[1] is not None]


def move(connection: Connection, leaving: Sequence[Place], arriving: Sequence[Place]) -> None:
    """Count rows out that stood at `leaving` and in that stand at `arriving` now.

    The rows must be written already. Cost: in a board of any size a bounded number of nodes.
    """
    moved = Counter(arriving)
    moved.subtract(leaving)
    moved = Counter({place: by for place, by in moved.items() if by})
    sizes: dict[Node, int] = {}
    by_node: Counter[Node] = Counter()
    for model, owner, sort, level, low, size in _asked(connection, LOCATE, list(moved)):
        node = Node(model, owner, level, low or "")  # a board begins with a node at ""
        sizes[node] = size or 0
        by_node[node] += moved[Place(model, owner, sort)]
    changed = {node: sizes[node] + by for node, by in by_node.items() if by}
    _store(connection, changed)
    _mended(connection, changed)


def forget(connection: Connection, model: str) -> None:
    """Drop the counts of a model whose rows are dropped."""
    connection.execute(FORGET, {"model": model})


def _asked(connection: Connection, told: str, rows: Sequence[tuple[str, str, str]]) -> list[Any]:
    """What a query says of many rows at once."""
    if not rows:
        return []
    name = connection.dialect.name
    asked = told.format(given=GIVEN[name])
    if name == "sqlite":
        return list(connection.exec_driver_sql(asked, (json.dumps(rows),)))
    columns = tuple(map(list, zip(*rows, strict=True)))
    return list(connection.exec_driver_sql(asked, columns))


def _store(connection: Connection, sizes: dict[Node, int]) -> None:
    STORE.run(connection, [(*node, size) for node, size in sizes.items()])


def _mended(connection: Connection, sizes: dict[Node, int]) -> None:
    """Bring nodes back within their bounds. Leaves are split before groups, which begin at
    leaves, and joined after them, since only leaves of one group may join."""
    large = [node for node, size in sizes.items() if node.level == LEAF and size > MOST[LEAF]]
    groups = [node for node in sizes if node.level == GROUP]
    small = [node for node, size in sizes.items() if node.level == LEAF and size < LEAST[LEAF]]
    for node in (*large, *groups, *small):
        _mend(connection, node)
    for model, owner in {(node.model, node.owner) for node in small}:
        first = Node(model, owner, GROUP, "")
        if _size(connection, first) == 0 and _beside(connection, NEXT, first) is None:
            connection.execute(EMPTY, {"model": model, "owner": owner})


def _mend(connection: Connection, node: Node) -> None:
    """Split a node that is too large, join one that is too small with a neighbour."""
    while (size := _size(connection, node)) is not None:
        if size > MOST[node.level]:
            _split(connection, node, size)
            return
        neighbours = _neighbours(connection, node) if size < LEAST[node.level] else ()
        if not neighbours:
            return
        first, second = sorted((node, neighbours[0]))
        both = size + (_size(connection, neighbours[0]) or 0)
        connection.execute(REMOVE, second._asdict())
        _store(connection, {first: both})
        node = first


def _neighbours(connection: Connection, node: Node) -> tuple[Node, ...]:
    """The nodes beside one that it may join. Leaves stay within their group: one that has none
    behind it there has one before it, since groups are mended first."""
    after, before = _beside(connection, NEXT, node), _beside(connection, LAST, node)
    if node.level == LEAF:
        after = None if after is None or _begins_group(connection, after) else after
    return tuple(one for one in (after, before) if one is not None)


def _begins_group(connection: Connection, leaf: Node) -> bool:
    return _size(connection, leaf._replace(level=GROUP)) is not None


def _size(connection: Connection, node: Node) -> int | None:
    """How many rows a node holds; None when it is not there."""
    found: int | None = connection.execute(SIZE, node._asdict()).scalar_one_or_none()
    return found


def _beside(connection: Connection, told: TextClause, node: Node) -> Node | None:
    low = connection.execute(told, node._asdict()).scalar_one_or_none()
    return None if low is None else node._replace(low=low)


def _split(connection: Connection, node: Node, size: int) -> None:
    """As many nodes as are each some three quarters full."""
    pieces = -(-4 * size // (3 * MOST[node.level]))
    cut = _cut_rows if node.level == LEAF else _cut_leaves
    lows, starts = cut(connection, node, size, pieces)
    ends = [*starts[1:], size]
    _store(
        connection,
        {
            node._replace(low=low): end - start
            for low, start, end in zip(lows, starts, ends, strict=True)
        },
    )


def _cut_rows(
    connection: Connection, leaf: Node, size: int, pieces: int
) -> tuple[list[str], list[int]]:
    """Where pieces of a leaf begin, and how many of its rows stand before each."""
    given = {**leaf._asdict(), "size": size, "pieces": pieces}
    lows = [leaf.low, *connection.execute(CUTS, given).scalars()]
    return lows, [-(-size * piece // pieces) for piece in range(pieces)]


def _cut_leaves(
    connection: Connection, group: Node, size: int, pieces: int
) -> tuple[list[str], list[int]]:
    """Where pieces of a group begin: at leaves, each piece at the first one behind its share."""
    lows, starts, seen = [group.low], [0], 0
    for low, held in connection.execute(LEAVES, group._asdict()):
        if size > seen >= -(-size * len(starts) // pieces):
            lows.append(low)
            starts.append(seen)
        seen += held
        if seen >= size:
            break
    return lows, starts


def nodes(connection: Connection, model: str) -> dict[Node, int]:
    """All nodes of a model, with what they hold."""
    mine = select(rank_nodes).where(rank_nodes.c.model == model)
    return {Node(*found[:4]): found[4] for found in connection.execute(mine)}


def miscounted(sizes: Mapping[Node, int], places: Iterable[Place]) -> tuple[Node, ...]:
    """The nodes that break an invariant of this module, given where every row stands; a level
    that lacks its first node counts as that node."""
    boards: dict[tuple[str, str], list[str]] = defaultdict(list)
    for place in sorted(places):
        boards[place.model, place.owner].append(place.sort)
    lows: dict[tuple[str, str, int], list[str]] = defaultdict(list)
    for node in sorted(sizes):
        lows[node.model, node.owner, node.level].append(node.low)
    known = {(model, owner) for model, owner, _ in lows} | boards.keys()
    return tuple(
        Node(*board, level, low)
        for board in sorted(known)
        for level in (LEAF, GROUP)
        for low in _wrong(sizes, board, level, lows, boards[board])
    )


def _wrong(
    sizes: Mapping[Node, int],
    board: tuple[str, str],
    level: int,
    lows: Mapping[tuple[str, str, int], list[str]],
    sorts: list[str],
) -> Iterator[str]:
    """The lows of one level of a board whose nodes are wrong; `sorts` are its rows in order."""
    mine = lows.get((*board, level), [])
    if mine[:1] != [""]:
        yield ""
    starts = [bisect_left(sorts, low) for low in mine]
    leaves = set(lows.get((*board, LEAF), []))
    for low, (start, end) in zip(mine, pairwise([*starts, len(sorts)]), strict=True):
        size = sizes[Node(*board, level, low)]
        least = 1 if len(mine) == 1 else LEAST[level]
        if size != end - start or not least <= size <= MOST[level] or low not in leaves:
            yield low
