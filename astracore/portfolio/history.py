"""Time travel: a portfolio as of any past instant, as it was known then or as it is known now.

Every event has two times: when it happened (`occurred_at`) and when it was written down
(`recorded_at`). A late correction happened before an instant and was written down after it: what
was known then lacks it, what is known now has it. Events are always folded in the order in which
they were written, because each was decided on what stood before it; so what is known now about
now is the present state, and what was known then is the snapshot that was stored then.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from attrs import frozen

from astracore.events.decider import Decider, replay
from astracore.events.envelope import Envelope, StreamId
from astracore.instants import Instant

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")
F = TypeVar("F")


@frozen(kw_only=True)
class Moment:
    """What had happened up to `occurred`, as far as it was written down by `known`."""

    occurred: Instant
    known: Instant


def as_known_then(at: Instant) -> Moment:
    """What was known at `at` about `at`.

    >>> as_known_then(Instant(5))
    Moment(occurred=Instant(micros=5), known=Instant(micros=5))
    """
    return Moment(occurred=at, known=at)


def as_known_now(at: Instant, now: Instant) -> Moment:
    """What is known at `now` about `at`.

    >>> as_known_now(Instant(5), Instant(9))
    Moment(occurred=Instant(micros=5), known=Instant(micros=9))
    """
    return Moment(occurred=at, known=now)


def events_at(log: Iterable[Envelope[E]], moment: Moment) -> tuple[Envelope[E], ...]:
    """The events of `log` that had happened and were known, in the order they were written.

    An event that comes twice counts once.
    Source: docs/formulas-portfolio.md#time-travel.
    Invariant: later moments know no fewer events.
    """
    found = {
        one.position: one
        for one in log
        if one.occurred_at <= moment.occurred and one.recorded_at <= moment.known
    }
    return tuple(found[position] for position in sorted(found))


def portfolio_at(
    decider: Decider[C, S, E, F], log: Iterable[Envelope[E]], moment: Moment
) -> Mapping[StreamId, S]:
    """Every account (stream) of `decider` at `moment`; those that did not exist yet are missing.

    Source: docs/formulas-portfolio.md#time-travel.
    Invariant: as known then it is the state that a snapshot taken then holds; as known now about
    now it is the present; without late corrections both are the same at every instant.
    """
    lists: dict[StreamId, list[E]] = {}
    for one in events_at(log, moment):
        if one.stream.category == decider.name:
            lists.setdefault(one.stream, []).append(one.event)
    return {stream: replay(decider, events) for stream, events in lists.items()}


def corrections(log: Iterable[Envelope[E]], at: Instant, now: Instant) -> tuple[Envelope[E], ...]:
    """What had happened by `at` and was written down only after it, up to `now`, oldest first.

    Source: docs/formulas-portfolio.md#time-travel.
    Invariant: what is known now about `at` is what was known then and these.
    """
    return tuple(one for one in events_at(log, as_known_now(at, now)) if one.recorded_at > at)
