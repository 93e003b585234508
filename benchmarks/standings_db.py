"""A million players on the XP board of both databases: ranks, pages, neighbours, changed scores.

The rows are written as a rebuild writes them, 20,000 in one transaction. Then each deed is done
many times over, scattered. `call`: what the caller waits for, through SQLAlchemy and
the driver, median and 99th of 100. `database`: in PostgreSQL the execution time that EXPLAIN
(ANALYZE) reports of the deed's statements, added up; SQLite runs in the caller's process, so there
it is the time of the same statements in the bare driver.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Connection, event

from adapters.db import ranks, rows
from astracore.events.projection import Change, change
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.projections.game import XP_BOARD, BoardRow, board_tie
from shell.store import Store
from tests.servers.postgres import running
from tests.servers.stores import grand, lite

PLAYERS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
STEP = 20_000  # rows in one transaction, as in a rebuild
ROUNDS = 300
MIX = 6364136223846793005
MODEL, OWNER = XP_BOARD.name, ""
Deed: TypeAlias = Callable[[Connection, int], object]
Statement: TypeAlias = tuple[str, Any]


def row(number: int, turn: int) -> BoardRow:
    """Somebody on the board, scattered; a tenth of all share their score with others."""
    score = (number * MIX + turn * 1442695040888963407) % 2**64 >> 40
    return BoardRow(
        user_id=UserId(f"player-{number:07}"),
        username=f"Player {number}",
        score=score,
        level=1,
        reached_at=Instant(turn),
    )


def stored(number: int, turn: int) -> Change:
    """The same as it is written."""
    made = row(number, turn)
    return change(XP_BOARD, made.user_id, made)


def write(store: Store, changes: list[Change]) -> None:
    """In a transaction of its own."""
    store.write(lambda connection: rows.store_changes(connection, [(MODEL, changes)], {MODEL}))


def fill(store: Store) -> None:
    """Everybody, as after a rebuild."""
    begin = time.perf_counter()
    for first in range(0, PLAYERS, STEP):
        write(store, [stored(number, 0) for number in range(first, min(first + STEP, PLAYERS))])
    told("written and counted, all rows", f"{time.perf_counter() - begin:.1f} s")


def deeds() -> dict[str, Deed]:
    """What is measured, of the player or place with a number."""

    def rank(connection: Connection, number: int) -> object:
        sort = XP_BOARD.sort(row(number, 0))
        return ranks.before(connection, MODEL, OWNER, sort)

    def shared(connection: Connection, number: int) -> object:
        return ranks.before(connection, MODEL, OWNER, board_tie(row(number, 0)))

    def around(connection: Connection, number: int) -> object:
        place = ranks.before(connection, MODEL, OWNER, XP_BOARD.sort(row(number, 0)))
        return ranks.ranked(connection, MODEL, OWNER, place - 5, 11)

    def page_at(place: int) -> Deed:
        return lambda connection, number: ranks.ranked(
            connection, MODEL, OWNER, place + number % 97, 100
        )

    return {
        "rank": rank,
        "shared rank": shared,
        "around me, 5 on either side": around,
        "page of 100, first": page_at(0),
        "page of 100, middle": page_at(PLAYERS // 2),
        "page of 100, last": page_at(PLAYERS - 200),
    }


def both(deed: Deed) -> Callable[[Connection], tuple[str, str]]:
    """What the caller waits for, and what the database spends."""
    return lambda connection: (
        timed(lambda number: deed(connection, number)),
        in_database(connection, deed),
    )


def told(name: str, *figures: str) -> None:
    """One line of the table."""
    print(f"| {name} | {' | '.join(figures)} |", flush=True)


def timed(work: Callable[[int], object]) -> str:
    """Median and 99th of 100."""
    spent = []
    for turn in range(ROUNDS):
        begin = time.perf_counter()
        work(turn * MIX % PLAYERS)
        spent.append((time.perf_counter() - begin) * 1e6)
    return f"{statistics.median(spent):,.0f} µs (99 %: {sorted(spent)[ROUNDS * 99 // 100]:,.0f})"


@contextmanager
def caught(connection: Connection, into: list[Statement]) -> Iterator[None]:
    """Every statement that is executed, with its values."""

    def keep(_c: object, _cursor: object, statement: str, values: object, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            into.append((statement, values))

    event.listen(connection, "before_cursor_execute", keep)
    yield
    event.remove(connection, "before_cursor_execute", keep)


def in_database(connection: Connection, deed: Deed) -> str:
    """What the database itself spends on a deed's statements."""
    spent = []
    for turn in range(ROUNDS):
        number = turn * MIX % PLAYERS
        statements: list[Statement] = []
        with caught(connection, statements):
            deed(connection, number)
        spent.append(sum(alone(connection, *one) for one in statements))
    return f"{statistics.median(spent):,.0f} µs (99 %: {sorted(spent)[ROUNDS * 99 // 100]:,.0f})"


def alone(connection: Connection, statement: str, values: Any) -> float:  # noqa: ANN401
    """One statement, once more [µs]."""
    if connection.dialect.name == "postgresql":
        explained = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}"
        plan = connection.exec_driver_sql(explained, tuple(values)).scalar_one()
        return float(plan[0]["Execution Time"]) * 1e3
    driver: Any = connection.connection.driver_connection
    begin = time.perf_counter()
    many = isinstance(values, list)
    (driver.executemany if many else driver.execute)(statement, values).fetchall()
    return (time.perf_counter() - begin) * 1e6


def measured(store: Store) -> None:
    """The table of one database."""
    fill(store)
    told("deed", "call", "database")
    told("---", "---", "---")
    for name, deed in deeds().items():
        told(name, *store.read(both(deed)))
    turns = iter(range(1, 10_000_000))
    told(
        "a changed score, committed",
        timed(lambda number: write(store, [stored(number, next(turns))])),
    )
    told("the same without commit", *store.write(both(lambda c, n: put(c, n, next(turns)))))


def put(connection: Connection, number: int, turn: int) -> None:
    """One changed score."""
    rows.store_changes(connection, [(MODEL, [stored(number, turn)])], {MODEL})


def main() -> None:
    """Both databases, one after the other."""
    wanted = sys.argv[2:] or ["sqlite", "postgresql"]
    print(f"{PLAYERS:,} players, Python {sys.version.split()[0]}")
    if "sqlite" in wanted:
        with tempfile.TemporaryDirectory() as folder, lite(Path(folder)) as store:
            print("\nSQLite\n")
            measured(store)
    if "postgresql" in wanted:
        with running() as server, grand(server) as other:
            print("\nPostgreSQL\n")
            measured(other)


if __name__ == "__main__":
    main()
