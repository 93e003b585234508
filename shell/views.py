"""Shapes of answers that no domain owns: the service's own condition, event types, sessions."""

from attrs import frozen

from astracore.catalog.registry import EVENT_TYPES
from astracore.gamification.leaderboards.types import Cadence, Scope
from astracore.ids import UserId


@frozen(kw_only=True)
class Health:
    """Whether it is so."""

    ok: bool


@frozen(kw_only=True)
class Check:
    """One part and whether it is well."""

    name: str
    ok: bool


@frozen(kw_only=True)
class Readiness:
    """Every part that a request needs."""

    ok: bool
    checks: tuple[Check, ...]


@frozen(kw_only=True)
class Info:
    """What is running."""

    name: str
    version: str
    config_version: str
    mode: str
    symbols: tuple[str, ...]


@frozen(kw_only=True)
class EventTypeView:
    """One type of event; `example` is canonical JSON, `shape` the types of its fields."""

    name: str
    version: int
    domain: str
    aggregate: str
    meaning: str
    shape: str
    example: str


@frozen(kw_only=True)
class User:
    """A player."""

    user_id: UserId
    username: str


@frozen(kw_only=True)
class Session:
    """A new player and the bearer token that speaks for them; the token is shown once."""

    user: User
    token: str


def event_types(domain: str | None) -> tuple[EventTypeView, ...]:
    """Every event type, of one domain when asked, by name."""
    return tuple(
        EventTypeView(
            name=found.name,
            version=found.version,
            domain=found.domain,
            aggregate=found.aggregate,
            meaning=found.meaning,
            shape=found.schema,
            example=found.example.decode(),
        )
        for found in sorted(EVENT_TYPES.values(), key=lambda event: event.name)
        if domain is None or found.domain == domain
    )


@frozen(kw_only=True)
class Cancelled:
    """How many orders were asked to be cancelled."""

    cancelled: int


@frozen(kw_only=True)
class KindStats:
    """One kind of cached value: what was asked since the start, and how many there are now."""

    kind: str
    hits: int
    misses: int
    evictions: int
    errors: int
    entries: int | None


@frozen(kw_only=True)
class CacheStats:
    """What a process caches in, whether that is away, and each kind of value."""

    mode: str
    is_away: bool
    kinds: tuple[KindStats, ...]


@frozen(kw_only=True)
class LevelView:
    """Where a level begins."""

    level: int
    xp: int


@frozen(kw_only=True)
class Board:
    """One leaderboard."""

    board: str
    period: Cadence
    scope: Scope
