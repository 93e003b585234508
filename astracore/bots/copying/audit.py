"""What a follower can check: each copied order by its numbers, and a leader's record by its events.

Nothing here is told by the leader: the record is a fold of closed positions.
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.bots.copying.rules import COPY, CopyRules
from astracore.bots.copying.sizing import (
    CopyTerms,
    LeaderFill,
    Sized,
    Standing,
    Steps,
    copy_size,
)
from astracore.errors.bots import CopyInvalid
from astracore.instants import Instant
from astracore.numeric import EXACT, bounded, exact, from_fraction, statistic
from astracore.outcome import is_failure


@frozen(kw_only=True)
class CopyRecord:
    """One decision to copy: the leader's event, the rule, every number, and what came of it."""

    leader_event_id: str
    terms: CopyTerms
    fill: LeaderFill
    standing: Standing
    steps: Steps
    sized: Sized


@frozen(kw_only=True)
class LeaderClose:
    """One closed position of a leader [account currency]; `equity` is the account's before it."""

    net: Decimal
    equity: Decimal
    closed_at: Instant


@frozen(kw_only=True)
class TrackRecord:
    """What a leader's closed positions come to; `drawdown` [fraction] from the highest level."""

    closes: int
    wins: int
    net: Decimal
    drawdown: Decimal
    first_at: Instant | None
    last_at: Instant | None


def is_explained(record: CopyRecord, rules: CopyRules = COPY) -> bool:
    """Whether the numbers of a record give what came of it, decided anew."""
    again = copy_size(record.terms, record.fill, record.standing, record.steps, rules)
    return not is_failure(again) and again.unwrap() == record.sized


def unexplained(records: Iterable[CopyRecord], rules: CopyRules = COPY) -> tuple[CopyRecord, ...]:
    """The records that their numbers do not give."""
    return tuple(one for one in records if not is_explained(one, rules))


@exact
def track_record(closes: Iterable[LeaderClose]) -> Result[TrackRecord, CopyInvalid]:
    """The record of closes, oldest first.

    The level is the product of 1 + net/equity, never below 0; the drawdown is its deepest fall.
    Errors: CopyInvalid (an equity that is not above 0, amounts out of bounds), NumericLimit.
    """
    level, top, worst = Decimal(1), Decimal(1), Decimal(0)
    net, wins, times = Decimal(0), 0, []
    for close in closes:
        sound = bounded(close.net) and bounded(close.equity) and close.equity > 0
        if not sound:
            return Failure(CopyInvalid(("close",)))
        growth = max(Fraction(0), 1 + Fraction(close.net) / Fraction(close.equity))
        level = from_fraction(Fraction(level) * growth)
        top = max(top, level)
        worst = max(worst, from_fraction(1 - Fraction(level) / Fraction(top)))
        net, wins = EXACT.add(net, close.net), wins + (close.net > 0)
        times.append(close.closed_at)
    return Success(
        TrackRecord(
            closes=len(times),
            wins=wins,
            net=net,
            drawdown=statistic(worst),
            first_at=min(times, default=None),
            last_at=max(times, default=None),
        )
    )


@exact
def drift(held: Decimal, ideal: Decimal) -> Result[Decimal, CopyInvalid]:
    """|held − ideal| / |ideal|: how far a copied position is from what the terms ask for [1].

    Nothing held where nothing is asked for is 0, something held is 1.
    Errors: CopyInvalid, NumericLimit.
    >>> drift(Decimal("0.9"), Decimal(1)).unwrap(), drift(Decimal(0), Decimal(0)).unwrap()
    (Decimal('0.1'), Decimal('0'))
    """
    if not (bounded(held) and bounded(ideal)):
        return Failure(CopyInvalid(("position",)))
    if ideal == 0:
        return Success(Decimal(0 if held == 0 else 1))
    off = abs(Fraction(held) - Fraction(ideal)) / abs(Fraction(ideal))
    return Success(statistic(from_fraction(off)))
