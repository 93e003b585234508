"""A million standings kept in order: a score put in its place, a rank, a page, neighbours.

Prints microseconds for each, the mean of many, the table growing older all the while.
"""

import sys
import time
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from astracore.gamification.ranks import Standing
from astracore.gamification.standings import around, page, put, rank_of, shared_rank_of, table_of
from astracore.instants import Instant

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
ROUNDS = 2_000
MIX = 6364136223846793005


def one(number: int, turn: int) -> Standing:
    """Somebody's standing, scattered."""
    score = (number * MIX + turn * 1442695040888963407) % 2**64 >> 40
    return Standing(score=Decimal(score), reached_at=Instant(turn), user_id=f"{number:07}")


def main() -> None:
    """Build once, then measure each deed."""
    begin = time.perf_counter()
    table = table_of(one(number, 0) for number in range(COUNT))
    print(f"{COUNT} standings sorted and built in {time.perf_counter() - begin:.2f} s")
    users = [f"{number * MIX % COUNT:07}" for number in range(ROUNDS)]
    begin = time.perf_counter()
    for turn, user in enumerate(users, 1):
        table = put(table, one(int(user), turn))
    told("put", begin)
    for name, deed in (
        ("rank_of", lambda user: rank_of(table, user)),
        ("shared_rank_of", lambda user: shared_rank_of(table, user)),
        ("around, 5 on either side", lambda user: around(table, user, 5)),
        ("page of 100", lambda user: page(table, int(user) + 1, 100)),
    ):
        begin = time.perf_counter()
        for user in users:
            deed(user)
        told(name, begin)


def told(name: str, begin: float) -> None:
    """One line."""
    each = (time.perf_counter() - begin) / ROUNDS * 1e6
    print(f"{name}: {each:.1f} µs")


if __name__ == "__main__":
    main()
