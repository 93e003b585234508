"""Token buckets in whole numbers: how much somebody may ask for, and when to come back.

A token is 60,000,000 drops, so that a rate of n tokens a minute is n drops a microsecond and no
division is ever needed to fill a bucket.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from attrs import frozen

DROPS: Final = 60_000_000  # in one token
SECOND: Final = 1_000_000  # [us]


@frozen
class Quota:
    """At most `capacity` tokens at once and `per_minute` new ones a minute; both above 0."""

    capacity: int
    per_minute: int


@frozen
class Bucket:
    """What is left, and when that was.  Invariant: 0 <= drops <= capacity of its rate."""

    drops: int
    at: int  # [us] of a clock that does not go back


@frozen
class Drawn:
    """The outcome of a draw: the bucket afterwards, and what the caller is told."""

    bucket: Bucket
    is_granted: bool
    remaining: int  # whole tokens
    reset: int  # [s] until the bucket is full, rounded up
    retry_after: int  # [s] until the cost is there, rounded up; 0 when granted


# Capacity and tokens a minute: public, register and topics of an address, the others of a user.
RATES: Final[Mapping[str, Quota]] = MappingProxyType(
    {
        "public": Quota(60, 120),
        "register": Quota(3, 10),
        "read": Quota(100, 600),
        "write": Quota(30, 120),
        "orders": Quota(20, 300),
        "topics": Quota(120, 600),  # subscriptions on sockets: a snapshot each
    }
)


def full(rate: Quota, at: int) -> Bucket:
    """The bucket of somebody who has asked for nothing yet."""
    return Bucket(rate.capacity * DROPS, at)


def draw(bucket: Bucket, rate: Quota, at: int, cost: int = 1) -> Drawn:
    """Fill the bucket for the time gone by, then take `cost` tokens, or none at all.

    Formula: tokens = min(capacity, tokens + elapsed * rate).  Rounding: seconds up, tokens down.
    Source: token bucket.  Example: capacity 10, 120 a minute, empty, 1.2 s later, cost 3: come
    back in 1 s.

    >>> draw(Bucket(0, 0), Quota(10, 120), 1_200_000, 3).retry_after
    1
    """
    room = rate.capacity * DROPS
    drops = min(room, bucket.drops + max(0, at - bucket.at) * rate.per_minute)
    missing = max(0, cost * DROPS - drops)
    left = drops if missing else drops - cost * DROPS
    return Drawn(
        bucket=Bucket(left, max(at, bucket.at)),
        is_granted=not missing,
        remaining=left // DROPS,
        reset=_seconds(room - left, rate),
        retry_after=_seconds(missing, rate),
    )


def _seconds(drops: int, rate: Quota) -> int:
    return -(-drops // (rate.per_minute * SECOND))
