"""Until when an order lives. What time it is now is an argument."""

from returns.result import Failure, Result, Success

from astracore.errors.trading import InvalidOrder
from astracore.instants import DAY, LAST, Instant
from astracore.trading.types import TimeInForce

FARTHEST = 90 * DAY


def next_close(now: Instant, close: int = 0) -> Instant:
    """The first session close after `now`; `close` [µs after 00:00 UTC, below a day].

    >>> str(next_close(Instant(5 * DAY))), str(next_close(Instant(5 * DAY + 1), DAY // 2))
    ('1970-01-07T00:00:00.000000Z', '1970-01-06T12:00:00.000000Z')
    """
    first = now.micros - (now.micros - close) % DAY
    return Instant(first + DAY)


def expires_at(
    tif: TimeInForce, now: Instant, expire_at: Instant | None = None, close: int = 0
) -> Result[Instant | None, InvalidOrder]:
    """When an order accepted at `now` expires: GTD as stated, DAY at the next close, else never.

    GTD: now < expire_at <= now + 90 days. IOC and FOK never rest, so nothing expires.
    Errors: InvalidOrder (an instant missing, too near, too far, or not asked for; a close that is
    no time of day, or after the year 9999).
    Source: docs/formulas-contracts-orders.md#time-in-force.
    """
    if tif is not TimeInForce.GTD and expire_at is not None:
        return Failure(InvalidOrder("expire_at", "belongs to gtd alone"))
    if tif is TimeInForce.DAY:
        ends = next_close(now, close)
        if not 0 <= close < DAY or ends.micros > LAST:
            return Failure(InvalidOrder("close", "no such time of day, or after the last day"))
        return Success(ends)
    if tif is not TimeInForce.GTD:
        return Success(None)
    if expire_at is None:
        return Failure(InvalidOrder("expire_at", "gtd needs it"))
    if not now.micros < expire_at.micros <= now.micros + FARTHEST:
        return Failure(InvalidOrder("expire_at", "must be after now and within 90 days"))
    return Success(expire_at)


def is_expired(expire_at: Instant | None, now: Instant) -> bool:
    """Whether an order is dead: now >= expire_at.

    >>> [is_expired(Instant(5), Instant(now)) for now in (4, 5, 6)]
    [False, True, True]
    """
    return expire_at is not None and now >= expire_at
