"""What is remembered of a user's movements: what is under way, and the last thirty days."""

from collections.abc import Mapping
from decimal import Decimal

from attrs import field, frozen

from astracore.instants import Instant
from astracore.revenue.movements.types import Direction, Status

REMEMBERED_DAYS = 30


@frozen(kw_only=True)
class Movement:
    """One movement [currency; USD]."""

    direction: Direction
    status: Status
    amount: Decimal
    currency: str
    usd: Decimal
    at: Instant
    expires_at: Instant | None = None


@frozen(kw_only=True)
class Movements:
    """By id. Those that have ended are forgotten after thirty days."""

    known: Mapping[str, Movement] = field(factory=dict)


def held_movement(state: Movements) -> str | None:
    """The first movement that waits for review, by id."""
    held = (name for name, one in sorted(state.known.items()) if one.status is Status.HELD)
    return next(held, None)
