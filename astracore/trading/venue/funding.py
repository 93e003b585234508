"""Funding at the practice venue: when it is due, and at which rate."""

from decimal import Decimal

from attrs import frozen
from returns.result import Result

from astracore.errors.margin import MarginFault
from astracore.instants import DAY, Instant
from astracore.margin.funding import CLAMP, funding_rate
from astracore.trading.state import Position
from astracore.trading.types import ZERO, ContractKind, Instrument, InstrumentStatus

MOST = 20_000  # instants in one answer: two weeks of minutes


@frozen(kw_only=True)
class FundingRules:
    """What the practice venue charges for an interval [fractions].

    Its mark is its last print and its index too, so that the premium is 0 and the rate is the
    interest component, within the clamp. Instants further back than `back` [µs] are let go.
    """

    interest: Decimal = Decimal("0.0001")
    clamp: Decimal = CLAMP
    premium: Decimal = ZERO
    back: int = 7 * DAY


RULES = FundingRules()


def practice_rate(rules: FundingRules = RULES) -> Result[Decimal, MarginFault]:
    """F = P + clamp(I − P, −c, c) [fraction per interval]; above zero: longs pay.

    Errors: InvalidFraction, NumericLimit.
    Source: docs/formulas-margin-sizing-risk.md#funding-rate.
    >>> practice_rate().unwrap()
    Decimal('0.0001')
    """
    return funding_rate(rules.premium, rules.interest, clamp=rules.clamp)


def due_since(since: Instant, now: Instant, interval: int) -> tuple[Instant, ...]:
    """The funding instants from `since` up to `now`, both counted, oldest first, at most the
    newest MOST; none of an instrument without funding.

    >>> eight = 8 * 60 * 60 * 1_000_000
    >>> [at.micros // eight for at in due_since(Instant(eight), Instant(3 * eight + 1), eight)]
    [1, 2, 3]
    """
    if interval <= 0:
        return ()
    last = now.micros // interval
    first = max(-(-since.micros // interval), last - MOST + 1)
    return tuple(Instant(place * interval) for place in range(first, last + 1))


def unpaid(
    held: Position,
    listed: Instrument,
    now: Instant,
    rules: FundingRules = RULES,
    changed: Instant | None = None,
) -> tuple[Instant, ...]:
    """The instants whose funding a position still owes or is owed, oldest first.

    A position takes part from the instant that it was opened at; what was paid is not due again.
    An interval counts from when it was `changed`: what had no instant before gets none afterwards.
    What was taken off for good charges nothing any more: nobody can close it to get out.
    Source: docs/formulas-margin-sizing-risk.md#funding.
    Invariant: paid one after the other, nothing is left.
    """
    if held.contract is ContractKind.SPOT or listed.status is InstrumentStatus.DELISTED:
        return ()
    since = held.opened_at if held.funded_at is None else Instant(held.funded_at.micros + 1)
    since = max(since, Instant(now.micros - rules.back), changed or since)
    return due_since(since, now, listed.funding_interval)


def next_instant(now: Instant, interval: int) -> Instant | None:
    """The next funding instant after `now`; None of an instrument without funding.

    >>> next_instant(Instant(5), 10), next_instant(Instant(10), 10), next_instant(Instant(1), 0)
    (Instant(micros=10), Instant(micros=20), None)
    """
    return Instant((now.micros // interval + 1) * interval) if interval > 0 else None
