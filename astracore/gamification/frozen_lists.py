"""A table of ranks that nobody can change any more: its hash, and a proof for each row.

Anyone recomputes the hash and the root from the published rows; with the root and the count alone
a user shows their own rank.
"""

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.events import BadProof
from astracore.errors.leaderboards import LeaderboardFault
from astracore.events.canonical import digest, written
from astracore.events.merkle import Proof, merkle_root, path, proven
from astracore.gamification.standings import Standings, rank_of, standings
from astracore.numeric import to_text
from astracore.outcome import is_failure


@frozen(kw_only=True)
class Row:
    """One row of a frozen list; `score` in its one canonical text."""

    user_id: str
    score: str
    rank: int
    shared_rank: int


@frozen(kw_only=True)
class FrozenList:
    """Rows by rank, the SHA-256 of them all, and the root over them [hexadecimal]."""

    rows: tuple[Row, ...]
    list_hash: str
    merkle_root: str


def rows_of(table: Standings) -> tuple[Row, ...]:
    """Everybody with both ranks, best first.  O(n)."""
    rows: list[Row] = []
    shared, last = 1, None
    for rank, one in enumerate(standings(table), start=1):
        shared = shared if one.score == last else rank
        last = one.score
        rows.append(
            Row(
                user_id=one.user_id,
                score=to_text(one.score),
                rank=rank,
                shared_rank=shared,
            )
        )
    return tuple(rows)


def row_bytes(row: Row) -> bytes:
    """The leaf of one row: canonical JSON of rank, score and user."""
    told = written({"rank": row.rank, "score": row.score, "user_id": row.user_id})
    return told.encode("utf-8", "surrogatepass")


def frozen_list(table: Standings) -> FrozenList:
    """Freeze a table: SHA-256 of the leaves, each on its line, and the root over them.

    Invariant: equal tables have equal hashes; any change of a user, score or rank changes both.
    """
    rows = rows_of(table)
    leaves = [row_bytes(row) for row in rows]
    return FrozenList(
        rows=rows,
        list_hash=digest(b"".join(leaf + b"\n" for leaf in leaves)),
        merkle_root=merkle_root(leaves).hex(),
    )


def proof_of(table: Standings, user_id: str) -> Result[Proof, LeaderboardFault]:
    """What shows a user's row to be under the root of this table.  Errors: NotRanked.  O(n)."""
    rank = rank_of(table, user_id)
    if is_failure(rank):
        return rank
    leaves = [row_bytes(row) for row in rows_of(table)]
    index = rank.unwrap() - 1
    return Success(Proof(index, len(leaves), path(leaves, index)))


def shown(row: Row, proof: Proof, root: str, count: int) -> Result[Row, BadProof]:
    """The row, when the proof leads from it to the published root over `count` rows.

    Errors: BadProof (also for another rank: it is written in the leaf).
    """
    if proof.count != count:
        return Failure(BadProof(proof.index, proof.count))
    wanted = _hexadecimal(root)
    return proven(row_bytes(row), proof, wanted).map(lambda _: row)


def _hexadecimal(text: str) -> bytes:
    """The bytes of a root; of what is none, nothing, which no hash equals."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
