"""Ranks of read models: how many rows stand before a place, without counting them one by one.

The rows of one owner in a ranked model are a board, in the order of `sort`, which no two of them
share. A rank is a sum of groups, of leaves of one group (rank_nodes.py keeps these counts), and a
count inside one leaf: at most GROUPS + LEAVES_MOST + MOST[LEAF] rows are looked at, and GROUPS is
the 8,192nd part of the board.
"""

from sqlalchemy import Connection

from adapters.db.rank_nodes import query
from adapters.db.rows import Row

BEFORE = query("""
WITH g AS (SELECT max(low) AS low FROM {nodes} = 1 AND low <= :sort),
     l AS (SELECT max(low) AS low FROM {nodes} = 0 AND low <= :sort)
SELECT CAST(
    (SELECT coalesce(sum(size), 0) FROM {nodes} = 1 AND low < (SELECT low FROM g))
  + (SELECT coalesce(sum(size), 0) FROM {nodes} = 0
        AND low >= (SELECT low FROM g) AND low < (SELECT low FROM l))
  + (SELECT count(*) FROM {rows} >= (SELECT low FROM l) AND sort < :sort)
AS BIGINT)""")
AT = query("""
WITH g AS (
    SELECT low, before FROM (
        SELECT low, sum(size) OVER (ORDER BY low) - size AS before FROM {nodes} = 1
    ) AS grouped WHERE before <= :place ORDER BY low DESC LIMIT 1)
SELECT low, CAST(:place - before AS BIGINT) FROM (
    SELECT low, (SELECT before FROM g) + sum(size) OVER (ORDER BY low) - size AS before
    FROM (SELECT low, size FROM {nodes} = 0 AND low >= (SELECT low FROM g)
          ORDER BY low LIMIT {leaves}) AS near
) AS leaves WHERE before <= :place ORDER BY low DESC LIMIT 1""")
PAGE = query("""
SELECT key, owner, sort, body FROM {rows} >= (
    SELECT sort FROM {rows} >= :low ORDER BY sort LIMIT 1 OFFSET :skipped
) ORDER BY sort LIMIT :limit""")
COUNT = query("SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM {nodes} = 1")


def before(connection: Connection, model: str, owner: str, sort: str) -> int:
    """How many rows of a board stand before the text `sort`, whether one stands there or not."""
    given = {"model": model, "owner": owner, "sort": sort}
    found: int = connection.execute(BEFORE, given).scalar_one()
    return found


def count(connection: Connection, model: str, owner: str) -> int:
    """How many rows a board has."""
    found: int = connection.execute(COUNT, {"model": model, "owner": owner}).scalar_one()
    return found


def ranked(
    connection: Connection, model: str, owner: str, place: int, limit: int
) -> tuple[Row, ...]:
    """At most `limit` rows of a board from a place on; the first row stands at place 0."""
    board = {"model": model, "owner": owner}
    leaf = connection.execute(AT, {**board, "place": max(place, 0)}).one_or_none()
    if leaf is None:
        return ()
    low, skipped = leaf
    wanted = {**board, "low": low, "skipped": skipped, "limit": limit}
    return tuple(Row(*found) for found in connection.execute(PAGE, wanted))
